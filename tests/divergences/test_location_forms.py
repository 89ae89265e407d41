"""Closed forms of location families and total variations against textbook formulas in many digits."""

import math
from collections.abc import Callable

import mpmath
import numpy as np
import pytest
from mpmath import mpf

from divergences import row
from divergences.laws.charts import common_family
from divergences.laws.closed_forms import closed_form
from tests.divergences.textbook import LIMIT, error, exact, law


def laplace(P, Q) -> mpf:
    m, s, n, t = exact(P.loc), exact(P.scale), exact(Q.loc), exact(Q.scale)
    return mpmath.log(t / s) + abs(m - n) / t + s / t * mpmath.exp(-abs(m - n) / s) - 1


def gumbel(P, Q) -> mpf:
    m, s, n, t = exact(P.loc), exact(P.scale), exact(Q.loc), exact(Q.scale)
    moment = mpmath.exp((n - m) / t) * mpmath.gamma(s / t + 1)
    return mpmath.log(t / s) - mpmath.euler - 1 + (m - n) / t + mpmath.euler * s / t + moment


def weibull(P, Q) -> mpf:
    k, s, l, t = exact(P.shapes[0]), exact(P.scale), exact(Q.shapes[0]), exact(Q.scale)
    logs = mpmath.log(k / s**k) - mpmath.log(l / t**l) + (k - l) * (mpmath.log(s) - mpmath.euler / k)
    return logs + (s / t) ** l * mpmath.gamma(l / k + 1) - 1


def exponential(P, Q) -> mpf:
    r, u = 1 / exact(P.scale), 1 / exact(Q.scale)
    return mpmath.log(r / u) + u * (exact(P.loc) - exact(Q.loc)) + u / r - 1


def pareto(P, Q) -> mpf:
    b, c = exact(P.shapes[0]), exact(Q.shapes[0])
    return mpmath.log(b / c) + c * mpmath.log(exact(P.scale) / exact(Q.scale)) + c / b - 1


def cauchy(P, Q) -> mpf:
    m, s, n, t = exact(P.loc), exact(P.scale), exact(Q.loc), exact(Q.scale)
    return mpmath.log(((s + t) ** 2 + (m - n) ** 2) / (4 * s * t))


FORMULAS = {
    "laplace": laplace,
    "gumbel_r": gumbel,
    "weibull_min": weibull,
    "expon": exponential,
    "pareto": pareto,
    "cauchy": cauchy,
}


@pytest.mark.parametrize("name", sorted(FORMULAS))
@pytest.mark.parametrize("closeness", [0, 1, 5, 10, 15])
def test_location_families_keep_their_digits(name: str, closeness: int) -> None:
    rng = np.random.default_rng(closeness)
    formula: Callable = FORMULAS[name]
    for _ in range(12):
        unit = 10.0 ** rng.uniform(-150, 150) if closeness == 1 else 1.0
        shape = {"weibull_min": 1, "pareto": 1}.get(name, 0)
        moves = 10.0**-closeness * rng.uniform(-1, 1, 3) if closeness else rng.uniform(-0.9, 3, 3)
        a, s = rng.uniform(0.3, 4), rng.uniform(0.3, 4)
        loc = 0.0 if shape else rng.uniform(-1, 1)
        first = law(name, *[a] * shape, loc=loc * unit, scale=s * unit * (1 + abs(moves[2]) * (name == "pareto")))
        step = -abs(moves[1]) if name == "expon" else moves[1]
        second = law(
            name,
            *[a * (1 + moves[0])] * shape,
            loc=0.0 if shape else (loc + step) * unit,
            scale=s * unit * (1 if name == "pareto" else 1 + moves[2]),
        )
        if first == second:
            continue
        with mpmath.workdps(400):
            truth = formula(first, second)
        assert error(closed_form(*common_family(first, second), row("kl")), truth) < LIMIT, (first, second)


def normal_tv(P, Q) -> mpf:
    """The probabilities of the set between the roots of a quadratic."""
    m, s, n, t = exact(P.loc), exact(P.scale), exact(Q.loc), exact(Q.scale)
    if s == t:
        return mpmath.erf(abs(m - n) / (s * mpmath.sqrt(8)))
    a, b = 1 / t**2 - 1 / s**2, -2 * (n / t**2 - m / s**2)
    c = n**2 / t**2 - m**2 / s**2 + 2 * mpmath.log(t / s)
    half = mpmath.sqrt(b**2 - 4 * a * c)
    low, high = sorted([(-b - half) / (2 * a), (-b + half) / (2 * a)])

    def between(mean, spread) -> mpf:
        return (
            mpmath.erf((high - mean) / spread / mpmath.sqrt(2)) - mpmath.erf((low - mean) / spread / mpmath.sqrt(2))
        ) / 2

    return abs(between(m, s) - between(n, t))


@pytest.mark.parametrize("closeness", [0, 1, 4, 8, 12, 15])
def test_total_variation_of_normal_laws(closeness: int) -> None:
    """Measured: 4.9 eps."""
    rng = np.random.default_rng(closeness)
    for k in range(12):
        m, s = rng.normal(), 10.0 ** rng.uniform(-1, 1)
        moves = rng.normal(size=2) * 10.0**-closeness
        first = law("norm", loc=m, scale=s)
        second = law("norm", loc=m + s * moves[0] * 3, scale=s * (math.exp(moves[1]) if k % 4 else 1))
        with mpmath.workdps(100):
            truth = normal_tv(first, second)
        assert error(closed_form(*common_family(first, second), row("tv")), truth) < LIMIT


@pytest.mark.parametrize(("loc", "scale"), [(1.0, 2.0), (1e-3, 1.001), (5.0, 0.1)])
def test_every_row_of_cauchy_laws_against_integrals(loc: float, scale: float) -> None:
    """On the angle of the line, where Cauchy's density is constant."""
    family, p, q = common_family(law("cauchy"), law("cauchy", loc=loc, scale=scale))
    with mpmath.workdps(30):
        m, s = mpf(loc), mpf(scale)

        def ratio(theta):
            x = mpmath.tan(theta)
            return s * (1 + x * x) / (s * s + (x - m) ** 2)

        rows = {
            "chi2": lambda u: (1 / u - 1) ** 2 * u,
            "js": lambda u: (u * mpmath.log(u) - (1 + u) * mpmath.log((1 + u) / 2)) / 2,
        }
        edge = mpmath.pi / 2
        cuts = sorted({-edge, mpmath.atan(m - s), mpmath.atan(m), mpmath.atan(m + s), mpf(0), edge})
        for name, f in rows.items():
            truth = mpmath.quad(lambda t, f=f: f(ratio(t)), cuts) / mpmath.pi
            assert error(closed_form(family, p, q, row(name)), truth) < LIMIT
        # 1 + x^2 times s against s^2 + (x - m)^2: the densities cross at the roots of a quadratic
        a, b, c = s - 1, 2 * m, s - s * s - m * m
        roots = [-c / b] if a == 0 else sorted((-b + k * mpmath.sqrt(b * b - 4 * a * c)) / (2 * a) for k in (1, -1))
        cdf = [(mpmath.atan(x), mpmath.atan((x - m) / s)) for x in roots]
        differences = [(u - v) / mpmath.pi for u, v in cdf]
        truth = abs(differences[-1] - differences[0]) if len(roots) == 2 else abs(differences[0])
        assert error(closed_form(family, p, q, row("tv")), truth) < LIMIT
