"""The one case that a card shows: the smallest counterexample, or the tightest case, or the largest error."""

from __future__ import annotations

import ast
import math
import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from reports.phrases import Phrases

__all__ = ["Example", "example"]

LETTERS = re.compile("[pqr]{2,3}|[PQR]{2,3}")  # a drawn tuple of laws, one letter each

Table = Mapping[str, Any]


@dataclass(frozen=True)
class Example:
    """One checked case: what it is, its values, the relation that was checked and how it came out."""

    title: str
    case: tuple[tuple[str, str], ...]
    exact: str
    says: str
    relation: str
    remark: str
    reason: str
    violated: bool


def example(records: Sequence[Table], words: Phrases) -> tuple[Example | None, str]:
    """The case to show, a counterexample before the tightest case before the largest error; and its margin."""
    for key in ("counterexample", "tightest", "worst"):
        found = [r[key] for r in records if r["role"] in ("statement", "refutes") and r[key] is not None]
        if found:
            return _describe(min(found, key=lambda check: float(check["margin"])), key, words)
    return None, ""


def _describe(check: Table, key: str, words: Phrases) -> tuple[Example, str]:
    small, large, margin = float(check["small"]), float(check["large"]), float(check["margin"])
    false = key == "counterexample"
    both = key == "worst" or (margin < 0 and large > small)
    within = math.isfinite(large) and abs(margin) <= check["rounding"] * max(1.0, abs(large))
    gap = words.number(abs(margin))
    kinds = [  # what is so, the remark beside the relation, the phrase in the table
        (false, words("check.false", margin=gap), words("table.violated", margin=gap)),
        (margin == 0, words("check.attained"), words("table.attained")),
        (within, words("check.equal"), words("table.equal")),
        (both, words("check.error", margin=gap), words("table.error", margin=gap)),
        (margin == math.inf, words("check.infinite"), gap),
        (True, words("check.spare", margin=gap), words("table.spare", part=words.number(_part(small, large, margin)))),
    ]
    remark, short = next((remark, short) for so, remark, short in kinds if so)
    digits = next((d for d in range(4, 17) if words.number(small, d) != words.number(large, d)), 4) if false else 4
    left, right = words.number(small, digits), words.number(large, digits)
    relation = f"{left} = {right}" if both else f"{left} ≤ {right}"
    pairs = [_legible(name, value) for name, value in check["case"].items()]
    rounded = any(shortened for _, shortened in pairs)
    exact = ", ".join(f"{name} = {value}" for name, value in check["case"].items()) if rounded else ""
    reason = words("check.allowed", reason=check["reason"]) if check["reason"] and within and margin else ""
    case = tuple(pair for shown, _ in pairs for pair in shown)
    says = check["says"].replace(" <= ", " ≤ ").replace(" == ", " = ")
    return Example(words(f"card.{key}"), case, exact, says, relation, remark, reason, false), short


def _part(small: float, large: float, margin: float) -> float:
    """A margin in per cent of the larger side, as in the histograms."""
    size = max(abs(small), abs(large))
    return 100 * margin / size if 0 < size < math.inf else 0.0


def _legible(name: str, text: str) -> tuple[list[tuple[str, str]], bool]:
    """A drawn value to read: pq, "([0.5, 0.5], [0.6, 0.4])", as P "= (0.5, 0.5)", Q "= (0.6, 0.4)".

    Returns names with values, and whether digits were left off.
    """
    try:
        value = ast.literal_eval(re.sub(r"\binf\b", "1e999", text))
    except (ValueError, SyntaxError):
        return [(name, f"= {text}")], False
    if LETTERS.fullmatch(name) and isinstance(value, tuple) and len(value) == len(name):
        named = list(zip(name.upper(), value, strict=True))
    else:
        named = [(name, value)]
    shown = [(letter, *_show(item)) for letter, item in named]
    pairs = [(letter, f"{'≈' if cut else '='} {item}") for letter, item, cut in shown]
    return pairs, any(cut for _, _, cut in shown)


def _show(value: Any) -> tuple[str, bool]:
    if isinstance(value, list | tuple):
        alone = all(isinstance(item, list) and len(item) == 1 for item in value)  # points of the line
        items = [_show(item[0] if alone and len(value) > 1 else item) for item in value]
        return "(" + ", ".join(item for item, _ in items) + ")", any(cut for _, cut in items)
    if isinstance(value, float):
        return f"{value:.6g}".replace("-", "−").replace("inf", "∞"), float(f"{value:.6g}") != value
    return str(value), False
