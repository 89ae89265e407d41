"""The terms of the table as one formula for all masses, without branches, for a compiler that fuses them.

Each is the term of `divergences.terms` with the same name, for tensors whose positive masses lie between 2^-900 and
2^100. A ratio of two masses is brought near 1 by the power of two that the difference of their bit patterns tells, so
that one series and one division serve all ratios: with ``q' = 2^k q`` and ``s = (q' - p) / (q' + p)`` the logarithm of
``p / q`` is ``k log 2 - 2 s - 2 s^3 R(s^2)``.

References:
    Muller et al., Handbook of Floating-Point Arithmetic (2018), section 10.5, on reducing the range of a logarithm.
"""

from __future__ import annotations

import math
from collections.abc import Callable
from functools import cache

import torch
from torch import Tensor

from divergences.classical import GAME
from divergences.columns import Generator
from divergences.log_ratios import SMALLEST
from divergences.table import (
    CHI2,
    GAN,
    JEFFREYS,
    JENSEN_SHANNON,
    KL,
    LE_CAM,
    NEYMAN_CHI2,
    REVERSE_KL,
    SQUARED_HELLINGER,
    TOTAL_VARIATION,
)

__all__ = ["LEAST", "OF_SUMS", "SUPPORTED", "OfSums", "Term", "fused_term"]

Term = Callable[[Tensor, Tensor, Tensor], Tensor]
OfSums = Callable[[Tensor, Tensor, Tensor, Tensor], Tensor]  # of the terms, p, q and q - p

LEAST = 2.0**-900  # a positive mass below it is left to the blocks: its bits may not tell its power of two
LOG_2 = math.log(2)
MANTISSA = 52  # bits of a float64 below its exponent
HALF = 1 << (MANTISSA - 1)
BIAS = 1023
WHOLE, WHOLE_BITS = 1.5 * 2.0**52, 0x4338 << 48  # a float whose lowest bit is 1, and its bits: makes integers floats
NEAR = 1 / 3  # where `d` itself is used: |s| <= NEAR, that is 1/2 <= p/q <= 2

# R(z) = sum_k z^k / (2 k + 3) on [0, NEAR^2]: the polynomial through its values at the 10 Chebyshev points, right to
# 2e-16 of R, which enters a term with a weight of at most a third; it costs a processor less than a division. The tests
# compute the coefficients again.
SERIES = (
    0.3333333333333333,
    0.20000000000007292,
    0.1428571428355438,
    0.11111111358713932,
    0.09090894718066429,
    0.07692785032479312,
    0.06657072104827468,
    0.06000536404795356,
    0.04400369243072337,
    0.08082022805971766,
)


def _artanh_rest(z: Tensor) -> Tensor:
    """``R(z)``, with ``artanh(s) = s + s^3 R(s^2)``, for ``z <= NEAR^2``."""
    value = SERIES[-1] * z + SERIES[-2]
    for coefficient in reversed(SERIES[:-2]):
        value = value * z + coefficient
    return value


def _near(p: Tensor, q: Tensor, d: Tensor) -> tuple[Tensor, Tensor]:
    """``s`` of two masses whose ratio is at most 2, and ``s^2 R(s^2)``."""
    s = d / (p + q).clamp_min(SMALLEST)
    z = s * s
    return s, z * _artanh_rest(z)


def _reduced(p: Tensor, q: Tensor, d: Tensor) -> tuple[Tensor, Tensor, Tensor, Tensor]:
    """``k log 2``, ``q' - p``, ``s`` and ``s^2 R(s^2)``; ``k`` is 0 and ``q' - p`` is ``d`` near equality."""
    near = abs(d) <= NEAR * (p + q)
    steps = (p.view(torch.int64) - q.view(torch.int64) + HALF) >> MANTISSA
    steps = torch.where(near, 0, steps)
    moved = q * ((steps + BIAS) << MANTISSA).view(torch.float64)
    gap = torch.where(near, d, moved - p)
    s = gap / (p + moved)
    z = s * s
    power = (steps + WHOLE_BITS).view(torch.float64) - WHOLE
    return power * LOG_2, gap, s, z * _artanh_rest(z)


def _relative_entropy(p: Tensor, q: Tensor, d: Tensor) -> Tensor:
    power, gap, s, rest = _reduced(p, q, d)
    term = s * (gap - 2 * p * rest) + (p * power + (d - gap))
    return torch.where(p > 0, torch.where(q > 0, term, math.inf), d)


def _reverse_relative_entropy(p: Tensor, q: Tensor, d: Tensor) -> Tensor:
    return _relative_entropy(q, p, -d)


def _jeffreys(p: Tensor, q: Tensor, d: Tensor) -> Tensor:
    low, high, gap = torch.minimum(p, q), torch.maximum(p, q), abs(d)
    power, _, s, rest = _reduced(high, low, -gap)
    term = gap * (power - 2 * (s + s * rest))
    return torch.where(low > 0, term, torch.where(high > 0, math.inf, 0.0))


def _jensen_shannon(p: Tensor, q: Tensor, d: Tensor) -> Tensor:
    """Half the sum of both masses against their mean, of which the larger is at most twice that."""
    low, high, mean, gap = torch.minimum(p, q), torch.maximum(p, q), (p + q) / 2, abs(d) / 2
    s, rest = _near(high, mean, -gap)
    return (s * (-gap - 2 * high * rest) + _relative_entropy(low, mean, gap)) / 2


