"""Problems with a planted answer: the answer is right, and the solvers and certificates find it."""

import dataclasses
from fractions import Fraction

import numpy as np
import pytest
from hypothesis import given, settings

from optimal_transport import (
    PLANTED,
    Planted,
    certify,
    optimal_transport,
    planted_answers,
    planted_cycle,
    planted_funnels,
    planted_gradient,
    planted_graphs,
    planted_lines,
    planted_maps,
    planted_radial,
    planted_translation,
    planted_tree,
    rational_transport,
)
from optimal_transport.costs import distances, metric_row
from optimal_transport.strategies import planted_problems

METRICS = ["euclidean", "cityblock", "chebyshev"]
ROWS = {row.name: row for row in PLANTED}
WIDTH = 5e-11  # relative; 4.9e-12 measured over the table's options, for a short way in 64 dimensions


def agree(planted, *, width=WIDTH):
    """Two proofs of one number, and that both are sharp."""
    truth, found = planted.distance, optimal_transport(**planted.arguments)
    p = planted.arguments.get("p", 1)
    assert found.lower <= truth.high**p * (1 + 1e-14) and truth.low**p * (1 - 1e-14) <= found.upper
    assert found.distance == pytest.approx(truth.value, rel=5e-15, abs=0)  # 4.6e-16 measured
    assert truth.high - truth.low <= width * truth.high
    assert found.gap <= 1e-10  # 9.1e-12 measured, for fourth powers


def costs_of(planted):
    if not isinstance(planted, Planted):
        return planted.cost_matrix
    gaps, unit = distances(planted.x, planted.y, metric_row(planted.metric))
    return (gaps * unit) ** planted.p


@settings(max_examples=200)
@given(planted_problems())
def test_exact_transport_finds_the_planted_distance(planted):
    agree(planted)


@settings(max_examples=200)
@given(planted_problems())
def test_plan_and_potentials_prove_each_other_optimal(planted):
    costs, (f, g), plan = costs_of(planted), planted.potentials, planted.plan
    size = max(1.0, float(np.abs(f).max()), float(costs.max()))
    room = costs - f[:, None] - g
    assert room.min() >= -4e-14 * size  # 1e-14 measured
    carried = plan.data > 0
    assert room[plan.row, plan.col][carried].max() <= 4e-14 * size
    dearest = costs[plan.row, plan.col][carried].max()
    assert (costs - 1.05 * (f[:, None] + g)).min() <= -0.049 * dearest + 4e-14 * size  # the twin
    a, b = (np.full(len(w), 1 / len(w)) if given is None else given for w, given in
            ((f, planted.arguments["a"]), (g, planted.arguments["b"])))  # fmt: skip
    np.testing.assert_array_equal(plan.toarray().sum(1), a)
    np.testing.assert_array_equal(plan.toarray().sum(0), b)


@settings(max_examples=100)
@given(planted_problems(names=["funnels", "radial", "translation", "lines", "gradient"]))
def test_potentials_hold_at_any_point(planted):
    points = np.random.default_rng(0).uniform(-4, 4, (30, planted.x.shape[1]))
    gaps, unit = distances(points, planted.y, metric_row(planted.metric))
    g = planted.potentials[1]
    size = max(1.0, float(np.abs(g).max()))
    assert (planted.potential(points)[:, None] + g - (gaps * unit) ** planted.p).max() <= 1e-13 * size
    assert (planted.potential(planted.x) - planted.potentials[0]).min() >= -1e-13 * size


@pytest.mark.parametrize("metric", METRICS)
@pytest.mark.parametrize("swapped", [False, True], ids=["inwards", "outwards"])
def test_the_planted_critic_is_certified_to_be_optimal(metric, swapped):
    planted = planted_funnels(80, 5, funnels=6, seed=1, metric=metric)
    planted = planted.swapped() if swapped else planted
    x, y = planted.x, planted.y
    low = certify(x, y, planted.potential, metric=metric).low
    assert planted.distance.value * (1 - 1e-13) <= low <= planted.distance.high
    blurred = certify(x, y, lambda points: np.floor(2 * planted.potential(points)), metric=metric).low
    assert 0.5 * planted.distance.value < blurred < planted.distance.value * (1 - 1e-4)


