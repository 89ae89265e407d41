"""Renyi divergences of every order, and the Bhattacharyya distance."""

from __future__ import annotations

import math
from functools import partial
from typing import Any, Unpack

from numpy.typing import ArrayLike

from divergences.blocks import evaluate, total
from divergences.families import LARGEST_ORDER, alpha_row
from divergences.functionals import Functional, Values, answers, of_row
from divergences.log_ratios import exact_log_ratio
from divergences.namespaces import namespace
from divergences.options import Options, real
from divergences.table import KL
from divergences.vectors import Pair

__all__ = ["bhattacharyya_distance", "checked_order", "renyi_divergence", "renyi_of_pair"]

Array = Any  # a numpy array or a torch tensor


def renyi_divergence(p: ArrayLike, q: ArrayLike, *, alpha: float, **options: Unpack[Options]) -> Values:
    """The Renyi divergence of an order, in nats.

    ``log(sum p^alpha q^(1 - alpha)) / (alpha - 1)``; at 1 it is KL(P || Q), at 0 ``-log Q(p > 0)`` and at infinity
    ``log max(p / q)``. It is taken from the alpha-divergence near equality and from the sum itself far away, where the
    sum leaves the range of floats from its logarithms.

    Args:
        p: masses of P, shape ``(..., k)``.
        q: masses of Q, shape ``(..., k)``.
        alpha: the order, from 0 to infinity, both included.
        **options: axis, base, log, normalize, keepdims and pairwise, as in `Options`.

    Returns:
        A scalar, or an array of the batch shape, as `f_divergence`.

    Raises:
        TypeError: as `f_divergence`, or if ``alpha`` is not a real number.
        ValueError: as `f_divergence`, or if ``alpha`` is negative or nan, or finite beyond 1e150.

    References:
        van Erven and Harremoes, "Renyi divergence and Kullback-Leibler divergence", IEEE Transactions on Information
        Theory 60 (2014), Definitions 1 to 3.

    Example:
        >>> float(renyi_divergence([0.5, 0.5], [0.25, 0.75], alpha=float("inf"), base=2))
        1.0
    """
    return answers(p, q, [_functional(alpha)], options)[0]


def bhattacharyya_distance(p: ArrayLike, q: ArrayLike, **options: Unpack[Options]) -> Values:
    """The Bhattacharyya distance, in nats: half the Renyi divergence of order 1/2.

    ``-log(sum sqrt(p q))``, infinite for disjoint supports.

    Args:
        p: masses of P, shape ``(..., k)``.
        q: masses of Q, shape ``(..., k)``.
        **options: axis, base, log, normalize, keepdims and pairwise, as in `Options`.

    Returns:
        A scalar, or an array of the batch shape, as `f_divergence`.

    Raises:
        TypeError: as `f_divergence`.
        ValueError: as `f_divergence`.

    References:
        Bhattacharyya, Bulletin of the Calcutta Mathematical Society 35 (1943), section 2.

    Example:
        >>> round(float(bhattacharyya_distance([0.5, 0.5], [1.0, 0.0], base=2)), 15)
        0.5
    """
    return answers(p, q, [_functional(0.5)], options, lambda values: values / 2)[0]


def renyi_of_pair(pair: Pair, alpha: float) -> Array:
    """The Renyi divergence of an order between accepted vectors, in nats.

    Example:
        >>> from divergences.vectors import probability_pair
        >>> float(renyi_of_pair(probability_pair([0.5, 0.5], [1.0, 0.0]), 0.0))
        0.0
    """
    return evaluate(pair, [_functional(alpha).reduce])[0]


def checked_order(alpha: float) -> float:
    """The order of a Renyi divergence.

    Raises:
        TypeError: if it is not a real number.
        ValueError: if it is negative or nan, or finite beyond 1e150.

    Example:
        >>> checked_order(2)
        2.0
    """
    alpha = real(alpha, "alpha")
    if not (0 <= alpha <= LARGEST_ORDER or alpha == math.inf):
        raise ValueError(
            f"alpha = {alpha}; pass an order from 0 to infinity, of the finite ones up to {LARGEST_ORDER:g}"
        )
    return float(alpha)


