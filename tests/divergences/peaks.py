"""Laws of the line as peaks, and their divergences by mpmath's tanh-sinh rule between breakpoints of its own."""

from collections.abc import Iterator
from itertools import pairwise
from typing import NamedTuple

import mpmath
from mpmath import mpf
from scipy import stats

from divergences import Mixture

DIGITS = 30


class Peak(NamedTuple):
    """A component: weight, scipy's name, location, scale and shapes."""

    weight: float
    name: str
    loc: float
    scale: float
    shapes: tuple[float, ...] = ()

    def frozen(self):
        return getattr(stats, self.name)(*self.shapes, loc=self.loc, scale=self.scale)

    def log_density(self, center: mpf, offset: mpf) -> mpf:
        """Of ``center + offset``; near the upper end of a support the distance to it is what counts."""
        z = ((center - mpf(self.loc)) + offset) / mpf(self.scale)
        gap = ((mpf(self.loc) + mpf(self.scale) - center) - offset) / mpf(self.scale)
        kind = SUPPORT.get(self.name, "line")
        if kind != "line" and (z <= (kind == "beyond one") or (kind == "unit" and gap <= 0)):
            return -mpmath.inf
        arguments = (z, gap) if self.name == "beta" else (z,)
        return LOGS[self.name](*arguments, *map(mpf, self.shapes)) - mpmath.log(mpf(self.scale))

    def ends(self) -> list[float]:
        kind = SUPPORT.get(self.name, "line")
        low = self.loc + self.scale * (kind == "beyond one")
        return {"line": [], "unit": [low, self.loc + self.scale]}.get(kind, [low])


def _student(z, df):
    constant = mpmath.loggamma((df + 1) / 2) - mpmath.loggamma(df / 2) - mpmath.log(df * mpmath.pi) / 2
    return constant - (df + 1) / 2 * mpmath.log1p(z * z / df)


def _beta(z, gap, a, b):
    constant = mpmath.loggamma(a + b) - mpmath.loggamma(a) - mpmath.loggamma(b)
    return constant + (a - 1) * mpmath.log(z) + (b - 1) * mpmath.log(gap)


SUPPORT = dict.fromkeys(("gamma", "expon", "invgamma", "weibull_min", "lognorm"), "positive")
SUPPORT |= {"beta": "unit", "uniform": "unit", "pareto": "beyond one"}
LOGS = {
    "norm": lambda z: -z * z / 2 - mpmath.log(2 * mpmath.pi) / 2,
    "t": _student,
    "cauchy": lambda z: _student(z, mpf(1)),
    "laplace": lambda z: -abs(z) - mpmath.log(2),
    "logistic": lambda z: -abs(z) - 2 * mpmath.log1p(mpmath.exp(-abs(z))),
    "gumbel_r": lambda z: -z - mpmath.exp(min(-z, mpf(10) ** 5)),  # beyond, the density is below exp(-10^40000)
    "gamma": lambda z, a: (a - 1) * mpmath.log(z) - z - mpmath.loggamma(a),
    "expon": lambda z: -z,
    "invgamma": lambda z, a: -(a + 1) * mpmath.log(z) - 1 / z - mpmath.loggamma(a),
    "weibull_min": lambda z, c: mpmath.log(c) + (c - 1) * mpmath.log(z) - z**c,
    "lognorm": lambda z, s: -((mpmath.log(z) / s) ** 2) / 2 - mpmath.log(s * z) - mpmath.log(2 * mpmath.pi) / 2,
    "uniform": lambda z: mpf(0),
    "beta": _beta,
    "pareto": lambda z, b: mpmath.log(b) - (b + 1) * mpmath.log(z),
}

Law = tuple[Peak, ...]


def norm(loc=0.0, scale=1.0) -> Law:
    return (Peak(1.0, "norm", loc, scale),)


def one(name, *shapes, loc=0.0, scale=1.0) -> Law:
    return (Peak(1.0, name, loc, scale, shapes),)


def mixture(*weighted) -> Law:
    return tuple(part._replace(weight=weight) for weight, (part,) in weighted)


def library_law(law: Law):
    parts = [peak.frozen() for peak in law]
    return parts[0] if len(parts) == 1 else Mixture(parts, [peak.weight for peak in law])


def reference(P: Law, Q: Law, row: str) -> mpf:
    """Between breakpoints around every peak, in coordinates in which tails and ends are exponentials."""
    with mpmath.workdps(DIGITS):
        f = GENERATORS[row]

        def integrand(center, offset):
            p, q = (_log_density(law, center, offset) for law in (P, Q))
            return mpf(0) if p == q == -mpmath.inf else f(p, q)

        def difference(center, offset):
            p, q = (_log_density(law, center, offset) for law in (P, Q))
            return mpf(0) if row != "tv" or -mpmath.inf in (p, q) else p - q

        return mpmath.fsum(_panel(integrand, difference, *panel) for panel in _panels(P + Q))


