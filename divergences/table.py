"""The table of f-divergences: every column of a row is pinned by a law that all rows obey (``tests/laws``).

The convention is ``D_f(P || Q) = sum q f(p / q) + f'(inf) P(q = 0)``, with ``P`` first and values in nats.
"""

from __future__ import annotations

import math
from collections.abc import Callable
from dataclasses import dataclass
from difflib import get_close_matches
from typing import Any, NamedTuple

import numpy as np
from numpy.typing import NDArray

from divergences.terms import (
    jensen_shannon_term,
    relative_entropy_term,
    reverse_relative_entropy_term,
    total_variation_term,
)

__all__ = [
    "JENSEN_SHANNON",
    "KL",
    "REVERSE_KL",
    "ROWS",
    "TOTAL_VARIATION",
    "FDivergence",
    "HalfLine",
    "row",
]

Array = NDArray[Any]
Function = Callable[[Array], Array]


class HalfLine(NamedTuple):
    """The interval of all ``t < end``, with ``end`` itself if it is closed.

    Attributes:
        end: the upper end, possibly infinite.
        closed: whether the end belongs to the interval.
    """

    end: float
    closed: bool


@dataclass(frozen=True)
class FDivergence:
    """One f-divergence, in nats where it has a unit: a row of the table.

    ``D_f(P || Q) = sum q f(p / q) + f'(inf) P(q = 0)`` for a convex ``f`` on ``(0, inf)`` with ``f(1) = 0``.

    Attributes:
        name: how `row` finds it.
        f: the generator, for arrays of ``u > 0``.
        derivative: ``f'(u)``, a subgradient where ``f`` has a corner; ``derivative(1)`` is that of the standardised
            generator.
        conjugate: ``f*(t) = sup over u > 0 of u t - f(u)``, infinite outside its domain.
        conjugate_domain: where ``f*`` is finite.
        activation: an increasing map of the real line into that domain, the last layer of a variational critic.
        penalty: ``f*(activation(v))`` in one formula, which overflows only where its value does, in float32 too.
        integrand: ``q (f(u) - f'(1)(u - 1))`` at ``u = p / q`` as a function of the masses ``p``, ``q`` and of the
            difference ``d = q - p``: nonnegative, right to a few ulp, with the limits at ``p = 0`` and ``q = 0``.
        at_zero: ``f(0)``, the limit from the right.
        slope_at_infinity: ``f'(inf)``, the limit of ``f(u) / u``.
        metric_power: the largest power of the divergence that is a metric, None if none is.
        source: where it is defined.
        unit: what it is measured in, empty for a pure number.

    References:
        Polyanskiy and Wu, Information Theory: From Coding to Learning (2025), Definition 7.1.
        Nowozin, Cseke and Tomioka, "f-GAN", NeurIPS 2016, Tables 1 and 2 (conjugates and activations).

    Example:
        >>> row("tv").maximum
        1.0
    """

    name: str
    f: Function
    derivative: Function
    conjugate: Function
    conjugate_domain: HalfLine
    activation: Function
    penalty: Function
    integrand: Callable[[Array, Array, Array], Array]
    at_zero: float
    slope_at_infinity: float
    metric_power: float | None
    source: str
    unit: str = "nat"

    @property
    def maximum(self) -> float:
        """The largest value, ``f(0) + f'(inf)``, which disjoint supports attain.

        References:
            Liese and Vajda, IEEE Transactions on Information Theory 52 (2006), Theorem 5.

        Example:
            >>> row("kl").maximum
            inf
        """
        return self.at_zero + self.slope_at_infinity


def _exp(x: Array) -> Array:
    """``exp`` whose overflow is the answer infinity."""
    with np.errstate(over="ignore"):
        return np.exp(x)


def _expm1(x: Array) -> Array:
    """``exp(x) - 1`` whose overflow is the answer infinity."""
    with np.errstate(over="ignore"):
        return np.expm1(x)


def _log(x: Array) -> Array:
    """``log`` with minus infinity at and below zero."""
    with np.errstate(divide="ignore"):
        return np.where(x > 0, np.log(np.abs(x)), -math.inf)


