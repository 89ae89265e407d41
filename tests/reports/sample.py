"""A ledger and evidence made up for the report's tests: every verdict, infinite margins, markup in every text."""

import math
from collections.abc import Sequence
from typing import Any

from reports.ledger import Claim, Document, Ledger, Words

__all__ = ["EVIDENCE", "HOSTILE", "LEDGER", "check", "record"]

HOSTILE = "<script>alert('x' & \"y\")</script> #panic() $a$ \\foo @b"  # markup of HTML, of Typst, of LaTeX

THESIS = Document("thesis", "A. Author", "On generative networks & their distances", "2026", "en", "thesis")
SURVEY = Document("survey", "B. Author", "A survey of <transport>", "2025", "en", "survey")


def claim(key: str, title: str, latex: str, expect: str = "holds", **more: Any) -> Claim:
    document = THESIS if key.startswith("thesis") else SURVEY
    wrong = expect in ("conditional", "refuted")
    words = Words(
        title=title,
        plain=more.pop("plain", f"In plain words: {title}, however the two laws are chosen, and however far apart."),
        spoken=f"{title}, as spoken",
        hypotheses="" if expect == "descriptive" else "P and Q are probability measures on one space.",
        correction="Square the right-hand side and halve it." if wrong else "",
        correction_spoken=f"{title}, corrected and spoken" if wrong else "",
    )
    place = more.pop("place", f"Proposition {len(key)}")
    return Claim(key, document, latex, place, expect, {"en": words}, **more)


LEDGER = Ledger(
    {
        c.id: c
        for c in (
            claim(
                "thesis.kl", "Kullback–Leibler divergence",
                r"\mathrm{KL}(P\,\|\,Q)=\int\log\frac{dP}{dQ}\,dP", "descriptive", place="Section 2.4",
            ),
            claim(
                "thesis.tv", "Total variation distance", r"\delta(P,Q)=\sup_{A}\,|P(A)-Q(A)|", "descriptive",
            ),
            claim(
                "thesis.js", "Jensen–Shannon divergence",
                r"\mathrm{JS}(P,Q)=\tfrac12\mathrm{KL}\!\left(P\,\Big\|\,\tfrac{P+Q}{2}\right)+"
                r"\tfrac12\mathrm{KL}\!\left(Q\,\Big\|\,\tfrac{P+Q}{2}\right)",
                "descriptive", rests_on=("thesis.kl",),
            ),
            claim(
                "thesis.w", "Wasserstein-1 distance",
                r"W(P,Q)=\inf_{\gamma\in\Pi(P,Q)}\mathbb{E}_{(x,y)\sim\gamma}\,\|x-y\|", "descriptive",
            ),
            claim(
                "thesis.prop3", "JS is at most log 2", r"\mathrm{JS}(P,Q)\le\log 2", rests_on=("thesis.js",),
                place="Proposition 3",
            ),
            claim(
                "thesis.prop5", "JS is at least TV over the root of 2",
                r"\mathrm{JS}(P,Q)\ge\tfrac{1}{\sqrt2}\,\delta(P,Q)", "refuted", grade="slip",
                correction_latex=r"\mathrm{JS}(P,Q)\ge\tfrac12\,\delta(P,Q)^2", rests_on=("thesis.js", "thesis.tv"),
            ),
            claim(
                "thesis.prop9", "W is a distance",
                r"W:\mathrm{Prob}(\mathcal X)\times\mathrm{Prob}(\mathcal X)\to\mathbb R\ \text{is a distance}",
                "conditional", grade="missing hypothesis", conditions=("finite_first_moment",),
                correction_latex=r"W\ \text{is a distance on}\ \mathcal P_1(\mathcal X)="
                r"\left\{P:\int\|x-x_0\|\,dP(x)<\infty\right\}",
                rests_on=("thesis.w",),
            ),
            claim(
                "thesis.optimal", "The optimal discriminator",
                r"D^*_G=\operatorname*{arg\,max}_{D}\int_{\mathcal X}p(x)\log D(x)+q(x)\log\bigl(1-D(x)\bigr)\,dx"
                r"=\frac{p}{p+q}",
            ),
            claim(
                "survey.value", "Value at the optimum", r"C(G)=2\,\mathrm{JS}(P,Q)-\log 4",
                rests_on=("thesis.optimal", "thesis.js"),
            ),
            claim(
                "survey.duality", f"Duality {HOSTILE}",
                r"W(P,Q)=\sup_{\|f\|_{\mathrm{Lip}}\le1}\ \mathbb E_{x\sim P}[f(x)]-\mathbb E_{y\sim Q}[f(y)]",
                rests_on=("thesis.w",), plain=f"Words with markup: {HOSTILE}",
            ),
            claim(
                "survey.gradient", "The gradient vanishes",
                r"\lim_{\|D-D^*\|\to0}\nabla_\theta\,"
                r"\mathbb E_{z\sim p_z}\left[\log\bigl(1-D(g_\theta(z))\bigr)\right]=0",
                rests_on=("thesis.optimal", "thesis.prop3"),
            ),
            claim(
                "survey.rate", "Rate of the empirical distance",
                r"\mathbb E\,W(P,\hat P_n)\le C\begin{cases}n^{-1/2}&d=1\\n^{-1/d}&d\ge3\end{cases}",
                rests_on=("thesis.w",),
            ),
            claim("survey.dual_norm", "TV as a dual norm",
                r"\begin{aligned}\delta(P,Q)&=\frac12\sum_{i=1}^{n}|p_i-q_i|\\"
                r"&=\sqrt[3]{\delta^{\,3}},\qquad f'(1)=0\end{aligned}",
                rests_on=("thesis.tv",)),
            claim(
                "survey.alone", "A claim by itself",
                r"\overline{x}+\hat y+\underbrace{a+b}_{n}\ne\tilde{z}\in\mathbf X",
            ),
        )
    }
)  # fmt: skip


