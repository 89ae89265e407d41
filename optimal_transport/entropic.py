"""Entropic transport that proves something: its plan rounded to the marginals, its potentials made feasible."""

import math
import warnings

import numpy as np
from numpy.typing import ArrayLike, NDArray
from scipy.sparse import coo_array

from divergences.options import real
from optimal_transport.costs import Costs
from optimal_transport.duality import dual, lowered, transformed
from optimal_transport.exact import Transport
from optimal_transport.grounds import MetricLike
from optimal_transport.measures import EPS, Masses, check_integer, finite_power
from optimal_transport.problem import Problem, pose

__all__ = ["sinkhorn"]

Floats = NDArray[np.float64]
ENOUGH = 1e-9  # in the marginals, where the iteration stops


def sinkhorn(
    x: ArrayLike,
    y: ArrayLike,
    a: ArrayLike | None = None,
    b: ArrayLike | None = None,
    *,
    regularization: float,
    p: float = 1,
    metric: MetricLike = "euclidean",
    iterations: int = 1000,
) -> Transport:
    """An entropic plan rounded to its marginals, with proved bounds on the optimal cost, in the metric's unit to the p.

    min over plans pi of sum_ij pi_ij c_ij + regularization * KL(pi || a b), by POT's iteration on logarithms, whatever
    its accuracy. Then no row and no column of the plan is left too heavy, what is missing is spread as a product, and
    the plan's cost is an upper bound on the optimal cost without entropy. Two c-transforms of the potentials give a
    lower one. Bounds, rounding included, are proved as in :func:`optimal_transport`.

    Args:
        x: points, shape (n, d), or (n,) on the line.
        y: points, shape (m, d) or (m,).
        a: weights, shape (n,), summing to one; uniform where None.
        b: weights, shape (m,), summing to one; uniform where None.
        regularization: factor of the entropy, above 0, in the unit of cost.
        p: the power, finite and at least 1.
        metric: as in :func:`optimal_transport`.
        iterations: the most rounds of the iteration.

    Returns:
        The plan, which is dense, its cost and bounds; ``converged`` says whether the iteration came to rest.

    Raises:
        TypeError: an argument of the wrong type.
        ValueError: an argument is empty, not finite, of a wrong shape or out of range, or a cost overflows float64.

    References:
        M. Cuturi, Sinkhorn distances, NeurIPS 2013; J. Altschuler, J. Weed, P. Rigollet, Near-linear time approximation
        algorithms for optimal transport via Sinkhorn iteration, NeurIPS 2017, Algorithm 2.

    Example:
        >>> found = sinkhorn([0.0, 1.0], [1.0, 3.0], regularization=0.01)
        >>> found.lower <= 1.5 <= found.upper
        True
    """
    if not 0 < real(regularization, "regularization") < math.inf:
        raise ValueError(
            f"regularization must be finite and > 0, found {regularization!r}; for 0 ask optimal_transport"
        )
    finite_power(p)
    check_integer(iterations, "iterations", 1)
    problem = pose(x, y, a, b, p=p, metric=metric)
    costs = problem.costs(np.arange(problem.masses.a.size), np.arange(problem.masses.b.size))
    if not 0 < costs.scale < math.inf:
        raise ValueError("the costs leave float64; multiply all points by a constant")
    return _certified(problem, costs, regularization / costs.scale, iterations)


def _certified(problem: Problem, costs: Costs, regularization: float, iterations: int) -> Transport:
    """Bounds from what the iteration proposes for the atoms with mass."""
    masses = problem.masses
    rows, cols = np.flatnonzero(masses.a), np.flatnonzero(masses.b)
    a, b = masses.a[rows] / masses.total, masses.b[cols] / masses.total
    matrix = np.ascontiguousarray(costs.matrix[np.ix_(rows, cols)])
    proposed, f, converged = _iterated(a, b, matrix, regularization, iterations)
    plan = _rounded(proposed, a, b)
    found = dual(Costs(matrix, 1.0, 1.0, costs.relative, costs.absolute), f, a, b)
    marginal = float(np.abs(plan.sum(axis=1) - a).sum() + np.abs(plan.sum(axis=0) - b).sum())
    value, top, slack = float((plan * matrix).sum()), float(matrix.max()), _slack(masses, *matrix.shape)
    lower = costs.scale * max(0.0, found.lower - slack * top)
    upper = costs.scale * (value * (1 + costs.relative) + (marginal + slack) * top + costs.absolute)
    i, j = np.nonzero(plan)
    potentials, infeasibility = _everywhere(costs, rows, found.f)
    return Transport(
        cost=min(max(costs.scale * value, lower), upper),
        distance=(costs.scale * value) ** (1 / problem.p),
        lower=lower,
        upper=upper,
        plan=coo_array((plan[i, j], (rows[i], cols[j])), shape=costs.matrix.shape),
        potentials=potentials,
        infeasibility=infeasibility * costs.scale,
        marginal_error=marginal,
        method="entropic plan, rounded, dual bound",
        converged=converged,
        p=problem.p,
    )


def _slack(masses: Masses, n: int, m: int) -> float:
    """What weights that are divided once, and sums of n m positive terms, may be off."""
    return masses.error + EPS * (8 + math.log2(n * m + 1))


def _iterated(
    a: Floats, b: Floats, costs: Floats, regularization: float, iterations: int
) -> tuple[Floats, Floats, bool]:
    """POT's plan, its potential on the rows, and whether the marginals have come to rest."""
    import ot

    with warnings.catch_warnings(), np.errstate(all="ignore"):
        warnings.simplefilter("ignore")
        plan, log = ot.sinkhorn(
            a, b, costs, regularization, method="sinkhorn_log", numItermax=iterations, stopThr=ENOUGH, log=True
        )
    f = np.nan_to_num(regularization * log["log_u"], nan=0.0, posinf=0.0, neginf=0.0)
    plan = np.nan_to_num(plan, nan=0.0, posinf=0.0)
    return plan, f, bool(log["err"] and log["err"][-1] <= ENOUGH)


def _rounded(plan: Floats, a: Floats, b: Floats) -> Floats:
    """The plan with rows and columns cut down to the weights, and what then is missing added as a product."""
    for axis, weights in ((1, a), (0, b)):
        sums = plan.sum(axis=axis)
        share = np.minimum(np.divide(weights, sums, out=np.ones_like(weights), where=sums > 0), 1.0)
        plan = plan * np.expand_dims(share, axis)
    short, narrow = (np.maximum(weights - plan.sum(axis=axis), 0.0) for axis, weights in ((1, a), (0, b)))
    return plan + np.outer(short, narrow) / (short.sum() or 1.0)


def _everywhere(costs: Costs, rows: NDArray[np.intp], f: Floats) -> tuple[tuple[Floats, Floats], float]:
    """Potentials on all atoms in units of cost, from those on rows with mass, and by how much they are infeasible."""
    g = transformed(costs.matrix[rows], f)
    f, infeasibility = lowered(costs.matrix, transformed(costs.matrix.T, g), g)
    return (f * costs.scale, g * costs.scale), infeasibility
