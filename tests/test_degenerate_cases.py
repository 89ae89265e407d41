"""Every test with drawn arguments draws every degenerate kind that its arguments can be of.

A kind that makes no sense for a test is told with its reason in ``degenerate_cases.toml``; a test that is not in there,
a new one say, has to draw them all.
"""

import functools
import importlib
import inspect
import pkgutil
import tomllib
import unittest
from collections import Counter
from collections.abc import Callable, Iterable, Iterator
from contextlib import suppress
from dataclasses import dataclass, field
from itertools import combinations
from pathlib import Path
from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings

import tests
from optimal_transport.strategies import measure_pairs
from reports.kinds import KINDS, Parts, kinds, parts

AUDITED = ("tests.theorems", "tests.optimal_transport", "tests.divergences.test_inequalities")
DRAWS, ROUNDS = 100, 4  # as many as `make test` tries, from the same seed, and three times as many from others
TABLE = tomllib.loads(Path(__file__).with_name("degenerate_cases.toml").read_text(encoding="utf-8"))
ROWS = TABLE["exempt"]


def real(found: Parts) -> bool:
    """Numbers of any size."""
    return bool(found.arrays or found.floats or any(law.points for law in found.laws))


COULD: dict[str, Callable[[Parts], bool]] = {  # whether arguments of these types could be of the kind
    "zero mass": lambda found: bool(found.laws),
    "Dirac": lambda found: bool(found.laws),
    "disjoint": lambda found: any(p.space == q.space for p, q in combinations(found.laws, 2)),
    "equal": lambda found: any(found.pairs()),
    "near-equal": lambda found: any(found.pairs()),
    "coincident points": lambda found: bool(found.clouds),
    "tiny": lambda found: real(found) or bool(found.laws),
    "huge": real,
}


def drawn_tests() -> Iterator[tuple[str, Any]]:
    """The tests that Hypothesis draws for, by file and name."""
    for info in pkgutil.walk_packages(tests.__path__, "tests."):
        if info.name.startswith(AUDITED) and info.name.rpartition(".")[2].startswith("test_"):
            module = importlib.import_module(info.name)
            for name, test in vars(module).items():
                if hasattr(test, "hypothesis") and test.__module__ == info.name:
                    yield f"{info.name.removeprefix('tests.')}.{name}", test


TESTS = dict(drawn_tests())


@dataclass
class Audit:
    """What the drawn cases could have been, and what they were."""

    excused: set[str]
    cases: int = 0
    could: Counter[str] = field(default_factory=Counter)
    were: Counter[str] = field(default_factory=Counter)

    def note(self, **arguments: Any) -> None:
        """One case; no more of them once nothing is missing, or a round is over."""
        found = parts(arguments)
        self.cases += 1
        self.could.update(kind for kind, possible in COULD.items() if possible(found))
        self.were.update(kinds(arguments))
        if self.cases % DRAWS == 0 or self.over:
            raise unittest.SkipTest

    @property
    def missing(self) -> set[str]:
        """The kinds that a quarter of the cases could have been of, and none was."""
        return {kind for kind in KINDS if 4 * self.could[kind] >= self.cases and not self.were[kind]}

    @property
    def over(self) -> bool:
        """Whether every kind was drawn that has to be."""
        return self.cases >= DRAWS / 4 and self.missing <= self.excused


def audit(test: Any, excused: Iterable[str], rounds: int = ROUNDS) -> Audit:
    """Draw what a test tries first, without trying it, and then, if a kind is missing, what other seeds give."""
    inner, found = test.hypothesis.inner_test, Audit(set(excused))
    for turn in range(rounds):

        @functools.wraps(inner)  # its name and source decide what is drawn
        def note(*_: Any, **arguments: Any) -> None:
            found.note(**arguments)

        note.__name__ += turn * "_"
        test.hypothesis.inner_test = note
        try:
            with suppress(unittest.SkipTest):
                test(**dict.fromkeys(inspect.signature(test).parameters))
        finally:
            test.hypothesis.inner_test = inner
        if found.over:
            break
    return found


def excused(name: str) -> set[str]:
    """The kinds that the table says a test does not draw."""
    return {kind for row in ROWS if name in row["tests"] for kind in row["kinds"]}


@pytest.mark.parametrize("name", TESTS, ids=[*TESTS])
def test_every_kind_that_makes_sense_is_drawn(name: str) -> None:
    missing = audit(TESTS[name], excused(name)).missing - excused(name)
    assert not missing, "never drawn: draw it, or say in degenerate_cases.toml why not"


def test_the_table_is_about_these_tests_and_says_why() -> None:
    assert {name for row in ROWS for name in row["tests"]} - TESTS.keys() == set()
    assert all(row["reason"] and set(row["kinds"]) <= KINDS.keys() for row in ROWS)
    assert len(TESTS) > 70


@pytest.mark.parametrize("lost", KINDS)
def test_a_strategy_that_lost_a_kind_is_noticed(lost: str) -> None:
    @settings(suppress_health_check=list(HealthCheck))
    @given(PQ=measure_pairs(max_points=3).filter(lambda PQ: lost not in kinds({"PQ": PQ})))
    def poor(PQ: Any) -> None:
        """A test that never sees one kind."""

    assert lost in audit(poor, KINDS.keys() - {lost}, rounds=1).missing
