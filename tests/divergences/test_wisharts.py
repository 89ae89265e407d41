"""Wishart laws against 120 digits, whatever the condition of their scale matrices, and against what they reduce to."""

import math

import mpmath
import numpy as np
import pytest
import torch
from scipy import stats

from divergences import divergence, row
from divergences.laws.charts import common_family
from divergences.laws.closed_forms import closed_form
from divergences.laws.multivariate import wishart_law
from tests.divergences.textbook import POWERS, error, scale_pair, textbook

LIMIT = 4.0  # eps; measured: 1.6


def worst(P, Q, rows=POWERS, digits: int = 120) -> float:
    """The largest error over rows, in eps."""
    return max(error(closed_form(*common_family(P, Q), r), textbook(P, Q, r, digits)) for r in rows)


@pytest.mark.parametrize("condition", [1e4, 1e8, 1e12])
@pytest.mark.parametrize("closeness", [math.inf, 1e-2, 1e-9])
def test_no_condition_costs_a_digit(condition: float, closeness: float) -> None:
    rng = np.random.default_rng(7)
    S, T = scale_pair(rng, 4, closeness, condition)
    P, Q = wishart_law(7.5, S, "P"), wishart_law(7.5 if closeness < 1 else 9.25, T, "Q")
    assert worst(P, Q) < LIMIT


@pytest.mark.parametrize("d", [8, 15])
def test_many_dimensions_of_the_worst_condition(d: int) -> None:
    S, T = scale_pair(np.random.default_rng(1), d, condition=1e14)
    assert worst(wishart_law(d + 1, S, "P"), wishart_law(d + 2, T, "Q"), [row("kl"), row("squared_hellinger")]) < LIMIT


@pytest.mark.parametrize("step", [1.0, 1e-4, 1e-9, 1e-14])
@pytest.mark.parametrize("freedom", [2.0 + 2.0**-40, 3.0, 1e3, 1e9])
def test_nearly_equal_degrees_of_freedom(freedom: float, step: float) -> None:
    """Of one scale matrix, and of means that agree, where only the shapes differ."""
    S = scale_pair(np.random.default_rng(8), 3)[0]
    other = freedom * (1 + step)
    P = wishart_law(freedom, S, "P")
    assert worst(P, wishart_law(other, S, "Q")) < LIMIT
    assert worst(P, wishart_law(other, S * (freedom / other), "Q")) < LIMIT


def test_scales_from_tiny_to_huge() -> None:
    S, T = np.diag([1e-200, 1.0, 1e200]), np.diag([2e-200, 1.0, 3e200])
    S[0, 2] = S[2, 0] = 0.5
    assert worst(wishart_law(5, S, "P"), wishart_law(4, T, "Q"), [row("kl"), row("jeffreys")], 1000) < LIMIT


def test_a_twin_one_percent_off_is_noticed() -> None:
    """The wrong twin: degrees of freedom, or one entry of a scale matrix, a hundredth off."""
    S, T = scale_pair(np.random.default_rng(9), 3)
    P, Q = wishart_law(6, S, "P"), wishart_law(5, T, "Q")
    for near in (wishart_law(5.05, T, "Q"), wishart_law(5, T * (1 + 0.01 * np.eye(3)), "Q")):
        assert error(closed_form(*common_family(P, near), row("kl")), textbook(P, Q, row("kl"))) > 1e12


def test_of_one_dimension_they_are_gamma_laws() -> None:
    P, Q = stats.wishart(3.5, 2.0), stats.wishart(4.0, 0.75)
    gammas = stats.gamma(1.75, scale=4.0), stats.gamma(2.0, scale=1.5)
    for r in POWERS:
        assert divergence(P, Q, r).value == pytest.approx(divergence(*gammas, r).value, rel=4e-15)


def test_of_equal_freedom_they_are_as_many_normal_laws() -> None:
    """A sum of n outer products: KL is n times that of the summands, and what data processing allows is reached."""
    S, T = scale_pair(np.random.default_rng(10), 3)
    one = divergence(stats.multivariate_normal(np.zeros(3), S), stats.multivariate_normal(np.zeros(3), T), "kl")
    assert divergence(stats.wishart(7, S), stats.wishart(7, T), "kl").value == pytest.approx(7 * one.value, rel=1e-14)


def test_draws_of_scipy_agree() -> None:
    """The mean of log p - log q over scipy's own draws.."""
    S, T = scale_pair(np.random.default_rng(11), 2)
    P, Q = stats.wishart(5, S), stats.wishart(6, T)
    x = np.moveaxis(P.rvs(20_000, random_state=np.random.default_rng(12)), 0, -1)
    ratios = P.logpdf(x) - Q.logpdf(x)
    assert abs(ratios.mean() - divergence(P, Q, "kl").value) < 4 * ratios.std() / math.sqrt(len(ratios))


def test_torch_and_scipy_agree() -> None:
    S, T = scale_pair(np.random.default_rng(13), 3)
    laws = [
        torch.distributions.Wishart(torch.tensor(n, dtype=torch.float64), torch.tensor(C)) for n, C in ((5, S), (6, T))
    ]
    found = divergence(*laws, "kl")
    assert found.value == pytest.approx(divergence(stats.wishart(5, S), stats.wishart(6, T), "kl").value, rel=1e-13)
    assert float(torch.distributions.kl_divergence(*laws).detach()) == pytest.approx(found.value, rel=1e-12)


@pytest.mark.parametrize(
    ("P", "Q", "name"),
    [
        (stats.wishart(2, np.eye(2) * 2), stats.wishart(2, np.eye(2)), "chi2"),  # 2 S^-1 - T^-1 vanishes
        (stats.wishart(2, np.diag([3.0, 1.0])), stats.wishart(2, np.eye(2)), "chi2"),
        (stats.wishart(2, np.eye(2)), stats.wishart(2, np.diag([3.0, 1.0])), "neyman_chi2"),
        (stats.wishart(2, np.eye(2)), stats.wishart(3, np.eye(2)), "chi2"),  # m = 1 = d - 1
    ],
)
def test_infinite_outside_the_natural_domain(P, Q, name: str) -> None:
    found = divergence(P, Q, name)
    assert (found.value, found.low, found.method) == (math.inf, math.inf, "closed form")


def test_finite_just_inside_the_natural_domain() -> None:
    for P, Q in (
        (wishart_law(2, np.eye(2) * (2 - 2.0**-40), "P"), wishart_law(2, np.eye(2), "Q")),
        (wishart_law(2, np.eye(2), "P"), wishart_law(3 - 2.0**-40, np.eye(2), "Q")),
    ):
        assert 1e6 < closed_form(*common_family(P, Q), row("chi2")).value < math.inf
        assert worst(P, Q, [row("chi2")]) < LIMIT


def test_equal_laws_have_no_divergence() -> None:
    S = scale_pair(np.random.default_rng(14), 3)[0]
    for r in [*POWERS, row("js"), row("tv")]:
        assert divergence(stats.wishart(5, S), stats.wishart(5, S), r).value == 0


def test_ends_hold_the_truth() -> None:
    S, T = scale_pair(np.random.default_rng(15), 3)
    P, Q = (5, S), (6, T)
    for r in POWERS:
        found = divergence(stats.wishart(*P), stats.wishart(*Q), r)
        truth = textbook(wishart_law(*P, "P"), wishart_law(*Q, "Q"), r)
        assert found.low <= truth <= found.high or found.value == truth == mpmath.inf
