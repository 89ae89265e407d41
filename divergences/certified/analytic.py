"""Laws of the line as analytic functions of complex balls, and what they are far out; needs python-flint.

A component is a member of a family, moved by ``loc`` and stretched by ``scale``; a law is a mixture of components. Far
out, and near an end of the support, each log-density is written as a `Tail`, exactly but for an interval that holds
what is left.
"""

from __future__ import annotations

import math
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from fractions import Fraction
from functools import cached_property
from typing import Any

from flint import acb, arb

from divergences.certified.families import ONE, ZERO, Family, Place, Shapes, log, log_one_plus, log_one_plus_exp
from divergences.certified.remainders import Tail, dominated, exact, interval

__all__ = ["Component", "Law", "Ray", "Sides", "inner", "log_pair", "log_sum", "outer"]

Sides = Callable[[Fraction], int]  # whether the places meant lie above a location: 1 or -1
Ray = tuple[Fraction, int]  # an origin and a direction, where the logarithm of the distance is the variable
Logarithm = Callable[[Place], Any]


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
        """Location, one over the scale, its logarithm, and the constant with weight and scale, as balls."""
        log_scale = exact(self.scale).log()
        constant = self.family.constant(self.shapes) - log_scale + exact(self.weight).log()
        return exact(self.loc), exact(1 / self.scale), log_scale, constant

    def leading(self, side: int) -> tuple[Fraction, Fraction]:
        """The coefficients of the square and of the distance from the location, on one side of it."""
        curve, slope, _ = self.family.outside(self.shapes)
        return curve / self.scale**2, slope * side / self.scale

    def remainder(self, side: int, ray: Ray | None = None) -> Logarithm:
        """The logarithm of weight times density less the leading terms, on one side of the location."""
        loc, rate, log_scale, constant = self._parts
        if self.family.hill is not None:
            return self._hill(ray)
        if self.family.remainder is None:
            return lambda place: constant
        rest, exponents = self.family.remainder(self.shapes, side), self.family.ends(self.shapes)
        supports = [end if exponent else None for end, exponent in zip(self.support, exponents, strict=True)]

        def found(place: Place) -> Any:
            u, edges = (place.z - loc) * rate, [None, None]
            for i, end in enumerate(supports):
                if end is not None:
                    near = place.end is not None and place.end == end
                    edges[i] = place.away - log_scale if near else log(u if i == 0 else 1 - u, place)
            return rest(u, place.analytic, (edges[0], edges[1])) + constant

        return found

    def _hill(self, ray: Ray | None) -> Logarithm:
        """The logarithm of the family's ``(1 + u^2 / n)^e``, and the constant.

        At the distance ``exp(y)`` from an origin on the other side of which the location lies ``d`` away, and with
        ``w = exp(-y)``, ``1 + u^2 / n`` is ``exp(2 y) ((1 + d w)^2 + n s^2 w^2) / (n s^2)``. A sum of squares is a
        product of two factors, whose logarithms stay analytic on wider balls.
        """
        assert self.family.hill is not None
        n, exponent = self.family.hill(self.shapes)
        loc, rate, _, constant = self._parts
        inverse, power, root = exact(1 / n), exact(exponent), acb(0, exact(1 / n).sqrt())

        def near(place: Place) -> Any:
            u = (place.z - loc) * rate
            if place.analytic:
                return (log_one_plus(root * u, True) + log_one_plus(-root * u, True)) * power + constant
            return (u * u * inverse).log1p() * power + constant

        if ray is None:
            return near
        origin, direction = ray
        d, area = (origin - self.loc) * direction, n * self.scale**2
        twice, size, least = exact(2 * d), exact(d * d + area), math.log(d * d + area) / 2
        above, below = (acb(exact(d), sign * exact(area).sqrt()) for sign in (1, -1))
        far = constant - power * exact(area).log()

        def found(place: Place) -> Any:
            if place.reach < least:
                return near(place)
            w = place.inverse
            if place.analytic:
                return (2 * place.y + log_one_plus(above * w, True) + log_one_plus(below * w, True)) * power + far
            return (2 * place.y + (w * (twice + size * w)).log1p()) * power + far

        return found

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
        z = acb(exact(end) + direction * interval(0, arb(-cut).exp()))

        def side(location: Fraction) -> int:
            return direction if location == end else (1 if location < end else -1)

        level = log_sum((self,), side)(Place(z, end, acb(0) if exponent else None, False))
        return Tail(level.real - exact(exponent) * cut, ZERO, -exponent, ZERO, ONE)


