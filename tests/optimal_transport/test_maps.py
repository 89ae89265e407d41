"""Conditional means of plans, and potentials extended to critics on the whole space."""

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from optimal_transport import barycentric_map, certify, kantorovich_potential, optimal_transport, planted_funnels
from optimal_transport.strategies import measure_pairs

EPS = 2.0**-52
EXTENSIONS = ["mcshane", "whitney", "mean"]
METRICS = {"euclidean": 2, "cityblock": 1, "chebyshev": np.inf}
RNG = np.random.default_rng(3)


def shape(d):
    """A symmetric positive map, whose gradient flow is optimal at p = 2."""
    root = RNG.normal(size=(d, d))
    return root @ root.T + np.eye(d)


def test_an_optimal_map_is_found_back():
    x = RNG.normal(size=(60, 3))
    y = x @ shape(3) + 1
    order = RNG.permutation(60)
    found = barycentric_map(optimal_transport(x, y[order], p=2), y[order])
    np.testing.assert_allclose(found, y, rtol=0, atol=2e-14)  # 7.1e-15 measured over 200 draws


@given(measure_pairs(scales=False), st.sampled_from([1, 2]))
def test_the_mean_is_kept_and_every_image_is_a_conditional_mean(pair, p):
    (x, a), (y, b) = pair
    x, a = x[a > 0], a[a > 0]
    transport = optimal_transport(x, y, a, b, p=p)
    found = barycentric_map(transport, y)
    plan = transport.plan.toarray()
    np.testing.assert_allclose(found, (plan / plan.sum(1, keepdims=True)) @ y, atol=1e-14)
    np.testing.assert_allclose(a @ found, b @ y, atol=1e-14)
    size = np.abs(y - y[:1]).max()
    assert ((found >= y.min(0) - 8 * EPS * size) & (found <= y.max(0) + 8 * EPS * size)).all()
    if p == 2:  # monotone, as the gradient of a convex function is
        steps = ((x[:, None] - x[None]) * (found[:, None] - found[None])).sum(2)
        assert steps.min() >= -1e-14


def test_an_image_keeps_its_digits_far_from_the_origin():
    y = np.array([1e8, 1e8 + 1])
    assert barycentric_map(optimal_transport([0.0], y), y).tolist() == [1e8 + 0.5]
    assert barycentric_map(optimal_transport([[0.0]], y[:, None]), y[:, None]).shape == (1, 1)


@given(measure_pairs(), st.sampled_from(list(METRICS)), st.sampled_from(EXTENSIONS))
def test_a_potential_is_worth_the_lower_bound(pair, metric, extension):
    (x, a), (y, b) = pair
    transport = optimal_transport(x, y, a, b, metric=metric)
    phi = kantorovich_potential(transport, x, y, metric=metric, extension=extension)
    size = max(np.abs(x).max(), np.abs(y).max())
    assert a @ phi(x) - b @ phi(y) >= transport.lower - 8 * EPS * size
    assert certify(x, y, phi, a, b, metric=metric).low >= transport.lower - 64 * EPS * size  # 30 measured
    assert a @ (0.95 * phi(x)) - b @ (0.95 * phi(y)) <= 0.96 * transport.upper + 64 * EPS * size


@pytest.mark.parametrize("extension", EXTENSIONS)
@pytest.mark.parametrize("metric", METRICS)
def test_a_potential_is_lipschitz_everywhere_and_a_steeper_one_is_not(metric, extension):
    x, y = RNG.normal(size=(40, 2)), RNG.normal(size=(30, 2)) + 1
    phi = kantorovich_potential(optimal_transport(x, y, metric=metric), x, y, metric=metric, extension=extension)
    points = np.concatenate([x, y, 10 * RNG.normal(size=(100, 2)), x + 1e-6])
    values = phi(points)
    gaps = np.linalg.norm(points[:, None] - points[None], ord=METRICS[metric], axis=2)
    slopes = np.abs(values[:, None] - values[None])
    assert (slopes <= gaps + 16 * EPS * np.abs(points).max()).all()  # 2.5 eps measured
    assert not (1.01 * slopes <= gaps + 16 * EPS * np.abs(points).max()).all()


def test_every_critic_with_these_values_lies_between_whitney_and_mcshane():
    planted = planted_funnels(50, 2, seed=4)
    transport = optimal_transport(planted.x, planted.y)
    low, middle, high = (kantorovich_potential(transport, planted.x, planted.y, extension=each)
                         for each in ("whitney", "mean", "mcshane"))  # fmt: skip
    points = 5 * RNG.normal(size=(500, 2))
    assert (low(points) <= high(points) + 1e-14).all()
    np.testing.assert_allclose(middle(points), (low(points) + high(points)) / 2, atol=1e-14)
    assert (high(points) - low(points)).max() > 0.1
    assert (low(planted.x) >= transport.potentials[0] - 1e-14).all()
    assert (high(planted.y) <= -transport.potentials[1] + 1e-14).all()


def test_a_distant_test_point_and_the_line():
    phi = kantorovich_potential(optimal_transport([0.0, 1.0], [2.0, 5.0]), [0.0, 1.0], [2.0, 5.0], extension="whitney")
    assert phi([1e6]).shape == (1,)
    assert phi([-1e6])[0] - phi([0.0])[0] == -1e6


X, Y = np.array([[0.0, 0.0], [1.0, 2.0]]), np.array([[3.0, 1.0], [5.0, 1.0], [1.0, 1.0]])
FOUND = optimal_transport(X, Y)


@pytest.mark.parametrize(("arguments", "error", "message"), [
    ({"transport": 3.0}, TypeError, "transport must be what optimal_transport returns, found a float"),
    ({"transport": optimal_transport(X, Y, p=2)}, ValueError, "must be one with p = 1, found p = 2.0"),
    ({"transport": optimal_transport(X, Y, p=np.inf)}, ValueError, "must be one with p = 1, found p = inf"),
    ({"metric": "cityblock"}, ValueError, "its metric"),
    ({"metric": "canberra"}, ValueError, "metric must be one of"),
    ({"x": Y}, ValueError, "x must hold the 2 points of the plan, found 3"),
    ({"y": X}, ValueError, "y must hold the 3 points of the plan, found 2"),
    ({"x": 2 * X}, ValueError, "pass the points it was found for"),
    ({"x": X[:, :1]}, ValueError, "one space"),
    ({"extension": "withney"}, ValueError, "did you mean 'whitney'"),
    ({"extension": 2}, TypeError, "extension must be a string"),
])  # fmt: skip
def test_bad_potentials_are_named(arguments, error, message):
    with pytest.raises(error, match=message):
        kantorovich_potential(**{"transport": FOUND, "x": X, "y": Y, **arguments})


def test_bad_maps_are_named():
    with pytest.raises(ValueError, match="y must hold the 3 points of the plan, found 2"):
        barycentric_map(FOUND, X)
    with pytest.raises(ValueError, match="transport sends no mass from point 1"):
        barycentric_map(optimal_transport(X, Y, [1.0, 0.0]), Y)
