"""The terms of a row from the logarithms of two densities, which may be far below the range of floats.

References:
    Liese and Vajda, IEEE Transactions on Information Theory 52 (2006), section 2, for the two limits of a generator.
"""

from __future__ import annotations

import math

import numpy as np
from numpy.typing import NDArray

from divergences.columns import Generator
from divergences.laws.affinities import Affinity
from divergences.laws.closed_forms import multiple

__all__ = ["log_terms", "mass_slack"]

Array = NDArray[np.float64]

FAR = 600.0  # beyond this logarithm of p / q the smaller density adds nothing by itself
NOISE = 4 * 2.0**-52  # relative error of a log-density
SILENT = 2e-14  # a miss of mass that rounding explains; measured: 1.4e-14


def log_terms(row: Generator, p: Array, q: Array, log_weight: Array) -> tuple[Array, Array]:
    """``weight q (f(u) - f'(1)(u - 1))`` at ``u = p / q``, and what rounding of the logarithms may change of it.

    Args:
        row: a row of the table.
        p: logarithms of densities, of any shape.
        q: logarithms of densities, of the same shape.
        log_weight: logarithms of weights, of the same shape.

    Returns:
        The terms and their possible rounding, nonnegative.

    Example:
        >>> from divergences.table import KL
        >>> one = np.ones(1)
        >>> log_terms(KL, 0 * one, -1e4 * one, 0 * one)[0].tolist()
        [9999.0]
    """
    with np.errstate(all="ignore"):
        ratio = np.where(p == q, 0.0, p - q)
        size = np.where(np.isfinite(p) & np.isfinite(q), np.abs(p) + np.abs(q), 0.0)
        term = _terms(row, p, q, log_weight, ratio)
        moved = _terms(row, p, q, log_weight, ratio + np.where(ratio < 0, -1, 1) * NOISE * (1 + size))
    noise = np.abs(moved - term)
    return term, np.where(np.isfinite(noise), noise, 0.0)


def mass_slack(missing: float, value: float, row: Generator) -> float:
    """What a total mass that misses 1 says about the error of a value, in the row's unit.

    Densities that are wrong by a factor ``1 + m`` change a standardised divergence by about ``m`` times it and its
    root. A larger miss is mass that was left out, which may have added up to ``f(0) + f'(inf)``, or where that is
    infinite as much as the rest for each unit of mass.

    Example:
        >>> from divergences.table import JENSEN_SHANNON
        >>> mass_slack(0.0, 0.5, JENSEN_SHANNON)
        0.0
    """
    rounding = 2 * missing * (value if isinstance(row, Affinity) else value + math.sqrt(value))
    if missing <= SILENT:
        return rounding
    return rounding + missing * (row.maximum if math.isfinite(row.maximum) else max(1.0, value))


def _terms(row: Generator, p: Array, q: Array, log_weight: Array, ratio: Array) -> Array:
    """The larger density is taken out as a factor, so that the smaller one underflows only where it does not matter."""
    smaller = np.exp(-np.abs(ratio))
    lost = np.expm1(-np.abs(ratio))
    above = ratio >= 0
    unit = row.integrand(np.where(above, 1.0, smaller), np.where(above, smaller, 1.0), np.where(above, lost, -lost))
    factor = np.exp(np.where(above, p, q) + log_weight)
    term = np.where(factor > 0, unit * factor, 0.0)
    for side, rows, mine, other in ((1, row.slope_at_infinity, p, q), (-1, row.at_zero, q, p)):
        far = (side * ratio > FAR) & np.isfinite(other)
        if (math.isinf(rows) or row.order not in (None, 0.0, 1.0)) and far.any():
            term = np.where(far, _far(row, side, mine, other, log_weight), term)
    return term


def _far(row: Generator, side: int, mine: Array, other: Array, log_weight: Array) -> Array:
    """Where the density that matters exceeds the other by more than floats can tell: a power of small order still can.

    ``p (u^b - a) / (a b)`` with ``b = a - 1`` is what an alpha-divergence has there.
    """
    ratio = mine - other
    if row.name == "jeffreys" or row.order in (0.0, 1.0):
        return np.exp(mine + log_weight) * (ratio - (row.name != "jeffreys"))
    if row.order is None:
        return np.full_like(mine, math.nan)
    a = row.order if side > 0 else 1 - row.order
    b, weighed = a - 1, mine + log_weight
    if isinstance(row, Affinity):
        return np.exp(weighed + b * ratio)
    near = np.exp(weighed) * (np.expm1(np.minimum(b * ratio, 1.0)) - b)
    found: Array = np.where(b * ratio < 1, near, np.exp(weighed + b * ratio) - a * np.exp(weighed))
    return found * (multiple(row) / (a * b))
