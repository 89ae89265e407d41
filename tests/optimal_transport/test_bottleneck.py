"""The distance of order infinity against all assignments, its own proof, and its place above every W_p."""

import math
from fractions import Fraction
from itertools import permutations

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from optimal_transport import bottleneck, optimal_transport, wasserstein_distance
from optimal_transport.strategies import clouds, measure_pairs, measure_triples
from tests.optimal_transport.references import cityblock, split

EPS = 2.0**-52
INF = math.inf


def least_longest_way(costs):
    """The least largest cost over all n! assignments, exactly."""
    n = len(costs)
    return min(max(costs[i][s[i]] for i in range(n)) for s in permutations(range(n)))


def proved(x, y, a, b, found, metric="euclidean"):
    """That a set has more mass than all atoms nearer than the lower bound, and how far the plan goes."""
    gaps = distances(x, y, metric)
    f, g = found.potentials
    assert (f[:, None] + g[None, :])[gaps < found.lower].max(initial=0.0) <= 0
    assert math.fsum([*a[f == 1], *-b[g == -1]]) > 0 or found.lower == 0
    i, j = found.plan.coords
    assert gaps[i, j].max() <= found.upper


def distances(x, y, metric):
    order = {"euclidean": 2, "cityblock": 1, "chebyshev": np.inf}[metric]
    size = math.ldexp(1.0, math.frexp(max(np.abs(x).max(), np.abs(y).max()))[1] - 1)
    return size * np.linalg.norm(x[:, None] / size - y[None] / size, ord=order, axis=2)


@given(clouds(max_points=5), st.randoms(use_true_random=False))
def test_bounds_enclose_the_best_of_all_assignments(x, random):
    y = np.array([[random.uniform(-1, 1) for _ in row] for row in x]) * (np.abs(x).max() or 1.0)
    truth = least_longest_way(cityblock(x, y))
    found = optimal_transport(x, y, metric="cityblock", p=INF)
    assert Fraction(found.lower) <= truth <= Fraction(found.upper)
    assert found.upper - found.lower <= 16 * EPS * found.distance + 1e-320  # 9 eps at most by construction
    assert wasserstein_distance(x, y, metric="cityblock", p=INF) == found.distance == found.cost


@pytest.mark.parametrize("dimension", [1, 2, 3])
def test_weights_are_repeated_points(dimension):
    rng = np.random.default_rng(dimension)
    for _ in range(20):
        x, y = rng.integers(-4, 5, (3, dimension)) / 2, rng.integers(-4, 5, (4, dimension)) / 2
        a, b = rng.multinomial(6, [1 / 3] * 3) / 6, rng.multinomial(6, [1 / 4] * 4) / 6
        truth = least_longest_way(cityblock(split(x, a + 1e-9, 6), split(y, b + 1e-9, 6)))
        found = optimal_transport(x, y, a, b, metric="cityblock", p=INF)
        assert found.distance == float(truth)
        assert found.lower >= float(truth) * (1 - 8 * EPS)
        assert found.marginal_error <= 16 * EPS


@given(measure_pairs(), st.sampled_from(["euclidean", "cityblock", "chebyshev"]))
def test_every_answer_carries_its_proof(pair, metric):
    (x, a), (y, b) = pair
    found = optimal_transport(x, y, a, b, p=INF, metric=metric)
    proved(x, y, a, b, found, metric)
    assert found.converged and found.infeasibility == 0
    plan = found.plan.toarray()
    np.testing.assert_array_equal(plan.sum(1), a)
    np.testing.assert_array_equal(plan.sum(0), b)
    assert found.gap <= 16 * EPS or found.distance < 1e-300 * np.abs(x).max()


@given(measure_pairs(scales=False))
def test_it_is_the_limit_of_every_order(pair):
    (x, a), (y, b) = pair
    found = optimal_transport(x, y, a, b, p=INF)
    for p in (1, 2, 4):
        assert optimal_transport(x, y, a, b, p=p).lower <= found.upper**p * (1 + 64 * EPS)
    heavy = found.plan.data[distances(x, y, "euclidean")[found.plan.coords] >= found.lower]
    assert heavy.sum() > 0


def test_a_radius_five_percent_smaller_moves_less():
    """With costs of 0 within 0.95 of the distance and 1 beyond, the least cost is the excess of Hall's set, not 0."""
    rng = np.random.default_rng(0)
    x, y = rng.random((30, 2)), rng.random((30, 2))
    gaps = distances(x, y, "euclidean")
    distance = wasserstein_distance(x, y, p=INF)
    within = [optimal_transport(cost_matrix=(gaps > share * distance) * 1.0).cost for share in (1.0 + 4 * EPS, 0.95)]
    assert within[0] == 0
    assert within[1] >= 1 / 30 - 1e-15


@given(measure_triples())
def test_a_distance(triple):
    def w(first, second):
        return wasserstein_distance(first[0], second[0], first[1], second[1], p=INF, tolerance=1.0)

    first, second, third = triple
    assert w(first, third) <= (w(first, second) + w(second, third)) * (1 + 8 * EPS) + 1e-320
    assert w(first, second) == w(second, first)
    assert w(first, first) == 0


