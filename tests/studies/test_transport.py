"""The studies of transport: no bound was ever wrong, no planted answer missed, and what a rerun gives."""

from typing import Any

import pytest

from reports.evidence import evidence, record
from tests.studies import iterations, planted, rationals
from tests.studies.study import load


def stored(name: str) -> list[tuple[dict, dict]]:
    result = load(name)
    assert not result["stale"]
    return list(zip(result["cells"], result["rows"], strict=True))


def tell(name: str, words: tuple[str, ...], rows: list[list[Any]], **numbers: int) -> None:
    """Record a study as a table of the report, with a word in front of each row's numbers."""
    cells = [[{"word": row[0]}, *({"number": number} for number in row[1:])] for row in rows]
    table = {"kind": "table", "chapter": "transport", "title": name, "numbers": numbers}
    table |= {"columns": [{"title": {"word": word}} for word in words], "rows": [{"cells": row} for row in cells]}
    record(f"transport_{name}", table, source="study", stale=load(name)["stale"])


@evidence
def test_fractions_are_told() -> None:
    rows, problems, told = stored("rationals"), rationals.PARAMETERS["problems"], []
    for family in rationals.FAMILIES:
        mine = [row for cell, row in rows if cell["family"] == family]
        counts = [problems * len(mine), *(sum(row[name] for row in mine) for name in ("outside", "caught"))]
        widest = max(row["widest"] for row in mine)
        told.append([f"rationals_{family}", *(f"{count:,}" for count in counts), f"{widest:g}"])
    whole = {name: sum(row[name] for _, row in rows) for name in ("outside", "caught")}
    whole |= {"problems": problems * len(rows), "largest": rationals.PARAMETERS["largest"]}
    assert whole["outside"] == 0 and whole["problems"] == whole["caught"]
    tell("rationals", ("family", "problems", "outside", "caught", "widest"), told, **whole)


@evidence
def test_planted_problems_are_told() -> None:
    rows, told = stored("planted"), []
    for family in planted.ROWS:
        mine = [row for cell, row in rows if cell["row"] == family]
        worst = [max(row[name] for row in mine) for name in ("error", "gap")]
        told.append([f"planted_{family}", str(len(mine)), *(f"{number:g}" for number in worst)])
    points = max(cell["n"] for cell, _ in rows)
    dimensions = max(cell["options"].get("dimension", 0) for cell, _ in rows)
    whole = {"points": points, "dimensions": dimensions, "problems": len(rows)}
    assert sum(int(row[1]) for row in told) == len(rows)
    tell(
        "planted", ("family", "problems", "worst_error", "worst_gap"), told,
        agree=sum(row["agree"] for _, row in rows), **whole,
    )  # fmt: skip


def test_ten_thousand_problems_are_within_their_bounds() -> None:
    rows = stored("rationals")
    problems = rationals.PARAMETERS["problems"]
    assert problems * len(rows) == 10_000 and {cell["family"] for cell, _ in rows} == set(rationals.FAMILIES)
    assert sum(row["outside"] for _, row in rows) == 0
    assert sum(row["caught"] for _, row in rows) == 10_000  # the twin: 128 eps of the largest cost further up
    assert all(row["widest"] <= 64 for _, row in rows)  # in eps of the largest cost; 42 measured
    assert any(row["zero"] > 50 for _, row in rows)  # costs of nothing were among them


@pytest.mark.parametrize("family", rationals.FAMILIES)
def test_a_rerun_of_fractions_gives_what_is_stored(family: str, monkeypatch: pytest.MonkeyPatch) -> None:
    """A whole cell of assignments again; of the others the first problems, which must be the same."""
    cell, row = next((cell, row) for cell, row in stored("rationals") if cell["family"] == family)
    if family != "assignment":
        monkeypatch.setitem(rationals.PARAMETERS, "problems", 60)
    again = rationals.run(cell)
    assert again["outside"] == 0 and again["caught"] == rationals.PARAMETERS["problems"]
    assert again["widest"] <= max(64, 1.1 * row["widest"])
    if family == "assignment":
        assert (again["mean"], again["zero"]) == (row["mean"], row["zero"])  # of exact costs, so the same everywhere
        other = rationals.run({**cell, "stream": 10_000})  # the twin: other problems
        assert other["mean"] != row["mean"]


def test_every_planted_answer_is_found() -> None:
    rows = stored("planted")
    assert {cell["row"] for cell, _ in rows} == set(planted.ROWS)
    assert max(cell["n"] for cell, _ in rows) >= 5000
    assert max(cell["options"].get("dimension", 0) for cell, _ in rows) == 64
    for cell, row in rows:
        assert row["agree"], cell
        assert row["error"] <= 1e-10 and row["gap"] <= 1e-9 and row["width"] <= 1e-10, cell
    methods = {"network simplex", "transshipment", "column generation", "monotone coupling"}
    assert {row["method"] for _, row in rows} == methods


def test_a_rerun_of_small_planted_problems_gives_what_is_stored() -> None:
    small = [(cell, row) for cell, row in stored("planted") if cell["n"] <= 200]
    assert len(small) == 7
    for cell, row in small:
        again = planted.run(cell)
        assert again["agree"] and again["distance"] == pytest.approx(row["distance"], rel=1e-11)
        other = planted.run({**cell, "n": 150})  # the twin: another problem
        assert other["distance"] != pytest.approx(row["distance"], rel=1e-3)


def test_the_default_limit_on_iterations_costs_a_percent_and_is_seen() -> None:
    """POT stops at 100,000 iterations with a warning; bounds on both sides show how far from the optimum it is."""
    (_, small), (_, large) = stored("iterations")
    assert abs(small["excess"]) <= 1e-12 and not small["warned"]
    assert large["excess"] > 0.01 and large["warned"]
    assert large["gap"] < 1e-10
    again = iterations.run(iterations.CELLS[0])
    assert abs(again["excess"]) <= 1e-12 and not again["warned"] and again["gap"] <= 1e-12
