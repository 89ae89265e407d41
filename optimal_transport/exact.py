"""Exact optimal transport between discrete measures, every answer certified anew."""

from __future__ import annotations

import math
from collections.abc import Callable
from dataclasses import dataclass

import numpy as np
from numpy.typing import ArrayLike, NDArray
from scipy.sparse import coo_array

from divergences.options import real
from optimal_transport.bottleneck import bottleneck
from optimal_transport.course import course
from optimal_transport.everywhere import everywhere
from optimal_transport.grounds import MetricLike
from optimal_transport.line import Line, line_cost, reach
from optimal_transport.line_costs import LineCost
from optimal_transport.line_solver import on_the_line, ordered, solve_line
from optimal_transport.measures import EPS
from optimal_transport.problem import Entries, Problem, pose, settled
from optimal_transport.solvers import TINY, Solved, solve

__all__ = ["Transport", "optimal_transport", "wasserstein_distance"]

Floats = NDArray[np.float64]
ROUNDING = 64 * EPS  # of the largest distance; the widest bounds measured at p = 1 are 31 eps apart


@dataclass(frozen=True, eq=False)
class Transport:
    """An optimal plan with its certificate; costs in the unit of the metric to the p-th power.

    Attributes:
        cost: sum of metric(x, y)^p over the plan, between ``lower`` and ``upper``.
        distance: cost^(1/p), which stays right where the cost itself underflows.
        lower: proved lower bound on the optimal cost, from the potentials or on the line from the Monge property.
        upper: proved upper bound, the plan's cost and what repairing its marginals could add.
        plan: the plan, a sparse array of shape (n, m) whose entries sum to one.
        potentials: (f, g) of shapes (n,) and (m,) with f(x) + g(y) <= metric(x, y)^p for every pair. At p = inf they
            are 1 on some atoms of the first measure and -1 on all atoms of the second that are nearer to one of these
            than ``lower``: that the first have more mass is the proof.
        infeasibility: by how much the potentials break that inequality, zero if nowhere.
        marginal_error: L1 distance of the plan's marginals to the weights.
        method: which solver and which lower bound.
        converged: whether the solver said that it finished; the bounds hold either way.
        p: the power; at p = inf cost and distance are both the longest way.
    """

    cost: float
    distance: float
    lower: float
    upper: float
    plan: coo_array
    potentials: tuple[Floats, Floats]
    infeasibility: float
    marginal_error: float
    method: str
    converged: bool
    p: float

    @property
    def gap(self) -> float:
        """(upper - lower) / upper, zero for 0/0.

        The divisor is cut off at the smallest positive float and no higher: any larger floor would call a cost that was
        lost to rounding or underflow certain.
        """
        return (self.upper - self.lower) / max(abs(self.upper), TINY)


