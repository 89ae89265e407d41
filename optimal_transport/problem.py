"""A transport problem: arguments checked, mass that need not move set aside."""

import dataclasses
import math
from dataclasses import dataclass

import numpy as np
from numpy.typing import ArrayLike, NDArray

from optimal_transport.costs import METRICS, Costs, Metric, diameter, given_costs, power_costs
from optimal_transport.grounds import MetricLike, check_metric, ground_costs, keeps_common_mass
from optimal_transport.measures import Masses, as_masses, as_points, shared_mass

__all__ = ["Entries", "Problem", "no_entries", "pose", "settled"]

Floats = NDArray[np.float64]
Indices = NDArray[np.intp]
Entries = tuple[Indices, Indices, Floats]


@dataclass(frozen=True, eq=False)
class Problem:
    """A transport problem and what is left to move in it.

    Attributes:
        x: points of shape (n, d), or None where the metric is no norm distance or a cost matrix was given.
        y: points of shape (m, d), or None.
        given: the costs in these cases, scaled, else None.
        metric: the norm distance between points, of no meaning in these cases.
        p: the power, or infinity.
        masses: the masses of all atoms.
        staying: entries (i, j, mass) of the plan that are settled: mass that both measures have at one point.
        rows: atoms of the first measure with mass to move.
        cols: atoms of the second measure with mass to move.
        rest: their masses, times a power of two that brings the total to order one where masses are not whole.
        fraction: the share of all mass that is left to move.
    """

    x: Floats | None
    y: Floats | None
    given: Costs | None
    metric: Metric
    p: float
    masses: Masses
    staying: Entries
    rows: Indices
    cols: Indices
    rest: Masses
    fraction: float

    @property
    def power(self) -> float:
        """The power of the distance that the costs are: p, and one where p is infinite."""
        return self.p if math.isfinite(self.p) else 1.0

    def costs(self, rows: Indices, cols: Indices) -> Costs:
        """The scaled costs between some atoms."""
        if self.x is None or self.y is None:
            assert self.given is not None
            return dataclasses.replace(self.given, matrix=np.ascontiguousarray(self.given.matrix[np.ix_(rows, cols)]))
        return power_costs(self.x[rows], self.y[cols], self.metric, self.power)

    def reach(self) -> float:
        """A bound on every distance between atoms."""
        if self.x is None or self.y is None:
            assert self.given is not None
            return float(self.given.matrix.max() ** (1 / self.power)) * self.given.length
        return diameter(self.x, self.y, self.metric)

    def unsure(self, length: float) -> float:
        """What weights that do not sum to one exactly could add to the cost, in units of length^p."""
        error = self.masses.error
        return error * float(np.power(self.reach() / length, self.p)) if error else 0.0


def _power(p: float) -> float:
    if isinstance(p, bool) or not isinstance(p, int | float | np.integer | np.floating):
        raise TypeError(f"p must be a number, found {p!r}")
    if not p >= 1:
        raise ValueError(f"p must be >= 1, found {p!r}; give for example p=1, p=2 or p=math.inf")
    return float(p)


def _clouds(x: ArrayLike | None, y: ArrayLike | None) -> tuple[Floats, Floats]:
    if x is None or y is None:
        raise ValueError("x and y must both be given, found None; give the points or a cost_matrix")
    first, second = as_points(x, "x"), as_points(y, "y")
    if first.shape[1] != second.shape[1]:
        raise ValueError(f"x and y must lie in one space, found dimensions {first.shape[1]} and {second.shape[1]}")
    return first, second


