"""The same law from scipy, old and new, from torch and as a mixture is one law."""

import math

import numpy as np
import pytest
import torch
from scipy import stats

from divergences import Mixture, divergence
from divergences.laws.recognise import recognise


@pytest.mark.parametrize(
    ("P", "Q"),
    [
        (stats.norm(1, 2), torch.distributions.Normal(1.0, 2.0)),
        (stats.norm(1, 2), stats.Normal(mu=1.0, sigma=2.0)),
        (stats.norm(), stats.Normal()),
        (stats.uniform(1, 2), stats.Uniform(a=1.0, b=3.0)),
        (stats.uniform(1, 2), torch.distributions.Uniform(1.0, 3.0)),
        (stats.lognorm(2, scale=math.exp(0.5)), torch.distributions.LogNormal(0.5, 2.0)),
        (stats.expon(scale=0.5), torch.distributions.Exponential(2.0)),
        (stats.gamma(3, scale=0.5), torch.distributions.Gamma(3.0, 2.0)),
        (stats.invgamma(3, scale=2), torch.distributions.InverseGamma(torch.tensor(3.0), torch.tensor(2.0))),
        (stats.chi2(3), torch.distributions.Chi2(3.0)),
        (stats.beta(2, 3), torch.distributions.Beta(2.0, 3.0)),
        (stats.laplace(1, 2), torch.distributions.Laplace(1.0, 2.0)),
        (stats.cauchy(1, 2), torch.distributions.Cauchy(1.0, 2.0)),
        (stats.halfcauchy(0, 2), torch.distributions.HalfCauchy(2.0)),
        (stats.halfnorm(0, 2), torch.distributions.HalfNormal(2.0)),
        (stats.t(3, 1, 2), torch.distributions.StudentT(3.0, 1.0, 2.0)),
        (stats.gumbel_r(1, 2), torch.distributions.Gumbel(1.0, 2.0)),
        (stats.weibull_min(3, scale=2), torch.distributions.Weibull(2.0, 3.0)),
        (stats.pareto(3, scale=2), torch.distributions.Pareto(2.0, 3.0)),
        (stats.vonmises(2, loc=1), torch.distributions.VonMises(torch.tensor(1.0), torch.tensor(2.0))),
        (stats.poisson(2), torch.distributions.Poisson(2.0)),
        (stats.bernoulli(0.25), torch.distributions.Bernoulli(0.25)),
        (stats.binom(5, 0.25), torch.distributions.Binomial(5, torch.tensor(0.25))),
        (stats.binom(5, 0.25), stats.Binomial(n=5, p=0.25)),
        (stats.geom(0.25, loc=-1), torch.distributions.Geometric(0.25)),
        (stats.nbinom(5, 0.75), torch.distributions.NegativeBinomial(5, torch.tensor(0.25))),
    ],
    ids=lambda law: type(law).__name__ if hasattr(law, "event_shape") else "",
)
def test_the_same_law_from_two_libraries(P, Q) -> None:
    """And a wrong twin: a location or parameter elsewhere is seen."""
    first, second = recognise(P, "P"), recognise(Q, "Q")
    assert first.parts[0].standard.name == second.parts[0].standard.name
    assert divergence(P, Q, "js").value < 1e-25
    point = np.array([1.25 if not first.discrete else 2.0])
    assert first.log_density(point, 0 * point) == pytest.approx(second.log_density(point, 0 * point), rel=1e-12)
    density = P.logpdf(point) if hasattr(P.dist, "logpdf") else P.logpmf(point)
    assert first.log_density(point, 0 * point) == pytest.approx(density, rel=1e-12)


def test_torch_log_densities_agree_at_a_point() -> None:
    for law in (torch.distributions.Weibull(2.0, 3.0), torch.distributions.StudentT(3.0, 1.0, 2.0)):
        found = recognise(law, "P").log_density(np.array([1.25]), np.zeros(1))
        assert float(found[0]) == pytest.approx(float(law.log_prob(torch.tensor(1.25))), rel=1e-6)


def test_mixtures_from_three_libraries_and_nested() -> None:
    ours = Mixture([stats.norm(0, 1), stats.norm(5, 2)], [0.25, 0.75])
    scipys = stats.Mixture([stats.Normal(), stats.Normal(mu=5.0, sigma=2.0)], weights=[0.25, 0.75])
    parts = torch.distributions.Normal(torch.tensor([0.0, 5.0]), torch.tensor([1.0, 2.0]))
    torchs = torch.distributions.MixtureSameFamily(torch.distributions.Categorical(torch.tensor([0.25, 0.75])), parts)
    nested = Mixture([ours, stats.norm(5, 2)], [0.5, 0.5])
    flat = Mixture([stats.norm(0, 1), stats.norm(5, 2)], [0.125, 0.875])
    for other in (scipys, torchs):
        assert divergence(ours, other, "kl").value < 1e-25
    assert divergence(nested, flat, "kl").value < 1e-25
    assert divergence(ours, flat, "kl").value > 1e-2


def test_categorical_laws_of_torch_are_vectors() -> None:
    P, Q = (torch.distributions.Categorical(torch.tensor(p, dtype=torch.float64)) for p in ([0.5, 0.5], [0.25, 0.75]))
    assert divergence(P, Q, "kl") == divergence([0.5, 0.5], [0.25, 0.75], "kl")
    assert divergence(P, [0.25, 0.75], "kl").method == "exact"


def test_new_style_laws_without_a_table() -> None:
    P = stats.make_distribution(stats.logistic)()
    assert divergence(P, stats.norm(0, 2), "js").value == pytest.approx(
        divergence(stats.logistic(), stats.norm(0, 2), "js").value, rel=1e-13
    )
