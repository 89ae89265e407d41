"""Families of laws of the line as analytic functions of complex balls, in standard form; needs python-flint.

A family is a row: its log-density as a quadratic function of the distance from 0 and a remainder, its behaviour at the
ends of its support, and, exactly but for an interval, far out.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from fractions import Fraction
from typing import Any, NamedTuple

from flint import acb, arb

from divergences.certified.remainders import exact, interval

__all__ = ["FAMILIES", "ONE", "ZERO", "Family", "Place", "Shapes", "log", "log_one_plus", "log_one_plus_exp"]

Shapes = tuple[Fraction, ...]
ZERO, ONE = Fraction(0), Fraction(1)


class Place(NamedTuple):
    """A point of the line as a complex ball, with what is known beside it.

    Attributes:
        z: the point.
        end: an end of the support that the point lies near, if any.
        away: the logarithm of the distance to that end.
        analytic: whether the caller needs an analytic function.
        y: the logarithm of the distance from an origin, where that is the variable.
        inverse: one over that distance.
        reach: about how much ``y`` is.
    """

    z: Any
    end: Fraction | None
    away: Any
    analytic: bool
    y: Any = None
    inverse: Any = None
    reach: float = 0.0


def log_one_plus(e: Any, analytic: bool) -> Any:
    """``log(1 + e)`` without loss for small ``e``; no number where it would not be analytic."""
    return e.log1p() if not analytic or (1 + e).real > 0 else (1 + e).log(analytic=True)


def log_one_plus_exp(gaps: Sequence[Any], analytic: bool) -> Any:
    """``log(1 + sum exp(gap))``; of wide real balls by its ends, since it grows in every gap."""
    found = log_one_plus(sum((gap.exp() for gap in gaps), acb(0)), analytic)
    if analytic or found.is_finite() or not all(gap.imag == 0 for gap in gaps):
        return found
    ends = (sum((arb(end).exp() for end in column), arb(0)) for column in zip(*map(_ends_of, gaps), strict=True))
    return acb(interval(*(end.log1p() for end in ends)))


def _ends_of(gap: Any) -> tuple[Any, Any]:
    return gap.real.lower(), gap.real.upper()


def log(z: Any, place: Place) -> Any:
    """The logarithm at a place; no number where it would not be analytic and has to be."""
    return z.log(place.analytic)


Edges = tuple[Any, Any]
Remainder = Callable[[Any, bool, Edges], Any]


def _logistic(shapes: Shapes, above: int) -> Remainder:
    return lambda u, analytic, edges: -2 * log_one_plus((-above * u).exp(), analytic)


def _ends(shapes: Shapes, above: int) -> Remainder:
    """The exponents of gamma and beta laws, each with the logarithm of the distance to its end."""
    powers = [(i, exact(shape - 1)) for i, shape in enumerate(shapes) if shape != 1]
    return lambda u, analytic, edges: sum((power * edges[i] for i, power in powers), acb(0))


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
        remainder: for shapes and a side of 0, the logarithm of the density less ``constant`` and ``curve u^2 + slope
            |u|``, of ``u``, whether it must be analytic, and the logarithms of the distances to the two ends; None
            where nothing remains.
        constant: logarithm of the normalising factor.
        ends: exponents ``e`` of ``|u - end|^e`` at the two ends.
        outside: ``curve``, ``slope`` and ``power`` far out, in ``|u|``.
        hill: a number ``n`` and an exponent ``e``: the density has the factor ``(1 + u^2 / n)^e``.
        rest: an interval that holds, from ``|u|`` on, what is left of ``remainder`` without ``power log |u|``.
    """

    name: str
    support: tuple[Fraction | None, Fraction | None]
    remainder: Callable[[Shapes, int], Remainder] | None
    constant: Callable[[Shapes], Any]
    ends: Callable[[Shapes], tuple[Fraction, Fraction]] = lambda shapes: (ZERO, ZERO)
    outside: Callable[[Shapes], tuple[Fraction, Fraction, Fraction]] = lambda shapes: (ZERO, -ONE, ZERO)
    rest: Callable[[Any, Shapes], Any] = lambda u, shapes: arb(0)
    hill: Callable[[Shapes], tuple[Fraction, Fraction]] | None = None


FAMILIES = {
    family.name: family
    for family in (
        Family(
            "norm",
            (None, None),
            None,
            lambda shapes: -(2 * arb.pi()).log() / 2,
            outside=lambda shapes: (Fraction(-1, 2), ZERO, ZERO),
        ),
        Family("laplace", (None, None), None, lambda shapes: -arb(2).log()),
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
            None,
            _student_constant,
            hill=lambda shapes: (shapes[0], -(shapes[0] + 1) / 2),
            outside=lambda shapes: (ZERO, ZERO, -shapes[0] - 1),
            rest=_student_rest,
        ),
        Family("expon", (ZERO, None), None, lambda shapes: arb(0)),
        Family(
            "gamma",
            (ZERO, None),
            _ends,
            lambda shapes: -exact(shapes[0]).lgamma(),
            ends=lambda shapes: (shapes[0] - 1, ZERO),
            outside=lambda shapes: (ZERO, -ONE, shapes[0] - 1),
        ),
        Family(
            "uniform",
            (ZERO, ONE),
            None,
            lambda shapes: arb(0),
            outside=lambda shapes: (ZERO, ZERO, ZERO),
        ),
        Family(
            "beta",
            (ZERO, ONE),
            _ends,
            _beta_constant,
            ends=lambda shapes: (shapes[0] - 1, shapes[1] - 1),
            outside=lambda shapes: (ZERO, ZERO, ZERO),
        ),
    )
}
