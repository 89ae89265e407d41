"""Point estimates of divergences between densities from samples alone: nearest neighbours, kernel densities.

No interval tried around either was valid without assumptions on the densities, so their kind is ``none``: the ends are
those of the divergence itself.
"""

from __future__ import annotations

import math
from numbers import Integral
from typing import Any

import numpy as np
from numpy.typing import ArrayLike, NDArray

from divergences.columns import FDivergence
from divergences.estimate import Estimate
from divergences.sampling.monte_carlo import mixture_terms
from divergences.sampling.samples import Samples, samples
from divergences.table import row as find_row

__all__ = ["kernel_divergence", "nearest_neighbour_kl"]

Array = NDArray[np.float64]

REACH = 12.0  # bandwidths beyond the outermost points: what is left out is below exp(-REACH^2 / 2) = 5e-32
PER_BANDWIDTH = 4  # grid points in the narrower bandwidth
LARGEST = 2**16  # grid points at most
LARGEST_SPREAD = 1e140  # of a sample, so that its variance stays in the range of floats


def nearest_neighbour_kl(P: Samples | ArrayLike, Q: Samples | ArrayLike, *, k: int = 5) -> Estimate:
    """KL(P || Q) between densities on R^d, in nats, from samples by nearest neighbours; a point estimate.

    ``(d / n) sum log(nu_i / rho_i) + log(m / (n - 1))``, with ``rho_i`` the distance from a point of P's sample to its
    k-th nearest other point there, ``nu_i`` to the k-th nearest of Q's sample. Its bias grows with the dimension and
    with the divergence: it is far too low where the samples hardly overlap.

    Args:
        P: sample of P, shape ``(n,)`` or ``(n, d)``.
        Q: sample of Q, shape ``(m,)`` or ``(m, d)``.
        k: which neighbour; a larger one has a smaller variance and a larger bias.

    Returns:
        An estimate of kind ``none``: the ends are 0 and infinity, the raw number, which may be negative, is in
        ``details``.

    Raises:
        TypeError: if the samples are not real numbers, or ``k`` is not an integer.
        ValueError: if the dimensions differ, ``n < k + 1`` or ``m < k``, the samples have weights, or points are
            repeated so often that a distance vanishes: there is no density then.

    References:
        Wang, Kulkarni and Verdu, IEEE Transactions on Information Theory 55 (2009), section II.
        Perez-Cruz, ISIT 2008, section III.

    Example:
        >>> rng = np.random.default_rng(0)
        >>> found = nearest_neighbour_kl(rng.normal(0, 1, 4000), rng.normal(1, 1, 4000))
        >>> abs(found.value - 0.5) < 0.05, found.kind
        (True, 'none')
    """
    from scipy.spatial import KDTree

    first, second = _pair(P, Q)
    for name, sample in (("P", first), ("Q", second)):
        if sample.weights is not None:
            raise ValueError(f"{name} has weights; nearest neighbours count all points alike, so resample without them")
    x, y = first.points, second.points
    _check_neighbours(k, len(x), len(y))
    own = KDTree(x).query(x, k=[int(k) + 1])[0][:, 0]
    other = KDTree(y).query(x, k=[int(k)])[0][:, 0]
    _check_distances(own, other, int(k))
    raw = x.shape[1] * float(np.mean(np.log(other) - np.log(own))) + math.log(len(y) / (len(x) - 1))
    details = {"raw": raw, "k": int(k), "draws": (len(x), len(y))}
    return Estimate(max(0.0, raw), 0.0, math.inf, "none", "nearest neighbours", None, "nat", details)


