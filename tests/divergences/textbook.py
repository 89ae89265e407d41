"""Divergences between parametric laws by their textbook formulas, in many digits.

``python -m tests.divergences.textbook [DRAWS]`` prints the worst error of the closed forms for each law, in eps.

For an exponential family with log-normaliser F: ``F(t) - F(s) - F'(s)(t - s)`` and ``a F(s) + b F(t) - F(a s + b t)``.
The library never evaluates these expressions; digits that cancel in them are paid for by precision.
"""

import math
import sys
from collections.abc import Callable
from fractions import Fraction
from typing import NamedTuple

import mpmath
import numpy as np
from mpmath import mpf

from divergences import ROWS, alpha_row
from divergences.laws.charts import Standard, common_family
from divergences.laws.closed_forms import Value, closed_form
from divergences.laws.standard import multinomial_law

EPS = 2.0**-52
DIGITS = 120
ORDERS = {"chi2": (2, 2), "neyman_chi2": (-1, 2), "squared_hellinger": (0.5, 0.5)}


class Exponential(NamedTuple):
    """An exponential family: natural parameters, their domain, log-normaliser and mean of the statistics."""

    natural: Callable
    inside: Callable
    normaliser: Callable
    mean: Callable


def _normal_normaliser(t):
    return -(t[0] ** 2) / (4 * t[1]) - mpmath.log(-2 * t[1]) / 2


def _gamma_normaliser(t):
    return mpmath.loggamma(t[0]) - t[0] * mpmath.log(-t[1])


def _bessel_ratio(k):
    return mpmath.besseli(1, k) / mpmath.besseli(0, k)


def _von_mises_normaliser(t):
    size = mpmath.hypot(*t)
    return mpmath.log(mpmath.besseli(0, size))


def _dirichlet_normaliser(t):
    return sum(map(mpmath.loggamma, t)) - mpmath.loggamma(sum(t))


FAMILIES = {
    "normal": Exponential(
        lambda m, v: (m / v, -1 / (2 * v)), lambda t: t[1] < 0, _normal_normaliser, lambda m, v: (m, v + m**2)
    ),
    "gamma": Exponential(
        lambda k, r: (k, -r),
        lambda t: t[0] > 0 > t[1],
        _gamma_normaliser,
        lambda k, r: (mpmath.psi(0, k) - mpmath.log(r), k / r),
    ),
    "dirichlet": Exponential(
        lambda *a: a,
        lambda t: min(t) > 0,
        _dirichlet_normaliser,
        lambda *a: tuple(mpmath.psi(0, x) - mpmath.psi(0, sum(a)) for x in a),
    ),
    "invgauss": Exponential(
        lambda m, l: (-l / (2 * m**2), -l / 2),
        lambda t: t[0] <= 0 > t[1],
        lambda t: -2 * mpmath.sqrt(t[0] * t[1]) - mpmath.log(-2 * t[1]) / 2,
        lambda m, l: (m, 1 / m + 1 / l),
    ),
    "vonmises": Exponential(
        lambda k, m: (k * mpmath.cos(m), k * mpmath.sin(m)),
        lambda t: True,
        _von_mises_normaliser,
        lambda k, m: (_bessel_ratio(k) * mpmath.cos(m), _bessel_ratio(k) * mpmath.sin(m)),
    ),
    "poisson": Exponential(
        lambda l: (mpmath.log(l),), lambda t: True, lambda t: mpmath.exp(t[0]), lambda l: (l,)
    ),
    "binom": Exponential(
        lambda n, p: (mpmath.log(p / (1 - p)), n),
        lambda t: True,
        lambda t: t[1] * mpmath.log1p(mpmath.exp(t[0])),
        lambda n, p: (n * p, 0),
    ),
    "multinomial": Exponential(
        lambda n, *p: (*map(mpmath.log, p), n),
        lambda t: True,
        lambda t: t[-1] * mpmath.log(sum(map(mpmath.exp, t[:-1]))),
        lambda n, *p: (*(n * x for x in p), 0),
    ),
    "nbinom": Exponential(
        lambda r, p: (mpmath.log(1 - p), r),
        lambda t: t[0] < 0,
        lambda t: -t[1] * mpmath.log(1 - mpmath.exp(t[0])),
        lambda r, p: (r * (1 - p) / p, 0),
    ),
}  # fmt: skip

