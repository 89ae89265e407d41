"""What is refused, one by one: the message names the argument, what was found, where, and what to do."""

import re
import subprocess
import sys

import numpy as np
import pytest
import scipy.sparse
import torch

from divergences import (
    ROWS,
    alpha_divergence,
    divergence,
    f_divergence,
    kl_divergence,
    weighted_jensen_shannon_divergence,
)
from tests.nonsense import NESTED

FINE = [0.5, 0.5]

TYPES = [
    (np.array([True, False]), "p has dtype bool"),
    ([0.5 + 0j, 0.5], "p has dtype complex128"),
    (np.array([0.5, 0.5], dtype=object), "p has dtype object"),
    (["0.5", "0.5"], "p has dtype <U3"),
    (None, "p is of type NoneType; pass an array"),
    ({0: 0.5, 1: 0.5}, r"p is of type dict; .*list\(p.values\(\)\) of a dict"),
    ((x for x in (0.5, 0.5)), r"p is of type generator; .*list\(p\) of an iterator"),
    (scipy.sparse.coo_array(np.eye(2)), r"p is of type coo_array; .*p.toarray\(\) of a sparse"),
    (np.ma.masked_array([0.5, 0.5], mask=[0, 1]), "p is a masked array.*filled"),
    ([[0.5, 0.5], np.ma.masked_array([0.5, 0.5], mask=[0, 1])], "p is a masked array.*filled"),
    (NESTED, r"p .* layout nested; .*p.to_padded_tensor\(0.0\)"),
    (torch.tensor([0.5, 0.5]).to(torch.float8_e5m2), "p has dtype torch.float8_e5m2; .* 16 to 64 bits"),
    (torch.tensor([0.5, 0.5], device="meta"), "p lies on meta, where tensors have no entries"),
    pytest.param(
        np.array([0.5, 0.5], dtype=np.longdouble),
        "at most 64 bits",
        marks=pytest.mark.skipif(np.dtype(np.longdouble).itemsize == 8, reason="no extended precision here"),
    ),
]
VALUES = [
    (0.5, r"p is the single number 0.5; pass a vector"),
    ([], r"p is empty \(shape \(0,\)\)"),
    (np.empty((3, 0)), r"p is empty \(shape \(3, 0\)\)"),
    ([[0.5, 0.5], [1.0]], "p is not a rectangular array"),
    ([1.5, -0.5], r"p has the mass -0.5 at position \(1,\), which is negative; masses are at least 0"),
    ([[0.5, 0.5], [-1e-300, 1.0]], r"p has the mass -1e-300 at position \(1, 0\), which is negative"),
    ([np.nan, 1.0], r"p has the mass nan at position \(0,\), which is not a number"),
    ([np.inf, 0.5], r"p has the mass inf at position \(0,\), which is infinite"),
    ([-np.inf, np.inf], r"p has the mass -inf at position \(0,\), which is infinite"),
    ([0.5, 0.4], r"p sums to 0.9, not to 1 within 3.6e-15; pass normalize=True"),
    ([[0.5, 0.5], [0.5, 0.6]], r"p sums to 1.1 at position \(1,\), not to 1"),
    ([0.5, 0.5 + 1e-14], "p sums to 1.0000000000000"),
    ([0.0, 0.0], "p sums to 0.0, not to 1"),
    ([3, 1], "p sums to 4.0, not to 1"),
    (np.log([0.25, 0.75]), r"p holds log-probabilities.*pass log=True or np.exp\(p\)"),
    ([-np.inf, 0.0], "p holds log-probabilities"),
    (np.log(np.float32([0.25, 0.75])), "p holds log-probabilities"),
    (np.log([0.3, 0.7]).astype(np.float16), "p holds log-probabilities"),
    (np.array([[0.25, 0.5], [0.75, 0.5]]), r"p sums to 0.75 at position \(0,\); .* so pass axis=0"),
    (np.log([[0.25, 0.5], [0.75, 0.5]]), r"p has the mass -1.38\S+ at position \(0, 0\), which is negative"),
    ([[1.0, 1.0]], r"p sums to 2.0 at position \(0,\), not to 1"),
]


TRANSPOSED = np.array([[[0.25, 0.5], [0.5, 0.5], [0.25, 0.0]]])  # masses along the middle axis


@pytest.mark.parametrize(
    ("values", "options", "message"),
    [
        (TRANSPOSED, {}, r"p sums to 0.75 at position \(0, 0\); along axis 1 the masses sum to 1, so pass axis=1"),
        (TRANSPOSED, {"axis": 0}, r"p sums to 0.25 at position \(0, 0\); along axis 1 the masses sum to 1"),
        (TRANSPOSED[0], {"axis": -1}, "along axis 0 the masses sum to 1, so pass axis=0"),
        (TRANSPOSED[0].T, {"axis": 0}, "along axis 1 the masses sum to 1, so pass axis=1"),
        (torch.tensor(TRANSPOSED), {}, "along axis 1 the masses sum to 1, so pass axis=1"),
        (TRANSPOSED[0].astype(np.float16), {}, "along axis 0 the masses sum to 1, so pass axis=0"),
        (
            np.log([[0.25, 0.5], [0.75, 0.5]]),
            {"log": True},
            r"exp\(p\) sums to 0.75.*; along axis 0 the masses sum to 1",
        ),
        (TRANSPOSED * 1.05, {}, "not to 1 within 3.6e-15; pass normalize=True"),
    ],
)
def test_masses_along_another_axis(values, options: dict, message: str) -> None:
    with pytest.raises(ValueError, match=message):
        kl_divergence(values, values, **options)


