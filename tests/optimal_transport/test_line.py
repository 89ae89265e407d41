"""The line: exact, fast, and certified where no matrix fits."""

import math

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from scipy.stats import wasserstein_distance as scipy_distance

from optimal_transport import optimal_transport, solvers, wasserstein_distance
from optimal_transport.line import cumulative_masses, line_cost, monotone_coupling, staircase_potentials
from optimal_transport.measures import Masses, as_masses
from optimal_transport.strategies import measure_pairs
from tests.optimal_transport.references import on_the_line

EPS = 2.0**-52


@pytest.mark.parametrize(("n", "m"), [(1, 1), (1, 5), (7, 7), (6, 4), (97, 89)])
def test_unequal_sizes_by_whole_ranks(n, m):
    rng = np.random.default_rng(n)
    x, y = np.round(rng.normal(size=n), 1), np.round(rng.normal(size=m), 1)  # with ties
    repeated = wasserstein_distance(np.repeat(x, m), np.repeat(y, n))
    assert wasserstein_distance(x, y) == pytest.approx(repeated, rel=8 * EPS)
    plan = optimal_transport(x, y).plan.toarray() * n * m
    np.testing.assert_allclose(plan, np.rint(plan), atol=1e-11)


@pytest.mark.parametrize("p", [1, 1.5, 2, 4])
def test_the_line_agrees_with_the_simplex_in_the_plane(p):
    rng = np.random.default_rng(1)
    x, y = rng.normal(size=40), rng.normal(size=50)
    a, b = rng.multinomial(2**10, np.full(40, 1 / 40)) / 2**10, rng.multinomial(2**10, np.full(50, 1 / 50)) / 2**10
    flat = [np.column_stack([points, np.zeros_like(points)]) for points in (x, y)]
    assert wasserstein_distance(x, y, a, b, p=p) == pytest.approx(wasserstein_distance(*flat, a, b, p=p), rel=1e-14)


@given(measure_pairs(max_dimension=1, scales=False), st.sampled_from([1.0, 2.0, 3.0]))
def test_the_monge_bound_and_the_dual_bound_agree(pair, p):
    (x, a), (y, b) = pair
    masses = as_masses(a, b, len(x), len(y))
    bounds = line_cost(x[:, 0], y[:, 0], masses, p)
    f, g = staircase_potentials(x[:, 0], y[:, 0], masses, p)
    costs = np.abs(x - y.T) ** p
    largest = float(costs.max())
    assert (f[:, None] + g <= costs).all()
    assert a @ f + b @ g == pytest.approx(bounds.cost * bounds.length**p, rel=0, abs=256 * EPS * largest)  # 55 measured


@given(measure_pairs(max_dimension=1), st.sampled_from([1.0, 2.0]))
def test_long_problems_take_another_way_to_the_same_answer(pair, p):
    (x, a), (y, b) = pair
    size = float(max(np.abs(x).max(), np.abs(y).max()) or 1.0)
    x, y = x / size, y / size
    short = optimal_transport(x, y, a, b, p=p)
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(solvers, "PAIRS", 0)
        long = optimal_transport(x, y, a, b, p=p)
    assert "Monge" in long.method or long.method == "nothing to move"
    assert long.lower <= short.upper and short.lower <= long.upper
    f, g = long.potentials
    assert (f[:, None] + g <= np.abs(x - y.T) ** p * (1 + 2 * EPS)).all()
    np.testing.assert_allclose(long.plan.toarray().sum(1), a, atol=4 * EPS)


def test_another_coupling_costs_more():
    x, y = np.array([0.0, 1.0, 2.0]), np.array([0.5, 1.5, 3.0])
    i, j, mass = monotone_coupling(x, y, as_masses(None, None, 3, 3))
    swapped = np.array([1, 0, 2])
    best, other = (float((mass * (x[i] - y[k]) ** 2).sum()) for k in (j, swapped[j]))
    assert best == 1.5 < other


def test_running_sums_are_exact_to_two_roundings():
    mass = np.random.default_rng(0).random(10**5)
    exact = np.array([math.fsum(mass[:k]) for k in range(9, 10**5, 9999)])
    places = np.arange(9, 10**5, 9999) - 1
    assert (np.abs(cumulative_masses(mass)[places] - exact) <= 2 * EPS * exact).all()
    assert (np.abs(np.cumsum(mass)[places] - exact) > 2 * EPS * exact).any()  # the plain sum is not


def test_a_million_points():
    rng = np.random.default_rng(2)
    x, y = rng.normal(size=10**6), rng.normal(size=10**6) + 0.5
    found = wasserstein_distance(x, y)
    assert found == pytest.approx(math.fsum(np.abs(np.sort(x) - np.sort(y))) / 10**6, rel=4 * EPS)


def test_weighted_long_lines_are_certified():
    rng = np.random.default_rng(3)
    x, y, a = rng.normal(size=3000), rng.normal(size=2000) + 0.5, rng.random(3000)
    a /= math.fsum(a)
    found = optimal_transport(x, y, a)
    truth = on_the_line(x, y, a / math.fsum(a), np.full(2000, 1 / 2000))
    assert found.lower <= float(truth) * (1 + EPS) and float(truth) * (1 - EPS) <= found.upper
    assert found.gap <= 1e-12
    assert found.marginal_error <= 1e-12
    assert found.cost == pytest.approx(scipy_distance(x, y, a), rel=1e-12)


def test_masses_that_differ_in_total_widen_the_bounds():
    bounds = line_cost(np.zeros(1), np.ones(1), Masses(np.full(1, 0.75), np.full(1, 0.5), 0.75, 0.0), 1)
    assert bounds.lower < 0.7 and bounds.upper > 1.3
