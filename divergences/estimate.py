"""A number together with how far to trust it."""

from __future__ import annotations

import math
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Literal, get_args

import numpy as np

__all__ = ["Estimate", "Kind"]

Kind = Literal["exact", "enclosure", "certified gap", "confidence", "lower bound", "error estimate", "none"]

EPS = float(np.finfo(np.float64).eps)
LARGEST = float(np.finfo(np.float64).max)


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
        TypeError: if a number is none.
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
        for name in ("value", "low", "high", *(() if self.level is None else ("level",))):
            try:
                object.__setattr__(self, name, float(getattr(self, name)))
            except (TypeError, ValueError):
                raise TypeError(f"{name} is of type {type(getattr(self, name)).__name__}; pass a real number") from None
        if not self.low <= self.value <= self.high:
            ends = f"low = {self.low}, value = {self.value}, high = {self.high}"
            raise ValueError(f"{ends}: an Estimate needs low <= value <= high and no nan")
        if not isinstance(self.kind, str) or self.kind not in get_args(Kind):
            raise ValueError(f"kind {self.kind!r} is unknown; it is one of {', '.join(get_args(Kind))}")
        if self.kind == "lower bound" and self.high != math.inf:
            raise ValueError(f"high = {self.high}: a lower bound has high = inf")
        if (self.kind == "confidence") != (self.level is not None):
            found = f"level = {self.level} with kind {self.kind!r}"
            raise ValueError(f"{found}: a level belongs to kind 'confidence' and to no other")
        if self.level is not None and not 0 < self.level < 1:
            raise ValueError(f"level = {self.level}; a confidence level lies strictly between 0 and 1")
