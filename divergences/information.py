"""Entropy, cross-entropy, mutual information, and the Jensen-Shannon divergence of several distributions."""

from __future__ import annotations

from typing import Any, Unpack

import numpy as np
from numpy.typing import ArrayLike

from divergences.blocks import centred
from divergences.functionals import Functional, Values, answers, of_pair, of_row
from divergences.libraries import brought
from divergences.namespaces import is_tensor, like, namespace
from divergences.options import Options, answer, choose
from divergences.products import compared, exact_sum, product
from divergences.table import KL
from divergences.vectors import Pair, joint_masses, masses, together

__all__ = ["cross_entropy", "entropy", "generalized_jensen_shannon_divergence", "mutual_information"]

Array = Any  # a numpy array or a torch tensor

ROOM = 2.0**480  # for products of marginals to stay in the range of floats


def _surprise(p: Array, q: Array, d: Array, common: Array) -> Array:
    """``-sum p log q`` for masses of one sum."""
    terms = p * _minus_log(q, common)
    return namespace(p).where(p > 0, terms, 0.0).sum(axis=-1) / common


def _minus_log(q: Array, common: Array) -> Array:
    """``-log(q / sum q)``, where ``q`` is most of the sum from what is missing."""
    xp, common = namespace(q), common[..., None]
    most = q > common / 2
    rest = xp.where(most, 0.0, q).sum(axis=-1)[..., None]
    return abs(xp.where(most, xp.log1p(xp.where(most, -rest / common, 0.0)), xp.log(q / common)))


def _surprise_slopes(p: Array, q: Array, d: Array, value: Array) -> tuple[Array, Array]:
    """``-log q`` and ``-p / q``."""
    xp = namespace(p)
    return -xp.log(q), -p / xp.where((p == 0) & (q == 0), 1.0, q)


CROSS_ENTROPY = Functional(_surprise, _surprise_slopes, "nat", "cross_entropy")


def entropy(p: ArrayLike, **options: Unpack[Options]) -> Values:
    """The Shannon entropy, in nats.

    ``-sum p log p``, right to a few ulp next to a single atom too: the logarithm of a mass near 1 comes from the rest.

    Args:
        p: masses, shape ``(..., k)``.
        **options: axis, base, log, normalize and keepdims, as in `Options`.

    Returns:
        A scalar, or an array of the batch shape, as `f_divergence`.

    Raises:
        TypeError: as `f_divergence`.
        ValueError: as `f_divergence`.

    References:
        Shannon, Bell System Technical Journal 27 (1948), section 6.

    Example:
        >>> float(entropy([0.5, 0.25, 0.25], base=2))
        1.5
    """
    choose(options, without=("pairwise", "backend"))
    return answers(p, p, [CROSS_ENTROPY], options)[0]


def cross_entropy(p: ArrayLike, q: ArrayLike, **options: Unpack[Options]) -> Values:
    """The cross-entropy of Q under P, in nats: the entropy of P plus KL(P || Q).

    ``-sum p log q``, infinite where ``q = 0 < p``.

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
        Cover and Thomas, Elements of Information Theory (2006), Theorem 5.4.3, for the mean length of a wrong code.

    Example:
        >>> float(cross_entropy([1, 0], [0.25, 0.75], base=2))
        2.0
    """
    return answers(p, q, [CROSS_ENTROPY], options)[0]


def mutual_information(joint: ArrayLike, **options: Unpack[Options]) -> Values:
    """The mutual information of two variables, in nats: KL of their joint law from the product of its marginals.

    ``sum p(x, y) log(p(x, y) / (p(x) p(y)))``, right to a few ulp near independence too: the difference of the joint
    law and the product is taken with twice the digits.

    Args:
        joint: masses of the joint law, shape ``(..., m, n)``.
        **options: base, log and normalize, as in `Options`.

    Returns:
        A scalar, or an array of the batch shape, as `f_divergence`.

    Raises:
        TypeError: as `f_divergence`.
        ValueError: as `f_divergence`, or if ``joint`` has a single axis.

    References:
        Cover and Thomas, Elements of Information Theory (2006), section 2.3.

    Example:
        >>> round(float(mutual_information([[0.5, 0], [0, 0.5]], base=2)), 15)
        1.0
    """
    chosen = choose(options, without=("axis", "keepdims", "pairwise", "backend"))
    (joint,), home = brought((joint,), ("joint",))
    table, dtype = joint_masses(joint, "joint", chosen)
    p, q, d = map(_flat, _against_marginals(table))
    found = of_pair(Pair(p, _constant(q), dtype, d=_constant(d)), of_row(KL))
    return home(answer(found, chosen, dtype, "nat"))


