"""The laws that every row of the table of f-divergences obeys, each with a wrong twin that it catches.

A law is a function of a row that raises AssertionError. Between them they pin every cell: ``tests.laws.mutate`` alters
the cells one by one and shows which law notices. Generators and conjugates are evaluated with sixty digits, so that
their laws have no tolerance to speak of; what is left is the rounding of the constants in the table.
"""

import math
import sys
from collections.abc import Callable
from dataclasses import dataclass
from itertools import repeat

import numpy as np

from divergences import FDivergence, f_divergence
from tests.laws import twins
from tests.laws.big import BIG, big, exact_constants
from tests.laws.cases import (
    APART,
    ATOMS,
    CHANNELS,
    CLOSE,
    DIGITS,
    DIRACS,
    DISJOINT,
    EXTREME,
    LOGITS,
    PAIRS,
    SCALES,
    SMOOTH,
    SPARSE,
    TINY,
    TRIPLES,
)

EPS = 2.0**-52
SUMS = 1e-50  # room for sums of numbers with sixty digits
CONSTANT = EPS  # room for a column that is the float nearest to a multiple of log 2; measured: 0.15 eps


@dataclass(frozen=True)
class Law:
    """A law and its twin: a row at most 5 % off, or one hypothesis away, that breaks it."""

    check: Callable[[FDivergence], None]
    twin: Callable[[FDivergence], FDivergence]

    @property
    def name(self) -> str:
        return self.check.__name__


def _term(row: FDivergence) -> float:
    """Relative error of an integrand."""
    return row.rounding * EPS


def _value(row: FDivergence) -> float:
    """Relative error of an identity between two divergences."""
    return 2 * row.rounding * EPS


def _terms(row: FDivergence, p, q) -> np.ndarray:
    p, q = np.asarray(p, dtype=float), np.asarray(q, dtype=float)
    return row.integrand(p, q, q - p)


# ---- the generator ------------------------------------------------------------------------------------------------


def generator_vanishes_at_one(row: FDivergence) -> None:
    assert row.f(big([1]))[0] == 0


def generator_is_convex(row: FDivergence) -> None:
    f = row.f
    for u, digits in SCALES:
        with exact_constants(digits):
            for step in (0.5, 0.01):
                assert np.all(2 * f(u) <= f(u * (1 - step)) + f(u * (1 + step)) + 1e-50)


def derivative_is_the_slope(row: FDivergence) -> None:
    """By central differences; at a corner, by the line that supports the generator."""
    h = BIG.mpf(10) ** -20
    for u, digits in ((SMOOTH, 60), (EXTREME, DIGITS)):
        with exact_constants(digits):
            slope = (row.f(u * (1 + h)) - row.f(u * (1 - h))) / (2 * h * u)
            assert np.all(np.abs(row.derivative(u) - slope) <= 1e-20 * (1 + np.abs(slope)))
            at_one = row.derivative(big([1]))[0]
            assert np.all(row.f(u) >= at_one * (u - 1))


def corner_is_where_the_slope_jumps(row: FDivergence) -> None:
    """And nowhere else on a grid that holds the corners of all rows."""
    places = np.unique([0.25, 0.5, 0.98, 1, 1.02, 1.5, 2, 4, row.corner or 1])
    jumps = row.derivative(places * (1 + 1e-9)) - row.derivative(places * (1 - 1e-9))
    assert np.array_equal(jumps > 0.5, places == row.corner)


def limits_are_limits(row: FDivergence) -> None:
    """f(0) and f'(inf), approached to 10^-20000; an infinite limit keeps growing, if only like a logarithm."""
    tiny = BIG.mpf(10) ** big([-10000, -20000])
    for filed, found in ((row.at_zero, row.f(tiny)), (row.slope_at_infinity, row.f(1 / tiny) * tiny)):
        if math.isinf(filed):
            assert found[1] > found[0] + 1
        else:
            assert np.all(np.abs(found - filed) <= CONSTANT * abs(filed) + BIG.mpf(10) ** -9000)


# ---- the conjugate ------------------------------------------------------------------------------------------------


def _inside(row: FDivergence) -> np.ndarray:
    """Points of the conjugate's domain."""
    end = row.conjugate_domain.end
    top = 21 if math.isinf(end) else end
    return big([top - x for x in (60, 40, 21, 20.7, 13, 3, 0.7, 0.2, 0.03, 1e-6)])


