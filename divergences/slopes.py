"""The derivatives of the terms by both masses, with the one-sided limits where a mass vanishes.

Each function takes ``p``, ``q`` and ``d = q - p`` and returns the derivatives by ``p`` and by ``q`` of the term that
has the same name: ``f'(u) - f'(1)`` and ``f(u) - u f'(u) + f'(1)`` at ``u = p / q``. Both are 0 where both masses
vanish. Like the terms they keep their digits near ``p = q``.

References:
    Liese and Vajda, IEEE Transactions on Information Theory 52 (2006), section 2, for the standardised generator.
"""

from __future__ import annotations

from typing import Any

from divergences.log_ratios import SMALLEST, exact_log_ratio
from divergences.namespaces import namespace

__all__ = [
    "chi2_slopes",
    "jeffreys_slopes",
    "jensen_shannon_slopes",
    "le_cam_slopes",
    "neyman_chi2_slopes",
    "relative_entropy_slopes",
    "reverse_relative_entropy_slopes",
    "squared_hellinger_slopes",
    "total_variation_slopes",
]

Array = Any  # a numpy array or a torch tensor
Slopes = tuple[Array, Array]


def relative_entropy_slopes(p: Array, q: Array, d: Array) -> Slopes:
    """``log(p / q)`` and ``1 - p / q``."""
    return exact_log_ratio(p, q, d), _ratio(d, q)


def reverse_relative_entropy_slopes(p: Array, q: Array, d: Array) -> Slopes:
    """``1 - q / p`` and ``log(q / p)``."""
    return _mirrored(relative_entropy_slopes, p, q, d)


def jeffreys_slopes(p: Array, q: Array, d: Array) -> Slopes:
    """``log(p / q) + 1 - q / p`` and ``log(q / p) + 1 - p / q``."""
    log = exact_log_ratio(p, q, d)
    return log - _ratio(d, p), _ratio(d, q) - log


def chi2_slopes(p: Array, q: Array, d: Array) -> Slopes:
    """``2 (p / q - 1)`` and ``1 - (p / q)^2``."""
    relative = _ratio(d, q)
    return -2 * relative, relative * (1 + _ratio(p, q))


def neyman_chi2_slopes(p: Array, q: Array, d: Array) -> Slopes:
    """``1 - (q / p)^2`` and ``2 (q / p - 1)``."""
    return _mirrored(chi2_slopes, p, q, d)


def squared_hellinger_slopes(p: Array, q: Array, d: Array) -> Slopes:
    """``1 - sqrt(q / p)`` and ``1 - sqrt(p / q)``."""
    xp = namespace(p)
    root_p, root_q = xp.sqrt(p), xp.sqrt(q)
    part = d / xp.clip(root_p + root_q, SMALLEST, None)
    return -_ratio(part, root_p), _ratio(part, root_q)


def le_cam_slopes(p: Array, q: Array, d: Array) -> Slopes:
    """``(p - q)(p + 3 q) / (p + q)^2`` and ``(q - p)(q + 3 p) / (p + q)^2``."""
    both = namespace(p).clip(p + q, SMALLEST, None)
    s = d / both
    return -s * (1 + 2 * q / both), s * (1 + 2 * p / both)


def jensen_shannon_slopes(p: Array, q: Array, d: Array) -> Slopes:
    """``log(2 p / (p + q)) / 2`` and ``log(2 q / (p + q)) / 2``."""
    twice_mean = p + q
    return exact_log_ratio(2 * p, twice_mean, d) / 2, exact_log_ratio(2 * q, twice_mean, -d) / 2


def total_variation_slopes(p: Array, q: Array, d: Array) -> Slopes:
    """Half the sign of ``p - q``, and of ``q - p``: 0 at the corner."""
    sign = namespace(d).sign(d) / 2
    return -sign, sign


def _ratio(a: Array, b: Array) -> Array:
    """``a / b``, and 0 at ``0 / 0``."""
    xp = namespace(a)
    return a / xp.where((a == 0) & (b == 0), 1.0, b)


def _mirrored(slopes: Any, p: Array, q: Array, d: Array) -> Slopes:
    """The slopes of the divergence with P and Q exchanged."""
    by_q, by_p = slopes(q, p, -d)
    return by_p, by_q
