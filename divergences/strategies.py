"""Hypothesis strategies for probability vectors, degenerate ones often, which shrink to short decimals.

Every vector is a float64 array that the functions of this package accept. Simple vectors, with masses such as 0.3, come
first, so a failing example shrinks to one of them whenever one of them fails.
"""

from __future__ import annotations

import numpy as np
from hypothesis import strategies as st
from numpy.typing import NDArray

__all__ = ["pairs", "probability_vectors", "triples"]

Vector = NDArray[np.float64]
Pair = tuple[Vector, Vector]
Triple = tuple[Vector, Vector, Vector]
Sizes = tuple[int, int]

LOWEST = 300  # masses go down to 10 ** -LOWEST
CLOSEST = 14  # near pairs differ relatively by as little as 10 ** -CLOSEST


def probability_vectors(min_size: int = 1, max_size: int = 12) -> st.SearchStrategy[Vector]:
    """Probability vectors: decimals, Diracs, sparse ones, masses down to 1e-300; without unit.

    Args:
        min_size: the fewest atoms.
        max_size: the most atoms.

    Returns:
        A strategy for arrays of shape ``(k,)``.

    Raises:
        ValueError: if the sizes are not ``1 <= min_size <= max_size``.

    References:
        MacIver and Donaldson, "Test-case reduction via test-case generation", ECOOP 2020 (how examples shrink).

    Example:
        >>> import warnings
        >>> with warnings.catch_warnings():
        ...     warnings.simplefilter("ignore")
        ...     vector = probability_vectors(min_size=2).example()
        >>> 2 <= len(vector) <= 12 and abs(float(vector.sum()) - 1) < 1e-13
        True
    """
    return _vectors(1, _sizes(min_size, max_size)).map(lambda drawn: drawn[0])


def pairs(min_size: int = 1, max_size: int = 12) -> st.SearchStrategy[Pair]:
    """Pairs of probability vectors on one support, without unit: independent, disjoint, equal and nearly equal ones.

    Nearly equal ones differ relatively by 1 down to 1e-14.

    Args:
        min_size: the fewest atoms.
        max_size: the most atoms.

    Returns:
        A strategy for two arrays of one shape ``(k,)``.

    Raises:
        ValueError: if the sizes are not ``1 <= min_size <= max_size``.

    References:
        MacIver and Donaldson, "Test-case reduction via test-case generation", ECOOP 2020.

    Example:
        >>> import warnings
        >>> with warnings.catch_warnings():
        ...     warnings.simplefilter("ignore")
        ...     p, q = pairs().example()
        >>> p.shape == q.shape
        True
    """
    sizes = _sizes(min_size, max_size)
    return st.one_of(_vectors(2, sizes), _near(sizes), _near(sizes), *_disjoint(sizes))


def triples(min_size: int = 1, max_size: int = 12) -> st.SearchStrategy[Triple]:
    """Triples of probability vectors on one support, without unit, often with one between the other two.

    Args:
        min_size: the fewest atoms.
        max_size: the most atoms.

    Returns:
        A strategy for three arrays of one shape ``(k,)``.

    Raises:
        ValueError: if the sizes are not ``1 <= min_size <= max_size``.

    References:
        MacIver and Donaldson, "Test-case reduction via test-case generation", ECOOP 2020.

    Example:
        >>> import warnings
        >>> with warnings.catch_warnings():
        ...     warnings.simplefilter("ignore")
        ...     len(triples().example())
        3
    """
    sizes = _sizes(min_size, max_size)
    chain = _near(sizes).flatmap(lambda pq: _neighbour(pq[1]).map(lambda r: (*pq, r)))
    mixed = st.tuples(pairs(min_size, max_size), st.sampled_from([0.5, 0.0, 1.0, 0.25, 0.9])).map(_between)
    return st.one_of(_vectors(3, sizes), mixed, chain)


def _sizes(min_size: int, max_size: int) -> Sizes:
    if not 1 <= min_size <= max_size:
        raise ValueError(f"min_size = {min_size}, max_size = {max_size}; sizes need 1 <= min_size <= max_size")
    return min_size, max_size


