"""Proved intervals against 60 digits of closed forms, and against quadrature where there are none."""

import math
from dataclasses import replace
from fractions import Fraction

import mpmath
import numpy as np
import pytest
from mpmath import mpf

pytest.importorskip("flint")

from flint import arb

from divergences import ROWS, alpha_row, divergence, hockey_stick_row, row, weighted_jensen_shannon_row
from divergences.certified.analytic import Component, Law
from divergences.certified.answers import vector_enclosure
from divergences.certified.enclosures import as_estimate, enclosure
from divergences.certified.families import FAMILIES
from tests.divergences import open_forms
from tests.divergences.known_forms import COVERAGE, KNOWN, value
from tests.divergences.peaks import library_law
from tests.divergences.reference import battery, reference

ALL_ROWS = (*ROWS, alpha_row(-1), alpha_row(0.5), alpha_row(1.5), alpha_row(3), weighted_jensen_shannon_row(0.25))
BY_NAME = {row.name: row for row in ALL_ROWS}
OPEN = open_forms.stored()
DIGITS = 60
LARGEST = float(np.finfo(float).max)


def law(*parts):
    """A mixture of (weight, family, location, scale, shapes...)."""
    total = sum(Fraction(weight) for weight, *_ in parts)
    return Law(
        tuple(
            Component(FAMILIES[name], Fraction(loc), Fraction(scale), tuple(map(Fraction, shapes)), Fraction(w) / total)
            for w, name, loc, scale, *shapes in parts
        )
    )


def single(name, loc, scale, *shapes):
    return law((1, name, loc, scale, *shapes))


def holds(found, truth):
    """Whether the interval contains the truth, at the digits of the truth."""
    return found.low <= truth <= found.high


def narrow(found):
    """The relative radius, or from 1e-6 down the absolute one, that is promised."""
    return (found.high - found.low) / 2 <= max(1e-13 * found.value, 1e-19)


@pytest.mark.parametrize(("number", "name"), COVERAGE, ids=lambda v: KNOWN[v].name if isinstance(v, int) else v)
def test_forty_random_pairs_contain_the_closed_form(number, name):
    """And a value one part in 10^12 higher is not contained: the twin."""
    known, rng = KNOWN[number], np.random.default_rng(7)
    with mpmath.workdps(DIGITS):
        for _ in range(40):
            a, b = known.draw(rng)
            found = enclosure(single(known.name, *a), single(known.name, *b), BY_NAME[name])
            truth = value(known, tuple(map(mpf, a)), tuple(map(mpf, b)), name)
            if truth > LARGEST:
                assert (found.low, found.high) == (math.inf if mpmath.isinf(truth) else LARGEST, math.inf)
                continue
            assert holds(found, truth) and narrow(found)
            assert truth < 1e-10 or not holds(found, truth * (1 + mpf("1e-12")))


@pytest.mark.parametrize("case", open_forms.CASES, ids=open_forms.key)
def test_pairs_without_a_closed_form_contain_what_another_quadrature_finds(case):
    found = divergence(library_law(case.P), library_law(case.Q), BY_NAME[case.row], method="certified")
    truth = OPEN[open_forms.key(case)]
    with mpmath.workdps(DIGITS):
        assert holds(found, truth) and narrow(found)
        assert not holds(found, truth * (1 + mpf("1e-12")))


def test_every_family_is_held_in_every_row():
    held = {(KNOWN[number].name, name) for number, name in COVERAGE}
    held |= {(case.family, case.row) for case in open_forms.CASES}
    assert {(family, name) for family in FAMILIES for name in BY_NAME} <= held


@pytest.mark.parametrize("other", ALL_ROWS, ids=lambda other: other.name)
def test_vectors_contain_sixty_digits(other):
    for p, q in battery(11, 45):
        found, truth = vector_enclosure(p, q, other), reference(p, q)[other.name]
        if truth > np.finfo(float).max:
            assert found.high == math.inf
        else:
            assert holds(found, truth)
            assert found.high - found.low <= 4 * np.spacing(found.value)
            assert truth == 0 or not holds(found, truth * (1 + mpf("1e-14")))