def pose(
    x: ArrayLike | None,
    y: ArrayLike | None,
    a: ArrayLike | None,
    b: ArrayLike | None,
    *,
    p: float,
    metric: MetricLike,
    cost_matrix: ArrayLike | None = None,
) -> Problem:
    """Check the arguments of a transport problem.

    Args:
        x: points of shape (n,) or (n, d), or None.
        y: points of shape (m,) or (m, d), or None.
        a: weights of shape (n,), uniform where None.
        b: weights of shape (m,), uniform where None.
        p: the power, at least 1, or infinity.
        metric: a name that scipy's ``cdist`` knows, or a function of two points.
        cost_matrix: p-th powers of distances, shape (n, m), instead of points.

    Returns:
        The problem, all mass still to move but for a metric that is no norm distance, where at p = 1 the mass common
        to both measures is set aside at once.

    Raises:
        TypeError: an argument of the wrong type.
        ValueError: an argument out of range.

    Example:
        >>> pose([0, 1], [1, 2], None, None, p=1, metric="euclidean").fraction
        1.0
    """
    power = _power(p)
    exponent = power if math.isfinite(power) else 1.0
    check_metric(metric)
    if cost_matrix is None:
        first, second = _clouds(x, y)
        masses = as_masses(a, b, len(first), len(second))
        norm = next((row for row in METRICS if row.name == metric), None)
        if norm is not None:
            return _with(masses, no_entries(), x=first, y=second, given=None, metric=norm, p=power)
        given = ground_costs(first, second, metric, exponent)
        staying = shared_mass(first, second, masses) if power == 1 and keeps_common_mass(metric) else no_entries()
        return _with(masses, staying, x=None, y=None, given=given, metric=METRICS[0], p=power)
    if x is not None or y is not None:
        raise ValueError("x and y must be None where cost_matrix is given; leave out one of the two")
    given = given_costs(cost_matrix, exponent)
    masses = as_masses(a, b, *given.matrix.shape)
    return _with(masses, no_entries(), x=None, y=None, given=given, metric=METRICS[0], p=power)


def no_entries() -> Entries:
    """No cells of a plan.

    Returns:
        Empty arrays of indices and of masses.

    Example:
        >>> [part.size for part in no_entries()]
        [0, 0, 0]
    """
    return np.empty(0, dtype=np.intp), np.empty(0, dtype=np.intp), np.empty(0)


def _with(
    masses: Masses,
    staying: Entries,
    *,
    x: Floats | None,
    y: Floats | None,
    given: Costs | None,
    metric: Metric,
    p: float,
) -> Problem:
    """The problem with some mass staying and atoms without mass dropped."""
    i, j, mass = staying
    a, b = masses.a.copy(), masses.b.copy()
    a[i] -= mass
    b[j] -= mass
    rows, cols = np.flatnonzero(a), np.flatnonzero(b)
    left = max(math.fsum(a), math.fsum(b))
    unit = 1.0 if masses.whole or left == 0 else math.ldexp(1.0, -math.frexp(left)[1])
    rest = Masses(a[rows] * unit, b[cols] * unit, left * unit, 0.0)
    return Problem(x, y, given, metric, p, masses, staying, rows, cols, rest, left / masses.total)


def settled(problem: Problem) -> Problem:
    """Set aside the mass that an optimal plan leaves in place.

    For a norm distance at p = 1 that is all mass which both measures have at one point, so that nearly equal measures
    keep their relative accuracy; for p > 1 it is so only if the measures are equal.

    Args:
        problem: the problem as posed.

    Returns:
        The smaller problem.

    References:
        C. Villani, Topics in Optimal Transportation (2003), Corollary 1.16.

    Example:
        >>> settled(pose([0, 1], [1, 2], None, None, p=1, metric="euclidean")).fraction
        0.5
    """
    if problem.x is None or problem.y is None:
        return problem
    masses = problem.masses
    staying = shared_mass(problem.x, problem.y, masses)
    mass = staying[2]
    equal = all(math.fsum([*part, *-mass]) == 0 for part in (masses.a, masses.b))
    if not mass.size or not (equal or problem.p == 1):
        return problem
    return _with(masses, staying, x=problem.x, y=problem.y, given=None, metric=problem.metric, p=problem.p)
