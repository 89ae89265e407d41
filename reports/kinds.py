"""Which degenerate kinds one tried case is of, told from its drawn arguments.

A *law* is an array or list of nonnegative floats whose sum is 1 to 1e-9, alone or as ``(points, masses)``.
A *cloud* is a matrix of floats, a row per point. Laws are compared with laws, other arrays of floats with arrays of the
same shape, single floats with single floats.

=================  =====================================================================================
kind               a case is of it if
=================  =====================================================================================
zero mass          a law has a mass 0
Dirac              a law has all its mass at one of its points, or in one of several places of an array
disjoint           two laws on one support, or each with its points, have no atom in common
equal              two laws, arrays or floats are equal
near-equal         two are not equal, and no entry differs by more than 1e-6 of the largest one
coincident points  a cloud has two equal rows
tiny               a number is not 0 and below 1e-100 in size
huge               a number is finite and above 1e100 in size
=================  =====================================================================================
"""

from __future__ import annotations

import math
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, field, fields, is_dataclass
from itertools import chain, combinations
from typing import Any

__all__ = ["KINDS", "Law", "Parts", "kinds", "parts"]

NEAR, TINY, HUGE = 1e-6, 1e-100, 1e100

Vector = tuple[Any, ...]  # of numbers
Rows = tuple[Vector, ...]


@dataclass(frozen=True)
class Law:
    """Masses, and the points that carry them if these were drawn with them."""

    masses: Vector
    points: Rows = ()

    @property
    def atoms(self) -> frozenset[object]:
        """Where there is mass: points, or places in the array."""
        places = self.points or range(len(self.masses))
        return frozenset(place for place, mass in zip(places, self.masses, strict=True) if mass)

    @property
    def dirac(self) -> bool:
        """All mass in one place; an array that is just ``[1.0]`` says nothing."""
        return sum(map(bool, self.masses)) == 1 and (len(self.masses) > 1 or bool(self.points))

    @property
    def space(self) -> tuple[int, int]:
        """Laws in one space have common atoms or not."""
        return (0, len(self.masses)) if not self.points else (1, len(self.points[0]))


@dataclass
class Parts:
    """What the arguments of a case consist of.

    Attributes:
        laws: probability vectors, some with points.
        arrays: every other array that holds floats; a vector is one row.
        clouds: the arrays that are matrices, and the points of laws.
        floats: single floats.
        numbers: all numbers there are.
    """

    laws: list[Law] = field(default_factory=list)
    arrays: list[Rows] = field(default_factory=list)
    clouds: list[Rows] = field(default_factory=list)
    floats: list[float] = field(default_factory=list)
    numbers: list[Any] = field(default_factory=list)

    def pairs(self) -> Iterator[tuple[Rows, Rows]]:
        """Whatever can be equal, each as the vectors that are compared: of a law its masses, and its points."""
        laws = [((law.masses, *law.points), (law.masses, _flat(law.points))) for law in self.laws]
        arrays = [(rows, (_flat(rows),)) for rows in self.arrays]
        for group in (laws, arrays, [(((x,),), ((x,),)) for x in self.floats]):
            for (rows, one), (others, other) in combinations(group, 2):
                if [*map(len, rows)] == [*map(len, others)]:
                    yield one, other


def parts(arguments: Mapping[str, Any]) -> Parts:
    """Take the arguments of a case apart: tuples, lists, dictionaries, dataclasses, arrays and numbers.

    >>> parts({"pq": ([0.5, 0.5], [1.0, 0.0]), "n": 3}).laws
    [Law(masses=(0.5, 0.5), points=()), Law(masses=(1.0, 0.0), points=())]
    """
    found = Parts()
    for value in arguments.values():
        _sort(_listed(value), found)
    return found


def kinds(arguments: Mapping[str, Any]) -> frozenset[str]:
    """The kinds that a case with these arguments is of.

    >>> sorted(kinds({"pq": ([0.5, 0.5], [1.0, 0.0])}))
    ['Dirac', 'zero mass']
    """
    found = parts(arguments)
    return frozenset(name for name, of_it in KINDS.items() if of_it(found))


