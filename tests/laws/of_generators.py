"""Laws of a row's generator: its shape, its derivative, its limits, and the families that its curvature tells."""

import math

import numpy as np

from divergences import FDivergence
from tests.laws.big import BIG, big, exact_constants
from tests.laws.cases import DIGITS, EXTREME, SCALES, SMOOTH
from tests.laws.law import CONSTANT


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