def optimal_transport(
    x: ArrayLike | None = None,
    y: ArrayLike | None = None,
    a: ArrayLike | None = None,
    b: ArrayLike | None = None,
    *,
    p: float = 1,
    metric: MetricLike = "euclidean",
    cost_matrix: ArrayLike | None = None,
    time_limit: float | None = None,
    progress: Callable[[float, float], object] | None = None,
    start: Transport | None = None,
) -> Transport:
    """An optimal plan between two discrete measures with proved bounds on its cost, in the metric's unit to the p.

    min over plans pi with marginals a and b of sum_ij c(x_i, y_j) pi_ij, where c = metric^p or ``cost_matrix``; at
    p = inf of the largest distance (or entry of ``cost_matrix``) with pi_ij > 0.

    Points of the line are coupled monotonely, others by POT's network simplex: over all pairs, or for powers of a norm
    distance beyond 3 million pairs over the few that turn out to matter, round by round, in memory that grows with
    n + m. Such a solve can be followed, stopped and gone on with. Nothing a solver says is trusted: the lower bound is
    the value of potentials repaired over all pairs, the upper bound the plan's cost plus what its marginals are off,
    both with rounding included. Off the line, at p = 1, common mass stays in place.

    The bounds hold for the true distances of the metrics "euclidean", "cityblock", "chebyshev", "canberra", "hamming",
    "jaccard", "rogerstanimoto" and "sokalsneath". For every other name ("sqeuclidean" and "cosine" are no metrics) and
    for a function they hold for the distances as they were computed, as for a cost matrix.

    At p = inf the distance is the first of all distances within which a maximum flow moves all mass, and a set of atoms
    with more mass than all those nearer than that proves it. Such a distance jumps with the weights: where these are no
    multiples of 2^-52, 64 eps of all mass may be left out, as ``marginal_error`` says; the lower bound
    holds for the weights as given all the same.

    Args:
        x: points, shape (n, d), or (n,) on the line. None where a cost matrix is given.
        y: points, shape (m, d) or (m,).
        a: weights, shape (n,), summing to one; uniform where None.
        b: weights, shape (m,), summing to one; uniform where None.
        p: the power, at least 1, or math.inf for the longest way.
        metric: a name that scipy's ``cdist`` knows, with its meaning and defaults there, or a function of two points
            of shape (d,) that returns a number >= 0.
        cost_matrix: costs of shape (n, m), already the p-th power, instead of points.
        time_limit: seconds after which no further round begins. The bounds then reached are returned, as after an
            interrupt from the keyboard; ``converged`` is False.
        progress: called after each round with the lower and the upper bound reached, up to rounding.
        start: an earlier answer for the same points, to go on from.

    Returns:
        The plan, its cost, bounds and potentials.

    Raises:
        TypeError: entries are not real numbers.
        ValueError: an argument is empty, not finite, of a wrong shape or out of range, or a cost overflows float64.

    References:
        C. Villani, Optimal Transport, Old and New (2009), Theorems 4.1 and 5.10; R. Flamary et al., POT:
        Python Optimal Transport, JMLR 22 (2021).

    Example:
        >>> found = optimal_transport([0, 1], [1, 3])
        >>> found.cost, found.gap < 1e-14
        (1.5, True)
    """
    followed = course(time_limit, progress, start)
    line = on_the_line(x, y, a, b, p=p, metric=metric) if cost_matrix is None else None
    if line is not None and math.isfinite(line.p):
        with np.errstate(over="ignore", under="ignore", invalid="ignore"):
            solved = solve_line(line)
        return _transport(solved, line.p, solved.moved, solved.potentials, 0.0)
    problem = settled(pose(x, y, a, b, p=p, metric=metric, cost_matrix=cost_matrix))
    if math.isinf(problem.p):
        return _farthest(problem)
    with np.errstate(over="ignore", under="ignore", invalid="ignore"):
        solved = solve(problem, followed)
        potentials, infeasibility = everywhere(problem, solved)
    i, j, mass = (np.concatenate(parts) for parts in zip(problem.staying, solved.moved, strict=True))
    mass[: problem.staying[0].size] /= problem.masses.total
    return _transport(solved, problem.p, (i, j, mass), potentials, infeasibility)


def _transport(
    solved: Solved, p: float, entries: Entries, potentials: tuple[Floats, Floats], infeasibility: float
) -> Transport:
    """What was solved, in units of cost."""
    with np.errstate(over="ignore", under="ignore", invalid="ignore"):
        lower, upper = _scaled(solved)
    i, j, mass = entries
    return Transport(
        cost=min(max(solved.cost * solved.scale, lower), upper),
        distance=_root(solved, p),
        lower=lower,
        upper=upper,
        plan=coo_array((mass, (i, j)), shape=(potentials[0].size, potentials[1].size)),
        potentials=potentials,
        infeasibility=infeasibility,
        marginal_error=solved.marginal_error,
        method=solved.method,
        converged=solved.converged,
        p=p,
    )


