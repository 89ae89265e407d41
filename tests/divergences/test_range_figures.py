"""What the report draws of joint ranges: the boundaries, the bounds beside them, random pairs inside, and the rows."""

import re
from typing import Any

import numpy as np

from divergences import jensen_shannon_divergence, js_range, kl_divergence, kl_range, total_variation_distance
from divergences.inequalities import INEQUALITIES, Inequality
from reports.evidence import evidence, record
from tests.divergences.test_inequalities import ROUNDING, SHARP, ratio

GRID = np.concatenate([np.linspace(0, 0.98, 99), [0.985, 0.99, 0.993, 0.996, 0.998, 0.999]])
TOP = 3.0
LEAST_KL = np.array([kl_range(tv)[0] for tv in GRID])
LEAST_JS, MOST_JS = np.array([js_range(tv) for tv in GRID]).T
PINSKER, BRETAGNOLLE_HUBER, SQUARE = 2 * GRID**2, -np.log1p(-(GRID**2)), GRID**2 / 2
Pair = tuple[np.ndarray, np.ndarray]


def drawn(count: int = 400) -> list[Pair]:
    """Random pairs on 2 to 5 atoms, with few or many small masses; every fourth on two atoms, the third a mirror."""
    rng = np.random.default_rng(5)
    pairs = []
    for i in range(count):
        k = 2 if i % 4 == 0 else int(rng.integers(2, 6))
        p, q = rng.dirichlet(np.full(k, 10 ** rng.uniform(-0.7, 0.7)), 2)
        pairs.append((p, p[::-1].copy()) if i % 4 == 2 else (p, q))
    return pairs


PAIRS = drawn()
TV = np.array([float(total_variation_distance(*pair)) for pair in PAIRS])
KL = np.array([float(kl_divergence(*pair)) for pair in PAIRS])
JS = np.array([float(jensen_shannon_divergence(*pair)) for pair in PAIRS])


def test_every_drawn_pair_lies_inside() -> None:
    """The twins: a boundary 5 % inwards leaves some of them out."""
    least_kl = np.array([kl_range(tv)[0] for tv in TV])
    least_js, most_js = np.array([js_range(tv) for tv in TV]).T
    assert np.all(least_kl <= KL * (1 + ROUNDING))
    assert np.all(least_js <= JS * (1 + ROUNDING)) and np.all(most_js * (1 + ROUNDING) >= JS)
    assert np.any(1.05 * least_kl > KL)
    assert np.any(1.05 * least_js > JS) and np.any(0.95 * most_js < JS)


def test_the_bounds_lie_below_the_boundary() -> None:
    """And touch it: Pinsker near 0, Bretagnolle-Huber in the limit at 1; the twin is Pinsker 5 % higher."""
    assert np.all(PINSKER <= LEAST_KL) and np.all(BRETAGNOLLE_HUBER <= LEAST_KL)
    assert np.any(1.05 * PINSKER > LEAST_KL)
    assert np.all(SQUARE <= LEAST_JS) and np.any(1.05 * SQUARE > LEAST_JS)
    assert np.all(LEAST_JS <= MOST_JS) and LEAST_JS[-1] > 0.98 * MOST_JS[-1]


def figure(title: str, found: np.ndarray, region: tuple[np.ndarray, np.ndarray], top: float, **lines: Any) -> dict:
    """Curves for the chapter, with the pairs that the picture has room for."""
    seen = found <= top
    return {
        "kind": "curves",
        "chapter": "divergences",
        "title": title,
        "x": {"label": "tv", "values": GRID.round(4)},
        "lines": [{"label": label, "values": line.round(5)} for label, line in lines.items()],
        "region": {"low": region[0].round(5), "high": region[1].round(5)},
        "top": top,
        "points": {"label": "drawn_pairs", "x": TV[seen].round(4), "y": found[seen].round(4)},
        "numbers": {"pairs": int(seen.sum())},
    }


def inequality(row: Inequality) -> dict[str, Any]:
    """One row of the table: how near its sides came for a drawn pair, and where they meet."""
    nearest = max(ratio(row, *pair) for pair in PAIRS)
    assert nearest <= 1 + ROUNDING
    gaps = [f"{100 * max(0.0, 1 - part):.2g}" for part in (nearest, ratio(row, *row.sharp))]
    name = re.sub(r"(?<!\w)-", "−", row.name)
    for typed, written in (("<=", "≤"), ("^2", "²"), ("chi2", "χ²"), ("sqrt", "√")):
        name = name.replace(typed, written)
    return {"cells": [name, *({"number": f"{gap}\u00a0%"} for gap in gaps), row.source]}


@evidence
def test_joint_ranges_are_drawn() -> None:
    kl = {"least_kl": LEAST_KL, "pinsker": PINSKER, "bretagnolle_huber": BRETAGNOLLE_HUBER}
    record("joint_range_1_kl", figure("kl_range", KL, (LEAST_KL, np.full_like(GRID, TOP)), TOP, **kl))
    js = {"least_js": LEAST_JS, "most_js": MOST_JS, "square": SQUARE}
    record("joint_range_2_js", figure("js_range", JS, (LEAST_JS, MOST_JS), 0.72, **js))


@evidence
def test_inequalities_are_told() -> None:
    rows = [inequality(row) for row in INEQUALITIES]
    columns = [{"title": {"word": word}} for word in ("inequality", "nearest", "meeting", "source")]
    table = {"kind": "table", "chapter": "divergences", "title": "inequalities", "columns": columns, "rows": rows}
    record("inequalities", {**table, "numbers": {"rows": len(rows), "pairs": len(PAIRS)}})
    assert all(float(row["cells"][2]["number"].split("\u00a0")[0]) <= 100 * SHARP for row in rows)
