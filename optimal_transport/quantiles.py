"""What has quantiles: laws of scipy and torch, functions u -> quantile, and samples."""

import math
from collections.abc import Callable
from dataclasses import dataclass
from fractions import Fraction
from typing import Any

import numpy as np
from numpy.typing import NDArray

from divergences.laws.charts import Standard
from divergences.laws.laws import Law
from divergences.laws.recognise import recognise
from divergences.laws.tails import Tail
from optimal_transport.measures import EPS, real_array

__all__ = ["Quantiles", "quantiles"]

Floats = NDArray[np.float64]
Inverse = Callable[[Floats], Any]
Curve = Callable[[Floats], tuple[Floats, Floats]]  # points and what their rounding may be
DEEPEST = 690.0  # exp(-690) is still a float of full precision
SHALLOW = 27.0  # 1 - exp(-27) is still known to four digits of its distance from 1
MOST = 10**6  # atoms of a counting law
TRIED = 16.0  # so far out the quantiles have to be right
TRUSTED = 1e-9  # how near cdf(quantile(u)) must come to u, as a share of u


@dataclass(frozen=True, eq=False)
class Quantiles:
    """A law of the line by its quantiles, in both halves by the smaller of u and 1 - u.

    Attributes:
        lower: quantiles at u = exp(-t), as a function of t.
        upper: quantiles at 1 - u = exp(-t).
        depths: how far in t each of the two can be trusted.
        steps: the t at which each of the two jumps, where that is known.
        loc: what is added to all quantiles, exactly.
        standard: the law's name and parameters where scipy knows it.
        orders: below which order moments are finite at either end, None where that is not known.
    """

    lower: Curve
    upper: Curve
    depths: tuple[float, float]
    steps: tuple[Floats, Floats]
    loc: Fraction
    standard: Standard | None
    orders: tuple[float | None, float | None]

    @property
    def sample(self) -> bool:
        """Whether it is a sample: its moments are known to be finite, and it has no name."""
        return self.standard is None and self.orders == (math.inf, math.inf)


SMOOTH = (np.empty(0), np.empty(0))


def quantiles(value: Any, name: str) -> Quantiles:
    """The quantiles of what a caller calls a law.

    Args:
        value: a frozen law of scipy.stats, a new-style one, a law of torch of one variable, a function of arrays that
            returns the quantiles at u in (0, 1), or a sample of shape (n,).
        name: what an error calls it.

    Returns:
        The quantiles.

    Raises:
        TypeError: it is none of these.
        ValueError: its quantiles are not finite and increasing, or do not fit its distribution function.

    Example:
        >>> [part.tolist() for part in quantiles([3.0, 1.0], "P").lower(np.array([0.1, 1.0]))][0]
        [0.0, -2.0]
    """
    law = _law(value, name)
    if isinstance(law, Law) and len(law.parts) == 1 and law.parts[0].standard is not None and law.source != "vonmises":
        return _of_scipy(law.parts[0].standard, law, name)
    if hasattr(value, "ppf") and hasattr(value, "isf"):
        return _checked(value.ppf, value.isf, value.cdf, value.sf, name, counts=hasattr(value, "pmf"))
    if hasattr(value, "icdf") and hasattr(value, "iccdf"):
        return _checked(value.icdf, value.iccdf, value.cdf, value.ccdf, name)
    if law is not None:
        raise TypeError(
            f"{name} is of type {type(value).__name__}, whose quantiles are not known; pass a function of u"
        )
    return _of_function(value, name) if callable(value) else _of_sample(value, name)


def _law(value: Any, name: str) -> object:
    """The law where it is a known one; None for a frozen law of one's own, functions and samples."""
    try:
        return recognise(value, name)
    except TypeError:
        if hasattr(value, "dist") and hasattr(value, "ppf"):
            return None
        raise


def _of_scipy(law: Standard, whole: Law, name: str) -> Quantiles:
    """Of a law m + s Z, the quantiles of s Z; m is kept apart."""
    from scipy import stats

    family, scale = getattr(stats, law.name), float(law.scale)
    frozen = family(*map(float, law.shapes))
    ends, tails = (whole.parts[0].low, whole.parts[0].high), whole.parts[0].tails
    found = _checked(frozen.ppf, frozen.isf, frozen.cdf, frozen.sf, name, counts=whole.discrete)
    orders = _order(ends[0], tails[0]), _order(ends[1], tails[1])

    def stretched(curve: Curve) -> Curve:
        def at(t: Floats) -> tuple[Floats, Floats]:
            points, rounding = curve(t)
            return scale * points, scale * rounding

        return at

    return Quantiles(stretched(found.lower), stretched(found.upper), found.depths, found.steps, law.loc, law, orders)


def _order(end: float, tail: Tail | None) -> float | None:
    """Below which order the moment is finite: all of them, but for an algebraic tail."""
    if math.isfinite(end):
        return math.inf
    if tail is None:
        return None
    return tail.exponent - 1 if tail.weight == (0.0, 0.0) else math.inf


