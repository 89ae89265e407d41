"""The hockey-stick divergences of privacy: how much of P exceeds a multiple of Q."""

from __future__ import annotations

import math
from typing import Any, Unpack

import numpy as np
from numpy.typing import ArrayLike

from divergences.columns import FDivergence, HalfLine
from divergences.exact import f_divergence
from divergences.functionals import Values
from divergences.namespaces import namespace
from divergences.options import Options, real
from divergences.products import product

__all__ = ["hockey_stick_divergence", "hockey_stick_row"]

Array = Any  # a numpy array or a torch tensor

LARGEST = 1e290  # beyond it the product of a mass and gamma, with twice the digits, leaves the range of floats


def hockey_stick_row(gamma: float) -> FDivergence:
    """The row of a hockey-stick divergence, without unit; at 1 the total variation distance.

    ``f(u) = max(u - gamma, 0) - max(1 - gamma, 0)``, with a corner at ``gamma``.

    Args:
        gamma: a positive finite number.

    Returns:
        The row. Near its corner ``p - gamma q`` loses digits of ``p``, which ``absolute`` stands for.

    Raises:
        TypeError: if ``gamma`` is not a real number.
        ValueError: if it is not positive, or beyond 1e290.

    References:
        Sason and Verdu, "f-divergence inequalities", IEEE Transactions on Information Theory 62 (2016), section II.

    Example:
        >>> hockey_stick_row(2).maximum, hockey_stick_row(0.5).maximum
        (1.0, 0.5)
    """
    gamma = real(gamma, "gamma")
    if not 0 < gamma <= LARGEST:
        raise ValueError(
            f"gamma = {gamma}; pass a positive finite number up to {LARGEST:g} (at 0 and infinity the divergence is 0)"
        )
    short = max(1 - gamma, 0.0)
    return FDivergence(
        name=f"hockey_stick({gamma:g})",
        f=lambda u: np.maximum(u - gamma, 0) - short,
        derivative=lambda u: (np.sign(u - gamma) + 1) / 2,
        conjugate=lambda t: np.where(t <= 1, np.maximum(gamma * t, 0) + short, math.inf),
        conjugate_domain=HalfLine(1.0, closed=True),
        activation=_upper_half,
        penalty=lambda v: gamma * _upper_half(v) + short,
        integrand=lambda p, q, d: _term(p, q, d, gamma),
        slopes=lambda p, q, d: _slopes(p, q, d, gamma),
        at_zero=-short,
        slope_at_infinity=1.0,
        metric_power=1.0 if gamma == 1 else None,
        source="Sason and Verdu, IEEE Trans. Inf. Theory 62 (2016), section II",
        unit="",
        absolute=4.0 * max(1.0, gamma),
        corner=gamma,
    )


def hockey_stick_divergence(p: ArrayLike, q: ArrayLike, *, gamma: float, **options: Unpack[Options]) -> Values:
    """A hockey-stick divergence, without unit, from 0 to ``min(1, gamma)``; at 1 the total variation distance.

    ``sum max(p - gamma q, 0) - max(1 - gamma, 0)``. P and Q are ``(epsilon, delta)``-close in one direction exactly if
    it is at most ``delta`` at ``gamma = exp(epsilon)``. Its error is a few eps of the masses, not of the value, except
    at ``gamma = 1``.

    Args:
        p: masses of P, shape ``(..., k)``.
        q: masses of Q, shape ``(..., k)``.
        gamma: a positive finite number.
        **options: axis, base, log, normalize, keepdims and pairwise, as in `Options`.

    Returns:
        A scalar, or an array of the batch shape, as `f_divergence`.

    Raises:
        TypeError: as `f_divergence`, or if ``gamma`` is not a real number.
        ValueError: as `f_divergence`, or if ``gamma`` is not positive, or beyond 1e290.

    References:
        Sason and Verdu, "f-divergence inequalities", IEEE Transactions on Information Theory 62 (2016), section II.

    Example:
        >>> float(hockey_stick_divergence([0.75, 0.25], [0.25, 0.75], gamma=2))
        0.25
    """
    return f_divergence(p, q, hockey_stick_row(gamma), **options)


def _upper_half(v: Array) -> Array:
    """``(1 + tanh v) / 2``, from 0 to 1."""
    half: Array = (1 + np.tanh(v)) / 2
    return half


def _term(p: Array, q: Array, d: Array, gamma: float) -> Array:
    """``max(p - gamma q, 0)`` for ``gamma`` above 1, ``max(gamma q - p, 0)`` below, half of both at 1."""
    if gamma == 1:
        return abs(d) / 2
    high, low = product(q, gamma)
    excess = (p - high) - low
    return namespace(p).clip(excess if gamma > 1 else -excess, 0.0, None)


def _slopes(p: Array, q: Array, d: Array, gamma: float) -> tuple[Array, Array]:
    """1 and ``-gamma`` where P exceeds for ``gamma`` above 1, -1 and ``gamma`` where it falls short below."""
    xp = namespace(p)
    sign = xp.sign(p - gamma * q) if gamma != 1 else -xp.sign(d)
    side = sign / 2 if gamma == 1 else xp.clip(sign, 0.0, None) if gamma > 1 else xp.clip(sign, None, 0.0)
    return side, -gamma * side