def kernel_divergence(P: Samples | ArrayLike, Q: Samples | ArrayLike, row: FDivergence | str) -> Estimate:
    """The divergence of a row between Gaussian kernel densities of two samples on the line; a point estimate.

    ``D_f(p_hat || q_hat)`` in the row's unit, with Scott's bandwidths, by the trapezoidal rule on a grid finer than the
    bandwidths. It says what the two smoothed samples differ by, not what the laws do.

    Args:
        P: sample of P, shape ``(n,)`` or ``(n, 1)``, possibly with weights.
        Q: sample of Q, alike.
        row: a row of the table, or its name.

    Returns:
        An estimate of kind ``none``, with the ends of the divergence itself, 0 and ``f(0) + f'(inf)``.

    Raises:
        TypeError: if the samples are not real numbers.
        ValueError: if they do not lie on the line, have no spread, or spread over so many bandwidths that the grid
            would be too long; or if the row is unknown.

    References:
        Scott, Multivariate Density Estimation (1992), chapter 6, for the bandwidth.

    Example:
        >>> rng = np.random.default_rng(0)
        >>> abs(kernel_divergence(rng.normal(0, 1, 2000), rng.normal(1, 1, 2000), "tv").value - 0.383) < 0.05
        True
    """
    found = find_row(row)
    pair = _pair(P, Q)
    densities = [_kernel_density(sample, name) for sample, name in zip(pair, "PQ", strict=True)]
    widths = [math.sqrt(float(density.covariance[0, 0])) for density in densities]
    grid, step = _grid(pair, widths)
    logs = [density.logpdf(grid) for density in densities]
    mixture = np.exp(np.logaddexp(*logs)) / 2
    with np.errstate(invalid="ignore"):
        terms = np.where(mixture > 0, mixture * mixture_terms(logs[0] - logs[1], found), 0.0)
    value = min(max(0.0, float(terms.sum()) * step), found.maximum)
    details = {"bandwidths": tuple(widths), "grid": len(grid)}
    return Estimate(value, 0.0, found.maximum, "none", "kernel density", None, found.unit, details)


def _pair(P: Samples | ArrayLike, Q: Samples | ArrayLike) -> tuple[Samples, Samples]:
    first, second = samples(P, "P"), samples(Q, "Q")
    if first.points.shape[1] != second.points.shape[1]:
        raise ValueError(
            f"P has points of dimension {first.points.shape[1]} and Q of {second.points.shape[1]}; they have to agree"
        )
    return first, second


def _check_neighbours(k: int, n: int, m: int) -> None:
    if isinstance(k, bool) or not isinstance(k, Integral):
        raise TypeError(f"k is {k!r}; pass a positive integer")
    if k < 1:
        raise ValueError(f"k = {k}; pass a positive integer")
    if n < k + 1 or m < k:
        raise ValueError(f"P has {n} points and Q has {m}; for k = {k} pass at least {k + 1} and {k}, or a smaller k")


def _check_distances(own: Array, other: Array, k: int) -> None:
    for name, distances in (("P", own), ("Q", other)):
        if not distances.all():
            where = int((distances == 0).argmax())
            raise ValueError(
                f"point {where} of P coincides with at least {k} other points of {name}: repeated points have no "
                "density; count them and use divergence_from_counts, or pass a larger k"
            )
        if not np.isfinite(distances).all():
            raise ValueError(f"points of P and {name} lie further apart than floats reach; rescale them")


def _kernel_density(sample: Samples, name: str) -> Any:
    from scipy.stats import gaussian_kde

    if sample.points.shape[1] != 1:
        raise ValueError(f"{name} has shape {sample.x.shape}; kernel densities are for points of the line")
    line, weights = sample.points[:, 0], sample.weights
    if weights is not None:
        line, weights = line[weights > 0], weights[weights > 0]  # scipy makes nan of the others
    with np.errstate(over="ignore"):
        spread = float(np.ptp(line))
    if spread == 0:
        raise ValueError(f"{name} has no two different points; pass a sample with some spread")
    if not 1 / LARGEST_SPREAD < spread < LARGEST_SPREAD:
        raise ValueError(
            f"{name} spreads over {spread:.3g}, whose square leaves the range of floats; rescale both samples"
        )
    return gaussian_kde(line, weights=weights)


def _grid(pair: tuple[Samples, Samples], widths: list[float]) -> tuple[Array, float]:
    """Points at equal distances over all that the two densities reach, and the distance."""
    low = min(float(s.x.min()) - REACH * w for s, w in zip(pair, widths, strict=True))
    high = max(float(s.x.max()) + REACH * w for s, w in zip(pair, widths, strict=True))
    steps = math.ceil((high - low) / min(widths) * PER_BANDWIDTH)
    if steps > LARGEST:
        raise ValueError(
            f"P and Q spread over {(high - low) / min(widths):.3g} of the narrower bandwidth; drop the outliers, or "
            "use nearest_neighbour_kl"
        )
    return np.linspace(low, high, steps + 1), (high - low) / steps
