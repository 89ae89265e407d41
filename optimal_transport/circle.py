"""Optimal transport on the circle: the best of all monotone couplings, found by a convex search and certified."""

import math
from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import ArrayLike, NDArray

from divergences.estimate import Estimate
from divergences.options import real
from optimal_transport.line import steps_of
from optimal_transport.line_costs import LineCost, as_distance, cost_of
from optimal_transport.measures import EPS, as_masses, as_points, finite_power
from optimal_transport.sums import exact_sum, ordering

__all__ = ["circular_wasserstein_distance"]

Floats = NDArray[np.float64]
Whole = NDArray[np.int64]
GRID = 2**60
LOST = 1e-300  # a power below it may have underflowed


@dataclass(frozen=True, eq=False)
class _Circle:
    """Two measures on a circle, their points in (-period/2, period/2] and in order, masses as running whole sums."""

    x: Floats
    y: Floats
    by_x: Whole
    by_y: Whole
    total: int
    doubt: float
    p: float
    period: float

    def gaps(self, i: Any, j: Any, turn: Any) -> Floats:
        """|x_i - (y_j + turn * period)|, right to two roundings also where both lie near the cut."""
        half = turn * (self.period / 2)
        return np.asarray(np.abs((self.x[i] - half) - (self.y[j] + half)))


def _whole(masses: Floats, total: float) -> tuple[Whole, float]:
    """Running sums of masses as multiples of 2^-60 of their total, and the share of mass that this moves."""
    exact = masses * (GRID / total)
    whole = np.rint(exact).astype(np.int64)
    whole[np.argmax(whole)] += GRID - int(whole.sum())
    return np.cumsum(whole), float(np.abs(whole - exact).sum()) / GRID * (1 + 8 * EPS)


def _centred(points: ArrayLike, period: float, name: str) -> Floats:
    """The points' remainders, exactly."""
    found = as_points(points, name)
    if found.shape[1] != 1:
        raise ValueError(f"{name} must have shape (n,), points of a circle, found shape {found.shape}")
    rest = np.fmod(found[:, 0], period)
    rest[rest > period / 2] -= period
    rest[rest <= -period / 2] += period
    return rest


