"""Pairs of densities with far, narrow, singular and heavy-tailed peaks, and their divergences by another program.

``python -m tests.divergences.battery`` prints the table, scipy.integrate.quad's answers beside ours.
``python -m tests.divergences.battery write`` computes the references again, by mpmath's tanh-sinh rule with 30 digits
between breakpoints of its own, and stores them in ``tests/data/densities.json`` (about ten minutes on one core).
"""

import json
import math
import sys
import time
import warnings
from collections.abc import Iterator
from itertools import pairwise
from pathlib import Path
from typing import NamedTuple

import mpmath
import numpy as np
from mpmath import mpf
from scipy import integrate, stats

from divergences import Mixture, divergence, row

STORE = Path(__file__).parents[1] / "data" / "densities.json"
DIGITS = 30
INFINITE = "infinite"  # the references of these pairs are arguments: see the last column of CASES


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


class Case(NamedTuple):
    """A pair, a row, and why the value is infinite if it is."""

    name: str
    P: Law
    Q: Law
    row: str
    infinite: str = ""


def norm(loc=0.0, scale=1.0) -> Law:
    return (Peak(1.0, "norm", loc, scale),)


def one(name, *shapes, loc=0.0, scale=1.0) -> Law:
    return (Peak(1.0, name, loc, scale, shapes),)


def mixture(*weighted) -> Law:
    return tuple(part._replace(weight=weight) for weight, (part,) in weighted)


COMB = mixture(*((0.1, norm(float(k), 1e-5)) for k in range(10)))
SHIFTED = mixture(*((0.1, norm(k + 1e-5, 1e-5)) for k in range(10)))
FAR_NEEDLE = mixture((0.999, norm()), (0.001, norm(1e4, 1e-2)))
T = one("t", 3.0)

