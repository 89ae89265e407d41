"""What any critic proves about the Wasserstein distance between two samples."""

import copy
import math
import sys
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import ArrayLike, NDArray

from divergences import Estimate
from optimal_transport.costs import Metric, length_unit, metric_row, power_costs
from optimal_transport.duality import BLOCK, proved, weighted_median
from optimal_transport.measures import EPS, as_points, real_array
from optimal_transport.problem import Problem, pose, settled

__all__ = ["certify"]

Floats = NDArray[np.float64]
Critic = tuple[ArrayLike, ArrayLike] | Callable[[Floats], ArrayLike]
ROWS = 2**13  # points that a network sees at a time
PASSES = 64
LEAST = 2.0**-1000
GAIN = 2.0**-45  # less than this, relatively, is not worth another scale


@dataclass(frozen=True, eq=False)
class _Side:
    """Points x with a critic of range one and masses a, against points y with masses b, distances in ``unit``."""

    x: Floats
    y: Floats
    critic: Floats
    a: Floats
    b: Floats
    metric: Metric
    unit: float

    def gaps(self) -> Iterator[tuple[slice, Floats, float, float]]:
        """All distances, some columns at a time, with their relative and absolute errors."""
        step = max(1, BLOCK // len(self.x))
        for start in range(0, len(self.y), step):
            block = slice(start, start + step)
            costs = power_costs(self.x, self.y[block], self.metric, 1)
            ratio = costs.length / self.unit
            yield block, costs.matrix * ratio, costs.relative, costs.absolute * ratio


@dataclass(frozen=True)
class _Repaired:
    """The dual value of a critic times ``scale``, made feasible: computed, proved, and its slope in the scale."""

    scale: float
    value: float
    low: float
    slope: float


def _repaired(side: _Side, scale: float) -> _Repaired:
    """Value: sum a s f(x) - sum b max_x (s f(x) - |x - y|); a difference is rounded once, relatively to itself."""
    f, chosen, g = scale * side.critic, np.empty(len(side.y), dtype=np.intp), np.empty(len(side.y))
    relative = absolute = 0.0
    for block, gaps, roundings, tiny in side.gaps():
        np.subtract(f[:, None], gaps, out=gaps)
        chosen[block] = gaps.argmax(axis=0)
        g[block] = gaps.max(axis=0)
        relative, absolute = max(relative, roundings), max(absolute, tiny)
    terms = np.concatenate([side.a * f, -side.b * g])
    slope = float(side.a @ side.critic - side.b @ side.critic[chosen])
    return _Repaired(scale, math.fsum(terms), proved(terms, math.fsum(side.a) * absolute, relative), slope)


def _best(side: _Side) -> _Repaired:
    """The scale that proves most. The value is concave and piecewise linear: follow where two tangents meet."""
    left = best = _repaired(side, 0.0)
    right = _repaired(side, 1.0)
    for _ in range(PASSES):
        best = max(best, right, key=lambda found: found.low)
        if right.slope <= 0:
            break
        left, right = right, _repaired(side, 4 * right.scale)
    for _ in range(PASSES):
        if left.slope <= 0 or right.slope >= 0:
            break
        rise = right.value - right.slope * right.scale - left.value + left.slope * left.scale
        scale = rise / (left.slope - right.slope)
        ceiling = left.value + left.slope * (scale - left.scale)
        if not left.scale < scale < right.scale or ceiling <= best.value * (1 + GAIN):
            break
        here = _repaired(side, scale)
        best = max(best, here, key=lambda found: found.low)
        left, right = (here, right) if here.slope > 0 else (left, here)
    return best


def _network(f: Any) -> Callable[[Floats], Floats] | None:
    """A torch module as a function of arrays in float64, on the processor and in evaluation mode; None for others."""
    torch = sys.modules.get("torch")
    if torch is None or not isinstance(f, torch.nn.Module):
        return None
    network = copy.deepcopy(f).cpu().double().eval()

    def evaluate(points: Floats) -> Floats:
        with torch.no_grad():
            parts = [network(torch.from_numpy(points[k : k + ROWS])).numpy() for k in range(0, len(points), ROWS)]
        return np.concatenate(parts)

    return evaluate


def _values(f: Critic, points: tuple[Floats, Floats]) -> list[Floats]:
    """The critic on both clouds."""
    if callable(f):
        call = _network(f) or f
        found = [call(cloud.copy()) for cloud in points]
    elif isinstance(f, tuple | list) and len(f) == 2:
        found = list(f)
    else:
        wanted = "a pair of arrays (values on x, values on y), a function of points or an nn.Module"
        raise TypeError(f"f must be {wanted}, found {type(f).__name__}")
    values = [real_array(part, f"f on {name}") for part, name in zip(found, "xy", strict=True)]
    for part, cloud, name in zip(values, points, "xy", strict=True):
        if part.shape not in ((len(cloud),), (len(cloud), 1)):
            raise ValueError(f"f on {name} must have shape ({len(cloud)},), one value per point, found {part.shape}")
    return [part.reshape(-1) for part in values]


def _mean(values: Floats, masses: Floats) -> float:
    return float(values @ (masses / masses.sum()))


def _side(problem: Problem, values: Floats, *, swapped: bool) -> tuple[_Side, float]:
    """One half of the problem, and the factor by which its critic was divided."""
    assert problem.x is not None and problem.y is not None
    x, y, a, b = problem.x[problem.rows], problem.y[problem.cols], problem.rest.a, problem.rest.b
    if swapped:
        x, y, a, b = y, x, b, a
    unit = max(LEAST, length_unit(problem.reach(), 1))
    size = float(np.abs(values).max()) or 1.0
    scaled = values / size
    spread = float(np.ptp(scaled)) or 1.0
    critic = (scaled - weighted_median(scaled, a)) / spread
    return _Side(x, y, critic, a, b, problem.metric, unit), size * spread


def certify(
    x: ArrayLike,
    y: ArrayLike,
    f: Critic,
    a: ArrayLike | None = None,
    b: ArrayLike | None = None,
    *,
    metric: str = "euclidean",
) -> Estimate:
    """A proved lower bound on W_1 between two discrete measures from any function f, in the metric's unit.

    W_1 >= sum_i a_i s f(x_i) - sum_j b_j max_i (s f(x_i) - |x_i - y_j|) for every scale s >= 0, and the same with the
    roles exchanged; the best scale of both is taken. f need be neither Lipschitz nor continuous nor of the right size.
    The bound is never below (mean f(X) - mean f(Y)) / L, where L is the steepest descent of f from a point of x to one
    of y, and it is W_1 itself for an optimal potential. Rounding is included. Memory stays at some megabytes and
    O(n + m); each scale tried, twenty to forty of them, takes O(n m) operations.

    Args:
        x: points, shape (n, d), or (n,) on the line.
        y: points, shape (m, d) or (m,).
        f: the values (on x, on y), arrays of shapes (n,) and (m,); or a function of points (k, d) with values (k,) or
            (k, 1); or a torch module, which is evaluated in float64 on the processor without touching it. Potentials
            of :func:`optimal_transport` are the critic (f, -g).
        a: weights, shape (n,), summing to one; uniform where None.
        b: weights, shape (m,), summing to one; uniform where None.
        metric: "euclidean", "cityblock" or "chebyshev".

    Returns:
        An Estimate of kind "lower bound", zero where nothing is proved. Its details are ``raw``, the difference of the
        means of f, which proves nothing, and ``scale``, the factor s.

    Raises:
        TypeError: f is none of the three, or entries are not real numbers.
        ValueError: an argument or a value of f is not finite, of a wrong shape or out of range.

    References:
        C. Villani, Optimal Transport, Old and New (2009), Theorem 5.10 and Particular Case 5.16.

    Example:
        >>> found = certify([0.0, 1.0], [2.0, 5.0], lambda points: -7 * points)
        >>> found.details["raw"], round(found.low, 12)
        (21.0, 3.0)
    """
    points = as_points(x, "x"), as_points(y, "y")
    problem = pose(*points, a, b, p=1, metric=metric_row(metric).name)
    values = _values(f, points)
    with np.errstate(over="ignore", under="ignore"):
        raw = _mean(values[0], problem.masses.a) - _mean(values[1], problem.masses.b)
        low, scale = _proved(settled(problem), values)
    details = {"raw": raw, "scale": scale}
    return Estimate(low, low, math.inf, kind="lower bound", method="c-transform", unit="length", details=details)


def _proved(problem: Problem, values: list[Floats]) -> tuple[float, float]:
    """The better bound of the two sides with its scale; mass that both measures have at one point is left out."""
    if not problem.rows.size or not problem.cols.size:
        return 0.0, 0.0
    if not math.isfinite(problem.reach()):
        raise ValueError("x and y spread further than float64 holds; divide all points by a constant")
    first = _side(problem, values[0][problem.rows], swapped=False)
    second = _side(problem, -values[1][problem.cols], swapped=True)
    found, side, divisor = max(
        ((_best(side), side, divisor) for side, divisor in (first, second)), key=lambda each: each[0].low
    )
    share = problem.fraction / problem.rest.total
    low = (found.low * share * (1 - 8 * EPS) - problem.unsure(side.unit)) * side.unit
    return max(0.0, math.nextafter(low, -math.inf)), float(np.float64(found.scale) * side.unit / divisor)