Components = Sequence[Component]


def _polynomial(numbers: Sequence[Fraction], loc: Any) -> Logarithm:
    """``a + b v + c v^2`` in the distance ``v`` from a location; terms that are exactly zero take no part."""
    a, b, c = map(exact, numbers)
    if numbers[2]:
        return lambda place: ((place.z - loc) * c + b) * (place.z - loc) + a
    constant = acb(a)
    return (lambda place: (place.z - loc) * b + a) if numbers[1] else (lambda place: constant)


def _leading(part: Component, sides: Sides) -> Logarithm:
    curve, slope = part.leading(sides(part.loc))
    return _polynomial((ZERO, slope, curve), exact(part.loc))


def _leading_gap(part: Component, other: Component, sides: Sides) -> Logarithm:
    """By how much another component's leading terms are larger.

    They are subtracted exactly, so that a wide ball does not forget that they are equal.
    """
    (curve, slope), (bend, rise) = part.leading(sides(part.loc)), other.leading(sides(other.loc))
    shift = part.loc - other.loc
    numbers = bend * shift * shift + rise * shift, rise + 2 * bend * shift - slope, bend - curve
    return _polynomial(numbers, exact(part.loc))


def _summed(parts: Components, sides: Sides, ray: Ray | None) -> Callable[[Place], tuple[int, Any]]:
    """Which weighted density is the largest, and the logarithm of their sum less its leading terms."""
    remainders = [part.remainder(sides(part.loc), ray) for part in parts]
    if len(parts) == 1:
        only = remainders[0]
        return lambda place: (0, only(place))
    leading = [_leading(part, sides) for part in parts]
    gaps = [[_leading_gap(part, other, sides) for other in parts] for part in parts]

    def found(place: Place) -> tuple[int, Any]:
        rests = [remainder(place) for remainder in remainders]
        sizes = [float((first(place) + rest).real.mid()) for first, rest in zip(leading, rests, strict=True)]
        top = max(range(len(parts)), key=sizes.__getitem__)
        others = [gaps[top][i](place) + rests[i] - rests[top] for i in range(len(parts)) if i != top]
        return top, rests[top] + log_one_plus_exp(others, place.analytic)

    return found


def log_sum(parts: Components, sides: Sides) -> Logarithm:
    """The logarithm of the sum of weighted densities, around the largest, where the sides of locations are known."""
    leading, summed = [_leading(part, sides) for part in parts], _summed(parts, sides, None)

    def found(place: Place) -> Any:
        top, rest = summed(place)
        return leading[top](place) + rest

    return found


def log_pair(p: Components, q: Components, sides: Sides, ray: Ray | None) -> Callable[[Place], tuple[Any, Any]]:
    """The log-density of P, and by how much that of Q is larger."""
    mine, other = _summed(p, sides, ray), _summed(q, sides, ray)
    if all(part.family.hill for part in (*p, *q)):  # whose leading terms vanish

        def level(place: Place) -> tuple[Any, Any]:
            rest = mine(place)[1]
            return rest, other(place)[1] - rest

        return level
    leading, gaps = [_leading(part, sides) for part in p], [[_leading_gap(a, b, sides) for b in q] for a in p]

    def found(place: Place) -> tuple[Any, Any]:
        (i, rest), (j, more) = mine(place), other(place)
        return leading[i](place) + rest, gaps[i][j](place) + more - rest

    return found


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
