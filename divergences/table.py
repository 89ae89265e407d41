"""The table of f-divergences: every column of a row is pinned by a law that all rows obey (``tests/laws``).

Rows with a parameter are made by `divergences.families`.
"""

from __future__ import annotations

import math
from difflib import get_close_matches
from typing import Any

import numpy as np
from numpy.typing import NDArray

from divergences.columns import FDivergence, Generator, HalfLine
from divergences.elementary import exp, expm1, log, log_omega, softplus
from divergences.slopes import (
    chi2_slopes,
    jeffreys_slopes,
    jensen_shannon_slopes,
    le_cam_slopes,
    neyman_chi2_slopes,
    relative_entropy_slopes,
    reverse_relative_entropy_slopes,
    squared_hellinger_slopes,
    total_variation_slopes,
)
from divergences.terms import (
    chi2_term,
    jeffreys_term,
    jensen_shannon_term,
    le_cam_term,
    neyman_chi2_term,
    relative_entropy_term,
    reverse_relative_entropy_term,
    squared_hellinger_term,
    total_variation_term,
)

__all__ = [
    "CHI2",
    "GAN",
    "JEFFREYS",
    "JENSEN_SHANNON",
    "KL",
    "LE_CAM",
    "NEYMAN_CHI2",
    "REVERSE_KL",
    "ROWS",
    "SQUARED_HELLINGER",
    "TOTAL_VARIATION",
    "FDivergence",
    "HalfLine",
    "row",
]

Array = NDArray[Any]

LOG_2 = math.log(2)


def _towards_one(v: Array) -> Array:
    """``1 - exp(-v)``, the activation of two rows."""
    return -expm1(-v)


def _gap_root(t: Array) -> Array:
    """``sqrt(1 - t)``, and 0 beyond 1."""
    root: Array = np.sqrt((1 - t + np.abs(1 - t)) / 2)
    return root


def _jeffreys_conjugate(t: Array) -> Array:
    """``1 / r - 1 - log r`` with ``r + log r = 1 - t``; the maximum is at ``u = 1 / r``."""
    y = log_omega(1 - t)
    return exp(-y) - 1 - y


def _le_cam_penalty(v: Array) -> Array:
    """``s^2 - 4 s + 3`` at ``s = 1 - tanh(v / 2)``."""
    penalty: Array = np.tanh(v / 2) * (2 + np.tanh(v / 2))
    return penalty


def _le_cam_conjugate(t: Array) -> Array:
    """``s^2 - 4 s + 3`` with ``s = sqrt(1 - t)``, constant below -3."""
    root = np.minimum(_gap_root(t), 2)
    return np.where(t <= 1, (root - 1) * (root - 3), math.inf)


def _twice_jensen_shannon_slopes(p: Array, q: Array, d: Array) -> tuple[Array, Array]:
    by_p, by_q = jensen_shannon_slopes(p, q, d)
    return 2 * by_p, 2 * by_q


