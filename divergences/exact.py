"""Divergences between probability vectors, right to a few ulp."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from typing import Any, Unpack

from numpy.typing import ArrayLike

from divergences.columns import FDivergence, Generator
from divergences.functionals import Values, answers, of_row, root
from divergences.generators import generator
from divergences.options import Options
from divergences.table import JENSEN_SHANNON, KL, REVERSE_KL, ROWS, TOTAL_VARIATION
from divergences.table import row as find_row

__all__ = [
    "Values",
    "divergence_profile",
    "f_divergence",
    "jensen_shannon_distance",
    "jensen_shannon_divergence",
    "kl_divergence",
    "reverse_kl_divergence",
    "total_variation_distance",
]


def f_divergence(
    p: ArrayLike,
    q: ArrayLike,
    f: Generator | str | Callable[[Any], Any],
    *,
    at_zero: float | None = None,
    slope_at_infinity: float | None = None,
    **options: Unpack[Options],
) -> Values:
    """The f-divergence of a generator between probability vectors, in nats (total variation has no unit).

    ``D_f(P || Q) = sum q f(p / q) + f'(inf) P(q = 0)``, of the exactly normalised vectors. Against 50 digits the error
    of a row stays within its ``rounding`` in float64, as long as P and Q differ by more than their sums miss one. For a
    function ``f`` it is as good as ``f`` is: near ``P = Q`` the digits that ``f(u) - f'(1)(u - 1)`` loses are lost.

    Args:
        p: masses of P, shape ``(..., k)``.
        q: masses of Q, shape ``(..., k)``; batch shapes broadcast.
        f: a row of the table, its name, what `generator` returned, or a convex function of arrays with ``f(1) = 0``.
        at_zero: the limit ``f(0)``, for a function only.
        slope_at_infinity: the limit of ``f(u) / u``, for a function only.
        **options: axis, base, log, normalize, keepdims and pairwise, as in `Options`.

    Returns:
        A numpy scalar for two vectors (a float64 is a Python float), an array of the batch shape otherwise, in the
        floating dtype of the inputs; a tensor on their device for tensors. Infinity is an answer. All arithmetic is in
        float64.

    Raises:
        TypeError: if an argument is not made of real numbers of at most 64 bits in an array, a list or a dense tensor,
            or an option is unknown.
        ValueError: if an argument is not a probability vector, the two do not fit, or the row is unknown.

    References:
        Polyanskiy and Wu, Information Theory: From Coding to Learning (2025), Definition 7.1.

    Example:
        >>> float(f_divergence([0.5, 0.5], [1.0, 0.0], "tv"))
        0.5
        >>> float(f_divergence([1, 0], [0, 1], lambda u: (u - 1) ** 2 / (u + 1), at_zero=1, slope_at_infinity=1))
        2.0
    """
    if callable(f):
        f = generator(f, at_zero=at_zero, slope_at_infinity=slope_at_infinity)
    elif at_zero is not None or slope_at_infinity is not None:
        raise TypeError("at_zero and slope_at_infinity belong to a function f; a row has its own, so drop them")
    return answers(p, q, [of_row(_row(f, "f"))], options)[0]


def divergence_profile(
    p: ArrayLike, q: ArrayLike, rows: Sequence[FDivergence | str] = ROWS, **options: Unpack[Options]
) -> dict[str, Values]:
    """Several divergences in one pass over the masses, each in its row's unit.

    ``{name: D_f(P || Q)}``; a ``base`` applies to those that have a unit.

    Args:
        p: masses of P, shape ``(..., k)``.
        q: masses of Q, shape ``(..., k)``.
        rows: rows of the table or their names; all rows by default.
        **options: axis, base, log, normalize, keepdims and pairwise, as in `Options`.

    Returns:
        The values of `f_divergence` by the names of the rows, in their order.

    Raises:
        TypeError: as `f_divergence`.
        ValueError: as `f_divergence`, or if two rows have one name.

    References:
        Polyanskiy and Wu, Information Theory: From Coding to Learning (2025), Definition 7.1.

    Example:
        >>> {name: float(value) for name, value in divergence_profile([1, 0], [0, 1], ["tv", "le_cam"]).items()}
        {'tv': 1.0, 'le_cam': 2.0}
    """
    if isinstance(rows, str | Generator) or not isinstance(rows, Iterable):
        raise TypeError(f"rows is {rows!r}; pass a sequence of rows or names, or call f_divergence for one")
    found = [_row(each, f"rows[{index}]") for index, each in enumerate(rows)]
    names = [each.name for each in found]
    if len(set(names)) < len(names):
        raise ValueError(f"rows has the names {', '.join(names)}, one of them twice; pass each row once")
    return dict(zip(names, answers(p, q, [of_row(each) for each in found], options), strict=True))


def kl_divergence(p: ArrayLike, q: ArrayLike, **options: Unpack[Options]) -> Values:
    """The Kullback-Leibler divergence KL(P || Q), in nats.

    ``sum p log(p / q)``, infinite where ``q = 0 < p``.

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
        Kullback and Leibler, Annals of Mathematical Statistics 22 (1951), section 2.

    Example:
        >>> float(kl_divergence([1, 0], [0.5, 0.5]))
        0.6931471805599453
    """
    return f_divergence(p, q, KL, **options)


def reverse_kl_divergence(p: ArrayLike, q: ArrayLike, **options: Unpack[Options]) -> Values:
    """The reverse Kullback-Leibler divergence KL(Q || P), in nats.

    ``sum q log(q / p)``, infinite where ``p = 0 < q``.

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
        Nowozin, Cseke and Tomioka, "f-GAN", NeurIPS 2016, Table 1.

    Example:
        >>> float(reverse_kl_divergence([1, 0], [0.5, 0.5]))
        inf
    """
    return f_divergence(p, q, REVERSE_KL, **options)


def jensen_shannon_divergence(p: ArrayLike, q: ArrayLike, **options: Unpack[Options]) -> Values:
    """The Jensen-Shannon divergence, in nats, from 0 to log 2.

    ``(KL(P || M) + KL(Q || M)) / 2`` with ``M = (P + Q) / 2``; never above the float nearest to log 2.

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
        Lin, IEEE Transactions on Information Theory 37 (1991), section 4.

    Example:
        >>> float(jensen_shannon_divergence([1, 0], [0, 1]))
        0.6931471805599453
    """
    return f_divergence(p, q, JENSEN_SHANNON, **options)


def jensen_shannon_distance(p: ArrayLike, q: ArrayLike, **options: Unpack[Options]) -> Values:
    """The Jensen-Shannon distance, in square roots of nats: the root of the divergence, a metric.

    ``sqrt(JS(P, Q))``, which is what ``scipy.spatial.distance.jensenshannon`` returns.

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
        Endres and Schindelin, IEEE Transactions on Information Theory 49 (2003).

    Example:
        >>> float(jensen_shannon_distance([0.25, 0.75], [0.25, 0.75]))
        0.0
    """
    return answers(p, q, [of_row(JENSEN_SHANNON)], options, root)[0]


def total_variation_distance(p: ArrayLike, q: ArrayLike, **options: Unpack[Options]) -> Values:
    """The total variation distance, without unit, from 0 to 1.

    ``sum |p - q| / 2``, half the L1 distance.

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
        Polyanskiy and Wu, Information Theory: From Coding to Learning (2025), section 7.1.

    Example:
        >>> float(total_variation_distance([0.5, 0.5], [0.25, 0.75]))
        0.25
    """
    return f_divergence(p, q, TOTAL_VARIATION, **options)


def _row(f: Generator | str, name: str) -> Generator:
    """The row itself, or that of a name."""
    if isinstance(f, Generator):
        return f
    if isinstance(f, str):
        return find_row(f)
    raise TypeError(f"{name} is {f!r}, of type {type(f).__name__}; pass a row, its name or a function")
