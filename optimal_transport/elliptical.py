"""Elliptical laws, whose W_2 is that of normal laws, and the bound that means and covariances prove."""

import math
from collections.abc import Callable
from dataclasses import dataclass
from difflib import get_close_matches

import numpy as np
from numpy.typing import ArrayLike
from scipy.special import gammaln

from divergences import Estimate
from divergences.options import real
from optimal_transport.gaussian import gaussian_wasserstein_distance
from optimal_transport.measures import real_array

__all__ = ["ELLIPTICAL", "Elliptical", "elliptical_wasserstein_distance", "gelbrich_bound"]

ROUNDING = 2.0**-25  # of the standard deviations: ten times what singular covariances were seen to lose


@dataclass(frozen=True)
class Elliptical:
    """A family of laws of m + S^(1/2) Z, where Z in R^d has a law that rotations leave alone.

    Attributes:
        name: what callers write.
        law: the law of Z.
        above: what the parameter must exceed, None where the family has none.
        variance: the variance of each coordinate of Z, from the dimension and the parameter.
    """

    name: str
    law: str
    above: float | None
    variance: Callable[[int, float], float]


def _exponential_power(d: int, shape: float) -> float:
    log = gammaln((d + 2) / (2 * shape)) - gammaln(d / (2 * shape))
    return float(np.exp(math.log(2) / shape + log) / d)


ELLIPTICAL = (
    Elliptical("normal", "standard normal", None, lambda d, _: 1.0),
    Elliptical("student", "Student's t with the parameter as degrees of freedom", 2.0, lambda d, v: v / (v - 2)),
    Elliptical("ball", "uniform on the unit ball", None, lambda d, _: 1 / (d + 2)),
    Elliptical("sphere", "uniform on the unit sphere", None, lambda d, _: 1 / d),
    Elliptical("laplace", "E^(1/2) times a standard normal, E standard exponential", None, lambda d, _: 1.0),
    Elliptical("exponential power", "density exp(-|z|^(2 parameter)/2) times a constant", 0.0, _exponential_power),
)


def elliptical_wasserstein_distance(
    mean1: ArrayLike,
    scatter1: ArrayLike,
    mean2: ArrayLike,
    scatter2: ArrayLike,
    *,
    family: str,
    parameter: float | None = None,
) -> float:
    """W_2 between two laws of one elliptical family on R^d, in the unit of the space.

    W_2^2 = |mean1 - mean2|^2 + v (tr S1 + tr S2 - 2 ||S1^(1/2) S2^(1/2)||_*), the distance of normal laws with
    covariances v S1 and v S2, because the map that is optimal between those is linear and keeps the family.

    Args:
        mean1: m of the first law, shape (d,).
        scatter1: its S, shape (d, d), symmetric and positive semidefinite up to rounding; not the covariance v S.
        mean2: m of the second law, shape (d,).
        scatter2: its S, shape (d, d).
        family: a name in :data:`ELLIPTICAL`: "normal", "student", "ball", "sphere", "laplace", "exponential power".
        parameter: degrees of freedom above 2 for "student", power above 0 for "exponential power", none elsewhere.

    Returns:
        The distance, as exact as :func:`gaussian_wasserstein_distance`.

    Raises:
        TypeError: an argument does not hold real numbers, or the family is no string.
        ValueError: as :func:`gaussian_wasserstein_distance`, an unknown family, or a parameter missing, out of range or
            too many.

    References:
        M. Gelbrich, On a formula for the L2 Wasserstein metric between measures on Euclidean and Hilbert spaces, Math.
        Nachr. 147 (1990), Theorem 2.4; B. Muzellec, M. Cuturi, Generalizing point embeddings using the Wasserstein
        space of elliptical distributions, NeurIPS 2018, section 2.

    Example:
        >>> one, four = [[1.0]], [[4.0]]
        >>> round(elliptical_wasserstein_distance([0.0], one, [0.0], four, family="student", parameter=4.0) ** 2, 12)
        2.0
    """
    row, value = _row(family), 0.0
    if (row.above is None) != (parameter is None):
        wanted = "takes no parameter" if row.above is None else f"needs a parameter above {row.above:g}"
        raise ValueError(f"parameter must fit the family, found {parameter!r}; {row.name!r} {wanted}")
    if parameter is not None and row.above is not None:
        value = real(parameter, "parameter")
        if not row.above < value < math.inf:
            raise ValueError(f"parameter must be finite and > {row.above:g}, found {parameter!r}")
    scatters = [real_array(scatter, name) for scatter, name in ((scatter1, "scatter1"), (scatter2, "scatter2"))]
    try:
        way = gaussian_wasserstein_distance(mean1, np.zeros_like(scatters[0]), mean2, np.zeros_like(scatters[1]))
        spread = gaussian_wasserstein_distance(mean1, scatter1, mean1, scatter2)
    except ValueError as error:
        raise ValueError(str(error).replace("covariance", "scatter")) from None
    distance = math.hypot(way, math.sqrt(row.variance(len(scatters[0]), value)) * spread)
    if not math.isfinite(distance):
        raise ValueError("the distance overflows float64; divide means by t, scatters by t^2")
    return distance


def _row(family: str) -> Elliptical:
    if not isinstance(family, str):
        raise TypeError(f"family must be a string, found a {type(family).__name__}; give 'student', for example")
    names = [row.name for row in ELLIPTICAL]
    for row in ELLIPTICAL:
        if row.name == family:
            return row
    near = get_close_matches(family.lower(), names, n=1)
    hint = f"; did you mean {near[0]!r}?" if near else ""
    raise ValueError(f"family must be one of {names}, found {family!r}{hint}")


def gelbrich_bound(mean1: ArrayLike, covariance1: ArrayLike, mean2: ArrayLike, covariance2: ArrayLike) -> Estimate:
    """A lower bound on W_2 between any two laws with these means and covariances, in the unit of the space.

    W_2(P, Q) >= W_2(normal laws with the same means and covariances), with equality where a linear symmetric positive
    map sends one law to the other, as within an elliptical family. Of samples it costs d^3 and not n^3.

    Args:
        mean1: mean of the first law, shape (d,).
        covariance1: its covariance, shape (d, d).
        mean2: mean of the second law, shape (d,).
        covariance2: its covariance, shape (d, d).

    Returns:
        An Estimate of kind "lower bound"; ``low`` is the value less 2^-25 of the standard deviations for rounding.

    Raises:
        TypeError: as :func:`gaussian_wasserstein_distance`.
        ValueError: as :func:`gaussian_wasserstein_distance`.

    References:
        M. Gelbrich, On a formula for the L2 Wasserstein metric between measures on Euclidean and Hilbert spaces, Math.
        Nachr. 147 (1990), Theorem 2.1; D. C. Dowson, B. V. Landau, The Frechet distance between multivariate normal
        distributions, J. Multivariate Anal. 12 (1982), equation (4).

    Example:
        >>> gelbrich_bound([0, 0], [[1, 0], [0, 4]], [3, 0], [[1, 0], [0, 36]]).value
        5.0
    """
    value = gaussian_wasserstein_distance(mean1, covariance1, mean2, covariance2)
    size = sum(math.sqrt(np.trace(real_array(each, "covariance"))) for each in (covariance1, covariance2))
    low = max(0.0, value * (1 - ROUNDING) - ROUNDING * size)
    return Estimate(value, low, math.inf, kind="lower bound", method="means and covariances", unit="length")
