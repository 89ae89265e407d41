"""Laws of the line: the table against quadrature, quadrature against known answers, and what is infinite or refused."""

import math
from fractions import Fraction

import numpy as np
import pytest
import scipy.stats as st
import torch
from hypothesis import given
from hypothesis import strategies as hs
from scipy.special import ndtri

from optimal_transport import quantile_wasserstein_distance, wasserstein_distance
from optimal_transport.location_scale import ROWS
from optimal_transport.quantile_distance import _by_quadrature, _half
from optimal_transport.quantiles import quantiles

EPS = 2.0**-52


def by_quadrature(P, Q, p):
    """The distance without the table."""
    laws = quantiles(P, "P"), quantiles(Q, "Q")
    return _by_quadrature([_half(*laws, side, p) for side in (0, 1)], p)


def overlap(found, other):
    return found.low <= other.high and other.low <= found.high


@pytest.mark.parametrize("name", ROWS)
@given(
    loc=hs.sampled_from([0.0, -3.0, 0.25]) | hs.floats(-4, 4),
    scale=hs.floats(0.25, 4) | hs.just(1e120),
    p=hs.sampled_from([1, 2]),
)
def test_the_table_is_what_quadrature_finds(name, loc, scale, p):
    family = getattr(st, name)
    exact, found = (
        call(family(), family(loc, scale), p)
        for call in (lambda P, Q, p: quantile_wasserstein_distance(P, Q, p=p), by_quadrature)
    )
    assert exact.kind == "exact"
    assert overlap(exact, found)
    room = 16 * EPS * (1 + abs(loc) + scale)  # the quantiles are rounded; 5 eps of it measured between equal laws
    assert found.high - found.low <= 1e-12 * exact.value + room  # 5e-13 measured
    twin = exact.value * 1.05
    assert not found.low <= twin <= found.high or exact.value == 0


@pytest.mark.parametrize("name", [name for name, row in ROWS.items() if row.power])
@pytest.mark.parametrize("p", [1, 1.5, 3, 7])
def test_the_powers_of_the_table(name, p):
    family = getattr(st, name)
    exact = quantile_wasserstein_distance(family(scale=2), family(scale=5), p=p)
    assert exact.kind == "exact"
    assert overlap(exact, by_quadrature(family(scale=2), family(scale=5), p))


@pytest.mark.parametrize("row", [*ROWS, "cauchy", "gumbel_r"])
@pytest.mark.parametrize("p", [1, 2, 5])
def test_a_translation_costs_its_length_whatever_the_moments(row, p):
    family = getattr(st, row)
    assert quantile_wasserstein_distance(family(1e8, 2), family(1e8 + 3, 2), p=p).value == 3


def test_formulas_of_two_uniform_laws():
    """|l + r|/2 or (l^2 + r^2)/(2|r - l|) by the shifts l and r of the two ends."""
    for a, b, c, d in ((0, 1, 0.5, 3), (0, 4, 1, 2), (0, 1, -1, 5), (0, 1, 2, 3)):
        left, right = c - a, d - b
        truth = abs(left + right) / 2 if left * right >= 0 else (left**2 + right**2) / (2 * abs(right - left))
        found = quantile_wasserstein_distance(st.uniform(a, b - a), st.uniform(c, d - c))
        assert found.value == pytest.approx(truth, rel=4 * EPS)


KNOWN = {
    "ordered laws, difference of means": (st.gamma(2), st.expon(), 1, 1.0),
    "Pareto laws": (st.pareto(3), st.pareto(4), 1, 3 / 2 - 4 / 3),
    "a Pareto law and its end, nearly infinite": (st.genpareto(0.5), st.norm(-50, 1e-9), 1, 52.0),
    "counting laws": (st.poisson(4), st.poisson(5), 1, 1.0),
    "a counting law shifted": (st.binom(10, 0.25), st.binom(10, 0.25, loc=7), 3, 7.0),
    "steps that both take nearly at once": (st.poisson(4).ppf, st.poisson(5).ppf, 1, 1.0),
    "functions": (ndtri, lambda u: 3 * ndtri(u), 2, 2.0),
    "a function and a law": (lambda u: u, st.uniform(3, 1), 4, 3.0),
    "a point and a law": ([0.0], st.norm(), 1, math.sqrt(2 / math.pi)),
    "a point and a law at p = 2": (np.array([0]), st.norm(), 2, 1.0),
    "new-style laws": (st.Normal(mu=1, sigma=2), st.Normal(mu=4, sigma=2), 2, 3.0),
    "torch's laws": (torch.distributions.Exponential(2.0), st.expon(), 1, 0.5),
}
if hasattr(st, "Mixture"):
    two = st.Mixture([st.Normal(mu=0, sigma=1), st.Normal(mu=3, sigma=1)], weights=[0.5, 0.5])
    KNOWN["a mixture above one of its parts"] = (two, st.Normal(mu=0, sigma=1), 1, 1.5)