@pytest.mark.parametrize(
    ("logs", "message"),
    [
        (np.array([200, 0], dtype=np.float16), r"exp\(p\) sums to 7.2\S+e\+86, not to 1"),
        ([1e308, 1e308], r"exp\(p\) sums to inf, not to 1"),
        (torch.tensor([9.0, 0.0], dtype=torch.bfloat16), r"exp\(p\) sums to 8104"),
    ],
)
def test_large_logarithms_do_not_widen_their_own_allowance(logs, message: str) -> None:
    with pytest.raises(ValueError, match=message):
        kl_divergence(logs, logs, log=True)


@pytest.mark.parametrize(("value", "message"), TYPES)
def test_wrong_types(value, message: str) -> None:
    with pytest.raises(TypeError, match=message):
        kl_divergence(value, FINE)
    with pytest.raises(TypeError, match=message.replace("p ", "q ", 1).split(";")[0]):
        kl_divergence(FINE, value)


@pytest.mark.parametrize(("value", "message"), VALUES)
def test_wrong_values(value, message: str) -> None:
    for row in ROWS:
        with pytest.raises(ValueError, match=message):
            f_divergence(value, FINE, row)
    with pytest.raises(ValueError, match=message.replace("p ", "q ", 1).replace(r"\(p\)", r"\(q\)")):
        kl_divergence(FINE, value)


@pytest.mark.parametrize(
    ("p", "q", "message"),
    [
        (
            FINE,
            [0.25, 0.25, 0.5],
            r"shape \(2,\) and q has shape \(3,\): the last axes, 2 and 3 masses long, must .*axis=",
        ),
        (np.ones((3, 1)), np.full((1, 3), 1 / 3), r"shape \(3, 1\) and q has shape \(1, 3\): the last axes, 1 and 3"),
        ([1.0], [0.5, 0.5], "the last axes, 1 and 2"),
        (np.ones((3, 1)), np.ones((2, 1)), r"batch shapes \(3,\) and \(2,\) do not broadcast"),
    ],
)
def test_shapes_that_do_not_fit(p, q, message: str) -> None:
    with pytest.raises(ValueError, match=message):
        kl_divergence(p, q)


@pytest.mark.parametrize(
    ("p", "message"),
    [
        ([0.0, 0.0], "p sums to 0.0; no multiple of it sums to 1"),
        ([1e308, 1e308], "p sums to inf; no multiple"),
        ([2.0, -1.0], "is negative"),
        ([np.nan, 1.0], "is not a number"),
        ([1e300, 1e-300], "p has the mass 1e-300, which is below the range of floats once divided by the sum"),
    ],
)
def test_what_normalising_cannot_mend(p, message: str) -> None:
    with pytest.raises(ValueError, match=message):
        kl_divergence(p, FINE, normalize=True)


def test_a_half_precision_vector_of_zeros_is_no_distribution() -> None:
    """At 200 atoms the allowance of float16 exceeds one."""
    zeros = np.zeros(200, dtype=np.float16)
    with pytest.raises(ValueError, match=r"p sums to 0\.0"):
        kl_divergence(zeros, zeros)


def test_an_estimate_names_its_own_arguments() -> None:
    with pytest.raises(ValueError, match=r"P sums to 0\.9"):
        divergence([0.5, 0.4], FINE, "kl")
    with pytest.raises(ValueError, match=r"Q has shape \(1, 2\); pass one vector"):
        divergence(FINE, [FINE], "kl")
    with pytest.raises(ValueError, match="row 'hellinger' is unknown"):
        divergence(FINE, FINE, "hellinger")


def test_arrays_leave_torch_unloaded() -> None:
    code = """
import sys
import divergences
assert not {"torch", "hypothesis", "scipy"} & set(sys.modules)
divergences.kl_divergence([0.5, 0.5], [0.5, 0.5])
divergences.renyi_divergence([[0.5, 0.5]], [[0.5, 0.5]], alpha=2, normalize=True, pairwise=True)
divergences.mutual_information([[0.5, 0.5]])
assert not {"torch", "hypothesis", "scipy"} & set(sys.modules)
"""
    subprocess.run([sys.executable, "-c", code], check=True, timeout=60)


@pytest.mark.parametrize("alpha", [np.nan, np.inf, -np.inf, 1e308, -1e308])
def test_alpha_has_to_be_finite(alpha: float) -> None:
    with pytest.raises(ValueError, match=f"alpha = {re.escape(str(alpha))}; pass a finite number"):
        alpha_divergence(FINE, FINE, alpha=alpha)


@pytest.mark.parametrize("weight", [-0.1, 0.0, 1.0, 1.5, np.nan, np.inf, 1e-17])
def test_a_weight_lies_between_0_and_1(weight: float) -> None:
    with pytest.raises(ValueError, match=f"weight = {weight}"):
        weighted_jensen_shannon_divergence(FINE, FINE, weight=weight)


@pytest.mark.parametrize("value", [True, "0.5", None, 1j])
def test_parameters_are_real_numbers(value) -> None:
    with pytest.raises(TypeError, match=r"alpha is .*pass a real number"):
        alpha_divergence(FINE, FINE, alpha=value)
    with pytest.raises(TypeError, match=r"weight is .*pass a real number"):
        weighted_jensen_shannon_divergence(FINE, FINE, weight=value)