# scipy's name -> family above and its parameters, by a change of variable that both laws share
MEMBERS = {
    "norm": lambda loc, s: ("normal", loc, s**2),
    "lognorm": lambda loc, s, a: ("normal", mpmath.log(s), a**2),
    "expon": lambda loc, s: ("gamma", mpf(1), 1 / s),
    "gamma": lambda loc, s, a: ("gamma", a, 1 / s),
    "chi2": lambda loc, s, df: ("gamma", df / 2, 1 / (2 * s)),
    "invgamma": lambda loc, s, a: ("gamma", a, s),
    "rayleigh": lambda loc, s: ("gamma", mpf(1), 1 / (2 * s**2)),
    "halfnorm": lambda loc, s: ("gamma", mpf(1) / 2, 1 / (2 * s**2)),
    "maxwell": lambda loc, s: ("gamma", mpf(3) / 2, 1 / (2 * s**2)),
    "chi": lambda loc, s, df: ("gamma", df / 2, 1 / (2 * s**2)),
    "laplace": lambda loc, s: ("gamma", mpf(1), 1 / s),
    "pareto": lambda loc, s, b: ("gamma", mpf(1), b),
    "weibull_min": lambda loc, s, c: ("gamma", mpf(1), s**-c),
    "beta": lambda loc, s, a, b: ("dirichlet", a, b),
    "dirichlet": lambda loc, s, *a: ("dirichlet", *a),
    "invgauss": lambda loc, s, m: ("invgauss", m * s, s),
    "vonmises": lambda loc, s, k: ("vonmises", k, loc),
    "poisson": lambda loc, s, l: ("poisson", l),
    "bernoulli": lambda loc, s, p: ("binom", mpf(1), p),
    "binom": lambda loc, s, n, p: ("binom", n, p),
    "multinomial": lambda loc, s, n, *p: ("multinomial", n, *p),
    "geom": lambda loc, s, p: ("nbinom", mpf(1), p),
    "nbinom": lambda loc, s, r, p: ("nbinom", r, p),
}


def exact(x: Fraction) -> mpf:
    return mpf(x.numerator) / x.denominator


def law(name: str, *shapes: float, loc: float = 0.0, scale: float = 1.0) -> Standard:
    return Standard(name, tuple(map(Fraction, shapes)), Fraction(loc), Fraction(scale))


def multinomial(n: float, *weights: float) -> Standard:
    return multinomial_law(n, np.array(weights) / sum(weights), "P")


def textbook(P: Standard, Q: Standard, row, digits: int = DIGITS) -> mpf:
    """A row between two members of one exponential family."""
    with mpmath.workdps(digits):
        (family, *p), (_, *q) = (MEMBERS[w.name](exact(w.loc), exact(w.scale), *map(exact, w.shapes)) for w in (P, Q))
        f = FAMILIES[family]
        if row.name == "jeffreys":
            return _kl(f, p, q) + _kl(f, q, p)
        if row.order in (0, 1):
            return _kl(f, p, q) if row.order else _kl(f, q, p)
        a = mpf(row.order)
        scale = ORDERS.get(row.name, (0, 1))[1]
        s, t = f.natural(*p), f.natural(*q)
        m = [a * x + (1 - a) * y for x, y in zip(s, t, strict=True)]
        if not f.inside(m):
            return mpmath.inf
        gap = a * f.normaliser(s) + (1 - a) * f.normaliser(t) - f.normaliser(m)
        return scale * mpmath.expm1(-gap) / (a * (a - 1))


def _kl(f: Exponential, p, q) -> mpf:
    s, t = f.natural(*p), f.natural(*q)
    slope = sum(g * (y - x) for g, x, y in zip(f.mean(*p), s, t, strict=True))
    return f.normaliser(t) - f.normaliser(s) - slope


