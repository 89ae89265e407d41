"""The laws of scipy as parts: their log-densities in coordinates that keep their digits, and their ends.

References:
    Johnson, Kotz and Balakrishnan, Continuous Univariate Distributions (1994), volumes 1 and 2.
"""

from __future__ import annotations

import math
from collections.abc import Callable, Mapping
from fractions import Fraction
from typing import Any

import numpy as np
from numpy.typing import NDArray

from divergences.laws.charts import Standard
from divergences.laws.kernels import rounded
from divergences.laws.laws import Law, Part
from divergences.laws.tails import tails_of

__all__ = ["checked_law", "checked_number", "quiet", "standard_part"]

Array = NDArray[np.float64]


def _student(z: Array, gap: Array, df: float) -> Array:
    """In the far tail the square of ``z`` would overflow."""
    from scipy.special import betaln

    constant = -math.log(df) / 2 - float(betaln(0.5, df / 2))
    found: Array = constant - (df + 1) * np.log(np.hypot(1.0, z / math.sqrt(df)))
    near = np.abs(z) < 1
    found[near] = constant - (df + 1) / 2 * np.log1p(z[near] ** 2 / df)
    return found


def _beta(z: Array, gap: Array, a: float, b: float) -> Array:
    """``gap`` is ``1 - z``, known better than a subtraction would tell."""
    from scipy.special import betaln

    logs: Array = (a - 1) * np.log(z) + (b - 1) * np.log(gap) - float(betaln(a, b))
    return logs


# Where scipy takes the logarithm of a density that underflows, or loses digits at an end of the support.
DENSITIES: Mapping[str, Callable[..., Array]] = {
    "t": _student,
    "cauchy": lambda z, gap: _student(z, gap, 1.0),
    "beta": _beta,
    "arcsine": lambda z, gap: _beta(z, gap, 0.5, 0.5),
    "laplace": lambda z, gap: -np.abs(z) - math.log(2),
    "pareto": lambda z, gap, b: math.log(b) - (b + 1) * np.log(z),
    "levy": lambda z, gap: -1 / (2 * z) - 1.5 * np.log(z) - math.log(2 * math.pi) / 2,
    "uniform": lambda z, gap: np.zeros_like(z),
    "expon": lambda z, gap: -z,
    "norm": lambda z, gap: -z * z / 2 - math.log(2 * math.pi) / 2,
}


def checked_law(law: Standard, name: str, discrete: bool) -> Law:
    """The law of the line with these parameters, after a check of each by scipy's own rule.

    Raises:
        ValueError: if there is no such law.

    Example:
        >>> from fractions import Fraction
        >>> checked_law(Standard("expon", (), Fraction(0), Fraction(1)), "P", False).intervals()
        [(0.0, inf)]
    """
    from scipy import stats

    family = getattr(stats, law.name)
    valid = bool(np.all(family._argcheck(*map(float, law.shapes)))) and law.scale > 0
    if not valid:
        shown = [float(x) for x in (*law.shapes, law.loc, law.scale)]
        raise ValueError(
            f"{name} is {law.name} with shapes, location and scale {shown}, which is no law; see its domain"
        )
    if discrete and law.loc.denominator != 1:
        raise ValueError(f"{name} has loc = {float(law.loc)}; a counting law lies on the integers, so pass a whole one")
    return Law((standard_part(law, discrete=discrete),), (Fraction(1),), discrete, law.name)


def checked_number(value: object, name: str, what: str) -> Fraction:
    """One finite parameter, exactly.

    Raises:
        ValueError: if it is not a finite real number, or several.

    Example:
        >>> checked_number(0.5, "P", "loc")
        Fraction(1, 2)
    """
    array = np.asarray(value)
    if array.size != 1 or array.dtype.kind not in "iuf":
        raise ValueError(f"{name} has {what} = {value!r}; pass one real number (batches are not supported)")
    number = float(array.reshape(()))
    if not math.isfinite(number):
        raise ValueError(f"{name} has {what} = {number}; parameters are finite numbers")
    return Fraction(number)


def standard_part(law: Standard, *, discrete: bool) -> Part:
    """A law of scipy as a part: log-density, support, centers, scales and tails.

    Args:
        law: the law, with valid parameters.
        discrete: whether it is a counting law.

    Returns:
        The part, in float64.

    Example:
        >>> from fractions import Fraction
        >>> normal = standard_part(Standard("norm", (), Fraction(3), Fraction(2)), discrete=False)
        >>> normal.centers, normal.low
        ((3.0,), -inf)
    """
    from scipy import stats

    family = getattr(stats, law.name)
    shapes, loc, scale = tuple(map(rounded, law.shapes)), rounded(law.loc), rounded(law.scale)
    low, high = (-math.pi, math.pi) if law.name == "vonmises" else map(float, family.support(*shapes))
    with np.errstate(all="ignore"):
        quarter, middle, above = (float(x) for x in family.ppf([0.25, 0.5, 0.75], *shapes))
    spread = above - quarter if above > quarter else max(abs(middle), 1.0) if discrete else math.ulp(middle)
    if discrete:
        return Part(
            lambda anchor, offset: quiet(family.logpmf, (anchor + offset) - loc, *shapes),
            low + loc, high + loc, (middle + loc,), (spread,), standard=law,
        )  # fmt: skip
    top = loc + scale * high
    own = DENSITIES.get(law.name)

    def log_density(anchor: Array, offset: Array) -> Array:
        z = ((anchor - loc) + offset) / scale
        gap = ((top - anchor) - offset) / scale
        inside = (z >= low) & (gap >= 0) if math.isfinite(high) else z >= low
        z = np.where(inside, z, middle)
        with np.errstate(all="ignore"):
            logs = family.logpdf(z, *shapes) if own is None else own(z, np.where(inside, gap, 1.0), *shapes)
            return np.where(inside, logs - math.log(scale), -math.inf)

    if law.name == "vonmises":
        center = math.remainder(loc + middle, 2 * math.pi)
        inner = Part(log_density, -math.pi, math.pi, (center,), (spread,), standard=law)
        return inner._replace(
            log_density=_circular(shapes[0], loc), tails=tails_of(law.name, shapes, 0.0, 1.0, (True, True))
        )
    ends = (loc + scale * low if math.isfinite(low) else low, top)
    finite = (math.isfinite(low), math.isfinite(high))
    tails = tails_of(law.name, shapes, loc, scale, finite)
    return Part(log_density, *ends, (loc + scale * middle,), (scale * spread,), tails, law)


def quiet(function: Callable[..., Any], *arguments: object) -> Array:
    """What a function of arrays returns, without warnings: infinite logarithms are answers.

    Example:
        >>> quiet(np.log, np.zeros(1)).tolist()
        [-inf]
    """
    with np.errstate(all="ignore"):
        return np.asarray(function(*arguments))


def _circular(concentration: float, angle: float) -> Callable[[Array, Array], Array]:
    """The von Mises log-density on the circle cut open at ``pi``."""
    from scipy.special import i0e

    constant = math.log(2 * math.pi * float(i0e(concentration)))

    def log_density(anchor: Array, offset: Array) -> Array:
        x = anchor + offset
        logs = -2 * concentration * np.sin(((anchor - angle) + offset) / 2) ** 2 - constant
        return np.where(np.abs(x) <= math.pi, logs, -math.inf)

    return log_density
