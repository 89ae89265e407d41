"""Tensors in, a tensor with its gradient out, against finite differences and closed forms."""

import numpy as np
import pytest
import torch

from optimal_transport import wasserstein_distance
from optimal_transport.tensors import SLOPES

STEP = 2.0**-20


def clouds(seed, n=6, m=5, d=3):
    rng = np.random.default_rng(seed)
    return rng.normal(size=(n, d)), rng.normal(size=(m, d)) + 0.5


def weights(seed, n=6, m=5):
    rng = np.random.default_rng(seed)
    return rng.dirichlet(np.ones(n)), rng.dirichlet(np.ones(m))


def tensors(*arrays, dtype=torch.float64):
    return [torch.tensor(array, dtype=dtype, requires_grad=True) for array in arrays]


def differences(function, array):
    """Central differences in every entry."""
    found = np.zeros_like(array)
    for place in np.ndindex(array.shape):
        up, down = array.copy(), array.copy()
        up[place] += STEP
        down[place] -= STEP
        found[place] = (function(up) - function(down)) / (2 * STEP)
    return found


@pytest.mark.parametrize("p", [1, 1.5, 2, 3])
@pytest.mark.parametrize("metric", SLOPES)
def test_the_gradient_in_points_is_that_of_finite_differences(metric, p):
    for seed in range(3):
        (x, y), (a, b) = clouds(seed), weights(seed)
        u, v = tensors(x, y)
        found = wasserstein_distance(u, v, a, b, p=p, metric=metric)
        assert found.item() == wasserstein_distance(x, y, a, b, p=p, metric=metric)
        found.backward()
        in_x = differences(lambda z: wasserstein_distance(z, y, a, b, p=p, metric=metric), x)  # noqa: B023
        in_y = differences(lambda z: wasserstein_distance(x, z, a, b, p=p, metric=metric), y)  # noqa: B023
        np.testing.assert_allclose(u.grad, in_x, atol=1e-8)  # 1.0e-9 measured: a rounding of W over the step
        np.testing.assert_allclose(v.grad, in_y, atol=1e-8)
        assert np.abs(1.01 * u.grad.numpy() - in_x).max() > 1e-4


@pytest.mark.parametrize("p", [1, 2, 3])
@pytest.mark.parametrize("dimension", [1, 3])
def test_the_gradient_in_weights_along_the_simplex(p, dimension):
    rng = np.random.default_rng(p)
    (x, y), (a, b) = clouds(p, d=dimension), weights(p)
    u, v = tensors(a, b)
    wasserstein_distance(torch.tensor(x), torch.tensor(y), u, v, p=p).backward()
    for way, other, gradient, first in ((a, b, u.grad.numpy(), True), (b, a, v.grad.numpy(), False)):
        assert abs(gradient.sum()) <= 1e-14
        step = rng.normal(size=way.size)
        step -= step.mean()

        def value(t, way=way, other=other, step=step, first=first):
            pair = (way + t * step, other) if first else (other, way + t * step)
            return wasserstein_distance(x, y, *(w / w.sum() for w in pair), p=p)

        slope = (value(STEP) - value(-STEP)) / (2 * STEP)
        assert gradient @ step == pytest.approx(slope, abs=1e-8, rel=1e-8)  # 2.0e-9 measured
        assert 1.01 * gradient @ step != pytest.approx(slope, rel=5e-3)


def test_translations_pull_at_unit_speed():
    """W_p of a cloud and its translate by t is |t|: the gradient in t is t/|t|."""
    x = torch.tensor(clouds(0)[0])
    for p in (1, 2, 4):
        t = torch.tensor([3.0, 0.0, -4.0], dtype=torch.float64, requires_grad=True)
        found = wasserstein_distance(x + t, x, p=p)
        found.backward()
        assert found.item() == pytest.approx(5, rel=1e-14)
        np.testing.assert_allclose(t.grad, [0.6, 0, -0.8], atol=1e-14)


@pytest.mark.parametrize("p", [1, 2])
@pytest.mark.parametrize("metric", SLOPES)
def test_points_that_do_not_move_get_zero_and_never_nan(metric, p):
    x = clouds(1)[0]
    u, v = tensors(x, x)
    a, b = tensors(*[np.array([2, 2, 1, 1, 1, 1]) / 8] * 2)
    found = wasserstein_distance(u, v, a, b, p=p, metric=metric)
    found.backward()
    assert found.item() == 0
    for each in (u, v):
        np.testing.assert_array_equal(each.grad, 0)
    for each in (a, b):
        assert np.isfinite(each.grad.numpy()).all()
    u, v = tensors(x, np.concatenate([x[:5], x[5:] + 1]))
    wasserstein_distance(u, v, p=1).backward()
    np.testing.assert_array_equal(u.grad[:5], 0)
    np.testing.assert_allclose(u.grad[5], -np.ones(3) / 3**0.5 / 6, rtol=1e-14)


