"""Transport problems between points of any number and dimension that come with their answer."""

import math
from collections.abc import Callable

import numpy as np
from numpy.typing import NDArray

from divergences.options import real
from optimal_transport.costs import distances, metric_row
from optimal_transport.duality import mcshane_extension
from optimal_transport.measures import EPS, check_integer, finite_power
from optimal_transport.planted_answers import Planted, measured, random_weights

__all__ = ["CUBE", "chance", "planted_funnels", "planted_lines", "planted_radial", "planted_translation"]

Floats = NDArray[np.float64]
CUBE = 2.5
LATTICE = 2.0**20  # a translation of multiples of its inverse is exact
SUPPORT: dict[
    str, Callable[[Floats], Floats]
] = {  # where a norm has its slope: w with w.z <= |z| for all z, and w.t = |t|
    "euclidean": lambda t: t / np.abs(t).max() / np.linalg.norm(t / np.abs(t).max()),
    "cityblock": np.sign,
    "chebyshev": lambda t: np.sign(t) * (np.arange(t.size) == np.abs(t).argmax()),
}


def chance(n: int, dimension: int, seed: int) -> np.random.Generator:
    """The source of chance of a problem, once its sizes and its seed are checked.

    Args:
        n: number of points, at least 1.
        dimension: d, at least 1.
        seed: the seed, at least 0.

    Returns:
        A generator of random numbers.

    Raises:
        TypeError: one of them is not an integer.
        ValueError: one of them is too small.

    Example:
        >>> chance(10, 2, 0).permutation(3).shape
        (3,)
    """
    for value, name, least in ((n, "n", 1), (dimension, "dimension", 1), (seed, "seed", 0)):
        check_integer(value, name, least)
    return np.random.default_rng(seed)


def planted_funnels(
    n: int, dimension: int, *, funnels: int = 4, seed: int = 0, metric: str = "euclidean", weighted: bool = False
) -> Planted:
    """Two measures whose W_1, optimal plan and optimal critic are known, in the metric's unit.

    h(z) = min_k (|z - c_k| + b_k) is 1-Lipschitz with slope one along the ray from the centre of the funnel that
    attains the minimum, and that funnel attains it on the whole way to its centre. Points y are uniform on the cube
    [-2.5, 2.5]^d; each moves a random share of its way to the centre of its funnel and becomes a point of x. Then
    h(y) - h(x) = |y - x|, so that -h is an optimal critic and W_1 is the mean length of the ways. For a harder problem
    take ``swapped()``: the optimal critic is then h. Centres are uniform on the cube, heights 0.1 times standard
    normal.

    Args:
        n: number of points of each measure.
        dimension: d.
        funnels: number of funnels.
        seed: decides all that is random.
        metric: "euclidean", "cityblock" or "chebyshev".
        weighted: whether the weights are unequal, some of them zero.

    Returns:
        The problem with its answer.

    Raises:
        TypeError: a size or the seed is not an integer.
        ValueError: a size is smaller than one, the seed negative, or the metric unknown.

    References:
        A. Korotin, A. Kolesov, E. Burnaev, Kantorovich strikes back! Wasserstein GANs are not optimal transport?,
        NeurIPS 2022 Datasets and Benchmarks, whose MinFunnel pairs these follow (there a point moves to the 8th power
        of its place on the whole ray).

    Example:
        >>> planted = planted_funnels(100, 3)
        >>> raw = planted.potential(planted.x).mean() - planted.potential(planted.y).mean()
        >>> round(float(raw) / planted.distance.value, 12)
        1.0
    """
    row = metric_row(metric)
    check_integer(funnels, "funnels", 1)
    rng = chance(n, dimension, seed)
    centres, offsets = rng.uniform(-CUBE, CUBE, (funnels, dimension)), 0.1 * rng.normal(size=funnels)
    y, share, match = rng.uniform(-CUBE, CUBE, (n, dimension)), rng.uniform(size=(n, 1)), rng.permutation(n)
    gaps, unit = distances(y, centres, row)
    centre = centres[(gaps * unit + offsets).argmin(axis=1)]
    x = (y + share * (centre - y))[match]

    def ruler(points: Floats) -> Floats:
        return -mcshane_extension(points, centres, -offsets, metric=metric)

    size = float(np.abs(ruler(y)).max() + 2 * np.abs(offsets).max())
    return measured(
        x, y, random_weights(n, rng) if weighted else None, match, ruler=ruler,
        rounding=EPS * (row.roundings(dimension) + 4) * size, p=1, metric=metric, method="planted funnels",
    )  # fmt: skip


