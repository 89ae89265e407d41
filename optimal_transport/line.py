"""Optimal transport on the line: the monotone coupling, its cost with proved bounds, and its potentials."""

import math
from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray

from optimal_transport.line_costs import LineCost, Moves, cost_of
from optimal_transport.measures import EPS, Masses
from optimal_transport.sums import cumulative_masses, exact_sum, running_sums

__all__ = ["Line", "Staircase", "line_cost", "reach", "staircase", "steps_of"]

Floats = NDArray[np.float64]
Indices = NDArray[np.intp]


@dataclass(frozen=True, eq=False)
class Line:
    """Two measures on the line, each in order, and a power.

    Attributes:
        x: points of the first measure, non-decreasing, shape (n,).
        y: points of the second measure, non-decreasing, shape (m,).
        masses: their masses in this order; None where all atoms of a measure weigh the same.
        p: the power, at least 1.
    """

    x: Floats
    y: Floats
    masses: Masses | None
    p: float

    @property
    def exact(self) -> bool:
        """Whether sums and differences of the masses are exact."""
        return self.masses is None or self.masses.whole


@dataclass(frozen=True, eq=False)
class Staircase:
    """The cells that the monotone coupling visits, from both first points to both last ones.

    Attributes:
        i: indices into x, non-decreasing, shape (n + m,).
        j: indices into y, non-decreasing, shape (n + m,).
        mass: mass in each cell, zero where both running sums meet.
        down: whether the path leaves the cell by the next x (else by the next y).
        total: the mass of each measure.
    """

    i: Indices
    j: Indices
    mass: Floats
    down: NDArray[np.bool_]
    total: float


def reach(line: Line) -> float:
    """Largest distance between two of the points.

    Args:
        line: the measures.

    Returns:
        The distance, infinite where it overflows.

    Example:
        >>> reach(Line(np.zeros(1), np.array([1.0, 3.0]), None, 1))
        3.0
    """
    low, high = min(float(line.x[0]), float(line.y[0])), max(float(line.x[-1]), float(line.y[-1]))
    return high - low


