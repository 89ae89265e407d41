"""Closed forms: a table of families of laws, each with the few functions from which its rows follow.

Two members of an exponential family with log-normaliser ``F`` and natural parameters ``s`` (of P) and ``t`` (of Q) have

- ``KL(P || Q) = F(t) - F(s) - F'(s)(t - s)``,
- ``int p^a q^(1 - a) = exp(-J)`` with ``J = a F(s) + (1 - a) F(t) - F(m)`` at ``m = a s + (1 - a) t``, and
  ``J = a KL(M || P) + (1 - a) KL(M || Q)``, which loses no digits where P is near Q.

Outside the natural domain the second integral is infinite. Parameters are fractions: no difference is rounded twice.

References:
    Nielsen and Nock, "On the chi square and higher-order chi distances", IEEE Signal Processing Letters 21 (2014).
    Gil, Alajaji and Linder, "Renyi divergence measures for commonly used univariate continuous distributions",
    Information Sciences 249 (2013), Tables 2 and 3.
"""

from __future__ import annotations

import math
from collections.abc import Callable, Mapping
from fractions import Fraction
from typing import NamedTuple

import numpy as np

from divergences.columns import FDivergence, Generator
from divergences.laws import directions, wisharts
from divergences.laws import discrete_forms as discrete
from divergences.laws import exponential_families as exponential
from divergences.laws import location_families as location
from divergences.laws.kernels import Gap, rounded
from divergences.laws.normals import normal_total_variation

__all__ = ["FAMILIES", "Family", "Parameters", "Value", "closed_form", "from_gap", "multiple"]

Parameters = tuple[Fraction, ...]
Formula = Callable[[Parameters, Parameters], float]


class Family(NamedTuple):
    """A family of laws with closed forms.

    Attributes:
        name: as messages call it.
        kl: ``KL(P || Q)`` in nats; None where `atoms` serves all rows.
        gap: ``J = -log int p^a q^(1 - a)`` for any real ``a``, minus infinity outside the natural domain; None if the
            family has no such formula.
        rows: formulas of further rows, by the row's name.
        atoms: masses of P and Q and their difference on finitely many sets on which both densities are constant; every
            row then is a finite sum.
        outside: whether P has mass where Q has none.
        condition: by what more the rounding of a value may grow.

    Example:
        >>> FAMILIES["Cauchy"].gap is None
        True
    """

    name: str
    kl: Formula | None
    gap: Callable[[Parameters, Parameters, Fraction], Gap] | None = None
    rows: Mapping[str, Formula] = {}
    atoms: Callable[[Parameters, Parameters], list[Parameters]] | None = None
    outside: Callable[[Parameters, Parameters], bool] = lambda p, q: False
    condition: Formula = lambda p, q: 1.0


class Value(NamedTuple):
    """What a formula gives.

    Attributes:
        value: in the row's unit, infinite also where it leaves the range of floats.
        growth: by what the relative rounding grows; infinite where the truth is infinite.

    Example:
        >>> Value(0.5).growth
        1.0
    """

    value: float
    growth: float = 1.0


def closed_form(family: Family, p: Parameters, q: Parameters, row: FDivergence) -> Value | None:
    """A row between two members of a family, in the row's unit; None if the table has no formula.

    Args:
        family: a row of `FAMILIES`.
        p: parameters of P, as the family orders them.
        q: parameters of Q.
        row: a row of the table of divergences.

    Returns:
        The value, infinite outside the natural domain and beyond the range of floats.

    References:
        Nielsen and Nock, IEEE Signal Processing Letters 21 (2014), equation (3).

    Example:
        >>> from divergences.table import KL
        >>> closed_form(FAMILIES["normal"], (Fraction(1), Fraction(1)), (Fraction(0), Fraction(1)), KL)
        Value(value=0.5, growth=1.0)
    """
    if p == q:
        return Value(0.0)
    if family.atoms is not None:
        columns = zip(*family.atoms(p, q), strict=True)
        value = float(row.integrand(*(np.array(list(map(rounded, column))) for column in columns)).sum())
        return Value(value, math.inf if math.isinf(value) else 1.0)
    for name, formula in (*family.rows.items(), *_entropies(family)):
        if row.name == name:
            value = formula(p, q)
            infinite = math.isinf(value) and _outside(family, p, q, row)
            return Value(value, math.inf if infinite else family.condition(p, q))
    if row.order is None or family.gap is None:
        return None
    gap = family.gap(p, q, Fraction(row.order))
    return Value(from_gap(gap.value, row), gap.growth * family.condition(p, q))


