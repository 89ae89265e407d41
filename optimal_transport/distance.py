"""The Wasserstein distance of arrays and of torch tensors, these with a gradient."""

from __future__ import annotations

from typing import TYPE_CHECKING, overload

from numpy.typing import ArrayLike

from optimal_transport import exact
from optimal_transport.exact import optimal_transport
from optimal_transport.grounds import MetricLike
from optimal_transport.measures import as_points
from optimal_transport.tensors import Moved, any_tensor, hosted, slopes_of

if TYPE_CHECKING:
    from torch import Tensor

__all__ = ["wasserstein_distance"]


@overload
def wasserstein_distance(
    x: Tensor,
    y: ArrayLike,
    a: ArrayLike | None = None,
    b: ArrayLike | None = None,
    *,
    p: float = 1,
    metric: MetricLike = "euclidean",
    tolerance: float = 1e-9,
) -> Tensor: ...
@overload
def wasserstein_distance(
    x: ArrayLike,
    y: ArrayLike,
    a: ArrayLike | None = None,
    b: ArrayLike | None = None,
    *,
    p: float = 1,
    metric: MetricLike = "euclidean",
    tolerance: float = 1e-9,
) -> float: ...
def wasserstein_distance(
    x: ArrayLike | Tensor,
    y: ArrayLike,
    a: ArrayLike | None = None,
    b: ArrayLike | None = None,
    *,
    p: float = 1,
    metric: MetricLike = "euclidean",
    tolerance: float = 1e-9,
) -> float | Tensor:
    """Wasserstein distance W_p between two discrete measures, in the metric's unit.

    W_p = (min over plans pi with marginals a and b of sum_ij metric(x_i, y_j)^p pi_ij)^(1/p), and at p = inf, its
    limit, the least distance within which all mass can be moved.

    Certified: a bare number never hides a gap between proved bounds. Only for weights that are no multiples of 2^-52,
    as decimals are not, 64 eps of the largest distance are allowed besides: rounding leaves so much open. On the line
    two sorts decide (a million points in a fraction of a second); elsewhere see :func:`optimal_transport`, also for
    what a metric's name promises. Where it names no metric, W_p is no distance but the p-th root of the least cost.

    Torch tensors may stand for any argument. The answer then is a tensor without dimensions, on their device and in
    their dtype, computed in double precision, with the gradient of the envelope theorem: sum_j pi_ij grad d(x_i, y_j)
    at p = 1, and for weights the potentials, shifted to sum to zero, tangent to the simplex. Where several plans or
    potentials are optimal it is that of one of them; points that do not move get zero, and so do the weights where
    W_p = 0 and p > 1. It is known for the three norms and "sqeuclidean".

    Args:
        x: points, shape (n, d), or (n,) on the line.
        y: points, shape (m, d) or (m,).
        a: weights, shape (n,), summing to one; uniform where None.
        b: weights, shape (m,), summing to one; uniform where None.
        p: the power, at least 1, or math.inf for the longest way.
        metric: a name that scipy's ``cdist`` knows, with its meaning and defaults there, or a function of two points
            of shape (d,) that returns a number >= 0.
        tolerance: largest relative gap between the bounds on W_p^p.

    Returns:
        The distance; a tensor where one of x, y, a and b is one.

    Raises:
        TypeError: entries are not real numbers.
        ValueError: an argument is empty, not finite, of a wrong shape or out of range, or a gradient is wanted that is
            not known.
        RuntimeError: the bounds differ by more than ``tolerance``, for instance between nearly equal measures at p > 1.

    References:
        C. Villani, Optimal Transport, Old and New (2009), Definition 6.1; G. Peyre, M. Cuturi,
        Computational Optimal Transport (2019), Proposition 9.2, for the gradient.

    Example:
        >>> wasserstein_distance([[0, 0], [1, 0]], [[0, 3], [1, 3]], p=2)
        3.0
    """
    if not any_tensor(x, y, a, b):
        return exact.wasserstein_distance(x, y, a, b, p=p, metric=metric, tolerance=tolerance)
    tensors = hosted(x=x, y=y, a=a, b=b)
    arrays = tensors.arrays
    if not tensors.wanted:
        return tensors.answer(exact.wasserstein_distance(**arrays, p=p, metric=metric, tolerance=tolerance), {})
    found = optimal_transport(**arrays, p=p, metric=metric)
    value = found.distance
    if not found.gap <= tolerance:  # whether rounded weights excuse that is known there
        value = exact.wasserstein_distance(**arrays, p=p, metric=metric, tolerance=tolerance)
    points = [as_points(arrays[name], name) for name in ("x", "y")]
    slopes = slopes_of(Moved(value, found.plan, found.potentials), *points, p=p, metric=metric)
    return tensors.answer(value, {name: slopes[name] for name in tensors.wanted})
