"""A number together with how far to trust it."""

from __future__ import annotations

import math
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any, Literal, get_args

import numpy as np

from divergences.blocks import values
from divergences.columns import FDivergence
from divergences.table import row as find_row
from divergences.vectors import probability_pair

__all__ = ["Estimate", "Kind", "divergence"]

Kind = Literal["exact", "enclosure", "certified gap", "confidence", "lower bound", "error estimate", "none"]

EPS = float(np.finfo(np.float64).eps)
LARGEST = float(np.finfo(np.float64).max)

METHODS = ("auto", "closed form", "quadrature")


@dataclass(frozen=True)
class Estimate:
    """A value with the interval in which the truth lies, in ``unit``, and the sense in which it does.

    ``low <= value <= high``.

    Attributes:
        value: the best single number.
        low: lower end.
        high: upper end.
        kind: ``exact`` (a closed form, ends a few ulp away), ``enclosure`` (proved), ``certified gap`` (optimisation,
            rounding included), ``confidence`` (at ``level``), ``lower bound`` (``high`` is infinite),
            ``error estimate`` (not proved) or ``none``.
        method: how the value was found.
        level: the confidence level, between 0 and 1; for kind ``confidence`` only.
        unit: what the value is measured in, empty for a pure number.
        details: anything else the method has to say.

    Raises:
        ValueError: if the ends are out of order, something is nan, or kind and level do not fit.

    References:
        Moore, Kearfott and Cloud, Introduction to Interval Analysis (2009), chapter 2, for enclosures.

    Example:
        >>> Estimate(0.5, 0.25, 1.0, kind="enclosure", method="bisection").high
        1.0
    """

    value: float
    low: float
    high: float
    kind: Kind
    method: str
    level: float | None = None
    unit: str = "nat"
    details: Mapping[str, object] = field(default_factory=dict, hash=False)

    def __post_init__(self) -> None:
        for name in ("value", "low", "high"):
            object.__setattr__(self, name, float(getattr(self, name)))
        if not self.low <= self.value <= self.high:
            ends = f"low = {self.low}, value = {self.value}, high = {self.high}"
            raise ValueError(f"{ends}: an Estimate needs low <= value <= high and no nan")
        if self.kind not in get_args(Kind):
            raise ValueError(f"kind {self.kind!r} is unknown; it is one of {', '.join(get_args(Kind))}")
        if self.kind == "lower bound" and self.high != math.inf:
            raise ValueError(f"high = {self.high}: a lower bound has high = inf")
        if (self.kind == "confidence") != (self.level is not None):
            found = f"level = {self.level} with kind {self.kind!r}"
            raise ValueError(f"{found}: a level belongs to kind 'confidence' and to no other")
        if self.level is not None and not 0 < self.level < 1:
            raise ValueError(f"level = {self.level}; a confidence level lies strictly between 0 and 1")


def divergence(P: object, Q: object, row: FDivergence | str, *, method: str = "auto") -> Estimate:
    """The divergence of a row between two laws or two probability vectors, in the row's unit, as an Estimate.

    ``D_f(P || Q) = int q f(p / q) + f'(inf) P(q = 0)``, of the exactly normalised vectors where P and Q are vectors.
    There the ends lie ``row.rounding`` eps from the value, relatively, further by that times the difference of the two
    sums and by ``row.absolute`` eps, within ``[0, f(0) + f'(inf)]``, whose end is itself a rounded number; by a closed
    form they lie ``16 g`` eps away, where ``g`` is what the rounding of its terms grows by. These widths are measured
    against many digits, not proved: kind ``exact``. By quadrature, and by the sum over a counting law, the ends enclose
    two refinements: kind ``error estimate``. An infinite value has infinite ends, decided by the tails and supports of
    the two laws and never by a large number; a finite truth beyond the range of floats has the largest float below it.

    Args:
        P: masses, shape ``(k,)``; or a law: a frozen distribution of scipy.stats, a new one (``scipy.stats.Normal``), a
            torch distribution, `Mixture` or `LogDensity`. Beyond the line normal and Dirichlet laws are known.
        Q: masses or a law, of the same kind as P.
        row: a row of the table, or its name.
        method: ``"auto"``, or for laws ``"closed form"`` or ``"quadrature"``.

    Returns:
        The estimate, in float64 whatever the dtype of the arguments.

    Raises:
        TypeError: if an argument is not made of real numbers of at most 64 bits, or is masked or a torch tensor, or is
            a law of a kind that is not known.
        ValueError: if an argument is not one probability vector or a law, the two do not fit, the row or the method is
            unknown, or no closed form exists where one is asked for.
        RuntimeError: if quadrature misses mass, or cannot tell whether the value is finite.

    References:
        Polyanskiy and Wu, Information Theory: From Coding to Learning (2025), Definition 7.1.

    Example:
        >>> divergence([1, 0], [0, 1], "tv").value
        1.0
        >>> from scipy.stats import norm
        >>> divergence(norm(40, 1), norm(0, 1), "kl").value
        800.0
    """
    from divergences.recognise import recognise

    found = find_row(row) if isinstance(row, str) else row
    if method not in METHODS:
        raise ValueError(f"method {method!r} is unknown; it is one of {', '.join(map(repr, METHODS))}")
    first, second = recognise(P, "P"), recognise(Q, "Q")
    vectors = [law is None or isinstance(law, np.ndarray) for law in (first, second)]
    if all(vectors):
        return _between_vectors(P if first is None else first, Q if second is None else second, found, method)
    for name, law, value in (("P", first, P), ("Q", second, Q)):
        if law is None:
            kind = type(value).__name__
            raise TypeError(f"{name} is of type {kind} where the other argument is a law; pass two laws or two vectors")
    from divergences.between_laws import laws_divergence

    assert first is not None and second is not None
    return laws_divergence(first, second, found, method)


def _between_vectors(P: Any, Q: Any, row: FDivergence, method: str) -> Estimate:
    """The exact sum over the atoms."""
    if method != "auto":
        raise ValueError(f"method = {method!r} is for laws; two vectors of masses are summed exactly, so leave it out")
    pair = probability_pair(P, Q, names=("P", "Q"))
    for name, masses in (("P", pair.p), ("Q", pair.q)):
        if masses.ndim != 1:
            raise ValueError(
                f"{name} has shape {masses.shape}; pass one vector of masses, or use f_divergence for batches"
            )
    value = float(values(pair, row))
    slack = EPS * (row.rounding * (value + abs(float((pair.q - pair.p).sum()))) + row.absolute)
    low, high = (value, value) if math.isinf(value) else (max(0.0, value - slack), min(row.maximum, value + slack))
    return Estimate(value, low, high, kind="exact", method="exact", unit=row.unit)