@pytest.mark.parametrize("case", KNOWN)
def test_known_answers_lie_within_the_estimate(case):
    P, Q, p, truth = KNOWN[case]
    for found in (quantile_wasserstein_distance(P, Q, p=p), quantile_wasserstein_distance(Q, P, p=p)):
        assert found.low <= truth <= found.high
        assert found.value == pytest.approx(truth, rel=1e-9)  # 5e-10 at worst, for functions of u
        assert not found.low <= 1.05 * truth <= found.high  # the twin


def sample_against_uniform(x):
    """W1 between a sample and the uniform law on (0, 1), in rationals."""
    n, total = len(x), Fraction(0)
    for k, point in enumerate(sorted(map(Fraction, x))):
        low, high = Fraction(k, n) - point, Fraction(k + 1, n) - point
        area = lambda v: v * abs(v) / 2  # noqa: E731
        total += area(high) - area(low)
    return total


@given(hs.lists(hs.floats(-2, 2) | hs.sampled_from([1e-200, -1e120]), min_size=1, max_size=8))
def test_samples_against_a_law(x):
    truth = sample_against_uniform(x)
    found = quantile_wasserstein_distance(x, st.uniform())
    assert found.low <= float(truth) * (1 + EPS) and float(truth) * (1 - EPS) <= found.high
    assert found.high - found.low <= 1e-12 * max(found.value, 1e-3)


def test_a_large_sample_against_its_own_law():
    x = np.random.default_rng(0).normal(size=10_000)
    found = quantile_wasserstein_distance(x, st.norm())
    law = st.norm.ppf((np.arange(10**6) + 0.5) / 10**6)
    assert found.value == pytest.approx(wasserstein_distance(x, law), rel=1e-3)
    shifted = quantile_wasserstein_distance(x + 1e8, st.norm(1e8))
    assert shifted.value == pytest.approx(found.value, rel=1e-5)  # the points are rounded to 1.5e-8


@pytest.mark.parametrize(("P", "Q", "p", "kind"), [
    (st.cauchy(), st.norm(), 1, "exact"),
    (st.t(2), st.norm(), 2, "exact"),
    (st.pareto(1), st.expon(), 1, "exact"),
    (st.levy(), [0.0, 1.0], 1, "exact"),
    (st.cauchy(), st.cauchy(0, 2), 1, "error estimate"),
    (lambda u: np.tan(np.pi * (u - 0.5)), st.norm(), 1, "error estimate"),
])  # fmt: skip
def test_infinite_where_the_moment_does_not_exist(P, Q, p, kind):
    found = quantile_wasserstein_distance(P, Q, p=p)
    assert found.value == math.inf
    assert found.kind == kind


def test_a_finite_moment_close_to_an_infinite_one():
    assert math.isfinite(quantile_wasserstein_distance(st.t(2), st.norm(), p=1.9).value)
    assert quantile_wasserstein_distance(st.t(2), st.norm(), p=2).value == math.inf
    with pytest.raises(ValueError, match="tails too heavy"):
        quantile_wasserstein_distance(st.t(1.01), st.norm())


def test_equal_laws_are_zero_apart():
    assert quantile_wasserstein_distance(st.gamma(3), st.gamma(3), p=2).high == 0
    assert quantile_wasserstein_distance(ndtri, ndtri).low == 0


@pytest.mark.parametrize(("P", "Q", "p", "error", "message"), [
    (st.norm, st.norm(), 1, TypeError, "P is the family"),
    (st.norm(), st.norm(0, -1), 1, ValueError, "Q is norm with shapes"),
    (st.norm(), st.multivariate_normal([0, 0]), 1, TypeError, "Q is of type multivariate_normal_frozen"),
    (st.norm(), [0.0, np.nan], 1, ValueError, "Q must be finite, found nan"),
    (st.norm(), [0.0, np.inf], 1, ValueError, "Q must be finite, found inf"),
    (st.norm(), [], 1, ValueError, "Q must be a law, a function of u, or a sample"),
    (st.norm(), [[1.0]], 1, ValueError, "Q must be a law, a function of u, or a sample"),
    (st.norm(), "norm", 1, TypeError, "Q has dtype"),
    (st.norm(), lambda u: -u, 1, ValueError, r"Q\(u\) must increase with u"),
    (st.norm(), lambda u: u[:3], 1, ValueError, r"Q\(u\) must have the shape of u"),
    (st.norm(), lambda u: u * np.nan, 1, ValueError, r"Q\(u\) must be finite"),
    ([0.0], [1.0, 2.0], 1, ValueError, "P and Q are both samples"),
    (st.vonmises(2), st.norm(), 1, ValueError, "P has quantiles that its distribution function does not confirm"),
    (st.zipf(3), st.zipf(4), 1, ValueError, "P has quantiles that scipy cannot find"),
    (st.norm(), st.expon(), 0.5, ValueError, "p must be finite and >= 1, found 0.5"),
    (st.norm(), st.expon(), math.inf, ValueError, "p must be finite and >= 1, found inf"),
    (st.norm(), st.expon(), math.nan, ValueError, "p must be finite and >= 1, found nan"),
    (st.norm(), st.expon(), "2", TypeError, "p is '2'"),
])  # fmt: skip
def test_bad_input_is_named(P, Q, p, error, message):
    with pytest.raises(error, match=message):
        quantile_wasserstein_distance(P, Q, p=p)
