"""Joint ranges: all values that one divergence can take beside the total variation distance, ends attained.

The least KL at a given total variation is found on two atoms, where it is stationary in the one free parameter. With
``L(t) = coth t - 1 / t`` the minimiser is ``q = ((1 + L) / 2, (1 - L) / 2)`` and ``p`` with the odds of its first atom
smaller by ``exp(-2 t)``; its total variation is ``t (1 - L^2) / 2``.
"""

from __future__ import annotations

import math

import numpy as np

from divergences.options import real
from divergences.terms import jensen_shannon_term, relative_entropy_term

__all__ = ["js_range", "kl_minimiser", "kl_range", "least_kl"]

FAR = 300.0  # beyond it coth t is 1
TINY = 1e-300  # below it the least KL is -log(overlap) in every digit, and 1 / overlap might overflow
SERIES = 1e-3  # below it L(t) = t / 3: what is left out, t^3 / 45, moves the least KL by its square


def kl_range(tv: float) -> tuple[float, float]:
    """The least and the largest KL(P || Q), in nats, of laws at a total variation distance.

    The least is that of `kl_minimiser`; the largest is infinite unless the distance is 0. Every value between is taken.

    Args:
        tv: the total variation distance, from 0 to 1.

    Returns:
        The two ends, both attained; right to a few ulp.

    Raises:
        TypeError: if ``tv`` is not a real number.
        ValueError: if it does not lie in ``[0, 1]``.

    References:
        Fedotov, Harremoes and Topsoe, IEEE Transactions on Information Theory 49 (2003), pages 1491-1498.

    Example:
        >>> low, high = kl_range(0.5)
        >>> round(low, 6), high
        (0.532298, inf)
    """
    tv = _distance(tv)
    return least_kl(tv, 1 - tv), math.inf if tv else 0.0


def least_kl(tv: float, overlap: float) -> float:
    """The least KL(P || Q), in nats, of laws whose total variation distance is known without rounding near 1.

    Args:
        tv: the distance, from 0 to 1.
        overlap: what it lacks to 1, ``sum min(p, q)``, which ``1 - tv`` would round.

    Returns:
        The divergence of the two laws of `kl_minimiser`; 0 at ``tv = 0`` and infinity at ``overlap = 0``.

    References:
        Fedotov, Harremoes and Topsoe, IEEE Transactions on Information Theory 49 (2003), pages 1491-1498.

    Example:
        >>> round(least_kl(1.0, 1e-30) / math.log(1e30), 6)
        1.0
    """
    if tv == 0 or overlap == 0:
        return 0.0 if tv == 0 else math.inf
    if overlap < TINY:
        return -math.log(overlap)
    p, q = (np.array(masses) for masses in _minimiser(tv, overlap))
    return float(relative_entropy_term(p, q, np.array([tv, -tv])).sum())


def js_range(tv: float) -> tuple[float, float]:
    """The least and the largest Jensen-Shannon divergence, in nats, of laws at a total variation distance.

    ``log 2 - h((1 + tv) / 2)``, of ``((1 + tv) / 2, (1 - tv) / 2)`` and its mirror image, and ``tv log 2``, of
    ``(1 - tv, tv, 0)`` and ``(1 - tv, 0, tv)``. Every value between is taken.

    Args:
        tv: the total variation distance, from 0 to 1.

    Returns:
        The two ends, both attained; right to a few ulp.

    Raises:
        TypeError: if ``tv`` is not a real number.
        ValueError: if it does not lie in ``[0, 1]``.

    References:
        Lin, IEEE Transactions on Information Theory 37 (1991), section 3; Briet and Harremoes, Phys. Rev. A 79 (2009).

    Example:
        >>> js_range(1) == (math.log(2), math.log(2))
        True
    """
    tv = _distance(tv)
    distance = np.array([tv])
    least = float(jensen_shannon_term(1 + distance, 1 - distance, -2 * distance)[0])
    return least, tv * math.log(2)


def kl_minimiser(tv: float) -> tuple[tuple[float, float], tuple[float, float]]:
    """Two laws on two atoms with the least KL(P || Q) at a total variation distance; masses, without unit.

    Args:
        tv: the total variation distance, strictly between 0 and 1.

    Returns:
        ``P`` and ``Q``, with ``q[0] - p[0] = tv`` up to rounding.

    Raises:
        TypeError: if ``tv`` is not a real number.
        ValueError: if it does not lie strictly between 0 and 1, where the minimiser is not unique or there is none.

    References:
        Fedotov, Harremoes and Topsoe, IEEE Transactions on Information Theory 49 (2003), pages 1491-1498.

    Example:
        >>> p, q = kl_minimiser(0.5)
        >>> round(q[0] - p[0], 12)
        0.5
    """
    tv = _distance(tv)
    if tv in (0, 1):
        raise ValueError(f"tv = {tv}; pass a distance strictly between 0 and 1")
    return _minimiser(tv, 1 - tv)


def _minimiser(tv: float, overlap: float) -> tuple[tuple[float, float], tuple[float, float]]:
    """The two laws, by bisection for ``t`` between ``2 tv`` and ``2 tv + 1 / overlap``."""
    low, high = 2 * tv, 2 * tv + 1 / overlap
    while low < (t := (low + high) / 2) < high:
        rest, excess = _parts(t)
        short = 2 * t * rest * (1 - rest) < tv if tv < 0.5 else rest + excess * (1 - rest) > overlap
        low, high = (t, high) if short else (low, t)
    rest, _ = _parts(t)
    odds = (1 - rest) / rest * math.exp(-2 * t)
    return (odds / (1 + odds), 1 / (1 + odds)), (1 - rest, rest)


def _parts(t: float) -> tuple[float, float]:
    """``(1 - L(t)) / 2`` and ``t (coth t - 1)``; the distance is ``t`` times the first times its complement twice."""
    if t < SERIES:
        return (1 - t / 3) / 2, 1 - t
    excess = 2 * t / math.expm1(2 * t) if t < FAR else 0.0
    return (1 - excess) / t / 2, excess


def _distance(tv: float) -> float:
    tv = real(tv, "tv")
    if not 0 <= tv <= 1:
        raise ValueError(f"tv = {tv}; a total variation distance lies in [0, 1]")
    return tv
