"""What a theorem test says: ``at_most``, ``equal`` and ``record``.

Outside a run these functions only check. Inside one the plugin (``reports.evidence``) opens a `Recorder` per test, and
everything they see is kept as plain Python values, converted here: a single numpy scalar would stop an xdist run.
"""

from __future__ import annotations

import ast
import linecache
import math
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from functools import cache
from typing import Any, Protocol, SupportsFloat, runtime_checkable

from reports.recorder import Check, Recorder, Violated, plain

__all__ = ["Interval", "Number", "at_most", "equal", "record", "recording"]

LARGEST_RECORD = 200_000  # characters of JSON that one call of `record` may add
PROVING = frozenset({"exact", "enclosure", "certified gap", "lower bound"})  # kinds whose ends are certain


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
    _compare(small, large, rounding, reason, "<=")


def equal(left: Number, right: Number, *, rounding: float = 0.0, reason: str = "") -> None:
    """Check ``left == right`` up to ``rounding * max(1, |right|)``; as `at_most`, both ways.

    >>> equal(0.1 + 0.2, 0.3, rounding=1e-15, reason="one rounding")
    """
    _compare(left, right, rounding, reason, "==")


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


def _compare(left: Number, right: Number, rounding: float, reason: str, sign: str) -> None:
    if rounding < 0 or (rounding > 0 and not reason):
        raise ValueError(f"rounding = {rounding!r} with reason = {reason!r}: an allowance is >= 0 and says where from")
    both = sign == "=="
    (left_low, left_high), (right_low, right_high) = _ends(left, "left"), _ends(right, "right")
    margin = _minus(right_high, left_low)
    if both:
        margin = min(0.0, margin, _minus(left_high, right_low))
    proved = _certain(left, right) and left_high <= right_low and (not both or left_low >= right_high)
    small, large = _value(left), _value(right)
    allowance = rounding * max(1.0, abs(large)) if math.isfinite(large) else 0.0
    if _current is not None:
        caller = sys._getframe(2)
        says = f" {sign} ".join(_sides(caller.f_code.co_filename, caller.f_lineno))
        shown = {"small": small, "large": large, "margin": margin, "rounding": rounding, "reason": reason}
        _current.add(Check({"says": says, **plain(shown, "check")}, margin, allowance, both, proved))
    if margin < -allowance:
        raise Violated(f"{small!r} {sign} {large!r} is false by {-margin:.3g} (allowed: {allowance:.3g} {reason})")


@cache
def _sides(file: str, line: int) -> tuple[str, str]:
    """The two sides of a check as its test writes them, so that the evidence reads like the theorem."""
    tree = ast.parse("".join(linecache.getlines(file)))
    calls = [node for node in ast.walk(tree) if isinstance(node, ast.Call) and len(node.args) == 2]
    here = [node for node in calls if node.lineno <= line <= (node.end_lineno or line)]
    named = [node for node in here if ast.unparse(node.func).rpartition(".")[2] in ("at_most", "equal")]
    left, right = (ast.unparse(side) for side in named[-1].args) if named else ("left", "right")
    return left, right


def _value(number: Number) -> float:
    value: Any = getattr(number, "value", number)
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
