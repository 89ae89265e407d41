"""Closed forms of laws that a location and a scale move, and of laws whose supports differ.

Parameters are exact fractions, in the order that each function names; divergences are in nats.

References:
    Nielsen and Okamura, "On f-divergences between Cauchy distributions", IEEE Trans. Inf. Theory 69 (2023).
    Gil, Alajaji and Linder, Information Sciences 249 (2013), Table 2.
"""

from __future__ import annotations

import math
from collections.abc import Callable
from fractions import Fraction

from divergences.laws.kernels import OUTSIDE, Gap, exp_gap, lgamma_gap, log_fraction, log_gap, root, rounded

__all__ = [
    "cauchy_chi2",
    "cauchy_js",
    "cauchy_kl",
    "cauchy_tv",
    "exponential_growth",
    "exponential_kl",
    "gumbel_kl",
    "laplace_kl",
    "one_shape_gap",
    "one_shape_kl",
    "pareto_kl",
    "uniform_atoms",
    "weibull_kl",
]

Parameters = tuple[Fraction, ...]

EULER = Fraction("0.577215664901532860606512090082402431042159335939923598805767234884867726777664670936947063")


def one_shape_kl(p: Parameters, q: Parameters) -> float:
    """Of Weibull laws of one shape, by scale and shape: ``exp(y) - 1 - y`` at the logarithm ``y`` of their rates.

    Example:
        >>> one_shape_kl((Fraction(1), Fraction(2)), (Fraction(1), Fraction(2)))
        0.0
    """
    return exp_gap(rounded(p[1]) * log_fraction(p[0] / q[0]))


def one_shape_gap(p: Parameters, q: Parameters, a: Fraction) -> Gap:
    """``J = log(a + (1 - a) exp(y)) - (1 - a) y``: powers of both are exponential laws, and ``y`` as in `one_shape_kl`.

    Example:
        >>> one_shape_gap((Fraction(1), Fraction(2)), (Fraction(2), Fraction(2)), Fraction(-1)).value
        -inf
    """
    y, b = rounded(p[1]) * log_fraction(p[0] / q[0]), 1 - a
    if abs(y) < 1:
        e = Fraction(math.expm1(y))
        if 1 + b * e <= 0:
            return OUTSIDE
        terms = float(b) * log_gap(e), -log_gap(b * e)
    else:
        large, small, kept = (b, a, float(a) * y) if y > 0 else (a, b, -float(b) * y)
        total = float(large) + float(small) * math.exp(-abs(y))
        if total <= 0:
            return OUTSIDE
        terms = math.log(total), kept
    return Gap.added(terms)


def exponential_growth(kl: Callable[[Parameters, Parameters], float]) -> Callable[[Parameters, Parameters], float]:
    """By what the rounding of a divergence grows that is an exponential of what was computed: its logarithm, plus 1.

    Example:
        >>> exponential_growth(lambda p, q: math.e - 1)((), ())
        2.0
    """
    return lambda p, q: 1 + math.log1p(min(max(kl(p, q), kl(q, p)), 1e308))


def laplace_kl(p: Parameters, q: Parameters) -> float:
    """By location and scale: ``r - 1 - log r + r (exp(-d) - 1 + d)``, ``r = s_p / s_q`` and ``d = |m_p - m_q| / s_p``.

    Example:
        >>> laplace_kl((Fraction(10**9), Fraction(1)), (Fraction(0), Fraction(1)))
        999999999.0
    """
    ratio, distance = p[1] / q[1], abs(p[0] - q[0]) / p[1]
    if distance > 1:
        return log_gap(ratio - 1) + rounded(ratio * distance) + rounded(ratio) * math.expm1(-rounded(distance))
    return log_gap(ratio - 1) + rounded(ratio) * exp_gap(-rounded(distance))


def exponential_kl(p: Parameters, q: Parameters) -> float:
    """Of shifted exponential laws, by the end of the support and the rate.

    Example:
        >>> exponential_kl((Fraction(0), Fraction(1)), (Fraction(1), Fraction(1)))
        inf
    """
    return math.inf if p[0] < q[0] else rounded(q[1] * (p[0] - q[0])) + log_gap(q[1] / p[1] - 1)


