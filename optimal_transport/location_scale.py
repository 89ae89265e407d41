"""Wasserstein distances within a location-scale family, as a table of rows."""

import math
from collections.abc import Callable, Mapping
from typing import NamedTuple

from scipy.special import gamma

from divergences.laws.charts import Standard
from optimal_transport.closed_forms import normal_wasserstein_distance

__all__ = ["ROWS", "Row", "location_scale_distance"]


class Row(NamedTuple):
    """A family of laws m + s Z, s > 0, by the law of Z.

    Attributes:
        away: E|Z - r| at r.
        mean: E Z.
        deviation: the standard deviation of Z.
        power: E|Z|^p at p >= 1, None where no elementary form is known.
        source: where the formulas are found.
    """

    away: Callable[[float], float]
    mean: float
    deviation: float
    power: Callable[[float], float] | None
    source: str


def _uniform(r: float) -> float:
    return (r * r + (1 - r) ** 2) / 2 if 0 <= r <= 1 else abs(r - 0.5)


ROWS: Mapping[str, Row] = {
    "norm": Row(
        lambda r: normal_wasserstein_distance(r, 0.0, 0.0, 1.0), 0.0, 1.0,
        lambda p: 2 ** (p / 2) * float(gamma((p + 1) / 2)) / math.sqrt(math.pi), "Leone, Nelson, Nottingham (1961)",
    ),
    "expon": Row(
        lambda r: r - 1 + 2 * math.exp(-r) if r > 0 else 1 - r, 1.0, 1.0, lambda p: float(gamma(p + 1)),
        "Johnson, Kotz, Balakrishnan 1 (1994), chapter 19",
    ),
    "laplace": Row(
        lambda r: abs(r) + math.exp(-abs(r)), 0.0, math.sqrt(2), lambda p: float(gamma(p + 1)),
        "Johnson, Kotz, Balakrishnan 2 (1995), chapter 24",
    ),
    "logistic": Row(
        lambda r: abs(r) + 2 * math.log1p(math.exp(-abs(r))), 0.0, math.pi / math.sqrt(3), None,
        "Johnson, Kotz, Balakrishnan 2 (1995), chapter 23",
    ),
    "uniform": Row(
        _uniform, 0.5, 1 / math.sqrt(12), lambda p: 1 / (p + 1), "Johnson, Kotz, Balakrishnan 2 (1995), chapter 26",
    ),
}  # fmt: skip


def location_scale_distance(P: Standard, Q: Standard, p: float) -> float | None:
    """W_p between two laws of one location-scale family, in the unit of the line.

    The quantiles of m + s Z are m + s z, so W_p^p = E|dm + ds Z|^p with the differences dm and ds: |dm| for every
    family where ds = 0, infinite moments or not; hypot(dm + ds E Z, ds deviation) at p = 2; |ds| E|Z + dm/ds| at p = 1;
    |ds| (E|Z|^p)^(1/p) where dm = 0.

    Args:
        P: the first law.
        Q: the second law.
        p: the power, at least 1.

    Returns:
        The distance, None where no row has it.

    References:
        C. Villani, Topics in Optimal Transportation (2003), Theorem 2.18.

    Example:
        >>> from fractions import Fraction
        >>> exponential = [Standard("expon", (), Fraction(0), Fraction(scale)) for scale in (1, 3)]
        >>> location_scale_distance(*exponential, 1)
        2.0
    """
    if P.name != Q.name or P.shapes != Q.shapes or P.name == "vonmises":
        return None
    dm, ds = float(P.loc - Q.loc), float(P.scale - Q.scale)
    if ds == 0:
        return abs(dm)
    row = ROWS.get(P.name)
    if row is None:
        return None
    if p == 2:
        return math.hypot(float(dm + ds * row.mean), ds * row.deviation)
    if p == 1:
        ratio = -float((P.loc - Q.loc) / (P.scale - Q.scale)) if abs(dm) < 1e290 * abs(ds) else math.inf
        return abs(ds) * row.away(ratio) if math.isfinite(ratio) else abs(dm)
    return abs(ds) * row.power(p) ** (1 / p) if dm == 0 and row.power is not None and p <= 150 else None
