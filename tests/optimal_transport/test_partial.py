"""Partial transport against a linear programme, its limits, and its dual."""

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from scipy.optimize import linprog
from scipy.spatial.distance import cdist

from optimal_transport import optimal_transport, partial_transport
from optimal_transport.strategies import measure_pairs

EPS = 2.0**-52


def programme(costs, a, b, mass):
    """The least cost by HiGHS."""
    n, m = costs.shape
    sums = np.concatenate([np.kron(np.eye(n), np.ones(m)), np.kron(np.ones(n), np.eye(m))])
    found = linprog(costs.ravel(), A_ub=sums, b_ub=np.concatenate([a, b]), A_eq=np.ones((1, n * m)), b_eq=[mass])
    assert found.success
    return found.fun


@pytest.mark.parametrize("p", [1, 2])
@pytest.mark.parametrize("mass", [0.1, 0.5, 0.9])
def test_a_linear_programme_agrees(mass, p):
    for seed in range(5):
        rng = np.random.default_rng(seed)
        x, y, a, b = rng.normal(size=(8, 2)), rng.normal(size=(6, 2)) + 1, *map(rng.dirichlet, (np.ones(8), np.ones(6)))
        found = partial_transport(x, y, a, b, mass=mass, p=p)
        truth = programme(cdist(x, y) ** p, a, b, mass)
        assert found.cost == pytest.approx(truth, rel=1e-9)  # HiGHS is right to 1e-10 or so
        assert not found.lower <= programme(cdist(x, y) ** p, a, b, 0.99 * mass)
        assert found.upper - found.lower <= 512 * EPS * cdist(x, y).max() ** p
        assert found.distance == pytest.approx(found.cost ** (1 / p), rel=4 * EPS)


@given(measure_pairs(scales=False), st.sampled_from([0.125, 0.5, 0.75]), st.sampled_from([1, 2]))
def test_the_plan_and_the_dual_prove_the_bounds(pair, mass, p):
    (x, a), (y, b) = pair
    found = partial_transport(x, y, a, b, mass=mass, p=p)
    plan = found.plan.toarray()
    assert (plan >= 0).all()
    assert plan.sum() == pytest.approx(mass, abs=4 * EPS)
    assert (plan.sum(1) <= a + 4 * EPS).all() and (plan.sum(0) <= b + 4 * EPS).all()
    costs = cdist(x, y) ** p
    assert found.lower <= (plan * costs).sum() + 64 * EPS * costs.max()
    assert found.upper >= (plan * costs).sum() - 64 * EPS * costs.max()
    f, g = found.potentials
    assert (f[:, None] + g[None, :] <= costs + 8 * EPS * costs.max()).all()
    price = 2 * max(f.max(), g.max(), 0.0)
    value = a @ (f - price / 2) + b @ (g - price / 2) + mass * price
    assert value == pytest.approx(found.cost, abs=3e-14 * max(1.0, costs.max()))  # 3.5e-15 measured
    assert found.upper - found.lower <= 512 * EPS * (costs.max() or 1.0)


@given(measure_pairs())
def test_all_of_the_mass_is_optimal_transport(pair):
    (x, a), (y, b) = pair
    whole, found = optimal_transport(x, y, a, b), partial_transport(x, y, a, b, mass=1)
    assert found.lower <= whole.upper and whole.lower <= found.upper


def test_the_cost_is_convex_in_the_mass_and_never_the_same_share_of_it():
    rng = np.random.default_rng(0)
    x, y = rng.normal(size=(20, 2)), rng.normal(size=(20, 2)) + 2
    costs = [partial_transport(x, y, mass=k / 8).cost for k in range(1, 9)]
    steps = np.diff([0.0, *costs])
    assert (np.diff(steps) >= -1e-14).all()
    assert costs[3] < 0.4 * costs[7]


def test_a_far_outlier_stays_behind():
    x, y = np.arange(10.0), np.arange(10.0)
    y[9] = 1e6
    found = partial_transport(x, y, mass=0.9)
    assert found.cost <= found.upper <= 1e-6
    assert found.plan.toarray()[:, 9].sum() <= 1e-15
    assert partial_transport(x, y, mass=0.9 + 2**-10).cost > 500


@pytest.mark.parametrize(("arguments", "error", "message"), [
    ({"mass": 0.0}, ValueError, "mass must be above 0 and at most 1, found 0.0"),
    ({"mass": 1.5}, ValueError, "mass must be above 0 and at most 1, found 1.5"),
    ({"mass": float("nan")}, ValueError, "mass must be above 0"),
    ({"mass": "half"}, TypeError, "mass is 'half'"),
    ({"p": float("inf")}, ValueError, "p must be finite"),
    ({"p": 0.5}, ValueError, "p must be finite and >= 1"),
    ({"metric": "euclidian"}, ValueError, "did you mean 'euclidean'"),
    ({"y": [1e200], "p": 2}, ValueError, "divide all points"),
])  # fmt: skip
def test_bad_input_is_named(arguments, error, message):
    with pytest.raises(error, match=message):
        partial_transport(**{"x": [0.0, 1.0], "y": [2.0], "mass": 0.5, **arguments})