# One row is one paragraph: generator; conjugate; critic; masses; limits and metric; source.
# fmt: off
KL = FDivergence(
    name="kl", f=lambda u: u * np.log(u), derivative=lambda u: np.log(u) + 1,
    conjugate=lambda t: exp(t - 1), conjugate_domain=HalfLine(math.inf, closed=False),
    activation=lambda v: v, penalty=lambda v: exp(v - 1),
    integrand=relative_entropy_term, slopes=relative_entropy_slopes,
    at_zero=0.0, slope_at_infinity=math.inf, metric_power=None,
    source="Kullback and Leibler, Annals of Mathematical Statistics 22 (1951), section 2", order=1.0,
)
REVERSE_KL = FDivergence(
    name="reverse_kl", f=lambda u: -log(u), derivative=lambda u: -1 / u,
    conjugate=lambda t: -1 - log(-t), conjugate_domain=HalfLine(0.0, closed=False),
    activation=lambda v: -exp(-v), penalty=lambda v: v - 1,
    integrand=reverse_relative_entropy_term, slopes=reverse_relative_entropy_slopes,
    at_zero=math.inf, slope_at_infinity=0.0, metric_power=None,
    source="Nowozin, Cseke and Tomioka, NeurIPS 2016, Table 1", order=0.0,
)
JEFFREYS = FDivergence(
    name="jeffreys", f=lambda u: (u - 1) * np.log(u), derivative=lambda u: np.log(u) + 1 - 1 / u,
    conjugate=_jeffreys_conjugate, conjugate_domain=HalfLine(math.inf, closed=False),
    activation=lambda v: v - expm1(-v), penalty=lambda v: expm1(v) + v,
    integrand=jeffreys_term, slopes=jeffreys_slopes,
    at_zero=math.inf, slope_at_infinity=math.inf, metric_power=None,
    source="Jeffreys, Proc. Royal Society A 186 (1946), section 2",
)
CHI2 = FDivergence(
    name="chi2", f=lambda u: (u - 1) ** 2, derivative=lambda u: 2 * (u - 1),
    conjugate=lambda t: np.maximum(t / 2 + 1, 0) ** 2 - 1, conjugate_domain=HalfLine(math.inf, closed=False),
    activation=lambda v: softplus(v) - 2, penalty=lambda v: softplus(v) ** 2 / 4 - 1,
    integrand=chi2_term, slopes=chi2_slopes,
    at_zero=1.0, slope_at_infinity=math.inf, metric_power=None,
    source="Pearson, Philosophical Magazine 50 (1900), page 157", unit="", rounding=8.0, order=2.0,
)
NEYMAN_CHI2 = FDivergence(
    name="neyman_chi2", f=lambda u: (u - 1) ** 2 / u, derivative=lambda u: 1 - 1 / u**2,
    conjugate=lambda t: np.where(t <= 1, 2 - 2 * _gap_root(t), math.inf),
    conjugate_domain=HalfLine(1.0, closed=True),
    activation=_towards_one, penalty=lambda v: -2 * expm1(-v / 2),
    integrand=neyman_chi2_term, slopes=neyman_chi2_slopes,
    at_zero=math.inf, slope_at_infinity=1.0, metric_power=None,
    source="Neyman, Proc. Berkeley Symposium (1949), pages 239-273", unit="", rounding=8.0, order=-1.0,
)
SQUARED_HELLINGER = FDivergence(
    name="squared_hellinger", f=lambda u: (np.sqrt(u) - 1) ** 2, derivative=lambda u: 1 - 1 / np.sqrt(u),
    conjugate=lambda t: np.where(t < 1, t / np.where(t < 1, 1 - t, 1), math.inf),
    conjugate_domain=HalfLine(1.0, closed=False),
    activation=_towards_one, penalty=expm1,
    integrand=squared_hellinger_term, slopes=squared_hellinger_slopes,
    at_zero=1.0, slope_at_infinity=1.0, metric_power=0.5,
    source="Le Cam, Asymptotic Methods in Statistical Decision Theory (1986), section 4.2", unit="",
    order=0.5,
)
LE_CAM = FDivergence(
    name="le_cam", f=lambda u: (u - 1) ** 2 / (u + 1), derivative=lambda u: (u - 1) * (u + 3) / (u + 1) ** 2,
    conjugate=_le_cam_conjugate, conjugate_domain=HalfLine(1.0, closed=True),
    activation=lambda v: np.tanh(v / 2) * (2 - np.tanh(v / 2)), penalty=_le_cam_penalty,
    integrand=le_cam_term, slopes=le_cam_slopes,
    at_zero=1.0, slope_at_infinity=1.0, metric_power=0.5,
    source="Vajda, IEEE Trans. Inf. Theory 55 (2009), section 2, for the metric", unit="",
)
JENSEN_SHANNON = FDivergence(
    name="js", f=lambda u: (u * np.log(u) - (u + 1) * np.log((u + 1) / 2)) / 2,
    derivative=lambda u: (LOG_2 - np.log1p(1 / u)) / 2,
    conjugate=lambda t: -log(1 - expm1(2 * t)) / 2, conjugate_domain=HalfLine(LOG_2 / 2, closed=False),
    activation=lambda v: (LOG_2 - softplus(-v)) / 2, penalty=lambda v: (softplus(v) - LOG_2) / 2,
    integrand=jensen_shannon_term, slopes=jensen_shannon_slopes,
    at_zero=LOG_2 / 2, slope_at_infinity=LOG_2 / 2, metric_power=0.5,
    source="Lin, IEEE Trans. Inf. Theory 37 (1991), section 4; as a metric Endres and Schindelin, ibid. 49 (2003)",
    weight=0.5,
)
GAN = FDivergence(
    name="gan", f=lambda u: u * np.log(u) - (u + 1) * np.log((u + 1) / 2), derivative=lambda u: LOG_2 - np.log1p(1 / u),
    conjugate=lambda t: -log(1 - expm1(t)), conjugate_domain=HalfLine(LOG_2, closed=False),
    activation=lambda v: LOG_2 - softplus(-v), penalty=lambda v: softplus(v) - LOG_2,
    integrand=lambda p, q, d: 2 * jensen_shannon_term(p, q, d), slopes=_twice_jensen_shannon_slopes,
    at_zero=LOG_2, slope_at_infinity=LOG_2, metric_power=0.5,
    source="Nowozin, Cseke and Tomioka, NeurIPS 2016, Table 1, plus log 4: twice Jensen-Shannon",
)
TOTAL_VARIATION = FDivergence(
    name="tv", f=lambda u: np.abs(u - 1) / 2, derivative=lambda u: np.sign(u - 1) / 2,
    conjugate=lambda t: np.where(t <= 0.5, np.maximum(t, -0.5), math.inf), conjugate_domain=HalfLine(0.5, closed=True),
    activation=lambda v: np.tanh(v) / 2, penalty=lambda v: np.tanh(v) / 2,
    integrand=total_variation_term, slopes=total_variation_slopes,
    at_zero=0.5, slope_at_infinity=0.5, metric_power=1.0,
    source="Polyanskiy and Wu, Information Theory: From Coding to Learning (2025), section 7.1", unit="",
    corner=1.0,
)
# fmt: on

