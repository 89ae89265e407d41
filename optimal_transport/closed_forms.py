"""Wasserstein distances between laws on the line that have a formula."""

import math
from typing import overload

import numpy as np
from numpy.typing import ArrayLike, NDArray
from scipy.special import erf

from divergences.refusals import real_entries

__all__ = ["cauchy_wasserstein_lower_bound", "normal_wasserstein_distance", "truncated_cauchy_wasserstein_distance"]

Floats = NDArray[np.float64]


def _finite(value: ArrayLike, name: str, *, least: float) -> Floats:
    array = real_entries(value, name).astype(np.float64)
    bad = ~(np.isfinite(array) & (array >= least))
    if bad.any():
        wanted = "finite" if least == -math.inf else f"finite and >= {least:g}"
        raise ValueError(f"{name} must be {wanted}, found {array[bad].flat[0]}")
    return array


@overload
def normal_wasserstein_distance(mean1: float, scale1: float, mean2: float, scale2: float) -> float: ...
@overload
def normal_wasserstein_distance(
    mean1: ArrayLike, scale1: ArrayLike, mean2: ArrayLike, scale2: ArrayLike
) -> float | Floats: ...
def normal_wasserstein_distance(
    mean1: ArrayLike, scale1: ArrayLike, mean2: ArrayLike, scale2: ArrayLike
) -> float | Floats:
    """W_1 between normal laws of the line, in the unit of the line.

    W_1 = E|dm + ds Z| = dm erf(r/sqrt 2) + ds sqrt(2/pi) exp(-r^2/2), where dm = |mean1 - mean2|,
    ds = |scale1 - scale2|, r = dm/ds; W_1 = dm where ds = 0. Both terms are positive, so the relative accuracy holds
    in both tails. It is the mean of a folded normal: the monotone coupling sends mean1 + scale1 z to mean2 + scale2 z.

    Args:
        mean1: mean of the first law; the four arguments broadcast.
        scale1: its standard deviation, >= 0 (0: a Dirac mass).
        mean2: mean of the second law.
        scale2: its standard deviation, >= 0.

    Returns:
        A float for scalar arguments, else an array of the broadcast shape.

    Raises:
        TypeError: an argument is not real.
        ValueError: an argument is not finite, a scale is negative, or the distance overflows.

    References:
        F. C. Leone, L. S. Nelson, R. B. Nottingham, The folded normal distribution, Technometrics 3 (1961);
        C. Villani, Topics in Optimal Transportation (2003), Theorem 2.18.

    Example:
        >>> normal_wasserstein_distance(0.0, 1.0, 2.0, 1.0)
        2.0
    """
    means = [_finite(value, name, least=-math.inf) for value, name in ((mean1, "mean1"), (mean2, "mean2"))]
    scales = [_finite(value, name, least=0.0) for value, name in ((scale1, "scale1"), (scale2, "scale2"))]
    with np.errstate(all="ignore"):
        dm, ds = np.broadcast_arrays(np.abs(means[0] - means[1]), np.abs(scales[0] - scales[1]))
        ratio = np.divide(dm, ds, out=np.full(dm.shape, math.inf), where=ds > 0)
        tail = ds * math.sqrt(2 / math.pi) * np.exp(-ratio * ratio / 2)
        distance = dm * erf(ratio / math.sqrt(2)) + tail
    if not np.isfinite(distance).all():
        raise ValueError("the distance overflows float64; divide means and scales by a constant")
    return distance if distance.ndim else float(distance)


def _log_one_plus_square(bound: float) -> float:
    """log(1 + bound^2) without overflow."""
    return math.log1p(bound * bound) if bound < 1e150 else 2 * math.log(bound)


def _bound(bound: float) -> float:
    array = _finite(bound, "bound", least=0.0)
    if array.ndim:
        raise ValueError(f"bound must be one number, found shape {array.shape}")
    return float(array)


def truncated_cauchy_wasserstein_distance(bound: float) -> float:
    """W_1 between the standard Cauchy law conditioned on |x| <= bound and the Dirac mass at 0, in the unit of the line.

    W_1 = E[|X| given |X| <= T] = log(1 + T^2) / (2 arctan T), as E|X| 1{|X| <= T} = log(1 + T^2)/pi and
    P(|X| <= T) = 2 arctan(T)/pi. It grows like log(T) 2/pi without bound.

    Args:
        bound: T, finite and >= 0.

    Returns:
        The distance, 0 at T = 0.

    Raises:
        TypeError: the bound is not real.
        ValueError: the bound is negative or not finite.

    References:
        C. Villani, Optimal Transport, Old and New (2009), Definition 6.4 (why a finite first moment is asked for).

    Example:
        >>> truncated_cauchy_wasserstein_distance(1.0) == math.log(2) / (math.pi / 2)
        True
    """
    bound = _bound(bound)
    if bound < 1e-8:
        return bound / 2
    return _log_one_plus_square(bound) / (2 * math.atan(bound))


def cauchy_wasserstein_lower_bound(bound: float) -> float:
    """A lower bound on W_1 between the standard Cauchy law and the Dirac mass at 0, in the unit of the line.

    W_1 = E|X| >= E|X| 1{|X| <= T} = log(1 + T^2)/pi for every T: the only coupling with a Dirac mass is the product,
    and what it moves beyond T is left out. The bound has no limit as T grows, so W_1 is infinite: W_1 is a distance
    only between laws with a finite first moment.

    Args:
        bound: T, finite and >= 0.

    Returns:
        The lower bound.

    Raises:
        TypeError: the bound is not real.
        ValueError: the bound is negative or not finite.

    References:
        C. Villani, Optimal Transport, Old and New (2009), Definition 6.4.

    Example:
        >>> [round(cauchy_wasserstein_lower_bound(10.0**k), 2) for k in (1, 10, 100)]
        [1.47, 14.66, 146.59]
    """
    return _log_one_plus_square(_bound(bound)) / math.pi
