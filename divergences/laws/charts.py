"""From a law as scipy parametrises it to the families with closed forms, by a change of variable where one helps.

A divergence does not change when both laws are carried along by one map, the chart: the square of a Rayleigh variable
is exponential. Two laws have a closed form when a reading of each names the same family in the same chart.

References:
    Polyanskiy and Wu, Information Theory: From Coding to Learning (2025), Theorem 7.4 (data processing, both ways).
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from fractions import Fraction
from typing import NamedTuple

from divergences.laws.closed_forms import FAMILIES, Family, Parameters

__all__ = ["Standard", "common_family", "family_names"]


class Standard(NamedTuple):
    """A univariate law of scipy: the law of ``loc + scale z``, with exact parameters.

    Attributes:
        name: its name in scipy.stats.
        shapes: its shape parameters, in scipy's order.
        loc: the location.
        scale: the scale, 1 for counting laws.
    """

    name: str
    shapes: Parameters
    loc: Fraction
    scale: Fraction


class Reading(NamedTuple):
    """One way to see a law as a member of a family: its parameters in a chart.

    Attributes:
        family: the name of the family.
        chart: what must be equal for the chart to be one map.
        parameters: in the family's order.
    """

    family: str
    chart: tuple[object, ...]
    parameters: Parameters


ONE, HALF = Fraction(1), Fraction(1, 2)


def common_family(P: Standard, Q: Standard) -> tuple[Family, Parameters, Parameters] | None:
    """A family of which both laws are members in one chart, with their parameters; None if there is none.

    Args:
        P: a law.
        Q: a law.

    Returns:
        The first such family, those with more rows first.

    Example:
        >>> exponential = Standard("expon", (), Fraction(0), Fraction(2))
        >>> common_family(exponential, Standard("gamma", (Fraction(3),), Fraction(0), Fraction(2)))[0].name
        'gamma'
    """
    for mine in _readings(P):
        for other in _readings(Q):
            if mine.family == other.family and mine.chart == other.chart:
                return FAMILIES[mine.family], mine.parameters, other.parameters
    return None


def family_names() -> str:
    """The laws with a reading, as scipy names them, for messages.

    Example:
        >>> "norm" in family_names()
        True
    """
    return ", ".join(sorted(READINGS))


def _readings(law: Standard) -> Iterator[Reading]:
    if law.name in READINGS:
        yield from (reading for reading in READINGS[law.name](law) if reading is not None)


def _gamma(shape: Fraction, rate: Fraction, *chart: object) -> Reading:
    return Reading("gamma", chart, (shape, rate))


def _binomial(count: Fraction, law: Standard) -> Reading:
    return Reading("binomial", (count, law.loc), (count, law.shapes[-1]))


def _negative(count: Fraction, start: Fraction, law: Standard) -> Reading:
    return Reading("negative binomial", (count, start), (count, law.shapes[-1]))


Rule = Callable[[Standard], tuple[Reading | None, ...]]

# fmt: off
READINGS: Mapping[str, Rule] = {
    "norm": lambda w: (Reading("normal", (), (w.loc, w.scale**2)),),
    "lognorm": lambda w: (Reading("log-normal", (w.loc,), (w.scale, w.shapes[0] ** 2)),),
    "expon": lambda w: (_gamma(ONE, 1 / w.scale, "x", w.loc), Reading("exponential", (), (w.loc, 1 / w.scale))),
    "gamma": lambda w: (_gamma(w.shapes[0], 1 / w.scale, "x", w.loc),),
    "erlang": lambda w: (_gamma(w.shapes[0], 1 / w.scale, "x", w.loc),),
    "chi2": lambda w: (_gamma(w.shapes[0] / 2, 1 / (2 * w.scale), "x", w.loc),),
    "invgamma": lambda w: (_gamma(w.shapes[0], w.scale, "1/x", w.loc),),
    "rayleigh": lambda w: (_gamma(ONE, 1 / (2 * w.scale**2), "x^2", w.loc),),
    "halfnorm": lambda w: (_gamma(HALF, 1 / (2 * w.scale**2), "x^2", w.loc),),
    "maxwell": lambda w: (_gamma(3 * HALF, 1 / (2 * w.scale**2), "x^2", w.loc),),
    "chi": lambda w: (_gamma(w.shapes[0] / 2, 1 / (2 * w.scale**2), "x^2", w.loc),),
    "laplace": lambda w: (_gamma(ONE, 1 / w.scale, "|x|", w.loc), Reading("Laplace", (), (w.loc, w.scale))),
    "pareto": lambda w: (_gamma(ONE, w.shapes[0], "log x", w.loc, w.scale),
                         Reading("Pareto", (w.loc,), (w.scale, w.shapes[0]))),
    "weibull_min": lambda w: (Reading("Weibull of one shape", (w.shapes[0], w.loc), (w.scale, w.shapes[0])),
                              Reading("Weibull", (w.loc,), (w.shapes[0], w.scale))),
    "gumbel_r": lambda w: (Reading("Gumbel", ("x",), (w.loc, w.scale)),),
    "gumbel_l": lambda w: (Reading("Gumbel", ("-x",), (-w.loc, w.scale)),),
    "cauchy": lambda w: (Reading("Cauchy", (), (w.loc, w.scale)),),
    "uniform": lambda w: (Reading("uniform", (), (w.loc, w.loc + w.scale)),),
    "beta": lambda w: (Reading("Dirichlet", (w.loc, w.scale), w.shapes),),
    "arcsine": lambda w: (Reading("Dirichlet", (w.loc, w.scale), (HALF, HALF)),),
    "dirichlet": lambda w: (Reading("Dirichlet", (len(w.shapes),), w.shapes),),
    "invgauss": lambda w: (Reading("inverse Gaussian", (w.loc,), (w.shapes[0] * w.scale, w.scale)),),
    "vonmises": lambda w: (Reading("von Mises", (), (w.shapes[0], w.loc)) if w.scale == 1 else None,),
    "poisson": lambda w: (Reading("Poisson", (w.loc,), w.shapes),),
    "bernoulli": lambda w: (_binomial(ONE, w),),
    "binom": lambda w: (_binomial(w.shapes[0], w),),
    "multinomial": lambda w: (Reading("multinomial", (w.shapes[0], len(w.shapes)), w.shapes),),
    "wishart": lambda w: (Reading("Wishart", (len(w.shapes),), w.shapes),),
    "vonmises_fisher": lambda w: (Reading("von Mises-Fisher", (len(w.shapes),), w.shapes),),
    "geom": lambda w: (_negative(ONE, w.loc + 1, w),),
    "nbinom": lambda w: (_negative(w.shapes[0], w.loc, w),),
}
# fmt: on
