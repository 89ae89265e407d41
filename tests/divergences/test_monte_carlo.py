"""Divergences by averaging over the mixture: exact identities on finite laws, known values, and what is refused."""

import math

import numpy as np
import pytest
from scipy.stats import expon, multivariate_normal, norm, poisson, uniform

from divergences import f_divergence, row
from divergences.sampling.monte_carlo import SampledDensity, mixture_bound, mixture_terms, monte_carlo_divergence
from tests.laws.cases import ALL_ROWS, PAIRS, SPARSE

rows = pytest.mark.parametrize("row", ALL_ROWS, ids=lambda row: row.name)


def log_ratio(p, q) -> np.ndarray:
    with np.errstate(divide="ignore"):
        return np.log(p) - np.log(q)


@rows
def test_the_mean_over_the_mixture_is_the_divergence(row) -> None:
    """The logarithm of the ratio is rounded, which near equality costs digits: an eps of it moves D by eps D'.

    Where the ratio is extreme half an ulp of its logarithm l is a relative error of l eps / 2.
    """
    for p, q in PAIRS:
        drawn = p + q > 0
        truth, (p, q) = float(f_divergence(p, q, row)), (p[drawn], q[drawn])
        terms = mixture_terms(log_ratio(p, q), row)
        if truth == math.inf:
            assert math.inf in terms.tolist()
            continue
        found = float(((p + q) / 2 * terms).sum())
        far = max((abs(l) for l in log_ratio(p, q).tolist() if math.isfinite(l)), default=0.0)
        relative = max(2e-14, far * 2.0**-53)  # measured: 6e-15, and 3e-14 at a far ratio of 690
        near = 5e-16 * (1 if row.name == "tv" else math.sqrt(truth))  # measured: 1.8e-16
        slack = relative * truth + row.absolute * 2.0**-52 + near
        assert abs(found - truth) <= slack
        assert abs(1.05 * found - truth) > slack or truth < 1e-12


@rows
def test_the_terms_are_bounded_where_the_divergence_is(row) -> None:
    ratios = np.concatenate([np.linspace(-800, 800, 4001), [-math.inf, math.inf]])
    terms, bound = mixture_terms(ratios, row), mixture_bound(row)
    assert (terms >= 0).all() and terms[2000] == 0
    assert math.isinf(bound) == math.isinf(row.maximum)
    assert terms.max() == bound
    if math.isfinite(bound):
        assert bound >= row.maximum


@pytest.mark.parametrize(("name", "order"), [("kl", 1), ("reverse_kl", -1), ("jeffreys", 0)])
def test_rows_of_logarithms_outlast_the_range_of_floats(name: str, order: int) -> None:
    """A ratio of exp(5000) is no float; KL is linear in its logarithm."""
    found = mixture_terms(np.array([-5000.0, -1.0, -0.999999, 0.999999, 1.0, 5000.0]), row(name))
    expected = {1: (2, 9998), -1: (9998, 2), 0: (10_000, 10_000)}[order]
    assert (found[0], found[-1]) == expected
    assert abs(found[1] - found[2]) < 2e-6 and abs(found[4] - found[3]) < 2e-6  # the two formulas meet at 1


LAWS = [
    (norm(0, 1), norm(1, 1), "kl", 0.5),
    (norm(0, 1), norm(1, 1), "reverse_kl", 0.5),
    (norm(0, 1), norm(100, 1), "kl", 5000.0),
    (norm(0, 1), norm(0.3, 1), "chi2", math.expm1(0.09)),
    (norm(0, 1), norm(1, 1), "tv", math.erf(1 / math.sqrt(8))),
    (norm(0, 2), norm(0, 1), "squared_hellinger", 2 - 2 * math.sqrt(0.8)),
    (expon(), expon(scale=2), "kl", math.log(2) - 0.5),
    (poisson(3), poisson(4), "kl", 3 * math.log(0.75) + 1),
    (uniform(), uniform(0.5, 1), "tv", 0.5),
    (uniform(), uniform(0.5, 1), "kl", math.inf),
    (uniform(), uniform(0.5, 1), "js", math.log(2) / 2),
    (multivariate_normal([0, 0]), multivariate_normal([1, 1]), "kl", 1.0),
]


