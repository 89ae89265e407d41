"""Divergences between densities on the line by quadrature that does not miss far, narrow or heavy-tailed peaks.

The total masses of both laws are integrated on the same nodes as the divergence: where one of them is not 1, a peak was
missed or a density is not normalised, and no number is given. Whether the value is infinite is decided by the supports
and the tails, never by a large number.

References:
    Davis and Rabinowitz, Methods of Numerical Integration (1984), section 6.2 (adaptive rules).
"""

from __future__ import annotations

import math
from collections.abc import Iterator
from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

from divergences.columns import Generator
from divergences.estimate import EPS, LARGEST, Estimate
from divergences.laws.crossings import split_at_crossings
from divergences.laws.laws import Law
from divergences.laws.log_terms import log_terms, mass_slack
from divergences.laws.mesh import Panels, panels
from divergences.laws.tails import REGULAR, converges

__all__ = ["decide", "inside", "integrate"]

Array = NDArray[np.float64]

NODES, WEIGHTS = (a.copy() for a in np.polynomial.legendre.leggauss(16))
CHECK_NODES, CHECK_WEIGHTS = (a.copy() for a in np.polynomial.legendre.leggauss(21))
TOLERANCE = 1e-13  # relative, for a panel of the finest mesh and, a hundredth of it, for all
ROUNDS = 40  # bisections: a jump is confined to 2^-40 of its panel
MOST = 60_000  # panels looked at in all: what is left then widens the ends
MASS = 1e-9  # how far a total mass may be from 1
FADED = 1e-13  # part of the value that the outermost panels may hold where tails are unknown


class Totals(NamedTuple):
    """Sums over panels, in columns: the mass of P, the mass of Q, the divergence, and the rounding it may suffer."""

    sums: Array
    error: float


def integrate(P: Law, Q: Law, row: Generator) -> Estimate:
    """A row between two laws with densities, in the row's unit, by adaptive quadrature.

    Every panel is compared with its two halves, and the whole with a rule of another order on the final panels. The
    ends enclose both, widened by what rounding of the log-densities may do. Where the row has a corner, panels end at
    the places where the ratio of the densities is there: inside of a panel two rules may both overlook it.

    Args:
        P: a law with a density.
        Q: a law with a density.
        row: a row of the table.

    Returns:
        The estimate, of kind ``error estimate``, or ``exact`` where the value is infinite by rule.

    Raises:
        ValueError: if a density integrates to more than 1.
        RuntimeError: if mass is missing, or the tails do not tell whether the value is finite.

    References:
        Davis and Rabinowitz, Methods of Numerical Integration (1984), section 6.2.

    Example:
        >>> from scipy.stats import norm
        >>> from divergences.laws.recognise import recognise
        >>> from divergences.table import JENSEN_SHANNON
        >>> found = integrate(recognise(norm(0, 1), "P"), recognise(norm(200, 1), "Q"), JENSEN_SHANNON)
        >>> abs(found.value - math.log(2)) < 1e-13
        True
    """
    finite = decide(P, Q, row)
    if finite is False:
        return Estimate(math.inf, math.inf, math.inf, kind="exact", method="tails", unit=row.unit)
    mesh = _mesh(P, Q)
    if row.corner is not None:
        mesh = split_at_crossings(P, Q, math.log(row.corner), mesh)
    found, final = _refine(P, Q, row, mesh)
    check = _sums(P, Q, row, final, CHECK_NODES, CHECK_WEIGHTS).sum(axis=0)
    _check_masses(P, Q, found.sums)
    value = float(found.sums[2])
    if math.isnan(value) or value > LARGEST:
        raise RuntimeError(
            f"the {row.name} integral overflows, or a log-density is -inf inside its support where the other law has "
            "mass; pass log-densities that do not underflow (LogDensity), or a row that stays finite"
        )
    if finite is None:
        _check_faded(P, Q, row, mesh, value)
    missing = float(np.abs(found.sums[:2] - 1).max())
    slack = found.error + abs(value - float(check[2])) + float(found.sums[3]) + 8 * EPS * value
    slack += mass_slack(missing, value, row)
    ends = max(0.0, value - slack), min(row.maximum, value + slack)
    details = {"mass of P": float(found.sums[0]), "mass of Q": float(found.sums[1]), "panels": len(final.low)}
    value = min(value, row.maximum)
    return Estimate(value, *ends, kind="error estimate", method="quadrature", unit=row.unit, details=details)


