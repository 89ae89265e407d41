"""What one test found, gathered case by case, as the plain values that go into the evidence."""

from __future__ import annotations

import math
import re
from collections import Counter
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass, field
from typing import Any

from reports.kinds import KINDS, kinds

__all__ = ["Check", "Recorder", "Violated", "plain"]

ADDRESS = re.compile(r" at 0x[0-9a-fA-F]+")  # of an object without a repr of its own: another in every run


class Violated(AssertionError):
    """The checked relation is false for this case: the only exception that refutes a claim."""


@dataclass(frozen=True)
class Check:
    """One checked relation: what the report shows of it, and how it counts.

    Attributes:
        shown: the relation as written, both sides, the margin, and the allowance with its reason; plain values.
        margin: by how much the larger side exceeds the other; of an equality minus the error.
        allowance: what rounding may cost.
        both: an equality, not an inequality.
        proved: by certain ends of intervals.
    """

    shown: Mapping[str, Any]
    margin: float
    allowance: float
    both: bool
    proved: bool

    @property
    def relative(self) -> float:
        """The margin as a part of the larger side, so that cases of any scale compare; in [-2, 2], or infinite."""
        size = max(abs(float(self.shown["small"])), abs(float(self.shown["large"]))) or abs(self.margin)
        return self.margin / size if self.margin and math.isfinite(size) else self.margin

    @property
    def decade(self) -> str:
        """The power of ten of the relative margin."""
        return str(math.floor(math.log10(min(abs(self.relative), 1.0))))


@dataclass
class Recorder:
    """Cases tried, of which kinds, relative margins by decade, the tightest, the worst, the counterexample, data."""

    cases: int = 0
    drawn: Counter[str] = field(default_factory=Counter)
    proved: int = 0
    equal: int = 0
    infinite: int = 0
    held: Counter[str] = field(default_factory=Counter)
    violated: Counter[str] = field(default_factory=Counter)
    tightest: dict[str, Any] | None = None
    worst: dict[str, Any] | None = None
    counterexample: dict[str, Any] | None = None
    data: dict[str, Any] = field(default_factory=dict)
    _tightest: tuple[float, float] = (math.inf, math.inf)
    _worst: tuple[float, float] = (math.inf, math.inf)
    _open: list[Check] = field(default_factory=list)

    def add(self, check: Check) -> None:
        """Keep a check of the case that is open."""
        self._open.append(check)

    @contextmanager
    def case(self, arguments: Mapping[str, Any]) -> Iterator[None]:
        """One tried case: kept when it ends or is violated, forgotten when it is rejected or breaks."""
        self._open.clear()
        try:
            yield
        except Violated:
            self._close(arguments)
            raise
        self._close(arguments)

    def _close(self, arguments: Mapping[str, Any]) -> None:
        self.cases += 1
        self.drawn.update(kinds(arguments))
        described = {name: _describe(value) for name, value in arguments.items()}
        for check in self._open:
            shown = {**check.shown, "case": described}
            self._count(check, shown)
            self._rank(check, shown)

    def _count(self, check: Check, shown: dict[str, Any]) -> None:
        self.proved += check.proved
        if check.margin < -check.allowance:
            self.violated[check.decade] += 1
            self.counterexample = shown
        elif abs(check.margin) <= check.allowance:
            self.equal += 1
        elif math.isinf(check.margin):
            self.infinite += 1
        else:
            self.held[check.decade] += 1

    def _rank(self, check: Check, shown: dict[str, Any]) -> None:
        """Keep the worst equality and the tightest inequality; of several alike, the one that is shortest to write."""
        length = len(str(shown["case"]))
        if check.both and (check.margin, length) < self._worst:
            self.worst, self._worst = shown, (check.margin, length)
        telling = not check.both and (shown["small"] or shown["large"])  # 0 <= 0 tells nothing
        if telling and (check.relative, length) < self._tightest:
            self.tightest, self._tightest = shown, (check.relative, length)

    @property
    def checks(self) -> int:
        """How many relations were checked."""
        return self.equal + self.infinite + self.held.total() + self.violated.total()

    def as_dict(self) -> dict[str, Any]:
        """The recorder as the plain values that go into the evidence."""
        margins = {
            "held": dict(sorted(self.held.items(), key=lambda item: int(item[0]))),
            "equal": self.equal,
            "violated": dict(sorted(self.violated.items(), key=lambda item: int(item[0]))),
            "infinite": self.infinite,
        }
        return {
            "cases": self.cases,
            "drawn": {name: self.drawn[name] for name in KINDS if self.drawn[name]},
            "proved": self.proved,
            "margins": margins,
            "tightest": self.tightest,
            "worst": self.worst,
            "counterexample": self.counterexample,
        }


def plain(value: Any, where: str) -> Any:
    """A value as plain str, int, float, bool, list or dict; infinities as strings, nan an error.

    >>> plain({"a": (1, float("inf"))}, "x")
    {'a': [1, 'inf']}
    """
    if hasattr(value, "tolist"):  # numpy scalars and arrays
        value = value.tolist()
    if isinstance(value, dict):
        return {str(key): plain(item, f"{where}.{key}") for key, item in value.items()}
    if isinstance(value, list | tuple):
        return [plain(item, f"{where}[{i}]") for i, item in enumerate(value)]
    if isinstance(value, float) and math.isnan(value):
        raise ValueError(f"{where} is nan: evidence holds numbers; say what happened in words instead")
    if isinstance(value, float) and math.isinf(value):
        return "inf" if value > 0 else "-inf"
    if value is None or type(value) in (str, int, float, bool):
        return value
    raise TypeError(f"{where} is of type {type(value).__name__}: record str, int, float, bool, list or dict")


def _describe(value: Any) -> str:
    """A drawn value, legible and exact: arrays as lists of shortest decimals."""
    if isinstance(value, tuple):
        return "(" + ", ".join(map(_describe, value)) + ")"
    shown = ADDRESS.sub("", repr(value.tolist() if hasattr(value, "tolist") else value))
    return shown if len(shown) <= 400 else shown[:397] + "..."
