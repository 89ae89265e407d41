"""Elliptical families against quantiles, samples and the normal formula; the bound of two moments."""

import math

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from scipy import stats
from scipy.integrate import quad

from optimal_transport import (
    elliptical_wasserstein_distance,
    gaussian_wasserstein_distance,
    gelbrich_bound,
    wasserstein_distance,
)
from optimal_transport.elliptical import ELLIPTICAL

PARAMETERS = {"student": 5.0, "exponential power": 0.75}
LINE = {
    "normal": stats.norm(), "student": stats.t(5), "ball": stats.uniform(-1, 2), "laplace": stats.laplace(0, 0.5**0.5),
    "exponential power": stats.gennorm(1.5, scale=2 ** (1 / 1.5)),
}  # fmt: skip
NAMES = [row.name for row in ELLIPTICAL]


def drawn(name, n, d, rng):
    """Independent copies of Z."""
    z = rng.normal(size=(n, d))
    ray = z / np.linalg.norm(z, axis=1, keepdims=True)
    if name == "student":
        return z * np.sqrt(5 / rng.chisquare(5, (n, 1)))
    if name == "laplace":
        return z * np.sqrt(rng.exponential(size=(n, 1)))
    if name == "exponential power":  # |Z|^(2s)/2 is a gamma variable with shape d/(2s)
        return ray * (2 * rng.gamma(d / 1.5, size=(n, 1))) ** (1 / 1.5)
    return {"normal": z, "sphere": ray, "ball": ray * rng.uniform(size=(n, 1)) ** (1 / d)}[name]


def distance(name, *laws):
    return elliptical_wasserstein_distance(*laws, family=name, parameter=PARAMETERS.get(name))


@pytest.mark.parametrize("name", LINE)
def test_the_line_by_quantiles(name):
    """W_2 of m + s Z and n + t Z is the root of (m - n)^2 + (s - t)^2 Var Z, which is an integral over quantiles."""
    truth = math.hypot(1.0, 3 * math.sqrt(2 * quad(lambda u: LINE[name].ppf(u) ** 2, 0.5, 1, limit=200)[0]))
    found = distance(name, [0.0], [[1.0]], [1.0], [[16.0]])
    assert found == pytest.approx(truth, rel=5e-11)  # 5.4e-12 measured, the quadrature
    assert found != pytest.approx(1.01 * truth, rel=1e-3)


@pytest.mark.parametrize("name", NAMES)
@pytest.mark.parametrize("d", [1, 2, 5])
def test_the_variance_of_every_row(name, d):
    squares = (drawn(name, 40_000, d, np.random.default_rng(d)) ** 2).mean(axis=1)
    row = next(row for row in ELLIPTICAL if row.name == name)
    found = row.variance(d, PARAMETERS.get(name, 0.0))
    assert abs(squares.mean() - found) <= 5 * squares.std() / 200 + 1e-12  # five standard errors


@pytest.mark.parametrize("name", NAMES)
def test_the_linear_map_costs_what_the_formula_says(name):
    """On samples T z = M z, M symmetric and positive, is optimal; its cost tends to the formula."""
    rng = np.random.default_rng(3)
    root = rng.normal(size=(2, 2))
    m = root @ root.T + np.eye(2)
    z = drawn(name, 100_000, 2, rng)
    costs = ((z - z @ m - [1.0, 0.0]) ** 2).sum(axis=1)
    found = distance(name, [0.0, 0.0], np.eye(2), [1.0, 0.0], m @ m)
    assert abs(costs.mean() - found**2) <= 5 * costs.std() / math.sqrt(100_000)
    few = z[:80]
    assert wasserstein_distance(few, few @ m + [1.0, 0.0], p=2) == pytest.approx(
        math.sqrt(costs[:80].mean()), rel=1e-12
    )


def test_limits():
    a, b = np.diag([1.0, 4.0]), np.diag([9.0, 1.0])
    normal = gaussian_wasserstein_distance([0, 0], a, [1, 2], b)
    assert distance("normal", [0, 0], a, [1, 2], b) == pytest.approx(normal, rel=1e-15)
    laws = [0, 0], a, [1, 2], b
    assert elliptical_wasserstein_distance(*laws, family="student", parameter=1e12) == pytest.approx(normal, rel=1e-11)
    assert elliptical_wasserstein_distance(*laws, family="exponential power", parameter=1.0) == pytest.approx(
        normal, rel=1e-14
    )
    assert elliptical_wasserstein_distance(*laws, family="exponential power", parameter=1e9) == pytest.approx(
        distance("ball", *laws), rel=1e-8
    )


def moments(z):
    return z.mean(axis=0), np.cov(z.T, bias=True).reshape(z.shape[1], z.shape[1])


@given(st.integers(0, 2**32), st.integers(1, 3))
def test_any_two_laws_are_at_least_as_far_as_their_moments_say(seed, d):
    rng = np.random.default_rng(seed)
    x, y = (rng.normal(size=(rng.integers(1, 9), d)) ** 3 for _ in range(2))
    found = gelbrich_bound(*moments(x), *moments(y))
    assert found.kind == "lower bound"
    assert found.low <= wasserstein_distance(x, y, p=2, tolerance=1.0)


def test_the_bound_is_sharp_and_five_percent_more_is_none():
    rng = np.random.default_rng(4)
    x = rng.normal(size=(50, 3)) ** 3
    root = rng.normal(size=(3, 3))
    y = x @ (root @ root.T + np.eye(3)) + 1
    truth = wasserstein_distance(x, y, p=2)
    found = gelbrich_bound(*moments(x), *moments(y))
    assert found.value == pytest.approx(truth, rel=1e-14)  # 1.1e-15 measured
    assert found.low <= truth < 1.05 * found.low


TWO = {"mean1": [0, 0], "scatter1": np.eye(2), "mean2": [0, 0], "scatter2": np.eye(2), "family": "student"}


@pytest.mark.parametrize(("arguments", "error", "message"), [
    ({}, ValueError, "'student' needs a parameter above 2"),
    ({"parameter": 2.0}, ValueError, "parameter must be finite and > 2, found 2.0"),
    ({"parameter": math.nan}, ValueError, "parameter must be finite and > 2"),
    ({"parameter": math.inf}, ValueError, "parameter must be finite"),
    ({"parameter": "3"}, TypeError, "parameter is '3'"),
    ({"family": "normal", "parameter": 3.0}, ValueError, "'normal' takes no parameter"),
    ({"family": "exponential power", "parameter": 0.0}, ValueError, "parameter must be finite and > 0"),
    ({"family": "studnet"}, ValueError, "did you mean 'student'"),
    ({"family": 3}, TypeError, "family must be a string"),
    ({"parameter": 3.0, "scatter1": -np.eye(2)}, ValueError, "scatter1 must have variances >= 0, found -1.0"),
    ({"parameter": 3.0, "scatter2": np.eye(3)}, ValueError, r"scatter2 must have shape \(2, 2\)"),
    ({"parameter": 3.0, "mean1": [1.7e308, 0], "mean2": [-1.7e308, 0]}, ValueError, "overflows"),
    ({"parameter": 3.0, "mean1": [0, 0, 0]}, ValueError, "dimensions 3 and 2"),
])  # fmt: skip
def test_bad_input_is_named(arguments, error, message):
    with pytest.raises(error, match=message):
        elliptical_wasserstein_distance(**{**TWO, **arguments})
