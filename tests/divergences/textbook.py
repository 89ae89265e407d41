"""Divergences between parametric laws by their textbook formulas, in many digits.

``python -m tests.divergences.textbook [DRAWS]`` prints the worst error of the closed forms for each law, in eps.

For an exponential family with log-normaliser F: ``F(t) - F(s) - F'(s)(t - s)`` and ``a F(s) + b F(t) - F(a s + b t)``.
The library never evaluates these expressions; digits that cancel in them are paid for by precision.
"""

import math
import sys
from fractions import Fraction

import mpmath
import numpy as np
from mpmath import mpf

from divergences import ROWS, alpha_row
from divergences.laws.charts import Standard, common_family
from divergences.laws.closed_forms import Value, closed_form
from divergences.laws.multivariate import direction_law, multinomial_law, wishart_law
from tests.divergences.textbook_families import FAMILIES, MEMBERS, Exponential

EPS = 2.0**-52
DIGITS = 120
LIMIT = 16.0  # eps; measured by `python -m tests.divergences.textbook`: 6.2 (von Mises), at most 4.2 elsewhere
POWERS = [r for r in ROWS if r.order is not None or r.name == "jeffreys"] + [*map(alpha_row, (-0.4, 0.3, 1.4, 3))]
ORDERS = {"chi2": (2, 2), "neyman_chi2": (-1, 2), "squared_hellinger": (0.5, 0.5)}


def exact(x: Fraction) -> mpf:
    return mpf(x.numerator) / x.denominator


def law(name: str, *shapes: float, loc: float = 0.0, scale: float = 1.0) -> Standard:
    return Standard(name, tuple(map(Fraction, shapes)), Fraction(loc), Fraction(scale))


def multinomial(n: float, *weights: float) -> Standard:
    return multinomial_law(n, np.array(weights) / sum(weights), "P")


def direction_pair(rng: np.random.Generator, d: int, closeness: float = math.inf) -> tuple[np.ndarray, np.ndarray]:
    """Two unit vectors: at random, or nearly equal."""
    u, v = rng.normal(size=(2, d))
    v = v if math.isinf(closeness) else u / np.linalg.norm(u) + closeness * v
    return u / np.linalg.norm(u), v / np.linalg.norm(v)


def scale_pair(
    rng: np.random.Generator, d: int, closeness: float = math.inf, condition: float = 10.0
) -> tuple[np.ndarray, np.ndarray]:
    """Two scale matrices of a condition: at random, or nearly equal."""

    def one() -> np.ndarray:
        basis = np.linalg.qr(rng.normal(size=(d, d)))[0]
        found = (basis * np.geomspace(1, condition, d)) @ basis.T
        return (found + found.T) / 2

    S, T = one(), one()
    return S, T if math.isinf(closeness) else S * (1 + closeness * np.outer(*2 * (rng.uniform(0, 1, d),)))


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
        gap = 10.0 ** -rng.uniform(0.5, 15) if close else math.inf
        one, two = direction_pair(rng, int(rng.integers(2, 9)), gap)
        yield direction_law(a / 10, one, "P"), direction_law(other(a / 10), two, "Q")
        one, two = scale_pair(rng, 3, gap)
        yield wishart_law(2 + a, one * unit, "P"), wishart_law(2 + (near(a) if close else b), two * unit, "Q")
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
    worst: dict[str, tuple[float, str]] = {}
    for P, Q in pairs(seed=1, count=draws):
        family, p, q = common_family(P, Q)
        for row in POWERS:
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