# fmt: off
CASES = (
    Case("far normals", norm(40), norm(), "kl"),
    Case("far normals", norm(40), norm(), "js"),
    Case("far normals", norm(), norm(200), "js"),
    Case("far normals", norm(), norm(200), "squared_hellinger"),
    Case("far normals", norm(-1e5), norm(1e5), "jeffreys"),
    Case("normals far off", norm(1e6), norm(1e6 + 1), "kl"),
    Case("normals far off", norm(1e12), norm(1e12 + 2), "js"),
    Case("near normals", norm(), norm(1e-6), "js"),
    Case("near normals", norm(), norm(0, 1 + 1e-6), "kl"),
    Case("narrow in wide", norm(0, 1e-3), norm(), "kl"),
    Case("wide in narrow", norm(), norm(0, 1e-3), "kl"),
    Case("narrow in wide", norm(0, 1e-8), norm(), "js"),
    Case("narrow in wide", norm(0.3, 1e-12), norm(), "tv"),
    Case("tiny scales", norm(0, 1e-150), norm(1e-150, 2e-150), "js"),
    Case("huge scales", norm(0, 1e150), norm(1e150, 1e150), "kl"),
    Case("crossing twice", norm(), norm(1, 2), "tv"),
    Case("outside both peaks", norm(1), norm(), "chi2"),
    Case("outside both peaks", norm(6), norm(), "chi2"),
    Case("light over heavy", norm(0, 0.75), norm(), "chi2"),
    Case("heavy over light", norm(0, 1.5), norm(), "chi2", "2 / 1.5^2 < 1: p^2 / q grows"),
    Case("light over heavy", norm(0, 1.5), norm(), "neyman_chi2"),
    Case("ordinary normals", norm(), norm(1, 2), "le_cam"),
    Case("ordinary normals", norm(), norm(1, 2), "gan"),
    Case("t and normal", T, norm(), "js"),
    Case("normal and t", norm(), T, "kl"),
    Case("t and normal", one("t", 2.0), norm(), "kl", "the variance of t_2 is infinite"),
    Case("t and normal", one("t", 30.0), norm(), "kl"),
    Case("t and normal", T, norm(), "kl"),
    Case("two t", T, one("t", 5.0, loc=2.0), "kl"),
    Case("two t", one("t", 0.5), one("t", 1.0), "js"),
    Case("two t", one("t", 2.0), T, "chi2"),
    Case("two t", one("t", 1.0), one("t", 4.0), "chi2", "p^2 / q falls like x^(-4 + 5)"),
    Case("far Cauchys", one("cauchy"), one("cauchy", loc=1000.0), "kl"),
    Case("narrow Cauchy", one("cauchy", scale=1e-6), one("cauchy"), "kl"),
    Case("Cauchy and normal", one("cauchy"), norm(), "js"),
    Case("Cauchy and t", one("cauchy"), T, "kl"),
    Case("t and Laplace", one("t", 1.5), one("laplace"), "kl"),
    Case("Cauchy and Laplace", one("cauchy"), one("laplace"), "kl", "Cauchy's mean is infinite"),
    Case("Laplace and normal", one("laplace"), norm(), "kl"),
    Case("normal and Laplace", norm(), one("laplace"), "chi2"),
    Case("Laplace and normal", one("laplace"), norm(), "chi2", "exp(-2 |x| + x^2 / 2)"),
    Case("two Laplace", one("laplace"), one("laplace", scale=3.0), "chi2"),
    Case("two Laplace", one("laplace"), one("laplace", loc=500.0), "js"),
    Case("logistic and normal", one("logistic"), norm(0, 2), "kl"),
    Case("normal and logistic", norm(30), one("logistic"), "kl"),
    Case("singular gammas", one("gamma", 0.1), one("gamma", 0.2), "kl"),
    Case("singular gamma", one("gamma", 0.05), one("expon"), "js"),
    Case("large gamma", one("gamma", 1000.0), norm(1000, 31), "kl"),
    Case("normal and gamma", norm(1000, 31), one("gamma", 1000.0), "kl", "half of the line is outside the support"),
    Case("exponential and gamma", one("expon"), one("gamma", 0.5), "reverse_kl"),
    Case("inverse gammas", one("invgamma", 1.0), one("invgamma", 2.0), "kl"),
    Case("Weibull and exponential", one("weibull_min", 0.5), one("expon"), "kl"),
    Case("log-normal and gamma", one("lognorm", 1.0), one("gamma", 2.0), "kl"),
    Case("two log-normals", one("lognorm", 3.0), one("lognorm", 2.0), "js"),
    Case("two Paretos", one("pareto", 0.5), one("pareto", 1.0), "kl"),
    Case("Pareto and log-normal", one("pareto", 1.0), one("lognorm", 2.0), "js"),
    Case("arcsine and uniform", one("beta", 0.5, 0.5), one("uniform"), "kl"),
    Case("uniform and arcsine", one("uniform"), one("beta", 0.5, 0.5), "kl"),
    Case("opposite betas", one("beta", 0.1, 0.1), one("beta", 5.0, 5.0), "js"),
    Case("steep beta", one("beta", 100.0, 1.0), one("uniform"), "kl"),
    Case("beta below the floats", one("beta", 0.02, 1.0), one("uniform"), "kl"),
    Case("uniforms", one("uniform"), one("uniform", loc=0.5), "tv"),
    Case("uniform and normal", one("uniform"), norm(), "kl"),
    Case("normal and uniform", norm(), one("uniform"), "js"),
    Case("Gumbel and normal", one("gumbel_r"), norm(), "kl"),
    Case("normal and Gumbel", norm(), one("gumbel_r"), "kl"),
    Case("two Gumbel", one("gumbel_r"), one("gumbel_r", scale=2.0), "js"),
    Case("Laplace and Gumbel", one("laplace"), one("gumbel_r"), "kl", "the mean of exp(-x) under Laplace's law"),
    Case("far needle", FAR_NEEDLE, norm(), "tv"),
    Case("far needle", FAR_NEEDLE, norm(), "kl"),
    Case("far needle", norm(), FAR_NEEDLE, "squared_hellinger"),
    Case("comb and normal", COMB, norm(5, 3), "kl"),
    Case("comb and normal", COMB, norm(5, 3), "js"),
    Case("comb, shifted", COMB, SHIFTED, "js"),
    Case("near mixtures", mixture((0.5, norm()), (0.5, norm(5))), mixture((0.49999, norm()), (0.50001, norm(5))), "kl"),
    Case("heavy and light", mixture((0.5, one("cauchy", scale=1e-3)), (0.5, norm(10))), one("cauchy"), "kl"),
    Case("gammas mixed", mixture((0.3, one("gamma", 0.3)), (0.7, one("gamma", 50.0))), one("gamma", 2.0, scale=9.0),
         "js"),
)
# fmt: on


def library_law(law: Law):
    parts = [peak.frozen() for peak in law]
    return parts[0] if len(parts) == 1 else Mixture(parts, [peak.weight for peak in law])


def ours(case: Case):
    """By quadrature even where a closed form exists."""
    return divergence(library_law(case.P), library_law(case.Q), case.row, method="quadrature")


