"""Samples and the intervals below every estimator: exact coverage, by summing over all outcomes."""

import itertools
import math

import numpy as np
import pytest
from scipy.stats import binom

from divergences.sampling.intervals import mean_interval, mean_lower_bound, paired_blocks, share_bounds
from divergences.sampling.samples import Samples, checked_level, generator, real_numbers, samples

MEANS = [0.01, 0.05, 0.2, 0.4, 0.5, 0.7, 0.95]


def outcomes(n: int) -> np.ndarray:
    return np.array(list(itertools.product([0.0, 1.0], repeat=n)))


def covered(intervals: np.ndarray, sums: np.ndarray, n: int, mean: float) -> float:
    """The probability that the interval of a sequence of n coin tosses holds the coin's mean."""
    chances = mean**sums * (1 - mean) ** (n - sums)
    return float(chances[(intervals[:, 0] <= mean) & (mean <= intervals[:, 1])].sum())


def central_limit(x: np.ndarray) -> tuple[float, float]:
    half = 1.96 * x.std() / math.sqrt(len(x))
    return x.mean() - half, x.mean() + half


@pytest.mark.parametrize("level", [0.5, 0.8, 0.95])
def test_bets_cover_at_their_level_for_every_coin(level: float) -> None:
    """All 1,024 sequences of ten tosses."""
    sequences = outcomes(10)
    intervals = np.array([mean_interval(x, 0, 1, level=level) for x in sequences])
    assert all(covered(intervals, sequences.sum(axis=1), 10, mean) >= level for mean in MEANS)


def test_the_central_limit_does_not() -> None:
    """The wrong twin."""
    sequences = outcomes(10)
    intervals = np.array([central_limit(x) for x in sequences])
    assert covered(intervals, sequences.sum(axis=1), 10, 0.05) < 0.5


def test_one_sided_bets_fail_as_seldom_as_they_say() -> None:
    sequences = outcomes(8)
    lows = np.array([mean_lower_bound(x, 0, 1, fails=0.1) for x in sequences])
    intervals = np.stack([lows, np.ones_like(lows)], axis=1)
    assert all(covered(intervals, sequences.sum(axis=1), 8, mean) >= 0.9 for mean in MEANS)
    intervals[:, 0] += 0.05 * (sequences.mean(axis=1) - lows) + 0.1  # the twin: bounds 0.1 too high
    assert any(covered(intervals, sequences.sum(axis=1), 8, mean) < 0.9 for mean in MEANS)


def test_the_order_of_the_numbers_does_not_matter_much() -> None:
    """Sorted numbers, bet on as they come, would exclude their own mean."""
    x = np.sort(np.random.default_rng(5).random(500))
    low, high = mean_interval(x, 0, 1, level=0.95)
    assert low < 0.5 < high
    assert high - low < 1.5 * 2 * 1.96 * x.std() / math.sqrt(500)  # measured: 1.26


def test_intervals_move_and_stretch_with_the_numbers() -> None:
    x = np.random.default_rng(6).random(50)
    low, high = mean_interval(x, 0, 1, level=0.9)
    np.testing.assert_allclose(mean_interval(4 * x - 3, -3, 1, level=0.9), [4 * low - 3, 4 * high - 3], atol=4e-9)
    below, above = mean_interval(-x, -1, 0, level=0.9)
    np.testing.assert_allclose([-above, -below], [low, high], atol=4e-9)
    assert mean_lower_bound(np.zeros(3), 0.0, 0.0, fails=0.1) == 0.0


def test_constant_numbers_leave_an_interval_of_the_order_of_one_over_n() -> None:
    for n, widest in ((100, 0.06), (10_000, 0.0006)):  # log(40) / (0.75 n) is 0.049 and 0.00049
        low, high = mean_interval(np.zeros(n), 0, 1, level=0.95)
        assert low == 0 and 0.6 * widest < high < widest


@pytest.mark.parametrize("n", [1, 2, 7, 40])
def test_clopper_and_pearson_fail_as_seldom_as_they_say(n: int) -> None:
    """At every mean just inside a bound, where failures are most frequent; the twin, 5 % more, fails there."""
    counts = np.arange(n + 1)
    for fails, worst in ((0.05, 0.05), (0.0525, 0.0525)):
        low, high = share_bounds(counts, n, fails=fails)
        near = np.concatenate([np.nextafter(low[1:], 0), np.nextafter(high[:-1], 1)])
        missed = [binom.pmf(counts, n, p)[low > p].sum() for p in near[:n]]
        missed += [binom.pmf(counts, n, p)[high < p].sum() for p in near[n:]]
        assert max(missed) <= worst + 1e-12  # measured: 3e-15
    assert max(missed) > 0.05


