"""Proved intervals for divergences of probability vectors and laws; needs python-flint (the extra ``certified``)."""

from __future__ import annotations

import math
from collections.abc import Callable, Sequence
from fractions import Fraction
from typing import Any

from flint import acb, arb, ctx
from numpy.typing import ArrayLike

from divergences.certified import analytic
from divergences.certified.enclosures import as_estimate, enclosure, infinite
from divergences.certified.families import FAMILIES, Shapes
from divergences.certified.forms import Form, forms
from divergences.certified.remainders import exact
from divergences.certified.renyi import enclosed, renyi_ball
from divergences.columns import FDivergence
from divergences.estimate import Estimate
from divergences.laws.laws import Law, Part
from divergences.renyi_rows import RenyiRow
from divergences.vectors import probability_pair

__all__ = ["law_enclosure", "vector_enclosure"]

FEWEST, MOST = 128, 2**13  # bits of the mantissa; as many as it takes
SHARP = 2.0**-60  # the relative radius that is asked for

Masses = list[Fraction]


def vector_enclosure(P: ArrayLike, Q: ArrayLike, row: FDivergence | RenyiRow) -> Estimate:
    """The divergence of a row between two probability vectors, in the row's unit, with a proved interval.

    ``D_f(P || Q) = sum q f(p / q) + f'(inf) P(q = 0)``, of the exactly normalised vectors. Precision is doubled until
    the interval is as narrow as floats allow.

    Args:
        P: masses, shape ``(k,)``.
        Q: masses, shape ``(k,)``.
        row: a row of the table, an alpha-, a weighted Jensen-Shannon or a hockey-stick divergence.

    Returns:
        The estimate, of kind ``enclosure``.

    Raises:
        TypeError: if an argument is not made of real numbers of at most 64 bits.
        ValueError: if an argument is not one probability vector, or the row has no enclosure.

    References:
        F. Johansson, Arb: efficient arbitrary-precision midpoint-radius interval arithmetic, IEEE Transactions on
        Computers 66 (2017), section 2.

    Example:
        >>> from divergences.table import KL
        >>> found = vector_enclosure([0.25, 0.75], [0.25 + 2**-40, 0.75 - 2**-40], KL)
        >>> found.low <= 2.205814966804507e-24 <= found.high, found.high / found.low - 1 < 1e-15
        (True, True)
    """
    pair = probability_pair(P, Q, names=("P", "Q"))
    for name, masses in (("P", pair.p), ("Q", pair.q)):
        if masses.ndim != 1:
            raise ValueError(f"{name} has shape {masses.shape}; pass one vector of masses")
    p, q = (_normalised(masses.tolist()) for masses in (pair.p, pair.q))
    if any(form.beyond and _escapes(*((q, p) if form.reversed else (p, q))) for form in _forms(row)):
        return infinite(row)
    bits, ball = FEWEST, arb(0)
    while p != q:
        with ctx.workprec(bits):
            ball = _sum(row, p, q)
            if ball is None:
                return infinite(row)
            if ball.rel_accuracy_bits() >= -math.log2(SHARP) or bits >= MOST:
                break
        bits *= 2
    return as_estimate(ball, row)


def _forms(row: FDivergence | RenyiRow) -> Sequence[Form]:
    return forms(enclosed(row).alpha if isinstance(row, RenyiRow) else row)


def _sum(row: FDivergence | RenyiRow, p: Masses, q: Masses) -> Any:
    """A ball that holds the row's value; None where that is infinite."""

    def of(parts: Sequence[Form]) -> Any:
        return sum((_ball(form, p, q) for form in parts), arb(0))

    return renyi_ball(row, of) if isinstance(row, RenyiRow) else of(forms(row))


def _escapes(p: Masses, q: Masses) -> bool:
    """Whether the first law has mass where the second has none."""
    return any(a and not b for a, b in zip(p, q, strict=True))


def _normalised(masses: list[float]) -> Masses:
    exact_masses = [Fraction(mass) for mass in masses]
    total = sum(exact_masses)
    return [mass / total for mass in exact_masses]


def _ball(form: Form, p: Masses, q: Masses) -> Any:
    """A ball that holds the form's value."""
    if form.reversed:
        p, q = q, p
    both = [(a, b) for a, b in zip(p, q, strict=True) if a and b]
    if form.k is None:
        total = exact(sum((min(a, form.multiple * b) for a, b in both), Fraction(0)))
    else:
        k = form.k
        total = sum((k(acb(exact(a).log()), acb(exact(b / a).log()), False).real for a, b in both), arb(0))
    return form.constant + form.factor * total


ALIASES: dict[str, Callable[[Shapes], tuple[str, Shapes, Fraction]]] = {  # family, shapes, stretch
    "cauchy": lambda shapes: ("t", (Fraction(1),), Fraction(1)),
    "chi2": lambda shapes: ("gamma", (shapes[0] / 2,), Fraction(2)),
    "erlang": lambda shapes: ("gamma", shapes, Fraction(1)),
    "arcsine": lambda shapes: ("beta", (Fraction(1, 2), Fraction(1, 2)), Fraction(1)),
}


def law_enclosure(P: object, Q: object, row: FDivergence | RenyiRow) -> Estimate:
    """The divergence of a row between two laws of the line, in the row's unit, with a proved interval.

    ``D_f(P || Q) = int q f(p / q) + f'(inf) P(q = 0)``, for normal, Laplace, logistic, Student, Cauchy, exponential,
    gamma, chi-squared, uniform and beta laws and finite mixtures of them.

    Args:
        P: a law as `recognise` returns it.
        Q: a law, alike.
        row: a row of the table, an alpha-, a weighted Jensen-Shannon or a hockey-stick divergence.

    Returns:
        The estimate, of kind ``enclosure``; infinite where it is proved to be so.

    Raises:
        ValueError: if a law is of another kind, or the row has no enclosure.
        RuntimeError: if the densities are too extreme.

    References:
        F. Johansson, Numerical integration in arbitrary-precision ball arithmetic (ICMS 2018), section 2.

    Example:
        >>> from scipy.stats import norm
        >>> from divergences.laws.recognise import recognise
        >>> from divergences.table import KL
        >>> found = law_enclosure(recognise(norm(40, 1), "P"), recognise(norm(0, 1), "Q"), KL)
        >>> found.low <= 800 <= found.high, found.high - found.low < 1e-12
        (True, True)
    """
    return enclosure(_analytic(P, "P"), _analytic(Q, "Q"), row)


def _analytic(law: object, name: str) -> analytic.Law:
    if not isinstance(law, Law) or law.discrete:
        known = ", ".join(sorted([*FAMILIES, *ALIASES]))
        raise ValueError(f"{name} is no density on the line; method = 'certified' knows {known} and their mixtures")
    parts = zip(law.parts, law.weights, strict=True)
    return analytic.Law(tuple(_component(part, weight, name) for part, weight in parts))


def _component(part: Part, weight: Fraction, name: str) -> analytic.Component:
    standard = part.standard
    known = ", ".join(sorted([*FAMILIES, *ALIASES]))
    if standard is None or standard.name not in known.split(", "):
        found = "a log-density" if standard is None else standard.name
        raise ValueError(f"{name} has the component {found}; method = 'certified' knows {known} and their mixtures")
    family, shapes, stretch = standard.name, standard.shapes, Fraction(1)
    if family in ALIASES:
        family, shapes, stretch = ALIASES[family](shapes)
    return analytic.Component(FAMILIES[family], standard.loc, standard.scale * stretch, shapes, weight)