def _circle(x: Floats, y: Floats, a: ArrayLike | None, b: ArrayLike | None, p: float, period: float) -> _Circle:
    order_x, order_y = ordering(x), ordering(y)
    if a is None and b is None:
        total, doubt = math.lcm(x.size, y.size), 0.0
        by_x, by_y = (np.arange(1, size + 1) * (total // size) for size in (x.size, y.size))
    else:
        masses = as_masses(a, b, x.size, y.size)
        total = GRID
        by_x, moved_x = _whole(masses.a[order_x], masses.total)
        by_y, moved_y = _whole(masses.b[order_y], masses.total)
        doubt = masses.error + moved_x + moved_y
    return _Circle(x[order_x], y[order_y], by_x, by_y, total, doubt, p, period)


def _unrolled(circle: _Circle, shift: int) -> tuple[Whole, Whole, Whole]:
    """The second measure read for one turn from a running sum on: atoms, their turns, and running sums from there."""
    turns, start = divmod(shift, circle.total)
    m = circle.y.size
    first = int(np.searchsorted(circle.by_y, start, side="right"))
    atoms = np.arange(first, first + m + 1)
    ends = circle.by_y[atoms % m] + (atoms // m) * circle.total - start
    return atoms % m, atoms // m + turns, np.minimum(ends, circle.total)


def _slope(circle: _Circle, shift: int, unit: float, *, above: bool) -> tuple[float, float]:
    """The cost's slope in the shift, above or below it, in units of unit^p, and a bound on its rounding.

    Where the unrolled measure goes on from one atom to the next, at a running sum, the mass next to it changes sides.
    """
    j, turn, ends = _unrolled(circle, shift)
    i = np.searchsorted(circle.by_x, ends[:-1], side="left" if above else "right")
    over, i = np.divmod(i, circle.x.size)
    after = (circle.gaps(i, j[1:], turn[1:] - over) / unit) ** circle.p
    before = (circle.gaps(i, j[:-1], turn[:-1] - over) / unit) ** circle.p
    rounding = (2 * circle.p + 8) * EPS * float(after.sum() + before.sum()) + LOST * i.size
    return exact_sum(after - before), rounding


def _best(circle: _Circle, unit: float) -> int:
    """The least shift at which the convex cost stops falling."""
    low, high = -circle.total, circle.total
    while low < high:
        middle = (low + high) // 2
        if _slope(circle, middle, unit, above=True)[0] >= 0:
            high = middle
        else:
            low = middle + 1
    return low


def _loss(circle: _Circle, shift: int, unit: float) -> float:
    """By how much some other shift may be cheaper, in units of unit^p: by convexity no more than a slope's gain.

    A best shift lies between one turn back and one turn on, as beyond that all mass only moves further.
    """
    rise, rounding_above = _slope(circle, shift, unit, above=True)
    fall, rounding_below = _slope(circle, shift, unit, above=False)
    return 2 * max(0.0, rounding_above - rise, rounding_below + fall)


def _cost(circle: _Circle, shift: int) -> LineCost:
    """The cost of the monotone coupling at a shift."""
    j, turn, ends = _unrolled(circle, shift)
    steps = steps_of(circle.by_x, ends, float(circle.total))
    gaps = circle.gaps(steps.i, j[steps.j], turn[steps.j])
    gaps[steps.mass == 0] = 0
    return cost_of((gaps, steps.mass, steps.total, circle.doubt), circle.p, circle.period / 2)


def circular_wasserstein_distance(
    x: ArrayLike,
    y: ArrayLike,
    a: ArrayLike | None = None,
    b: ArrayLike | None = None,
    *,
    p: float = 1,
    period: float = 1.0,
) -> Estimate:
    """Wasserstein distance W_p between two discrete measures on a circle, in the unit of its circumference.

    W_p^p = min over plans pi of sum_ij d(x_i, y_j)^p pi_ij, d(x, y) = min over whole k of |x - y - k period|
    = min over shifts s of integral over u in (0, 1) of |F^-1(u) - G^-1(u + s)|^p, the quantiles of both measures going
    on around the circle. That integral is convex in s and linear between whole multiples of the mass unit, so a
    bisection of its slope ends at the best shift. The upper bound is the cost there. The lower bound takes off it what
    a slope of the wrong sign, be it by rounding, could still gain over the two turns that hold a best shift: nothing
    where the signs are certain.

    Args:
        x: points, shape (n,), taken modulo the period.
        y: points, shape (m,).
        a: weights, shape (n,), summing to one; uniform where None.
        b: weights, shape (m,), summing to one; uniform where None.
        p: the power, finite and at least 1.
        period: the circumference, finite and positive.

    Returns:
        The distance with proved bounds, of kind "certified gap".

    Raises:
        TypeError: an argument of the wrong type.
        ValueError: an argument is empty, not finite, of a wrong shape or out of range.

    References:
        J. Delon, J. Salomon, A. Sobolevski, Fast transport optimization for Monge costs on the circle, SIAM J. Appl.
        Math. 70 (2010), Theorem 2.1 and section 4.

    Example:
        >>> found = circular_wasserstein_distance([350.0, 10.0], [0.0, 20.0], period=360)
        >>> found.value, found.high - found.low < 1e-13
        (10.0, True)
    """
    power, length = finite_power(p), real(period, "period")
    if not 1e-290 <= length <= 1e290:
        raise ValueError(f"period must lie between 1e-290 and 1e290, found {period!r}; rescale the points")
    circle = _circle(_centred(x, length, "x"), _centred(y, length, "y"), a, b, power, length)
    unit = math.ldexp(1.0, math.frexp(length)[1] + 2)
    with np.errstate(under="ignore", over="ignore"):
        shift = _best(circle, unit)
        found = _cost(circle, shift)
        loss = _loss(circle, shift, unit)
        loss = loss * float(np.power(unit / found.length, power)) if loss else 0.0
    lower = max(0.0, found.lower - loss) if loss < math.inf else 0.0
    certified = LineCost(found.cost, lower, found.upper, found.length, found.doubt)
    return as_distance(certified, power, "convex search for the shift")
