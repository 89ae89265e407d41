"""Closed forms of exponential families with a density: divergences of the log-normaliser, without cancellation.

For each family ``kl`` is the Kullback-Leibler divergence in nats, and ``gap`` is ``J = -log int p^a q^(1 - a)``, minus
infinity outside the natural domain, with the size of its terms. Parameters are exact fractions, in the order that each
function names.

References:
    Gil, Alajaji and Linder, "Renyi divergence measures for commonly used univariate continuous distributions",
    Information Sciences 249 (2013), Tables 2 and 3.
"""

from __future__ import annotations

import math
from collections.abc import Callable
from fractions import Fraction

import numpy as np

from divergences.laws.kernels import (
    OUTSIDE,
    Gap,
    bessel_gap,
    bessel_ratio,
    lgamma_excess,
    log_fraction,
    log_gap,
    root,
    rounded,
)
from divergences.laws.normals import normal_total_variation
from divergences.terms import relative_entropy_term

__all__ = [
    "dirichlet_condition",
    "dirichlet_gap",
    "dirichlet_kl",
    "gamma_gap",
    "gamma_kl",
    "inverse_gaussian_gap",
    "inverse_gaussian_kl",
    "log_normal_gap",
    "log_normal_kl",
    "log_normal_total_variation",
    "normal_gap",
    "normal_kl",
    "von_mises_gap",
    "von_mises_kl",
]

Parameters = tuple[Fraction, ...]
Formula = Callable[[Parameters, Parameters], float]


def normal_kl(p: Parameters, q: Parameters) -> float:
    """By mean and variance: ``((m_p - m_q)^2 / v_q + r - 1 - log r) / 2`` with ``r = v_p / v_q``.

    Example:
        >>> normal_kl((Fraction(40), Fraction(1)), (Fraction(0), Fraction(1)))
        800.0
    """
    return (rounded((p[0] - q[0]) ** 2 / q[1]) + log_gap(p[1] / q[1] - 1)) / 2


def _normal_blend(p: Parameters, q: Parameters, a: Fraction) -> Parameters | None:
    precision = a / p[1] + (1 - a) / q[1]
    if precision <= 0:
        return None
    return (a * p[0] / p[1] + (1 - a) * q[0] / q[1]) / precision, 1 / precision


def _as_normals(p: Parameters, q: Parameters) -> tuple[Parameters, Parameters]:
    """Log-normal laws (scale, variance of the logarithm), by their logarithms."""
    return (Fraction(log_fraction(p[0] / q[0])), p[1]), (Fraction(0), q[1])


def gamma_kl(p: Parameters, q: Parameters) -> float:
    """By shape and rate: ``k_q (e - log(1 + e))`` with the ratio ``1 + e`` of means, and what the shapes add.

    Example:
        >>> gamma_kl((Fraction(1), Fraction(1)), (Fraction(1), Fraction(1)))
        0.0
    """
    (k, rate), (to, to_rate) = p, q
    return rounded(to) * log_gap(k * to_rate / (to * rate) - 1) + lgamma_excess(k, to)


def _linear_blend(p: Parameters, q: Parameters, a: Fraction) -> Parameters | None:
    """For parameters that are natural ones up to constants and signs, all positive."""
    middle = tuple(a * x + (1 - a) * y for x, y in zip(p, q, strict=True))
    return middle if min(middle) > 0 else None


def dirichlet_kl(p: Parameters, q: Parameters) -> float:
    """``a_0 KL`` of the mean of Q from that of P, with the size ``a_0`` of Q, and what the sizes add.

    Example:
        >>> dirichlet_kl((Fraction(1), Fraction(1)), (Fraction(1), Fraction(1)))
        0.0
    """
    means, parts, whole = _dirichlet_pieces(p, q)
    return max(0.0, means + parts - whole)


def dirichlet_condition(p: Parameters, q: Parameters) -> float:
    """How many times the divergence its pieces are: large where one parameter makes up nearly all of the size.

    Example:
        >>> dirichlet_condition((Fraction(1), Fraction(1)), (Fraction(2), Fraction(1))) < 4
        True
    """
    pieces = _dirichlet_pieces(p, q)
    value = pieces[0] + pieces[1] - pieces[2]
    return math.inf if value <= 0 else sum(pieces) / value


def _dirichlet_pieces(p: Parameters, q: Parameters) -> tuple[float, float, float]:
    size, to = sum(p, Fraction(0)), sum(q, Fraction(0))
    means = [(y / to, x / size, x / size - y / to) for x, y in zip(p, q, strict=True)]
    columns = (np.array([rounded(x) for x in column]) for column in zip(*means, strict=True))
    entropy = float(relative_entropy_term(*columns).sum())
    return rounded(to) * entropy, math.fsum(map(lgamma_excess, p, q)), lgamma_excess(size, to)


def inverse_gaussian_kl(p: Parameters, q: Parameters) -> float:
    """By mean and shape ``l``: ``l_q (m_p - m_q)^2 / (2 m_q^2 m_p) + (r - 1 - log r) / 2``, ``r = l_q / l_p``.

    Example:
        >>> inverse_gaussian_kl((Fraction(2), Fraction(1)), (Fraction(1), Fraction(1)))
        0.25
    """
    return (rounded(q[1] * (p[0] - q[0]) ** 2 / (q[0] ** 2 * p[0])) + log_gap(q[1] / p[1] - 1)) / 2