def planted_radial(
    n: int, dimension: int, *, p: float = 1, seed: int = 0, metric: str = "euclidean", weighted: bool = False
) -> Planted:
    """Two measures that a map along rays carries onto each other, inwards and outwards, with W_p for any p >= 1.

    x_i = c + r_i u_i and y_i = c + s_i u_i with directions |u_i| = 1 and radii r and s in one order. The norm of z - c
    is 1-Lipschitz, so that W_p is at least that of the radii on the line, mean(|r - s|^p)^(1/p), which the map attains.
    Radii r are uniform on [0, 2.5] and the cubes of such numbers, scaled alike, are s.

    Args:
        n: number of points of each measure.
        dimension: d.
        p: the power, finite and at least 1.
        seed: decides all that is random.
        metric: "euclidean", "cityblock" or "chebyshev".
        weighted: whether the weights are unequal, some of them zero.

    Returns:
        The problem with its answer.

    Raises:
        TypeError: a size or the seed is not an integer, or p no number.
        ValueError: a size is smaller than one, the seed negative, p out of range, or the metric unknown.

    References:
        C. Villani, Topics in Optimal Transportation (2003), Theorem 2.18, for the radii; J. A. Cuesta-Albertos,
        L. Rueschendorf, A. Tuero-Diaz, Optimal coupling of multivariate distributions and stochastic processes,
        J. Multivariate Anal. 46 (1993), section 2, for radial maps.

    Example:
        >>> planted = planted_radial(100, 3, p=3)
        >>> planted.distance.high - planted.distance.low < 1e-13
        True
    """
    power, row = finite_power(p), metric_row(metric)
    rng = chance(n, dimension, seed)
    centre, ways = rng.uniform(-CUBE, CUBE, dimension), rng.normal(size=(n, dimension))
    units = ways / row.of_gaps(ways)[:, None]
    radii = np.sort(rng.random((2, n)), axis=1) * CUBE
    inner, outer, match = centre + radii[:1].T * units, centre + radii[1:].T ** 3 / CUBE**2 * units, rng.permutation(n)

    def ruler(points: Floats) -> Floats:
        return row.of_gaps(points - centre)

    return measured(
        inner[match], outer, random_weights(n, rng) if weighted else None, match, ruler=ruler,
        rounding=EPS * (row.roundings(dimension) + 4) * 2 * CUBE, p=power, metric=metric, method="planted radial map",
    )  # fmt: skip


def planted_translation(
    n: int, dimension: int, *, p: float = 1, seed: int = 0, metric: str = "euclidean", weighted: bool = False
) -> Planted:
    """Two measures of which one is the other moved by a vector t, so that W_p = |t| for every p >= 1.

    y_i = x_i + t. With w such that w.z <= |z| for all z and w.t = |t|, the function w.z is 1-Lipschitz and moves by |t|
    on the whole way. Points are uniform on a lattice in the cube [-2.5, 2.5]^d, so that the sums are exact, and t is
    uniform on it, too.

    Args:
        n: number of points of each measure.
        dimension: d.
        p: the power, finite and at least 1.
        seed: decides all that is random.
        metric: "euclidean", "cityblock" or "chebyshev".
        weighted: whether the weights are unequal, some of them zero.

    Returns:
        The problem with its answer.

    Raises:
        TypeError: a size or the seed is not an integer, or p no number.
        ValueError: a size is smaller than one, the seed negative, p out of range, or the metric unknown.

    References:
        G. Peyre, M. Cuturi, Computational Optimal Transport (2019), Remark 2.19.

    Example:
        >>> planted = planted_translation(50, 2, p=2)
        >>> bool(np.isclose(planted.distance.value, np.linalg.norm(planted.y[planted.match[0]] - planted.x[0])))
        True
    """
    rng = chance(n, dimension, seed)
    x, (shift,) = (np.rint(rng.uniform(-CUBE, CUBE, (k, dimension)) * LATTICE) / LATTICE for k in (n, 1))
    return _translated(x, shift, rng, p=p, metric=metric, weighted=weighted)


def planted_lines(n: int, theta: float, *, p: float = 1, seed: int = 0, metric: str = "euclidean") -> Planted:
    """Two samples (0, z) and (theta, z) on parallel lines of the plane, so that W_p = |theta| for every p >= 1.

    The example by which W_1 is told from the divergences that do not see how far apart two lines are.

    Args:
        n: number of points of each sample.
        theta: the distance of the lines, with its sign.
        p: the power, finite and at least 1.
        seed: decides all that is random.
        metric: "euclidean", "cityblock" or "chebyshev".

    Returns:
        The problem with its answer.

    Raises:
        TypeError: a size or the seed is not an integer, or theta or p no number.
        ValueError: n is smaller than one, the seed negative, theta not finite, p out of range, or the metric unknown.

    References:
        M. Arjovsky, S. Chintala, L. Bottou, Wasserstein GAN (2017), Example 1.

    Example:
        >>> planted_lines(20, -0.25).distance.value
        0.25
    """
    rng = chance(n, 2, seed)
    if not math.isfinite(real(theta, "theta")):
        raise ValueError(f"theta must be finite, found {theta!r}; give the distance of the lines")
    x = np.column_stack([np.zeros(n), rng.random(n)])
    return _translated(x, np.array([theta, 0.0]), rng, p=p, metric=metric, weighted=False)


def _translated(
    x: Floats, shift: Floats, rng: np.random.Generator, *, p: float, metric: str, weighted: bool
) -> Planted:
    """The problem between points and the same points moved, in another order; the sums are exact."""
    power, match = finite_power(p), rng.permutation(len(x))
    slope = SUPPORT[metric_row(metric).name](shift) if shift.any() else np.eye(shift.size)[0]
    y = np.empty_like(x)
    y[match] = x + shift
    size = float((np.maximum(np.abs(x), np.abs(x + shift)) @ np.abs(slope)).max())
    return measured(
        x, y, random_weights(len(x), rng) if weighted else None, match, ruler=lambda points: points @ slope,
        rounding=EPS * (shift.size + 6) * size, p=power, metric=metric, method="planted translation",
    )  # fmt: skip
