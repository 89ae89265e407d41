"""What the laws are tried on: every law sees every kind of degenerate case, or it is said here why not."""

from collections.abc import Callable
from dataclasses import replace

import numpy as np
import pytest

from divergences import f_divergence
from divergences.table import JENSEN_SHANNON as JS
from tests.laws import cases, of_divergences
from tests.laws.laws import LAWS, Law

Check = Callable[[np.ndarray, np.ndarray], bool]

OF_MASSES: dict[str, Check] = {  # of two vectors of masses
    "zero mass": lambda p, q: bool(((p == 0) != (q == 0)).any()),
    "Dirac": lambda p, q: len(p) > 1 and 1 in (np.count_nonzero(p), np.count_nonzero(q)),
    "disjoint": lambda p, q: not ((p > 0) & (q > 0)).any(),
    "equal": lambda p, q: bool(((p == q) & (p > 0)).any()),
    "near-equal": lambda p, q: bool(((p != q) & (np.abs(p - q) <= 2e-14 * np.maximum(p, q))).any()),
    "tiny": lambda p, q: bool(((p > 0) & (p <= 1e-300)).any() and ((q > 0) & (q <= 1e-300)).any()),
    "far": lambda p, q: bool(((p > 0) & (q > 0) & (np.minimum(p, q) <= 1e-299 * np.maximum(p, q))).any()),
}
OF_RATIOS: dict[str, Callable[[np.ndarray], bool]] = {  # of the arguments of a generator
    "tiny ratio": lambda u: bool((u <= 1e-299).any()),
    "huge ratio": lambda u: bool((u >= 1e299).any()),
    "near one": lambda u: bool(((u != 1) & (abs(u - 1) <= 2e-15)).any()),
}
UNSEEN: dict[str, tuple[str, set[str]]] = {  # the reason, and the kinds that a law does not see
    "generator_vanishes_at_one": ("one point", {*OF_RATIOS}),
    "corner_is_where_the_slope_jumps": ("on both sides of a few points", {*OF_RATIOS}),
    "nothing_is_negative_and_only_equals_are_at_zero": ("the generator is asked beside one", {*OF_RATIOS}),
    "order_is_that_of_the_curvature": ("a power is told from a few points", {"tiny ratio", "huge ratio"}),
    "weight_is_that_of_the_curvature": ("a line is told from a few points", {"tiny ratio", "huge ratio"}),
    "limits_are_limits": ("at 10^-20000 and its inverse", {"near one"}),
    "integrand_is_the_standardised_generator": ("atom by atom", {"Dirac", "disjoint"}),
    "processing_loses_divergence": ("rounding outweighs what a channel loses", {"near-equal"}),
    "variational_form_is_attained_at_the_derivative": (
        "the derivative is infinite at a missing atom; divergences are tried by the other laws",
        {"zero mass", "Dirac", "disjoint"},
    ),
}


def seen(law: Law, monkeypatch: pytest.MonkeyPatch) -> set[str]:
    """The kinds that a law sees of a symmetric row, whose cells tell their arguments."""
    found: set[str] = set()

    def masses(p: object, q: object) -> None:
        vectors = np.asarray(p, dtype=float), np.asarray(q, dtype=float)
        found.update(name for name, has in OF_MASSES.items() if has(*vectors))
        found.add("masses")

    def ratios(u: np.ndarray) -> None:
        found.update(name for name, has in OF_RATIOS.items() if has(u))
        found.add("ratios")

    def told(cell: Callable, tell: Callable) -> Callable:
        return lambda *x: (tell(*x[:2]), cell(*x))[1]

    row = replace(
        JS, f=told(JS.f, ratios), derivative=told(JS.derivative, ratios), integrand=told(JS.integrand, masses)
    )
    monkeypatch.setattr(of_divergences, "f_divergence", lambda p, q, row: (masses(p, q), f_divergence(p, q, JS))[1])
    law.check(row)
    return found


def missing(law: Law, monkeypatch: pytest.MonkeyPatch) -> set[str]:
    """The kinds that a law of masses, of ratios or of both does not see."""
    found = seen(law, monkeypatch)
    expected = {*(OF_MASSES if "masses" in found else ()), *(OF_RATIOS if "ratios" in found else ())}
    return expected - found


@pytest.mark.parametrize("law", LAWS, ids=lambda law: law.name)
def test_every_law_sees_every_kind_or_says_why_not(law: Law, monkeypatch: pytest.MonkeyPatch) -> None:
    assert missing(law, monkeypatch) == UNSEEN.get(law.name, ("", set()))[1]


def test_laws_that_lost_their_degenerate_cases_are_noticed(monkeypatch: pytest.MonkeyPatch) -> None:
    law = next(law for law in LAWS if law.name == "symmetry_is_that_of_the_generator")
    monkeypatch.setattr(of_divergences, "PAIRS", cases.APART)
    assert missing(law, monkeypatch) == {"zero mass", "Dirac", "disjoint", "near-equal", "tiny", "far"}
