"""Optimal transport on the line: the monotone coupling, its cost with proved bounds, and its potentials."""

import math
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from optimal_transport.costs import length_unit
from optimal_transport.measures import EPS, Masses

__all__ = ["LineCost", "cumulative_masses", "line_cost", "monotone_coupling", "staircase_potentials"]

Floats = NDArray[np.float64]
Indices = NDArray[np.intp]


@dataclass(frozen=True)
class LineCost:
    """Cost of the monotone coupling in units of ``length**p``, with proved bounds."""

    cost: float
    lower: float
    upper: float
    length: float


def cumulative_masses(mass: Floats) -> Floats:
    """Running sums of masses, each within two roundings of the exact one however many there are.

    The rounding error of every addition is recovered exactly and added back (compensated summation).

    Args:
        mass: masses of shape (n,).

    Returns:
        Non-decreasing array of shape (n,).

    References:
        T. Ogita, S. M. Rump, S. Oishi, Accurate sum and dot product, SIAM J. Sci. Comput. 26 (2005), Algorithm 4.4.

    Example:
        >>> float(cumulative_masses(np.full(10, 0.1))[-1])
        1.0
    """
    total = np.cumsum(mass)
    before = np.concatenate([[0.0], total[:-1]])
    added = total - before
    lost = (before - (total - added)) + (mass - added)
    return np.asarray(np.maximum.accumulate(total + np.cumsum(lost)))


def _staircase(first: Floats, second: Floats) -> tuple[Indices, Indices, Floats]:
    """Cells (i, j) that a monotone coupling of two running sums visits, and the mass in each."""
    ends = np.concatenate([first, second])
    order = np.argsort(ends, kind="stable")
    mine = order < first.size
    i = np.minimum(np.cumsum(mine) - mine, first.size - 1)
    j = np.minimum(np.cumsum(~mine) - ~mine, second.size - 1)
    return i, j, np.diff(ends[order], prepend=0.0)


def monotone_coupling(x: Floats, y: Floats, masses: Masses) -> tuple[Indices, Indices, Floats]:
    """The coupling of two measures on the line that keeps the order; it is optimal for every p >= 1.

    It moves the u-quantile of one measure to the u-quantile of the other. The returned cells form a staircase through
    every atom; cells without mass are kept.

    Args:
        x: points of shape (n,).
        y: points of shape (m,).
        masses: their masses; whole numbers give an exact coupling.

    Returns:
        Indices into x, indices into y, and masses, each of shape (n + m,).

    References:
        C. Villani, Topics in Optimal Transportation (2003), Theorem 2.18.

    Example:
        >>> masses = Masses(np.ones(2), np.full(1, 2.0), 2, 0)
        >>> i, j, mass = monotone_coupling(np.array([1.0, 0.0]), np.array([5.0]), masses)
        >>> i[mass > 0].tolist(), j[mass > 0].tolist()
        ([1, 0], [0, 0])
    """
    order_x, order_y = np.argsort(x, kind="stable"), np.argsort(y, kind="stable")
    first, second = cumulative_masses(masses.a[order_x]), cumulative_masses(masses.b[order_y])
    first[-1] = second[-1] = max(first[-1], second[-1])
    i, j, mass = _staircase(first, second)
    return order_x[i], order_y[j], mass


def _matched(x: Floats, y: Floats, masses: Masses) -> tuple[Floats, Floats | None]:
    """Distances that the monotone coupling moves mass, and the mass of each (None: all equal)."""
    if masses.uniform:
        return np.abs(np.sort(x) - np.sort(y)), None
    i, j, mass = monotone_coupling(x, y, masses)
    kept = mass > 0
    return np.abs(x[i[kept]] - y[j[kept]]), mass[kept]


def _doubt(masses: Masses) -> float:
    """Bound on the error of the running sums as a share of all mass, none for whole numbers."""
    if masses.whole:
        return 0.0
    return 8 * EPS + abs(math.fsum(masses.a) - math.fsum(masses.b)) / masses.total