def _functional(alpha: float) -> Functional:
    """The Renyi divergence of an order, checked."""
    alpha = checked_order(alpha)
    if alpha == 1:
        return of_row(KL)
    name = f"renyi({alpha:g})"
    if alpha == 0:
        return Functional(_of_order_zero, _slopes_of_order_zero, "nat", name)
    if math.isinf(alpha):
        return Functional(_of_order_infinity, _slopes_of_order_infinity, "nat", name)
    return Functional(partial(_of_order, alpha), partial(_slopes_of_order, alpha), "nat", name)


def _of_order_zero(p: Array, q: Array, d: Array, common: Array) -> Array:
    """From the mass of Q outside the support of P where that is small, from the mass inside otherwise."""
    xp = namespace(p)
    outside, inside = (xp.where(where, q, 0.0).sum(axis=-1) / common for where in (p == 0, p > 0))
    return abs(xp.where(outside < 0.5, xp.log1p(-outside), xp.log(inside)))


def _of_order_infinity(p: Array, q: Array, d: Array, common: Array) -> Array:
    xp = namespace(p)
    return xp.clip(xp.amax(xp.where(p > 0, exact_log_ratio(p, q, d), -math.inf), -1), 0.0, None)


def _of_order(alpha: float, p: Array, q: Array, d: Array, common: Array) -> Array:
    """``log(S) / b`` with ``S - 1 = alpha b D_alpha`` and ``b = alpha - 1``."""
    xp, b, row = namespace(p), alpha - 1, alpha_row(alpha)
    excess = alpha * b * total(row, p, q, d, common)
    near = xp.log1p(xp.clip(excess, -0.5, None)) / b
    if alpha < 1:
        return xp.where(excess > -0.5, near, xp.log(_powers(p, q, alpha) / common) / b)
    lost = xp.isinf(excess)
    if lost.any():
        near[lost] = _from_logarithms(p[lost], q[lost], d[lost], common[lost], b)
    return near


def _powers(p: Array, q: Array, alpha: float) -> Array:
    """``sum p^alpha q^(1 - alpha)`` for orders below 1, which stays in the range of floats."""
    return (p**alpha * q ** (1 - alpha)).sum(axis=-1)


def _from_logarithms(p: Array, q: Array, d: Array, common: Array, b: float) -> Array:
    """``log(sum p (p / q)^b) / b`` where the sum overflows."""
    xp = namespace(p)
    exponents = xp.log(p / common[..., None]) + b * xp.where(p > 0, exact_log_ratio(p, q, d), 0.0)
    top = xp.amax(exponents, -1)[..., None]
    infinite = xp.isinf(top[..., 0])
    rest = xp.where(infinite[..., None], 0.0, exponents - top)
    return xp.where(infinite, math.inf, (top[..., 0] + xp.log(xp.exp(rest).sum(axis=-1))) / b)


def _slopes_of_order_zero(p: Array, q: Array, d: Array, value: Array) -> tuple[Array, Array]:
    xp = namespace(p)
    return xp.zeros_like(p), xp.where(p > 0, -xp.exp(value), 0.0)


def _slopes_of_order_infinity(p: Array, q: Array, d: Array, value: Array) -> tuple[Array, Array]:
    """At the atoms where the ratio is largest, shared where there are several."""
    xp = namespace(p)
    log = xp.where(p > 0, exact_log_ratio(p, q, d), -math.inf)
    largest = log == xp.amax(log, -1)[..., None]
    count = largest.sum(axis=-1)[..., None]
    return xp.where(largest, 1 / (p * count), 0.0), xp.where(largest, -1 / (q * count), 0.0)


def _slopes_of_order(alpha: float, p: Array, q: Array, d: Array, value: Array) -> tuple[Array, Array]:
    """``alpha / b (p / q)^b / S`` and ``-(p / q)^alpha / S``; those of the alpha-divergence where the value is inf."""
    xp, b = namespace(p), alpha - 1
    infinite = xp.isinf(value)
    finite = xp.where(infinite, 0.0, value)
    log = exact_log_ratio(p, q, d)
    present = (p > 0) | (q > 0)
    by_p = xp.where(present, alpha / b * xp.exp(b * (log - finite)), 0.0)
    by_q = xp.where(present, -xp.exp(alpha * log - b * finite), 0.0)
    steep_p, steep_q = alpha_row(alpha).slopes(p, q, d)  # type: ignore[misc]
    return xp.where(infinite, steep_p, by_p), xp.where(infinite, steep_q, by_q)
