"""Partial transport: the cheapest way to move a given share of the mass."""

import dataclasses

import numpy as np
from numpy.typing import ArrayLike
from scipy.sparse import coo_array

from divergences.options import real
from optimal_transport.costs import Costs
from optimal_transport.exact import Transport, optimal_transport
from optimal_transport.grounds import MetricLike
from optimal_transport.measures import EPS, finite_power
from optimal_transport.problem import pose

__all__ = ["partial_transport"]

ROUNDING = 32 * EPS  # of the largest cost: weights that are divided once more


def partial_transport(
    x: ArrayLike,
    y: ArrayLike,
    a: ArrayLike | None = None,
    b: ArrayLike | None = None,
    *,
    mass: float,
    p: float = 1,
    metric: MetricLike = "euclidean",
) -> Transport:
    """The cheapest plan that moves a given share of the mass, in the metric's unit to the p.

    min over pi >= 0 with row sums at most a, column sums at most b and total ``mass`` of sum_ij metric(x_i, y_j)^p
    pi_ij. One more point on each side, at no distance, takes the mass that stays behind; what that problem certifies
    is a certificate of this one. Its dual: f, g <= 0 with f(x) + g(y) + l <= c(x, y) give a f + b g + mass l.

    Args:
        x: points, shape (n, d), or (n,) on the line.
        y: points, shape (m, d) or (m,).
        a: weights, shape (n,), summing to one; uniform where None.
        b: weights, shape (m,), summing to one; uniform where None.
        mass: how much to move, above 0 and at most 1.
        p: the power, finite and at least 1.
        metric: as in :func:`optimal_transport`.

    Returns:
        The plan, whose entries sum to ``mass``, its cost, and proved bounds. The potentials are f + l/2 and g + l/2,
        which stay below the cost for every pair, and l is twice the largest of them; distance is cost^(1/p).

    Raises:
        TypeError: an argument of the wrong type.
        ValueError: an argument is empty, not finite, of a wrong shape or out of range, or a cost overflows float64.

    References:
        L. Chapel, M. Z. Alaya, G. Gasso, Partial optimal transport with applications on positive-unlabeled learning,
        NeurIPS 2020, section 3.1; L. Caffarelli, R. McCann, Free boundaries in optimal transport and Monge-Ampere
        obstacle problems, Ann. of Math. 171 (2010), section 2.

    Example:
        >>> found = partial_transport([0.0, 10.0], [1.0, 50.0], mass=0.5)
        >>> round(found.cost, 12), found.plan.toarray().tolist()
        (0.5, [[0.5, 0.0], [0.0, 0.0]])
    """
    if not 0 < real(mass, "mass") <= 1:
        raise ValueError(f"mass must be above 0 and at most 1, found {mass!r}; for all of it give 1")
    finite_power(p)
    problem = pose(x, y, a, b, p=p, metric=metric)
    n, m = problem.masses.a.size, problem.masses.b.size
    costs = problem.costs(np.arange(n), np.arange(m))
    matrix = np.zeros((n + 1, m + 1))
    matrix[:n, :m] = costs.matrix
    matrix[n, m] = 2 * float(costs.matrix.max()) or 1.0
    sides = [np.append(own / own.sum(), 1 - mass) / (2 - mass) for own in (problem.masses.a, problem.masses.b)]
    found = optimal_transport(a=sides[0], b=sides[1], cost_matrix=matrix)
    return _inner(found, costs, mass, p)


def _inner(found: Transport, costs: Costs, mass: float, p: float) -> Transport:
    """The transport of the problem with two more points as one of that without them."""
    n, m = costs.matrix.shape
    i, j = found.plan.coords
    kept = (i < n) & (j < m)
    total, scale = 2 - mass, costs.scale
    slack = costs.absolute + ROUNDING * float(costs.matrix.max())
    with np.errstate(over="ignore"):
        cost = total * scale * found.cost
        lower = max(0.0, total * scale * (found.lower * (1 - costs.relative) - slack))
        upper = total * scale * (found.upper * (1 + costs.relative) + slack)
    if not np.isfinite(upper):
        raise ValueError("the costs overflow float64; divide all points by a constant")
    f, g = found.potentials
    half = (g[m] - f[n]) / 2
    return dataclasses.replace(
        found,
        cost=min(max(cost, lower), upper),
        distance=cost ** (1 / p),
        lower=lower,
        upper=upper,
        plan=coo_array((found.plan.data[kept] * total, (i[kept], j[kept])), shape=(n, m)),
        potentials=((f[:n] + half) * scale, (g[:m] - half) * scale),
        infeasibility=found.infeasibility * scale,
        marginal_error=found.marginal_error * total,
        method=f"{found.method}, two more points",
        p=p,
    )
