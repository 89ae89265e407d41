"""Solvers of discrete transport, and the bounds that certify what they propose."""

import math
import warnings
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from optimal_transport.costs import SMALL, Costs, length_unit
from optimal_transport.duality import dual, proved
from optimal_transport.large import ship
from optimal_transport.measures import EPS, Masses
from optimal_transport.problem import Entries, Problem

__all__ = ["Solved", "is_large", "solve"]

Floats = NDArray[np.float64]
Indices = NDArray[np.intp]
ITERATIONS = 10**9
MANY_PAIRS = 25_000_000  # beyond it the matrix of costs takes longer, and soon more memory than there is
TINY = math.ulp(0.0)


@dataclass(frozen=True, eq=False)
class Solved:
    """A solved problem: bounds on the cost divided by ``scale = length**p``, the moved part of the plan, potentials."""

    cost: float
    lower: float
    upper: float
    scale: float
    length: float
    moved: Entries
    potentials: tuple[Floats, Floats]
    marginal_error: float
    method: str
    converged: bool


def _simplex(costs: Costs, masses: Masses) -> tuple[Entries, Floats, bool]:
    """POT's network simplex: plan, potential on the rows, whether it finished. All of it is only a proposal."""
    import ot

    unit = math.ldexp(1.0, math.frexp(masses.total)[1])
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        a, b = masses.a / unit, masses.b / unit
        plan, log = ot.emd(a, b, costs.matrix, numItermax=ITERATIONS, log=True, check_marginals=False)
    i, j = np.nonzero(plan)
    return (i, j, plan[i, j] * unit), np.nan_to_num(log["u"], posinf=0.0, neginf=0.0), log["result_code"] == 1


def _marginal_error(entries: Entries, masses: Masses) -> float:
    """L1 distance of a plan's marginals to the masses, each difference rounded once."""

    def one_side(index: Indices, target: Floats) -> float:
        order = np.argsort(index, kind="stable")
        parts = np.split(entries[2][order], np.cumsum(np.bincount(index, minlength=target.size))[:-1])
        return math.fsum(abs(math.fsum([goal, *-part])) for goal, part in zip(target, parts, strict=True))

    return one_side(entries[0], masses.a) + one_side(entries[1], masses.b)


def _solve_nothing(problem: Problem) -> Solved:
    """No mass to move, up to a mismatch of the two sums."""
    upper = problem.fraction + problem.masses.error
    length = problem.reach() if upper else 1.0
    empty = np.empty(0, dtype=np.intp), np.empty(0, dtype=np.intp), np.empty(0)
    zeros = np.zeros(problem.rows.size), np.zeros(problem.cols.size)
    scale = float(np.power(length, problem.p))
    return Solved(0.0, 0.0, upper, scale, length, empty, zeros, problem.fraction, "nothing to move", True)


def _solve_matrix(problem: Problem) -> Solved:
    """Solve with all costs at hand; the bounds come from the plan and from potentials repaired over all pairs."""
    costs, rest = problem.costs(problem.rows, problem.cols), problem.rest
    (i, j, mass), f, converged = _simplex(costs, rest)
    found = dual(costs, f, rest.a, rest.b)
    marginal, plain = _marginal_error((i, j, mass), rest), math.fsum(mass * costs.matrix[i, j])
    rounding = 0.0 if problem.masses.whole else 4 * EPS * rest.total
    upper = plain + (marginal + rounding) * float(costs.matrix.max()) + rest.total * costs.absolute
    share, unsure = problem.fraction / rest.total, problem.unsure(costs.length)
    low = max(0.0, found.lower * share * (1 - 8 * EPS) - unsure)
    high = upper * share * (1 + costs.relative + 8 * EPS) + unsure
    moved = problem.rows[i], problem.cols[j], mass * share
    return Solved(plain * share, min(low, plain * share), high, costs.scale, costs.length, moved, (found.f, found.g),
                  marginal * share, "network simplex, dual bound", converged)  # fmt: skip


def _solve_large(problem: Problem) -> Solved:
    """Solve at p = 1 without the matrix of costs; the potentials hold for all pairs, rounding included."""
    assert problem.x is not None and problem.y is not None
    length, rest = length_unit(problem.reach(), 1), problem.rest
    x, y = problem.x[problem.rows] / length, problem.y[problem.cols] / length
    found = ship(x, y, rest, problem.metric)
    i, j, mass = found.entries
    marginal, plain = _marginal_error(found.entries, rest), math.fsum(mass * problem.metric.of_gaps(x[i] - y[j]))
    relative = (problem.metric.roundings(x.shape[1]) + 1) * EPS / 2
    rounding = 0.0 if problem.masses.whole else 4 * EPS * rest.total
    f = found.f - 4 * EPS * float(np.abs(found.f).max() + np.abs(found.g).max())
    lower = proved(np.concatenate([rest.a * f, rest.b * found.g]), rest.total * 2 * SMALL, relative)
    upper = plain + (marginal + rounding) * problem.reach() / length + rest.total * 2 * SMALL
    share, unsure = problem.fraction / rest.total, problem.unsure(length)
    low = max(0.0, lower * share * (1 - 8 * EPS) - unsure)
    high = upper * share * (1 + relative + 8 * EPS) + unsure
    moved = problem.rows[i], problem.cols[j], mass * share
    return Solved(plain * share, min(low, plain * share), high, length, length, moved, (f, found.g), marginal * share,
                  f"transshipment, {found.rounds} rounds, dual bound", found.optimal)  # fmt: skip


def is_large(problem: Problem) -> bool:
    """Whether the problem has a metric cost and too many pairs of points for a matrix of costs.

    Args:
        problem: the problem.

    Returns:
        True where it is solved as a transshipment.

    Example:
        >>> from optimal_transport.problem import pose
        >>> is_large(pose([[0, 0]], [[1, 1]], None, None, p=1, metric="euclidean"))
        False
    """
    pairs = problem.rows.size * problem.cols.size
    return problem.x is not None and problem.p == 1 and pairs > MANY_PAIRS


def solve(problem: Problem) -> Solved:
    """Solve a problem: as a transshipment where it is large, else all at once.

    Args:
        problem: the problem, best :func:`settled <optimal_transport.problem.settled>`.

    Returns:
        Bounds, plan and potentials in scaled units.

    References:
        N. Bonneel, M. van de Panne, S. Paris, W. Heidrich, Displacement interpolation using Lagrangian mass transport,
        ACM Trans. Graph. 30 (2011); the simplex in POT.

    Example:
        >>> from optimal_transport.problem import pose
        >>> found = solve(pose([0, 1], [1, 3], None, None, p=1, metric="euclidean"))
        >>> found.cost * found.scale
        1.5
    """
    if not problem.rows.size or not problem.cols.size:
        return _solve_nothing(problem)
    return _solve_large(problem) if is_large(problem) else _solve_matrix(problem)
