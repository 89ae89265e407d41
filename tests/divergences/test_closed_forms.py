"""Closed forms against integrals, at the edges, and where there is none."""

import math

import numpy as np
import pytest
import torch
from scipy import stats

from divergences import ROWS, alpha_row, divergence, row
from divergences.laws.charts import common_family
from divergences.laws.closed_forms import FAMILIES
from tests.divergences.textbook import POWERS, law, pairs


@pytest.mark.parametrize(
    ("name", "first", "second"),
    [
        ("norm", {"loc": 0.0, "scale": 1.0}, {"loc": 0.5, "scale": 1.25}),
        ("gamma", {"a": 2.5, "scale": 1.0}, {"a": 2.0, "scale": 1.5}),
        ("invgamma", {"a": 2.5}, {"a": 3.0, "scale": 1.5}),
        ("beta", {"a": 2.0, "b": 3.0}, {"a": 2.5, "b": 2.5}),
        ("lognorm", {"s": 1.0}, {"s": 1.25, "scale": 1.5}),
        ("weibull_min", {"c": 2.0}, {"c": 2.5, "scale": 1.5}),
        ("invgauss", {"mu": 1.0}, {"mu": 1.5, "scale": 0.75}),
        ("rayleigh", {"scale": 1.0}, {"scale": 1.25}),
        ("gumbel_r", {"loc": 0.0}, {"loc": 0.5, "scale": 1.25}),
        ("laplace", {"loc": 0.0}, {"loc": 0.5, "scale": 1.25}),
        ("pareto", {"b": 2.5, "scale": 1.5}, {"b": 2.0}),
        ("vonmises", {"kappa": 2.0, "loc": 0.5}, {"kappa": 3.0, "loc": 1.0}),
        ("expon", {"loc": 0.5}, {"loc": 0.0, "scale": 1.5}),
    ],
)
def test_closed_forms_agree_with_quadrature(name: str, first: dict, second: dict) -> None:
    """Two ways that share nothing but scipy's log-density. Measured: 3e-15."""
    P, Q = getattr(stats, name)(**first), getattr(stats, name)(**second)
    answered = 0
    for r in POWERS:
        try:
            formula = divergence(P, Q, r, method="closed form")
        except ValueError:
            continue
        answered += 1
        integral = divergence(P, Q, r, method="quadrature")
        assert formula.value == pytest.approx(integral.value, rel=2e-14, abs=1e-14)
        assert formula.low <= integral.high and integral.low <= formula.high
    assert answered >= 1


def test_uniform_laws_have_every_row() -> None:
    P, Q = stats.uniform(0, 2), stats.uniform(1, 4)
    for r in [*ROWS, alpha_row(0.3)]:
        truth = divergence([0.5, 0.5, 0.0], [0.25, 0.0, 0.75], r).value
        found = divergence(P, Q, r)
        assert found.value == pytest.approx(truth, rel=1e-15)
        assert found.method == "closed form"
    assert divergence(stats.uniform(0.5, 1), stats.uniform(0, 2), "kl").value == pytest.approx(math.log(2), rel=1e-15)


@pytest.mark.parametrize(
    ("P", "Q", "name"),
    [
        (stats.norm(0, 2), stats.norm(0, 1), "chi2"),
        (stats.norm(0, 1), stats.norm(0, 2), "neyman_chi2"),
        (stats.expon(scale=2), stats.expon(scale=1), "chi2"),
        (stats.expon(0), stats.expon(1), "kl"),
        (stats.expon(1), stats.expon(0), "reverse_kl"),
        (stats.pareto(2, scale=1), stats.pareto(2, scale=2), "jeffreys"),
        (stats.geom(0.1), stats.geom(0.5), "chi2"),
        (stats.poisson(1), stats.poisson(0), "kl"),
        (stats.bernoulli(0.5), stats.bernoulli(1.0), "chi2"),
        (stats.geom(0.5), stats.geom(1.0), "kl"),
        (stats.uniform(0, 2), stats.uniform(0, 1), "kl"),
        (stats.beta(0.5, 1), stats.beta(2, 1), "chi2"),
    ],
)
def test_infinite_outside_the_natural_domain_or_the_support(P, Q, name: str) -> None:
    found = divergence(P, Q, name)
    assert (found.value, found.low, found.method) == (math.inf, math.inf, "closed form")


@pytest.mark.parametrize(
    ("P", "Q", "name", "truth"),
    [
        (stats.poisson(0), stats.poisson(2), "kl", 2.0),
        (stats.bernoulli(1.0), stats.bernoulli(0.5), "kl", math.log(2)),
        (stats.bernoulli(1.0), stats.bernoulli(0.0), "squared_hellinger", 2.0),
        (stats.geom(1.0), stats.geom(0.5), "kl", math.log(2)),
        (stats.geom(1.0), stats.geom(0.5), "chi2", 1.0),
        (stats.vonmises(1e-9), stats.vonmises(1e-9, loc=1), "kl", 1e-18 * math.sin(0.5) ** 2),
        (stats.norm(0, 1e-150), stats.norm(1e-150, 1e-150), "kl", 0.5),
        (stats.norm(0, 1e150), stats.norm(1e150, 1e150), "chi2", math.e - 1),
        (stats.expon(scale=1e-150), stats.gamma(1, scale=1e-150), "kl", 0.0),
    ],
)
def test_degenerate_and_extreme_parameters(P, Q, name: str, truth: float) -> None:
    found = divergence(P, Q, name)
    assert found.value == pytest.approx(truth, rel=1e-15)
    assert found.low <= truth <= found.high


