"""How often the intervals from samples cover, and how wide they are beside those of the central limit theorem.

A two-sided interval is held against the divergence itself, a one-sided one against the expectation of what it bounds,
which is smaller. Asymptotic widths are those of a normal law with the spread of the estimates over the repetitions.
"""

import math
from collections.abc import Callable
from itertools import pairwise
from statistics import NormalDist
from typing import Any

import numpy as np
from scipy.integrate import quad
from scipy.stats import norm

from divergences import Estimate, f_divergence, row
from divergences.sampling.classifier import classifier_lower_bound
from divergences.sampling.counts import divergence_from_counts
from divergences.sampling.intervals import mean_interval
from divergences.sampling.monte_carlo import monte_carlo_divergence
from divergences.sampling.variational import donsker_varadhan_bound, variational_bound

CLIP = 3.0  # of the logarithm of the ratio, for critics: it bounds them
PARAMETERS: dict[str, Any] = {"device": "cpu", "seed": 0, "level": 0.95, "repetitions": 1000, "clip": CLIP, "digits": 5}

VECTORS: dict[str, tuple[list[int], list[int]]] = {
    "two": ([3, 7], [5, 5]),
    "five": ([1, 2, 3, 4, 5], [5, 4, 3, 2, 1]),
    "ten": ([1, 2, 3, 4, 5, 6, 7, 8, 9, 10], [1] * 10),
    "near": ([1000, 1001, 1002, 999, 998], [1000] * 5),
    "equal": ([1] * 4, [1] * 4),
    "apart": ([1, 1, 0, 0], [0, 0, 1, 1]),
}


def _cells() -> list[dict[str, Any]]:
    cells: list[dict[str, Any]] = []
    for laws in VECTORS:
        for name in ("tv", "js", "kl"):
            cells += [{"method": "counts", "laws": laws, "row": name, "n": [n, n]} for n in (20, 1000)]
    cells += [{"method": "counts", "laws": "five", "row": name, "n": [200, 900]} for name in ("chi2", "le_cam", "gan")]
    for shift in (0.001, 1.0, 10.0):
        for name in ("js", "tv", "squared_hellinger"):
            cells += [{"method": "monte carlo", "laws": shift, "row": name, "n": [n, n]} for n in (20, 1000)]
        for name in ("tv", "js", "kl", "squared_hellinger", "donsker-varadhan"):
            cells += [{"method": "variational", "laws": shift, "row": name, "n": n} for n in ([50, 50], [1000, 700])]
        for name in ("tv", "js"):
            sizes = ([20, 20], [1000, 1000], [1000, 300])
            cells += [{"method": "classifier", "laws": shift, "row": name, "n": n} for n in sizes]
    cells += [{"method": name, "laws": "coin", "row": "", "n": [100, 100]} for name in ("mean", "central limit")]
    return [{**cell, "stream": stream} for stream, cell in enumerate(cells)]


CELLS = _cells()


def log_ratio(shift: float) -> Callable[[Any], Any]:
    """``log(p / q)`` of N(0, 1) and N(shift, 1)."""
    return lambda x: shift * (shift / 2 - x)


def expectation(function: Callable[[Any], Any], mean: float, shift: float) -> float:
    """Under N(mean, 1), in pieces between the points where the ratio is 1 or clipped, and where functions bend."""
    corners = [shift / 2 + side * CLIP / shift for side in (-1, 0, 1)]
    points = sorted([*np.linspace(mean - 9, mean + 9, 37), *(x for x in corners if abs(x - mean) < 9)])
    return math.fsum(quad(lambda x: float(function(x)) * norm.pdf(x, mean), a, b)[0] for a, b in pairwise(points))


def _counts(cell: dict[str, Any]) -> tuple[Callable[[np.random.Generator], Estimate], float]:
    p, q = (np.array(masses) / np.sum(masses) for masses in VECTORS[cell["laws"]])
    n, m = cell["n"]
    truth = float(f_divergence(p, q, cell["row"]))
    return lambda rng: divergence_from_counts(rng.multinomial(n, p), rng.multinomial(m, q), cell["row"]), truth


def _monte_carlo(cell: dict[str, Any]) -> tuple[Callable[[np.random.Generator], Estimate], float]:
    laws, found = (norm(0, 1), norm(cell["laws"], 1)), row(cell["row"])
    shift = cell["laws"]
    known = {
        "tv": math.erf(shift / math.sqrt(8)),
        "squared_hellinger": -2 * math.expm1(-(shift**2) / 8),
        "js": _jensen_shannon(shift),
    }

    def draw(rng: np.random.Generator) -> Estimate:
        return monte_carlo_divergence(*laws, found, draws=cell["n"][0], seed=int(rng.integers(2**62)))

    return draw, known[found.name]


def _jensen_shannon(shift: float) -> float:
    """By quadrature of ``log 2 - log(1 + exp(-l))`` under P, twice half of it by symmetry."""
    ratio = log_ratio(shift)
    return expectation(lambda x: -math.log1p(math.expm1(-ratio(x)) / 2), 0.0, shift)


