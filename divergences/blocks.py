"""From accepted vectors to numbers: one driver that feeds cache-sized blocks to the terms of a row.

Floats rarely sum to exactly one, and near ``P = Q`` that error would drown the divergence. Each pair is therefore
centred: ``p c / sum(p)`` and ``q c / sum(q)`` have the common sum ``c``, which is 1 where the sums are nearly so, and
with the exact ``d = q - p`` their difference is ``d (1 + e) + (p + q) h``, where ``e`` is the mean of ``c / sum - 1``
and ``h = -c sum(d) / (2 sum(p) sum(q))``; what was lost in rounding ``d`` is added. What comes out belongs to ``P / sum
P`` and ``Q / sum Q``, and exchanging P and Q exchanges everything exactly.

Short vectors lie transposed in their block, so that sums over the masses are sums of whole columns.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from functools import partial
from typing import Any, Literal, NamedTuple

import numpy as np

from divergences.columns import Generator
from divergences.namespaces import cast, is_tensor, namespace
from divergences.products import MANY, compared, split_sum, summed
from divergences.vectors import Pair

__all__ = ["Centred", "Reduction", "Sums", "blocks", "centred", "evaluate", "total", "values", "with_common_sum"]

Array = Any  # a numpy array or a torch tensor
Centred = tuple[Array, Array, Array, Array]  # p, q, q - p, and what both sum to
Reduction = Callable[[Array, Array, Array, Array], Array]

BLOCK = 2**16  # masses handled at a time: the temporary arrays stay in the cache, and calls are few
HEAP = 2**21  # floats that are allocated and freed once, so that the allocator keeps the memory of smaller arrays
ON_DEVICE = 2**24  # on an accelerator, where few large steps are fast
NEARLY = 2.0**-20  # how far from 1 sums may be that have to become 1 exactly
SNAP = 8 * 2.0**-52  # relative distance from the largest value that rounding explains; measured: 1.5 eps


class Sums(NamedTuple):
    """The sums of the masses, each a number and a rest, and by how much that of Q is larger."""

    p: tuple[Array, Array]
    q: tuple[Array, Array]
    gap: Array


def values(pair: Pair, row: Generator) -> Array:
    """The divergences of an accepted pair in float64, block by block, in nats.

    Args:
        pair: what `probability_pair` returned.
        row: a row of the table.

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
    return evaluate(pair, [partial(total, row)])[0]


def evaluate(pair: Pair, reductions: Sequence[Reduction]) -> list[Array]:
    """What each reduction makes of the centred masses, in one pass over the blocks; arrays of the batch shape."""
    np.empty(HEAP)
    found: list[list[Array]] = [[cast(pair.p.reshape(-1)[:0], namespace(pair.p).float64)] for _ in reductions]
    with np.errstate(divide="ignore", invalid="ignore", over="ignore", under="ignore"):
        for block in blocks(pair):
            ready = centred(*block)
            for parts, reduction in zip(found, reductions, strict=True):
                parts.append(reduction(*ready))
    shape = np.broadcast_shapes(tuple(pair.p.shape), tuple(pair.q.shape))[:-1]
    return [namespace(pair.p).concatenate(parts).reshape(shape) for parts in found]


def blocks(pair: Pair) -> Iterator[tuple[Array, Array, Array, Array]]:
    """Pairs of masses whose sums nearly agree, and the differences ``q - p`` with their rest, some rows at a time."""
    xp, shape = namespace(pair.p), np.broadcast_shapes(tuple(pair.p.shape), tuple(pair.q.shape))
    p, pick_p = _flat(pair.p, shape)
    q, pick_q = _flat(pair.q, shape)
    in_cache = not is_tensor(p) or p.device.type == "cpu"
    step = max(1, (BLOCK if in_cache else ON_DEVICE) // shape[-1])
    for start in range(0, int(np.prod(shape[:-1])), step):
        block = slice(start, start + step)
        rows = (p[block] if pick_p is None else p[pick_p[block]]), (q[block] if pick_q is None else q[pick_q[block]])
        laid = [_columns(cast(array, xp.float64)) for array in rows]
        if pair.d is None:
            yield compared(*laid, log=pair.log, normalize=pair.normalize)
        else:
            yield *laid, _columns(pair.d.reshape(-1, shape[-1])[block]), 0.0


def _columns(rows: Array) -> Array:
    """The block, transposed in memory where its vectors are short."""
    if rows.shape[-1] >= MANY:
        return rows
    return rows.T.contiguous().T if is_tensor(rows) else np.asfortranarray(rows)


def _flat(array: Array, shape: tuple[int, ...]) -> tuple[Array, Any]:
    """The rows of an array, and which of them each row of the broadcast shape is (None for its own)."""
    rows = (array if is_tensor(array) else np.ascontiguousarray(array)).reshape(-1, shape[-1])
    if tuple(array.shape) == shape:
        return rows, None
    own = np.arange(len(rows)).reshape(tuple(array.shape)[:-1])
    picked = np.broadcast_to(own, shape[:-1]).reshape(-1).copy()
    return rows, namespace(array).asarray(picked, device=array.device)


def centred(p: Array, q: Array, d: Array, rest: Array) -> Centred:
    """The masses and differences with one common sum, and that sum."""
    return with_common_sum(p, q, d, rest, Sums(split_sum(p), split_sum(q), summed(d)))


def with_common_sum(p: Array, q: Array, d: Array, rest: Array, sums: Sums) -> Centred:
    """What `centred` returns, from sums that are known."""
    (lead_p, rest_p), (lead_q, rest_q), gap = sums
    sum_p, sum_q = lead_p + rest_p, lead_q + rest_q
    mean = (sum_p + sum_q) / 2
    common = namespace(p).where(abs(mean - 1) < NEARLY, 1.0, mean)
    by_p, by_q = (((common - lead_p) - rest_p) / sum_p)[..., None], (((common - lead_q) - rest_q) / sum_q)[..., None]
    delta = gap / (2 * mean)
    apart = (-delta * (common / mean) / (1 - delta * delta))[..., None]
    moved = p + q
    moved *= apart
    moved += d * ((by_p + by_q) / 2)
    if not isinstance(rest, float):
        moved += rest
    moved += d
    return _raised(p, by_p), _raised(q, by_q), moved, common


def _raised(masses: Array, part: Array) -> Array:
    """The masses with a part of themselves added."""
    found = masses * part
    found += masses
    return found


def total(row: Generator, p: Array, q: Array, d: Array, common: Array) -> Array:
    """The divergence of a row between centred masses; exactly its maximum on disjoint supports."""
    xp = namespace(p)
    found = summed(_terms(row, p, q, d)) / common
    if row.maximum > 0:
        found = xp.clip(found, 0.0, None)
    if np.isinf(row.maximum):
        return found
    rounding = abs(found - row.maximum) <= SNAP * row.maximum
    if not rounding.any():
        return found
    disjoint = ~xp.minimum(p, q).any(axis=-1)
    return xp.where(rounding & (disjoint | (found > row.maximum)), row.maximum, found)


def _terms(row: Generator, p: Array, q: Array, d: Array) -> Array:
    """The terms of a row, which it forms from flat arrays in the order in which the masses lie in memory."""
    if is_tensor(p):
        return row.integrand(p, q, d)
    order: Literal["C", "F"] = "F" if all(array.flags.f_contiguous for array in (p, q, d)) else "C"
    return row.integrand(*(array.ravel(order) for array in (p, q, d))).reshape(p.shape, order=order)
