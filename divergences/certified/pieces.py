"""The line in pieces on which integrals of analytic functions are enclosed; needs python-flint.

A stretch is an interval on which the same components of both laws are positive. A piece is a part of a stretch with a
variable of its own: the point itself, or, close to an end where a density behaves like a power, minus the logarithm of
the distance. Smooth forms go to Arb's verified integrator; the lesser of two densities is integrated between the
changes of sign that the module `signs` proves.

References:
    F. Johansson, Numerical integration in arbitrary-precision ball arithmetic (ICMS 2018), section 2.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from fractions import Fraction
from itertools import pairwise
from typing import Any

from flint import acb, arb

from divergences.certified.analytic import Component, Law, log_sum
from divergences.certified.families import Place
from divergences.certified.forms import Form
from divergences.certified.remainders import exact, interval
from divergences.certified.signs import partition

__all__ = ["BITS", "SPARE", "Piece", "Stretch", "near", "plain", "stretches"]

BITS = 104  # of the mantissa while integrating
SPARE = 80  # what a tail, or a piece, may add to the radius: 2^-SPARE


@dataclass(frozen=True)
class Stretch:
    """An interval on which the same components of both laws are positive (None: it goes on for ever)."""

    low: Fraction | None
    high: Fraction | None
    p: tuple[Component, ...]
    q: tuple[Component, ...]

    def side(self, location: Fraction) -> int:
        """Whether the stretch lies above a location."""
        return 1 if self.low is not None and location <= self.low else -1

    def singular(self, direction: int) -> bool:
        """Whether a density behaves like a power at the end that the direction leads away from."""
        end, index = (self.low, 0) if direction > 0 else (self.high, 1)
        return any(part.support[index] == end and part.family.ends(part.shapes)[index] for part in self.p + self.q)

    def logarithms(self, place: Place) -> tuple[Any, Any]:
        """The log-densities of P and Q at a place."""
        return log_sum(self.p, place), log_sum(self.q, place)

    def gap(self, place: Place) -> Any:
        """How much larger the log-density of Q is at a place."""
        if len(self.p) == len(self.q) == 1:
            return self.p[0].gap(self.q[0], place)
        return log_sum(self.q, place) - log_sum(self.p, place)


@dataclass(frozen=True)
class Piece:
    """A part of a stretch with a variable of its own.

    Attributes:
        stretch: what it is a part of.
        place: the place at a value of the variable.
        weight: how much of the line a unit of the variable covers there.
        marks: values of the variable, from the lower end to the upper one, between which to integrate.
    """

    stretch: Stretch
    place: Callable[[Any, bool], Place]
    weight: Callable[[Any], Any]
    marks: tuple[Any, ...]

    def integral(self, form: Form) -> Any:
        """The form's integral over the piece."""
        over = self._least if form.k is None else self._smooth
        return sum((over(form, low, high) for low, high in pairwise(self.marks)), arb(0))

    def _smooth(self, form: Form, low: Any, high: Any) -> Any:
        k = form.k
        assert k is not None
        return _verified(
            lambda z, analytic: k(*self.stretch.logarithms(self.place(z, analytic)), analytic) * self.weight(z),
            low,
            high,
        )

    def _least(self, form: Form, low: Any, high: Any) -> Any:
        """The integral of the lesser density; where it is not known which that is, they are equal up to a factor."""

        def gap(z: Any, analytic: bool) -> Any:
            return self.stretch.gap(self.place(z, analytic))

        def density(which: int) -> Callable[[Any, bool], Any]:
            return lambda z, analytic: self.stretch.logarithms(self.place(z, analytic))[which].exp() * self.weight(z)

        total = arb(0)
        for part in partition(gap, low, high):
            found = _verified(density(1 if part.sign < 0 else 0), part.low, part.high)
            total += found if part.sign else found * interval(1, (-part.size).exp(), part.size.exp())
        return total


def _verified(f: Callable[[Any, bool], Any], low: Any, high: Any) -> Any:
    found = acb.integral(f, low, high, rel_tol=arb(2) ** (8 - BITS), abs_tol=arb(2) ** (-SPARE - 6))
    return found.real


def stretches(p: Law, q: Law) -> Iterator[Stretch]:
    """The line, cut at locations and at the ends of supports."""
    parts = p.components + q.components
    ends = {end for part in parts for end in part.support if end is not None}
    for low, high in pairwise([None, *sorted(ends | {part.loc for part in parts}), None]):
        yield Stretch(low, high, p.active(low, high), q.active(low, high))


def plain(stretch: Stretch, low: Fraction, high: Fraction) -> Piece:
    """A bounded interval, cut at distances from locations that grow by factors of sixteen."""
    marks = {low, high}
    for part in stretch.p + stretch.q:
        for direction in (-1, 1):
            reach = part.scale
            while reach < max(abs(low - part.loc), abs(high - part.loc)):
                mark = part.loc + direction * reach
                marks |= {mark} if low < mark < high else set()
                reach *= 16
    return Piece(
        stretch, lambda z, analytic: Place(z, stretch.side, None, None, analytic), lambda z: arb(1),
        tuple(exact(mark) for mark in sorted(marks)),
    )  # fmt: skip


def near(stretch: Stretch, end: Fraction, direction: int, width: Fraction, cut: int) -> Piece:
    """An interval at an end where a density behaves like a power, in minus the logarithm of the distance."""
    start = -exact(width).log()
    steps = [start + 4**k for k in range(cut.bit_length()) if start + 4**k < cut]

    def place(y: Any, analytic: bool) -> Place:
        return Place(exact(end) + direction * (-y).exp(), stretch.side, end, -y, analytic)

    return Piece(stretch, place, lambda y: (-y).exp(), (start, *steps, arb(cut)) if start < cut else ())
