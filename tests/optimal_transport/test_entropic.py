"""Entropic transport: its interval holds the optimal cost however badly the iteration went."""

import numpy as np
import ot
import pytest
from hypothesis import given
from hypothesis import strategies as st

from optimal_transport import entropic, optimal_transport, sinkhorn
from optimal_transport.strategies import measure_pairs

EPS = 2.0**-52
RNG = np.random.default_rng(9)
X, Y = RNG.normal(size=(30, 2)), RNG.normal(size=(20, 2)) + 0.5
A, B = RNG.dirichlet(np.ones(30)), RNG.dirichlet(np.ones(20))


@given(measure_pairs(scales=False), st.sampled_from([1e-3, 0.1, 10.0]), st.sampled_from([1, 2]), st.integers(1, 50))
def test_the_interval_holds_the_optimal_cost(pair, regularization, p, iterations):
    (x, a), (y, b) = pair
    exact = optimal_transport(x, y, a, b, p=p)
    found = sinkhorn(x, y, a, b, regularization=regularization, p=p, iterations=iterations)
    assert found.lower <= exact.upper and exact.lower <= found.upper
    assert found.lower <= found.cost <= found.upper
    plan = found.plan.toarray()
    assert (plan >= 0).all()
    np.testing.assert_allclose(plan.sum(1), a, rtol=0, atol=4 * EPS)  # 2 eps measured
    np.testing.assert_allclose(plan.sum(0), b, rtol=0, atol=4 * EPS)
    assert found.infeasibility == 0
    f, g = found.potentials
    assert a @ f + b @ g <= exact.upper + 8 * EPS * max(np.abs(f).max(), np.abs(g).max())


def test_less_entropy_less_gap():
    exact = optimal_transport(X, Y, A, B)
    gaps = [sinkhorn(X, Y, A, B, regularization=r, iterations=20_000).gap for r in (1.0, 0.1, 0.01)]
    assert gaps[0] > gaps[1] > gaps[2]
    assert gaps[2] < 0.005  # 0.0013 measured
    close = sinkhorn(X, Y, A, B, regularization=0.01, iterations=20_000)
    assert close.converged
    assert not close.lower <= 1.05 * exact.cost <= close.upper
    assert not close.lower <= 0.95 * exact.cost <= close.upper
    assert not sinkhorn(X, Y, A, B, regularization=0.001, iterations=3).converged


def test_the_trap_that_a_plan_short_of_its_marginals_is_too_cheap():
    """POT's value after few rounds can lie below the optimal cost; the rounded plan's cannot."""
    costs = np.linalg.norm(X[:, None] - Y[None], axis=2)
    exact = optimal_transport(X, Y, A, B)
    cheap = []
    for seed in range(20):
        rng = np.random.default_rng(seed)
        a, b = rng.dirichlet(np.full(30, 0.1)) * 0.999 + 1e-3 / 30, rng.dirichlet(np.full(20, 0.1)) * 0.999 + 1e-3 / 20
        exact = optimal_transport(X, Y, a, b)
        plan = ot.sinkhorn(a, b, costs, 0.01, method="sinkhorn_log", numItermax=1, warn=False)
        cheap.append((plan * costs).sum() < 0.95 * exact.cost)
        assert sinkhorn(X, Y, a, b, regularization=0.01, iterations=1).upper >= exact.lower
    assert any(cheap)


def test_a_broken_iteration_proves_little_and_nothing_false(monkeypatch):
    monkeypatch.setattr(
        entropic, "_iterated", lambda a, b, costs, *_: (np.zeros_like(costs), RNG.normal(size=len(a)), False)
    )
    exact, found = optimal_transport(X, Y, A, B), sinkhorn(X, Y, A, B, regularization=1.0)
    assert found.lower <= exact.lower and exact.upper <= found.upper
    assert found.gap > 0.1
    assert found.marginal_error <= 64 * EPS


def test_strange_scales():
    for scale in (1e-100, 1e100):
        found = sinkhorn(scale * X, scale * Y, A, B, regularization=0.1 * scale)
        assert found.cost == pytest.approx(scale * sinkhorn(X, Y, A, B, regularization=0.1).cost, rel=1e-6)
    tiny = sinkhorn(X, Y, A, B, regularization=1e-30)
    exact = optimal_transport(X, Y, A, B)
    assert tiny.lower <= exact.upper and exact.lower <= tiny.upper


@pytest.mark.parametrize(("arguments", "error", "message"), [
    ({"regularization": 0.0}, ValueError, "for 0 ask optimal_transport"),
    ({"regularization": np.inf}, ValueError, "regularization must be finite and > 0"),
    ({"regularization": "1"}, TypeError, "regularization is '1'"),
    ({"iterations": 0}, ValueError, "iterations must be >= 1"),
    ({"p": np.inf}, ValueError, "p must be finite and >= 1"),
    ({"metric": "euclidian"}, ValueError, "did you mean 'euclidean'"),
    ({"y": [1e200], "p": 2}, ValueError, "the costs leave float64"),
    ({"a": [0.5]}, ValueError, "a must sum to 1|a must have shape"),
])  # fmt: skip
def test_bad_input_is_named(arguments, error, message):
    with pytest.raises(error, match=message):
        sinkhorn(**{"x": [0.0, 1.0], "y": [2.0], "regularization": 0.1, **arguments})