def check(small: float | str, large: float | str, margin: float | str, **case: str) -> dict[str, Any]:
    return {
        "says": "JS(P, Q) <= log(2)",
        "small": small, "large": large, "margin": margin, "rounding": 1.8e-15, "reason": "8 ulp", "case": case,
    }  # fmt: skip


def record(role: str, outcome: str = "passed", **more: Any) -> dict[str, Any]:
    empty = {"held": {}, "equal": 0, "violated": {}, "infinite": 0}
    return {
        "role": role, "without": "", "test": f"tests/theorems/test_sample.py::test_{role}", "outcome": outcome,
        "message": "", "seconds": 0.51, "cases": 400, "drawn": {}, "proved": 0,
        "margins": {**empty, **more.pop("margins", {})},
        "tightest": None, "worst": None, "counterexample": None, **more,
    }  # fmt: skip


PAIR = "((0.5, 0.5), (1.0, 0.0))"
SPREAD = {"-17": 3, "-9": 1, "-3": 12, "-2": 41, "-1": 233, "0": 102}
TWIN = record("twin", cases=61, margins={"held": {"-1": 40}, "violated": {"-2": 21}})
HELD = record(
    "statement", margins={"held": SPREAD, "equal": 7, "infinite": 2}, proved=12, drawn={"zero mass": 249, "tiny": 1},
    tightest=check(0.6931471805, math.log(2), 5.6e-11, pq="((0.5, 0.4999999999000001), (1.0, 0.0))"),
)  # fmt: skip
REFUTED = record(
    "refutes", cases=37, margins={"held": {"-1": 20}, "violated": {"-2": 14, "-1": 3}},
    counterexample=check(0.0707107, 0.0050546, -0.0656561, pq="([0.5, 0.5], [0.6, 0.4])"),
)  # fmt: skip
CORRECTED = record("corrected", margins={"held": {"-4": 10, "-2": 90, "-1": 250}, "equal": 50})
EQUAL = record(
    "statement", margins={"equal": 400}, worst=check(0.5, 0.5, -2.2e-16, p="0.5", q="0.5"),
)  # fmt: skip


def entry(verdict: str, *tests: dict[str, Any]) -> dict[str, Any]:
    return {"verdict": verdict, "tests": list(tests)}