def _has(size: Callable[[float], bool]) -> Callable[[Parts], bool]:
    return lambda found: any(size(abs(x)) for x in found.numbers)


def _disjoint(found: Parts) -> bool:
    return any(p.space == q.space and not p.atoms & q.atoms for p, q in combinations(found.laws, 2))


KINDS: dict[str, Callable[[Parts], bool]] = {
    "zero mass": lambda found: any(0 in law.masses for law in found.laws),
    "Dirac": lambda found: any(law.dirac for law in found.laws),
    "disjoint": _disjoint,
    "equal": lambda found: any(one == other for one, other in found.pairs()),
    "near-equal": lambda found: any(_near(one, other) for one, other in found.pairs()),
    "coincident points": lambda found: any(len(set(cloud)) < len(cloud) for cloud in found.clouds),
    "tiny": _has(lambda size: 0 < size < TINY),
    "huge": _has(lambda size: HUGE < size < math.inf),
}
"""Each kind with its test, in the order in which they are told."""


def _near(one: Rows, other: Rows) -> bool:
    return one != other and all(map(_within_a_millionth, one, other))


def _within_a_millionth(x: Vector, y: Vector) -> bool:
    apart = max((abs(s - t) if s != t else 0.0 for s, t in zip(x, y, strict=True)), default=0.0)
    largest = max(map(abs, (*x, *y)), default=0.0)
    return bool(apart <= NEAR * largest < math.inf)


def _flat(rows: Rows) -> Vector:
    return tuple(chain.from_iterable(rows))


def _listed(value: Any) -> Any:
    """Arrays as lists; dictionaries and dataclasses as tuples of what they hold."""
    if hasattr(value, "tolist"):
        return value.tolist()
    if is_dataclass(value) and not isinstance(value, type):
        value = tuple(getattr(value, part.name) for part in fields(value))
    if isinstance(value, dict):
        value = tuple(value.values())
    if isinstance(value, tuple):
        return tuple(map(_listed, value))
    return list(map(_listed, value)) if isinstance(value, list) else value


def _sort(value: Any, found: Parts) -> None:
    """Put a value, or what it consists of, where it belongs."""
    if _is_number(value):
        found.numbers.append(value)
        found.floats += [value] if isinstance(value, float) else []
    elif _is_measure(value):
        points, masses = _rows(value[0]), tuple(value[1])
        found.laws.append(Law(masses, points))
        found.clouds.append(points)
        found.numbers += [*masses, *_flat(points)]
    elif rows := _rows(value):
        _sort_array(value, rows, found)
    elif isinstance(value, tuple | list):
        for item in value:
            _sort(item, found)


def _sort_array(value: Any, rows: Rows, found: Parts) -> None:
    entries = _flat(rows)
    found.numbers += entries
    if _is_law(value):
        found.laws.append(Law(entries))
    elif any(isinstance(x, float) for x in entries):
        found.arrays.append(rows)
        found.clouds += [] if _is_number(value[0]) else [rows]


def _is_number(value: Any) -> bool:
    return isinstance(value, int | float | complex) and not isinstance(value, bool)


def _is_law(value: Any) -> bool:
    floats = isinstance(value, list) and all(isinstance(x, float) and x >= 0 for x in value)
    return floats and abs(sum(value) - 1) <= 1e-9


def _is_measure(value: Any) -> bool:
    if not isinstance(value, tuple) or len(value) != 2 or not _is_law(value[1]):
        return False
    rows = _rows(value[0])
    return len(rows) == len(value[1]) and not _is_number(value[0][0])


def _rows(value: Any) -> Rows:
    """A vector as one row, a matrix as its rows, anything else, a tuple of vectors say, as none."""
    if not isinstance(value, tuple | list) or not value:
        return ()
    if all(map(_is_number, value)):
        return (tuple(value),)
    matrix = all(isinstance(row, tuple | list) and row and all(map(_is_number, row)) for row in value)
    return tuple(map(tuple, value)) if matrix and isinstance(value, list) and len({*map(len, value)}) == 1 else ()
