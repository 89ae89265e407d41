"""The study of sizes: what the report shows of it, how time and memory grow, and what a rerun gives."""

from typing import Any

import numpy as np
import pytest

from reports.evidence import evidence, record
from tests.studies import sizes
from tests.studies.study import load

Stored = list[tuple[dict[str, Any], dict[str, Any]]]


def stored() -> Stored:
    result = load("sizes")
    assert not result["stale"]
    return list(zip(result["cells"], result["rows"], strict=True))


def of(laws: str) -> Stored:
    """The cells of the plane, by their number of points."""
    plane = [(cell, row) for cell, row in stored() if (cell["laws"], cell["dimension"]) == (laws, 2)]
    return sorted(plane, key=lambda pair: pair[0]["n"])


def without_matrix(rows: Stored) -> Stored:
    """The cells that are solved without a matrix of costs."""
    return [(cell, row) for cell, row in rows if row["method"].startswith("transshipment")]


def many(rows: Stored) -> Stored:
    """The cells whose memory is not mostly what any solve takes."""
    return [(cell, row) for cell, row in rows if cell["n"] >= 5000]


def exponent(rows: Stored, name: str) -> float:
    """The slope of the logarithms, by least squares."""
    n, took = np.array([(cell["n"], row[name]) for cell, row in rows]).T
    return float(np.polyfit(np.log(n), np.log(took), 1)[0])


def matrix(n: int) -> float:
    """Megabytes of n x n costs."""
    return 8e-6 * n**2


def test_every_size_is_solved_to_a_gap_that_means_nothing() -> None:
    rows = stored()
    assert max(cell["n"] for cell, _ in rows) == 100_000
    for cell, row in rows:
        assert row["converged"] and row["lower"] <= row["distance"] <= row["upper"], cell
        assert row["gap"] <= 2e-10, cell  # 2.4e-11 measured


def test_memory_does_not_grow_like_a_matrix() -> None:
    """The twin is what the fewer points take that are solved with one."""
    few = without_matrix(of("uniform"))
    assert exponent(many(few), "megabytes") < 1.2  # 1.0 measured
    assert all(row["megabytes"] < matrix(cell["n"]) for cell, row in few)
    assert all(row["megabytes"] < matrix(cell["n"]) / 5 for cell, row in many(few))
    assert all(row["megabytes"] > matrix(cell["n"]) for cell, row in of("uniform") if (cell, row) not in few)


@pytest.mark.parametrize("laws", ["uniform", "normal"])
def test_a_rerun_gives_what_is_stored(laws: str) -> None:
    """In this process, and not timed."""
    cell, row = of(laws)[0]
    assert cell["n"] == 1000
    again = sizes.answer(sizes.optimal_transport(*sizes.clouds(cell)))
    assert (again["method"], again["converged"]) == (row["method"], True)
    for name in ("distance", "lower", "upper"):
        assert again[name] == pytest.approx(row[name], rel=3e-12)  # bounds a relative 3.5e-13 apart
    assert again["gap"] <= 10 * row["gap"]
    other = sizes.answer(sizes.optimal_transport(*sizes.clouds({**cell, "n": 999})))  # the twin: one point less
    assert other["distance"] != pytest.approx(row["distance"], rel=1e-3)


def test_a_cell_runs_in_a_process_of_its_own() -> None:
    cell = {"laws": "uniform", "dimension": 2, "n": 200}
    found = sizes.run(cell)
    expected = sizes.answer(sizes.optimal_transport(*sizes.clouds(cell)))
    assert found["distance"] == pytest.approx(expected["distance"], rel=1e-12)
    assert found["cpu"] > 0 and found["wall"] > 0
    assert (found["megabytes"] is None) != sizes.STATUS.exists()


@evidence
def test_sizes_are_drawn() -> None:
    result, uniform, normal = load("sizes"), of("uniform"), of("normal")
    few = without_matrix(uniform)
    large = many(few)
    n = [cell["n"] for cell, _ in uniform]
    lines = {
        "seconds_uniform": [row["cpu"] for _, row in uniform],
        "megabytes_uniform": [row["megabytes"] for _, row in uniform],
        "megabytes_matrix": [matrix(size) for size in n],
    }
    numbers = {"least": large[0][0]["n"], "matrix": max(cell["n"] for cell, row in uniform if (cell, row) not in few)}
    numbers |= {name: round(exponent(large, column), 2) for name, column in (("time", "cpu"), ("memory", "megabytes"))}
    points = {"x": [cell["n"] for cell, _ in normal], "y": [row["cpu"] for _, row in normal]}
    figure = {
        "kind": "curves",
        "chapter": "transport",
        "title": "sizes",
        "logarithmic": True,
        "x": {"label": "points_a_side", "values": n},
        "lines": [{"label": label, "values": values} for label, values in lines.items()],
        "points": {"label": "seconds_normal", **points},
        "numbers": numbers,
    }
    record("transport_2_sizes", figure, source="study", stale=result["stale"])
    assert len(large) >= 4


@evidence
def test_sizes_are_told() -> None:
    result, rows = load("sizes"), []
    for cell, row in sorted(stored(), key=lambda pair: (pair[0]["laws"] == "normal", *list(pair[0].values())[1:])):
        numbers = [f"{cell['dimension']}", f"{cell['n']:,}", f"{row['cpu']:.3g}", f"{row['megabytes']:,.0f}"]
        cells = [{"word": f"{cell['laws']}_laws"}, *({"number": text} for text in (*numbers, f"{row['gap']:.1e}"))]
        rows.append({"cells": cells})
    columns = [{"title": {"word": word}} for word in ("laws", "dimensions", "points", "seconds", "megabytes", "gap")]
    table = {"kind": "table", "chapter": "transport", "title": "sizes_table", "columns": columns, "rows": rows}
    record("transport_3_sizes", table, source="study", stale=result["stale"])
    assert len(rows) == len(sizes.CELLS)
