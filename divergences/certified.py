"""Proved intervals for the divergences of probability vectors; needs python-flint (the extra ``certified``)."""

from __future__ import annotations

import math
from fractions import Fraction
from typing import Any

from flint import acb, arb, ctx
from numpy.typing import ArrayLike

from divergences.columns import FDivergence
from divergences.enclosures import as_estimate
from divergences.estimate import Estimate
from divergences.forms import Form, forms
from divergences.remainders import exact
from divergences.vectors import probability_pair

__all__ = ["vector_enclosure"]

FEWEST, MOST = 128, 2**13  # bits of the mantissa; as many as it takes
SHARP = 2.0**-60  # the relative radius that is asked for

Masses = list[Fraction]


def vector_enclosure(P: ArrayLike, Q: ArrayLike, row: FDivergence) -> Estimate:
    """The divergence of a row between two probability vectors, in the row's unit, with a proved interval.

    ``D_f(P || Q) = sum q f(p / q) + f'(inf) P(q = 0)``, of the exactly normalised vectors. Precision is doubled until
    the interval is as narrow as floats allow.

    Args:
        P: masses, shape ``(k,)``.
        Q: masses, shape ``(k,)``.
        row: a row of the table, an alpha-divergence, or a weighted Jensen-Shannon divergence.

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
    bits, ball = FEWEST, arb(0)
    while p != q:
        with ctx.workprec(bits):
            ball = sum((_ball(form, p, q) for form in forms(row)), arb(0))
            if not ball.is_finite() or ball.rel_accuracy_bits() >= -math.log2(SHARP) or bits >= MOST:
                break
        bits *= 2
    return as_estimate(ball, row)


def _normalised(masses: list[float]) -> Masses:
    exact_masses = [Fraction(mass) for mass in masses]
    total = sum(exact_masses)
    return [mass / total for mass in exact_masses]


def _ball(form: Form, p: Masses, q: Masses) -> Any:
    """A ball that holds the form's value; infinite where it is."""
    if form.reversed:
        p, q = q, p
    if form.beyond and any(a and not b for a, b in zip(p, q, strict=True)):
        return arb("inf")
    both = [(a, b) for a, b in zip(p, q, strict=True) if a and b]
    if form.k is None:
        total = exact(sum((min(a, b) for a, b in both), Fraction(0)))
    else:
        k = form.k
        total = sum((k(acb(exact(a).log()), acb(exact(b).log()), False).real for a, b in both), arb(0))
    return form.constant + form.factor * total
