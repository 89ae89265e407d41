"""Normal laws of several dimensions, whose covariances may be singular or badly conditioned.

References:
    Pardo, Statistical Inference Based on Divergence Measures (2006), section 2.3.
"""

from __future__ import annotations

import math
from dataclasses import dataclass
from fractions import Fraction

import numpy as np
from numpy.typing import ArrayLike, NDArray

from divergences.columns import FDivergence
from divergences.estimate import EPS, LARGEST, Estimate
from divergences.laws.closed_forms import from_gap
from divergences.laws.kernels import OUTSIDE, Gap, log_gap
from divergences.laws.renyi_forms import renyi_of_gap
from divergences.renyi_rows import RenyiRow

__all__ = ["Normal", "normal_divergence"]

Array = NDArray[np.float64]

RANK = 4 * EPS  # eigenvalues below this times the dimension, relative to the largest, are rounding errors of zero
SYMMETRY = 1e-12  # relative asymmetry that rounding of a covariance explains
ROUNDING = 16.0  # relative error in eps, condition and dimension
WORST = 1e-6  # relative error beyond which no answer is given


@dataclass(frozen=True)
class Normal:
    """A normal law of several dimensions, whose covariance may be singular.

    Attributes:
        mean: shape ``(d,)``.
        covariance: shape ``(d, d)``, symmetric and positive semidefinite.
    """

    mean: Array
    covariance: Array

    @staticmethod
    def checked(mean: ArrayLike, covariance: ArrayLike, name: str) -> Normal:
        """The law, after a check of its parameters.

        Raises:
            ValueError: if they do not fit, are not finite, or the matrix is not symmetric and positive semidefinite.

        Example:
            >>> Normal.checked([0.0], [[4.0]], "P").covariance.tolist()
            [[4.0]]
        """
        m, c = np.atleast_1d(np.asarray(mean, np.float64)), np.atleast_2d(np.asarray(covariance, np.float64))
        if m.ndim != 1 or c.shape != (len(m), len(m)):
            raise ValueError(f"{name} has mean and covariance of shapes {m.shape} and {c.shape}; pass (d,) and (d, d)")
        if not (np.isfinite(m).all() and np.isfinite(c).all()):
            raise ValueError(f"{name} has a mean or covariance that is not finite; remove nan and infinity")
        if np.abs(c - c.T).max() > SYMMETRY * np.abs(c).max():
            raise ValueError(f"{name} has a covariance that is not symmetric; pass (C + C.T) / 2")
        symmetric = (c + c.T) / 2
        least = float(np.linalg.eigvalsh(symmetric)[0])
        if least < -len(m) * RANK * np.abs(symmetric).max():
            raise ValueError(
                f"{name} has a covariance with the eigenvalue {least}; pass a positive semidefinite matrix"
            )
        return Normal(m, symmetric)


def normal_divergence(P: Normal, Q: Normal, row: FDivergence | RenyiRow) -> Estimate:
    """A row between two multivariate normal laws, by its closed form, in the row's unit.

    In coordinates in which Q is standard and the covariance of P diagonal, with ``e_i`` its eigenvalues less 1 and
    ``d_i`` the differences of means, ``2 KL = sum e_i - log(1 + e_i) + d_i^2`` and ``2 J = sum log(1 + b e_i) -
    b log(1 + e_i) + a b d_i^2 / (1 + b e_i)``, ``b = 1 - a``. Laws on different flats, or not on one another's, are
    disjoint or of infinite divergence. The ends widen with the condition of the covariances.

    Args:
        P: a law.
        Q: a law of the same dimension.
        row: a row of the table.

    Returns:
        The estimate, of kind ``exact``.

    Raises:
        ValueError: if the dimensions differ, or the row has no closed form.
        RuntimeError: if the covariances are too badly conditioned to tell.

    References:
        Pardo, Statistical Inference Based on Divergence Measures (2006), section 2.3.

    Example:
        >>> from divergences.table import KL
        >>> plane = Normal(np.zeros(2), np.eye(2))
        >>> normal_divergence(Normal(np.ones(2), np.eye(2)), plane, KL).value
        1.0
    """
    if len(P.mean) != len(Q.mean):
        raise ValueError(f"P has {len(P.mean)} dimensions and Q has {len(Q.mean)}; give both the same number")
    if np.array_equal(P.mean, Q.mean) and np.array_equal(P.covariance, Q.covariance):
        return Estimate(0.0, 0.0, 0.0, kind="exact", method="closed form", unit=row.unit)
    found = _coordinates(P, Q)
    if found is None:
        return _estimate(row.maximum, 0.0, row)
    excess, shift, condition = found
    with np.errstate(over="ignore"):
        value, grown = _row_value(excess, shift, row)
    return _estimate(value, 0.0 if math.isinf(grown) else ROUNDING * EPS * condition * len(P.mean) * grown, row)