def _variational(cell: dict[str, Any]) -> tuple[Callable[[np.random.Generator], Estimate], float]:
    shift, (n, m) = cell["laws"], cell["n"]
    donsker = cell["row"] == "donsker-varadhan"
    found = row("kl" if donsker else cell["row"])
    ratio, ends = log_ratio(shift), (float(found.derivative(np.exp(-CLIP))), float(found.derivative(np.exp(CLIP))))

    def critic(x: Any) -> Any:
        return found.derivative(np.exp(np.clip(ratio(x), -CLIP, CLIP)))

    def draw(rng: np.random.Generator) -> Estimate:
        values = critic(rng.normal(0, 1, n)), critic(rng.normal(shift, 1, m))
        seed = int(rng.integers(2**62))
        if donsker:
            return donsker_varadhan_bound(*values, bounds=ends, seed=seed)
        return variational_bound(*values, found, bounds=ends, seed=seed)

    if donsker:
        return draw, expectation(critic, 0.0, shift) - math.log(expectation(lambda x: np.exp(critic(x)), shift, shift))
    return draw, expectation(critic, 0.0, shift) - expectation(lambda x: found.conjugate(critic(x)), shift, shift)


def _classifier(cell: dict[str, Any]) -> tuple[Callable[[np.random.Generator], Estimate], float]:
    shift, (n, m) = cell["laws"], cell["n"]
    ratio, clip = log_ratio(shift), 1 / (2 + min(n, m))

    def score(x: Any) -> Any:
        return 1 / (1 + np.exp(-ratio(x)))

    def draw(rng: np.random.Generator) -> Estimate:
        scores = score(rng.normal(0, 1, n)), score(rng.normal(shift, 1, m))
        return classifier_lower_bound(*scores, cell["row"], seed=int(rng.integers(2**62)))

    if cell["row"] == "tv":
        return draw, math.erf(shift / math.sqrt(8))
    parts = (
        lambda x: np.log(np.clip(score(x), clip, 1 - clip)),
        lambda x: np.log(np.clip(1 - score(x), clip, 1 - clip)),
    )
    return draw, math.log(2) + (expectation(parts[0], 0.0, shift) + expectation(parts[1], shift, shift)) / 2


def _coin(cell: dict[str, Any]) -> tuple[Callable[[np.random.Generator], Estimate], float]:
    """The mean of a coin that shows heads once in fifty tosses; the central limit theorem is the wrong twin."""

    def draw(rng: np.random.Generator) -> Estimate:
        x = (rng.random(cell["n"][0]) < 0.02).astype(float)
        half = 1.96 * x.std() / math.sqrt(len(x))
        ends = mean_interval(x, 0, 1, level=0.95) if cell["method"] == "mean" else (x.mean() - half, x.mean() + half)
        return Estimate(x.mean(), *ends, "confidence", cell["method"], 0.95, "")

    return draw, 0.02


METHODS = {
    "counts": _counts,
    "monte carlo": _monte_carlo,
    "variational": _variational,
    "classifier": _classifier,
    "mean": _coin,
    "central limit": _coin,
}
ONE_SIDED = ("variational", "classifier")


def reason(cell: dict[str, Any]) -> str:
    """Why an interval may be more than five times as wide as in the limit; empty where it may not."""
    if cell["method"] == "counts" and cell["laws"] == "ten":
        return "masses are bounded one by one, so their widths add up where in the limit their squares do"
    if cell["laws"] in ("near", "equal", "apart", 0.001, 10.0):
        return "the spread vanishes in the limit, and no bound that covers at finite n falls below the order of 1 / n"
    return ""


def run(cell: dict[str, Any]) -> dict[str, Any]:
    """Repeat one method on one pair of laws; infinite widths and those beside no spread are None."""
    draw, target = METHODS[cell["method"]](cell)
    seeds = np.random.SeedSequence([PARAMETERS["seed"], cell["stream"]])
    rng = np.random.default_rng(seeds)
    found = [draw(rng) for _ in range(PARAMETERS["repetitions"])]
    one_sided = cell["method"] in ONE_SIDED
    covered = sum(e.low <= max(target, 0.0) and (one_sided or target <= e.high) for e in found)
    width = float(np.median([(max(target, 0.0) if one_sided else e.high) - e.low for e in found]))
    raw = np.array([e.details.get("objective", e.details.get("plugin", e.value)) for e in found], dtype=float)
    quantile = NormalDist().inv_cdf(0.95) if one_sided else 2 * NormalDist().inv_cdf(0.975)
    asymptotic = quantile * float(raw.std()) if np.isfinite(raw).all() else math.inf
    return {"covered": covered, "target": _plain(target), "width": _plain(width), "asymptotic": _plain(asymptotic)}


def _plain(value: float) -> float | None:
    return float(f"{value:.{PARAMETERS['digits']}g}") if math.isfinite(value) else None
