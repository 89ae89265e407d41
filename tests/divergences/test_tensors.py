"""Tensors in, tensors out: the same numbers as arrays give, the analytic gradient, and its limits at zero masses."""

import math
from functools import partial

import numpy as np
import pytest
import torch
from torch.autograd.gradcheck import GradcheckError

import divergences as D
from tests.divergences.test_names import MORE
from tests.divergences.test_options import PAIRED
from tests.laws.cases import ALL_ROWS

INF = math.inf
EVERY = {
    **{row.name: partial(D.f_divergence, f=row) for row in ALL_ROWS},
    **{name: function for name, function in MORE.items() if name != "renyi(0)"},
    **{name: PAIRED[name] for name in ("hellinger", "js distance", "game", "hockey_stick")},
    "own": partial(
        D.f_divergence,
        f=D.generator(lambda u: (u - 1) ** 2, at_zero=1, slope_at_infinity=INF, derivative=lambda u: 2 * (u - 1)),
    ),
}
every = pytest.mark.parametrize("name", EVERY)
CORNERED = ("tv", "hockey_stick", "renyi(inf)")


def drawn(*shape: int, seed: int = 0) -> tuple[torch.Tensor, torch.Tensor]:
    generator = torch.Generator().manual_seed(seed)
    return tuple(torch.randn(*shape, generator=generator, dtype=torch.float64, requires_grad=True) for _ in range(2))


def leaf(*masses: float) -> torch.Tensor:
    return torch.tensor(masses, dtype=torch.float64, requires_grad=True)


@every
def test_tensors_give_the_numbers_of_arrays(name: str) -> None:
    p, q = (torch.softmax(x, -1).detach() for x in drawn(3, 2, 5))
    found = EVERY[name](p, q)
    assert isinstance(found, torch.Tensor) and found.dtype == torch.float64 and not found.requires_grad
    np.testing.assert_allclose(found.numpy(), EVERY[name](p.numpy(), q.numpy()), rtol=1e-14)
    assert EVERY[name](p[0, 0], q[0, 0]).shape == ()


@every
def test_the_gradient_is_that_of_differences(name: str) -> None:
    """Through softmax, so that masses stay on the simplex; logarithms and normalising alike."""
    z, w = drawn(2, 4)
    function = EVERY[name]
    assert torch.autograd.gradcheck(lambda z, w: function(torch.softmax(z, -1), torch.softmax(w, -1)), (z, w))
    assert torch.autograd.gradcheck(
        lambda z, w: function(torch.log_softmax(z, -1), torch.log_softmax(w, -1), log=True), (z, w)
    )
    assert torch.autograd.gradcheck(lambda z, w: function(z, w, log=True, normalize=True), (z, w))
    assert torch.autograd.gradcheck(
        lambda z, w: function(torch.exp(z), torch.exp(w), normalize=True, axis=0, keepdims=name != "entropy"), (z, w)
    )


@every
def test_the_gradient_of_pairs_of_rows(name: str) -> None:
    z, w = drawn(3, 4)
    if name == "entropy":
        pytest.skip("one argument")
    matrix = partial(EVERY[name], pairwise=True)
    assert torch.autograd.gradcheck(lambda z, w: matrix(torch.softmax(z, -1), torch.softmax(w[:2], -1)), (z, w))


@every
def test_the_gradient_of_the_gradient(name: str) -> None:
    z, w = drawn(4, seed=1)
    function = EVERY[name]
    assert torch.autograd.gradgradcheck(lambda z, w: function(torch.softmax(z, -1), torch.softmax(w, -1)), (z, w))


def test_a_gradient_a_twentieth_off_is_caught() -> None:
    z, w = drawn(4)
    wrong = D.FDivergence(**{**vars(D.KL), "slopes": lambda p, q, d: (1.05 * D.KL.slopes(p, q, d)[0], d / q)})
    with pytest.raises(GradcheckError):
        torch.autograd.gradcheck(lambda z: D.f_divergence(torch.softmax(z, -1), torch.softmax(w, -1), wrong), (z,))


def test_the_gradient_keeps_its_digits_near_equality() -> None:
    """By the masses of P it is ``-d / q`` to first order, less its mean."""
    p = leaf(0.25, 0.75)
    q = torch.tensor([0.25 + 2**-40, 0.75 - 2**-40], dtype=torch.float64)
    D.kl_divergence(p, q).backward()
    expected = torch.tensor([-(2**-40) / 0.25, 2**-40 / 0.75], dtype=torch.float64)
    assert torch.allclose(p.grad, expected, rtol=1e-11, atol=0)