def test_a_root_of_the_cost_and_its_square_agree():
    u, v = tensors(*clouds(2))
    (wasserstein_distance(u, v, p=2) ** 2).backward()
    one, u.grad = u.grad.clone(), None
    wasserstein_distance(u, v, p=1, metric="sqeuclidean").backward()
    np.testing.assert_allclose(u.grad, one, rtol=1e-12)


def test_a_step_down_the_gradient_comes_nearer():
    x, y = clouds(3)
    u, v = tensors(x, y)
    before = wasserstein_distance(u, v, p=2)
    before.backward()
    after = wasserstein_distance(u.detach() - 0.01 * u.grad, v.detach(), p=2)
    assert after < before - 0.9 * 0.01 * (u.grad**2).sum()


@pytest.mark.parametrize("dtype", [torch.float16, torch.bfloat16, torch.float32, torch.float64])
def test_dtypes_are_kept_and_the_work_is_double(dtype):
    x, y = (torch.tensor(z).to(dtype) for z in clouds(4))
    x.requires_grad_()
    found = wasserstein_distance(x, y)
    found.backward()
    truth = wasserstein_distance(x.detach().double().numpy(), y.double().numpy())
    assert isinstance(found, torch.Tensor) and found.shape == ()
    assert found.dtype == dtype and x.grad.dtype == dtype
    assert found.item() == torch.tensor(truth, dtype=torch.float64).to(dtype).item()


def test_one_return_type():
    x, y = clouds(5)
    truth = wasserstein_distance(x, y)
    for arguments in (
        (torch.tensor(x), torch.tensor(y)),
        (torch.tensor(x), y),
        (x, torch.tensor(y)),
        (torch.tensor(x, requires_grad=True), torch.tensor(y)),
    ):
        found = wasserstein_distance(*arguments)
        assert found.shape == () and found.dtype == torch.float64 and found.item() == truth
    with torch.no_grad():
        found = wasserstein_distance(torch.tensor(x, requires_grad=True), y)
    assert not found.requires_grad
    integers = wasserstein_distance(torch.tensor([0, 1]), torch.tensor([2, 5]))
    assert integers.dtype == torch.get_default_dtype() and integers.item() == 3
    assert isinstance(wasserstein_distance(x, y), float)
    line = torch.tensor(x[:, 0], requires_grad=True)
    wasserstein_distance(line, torch.tensor(y[:, 0])).backward()
    assert line.grad.shape == (6,)


def test_only_the_first_derivative_is_given():
    (x,) = tensors(clouds(6)[0])
    found = wasserstein_distance(x, torch.tensor(clouds(6)[1]))
    (first,) = torch.autograd.grad(found**2, x, create_graph=True)
    with pytest.raises(RuntimeError, match="once_differentiable"):
        first.sum().backward()


@pytest.mark.parametrize(("arguments", "error", "message"), [
    ({"metric": "canberra"}, ValueError, "metric has a gradient if it is one of"),
    ({"metric": lambda u, v: 1.0}, ValueError, "metric has a gradient if it is one of"),
    ({"y": torch.zeros(2, 3, device="meta")}, ValueError, "y lies on meta and x on cpu; move both to one device"),
    ({"y": torch.full((2, 3), torch.nan)}, ValueError, "y must be finite"),
    ({"y": torch.zeros(2, 2)}, ValueError, "dimensions 3 and 2"),
    ({"a": torch.ones(6)}, ValueError, "a must sum to 1"),
    ({"tolerance": 0.0, "p": 2}, RuntimeError, "raise tolerance"),
    ({"y": None}, ValueError, "x and y must both be given"),
])  # fmt: skip
def test_bad_tensors_are_named(arguments, error, message):
    x, y = tensors(*clouds(7))
    with pytest.raises(error, match=message):
        wasserstein_distance(**{"x": x, "y": y, **arguments})


def test_tiny_clouds_whose_powers_underflow_are_refused():
    u, v = tensors(*(z * 1e-200 for z in clouds(8)))
    wasserstein_distance(u, v).backward()
    assert u.grad.abs().max() > 0.01
    with pytest.raises(ValueError, match="underflows in the gradient; multiply all points"):
        wasserstein_distance(u, v, p=3, tolerance=2.0)