def generalized_jensen_shannon_divergence(
    laws: ArrayLike, weights: ArrayLike | None = None, **options: Unpack[Options]
) -> Values:
    """The Jensen-Shannon divergence of several distributions, in nats, from 0 to the entropy of the weights.

    ``sum w_i KL(P_i || M)`` with ``M = sum w_i P_i``: the mutual information between a draw from the mixture and which
    of the laws it came from.

    Args:
        laws: masses of n distributions, shape ``(..., n, k)``.
        weights: their weights, shape ``(n,)``, with sum 1; equal ones by default.
        **options: axis, base, log, normalize and keepdims, as in `Options`.

    Returns:
        A scalar, or an array of the batch shape, as `f_divergence`.

    Raises:
        TypeError: as `f_divergence`.
        ValueError: as `f_divergence`, or if ``laws`` has a single axis, or the weights are not n masses.

    References:
        Lin, IEEE Transactions on Information Theory 37 (1991), equation (5.1).

    Example:
        >>> float(generalized_jensen_shannon_divergence([[1, 0, 0], [0, 1, 0], [0, 0, 1], [0, 0, 1]], base=2))
        1.5
    """
    chosen = choose(options, without=("pairwise", "keepdims", "backend"))
    given = (laws,) if weights is None else (laws, weights)
    (laws, *others), home = brought(given, ("laws", "weights")[: len(given)])
    rows, dtype = masses(laws, "laws", chosen)
    if rows.ndim < 2 or rows.shape[-2] == 0:
        raise ValueError(f"laws has shape {tuple(rows.shape)}; pass at least one row, a distribution each, (..., n, k)")
    w = _weights(others[0] if others else None, rows)
    heaviest = int(w.argmax())
    first = rows[..., heaviest, :][..., None, :]
    _, each, apart, common = centred(*compared(first, rows, log=chosen.log, normalize=chosen.normalize))
    each, apart = each / common[..., None], apart / common[..., None]
    middle = (w[:, None] * apart).sum(axis=-2)[..., None, :]
    mean = each[..., heaviest, :][..., None, :] + middle
    found = of_pair(Pair(each, _constant(mean), dtype, d=_constant(middle - apart)), of_row(KL))
    weighted = w * namespace(found).where(w > 0, found, 0.0)
    return home(answer(weighted.sum(axis=-1), chosen, dtype, "nat"))


def _constant(array: Array) -> Array:
    """The array without its gradient, which is zero by the envelope theorem."""
    return array.detach() if is_tensor(array) else array


def _weights(weights: ArrayLike | None, rows: Array) -> Array:
    """The checked weights, in the library of the laws."""
    n = rows.shape[-2]
    if weights is None:
        return like(np.full(n, 1 / n), rows)
    found, _ = masses(weights, "weights", choose({}))
    together([rows, found], ("laws", "weights"))
    if tuple(found.shape) != (n,):
        raise ValueError(f"weights has shape {tuple(found.shape)} for {n} laws; pass one weight a law, shape ({n},)")
    return _constant(found)


def _flat(table: Array) -> Array:
    """The table with its last two axes as one."""
    *batch, m, n = table.shape
    return table.reshape((*batch, m * n))


def _against_marginals(joint: Array) -> tuple[Array, Array, Array]:
    """``sum J`` times J, the product of the marginals, and their difference with twice the digits, all times 2^960."""
    rows, columns = exact_sum(joint, -1), exact_sum(joint, -2)
    whole = exact_sum(_flat(joint), -1)
    high, low = _times(
        tuple(part[..., :, None] * ROOM for part in rows), tuple(part[..., None, :] * ROOM for part in columns)
    )
    left, rest = _times((joint, 0.0), tuple(part[..., None, None] * ROOM**2 for part in whole))
    return left, high, (high - left) + (low - rest)


def _times(a: tuple[Array, ...], b: tuple[Array, ...]) -> tuple[Array, Array]:
    """The product of two numbers that are each a float and a rest."""
    high, low = product(a[0], b[0])
    return high, low + (a[0] * b[1] + a[1] * b[0])
