"""Divergences from counts: exact bias and exact coverage, by summing over all counts of two atoms."""

import math

import numpy as np
import pytest
from scipy.stats import binom, binomtest

from divergences import ROWS, alpha_row, f_divergence
from divergences import row as find_row
from divergences.sampling.counts import CURVATURE, divergence_from_counts

rows = pytest.mark.parametrize("row", ROWS, ids=lambda row: row.name)


def two(successes: int, trials: int) -> np.ndarray:
    return np.array([successes, trials - successes])


@rows
def test_curvatures_are_second_derivatives(row) -> None:
    """Central differences with step 1e-5 are right to 1e-9 or so; total variation has none."""
    if row.name == "tv":
        assert row not in CURVATURE
        return
    u, step = np.array([0.2, 0.7, 1.0, 3.0]), 1e-5
    slope = (row.derivative(u + step) - row.derivative(u - step)) / (2 * step)
    np.testing.assert_allclose(CURVATURE[row](u), slope, rtol=3e-8)  # measured: 4.5e-9
    assert not np.allclose(1.05 * CURVATURE[row](u), slope, rtol=3e-8)


@rows
def test_the_bias_is_taken_off_to_second_order(row) -> None:
    """Exactly, over the counts of 100 draws that are not too rare: a fifth of the bias remains at most."""
    if row.name == "tv":
        return
    n, p, q = 100, 0.4, 0.55
    chance = np.outer(binom.pmf(np.arange(n + 1), n, p), binom.pmf(np.arange(n + 1), n, q))
    likely = np.argwhere(chance > 1e-7)
    weights = chance[tuple(likely.T)] / chance[tuple(likely.T)].sum()
    details = [divergence_from_counts(two(a, n), two(b, n), row).details for a, b in likely]
    plugin, bias = (weights @ [found[name] for found in details] for name in ("plugin", "bias"))
    before = plugin - float(f_divergence([p, 1 - p], [q, 1 - q], row))
    assert 0 < 0.8 * before < bias < 1.2 * before


@pytest.mark.parametrize("row", [*ROWS, alpha_row(3)], ids=lambda row: row.name)
@pytest.mark.parametrize(("n", "m", "level"), [(6, 6, 0.95), (4, 9, 0.5)])
def test_the_interval_covers_for_every_pair_of_coins(row, n: int, m: int, level: float) -> None:
    found = [
        [divergence_from_counts(two(a, n), two(b, m), row, level=level) for b in range(m + 1)] for a in range(n + 1)
    ]
    low, high = (np.array([[getattr(e, end) for e in line] for line in found]) for end in ("low", "high"))
    assert {(e.kind, e.level) for line in found for e in line} == {("confidence", level)}
    for p in (0.0, 0.1, 0.3, 0.5, 0.9):
        for q in (0.0, 0.05, 0.3, 0.6, 1.0):
            truth = float(f_divergence([p, 1 - p], [q, 1 - q], row))
            chance = np.outer(binom.pmf(np.arange(n + 1), n, p), binom.pmf(np.arange(m + 1), m, q))
            assert chance[(low <= truth) & (truth <= high)].sum() >= level


@pytest.mark.parametrize("name", ["kl", "js", "chi2"])
@pytest.mark.parametrize(("p", "q"), [([30, 10], [12, 25]), ([20, 9, 4], [5, 30, 8]), ([9, 9, 1, 1], [8, 9, 2, 3])])
def test_the_interval_is_that_of_the_masses_in_their_intervals(name: str, p: list[int], q: list[int]) -> None:
    """By a grid over scipy's intervals, whose chances of failure add up to 0.1; the sum of the masses narrows them."""
    sides = 4 * (len(p) if len(p) > 2 else 1)
    grids = []
    for counts in (p, q):
        found = [binomtest(c, sum(counts)).proportion_ci(1 - 2 * 0.1 / sides, method="exact") for c in counts]
        low, high = np.array([e.low for e in found]), np.array([e.high for e in found])
        low, high = np.maximum(low, 1 - high.sum() + high), np.minimum(high, 1 - low.sum() + low)
        grids.append(np.linspace(low, high, 401))
    a, b = grids[0][:, None, :], grids[1][None, :, :]
    terms = find_row(name).integrand(*np.broadcast_arrays(a, b), b - a)
    found = divergence_from_counts(p, q, name, level=0.9)
    assert math.isclose(found.high, min(terms.max(axis=(0, 1)).sum(), find_row(name).maximum), rel_tol=1e-9)
    assert -1e-9 <= terms.min(axis=(0, 1)).sum() - found.low <= 2e-3  # the grid misses the point where two meet