def fenchel_young_inequality(row: FDivergence) -> None:
    t = _inside(row)[:, None]
    for u, digits in SCALES:
        with exact_constants(digits):
            assert np.all(row.conjugate(t) - (u * t - row.f(u)) >= -1e-40)


def fenchel_young_equality(row: FDivergence) -> None:
    for u, digits in SCALES:
        with exact_constants(digits):
            t = big(row.derivative(u))  # np.sign answers in plain floats
            gap = row.conjugate(t) + row.f(u) - u * t
        assert np.all(np.abs(gap) <= 1e-20 * (1 + np.abs(u * t)))


def conjugate_domain_is_where_it_is_finite(row: FDivergence) -> None:
    end, closed = row.conjugate_domain
    assert end == row.slope_at_infinity
    if math.isinf(end):
        assert not closed
        assert BIG.isfinite(row.conjugate(big([1e4]))[0])
        return
    far, near, beyond = row.conjugate(end + big([-1e-6, -1e-12, 1e-12]))
    assert BIG.isfinite(far) and beyond == math.inf
    assert (abs(near - far) < 0.01) == closed
    assert row.conjugate(np.array([end + 1.0, end + 1e3])).tolist() == [math.inf, math.inf]


def conjugate_far_down_is_minus_the_value_at_zero(row: FDivergence) -> None:
    lowest = -row.conjugate(big(["-1e10000"]))[0]
    assert lowest > 1e4 if math.isinf(row.at_zero) else abs(lowest - row.at_zero) <= CONSTANT


# ---- the critic's last layer --------------------------------------------------------------------------------------


def activation_rises_through_the_domain(row: FDivergence) -> None:
    end, closed = row.conjugate_domain
    v = np.sort(np.concatenate([np.linspace(-30, 30, 61), LOGITS]))
    with exact_constants():
        exact = row.activation(big(v))
        assert np.all(np.diff(exact) > 0)
        top = row.activation(big([300]))[0]
    assert top > 100 if math.isinf(end) else abs(top - end) < 1e-12
    rounded = row.activation(v)
    assert np.all(rounded <= end) if closed else np.all(rounded < end)
    assert np.all(np.abs(rounded - exact) <= 4 * EPS * (1 + np.abs(exact)))


def penalty_is_the_conjugate_of_the_activation(row: FDivergence) -> None:
    """To rounding in float64 for |v| <= 30, and in float32 up to 1000 wherever float32 holds the answer."""
    _compare_penalty(row, LOGITS[:40], digits=60)
    far = [-1000, -300, -88, -30, -1, 0, 1, 30, 60, 88, 300, 1000]
    _compare_penalty(row, np.array(far, dtype=np.float32), digits=1000)


def _compare_penalty(row: FDivergence, v: np.ndarray, *, digits: int) -> None:
    with exact_constants(digits):
        exact = row.conjugate(row.activation(big(v.tolist())))
    found = row.penalty(v)
    assert found.dtype == v.dtype
    kind = np.finfo(v.dtype)
    for x, truth in zip(found.tolist(), exact, strict=True):
        if abs(truth) < float(kind.max):
            assert abs(x - truth) <= 4 * float(kind.eps) * (1 + abs(truth))


# ---- the terms and the divergence ---------------------------------------------------------------------------------


def integrand_is_the_standardised_generator(row: FDivergence) -> None:
    one = row.derivative(np.array([1.0]))[0]
    found = _terms(row, ATOMS[:, 0], ATOMS[:, 1])
    for x, (p, q) in zip(found, ATOMS, strict=True):
        if p > 0 and q > 0:
            u = big([p]) / q
            truth = (q * (row.f(u) - one * (u - 1)))[0]
        else:
            truth = (q and q * (row.at_zero + one)) + (p and p * (row.slope_at_infinity - one))
        overflows = x == math.inf and truth > sys.float_info.max
        assert overflows or x == truth or abs(x - truth) <= _term(row) * truth, (p, q, x, truth)


def slopes_are_the_derivatives_of_the_integrand(row: FDivergence) -> None:
    """By ``p`` the derivative of the standardised generator, by ``q`` what Euler's theorem leaves; limits too."""
    p, q = ATOMS.T
    with np.errstate(all="ignore"):
        by_p, by_q = row.slopes(p, q, q - p)
    for found, truth in zip(zip(by_p, by_q, strict=True), map(_slopes, repeat(row), p, q), strict=True):
        for x, exact in zip(found, truth, strict=True):
            overflows = abs(exact) > sys.float_info.max and x == math.copysign(math.inf, exact)
            assert overflows or x == exact or abs(x - exact) <= 2 * _term(row) * abs(exact), (row.name, x, exact)


