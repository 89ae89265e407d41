"""The compiled backend: as right as the blocks, with the same refusals, and clear where it has no answer.

Making code takes seconds, and many rows at once take longest, so the tests share a few groups of rows, and KL for
another layout, for single precision and for logarithms.
"""

import math
import os
import subprocess
import sys
from pathlib import Path

import mpmath
import numpy as np
import pytest
import torch

import divergences as D
from divergences.compiled_terms import LEAST, NEAR, SERIES
from tests.divergences.reference import EPS, battery, error, reference
from tests.divergences.test_exact import ULPS

GROUPS = (
    ["kl"],
    ["reverse_kl", "jeffreys"],
    ["js", "gan"],
    [D.weighted_jensen_shannon_row(0.25)],
    ["tv", "chi2", "neyman_chi2", "squared_hellinger", "le_cam"],
)
ROWS = [row for group in GROUPS for row in group]
INF = math.inf
RNG = np.random.default_rng(40)
P, Q = RNG.dirichlet(np.ones(4), (2, 3, 2))


def profile(p, q) -> dict:
    """Every row."""
    found: dict = {}
    for group in GROUPS:
        found |= D.divergence_profile(p, q, group, backend="compiled")
    return found


def test_every_row_of_the_table_is_tried() -> None:
    assert {row.name for row in D.ROWS} < profile(P, Q).keys()


def kl(p, q, **options):
    return D.kl_divergence(p, q, backend="compiled", **options)


def test_every_row_is_right_to_a_few_ulp() -> None:
    """The bounds are those of the blocks."""
    for p, q in battery(seed=41, count=180, largest=60):
        found = profile(p, q)
        truths = reference(p, q)
        assert found.keys() <= truths.keys()
        for name, value in found.items():
            assert error(float(value), truths[name]) <= ULPS[name], (name, p.tolist(), q.tolist())


def test_rows_that_one_pass_answers_are_as_right() -> None:
    """Asked for alone they are not centred; nearly equal pairs, where that would show, go to the blocks."""
    alone = ("kl", "reverse_kl", "chi2", "neyman_chi2", "squared_hellinger")
    for p, q in battery(seed=43, count=180, largest=6):
        found = D.divergence_profile(p, q, alone, backend="compiled")
        truths = reference(p, q)
        for name, value in found.items():
            assert error(float(value), truths[name]) <= ULPS[name], (name, p.tolist(), q.tolist())


def test_distributions_of_torch_go_on_checking_their_arguments() -> None:
    """Torch's compiler turns that off when it is loaded: in a fresh process, before and after."""
    code = """
import torch, divergences
for _ in range(2):
    try:
        torch.distributions.Normal(0.0, -1.0)
        raise SystemExit(1)
    except ValueError:
        divergences.kl_divergence([0.5, 0.5], [0.25, 0.75], backend="compiled")
"""
    assert subprocess.run([sys.executable, "-W", "ignore", "-c", code], check=False, timeout=300).returncode == 0


def test_long_vectors_are_as_right() -> None:
    for p, q in battery(seed=42, count=45, largest=400):
        p, q = (np.pad(x, (0, 150)) for x in (p, q))
        assert error(float(kl(p, q)), reference(p, q)["kl"]) <= ULPS["kl"], (p.tolist(), q.tolist())


def test_the_battery_would_notice_a_hundredth_of_a_per_mille() -> None:
    p, q = next(battery(seed=41, count=1, largest=60))
    for name, value in profile(p, q).items():
        assert error(float(value) * (1 + 1e-5), reference(p, q)[name]) > ULPS[name]


def _artanh(z: mpmath.mpf) -> mpmath.mpf:
    """sum z^k / (2 k + 3) = (artanh(s) - s) / s^3 at s = sqrt z."""
    if z == 0:
        return mpmath.mpf(1) / 3
    s = mpmath.sqrt(z)
    return (mpmath.atanh(s) - s) / s**3


def test_coefficients_are_those_of_the_chebyshev_interpolant() -> None:
    n, end = len(SERIES), mpmath.mpf(NEAR) ** 2
    with mpmath.workdps(60):
        nodes = [end * (1 + mpmath.cos((2 * j + 1) * mpmath.pi / (2 * n))) / 2 for j in range(n)]
        powers = mpmath.matrix([[x**k for k in range(n)] for x in nodes])
        found = mpmath.lu_solve(powers, mpmath.matrix([_artanh(x) for x in nodes]))
        assert [float(x) for x in found] == list(SERIES)
        places = mpmath.linspace(0, end, 101)
        polynomial = [mpmath.polyval([mpmath.mpf(c) for c in reversed(SERIES)], x) for x in places]
        assert max(abs(y / _artanh(x) - 1) for x, y in zip(places, polynomial, strict=True)) < 2e-16