def _gan(p: Tensor, q: Tensor, d: Tensor) -> Tensor:
    return 2 * _jensen_shannon(p, q, d)


def _game(p: Tensor, q: Tensor, d: Tensor) -> Tensor:
    """``-p log(1 + q / p) - q log(1 + p / q)``."""
    low, high, both = torch.minimum(p, q), torch.maximum(p, q), p + q
    s, rest = _near(both, high, -low)
    power, _, far, more = _reduced(both, low, -high)
    term = 2 * high * (s + s * rest) - low * (power - 2 * (far + far * more))
    return torch.where(low > 0, term, 0.0)


def _chi2(p: Tensor, q: Tensor, d: Tensor) -> Tensor:
    return torch.where(d == 0, 0.0, d * (d / q))


def _neyman_chi2(p: Tensor, q: Tensor, d: Tensor) -> Tensor:
    return torch.where(d == 0, 0.0, d * (d / p))


def _squared_hellinger(p: Tensor, q: Tensor, d: Tensor) -> Tensor:
    return d * (d / ((p + q) + 2 * (torch.sqrt(p) * torch.sqrt(q))).clamp_min(SMALLEST))


def _le_cam(p: Tensor, q: Tensor, d: Tensor) -> Tensor:
    return d * (d / (p + q).clamp_min(SMALLEST))


def _total_variation(p: Tensor, q: Tensor, d: Tensor) -> Tensor:
    return abs(d) / 2


def _kl_of_sums(total: Tensor, sum_p: Tensor, sum_q: Tensor, gap: Tensor) -> Tensor:
    """``total / sum(p)`` less ``x - log(1 + x)`` at ``x = sum(q) / sum(p) - 1``, of second order."""
    x = gap / sum_p
    return total / sum_p - x * x / 2


def _chi2_of_sums(total: Tensor, sum_p: Tensor, sum_q: Tensor, gap: Tensor) -> Tensor:
    """``(total sum(q) - (sum(p) - sum(q))^2) / sum(p)^2``."""
    return (total * sum_q - gap * gap) / (sum_p * sum_p)


def _hellinger_of_sums(total: Tensor, sum_p: Tensor, sum_q: Tensor, gap: Tensor) -> Tensor:
    """``(total - (sqrt sum(p) - sqrt sum(q))^2) / sqrt(sum(p) sum(q))``."""
    of_roots = gap / (torch.sqrt(sum_p) + torch.sqrt(sum_q))
    return (total - of_roots * of_roots) / torch.sqrt(sum_p * sum_q)


def _exchanged(of_sums: OfSums) -> OfSums:
    return lambda total, sum_p, sum_q, gap: of_sums(total, sum_q, sum_p, -gap)


# What makes of the sum of the terms of vectors as they are the divergence of the normalised ones, where that is enough
OF_SUMS: dict[object, OfSums] = {
    KL.integrand: _kl_of_sums,
    REVERSE_KL.integrand: _exchanged(_kl_of_sums),
    CHI2.integrand: _chi2_of_sums,
    NEYMAN_CHI2.integrand: _exchanged(_chi2_of_sums),
    SQUARED_HELLINGER.integrand: _hellinger_of_sums,
}
FUSED: dict[object, Term] = {
    KL.integrand: _relative_entropy,
    REVERSE_KL.integrand: _reverse_relative_entropy,
    JEFFREYS.integrand: _jeffreys,
    CHI2.integrand: _chi2,
    NEYMAN_CHI2.integrand: _neyman_chi2,
    SQUARED_HELLINGER.integrand: _squared_hellinger,
    LE_CAM.integrand: _le_cam,
    JENSEN_SHANNON.integrand: _jensen_shannon,
    GAN.integrand: _gan,
    TOTAL_VARIATION.integrand: _total_variation,
    GAME.integrand: _game,
}
SUPPORTED = "the rows of the table, weighted Jensen-Shannon divergences and the value of the game"


def fused_term(row: Generator) -> Term | None:
    """The branch-free term of a row, None where there is none.

    Example:
        >>> from divergences import KL, alpha_row
        >>> fused_term(KL) is None, fused_term(alpha_row(3)) is None
        (False, True)
    """
    found = FUSED.get(row.integrand)
    return _weighted(row.weight) if found is None and row.weight is not None else found


@cache
def _weighted(weight: float) -> Term:
    """As `divergences.families`: parts of second and third order near equality, two relative entropies elsewhere."""
    rest, both = 1 - weight, weight * (1 - weight)
    ahead, behind = weight / rest, rest / weight

    def cubic(s: Tensor) -> Tensor:
        z = s * s
        return s * (z * _artanh_rest(z))

    def term(p: Tensor, q: Tensor, d: Tensor) -> Tensor:
        s = d / (p + q).clamp_min(SMALLEST)
        z, second = s * s, both * s * d
        third = rest * q * cubic(weight * s / (1 + rest * s)) - weight * p * cubic(rest * s / (1 - weight * s))
        near = second + (second * (both * z / (1 + (rest - weight) * s - both * z)) + 2 * third)
        first = _relative_entropy(p / rest, q + ahead * p, d)
        far = both * (first + _relative_entropy(q / weight, p + behind * q, -d))
        return torch.where(abs(s) <= NEAR, near, far)

    return term
