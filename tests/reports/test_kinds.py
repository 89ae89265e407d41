"""The kinds of a case, each told from arguments of its kind and not from their nearest neighbours."""

from dataclasses import dataclass
from fractions import Fraction
from typing import Any

import numpy as np
import pytest

from reports.kinds import KINDS, Law, kinds, parts


@dataclass(frozen=True)
class Drawn:
    law: Any
    size: float


HALVES, SKEW, DIRAC = np.array([0.5, 0.5]), np.array([0.25, 0.75]), np.array([1.0, 0.0])
GRID, TWICE = np.array([[0.0, 1.0], [2.0, 3.0]]), np.array([[0.0, 1.0], [0.0, 1.0]])
CASES: list[tuple[Any, set[str]]] = [
    ((HALVES, SKEW), set()),
    ((HALVES, DIRAC), {"zero mass", "Dirac"}),
    ((DIRAC, DIRAC[::-1]), {"zero mass", "Dirac", "disjoint"}),
    ((DIRAC, np.array([0.0, 0.5, 0.5])), {"zero mass", "Dirac"}),  # of two lengths: not comparable
    (np.ones(1), set()),  # any number might be 1
    ((np.zeros((1, 1)), np.ones(1)), {"Dirac"}),
    (np.array([0.5, 0.0, 0.5]), {"zero mass"}),
    (np.array([0.5, 0.0, 0.4]), set()),  # no law
    (np.array([1, 0]), set()),  # counts
    ((1.0, 0.0), set()),  # two numbers
    ((HALVES, HALVES.copy()), {"equal"}),
    ((HALVES, HALVES * [1 + 9e-7, 1 - 9e-7]), {"near-equal"}),
    ((HALVES, HALVES * [1 + 3e-6, 1 - 3e-6]), set()),
    ((np.array([2.0, 3.0]), np.array([[2.0, 3.0]])), {"equal"}),
    ((np.array([2.0, 3.0]), np.array([2.0, 3.0, 0.0])), set()),
    ((3.0, 3.0), set()),  # a tuple of numbers is one array
    (((3.0, 3.0), (3.0, 3.0)), {"equal"}),
    ((np.array(3.0), "and", np.float64(3.0 + 1e-9)), {"near-equal"}),
    ((7, 7), set()),
    (float("inf"), set()),
    ((np.array([np.inf, 1.0]), np.array([np.inf, 2.0])), set()),
    (1e-101, {"tiny"}),
    (1e-99, set()),
    (0.0, set()),
    ([3, -(10**101)], {"huge"}),
    ("1e300", set()),
    (None, set()),
    (True, set()),
    (complex(0, 1e101), {"huge"}),
    (np.array([1 - 1e-200, 1e-200]), {"tiny"}),
    (TWICE, {"coincident points"}),
    (GRID, set()),
    (TWICE.astype(int), set()),  # counts
    ((GRID, HALVES), set()),
    ((GRID, [0.5, 0.5]), set()),
    (((GRID, HALVES), (GRID.copy(), HALVES)), {"equal"}),
    (((GRID, HALVES), (GRID, SKEW)), set()),
    (((GRID, HALVES), (GRID * (1 + 1e-9), HALVES)), {"near-equal", "disjoint"}),
    (((GRID * 1e200, HALVES), (GRID * 1e200, HALVES * [1 + 1e-9, 1 - 1e-9])), {"near-equal", "huge"}),
    (((GRID, HALVES), (GRID + 5, HALVES)), {"disjoint"}),
    (((GRID, DIRAC), (GRID, DIRAC[::-1])), {"zero mass", "Dirac", "disjoint"}),
    (((TWICE, DIRAC), (TWICE, DIRAC[::-1])), {"zero mass", "Dirac", "coincident points"}),  # one point
    (((GRID, HALVES), HALVES), set()),  # one law has points, the other has none
    (Drawn((GRID, DIRAC), 1e300), {"zero mass", "Dirac", "huge"}),
    ({"law": (GRID, DIRAC)}, {"zero mass", "Dirac"}),
    (Drawn, set()),
]


@pytest.mark.parametrize(("argument", "expected"), CASES, ids=range(len(CASES)))
def test_kinds(argument: Any, expected: set[str]) -> None:
    assert kinds({"drawn": argument}) == expected


def test_arguments_are_compared_with_one_another() -> None:
    assert kinds({"p": HALVES, "q": HALVES}) == {"equal"}
    assert kinds({"b": 0.3, "d": 0.1 * 3}) == {"near-equal"}
    assert kinds({}) == set()


def test_every_kind_is_told_by_some_case() -> None:
    assert set().union(*(expected for _, expected in CASES)) == set(KINDS)


def test_parts_are_sorted() -> None:
    found = parts({"pq": [HALVES, DIRAC], "measure": (TWICE, SKEW), "step": 0.1, "n": 3, "word": "no"})
    assert found.laws == [Law((0.25, 0.75), ((0.0, 1.0), (0.0, 1.0)))]
    assert found.arrays == [((0.5, 0.5), (1.0, 0.0))]  # a list of two laws reads as a matrix
    assert found.floats == [0.1]
    assert parts({"exact": Fraction(1, 3)}).numbers == []
