"""The line, solved: arguments checked and put in order, the plan, the potentials."""

import math

import numpy as np
from numpy.typing import ArrayLike, NDArray

from optimal_transport.line import Line, Staircase, line_cost, staircase
from optimal_transport.line_potentials import staircase_potentials
from optimal_transport.measures import Masses, as_masses, as_points
from optimal_transport.solvers import Solved
from optimal_transport.sums import ordering

__all__ = ["on_the_line", "ordered", "solve_line"]

Floats = NDArray[np.float64]
Indices = NDArray[np.intp]
NORMS = ("euclidean", "cityblock", "chebyshev")  # all are |x - y| on the line


def on_the_line(
    x: ArrayLike | None, y: ArrayLike | None, a: ArrayLike | None, b: ArrayLike | None, *, p: float, metric: object
) -> Line | None:
    """The measures as given, if they lie on the line, the metric is |x - y| and the power at least 1.

    Args:
        x: points of shape (n,) or (n, d), or None.
        y: points of shape (m,) or (m, d), or None.
        a: weights of shape (n,), uniform where None.
        b: weights of shape (m,), uniform where None.
        p: the power.
        metric: the metric's name.

    Returns:
        The measures, not yet in order, or None where they are something else.

    Raises:
        TypeError: an argument of the wrong type.
        ValueError: an argument out of range.

    Example:
        >>> on_the_line([1, 0], [[2], [3]], None, None, p=1, metric="euclidean").x
        array([1., 0.])
        >>> on_the_line([[1, 0]], [[2, 3]], None, None, p=1, metric="euclidean")
    """
    power = isinstance(p, int | float | np.integer | np.floating) and not isinstance(p, bool) and p >= 1
    if x is None or y is None or not power or not isinstance(metric, str) or metric not in NORMS:
        return None
    first, second = as_points(x, "x"), as_points(y, "y")
    if first.shape[1] != 1 or second.shape[1] != 1:
        return None
    masses = None if a is None and b is None else as_masses(a, b, len(first), len(second))
    return Line(first[:, 0], second[:, 0], masses, float(p))


def ordered(line: Line) -> Line:
    """The measures with their points in order.

    Args:
        line: the measures in any order; they are left as they are.

    Returns:
        The same measures.

    Example:
        >>> ordered(Line(np.array([1.0, 0.0]), np.zeros(1), None, 1)).x
        array([0., 1.])
    """
    if line.masses is None:
        return Line(np.sort(line.x), np.sort(line.y), None, line.p)
    return _taken(line, ordering(line.x), ordering(line.y))


def _taken(line: Line, by_x: Indices, by_y: Indices) -> Line:
    masses = line.masses
    if masses is not None:
        masses = Masses(masses.a[by_x], masses.b[by_y], masses.total, masses.error)
    return Line(line.x[by_x], line.y[by_y], masses, line.p)


def _marginal_error(line: Line, steps: Staircase) -> float:
    """L1 distance of the staircase's marginals to the masses, none where differences of sums are exact."""
    if line.masses is None or line.exact:
        return 0.0
    sides = (steps.i, line.masses.a), (steps.j, line.masses.b)
    return sum(float(np.abs(np.bincount(at, steps.mass, mass.size) - mass).sum()) for at, mass in sides)


def solve_line(line: Line) -> Solved:
    """The monotone plan with its cost, proved bounds and potentials for all atoms.

    The lower bound is the value of the plan, which the Monge property proves optimal
    (:func:`optimal_transport.line_potentials.staircase_potentials`), less its rounding.

    Args:
        line: the measures in any order, the power finite.

    Returns:
        Bounds in scaled units, the plan, and potentials in the unit of cost.

    Raises:
        ValueError: a distance overflows or p is infinite.

    References:
        C. Villani, Topics in Optimal Transportation (2003), Theorem 2.18.

    Example:
        >>> found = solve_line(Line(np.array([1.0, 0.0]), np.array([3.0, 5.0]), None, 1))
        >>> found.cost * found.scale, found.moved[1].tolist()
        (3.5, [0, 1])
    """
    if math.isinf(line.p):
        raise ValueError("p must be finite and >= 1, found inf; ask for wasserstein_distance")
    by_x, by_y = ordering(line.x), ordering(line.y)
    line = _taken(line, by_x, by_y)
    bounds, steps = line_cost(line), staircase(line)
    parts = staircase_potentials(line, steps)
    f, g = (np.empty_like(part) for part in parts)
    f[by_x], g[by_y] = parts
    kept = np.flatnonzero(steps.mass)
    moved = by_x[steps.i[kept]], by_y[steps.j[kept]], steps.mass[kept] / steps.total
    marginal = _marginal_error(line, steps) / steps.total
    return Solved(bounds.cost, bounds.lower, bounds.upper, float(np.power(bounds.length, line.p)), bounds.length, moved,
                  (f, g), marginal, "monotone coupling, Monge bound", True)  # fmt: skip