def pairs(seed: int, count: int):
    """Near, ordinary and far pairs within each family, with parameters from 1e-150 to 1e150 where it has a scale."""
    rng = np.random.default_rng(seed)

    def near(x: float) -> float:
        return float(x * (1 + rng.choice([-1, 1]) * 10.0 ** -rng.uniform(0.5, 15)))

    def size(reach: float = 1.0) -> float:
        return float(10.0 ** rng.uniform(-reach, reach))

    for k in range(count):
        close = k % 3 == 0
        unit = 10.0 ** rng.uniform(-150, 150) if k % 3 == 1 else 1.0

        def other(x: float, reach: float = 1.0, close: bool = close) -> float:
            return near(x) if close else x * size(reach)

        m, s = float(rng.normal()), size()
        moved = m + s * (10.0 ** -rng.uniform(0, 14) if close else float(rng.normal()) * 3)
        yield law("norm", loc=m * unit, scale=s * unit), law("norm", loc=moved * unit, scale=other(s) * unit)
        yield law("lognorm", s, scale=unit), law("lognorm", other(s), scale=other(1.0) * unit)
        a, b = size(3), size(3)
        yield law("gamma", a, scale=s * unit), law("gamma", other(a), scale=other(s) * unit)
        yield law("invgamma", a, scale=s * unit), law("invgamma", other(a), scale=other(s) * unit)
        for name in ("expon", "rayleigh", "halfnorm", "laplace", "maxwell"):
            yield law(name, scale=s * unit), law(name, scale=other(s) * unit)
        yield law("weibull_min", s, scale=unit), law("weibull_min", s, scale=other(1.0) * unit)
        yield law("pareto", a), law("pareto", other(a))
        yield law("chi2", a), law("chi2", other(a))
        yield law("chi", a), law("chi", other(a))
        yield law("beta", a, b), law("beta", other(a), other(b))
        yield law("dirichlet", a, b, s), law("dirichlet", other(a), other(b), other(s))
        yield law("invgauss", s, scale=a * unit), law("invgauss", other(s), scale=other(a) * unit)
        angle = float(rng.uniform(-3, 3))
        turned = near(angle) if close else float(rng.uniform(-3, 3))
        yield law("vonmises", a / 10, loc=angle), law("vonmises", other(a / 10), loc=turned)
        yield law("poisson", a), law("poisson", other(a))
        p, q = float(rng.uniform(0.01, 0.99)), float(rng.uniform(0.01, 0.99))
        q = min(near(p), 0.995) if close else q
        n = float(rng.integers(1, 1000))
        yield law("bernoulli", p), law("bernoulli", q)
        yield law("binom", n, p), law("binom", n, q)
        yield multinomial(n, a, b, s), multinomial(n, other(a), other(b), other(s))
        yield law("geom", p), law("geom", q)
        yield law("nbinom", a, p), law("nbinom", a, q)


def main(draws: int = 150) -> None:
    rows = [row for row in ROWS if row.order is not None or row.name == "jeffreys"]
    rows += map(alpha_row, (-0.4, 0.3, 1.4, 3))
    worst: dict[str, tuple[float, str]] = {}
    for P, Q in pairs(seed=1, count=draws):
        family, p, q = common_family(P, Q)
        for row in rows:
            found = error(closed_form(family, p, q, row), textbook(P, Q, row))
            worst[P.name] = max(worst.get(P.name, (0.0, "")), (found, row.name))
    for name, (found, row_name) in sorted(worst.items()):
        print(f"{name:12} {found:5.1f} eps, {row_name}")


def error(found: Value, truth: mpf) -> float:
    """Of a value, in eps, growth and truth; infinite if a finite truth or an infinite one is missed."""
    if math.isinf(found.value) or truth > 1.797e308:
        same = math.isinf(found.value) and truth > 1.797e308 and math.isinf(found.growth) == (truth == mpmath.inf)
        return 0.0 if same else math.inf
    if truth < mpf(10) ** -300:
        return 0.0 if abs(found.value - truth) <= 2 * math.ulp(float(truth)) else math.inf
    return float(abs(found.value - truth) / truth) / EPS / found.growth


if __name__ == "__main__":
    main(*map(int, sys.argv[1:]))
