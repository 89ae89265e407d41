"""Closed forms against quadrature, against high precision, and against samples."""

import itertools
import math

import mpmath
import numpy as np
import pytest
from scipy import integrate, stats

from optimal_transport import (
    cauchy_wasserstein_lower_bound,
    normal_wasserstein_distance,
    truncated_cauchy_wasserstein_distance,
    wasserstein_distance,
)

EPS = 2.0**-52


def folded(dm, ds):
    """E|dm + ds Z| with 60 digits."""
    with mpmath.workdps(60):
        dm, ds = mpmath.mpf(dm), mpmath.mpf(ds)
        if ds == 0 or abs(dm) > 1000 * ds:  # the rest is below exp(-500000)
            return float(abs(dm))
        r = abs(dm) / ds
        return float(abs(dm) * (1 - 2 * mpmath.ncdf(-r)) + 2 * ds * mpmath.npdf(r))


@pytest.mark.parametrize(
    "case", [(0, 1, 2, 1), (0, 1, 2, 3), (0, 1, 40, 1), (1, 0, 3, 0), (1, 0, 1, 2), (0, 1, 0, 1 + 2**-40)]
)
def test_normal_laws_by_quadrature(case):
    """W1 = integral of |F - G|; quad's own estimate is 1e-8."""
    m1, s1, m2, s2 = case
    if s1 and s2:
        kink = [] if s1 == s2 else [(m1 * s2 - m2 * s1) / (s2 - s1)]
        ends = np.array([-12.0, *kink, 12.0]) * max(s1, s2) + np.array([min(m1, m2), *[0.0] * len(kink), max(m1, m2)])
        if kink:
            ends[1] = min(max(kink[0], ends[0]), ends[2])
        difference = lambda t: abs(stats.norm.cdf(t, m1, s1) - stats.norm.cdf(t, m2, s2))  # noqa: E731
        value = sum(integrate.quad(difference, u, v, limit=400)[0] for u, v in itertools.pairwise(ends))
        assert normal_wasserstein_distance(*case) == pytest.approx(value, rel=1e-8, abs=1e-13)
    assert normal_wasserstein_distance(*case) == pytest.approx(folded(m2 - m1, abs(s2 - s1)), rel=8 * EPS)


def test_both_tails_to_the_last_digits():
    ratios = np.concatenate([[0.0], np.logspace(-300, 300, 121), np.linspace(0.1, 40, 80)])
    worst = 0.0
    for ratio in ratios:
        truth = folded(ratio, 1.0)
        worst = max(worst, abs(normal_wasserstein_distance(0.0, 1.0, ratio, 2.0) / truth - 1))
    assert worst <= 8 * EPS  # 2 eps measured


def test_a_wrong_twin_without_the_second_term_is_far():
    assert math.erf(1 / math.sqrt(2)) < 0.95 * normal_wasserstein_distance(0.0, 1.0, 1.0, 2.0)


def test_a_dirac_mass_is_a_normal_law_of_scale_zero():
    assert normal_wasserstein_distance(3.0, 0.0, 7.0, 0.0) == 4
    assert normal_wasserstein_distance(0.0, 0.0, 0.0, 1.0) == pytest.approx(math.sqrt(2 / math.pi), rel=2 * EPS)


def test_samples_come_near():
    rng = np.random.default_rng(0)
    x, y = rng.normal(0, 1, 10**5), rng.normal(1, 2, 10**5)
    assert wasserstein_distance(x, y) == pytest.approx(normal_wasserstein_distance(0.0, 1.0, 1.0, 2.0), abs=0.03)


def test_arguments_broadcast():
    found = normal_wasserstein_distance(np.array([0.0, 1.0]), 1.0, [[0.0], [1.0]], 1.0)
    np.testing.assert_array_equal(found, [[0, 1], [1, 0]])
    assert isinstance(normal_wasserstein_distance(0, 1, 2, 1), float)


@pytest.mark.parametrize(("arguments", "error", "message"), [
    ((0.0, -1.0, 0.0, 1.0), ValueError, "scale1 must be finite and >= 0, found -1"),
    ((math.nan, 1.0, 0.0, 1.0), ValueError, "mean1 must be finite, found nan"),
    ((0.0, 1.0, 0.0, math.inf), ValueError, "scale2 must be finite"),
    ((-1.7e308, 1.0, 1.7e308, 1.0), ValueError, "overflows"),
    (("a", 1.0, 0.0, 1.0), TypeError, "mean1 has dtype"),
])  # fmt: skip
def test_bad_parameters_are_named(arguments, error, message):
    with pytest.raises(error, match=message):
        normal_wasserstein_distance(*arguments)


@pytest.mark.parametrize("bound", [0.5, 1.0, 10.0, 1e3])
def test_the_truncated_cauchy_law_by_quadrature(bound):
    moment = 2 * integrate.quad(lambda t: t / (math.pi * (1 + t * t)), 0, bound, epsabs=0, epsrel=1e-12)[0]
    share = stats.cauchy.cdf(bound) - stats.cauchy.cdf(-bound)
    assert truncated_cauchy_wasserstein_distance(bound) == pytest.approx(moment / share, rel=1e-11)
    assert cauchy_wasserstein_lower_bound(bound) == pytest.approx(moment, rel=1e-11)
    if bound > 10:  # too heavy a tail for 2000 quantiles
        return
    quantiles = stats.cauchy.ppf(0.5 + share * ((np.arange(2000) + 0.5) / 2000 - 0.5))
    assert wasserstein_distance(quantiles, [0.0]) == pytest.approx(moment / share, rel=1e-3)


def test_the_cauchy_law_is_infinitely_far():
    """The bound grows by (2/pi) log 10 with every decade, for as long as there are floats."""
    values = [cauchy_wasserstein_lower_bound(10.0**k) for k in range(4, 309)]
    np.testing.assert_allclose(np.diff(values), 2 / math.pi * math.log(10), rtol=1e-8)
    finite = [2 * integrate.quad(lambda t: t * stats.t.pdf(t, 2), 0, 10.0**k)[0] for k in (2, 3)]
    assert finite[1] - finite[0] < 0.05  # with a finite moment, two degrees of freedom, it stops growing


def test_tiny_and_huge_bounds():
    assert truncated_cauchy_wasserstein_distance(0.0) == 0
    assert truncated_cauchy_wasserstein_distance(1e-300) == pytest.approx(5e-301, rel=EPS)
    assert truncated_cauchy_wasserstein_distance(1e300) == pytest.approx(600 * math.log(10) / math.pi, rel=1e-15)
    with pytest.raises(ValueError, match="bound must be finite and >= 0"):
        truncated_cauchy_wasserstein_distance(-1.0)