def decide(P: Law, Q: Law, row: Generator) -> bool | None:
    """Whether the value is finite, by supports and tails; None where they do not tell.

    Example:
        >>> from scipy.stats import norm, t
        >>> from divergences.laws.recognise import recognise
        >>> from divergences.table import KL
        >>> decide(recognise(t(2), "P"), recognise(norm(0, 1), "Q"), KL)
        False
    """
    if math.isfinite(row.maximum):
        return True
    if math.isinf(row.slope_at_infinity) and not inside(P, Q):
        return False
    if math.isinf(row.at_zero) and not inside(Q, P):
        return False
    answers: list[bool | None] = []
    for end, side in _ends(P, Q):
        p, q = P.tail(end, side), Q.tail(end, side)
        if p is False or q is False or (p == REGULAR and q == REGULAR):
            continue
        answers.append(None if p is None or q is None else converges(p, q, row))  # type: ignore[arg-type]
    return False if False in answers else (None if None in answers else True)


def inside(P: Law, Q: Law) -> bool:
    """Whether the support of P lies in that of Q.

    Example:
        >>> from scipy.stats import expon, norm
        >>> from divergences.laws.recognise import recognise
        >>> inside(recognise(expon(), "P"), recognise(norm(), "Q"))
        True
    """
    return all(any(a <= low and high <= b for a, b in Q.intervals()) for low, high in P.intervals())


def _ends(P: Law, Q: Law) -> Iterator[tuple[float, int]]:
    """The places where a density may be singular or end, each with the side from which to look."""
    for end in {x for law in (P, Q) for part in law.parts for x in (part.low, part.high)}:
        if end < math.inf:
            yield end, 1
        if end > -math.inf:
            yield end, -1


def _mesh(P: Law, Q: Law) -> Panels:
    """Graded towards the centers of all components and the ends of all supports."""
    spread: dict[float, float] = {}
    parts = [part for law in (P, Q) for part in law.parts]
    for part in parts:
        for center, scale in zip(part.centers, part.scales, strict=True):
            spread[center] = min(scale, spread.get(center, math.inf))
    least = min(spread.values())
    singular = set()
    for part in parts:
        for end, tail in zip((part.low, part.high), part.tails, strict=True):
            if math.isfinite(end):
                spread.setdefault(end, max(part.scales))
                if tail != REGULAR:
                    singular.add(end)
    assert least > 0
    intervals = Law(tuple(parts), (), False, "").intervals()
    found = [
        panels({c: s for c, s in spread.items() if low <= c <= high}, low, high, frozenset(singular))
        for low, high in intervals
    ]
    return Panels(*(np.concatenate(columns) for columns in zip(*found, strict=True)))


def _edges(P: Law, Q: Law, mesh: Panels) -> NDArray[np.bool_]:
    """The panels farthest out, farthest in towards ends of supports, and beside those where a density gives out."""
    t = np.where(mesh.logarithmic > 0, mesh.high, -math.inf)
    u = np.where(mesh.logarithmic > 0, mesh.low, math.inf)
    anchor, offset, _ = mesh.points(NODES, WEIGHTS)
    x = anchor + offset
    lost = np.zeros(len(mesh.low), dtype=bool)
    for law in (P, Q):
        gone = np.isinf(law.log_density(anchor.ravel(), offset.ravel()).reshape(x.shape))
        lost |= (gone & np.any([(low < x) & (x < high) for low, high in law.intervals()], axis=0)).any(axis=1)
    same = (mesh.anchor[1:] == mesh.anchor[:-1]) & (mesh.unit[1:] == mesh.unit[:-1])
    beside = lost.copy()
    beside[1:] |= same & lost[:-1]
    beside[:-1] |= same & lost[1:]
    edges: NDArray[np.bool_] = beside | (t >= t.max() - 3) | ((u <= u.min() + 3) & (u < -300))
    return edges