@every
def test_gradients_at_zero_masses_are_no_nan(name: str) -> None:
    cases = [
        ([0.5, 0.5, 0.0], [0.25, 0.25, 0.5]), ([0.25, 0.25, 0.5], [0.5, 0.5, 0.0]), ([1.0, 0.0, 0.0], [0.0, 1.0, 0.0]),
        ([0.5, 0.5, 0.0], [0.5, 0.5, 0.0]), ([0.5, 0.5, 0.0], [0.25, 0.75, 0.0]), ([1.0, 0.0, 0.0], [1.0, 0.0, 0.0]),
    ]  # fmt: skip
    for masses in cases:
        p, q = (leaf(*x) for x in masses)
        EVERY[name](p, q).backward()
        gradients = [x.grad for x in (p, q) if x.grad is not None]
        assert not any(torch.isnan(x).any() for x in gradients), (name, masses, gradients)
        if p[2] == q[2] == 0 and "entropy" not in name:
            assert all(x[2] == 0 for x in gradients), (name, masses, gradients)
        with torch.no_grad():
            logs = [x.log() for x in (p, q)]
        logs = [x.requires_grad_() for x in logs]
        EVERY[name](*logs, log=True).backward()
        assert not any(torch.isnan(x.grad).any() for x in logs if x.grad is not None), (name, masses)


def test_one_sided_derivatives() -> None:
    p, q = leaf(0.5, 0.5, 0.0), leaf(0.25, 0.25, 0.5)
    D.kl_divergence(p, q).backward()
    assert p.grad.tolist() == [0, 0, -INF]
    assert q.grad.tolist() == pytest.approx([-1, -1, 1])  # 1 - p / q: -1, -1 and 1, whose mean under Q is 0
    p.grad = None
    D.squared_hellinger(p, q).backward()
    assert p.grad[2] == -INF
    p.grad = None
    D.total_variation_distance(p, q).backward()
    assert p.grad.tolist() == [0, 0, -1]
    p, q = leaf(0.5, 0.5), leaf(1.0, 0.0)
    D.kl_divergence(p, q).backward()
    assert p.grad[1] == INF and q.grad[1] == -INF and math.isfinite(p.grad[0])


@pytest.mark.parametrize("row", ALL_ROWS, ids=lambda row: row.name)
def test_one_sided_derivatives_are_those_of_the_generator(row: D.FDivergence) -> None:
    """Between two atoms the derivatives by the masses of P differ by ``f'(u) - f'(v)``, also where one ratio is 0."""
    p, q = leaf(0.375, 0.625, 0.0), leaf(0.5, 0.25, 0.25)
    D.f_divergence(p, q, row).backward()
    first, second, zero = p.grad.tolist()
    at = [float(row.derivative(np.array(u))) for u in (0.75, 2.5, 1e-100)]
    assert second - first == pytest.approx(at[1] - at[0], abs=1e-14)
    steep = abs(at[2]) > 20  # a limit that is infinite
    assert zero - first == (math.copysign(INF, at[2]) if steep else pytest.approx(at[2] - at[0], abs=1e-14))


@every
def test_the_gradient_is_tangent_to_the_simplex(name: str) -> None:
    """Its mean under the masses vanishes: measured at most 3e-16 of the largest entry."""
    p, q = (torch.softmax(x, -1).detach().requires_grad_() for x in drawn(7, 5))
    EVERY[name](p, q).sum().backward()
    for masses in (x for x in (p, q) if x.grad is not None):
        means = (masses * masses.grad).sum(-1)
        assert abs(means).max() <= 2e-15 * abs(masses.grad).max()


@every
def test_single_precision_is_double_precision_rounded(name: str) -> None:
    """Values and gradients of the very same masses, each rounded once."""
    p, q = (torch.softmax(x, -1).detach().float().requires_grad_() for x in drawn(3, 5))
    double = [x.detach().double().requires_grad_() for x in (p, q)]
    small, large = EVERY[name](p, q), EVERY[name](*double, normalize=True)
    assert small.dtype == torch.float32 and torch.allclose(small.double(), large, rtol=2.0**-24, atol=1e-15)
    small.sum().backward()
    large.sum().backward()
    for x, y in zip((p, q), double, strict=True):
        if x.grad is not None:
            assert abs(x.grad.double() - y.grad).max() <= 2.0**-24 * abs(y.grad).max()


def test_a_row_without_weight_passes_no_infinity_on() -> None:
    p = torch.tensor([[0.5, 0.5], [1.0, 0.0]], dtype=torch.float64, requires_grad=True)
    D.kl_divergence(p, torch.full((2,), 0.5, dtype=torch.float64))[0].backward()
    assert p.grad[1].tolist() == [0, 0]


