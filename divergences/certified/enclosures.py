"""Rigorous enclosures of divergences between laws of the line; needs python-flint (the extra ``certified``).

The line is cut at locations and at the ends of supports, and a form of the divergence is integrated piece by piece
(`pieces`). Beyond the outermost cuts, and close to an end of a support where a density behaves like a power, proved
inequalities bound what is left (`remainders`).
"""

from __future__ import annotations

import math
import sys
from collections.abc import Iterator, Sequence
from fractions import Fraction
from typing import Any

from flint import arb, ctx

from divergences.certified.analytic import Law, inner, outer
from divergences.certified.forms import Form, forms
from divergences.certified.pieces import BITS, SPARES, Stretch, graded, near, plain, stretches
from divergences.certified.remainders import (
    Tail,
    interval,
    moment_converges,
    moment_integral,
    product_converges,
    product_integral,
)
from divergences.certified.renyi import renyi_ball
from divergences.columns import FDivergence
from divergences.estimate import Estimate
from divergences.renyi_rows import RenyiRow

__all__ = ["as_estimate", "enclosure", "infinite"]

STEPS = (0, 2, 3, 4, 5, 6, 8, 12, 18, 27, 40, 60, 90, 135, 200, 300, 450, 675, 1012)  # of cuts, powers of two
FAR = STEPS.index(8)  # where those of densities that decay like powers begin
LEAD = 10  # bits by which a cut may do better than its power says
SHARP = 2.0**-50  # the relative radius that is asked for
WIDE = 1e-6  # the radius, relative from 1 on, beyond which there is no answer

Cuts = Iterator[tuple[Any, Tail | None, Tail | None, Tail]]


def _beyond(form: Form, p: Tail, q: Tail, measure: Tail) -> Any:
    """A bound on what the form's integral adds beyond a cut; None where it is infinite."""
    if not form.bounds:
        gap, density = p.plus(q.times(Fraction(-1))), p.plus(measure)
        return moment_integral(density, gap) if moment_converges(density, gap) else None
    total = arb(0)
    for factor, order in form.bounds:
        product = p.times(order).plus(q.times(1 - order)).plus(measure)
        if not product_converges(product):
            return None
        total += factor * product_integral(product)
    return total


class _Infinite(Exception):
    """The divergence is proved to be infinite."""


def _cut(form: Form, cuts: Cuts, spare: int) -> tuple[Any, Any]:
    """The first cut beyond which next to nothing is left, and what may be left."""
    for cut, p, q, measure in cuts:
        if p is None or q is None:
            continue
        bound = _beyond(form, p, q, measure)
        if bound is None:
            raise _Infinite
        if bound < arb(2) ** -spare:
            return cut, interval(-bound, bound)
    raise RuntimeError("no cut was found beyond which the densities are known well enough; use method='quadrature'")


def _first(form: Form, stretch: Stretch, spare: int) -> int:
    """The number of the step to begin with: beyond ``2^k`` a density like ``x^(-1-n)`` has about ``2^-kn``."""
    powers = [-part.family.outside(part.shapes)[2] - 1 for part in stretch.p if part.family.hill]
    if form.bounds or not powers:
        return FAR if stretch.algebraic else 0
    enough = (i for i in range(FAR, len(STEPS)) if STEPS[i] * min(powers) >= spare - LEAD)
    return next(enough, len(STEPS) - 1)


def _outwards(stretch: Stretch, origin: Fraction, direction: int, first: int) -> Cuts:
    parts = stretch.p + stretch.q
    far, scale = max((part.loc - origin) * direction for part in parts), max(part.scale for part in parts)
    for k in STEPS[first:]:
        cut = far + scale * 2**k
        measure = Tail(arb(0), Fraction(0), Fraction(0), Fraction(0), cut)
        yield cut, outer(stretch.p, origin, direction, cut), outer(stretch.q, origin, direction, cut), measure


def _inwards(stretch: Stretch, end: Fraction, direction: int) -> Cuts:
    for k in range(1100):
        cut = 2**k
        measure = Tail(arb(-cut), Fraction(0), Fraction(-1), Fraction(0), Fraction(1))
        yield cut, inner(stretch.p, end, direction, cut), inner(stretch.q, end, direction, cut), measure


def _integral(form: Form, stretch: Stretch, spare: int) -> Any:
    """The form's integral over a stretch on which both laws are positive."""
    low, high, total, pieces = stretch.low, stretch.high, arb(0), []
    parts = stretch.p + stretch.q
    if low is None or high is None:
        direction = 1 if high is None else -1
        origin = min((part.loc for part in parts), key=lambda loc: loc * direction)
        cut, total = _cut(form, _outwards(stretch, origin, direction, _first(form, stretch, spare)), spare)
        low, high = (low, origin + cut) if high is None else (origin - cut, high)
    assert low is not None and high is not None
    if stretch.algebraic:
        return total + sum((piece.integral(form, spare) for piece in graded(stretch, low, high)), arb(0))
    least = min(part.scale for part in parts)
    for direction in (1, -1):
        if stretch.singular(direction):
            end = low if direction > 0 else high
            middle = end + direction * min((high - low) / 2, least)
            cut, left = _cut(form, _inwards(stretch, end, direction), spare)
            total += left
            pieces.append(near(stretch, end, direction, abs(middle - end), cut))
            low, high = (middle, high) if direction > 0 else (low, middle)
    return total + sum((piece.integral(form, spare) for piece in (*pieces, plain(stretch, low, high))), arb(0))