def pareto_kl(p: Parameters, q: Parameters) -> float:
    """Of Pareto laws, by scale and exponent: exponential laws of the logarithm.

    Example:
        >>> pareto_kl((Fraction(1), Fraction(1)), (Fraction(2), Fraction(1)))
        inf
    """
    return math.inf if p[0] < q[0] else rounded(q[1]) * log_fraction(p[0] / q[0]) + log_gap(q[1] / p[1] - 1)


def weibull_kl(p: Parameters, q: Parameters) -> float:
    """Of Weibull laws, by shape and scale: minus its logarithm is a Gumbel law.

    Example:
        >>> weibull_kl((Fraction(2), Fraction(1)), (Fraction(2), Fraction(1)))
        0.0
    """
    return _gumbel(q[0] / p[0], rounded(q[0]) * log_fraction(q[1] / p[1]))


def gumbel_kl(p: Parameters, q: Parameters) -> float:
    """Of Gumbel laws, by location and scale.

    Example:
        >>> gumbel_kl((Fraction(1), Fraction(1)), (Fraction(1), Fraction(1)))
        0.0
    """
    return _gumbel(p[1] / q[1], rounded((p[0] - q[0]) / q[1]))


def _gumbel(r: Fraction, shift: float) -> float:
    """``g(u) + h(r)``, ``u = log Gamma(1 + r) - shift``, with the gaps g of exp at 0 and h of log Gamma at 1."""
    u = float(1 - EULER) * rounded(r - 1) + lgamma_gap(Fraction(2), 1 + r) - shift
    return exp_gap(u) + lgamma_gap(Fraction(1), r)


def cauchy_chi2(p: Parameters, q: Parameters) -> Fraction:
    """``((m_p - m_q)^2 + (s_p - s_q)^2) / (2 s_p s_q)``, on which every row between Cauchy laws depends.

    Example:
        >>> cauchy_chi2((Fraction(1), Fraction(1)), (Fraction(0), Fraction(1)))
        Fraction(1, 2)
    """
    return ((p[0] - q[0]) ** 2 + (p[1] - q[1]) ** 2) / (2 * p[1] * q[1])


def cauchy_kl(p: Parameters, q: Parameters) -> float:
    """``log(1 + chi^2 / 2)``, by location and scale; symmetric.

    Example:
        >>> cauchy_kl((Fraction(0), Fraction(1)), (Fraction(0), Fraction(1)))
        0.0
    """
    return log_fraction(1 + cauchy_chi2(p, q) / 2)


def cauchy_js(p: Parameters, q: Parameters) -> float:
    """``log(2 w / (1 + w))`` with ``w^2 = 1 + chi^2 / 2``.

    Example:
        >>> cauchy_js((Fraction(0), Fraction(1)), (Fraction(10**400), Fraction(1)))
        0.6931471805599453
    """
    half = cauchy_chi2(p, q) / 2
    w = root(1 + half)
    if math.isinf(w):
        return math.log(2)
    return math.log1p(rounded(half) / (w + 1) / (w + 1)) if half < 1 else math.log(2 / (1 + 1 / w))


def cauchy_tv(p: Parameters, q: Parameters) -> float:
    """``(2 / pi) atan(sqrt(chi^2 / 2))``, without unit.

    Example:
        >>> cauchy_tv((Fraction(0), Fraction(1)), (Fraction(2), Fraction(1)))
        0.5
    """
    return 2 / math.pi * math.atan(root(cauchy_chi2(p, q) / 2))


def uniform_atoms(p: Parameters, q: Parameters) -> list[Parameters]:
    """Of uniform laws, by the ends of their supports: what both cover, what P alone, and what Q alone covers.

    Example:
        >>> uniform_atoms((Fraction(0), Fraction(1)), (Fraction(0), Fraction(2)))[0][1]
        Fraction(1, 2)
    """
    common = max(Fraction(0), min(p[1], q[1]) - max(p[0], q[0]))
    mine, other = common / (p[1] - p[0]), common / (q[1] - q[0])
    return [(mine, other, other - mine), (1 - mine, Fraction(0), mine - 1), (Fraction(0), 1 - other, 1 - other)]
