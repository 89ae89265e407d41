"""The Kantorovich dual: c-transforms, and potentials made feasible over all pairs."""

import math
from dataclasses import dataclass

import numpy as np
from numpy.typing import ArrayLike, NDArray

from optimal_transport.costs import Costs, distances, metric_row
from optimal_transport.measures import EPS, as_points, real_array

__all__ = [
    "BLOCK",
    "Dual",
    "c_transform",
    "dual",
    "lowered",
    "mcshane_extension",
    "proved",
    "transformed",
    "violation",
    "weighted_median",
]

Floats = NDArray[np.float64]
BLOCK = 2**20  # pairs at a time, 8 MB


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


def transformed(costs: Floats, f: Floats) -> Floats:
    """The c-transform of arrays that are known to be sound.

    Args:
        costs: cost matrix of shape (n, m).
        f: potential of shape (n,).

    Returns:
        Potential of shape (m,).

    Example:
        >>> transformed(np.array([[0.0, 2.0]]), np.array([1.0]))
        array([-1.,  1.])
    """
    return np.asarray((costs - f[:, None]).min(axis=0))


def _potential(value: ArrayLike, size: int, name: str) -> Floats:
    potential = real_array(value, name)
    if potential.shape != (size,):
        raise ValueError(f"{name} must have shape ({size},), one value per point, found shape {potential.shape}")
    return potential


def c_transform(cost_matrix: ArrayLike, f: ArrayLike) -> Floats:
    """Largest potential that is feasible with f, in the unit of cost.

    g(y) = min_x (c(x, y) - f(x)).

    Args:
        cost_matrix: costs of shape (n, m).
        f: potential of shape (n,).

    Returns:
        Potential of shape (m,).

    Raises:
        TypeError: entries are not real numbers.
        ValueError: an argument is empty, not finite or of a wrong shape.

    References:
        C. Villani, Optimal Transport, Old and New (2009), Definition 5.2.

    Example:
        >>> c_transform([[0.0, 2.0], [1.0, 5.0]], [0.0, 1.0])
        array([0., 2.])
    """
    costs = real_array(cost_matrix, "cost_matrix")
    if costs.ndim != 2 or costs.size == 0:
        raise ValueError(f"cost_matrix must have shape (n, m) with n, m >= 1, found shape {costs.shape}")
    return transformed(costs, _potential(f, len(costs), "f"))


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


def weighted_median(values: Floats, mass: Floats) -> float:
    """The value at which half of the mass is reached.

    Args:
        values: array of shape (n,).
        mass: masses of shape (n,), not all zero.

    Returns:
        One of the values.

    Example:
        >>> weighted_median(np.array([3.0, 1.0, 2.0]), np.array([1.0, 5.0, 1.0]))
        1.0
    """
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
    g = transformed(costs.matrix, f - weighted_median(f, a))
    f = transformed(costs.matrix.T, g)
    infeasibility = violation(costs.matrix, f, g)
    terms, doubt = np.concatenate([a * f, b * g]), math.fsum(a) * (infeasibility + costs.absolute)
    return Dual(f, g, infeasibility, proved(terms, doubt, costs.relative))


def proved(terms: Floats, doubt: float, relative: float) -> float:
    """What is certain of a sum of masses times potentials.

    Args:
        terms: the products, each of a mass right to one rounding and a potential.
        doubt: what the potentials may be infeasible by, times the mass.
        relative: relative error of the costs that they were compared with.

    Returns:
        The lower bound, zero where nothing is certain.

    Example:
        >>> 0 < 3 - proved(np.array([1.0, 2.0]), 0.0, 0.0) < 1e-14
        True
    """
    certain = math.fsum(terms) - EPS * math.fsum(np.abs(terms)) - doubt
    return max(0.0, certain * (1 - relative - 4 * EPS))


def mcshane_extension(points: ArrayLike, y: ArrayLike, g: ArrayLike, *, metric: str = "euclidean") -> Floats:
    """A 1-Lipschitz function on all points from a potential g on y, in the unit of length.

    phi(z) = min_y (|z - y| - g(y)), so that (phi, -phi) is feasible for any pair of points and phi <= -g on y, with
    equality where -g is itself 1-Lipschitz on y.

    Args:
        points: where to evaluate, shape (k, d), or (k,) on the line.
        y: points of shape (m, d) or (m,).
        g: potential of shape (m,).
        metric: "euclidean", "cityblock" or "chebyshev".

    Returns:
        Values of shape (k,).

    Raises:
        TypeError: entries are not real numbers.
        ValueError: an argument is empty, not finite or of a wrong shape, or the metric is unknown.

    References:
        E. J. McShane, Extension of range of functions, Bull. Amer. Math. Soc. 40 (1934), Theorem 1.

    Example:
        >>> mcshane_extension([2.0], [0.0], [1.0])
        array([1.])
    """
    row, first, second = metric_row(metric), as_points(points, "points"), as_points(y, "y")
    if first.shape[1] != second.shape[1]:
        found = f"{first.shape[1]} and {second.shape[1]}"
        raise ValueError(f"points and y must lie in one space, found dimensions {found}")
    potential = _potential(g, len(second), "g")
    values = np.empty(len(first))
    step = max(1, BLOCK // len(second))
    for start in range(0, len(first), step):
        block = slice(start, start + step)
        gaps, unit = distances(first[block], second, row)
        values[block] = transformed((gaps * unit).T, potential)
    return values
