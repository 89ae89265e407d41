"""Many points: what needs no matrix of costs agrees with what does, and proves it."""

from dataclasses import replace

import numpy as np
import pytest

import optimal_transport.bipartite as bipartite
import optimal_transport.large as large
import optimal_transport.rounds as rounds
import optimal_transport.solvers as solvers
from optimal_transport import optimal_transport, wasserstein_distance
from optimal_transport.costs import METRICS, metric_row
from optimal_transport.pricing import boxes, priced

EUCLIDEAN = metric_row("euclidean")
every_metric = pytest.mark.parametrize("metric", [row.name for row in METRICS])


@pytest.fixture(autouse=True)
def _everything_is_large(monkeypatch: pytest.MonkeyPatch) -> None:
    """And solved over several levels."""
    monkeypatch.setattr(solvers, "MANY_PAIRS", 0)
    monkeypatch.setattr(large, "FEW", 20)
    monkeypatch.setattr(bipartite, "FEW_PAIRS", 100)


def clouds(kind: str, rng: np.random.Generator) -> tuple[np.ndarray, np.ndarray]:
    n, m = rng.integers(2, 120, 2)
    d = int(rng.integers(2, 5))
    x, y = rng.normal(size=(n, d)), rng.normal(size=(m, d)) + 0.5
    if kind == "grid":  # ties, duplicates and shared points
        return np.round(x), np.round(y)
    if kind == "line":  # in the plane, where nothing can be triangulated
        return np.column_stack([x[:, 0]] * 2), np.column_stack([y[:, 0]] * 2)
    return {"near": (x, y), "far": (x, y + 1e3), "large": (x * 1e150, y * 1e150), "offset": (x + 1e8, y + 1e8)}[kind]


def dense(x, y, **options):
    """The answer of the whole matrix."""
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(solvers, "MANY_PAIRS", 10**12)
        return optimal_transport(x, y, **options)


@every_metric
@pytest.mark.parametrize("p", [1, 2, 3.5])
@pytest.mark.parametrize("kind", ["near", "far", "grid", "line", "large", "offset"])
def test_few_points_agree_with_the_whole_matrix(kind: str, p: float, metric: str) -> None:
    if kind == "large" and p > 1:
        pytest.skip("the power of 1e150 overflows")
    for seed in range(4):
        rng = np.random.default_rng([seed, 17])
        x, y = clouds(kind, rng)
        a = rng.multinomial(2**20, np.ones(len(x)) / len(x)) / 2**20 if seed % 2 else None
        found, whole = (solve(x, y, a=a, p=p, metric=metric) for solve in (optimal_transport, dense))
        how = "transshipment" if p == 1 else "column generation"
        assert found.method.startswith(how) or found.method == "nothing to move"
        assert found.converged
        assert found.lower <= whole.upper and whole.lower <= found.upper
        allowed = 2e-12 if p == 1 else 1e-12 + 10 * whole.gap  # measured: 2.9e-13; 6.6 times, for weights are rounded
        assert found.gap <= allowed, found.gap
        assert found.marginal_error <= 1e-14  # measured: 1.7e-15


@pytest.mark.parametrize("p", [1, 2])
@pytest.mark.parametrize("kind", ["near", "grid"])
def test_potentials_hold_for_every_pair_and_all_atoms(kind: str, p: int) -> None:
    for seed in range(5):
        x, y = clouds(kind, np.random.default_rng([seed, 18]))
        a = (np.arange(len(x)) % 2) / (len(x) // 2)  # every other atom without mass
        f, g = optimal_transport(x, y, a, p=p).potentials
        assert f.shape == (len(x),) and g.shape == (len(y),)
        room = np.linalg.norm(x[:, None] - y[None], axis=2) ** p - f[:, None] - g[None]
        assert room.min() >= -1e-13 * (p - 1)  # numpy's powers are rounded otherwise; measured: 3e-14


def test_the_bounds_hold_where_the_simplex_is_stopped(monkeypatch: pytest.MonkeyPatch) -> None:
    """After the arcs between neighbours alone the bounds are far apart, and hold."""
    x, y = np.random.default_rng(19).random((2, 300, 2))
    truth = dense(x, y)
    monkeypatch.setattr(rounds, "ROUNDS", 1)
    stopped = optimal_transport(x, y)
    assert not stopped.converged and stopped.gap > 1e-3
    assert stopped.lower < truth.lower and truth.upper < stopped.upper
    with pytest.raises(RuntimeError, match="bounds on W"):
        wasserstein_distance(x, y)


def test_pricing_is_the_c_transform_of_all_pairs() -> None:
    for seed in range(20):
        rng = np.random.default_rng([seed, 20])
        x, y = rng.random((2, int(rng.integers(1, 400)), 3))
        f, g = rng.normal(size=(2, len(x))) / 3
        room = np.linalg.norm(x[:, None] - y[None], axis=2) - g[None]
        found = priced(boxes(x, 8), boxes(y, 8), f, g, EUCLIDEAN, keep=2)
        np.testing.assert_allclose(found.potential, np.minimum(f, room.min(axis=1)), rtol=0, atol=1e-14)
        broken = room < f[:, None] - 1e-14
        assert np.all(room[found.rows, found.cols] < f[found.rows] + 1e-14)
        assert np.array_equal(np.unique(found.rows), np.flatnonzero(broken.any(axis=1)))
        assert np.bincount(found.rows, minlength=1).max() <= 2


def test_boxes_a_twentieth_apart_too_far_are_caught() -> None:
    """The twin of the test above: boxes that begin 5 % of their cloud's width too late pass over pairs."""
    rng = np.random.default_rng(21)
    x, y = rng.random((2, 300, 3))
    g = rng.normal(size=300) / 3
    room = np.linalg.norm(x[:, None] - y[None], axis=2) - g[None]
    f, second = room.min(axis=1) + 0.01, boxes(y, 8)
    right, wrong = (priced(boxes(x, 8), each, f, g, EUCLIDEAN, keep=2).potential
                    for each in (second, replace(second, low=second.low + 0.05)))  # fmt: skip
    assert np.allclose(right, f - 0.01, rtol=0, atol=1e-14) and not np.allclose(wrong, right, rtol=0, atol=1e-3)


def test_large_clouds_are_solved_as_a_transshipment(monkeypatch: pytest.MonkeyPatch) -> None:
    """Without the fixture's threshold: 25 million pairs, of which the matrix would take 200 MB."""
    monkeypatch.setattr(solvers, "MANY_PAIRS", 25_000_000)
    x = np.random.default_rng(22).random((5001, 2))
    found = optimal_transport(x, x + np.array([0.25, 0.0]))
    assert found.method.startswith("transshipment")
    assert found.lower <= 0.25 <= found.upper and found.gap < 1e-9