def inverse_gaussian_gap(p: Parameters, q: Parameters, a: Fraction) -> Gap:
    """``F = -sqrt(l c) - log(l) / 2`` in ``l`` and ``c = l / m^2``; the difference of roots is rationalised.

    Example:
        >>> inverse_gaussian_gap((Fraction(1), Fraction(1)), (Fraction(1), Fraction(2)), Fraction(2)).value
        -inf
    """
    b = 1 - a
    shape, other = a * p[1] + b * q[1], a * p[1] / p[0] ** 2 + b * q[1] / q[0] ** 2
    if shape <= 0 or other < 0:
        return OUTSIDE
    e = q[1] / p[1] - 1
    terms = [float(b) * log_gap(e) / 2, -log_gap(b * e) / 2]
    mean, spread = a * p[1] / p[0] + b * q[1] / q[0], root(shape * other)
    if mean > 0:
        terms.append(rounded(a * b * p[1] * q[1] * (1 / p[0] - 1 / q[0]) ** 2) / (spread + rounded(mean)))
    else:
        terms += [spread, -rounded(mean)]
    return Gap.added(terms)


def von_mises_kl(p: Parameters, q: Parameters) -> float:
    """By concentration and angle: the gap of ``log I_0``, and ``A(k_p) k_q (1 - cos)``.

    Example:
        >>> von_mises_kl((Fraction(0), Fraction(1)), (Fraction(0), Fraction(2)))
        0.0
    """
    k, to = rounded(p[0]), rounded(q[0])
    return bessel_gap(k, rounded(q[0] - p[0])) + bessel_ratio(k) * to * 2 * math.sin(rounded(p[1] - q[1]) / 2) ** 2


def von_mises_gap(p: Parameters, q: Parameters, a: Fraction) -> Gap:
    """The natural parameters are vectors of the plane, and every one is allowed.

    Example:
        >>> von_mises_gap((Fraction(0), Fraction(1)), (Fraction(0), Fraction(2)), Fraction(2)).value
        0.0
    """
    b = 1 - a
    angle = rounded(q[1] - p[1])
    versine = 2 * math.sin(angle / 2) ** 2
    straight = a * p[0] + b * q[0]
    squared = straight**2 - 2 * a * b * p[0] * q[0] * Fraction(versine)
    length = root(squared) if squared > 0 else 0.0
    ratio = bessel_ratio(length)

    def part(weight: Fraction, own: Parameters, other: Parameters) -> float:
        """``KL(M || own)``, with the lengths and the angle between M and it found without cancellation."""
        rest = 1 - weight
        difference = (own[0] ** 2 - squared) / Fraction(rounded(own[0]) + length) if own[0] or length else Fraction(0)
        cross = rounded(rest * other[0]) * math.sin(angle)
        along = rounded(weight * own[0] + rest * other[0] * (1 - Fraction(versine)))
        turned = 2 * math.sin(math.atan2(cross, along) / 2) ** 2
        return bessel_gap(length, rounded(difference)) + ratio * rounded(own[0]) * turned

    parts = float(a) * part(a, p, q), float(b) * part(b, q, p)
    return Gap.added(parts)


def normal_gap(p: Parameters, q: Parameters, a: Fraction) -> Gap:
    """``J`` of normal laws, by mean and variance.

    Example:
        >>> one, two = (Fraction(1), Fraction(1)), (Fraction(0), Fraction(1))
        >>> normal_gap(one, two, Fraction(1, 2)).value
        0.125
    """
    return _blended(normal_kl, _normal_blend(p, q, a), p, q, a=a)


def log_normal_kl(p: Parameters, q: Parameters) -> float:
    """Of log-normal laws, by scale and the variance of the logarithm.

    Example:
        >>> log_normal_kl((Fraction(1), Fraction(1)), (Fraction(1), Fraction(1)))
        0.0
    """
    return normal_kl(*_as_normals(p, q))


def log_normal_gap(p: Parameters, q: Parameters, a: Fraction) -> Gap:
    """``J`` of log-normal laws.

    Example:
        >>> log_normal_gap((Fraction(1), Fraction(1)), (Fraction(1), Fraction(1, 3)), Fraction(2)).value
        -inf
    """
    return normal_gap(*_as_normals(p, q), a)


def log_normal_total_variation(p: Parameters, q: Parameters) -> float:
    """Their total variation distance.

    Example:
        >>> log_normal_total_variation((Fraction(1), Fraction(1)), (Fraction(10**30), Fraction(1)))
        1.0
    """
    return normal_total_variation(*_as_normals(p, q))


def gamma_gap(p: Parameters, q: Parameters, a: Fraction) -> Gap:
    """``J`` of gamma laws, by shape and rate.

    Example:
        >>> gamma_gap((Fraction(1), Fraction(1)), (Fraction(1), Fraction(2)), Fraction(2)).value
        -inf
    """
    return _blended(gamma_kl, _linear_blend(p, q, a), p, q, a=a)


def dirichlet_gap(p: Parameters, q: Parameters, a: Fraction) -> Gap:
    """``J`` of Dirichlet laws of one dimension.

    Example:
        >>> dirichlet_gap((Fraction(1), Fraction(1)), (Fraction(3), Fraction(1)), Fraction(2)).value
        -inf
    """
    return _blended(dirichlet_kl, _linear_blend(p, q, a), p, q, a=a)


def _blended(kl: Formula, middle: Parameters | None, *pair: Parameters, a: Fraction) -> Gap:
    """``J = a KL(M || P) + (1 - a) KL(M || Q)``, M the member at the blended natural parameters, None outside."""
    if middle is None:
        return OUTSIDE
    parts = float(a) * kl(middle, pair[0]), float(1 - a) * kl(middle, pair[1])
    return Gap.added(parts)
