"""A trained critic is Lipschitz, comes near the distance and never proves more than it."""

import subprocess
import sys
from collections import Counter

import numpy as np
import pytest
from hypothesis import HealthCheck, given, settings

from optimal_transport import (
    Cones,
    certify,
    kantorovich_rubinstein,
    normal_wasserstein_distance,
    optimal_transport,
    planted_funnels,
)
from optimal_transport.strategies import measure_pairs
from reports.kinds import KINDS, kinds


@pytest.mark.parametrize("dimension", [1, 2, 8, 32])
@pytest.mark.parametrize("swapped", [False, True], ids=["inwards", "outwards"])
def test_planted_problems_are_solved(dimension, swapped):
    planted = planted_funnels(200, dimension, seed=1)
    x, y = (planted.y, planted.x) if swapped else (planted.x, planted.y)
    found = kantorovich_rubinstein(x, y)
    assert (found.sample.kind, found.critic.sign) == ("lower bound", -1.0 if swapped else 1.0)
    assert 0.999 * planted.distance.value < found.raw <= planted.distance.high * (1 + 1e-14)
    assert 0.999 * planted.distance.value < found.sample.low <= planted.distance.high


def test_one_step_is_not_enough_and_history_rises():
    planted = planted_funnels(200, 4, seed=2)
    short, long = (kantorovich_rubinstein(planted.x, planted.y, steps=steps) for steps in (1, 300))
    assert short.raw < 0.95 * long.raw
    assert (len(short.history), len(long.history)) == (1, 300)
    assert long.history[-1] > 1.05 * long.history[0]
    assert long.history[-1] == pytest.approx(long.raw, rel=1e-4)


def test_the_bound_holds_where_no_cone_is_optimal():
    rng = np.random.default_rng(3)
    x, y = rng.normal(size=(150, 2)), 1.5 * rng.normal(size=(100, 2)) + [1, 0]
    a, b = rng.multinomial(1024, np.full(150, 1 / 150)) / 1024, rng.multinomial(1024, np.full(100, 1 / 100)) / 1024
    truth, found = optimal_transport(x, y, a, b), kantorovich_rubinstein(x, y, a, b, cones=16)
    assert found.raw <= found.sample.low * (1 + 1e-13)
    assert 0.9 * truth.cost < found.sample.low <= truth.upper
    assert found.sample == certify(x, y, found.critic, a, b)
    other = kantorovich_rubinstein(x, y, cones=16).sample.low
    assert abs(other / found.sample.low - 1) > 1e-3  # the weights count


def test_the_bound_holds_on_hundreds_of_small_problems_of_every_kind():
    """Trained for a few steps, on degenerate measures too: never more than the distance, and close to it at times."""
    seen, tight = Counter(), 0

    @settings(max_examples=300, suppress_health_check=list(HealthCheck))
    @given(measure_pairs(max_points=4, max_dimension=2))
    def holds(pair):
        nonlocal tight
        (x, a), (y, b) = pair
        truth = optimal_transport(x, y, a, b)
        found = kantorovich_rubinstein(x, y, a, b, cones=2, steps=3)
        assert 0 <= found.sample.low <= truth.upper
        tight += found.sample.low * 1.01 > truth.upper > 0
        seen.update({"problems", *kinds({"pair": pair})})

    holds()
    assert seen["problems"] >= 300 and seen.keys() == {"problems", *KINDS}
    assert tight > 50


@pytest.mark.parametrize("sign", [1.0, -1.0])
def test_cones_are_lipschitz_and_steeper_ones_are_not(sign):
    rng = np.random.default_rng(4)
    points = rng.normal(size=(60, 3))
    values = Cones(rng.normal(size=(5, 3)), rng.normal(size=5), sign)(points)
    rise, gaps = values[:, None] - values[None], np.linalg.norm(points[:, None] - points[None], axis=2)
    assert (rise <= gaps + 1e-14).all()
    assert not (1.05 * rise <= gaps + 1e-14).all()


@pytest.mark.parametrize("scale", [1e-200, 1.0, 1e200])
def test_every_scale_and_far_from_the_origin(scale):
    planted = planted_funnels(60, 2, seed=5)
    one = kantorovich_rubinstein(planted.x, planted.y, steps=100).sample.low
    found = kantorovich_rubinstein(scale * planted.x, scale * planted.y, steps=100)
    assert found.sample.low == pytest.approx(scale * one, rel=1e-4)  # training is in float32
    assert found.sample.low <= optimal_transport(scale * planted.x, scale * planted.y).upper


def test_samples_of_normal_laws_on_the_line():
    levels = np.random.default_rng(6).normal(size=400)
    found = kantorovich_rubinstein(levels, 40 + levels)
    assert found.sample.low == pytest.approx(normal_wasserstein_distance(0.0, 1.0, 40.0, 1.0), rel=1e-12)


def test_the_seed_decides_and_torch_is_loaded_only_for_training():
    planted = planted_funnels(100, 3, seed=7)
    first, again, other = (
        kantorovich_rubinstein(planted.x, planted.y, cones=8, steps=20, seed=seed) for seed in (0, 0, 1)
    )
    assert first.history == again.history
    assert first.sample == again.sample
    assert first.history != other.history
    code = "import sys, optimal_transport.kantorovich; print('torch' in sys.modules)"
    assert subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True).stdout == "False\n"


@pytest.mark.parametrize(("arguments", "options", "error", "message"), [
    (([0.0], [1.0]), {"steps": 0}, ValueError, "steps must be >= 1, found 0"),
    (([0.0], [1.0]), {"cones": 0}, ValueError, "cones must be >= 1"),
    (([0.0], [1.0]), {"seed": -1}, ValueError, "seed must be >= 0"),
    (([0.0], [1.0]), {"steps": 1.5}, TypeError, "steps must be an integer"),
    (([np.nan], [1.0]), {}, ValueError, "x must be finite"),
    (([0.0], [[1.0, 2.0]]), {}, ValueError, "dimensions 1 and 2"),
    (([0.0], [1.0], [0.5]), {}, ValueError, "a must sum to 1"),
    (([-1.7e308], [1.7e308]), {}, ValueError, "divide all points"),
])  # fmt: skip
def test_bad_arguments_are_named(arguments, options, error, message):
    with pytest.raises(error, match=message):
        kantorovich_rubinstein(*arguments, **options)
