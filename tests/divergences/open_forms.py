"""Pairs of laws and rows without a closed form, for which enclosures are held against another quadrature.

``python -m tests.divergences.open_forms`` computes the references again and stores them in
``tests/data/enclosures.json`` (about ten minutes on one core).
"""

import json
import time
from collections.abc import Iterator
from pathlib import Path
from typing import NamedTuple

import mpmath
import numpy as np

from tests.divergences.peaks import DIGITS, Law, mixture, norm, one, reference

STORE = Path(__file__).parents[1] / "data" / "enclosures.json"
PAIRS = 3  # of each family

DRAWS = {  # how the members of a family are drawn: a generator of random numbers -> a law
    "norm": lambda rng: norm(*_moved(rng)),
    "laplace": lambda rng: one("laplace", **_named(rng)),
    "logistic": lambda rng: one("logistic", **_named(rng)),
    "t": lambda rng: one("t", _short(10.0 ** rng.uniform(-0.3, 1)), **_named(rng)),
    "expon": lambda rng: one("expon", scale=_moved(rng)[1]),
    "gamma": lambda rng: one("gamma", _short(10.0 ** rng.uniform(-1, 1.5)), scale=_moved(rng)[1]),
    "beta": lambda rng: one("beta", *map(_short, 10.0 ** rng.uniform(-1, 1.5, 2))),
}
NEVER = ("le_cam", "js", "gan", "weighted_js(0.25)")  # no closed form in any family but the uniform one
MORE = {  # nor these, at different scales or degrees of freedom
    "logistic": ("kl", "tv", "squared_hellinger"),
    "t": ("kl", "tv", "squared_hellinger", "alpha(0.5)", "alpha(1.5)", "alpha(3)"),
}
MIXED = (
    (mixture((0.25, norm(-2)), (0.75, norm(3, 2))), mixture((0.5, norm()), (0.5, one("t", 3, loc=1.0, scale=3.0)))),
    (mixture((0.5, one("laplace")), (0.5, one("logistic", loc=4.0, scale=0.5))),
     mixture((0.75, norm(1, 2)), (0.25, one("laplace", loc=-1.0, scale=3.0)))),
    (mixture((0.5, one("gamma", 2)), (0.5, one("expon", scale=3.0))),
     mixture((0.25, one("gamma", 0.5, scale=2.0)), (0.75, one("expon")))),
    (mixture((0.5, one("beta", 2, 3)), (0.5, one("uniform"))),
     mixture((0.5, one("beta", 0.5, 0.5)), (0.5, one("uniform")))),
    (one("t", 2.5), mixture((0.5, norm(10)), (0.5, one("cauchy", scale=1e-3)))),
)  # fmt: skip
ROWS_OF_MIXTURES = ("kl", "js", "tv", "squared_hellinger", "le_cam")


class Open(NamedTuple):
    """A family's name, two of its members, and a row's name."""

    family: str
    P: Law
    Q: Law
    row: str


def _short(x: float) -> float:
    """Three digits, so that a pair can be written down."""
    return float(f"{x:.3g}")


def _moved(rng: np.random.Generator) -> tuple[float, float]:
    return _short(rng.normal() * 10.0 ** rng.uniform(-1, 1)), _short(10.0 ** rng.uniform(-0.5, 1))


def _named(rng: np.random.Generator) -> dict[str, float]:
    return dict(zip(("loc", "scale"), _moved(rng), strict=True))


def cases() -> Iterator[Open]:
    """Every family's pairs by its rows, and the mixtures."""
    rng = np.random.default_rng(5)
    for family, draw in DRAWS.items():
        for _ in range(PAIRS):
            # of two Student laws the lighter one first, so that every row is finite
            P, Q = sorted((draw(rng), draw(rng)), key=lambda law: -law[0].shapes[0] if family == "t" else 0)
            yield from (Open(family, P, Q, row) for row in (*NEVER, *MORE.get(family, ())))
    for P, Q in MIXED:
        yield from (Open("mixtures", P, Q, row) for row in ROWS_OF_MIXTURES)


CASES = tuple(cases())


def key(case: Open) -> str:
    return f"{CASES.index(case)}: {case.family}, {case.row}"


def stored() -> dict[str, mpmath.mpf]:
    with mpmath.workdps(DIGITS):
        return {name: mpmath.mpf(value) for name, value in json.loads(STORE.read_text("utf-8"))["values"].items()}


def write() -> None:
    values = {}
    for case in CASES:
        start = time.perf_counter()
        values[key(case)] = mpmath.nstr(reference(case.P, case.Q, case.row), 25)
        print(f"{key(case):45} {values[key(case)]:32} {time.perf_counter() - start:6.1f} s", flush=True)
    text = {"command": "python -m tests.divergences.open_forms", "digits": DIGITS, "values": values}
    STORE.write_text(json.dumps(text, indent=1) + "\n", encoding="utf-8")


if __name__ == "__main__":
    write()
