"""What a benchmark is: two callables that answer the same question, and how their times are taken."""

import statistics
import time
from collections.abc import Callable
from dataclasses import dataclass
from typing import Any


@dataclass(frozen=True)
class Comparison:
    """Ours against another way.

    Attributes:
        name: the question and its size.
        ours: what we do.
        theirs: what the other does.
        peer: who the other is.
        agree: whether the two answers agree (checked once, so that nothing is timed that is wrong).
        repeats: how often each is timed; the two take turns.
    """

    name: str
    ours: Callable[[], Any]
    theirs: Callable[[], Any]
    peer: str
    agree: Callable[[Any, Any], bool]
    repeats: int = 5


def timed(call: Callable[[], Any]) -> float:
    started = time.perf_counter()
    call()
    return time.perf_counter() - started


def measure(row: Comparison) -> dict[str, Any]:
    """Median seconds of both and the ratio theirs / ours, after one untimed call each."""
    agreed = row.agree(row.ours(), row.theirs())
    pairs = [(timed(row.ours), timed(row.theirs)) for _ in range(row.repeats)]
    ours, theirs = (statistics.median(column) for column in zip(*pairs, strict=True))
    return {
        "name": row.name,
        "peer": row.peer,
        "ours": ours,
        "theirs": theirs,
        "ratio": theirs / ours,
        "agreed": agreed,
    }
