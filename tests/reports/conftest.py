"""A small project of its own, with a ledger and tests, for the plugin and the command to work on."""

from pathlib import Path

import pytest

from tests import COMMAND

LEDGER = """
[document]
author = "A. Author"
title = "On numbers"
year = "2026"
language = "en"
cite = "doc"

[bounded]
place = "Lemma 1"
latex = 'x\\le 1'
expect = "holds"

[bounded.en]
title = "x is at most 1"
plain = "No draw exceeds one."
spoken = "x is at most 1"

[half]
place = "Lemma 2"
latex = 'x\\le \\frac12'
correction_latex = 'x\\le 1'
expect = "refuted"
grade = "slip"
rests_on = ["doc.bounded"]

[half.en]
title = "x is at most one half"
plain = "Half of the draws exceed a half."
spoken = "x is at most one half"
correction = "One will do."
correction_spoken = "x is at most 1"
"""

TESTS = """
import numpy as np
from hypothesis import assume, given, settings, strategies as st
from reports.evidence import at_most, claim, equal, evidence, record

settings.register_profile("steady", derandomize=True, database=None, deadline=None)
settings.load_profile("steady")
numbers = st.floats(0, 1)


@claim("doc.bounded")
@given(x=numbers)
def test_bounded(x):
    at_most(x, 1)


@claim("doc.bounded", role="twin")
@given(x=numbers)
def test_bounded_twin(x):
    at_most(x, 0.96)


@claim("doc.bounded", role="sharp")
def test_bounded_sharp():
    equal(np.float64(1), 1)


@claim("doc.half", role="refutes")
@given(x=numbers)
def test_half(x):
    at_most(x, 0.5)


@claim("doc.half", role="corrected")
@given(x=numbers)
def test_half_corrected(x):
    at_most(x, 1)


@claim("doc.half", role="twin")
@given(x=numbers)
def test_half_twin(x):
    at_most(x, 0.97)


@evidence
def test_types():
    record("types", {"scalar": np.float32(0.5), "integer": np.int64(3), "flag": np.bool_(True), "infinite": np.inf,
                     "array": np.arange(3), "nested": [(1, 2.5), {"a": "b"}]})
"""


class Project:
    """A folder with a ledger and tests, and the command run in it."""

    def __init__(self, pytester: pytest.Pytester) -> None:
        self.pytester = pytester
        self.root = pytester.path
        self.evidence = self.root / "build" / "evidence.json"
        self.write("ledger/doc.toml", LEDGER)
        self.write("tests/test_numbers.py", TESTS)

    def write(self, name: str, text: str) -> Path:
        path = self.root / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(text)
        return path

    def change(self, name: str, old: str, new: str) -> None:
        text = (self.root / name).read_text()
        assert old in text
        self.write(name, text.replace(old, new))

    def gan_theory(self, command: str, *arguments: str) -> pytest.RunResult:
        return self.pytester.run(COMMAND, command, "--ledger", "ledger", *arguments)


@pytest.fixture
def project(pytester: pytest.Pytester) -> Project:
    return Project(pytester)