@pytest.mark.parametrize(("P", "Q", "name", "truth"), LAWS)
def test_known_values_lie_between_the_ends(P, Q, name: str, truth: float) -> None:
    found = monte_carlo_divergence(P, Q, name, draws=4000, seed=11)
    assert found.low <= truth <= found.high
    bounded = math.isfinite(row(name).maximum)
    assert (found.kind, found.level) == (("confidence", 0.95) if bounded else ("error estimate", None))
    assert ("interval" in found.details) != bounded
    assert found == monte_carlo_divergence(P, Q, name, draws=4000, seed=11)
    if 0 < truth < math.inf and truth != 0.5:
        assert not found.low <= truth * (1.5 if bounded else 0.5) <= found.high  # the twin


def test_a_sampler_and_a_log_density_are_enough() -> None:
    def law(mean: float) -> SampledDensity:
        return SampledDensity(lambda rng, n: rng.normal(mean, 1, (n, 1)), lambda x: -((x[:, 0] - mean) ** 2) / 2)

    found = monte_carlo_divergence(law(0), law(2), "js", draws=2000, level=0.9)
    same = monte_carlo_divergence(law(0), law(0), "js", draws=2000)
    assert found.low <= 0.33683 <= found.high and found.level == 0.9
    assert same.value == 0 and same.high < 0.005


def test_both_laws_are_drawn_from_independently() -> None:
    drawn = []

    def sample(rng: np.random.Generator, n: int) -> np.ndarray:
        drawn.append(rng.normal(size=n))
        return drawn[-1]

    law = SampledDensity(sample, norm.logpdf)
    monte_carlo_divergence(law, law, "js", draws=400)
    assert len(drawn) == 2 and abs(np.corrcoef(*drawn)[0, 1]) < 0.2  # four standard deviations


def test_mixed_scipy_laws_and_samplers_are_fine() -> None:
    mine = SampledDensity(lambda rng, n: rng.normal(size=n), norm.logpdf)
    assert monte_carlo_divergence(mine, norm(), "tv", draws=10).value == 0


@pytest.mark.parametrize(
    ("P", "changes", "error", "message"),
    [
        ([0.5, 0.5], {}, TypeError, "P is .* lacks rvs or logpdf; pass SampledDensity"),
        (poisson(3), {}, ValueError, "one of P and Q has a density and the other has atoms"),
        (norm, {}, TypeError, "P is the family norm; freeze it"),
        (norm(), {"draws": 1}, ValueError, "draws = 1; pass at least 2"),
        (norm(), {"draws": 10.0}, TypeError, "draws is 10.0; pass an integer"),
        (norm(), {"draws": True}, TypeError, "draws is True"),
        (norm(), {"level": 1.0}, ValueError, "level = 1.0"),
        (norm(), {"seed": -3}, ValueError, "seed = -3"),
        (norm(), {"row": "jss"}, ValueError, "row 'jss' is unknown"),
        (
            SampledDensity(lambda rng, n: rng.random(3), norm.logpdf),
            {},
            ValueError,
            r"sampler of P returned shape \(3,\)",
        ),
        (SampledDensity(lambda rng, n: 0.0, norm.logpdf), {}, ValueError, r"the sample of P has shape \(\)"),
        (
            SampledDensity(lambda rng, n: rng.random(n), lambda x: 0.0),
            {},
            ValueError,
            r"log-density of P has shape \(\)",
        ),
        (
            SampledDensity(lambda rng, n: rng.random(n), lambda x: np.full(len(x), np.nan)),
            {},
            ValueError,
            "log-density of P is nan at .*, which P drew",
        ),
        (
            SampledDensity(lambda rng, n: rng.random(n) - 5, uniform.logpdf),
            {},
            ValueError,
            "log-density of P is -inf at .*, which P drew",
        ),
        (
            SampledDensity(lambda rng, n: rng.random(n), lambda x: np.full(len(x), np.inf)),
            {},
            ValueError,
            "log-density of P is inf at",
        ),
    ],
)
def test_laws_that_are_refused(P, changes: dict, error, message: str) -> None:
    arguments = {"row": "js", "draws": 20, **changes}
    with pytest.raises(error, match=message):
        monte_carlo_divergence(P, norm(), **arguments)


def test_an_infinite_ratio_shows() -> None:
    p, q = SPARSE[1]
    assert math.inf in mixture_terms(log_ratio(p, q), row("kl")).tolist()
    found = monte_carlo_divergence(uniform(), uniform(0.5, 1), "kl", draws=100)
    assert (found.value, found.low, found.high) == (math.inf, 0.0, math.inf)