def _slopes(row: FDivergence, p: float, q: float) -> tuple[float, float]:
    """The derivatives, far from 1 with a thousand digits; a limit that has passed 100 at 10^400 is infinite."""
    if p == q == 0:
        return 0.0, 0.0
    with exact_constants(1500):
        u = big([p]) / q if p and q else big(["1e-400"] if q else ["1e400"])
        f, slope, one = row.f(u)[0], big(row.derivative(u))[0], big(row.derivative(big([1])))[0]
        found = slope - one, f - u[0] * slope + one
    return found if p and q else tuple(math.copysign(math.inf, x) if abs(x) > 100 else float(x) for x in found)


def nothing_is_negative_and_only_equals_are_at_zero(row: FDivergence) -> None:
    """Only equals, that is, if the standardised generator grows from 1 on: a corner elsewhere lets some others in."""
    assert np.all(_terms(row, ATOMS[:, 0], ATOMS[:, 1]) >= 0)
    near = big([1 - 1e-3, 1 + 1e-3])
    strict = np.all(row.f(near) - row.derivative(big([1]))[0] * (near - 1) > 1e-50)
    for p, q in PAIRS:
        assert f_divergence(p, p, row) == 0 == f_divergence(q, q, row)
        assert f_divergence(p, q, row) > 0 or not strict


def range_ends_at_disjoint_supports(row: FDivergence) -> None:
    top = row.at_zero + row.slope_at_infinity
    for p, q in DISJOINT:
        found = _terms(row, p, q).sum()
        assert found == top or abs(found - top) <= _term(row) * top
        assert f_divergence(p, q, row) == top
    assert all(_terms(row, p, q).sum() <= top * (1 + _term(row)) for p, q in PAIRS)


def processing_loses_divergence(row: FDivergence) -> None:
    """Merging atoms or sending both through a noisy channel; merging atoms of one ratio loses nothing.

    Where two laws are nearer than 1e-8, the rounding of what comes out of a channel outweighs the loss.
    """
    for p, q in (*APART, *CLOSE[:3], *SPARSE, *DIRACS, *TINY, *DISJOINT):
        before = _terms(row, p, q).sum()
        k = len(p)
        channel = CHANNELS[k]
        merged = [np.append(x[:-2], x[-2] + x[-1]) for x in (p, q)]
        for after in (_terms(row, p @ channel, q @ channel).sum(), _terms(row, *merged).sum()):
            assert after <= before * (1 + _value(row))
        halves = _terms(row, np.repeat(p / 2, 2), np.repeat(q / 2, 2)).sum()
        assert halves == before or abs(halves - before) <= _value(row) * before


def symmetry_is_that_of_the_generator(row: FDivergence) -> None:
    """D(P, Q) = D(Q, P), to the last bit, exactly if f(u) - u f(1/u) is a multiple of u - 1."""
    of_f = True
    for u, digits in SCALES:
        with exact_constants(digits):
            skew = row.f(u) - u * row.f(1 / u) - 2 * row.derivative(big([1]))[0] * (u - 1)
        of_f = of_f and bool(np.all(np.abs(skew) <= 1e-40 * (1 + u)))
    of_d = all(f_divergence(p, q, row) == f_divergence(q, p, row) for p, q in PAIRS)
    assert of_f == of_d


def power_is_the_largest_metric(row: FDivergence) -> None:
    """Symmetric, with the triangle inequality; half a per cent more and a triple along a line breaks it."""
    power = row.metric_power
    symmetric = all(f_divergence(p, q, row) == f_divergence(q, p, row) for p, q in PAIRS)
    if power is None:
        assert not symmetric or math.isinf(row.maximum)
        return
    assert symmetric
    assert all(_detour(row, power, *triple) >= -_value(row) for triple in TRIPLES)
    assert any(_detour(row, 1.005 * power, *triple) < -1e-4 for triple in TRIPLES)


def _detour(row: FDivergence, power: float, p, q, r) -> float:
    """How much longer the way over ``q`` is, relatively."""
    if math.isinf(f_divergence(p, r, row)):
        return 0.0
    direct, first, second = (float(f_divergence(*ends, row)) ** power for ends in ((p, r), (p, q), (q, r)))
    return (first + second) / direct - 1