def test_hockey_stick_divergences_of_normals_contain_the_formula_of_privacy():
    """``N(d, 1)`` from ``N(0, 1)`` at ``exp(e)``: ``Phi(d / 2 - e / d) - exp(e) Phi(-d / 2 - e / d)``.

    Balle and Wang, ICML 2018, Theorem 8.
    """
    rng = np.random.default_rng(7)
    with mpmath.workdps(DIGITS):
        for _ in range(40):
            d, gamma = float(10.0 ** rng.uniform(-1, 1)), float(10.0 ** rng.uniform(0, 2))
            other = hockey_stick_row(gamma)
            found, e = enclosure(single("norm", d, 1), single("norm", 0, 1), other), mpmath.log(gamma)
            truth = mpmath.ncdf(mpf(d) / 2 - e / d) - gamma * mpmath.ncdf(-mpf(d) / 2 - e / d)
            assert holds(found, truth) and narrow(found)
            assert truth < 1e-6 or not holds(found, truth * (1 + mpf("1e-12")))


def test_hockey_stick_divergences_of_vectors_are_exact():
    found = vector_enclosure([0.75, 0.25, 0.0], [0.25, 0.25, 0.5], hockey_stick_row(2))
    assert (found.low, found.high) == (0.25, 0.25)


def test_equal_laws_have_no_divergence():
    P = law((1, "norm", 0, 1), (2, "t", 0, 1, 3))
    for other in ALL_ROWS:
        assert (enclosure(P, P, other).value, vector_enclosure([0.3, 0.7], [0.3, 0.7], other).high) == (0, 0)


INFINITE = [
    ("kl", single("norm", 0, 1), single("uniform", 0, 1)),
    ("kl", single("t", 0, 1, 2), single("norm", 0, 1)),
    ("kl", single("t", 0, 1, 1), single("laplace", 0, 1)),
    ("chi2", single("norm", 0, 2), single("norm", 0, 1)),
    ("chi2", single("norm", 0, math.sqrt(2) * (1 + 2**-40)), single("norm", 0, 1)),
    ("chi2", single("gamma", 0, 1, 0.5), single("gamma", 0, 1, 2)),
    ("reverse_kl", single("expon", 0, 1), single("expon", -1, 1)),
    ("jeffreys", single("t", 0, 1, 2), single("norm", 0, 1)),
    ("neyman_chi2", single("laplace", 0, 1), single("laplace", 0, 2)),
]
FINITE = [
    ("kl", single("t", 0, 1, 2 + 2**-3), single("norm", 0, 1)),
    ("kl", single("t", 0, 1, 1.25), single("laplace", 0, 1)),
    ("chi2", single("norm", 0, 1.41), single("norm", 0, 1)),
    ("chi2", single("gamma", 0, 1, 0.55), single("gamma", 0, 1, 0.05)),
    ("kl", single("expon", 0, 1), single("expon", -1, 1)),
    ("neyman_chi2", single("laplace", 0, 1), single("laplace", 0, 1.9)),
]


@pytest.mark.parametrize("case", range(len(INFINITE)))
def test_infinity_is_an_answer(case):
    name, p, q = INFINITE[case]
    found = enclosure(p, q, row(name))
    assert (found.low, found.high) == (math.inf, math.inf)


@pytest.mark.parametrize("case", range(len(FINITE)))
def test_next_to_infinity_it_is_finite(case):
    name, p, q = FINITE[case]
    found = enclosure(p, q, row(name))
    assert math.isfinite(found.high) and narrow(found)


def test_a_value_beyond_the_range_of_floats_is_between_the_largest_float_and_infinity():
    found = enclosure(single("norm", 40, 1), single("norm", 0, 1), row("chi2"))
    assert (found.low, found.high) == (np.finfo(float).max, math.inf)


def test_a_row_without_an_enclosure_is_named():
    strange = replace(row("kl"), name="strange")
    with pytest.raises(ValueError, match="row 'strange' has no enclosure"):
        enclosure(single("norm", 0, 1), single("norm", 1, 1), strange)


@pytest.mark.parametrize(("p", "q", "error", "message"), [
    ([[0.5, 0.5]], [0.5, 0.5], ValueError, "P has shape"),
    ([0.5, 0.6], [0.5, 0.5], ValueError, "P sums to 1.1"),
    ([0.5, 0.5], [True, False], TypeError, "Q has dtype bool"),
    ([0.5, 0.5], [1.0], ValueError, "must be equal"),
])  # fmt: skip
def test_bad_vectors_are_named(p, q, error, message):
    with pytest.raises(error, match=message):
        vector_enclosure(p, q, row("kl"))


def test_ends_are_rounded_outwards():
    third = as_estimate(arb(1) / 3, row("kl"))
    assert Fraction(third.low) < Fraction(1, 3) < Fraction(third.high)
    assert as_estimate(arb(0, 1e-9), row("kl")).low == 0