def _running(line: Line) -> tuple[NDArray[Any], NDArray[Any], float]:
    """Running sums of both measures' masses, up to one total; whole ones for atoms that weigh the same."""
    if line.masses is None:
        total = math.lcm(line.x.size, line.y.size)
        by_x, by_y = (np.arange(1, size + 1) * (total // size) for size in (line.x.size, line.y.size))
        return by_x, by_y, float(total)
    first, second = cumulative_masses(line.masses.a), cumulative_masses(line.masses.b)
    first[-1] = second[-1] = max(first[-1], second[-1])
    return first, second, line.masses.total


def staircase(line: Line) -> Staircase:
    """The coupling of two measures on the line that keeps the order; it is optimal for every p >= 1.

    It moves the u-quantile of one measure to the u-quantile of the other.

    Args:
        line: the measures.

    Returns:
        Its cells, one for each end of an atom; cells without mass are kept.

    References:
        C. Villani, Topics in Optimal Transportation (2003), Theorem 2.18.

    Example:
        >>> steps = staircase(Line(np.array([0.0, 1.0]), np.array([5.0]), None, 1))
        >>> [part[steps.mass > 0].tolist() for part in (steps.i, steps.j, steps.mass)]
        [[0, 1], [0, 0], [1.0, 1.0]]
    """
    return steps_of(*_running(line))


def steps_of(first: NDArray[Any], second: NDArray[Any], total: float) -> Staircase:
    """The staircase of two non-decreasing arrays of running sums that end alike.

    Args:
        first: running sums of shape (n,).
        second: running sums of shape (m,).
        total: the mass that they stand for.

    Returns:
        Its cells.

    Example:
        >>> steps_of(np.array([1, 2]), np.array([2]), 2.0).mass
        array([1., 1., 0.])
    """
    ends = np.concatenate([first, second])
    order = np.argsort(ends, kind="stable")
    down = order < first.size
    i: Indices = np.cumsum(down) - down
    j = np.arange(order.size) - i
    mass = np.diff(ends[order], prepend=0).astype(np.float64, copy=False)
    return Staircase(
        np.minimum(i, first.size - 1, out=i), np.minimum(j, second.size - 1, out=j), mass, down, total
    )  # fmt: skip


def _sorted_differences(line: Line) -> Moves:
    """As many atoms on either side, all of one mass."""
    gaps = line.x - line.y
    return np.abs(gaps, out=gaps), None, float(gaps.size), 0.0


def _between_cells(line: Line) -> Moves:
    """Distances along the staircase."""
    steps = staircase(line)
    gaps = line.x[steps.i] - line.y[steps.j]
    np.abs(gaps, out=gaps)
    gaps[steps.mass == 0] = 0
    if line.masses is None or line.exact:
        return gaps, steps.mass, steps.total, 0.0
    masses = line.masses
    sums = 8 * EPS + abs(exact_sum(masses.a) - exact_sum(masses.b)) / masses.total
    return gaps, steps.mass, steps.total, masses.error + line.p * sums


def _between_points(line: Line) -> Moves:
    """At p = 1: stretches between neighbours among all points, and the mass |F - G| that crosses each.

    All mass at one point is summed before it is taken absolutely, so that nearly equal measures keep their relative
    accuracy. A mass below the rounding of the weights is none, which is why that rounding counts twice.
    """
    assert line.masses is not None
    points = np.concatenate([line.x, line.y])
    order = np.argsort(points, kind="stable")
    crossing = running_sums(np.concatenate([line.masses.a, -line.masses.b])[order])
    np.abs(crossing, out=crossing)
    total, error = line.masses.total, line.masses.error
    unsure = 0.0 if line.exact else 2 * error + (order.size * EPS) ** 2 + float(crossing[-1]) / total
    crossing = crossing[:-1]
    gaps = np.diff(points[order])
    none = crossing <= error * total
    gaps[none] = crossing[none] = 0
    return gaps, crossing, total, unsure


def _moves(line: Line) -> Moves:
    masses = line.masses
    if masses is None:
        return _sorted_differences(line) if line.x.size == line.y.size else _between_cells(line)
    if np.array_equal(line.x, line.y) and np.array_equal(masses.a, masses.b):
        return np.zeros(1), None, 1.0, 0.0  # written alike, so equal however the weights are rounded
    return _between_points(line) if line.p == 1 else _between_cells(line)


def line_cost(line: Line) -> LineCost:
    """Cost of the monotone coupling on the line, in units of a length to the p-th power.

    cost = integral over u in (0, 1) of |F^-1(u) - G^-1(u)|^p, at p = 1 the integral of |F - G|; for p = inf the
    length is the largest distance and the cost one. An error eps in the running sums moves the cost by at most
    p eps R^p, R the range of all points, because the integral of |F^-1 - F'^-1| is that of |F - F'|. All terms are
    positive: n of them are summed pairwise with at most min(n, 20 + log2 n) roundings each.

    Args:
        line: the measures.

    Returns:
        The cost per unit of mass, with bounds that include every rounding.

    Raises:
        ValueError: a distance overflows, or p is infinite and the masses are rounded.

    References:
        C. Villani, Topics in Optimal Transportation (2003), Theorem 2.18; S. Bobkov, M. Ledoux, One-dimensional
        empirical measures, order statistics and Kantorovich transport distances (2019), Theorems 2.9 and 2.10.

    Example:
        >>> line_cost(Line(np.array([0.0, 1.0]), np.array([2.0, 3.0]), None, 1)).cost
        1.0
    """
    with np.errstate(over="ignore"):
        widest = reach(line)
        if not math.isfinite(widest):
            raise ValueError("x and y are further apart than float64 holds; divide all points by a constant")
        moves = _moves(line)
    if math.isinf(line.p):
        return _largest(moves)
    return cost_of(moves, line.p, widest)


def _largest(moves: Moves) -> LineCost:
    """W_inf, which a rounded weight could move from one point to the next."""
    if moves[3]:
        raise ValueError("p = inf needs weights whose sums are exact; give uniform weights or multiples of 2^-52")
    return LineCost(1.0, 1.0, 1.0, float(moves[0].max(initial=0.0)), 0.0)