def _sums(P: Law, Q: Law, row: Generator, mesh: Panels, nodes: Array, weights: Array) -> Array:
    """The four integrals over every panel, shape ``(n, 4)``."""
    anchor, offset, log_weight = mesh.points(nodes, weights)
    shape = anchor.shape
    p, q = (law.log_density(anchor.ravel(), offset.ravel()).reshape(shape) for law in (P, Q))
    with np.errstate(all="ignore"):
        term, noise = log_terms(row, p, q, log_weight)
        return np.stack([x.sum(axis=1) for x in (np.exp(p + log_weight), np.exp(q + log_weight), term, noise)], axis=1)


def _refine(P: Law, Q: Law, row: Generator, mesh: Panels) -> tuple[Totals, Panels]:
    """Bisect the panels whose halves disagree with them, and keep the halves."""
    coarse = _sums(P, Q, row, mesh, NODES, WEIGHTS)
    total, error, kept, spent = np.zeros(4), 0.0, [], 0
    scale = np.abs(coarse.sum(axis=0))
    for turn in range(ROUNDS):
        halves = mesh.halves()
        fine = _sums(P, Q, row, halves, NODES, WEIGHTS)
        pairs = fine.reshape(-1, 2, 4).sum(axis=1)
        with np.errstate(invalid="ignore"):
            miss = np.abs(pairs - coarse)[:, :3]
        scale = np.maximum(scale, np.nan_to_num(np.abs(total + pairs.sum(axis=0)), posinf=0.0))
        allowed = TOLERANCE * np.maximum(pairs[:, :3], 0.01 * scale[:3])
        allowed[:, 2] = np.maximum(allowed[:, 2], pairs[:, 3])
        fine_enough = (miss <= allowed).all(axis=1) | ~np.isfinite(pairs).all(axis=1)
        spent += len(halves.low)
        if turn == ROUNDS - 1 or spent > MOST:
            fine_enough[:] = True
        total += pairs[fine_enough].sum(axis=0)
        error += float(miss[fine_enough, 2].sum())
        twice = np.repeat(fine_enough, 2)
        kept.append(halves.chosen(twice))
        mesh, coarse = halves.chosen(~twice), fine[~twice]
        if not len(mesh.low):
            break
    return Totals(total, error), Panels(*(np.concatenate(columns) for columns in zip(*kept, strict=True)))


def _check_masses(P: Law, Q: Law, sums: Array) -> None:
    """A mass that is missing is a peak that was not found."""
    for name, law, mass in (("P", P, float(sums[0])), ("Q", Q, float(sums[1]))):
        if mass == math.inf:
            raise RuntimeError(
                f"{name} ({law.source}) has an infinite density at a float of its support; pass a LogDensity of the "
                "law moved so that this point is 0, or the beta law that it is"
            )
        if mass > 1 + MASS:
            raise ValueError(f"{name} ({law.source}) integrates to {mass}, more than 1; subtract the logarithm of that")
        if not mass >= 1 - MASS:
            raise RuntimeError(
                f"{name} ({law.source}) integrates to {mass}: a peak or a tail was missed, or its density is not "
                "normalised; pass LogDensity with every peak in centers and its width in scales"
            )


def _check_faded(P: Law, Q: Law, row: Generator, mesh: Panels, value: float) -> None:
    """Where the tails are unknown, panels beyond which no density is left to see must not matter."""
    edge = mesh.chosen(_edges(P, Q, mesh))
    outer = float(_sums(P, Q, row, edge, NODES, WEIGHTS)[:, 2].sum())
    if not outer <= FADED * value:
        raise RuntimeError(
            f"the {row.name} integral still grows by {outer:.3g} where a density leaves the range of floats, and the "
            f"tails of P ({P.source}) and Q ({Q.source}) are not known: it may be infinite; pass a row that is "
            "bounded, as 'js'"
        )
