"""Laws of the line as analytic functions of complex balls, and what they are far out; needs python-flint.

A family is a row in standard form; a component moves it to ``loc`` and stretches it by ``scale``; a law is a mixture of
components. Far out, and near an end of the support, each log-density is written as a `Tail`, exactly but for an
interval that holds what is left.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from fractions import Fraction
from functools import cached_property
from typing import Any

from flint import acb, arb

from divergences.remainders import Tail, dominated, exact, interval

__all__ = ["FAMILIES", "Component", "Family", "Law", "Place", "Shapes", "log_one_plus", "log_sum"]

Shapes = tuple[Fraction, ...]
ZERO, ONE = Fraction(0), Fraction(1)
NOWHERE = acb("nan")


@dataclass(frozen=True)
class Place:
    """A point of the line as a complex ball, with what is known beside it.

    Attributes:
        z: the point.
        side: for each location that the formulas ask for, whether the point is meant to lie above it: 1 or -1.
        end: an end of the support that the point lies near, if any.
        away: the logarithm of the distance to that end.
        analytic: whether the caller needs an analytic function.
    """

    z: Any
    side: Callable[[Fraction], int]
    end: Fraction | None
    away: Any
    analytic: bool


def log_one_plus(e: Any, analytic: bool) -> Any:
    """``log(1 + e)`` without loss for small ``e``; no number where it would not be analytic."""
    return e.log1p() if not analytic or (1 + e).real > 0 else NOWHERE


def _log(z: Any, place: Place) -> Any:
    return z.log(place.analytic)


def _logistic(u: Any, place: Place, above: int, shapes: Shapes, edges: tuple[Any, Any]) -> Any:
    return -2 * log_one_plus((-above * u).exp(), place.analytic)


def _student(u: Any, place: Place, above: int, shapes: Shapes, edges: tuple[Any, Any]) -> Any:
    freedom = exact(shapes[0])
    return -(freedom + 1) / 2 * log_one_plus(u * u / freedom, place.analytic)


def _gamma(u: Any, place: Place, above: int, shapes: Shapes, edges: tuple[Any, Any]) -> Any:
    return acb(0) if shapes[0] == 1 else exact(shapes[0] - 1) * edges[0]


def _beta(u: Any, place: Place, above: int, shapes: Shapes, edges: tuple[Any, Any]) -> Any:
    parts = [exact(shape - 1) * edge for shape, edge in zip(shapes, edges, strict=True) if shape != 1]
    return sum(parts, acb(0))


def _student_constant(shapes: Shapes) -> Any:
    half, freedom = exact(shapes[0] / 2), exact(shapes[0])
    return (half + exact(Fraction(1, 2))).lgamma() - half.lgamma() - (freedom * arb.pi()).log() / 2


def _beta_constant(shapes: Shapes) -> Any:
    a, b = map(exact, shapes)
    return (a + b).lgamma() - a.lgamma() - b.lgamma()


def _student_rest(u: Any, shapes: Shapes) -> Any:
    """``log(1 + u^2 / n)`` is ``2 log u - log n + log(1 + n / u^2)``."""
    freedom = exact(shapes[0])
    return (freedom + 1) / 2 * (freedom.log() - interval(0, (freedom / u**2).log1p()))


@dataclass(frozen=True)
class Family:
    """One family in standard form.

    Attributes:
        name: what scipy calls it.
        support: its two ends, None where there is none.
        remainder: the logarithm of the density less ``constant`` and ``curve u^2 + slope |u|``, of ``u``, the place,
            the side of 0, the shapes, and the logarithms of the distances to the two ends.
        constant: logarithm of the normalising factor.
        ends: exponents ``e`` of ``|u - end|^e`` at the two ends.
        outside: ``curve``, ``slope`` and ``power`` far out, in ``|u|``.
        rest: an interval that holds, from ``|u|`` on, what is left of ``remainder`` without ``power log |u|``.
    """

    name: str
    support: tuple[Fraction | None, Fraction | None]
    remainder: Callable[[Any, Place, int, Shapes, tuple[Any, Any]], Any]
    constant: Callable[[Shapes], Any]
    ends: Callable[[Shapes], tuple[Fraction, Fraction]] = lambda shapes: (ZERO, ZERO)
    outside: Callable[[Shapes], tuple[Fraction, Fraction, Fraction]] = lambda shapes: (ZERO, -ONE, ZERO)
    rest: Callable[[Any, Shapes], Any] = lambda u, shapes: arb(0)


FAMILIES = {
    family.name: family
    for family in (
        Family(
            "norm",
            (None, None),
            lambda *_: acb(0),
            lambda shapes: -(2 * arb.pi()).log() / 2,
            outside=lambda shapes: (Fraction(-1, 2), ZERO, ZERO),
        ),
        Family("laplace", (None, None), lambda *_: acb(0), lambda shapes: -arb(2).log()),
        Family(
            "logistic",
            (None, None),
            _logistic,
            lambda shapes: arb(0),
            rest=lambda u, shapes: interval(0, -2 * (-u).exp().log1p()),
        ),
        Family(
            "t",
            (None, None),
            _student,
            _student_constant,
            outside=lambda shapes: (ZERO, ZERO, -shapes[0] - 1),
            rest=_student_rest,
        ),
        Family("expon", (ZERO, None), lambda *_: acb(0), lambda shapes: arb(0)),
        Family(
            "gamma",
            (ZERO, None),
            _gamma,
            lambda shapes: -exact(shapes[0]).lgamma(),
            ends=lambda shapes: (shapes[0] - 1, ZERO),
            outside=lambda shapes: (ZERO, -ONE, shapes[0] - 1),
        ),
        Family(
            "uniform",
            (ZERO, ONE),
            lambda *_: acb(0),
            lambda shapes: arb(0),
            outside=lambda shapes: (ZERO, ZERO, ZERO),
        ),
        Family(
            "beta",
            (ZERO, ONE),
            _beta,
            _beta_constant,
            ends=lambda shapes: (shapes[0] - 1, shapes[1] - 1),
            outside=lambda shapes: (ZERO, ZERO, ZERO),
        ),
    )
}


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
            found[i] = place.away - log_scale if near else _log(u if i == 0 else 1 - u, place)
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
