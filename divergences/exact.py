"""Divergences between probability vectors, right to a few ulp."""

from __future__ import annotations

from typing import Any

import numpy as np
from numpy.typing import ArrayLike, NDArray

from divergences.blocks import values
from divergences.table import JENSEN_SHANNON, KL, REVERSE_KL, TOTAL_VARIATION, FDivergence
from divergences.table import row as find_row
from divergences.vectors import probability_pair

__all__ = [
    "Values",
    "f_divergence",
    "jensen_shannon_distance",
    "jensen_shannon_divergence",
    "kl_divergence",
    "reverse_kl_divergence",
    "total_variation_distance",
]

Values = np.floating[Any] | NDArray[np.floating[Any]]


def f_divergence(p: ArrayLike, q: ArrayLike, row: FDivergence | str, *, normalize: bool = False) -> Values:
    """The f-divergence of a row between probability vectors, in nats (total variation has no unit).

    ``D_f(P || Q) = sum q f(p / q) + f'(inf) P(q = 0)``, of the exactly normalised vectors. Against 50 digits the error
    stays within the row's ``rounding`` in float64, as long as P and Q differ by more than their sums miss one.

    Args:
        p: masses of P, shape ``(..., k)``.
        q: masses of Q, shape ``(..., k)``; batch shapes broadcast.
        row: a row of the table, or its name.
        normalize: divide each vector by its sum instead of refusing one whose sum is not 1.

    Returns:
        A numpy scalar for two vectors (a float64 is a Python float), an array of the batch shape otherwise, in the
        floating dtype of the inputs. Infinity is an answer. All arithmetic is in float64.

    Raises:
        TypeError: if an argument is not made of real numbers of at most 64 bits, or is masked or a torch tensor.
        ValueError: if an argument is not a probability vector, the two do not fit, or the row is unknown.

    References:
        Polyanskiy and Wu, Information Theory: From Coding to Learning (2025), Definition 7.1.

    Example:
        >>> float(f_divergence([0.5, 0.5], [1.0, 0.0], "tv"))
        0.5
    """
    pair = probability_pair(p, q, normalize=normalize)
    found = values(pair, find_row(row) if isinstance(row, str) else row, normalize=normalize)
    answer: Values = found.astype(pair.dtype)[()]
    return answer


def kl_divergence(p: ArrayLike, q: ArrayLike, *, normalize: bool = False) -> Values:
    """The Kullback-Leibler divergence KL(P || Q), in nats.

    ``sum p log(p / q)``, infinite where ``q = 0 < p``.

    Args:
        p: masses of P, shape ``(..., k)``.
        q: masses of Q, shape ``(..., k)``.
        normalize: divide each vector by its sum.

    Returns:
        A scalar, or an array of the batch shape, as `f_divergence`.

    Raises:
        TypeError: as `f_divergence`.
        ValueError: as `f_divergence`.

    References:
        Kullback and Leibler, Annals of Mathematical Statistics 22 (1951), section 2.

    Example:
        >>> float(kl_divergence([1, 0], [0.5, 0.5]))
        0.6931471805599453
    """
    return f_divergence(p, q, KL, normalize=normalize)


def reverse_kl_divergence(p: ArrayLike, q: ArrayLike, *, normalize: bool = False) -> Values:
    """The reverse Kullback-Leibler divergence KL(Q || P), in nats.

    ``sum q log(q / p)``, infinite where ``p = 0 < q``.

    Args:
        p: masses of P, shape ``(..., k)``.
        q: masses of Q, shape ``(..., k)``.
        normalize: divide each vector by its sum.

    Returns:
        A scalar, or an array of the batch shape, as `f_divergence`.

    Raises:
        TypeError: as `f_divergence`.
        ValueError: as `f_divergence`.

    References:
        Nowozin, Cseke and Tomioka, "f-GAN", NeurIPS 2016, Table 1.

    Example:
        >>> float(reverse_kl_divergence([1, 0], [0.5, 0.5]))
        inf
    """
    return f_divergence(p, q, REVERSE_KL, normalize=normalize)


def jensen_shannon_divergence(p: ArrayLike, q: ArrayLike, *, normalize: bool = False) -> Values:
    """The Jensen-Shannon divergence, in nats, from 0 to log 2.

    ``(KL(P || M) + KL(Q || M)) / 2`` with ``M = (P + Q) / 2``; never above the float nearest to log 2.

    Args:
        p: masses of P, shape ``(..., k)``.
        q: masses of Q, shape ``(..., k)``.
        normalize: divide each vector by its sum.

    Returns:
        A scalar, or an array of the batch shape, as `f_divergence`.

    Raises:
        TypeError: as `f_divergence`.
        ValueError: as `f_divergence`.

    References:
        Lin, IEEE Transactions on Information Theory 37 (1991), section 4.

    Example:
        >>> float(jensen_shannon_divergence([1, 0], [0, 1]))
        0.6931471805599453
    """
    return f_divergence(p, q, JENSEN_SHANNON, normalize=normalize)


def jensen_shannon_distance(p: ArrayLike, q: ArrayLike, *, normalize: bool = False) -> Values:
    """The Jensen-Shannon distance, in square roots of nats: the root of the divergence, a metric.

    ``sqrt(JS(P, Q))``, which is what ``scipy.spatial.distance.jensenshannon`` returns.

    Args:
        p: masses of P, shape ``(..., k)``.
        q: masses of Q, shape ``(..., k)``.
        normalize: divide each vector by its sum.

    Returns:
        A scalar, or an array of the batch shape, as `f_divergence`.

    Raises:
        TypeError: as `f_divergence`.
        ValueError: as `f_divergence`.

    References:
        Endres and Schindelin, IEEE Transactions on Information Theory 49 (2003).

    Example:
        >>> float(jensen_shannon_distance([0.25, 0.75], [0.25, 0.75]))
        0.0
    """
    root: Values = np.sqrt(jensen_shannon_divergence(p, q, normalize=normalize))
    return root


def total_variation_distance(p: ArrayLike, q: ArrayLike, *, normalize: bool = False) -> Values:
    """The total variation distance, without unit, from 0 to 1.

    ``sum |p - q| / 2``, half the L1 distance.

    Args:
        p: masses of P, shape ``(..., k)``.
        q: masses of Q, shape ``(..., k)``.
        normalize: divide each vector by its sum.

    Returns:
        A scalar, or an array of the batch shape, as `f_divergence`.

    Raises:
        TypeError: as `f_divergence`.
        ValueError: as `f_divergence`.

    References:
        Polyanskiy and Wu, Information Theory: From Coding to Learning (2025), section 7.1.

    Example:
        >>> float(total_variation_distance([0.5, 0.5], [0.25, 0.75]))
        0.25
    """
    return f_divergence(p, q, TOTAL_VARIATION, normalize=normalize)
