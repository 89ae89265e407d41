"""Histograms: distances along one row of bins by running sums, and grids as points with weights."""

import math
from collections.abc import Sequence

import numpy as np
from numpy.typing import ArrayLike, NDArray

from divergences.estimate import Estimate
from divergences.options import real
from divergences.products import exact_sum, product
from optimal_transport.line import Line, line_cost, reach
from optimal_transport.line_costs import LineCost, as_distance, cost_of
from optimal_transport.measures import EPS, Masses, finite_power, real_array
from optimal_transport.sums import running_sums

__all__ = ["grid_measure", "histogram_wasserstein_distance"]

Floats = NDArray[np.float64]


def _masses(value: ArrayLike, name: str) -> Floats:
    """Masses scaled by a power of two, so that their sum is of order one, unless they are counts."""
    masses = real_array(value, name)
    if masses.size == 0:
        raise ValueError(f"{name} must have one mass per bin, found shape {masses.shape}")
    if masses.min() < 0:
        place = tuple(int(i) for i in np.argwhere(masses < 0)[0])
        raise ValueError(f"{name} must be >= 0, found {masses[place]} at {place}")
    if masses.max() == 0:
        raise ValueError(f"{name} must have a positive sum, found zeros only")
    if masses.max() < 2.0**53 and (masses == np.rint(masses)).all():
        return masses
    return np.asarray(masses / math.ldexp(1.0, math.frexp(float(masses.max()))[1] - 1))


def _centres(edges: ArrayLike | None, spacing: float, size: int) -> Floats:
    if edges is None:
        step = real(spacing, "spacing")
        if not 0 < step < math.inf:
            raise ValueError(f"spacing must be finite and positive, found {spacing!r}")
        return np.arange(size, dtype=np.float64) * step
    if spacing != 1.0:
        raise ValueError(f"edges and spacing exclude one another, found spacing {spacing!r}; leave out one of the two")
    ends = real_array(edges, "edges")
    if ends.shape != (size + 1,):
        raise ValueError(f"edges must have shape ({size + 1},), one more than bins, found shape {ends.shape}")
    if not (ends[:-1] < ends[1:]).all():
        place = int(np.argmin(ends[:-1] < ends[1:]))
        raise ValueError(f"edges must increase, found {ends[place]} before {ends[place + 1]} at {place}")
    return np.asarray(ends[:-1] / 2 + ends[1:] / 2)


def _crossing(a: Floats, b: Floats) -> tuple[Floats, float]:
    """|F - G| after each bin times the product of both sums, and that product: with twice the digits of a float."""
    (sum_a, rest_a), (sum_b, rest_b) = (tuple(map(float, exact_sum(masses, -1))) for masses in (a, b))
    high_a, low_a = product(a, np.float64(sum_b))
    high_b, low_b = product(b, np.float64(sum_a))
    apart = high_a - high_b
    back = apart - high_a
    lost = (high_a - (apart - back)) - (high_b + back)
    low = lost + (low_a - low_b) + (a * rest_b - b * rest_a)
    return np.abs(running_sums(np.column_stack([apart, low]).ravel())[1:-1:2]), sum_a * sum_b


def _bounds(line: Line, a: Floats, b: Floats) -> LineCost:
    if line.p > 1:
        return line_cost(line)
    crossing, total = _crossing(a, b)
    gaps = np.diff(line.x)
    gaps[crossing == 0] = 0
    doubt = 0.0 if line.exact else (a.size * EPS) ** 2
    return cost_of((gaps, crossing, total, doubt), 1, reach(line))


def histogram_wasserstein_distance(
    a: ArrayLike, b: ArrayLike, *, edges: ArrayLike | None = None, spacing: float = 1.0, p: float = 1
) -> Estimate:
    """Wasserstein distance W_p between two histograms over the same row of bins, in the unit of length of the bins.

    The mass of a bin is at its centre. W_1 = sum_k |F_k - G_k| (c_k+1 - c_k) with F_k and G_k the shares of mass in the
    first k bins, which are differences of running sums with twice the digits of a float: nearly equal histograms lose
    none. For p > 1 the quantiles decide: exactly for counts, else with what the rounding of the shares leaves open.

    Args:
        a: counts or masses, shape (k,), not negative; they are divided by their sum.
        b: counts or masses, shape (k,).
        edges: ends of the bins, shape (k + 1,), increasing; as ``numpy.histogram`` returns them.
        spacing: width of every bin where no edges are given.
        p: the power, finite and at least 1.

    Returns:
        The distance with proved bounds, of kind "certified gap".

    Raises:
        TypeError: an argument is not real.
        ValueError: an argument is empty, not finite, of a wrong shape or out of range.

    References:
        C. Villani, Topics in Optimal Transportation (2003), Theorem 2.18 and (2.48).

    Example:
        >>> histogram_wasserstein_distance([4, 0, 0], [1, 1, 2], spacing=0.5).value
        0.625
    """
    power = finite_power(p)
    first, second = _masses(a, "a"), _masses(b, "b")
    if first.ndim != 1 or first.shape != second.shape:
        raise ValueError(f"a and b must have one shape (k,), found shapes {first.shape} and {second.shape}")
    centres = _centres(edges, spacing, first.size)
    sums = math.fsum(first), math.fsum(second)
    masses = Masses(first * sums[1], second * sums[0], sums[0] * sums[1], 0.0)
    if not masses.whole:
        masses = Masses(first / sums[0], second / sums[1], 1.0, 4 * EPS)
    found = _bounds(Line(centres, centres, masses, power), first, second)
    return as_distance(found, power, "running sums" if power == 1 else "monotone coupling")


def grid_measure(masses: ArrayLike, *, spacing: float | Sequence[float] = 1.0) -> tuple[Floats, Floats]:
    """Points and weights of a histogram on a grid of any dimension, as :func:`optimal_transport` takes them.

    Args:
        masses: counts or masses of shape (k_1, ..., k_d), not negative; they are divided by their sum.
        spacing: distance of neighbours, one for all axes or one each.

    Returns:
        Points of shape (n, d), one for each cell with mass, and their weights of shape (n,).

    Raises:
        TypeError: an argument is not real.
        ValueError: an argument is empty, not finite, of a wrong shape or out of range.

    References:
        G. Peyre, M. Cuturi, Computational Optimal Transport (2019), section 2.2.

    Example:
        >>> points, weights = grid_measure([[0, 3], [1, 0]], spacing=0.5)
        >>> points.tolist(), weights.tolist()
        ([[0.0, 0.5], [0.5, 0.0]], [0.75, 0.25])
    """
    array = np.atleast_1d(_masses(masses, "masses"))
    steps = np.atleast_1d(real_array(spacing, "spacing"))
    if steps.shape not in ((1,), (array.ndim,)) or steps.min() <= 0:
        raise ValueError(f"spacing must be positive, one number or one per axis of {array.ndim}, found {spacing!r}")
    cells = np.argwhere(array > 0)
    weights = array[array > 0]
    return cells * steps, weights / math.fsum(weights)