def test_the_critic_is_lipschitz_and_flat_nowhere_along_a_way():
    planted = planted_funnels(200, 3, seed=2)
    points = np.concatenate([planted.x, planted.y])
    values = planted.potential(points)
    gaps = np.linalg.norm(points[:, None] - points[None], axis=2)
    assert (np.abs(values[:, None] - values[None]) <= gaps + 1e-14).all()
    ways = np.linalg.norm(planted.x - planted.y[planted.match], axis=1)
    fall = planted.potential(planted.x) - planted.potential(planted.y)[planted.match]
    np.testing.assert_allclose(fall, ways, atol=4e-15)


def test_a_wrong_plan_or_a_steeper_ruler_opens_the_enclosure():
    planted = planted_radial(50, 3, p=2, seed=3)
    given_ruler = {"rounding": 1e-14, "p": 2, "metric": "euclidean", "method": "twin"}
    centre = planted_radial(1, 3, p=2, seed=3).x  # of the same seed, so on a ray from the same centre
    assert planted.distance.low > 0.999999 * planted.distance.high
    worse = planted_answers.measured(
        planted.x, planted.y, None, np.roll(planted.match, 1), ruler=lambda z: np.linalg.norm(z - centre, axis=1),
        **given_ruler,
    ).distance  # fmt: skip
    assert worse.low < 0.95 * worse.high
    assert worse.low <= planted.distance.value <= worse.high


def test_a_ruler_a_twentieth_too_long_is_caught():
    planted = planted_translation(40, 2, seed=4)
    shift = planted.y[planted.match[0]] - planted.x[0]
    slope = shift / np.linalg.norm(shift)
    wrong = planted_answers.measured(
        planted.x, planted.y, None, planted.match, ruler=lambda z: 1.05 * z @ slope, rounding=0.0, p=1,
        metric="euclidean", method="twin",
    )  # fmt: skip
    assert (wrong.potentials[0][:, None] + wrong.potentials[1] - costs_of(planted)).max() > 1e-3


def test_the_gradient_of_a_function_that_is_not_convex_is_caught(monkeypatch):
    drawn = planted_maps._drawn
    monkeypatch.setattr(planted_maps, "_drawn", lambda *asked: dataclasses.replace(drawn(*asked), w=-drawn(*asked).w))
    with pytest.raises(AssertionError):
        agree(planted_gradient(60, 2))


@pytest.mark.parametrize("n", [1, 2, 5, 30])
def test_trees_and_cycles_agree_with_fractions(n):
    for seed in range(5):
        for planted in (planted_tree(n, seed=seed), *([planted_cycle(n, seed=seed)] if n > 2 else [])):
            truth = rational_transport(planted.cost_matrix, planted.a, planted.b).cost
            assert Fraction(planted.distance.value) == truth
            assert planted.distance.low == planted.distance.high
            assert (planted.cost_matrix == planted.cost_matrix.T).all()


def test_an_edge_left_out_is_caught(monkeypatch):
    beyond = planted_graphs._beyond
    monkeypatch.setattr(planted_graphs, "_beyond", lambda masses, parents: np.r_[beyond(masses, parents)[:-1], 0])
    planted = planted_tree(30, seed=1)
    assert Fraction(planted.distance.value) < rational_transport(planted.cost_matrix, planted.a, planted.b).cost


def test_a_cycle_without_the_median_is_a_path_and_is_caught(monkeypatch):
    monkeypatch.setattr(planted_graphs, "weighted_median", lambda values, weights: values[0])
    planted = planted_cycle(30, seed=1)
    assert Fraction(planted.distance.value) > rational_transport(planted.cost_matrix, planted.a, planted.b).cost


@pytest.mark.parametrize("p", [1, 1.5, 2, 7])
@pytest.mark.parametrize("theta", [0, -0.5, 1e-12, 3e5, 1e-40, -1e40])
def test_parallel_lines_are_as_far_apart_as_they_are(p, theta):
    truth = planted_lines(30, theta, p=p, seed=5).distance
    assert truth.value == pytest.approx(abs(theta), rel=4e-15, abs=0)  # 4.4e-16 measured
    assert truth.low <= abs(theta) <= truth.high


@pytest.mark.parametrize("theta", [1e-135, 1e300])
@pytest.mark.parametrize("metric", METRICS)
def test_lines_as_near_or_far_as_bounds_reach(theta, metric):
    """Beside distances of one, costs below 2^-500 = 3e-151 are only known to that."""
    agree(planted_lines(10, theta, metric=metric))


