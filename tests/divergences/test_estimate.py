"""Estimates: what they refuse, and that the truth lies between their ends."""

import dataclasses
import math

import mpmath
import numpy as np
import pytest

from divergences import ROWS, Estimate, divergence, f_divergence, hockey_stick_row
from tests.divergences.reference import EPS, battery, hockey_stick, reference
from tests.laws.cases import ALL_ROWS

BY_NAME = {row.name: row for row in ALL_ROWS}


def test_the_truth_lies_between_the_ends() -> None:
    for p, q in battery(seed=7, count=180):
        for name, truth in reference(p, q).items():
            found = divergence(p, q, BY_NAME[name])
            assert mpmath.mpf(found.low) <= truth <= mpmath.mpf(found.high) or found.high == BY_NAME[name].maximum
            assert found.high - found.low <= (2 * BY_NAME[name].rounding + 1) * EPS * (
                found.value + 1e-15
            ) or math.isinf(found.value)


def test_the_truth_lies_between_the_ends_below_the_rounding_of_the_sums() -> None:
    """Where masses differ by less than the sums miss one, digits are lost and the interval says so."""
    rng = np.random.default_rng(8)
    for _ in range(60):
        p = rng.dirichlet([20, 1e-1, 1])
        p = np.maximum(p, 1e-14) / np.maximum(p, 1e-14).sum()
        q = np.array([p[0], *(p[1:] * (1 + 1e-14 * rng.uniform(-1, 1, 2)))])
        for name, truth in reference(p, q).items():
            found = divergence(p, q, BY_NAME[name])
            assert found.low <= truth <= found.high


def test_half_the_width_would_not_do_without_the_term_for_the_sums() -> None:
    """The wrong twin: the relative margin alone, on vectors whose sums miss one by more than they differ."""
    p = np.array([1 - 1e-5, 1e-5])
    q = np.array([np.nextafter(p[0], 2), np.nextafter(p[1], 0)])
    truth = reference(p, q)["tv"]
    found = divergence(p, q, "tv")
    assert found.low <= truth <= found.high
    assert found.high - found.low > 9 * EPS * found.value


@pytest.mark.parametrize("gamma", [0.9, 1.1, 3.0])
def test_the_truth_lies_between_the_ends_near_a_corner(gamma: float) -> None:
    row = hockey_stick_row(gamma)
    for p, q in battery(seed=9, count=180):
        found = divergence(p, q, row)
        assert found.low <= hockey_stick(p, q, gamma) <= found.high or found.high == row.maximum


def test_values_agree_with_the_plain_function_and_ends_stay_in_range() -> None:
    for p, q in [([0.5, 0.5], [0.25, 0.75]), ([1, 0], [0, 1]), ([0.5, 0.5], [0.5, 0.5]), ([1, 0], [0.5, 0.5])]:
        for row in ROWS:
            found = divergence(p, q, row)
            assert found.value == f_divergence(p, q, row)
            assert 0 <= found.low <= found.high <= row.maximum
            assert (found.kind, found.method, found.level, found.unit) == ("exact", "exact", None, row.unit)


def test_infinity_is_an_answer() -> None:
    found = divergence([1, 0], [0, 1], "kl")
    assert found.value == found.low == found.high == math.inf


def test_single_precision_masses_give_a_double_precision_estimate() -> None:
    p, q = np.float32([0.3, 0.7]), np.float32([0.6, 0.4])
    truth = reference(p.astype(float), q.astype(float))["js"]
    assert math.isclose(divergence(p, q, "js").value, float(truth), rel_tol=3 * EPS)


def test_numbers_become_floats() -> None:
    found = Estimate(np.float32(0.5), 0, 1, kind="enclosure", method="by hand")
    assert [type(x) for x in (found.value, found.low, found.high)] == [float] * 3
    assert found.details == {} and found.unit == "nat"
    with pytest.raises(dataclasses.FrozenInstanceError):
        found.value = 0.0
    assert len({found, found}) == 1


@pytest.mark.parametrize(
    ("changes", "message"),
    [
        ({"value": 2.0}, r"low = 0.0, value = 2.0, high = 1.0: an Estimate needs low <= value <= high"),
        ({"value": math.nan}, "value = nan"),
        ({"low": math.nan}, "low = nan"),
        ({"high": math.nan}, "high = nan"),
        ({"low": 0.75}, "low = 0.75"),
        ({"kind": "guess"}, "kind 'guess' is unknown; it is one of exact, enclosure"),
        ({"kind": "lower bound"}, "high = 1.0: a lower bound has high = inf"),
        ({"kind": "confidence"}, "level = None with kind 'confidence'"),
        ({"level": 0.95}, "level = 0.95 with kind 'enclosure'"),
        ({"kind": "confidence", "level": 1.0}, "strictly between 0 and 1"),
        ({"kind": "confidence", "level": math.nan}, "strictly between 0 and 1"),
    ],
)
def test_estimates_that_make_no_sense(changes: dict, message: str) -> None:
    fine = {"value": 0.5, "low": 0.0, "high": 1.0, "kind": "enclosure", "method": "by hand"}
    Estimate(**fine)
    with pytest.raises(ValueError, match=message):
        Estimate(**{**fine, **changes})


def test_estimates_that_make_sense() -> None:
    Estimate(0.5, 0.25, math.inf, kind="lower bound", method="by hand")
    Estimate(0.5, 0.25, 1.0, kind="confidence", method="by hand", level=0.95)