def test_the_interval_of_total_variation_is_that_of_the_docstring() -> None:
    found = divergence_from_counts([400, 100, 500], [4000, 3000, 3000], "tv", level=0.9)
    spread = math.sqrt(math.log(20) * (1 / 1000 + 1 / 10_000) / 2)
    bias = (math.sqrt(2 / 1000) + math.sqrt(2 / 10_000)) / 2
    assert found.value == pytest.approx(0.2, rel=1e-14)
    assert found.high == pytest.approx(0.2 + spread, rel=1e-14)
    assert found.low == pytest.approx(0.2 - spread - bias, rel=1e-14)


def test_intervals_ten_times_narrower_do_not_cover() -> None:
    """The wrong twin."""
    n, truth = 40, float(f_divergence([0.3, 0.7], [0.5, 0.5], "kl"))
    k = np.arange(n + 1)
    found = [[divergence_from_counts(two(a, n), two(b, n), "kl") for b in k] for a in k]
    near = np.array(
        [
            [e.value + (e.low - e.value) / 10 <= truth <= e.value + (e.high - e.value) / 10 for e in line]
            for line in found
        ]
    )
    assert np.outer(binom.pmf(k, n, 0.3), binom.pmf(k, n, 0.5))[near].sum() < 0.8


def test_atoms_that_were_not_drawn() -> None:
    found = divergence_from_counts([50, 50, 0], [80, 20, 0], "kl")
    assert math.isfinite(found.value) and found.high == math.inf  # the third atom may have any small masses
    found = divergence_from_counts([50, 50], [100, 0], "kl")
    assert found.value == math.inf and 0 < found.low < math.inf
    found = divergence_from_counts([50, 0], [0, 50], "js")
    assert found.value == found.high == math.log(2) and 0.4 < found.low < math.log(2)


def test_one_atom_leaves_nothing_to_doubt_but_rounding() -> None:
    found = divergence_from_counts([7], [3], "kl")
    assert found.value == 0 and found.low == 0 and found.high < 1e-12


def test_more_draws_narrow_the_interval_like_a_square_root() -> None:
    for row in ("tv", "js", "kl"):
        width = [
            (lambda e: e.high - e.low)(divergence_from_counts([40 * k, 60 * k], [70 * k, 30 * k], row))
            for k in (10, 1000, 100_000)
        ]
        assert 8 < width[0] / width[1] < 20 and 8 < width[1] / width[2] < 12


def test_counts_may_be_any_numbers_that_are_whole() -> None:
    expected = divergence_from_counts([3, 4, 5], [5, 4, 3], "js")
    both = np.array([[3, 5], [4, 4], [5, 3]])
    kept = both.copy()
    for kind in (np.uint8, np.int64, np.float32, float):
        typed = both.astype(kind)
        assert divergence_from_counts(typed[:, 0], typed[:, 1], "js") == expected
    assert (both == kept).all()


@pytest.mark.parametrize(
    ("counts", "error", "message"),
    [
        ([3, -1], ValueError, r"counts_p has -1.0 at position \(1,\); counts are at least 0"),
        ([3, 1.5], ValueError, r"counts_p has 1.5 at position \(1,\); counts are whole numbers"),
        ([0, 0], ValueError, "counts_p sums to 0.0; pass counts of at least one draw"),
        ([2.0**53, 1], ValueError, "fewer than 2\\^53"),
        ([], ValueError, r"counts_p has shape \(0,\)"),
        ([[1, 2]], ValueError, r"counts_p has shape \(1, 2\)"),
        ([1, np.nan], ValueError, r"counts_p has nan at position \(1,\)"),
        ([1, 2, 3], ValueError, "counts_p has 3 atoms and counts_q has 2; count both on one list"),
        ([True, False], TypeError, "counts_p has dtype bool"),
    ],
)
def test_counts_that_are_refused(counts, error, message: str) -> None:
    with pytest.raises(error, match=message):
        divergence_from_counts(counts, [1, 2], "js")
    if len(counts) != 3:
        with pytest.raises(error, match=message.replace("counts_p", "counts_q")):
            divergence_from_counts([1, 2], counts, "js")


def test_levels_and_rows_that_are_refused() -> None:
    with pytest.raises(ValueError, match=r"level = 1\.0; pass"):
        divergence_from_counts([1, 2], [2, 1], "js", level=1)
    with pytest.raises(ValueError, match="row 'jss' is unknown"):
        divergence_from_counts([1, 2], [2, 1], "jss")
