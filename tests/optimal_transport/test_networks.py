"""Flows along few arcs: right against linear programming, with potentials that prove it, and couplings made of them."""

from typing import Any

import numpy as np
import pytest
from scipy.optimize import linprog
from scipy.sparse import coo_array
from scipy.sparse.csgraph import connected_components

from optimal_transport.costs import METRICS, metric_row
from optimal_transport.networks import Network, cheapest_flow, joined, lengths, neighbour_arcs
from optimal_transport.parcels import coupled


def network(seed: int, metric: str = "euclidean") -> Network:
    rng = np.random.default_rng([seed, 31])
    count, d = int(rng.integers(3, 40)), int(rng.integers(1, 4))
    points = np.unique(np.round(rng.normal(size=(count, d)), 1), axis=0)  # with ties
    masses = rng.multinomial(64, np.ones(len(points)) / len(points), size=2).astype(float)
    return Network(points, *masses, metric_row(metric))


def excess(flow: Any, each: Network) -> np.ndarray:
    """By how much what leaves a point differs from what it sends and passes on."""
    count = len(each.points)
    out, back = (np.bincount(flow[k], flow[2], minlength=count) for k in (0, 1))
    return np.asarray(out - back - each.sent + each.taken)


@pytest.mark.parametrize("metric", [row.name for row in METRICS])
def test_flows_are_those_of_linear_programming(metric: str) -> None:
    for seed in range(15):
        each = network(seed, metric)
        arcs, count = neighbour_arcs(each.points), len(each.points)
        i, j = np.divmod(arcs, count)
        costs, k = lengths(each, i, j), np.arange(len(arcs))
        balance = coo_array((np.ones(len(arcs)), (i, k)), shape=(count, len(arcs))) - coo_array(
            (np.ones(len(arcs)), (j, k)), shape=(count, len(arcs))
        )
        truth = linprog(costs, A_eq=balance.tocsr(), b_eq=each.sent - each.taken).fun
        flow, u = cheapest_flow(each, arcs, None)
        assert not excess(flow, each).any()
        cost, value = float(flow[2] @ lengths(each, flow[0], flow[1])), float((each.sent - each.taken) @ u)
        assert cost == pytest.approx(truth, rel=1e-9)
        assert cost == pytest.approx(value, rel=2e-15, abs=0)  # measured: 3e-16
        assert np.max(u[i] - u[j] - costs) <= 1e-14  # measured: 1.8e-15
        again, _ = cheapest_flow(each, arcs, u)
        assert float(again[2] @ lengths(each, again[0], again[1])) == pytest.approx(cost, rel=2e-15, abs=0)  # 2.2e-16


def test_an_arc_that_is_five_per_cent_longer_is_noticed() -> None:
    """The twin: along the flow, potentials of other costs are not tight."""
    each = network(3)
    arcs = neighbour_arcs(each.points)
    flow, u = cheapest_flow(each, arcs, None)
    slack = 1.05 * lengths(each, flow[0], flow[1]) - (u[flow[0]] - u[flow[1]])
    assert slack.min() > 1e-3


@pytest.mark.parametrize("d", [1, 2, 3, 6])
def test_neighbours_connect_all_points(d: int) -> None:
    rng = np.random.default_rng(d)
    far = np.concatenate([rng.normal(size=(60, d)), 1e6 + rng.normal(size=(60, d))])
    flat = np.outer(np.arange(50.0), np.ones(d))
    for points in (far, flat, np.unique(np.round(far), axis=0), far[:2]):
        arcs, count = neighbour_arcs(points), len(points)
        i, j = np.divmod(arcs, count)
        graph = coo_array((np.ones(len(arcs)), (i, j)), shape=(count, count))
        assert connected_components(graph, connection="strong")[0] == 1
        assert (i != j).all() and (np.diff(arcs) > 0).all()


def test_parcels_have_the_right_marginals_and_cost_no_more() -> None:
    for seed in range(20):
        each = network(seed)
        rng = np.random.default_rng([seed, 32])
        places = [np.repeat(np.arange(len(each.points)), 2)] * 2  # two points at each place
        masses = [np.column_stack([m - (half := rng.binomial(m.astype(int), 0.5)), half]).ravel() for m in each[1:3]]
        flow, _ = cheapest_flow(each, neighbour_arcs(each.points), None)
        i, j, mass = coupled(flow, (places[0], masses[0]), (places[1], masses[1]))
        for index, target in ((i, masses[0]), (j, masses[1])):
            assert np.array_equal(np.bincount(index, mass, minlength=target.size), target)
        ways = lengths(each, places[0][i], places[1][j])
        assert float(mass @ ways) <= float(flow[2] @ lengths(each, flow[0], flow[1])) * (1 + 1e-15)  # measured: 2.2e-16


def test_a_flow_with_a_twentieth_less_is_noticed() -> None:
    """The twin: the marginals tell."""
    each = network(5)
    i, j, mass = cheapest_flow(each, neighbour_arcs(each.points), None)[0]
    mass = mass.copy()
    mass[0] *= 0.95
    assert excess((i, j, mass), each).any()


def test_sets_of_arcs_are_joined_in_order() -> None:
    rng = np.random.default_rng(6)
    for _ in range(20):
        first, second = (rng.integers(0, 50, int(rng.integers(0, 40))) for _ in range(2))
        assert np.array_equal(joined(np.unique(first), second), np.union1d(first, second))
