"""The study of coverage: never significantly below the level, never needlessly wide, and what a rerun gives."""

import pytest
from scipy.stats import binomtest

from tests.studies import coverage
from tests.studies.study import load

RARE = 1e-4  # of 107 cells one would fall below this with a chance of 1 % if all covered just as often as they say
WIDEST = 5.0
SLICE = [
    {"method": "counts", "laws": "two", "row": "tv", "n": [20, 20]},
    {"method": "classifier", "laws": 1.0, "row": "tv", "n": [1000, 300]},
    {"method": "mean", "laws": "coin", "row": "", "n": [100, 100]},
]


def stored() -> list[tuple[dict, dict]]:
    result = load("coverage")
    assert not result["stale"]
    return list(zip(result["cells"], result["rows"], strict=True))


def too_seldom(covered: int) -> bool:
    """Whether the coverage is significantly below the level."""
    of = coverage.PARAMETERS["repetitions"]
    return binomtest(covered, of, coverage.PARAMETERS["level"], alternative="less").pvalue < RARE


def test_every_interval_covers_at_its_level() -> None:
    cells = [(cell, row) for cell, row in stored() if cell["method"] != "central limit"]
    assert len(cells) >= 100 and {cell["method"] for cell, _ in cells} == set(coverage.METHODS) - {"central limit"}
    assert [cell for cell, row in cells if too_seldom(row["covered"])] == []


def test_the_central_limit_is_caught() -> None:
    """The wrong twin: its intervals are as wide as the limit says."""
    (covered,) = (row["covered"] for cell, row in stored() if cell["method"] == "central limit")
    assert too_seldom(covered)


def test_no_interval_is_needlessly_wide() -> None:
    """Beside the interval of the limit; where that has no width to speak of, a reason is given."""
    wide = [
        (cell, row)
        for cell, row in stored()
        if row["width"] is not None and row["asymptotic"] is not None and row["width"] > WIDEST * row["asymptotic"]
    ]
    assert wide
    assert [cell for cell, _ in wide if not coverage.reason(cell)] == []


def test_one_over_n_is_the_order_of_what_remains_where_the_spread_vanishes() -> None:
    """The reason given for wide intervals, held against the widths: log(40) / (0.75 n), and twice that at most."""
    for cell, row in stored():
        if cell["method"] == "monte carlo" and cell["laws"] != 1.0 and cell["n"][0] == 1000:
            assert 0.6 * 0.0049 < row["width"] / coverage.row(cell["row"]).maximum < 2 * 0.0049


@pytest.mark.parametrize("asked", SLICE, ids=lambda cell: cell["method"])
def test_a_rerun_gives_what_is_stored(asked: dict) -> None:
    """Whole cells again; another platform may round one sample in five hundred to the other side."""
    ((cell, row),) = ((cell, row) for cell, row in stored() if asked.items() <= cell.items())
    again = coverage.run(cell)
    assert abs(again["covered"] - row["covered"]) <= 2
    for name in ("target", "width", "asymptotic"):
        assert again[name] == pytest.approx(row[name], rel=1e-3)
    other = coverage.run({**cell, "stream": 10_000 + cell["stream"]})  # the twin: other samples
    assert {**other, "covered": 0} != {**again, "covered": 0}