@pytest.mark.parametrize(("name", "options"), [
    ("funnels", {"dimension": 64, "funnels": 16}),
    ("funnels", {"dimension": 2, "metric": "chebyshev", "weighted": True}),
    ("radial", {"dimension": 8, "p": 2}),
    ("translation", {"dimension": 2, "p": 1.5, "metric": "cityblock"}),
    ("lines", {"theta": 0.125}),
    ("gradient", {"dimension": 16, "weighted": True}),
    ("tree", {}),
    ("cycle", {}),
])  # fmt: skip
def test_a_thousand_points(name, options):
    agree(ROWS[name].make(1000, seed=6, **options))


@pytest.mark.parametrize("swapped", [False, True])
def test_a_large_problem_comes_with_its_answer_too(swapped):
    planted = planted_funnels(200_000, 16, funnels=16)
    truth = planted.swapped().distance if swapped else planted.distance
    assert 0 < truth.high - truth.low <= 1e-13 * truth.high


def test_the_seed_decides():
    for row in PLANTED:
        options = {name: values[-1] for name, values in row.options.items()}
        first, again, other = (row.make(20, seed=seed, **options) for seed in (4, 4, 5))
        for name in ("x", "y", "a", "cost_matrix", "match"):
            np.testing.assert_array_equal(getattr(first, name, None), getattr(again, name, None))
        field = "x" if isinstance(first, Planted) else "cost_matrix"
        assert not np.array_equal(getattr(first, field), getattr(other, field))


def test_every_row_says_why():
    assert len(ROWS) == len(PLANTED) and all(row.knows for row in PLANTED)


@pytest.mark.parametrize(("arguments", "options", "error", "message"), [
    ((0, 2), {}, ValueError, "n must be >= 1, found 0"),
    ((5, 0), {}, ValueError, "dimension must be >= 1"),
    ((5, 2), {"seed": -1}, ValueError, "seed must be >= 0"),
    ((5.0, 2), {}, TypeError, "n must be an integer, found 5.0"),
    ((True, 2), {}, TypeError, "n must be an integer"),
])  # fmt: skip
@pytest.mark.parametrize("make", [planted_funnels, planted_radial, planted_translation, planted_gradient])
def test_bad_sizes_are_named(make, arguments, options, error, message):
    with pytest.raises(error, match=message):
        make(*arguments, **options)


@pytest.mark.parametrize(("call", "error", "message"), [
    (lambda: planted_funnels(5, 2, funnels=0), ValueError, "funnels must be >= 1"),
    (lambda: planted_funnels(5, 2, metric="l2"), ValueError, "metric must be one of"),
    (lambda: planted_radial(5, 2, metric="l2"), ValueError, "metric must be one of"),
    (lambda: planted_translation(5, 2, metric="l2"), ValueError, "metric must be one of"),
    (lambda: planted_radial(5, 2, p=0.5), ValueError, "p must be finite and >= 1"),
    (lambda: planted_translation(5, 2, p=np.inf), ValueError, "p must be finite and >= 1"),
    (lambda: planted_translation(5, 2, metric="canberra"), ValueError, "metric must be one of"),
    (lambda: planted_lines(5, 1.0, metric="canberra"), ValueError, "metric must be one of"),
    (lambda: planted_lines(5, np.nan), ValueError, "theta must be finite, found nan"),
    (lambda: planted_lines(5, "1"), TypeError, "theta"),
    (lambda: planted_lines(5, 1, p="2"), TypeError, "p is .2., of type str"),
    (lambda: planted_lines(5, 1e-100, p=3), ValueError, "distances of 1e-100 to the power p = 3 leave the range"),
    (lambda: planted_lines(5, 1e200, p=2), ValueError, "take a smaller p, or a distance nearer to 1"),
    (lambda: planted_radial(5, 2, p=2000), ValueError, "leave the range of float64"),
    (lambda: planted_gradient(5, 2, kinks=-1), ValueError, "kinks must be >= 0"),
    (lambda: planted_tree(0), ValueError, "n must be >= 1"),
    (lambda: planted_cycle(2), ValueError, "n must be >= 3, found 2"),
    (lambda: planted_cycle(3, seed=0.5), TypeError, "seed must be an integer"),
])  # fmt: skip
def test_bad_options_are_named(call, error, message):
    with pytest.raises(error, match=message):
        call()