def training(seeds: int, epochs: int) -> dict[str, Any]:
    """Paths that look like training: decay to a floor that depends on the seed, one of them diverging."""
    wave = [[math.sin(7.3 * seed + 0.9 * t) for t in range(epochs + 1)] for seed in range(seeds)]
    floor = [0.02 + 0.9 * (seed % 7 == 3) for seed in range(seeds)]
    w1: list[list[float | str]] = [
        [round(2 * math.exp(-t / 5) * (1 + 0.2 * wave[s][t]) + floor[s], 3) for t in range(epochs + 1)]
        for s in range(seeds)
    ]
    w1[-1][-1] = "inf"
    hit = seeds - sum(f > 0.1 for f in floor) - 1
    return {
        "kind": "training", "game": "minimax", "target": {"mean": 2.0, "scale": 1.0},
        "settings": {"epochs": epochs, "batch": 128, "learning_rate": 0.002, "device": "cpu"},
        "seeds": list(range(seeds)), "failed": [seeds], "epoch": list(range(epochs + 1)), "w1": w1,
        "mean": [[round(2 - floor[s] + 0.1 * wave[s][t], 3) for t in range(epochs + 1)] for s in range(seeds)],
        "scale": [[round(1 - 0.3 * floor[s] + 0.1 * wave[s][t], 3) for t in range(epochs + 1)] for s in range(seeds)],
        "generator_gradient": [[0.1 for _ in range(epochs + 1)] for _ in range(seeds)],
        "success": {
            "threshold": 0.1, "count": hit, "of": seeds + 1, "low": 0.6 * hit / seeds, "high": 0.5 + hit / seeds / 2,
        },
        "seconds": 4.2,
    }  # fmt: skip


def curves(xs: Sequence[float]) -> dict[str, Any]:
    tv = [math.erf(x / math.sqrt(8)) for x in xs]
    return {
        "kind": "curves", "claim": "thesis.prop3", "x": {"label": "shift", "values": list(xs)},
        "lines": [
            {"label": "js", "values": [math.log(2) * v**2 for v in tv]},
            {"label": "tv", "values": tv},
            {"label": "w1", "values": [x / 4 for x in xs]},
        ],
    }  # fmt: skip


def chapter_curves() -> dict[str, Any]:
    """Lines with a region and points, in a chapter."""
    xs = [i / 10 for i in range(11)]
    low, high = [x**2 / 2 for x in xs], [0.69 * x for x in xs]
    return {
        "kind": "curves", "chapter": "divergences", "title": "js_range", "top": 0.6, "numbers": {"pairs": 3},
        "x": {"label": "tv", "values": xs},
        "lines": [{"label": "least_js", "values": low}, {"label": "most_js", "values": high}],
        "region": {"low": low, "high": high},
        "points": {"label": "drawn_pairs", "x": [0.25, 0.5, 0.75], "y": [0.1, 0.2, 0.4]},
    }  # fmt: skip


def transport_pictures() -> dict[str, Any]:
    """Lines over powers of ten, and points of the plane with lines and levels."""
    sizes = [1000, 10_000, 100_000]
    curves = {
        "kind": "curves", "chapter": "transport", "title": "sizes", "logarithmic": True,
        "numbers": {"least": 10_000, "matrix": 1000, "time": 1.25, "memory": 1.0},
        "x": {"label": "points_a_side", "values": sizes},
        "lines": [{"label": "seconds_uniform", "values": [0.1, 2.0, 50]}],
    }  # fmt: skip
    grid = [-1.0, 0.0, 1.0]
    plane = {
        "kind": "plane", "chapter": "transport", "title": "plan_and_potential",
        "numbers": {"points": 2, "step": 0.5, "distance": 1.0},
        "levels": {"label": "levels", "x": grid, "y": grid, "values": [grid] * 3, "at": [-0.5, 0.0, 0.5]},
        "segments": {"label": "moved_along", "ends": [[[-0.8, 0.2], [0.5, 0.5]], [[-0.8, 0.2], [-0.5, -0.5]]]},
        "clouds": [
            {"label": "first_cloud", "x": [-0.8, -0.8], "y": [0.5, -0.5]},
            {"label": "second_cloud", "x": [0.2, 0.2], "y": [0.5, -0.5]},
        ],
    }  # fmt: skip
    return {"transport_1_plan": datum(plane), "transport_2_sizes": datum(curves, "study")}


