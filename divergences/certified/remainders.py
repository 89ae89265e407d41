"""What is left of an integral beyond a cut, bounded by proved inequalities; needs python-flint.

On an axis ``t >= 0`` that starts at the cut and points outwards, the logarithm of a density is

    log p(t) = level + curve t^2 + slope t + power log(1 + t / start)

where ``curve``, ``slope`` and ``power`` are exact rational numbers and everything that is not of this form is put into
the interval ``level``. Logarithms of products of powers of densities add up, so that one form serves them all. Two
integrals are needed.

*A product.* If ``curve <= 0`` then, since ``0 <= log(1 + x) <= x``, the exponent is at most ``level - r t`` with the
rate ``r = -(slope + max(power, 0) / start)``, and the integral at most ``exp(level) / r`` where ``r > 0``. If ``curve``
and ``slope`` vanish it is at most ``exp(level) start / (-power - 1)`` where ``power < -1``.

*A density times the size of a difference of logarithms.* That difference is at most ``|level| + |curve| t^2 +
|slope| t + |power| log(1 + t / start)``, and the integrals of ``exp(-r t)`` and of ``(1 + t / start)^-s`` times ``1``,
``log(1 + t / start)``, ``t`` and ``t^2`` are at most ``1/r``, ``1/(start r^2)``, ``1/r^2``, ``2/r^3`` and, with
``v = 1 + t / start``, ``start/(s-1)``, ``start/(s-1)^2``, ``start^2/((s-1)(s-2))`` and ``2 start^3/((s-1)(s-2)(s-3))``.

Whether an integral converges at all depends on the exact numbers alone.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from fractions import Fraction
from typing import Any

from flint import arb

__all__ = [
    "Tail",
    "dominated",
    "exact",
    "interval",
    "moment_converges",
    "moment_integral",
    "product_converges",
    "product_integral",
]

INFINITE = arb("inf")


@dataclass(frozen=True)
class Tail:
    """The logarithm of a density beyond a cut.

    Attributes:
        level: what is left at the cut, an interval.
        curve: coefficient of ``t^2``.
        slope: coefficient of ``t``.
        power: coefficient of ``log(1 + t / start)``.
        start: the positive length in the last term.
    """

    level: arb
    curve: Fraction
    slope: Fraction
    power: Fraction
    start: Fraction

    def times(self, factor: Fraction) -> Tail:
        """The tail of a power of the density."""
        level = exact(factor) * self.level
        return Tail(level, factor * self.curve, factor * self.slope, factor * self.power, self.start)

    def plus(self, other: Tail) -> Tail:
        """The tail of a product of densities."""
        numbers = self.curve + other.curve, self.slope + other.slope, self.power + other.power
        return Tail(self.level + other.level, *numbers, self.start)

    def raised(self, level: arb) -> Tail:
        """The same with something added to the level."""
        return Tail(self.level + level, self.curve, self.slope, self.power, self.start)

    @property
    def rate(self) -> Fraction:
        """The rate at which an exponential bound on the density decays, a bound where it is positive."""
        return -(self.slope + max(self.power, Fraction(0)) / self.start)

    @property
    def algebraic(self) -> bool:
        """Whether there is only the power."""
        return not self.curve and not self.slope


def exact(number: Fraction) -> arb:
    """A rational number as a ball, exact where it is a binary fraction of few digits."""
    return arb(number.numerator) / arb(number.denominator)


def interval(*ends: Any) -> arb:
    """The smallest ball that holds several balls."""
    hull = arb(ends[0])
    for end in ends[1:]:
        hull = hull.union(arb(end))
    return hull


def _height(tail: Tail) -> arb:
    return tail.level.exp().upper()


def product_converges(tail: Tail) -> bool:
    """Whether the integral of ``exp`` of a tail is finite.

    Example:
        >>> cauchy = Tail(arb(0), Fraction(0), Fraction(0), Fraction(-2), Fraction(1))
        >>> product_converges(cauchy), product_converges(cauchy.times(Fraction(1, 2)))
        (True, False)
    """
    if tail.algebraic:
        return tail.power < -1
    return tail.curve < 0 or (tail.curve == 0 and tail.slope < 0)


def product_integral(tail: Tail) -> arb:
    """An upper bound on the integral of ``exp`` of a tail, infinite where this cut is too near to tell.

    Example:
        >>> laplace = Tail(arb(0), Fraction(0), Fraction(-2), Fraction(0), Fraction(1))
        >>> float(product_integral(laplace))
        0.5
    """
    return _height(tail) * (_algebraic if tail.algebraic else _exponential)(tail)[0]


def moment_converges(density: Tail, gap: Tail) -> bool:
    """Whether the integral of a density times the difference of logarithms ``gap`` is finite.

    Example:
        >>> cauchy = Tail(arb(0), Fraction(0), Fraction(0), Fraction(-2), Fraction(1))
        >>> laplace = Tail(arb(0), Fraction(0), Fraction(-1), Fraction(0), Fraction(1))
        >>> moment_converges(cauchy, laplace), moment_converges(laplace, cauchy)
        (False, True)
    """
    if not density.algebraic:
        return product_converges(density)
    return -density.power > (3 if gap.curve else 2 if gap.slope else 1)


def moment_integral(density: Tail, gap: Tail) -> arb:
    """An upper bound on the integral of a density times ``|gap|``, infinite where this cut is too near to tell.

    Example:
        >>> laplace = Tail(arb(0), Fraction(0), Fraction(-1), Fraction(0), Fraction(1))
        >>> float(moment_integral(laplace, laplace))
        1.0
    """
    sizes = arb(gap.level.abs_upper()), *(abs(exact(number)) for number in (gap.power, gap.slope, gap.curve))
    parts = (_algebraic if density.algebraic else _exponential)(density)
    return _height(density) * sum((a * part for a, part in zip(sizes, parts, strict=True) if a > 0), arb(0)).upper()


def _exponential(density: Tail) -> tuple[arb, arb, arb, arb]:
    """The integrals of ``exp(-r t)`` times ``1``, at most ``t / start``, ``t`` and ``t^2``."""
    if density.curve > 0 or density.rate <= 0:
        return (INFINITE,) * 4
    r = exact(density.rate)
    return 1 / r, 1 / r**2 / exact(density.start), 1 / r**2, 2 / r**3


def _algebraic(density: Tail) -> tuple[arb, arb, arb, arb]:
    """The integrals of ``(1 + t / start)^-s`` times ``1``, ``log(1 + t / start)``, ``t`` and ``t^2``."""
    s, length = -density.power, density.start
    if s <= 1:
        return (INFINITE,) * 4
    first = exact(length / (s - 1))
    second = first * exact(length / (s - 2)) if s > 2 else INFINITE
    third = 2 * second * exact(length / (s - 3)) if s > 3 else INFINITE
    return first, exact(length / (s - 1) ** 2), second, third


def dominated(tails: Sequence[Tail]) -> Tail | None:
    """The tail of a sum of densities: that of one summand, its level raised by at most what the others add.

    If no ratio of another to it ever grows beyond the cut, then the sum lies between the one, and the one times 1 plus
    the ratios at the cut.

    Returns:
        The tail, or None if at this cut no summand is known to dominate.

    Example:
        >>> thin, thick = (Tail(arb(0), Fraction(0), Fraction(-k), Fraction(0), Fraction(1)) for k in (2, 1))
        >>> dominated([thin, thick]).slope
        Fraction(-1, 1)
    """
    for chosen in tails:
        ratios = [tail.plus(chosen.times(Fraction(-1))) for tail in tails if tail is not chosen]
        if all(ratio.curve <= 0 and ratio.rate >= 0 for ratio in ratios):
            more = sum((ratio.level.exp() for ratio in ratios), arb(0))
            return chosen.raised(interval(arb(0), more.log1p()))
    return None
