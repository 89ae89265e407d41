"""What a planted transport problem comes with, and the proof of its distance from both sides."""

import dataclasses
import math
from collections.abc import Callable
from dataclasses import dataclass
from functools import partial
from typing import Any

import numpy as np
from numpy.typing import NDArray
from scipy.sparse import coo_array

from divergences import Estimate
from optimal_transport.costs import distances, length_unit, metric_row
from optimal_transport.exact import optimal_transport
from optimal_transport.measures import EPS, as_masses

__all__ = ["GRID", "Planted", "PlantedCosts", "mean_length", "measured", "random_weights", "transported"]

Floats = NDArray[np.float64]
Indices = NDArray[np.intp]
Potential = Callable[[Floats], Floats]
GRID = 2**20  # one over the weight that all weights are multiples of
DECADES = 290  # powers of ten that a power of a distance may be large or small


@dataclass(frozen=True, eq=False)
class Planted:
    """Two measures on n points each with an optimal plan, optimal potentials and the distance.

    Attributes:
        x: points of shape (n, d).
        y: points of shape (n, d).
        a: weights of x, shape (n,), multiples of 2^-20; None where all are equal.
        b: weights of y, alike.
        match: where the mass of each point of x goes: that of x[i] to y[match[i]], shape (n,).
        p: the power.
        metric: the metric.
        potentials: (f, g) at x and y, of shapes (n,): f(x) + g(y) <= metric^p but for rounding, equal on the plan.
        potential: an optimal f at any points of shape (k, d), no smaller at x; at p = 1 a 1-Lipschitz critic.
        distance: W_p from both sides: by what the plan costs, and by what no plan can do without.
    """

    x: Floats
    y: Floats
    a: Floats | None
    b: Floats | None
    match: Indices
    p: float
    metric: str
    potentials: tuple[Floats, Floats]
    potential: Potential
    distance: Estimate

    @property
    def arguments(self) -> dict[str, Any]:
        """The problem, as :func:`optimal_transport.optimal_transport` takes it."""
        return {"x": self.x, "y": self.y, "a": self.a, "b": self.b, "p": self.p, "metric": self.metric}

    @property
    def plan(self) -> coo_array:
        """The optimal plan, a sparse array of shape (n, n)."""
        n = len(self.x)
        masses = np.full(n, 1 / n) if self.a is None else self.a
        return coo_array((masses, (np.arange(n), self.match)), shape=(n, n))

    def swapped(self) -> "Planted":
        """The way back: from y to x."""
        (f, g), potential = self.potentials, self.potential

        def back(points: Floats) -> Floats:
            if self.p == 1:
                return -potential(points)
            return _extended(points, self.x, f, self.metric, self.p)

        return dataclasses.replace(
            self, x=self.y, y=self.x, a=self.b, b=self.a, match=np.argsort(self.match), potentials=(g, f),
            potential=back,
        )  # fmt: skip


@dataclass(frozen=True, eq=False)
class PlantedCosts:
    """Two measures on the nodes of a graph with its matrix of costs, an optimal plan, potentials and the distance.

    Attributes:
        cost_matrix: lengths of shortest ways, whole numbers, shape (n, n).
        a: weights of shape (n,), multiples of 2^-20.
        b: weights of shape (n,), alike.
        plan: an optimal plan, a sparse array of shape (n, n).
        potentials: (f, -f) with f_i - f_j <= cost_ij for every pair, on a cycle but for rounding.
        distance: W_1, exactly.
    """

    cost_matrix: Floats
    a: Floats
    b: Floats
    plan: coo_array
    potentials: tuple[Floats, Floats]
    distance: Estimate

    @property
    def arguments(self) -> dict[str, Any]:
        """The problem, as :func:`optimal_transport.optimal_transport` takes it."""
        return {"cost_matrix": self.cost_matrix, "a": self.a, "b": self.b}


def random_weights(n: int, rng: np.random.Generator) -> Floats:
    """Multiples of 2^-20 that sum to one, very unequal, a fifth of them zero.

    Args:
        n: how many.
        rng: the source of chance.

    Returns:
        Weights of shape (n,).

    Example:
        >>> float(random_weights(5, np.random.default_rng(0)).sum())
        1.0
    """
    share = rng.random(n) ** 4 * (rng.random(n) < 0.8)
    share[rng.integers(n)] += 1 / n
    return np.asarray(rng.multinomial(GRID, share / share.sum()) / GRID)


def _extended(points: Floats, y: Floats, g: Floats, metric: str, p: float) -> Floats:
    """The c-transform of g at any points: min_j metric(z, y_j)^p - g_j."""
    gaps, unit = distances(points, y, metric_row(metric))
    return np.asarray(((gaps * unit) ** p - g).min(axis=1))


