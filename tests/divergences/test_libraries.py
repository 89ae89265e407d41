"""Arrays of other libraries: jax's and those of array-api-strict, through the functions and in the formulas."""

import array_api_strict as strict
import jax
import jax.numpy as jnp
import numpy as np
import pytest
import torch

from divergences import (
    divergence_profile,
    entropy,
    f_divergence,
    generalized_jensen_shannon_divergence,
    jensen_shannon_distance,
    jensen_shannon_divergence,
    kl_divergence,
    mutual_information,
    renyi_divergence,
)
from tests.laws.cases import ALL_ROWS

RNG = np.random.default_rng(5)
P, Q = (v / v.sum(axis=1, keepdims=True) for v in RNG.dirichlet(np.full(7, 0.4), (2, 5)))
P[2] = Q[2] * (1 + 1e-9 * RNG.uniform(-1, 1, 7))
P[2] /= P[2].sum()
P[3], Q[3] = np.eye(7)[0], np.eye(7)[1]

LIBRARIES = {"strict": strict, "jax": jnp}
every_library = pytest.mark.parametrize("xp", LIBRARIES.values(), ids=LIBRARIES)
every_row = pytest.mark.parametrize("row", ALL_ROWS, ids=lambda row: row.name)


@pytest.fixture(autouse=True)
def _double():
    with jax.enable_x64(True):
        yield


def same(found: object, expected: object, xp: object) -> None:
    assert type(found) is type(xp.asarray([0.5]))
    assert found.dtype == xp.float64
    assert found.device == xp.asarray([0.5]).device
    np.testing.assert_array_equal(np.asarray(found), expected)


@every_library
@every_row
def test_values_are_those_of_numpy(xp, row) -> None:
    same(f_divergence(xp.asarray(P), xp.asarray(Q), row), f_divergence(P, Q, row), xp)
    same(f_divergence(xp.asarray(P[0]), xp.asarray(Q[0]), row), f_divergence(P[0], Q[0], row), xp)


@every_library
def test_everything_else_answers_at_home(xp) -> None:
    p, q = xp.asarray(P), xp.asarray(Q)
    same(renyi_divergence(p, q, alpha=2, pairwise=True), renyi_divergence(P, Q, alpha=2, pairwise=True), xp)
    same(jensen_shannon_distance(p, q, base=2), jensen_shannon_distance(P, Q, base=2), xp)
    same(entropy(p, keepdims=True), entropy(P, keepdims=True), xp)
    same(mutual_information(p, normalize=True), mutual_information(P, normalize=True), xp)
    weights = np.full(5, 0.2)
    expected = generalized_jensen_shannon_divergence(P, weights)
    same(generalized_jensen_shannon_divergence(p, xp.asarray(weights)), expected, xp)
    same(generalized_jensen_shannon_divergence(p), expected, xp)
    for found, value in zip(divergence_profile(p, q).values(), divergence_profile(P, Q).values(), strict=True):
        same(found, value, xp)


@pytest.mark.parametrize("dtype", ["float32", "float16", "bfloat16"])
def test_precision_of_jax_is_that_of_the_arguments(dtype) -> None:
    p, q = jnp.asarray([0.25, 0.75], dtype=dtype), jnp.asarray([0.5, 0.5], dtype=dtype)
    found = kl_divergence(p, q)
    assert found.dtype == jnp.dtype(dtype)
    assert found == jnp.asarray(kl_divergence([0.25, 0.75], [0.5, 0.5])).astype(dtype)


def test_jax_without_double_precision_loses_nothing_before_the_answer() -> None:
    with jax.enable_x64(False):
        p, q = jnp.asarray([0.25, 0.75]), jnp.asarray([0.25, 0.75]) * (1 + jnp.asarray([3e-6, -1e-6]))
        found = jensen_shannon_divergence(p, q, normalize=True)
        assert found.dtype == jnp.float32
        host = jensen_shannon_divergence(np.asarray(p, float), np.asarray(q, float), normalize=True)
        assert found == np.float32(host) > 0
        assert entropy(jnp.asarray([1, 0])).dtype == jnp.float32


def test_integers_answer_in_the_library_s_own_floats() -> None:
    assert kl_divergence(strict.asarray([1, 0]), strict.asarray([1, 0])).dtype == strict.float64


def test_mixed_libraries_are_refused_by_name() -> None:
    for other in (P, strict.asarray(P), torch.from_numpy(P), P.tolist()):
        with pytest.raises(TypeError, match="another argument is an array of"):
            kl_divergence(jnp.asarray(P), other)


def test_devices_must_agree() -> None:
    p = strict.asarray([0.5, 0.5])
    with pytest.raises(ValueError, match=r"and p on .*move both"):
        kl_divergence(p, strict.asarray([0.5, 0.5], device=strict.Device("device1")))


def test_traced_arrays_are_refused_with_a_remedy() -> None:
    with pytest.raises(TypeError, match=r"p is a .*Tracer.* outside of what jax.numpy compiles"):
        jax.jit(kl_divergence)(jnp.asarray(P[0]), jnp.asarray(Q[0]))
    with pytest.raises(TypeError, match=r"p is a .*Tracer"):
        jax.grad(lambda p: kl_divergence(p, jnp.asarray(Q[0])))(jnp.asarray(P[0]))


def test_bad_masses_are_named_as_ever() -> None:
    with pytest.raises(ValueError, match=r"p has the mass -0\.5"):
        kl_divergence(jnp.asarray([-0.5, 1.5]), jnp.asarray([0.5, 0.5]))
    with pytest.raises(TypeError, match="complex"):
        kl_divergence(strict.asarray([0.5j, 1.0]), strict.asarray([0.5, 0.5]))
    with pytest.raises(TypeError, match="bool"):
        kl_divergence(strict.asarray([True, False]), strict.asarray([0.5, 0.5]))


@every_row
def test_formulas_keep_to_the_array_api(row) -> None:
    """The terms and slopes themselves, on strict arrays: measured at most 1 ulp from numpy's own."""
    p, q = P.ravel(), Q.ravel()
    with np.errstate(all="ignore"):
        expected = row.integrand(p, q, q - p), *row.slopes(p, q, q - p)
        own = [strict.asarray(part) for part in (p, q, q - p)]
        found = row.integrand(*own), *row.slopes(*own)
    for part, other in zip(found, expected, strict=True):
        np.testing.assert_array_max_ulp(np.asarray(part), other, maxulp=1)


@every_row
def test_formulas_compile_under_jax(row) -> None:
    """On positive masses, as XLA takes what is below 2^-1022 for zero; measured at most 8e-16 of a term apart."""
    positive = (P > 0) & (Q > 0)
    p, q = P[positive], Q[positive]
    found = np.asarray(jax.jit(row.integrand)(*(jnp.asarray(part) for part in (p, q, q - p))))
    np.testing.assert_allclose(found, row.integrand(p, q, q - p), rtol=5e-15, atol=0)
