"""Sums and products of masses that keep more digits than a float has."""

from __future__ import annotations

from typing import Any

import numpy as np

from divergences.namespaces import like, namespace, plain

__all__ = ["compared", "difference", "exact_sum", "product", "products", "scaled", "split_sum", "summed"]

Array = Any  # a numpy array or a torch tensor

MANY = 128  # where numpy's pairwise summation starts; shorter vectors are summed by columns
FEW = 8  # up to so many masses the roundings of single differences show
SPLITTER = 2.0**27 + 1  # Veltkamp's constant, which halves a float64


def compared(p: Array, q: Array, *, log: bool, normalize: bool) -> tuple[Array, Array, Array, Array]:
    """Masses whose sums nearly agree and their differences ``q - p``, each a number and a rest."""
    if log:
        with np.errstate(invalid="ignore", over="ignore", under="ignore"):
            return *from_logarithms(p, q, normalize=normalize), 0.0
    return products(p, q) if normalize else (p, q, *difference(p, q))


def difference(p: Array, q: Array) -> tuple[Array, Array]:
    """``q - p`` and what its rounding left out (Knuth), which averages out where the masses are not few."""
    found = q - p
    if p.shape[-1] > FEW:
        return found, 0.0
    back = found - q
    rest = found - back
    return found, (q - rest) - (p + back)


def split_sum(masses: Array) -> tuple[Array, Array]:
    """The sums as a number and a rest: what the last two levels of the tree, where partial sums are large, round off.

    The roundings of its other levels are small against these, and those of many masses average out.
    """
    if masses.shape[-1] >= MANY:
        return masses.sum(axis=-1), 0.0
    return exact_sum(_down_to(4, masses), -1)


def summed(terms: Array) -> Array:
    """The sums, by a tree: the library's own, and of whole columns where the vectors are short."""
    return terms.sum(axis=-1) if terms.shape[-1] >= MANY else _down_to(1, terms)[..., 0]


def _down_to(count: int, terms: Array) -> Array:
    """At most so many columns with the same sum: each half is added to the other."""
    while terms.shape[-1] > count:
        half, odd = divmod(terms.shape[-1], 2)
        halved = terms[..., :half] + terms[..., half + odd :]
        if odd:
            halved[..., 0] += terms[..., half]
        terms = halved
    return terms


def exact_sum(masses: Array, axis: int) -> tuple[Array, Array]:
    """The sums along an axis with twice the digits: a float and a rest (a tree of Knuth's exact additions)."""
    high = namespace(masses).moveaxis(masses, axis, -1) if axis != -1 else masses
    low = high[..., :0]
    while high.shape[-1] > 1:
        half, odd = divmod(high.shape[-1], 2)
        a, b = high[..., :half], high[..., half + odd :]
        total = a + b
        shift = total - a
        rest = (a - (total - shift)) + (b - shift)
        if low.shape[-1]:
            rest += low[..., :half] + low[..., half + odd :]
        high, low = _with_middle(total, high, odd), _with_middle(rest, low, odd)
    return high[..., 0], low[..., 0] if low.shape[-1] else namespace(high).zeros_like(high[..., 0])


def _with_middle(halves: Array, whole: Array, odd: int) -> Array:
    """The halves with the column of an odd whole that had no other, 0 where there is none."""
    if not odd:
        return halves
    xp, at = namespace(halves), halves.shape[-1]
    middle = whole[..., at : at + 1] if whole.shape[-1] else xp.zeros_like(halves[..., :1])
    return xp.concatenate([halves, middle], -1)


def products(p: Array, q: Array) -> tuple[Array, Array, Array, Array]:
    """``p sum(q)``, ``q sum(p)`` and their difference with its rest, after scaling by powers of two."""
    p, q = scaled(p, "p"), scaled(q, "q")
    high_p, low_p = product(p, q.sum(axis=-1, keepdims=True))
    high_q, low_q = product(q, p.sum(axis=-1, keepdims=True))
    apart, rest = difference(high_p, high_q)
    low = rest + (low_q - low_p)
    found = apart + low
    return high_p, high_q, found, (apart - found) + low


def scaled(masses: Array, name: str) -> Array:
    """The masses times the power of two that brings their sum into [1, 2).

    Raises:
        ValueError: if that pushes a mass below the range of floats.
    """
    exponent = 1 - np.frexp(plain(masses.sum(axis=-1, keepdims=True)))[1]
    half = exponent // 2  # the power itself may leave the range of floats
    first, second = (like(np.ldexp(1.0, part), masses) for part in (half, exponent - half))
    with np.errstate(under="ignore"):
        moved = masses * first * second
    lost = moved / second / first != masses
    if lost.any():
        least = float(masses[lost].min())
        raise ValueError(
            f"{name} has the mass {least}, which is below the range of floats once divided by the sum; drop it"
        )
    return moved


def product(a: Array, b: Array) -> tuple[Array, Array]:
    """``a b`` as a rounded product and its rounding error (Dekker 1971)."""
    found = a * b
    a_high = SPLITTER * a - (SPLITTER * a - a)
    b_high = SPLITTER * b - (SPLITTER * b - b)
    a_low, b_low = a - a_high, b - b_high
    return found, a_low * b_low - (((found - a_high * b_high) - a_low * b_high) - a_high * b_low)


def from_logarithms(log_p: Array, log_q: Array, *, normalize: bool) -> tuple[Array, Array, Array]:
    """The masses and their differences ``p (exp(log q - log p) - 1)``, which keep their digits near ``P = Q``."""
    xp = namespace(log_p)
    sum_p, sum_q = (_log_sum(logs) if normalize else 0.0 for logs in (log_p, log_q))
    p, q = xp.exp(log_p - sum_p), xp.exp(log_q - sum_q)
    ratio = (log_q - log_p) + (sum_p - sum_q)
    near = abs(ratio) < 1  # false where a mass is missing
    return p, q, xp.where(near, p * xp.expm1(xp.where(near, ratio, 0.0)), q - p)


def _log_sum(logs: Array) -> Array:
    """``log sum exp`` of each vector."""
    xp = namespace(logs)
    top = xp.amax(logs, -1)[..., None]
    return top + xp.log(xp.exp(logs - top).sum(axis=-1))[..., None]
