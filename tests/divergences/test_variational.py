"""Lower bounds from a critic's values: the identities behind them, their senses, and what is refused."""

import math

import numpy as np
import pytest
from scipy.stats import binom

from divergences import KL, f_divergence
from divergences.sampling.intervals import mean_lower_bound
from divergences.sampling.variational import donsker_varadhan_bound, variational_bound
from tests.laws.cases import ALL_ROWS

P, Q = np.array([6, 3, 1]), np.array([2, 3, 5])
RATIOS = P / Q
LAWS = P / 10, Q / 10

rows = pytest.mark.parametrize("row", ALL_ROWS, ids=lambda row: row.name)


def drawn(critic: np.ndarray, times: int = 1) -> tuple[np.ndarray, np.ndarray]:
    """The critic's values at samples whose frequencies are exactly those of the laws."""
    return np.repeat(critic, P * times), np.repeat(critic, Q * times)


@rows
def test_the_best_critic_gives_the_divergence(row) -> None:
    truth = float(f_divergence(*LAWS, row))
    found = variational_bound(*drawn(row.derivative(RATIOS)), row)
    assert math.isclose(found.details["objective"], truth, rel_tol=2e-14)  # measured: 3e-15
    assert (found.kind, found.level, found.high) == ("error estimate", None, row.maximum)
    assert 0 <= found.low < truth


@rows
def test_no_critic_gives_more(row) -> None:
    truth = float(f_divergence(*LAWS, row))
    rng = np.random.default_rng(22)
    for _ in range(100):
        critic = row.activation(rng.normal(0, 2, 3))
        assert variational_bound(*drawn(critic), row).details["objective"] <= truth * (1 + 1e-14)
    best = row.derivative(RATIOS)  # the twin: without the conjugate the value is no bound
    known = row.name.startswith(("tv", "hockey_stick"))  # whose conjugate is t itself, or nearly
    assert float(LAWS[0] @ best - LAWS[1] @ best) > 1.05 * truth or known


def test_donsker_varadhan_is_never_below_nguyen_wainwright_jordan() -> None:
    rng = np.random.default_rng(23)
    truth = float(f_divergence(*LAWS, "kl"))
    for _ in range(100):
        values = drawn(rng.normal(0, 2, 3))
        weaker, stronger = variational_bound(*values, "kl"), donsker_varadhan_bound(*values)
        assert weaker.details["objective"] <= stronger.details["objective"] + 1e-12
        assert stronger.details["objective"] <= truth + 1e-12
    shifted = donsker_varadhan_bound(*drawn(np.log(RATIOS) + 700))
    assert math.isclose(shifted.value, truth, rel_tol=1e-12)


def test_the_bias_of_donsker_varadhan() -> None:
    """Its objective is too high on average, by what the details say: exactly, over all tosses of a coin, 0 or 3."""
    n = 40
    truth = -math.log((1 + math.exp(3)) / 2)
    found = [donsker_varadhan_bound(np.zeros(2), np.where(np.arange(n) < k, 3, 0)).details for k in range(n + 1)]
    chance = binom.pmf(np.arange(n + 1), n, 0.5)
    excess = float(chance @ [details["objective"] for details in found]) - truth
    bias = float(chance @ [details["bias"] for details in found])
    assert 0 < 0.8 * excess < bias < 1.2 * excess


def test_donsker_varadhan_joins_two_bounds_that_fail_with_half_the_chance_each() -> None:
    t_p, t_q = np.random.default_rng(28).uniform([[0.0], [-2.0]], [[2.0], [0.0]], (2, 300))
    found = donsker_varadhan_bound(t_p, t_q, bounds=(-2, 2), level=0.9, seed=3)
    first = mean_lower_bound(t_p, -2, 2, fails=0.05, seed=3)
    second = -mean_lower_bound(-np.exp(t_q), -math.exp(2), -math.exp(-2), fails=0.05, seed=3)
    assert math.isclose(found.low, first - math.log(second), rel_tol=1e-7)  # bisection stops at 2^-32 of the range
    assert found.details["bias"] == pytest.approx(donsker_varadhan_bound(t_p, t_q).details["bias"], rel=1e-12)


@rows
def test_bounded_critics_give_confidence(row) -> None:
    critic = row.derivative(RATIOS)
    ends = float(critic[2]), float(critic[0])
    truth = float(f_divergence(*LAWS, row))
    small, large = (variational_bound(*drawn(critic, times), row, bounds=ends, level=0.9) for times in (10, 1000))
    assert (large.kind, large.level, large.high) == ("confidence", 0.9, row.maximum)
    assert small.low <= large.low < truth and math.isclose(large.value, truth, rel_tol=2e-14)
    assert large.low > 0.8 * truth


