"""The Wasserstein distance of order two between normal laws in any dimension."""

import math

import numpy as np
from numpy.typing import ArrayLike, NDArray

from optimal_transport.measures import EPS, real_array

__all__ = ["gaussian_wasserstein_distance"]

Floats = NDArray[np.float64]
ALLOWED = 16  # eps of the largest variance, per dimension, by which symmetry and semidefiniteness may be missed


def _mean(value: ArrayLike, name: str) -> Floats:
    mean = real_array(value, name)
    if mean.ndim != 1 or mean.size == 0:
        raise ValueError(f"{name} must have shape (d,) with d >= 1, found shape {mean.shape}; on the line give [mean]")
    return mean


def _rounding(value: ArrayLike, size: int) -> float:
    """What rounding to the dtype of the argument explains, as a share of the largest variance."""
    dtype = np.asarray(value).dtype
    return ALLOWED * size * (float(np.finfo(dtype).eps) if dtype.kind == "f" else EPS)


def _covariance(value: ArrayLike, size: int, name: str) -> tuple[Floats, float]:
    """The covariance divided by the largest variance, and the largest standard deviation."""
    matrix = real_array(value, name)
    if matrix.shape != (size, size):
        raise ValueError(f"{name} must have shape ({size}, {size}) like its mean, found shape {matrix.shape}")
    variances = np.diagonal(matrix)
    if variances.min() < 0:
        raise ValueError(f"{name} must have variances >= 0, found {variances.min()} at {int(variances.argmin())}")
    unit = math.sqrt(variances.max()) or 1.0
    scaled = matrix / unit / unit
    gap = np.abs(scaled - scaled.T)
    if gap.max() > _rounding(value, size):
        i, j = (int(k) for k in np.unravel_index(gap.argmax(), gap.shape))
        raise ValueError(
            f"{name} must be symmetric, found {matrix[i, j]} at ({i}, {j}) and {matrix[j, i]} at ({j}, {i}); "
            "take the mean of the matrix and its transpose"
        )
    return scaled / 2 + scaled.T / 2, unit


def _cholesky(matrix: Floats) -> Floats:
    """A square K with K K^T = matrix: largest variance first, a variance explained but for d roundings counts as zero.

    Every variance is held against its own size, so that small ones beside large ones keep their digits.
    """
    variances = np.diagonal(matrix)
    left, factor = variances.copy(), np.zeros_like(matrix)
    for k in range(left.size):
        left = np.where(left > left.size * EPS * variances, left, 0.0)
        pivot = int(left.argmax())
        if left[pivot] == 0:
            break
        column = matrix[:, pivot] - factor[:, :k] @ factor[pivot, :k]
        factor[:, k] = np.where(left > 0, column, 0.0) / math.sqrt(left[pivot])
        left -= factor[:, k] ** 2
        left[pivot] = 0.0
    return factor


def _factor(value: ArrayLike, size: int, name: str) -> tuple[Floats, float]:
    """A square matrix K and a unit u with u^2 K K^T the covariance."""
    matrix, unit = _covariance(value, size, name)
    factor = _cholesky(matrix)
    missed = float(np.abs(factor @ factor.T - matrix).max())
    if not missed <= _rounding(value, size):
        raise ValueError(
            f"{name} must be positive semidefinite, found {missed:.1e} of its largest variance missing to that; "
            "set its negative eigenvalues to zero"
        )
    return factor, unit


def gaussian_wasserstein_distance(
    mean1: ArrayLike, covariance1: ArrayLike, mean2: ArrayLike, covariance2: ArrayLike
) -> float:
    """W_2 between normal laws on R^d, in the unit of the space (Bures distance, Frechet distance).

    W_2^2 = |mean1 - mean2|^2 + tr A + tr B - 2 ||A^(1/2) B^(1/2)||_*, where ||.||_* is the sum of singular values.

    The difference is not taken: with any factors A = K K^T, B = L L^T and K^T L = U S V^T, the same number is
    |mean1 - mean2|^2 + ||K - L V U^T||^2, whose terms are positive. An error of the distance then is a rounding of the
    standard deviations and not its square root, for singular covariances too.

    Args:
        mean1: mean of the first law, shape (d,).
        covariance1: its covariance A, shape (d, d), symmetric and positive semidefinite up to rounding.
        mean2: mean of the second law, shape (d,).
        covariance2: its covariance B, shape (d, d).

    Returns:
        The distance. What rounding of the largest variance can explain is taken to be zero; the distance inherits the
        root of it, about 1e-8 of the largest standard deviation, only where singular covariances are so rounded.

    Raises:
        TypeError: an argument does not hold real numbers.
        ValueError: an argument is not finite or of the wrong shape, a covariance is not symmetric or not positive
            semidefinite, or the distance overflows.

    References:
        D. C. Dowson, B. V. Landau, The Frechet distance between multivariate normal distributions, J. Multivariate
        Anal. 12 (1982), equation (4); R. Bhatia, T. Jain, Y. Lim, On the Bures-Wasserstein distance between positive
        definite matrices, Expo. Math. 37 (2019), Theorem 1.

    Example:
        >>> gaussian_wasserstein_distance([0, 0], [[1, 0], [0, 4]], [3, 0], [[1, 0], [0, 36]])
        5.0
    """
    first, second = _mean(mean1, "mean1"), _mean(mean2, "mean2")
    if first.shape != second.shape:
        raise ValueError(f"mean1 and mean2 must lie in one space, found dimensions {first.size} and {second.size}")
    k, unit1 = _factor(covariance1, first.size, "covariance1")
    l, unit2 = _factor(covariance2, first.size, "covariance2")
    u, _, vt = np.linalg.svd(k.T @ l)
    with np.errstate(over="ignore"):
        parts = np.concatenate([first - second, (unit1 * k - unit2 * l @ (u @ vt).T).ravel()])
        largest = float(np.abs(parts).max())
        distance = largest * float(np.linalg.norm(parts / largest)) if 0 < largest < np.inf else largest
    if not np.isfinite(distance):
        raise ValueError("the distance overflows float64; divide means by t, covariances by t^2")
    return distance
