"""Thesis, section 4: the Wasserstein distance, and what it has over the divergences."""

from math import exp, inf, log, pi, sqrt

import numpy as np
from hypothesis import given
from hypothesis import strategies as st

from divergences import Estimate
from divergences import jensen_shannon_divergence as JS
from divergences import kl_divergence as KL
from divergences import total_variation_distance as TV
from optimal_transport import cauchy_wasserstein_lower_bound
from optimal_transport.strategies import discrete_measures, measure_pairs, measure_triples
from reports.evidence import at_most, claim, equal
from tests.theorems.certified import FIRST_MOMENT, W, dirac, plus, saint_petersburg, scales, tilts, times


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


def two_points(theta):
    """A point mass at 0 and one at theta on one support, as masses."""
    return (np.array([1.0, 0.0]), np.array([0.0, 1.0])) if theta else (np.array([1.0]), np.array([1.0]))


@claim("thesis.prop10_3")
@given(theta=st.floats(1e-300, 1e-3))
def test_jensen_shannon_and_kullback_leibler_jump_however_little_a_point_moves(theta):
    equal(JS(*two_points(theta)), log(2))
    equal(KL(*two_points(theta)), inf)
    equal(JS(*two_points(0)), 0)
    equal(KL(*two_points(0)), 0)
    equal(W(dirac(0), dirac(theta)), theta)


@claim("thesis.prop10_3", role="twin")
@given(theta=st.floats(1e-300, 1e-3))
def test_wasserstein_jumps_however_little_a_point_moves(theta):
    at_most(0.5, W(dirac(0), dirac(theta)))


def sorted_law(law):
    points, weights = law
    order = points[:, 0].argsort()
    return points[order, 0], np.cumsum(weights[order])


def within(first, second, e):
    """Whether F(x) <= G(x + e) + e for every x; it is enough to look at the jumps of F."""
    (x, below_x), (y, below_y) = first, second
    return bool((below_x <= np.append(0.0, below_y)[np.searchsorted(y, x + e, side="right")] + e).all())


def levy(P, Q):
    """The Levy distance on the line: the least e with F(x - e) - e <= G(x) <= F(x + e) + e, to a few roundings."""
    first, second = sorted_law(P), sorted_law(Q)
    low, high = 0.0, 1.0
    for _ in range(60):
        e = (low + high) / 2
        low, high = (low, e) if within(first, second, e) and within(second, first, e) else (e, high)
    ends = max(0.0, low - 4e-16), high + 4e-16
    return Estimate(high, *ends, kind="exact", method="bisection", unit="length")


def squared(number):
    return Estimate(number.value**2, number.low**2, number.high**2, number.kind, number.method, unit=number.unit)


@st.composite
def laws_on_the_unit_interval(draw):
    """Two laws on [0, 1], or on a short piece of it: drawn alike, or one of them with a little mass moved a little."""
    PQ = draw(measure_pairs(max_dimension=1, scales=False))
    size = max(1.0, *(np.abs(points).max() for points, _ in PQ)) * draw(st.sampled_from([1.0, 64.0, 1e6, 1e300]))
    return tuple((np.abs(points) / size, weights) for points, weights in PQ)


@claim("thesis.prop12_1")
@given(PQ=laws_on_the_unit_interval())
def test_wasserstein_lies_between_the_square_of_the_levy_distance_and_three_times_it(PQ):
    P, Q = PQ
    at_most(squared(levy(P, Q)), plus(W(P, Q), dust))
    at_most(W(P, Q), plus(times(3, levy(P, Q)), dust))


dust = Estimate(0.0, 0.0, 1e-15, kind="exact", method="rounding", unit="length")  # cumulated masses round


def a_little_mass_moved(e, distance):
    """All mass at 0 but e, which is at a distance."""
    return np.array([[0.0], [distance]]), np.array([1 - e, e])


@claim("thesis.prop12_1", role="sharp")
@given(e=tilts)
def test_a_little_mass_moved_as_little_attains_the_square_of_the_levy_distance(e):
    equal(W(a_little_mass_moved(e, e), dirac(0)), squared(levy(a_little_mass_moved(e, e), dirac(0))))


@claim("thesis.prop12_1", role="twin")
@given(e=tilts)
def test_wasserstein_is_at_least_105_percent_of_the_square_of_the_levy_distance(e):
    at_most(times(1.05, squared(levy(a_little_mass_moved(e, e), dirac(0)))), W(a_little_mass_moved(e, e), dirac(0)))


@claim("thesis.prop12_1", role="twin")
@given(e=tilts)
def test_wasserstein_is_at_most_three_times_the_levy_distance_on_the_whole_line(e):
    """Compactness dropped: mass e at distance 1/e keeps W at 1, while the Levy distance is at most e."""
    at_most(W(a_little_mass_moved(e, 1 / e), dirac(0)), times(3, levy(a_little_mass_moved(e, 1 / e), dirac(0))))


@st.composite
def reweighted(draw):
    """Points and two sets of weights on them, far or near, for which JS reads the same masses as W."""
    (points, weights), (_, near) = draw(measure_pairs())
    other = near if near.size == weights.size else np.array(draw(st.permutations(list(weights))))
    return points, weights, (weights + other) / 2 if draw(st.booleans()) else other


def diameter(points):
    """The largest distance between points, within a few roundings."""
    size = np.abs(points).max() or 1.0
    value = float(np.linalg.norm((points[:, None] - points) / size, axis=-1).max() * size)
    ends = value * (1 - 1e-14), value * (1 + 1e-14)
    return Estimate(value, *ends, kind="exact", method="diameter", unit="length")


@claim("thesis.prop12_2")
@given(drawn=reweighted())
def test_wasserstein_is_at_most_the_diameter_times_the_root_of_twice_jensen_shannon(drawn):
    points, P, Q = drawn
    at_most(W((points, P), (points, Q)), times(TV(P, Q), diameter(points)))
    at_most(W((points, P), (points, Q)), times(sqrt(2 * JS(P, Q)), diameter(points)))


def coins_at_the_ends(d, scale):
    """Masses (1 + d)/2 and (1 - d)/2 at two points, and the same exchanged."""
    fair, tilt = np.array([0.5, 0.5]), np.array([d / 2, -d / 2])
    return np.array([[0.0], [2.0**scale]]), fair + tilt, fair - tilt


@claim("thesis.prop12_2", role="sharp")
@given(d=tilts, scale=scales)
def test_two_coins_at_the_ends_come_as_close_to_it_as_one_likes(d, scale):
    """W is d times the diameter, and JS = d^2/2 (1 + d^2/6 + d^4/15 + ...)."""
    points, P, Q = coins_at_the_ends(d, scale)
    at_most(times((1 - d**2 / 9) * sqrt(2 * JS(P, Q)), diameter(points)), W((points, P), (points, Q)))


@claim("thesis.prop12_2", role="twin")
@given(d=tilts, scale=scales)
def test_wasserstein_is_at_most_95_percent_of_that(d, scale):
    points, P, Q = coins_at_the_ends(d, scale)
    at_most(W((points, P), (points, Q)), times(0.95 * sqrt(2 * JS(P, Q)), diameter(points)))
