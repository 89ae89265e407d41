"""What a theorem test says: ``at_most``, ``equal``, ``record``; and the recorder that keeps what it found.

Outside a run these functions only check. Inside one the plugin (``reports.evidence``) opens a `Recorder` per test.
Everything recorded is a plain str, int, float, bool, list or dict, converted here: a single numpy scalar would
stop an xdist run.
"""

from __future__ import annotations

import math
from collections import Counter
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass, field
from typing import Any, Protocol, SupportsFloat, runtime_checkable

__all__ = ["Interval", "Recorder", "Violated", "at_most", "equal", "plain", "record", "recording"]

LARGEST_RECORD = 200_000  # characters of JSON that one call of `record` may add
PROVING = frozenset({"exact", "enclosure", "certified gap", "lower bound"})  # kinds whose ends are certain


class Violated(AssertionError):
    """The checked relation is false for this case: the only exception that refutes a claim."""


@runtime_checkable
class Interval(Protocol):
    """A number that says how far to trust it (``divergences.Estimate`` is one)."""

    @property
    def low(self) -> float:
        """The lower end."""

    @property
    def high(self) -> float:
        """The upper end."""

    @property
    def kind(self) -> str:
        """What the ends are worth."""


Number = SupportsFloat | Interval


def at_most(small: Number, large: Number, *, rounding: float = 0.0, reason: str = "") -> None:
    """Check ``small <= large`` up to ``rounding * max(1, |large|)``.

    Two intervals contradict the relation only when ``small.low > large.high``, and prove it when
    ``small.high <= large.low`` and their ends are certain.

    Args:
        small: the side that should not be larger, a number or an interval.
        large: the other side; ``inf <= inf`` passes.
        rounding: what floating-point arithmetic may cost; any but 0 needs a `reason`.
        reason: where that allowance comes from, with the error measured.

    Raises:
        Violated: the relation is false.
        ValueError: a side is nan, or an allowance without a reason: neither refutes anything.

    >>> at_most(0.5, 0.6)
    """
    _compare(small, large, rounding, reason, both=False)


def equal(left: Number, right: Number, *, rounding: float = 0.0, reason: str = "") -> None:
    """Check ``left == right`` up to ``rounding * max(1, |right|)``; as `at_most`, both ways.

    >>> equal(0.1 + 0.2, 0.3, rounding=1e-15, reason="one rounding")
    """
    _compare(left, right, rounding, reason, both=True)


def record(name: str, data: Any, *, source: str = "run", stale: bool = False) -> None:
    """Keep data (curves, a training run, a benchmark) in the evidence under a name.

    Args:
        name: how the report finds it.
        data: plain Python or numpy values, rounded by the caller; at most 200,000 characters of JSON.
        source: "run" for what this run computed, "study" for what a stored study holds.
        stale: the study's digest no longer matches: its claims become *stale*, never green.
    """
    value = plain(data, name)
    size = len(str(value))
    if size > LARGEST_RECORD:
        raise ValueError(f"record({name!r}): {size} characters, more than {LARGEST_RECORD}: round or thin the data")
    if source not in ("run", "study"):
        raise ValueError(f"record({name!r}): source = {source!r}; choose 'run' or 'study'")
    if _current is not None:
        _current.data[name] = {"source": source, "stale": bool(stale), "value": value}


@dataclass
class Recorder:
    """What one test found: cases, relative margins by decade, the tightest case, the worst error, the counterexample."""

    cases: int = 0
    proved: int = 0
    equal: int = 0
    infinite: int = 0
    held: Counter[int] = field(default_factory=Counter)
    violated: Counter[int] = field(default_factory=Counter)
    tightest: dict[str, Any] | None = None
    worst: dict[str, Any] | None = None
    counterexample: dict[str, Any] | None = None
    data: dict[str, Any] = field(default_factory=dict)
    _tightest: float = math.inf
    _worst: float = math.inf
    _open: list[tuple[dict[str, Any], bool, bool]] = field(default_factory=list)

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
        described = {name: _describe(value) for name, value in arguments.items()}
        for check, both, proved in self._open:
            self._count({**check, "case": described}, both, proved)

    def _count(self, check: dict[str, Any], both: bool, proved: bool) -> None:
        margin, allowance, relative = float(check["margin"]), check.pop("allowance"), check.pop("relative")
        self.proved += proved
        if margin < -allowance:
            self.violated[_decade(relative)] += 1
            self.counterexample = check
        elif abs(margin) <= allowance:
            self.equal += 1
        elif math.isinf(margin):
            self.infinite += 1
        else:
            self.held[_decade(relative)] += 1
        if both:
            self.worst, self._worst = _least(self.worst, self._worst, check, margin)
        elif check["small"] or check["large"]:  # 0 <= 0 tells nothing
            self.tightest, self._tightest = _least(self.tightest, self._tightest, check, relative)

    @property
    def checks(self) -> int:
        """How many relations were checked."""
        return self.equal + self.infinite + self.held.total() + self.violated.total()

    def as_dict(self) -> dict[str, Any]:
        """The recorder as the plain values that go into the evidence."""
        margins = {
            "held": {str(key): count for key, count in sorted(self.held.items())},
            "equal": self.equal,
            "violated": {str(key): count for key, count in sorted(self.violated.items())},
            "infinite": self.infinite,
        }
        return {
            "cases": self.cases,
            "proved": self.proved,
            "margins": margins,
            "tightest": self.tightest,
            "worst": self.worst,
            "counterexample": self.counterexample,
        }