def test_distances_have_gradient_zero_where_they_vanish() -> None:
    for function in (D.jensen_shannon_distance, D.hellinger_distance):
        p = leaf(0.5, 0.5)
        function(p, p.detach()).backward()
        assert p.grad.tolist() == [0, 0]


@pytest.mark.parametrize("dtype", [torch.float16, torch.bfloat16, torch.float32])
def test_lower_precisions_are_computed_in_double(dtype: torch.dtype) -> None:
    p, q = torch.tensor([0.25, 0.75], dtype=dtype), torch.tensor([0.375, 0.625], dtype=dtype)
    exact = D.kl_divergence(p.double(), q.double())
    found = D.kl_divergence(p.requires_grad_(), q)
    assert found.dtype == dtype and found == exact.to(dtype)
    found.backward()
    assert p.grad.dtype == dtype
    assert D.kl_divergence(p, q.double()).dtype == torch.float64


def test_integers_become_floats() -> None:
    assert D.kl_divergence(torch.tensor([1, 0]), torch.tensor([0.5, 0.5])).dtype == torch.float64
    assert D.kl_divergence(torch.tensor([1, 0]), torch.tensor([1, 0])).dtype == torch.float64


def test_several_laws_and_tables() -> None:
    z = drawn(3, 4)[0]
    assert torch.autograd.gradcheck(lambda z: D.generalized_jensen_shannon_divergence(torch.softmax(z, -1)), (z,))
    joint = torch.autograd.gradcheck(
        lambda z: D.mutual_information(torch.softmax(z.reshape(-1), 0).reshape(3, 4)), (z,)
    )
    assert joint
    laws = torch.softmax(z, -1).detach()
    found = D.generalized_jensen_shannon_divergence(laws, torch.tensor([0.25, 0.25, 0.5]))
    assert found == pytest.approx(D.generalized_jensen_shannon_divergence(laws.numpy(), [0.25, 0.25, 0.5]), rel=1e-14)


def test_a_profile_of_tensors_has_gradients() -> None:
    z, w = drawn(4)
    found = D.divergence_profile(torch.softmax(z, -1), torch.softmax(w, -1), ["kl", "js"])
    (found["kl"] + found["js"]).backward()
    assert torch.isfinite(z.grad).all()


FINE = torch.tensor([0.5, 0.5])


@pytest.mark.parametrize(
    ("value", "error", "message"),
    [
        (torch.tensor([True, False]), TypeError, "p has dtype torch.bool"),
        (torch.tensor([0.5 + 0j, 0.5]), TypeError, "p has dtype torch.complex64"),
        (torch.tensor([0.5, 0.5]).to_sparse(), TypeError, "p is a tensor of layout torch.sparse_coo; .*to_dense"),
        (torch.empty(2, device="meta"), TypeError, "p lies on meta"),
        ([0.5, 0.5], TypeError, "q is a torch tensor and p is none; pass both"),
        (torch.tensor(0.5), ValueError, "p is the single number 0.5"),
        (torch.empty(0), ValueError, r"p is empty \(shape \(0,\)\)"),
        (torch.tensor([1.5, -0.5]), ValueError, r"p has the mass -0.5 at position \(1,\), which is negative"),
        (torch.tensor([math.nan, 0.5]), ValueError, "p has the mass nan"),
        (torch.tensor([0.5, 0.25]), ValueError, "p sums to 0.75, not to 1 within 1.9e-06"),
        (torch.tensor([0.25, 0.25, 0.5]), ValueError, "the last axes, 3 and 2 masses long"),
        (torch.log(torch.tensor([0.25, 0.75])), ValueError, "p holds log-probabilities.*log=True"),
    ],
)
def test_wrong_tensors(value: object, error: type, message: str) -> None:
    with pytest.raises(error, match=message):
        D.kl_divergence(value, FINE)


def test_two_devices_are_refused(monkeypatch: pytest.MonkeyPatch) -> None:
    class Elsewhere(torch.Tensor):
        device = torch.device("cuda:0")

    with pytest.raises(ValueError, match=r"p lies on cpu and q on cuda:0; move both to one device"):
        D.kl_divergence(FINE, FINE.as_subclass(Elsewhere))


def test_a_generator_without_derivative_has_no_gradient() -> None:
    own = D.generator(lambda u: (u - 1) ** 2, at_zero=1, slope_at_infinity=INF)
    with pytest.raises(TypeError, match="f offers no gradient"):
        D.f_divergence(leaf(0.5, 0.5), leaf(0.25, 0.75), own)
