"""Transport problems of order 2 with their answer: gradients of convex functions, which may jump."""

import math
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from divergences import Estimate
from optimal_transport.measures import EPS, check_integer
from optimal_transport.planted_answers import Planted, mean_length, random_weights, transported
from optimal_transport.planted_points import CUBE, chance

__all__ = ["planted_gradient"]

Floats = NDArray[np.float64]
CONVEXITY = 0.25  # a modulus of the functions below, half of the one that they have before rounding


@dataclass(frozen=True, eq=False)
class _Convex:
    """phi(x) = x.Ax/2 + sum_k w_k |q_k.x - t_k|."""

    A: Floats
    q: Floats
    t: Floats
    w: Floats

    def potential(self, points: Floats) -> Floats:
        """|x|^2 - 2 phi(x)."""
        bends = np.abs(points @ self.q.T - self.t) @ self.w
        return np.asarray(((points - points @ self.A) * points).sum(axis=1) - 2 * bends)

    def gradient(self, points: Floats) -> Floats:
        """A x + sum_k w_k sign(q_k.x - t_k) q_k."""
        return np.asarray(points @ self.A + (np.sign(points @ self.q.T - self.t) * self.w) @ self.q)

    def doubt(self, points: Floats) -> float:
        """By how much rounding of the gradient may have raised the cost of the plan over the optimum.

        A gradient that is off by delta is one at a point where phi* is off by |delta|^2 / (2 CONVEXITY) at most; one
        from the wrong side of a plane, which x is then no further from than rounding, is off by twice that distance.
        """
        size = np.abs(points) @ np.abs(self.A) + self.w @ np.abs(self.q)
        moved = EPS * (sum(self.q.shape) + 4) * np.linalg.norm(size, axis=1)
        near = EPS * (self.A.shape[0] + 2) * (np.abs(points) @ np.abs(self.q.T) + np.abs(self.t))
        wrong = (np.abs(points @ self.q.T - self.t) <= near) * near
        return float((moved**2 / CONVEXITY + 8 * wrong @ self.w).max())


def _drawn(dimension: int, kinks: int, rng: np.random.Generator) -> _Convex:
    root = rng.normal(size=(dimension, dimension))
    gram = root.T @ root / dimension
    quadratic = 2 * CONVEXITY * np.eye(dimension) + (gram + gram.T) / 2
    planes = rng.normal(size=(kinks, dimension)) / math.sqrt(dimension)
    return _Convex(quadratic, planes, rng.normal(size=kinks) / 2, rng.random(kinks))


def planted_gradient(n: int, dimension: int, *, kinks: int = 4, seed: int = 0, weighted: bool = False) -> Planted:
    """Two measures that the gradient of a convex function carries onto each other, with W_2 in the Euclidean unit.

    phi(x) = x.Ax/2 + sum_k w_k |q_k.x - t_k| with A positive definite. y_i = A x_i + sum_k w_k sign(q_k.x_i - t_k) q_k
    is its gradient, which jumps across each of the planes q_k.x = t_k. Potentials are f(x) = |x|^2 - 2 phi(x) and
    g(y) = |y|^2 - 2 phi*(y). Where rounding has moved y by delta, phi*(y) is known to |delta|^2 / (2 m), m the modulus
    of convexity: what the plan costs is the optimum but for the square of a rounding error.

    Args:
        n: number of points of each measure.
        dimension: d.
        kinks: number of planes across which the map jumps.
        seed: decides all that is random.
        weighted: whether the weights are unequal, some of them zero.

    Returns:
        The problem with its answer.

    Raises:
        TypeError: a size or the seed is not an integer.
        ValueError: a size is smaller than one, or the number of kinks or the seed negative.

    References:
        C. Villani, Topics in Optimal Transportation (2003), Theorem 2.12 (Knott and Smith; Brenier).

    Example:
        >>> planted = planted_gradient(100, 3)
        >>> planted.distance.high - planted.distance.low < 1e-13
        True
    """
    check_integer(kinks, "kinks", 0)
    rng = chance(n, dimension, seed)
    convex = _drawn(dimension, kinks, rng)
    x, match = rng.uniform(-CUBE, CUBE, (n, dimension)), rng.permutation(n)
    weights = random_weights(n, rng) if weighted else None
    image, f, y, g = convex.gradient(x), convex.potential(x), np.empty_like(x), np.empty(n)
    y[match], g[match] = image, ((x - image) ** 2).sum(axis=1) - f
    value, relative = mean_length(x - image, weights, p=2, metric="euclidean")
    low = math.sqrt(max(0.0, (value * (1 - relative)) ** 2 - convex.doubt(x))) * (1 - 2 * EPS)
    distance = Estimate(value, low, value * (1 + relative), "enclosure", "planted gradient", unit="length")
    return Planted(
        x, y, weights, transported(weights, match), match, 2.0, "euclidean", (f, g), convex.potential, distance
    )
