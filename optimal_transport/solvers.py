"""Solvers of discrete transport, and the bounds that certify what they propose."""

import math
import warnings
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from optimal_transport.bipartite import pair_up
from optimal_transport.costs import SMALL, Costs, length_unit
from optimal_transport.duality import dual, proved
from optimal_transport.large import ship
from optimal_transport.measures import EPS, Masses
from optimal_transport.problem import Entries, Problem, no_entries
from optimal_transport.rounds import UNWATCHED, Before, Course, powered

__all__ = ["Solved", "simplex", "solve"]

Floats = NDArray[np.float64]
Indices = NDArray[np.intp]
ITERATIONS = 10**9
MANY_PAIRS = 3_000_000  # beyond it the matrix of costs takes longer, and soon more memory than there is
APART = 1e-9  # of the cost: bounds that are worth a second try
MOST = 64.0  # the largest power of a distance that is solved so
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


def simplex(matrix: Floats, masses: Masses) -> tuple[Entries, Floats, bool]:
    """POT's network simplex over all pairs, of which all is only a proposal.

    Args:
        matrix: costs of shape (n, m), of order one.
        masses: the masses.

    Returns:
        The cells of the plan with mass, the potential on the rows, and whether the simplex finished.

    References:
        N. Bonneel, M. van de Panne, S. Paris, W. Heidrich, Displacement interpolation using Lagrangian mass transport,
        ACM Trans. Graph. 30 (2011).

    Example:
        >>> simplex(np.array([[1.0, 2.0]]), Masses(np.array([3.0]), np.array([1.0, 2.0]), 3.0, 0.0))[0][2].tolist()
        [1.0, 2.0]
    """
    import ot

    unit = math.ldexp(1.0, math.frexp(masses.total)[1])
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        a, b = masses.a / unit, masses.b / unit
        plan, log = ot.emd(a, b, matrix, numItermax=ITERATIONS, log=True, check_marginals=False)
    i, j = np.nonzero(plan)
    return (i, j, plan[i, j] * unit), np.nan_to_num(log["u"], posinf=0.0, neginf=0.0), log["result_code"] == 1


def _marginal_error(entries: Entries, masses: Masses) -> float:
    """L1 distance of a plan's marginals to the masses, each difference rounded once."""
    exact = masses.whole and bool(np.all(entries[2] == np.rint(entries[2])))  # then no sum is rounded

    def one_side(index: Indices, target: Floats) -> float:
        if exact:
            return float(np.abs(target - np.bincount(index, entries[2], minlength=target.size)).sum())
        order = np.argsort(index, kind="stable")
        parts = np.split(entries[2][order], np.cumsum(np.bincount(index, minlength=target.size))[:-1])
        return math.fsum(abs(math.fsum([goal, *-part])) for goal, part in zip(target, parts, strict=True))

    return one_side(entries[0], masses.a) + one_side(entries[1], masses.b)


def _solve_nothing(problem: Problem) -> Solved:
    """No mass to move, up to a mismatch of the two sums."""
    upper = problem.fraction + problem.masses.error
    length = problem.reach() if upper else 1.0
    zeros = np.zeros(problem.rows.size), np.zeros(problem.cols.size)
    scale = float(np.power(length, problem.p))
    return Solved(0.0, 0.0, upper, scale, length, no_entries(), zeros, problem.fraction, "nothing to move", True)


def _solve_matrix(problem: Problem) -> Solved:
    """Solve with all costs at hand; a second time without its largest costs where the bounds have not met.

    Beside entries so large that the plan cannot use them the simplex loses the digits of all others. Potentials that
    hold for smaller costs hold for the larger.
    """
    costs, rest = problem.costs(problem.rows, problem.cols), problem.rest
    found = _bounded(problem, costs, math.inf)
    if found.upper - found.lower <= APART * found.upper:
        return found
    ceiling = _ceiling(costs.matrix) * 2 * rest.total / min(float(rest.a.min()), float(rest.b.min()))
    if not ceiling < float(costs.matrix.max()):
        return found
    again = _bounded(problem, costs, ceiling)
    return min(found, again, key=lambda each: each.upper - each.lower)


