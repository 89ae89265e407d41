"""Ground costs: metrics, their p-th powers without overflow, and how far rounding can have moved them."""

import dataclasses
import math
from collections.abc import Callable
from dataclasses import dataclass

import numpy as np
from numpy.typing import ArrayLike, NDArray
from scipy.spatial.distance import cdist

from divergences.refusals import real_entries
from optimal_transport.measures import EPS

__all__ = [
    "METRICS",
    "SMALL",
    "Costs",
    "diameter",
    "distances",
    "given_costs",
    "length_unit",
    "metric_row",
    "power_costs",
    "powers",
]

Floats = NDArray[np.float64]
SMALL = 2.0**-500  # below it squares underflow


@dataclass(frozen=True)
class Metric:
    """A norm distance on R^d.

    Attributes:
        name: what callers write.
        pairwise: all distances, (n, d) x (m, d) -> (n, m).
        of_gaps: lengths of differences, (k, d) -> (k,), rounded like ``pairwise``.
        roundings: how many half-ulps the computed distance may be off in dimension d.
    """

    name: str
    pairwise: Callable[[Floats, Floats], Floats]
    of_gaps: Callable[[Floats], Floats]
    roundings: Callable[[int], float]


METRICS = (
    Metric(
        "euclidean", lambda x, y: cdist(x, y, "euclidean"), lambda z: np.sqrt((z * z).sum(axis=1)), lambda d: d + 4.0
    ),
    Metric("cityblock", lambda x, y: cdist(x, y, "cityblock"), lambda z: np.abs(z).sum(axis=1), lambda d: d + 1.0),
    Metric("chebyshev", lambda x, y: cdist(x, y, "chebyshev"), lambda z: np.abs(z).max(axis=1), lambda d: 2.0),
)


@dataclass(frozen=True, eq=False)
class Costs:
    """A cost matrix of order one: the true cost is ``matrix * scale``.

    Attributes:
        matrix: scaled costs, shape (n, m), at most one (2^p for points).
        scale: unit of cost taken out, which may be infinite or zero where the p-th power leaves float64.
        length: its p-th root, the unit of length taken out.
        relative: bound on the relative rounding error of every entry that is not tiny.
        absolute: bound on the error of the tiny ones (squares and powers that underflow), usually zero.
    """

    matrix: Floats
    scale: float
    length: float
    relative: float
    absolute: float


def metric_row(name: str) -> Metric:
    """The row of :data:`METRICS` called ``name``.

    Args:
        name: "euclidean", "cityblock" or "chebyshev".

    Returns:
        The row.

    Raises:
        TypeError: the name is no string.
        ValueError: no metric has that name.

    Example:
        >>> metric_row("cityblock").name
        'cityblock'
    """
    if not isinstance(name, str):
        raise TypeError(
            f"metric must be a string, found a {type(name).__name__}; give {METRICS[0].name!r}, for example"
        )
    for row in METRICS:
        if row.name == name:
            return row
    raise ValueError(f"metric must be one of {[row.name for row in METRICS]}, found {name!r}; or give cost_matrix")


def _unit(top: float) -> float:
    """The power of two at or below top, one for zero."""
    return math.ldexp(1.0, math.frexp(top)[1] - 1) if top > 0 else 1.0


def length_unit(top: float, p: float) -> float:
    """The length by which distances up to top are divided before a p-th power is taken.

    A power of two, so that nothing is rounded; for p > 500, where 2^p nears overflow, top itself.

    Args:
        top: largest distance.
        p: the power.

    Returns:
        The unit, one where top is zero.

    Example:
        >>> length_unit(6.0, 2)
        4.0
    """
    return top if p > 500 and top > 0 else _unit(top)


def _widest(x: Floats, y: Floats) -> float:
    """Half the largest difference of coordinates between a point of x and a point of y."""
    return float(max((x.max(0) / 2 - y.min(0) / 2).max(), (y.max(0) / 2 - x.min(0) / 2).max()))


def distances(x: Floats, y: Floats, metric: Metric) -> tuple[Floats, float]:
    """All distances, from differences of coordinates and free of overflow.

    On the line every metric is |x - y|. Elsewhere a distance 2^-500 times the largest is only right to that size,
    because its squares underflow.

    Args:
        x: points of shape (n, d).
        y: points of shape (m, d).
        metric: the row of the metric.

    Returns:
        Matrix of shape (n, m) and the power of two by which it must be multiplied.

    Example:
        >>> distances(np.zeros((1, 2)), np.array([[3e200, 4e200]]), metric_row("euclidean"))[0].shape
        (1, 1)
    """
    row = metric if x.shape[1] > 1 else metric_row("cityblock")
    largest = max(float(np.abs(x).max()), float(np.abs(y).max()))
    unit = max(_unit(_widest(x, y)), math.ldexp(_unit(largest), -1000)) if largest > 0 else 1.0
    return row.pairwise(np.ascontiguousarray(x / unit), np.ascontiguousarray(y / unit)), unit