_current: Recorder | None = None


@contextmanager
def recording(recorder: Recorder) -> Iterator[Recorder]:
    """Send every check made in this block to a recorder."""
    global _current
    before, _current = _current, recorder
    try:
        yield recorder
    finally:
        _current = before


def plain(value: Any, where: str) -> Any:
    """A value as plain str, int, float, bool, list or dict; infinities as strings, nan an error."""
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
    if value is None or isinstance(value, str | int | float):
        return value
    raise TypeError(f"{where} is of type {type(value).__name__}: record str, int, float, bool, list or dict")


def _compare(left: Number, right: Number, rounding: float, reason: str, both: bool) -> None:
    if rounding < 0 or (rounding > 0 and not reason):
        raise ValueError(f"rounding = {rounding!r} with reason = {reason!r}: an allowance is >= 0 and says where from")
    (left_low, left_high), (right_low, right_high) = _ends(left, "left"), _ends(right, "right")
    margin = _minus(right_high, left_low)
    if both:
        margin = min(0.0, margin, _minus(left_high, right_low))
    proved = _certain(left, right) and left_high <= right_low and (not both or left_low >= right_high)
    small, large = _value(left), _value(right)
    allowance = rounding * max(1.0, abs(large)) if math.isfinite(large) else 0.0
    if _current is not None:
        check = {"small": small, "large": large, "margin": margin, "rounding": rounding, "reason": reason}
        hidden = {"allowance": allowance, "relative": _relative(margin, small, large)}
        _current._open.append(({**plain(check, "check"), **hidden}, both, proved))
    if margin < -allowance:
        sign = "==" if both else "<="
        raise Violated(f"{small!r} {sign} {large!r} is false by {-margin:.3g} (allowed: {allowance:.3g} {reason})")


def _value(number: Number) -> float:
    value: SupportsFloat = getattr(number, "value", number)
    return float(value)


def _ends(number: Number, side: str) -> tuple[float, float]:
    low, high = (number.low, number.high) if isinstance(number, Interval) else (number, number)
    ends = float(low), float(high)
    if any(map(math.isnan, ends)):
        raise ValueError(f"the {side} side is nan: nothing can be concluded from it; mend what computed it")
    return ends


def _certain(*sides: Number) -> bool:
    intervals = [side for side in sides if isinstance(side, Interval)]
    return bool(intervals) and all(side.kind in PROVING for side in intervals)


def _minus(large: float, small: float) -> float:
    return 0.0 if large == small else large - small  # inf - inf would be nan


def _relative(margin: float, small: float, large: float) -> float:
    """A margin as a part of the larger side, so that cases of any scale compare; in [-2, 2], or infinite."""
    size = max(abs(small), abs(large))
    return margin / size if margin and math.isfinite(size) else margin


def _decade(relative: float) -> int:
    return math.floor(math.log10(min(abs(relative), 1.0)))


def _least(
    kept: dict[str, Any] | None, least: float, check: dict[str, Any], value: float
) -> tuple[dict[str, Any] | None, float]:
    return (check, value) if kept is None or value < least else (kept, least)


def _describe(value: Any) -> str:
    """A drawn value, legible and exact: arrays as lists of shortest decimals."""
    if isinstance(value, tuple):
        return "(" + ", ".join(map(_describe, value)) + ")"
    shown = repr(value.tolist() if hasattr(value, "tolist") else value)
    return shown if len(shown) <= 400 else shown[:397] + "..."
