"""Closed forms of Wishart laws, whose determinants get as many digits as the condition of the scale matrices asks for.

A law is given by its degrees of freedom and the rows of its scale matrix, one after the other, as exact fractions.

References:
    Nielsen and Garcia, "Statistical exponential families: a digest with flash cards" (2009), arXiv:0911.4863,
    section 3 (Bregman divergences of the log-normaliser).
    Higham, Accuracy and Stability of Numerical Algorithms (2002), Theorem 10.3 (elimination without pivoting).
"""

from __future__ import annotations

import math
from decimal import Decimal, getcontext
from fractions import Fraction
from typing import Any, NamedTuple

import numpy as np
from numpy.typing import NDArray

from divergences.laws.kernels import OUTSIDE, Gap, lgamma_excess
from divergences.laws.many_digits import LEFT, decided, decimal, settled

__all__ = ["positive_definite", "wishart_gap", "wishart_kl"]

Parameters = tuple[Fraction, ...]
Decimals = NDArray[Any]
ONE = Decimal(1)


def wishart_kl(p: Parameters, q: Parameters) -> float:
    """In nats, with ``k = n_p / 2``, ``l = n_q / 2`` and the scale matrices S and T of P and Q.

    ``k tr(S / T) - l d - l log det((k / l) S / T)``, which vanishes where the means agree, and what the shapes add: for
    each ``i < d`` the integral from ``k`` to ``l`` of ``(l - x) (psi'(x - i / 2) - 1 / x)``. Both are nonnegative.

    Example:
        >>> one, two = Fraction(1), Fraction(2)
        >>> round(wishart_kl((two, one), (two, two)) - math.log(2), 15)
        -0.5
    """
    k, l, d = p[0] / 2, q[0] / 2, _dimension(p)

    def terms() -> tuple[Decimal, Decimal]:
        mine, other = _eliminated(_square(p[1:])), _eliminated(_square(q[1:]), _square(p[1:]))
        trace, mean = decimal(k) * np.trace(other.solved), decimal(l * d)
        logs = decimal(l) * (decimal((k / l) ** d) * mine.determinant / other.determinant).ln()
        return trace - mean - logs, (abs(trace) + mean + abs(logs)) * mine.inflation * other.inflation

    return (0.0 if _equal_means(p, q) else settled(terms)) + _shapes(k, l, d)


def wishart_gap(p: Parameters, q: Parameters, a: Fraction) -> Gap:
    """``J = a KL(M || P) + b KL(M || Q)`` with ``b = 1 - a`` and M of shape ``m = a k + b l``.

    The scale matrix of M is ``T (a T + b S)^-1 S``; the traces add up to nothing, and determinants are left: ``a k
    log det((k / m) (a T + b S) / T) + b l log det((l / m) (a T + b S) / S)``.

    Example:
        >>> one, two = Fraction(1), Fraction(2)
        >>> wishart_gap((two, two), (two, one), two).value
        -inf
    """
    k, l, d, b = p[0] / 2, q[0] / 2, _dimension(p), 1 - a
    m, blend = a * k + b * l, tuple(a * y + b * x for x, y in zip(p[1:], q[1:], strict=True))
    if 2 * m <= d - 1 or not positive_definite(blend):
        return OUTSIDE

    def terms() -> tuple[Decimal, Decimal]:
        middle, *scales = (_eliminated(_square(rows)) for rows in (blend, q[1:], p[1:]))
        logs = [
            decimal(weight) * (decimal((own / m) ** d) * middle.determinant / scale.determinant).ln()
            for weight, own, scale in zip((a * k, b * l), (k, l), scales, strict=True)
        ]
        inflation = middle.inflation * scales[0].inflation * scales[1].inflation
        return logs[0] + logs[1], (decimal(abs(a * k) + abs(b * l)) + abs(logs[0]) + abs(logs[1])) * inflation

    matrices = 0.0 if _equal_means(p, q) else settled(terms)
    parts = matrices, float(a) * _shapes(m, k, d), float(b) * _shapes(m, l, d)
    return Gap.added(parts)


def _equal_means(p: Parameters, q: Parameters) -> bool:
    return all(p[0] * x == q[0] * y for x, y in zip(p[1:], q[1:], strict=True))


def _shapes(at: Fraction, to: Fraction, d: int) -> float:
    return math.fsum(lgamma_excess(at, to, Fraction(i, 2)) for i in range(d))


def positive_definite(rows: Parameters) -> bool:
    """Whether a symmetric matrix, row after row, is positive definite.

    Example:
        >>> two, three = Fraction(2), Fraction(3)
        >>> positive_definite((two, -two, -two, three)), positive_definite((two, three, three, three))
        (True, False)
    """
    return decided(lambda: _eliminated(_square(rows)).positive)


class Elimination(NamedTuple):
    """What elimination says of a symmetric matrix.

    Attributes:
        determinant: the product of the pivots.
        solved: the solution of the equations with the right sides given.
        inflation: the product of the diagonal over the determinant, which bounds what errors grow by: the least
            eigenvalue, after scaling to a diagonal of ones, is above its inverse over e.
        positive: whether all pivots are; None if the digits do not tell.
    """

    determinant: Decimal
    solved: Decimals
    inflation: Decimal
    positive: bool | None


def _eliminated(matrix: Decimals, right: Decimals | None = None) -> Elimination:
    """By Gauss and Jordan, without pivoting, up to the first pivot that is not positive."""
    d, noise = len(matrix), ONE.scaleb(LEFT - getcontext().prec)
    rows = matrix.copy() if right is None else np.concatenate([matrix, right], axis=1)
    determinant, inflation = ONE, ONE
    for k in range(d):
        pivot = rows[k, k]
        if pivot <= noise * inflation * abs(matrix[k, k]):
            clear = not pivot or pivot < -noise * inflation * abs(matrix[k, k])
            return Elimination(ONE, rows[:, d:], Decimal("Infinity"), False if clear else None)
        determinant, inflation = determinant * pivot, inflation * matrix[k, k] / pivot
        own, others = rows[k, k + 1 :] / pivot, np.arange(d) != k if right is not None else np.arange(d) > k
        rows[others, k + 1 :] -= np.multiply.outer(rows[others, k], own)
        rows[k, k + 1 :] = own
    return Elimination(determinant, rows[:, d:], inflation, True)


def _square(rows: Parameters) -> Decimals:
    side = math.isqrt(len(rows))
    return np.array([decimal(x) for x in rows], dtype=object).reshape(side, side)


def _dimension(p: Parameters) -> int:
    return math.isqrt(len(p) - 1)