def reference(case: Case) -> mpf:
    """Between breakpoints around every peak, in coordinates in which tails and ends are exponentials."""
    with mpmath.workdps(DIGITS):
        f = GENERATORS[case.row]

        def integrand(center, offset):
            p, q = (_log_density(law, center, offset) for law in (case.P, case.Q))
            return mpf(0) if p == q == -mpmath.inf else f(p, q)

        def difference(center, offset):
            p, q = (_log_density(law, center, offset) for law in (case.P, case.Q))
            return mpf(0) if case.row != "tv" or -mpmath.inf in (p, q) else p - q

        return mpmath.fsum(_panel(integrand, difference, *panel) for panel in _panels(case.P + case.Q))


def _log_density(law: Law, center: mpf, offset: mpf) -> mpf:
    logs = [mpmath.log(peak.weight) + peak.log_density(center, offset) for peak in law]
    top = max(logs)
    return top if top == -mpmath.inf else top + mpmath.log(mpmath.fsum(mpmath.exp(v - top) for v in logs))


def _kl(p, q):
    if p == -mpmath.inf:
        return mpmath.exp(q)
    return mpmath.exp(p) * (p - q) - mpmath.exp(p) + mpmath.exp(q)


def _js(p, q):
    m = max(p, q) + mpmath.log1p(mpmath.exp(-abs(p - q))) - mpmath.log(2)
    return (_kl(p, m) + _kl(q, m)) / 2


def _chi2(p, q):
    return mpmath.exp(2 * p - q) - 2 * mpmath.exp(p) + mpmath.exp(q)


GENERATORS = {
    "kl": _kl,
    "reverse_kl": lambda p, q: _kl(q, p),
    "jeffreys": lambda p, q: _kl(p, q) + _kl(q, p),
    "js": _js,
    "gan": lambda p, q: 2 * _js(p, q),
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
    signs = [mpmath.sign(difference(t)) for t in grid[1:-1]]
    for (a, u), (b, v) in pairwise(zip(grid[1:-1], signs, strict=True)):
        if u * v < 0:
            yield mpmath.findroot(difference, (a, b), solver="anderson", tol=1e-50, verify=False)


def naive(case: Case) -> float:
    """What one writes first: scipy's quad of q f(p / q), densities as they are."""
    P, Q = ([(peak.weight, peak.frozen()) for peak in law] for law in (case.P, case.Q))
    found = row(case.row)

    def integrand(x: float) -> float:
        p, q = (np.array([sum(w * part.pdf(x) for w, part in law)]) for law in (P, Q))
        return float(found.integrand(p, q, q - p)[0])

    low = min(part.support()[0] for _, part in P + Q)
    high = max(part.support()[1] for _, part in P + Q)
    with warnings.catch_warnings(), np.errstate(all="ignore"):
        warnings.simplefilter("ignore")
        return float(integrate.quad(integrand, low, high)[0])


def stored() -> dict[str, float]:
    return {key: float(value) for key, value in json.loads(STORE.read_text(encoding="utf-8"))["values"].items()}


def key(case: Case) -> str:
    return f"{CASES.index(case)}: {case.name}, {case.row}"


def write() -> None:
    values = {}
    for case in CASES:
        start = time.perf_counter()
        values[key(case)] = "inf" if case.infinite else mpmath.nstr(reference(case), 25)
        print(f"{key(case):45} {values[key(case)]:32} {time.perf_counter() - start:6.1f} s", flush=True)
    text = {"command": "python -m tests.divergences.battery write", "digits": DIGITS, "values": values}
    STORE.write_text(json.dumps(text, indent=1) + "\n", encoding="utf-8")


def table() -> None:
    truths = stored()
    right = wrong = naive_right = 0
    print(f"{'pair':46}{'truth':>24}{'error here':>12}{'error of quad':>15}")
    for case in CASES:
        truth = truths[key(case)]
        try:
            value = ours(case).value
            miss = 0.0 if value == truth else abs(value - truth) / max(1.0, truth)
            right, wrong = right + (miss <= 1e-10), wrong + (miss > 1e-10)
            shown = f"{miss:.1e}"
        except RuntimeError:
            shown = "refused"
        other = naive(case)
        loss = 0.0 if other == truth else abs(other - truth) / max(1.0, truth)
        naive_right += loss <= 1e-10
        print(f"{key(case):46}{truth:24.15g}{shown:>12}{loss if not math.isnan(loss) else math.inf:15.1e}")
    print(f"of {len(CASES)} within 1e-10: {right} here, {wrong} wrong, the rest refused; {naive_right} by quad")


if __name__ == "__main__":
    write() if sys.argv[1:] == ["write"] else table()
