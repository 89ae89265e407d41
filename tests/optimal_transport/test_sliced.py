"""The sliced distance against closed forms; its interval covers."""

import math

import numpy as np
import pytest
from scipy.special import gamma

from optimal_transport import optimal_transport, sliced_wasserstein_distance, wasserstein_distance


def ray_moment(d, p):
    """E|theta_1|^p on the sphere of R^d."""
    return gamma((p + 1) / 2) * gamma(d / 2) / (gamma((d + p) / 2) * math.sqrt(math.pi))


@pytest.mark.parametrize("p", [1, 2, 3])
@pytest.mark.parametrize("d", [2, 3, 10])
def test_a_translation_covers_at_its_level(d, p):
    """SW_p of a cloud and its translate by t is |t| (E|theta_1|^p)^(1/p)."""
    x, t = np.random.default_rng(0).normal(size=(5, d)), np.ones(d)
    truth = math.sqrt(d) * ray_moment(d, p) ** (1 / p)
    found = [sliced_wasserstein_distance(x, x + t, p=p, directions=100, level=0.8, seed=seed) for seed in range(40)]
    missed = sum(not one.low <= truth <= one.high for one in found)
    assert missed <= 15  # 8 expected at most; 16 or more of 40 at 20 % have probability 0.3 %
    assert any(one.low > 0.6 * truth for one in found)
    assert all(one.low <= one.value <= one.high for one in found)
    many = sliced_wasserstein_distance(x, x + t, p=p, directions=4000)
    assert many.low <= truth <= many.high
    assert not many.low <= 1.15 * truth <= many.high


def test_it_is_below_the_distance_and_exact_on_the_line():
    rng = np.random.default_rng(1)
    x, y = rng.normal(size=(30, 3)), rng.normal(size=(20, 3)) + 1
    a, b = rng.dirichlet(np.ones(30)), rng.dirichlet(np.ones(20))
    for p in (1, 2):
        found = sliced_wasserstein_distance(x, y, a, b, p=p)
        assert found.kind == "confidence" and found.level == 0.95
        assert found.value < optimal_transport(x, y, a, b, p=p).distance
    line = sliced_wasserstein_distance(x[:, 0], y[:, 0], a, b)
    assert line.kind == "certified gap" and line.value == wasserstein_distance(x[:, 0], y[:, 0], a, b, p=2)


def test_scales_equal_clouds_and_far_ones():
    x = np.random.default_rng(2).normal(size=(6, 2))
    for scale in (1e-200, 1.0, 1e200):
        found = sliced_wasserstein_distance(scale * x, scale * (x + 1), directions=50)
        one = sliced_wasserstein_distance(x, x + 1, directions=50)
        assert found.value == pytest.approx(scale * one.value, rel=1e-12)
    assert sliced_wasserstein_distance(x, x).value == 0
    assert sliced_wasserstein_distance(np.zeros((1, 2)), np.zeros((3, 2))).high == 0
    far = sliced_wasserstein_distance(x + 1e8, x + 1e8 + 1, directions=50)
    assert far.value == pytest.approx(one.value, rel=1e-7)


def test_seeds_decide():
    x, y = np.random.default_rng(3).normal(size=(2, 6, 2))
    one, two, three = (sliced_wasserstein_distance(x, y, directions=20, seed=seed) for seed in (0, 0, 1))
    assert one == two and one.value != three.value


@pytest.mark.parametrize(("arguments", "error", "message"), [
    ({"p": math.inf}, ValueError, "p must be finite and >= 1"),
    ({"p": 0}, ValueError, "p must be finite and >= 1"),
    ({"directions": 0}, ValueError, "directions must be >= 1"),
    ({"directions": 1.5}, TypeError, "directions must be an integer"),
    ({"level": 1.0}, ValueError, "level"),
    ({"seed": -1}, ValueError, "seed"),
    ({"y": [[0.0]]}, ValueError, "dimensions 2 and 1"),
    ({"y": [[1.7e308, 1.7e308]]}, ValueError, "divide all points"),
])  # fmt: skip
def test_bad_input_is_named(arguments, error, message):
    with pytest.raises(error, match=message):
        sliced_wasserstein_distance(**{"x": [[0.0, 0.0]], "y": [[1.0, 0.0]], **arguments})