def test_unequal_sizes_and_integers() -> None:
    found = variational_bound(np.ones(50, dtype=int), -np.ones((300, 2))[:, 0], "kl", bounds=(-1, 1))
    assert math.isclose(found.details["objective"], 1 - math.exp(-2))
    assert 0 < found.low < found.value
    wide = donsker_varadhan_bound(np.ones(50, dtype=int), -np.ones(300), bounds=(-1, 1))
    assert 0 < wide.low < wide.value and math.isclose(wide.value, 2)


def test_few_and_overflowing_values_promise_nothing() -> None:
    assert variational_bound([1.0], [0.0], "kl").low == 0.0
    assert donsker_varadhan_bound([1.0], [0.0]).low == 0.0
    found = variational_bound([1.0, 2.0], [0.0, 800.0], "kl")
    assert (found.value, found.low, found.details["objective"]) == (0.0, 0.0, -math.inf)


def test_values_are_not_changed() -> None:
    t_p, t_q = np.random.default_rng(25).random((2, 30))
    kept = t_p.copy(), t_q.copy()
    variational_bound(t_p, t_q, KL, bounds=(0, 1))
    donsker_varadhan_bound(t_p, t_q, bounds=(0, 1))
    assert (t_p == kept[0]).all() and (t_q == kept[1]).all()


@pytest.mark.parametrize(
    ("t_p", "t_q", "row", "changes", "error", "message"),
    [
        ([0.6], [0.0], "tv", {}, ValueError, r"t_p has 0.6 at position \(0,\), outside the domain .* tv \(t <= 0.5\)"),
        ([0.0], [0.0, 1.0], "squared_hellinger", {}, ValueError, r"t_q has 1.0 at position \(1,\), outside .*t < 1.0"),
        ([0.0], [0.0], "reverse_kl", {}, ValueError, "t_p has 0.0 .*pass row.activation"),
        (
            [0.0],
            [0.0],
            "js",
            {"bounds": (-1, 1)},
            ValueError,
            r"bounds has 1 at position \(1,\), outside the domain",
        ),
        (
            [0.0],
            [0.0],
            "kl",
            {"bounds": (-1, 800)},
            ValueError,
            "the conjugate of kl is inf at 800; pass a smaller end",
        ),
        ([2.0], [0.0], "kl", {"bounds": (-1, 1)}, ValueError, r"t_p has 2.0 at position \(0,\), outside bounds"),
        ([0.0], [-2.0], "kl", {"bounds": (-1, 1)}, ValueError, r"t_q has -2.0 at position \(0,\), outside bounds"),
        ([0.0], [0.0], "kl", {"bounds": (1, -1)}, ValueError, "pass two finite numbers, the smaller first"),
        ([0.0], [0.0], "kl", {"bounds": (-math.inf, 1)}, ValueError, "pass two finite numbers"),
        ([0.0], [0.0], "kl", {"bounds": (1,)}, ValueError, "pass two finite numbers"),
        ([0.0], [0.0], "kl", {"level": 0.0}, ValueError, "level = 0.0"),
        ([0.0], [0.0], "kl", {"bounds": (-1, 1), "seed": -1}, ValueError, "seed = -1"),
        ([0.0], [0.0], "jss", {}, ValueError, "row 'jss' is unknown"),
        ([], [0.0], "kl", {}, ValueError, r"t_p has shape \(0,\)"),
        ([0.0], [np.nan], "kl", {}, ValueError, r"t_q has nan at position \(0,\)"),
        ([[0.0]], [0.0], "kl", {}, ValueError, r"t_p has shape \(1, 1\)"),
        ([True], [0.0], "kl", {}, TypeError, "t_p has dtype bool"),
    ],
)
def test_values_that_are_refused(t_p, t_q, row, changes, error, message: str) -> None:
    with pytest.raises(error, match=message):
        variational_bound(t_p, t_q, row, **changes)
    if row == "kl" and "conjugate" not in message:
        with pytest.raises(error, match=message):
            donsker_varadhan_bound(t_p, t_q, **changes)


def test_bounds_that_make_exp_underflow_are_refused() -> None:
    with pytest.raises(ValueError, match=r"exp\(t_q\) underflows; pass a smaller upper end"):
        donsker_varadhan_bound([0.0], [-900.0], bounds=(-1000, 0))
