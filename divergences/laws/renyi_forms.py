"""Closed forms of Renyi divergences: from the gap of an exponential family, and at the orders 0 and infinity.

References:
    van Erven and Harremoes, "Renyi divergence and Kullback-Leibler divergence", IEEE Transactions on Information Theory
    60 (2014), Definitions 2 and 3.
    Gil, Alajaji and Linder, Information Sciences 249 (2013), Tables 2 and 3.
"""

from __future__ import annotations

import math
from collections.abc import Callable, Mapping
from fractions import Fraction

import numpy as np

from divergences.laws.closed_forms import Family, Parameters, Value
from divergences.laws.directions import direction_supremum
from divergences.laws.kernels import Gap, lgamma_gap, log_fraction, rounded
from divergences.renyi import renyi_divergence
from divergences.renyi_rows import RenyiRow

__all__ = ["renyi_form", "renyi_of_gap"]

Terms = tuple[float, ...]

ONE = Fraction(1)
INFINITE = (math.inf,)


def renyi_form(family: Family, p: Parameters, q: Parameters, row: RenyiRow) -> Value | None:
    """A Renyi divergence between two members of a family, in nats; None if the tables have no formula.

    Args:
        family: a row of `FAMILIES`.
        p: parameters of P, as the family orders them.
        q: parameters of Q.
        row: the Renyi divergence.

    Returns:
        The value, with what its relative rounding grows by.

    References:
        Gil, Alajaji and Linder, Information Sciences 249 (2013), Theorem 2 (exponential families).

    Example:
        >>> from divergences.laws.closed_forms import FAMILIES
        >>> renyi_form(FAMILIES["normal"], (ONE, ONE), (0 * ONE, ONE), RenyiRow(3.0)).value
        1.5
    """
    if p == q:
        return Value(0.0)
    if family.atoms is not None:
        mine, other, _ = (np.array(list(map(rounded, column))) for column in zip(*family.atoms(p, q), strict=True))
        value = float(renyi_divergence(mine, other, alpha=row.order, normalize=True))
        return Value(value, math.inf if math.isinf(value) else max(1.0, row.order if row.order < math.inf else 1.0))
    if row.extreme:
        return _extreme(family, p, q, row)
    if family.gap is None:
        return None
    value, growth = renyi_of_gap(family.gap(p, q, Fraction(row.order)), row)
    disjoint = math.isinf(value) and row.order < 1 and family.outside(p, q) and family.outside(q, p)
    return Value(value, math.inf if disjoint else growth * family.condition(p, q))


def renyi_of_gap(gap: Gap, row: RenyiRow) -> tuple[float, float]:
    """``J / (1 - a)``, and by what its relative rounding grows: infinitely outside the natural domain.

    Example:
        >>> renyi_of_gap(Gap(-6.0, 9.0), RenyiRow(3.0))
        (3.0, 1.5)
    """
    value = max(0.0, gap.value / (1 - row.order))
    if math.isinf(value):
        return value, max(1.0, gap.size)
    if gap.value:
        return value, max(1.0, gap.size / abs(gap.value))
    return value, math.inf if gap.size else 1.0  # terms that leave nothing of their sum tell nothing


def _extreme(family: Family, p: Parameters, q: Parameters, row: RenyiRow) -> Value | None:
    """The orders 0 and infinity, from terms that may cancel."""
    if row.order == 0 and not family.outside(q, p):
        return Value(0.0)
    table = REACHES if row.order == 0 else SUPREMA
    if family.name not in table:
        return None
    terms = table[family.name](p, q)
    value, size = max(0.0, sum(terms)), sum(map(abs, terms))
    return Value(value, math.inf if math.isinf(value) else size / value if value else 1.0)


def _normal(p: Parameters, q: Parameters) -> Terms:
    if p[1] >= q[1]:
        return INFINITE
    return rounded((p[0] - q[0]) ** 2 / (q[1] - p[1])) / 2, log_fraction(q[1] / p[1]) / 2