def transported(a: Floats | None, match: Indices) -> Floats | None:
    """The weights of y when the mass of x[i] goes to y[match[i]].

    Args:
        a: weights of x, None where all are equal.
        match: a permutation, shape (n,).

    Returns:
        Weights of y, None where all are equal.

    Example:
        >>> transported(np.array([0.25, 0.75]), np.array([1, 0]))
        array([0.75, 0.25])
    """
    return None if a is None else np.asarray(a[np.argsort(match)])


def mean_length(gaps: Floats, a: Floats | None, *, p: float, metric: str) -> tuple[float, float]:
    """What the plan from x_i to y_i says of W_p, free of overflow.

    Args:
        gaps: differences x_i - y_i of shape (n, d).
        a: weights, None where all are equal.
        p: the power.
        metric: the name of the metric.

    Returns:
        (mean of metric(x_i, y_i)^p)^(1/p), and by how much of it rounding may have moved it.

    Example:
        >>> mean_length(np.array([[3.0, 4.0]]), None, p=2, metric="euclidean")[0]
        5.0
    """
    row, n = metric_row(metric), len(gaps)
    masses, unit = as_masses(a, a, n, n), length_unit(float(np.abs(gaps).max()), 1)
    ways = row.of_gaps(gaps / unit)
    top = float(ways[masses.a > 0].max()) or 1.0
    mean = math.fsum(masses.a * np.minimum(ways / top, 1) ** p) / masses.total
    return unit * top * mean ** (1 / p), (row.roundings(gaps.shape[1]) / 2 + 12) * EPS


def measured(
    x: Floats, y: Floats, a: Floats | None, match: Indices, *, ruler: Potential, rounding: float, p: float, metric: str,
    method: str,
) -> Planted:  # fmt: skip
    """A problem whose optimal plan goes along a ruler, a 1-Lipschitz function to the line, and keeps the order.

    If r is 1-Lipschitz, W_p between the images of two measures under r is at most W_p between the measures. On the
    line the plan that keeps the order is optimal. So a plan is optimal if |r(x) - r(y)| = metric(x, y) wherever it has
    mass and r(x) and r(y) are in one order; potentials of the line, at r(x) and r(y), are potentials of the problem.

    Args:
        x: points of shape (n, d).
        y: points of shape (n, d).
        a: weights of x, None where all are equal.
        match: where the mass of each point of x goes.
        ruler: the ruler.
        rounding: the largest error of its values at x and y.
        p: the power, at least 1.
        metric: the name of the metric.
        method: what the distance says of itself.

    Returns:
        The problem with its answer.

    Raises:
        ValueError: the power of a distance leaves the range of float64.

    References:
        C. Villani, Topics in Optimal Transportation (2003), Theorem 2.18 (the line); Optimal Transport, Old and New
        (2009), Theorem 5.10 (potentials).

    Example:
        >>> x = np.array([[0.0, 0.0], [1.0, 5.0]])
        >>> found = measured(x, x + [2.0, 0.0], None, np.arange(2), ruler=lambda z: z[:, 0], rounding=1e-15, p=2,
        ...                  metric="euclidean", method="two to the right")
        >>> found.distance.value
        2.0
    """
    b = transported(a, match)
    here, there = ruler(x), ruler(y)
    _check_range(here, there, p)
    value, relative = mean_length(x - y[match], a, p=p, metric=metric)
    line = optimal_transport(here, there, a, b, p=p)
    low = line.lower ** (1 / p) * (1 - 4 * EPS) - 2 * rounding
    distance = Estimate(value, max(0.0, min(value, low)), value * (1 + relative), "enclosure", method, unit="length")
    ways = here - there[match]
    if p == 1 and (ways.min() >= 0 or ways.max() <= 0):
        sign = 1.0 if ways.max() > 0 else -1.0
        potentials, potential = (sign * here, -sign * there), lambda points: sign * ruler(points)
    else:
        potentials = line.potentials
        potential = partial(_extended, y=y, g=potentials[1], metric=metric, p=p)
    return Planted(x, y, a, b, match, p, metric, potentials, potential, distance)


def _check_range(here: Floats, there: Floats, p: float) -> None:
    """Refuse powers that overflow, or of which nothing would be left."""
    span = float(max(here.max(), there.max()) - min(here.min(), there.min()))
    if p > 1 and span > 0 and not -DECADES <= p * math.log10(span) <= DECADES:
        raise ValueError(
            f"distances of {span:.3g} to the power p = {p:g} leave the range of float64; take a smaller p, or a "
            "distance nearer to 1"
        )
