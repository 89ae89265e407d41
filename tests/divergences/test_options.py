"""The options of every function: what they mean, that all take them, and that batches are the sum of their rows."""

import math
from functools import partial

import numpy as np
import pytest

import divergences as D
from tests.divergences.reference import EPS, battery
from tests.divergences.test_exact import NAMED
from tests.divergences.test_names import MORE

PAIRED = {
    **NAMED,
    **{name: function for name, function in MORE.items() if name != "entropy"},
    "hockey_stick": partial(D.hockey_stick_divergence, gamma=1.5),
    "hellinger": D.hellinger_distance,
    "js distance": D.jensen_shannon_distance,
    "game": D.gan_divergence,
}
every = pytest.mark.parametrize("name", PAIRED)
RNG = np.random.default_rng(30)
P, Q = RNG.dirichlet(np.ones(4), (3, 2)), RNG.dirichlet(np.ones(4), (3, 2))


@every
def test_axis_moves_the_masses(name: str) -> None:
    function, plain = PAIRED[name], PAIRED[name](P, Q)
    for axis in (0, 1, 2, -3, -2, -1):
        p, q = (np.moveaxis(x, -1, axis) for x in (P, Q))
        assert function(p, q, axis=axis).tolist() == plain.tolist()
        assert function(p, q, axis=axis, keepdims=True).tolist() == np.expand_dims(plain, axis).tolist()
    assert function(P[0, 0], Q[0, 0], keepdims=True).shape == (1,)


@every
def test_pairs_of_rows(name: str) -> None:
    function, rows = PAIRED[name], Q[:, 0]
    found = function(P[:, 1], rows, pairwise=True)
    assert found.tolist() == [[float(function(p, q)) for q in rows] for p in P[:, 1]]
    assert function(P, Q, pairwise=True).shape == (3, 2, 2)
    assert function(P[:, 1].T, rows.T, pairwise=True, axis=0).tolist() == found.tolist()
    assert function(P, rows, pairwise=True).shape == (3, 2, 3)


@every
def test_normalising(name: str) -> None:
    function = PAIRED[name]
    np.testing.assert_allclose(function(3 * P, 7 * Q, normalize=True), function(P, Q), rtol=20 * EPS)


@every
def test_logarithms(name: str) -> None:
    """An ulp of a logarithm near -575 is 512 eps of its mass, and chi2 and its like have its square."""
    function = PAIRED[name]
    for p, q in battery(seed=31, count=27):
        p, q = (np.where(x > 1e-250, x, 0) for x in (p, q))
        with np.errstate(divide="ignore"):
            logs = np.log(p), np.log(q)
        found, plain = float(function(*logs, log=True)), float(function(p, q))
        assert found == plain or abs(found - plain) <= 3000 * EPS * (1 + abs(plain))
        moved = function(logs[0] + 5.0, logs[1] - 300.0, log=True, normalize=True)
        assert moved == plain or abs(float(moved) - plain) <= 1e4 * EPS * (1 + abs(plain))


def test_logarithms_keep_their_digits_near_equality() -> None:
    """The difference of the masses comes from the difference of the logarithms."""
    logs = np.log([0.25, 0.75])
    other = logs + 1e-9 * np.array([3.0, -1.0])
    gap = other - logs
    first_order = float((np.exp(logs) * gap**2).sum() / 2 - (np.exp(logs) * gap).sum() ** 2 / 2)
    assert D.kl_divergence(logs, other, log=True, normalize=True) == pytest.approx(first_order, rel=1e-8)
    assert D.kl_divergence(logs + 4, logs - 4, log=True, normalize=True) < 1e-30


@every
def test_base_divides_what_has_a_unit(name: str) -> None:
    function = PAIRED[name]
    if name in ("chi2", "neyman_chi2", "squared_hellinger", "le_cam", "tv", "hockey_stick", "hellinger") or (
        name.startswith("alpha")
    ):
        with pytest.raises(ValueError, match="base = 2, but this number has no unit"):
            function(P, Q, base=2)
    else:
        power = 0.5 if name == "js distance" else 1
        np.testing.assert_allclose(function(P, Q, base=2) * math.log(2) ** power, function(P, Q), rtol=4 * EPS)
        assert function(P, Q, base=None).tolist() == function(P, Q).tolist()


def test_the_largest_value_is_a_round_number_of_bits() -> None:
    assert D.jensen_shannon_divergence([1, 0], [0, 1], base=2) == 1
    assert D.kl_divergence([1, 0], [0.5, 0.5], base=2) == 1
    assert D.entropy(np.full(8, 1 / 8), base=2) == 3


def test_entropies_take_the_options_of_one_vector() -> None:
    p = np.moveaxis(P, -1, 0)
    assert D.entropy(p, axis=0).tolist() == D.entropy(P).tolist()
    assert D.entropy(p, axis=0, keepdims=True).shape == (1, 3, 2)
    assert D.entropy(np.log(P), log=True) == pytest.approx(D.entropy(P), rel=16 * EPS)
    assert D.entropy([1, 1], normalize=True, base=2) == 1


def test_a_profile_is_its_rows() -> None:
    found = D.divergence_profile(P, Q)
    assert list(found) == [row.name for row in D.ROWS]
    for name, values in found.items():
        assert values.tolist() == D.f_divergence(P, Q, name).tolist()
    bits = D.divergence_profile(P, Q, ["kl", "js"], base=2, keepdims=True)
    assert bits["js"].tolist() == D.jensen_shannon_divergence(P, Q, base=2, keepdims=True).tolist()


def test_a_profile_in_bits_leaves_pure_numbers_alone() -> None:
    found = D.divergence_profile([1, 0], [0, 1], ["js", "tv"], base=2)
    assert found == {"js": 1.0, "tv": 1.0}


def test_float_dtypes_pass_through_every_option() -> None:
    p, q = P.astype(np.float32), Q.astype(np.float32)
    for options in ({"pairwise": True}, {"keepdims": True}, {"base": 2}, {"normalize": True}):
        assert D.kl_divergence(p, q, **options).dtype == np.float32
    assert D.kl_divergence(np.log(p), np.log(q), log=True).dtype == np.float32
