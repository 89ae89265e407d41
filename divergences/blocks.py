"""From accepted vectors to numbers: one driver that feeds cache-sized blocks to the terms of a row.

Floats rarely sum to exactly one, and near ``P = Q`` that error would drown the divergence. Each pair is therefore
centred: with ``delta = (sum q - sum p) / (sum p + sum q)`` the masses ``p (1 + delta)`` and ``q (1 - delta)`` have one
common sum, and their difference is ``d - (p + q) delta`` with the exact ``d = q - p``. What comes out belongs to
``P / sum P`` and ``Q / sum Q``, and exchanging P and Q exchanges everything exactly.
"""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from divergences.columns import FDivergence
from divergences.vectors import Pair

__all__ = ["values"]

Array = NDArray[np.float64]

BLOCK = 2**13  # masses handled at a time, so that a dozen temporary arrays stay in the cache
GRID = 1.5 * 2.0**12  # adding and subtracting it rounds to multiples of 2^-40
SNAP = 8 * 2.0**-52  # relative distance from the largest value that rounding explains; measured: 1.5 eps
SPLITTER = 2.0**27 + 1  # Veltkamp's constant, which halves a float64


def values(pair: Pair, row: FDivergence, *, normalize: bool = False) -> Array:
    """The divergences of an accepted pair in float64, block by block, in nats.

    Args:
        pair: what `probability_pair` returned.
        row: a row of the table.
        normalize: whether the sums may be far from 1.

    Returns:
        An array of the batch shape, of no dimension for two vectors.

    Raises:
        ValueError: if normalising pushes a mass below the range of floats.

    References:
        Polyanskiy and Wu, Information Theory: From Coding to Learning (2025), Definition 7.1.

    Example:
        >>> from divergences.table import JENSEN_SHANNON
        >>> from divergences.vectors import probability_pair
        >>> float(values(probability_pair([1, 0], [0, 1]), JENSEN_SHANNON))
        0.6931471805599453
    """
    shape = np.broadcast_shapes(pair.p.shape, pair.q.shape)
    p, q = (np.ascontiguousarray(np.broadcast_to(a, shape).reshape(-1, shape[-1])) for a in (pair.p, pair.q))
    step = max(1, BLOCK // shape[-1])
    out = np.empty(len(p))
    for start in range(0, len(p), step):
        block = slice(start, start + step)
        masses = _products(p[block], q[block]) if normalize else (p[block], q[block], q[block] - p[block])
        out[block] = _block(*masses, row)
    return out.reshape(shape[:-1])


def _block(p: Array, q: Array, d: Array, row: FDivergence) -> Array:
    """The divergences of a block of pairs whose sums nearly agree; ``d = q - p``."""
    both = _sum(p) + _sum(q)
    delta = (d.sum(axis=-1) / both)[:, None]
    total = row.integrand(p + p * delta, q - q * delta, d - (p + q) * delta).sum(axis=-1)
    found: Array = 2 * total / (both * (1 - delta[:, 0] ** 2))
    if np.isinf(row.maximum):
        return found
    disjoint = ~np.minimum(p, q).any(axis=-1)
    rounding = np.abs(found - row.maximum) <= SNAP * row.maximum
    return np.where(rounding & (disjoint | (found > row.maximum)), row.maximum, found)


def _sum(masses: Array) -> Array:
    """The sums, rounded once: the leading bits of masses below 2^12 add up without error."""
    leading = (masses + GRID) - GRID
    total: Array = leading.sum(axis=-1) + (masses - leading).sum(axis=-1)
    return total


def _products(p: Array, q: Array) -> tuple[Array, Array, Array]:
    """``p sum(q)``, ``q sum(p)`` and their difference without rounding the products, after scaling by powers of two."""
    p, q = _scaled(p, "p"), _scaled(q, "q")
    high_p, low_p = _product(p, q.sum(axis=-1, keepdims=True))
    high_q, low_q = _product(q, p.sum(axis=-1, keepdims=True))
    return high_p, high_q, (high_q - high_p) + (low_q - low_p)


def _scaled(masses: Array, name: str) -> Array:
    """The masses times the power of two that brings their sum into [1, 2)."""
    exponent = 1 - np.frexp(masses.sum(axis=-1, keepdims=True))[1]
    with np.errstate(under="ignore"):
        scaled: Array = np.ldexp(masses, exponent)
    lost = np.ldexp(scaled, -exponent) != masses
    if lost.any():
        least = masses[lost].min()
        raise ValueError(
            f"{name} has the mass {least}, which is below the range of floats once divided by the sum; drop it"
        )
    return scaled


def _product(a: Array, b: Array) -> tuple[Array, Array]:
    """``a b`` as a rounded product and its rounding error (Dekker 1971)."""
    product = a * b
    a_high = SPLITTER * a - (SPLITTER * a - a)
    b_high = SPLITTER * b - (SPLITTER * b - b)
    a_low, b_low = a - a_high, b - b_high
    return product, a_low * b_low - (((product - a_high * b_high) - a_low * b_high) - a_high * b_low)