def _log_normal(p: Parameters, q: Parameters) -> Terms:
    return _normal((Fraction(log_fraction(p[0] / q[0])), p[1]), (Fraction(0), q[1]))


def _gamma(p: Parameters, q: Parameters) -> Terms:
    """By shape and rate; where the slopes of the logarithms agree, or at 0."""
    shape, rate = p[0] - q[0], p[1] - q[1]
    if shape < 0 or rate < 0 or (shape and not rate):
        return INFINITE
    first = rounded(q[0]) * log_fraction(p[1] / q[1])
    if not shape:
        return (first,)
    from scipy.special import digamma

    peak = rounded(shape) * (log_fraction(p[1] * shape / rate) - 1)
    return first, peak, -rounded(shape) * float(digamma(rounded(q[0]))), -lgamma_gap(q[0], p[0])


def _laplace(p: Parameters, q: Parameters) -> Terms:
    """At the peak of P."""
    return INFINITE if p[1] > q[1] else (rounded(abs(p[0] - q[0]) / q[1]), log_fraction(q[1] / p[1]))


def _exponential(p: Parameters, q: Parameters) -> Terms:
    """By start and rate; at the start of P."""
    if p[0] < q[0] or p[1] < q[1]:
        return INFINITE
    return rounded(q[1] * (p[0] - q[0])), log_fraction(p[1] / q[1])


def _pareto(p: Parameters, q: Parameters) -> Terms:
    """By start and exponent; at the start of P."""
    if p[0] < q[0] or p[1] < q[1]:
        return INFINITE
    return rounded(q[1]) * log_fraction(p[0] / q[0]), log_fraction(p[1] / q[1])


def _outcomes(p: Parameters, q: Parameters) -> Terms:
    """All trials at the outcome whose chance grows most."""
    if any(x and not y for x, y in zip(p[1:], q[1:], strict=True)):
        return INFINITE
    return (rounded(p[0]) * log_fraction(max(x / y for x, y in zip(p[1:], q[1:], strict=True) if x)),)


def _met(p: Parameters, q: Parameters) -> Terms:
    """All trials at outcomes that P has."""
    mass = sum((y for x, y in zip(p[1:], q[1:], strict=True) if x), Fraction(0))
    return (-rounded(p[0]) * log_fraction(mass),) if mass else INFINITE


def _two(p: Parameters) -> Parameters:
    return (*p, 1 - p[1])


Table = Mapping[str, Callable[[Parameters, Parameters], Terms]]

# family -> terms of the essential supremum of log(p / q), of P and Q that differ
SUPREMA: Table = {
    "normal": _normal,
    "log-normal": _log_normal,
    "gamma": _gamma,
    "Laplace": _laplace,
    "exponential": _exponential,
    "Pareto": _pareto,
    "Poisson": lambda p, q: INFINITE if p[0] > q[0] else (rounded(q[0] - p[0]),),
    "binomial": lambda p, q: _outcomes(_two(p), _two(q)),
    "multinomial": _outcomes,
    "negative binomial": lambda p, q: INFINITE if p[1] < q[1] else (rounded(p[0]) * log_fraction(p[1] / q[1]),),
    "von Mises-Fisher": lambda p, q: (direction_supremum(p, q),),
}
# family -> terms of -log Q(p > 0), where Q has mass that P has not
REACHES: Table = {
    "exponential": lambda p, q: (rounded(q[1] * (p[0] - q[0])),),
    "Pareto": lambda p, q: (rounded(q[1]) * log_fraction(p[0] / q[0]),),
    "Poisson": lambda p, q: (rounded(q[0]),),
    "binomial": lambda p, q: _met(_two(p), _two(q)),
    "multinomial": _met,
    "negative binomial": lambda p, q: (-rounded(q[0]) * log_fraction(q[1]),),
}
