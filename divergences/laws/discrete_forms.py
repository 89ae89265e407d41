"""Closed forms of counting laws, whose natural parameters are logarithms: with eighty digits where they cancel.

References:
    Gil, Alajaji and Linder, "Renyi divergence measures for commonly used univariate continuous distributions",
    Information Sciences 249 (2013), for the method.
"""

from __future__ import annotations

from decimal import Context, Decimal
from fractions import Fraction

import numpy as np

from divergences.laws.kernels import OUTSIDE, Gap, rounded
from divergences.terms import relative_entropy_term

__all__ = [
    "binomial_gap",
    "binomial_kl",
    "multinomial_gap",
    "multinomial_kl",
    "negative_binomial_gap",
    "negative_binomial_kl",
    "poisson_gap",
    "poisson_kl",
]

Parameters = tuple[Fraction, ...]

# A gap is at least about the square of the relative distance of two floats, 1e-33: eighty digits leave more than forty.
DIGITS = Context(prec=80, Emin=-(10**15), Emax=10**15)
INFINITE = Decimal("Infinity")


def poisson_kl(p: Parameters, q: Parameters) -> float:
    """``l_p log(l_p / l_q) - l_p + l_q``, in nats; the parameter is the mean.

    Example:
        >>> poisson_kl((Fraction(0),), (Fraction(2),))
        2.0
    """
    return _entropy([(p[0], q[0])])


def poisson_gap(p: Parameters, q: Parameters, a: Fraction) -> Gap:
    """``a l_p + (1 - a) l_q - l_p^a l_q^(1 - a)``.

    Example:
        >>> poisson_gap((Fraction(4),), (Fraction(1),), Fraction(1, 2)).value
        0.5
    """
    product = _power(p[0], q[0], a)
    return _gap(DIGITS.subtract(_decimal(a * p[0] + (1 - a) * q[0]), product))


def binomial_kl(p: Parameters, q: Parameters) -> float:
    """``n`` times the divergence of two coins, in nats; parameters are ``n`` and the chance of success.

    Example:
        >>> binomial_kl((Fraction(2), Fraction(1)), (Fraction(2), Fraction(1, 2))) > 1.38
        True
    """
    return multinomial_kl(*_two_outcomes(p, q))


def binomial_gap(p: Parameters, q: Parameters, a: Fraction) -> Gap:
    """``-n log(p^a q^(1 - a) + (1 - p)^a (1 - q)^(1 - a))``.

    Example:
        >>> binomial_gap((Fraction(2), Fraction(1)), (Fraction(2), Fraction(0)), Fraction(1, 2)).value
        inf
    """
    return multinomial_gap(*_two_outcomes(p, q), a)


def _two_outcomes(p: Parameters, q: Parameters) -> tuple[Parameters, Parameters]:
    return (*p, 1 - p[1]), (*q, 1 - q[1])


def multinomial_kl(p: Parameters, q: Parameters) -> float:
    """``n`` times the divergence of one trial, in nats; parameters are ``n`` and the chances of the outcomes.

    Example:
        >>> half, quarter = Fraction(1, 2), Fraction(1, 4)
        >>> multinomial_kl((Fraction(2), half, half, 0 * half), (Fraction(2), quarter, quarter, half)) > 1.38
        True
    """
    return rounded(p[0]) * _entropy(list(zip(p[1:], q[1:], strict=True)))


def multinomial_gap(p: Parameters, q: Parameters, a: Fraction) -> Gap:
    """``-n log sum p_i^a q_i^(1 - a)``.

    Example:
        >>> half, none = Fraction(1, 2), Fraction(0)
        >>> multinomial_gap((half * 4, half, half, none), (half * 4, none, none, half * 2), half).value
        inf
    """
    total = Decimal(0)
    for x, y in zip(p[1:], q[1:], strict=True):
        total = DIGITS.add(total, _power(x, y, a))
    return _gap(-DIGITS.multiply(_decimal(p[0]), total.ln(DIGITS)))


def negative_binomial_kl(p: Parameters, q: Parameters) -> float:
    """``r / p`` times the divergence of two coins, in nats; parameters are ``r`` and the chance of success.

    Example:
        >>> negative_binomial_kl((Fraction(1), Fraction(1)), (Fraction(1), Fraction(1, 2))) > 0.69
        True
    """
    return rounded(p[0] / p[1]) * _entropy([(p[1], q[1]), (1 - p[1], 1 - q[1])])


def negative_binomial_gap(p: Parameters, q: Parameters, a: Fraction) -> Gap:
    """``r log((1 - (1 - p)^a (1 - q)^(1 - a)) / (p^a q^(1 - a)))``, minus infinity where the geometric series diverges.

    Example:
        >>> negative_binomial_gap((Fraction(1), Fraction(1, 10)), (Fraction(1), Fraction(1, 2)), Fraction(2)).value
        -inf
    """
    ratio = _power(1 - p[1], 1 - q[1], a)
    if ratio >= 1:
        return OUTSIDE
    quotient = DIGITS.divide(DIGITS.subtract(Decimal(1), ratio), _power(p[1], q[1], a))
    return _gap(DIGITS.multiply(_decimal(p[0]), quotient.ln(DIGITS)))


def _entropy(masses: list[tuple[Fraction, Fraction]]) -> float:
    """The sum of ``p log(p / q) - p + q``, the differences exact."""
    columns = ([x for x, _ in masses], [y for _, y in masses], [y - x for x, y in masses])
    return float(relative_entropy_term(*(np.array([rounded(v) for v in column]) for column in columns)).sum())


def _gap(value: Decimal) -> Gap:
    return Gap.added((float(value),)) if value.is_finite() else Gap(float(value), abs(float(value)))


def _decimal(x: Fraction) -> Decimal:
    return DIGITS.divide(Decimal(x.numerator), Decimal(x.denominator))


def _power(p: Fraction, q: Fraction, a: Fraction) -> Decimal:
    """``p^a q^(1 - a)``, with its limits where a mass vanishes; ``a`` is not 0 and not 1."""
    if p == q:
        return _decimal(p)
    if 0 in (p, q):
        return INFINITE if (a < 0 if p == 0 else a > 1) else Decimal(0)
    logs = [DIGITS.multiply(_decimal(w), _decimal(x).ln(DIGITS)) for w, x in ((a, p), (1 - a, q))]
    return DIGITS.exp(DIGITS.add(*logs))