def _farthest(problem: Problem) -> Transport:
    """The transport that moves no mass further than it must."""
    found, masses = bottleneck(problem), problem.masses
    i, j, mass = (np.concatenate(parts) for parts in zip(problem.staying, found.moved, strict=True))
    off = [np.abs(np.bincount(k, mass, own.size) - own).sum() for k, own in ((i, masses.a), (j, masses.b))]
    lost = masses.whole and sum(off) > 0
    return Transport(
        cost=found.distance,
        distance=found.distance,
        lower=found.lower,
        upper=max(found.upper, problem.reach()) if lost else found.upper,
        plan=coo_array((mass / masses.total, (i, j)), shape=(masses.a.size, masses.b.size)),
        potentials=(found.full.astype(np.float64), -found.near.astype(np.float64)),
        infeasibility=0.0,
        marginal_error=float(sum(off)) / masses.total,
        method=found.method,
        converged=not lost,
        p=problem.p,
    )


def _scaled(solved: Solved) -> tuple[float, float]:
    """The bounds in units of cost, rounded outwards."""
    lower, upper = solved.lower * solved.scale, solved.upper * solved.scale
    if solved.scale == 0 and solved.upper > 0:
        return 0.0, TINY
    if not math.isfinite(upper):
        raise ValueError("the costs overflow float64; divide all points by a constant, or ask for wasserstein_distance")
    outwards = math.nextafter(upper, math.inf) if solved.upper > 0 else 0.0
    return max(0.0, math.nextafter(lower, -math.inf)), outwards


def _root(solved: Solved | LineCost, p: float) -> float:
    distance = solved.length * float(solved.cost ** (1 / p))
    if not math.isfinite(distance):
        raise ValueError("the distance overflows float64; divide all points by a constant")
    return distance


def wasserstein_distance(
    x: ArrayLike,
    y: ArrayLike,
    a: ArrayLike | None = None,
    b: ArrayLike | None = None,
    *,
    p: float = 1,
    metric: MetricLike = "euclidean",
    tolerance: float = 1e-9,
) -> float:
    """Wasserstein distance W_p between two discrete measures given as arrays, in the metric's unit.

    Args, Returns, Raises and References are those of :func:`optimal_transport.distance.wasserstein_distance`, which
    takes tensors too.

    Example:
        >>> wasserstein_distance([[0, 0], [1, 0]], [[0, 3], [1, 3]], p=2)
        3.0
    """
    if not 0 <= real(tolerance, "tolerance") < math.inf:
        raise ValueError(f"tolerance must be finite and >= 0, found {tolerance!r}; the default is 1e-9")
    line = on_the_line(x, y, a, b, p=p, metric=metric)
    if line is not None and math.isinf(line.p) and line.masses is not None and not line.masses.whole:
        line = None  # W_inf jumps with rounded weights: that is weighed elsewhere
    with np.errstate(over="ignore", under="ignore", invalid="ignore"):
        found, open_to = _on_line(line) if line is not None else _elsewhere(pose(x, y, a, b, p=p, metric=metric))
    gap = (found.upper - found.lower) / max(found.upper, TINY)
    power = float(p)
    apart = (found.upper ** (1 / power) - found.lower ** (1 / power)) * found.length
    if not (gap <= tolerance or apart <= open_to):
        raise RuntimeError(
            f"the bounds on W^p are a relative {gap:.1e} apart, more than tolerance={tolerance:.1e}; "
            "use optimal_transport to see the bounds, rescale or translate the points, or raise tolerance"
        )
    return _root(found, power)


def _on_line(line: Line) -> tuple[LineCost, float]:
    """Bounds without a plan, and how far apart rounded weights may leave those on the distance."""
    line = ordered(line)
    found = line_cost(line)
    return found, ROUNDING * reach(line) if found.doubt else -1.0


def _elsewhere(problem: Problem) -> tuple[Solved | LineCost, float]:
    """Bounds from a plan, and how far apart rounded weights may leave those on the distance."""
    if math.isinf(problem.p):
        longest = _farthest(settled(problem))
        length = longest.distance
        low, high = ((end / length if length else 1.0) for end in (longest.lower, longest.upper))
        return LineCost(1.0, low, high, length, 0.0), -1.0
    return solve(settled(problem)), -1.0 if problem.masses.whole else ROUNDING * problem.reach()
