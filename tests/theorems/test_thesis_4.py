"""Thesis, section 4: the Wasserstein distance."""

from math import exp, inf, pi

import numpy as np
from hypothesis import given
from hypothesis import strategies as st

from divergences import Estimate
from optimal_transport import cauchy_wasserstein_lower_bound, optimal_transport
from optimal_transport.strategies import discrete_measures, measure_pairs, measure_triples
from reports.evidence import at_most, claim, equal

FIRST_MOMENT = "finite_first_moment"


def W(P, Q, p=1):
    """The cost of an optimal plan at power p, between its certified ends."""
    found = optimal_transport(P[0], Q[0], P[1], Q[1], p=p)
    return Estimate(found.cost, found.lower, found.upper, kind="certified gap", method=found.method, unit="length")


def plus(first, second):
    """The sum of two certified numbers."""
    ends = first.low + second.low, first.high + second.high
    return Estimate(first.value + second.value, *ends, kind="certified gap", method="sum", unit="length")


def times(factor, number):
    """A certified number times a constant."""
    return Estimate(
        factor * number.value, factor * number.low, factor * number.high, number.kind, number.method, unit=number.unit
    )


def dirac(*point):
    return np.array([point], dtype=float), np.ones(1)


def saint_petersburg(rounds):
    """Mass 2^-k at 2^k for k = 1, ..., rounds, and what is left at 0: below the whole law, whose mean is infinite."""
    powers = 2.0 ** np.arange(1, rounds + 1)
    return np.append(powers, 0.0)[:, None], np.append(1 / powers, 2.0**-rounds)


@claim("thesis.prop9", role="refutes", without=FIRST_MOMENT)
@given(number=st.integers(10, 40))
def test_some_number_bounds_the_cost_of_moving_saint_petersburg_to_a_point(number):
    at_most(W(saint_petersburg(number + 1), dirac(0)), number)


@claim("thesis.prop9", role="refutes", without=FIRST_MOMENT)
@given(number=st.integers(100, 400))
def test_some_number_bounds_the_cost_of_moving_a_cauchy_law_to_a_point(number):
    at_most(cauchy_wasserstein_lower_bound(exp(pi * (number + 1) / 2)), number)


@claim("thesis.prop9", role="corrected")
@given(PQ=measure_pairs())
def test_the_distance_is_finite_and_symmetric(PQ):
    P, Q = PQ
    at_most(W(P, Q).high, np.finfo(float).max)
    equal(W(P, Q), W(Q, P))


@claim("thesis.prop9", role="corrected")
@given(P=discrete_measures())
def test_the_distance_of_a_law_to_itself_is_zero(P):
    equal(W(P, P).value, 0)


@claim("thesis.prop9", role="corrected")
@given(PQ=measure_pairs())
def test_the_distance_of_different_laws_is_positive(PQ):
    """W >= TV times the least distance between different points: all mass that moves at all moves so far."""
    P, Q = PQ
    at_most(least_move(P, Q), W(P, Q))


def least_move(P, Q):
    """TV(P, Q) times the least distance between different atoms; weights are multiples of 2^-50, so TV is exact."""
    points, label = np.unique(np.concatenate([P[0], Q[0]]), axis=0, return_inverse=True)
    difference = np.bincount(label.ravel(), np.concatenate([P[1], -Q[1]]))
    gaps = np.linalg.norm((points[:, None] - points) / (size := np.abs(points).max() or 1.0), axis=-1) * size
    least = np.min(gaps[gaps > 0], initial=inf)
    moved = np.abs(difference).sum() / 2
    value = moved * least if moved > 0 else 0.0
    return Estimate(value, value * (1 - 1e-15), value * (1 + 1e-15), kind="exact", method="least move", unit="length")


@claim("thesis.prop9", role="corrected")
@given(PQR=measure_triples())
def test_the_triangle_inequality(PQR):
    P, Q, R = PQR
    at_most(W(P, R), plus(W(P, Q), W(Q, R)))


@claim("thesis.prop9", role="twin")
@given(PQR=measure_triples())
def test_the_triangle_inequality_with_4_percent_less(PQR):
    P, Q, R = PQR
    at_most(W(P, R), times(0.96, plus(W(P, Q), W(Q, R))))


@claim("thesis.prop9", role="twin")
@given(PQR=measure_triples())
def test_the_triangle_inequality_for_the_square_of_the_distance_as_cost(PQR):
    P, Q, R = PQR
    at_most(W(P, R, p=2), plus(W(P, Q, p=2), W(Q, R, p=2)))