def power_costs(x: Floats, y: Floats, metric: Metric, p: float) -> Costs:
    """The p-th powers of all distances, scaled to order one.

    Args:
        x: points of shape (n, d).
        y: points of shape (m, d).
        metric: the row of the metric.
        p: the power, at least 1.

    Returns:
        The scaled costs.

    Raises:
        ValueError: a distance is not a float64.

    Example:
        >>> power_costs(np.array([[0.0]]), np.array([[6.0]]), metric_row("euclidean"), 2).length
        4.0
    """
    gaps, unit = distances(x, y, metric)
    costs = powers(gaps, unit, p, metric.roundings(x.shape[1]))
    small = SMALL / min(1.0, costs.length / unit)
    if costs.matrix.min() >= small:
        return costs
    i, j = np.nonzero(costs.matrix < small)
    apart = bool(np.any(x[i] != y[j]))
    return dataclasses.replace(costs, absolute=2 * small if apart else 0.0)


def powers(gaps: Floats, unit: float, p: float, roundings: float) -> Costs:
    """The p-th powers of distances, scaled to order one.

    Args:
        gaps: distances in ``unit``, shape (n, m); the array is used up.
        unit: a power of two.
        p: the power, at least 1.
        roundings: how many half-ulps each distance may be off.

    Returns:
        The scaled costs; what underflows is not counted.

    Raises:
        ValueError: a distance is not a float64.

    Example:
        >>> powers(np.array([[6.0]]), 1.0, 2, 0.0).matrix
        array([[2.25]])
    """
    top = float(gaps.max())
    inner = length_unit(top, p)
    length = inner * unit
    if not math.isfinite(top * unit):
        raise ValueError(f"x and y are {top} * {unit} apart, more than float64 holds; divide all points by a constant")
    gaps /= inner
    matrix = gaps if p == 1 else gaps**p
    with np.errstate(over="ignore", under="ignore"):
        scale = float(np.power(length, p))
    every = p * (roundings + 1) + (0 if p == 1 else 4)
    return Costs(matrix, scale, length, every * EPS / 2, 0.0)


def given_costs(cost_matrix: ArrayLike, p: float) -> Costs:
    """A caller's cost matrix, checked and scaled to order one.

    Args:
        cost_matrix: p-th powers of distances, shape (n, m), finite and not negative.
        p: the power they stand for.

    Returns:
        The scaled costs; ``scale`` is a power of two.

    Raises:
        TypeError: the entries are not real numbers.
        ValueError: the matrix is empty or not 2-D, or an entry is negative, infinite or nan.

    Example:
        >>> given_costs([[0, 4]], 1).matrix
        array([[0., 1.]])
    """
    matrix = real_entries(cost_matrix, "cost_matrix").astype(np.float64)
    if matrix.ndim != 2 or matrix.size == 0:
        raise ValueError(f"cost_matrix must have shape (n, m) with n, m >= 1, found shape {matrix.shape}")
    bad = ~(np.isfinite(matrix) & (matrix >= 0))
    if bad.any():
        place = tuple(int(i) for i in np.argwhere(bad)[0])
        raise ValueError(
            f"cost_matrix must be finite and >= 0, found {matrix[place]} at {place}; for a forbidden pair give a cost "
            "larger than any plan without it, and shift negative costs by a constant"
        )
    unit = _unit(float(matrix.max()))
    scaled = matrix / unit
    lost = not np.array_equal(scaled * unit, matrix)
    return Costs(scaled, unit, unit ** (1 / p), 0.0, 2.0**-1000 if lost else 0.0)


def diameter(x: Floats, y: Floats, metric: Metric) -> float:
    """A bound on every distance between two of the points: the length of the box around them.

    Args:
        x: points of shape (n, d).
        y: points of shape (m, d).
        metric: the row of the metric.

    Returns:
        The bound, infinite where it overflows.

    Example:
        >>> diameter(np.zeros((1, 2)), np.array([[3.0, 4.0]]), metric_row("euclidean"))
        5.0
    """
    low, high = (edge([edge(x, axis=0), edge(y, axis=0)], axis=0) for edge in (np.min, np.max))
    gaps, unit = distances(low[None], high[None], metric)
    return float(gaps[0, 0]) * unit