def test_a_metric_by_name_and_a_matrix():
    rng = np.random.default_rng(1)
    x, y = rng.random((12, 3)), rng.random((12, 3))
    named = optimal_transport(x, y, metric="canberra", p=INF)
    gaps = np.array([[(np.abs(u - v) / (u + v)).sum() for v in y] for u in x])
    assert optimal_transport(cost_matrix=gaps, p=INF).distance == pytest.approx(named.distance, rel=4 * EPS)
    shared = optimal_transport([[0.0, 1.0], [1.0, 1.0]], [[1.0, 1.0], [1.0, 2.0]], metric="hamming", p=INF)
    assert shared.distance == 0.5  # mass in common has to move: in place of one step of 1


@pytest.mark.parametrize("dimension", [1, 2])
def test_weights_that_are_no_binary_fractions_are_meant_as_decimals(dimension):
    """Five tenths are a half although 0.1 is no float: nothing has to go to the far side."""
    x, y = np.zeros((10, dimension)), np.zeros((2, dimension))
    x[:, 0], y[:, 0] = [0, 0.1, 0.2, 0.3, 0.4, 9, 9.1, 9.2, 9.3, 9.4], [0.2, 9.2]
    found = optimal_transport(x, y, np.full(10, 0.1), np.full(2, 0.5), p=INF)
    assert found.distance == pytest.approx(0.2, rel=1e-14)
    assert 0.2 * (1 - 1e-14) <= found.lower <= found.upper <= 0.2 * (1 + 1e-14)
    assert found.marginal_error <= 1e-15
    dust = np.r_[np.full(9, 0.1), 0.1 - 1e-16, 1e-16]
    far = np.concatenate([x, np.full((1, dimension), 1e3)])
    assert optimal_transport(far, y, dust, np.full(2, 0.5), p=INF).distance == pytest.approx(0.2, rel=1e-14)
    more = np.full(10, 0.1) + 1e-9 * np.repeat([1, -1], 5)
    assert optimal_transport(x, y, more, np.full(2, 0.5), p=INF).distance > 8


def test_random_weights_by_the_simplex_and_large_ones_by_the_flow(monkeypatch):
    rng = np.random.default_rng(2)
    x, y, a, b = rng.random((60, 2)), rng.random((50, 2)), rng.dirichlet(np.ones(60)), rng.dirichlet(np.ones(50))
    found = optimal_transport(x, y, a, b, p=INF)
    proved(x, y, a, b, found)
    assert found.marginal_error <= 64 * EPS
    whole = [np.diff(np.sort(np.r_[0, rng.integers(0, 2**20, size - 1), 2**20])) / 2**20 for size in (60, 50)]
    by_flow = optimal_transport(x, y, *whole, p=INF)
    monkeypatch.setattr(bottleneck, "SMALL_INTEGERS", 0)
    by_simplex = optimal_transport(x, y, *whole, p=INF)
    assert by_flow.distance == by_simplex.distance
    assert by_flow.lower == by_simplex.lower > 0
    proved(x, y, *whole, by_flow)
    proved(x, y, *whole, by_simplex)


def test_a_flow_that_stops_short_is_seen(monkeypatch):
    flow = bottleneck._flow

    def leaky(allowed, parts, unit):
        (i, j, mass), full = flow(allowed, parts, unit)
        return bottleneck._Tried((i, j, np.floor(mass * 0.99)), full)

    monkeypatch.setattr(bottleneck, "_flow", leaky)
    x, y = np.random.default_rng(3).random((2, 30, 2))
    found = optimal_transport(x, y, p=INF)
    assert not found.converged and found.marginal_error > 0
    assert found.upper >= np.linalg.norm(x[:, None] - y[None], axis=2).max()
    with pytest.raises(RuntimeError, match="apart"):
        wasserstein_distance(x, y, p=INF)


def test_a_wrong_set_proves_nothing(monkeypatch):
    flow = bottleneck._flow
    monkeypatch.setattr(
        bottleneck, "_flow", lambda *given: bottleneck._Tried(flow(*given).moved, ~flow(*given).full & False)
    )
    x, y = np.random.default_rng(4).random((2, 30, 2))
    assert optimal_transport(x, y, p=INF).lower == 0


def test_the_line_at_every_size():
    rng = np.random.default_rng(5)
    x, y = rng.normal(size=1000), rng.normal(size=1000) + 1
    assert wasserstein_distance(x, y, p=INF) == np.abs(np.sort(x) - np.sort(y)).max()
    assert wasserstein_distance(np.c_[x, x][:300], np.c_[y, y][:300], p=INF, metric="chebyshev") == (
        np.abs(np.sort(x[:300]) - np.sort(y[:300])).max()
    )


@pytest.mark.parametrize(("arguments", "error", "message"), [
    ({"x": np.zeros((5001, 2)), "y": np.ones((5001, 2))}, ValueError, "pairs, p = inf takes 25 million"),
    ({"x": [-1.7e308], "y": [1.7e308]}, ValueError, "divide all points"),
    ({"x": [[-1.7e308, 0]], "y": [[1.7e308, 0]]}, ValueError, "divide all points"),
    ({"x": [0.0], "y": [np.nan]}, ValueError, "y must be finite"),
])  # fmt: skip
def test_bad_input_is_named(arguments, error, message):
    for function in (optimal_transport, wasserstein_distance):
        with pytest.raises(error, match=message):
            function(**arguments, p=INF)