def test_the_game_keeps_its_digits() -> None:
    """Measured: 2 eps of the value."""
    for x in (0.3, 1e-3, 1e-20, 1e-200):
        p, q = [1.0, x], [x, 1.0]
        p, q = (np.array(v) / sum(v) for v in (p, q))
        found = D.gan_divergence(p, q, backend="compiled")
        assert found == pytest.approx(float(D.gan_divergence(p, q)), rel=8 * EPS, abs=0)
    assert D.gan_divergence([0.3, 0.7], [0.3, 0.7], backend="compiled") == pytest.approx(-math.log(4), rel=2 * EPS)
    assert D.gan_divergence([1, 0], [0, 1], backend="compiled") == 0


def test_limits_are_those_of_the_blocks() -> None:
    """Missing masses, disjoint supports, Diracs and masses below the range that the kernel takes."""
    pairs = [
        ([0.5, 0.5, 0.0], [0.25, 0.25, 0.5]), ([0.25, 0.25, 0.5], [0.5, 0.5, 0.0]), ([1.0, 0.0], [0.0, 1.0]),
        ([0.5, 0.5, 0.0], [0.5, 0.5, 0.0]), ([1.0], [1.0]), ([1.0, 0.0, 0.0, 0.0], [0.0, 0.5, 0.25, 0.25]),
    ]  # fmt: skip
    for p, q in pairs:
        found = profile(p, q)
        for name, value in D.divergence_profile(p, q, ROWS).items():
            assert found[name] == pytest.approx(float(value), rel=4 * EPS, abs=0), (name, p, q)
    assert profile([1.0, 0.0], [0.0, 1.0]) == {
        name: value.item() for name, value in D.divergence_profile([1.0, 0.0], [0.0, 1.0], ROWS).items()
    }


def test_masses_too_small_for_the_kernel_are_left_to_the_blocks() -> None:
    for least in (5e-324, 1e-310, LEAST / 2):
        p, q = np.array([[1.0, least], [0.5, 0.5], [1.0, 0.0]]), np.array([[0.5, 0.5], [1.0, least], [1.0, least]])
        found = profile(p, q)
        for name, values in D.divergence_profile(p, q, ROWS).items():
            assert found[name].tolist() == values.tolist(), name


def test_symmetry_is_exact() -> None:
    for p, q in battery(seed=43, count=90, largest=60):
        forth, back = profile(p, q), profile(q, p)
        for name in ("js", "gan", "tv", "jeffreys", "le_cam", "squared_hellinger"):
            assert forth[name] == back[name]


def test_shapes_are_those_of_the_blocks() -> None:
    def same(p, q, **options) -> None:
        found, expected = kl(p, q, **options), D.kl_divergence(p, q, **options)
        assert type(found) is type(expected) and found.dtype == expected.dtype
        np.testing.assert_allclose(found, expected, rtol=8 * EPS, strict=True)

    same(P, Q)
    same(P[0, 0], Q[0, 0])
    same(P[:, 0], Q[0, 0])
    same(P[:, None], Q[0])
    same(P, Q, keepdims=True, base=2)
    same(P[:, 0], Q[:, 1], pairwise=True)
    same(P, Q[:, 0], pairwise=True)
    for axis in (0, 1, -2):
        same(np.moveaxis(P, -1, axis), np.moveaxis(Q, -1, axis), axis=axis)
    same(np.empty((0, 2)), np.array([0.5, 0.5]))
    same([1, 0], [0.5, 0.5])
    same(np.asfortranarray(P), Q[::-1])
    same(P.astype(">f8"), Q)
    fixed = P.copy()
    fixed.setflags(write=False)
    same(fixed, Q)


def test_many_blocks_are_one_batch() -> None:
    p, q = RNG.dirichlet(np.ones(100), (2, 3001))
    found = kl(p, q)
    np.testing.assert_allclose(found, D.kl_divergence(p, q), rtol=8 * EPS)
    assert found[[0, 1310, 3000]].tolist() == [float(kl(p[i], q[i])) for i in (0, 1310, 3000)]


def test_other_shapes_make_no_new_code() -> None:
    kl(P, Q)
    with torch._dynamo.config.patch(error_on_recompile=True):
        for shape in ((1, 5), (2, 3), (7, 6), (40, 31), (3, 127)):
            p, q = RNG.dirichlet(np.ones(shape[1]), (2, shape[0]))
            np.testing.assert_allclose(kl(p, q), D.kl_divergence(p, q), rtol=8 * EPS)


@pytest.mark.parametrize("dtype", [np.float16, np.float32])
def test_lower_precisions_are_computed_in_double(dtype: type) -> None:
    p, q = np.array([0.25, 0.75], dtype=dtype), np.array([0.375, 0.625], dtype=dtype)
    assert kl(p, q).dtype == dtype
    assert kl(p, q) == D.kl_divergence(p, q)
    half = np.full(30, 1 / 30, dtype=dtype)
    assert kl(half, half) == 0


