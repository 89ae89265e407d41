"""The line in pieces on which integrals of analytic functions are enclosed; needs python-flint.

A stretch is an interval on which the same components of both laws are positive. A piece is a part of a stretch with a
variable of its own: the point itself; close to an end where a density behaves like a power, minus the logarithm of the
distance; and where one decays like a power, the logarithm of the distance. Smooth forms go to Arb's verified
integrator; the lesser of a density and a multiple of the other is integrated between the changes of sign that the
module `signs` proves.

References:
    F. Johansson, Numerical integration in arbitrary-precision ball arithmetic (ICMS 2018), section 2.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from fractions import Fraction
from functools import cached_property
from itertools import pairwise
from typing import Any

from flint import acb, arb

from divergences.certified.analytic import Component, Law, Ray, log_pair
from divergences.certified.families import Place
from divergences.certified.forms import Form
from divergences.certified.remainders import exact, interval
from divergences.certified.signs import partition

__all__ = ["BITS", "SPARES", "Piece", "Stretch", "near", "plain", "stretches"]

BITS = 104  # of the mantissa while integrating
# of what a tail may add to the radius, and a piece a little less: the bits that are tried first, and then
SPARES = (62, 80)
WAITING = 10_000  # the most parts of a piece that may wait to be cut
ONE = arb(1)


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

    @property
    def algebraic(self) -> bool:
        """Whether a density decays like a power without end."""
        return any(part.family.hill for part in self.p + self.q)


@dataclass(frozen=True)
class Piece:
    """A part of a stretch with a variable of its own.

    Attributes:
        stretch: what it is a part of.
        at: the place at a value of the variable, and how much of the line a unit of the variable covers there.
        marks: values of the variable, from the lower end to the upper one, between which to integrate.
        ray: an origin and a direction, where the variable is the logarithm of the distance.
    """

    stretch: Stretch
    at: Callable[[Any, bool], tuple[Place, Any]]
    marks: tuple[Any, ...]
    ray: Ray | None = None

    def integral(self, form: Form, spare: int) -> Any:
        """The form's integral over the piece, to about ``2^-spare``."""
        over = self._least if form.k is None else self._smooth
        return sum((over(form, low, high, spare) for low, high in pairwise(self.marks)), arb(0))

    @cached_property
    def _logarithms(self) -> Callable[[Place], tuple[Any, Any]]:
        """The log-density of P, and by how much that of Q is larger."""
        return log_pair(self.stretch.p, self.stretch.q, self.stretch.side, self.ray)

    def _smooth(self, form: Form, low: Any, high: Any, spare: int) -> Any:
        k, at, logarithms = form.k, self.at, self._logarithms
        assert k is not None

        def integrand(y: Any, analytic: bool) -> Any:
            place, weight = at(y, analytic)
            log_p, gap = logarithms(place)
            return k(log_p, gap, analytic) * weight

        return _verified(integrand, low, high, spare)

    def _least(self, form: Form, low: Any, high: Any, spare: int) -> Any:
        """The integral of the lesser of ``p`` and a multiple of ``q``; where that is unknown, they are nearly equal."""
        at, logarithms, more = self.at, self._logarithms, exact(form.multiple).log()

        def density(which: int) -> Callable[[Any, bool], Any]:
            def found(y: Any, analytic: bool) -> Any:
                place, weight = at(y, analytic)
                log_p, gap = logarithms(place)
                return (log_p + gap + more if which else log_p).exp() * weight

            return found

        total = arb(0)
        for part in partition(lambda y, analytic: logarithms(at(y, analytic)[0])[1] + more, low, high):
            found = _verified(density(1 if part.sign < 0 else 0), part.low, part.high, spare)
            total += found if part.sign else found * interval(1, (-part.size).exp(), part.size.exp())
        return total


def _verified(f: Callable[[Any, bool], Any], low: Any, high: Any, spare: int) -> Any:
    """The integral to about ``2^-spare``, relatively where it is large; the part that is known least is cut first."""
    small = arb(2) ** -spare
    return acb.integral(f, low, high, rel_tol=small, abs_tol=small / 64, use_heap=True, depth_limit=WAITING).real


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
    values = tuple(exact(mark) for mark in sorted(marks))
    return Piece(stretch, lambda z, analytic: (Place(z, None, None, analytic), ONE), values)


def near(stretch: Stretch, end: Fraction, direction: int, width: Fraction, cut: int) -> Piece:
    """An interval at an end where a density behaves like a power, in minus the logarithm of the distance."""
    start = -exact(width).log()
    steps = [start + 4**k for k in range(cut.bit_length()) if start + 4**k < cut]

    origin = exact(end)

    def at(y: Any, analytic: bool) -> tuple[Place, Any]:
        distance = (-y).exp()
        return Place(origin + direction * distance, end, -y, analytic), distance

    return Piece(stretch, at, (start, *steps, arb(cut)) if start < cut else ())


def graded(stretch: Stretch, low: Fraction, high: Fraction) -> Iterator[Piece]:
    """A bounded interval, from each location at its ends outwards."""
    ends = {part.loc for part in stretch.p + stretch.q}
    middle = (low + high) / 2 if {low, high} <= ends else high if low in ends else low
    for end, direction, reach in ((low, 1, middle - low), (high, -1, high - middle)):
        if reach:
            yield from _outwards(stretch, end, direction, reach)


def _outwards(stretch: Stretch, end: Fraction, direction: int, reach: Fraction) -> Iterator[Piece]:
    """The point near a location, the logarithm of the distance farther off.

    In that logarithm powers are exponentials, and a location on the other side is never nearer to the path than it is
    to the line.
    """
    widths = sorted({abs(part.loc - end) + part.scale for part in stretch.p + stretch.q})
    start, stop = min(widths[0], reach), exact(reach).log()
    yield plain(stretch, *sorted((end, end + direction * start)))
    marks = [exact(width).log() for width in widths if start <= width < reach]
    last = marks[-1] if marks else stop
    marks += [mark for mark in (last + 4**k for k in range(1, 8)) if mark < stop]
    origin = exact(end)

    def at(y: Any, analytic: bool) -> tuple[Place, Any]:
        distance = y.exp()
        inverse = (-y).exp() if analytic else 1 / distance
        return Place(origin + direction * distance, None, None, analytic, y, inverse, float(y.real.mid())), distance

    yield Piece(stretch, at, (*marks, stop), (end, direction))