def _softplus(v: Array) -> Array:
    """``log(1 + exp(v))`` without overflow."""
    return np.maximum(v, 0) + np.log1p(np.exp(-np.abs(v)))


LOG_2 = math.log(2)

# One row is one paragraph: generator; conjugate; critic; masses; limits and metric; source.
# fmt: off
KL = FDivergence(
    name="kl", f=lambda u: u * np.log(u), derivative=lambda u: np.log(u) + 1,
    conjugate=lambda t: _exp(t - 1), conjugate_domain=HalfLine(math.inf, closed=False),
    activation=lambda v: v, penalty=lambda v: _exp(v - 1),
    integrand=relative_entropy_term,
    at_zero=0.0, slope_at_infinity=math.inf, metric_power=None,
    source="Kullback and Leibler, Annals of Mathematical Statistics 22 (1951), section 2",
)
REVERSE_KL = FDivergence(
    name="reverse_kl", f=lambda u: -_log(u), derivative=lambda u: -1 / u,
    conjugate=lambda t: -1 - _log(-t), conjugate_domain=HalfLine(0.0, closed=False),
    activation=lambda v: -_exp(-v), penalty=lambda v: v - 1,
    integrand=reverse_relative_entropy_term,
    at_zero=math.inf, slope_at_infinity=0.0, metric_power=None,
    source="Nowozin, Cseke and Tomioka, NeurIPS 2016, Table 1",
)
JENSEN_SHANNON = FDivergence(
    name="js", f=lambda u: (u * np.log(u) - (u + 1) * np.log((u + 1) / 2)) / 2,
    derivative=lambda u: (LOG_2 - np.log1p(1 / u)) / 2,
    conjugate=lambda t: -_log(1 - _expm1(2 * t)) / 2, conjugate_domain=HalfLine(LOG_2 / 2, closed=False),
    activation=lambda v: (LOG_2 - _softplus(-v)) / 2, penalty=lambda v: (_softplus(v) - LOG_2) / 2,
    integrand=jensen_shannon_term,
    at_zero=LOG_2 / 2, slope_at_infinity=LOG_2 / 2, metric_power=0.5,
    source="Lin, IEEE Trans. Inf. Theory 37 (1991), section 4; as a metric Endres and Schindelin, ibid. 49 (2003)",
)
TOTAL_VARIATION = FDivergence(
    name="tv", f=lambda u: np.abs(u - 1) / 2, derivative=lambda u: np.sign(u - 1) / 2,
    conjugate=lambda t: np.where(t <= 0.5, np.maximum(t, -0.5), math.inf), conjugate_domain=HalfLine(0.5, closed=True),
    activation=lambda v: np.tanh(v) / 2, penalty=lambda v: np.tanh(v) / 2,
    integrand=total_variation_term,
    at_zero=0.5, slope_at_infinity=0.5, metric_power=1.0,
    source="Polyanskiy and Wu, Information Theory: From Coding to Learning (2025), section 7.1", unit="",
)
# fmt: on

ROWS: tuple[FDivergence, ...] = (KL, REVERSE_KL, JENSEN_SHANNON, TOTAL_VARIATION)


def row(name: str) -> FDivergence:
    """The row of the table with a name; rows carry divergences in nats.

    Args:
        name: one of ``"kl"``, ``"reverse_kl"``, ``"js"`` and ``"tv"``.

    Returns:
        The row.

    Raises:
        ValueError: if there is none, with the names that exist.

    References:
        Polyanskiy and Wu, Information Theory: From Coding to Learning (2025), Definition 7.1.

    Example:
        >>> row("js").metric_power
        0.5
    """
    for candidate in ROWS:
        if candidate.name == name:
            return candidate
    names = [candidate.name for candidate in ROWS]
    near = get_close_matches(str(name), names, n=1)
    hint = f"; did you mean {near[0]!r}?" if near else ""
    raise ValueError(f"row {name!r} is unknown; the table has {', '.join(names)}{hint}")
