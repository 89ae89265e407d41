"""Closed forms of von Mises-Fisher laws on spheres, by power series and asymptotic series with many digits.

A law is given by its concentration and a vector that points to its mean direction, as exact fractions; the length of
that vector does not matter. With ``v = d / 2 - 1`` the log-normaliser is ``F(k) = log 0F1(v + 1; k^2 / 4)``, which is
``log I_v(k) - v log k`` but for a constant.

References:
    Mardia and Jupp, Directional Statistics (2000), section 9.3.2.
    NIST Digital Library of Mathematical Functions, equations 10.25.2 and 10.40.1.
"""

from __future__ import annotations

import math
from decimal import Decimal, getcontext
from fractions import Fraction
from functools import lru_cache
from itertools import count

from divergences.laws.kernels import Gap
from divergences.laws.many_digits import decimal, settled

__all__ = ["direction_gap", "direction_kl", "direction_supremum"]

Parameters = tuple[Fraction, ...]
ONE, ZERO = Decimal(1), Decimal(0)


def direction_kl(p: Parameters, q: Parameters) -> float:
    """``F(k_q) - F(k_p) + F'(k_p) (k_p - k_q cos)`` with the angle between the directions, in nats.

    Example:
        >>> zero, one = Fraction(0), Fraction(1)
        >>> round(direction_kl((zero, one, zero, zero), (one, one, zero, zero)) - math.log(math.sinh(1)), 15)
        0.0
    """
    if _equal(p, q):
        return 0.0

    def terms() -> tuple[Decimal, Decimal]:
        k, to, twice = decimal(p[0]), decimal(q[0]), len(p) - 3
        here, there = _normaliser(twice, k), _normaliser(twice, to)
        mean = k / (twice + 2) * min(_normaliser(twice + 2, k) - here, ZERO).exp()
        size = ONE + here + there + mean * (ONE + here) * (k + to)
        return there - here + mean * (k - to * _cosine(p, q)), size

    return settled(terms)


def direction_gap(p: Parameters, q: Parameters, a: Fraction) -> Gap:
    """``a F(k_p) + b F(k_q) - F(|a k_p m_p + b k_q m_q|)`` with ``b = 1 - a``; every natural parameter is allowed.

    Example:
        >>> zero, one = Fraction(0), Fraction(1)
        >>> direction_gap((one, one, zero), (one, one, zero), Fraction(2)).value
        0.0
    """
    if _equal(p, q):
        return Gap(0.0, 0.0)
    one, two = a * p[0], (1 - a) * q[0]

    def terms() -> tuple[Decimal, Decimal]:
        twice, squared = len(p) - 3, decimal(one**2 + two**2) + decimal(2 * one * two) * _cosine(p, q)
        middle = _normaliser(twice, max(squared, ZERO).sqrt())
        first = decimal(a) * _normaliser(twice, decimal(p[0]))
        second = decimal(1 - a) * _normaliser(twice, decimal(q[0]))
        return first + second - middle, ONE + abs(first) + abs(second) + middle

    return Gap.added((settled(terms),))


def direction_supremum(p: Parameters, q: Parameters) -> float:
    """The largest ``log(p / q)`` on the sphere, in nats: ``F(k_q) - F(k_p) + |k_p m_p - k_q m_q|``.

    Example:
        >>> zero, one = Fraction(0), Fraction(1)
        >>> direction_supremum((one, one, zero), (one, -one, zero))
        2.0
    """

    def terms() -> tuple[Decimal, Decimal]:
        twice, k, to = len(p) - 3, decimal(p[0]), decimal(q[0])
        squared = decimal(p[0] ** 2 + q[0] ** 2) - 2 * k * to * _cosine(p, q)
        here, there = _normaliser(twice, k), _normaliser(twice, to)
        return there - here + max(squared, ZERO).sqrt(), ONE + here + there + k + to

    return 0.0 if _equal(p, q) else settled(terms)


def _equal(p: Parameters, q: Parameters) -> bool:
    """Whether two laws are one, exactly."""
    return p[0] == q[0] and (not p[0] or _signed_square(p, q) == 1)


def _signed_square(p: Parameters, q: Parameters) -> Fraction:
    """The square of the cosine of the angle between two directions, with the sign of the cosine."""
    dot, *lengths = (sum(map(Fraction.__mul__, u[1:], v[1:]), Fraction(0)) for u, v in ((p, q), (p, p), (q, q)))
    return dot * abs(dot) / (lengths[0] * lengths[1])


def _cosine(p: Parameters, q: Parameters) -> Decimal:
    squared = _signed_square(p, q)
    return decimal(abs(squared)).sqrt().copy_sign(Decimal(squared.numerator))


def _normaliser(twice: int, k: Decimal) -> Decimal:
    """``log 0F1(v + 1; k^2 / 4)`` with ``twice = 2 v``, nonnegative."""
    digits = getcontext().prec
    if k > max(2 * digits, twice**2):
        return _far(twice, k)
    square, total, term = k * k, ONE, ONE
    for m in count(2, 2):
        term = term * square / (m * (m + twice))
        total += term
        if m * m > square and term < total.scaleb(-digits):
            break
    return total.ln()


def _far(twice: int, k: Decimal) -> Decimal:
    """``k - log(2 pi k) / 2 + log sum a_j / k^j + log Gamma(v + 1) - v log(k / 2)``, its terms falling to ``exp(-2k)``.

    Example:
        >>> abs(_far(0, Decimal(100)) - _normaliser(0, Decimal(100))) < 1e-25
        True
    """
    total, term = ONE, ONE
    for j in count(1):
        term = term * ((2 * j - 1) ** 2 - twice**2) / (8 * j * k)
        total += term
        if abs(term) < total.scaleb(-getcontext().prec):
            break
    powers = Decimal(twice) / 2 * (k / 2).ln() + (2 * _pi(getcontext().prec) * k).ln() / 2
    return k + total.ln() + _log_gamma(twice) - powers


def _log_gamma(twice: int) -> Decimal:
    """``log Gamma(v + 1)`` with ``twice = 2 v``."""
    if twice % 2 == 0:
        return Decimal(math.factorial(twice // 2)).ln()
    ratio = Fraction(math.factorial(twice + 1), 2 ** (twice + 1) * math.factorial((twice + 1) // 2))
    return decimal(ratio).ln() + _pi(getcontext().prec).ln() / 2


@lru_cache(maxsize=8)
def _pi(digits: int) -> Decimal:
    """By Machin's formula, in whole numbers."""
    unit: int = 10 ** (digits + 10)

    def arctangent(n: int) -> int:
        total = power = unit // n
        for j in count(3, 2):
            power //= n * n
            if not power:
                break
            total += power // j if j % 4 == 1 else -(power // j)
        return total

    return Decimal(4 * (4 * arctangent(5) - arctangent(239))).scaleb(-digits - 10)