ROWS: tuple[FDivergence, ...] = (
    KL,
    REVERSE_KL,
    JEFFREYS,
    CHI2,
    NEYMAN_CHI2,
    SQUARED_HELLINGER,
    LE_CAM,
    JENSEN_SHANNON,
    GAN,
    TOTAL_VARIATION,
)


def row(name: FDivergence | str) -> FDivergence:
    """The row of the table with a name; rows carry divergences in nats.

    Args:
        name: one of ``"kl"``, ``"reverse_kl"``, ``"jeffreys"``, ``"chi2"``, ``"neyman_chi2"``, ``"squared_hellinger"``,
            ``"le_cam"``, ``"js"``, ``"gan"`` and ``"tv"``; or a row, which is returned as it is.

    Returns:
        The row.

    Raises:
        TypeError: if it is neither a name nor a row.
        ValueError: if there is none, with the names that exist.

    References:
        Polyanskiy and Wu, Information Theory: From Coding to Learning (2025), Definition 7.1.

    Example:
        >>> row("js").metric_power
        0.5
    """
    if isinstance(name, Generator):
        return name
    if not isinstance(name, str):
        raise TypeError(f"row is of type {type(name).__name__}; pass a row of the table or its name, such as 'kl'")
    for candidate in ROWS:
        if candidate.name == name:
            return candidate
    names = [candidate.name for candidate in ROWS]
    near = get_close_matches(name.lower(), names, n=1)
    hint = f"; did you mean {near[0]!r}?" if near else ""
    raise ValueError(f"row {name!r} is unknown; the table has {', '.join(names)}{hint}")