def _entropies(family: Family) -> list[tuple[str, Formula]]:
    """The rows that follow from the Kullback-Leibler divergence."""
    kl = family.kl
    if kl is None:
        return []
    return [("kl", kl), ("reverse_kl", lambda p, q: kl(q, p)), ("jeffreys", lambda p, q: kl(p, q) + kl(q, p))]


def _outside(family: Family, p: Parameters, q: Parameters, row: FDivergence) -> bool:
    """Whether some mass of one law lies where the other has none."""
    reversible = math.isinf(row.at_zero) and family.outside(q, p)
    return reversible or (math.isinf(row.slope_at_infinity) and family.outside(p, q))


def multiple(row: Generator) -> float:
    """``f''(1)``: which multiple of the alpha-divergence of its order a row is.

    Example:
        >>> from divergences.table import CHI2
        >>> multiple(CHI2)
        2.0
    """
    return {"chi2": 2.0, "neyman_chi2": 2.0, "squared_hellinger": 0.5}.get(row.name, 1.0)


def from_gap(gap: float, row: FDivergence) -> float:
    """A row that is a multiple of an alpha-divergence, from ``J``.

    Example:
        >>> from divergences.table import SQUARED_HELLINGER
        >>> from_gap(math.inf, SQUARED_HELLINGER)
        2.0
    """
    a = float(row.order)  # type: ignore[arg-type]
    with np.errstate(over="ignore"):
        return max(0.0, multiple(row) * float(np.expm1(-gap)) / (a * (a - 1)))


# fmt: off
FAMILIES: Mapping[str, Family] = {family.name: family for family in (
    Family("normal", exponential.normal_kl, exponential.normal_gap, {"tv": normal_total_variation}),
    Family("log-normal", exponential.log_normal_kl, exponential.log_normal_gap,
           {"tv": exponential.log_normal_total_variation}),
    Family("gamma", exponential.gamma_kl, exponential.gamma_gap),
    Family("Dirichlet", exponential.dirichlet_kl, exponential.dirichlet_gap,
           condition=exponential.dirichlet_condition),
    Family("inverse Gaussian", exponential.inverse_gaussian_kl, exponential.inverse_gaussian_gap),
    Family("von Mises", exponential.von_mises_kl, exponential.von_mises_gap),
    Family("von Mises-Fisher", directions.direction_kl, directions.direction_gap),
    Family("Wishart", wisharts.wishart_kl, wisharts.wishart_gap),
    Family("Poisson", discrete.poisson_kl, discrete.poisson_gap, outside=lambda p, q: q[0] == 0),
    Family("binomial", discrete.binomial_kl, discrete.binomial_gap, outside=lambda p, q: q[1] in (0, 1)),
    Family("multinomial", discrete.multinomial_kl, discrete.multinomial_gap,
           outside=lambda p, q: any(x and not y for x, y in zip(p[1:], q[1:], strict=True))),
    Family("negative binomial", discrete.negative_binomial_kl, discrete.negative_binomial_gap,
           outside=lambda p, q: q[1] == 1),
    Family("Weibull of one shape", location.one_shape_kl, location.one_shape_gap,
           condition=location.exponential_growth(location.one_shape_kl)),
    Family("Weibull", location.weibull_kl, condition=location.exponential_growth(location.weibull_kl)),
    Family("Gumbel", location.gumbel_kl, condition=location.exponential_growth(location.gumbel_kl)),
    Family("Laplace", location.laplace_kl),
    Family("exponential", location.exponential_kl, outside=lambda p, q: p[0] < q[0]),
    Family("Pareto", location.pareto_kl, outside=lambda p, q: p[0] < q[0]),
    Family("uniform", None, atoms=location.uniform_atoms),
    Family("Cauchy", location.cauchy_kl, None, {
        "chi2": lambda p, q: rounded(location.cauchy_chi2(p, q)),
        "neyman_chi2": lambda p, q: rounded(location.cauchy_chi2(p, q)),
        "js": location.cauchy_js, "gan": lambda p, q: 2 * location.cauchy_js(p, q), "tv": location.cauchy_tv,
    }),
)}
# fmt: on