def _checked(ppf: Inverse, isf: Inverse, cdf: Inverse, sf: Inverse, name: str, *, counts: bool = False) -> Quantiles:
    """Quantiles as far out as the distribution function confirms them."""

    def curve(inverse: Inverse) -> Inverse:
        def at(t: Floats) -> Floats:
            try:
                with np.errstate(all="ignore"):
                    return np.asarray(inverse(np.exp(-t)), dtype=np.float64)
            except RuntimeError as error:
                raise ValueError(
                    f"{name} has quantiles that scipy cannot find ({error}); pass a function of u"
                ) from None

        return at

    lower, upper = curve(ppf), curve(isf)
    leap = 0.5 if counts else 0.0
    depths = _depth(lower, cdf, leap, name), _depth(upper, sf, leap, name)
    steps = SMOOTH
    if counts:
        low, high = float(lower(np.array(depths[0]))), float(upper(np.array(depths[1])))
        steps = _steps(np.arange(low, min(high, low + MOST) + 1), (cdf, sf), name)
    return Quantiles(_rounded(lower), _rounded(upper), depths, steps, Fraction(0), None, (None, None))


def _steps(atoms: Floats, backs: tuple[Inverse, Inverse], name: str) -> tuple[Floats, Floats]:
    """Where the quantiles of a counting law jump."""
    if atoms.size > MOST:
        raise ValueError(f"{name} is a counting law with more than {MOST} atoms; pass a law with a density near it")
    with np.errstate(all="ignore"):
        first, second = (-np.log(np.asarray(back(atoms), dtype=np.float64)) for back in backs)
    return first, second


def _rounded(curve: Callable[[Floats], Floats]) -> Curve:
    """The quantiles with what their rounding may be."""

    def at(t: Floats) -> tuple[Floats, Floats]:
        points = curve(t)
        return points, 4 * EPS * np.abs(points)

    return at


def _depth(curve: Callable[[Floats], Floats], back: Callable[[Floats], Any], leap: float, name: str) -> float:
    """How far out the function's inverse leads back to the share that it came from, or to either side of it.

    To either side of it within a few ulp of the quantile, or for counting laws, for which scipy inverts 1 - u, within
    half a step.
    """
    t = np.linspace(math.log(2), SHALLOW if leap else DEEPEST, 500)
    target = np.exp(-t)
    with np.errstate(all="ignore"):
        points = curve(t)
        step = np.maximum(leap, 4 * EPS * np.abs(points))
        sides = [np.asarray(back(points + side), dtype=np.float64) for side in (-step, step)]
        low, high = np.minimum(*sides) * (1 - TRUSTED), np.maximum(*sides) * (1 + TRUSTED)
        good = np.isfinite(points) & (low <= target) & (target <= high)
    if not good[t < TRIED].all():
        raise ValueError(
            f"{name} has quantiles that its distribution function does not confirm; check its parameters, or "
            "pass a function of u"
        )
    return float(t[-1] if good.all() else t[int(np.argmin(good)) - 1])


def _of_function(value: Callable[[Floats], Any], name: str) -> Quantiles:
    """Of a function of u, which near u = 1 is only known to where floats end."""

    def at(u: Floats) -> Floats:
        with np.errstate(all="ignore"):
            found = real_array(value(u), f"{name}(u)")
        if found.shape != u.shape:
            raise ValueError(f"{name}(u) must have the shape of u, {u.shape}, found {found.shape}")
        return found

    def curve(share: Inverse) -> Curve:
        def quantile(t: Floats) -> tuple[Floats, Floats]:
            u = share(t)
            points = at(u)
            return points, at(np.minimum(u + EPS, 1 - EPS / 2)) - at(u - EPS) + 4 * EPS * np.abs(points)

        return quantile

    grid = at(np.linspace(2.0**-10, 1 - 2.0**-10, 2**10))
    if (np.diff(grid) < 0).any():
        place = int(np.argmax(np.diff(grid) < 0))
        raise ValueError(f"{name}(u) must increase with u, found {grid[place]} and then {grid[place + 1]}")
    lower, upper = curve(lambda t: np.exp(-t)), curve(lambda t: -np.expm1(-t))
    return Quantiles(lower, upper, (SHALLOW, SHALLOW), SMOOTH, Fraction(0), None, (None, None))


def _of_sample(value: Any, name: str) -> Quantiles:
    points = np.sort(real_array(value, name), axis=None)
    if np.ndim(value) != 1 or points.size == 0:
        raise ValueError(
            f"{name} must be a law, a function of u, or a sample of shape (n,), found shape {np.shape(value)}"
        )
    n, loc = points.size, Fraction(float(points[points.size // 2]))
    points = points - float(loc)

    def place(t: Floats) -> NDArray[np.intp]:
        return np.minimum((n * np.exp(-t)).astype(np.intp), n - 1)

    steps = -np.log(np.arange(1, n) / n)
    lower, upper = _rounded(lambda t: points[place(t)]), _rounded(lambda t: points[n - 1 - place(t)])
    orders = math.inf, math.inf
    return Quantiles(lower, upper, (DEEPEST, DEEPEST), (steps, steps), loc, None, orders)