def chapter_tables() -> dict[str, Any]:
    """Marks by law and function, and what breaks a law with its command, whose text is as hostile as texts get."""
    shared = {"kind": "table", "chapter": "libraries", "numbers": {"rows": 2}}
    marks = [{"mark": "holds"}, {"mark": "conditional"}, {"mark": "refuted"}, ""]
    names = [{"title": f"name_of_{i}", "note": f"library {i}.0"} for i in range(4)]
    laws = {
        **shared, "title": "laws_vectors", "columns": [{"title": {"word": "law"}}, *names],
        "rows": [{"cells": [{"word": "symmetry"}, *marks]}],
    }  # fmt: skip
    titles = [{"title": {"word": word}} for word in ("function", "law", "says", "truth")]
    cells = ["entropy (scipy 1.0)", {"word": "symmetry"}, {"number": "-2.5e-24; inf"}, {"word": "refused"}]
    row = {"cells": cells, "notes": [{"word": "cancels"}, {"word": "warns"}], "code": f"print(1 < 2, '{HOSTILE}')"}
    broken = {**shared, "title": "conventions", "folded": True, "columns": titles, "rows": [row, row]}
    return {"library_laws": datum(laws), "library_laws_broken": datum(broken)}


def datum(value: object, source: str = "run", *, stale: bool = False) -> dict[str, Any]:
    return {"source": source, "stale": stale, "test": "tests/theorems/test_sample.py::test_data", "value": value}


EVIDENCE: dict[str, Any] = {
    "schema": 2,
    "digest": "not checked here",
    "run": {
        "command": "gan-theory verify", "started": "2026-11-22T06:10:00+00:00", "seconds": 61.2, "complete": False,
        "python": "3.11.7", "platform": "Linux x86_64", "cpus": 2,
        "packages": {"numpy": "2.4.6", "torch": "2.13.0"}, "commit": "abc1234",
    },
    "claims": {
        "thesis.prop3": entry(
            "holds", HELD, TWIN,
            record("sharp", cases=1, margins={"equal": 1}, tightest=check(math.log(2), math.log(2), 0.0, pq=PAIR)),
        ),
        "thesis.prop5": entry("refuted", REFUTED, CORRECTED, TWIN),
        "thesis.prop9": entry(
            "conditional",
            record(
                "refutes", without="finite_first_moment", cases=12, margins={"violated": {"308": 1}},
                counterexample=check("inf", 1.7e308, "-inf", law="Cauchy(0, 1)", point="0.0"),
            ),
            CORRECTED, TWIN,
        ),
        "thesis.optimal": entry("holds", EQUAL, TWIN),
        "survey.value": entry("holds", HELD, TWIN),
        "survey.duality": entry(
            "failed", TWIN,
            record(
                "statement", "failed", message=f"Violated: {HOSTILE}",
                margins={"held": {"-2": 5}, "violated": {"-5": 1}},
                counterexample=check(0.25, 0.24999, -1e-5, x=HOSTILE),
            ),
        ),
        "survey.gradient": entry("not run", record("statement", "not run", cases=0, message="setup: OSError: full")),
        "survey.rate": entry("stale", record("statement", "stale", cases=0)),
        "survey.alone": entry(
            "holds", record("statement", drawn=None, tightest=check(1.0, "inf", "inf", x="(1, 2)")), TWIN,
        ),
    },
    "data": {
        "normal_2_1": datum(training(8, 30)),
        "normal_study": datum(training(100, 20), "study", stale=True),
        "jumps": datum(curves([i / 10 for i in range(41)])),
        "range": datum(chapter_curves()),
        **transport_pictures(),
        **chapter_tables(),
        "speed": datum({"kind": "benchmark", "seconds": 0.1}),
    },
}  # fmt: skip