def test_blocks_use_every_number_and_keep_the_mean() -> None:
    one, other = np.arange(6.0), np.arange(1, 20.0)
    first, second = paired_blocks(one, other)
    assert sorted(first) == sorted(one)
    assert second.shape == (6,)
    sizes = np.diff([*(np.arange(6) * 19 // 6), 19])
    assert math.isclose((second * sizes).sum(), other.sum())


def test_pairs_of_sorted_samples_are_no_longer_ordered_alike() -> None:
    first, second = paired_blocks(np.arange(400.0), np.arange(400.0))
    assert abs(np.corrcoef(first, second)[0, 1]) < 0.2  # four standard deviations


# What is refused, one by one.


@pytest.mark.parametrize(
    ("value", "error", "message"),
    [
        ([], ValueError, r"x has shape \(0,\); pass an array of shape \(n,\) or \(n, d\)"),
        (np.empty((3, 0)), ValueError, r"x has shape \(3, 0\)"),
        (1.0, ValueError, r"x has shape \(\)"),
        (np.zeros((2, 2, 2)), ValueError, r"x has shape \(2, 2, 2\)"),
        ([[1.0], [1.0, 2.0]], ValueError, "x is not a rectangular array"),
        ([0.0, np.nan], ValueError, r"x has nan at position \(1,\); remove or replace"),
        ([[0.0, 1.0], [np.inf, 0.0]], ValueError, r"x has inf at position \(1, 0\)"),
        ([True, False], TypeError, "x has dtype bool"),
        ([1j], TypeError, "x has dtype complex128"),
        (["1"], TypeError, "x has dtype <U1"),
        (None, TypeError, "x is of type NoneType"),
        (np.ma.masked_array([1.0, 2.0], mask=[0, 1]), TypeError, "x is a masked array.*compressed"),
    ],
)
def test_points_that_are_refused(value, error, message: str) -> None:
    with pytest.raises(error, match=message):
        Samples(value)
    with pytest.raises(error, match=message.replace("x ", "P ", 1)):
        samples(value, "P")


@pytest.mark.parametrize(
    ("weights", "error", "message"),
    [
        ([1.0, -1.0], ValueError, r"weights has -1.0 at position \(1,\); weights are at least 0"),
        ([1.0], ValueError, "weights has 1 entries for 2 points; pass one weight per point"),
        ([0.0, 0.0], ValueError, "weights sums to 0.0; pass weights with a positive finite sum"),
        ([1e308, 1e308], ValueError, "weights sums to inf"),
        ([1.0, np.nan], ValueError, r"weights has nan at position \(1,\)"),
        ([[1.0], [1.0]], ValueError, r"weights has shape \(2, 1\)"),
        ([True, True], TypeError, "weights has dtype bool"),
    ],
)
def test_weights_that_are_refused(weights, error, message: str) -> None:
    with pytest.raises(error, match=message):
        Samples([0.0, 1.0], weights)


def test_samples_are_frozen_copies() -> None:
    points = np.array([[1, 2, 3], [4, 5, 6]])[:, ::2]
    found = Samples(points, np.array([1, 2], dtype=np.uint8))
    assert found.x.tolist() == [[1.0, 3.0], [4.0, 6.0]] and found.weights.tolist() == [1.0, 2.0]
    points[:] = 0
    assert found.x[0, 0] == 1.0 and found.x.flags.c_contiguous
    for array in (found.x, found.weights):
        with pytest.raises(ValueError, match="read-only"):
            array[0] = 9
    with pytest.raises(AttributeError, match="cannot assign"):
        found.x = points
    assert samples(found, "P") is found
    assert Samples([1.0, 2.0]).points.shape == (2, 1)


def test_torch_tensors_are_named(monkeypatch: pytest.MonkeyPatch) -> None:
    torch = pytest.importorskip("torch")
    with pytest.raises(TypeError, match=r"x is a torch tensor; pass x.numpy\(\)"):
        real_numbers(torch.zeros(2), "x")


@pytest.mark.parametrize("level", [0.0, 1.0, -0.5, 1.5, math.nan, math.inf])
def test_levels_lie_between_0_and_1(level: float) -> None:
    with pytest.raises(ValueError, match=f"level = {level}; pass a number strictly between 0 and 1"):
        checked_level(level)


def test_levels_and_seeds_are_numbers() -> None:
    for wrong in (True, "0.9", None):
        with pytest.raises(TypeError, match=r"level is .*pass a real number"):
            checked_level(wrong)
    for wrong in (True, 0.5, None):
        with pytest.raises(TypeError, match=r"seed is .*; pass a nonnegative integer"):
            generator(wrong, 0)
    with pytest.raises(ValueError, match="seed = -1; pass a nonnegative integer"):
        generator(-1, 0)
    assert generator(3, 0).random() != generator(3, 1).random()
    assert generator(np.int64(3), 0).random() == generator(3, 0).random()
