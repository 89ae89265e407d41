"""at_most, equal and record: what they let pass, what they count, and what they refuse."""

import json
import math
from dataclasses import dataclass
from fractions import Fraction
from typing import Any

import numpy as np
import pytest

from reports.checks import at_most, equal, record, recording
from reports.recorder import Recorder, Violated


@dataclass(frozen=True)
class Ends:
    value: float
    low: float
    high: float
    kind: str = "enclosure"


@pytest.mark.parametrize(
    ("small", "large"),
    [
        (0, 0.5),
        (1, 1),
        (math.inf, math.inf),
        (-math.inf, 3),
        (0.5, math.inf),
        (np.float32(0.5), 1),
        (Fraction(1, 3), 1),
    ],
)
def test_at_most_passes(small: Any, large: Any) -> None:
    at_most(small, large)


@pytest.mark.parametrize(
    ("small", "large"), [(0.5, 0.4), (math.inf, 1e308), (0, -math.inf), (1, np.nextafter(1, 0)), (5e-324, 0)]
)
def test_at_most_is_violated(small: Any, large: Any) -> None:
    with pytest.raises(Violated):
        at_most(small, large)


@pytest.mark.parametrize(("small", "large"), [(math.nan, 1), (1, math.nan), (Ends(0, 0, math.nan), 1)])
def test_nan_neither_passes_nor_refutes(small: Any, large: Any) -> None:
    with pytest.raises(ValueError, match="nan"):
        at_most(small, large)


def test_an_allowance_is_relative_above_one_and_says_where_from() -> None:
    at_most(1 + 1e-15, 1, rounding=2e-15, reason="a few roundings")
    at_most(100 + 1e-13, 100, rounding=2e-15, reason="a few roundings")
    with pytest.raises(Violated):
        at_most(1 + 1e-14, 1, rounding=2e-15, reason="a few roundings")
    with pytest.raises(Violated):
        equal(1 - 1e-14, 1, rounding=2e-15, reason="a few roundings")
    for wrong in ({"rounding": 1e-15}, {"rounding": -1e-15, "reason": "x"}):
        with pytest.raises(ValueError, match="says where from"):
            at_most(0, 1, **wrong)  # type: ignore[arg-type]


def test_intervals_are_violated_only_when_they_lie_apart() -> None:
    with recording(Recorder()) as found:
        with found.case({}):
            at_most(Ends(0.5, 0.4, 0.6), Ends(0.7, 0.65, 0.8))  # proved
            at_most(Ends(0.5, 0.4, 0.6), Ends(0.5, 0.45, 0.55))  # not contradicted
            at_most(Ends(0.5, 0.4, 0.6, "confidence"), 0.7)  # never proved
            at_most(0.5, 0.6)  # numbers alone prove nothing
        with pytest.raises(Violated), found.case({}):
            at_most(Ends(0.5, 0.4, 0.6), Ends(0.3, 0.2, 0.35))
    assert (found.checks, found.proved) == (5, 1)
    with pytest.raises(Violated):
        equal(Ends(0.5, 0.4, 0.6), Ends(0.7, 0.65, 0.8))
    equal(Ends(0.5, 0.4, 0.6), 0.55)


def test_a_margin_between_intervals_about_zero_is_all_of_it() -> None:
    with recording(Recorder()) as found, found.case({}):
        at_most(Ends(0.0, -1e-14, 1e-14), Ends(0.0, 0.0, 1e-14))
    assert found.held == {"0": 1}


def test_no_address_enters_the_evidence() -> None:
    with recording(Recorder()) as found, found.case({"f": lambda: 0, "pair": (object(), 1)}):
        at_most(1, 2)
    assert "0x" not in str(found.as_dict())


def test_a_rejected_case_is_forgotten_and_margins_are_counted_by_decade() -> None:
    with recording(Recorder()) as found:
        with pytest.raises(ValueError, match="nan"), found.case({"x": 1e-300}):
            _ = at_most(0, 1), at_most(0, math.nan)
        for small, large in ((0.5, 1.0), (9.6e300, 1e301), (0, 1e-300), (0, 0), (0, math.inf)):
            with found.case({}):
                at_most(small, large)
        with found.case({}):
            equal(3, 3)
        with pytest.raises(Violated), found.case({"pair": (np.array([0.5, 0.5]), [1.0, 0.0])}):
            at_most(1.005, 1)
    contents = found.as_dict()
    assert contents["cases"] == 7
    assert contents["drawn"] == {"zero mass": 1, "Dirac": 1}
    assert contents["margins"] == {"held": {"-2": 1, "-1": 1, "0": 1}, "equal": 2, "violated": {"-3": 1}, "infinite": 1}
    assert contents["tightest"] == contents["counterexample"]
    assert contents["counterexample"]["case"] == {"pair": "([0.5, 0.5], [1.0, 0.0])"}
    assert contents["tightest"]["says"] == "1.005 <= 1"
    assert contents["worst"]["margin"] == 0
    json.dumps(contents, allow_nan=False)


@pytest.mark.parametrize(
    ("data", "error", "complaint"),
    [
        ({"a": [1, math.nan]}, ValueError, r"x\.a\[1\] is nan"),
        ({"a": object()}, TypeError, r"x\.a is of type object"),
        ([1.0] * 100_000, ValueError, "more than 200000"),
    ],
)
def test_record_refuses_what_evidence_cannot_hold(data: Any, error: type[Exception], complaint: str) -> None:
    with pytest.raises(error, match=complaint):
        record("x", data)


def test_record_refuses_an_unknown_source() -> None:
    with pytest.raises(ValueError, match="choose 'run' or 'study'"):
        record("x", 1, source="hearsay")
