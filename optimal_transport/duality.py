"""The Kantorovich dual: c-transforms, and potentials made feasible over all pairs."""

import math
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from optimal_transport.costs import Costs, Metric, distances
from optimal_transport.measures import EPS

__all__ = ["Dual", "c_transform", "dual", "lowered", "mcshane_extension", "violation"]

Floats = NDArray[np.float64]


@dataclass(frozen=True, eq=False)
class Dual:
    """Feasible potentials and what they prove.

    Attributes:
        f: potential on x, shape (n,).
        g: potential on y, shape (m,).
        infeasibility: largest f(x) + g(y) - c(x, y) over all pairs, zero where none is positive.
        lower: lower bound on the cost of every plan between the masses, rounding included.
    """

    f: Floats
    g: Floats
    infeasibility: float
    lower: float


def c_transform(costs: Floats, f: Floats) -> Floats:
    """Largest potential that is feasible with f, in the unit of cost.

    g(y) = min_x (c(x, y) - f(x)).

    Args:
        costs: cost matrix of shape (n, m).
        f: potential of shape (n,).

    Returns:
        Potential of shape (m,).

    References:
        C. Villani, Optimal Transport, Old and New (2009), Definition 5.2.

    Example:
        >>> c_transform(np.array([[0.0, 2.0], [1.0, 5.0]]), np.array([0.0, 1.0]))
        array([0., 2.])
    """
    return np.asarray((costs - f[:, None]).min(axis=0))


def violation(costs: Floats, f: Floats, g: Floats) -> float:
    """By how much a pair of potentials breaks f(x) + g(y) <= c(x, y), zero if nowhere.

    Args:
        costs: cost matrix of shape (n, m).
        f: potential of shape (n,).
        g: potential of shape (m,).

    Returns:
        The largest excess over all pairs.

    Example:
        >>> violation(np.array([[1.0, 2.0]]), np.array([0.0]), np.array([1.0, 2.5]))
        0.5
    """
    return max(0.0, float((f[:, None] + g[None, :] - costs).max()))


def lowered(costs: Floats, f: Floats, g: Floats) -> tuple[Floats, float]:
    """The potential f, lowered until f(x) + g(y) <= c(x, y) for every pair.

    Args:
        costs: cost matrix of shape (n, m).
        f: potential of shape (n,).
        g: potential of shape (m,).

    Returns:
        The lowered f (f itself where nothing is broken) and the violation that rounding may leave, usually zero.

    Example:
        >>> f, left = lowered(np.array([[1.0]]), np.array([2.0]), np.array([0.0]))
        >>> round(float(f[0]), 12), left
        (1.0, 0.0)
    """
    excess = violation(costs, f, g)
    if excess == 0:
        return f, 0.0
    f = f - excess - EPS * float(np.abs(f).max() + np.abs(g).max())
    return f, violation(costs, f, g)


def _weighted_median(values: Floats, mass: Floats) -> float:
    order = np.argsort(values)
    reached = np.cumsum(mass[order])
    return float(values[order[np.searchsorted(reached, reached[-1] / 2)]])


def dual(costs: Costs, f: Floats, a: Floats, b: Floats) -> Dual:
    """Repair a potential by two c-transforms and bound every plan's scaled cost from below.

    sum a f + sum b g <= sum c pi for every plan pi with marginals a and b. What the bound gives away covers the
    rounding of the products and of masses that are right to one rounding each (one eps of sum a|f| + b|g|, made small
    by taking the weighted median off f), and relatively that of f + g <= c and of the costs.

    Args:
        costs: scaled costs, shape (n, m).
        f: any potential of shape (n,), for instance a solver's.
        a: masses of shape (n,).
        b: masses of shape (m,).

    Returns:
        The repaired potentials with their bound, both in the scaled unit.

    References:
        C. Villani, Optimal Transport, Old and New (2009), Theorem 5.10.

    Example:
        >>> c = Costs(np.array([[1.0]]), 1.0, 1.0, 0.0, 0.0)
        >>> round(dual(c, np.zeros(1), np.ones(1), np.ones(1)).lower, 12)
        1.0
    """
    g = c_transform(costs.matrix, f - _weighted_median(f, a))
    f = c_transform(costs.matrix.T, g)
    infeasibility = violation(costs.matrix, f, g)
    terms = np.concatenate([a * f, b * g])
    mass = math.fsum(a)
    proved = math.fsum(terms) - EPS * math.fsum(np.abs(terms)) - mass * (infeasibility + costs.absolute)
    return Dual(f, g, infeasibility, max(0.0, proved * (1 - costs.relative - 4 * EPS)))


def mcshane_extension(points: Floats, y: Floats, g: Floats, metric: Metric) -> Floats:
    """A 1-Lipschitz function on all points from a feasible potential g on y.

    phi(z) = min_y (|z - y| - g(y)), so that (phi, -phi) is feasible for any pair of points and phi <= -g on y.

    Args:
        points: where to evaluate, shape (k, d).
        y: points of shape (m, d).
        g: potential of shape (m,), in the unit of length.
        metric: the row of the metric.

    Returns:
        Values of shape (k,).

    References:
        E. J. McShane, Extension of range of functions, Bull. Amer. Math. Soc. 40 (1934), Theorem 1.

    Example:
        >>> from optimal_transport.costs import metric_row
        >>> mcshane_extension(np.array([[2.0]]), np.array([[0.0]]), np.array([1.0]), metric_row("euclidean"))
        array([1.])
    """
    gaps, unit = distances(points, y, metric)
    return c_transform((gaps * unit).T, g)
