"""Pairs of densities with far, narrow, singular and heavy-tailed peaks, and their divergences by another program.

``python -m tests.divergences.battery`` prints the table: beside the truth, proved where a law has an enclosure, how far
our quadrature and scipy.integrate.quad are off.
``python -m tests.divergences.battery write`` computes the references again, by mpmath's tanh-sinh rule with 30 digits
between breakpoints of its own, and stores them in ``tests/data/densities.json`` (about ten minutes on one core).
"""

import json
import math
import sys
import time
import warnings
from pathlib import Path
from typing import NamedTuple

import mpmath
import numpy as np
from scipy import integrate

from divergences import Estimate, divergence, row
from tests.divergences.peaks import DIGITS, Law, library_law, mixture, norm, one, reference

STORE = Path(__file__).parents[1] / "data" / "densities.json"
CLOSE = 1e-10  # what is asked for, relatively from 1 on
INFINITE = "infinite"  # the references of these pairs are arguments: see the last column of CASES


class Case(NamedTuple):
    """A pair, a row, and why the value is infinite if it is."""

    name: str
    P: Law
    Q: Law
    row: str
    infinite: str = ""


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


def ours(case: Case):
    """By quadrature even where a closed form exists."""
    return divergence(library_law(case.P), library_law(case.Q), case.row, method="quadrature")


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
        values[key(case)] = "inf" if case.infinite else mpmath.nstr(reference(case.P, case.Q, case.row), 25)
        print(f"{key(case):45} {values[key(case)]:32} {time.perf_counter() - start:6.1f} s", flush=True)
    text = {"command": "python -m tests.divergences.battery write", "digits": DIGITS, "values": values}
    STORE.write_text(json.dumps(text, indent=1) + "\n", encoding="utf-8")


CERTIFIED = {"norm", "laplace", "logistic", "t", "cauchy", "expon", "gamma", "uniform", "beta"}


def has_enclosure(case: Case) -> bool:
    return {peak.name for peak in case.P + case.Q} <= CERTIFIED


def proved(case: Case) -> Estimate:
    return divergence(library_law(case.P), library_law(case.Q), case.row, method="certified")


def miss(value: float, truth: float) -> float:
    """Relative from 1 on; infinite for a nan."""
    found = 0.0 if value == truth else abs(value - truth) / max(1.0, truth)
    return math.inf if math.isnan(found) else found


def table() -> None:
    truths, right, refused, enclosed, by_quad = stored(), 0, [], 0, 0
    print(f"{'pair':46}{'truth':>24}{'radius proved':>14}{'error here':>12}{'error of quad':>15}")
    for case in CASES:
        radius, truth = "-", truths[key(case)]
        if has_enclosure(case):
            enclosure, enclosed = proved(case), enclosed + 1
            radius, truth = f"{miss(enclosure.high, enclosure.low) / 2:.1e}", enclosure.value
        other = miss(naive(case), truth)
        try:
            error = miss(ours(case).value, truth)
            right, shown = right + (error <= CLOSE), f"{error:.1e}"
        except RuntimeError:
            refused, shown = [*refused, key(case)], "refused"
        by_quad += other <= CLOSE
        print(f"{key(case):46}{truth:24.15g}{radius:>14}{shown:>12}{other:15.1e}", flush=True)
    wrong = len(CASES) - right - len(refused)
    print(
        f"of {len(CASES)} within {CLOSE}: {right} here, {wrong} wrong, {by_quad} by quad; {enclosed} of the truths are"
    )
    print(f"proved; refused: {', '.join(refused) or 'none'}")


if __name__ == "__main__":
    write() if sys.argv[1:] == ["write"] else table()
