"""Laws of the line as analytic functions of complex balls, and what they are far out; needs python-flint.

A component is a member of a family, moved by ``loc`` and stretched by ``scale``; a law is a mixture of components. Far
out, and near an end of the support, each log-density is written as a `Tail`, exactly but for an interval that holds
what is left.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from fractions import Fraction
from functools import cached_property
from typing import Any

from flint import acb, arb

from divergences.certified.families import ONE, ZERO, Family, Place, Shapes, log, log_one_plus
from divergences.certified.remainders import Tail, dominated, exact, interval

__all__ = ["Component", "Law", "inner", "log_sum", "outer"]


@dataclass(frozen=True)
class Component:
    """A member of a family, moved and stretched, with a weight.

    Attributes:
        family: the row.
        loc: where its 0 lies.
        scale: how long its unit is, positive.
        shapes: its shape parameters.
        weight: its share of a mixture.
    """

    family: Family
    loc: Fraction
    scale: Fraction
    shapes: Shapes
    weight: Fraction

    @property
    def support(self) -> tuple[Fraction | None, Fraction | None]:
        """The two ends, None where there is none."""
        low, high = (None if end is None else self.loc + end * self.scale for end in self.family.support)
        return low, high

    @cached_property
    def _parts(self) -> tuple[Any, Any, Any, Any]:
        """Location, scale, its logarithm, and the constant with weight and scale, as balls."""
        scale = exact(self.scale)
        constant = self.family.constant(self.shapes) - scale.log() + exact(self.weight).log()
        return exact(self.loc), scale, scale.log(), constant

    def log_density(self, place: Place) -> Any:
        """The logarithm of weight times density at a place within the support."""
        curve, slope = self._leading(place)
        v = place.z - self._parts[0]
        return exact(curve) * v * v + exact(slope) * v + self._remainder(place)

    def gap(self, other: Component, place: Place) -> Any:
        """How much larger the logarithm of another component is.

        Leading terms are subtracted exactly, so that a wide ball does not forget that they are equal.
        """
        (curve, slope), (bend, rise), shift = self._leading(place), other._leading(place), self.loc - other.loc
        v, total = place.z - self._parts[0], other._remainder(place) - self._remainder(place)
        for power, number in enumerate(
            (bend * shift * shift + rise * shift, rise + 2 * bend * shift - slope, bend - curve)
        ):
            total += exact(number) * v**power if number else 0
        return total

    def _leading(self, place: Place) -> tuple[Fraction, Fraction]:
        """The coefficients of the square and of the distance from the location, with the sign of its side."""
        curve, slope, _ = self.family.outside(self.shapes)
        return curve / self.scale**2, slope * place.side(self.loc) / self.scale

    def _remainder(self, place: Place) -> Any:
        loc, scale, log_scale, constant = self._parts
        u = (place.z - loc) / scale
        edges = self._edges(u, place, log_scale)
        return self.family.remainder(u, place, place.side(self.loc), self.shapes, edges) + constant

    def _edges(self, u: Any, place: Place, log_scale: Any) -> tuple[Any, Any]:
        """The logarithms of the distances to the ends that carry an exponent."""
        found: list[Any] = [None, None]
        for i, exponent in enumerate(self.family.ends(self.shapes)):
            if not exponent:
                continue
            near = place.end is not None and place.end == self.support[i]
            found[i] = place.away - log_scale if near else log(u if i == 0 else 1 - u, place)
        return found[0], found[1]

    def outer_tail(self, origin: Fraction, direction: int, cut: Fraction) -> Tail:
        """The logarithm of weight times density beyond ``origin + direction * cut``, which lies beyond the location.

        Let ``x = cut + t`` be the distance from the origin and ``m >= 0`` that of the location. With
        ``u = (x - m) / s`` the leading terms are ``curve u^2 + slope u + power log u``, and
        ``log(x - m) = log(cut - m) + log(1 + t / cut) + log(1 - m / x) - log(1 - m / cut)``.
        """
        middle = (self.loc - origin) * direction
        curve, slope, power = self.family.outside(self.shapes)
        u = (cut - middle) / self.scale
        level = self._parts[3] + self.family.rest(exact(u), self.shapes) + exact(curve * u * u + slope * u)
        if power:
            level += exact(power) * (exact(u).log() + interval(0, -exact(1 - middle / cut).log()))
        return Tail(level, curve / self.scale**2, (slope + 2 * curve * u) / self.scale, power, cut)

    def inner_tail(self, end: Fraction, direction: int, cut: int) -> Tail:
        """The logarithm of weight times density at ``end + direction exp(-y)`` from ``y = cut`` on.

        The distance's own power is the slope; everything else varies within an interval.
        """
        index = 0 if direction > 0 else 1
        exponent = self.family.ends(self.shapes)[index] if self.support[index] == end else ZERO
        reach = arb(-cut).exp()
        z = acb(exact(end) + direction * interval(0, reach))
        away = acb(0) if exponent else None

        def side(location: Fraction) -> int:
            return direction if location == end else (1 if location < end else -1)

        level = self.log_density(Place(z, side, end, away, False))
        return Tail(level.real - exact(exponent) * cut, ZERO, -exponent, ZERO, ONE)


def log_sum(parts: Sequence[Component], place: Place) -> Any:
    """The logarithm of the sum of weighted densities, around the largest."""
    values = [part.log_density(place) for part in parts]
    first = max(range(len(parts)), key=lambda i: float(values[i].real.mid()))
    rest = sum((parts[first].gap(part, place).exp() for part in parts if part is not parts[first]), acb(0))
    return values[first] + log_one_plus(rest, place.analytic) if len(parts) > 1 else values[0]


@dataclass(frozen=True)
class Law:
    """A mixture of components whose weights add up to one exactly."""

    components: tuple[Component, ...]

    def active(self, low: Fraction | None, high: Fraction | None) -> tuple[Component, ...]:
        """The components whose support contains an interval (None: the line's end)."""
        return tuple(part for part in self.components if _within(low, high, part.support))


def _within(low: Fraction | None, high: Fraction | None, support: tuple[Fraction | None, Fraction | None]) -> bool:
    left = support[0] is None or (low is not None and low >= support[0])
    right = support[1] is None or (high is not None and high <= support[1])
    return left and right


def outer(parts: Sequence[Component], origin: Fraction, direction: int, cut: Fraction) -> Tail | None:
    """The tail of a sum of components far out, None where this cut is too near to tell."""
    return dominated([part.outer_tail(origin, direction, cut) for part in parts])


def inner(parts: Sequence[Component], end: Fraction, direction: int, cut: int) -> Tail | None:
    """The tail of a sum of components near an end, None where this cut is too far from it to tell."""
    return dominated([part.inner_tail(end, direction, cut) for part in parts])