def _vectors(count: int, sizes: Sizes) -> st.SearchStrategy[tuple[Vector, ...]]:
    """``count`` independent vectors of one size."""
    return st.one_of(_decimals(count, sizes), _powers(count, sizes))


@st.composite
def _decimals(draw: st.DrawFn, count: int, sizes: Sizes) -> tuple[Vector, ...]:
    """The gaps between cuts of 0, ..., 10 (or 100, or 1000): short decimals, often zero, often one Dirac."""
    parts = draw(st.sampled_from([10, 100, 1000]))
    cuts = st.tuples(*[st.integers(0, parts)] * count)
    rows = draw(st.lists(cuts, min_size=sizes[0] - 1, max_size=sizes[1] - 1))
    columns = ([0, *sorted(row[i] for row in rows), parts] for i in range(count))
    return tuple(np.diff(column)[::-1] / parts for column in columns)


@st.composite
def _powers(draw: st.DrawFn, count: int, sizes: Sizes) -> tuple[Vector, ...]:
    """Masses proportional to powers of ten down to 1e-300, some of them zero."""
    exponents = st.tuples(*[st.none() | st.floats(0, 2) | st.floats(0, LOWEST) | st.floats(LOWEST / 2, LOWEST)] * count)
    rows = draw(st.lists(exponents, min_size=sizes[0], max_size=sizes[1]))
    return tuple(_from_exponents([row[i] for row in rows]) for i in range(count))


def _from_exponents(exponents: list[float | None]) -> Vector:
    """Masses proportional to ``10 ** -x``, none where x is None; a Dirac if all are."""
    least = min((x for x in exponents if x is not None), default=None)
    if least is None:
        exponents, least = [0.0, *exponents[1:]], 0.0
    return _normalised(np.array([0.0 if x is None else 10.0 ** (least - x) for x in exponents]))


@st.composite
def _near(draw: st.DrawFn, sizes: Sizes) -> Pair:
    """A vector and a neighbour of it, or itself."""
    weights = draw(st.lists(st.integers(0, 10), min_size=sizes[0], max_size=sizes[1]).filter(any))
    p = _normalised(np.array(weights))
    return p, draw(st.one_of(_neighbour(p), _neighbour(p), _neighbour(p), st.just(p.copy())))


@st.composite
def _neighbour(draw: st.DrawFn, p: Vector) -> Vector:
    """A vector whose masses differ from those of ``p`` relatively by 1 down to 1e-14."""
    closeness = 10.0 ** -draw(st.integers(0, CLOSEST) | st.integers(CLOSEST // 2, CLOSEST))
    slope = st.integers(-9, 8).map(lambda i: i + (i >= 0))
    slopes = draw(st.lists(slope, min_size=len(p), max_size=len(p)))
    signs = (-1.0) ** np.arange(len(p))  # equal slopes are drawn often, and would leave p as it is
    return _normalised(p * (1 + closeness * signs * slopes / 10))


def _disjoint(sizes: Sizes) -> list[st.SearchStrategy[Pair]]:
    """Two vectors without a common atom, where the sizes leave room for that."""
    return [_side_by_side(sizes)] if sizes[1] > 1 else []


@st.composite
def _side_by_side(draw: st.DrawFn, sizes: Sizes) -> Pair:
    (p,) = draw(_vectors(1, (1, sizes[1] - 1)))
    (q,) = draw(_vectors(1, (max(1, sizes[0] - len(p)), sizes[1] - len(p))))
    return np.concatenate([p, np.zeros_like(q)]), np.concatenate([np.zeros_like(p), q])


def _between(drawn: tuple[Pair, float]) -> Triple:
    """A pair and a mixture of the two in the middle."""
    (p, r), weight = drawn
    return p, _normalised(weight * p + (1 - weight) * r), r


def _normalised(weights: Vector) -> Vector:
    vector: Vector = weights / weights.sum()
    return vector