def _estimate(value: float, relative: float, row: FDivergence | RenyiRow) -> Estimate:
    if relative > WORST:
        raise RuntimeError(
            f"the covariances are so badly conditioned that the relative error may reach {relative:.1g}; pass matrices "
            "that are clearly regular or exactly singular, or drop directions of negligible variance"
        )
    if math.isinf(value):
        low = math.inf if row.maximum == math.inf and relative == 0 else LARGEST
        return Estimate(value, low, value, kind="exact", method="closed form", unit=row.unit)
    slack = relative * value
    ends = max(0.0, value - slack), min(row.maximum, value + slack)
    return Estimate(min(value, row.maximum), *ends, kind="exact", method="closed form", unit=row.unit)


def _coordinates(P: Normal, Q: Normal) -> tuple[Array, Array, float] | None:
    """``e_i``, ``d_i`` and a condition number; None if the laws live on different flats, and so are disjoint."""
    size = np.sqrt(np.diag(Q.covariance))
    size = np.where(size > 0, size, 1.0)
    p, q = (law.covariance / np.multiply.outer(size, size) for law in (P, Q))
    change, moved = (P.covariance - Q.covariance) / np.multiply.outer(size, size), (P.mean - Q.mean) / size
    eigenvalues, basis = np.linalg.eigh(q)
    null = eigenvalues <= len(q) * RANK * eigenvalues[-1]
    flat = basis[:, null]
    still = (np.abs(P.mean) + np.abs(Q.mean)) / size
    if null.any() and (
        np.abs(flat.T @ moved).max() > len(q) * RANK * still.max()
        or np.abs(flat.T @ p @ flat).max() > len(q) * RANK * max(np.abs(p).max(), np.abs(q).max())
    ):
        return None
    if null.all():
        return np.zeros(0), np.zeros(0), 1.0
    whiten = basis[:, ~null] / np.sqrt(eigenvalues[~null])
    excess, turn = np.linalg.eigh(whiten.T @ change @ whiten)
    condition = float(eigenvalues[-1] / eigenvalues[~null][0])
    if 1 + excess[0] <= len(q) * RANK * max(1.0, 1 + excess[-1]):
        return None
    return excess, turn.T @ (whiten.T @ moved), condition * max(1.0, float(1 / (1 + excess[0])))


def _row_value(excess: Array, shift: Array, row: FDivergence | RenyiRow) -> tuple[float, float]:
    """The value, and by what its rounding grows: infinitely outside the natural domain."""
    if isinstance(row, RenyiRow):
        value = 0.0 if row.order == 0 else _supremum(excess, shift)
        return (value, value) if row.extreme else renyi_of_gap(_gap(excess, shift, row.order), row)
    forward = (sum(log_gap(Fraction(e)) for e in excess) + float(shift @ shift)) / 2
    backward = (sum(log_gap(Fraction(-e / (1 + e))) for e in excess) + float(shift @ (shift / (1 + excess)))) / 2
    named = {"kl": forward, "reverse_kl": backward, "jeffreys": forward + backward}
    if row.name in named:
        return named[row.name], 1.0
    if row.name == "tv" and not excess.any():
        return math.erf(math.sqrt(float(shift @ shift) / 8)), 1.0
    if row.order is None:
        raise ValueError(
            f"row {row.name!r} has no closed form between normal laws of several dimensions with these covariances; "
            "those that have one are kl, reverse_kl, jeffreys, chi2, neyman_chi2, squared_hellinger, alpha, and tv "
            "where the covariances are equal"
        )
    gap = _gap(excess, shift, row.order)
    return from_gap(gap.value, row), gap.growth


def _gap(excess: Array, shift: Array, a: float) -> Gap:
    """``J``, minus infinity outside the natural domain."""
    b = 1 - a
    if excess.size and 1 + (b * excess).min() <= 0:
        return OUTSIDE
    terms = [x for e in excess for x in (b * log_gap(Fraction(e)) / 2, -log_gap(Fraction(b * e)) / 2)]
    return Gap.added([*terms, a * b * float(shift @ (shift / (1 + b * excess))) / 2])


def _supremum(excess: Array, shift: Array) -> float:
    """The essential supremum of ``log(p / q)``: finite where Q is wider than P along every axis that matters."""
    if (excess > 0).any() or shift[excess == 0].any():
        return math.inf
    wider = excess[excess < 0]
    return float((shift[excess < 0] ** 2 / -wider - np.log1p(wider)).sum()) / 2