def test_tensors_in_tensors_out() -> None:
    p, q = torch.from_numpy(P), torch.from_numpy(Q)
    found = kl(p, q)
    assert isinstance(found, torch.Tensor) and found.dtype == torch.float64
    np.testing.assert_array_equal(found.numpy(), kl(P, Q))
    assert kl(p.bfloat16(), q.bfloat16(), normalize=True).dtype == torch.bfloat16


def test_logarithms_and_sums_to_be_divided_by() -> None:
    for options, p, q in (
        ({"log": True}, np.log(P), np.log(Q)),
        ({"normalize": True}, 3 * P, 7 * Q),
        ({"log": True, "normalize": True}, np.log(P) + 3, np.log(Q) - 5),
    ):
        np.testing.assert_allclose(kl(p, q, **options), D.kl_divergence(p, q, **options), rtol=8 * EPS)
    with np.errstate(divide="ignore"):
        logs = np.log([[0.5, 0.5, 0.0], [0.0, 0.5, 0.5]])
    assert kl(logs, logs[::-1], log=True).tolist() == [INF, INF]


@pytest.mark.parametrize(
    ("p", "message"),
    [
        ([1.5, -0.5], r"p has the mass -0.5 at position \(1,\), which is negative"),
        ([math.nan, 0.5], "p has the mass nan"),
        ([INF, 0.5], "p has the mass inf"),
        ([0.5, 0.25], "p sums to 0.75, not to 1 within"),
        ([0.5, 0.5 + 4e-14], "p sums to"),
        ([0.0, 0.0], "p sums to 0.0"),
        ([-1.3862943611198906, -0.2876820724517809], "p holds log-probabilities"),
        ([0.25, 0.25, 0.5], "the last axes, 3 and 2 masses long"),
        ([], "p is empty"),
    ],
)
def test_refusals_are_those_of_the_blocks(p: list, message: str) -> None:
    fine = [0.5, 0.5]
    with pytest.raises(ValueError, match=message):
        kl(p, fine)
    with pytest.raises(ValueError, match=message.replace("p ", "q ").replace("3 and 2", "2 and 3")):
        kl(fine, p)


def test_what_has_no_compiled_form_says_so() -> None:
    for name, call in {
        "alpha.3.": lambda: D.alpha_divergence(P, Q, alpha=3, backend="compiled"),
        "renyi.2.": lambda: D.renyi_divergence(P, Q, alpha=2, backend="compiled"),
        "cross_entropy": lambda: D.cross_entropy(P, Q, backend="compiled"),
        "hockey_stick": lambda: D.hockey_stick_divergence(P, Q, gamma=2, backend="compiled"),
        "mine": lambda: D.f_divergence(
            P, Q, D.generator(lambda u: (u - 1) ** 2, at_zero=1, slope_at_infinity=INF, name="mine"), backend="compiled"
        ),
    }.items():
        with pytest.raises(ValueError, match=f"backend = 'compiled' has no {name}.*leave the backend out"):
            call()
    for call in (D.mutual_information, D.generalized_jensen_shannon_divergence, D.entropy):
        with pytest.raises(TypeError, match="option 'backend' is unknown here"):
            call(P, backend="compiled")
    for backend in ("numba", None, ["compiled"]):
        with pytest.raises(ValueError, match=r"backend = .*; pass one of 'blocks', 'compiled'"):
            D.kl_divergence(P, Q, backend=backend)


def test_gradients_are_refused() -> None:
    p, q = torch.from_numpy(P).requires_grad_(), torch.from_numpy(Q)
    with pytest.raises(ValueError, match=r"p requires a gradient, which backend = 'compiled' .*p.detach\(\)"):
        kl(p, q)
    with pytest.raises(ValueError, match="q requires a gradient"):
        kl(q, p)
    with torch.no_grad():
        assert torch.equal(kl(p, q), kl(p.detach(), q))


def test_a_missing_compiler_is_named_with_the_remedy(tmp_path: Path) -> None:
    code = "import divergences as D; D.total_variation_distance([1, 0], [0.5, 0.5], backend='compiled')"
    environment = {**os.environ, "CXX": "no-such-compiler", "TORCHINDUCTOR_CACHE_DIR": str(tmp_path)}
    done = subprocess.run([sys.executable, "-c", code], env=environment, capture_output=True, text=True, check=False)
    last = done.stderr.strip().splitlines()[-1]
    assert last.startswith("RuntimeError: backend = 'compiled' could not make its code: ")
    assert "no-such-compiler" in last and "install one, such as g++, or name yours in the environment" in last


@pytest.mark.skipif(not torch.cuda.is_available(), reason="no CUDA device")
def test_the_same_numbers_on_an_accelerator() -> None:
    p, q = RNG.dirichlet(np.ones(300), (2, 50))
    found = D.divergence_profile(*(torch.from_numpy(x).cuda() for x in (p, q)), ROWS, backend="compiled")
    for name, values in D.divergence_profile(p, q, ROWS).items():
        assert found[name].device.type == "cuda"
        np.testing.assert_allclose(found[name].cpu().numpy(), values, rtol=16 * EPS)
