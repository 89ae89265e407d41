"""Sums and products of masses that keep more digits than a float has."""

from __future__ import annotations

from typing import Any

import numpy as np

from divergences.namespaces import is_tensor, like, namespace, plain

__all__ = ["compared", "difference", "exact_sum", "product", "products", "scaled", "split_sum", "summed"]

Array = Any  # a numpy array or a torch tensor

GRID = 1.5 * 2.0**12  # adding and subtracting it rounds to multiples of 2^-40
MANY = 128  # where numpy's pairwise summation starts
SPLITTER = 2.0**27 + 1  # Veltkamp's constant, which halves a float64


def compared(p: Array, q: Array, *, log: bool, normalize: bool) -> tuple[Array, Array, Array, Array]:
    """Masses whose sums nearly agree and their differences ``q - p``, each a number and a rest."""
    if log:
        with np.errstate(invalid="ignore", over="ignore", under="ignore"):
            return *from_logarithms(p, q, normalize=normalize), 0.0
    return products(p, q) if normalize else (p, q, *difference(p, q))


def difference(p: Array, q: Array) -> tuple[Array, Array]:
    """``q - p`` and what its rounding left out (Knuth), which averages out where the masses are many."""
    found = q - p
    if p.shape[-1] >= MANY:
        return found, 0.0
    back = found - q
    rest = found - back
    return found, (q - rest) - (p + back)


def split_sum(masses: Array) -> tuple[Array, Array]:
    """The sums as a number and a rest: the leading bits of masses below 2^12 add up without error.

    The library's own sum of many goes by a tree, whose roundings average out.
    """
    if masses.shape[-1] >= MANY:
        return masses.sum(axis=-1), 0.0
    leading = (masses + GRID) - GRID
    return summed(leading), summed(masses - leading)


def summed(terms: Array) -> Array:
    """The sums, by a tree: the library's own, and of whole columns where numpy's vectors are short."""
    if is_tensor(terms) or terms.shape[-1] >= MANY:
        return terms.sum(axis=-1)
    columns = np.moveaxis(terms, -1, 0)
    while len(columns) > 1:
        half, odd = divmod(len(columns), 2)
        halved = columns[:half] + columns[half + odd :]
        if odd:
            halved[0] += columns[half]
        columns = halved
    return columns[0]


def exact_sum(masses: Array, axis: int) -> tuple[Array, Array]:
    """The sums along an axis with twice the digits: a float and a rest (a tree of Knuth's exact additions)."""
    xp = namespace(masses)
    high = xp.moveaxis(masses, axis, -1)
    low = xp.zeros_like(high)
    while high.shape[-1] > 1:
        odd = high[..., 2 * (high.shape[-1] // 2) :], low[..., 2 * (low.shape[-1] // 2) :]
        a, b = high[..., :-1:2], high[..., 1::2]
        total = a + b
        shift = total - a
        rest = (a - (total - shift)) + (b - shift) + (low[..., :-1:2] + low[..., 1::2])
        high, low = xp.concatenate([total, odd[0]], -1), xp.concatenate([rest, odd[1]], -1)
    return high[..., 0], low[..., 0]


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