def _log_density(law: Law, center: mpf, offset: mpf) -> mpf:
    logs = [mpmath.log(peak.weight) + peak.log_density(center, offset) for peak in law]
    top = max(logs)
    return top if top == -mpmath.inf else top + mpmath.log(mpmath.fsum(mpmath.exp(v - top) for v in logs))


def _kl(p, q):
    if p == -mpmath.inf:
        return mpmath.exp(q)
    return mpmath.exp(p) * (p - q) - mpmath.exp(p) + mpmath.exp(q)


def _js(p, q, weight=0.5):
    first, second = mpmath.log(weight) + p, mpmath.log(1 - weight) + q
    m = max(first, second) + mpmath.log1p(mpmath.exp(-abs(first - second)))
    return weight * _kl(p, m) + (1 - weight) * _kl(q, m)


def _alpha(order):
    a = mpf(order)
    return lambda p, q: (mpmath.exp(a * p + (1 - a) * q) - a * mpmath.exp(p) - (1 - a) * mpmath.exp(q)) / (a * (a - 1))


def _chi2(p, q):
    return mpmath.exp(2 * p - q) - 2 * mpmath.exp(p) + mpmath.exp(q)


GENERATORS = {
    "kl": _kl,
    "reverse_kl": lambda p, q: _kl(q, p),
    "jeffreys": lambda p, q: _kl(p, q) + _kl(q, p),
    "js": _js,
    "gan": lambda p, q: 2 * _js(p, q),
    **{f"alpha({order:g})": _alpha(order) for order in (-1, 0.5, 1.5, 3)},
    "weighted_js(0.25)": lambda p, q: _js(p, q, 0.25),
    "chi2": _chi2,
    "neyman_chi2": lambda p, q: _chi2(q, p),
    "squared_hellinger": lambda p, q: (mpmath.exp(p / 2) - mpmath.exp(q / 2)) ** 2,
    "le_cam": lambda p, q: (mpmath.exp(p) - mpmath.exp(q)) ** 2 / (mpmath.exp(p) + mpmath.exp(q)),
    "tv": lambda p, q: abs(mpmath.exp(p) - mpmath.exp(q)) / 2,
}


def _panels(peaks: Law) -> Iterator[tuple[mpf, int, mpf, mpf]]:
    """Center, side, and the distances between which to integrate, up to half-way to the next center."""
    widths: dict[mpf, mpf] = {}
    ends = {mpf(e) for peak in peaks for e in peak.ends()}
    for peak in peaks:
        quarter, middle, above = (mpf(float(v)) for v in peak._replace(loc=0.0).frozen().ppf([0.25, 0.5, 0.75]))
        center = mpf(peak.loc) + middle
        widths[center] = min(widths.get(center, mpmath.inf), (above - quarter) / 2)
    for end in ends:
        widths.setdefault(end, min(widths.values()))
    centers = sorted(widths)
    line = not all(peak.ends() for peak in peaks)
    for k, center in enumerate(centers):
        left = (center - centers[k - 1]) / 2 if k else (mpmath.inf if line else mpf(0))
        bounded = all(len(peak.ends()) == 2 for peak in peaks)
        right = (centers[k + 1] - center) / 2 if k + 1 < len(centers) else (mpf(0) if bounded else mpmath.inf)
        for side, reach in ((-1, left), (1, right)):
            yield from ((center, side, low, high) for low, high in _distances(widths[center], reach, center in ends))


def _distances(width: mpf, reach: mpf, end: bool) -> Iterator[tuple[mpf, mpf]]:
    inner = width / mpf(10) ** 3000 if end else mpf(0)
    cuts = [inner, *(width * mpf(10) ** -k for k in (300, 100, 30, 10, 3, 1))] if end else [inner]
    cuts += [width * c for c in (mpf(1) / 2, 1, 2, 3, 4, 6, 8, 11, 15, 20, 30, 50, 100, 300, 1000, 10**4, 10**6, 10**9)]
    cuts += [width * mpf(10) ** k for k in (15, 30, 60, 120, 250)]
    cuts = [c for c in cuts if c < reach] + ([reach] if reach < mpmath.inf else [])
    yield from pairwise(cuts)


def _panel(f, difference, center: mpf, side: int, low: mpf, high: mpf) -> mpf:
    """In the logarithm of the distance beyond the innermost panel; split where the densities cross, for kinks."""
    if low == 0:
        ends, offset, weight = (low, high), lambda t: side * t, lambda t: mpf(1)
    else:
        ends, offset, weight = (mpmath.log(low), mpmath.log(high)), lambda u: side * mpmath.exp(u), mpmath.exp
    cuts = [ends[0], *_crossings(lambda t: difference(center, offset(t)), *ends), ends[1]]
    return mpmath.quad(lambda t: f(center, offset(t)) * weight(t), cuts)


def _crossings(difference, low: mpf, high: mpf) -> Iterator[mpf]:
    grid = mpmath.linspace(low, high, 41)
    signs = [mpmath.sign(difference(t)) for t in grid]
    for (a, u), (b, v) in pairwise(zip(grid, signs, strict=True)):
        if u * v < 0:
            yield mpmath.findroot(difference, (a, b), solver="anderson", tol=1e-50, verify=False)
