"""Divergences between two laws on finitely many atoms, from how often each atom was drawn."""

from __future__ import annotations

import math
from collections.abc import Callable

import numpy as np
from numpy.typing import ArrayLike, NDArray

from divergences.columns import FDivergence
from divergences.estimate import Estimate
from divergences.exact import f_divergence
from divergences.sampling.intervals import share_bounds
from divergences.sampling.samples import checked_level, real_numbers
from divergences.table import (
    CHI2,
    GAN,
    JEFFREYS,
    JENSEN_SHANNON,
    KL,
    LE_CAM,
    NEYMAN_CHI2,
    REVERSE_KL,
    SQUARED_HELLINGER,
    TOTAL_VARIATION,
)
from divergences.table import row as find_row

__all__ = ["divergence_from_counts"]

Array = NDArray[np.float64]

# Second derivatives of the generators. Total variation has a corner instead: its bias is of the first order.
CURVATURE: dict[FDivergence, Callable[[Array], Array]] = {
    KL: lambda u: 1 / u,
    REVERSE_KL: lambda u: u**-2,
    JEFFREYS: lambda u: 1 / u + u**-2,
    CHI2: lambda u: np.full_like(u, 2.0),
    NEYMAN_CHI2: lambda u: 2 * u**-3,
    SQUARED_HELLINGER: lambda u: u**-1.5 / 2,
    LE_CAM: lambda u: 8 * (1 + u) ** -3,
    JENSEN_SHANNON: lambda u: 1 / (2 * u * (1 + u)),
    GAN: lambda u: 1 / (u * (1 + u)),
}


def divergence_from_counts(
    counts_p: ArrayLike, counts_q: ArrayLike, row: FDivergence | str, *, level: float = 0.95
) -> Estimate:
    """The divergence of a row between two laws on the same ``k`` atoms, in the row's unit, from independent draws.

    The value is that of the two vectors of frequencies less its bias to second order,
    ``sum f''(u) (u (1 - p) / n + u^2 (1 - q) / m) / 2`` at ``u = p / q`` over the atoms that both drew: for KL the
    correction of Miller and Madow. The interval covers at ``level`` whatever the numbers of draws. For total variation
    it comes from McDiarmid's inequality and the bound ``(sqrt((k - 1) / n) + sqrt((k - 1) / m)) / 2`` of the bias; for
    other rows it reaches from the least to the largest value over intervals for all masses, by Clopper and Pearson,
    that hold together. It may be infinite above, as for KL where Q never drew some atom. Of 1,000 draws the latter is
    1.7 times as wide as the interval of the limit at two atoms, 3.7 times at five and 6 times at ten.

    Args:
        counts_p: how often P drew each atom, shape ``(k,)``; zeros for atoms that exist and were not drawn.
        counts_q: how often Q drew each, shape ``(k,)``.
        row: a row of the table, or its name.
        level: the confidence level.

    Returns:
        An estimate of kind ``confidence``; ``details`` has the plug-in value and the bias taken off.

    Raises:
        TypeError: if counts are not real numbers, or the level is not.
        ValueError: if counts are negative, not whole, all zero or of different lengths, the row is unknown, or the
            level is not between 0 and 1.

    References:
        Miller, "Note on the bias of information estimates", Information Theory in Psychology (1955), pages 95-100.
        McDiarmid, "On the method of bounded differences" (1989), Lemma 1.2.
        Clopper and Pearson, Biometrika 26 (1934), pages 404-413.

    Example:
        >>> found = divergence_from_counts([60, 40], [40, 60], "tv")
        >>> found.value, found.low, round(found.high, 3)
        (0.2, 0.0, 0.392)
    """
    found = find_row(row)
    level = checked_level(level)
    p, q = _counts(counts_p, "counts_p"), _counts(counts_q, "counts_q")
    if len(p) != len(q):
        raise ValueError(f"counts_p has {len(p)} atoms and counts_q has {len(q)}; count both on one list of atoms")
    plugin = float(f_divergence(p, q, found, normalize=True))
    bias = _bias(p, q, found) if math.isfinite(plugin) else 0.0
    interval = _total_variation_interval if found == TOTAL_VARIATION else _box_interval
    low, high = interval(p, q, found, 1 - level)
    low, high = max(0.0, low), min(found.maximum, high)
    details = {"plugin": plugin, "bias": bias, "draws": (int(p.sum()), int(q.sum()))}
    value = min(max(plugin - bias, low), high)
    return Estimate(value, low, high, "confidence", "counts", level, found.unit, details)


def _counts(value: ArrayLike, name: str) -> Array:
    counts = real_numbers(value, name)
    for bad, wanted in ((counts < 0, "at least 0"), (counts != np.floor(counts), "whole numbers")):
        if bad.any():
            where = int(bad.argmax())
            raise ValueError(f"{name} has {counts[where]} at position ({where},); counts are {wanted}")
    with np.errstate(over="ignore"):
        total = counts.sum()
    if not 0 < total < 2**53:
        raise ValueError(f"{name} sums to {total}; pass counts of at least one draw and of fewer than 2^53")
    return counts


def _bias(p: Array, q: Array, row: FDivergence) -> float:
    """The bias of the plug-in to second order, 0 for rows without a second derivative."""
    if row not in CURVATURE:
        return 0.0
    seen = (p > 0) & (q > 0)
    n, m = p.sum(), q.sum()
    a, b = p[seen] / n, q[seen] / m
    u = a / b
    return float((CURVATURE[row](u) * (u * (1 - a) / n + u**2 * (1 - b) / m)).sum() / 2)


def _total_variation_interval(p: Array, q: Array, row: FDivergence, fails: float) -> tuple[float, float]:
    """McDiarmid's inequality about the plug-in, whose mean lies between the truth and the truth plus its bias."""
    n, m = p.sum(), q.sum()
    plugin = float(f_divergence(p, q, row, normalize=True))
    spread = math.sqrt(math.log(2 / fails) * (1 / n + 1 / m) / 2)
    bias = (math.sqrt((len(p) - 1) / n) + math.sqrt((len(p) - 1) / m)) / 2
    return plugin - spread - bias, plugin + spread


def _box_interval(p: Array, q: Array, row: FDivergence, fails: float) -> tuple[float, float]:
    """The least and the largest sum of terms while each mass stays in its interval.

    A term is convex, so it is largest in a corner; it grows away from ``p = q``, so it is least where the two are
    nearest.
    """
    each = fails / (4 * (len(p) if len(p) > 2 else 1))  # of two atoms, one tells all
    (p_low, p_high), (q_low, q_high) = (_masses(counts, each) for counts in (p, q))
    corners = [row.integrand(a, b, b - a) for a in (p_low, p_high) for b in (q_low, q_high)]
    near_p = np.where(p_low > q_high, p_low, np.minimum(p_high, q_low))
    near_q = np.where(p_low > q_high, q_high, q_low)
    overlap = (p_low <= q_high) & (q_low <= p_high)
    least = np.where(overlap, 0.0, row.integrand(near_p, near_q, near_q - near_p))
    return float(least.sum()), float(np.max(corners, axis=0).sum())


def _masses(counts: Array, fails: float) -> tuple[Array, Array]:
    """Bounds of the masses that hold together, tightened by their sum being one."""
    low, high = share_bounds(counts, float(counts.sum()), fails=fails)
    return np.maximum(low, 1 - (high.sum() - high)), np.minimum(high, 1 - (low.sum() - low))
