"""Problems with a planted answer: the answer is right, and the solvers and certificates find it."""

import dataclasses

import numpy as np
import pytest

from optimal_transport import certify, optimal_transport, planted_funnels

METRICS = ["euclidean", "cityblock", "chebyshev"]
CASES = [(1, 1, 1), (30, 1, 3), (40, 2, 4), (60, 8, 4), (60, 64, 8)]


@pytest.mark.parametrize("metric", METRICS)
@pytest.mark.parametrize(("n", "dimension", "funnels"), CASES)
def test_exact_transport_finds_the_planted_distance(n, dimension, funnels, metric):
    for seed in range(3):
        planted = planted_funnels(n, dimension, funnels=funnels, seed=seed, metric=metric)
        truth = planted.distance
        found = optimal_transport(planted.x, planted.y, metric=metric)
        assert truth.kind == "enclosure"
        assert found.lower <= truth.high and truth.low <= found.upper  # two proofs of one number
        assert found.cost == pytest.approx(truth.value, rel=3e-15)  # 3.3e-16 measured
        assert truth.high - truth.low <= 4e-14 * truth.high * max(1, dimension / 4) + 1e-14


@pytest.mark.parametrize("metric", METRICS)
@pytest.mark.parametrize("swapped", [False, True], ids=["inwards", "outwards"])
def test_the_planted_critic_is_certified_to_be_optimal(metric, swapped):
    planted = planted_funnels(80, 5, funnels=6, seed=1, metric=metric)
    x, y, sign = (planted.y, planted.x, -1) if swapped else (planted.x, planted.y, 1)
    low = certify(x, y, lambda points: sign * planted.critic(points), metric=metric).low
    assert planted.distance.value * (1 - 1e-13) <= low <= planted.distance.high
    blurred = certify(x, y, lambda points: sign * np.floor(2 * planted.critic(points)), metric=metric).low
    assert 0.5 * planted.distance.value < blurred < planted.distance.value * (1 - 1e-4)


def test_the_critic_is_lipschitz_and_flat_nowhere_along_a_way():
    planted = planted_funnels(200, 3, seed=2)
    points = np.concatenate([planted.x, planted.y])
    values = planted.critic(points)
    gaps = np.linalg.norm(points[:, None] - points[None], axis=2)
    assert (np.abs(values[:, None] - values[None]) <= gaps + 1e-14).all()
    ways = np.linalg.norm(planted.x - planted.y[planted.match], axis=1)
    np.testing.assert_allclose(planted.critic(planted.x) - planted.critic(planted.y)[planted.match], ways, atol=4e-15)


def test_a_wrong_plan_or_a_wrong_critic_opens_the_enclosure():
    planted = planted_funnels(50, 3, seed=3)
    assert planted.distance.low > 0.999999 * planted.distance.high
    worse = dataclasses.replace(planted, match=np.roll(planted.match, 1)).distance
    assert worse.low < 0.95 * worse.high
    moved = dataclasses.replace(planted, offsets=planted.offsets + 0.5 * np.eye(4)[0]).distance
    assert moved.low < (1 - 1e-4) * moved.high
    assert worse.low <= planted.distance.value <= worse.high
    assert moved.low <= planted.distance.value <= moved.high


def test_a_large_problem_comes_with_its_answer_too():
    truth = planted_funnels(200_000, 16, funnels=16).distance
    assert 0 < truth.high - truth.low <= 1e-13 * truth.high


def test_the_seed_decides():
    first, again, other = (planted_funnels(20, 2, seed=seed) for seed in (4, 4, 5))
    np.testing.assert_array_equal(first.x, again.x)
    np.testing.assert_array_equal(first.match, again.match)
    assert not np.array_equal(first.x, other.x)


@pytest.mark.parametrize(("arguments", "options", "error", "message"), [
    ((0, 2), {}, ValueError, "n must be >= 1, found 0"),
    ((5, 0), {}, ValueError, "dimension must be >= 1"),
    ((5, 2), {"funnels": 0}, ValueError, "funnels must be >= 1"),
    ((5, 2), {"seed": -1}, ValueError, "seed must be >= 0"),
    ((5.0, 2), {}, TypeError, "n must be an integer, found 5.0"),
    ((True, 2), {}, TypeError, "n must be an integer"),
    ((5, 2), {"metric": "l2"}, ValueError, "metric must be one of"),
])  # fmt: skip
def test_bad_sizes_are_named(arguments, options, error, message):
    with pytest.raises(error, match=message):
        planted_funnels(*arguments, **options)