def test_a_finite_truth_beyond_the_floats_is_not_called_infinite() -> None:
    found = divergence(stats.norm(40, 1), stats.norm(0, 1), "chi2")
    assert found.value == found.high == math.inf
    assert found.low == np.finfo(float).max


@pytest.mark.parametrize("r", POWERS, ids=lambda r: r.name)
def test_exchanging_the_laws_exchanges_the_rows(r) -> None:
    swapped = {"kl": "reverse_kl", "reverse_kl": "kl", "chi2": "neyman_chi2", "neyman_chi2": "chi2"}
    for P, Q in ((stats.gamma(2), stats.gamma(2.5, scale=0.75)), (stats.poisson(3), stats.poisson(4))):
        other = row(swapped[r.name]) if r.name in swapped else r if r.order in (None, 0.5) else alpha_row(1 - r.order)
        assert divergence(P, Q, r).value == pytest.approx(divergence(Q, P, other).value, rel=4e-15)


def test_alpha_divergences_are_continuous_at_their_limits() -> None:
    P, Q = stats.beta(2, 3), stats.beta(2.5, 2.5)
    for limit, name in ((1, "kl"), (0, "reverse_kl")):
        near = divergence(P, Q, alpha_row(limit + 1e-9)).value
        assert near == pytest.approx(divergence(P, Q, name).value, rel=1e-8)


def test_equal_laws_in_different_dress_have_no_divergence() -> None:
    for r in [*POWERS, row("js"), row("tv")]:
        assert divergence(stats.norm(1, 2), stats.norm(1, 2), r).value == 0
    assert divergence(stats.expon(scale=2), stats.chi2(2), "kl").value == 0


def test_every_family_is_reached_from_scipy() -> None:
    reached = {common_family(P, Q)[0].name for P, Q in pairs(seed=0, count=1)}
    others = [law("gumbel_r"), law("cauchy"), law("uniform"), law("laplace"), law("expon"), law("pareto", 2.0)]
    others += [law("weibull_min", 2.0)]
    moved = [law("gumbel_l"), law("cauchy", loc=1.0), law("uniform", loc=1.0), law("laplace", loc=1.0)]
    moved += [law("expon", loc=1.0), law("pareto", 2.0, scale=2.0), law("weibull_min", 3.0)]
    moved[0] = law("gumbel_r", loc=1.0)
    reached |= {common_family(P, Q)[0].name for P, Q in zip(others, moved, strict=True)}
    assert reached == set(FAMILIES)
    assert common_family(law("gumbel_r"), law("gumbel_l")) is None


def test_multinomial_laws_of_two_libraries_and_of_two_outcomes() -> None:
    """Of two outcomes they are binomial; an outcome that only P has makes the divergence infinite."""
    P, Q = stats.multinomial(5, [0.25, 0.5, 0.25]), stats.multinomial(5, [0.5, 0.25, 0.25])
    found = divergence(P, Q, "kl")
    assert found.value == pytest.approx(5 * 0.25 * math.log(2), rel=2e-15)
    laws = (torch.distributions.Multinomial(5, torch.tensor(p)) for p in ([0.25, 0.5, 0.25], [0.5, 0.25, 0.25]))
    assert divergence(*laws, "kl") == found
    two = stats.multinomial(5, [0.25, 0.75]), stats.multinomial(5, [0.5, 0.5])
    for name in ("kl", "chi2", "squared_hellinger", "jeffreys"):
        assert divergence(*two, name).value == divergence(stats.binom(5, 0.25), stats.binom(5, 0.5), name).value
    none = stats.multinomial(5, [0.5, 0.0, 0.5])
    assert divergence(P, none, "kl").value == math.inf > divergence(none, P, "kl").value


def test_closed_form_only_where_one_exists() -> None:
    with pytest.raises(ValueError, match="row 'js' has no closed form between norm and norm; kl, reverse_kl"):
        divergence(stats.norm(0, 1), stats.norm(1, 1), "js", method="closed form")
    with pytest.raises(ValueError, match=r"between t and norm; .*the laws known are arcsine, bernoulli"):
        divergence(stats.t(3), stats.norm(0, 1), "kl", method="closed form")
    with pytest.raises(ValueError, match="between binom and binom"):
        divergence(stats.binom(5, 0.5), stats.binom(6, 0.5), "kl", method="closed form")