def _ball(form: Form, p: Law, q: Law, spare: int) -> Any:
    """A ball that holds the form's value."""
    if form.reversed:
        p, q = q, p
    total = arb(0)
    for stretch in stretches(p, q):
        if stretch.p and stretch.q:
            total += _integral(form, stretch, spare)
        elif stretch.p and form.beyond:
            raise _Infinite
    return form.constant + form.factor * total


def as_estimate(ball: Any, row: FDivergence | RenyiRow) -> Estimate:
    """A ball of values of a row as an estimate, its ends rounded outwards to floats.

    Args:
        ball: an Arb ball.
        row: the row; no divergence is negative.

    Returns:
        The estimate, of kind ``enclosure``.

    Raises:
        RuntimeError: next to nothing is known of the value.

    Example:
        >>> from divergences.table import KL
        >>> found = as_estimate(arb(1) / 3, KL)
        >>> found.low < 1 / 3 <= found.high or found.low <= 1 / 3 < found.high
        True
    """
    wide = ball.rad() > WIDE * max(1, abs(ball.mid())) and not ball.lower() > sys.float_info.max
    if wide or not ball.is_finite():
        raise RuntimeError(f"the integral of row {row.name!r} was not enclosed; use method='quadrature'")
    low, high = max(0.0, _outwards_to_float(ball.lower(), -1)), _outwards_to_float(ball.upper(), 1)
    value = min(max(float(ball.mid()), low), high)
    return Estimate(value, low, high, kind="enclosure", method="certified", unit=row.unit)


def infinite(row: FDivergence | RenyiRow) -> Estimate:
    """The estimate of a divergence that is proved to be infinite.

    Args:
        row: the row.

    Returns:
        Infinity, with both ends there, of kind ``enclosure``.

    Example:
        >>> from divergences.table import KL
        >>> infinite(KL).low
        inf
    """
    return Estimate(math.inf, math.inf, math.inf, kind="enclosure", method="certified", unit=row.unit)


def _outwards_to_float(end: Any, direction: int) -> float:
    found = max(-sys.float_info.max, min(float(end), sys.float_info.max))
    while math.isfinite(found) and not (arb(found) >= end if direction > 0 else arb(found) <= end):
        found = math.nextafter(found, direction * math.inf)
    return found


def enclosure(p: Law, q: Law, row: FDivergence | RenyiRow) -> Estimate:
    """The divergence of a row between two laws of the line, in the row's unit, with a proved interval.

    ``D_f(P || Q) = int q f(p / q) + f'(inf) P(q = 0)``. Infinite where it is proved to be so.

    Args:
        p: the first law.
        q: the second law.
        row: a row of the table, an alpha-, a weighted Jensen-Shannon or a hockey-stick divergence.

    Returns:
        The estimate, of kind ``enclosure``.

    Raises:
        ValueError: the row has no enclosure.
        RuntimeError: densities are too extreme for the cuts that are tried.

    References:
        F. Johansson, Numerical integration in arbitrary-precision ball arithmetic (ICMS 2018), section 2.

    Example:
        >>> from divergences.certified.analytic import Component
        >>> from divergences.certified.families import FAMILIES
        >>> from divergences.table import KL
        >>> one = Fraction(1)
        >>> P, Q = (Law((Component(FAMILIES["norm"], loc, one, (), one),)) for loc in (Fraction(40), Fraction(0)))
        >>> found = enclosure(P, Q, KL)
        >>> found.low <= 800 <= found.high, found.high - found.low < 1e-12
        (True, True)
    """
    with ctx.workprec(BITS):
        try:
            if isinstance(row, RenyiRow):
                found = renyi_ball(row, lambda parts: _sharp(p, q, parts))
            else:
                found = _sharp(p, q, forms(row))
            return infinite(row) if found is None else as_estimate(found, row)
        except _Infinite:
            return infinite(row)


def _sharp(p: Law, q: Law, parts: Sequence[Form]) -> Any:
    """A ball of relative radius `SHARP`, or as small as can be had."""
    if p == q:
        return arb(0)
    ball = arb("nan")
    for spare in SPARES:
        ball = sum((_ball(form, p, q, spare) for form in parts), arb(0))
        if ball.rad() <= SHARP * ball.abs_lower():
            break
    return ball
