"""Long solves: followed, stopped by a time limit or an interrupt with bounds that hold, and gone on with."""

from collections.abc import Callable
from typing import Any

import numpy as np
import pytest

import optimal_transport.rounds as rounds
import optimal_transport.solvers as solvers
from optimal_transport import Transport, optimal_transport

X, Y = np.random.default_rng(7).random((2, 400, 2))
WEIGHTS = np.arange(400) / np.arange(400).sum()
powers = pytest.mark.parametrize("p", [1, 2])


@pytest.fixture(autouse=True)
def _everything_is_large(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(solvers, "MANY_PAIRS", 0)
    monkeypatch.setattr(rounds, "KEEP", 1)  # many rounds


def solve(p: int, **options: Any) -> Transport:
    return optimal_transport(X, Y, WEIGHTS, p=p, **options)


@powers
def test_progress_tells_bounds_that_close(p: int) -> None:
    seen: list[tuple[float, float]] = []
    found = solve(p, progress=lambda lower, upper: seen.append((lower, upper)))
    uppers = [upper for _, upper in seen]
    assert len(seen) >= 4 and uppers == sorted(uppers, reverse=True)
    assert all(lower <= found.upper * (1 + 1e-12) and upper >= found.lower * (1 - 1e-12) for lower, upper in seen)
    assert seen[-1] == pytest.approx((found.lower, found.upper), rel=1e-11)


@powers
def test_a_time_limit_stops_after_a_round_with_bounds_that_hold(p: int) -> None:
    truth, stopped = solve(p), solve(p, time_limit=1e-9)
    assert truth.converged and not stopped.converged and "1 rounds" in stopped.method
    assert stopped.lower <= truth.upper and truth.lower <= stopped.upper
    assert stopped.gap > 1e3 * truth.gap


def interrupted_in(count: int, monkeypatch: pytest.MonkeyPatch) -> None:
    """An interrupt in the middle of a run of the simplex."""
    whole, calls = rounds.cheapest_flow, [0]

    def sometimes(*arguments: Any) -> Any:
        calls[0] += 1
        if calls[0] == count:
            raise KeyboardInterrupt
        return whole(*arguments)

    monkeypatch.setattr(rounds, "cheapest_flow", sometimes)


@powers
def test_an_interrupt_returns_the_last_whole_round(p: int, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("optimal_transport.large.FEW", 10**6)
    monkeypatch.setattr("optimal_transport.bipartite.FEW_PAIRS", 10**4)
    truth = solve(p)
    interrupted_in(5, monkeypatch)
    stopped = solve(p)
    assert not stopped.converged and stopped.gap > 1e-9
    assert stopped.lower <= truth.upper and truth.lower <= stopped.upper


def test_an_interrupt_before_the_first_round_is_passed_on(monkeypatch: pytest.MonkeyPatch) -> None:
    interrupted_in(1, monkeypatch)
    with pytest.raises(KeyboardInterrupt):
        solve(1)


@powers
def test_a_stopped_solve_goes_on_where_it_was(p: int) -> None:
    """With fewer rounds than from the beginning, to the same bounds; and an answer only needs to be confirmed."""
    seen: list[float] = []
    follow: Callable[[float, float], None] = lambda lower, upper: seen.append(upper)  # noqa: E731
    truth = solve(p, progress=follow)
    count = len(seen)
    seen.clear()

    def until_late(lower: float, upper: float) -> None:
        seen.append(upper)
        if len(seen) == count - 2:
            raise KeyboardInterrupt

    stopped = solve(p, progress=until_late)
    assert not stopped.converged and count > 6
    seen.clear()
    found = solve(p, start=stopped, progress=follow)
    assert found.converged and found.gap <= 4 * truth.gap and len(seen) < count
    assert found.lower <= truth.upper and truth.lower <= found.upper
    seen.clear()
    assert solve(p, start=truth, progress=follow).converged and len(seen) <= 2


def test_a_start_from_other_weights_is_only_a_start() -> None:
    """A wrong start, the answer for uniform weights, changes nothing but the way."""
    other = optimal_transport(X, Y)
    assert other.cost != pytest.approx(solve(1).cost, rel=0.01)
    assert solve(1, start=other).cost == pytest.approx(solve(1).cost, rel=1e-11)


@pytest.mark.parametrize(
    ("options", "error", "words"),
    [
        ({"time_limit": 0}, ValueError, "time_limit must be > 0 seconds, found 0"),
        ({"time_limit": "1"}, TypeError, "time_limit"),
        ({"time_limit": float("nan")}, ValueError, "time_limit"),
        ({"progress": 3}, TypeError, "progress must be a function of two bounds, found 3"),
        ({"start": 3}, TypeError, "start must be what optimal_transport returned, found a int"),
    ],
)
def test_bad_options_are_named(options: dict[str, Any], error: type[Exception], words: str) -> None:
    with pytest.raises(error, match=words):
        solve(1, **options)
    with pytest.raises(error, match=words):  # also where no rounds are needed
        optimal_transport([0.0, 1.0], [1.0, 2.0], **options)


def test_a_start_of_other_points_is_refused() -> None:
    other = optimal_transport(X[:3], Y)
    with pytest.raises(ValueError, match=r"start belongs to \(3, 400\) points, found \(400, 400\); leave it out"):
        solve(1, start=other)
