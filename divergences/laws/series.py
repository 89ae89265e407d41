"""Divergences between counting laws by summation, up to where both laws and the terms have faded.

References:
    Polyanskiy and Wu, Information Theory: From Coding to Learning (2025), Definition 7.1.
"""

from __future__ import annotations

import math

import numpy as np
from numpy.typing import NDArray

from divergences.columns import Generator
from divergences.estimate import EPS, LARGEST, Estimate
from divergences.laws.laws import Law
from divergences.laws.log_terms import log_terms, mass_slack

__all__ = ["summed"]

Array = NDArray[np.float64]

BLOCK = 2**14  # integers taken at a time
MOST = 2**23  # integers summed at most
MASS = 1e-9
FADED = 1e-17  # part of the value in a whole block beyond which the rest is left out


def summed(P: Law, Q: Law, row: Generator) -> Estimate:
    """A row between two counting laws, in the row's unit, by summation.

    Blocks of integers are added on both sides of the centers until a whole block adds nothing. Where the row is
    bounded, what is left out is at most ``f'(inf)`` times the mass left of P and ``f(0)`` times that of Q.

    Args:
        P: a counting law.
        Q: a counting law.
        row: a row of the table.

    Returns:
        The estimate, of kind ``error estimate``; ``exact`` if infinite because the supports differ.

    Raises:
        RuntimeError: if the sum is too long, diverges or misses mass.

    References:
        Polyanskiy and Wu, Information Theory: From Coding to Learning (2025), Definition 7.1.

    Example:
        >>> from scipy.stats import poisson
        >>> from divergences.laws.recognise import recognise
        >>> from divergences.table import KL
        >>> found = summed(recognise(poisson(2), "P"), recognise(poisson(1), "Q"), KL)
        >>> abs(found.value - (2 * math.log(2) - 1)) < 1e-14
        True
    """
    centers = [c for law in (P, Q) for part in law.parts for c in part.centers]
    ends = [x for law in (P, Q) for part in law.parts for x in (part.low, part.high)]
    start, stop = math.floor(min(centers)), math.ceil(max(centers)) + 1
    if stop - start > MOST:
        raise RuntimeError(
            f"the laws are {stop - start} integers apart, too many to sum; ask for a row with a closed form"
        )
    total = np.zeros(4)
    for low in range(start, stop, BLOCK):
        total += _block(P, Q, row, low, min(stop, low + BLOCK))
    total += _outwards(P, Q, row, total, start=stop, side=1, end=max(ends))
    total += _outwards(P, Q, row, total, start=start, side=-1, end=min(ends))
    return _estimate(P, Q, row, total)


def _outwards(P: Law, Q: Law, row: Generator, sofar: Array, *, start: int, side: int, end: float) -> Array:
    """Blocks of doubling length on one side, until one adds nothing or the support ends."""
    total, length, edge = np.zeros(4), BLOCK // 16, start
    while side * (end - edge) >= (side < 0):
        other = edge + side * length
        if math.isfinite(end):
            other = min(other, int(end) + 1) if side > 0 else max(other, int(end))
        found = _block(P, Q, row, min(edge, other), max(edge, other))
        total, edge, length = total + found, other, min(2 * length, BLOCK * 8)
        if not np.isfinite(found[2]) or (found[:3] <= FADED * np.maximum((sofar + total)[:3], 1e-300)).all():
            break
        if abs(edge - start) > MOST:
            raise RuntimeError(
                f"the {row.name} sum still grows by {found[2]:.3g} after {MOST} integers: it converges too slowly or "
                "not at all; ask for a row with a closed form, or pass vectors of masses"
            )
    return total


def _block(P: Law, Q: Law, row: Generator, low: int, high: int) -> Array:
    k = np.arange(low, high, dtype=np.float64)
    p, q = (law.log_density(np.zeros_like(k), k) for law in (P, Q))
    with np.errstate(all="ignore"):
        term, noise = log_terms(row, p, q, np.zeros_like(k))
        return np.array([np.exp(p).sum(), np.exp(q).sum(), term.sum(), noise.sum()])


def _estimate(P: Law, Q: Law, row: Generator, total: Array) -> Estimate:
    for name, law, mass in (("P", P, total[0]), ("Q", Q, total[1])):
        if not abs(mass - 1) <= MASS:
            raise RuntimeError(
                f"{name} ({law.source}) sums to {mass}; its mass is not where its quartiles are, or is lost to rounding"
            )
    value, missing = float(total[2]), float(np.abs(total[:2] - 1).max())
    if math.isinf(value) and _differ(P, Q):
        return Estimate(math.inf, math.inf, math.inf, kind="exact", method="sum", unit=row.unit)
    if not value <= LARGEST:
        raise RuntimeError(f"the {row.name} sum leaves the range of floats; ask for a row that stays finite, as 'js'")
    slack = float(total[3]) + 8 * EPS * value + mass_slack(missing, value, row)
    ends = max(0.0, value - slack), min(row.maximum, value + slack)
    value = min(value, row.maximum)
    return Estimate(value, *ends, kind="error estimate", method="sum", unit=row.unit)


def _differ(P: Law, Q: Law) -> bool:
    return P.intervals() != Q.intervals()