def line_cost(x: Floats, y: Floats, masses: Masses, p: float) -> LineCost:
    """Cost of the monotone coupling on the line, in units of a length to the p-th power.

    cost = integral over u in (0, 1) of |F^-1(u) - G^-1(u)|^p. An error eps in the running sums moves it by at most
    p eps R^p, R the range of all points, because the integral of |F^-1 - F'^-1| is that of |F - F'|.

    Args:
        x: points of shape (n,).
        y: points of shape (m,).
        masses: their masses.
        p: the power, at least 1.

    Returns:
        The cost per unit of mass, with bounds that include every rounding.

    Raises:
        ValueError: a distance overflows.

    References:
        C. Villani, Topics in Optimal Transportation (2003), Theorem 2.18; S. Bobkov, M. Ledoux, One-dimensional
        empirical measures, order statistics and Kantorovich transport distances (2019), Theorems 2.9 and 2.10.

    Example:
        >>> line_cost(np.array([0.0, 1.0]), np.array([3.0, 2.0]), Masses(np.ones(2), np.ones(2), 2, 0), 1).cost
        1.0
    """
    with np.errstate(over="ignore"):
        gaps, mass = _matched(x, y, masses)
        reach = max(float(x.max()), float(y.max())) - min(float(x.min()), float(y.min()))
    if not math.isfinite(reach):
        raise ValueError("x and y are further apart than float64 holds; divide all points by a constant")
    length = length_unit(float(gaps.max()), p)
    gaps /= length
    powers = gaps if p == 1 else gaps**p
    total = float(gaps.size) if mass is None else masses.total
    cost = float(powers.sum() if mass is None else (mass * powers).sum()) / total
    unsure = masses.error + p * _doubt(masses)
    slack = cost * (p + 24) * EPS + (unsure * float(np.power(reach / length, p)) if unsure else 0.0)
    below, above = max(0.0, float(np.nextafter(cost - slack, -math.inf))), cost + slack
    return LineCost(cost, below, float(np.nextafter(above, math.inf)) if above > 0 else 0.0, length)


def staircase_potentials(x: Floats, y: Floats, masses: Masses, p: float) -> tuple[Floats, Floats]:
    """Dual potentials of the monotone coupling, feasible and optimal, in units of length to the p-th power.

    f(x_i) + g(y_j) = |x_i - y_j|^p along the staircase; it is at most the cost everywhere because |x - y|^p, p >= 1,
    has the Monge property. A bound on the rounding of the two running sums is taken off f.

    Args:
        x: points of shape (n,).
        y: points of shape (m,).
        masses: their masses.
        p: the power, at least 1.

    Returns:
        Potentials of shapes (n,) and (m,).

    References:
        R. E. Burkard, B. Klinz, R. Rudolf, Perspectives of Monge properties in optimization, Discrete Appl. Math. 70
        (1996), section 3.

    Example:
        >>> f, g = staircase_potentials(np.zeros(1), np.full(1, 2.0), Masses(np.ones(1), np.ones(1), 1, 0), 1)
        >>> round(float(f[0] + g[0]), 12)
        2.0
    """
    i, j, _ = monotone_coupling(x, y, masses)
    cost = np.abs(x[i] - y[j]) ** p
    step, by_row = np.diff(cost), np.diff(i) != 0
    f, g = np.empty_like(x), np.empty_like(y)
    f[i[np.concatenate([[True], by_row])]] = np.cumsum(np.concatenate([[0.0], step[by_row]]))
    g[j[np.concatenate([[True], ~by_row])]] = np.cumsum(np.concatenate([cost[:1], step[~by_row]]))
    rounding = 2 * EPS * (i.size * float(np.abs(step).sum()) + (p + 4) * float(cost.max()))
    return f - rounding, g
