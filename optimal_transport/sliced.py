"""The sliced Wasserstein distance: the mean over directions of what projections on a line cost, with an interval."""

import math

import numpy as np
from numpy.typing import ArrayLike, NDArray

from divergences import Estimate
from divergences.estimate import Kind
from divergences.sampling.intervals import mean_interval
from divergences.sampling.samples import checked_level, generator
from optimal_transport.exact import optimal_transport, wasserstein_distance
from optimal_transport.measures import as_points, check_integer, finite_power
from optimal_transport.problem import pose
from optimal_transport.tensors import SLOPES

__all__ = ["sliced_wasserstein_distance"]

Floats = NDArray[np.float64]
TOLERANCE = 1e-9  # relatively, of each cost on a line
LEAST = 2.0**-1000


def sliced_wasserstein_distance(
    x: ArrayLike,
    y: ArrayLike,
    a: ArrayLike | None = None,
    b: ArrayLike | None = None,
    *,
    p: float = 2,
    directions: int = 200,
    level: float = 0.95,
    seed: int = 0,
) -> Estimate:
    """Sliced Wasserstein distance of order p between two discrete measures, in the unit of length.

    SW_p = (E W_p(<theta, X>, <theta, Y>)^p)^(1/p), theta uniform on the sphere of R^d.

    Each direction costs two sorts and is exact. The interval covers the mean over all directions at ``level`` for every
    number of them: none costs more than a coupling does in space, here the monotone one along the line through both
    means, nor than ((E|X - m|^p)^(1/p) + (E|Y - m|^p)^(1/p))^p, m the mean of both; and the mean of bounded numbers is
    tested by betting. It says nothing of the laws that x and y may be samples of.

    Args:
        x: points, shape (n, d), or (n,) on the line.
        y: points, shape (m, d) or (m,).
        a: weights, shape (n,), summing to one; uniform where None.
        b: weights, shape (m,), summing to one; uniform where None.
        p: the power, finite and at least 1.
        directions: how many directions are drawn.
        level: how often the interval has to cover.
        seed: decides the directions.

    Returns:
        An Estimate of kind "confidence"; of kind "certified gap" on the line, where all directions say the same.

    Raises:
        TypeError: an argument of the wrong type.
        ValueError: an argument is empty, not finite, of a wrong shape or out of range.
        RuntimeError: the cost of a projection is open, as in :func:`wasserstein_distance`.

    References:
        N. Bonneel, J. Rabin, G. Peyre, H. Pfister, Sliced and Radon Wasserstein barycenters of measures, J. Math.
        Imaging Vision 51 (2015), Definition 1; I. Waudby-Smith, A. Ramdas, Estimating means of bounded random
        variables by betting, J. Royal Statistical Society B 86 (2024), Theorem 3.

    Example:
        >>> found = sliced_wasserstein_distance([[0, 0]], [[3, 4]])
        >>> found.low < 5 / 2**0.5 < found.high
        True
    """
    level, rng = checked_level(level), generator(seed, 0)
    check_integer(directions, "directions", 1)
    finite_power(p)
    masses = pose(x, y, a, b, p=p, metric="euclidean").masses
    first, second = as_points(x, "x"), as_points(y, "y")
    with np.errstate(over="ignore"):
        middle = (masses.a / masses.total) @ first / 2 + (masses.b / masses.total) @ second / 2
        first, second = first - middle, second - middle
        size = _norm(first, masses.a, p) + _norm(second, masses.b, p)
    if not math.isfinite(size):
        raise ValueError("x and y spread further than float64 holds; divide all points by a constant")
    if first.shape[1] == 1:
        value = wasserstein_distance(x, y, a, b, p=p)
        return _estimate(value, value, value, kind="certified gap", level=None, directions=1)
    size = min(size, _coupled(first, second, a, b, p) * (1 + TOLERANCE))
    rays = rng.normal(size=(directions, first.shape[1]))
    rays /= np.linalg.norm(rays, axis=1, keepdims=True)
    ways = [wasserstein_distance(first @ ray, second @ ray, a, b, p=p) if size else 0.0 for ray in rays]
    shares = (np.array(ways) / (size or 1.0)) ** p
    ends = mean_interval(shares, 0.0, 1.0, level=level, seed=seed)
    low, value, high = (size * max(0.0, part) ** (1 / p) for part in (ends[0], float(shares.mean()), ends[1]))
    return _estimate(low, value, min(high, size), kind="confidence", level=level, directions=directions)


def _coupled(x: Floats, y: Floats, a: ArrayLike | None, b: ArrayLike | None, p: float) -> float:
    """What the monotone coupling along the line through both means costs in space, to the power 1/p."""
    way = (y.mean(axis=0) - x.mean(axis=0)) / max(np.abs(x).max(), np.abs(y).max(), LEAST)
    plan = optimal_transport(x @ way, y @ way, a, b).plan
    i, j = plan.coords
    return _norm(x[i] - y[j], plan.data, p)


def _norm(points: Floats, mass: Floats, p: float) -> float:
    """(E|X|^p)^(1/p)."""
    lengths = SLOPES["euclidean"][0](points)
    top = float(lengths.max())
    if top == 0 or not math.isfinite(top):
        return top
    return top * float(((mass / mass.sum()) @ (lengths / top) ** p) ** (1 / p))


def _estimate(low: float, value: float, high: float, *, kind: Kind, level: float | None, directions: int) -> Estimate:
    method = f"projections on {directions} lines" if level else "sorted on the line"
    return Estimate(value, low * (1 - TOLERANCE), high * (1 + TOLERANCE), kind=kind, method=method, level=level,
                    unit="length")  # fmt: skip