def _ceiling(matrix: Floats) -> float:
    """The entry before the longest step, by ratio, between two that follow each other in size."""
    entries = np.unique(matrix[matrix > 0])
    if entries.size < 2:
        return math.inf
    return float(entries[np.argmax(entries[1:] / entries[:-1])])


def _bounded(problem: Problem, costs: Costs, ceiling: float) -> Solved:
    """What the simplex proposes for costs up to a ceiling, bounded by the plan and by potentials repaired for all."""
    rest, matrix, unit = problem.rest, costs.matrix, 1.0
    if ceiling < math.inf:
        unit = math.ldexp(1.0, math.frexp(ceiling)[1])
        matrix = np.minimum(matrix, ceiling) / unit
    (i, j, mass), f, converged = simplex(matrix, rest)
    f *= unit
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


def _solve_large(problem: Problem, course: Course) -> Solved:
    """Solve without the matrix of costs; the potentials hold for all pairs, rounding included."""
    assert problem.x is not None and problem.y is not None
    p, metric, rest = problem.p, problem.metric, problem.rest
    length = length_unit(problem.reach(), p)
    x, y = problem.x[problem.rows] / length, problem.y[problem.cols] / length
    scale, share = float(np.power(length, p)), problem.fraction / rest.total
    course = _scaled(course, problem, scale, share)
    found = ship(x, y, rest, metric, course) if p == 1 else pair_up(x, y, rest, powered(metric, p), course)
    i, j, mass = found.entries
    marginal, plain = _marginal_error(found.entries, rest), math.fsum(mass * metric.of_gaps(x[i] - y[j]) ** p)
    relative = (p * (metric.roundings(x.shape[1]) + 1) + (0 if p == 1 else 4)) * EPS / 2
    rounding = 0.0 if problem.masses.whole else 4 * EPS * rest.total
    f = found.f - 4 * EPS * float(np.abs(found.f).max() + np.abs(found.g).max())
    lower = proved(np.concatenate([rest.a * f, rest.b * found.g]), rest.total * 2 * SMALL, relative)
    upper = plain + (marginal + rounding) * (problem.reach() / length) ** p + rest.total * 2 * SMALL
    unsure = problem.unsure(length)
    low = max(0.0, lower * share * (1 - 8 * EPS) - unsure)
    high = upper * share * (1 + relative + 8 * EPS) + unsure
    moved = problem.rows[i], problem.cols[j], mass * share
    return Solved(plain * share, min(low, plain * share), high, scale, length, moved, (f, found.g), marginal * share,
                  f"{found.method}, dual bound", found.optimal)  # fmt: skip


def _scaled(course: Course, problem: Problem, scale: float, share: float) -> Course:
    """The course for points divided by a length: what is known of atoms with mass to move, in the scaled units."""
    before, watch = course
    if before is not None:
        i, j, f, g = before
        own, shape = (f.size, g.size), (problem.masses.a.size, problem.masses.b.size)
        if own != shape:
            raise ValueError(f"start belongs to {own} points, found {shape}; leave it out")
        row, col = np.full(f.size, -1), np.full(g.size, -1)
        row[problem.rows], col[problem.cols] = np.arange(problem.rows.size), np.arange(problem.cols.size)
        kept = (row[i] >= 0) & (col[j] >= 0)
        before = Before(row[i][kept], col[j][kept], f[problem.rows] / scale, g[problem.cols] / scale)
    return Course(before, lambda lower, upper: watch(lower * share * scale, upper * share * scale))


def _is_large(problem: Problem) -> bool:
    """Whether the problem has powers of a norm distance for costs and too many pairs of points for their matrix."""
    pairs = problem.rows.size * problem.cols.size
    return problem.x is not None and problem.p <= MOST and pairs > MANY_PAIRS


def solve(problem: Problem, course: Course = UNWATCHED) -> Solved:
    """Solve a problem: as a transshipment where it is large, else all at once.

    Args:
        problem: the problem, best :func:`settled <optimal_transport.problem.settled>`.
        course: how a solve over few pairs begins, and who follows it.

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
    return _solve_large(problem, course) if _is_large(problem) else _solve_matrix(problem)