def _curvature(row: FDivergence, points):
    """f'' at some points, to twenty digits."""
    step = BIG.mpf(10) ** -20
    return (row.derivative(points * (1 + step)) - row.derivative(points * (1 - step))) / (2 * step * points)


def order_is_that_of_the_curvature(row: FDivergence) -> None:
    """f'' is a multiple of u^(a - 2) exactly for the rows of order a, the multiples of alpha-divergences."""
    with exact_constants():
        points = big([0.25, 0.5, 1, 2, 5])
        curvature = _curvature(row, points)
        if not all(curvature > 0):
            assert row.order is None
            return
        powers = [BIG.log(c / curvature[2]) / BIG.log(u) + 2 for u, c in zip(points, curvature, strict=True) if u != 1]
    spread = max(powers) - min(powers)
    if row.order is None:
        assert spread > 0.01
    else:
        assert max(abs(power - row.order) for power in powers) < 1e-12


def weight_is_that_of_the_curvature(row: FDivergence) -> None:
    """1 / (u f'') is u / (1 - w) + 1 / w exactly for the rows of weight w, the weighted Jensen-Shannon divergences."""
    with exact_constants():
        points = big([1, 2, 0.25, 0.5, 5])
        curvature = _curvature(row, points)
        if not all(curvature > 0):
            assert row.weight is None
            return
        line = 1 / (points * curvature)
        slope, start = line[1] - line[0], 2 * line[0] - line[1]
        bent = max(abs(line - slope * points - start))
        fits = bent < 1e-12 and slope * start > 0 and abs(1 / slope + 1 / start - 1) < 1e-12
    assert fits == (row.weight is not None)
    assert not fits or abs(1 / start - row.weight) < 1e-12


def variational_form_is_attained_at_the_derivative(row: FDivergence) -> None:
    """D = sup over T of E_P T - E_Q f*(T), attained at T = f'(p / q)."""
    for p, q, digits in (*((*pair, 60) for pair in (*APART, *CLOSE)), *((*pair, DIGITS) for pair in TINY)):
        value = float(f_divergence(p, q, row))
        with exact_constants(digits):
            P, Q = big(p) / sum(big(p)), big(q) / sum(big(q))
            best = big(row.derivative(P / Q))
            attained = np.sum(P * best - Q * row.conjugate(best))
            assert abs(attained - value) <= _value(row) * value + row.absolute * EPS + SUMS
            for size in (0.1, 3):
                other = row.activation(big(size * LOGITS[: len(p)] / 30))
                assert (
                    np.sum(P * other - Q * row.conjugate(other))
                    <= value * (1 + _value(row)) + row.absolute * EPS + SUMS
                )


LAWS = (
    Law(generator_vanishes_at_one, twins.shifted_generator),
    Law(generator_is_convex, twins.wavy_generator),
    Law(derivative_is_the_slope, twins.scaled("derivative")),
    Law(corner_is_where_the_slope_jumps, twins.other_corner),
    Law(limits_are_limits, twins.wrong_limit),
    Law(fenchel_young_inequality, twins.scaled("conjugate", 0.95)),
    Law(fenchel_young_equality, twins.scaled("conjugate")),
    Law(conjugate_domain_is_where_it_is_finite, twins.other_end),
    Law(conjugate_far_down_is_minus_the_value_at_zero, twins.wrong_limit),
    Law(activation_rises_through_the_domain, twins.wavy_activation),
    Law(penalty_is_the_conjugate_of_the_activation, twins.scaled("penalty")),
    Law(integrand_is_the_standardised_generator, twins.cancelling_integrand),
    Law(slopes_are_the_derivatives_of_the_integrand, twins.steeper_in_p),
    Law(nothing_is_negative_and_only_equals_are_at_zero, twins.lowered),
    Law(range_ends_at_disjoint_supports, twins.clamped),
    Law(processing_loses_divergence, twins.inhomogeneous),
    Law(symmetry_is_that_of_the_generator, twins.symmetrised),
    Law(power_is_the_largest_metric, twins.larger_power),
    Law(order_is_that_of_the_curvature, twins.other_order),
    Law(weight_is_that_of_the_curvature, twins.other_weight),
    Law(variational_form_is_attained_at_the_derivative, twins.derivative_elsewhere),
)
