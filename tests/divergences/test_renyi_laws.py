"""Renyi divergences between laws: closed forms, integrals, sums, enclosures and draws against each other and mpmath."""

import math

import mpmath
import numpy as np
import pytest
import torch
from mpmath import mpf
from scipy import stats

from divergences import LogDensity, Mixture, Samples, alpha_row, divergence, f_divergence, renyi_divergence, renyi_row
from tests.divergences.textbook import pairs, textbook

ORDERS = (1e-3, 0.3, 0.5, 0.999, 1.001, 1.4, 3.0)
EPS = 2.0**-52
PAIRS = {
    "normal": (stats.norm(0, 1), stats.norm(0.5, 1.25)),
    "far normal": (stats.norm(40, 1), stats.norm(0, 1.5)),
    "gamma": (stats.gamma(2.5), stats.gamma(2, scale=1.5)),
    "beta": (stats.beta(2, 3), stats.beta(2.5, 2.5)),
    "von Mises": (stats.vonmises(2, loc=0.5), stats.vonmises(3, loc=1)),
    "Poisson": (stats.poisson(3), stats.poisson(4)),
    "uniform": (stats.uniform(0.5, 1), stats.uniform(0, 2)),
}


def test_of_closed_forms_of_exponential_families() -> None:
    """``log(1 + a (a - 1) D) / (a - 1)`` of the textbook's alpha-divergence, of the ends too."""
    answered = 0
    for P, Q in pairs(seed=21, count=3):
        for a in ORDERS:
            found = _between(P, Q, a)
            truth = textbook(P, Q, alpha_row(a))
            if found is None or truth == mpmath.inf:
                assert found is None or found.low == math.inf
                continue
            with mpmath.workdps(120):
                renyi = mpmath.log1p(mpf(a) * (mpf(a) - 1) * truth) / (mpf(a) - 1)
            answered += 1
            assert found.low <= renyi <= found.high, (P, Q, a)
            assert not found.low <= renyi * mpf("1.05") <= found.high, "the wrong twin: five per cent more"
    assert answered > 200


def _between(P, Q, a: float):
    """By the closed form; None where it is refused because its terms cancel."""
    from divergences.laws.between_laws import _known

    try:
        return _known(P, Q, renyi_row(a))
    except RuntimeError:
        return None


@pytest.mark.parametrize("name", PAIRS)
@pytest.mark.parametrize("a", ORDERS)
def test_closed_forms_agree_with_integrals_and_sums(name: str, a: float) -> None:
    """Measured: 1.4e-15."""
    P, Q = PAIRS[name]
    formula = divergence(P, Q, renyi_row(a))
    assert formula.method == "closed form" and formula.unit == "nat"
    try:
        other = divergence(P, Q, renyi_row(a), method="quadrature")
    except RuntimeError:
        assert name == "far normal" and a == 3.0  # exp(4800)
        return
    assert other.value == pytest.approx(formula.value, rel=1.3e-14)
    assert formula.low <= other.high and other.low <= formula.high


@pytest.mark.parametrize("a", ORDERS)
def test_enclosures_agree_with_quadrature(a: float) -> None:
    pytest.importorskip("flint")
    mixture = Mixture([stats.norm(0, 1), stats.t(5)], [0.25, 0.75])
    for P, Q in ((stats.norm(0, 1), stats.logistic()), (mixture, stats.t(3)), (stats.norm(8, 1), stats.logistic(0, 2))):
        proved, found = (divergence(P, Q, renyi_row(a), method=method) for method in ("certified", "quadrature"))
        assert proved.kind == "enclosure" and proved.high - proved.low <= 4e-15 * proved.value  # measured: 4e-16
        assert proved.low <= found.high and found.low <= proved.high
        assert found.high - found.low <= 7e-13 * found.value  # measured: 7.4e-14
        assert not proved.low <= found.value * 1.0001 <= proved.high


def test_near_equality_and_near_order_one_keep_their_digits() -> None:
    """``a (m - n)^2 / 2``, whose logarithm would be lost in that of the affinity."""
    P, Q = stats.norm(0, 1), stats.norm(2.0**-30, 1)
    for a in (1e-9, 0.5, 1 - 1e-12, 1 + 1e-12, 7.0):
        assert divergence(P, Q, renyi_row(a)).value == pytest.approx(a * 2.0**-61, rel=8 * EPS)
    far = stats.norm(3, 1), stats.logistic()
    kl = divergence(*far, "kl").value
    for step in (1e-6, -1e-6):
        near = divergence(*far, renyi_row(1 + step))
        assert near.value == pytest.approx(kl, rel=1e-4)
        assert near.high - near.low < 1e-6 * kl
    assert renyi_row(1).name == "kl"


def test_far_apart_the_affinity_itself_is_integrated() -> None:
    """At order 1/2 a quarter of the squared distance, where the alpha-divergence is 4 to the last digit."""
    for distance in (5.0, 20.0, 45.0):
        found = divergence(stats.norm(0, 1), stats.norm(distance, 1), renyi_row(0.5), method="quadrature")
        assert found.value == pytest.approx(distance**2 / 4, rel=EPS)
        assert found.low <= distance**2 / 4 <= found.high
        assert found.high - found.low < 5e-14 * found.value  # measured: 6e-15
    with pytest.raises(RuntimeError, match=r"the integral of p\^0.5 q\^0.5 is 0 and may vanish: the laws are too far"):
        divergence(stats.norm(0, 1), stats.norm(200, 1), renyi_row(0.5), method="quadrature")


@pytest.mark.parametrize("a", [1e-3, 0.01, 0.99, 0.999, 1.001, 1.01])
@pytest.mark.parametrize("distance", [38.0, 40.0, 100.0])
def test_powers_of_small_orders_far_out_are_not_lost(a: float, distance: float) -> None:
    """A density a thousand orders of magnitude below the other still counts to the power of a thousandth."""
    P, Q = stats.norm(distance, 1), stats.norm(0, 1)
    for r in (alpha_row(a), renyi_row(a)):
        found, truth = divergence(P, Q, r, method="quadrature"), divergence(P, Q, r)
        assert found.value == pytest.approx(truth.value, rel=3e-14)  # measured: 3.4e-15
        assert found.low <= truth.high and truth.low <= found.high


@pytest.mark.parametrize("a", [0.0, 0.25, 0.5, 2.0, 20.0, math.inf])
def test_vectors_are_those_of_renyi_divergence(a: float) -> None:
    p, q = [0.25, 0.5, 0.25, 0.0], [0.5, 0.125, 0.125, 0.25]
    found = divergence(p, q, renyi_row(a))
    assert found.value == float(renyi_divergence(p, q, alpha=a)) and found.kind == "exact"
    if a not in (0, math.inf):
        proved = divergence(p, q, renyi_row(a), method="certified")
        assert proved.low <= found.high and found.low <= proved.high
        assert proved.high - proved.low <= 4 * math.ulp(proved.value)
    assert divergence([1, 0], [0, 1], renyi_row(a)).value == math.inf


def test_certified_answers_at_the_edges() -> None:
    assert divergence([1, 0], [0, 1], renyi_row(0.5), method="certified").low == math.inf
    assert divergence([1, 0], [0.5, 0.5], renyi_row(0.5), method="certified").value == pytest.approx(math.log(2))
    assert divergence([0.5, 0.5], [1, 0], renyi_row(2), method="certified").low == math.inf
    apart = stats.uniform(0, 1), stats.uniform(2, 1)
    assert divergence(*apart, renyi_row(0.5), method="certified").low == math.inf
    for pair in (([0.5, 0.5], [1, 0]), (stats.norm(0, 1), stats.norm(1, 1))):
        for a in (0, math.inf):
            with pytest.raises(ValueError, match=r"row 'renyi\(.*\)' has no enclosure; pass a positive finite order"):
                divergence(*pair, renyi_row(a), method="certified")


def test_draws_and_samples_give_what_their_alpha_divergences_give() -> None:
    P, Q = stats.norm(0, 1), stats.norm(1, 1)
    found = divergence(P, Q, renyi_row(0.5), method="monte carlo")
    assert found.kind == "confidence" and found.low < 0.25 < found.high and found.high - found.low < 0.02
    rng = np.random.default_rng(2)
    clouds = Samples(rng.normal(size=200)), Samples(rng.normal(size=200) + 1)
    assert divergence(*clouds, renyi_row(0.5)).kind == "none"
    with pytest.raises(ValueError, match=r"row 'renyi\(0\)' has no estimate from samples; pass a positive finite"):
        divergence(*clouds, renyi_row(0))


SUPREMA = [
    (stats.norm(1, 1), stats.norm(0, 2), math.log(2) + 1 / 6),
    (stats.norm(1, 1), stats.norm(0, 1), math.inf),
    (stats.lognorm(1), stats.lognorm(2), math.log(2)),
    (stats.laplace(1, 1), stats.laplace(0, 2), math.log(2) + 0.5),
    (stats.expon(scale=1), stats.expon(scale=2), math.log(2)),
    (stats.expon(1), stats.expon(0, 2), math.log(2) + 0.5),
    (stats.expon(0), stats.expon(1), math.inf),
    (stats.pareto(3, scale=2), stats.pareto(2), math.log(1.5) + 2 * math.log(2)),
    (stats.gamma(3, scale=0.5), stats.gamma(2), math.log(8 / 2) + math.log(1) - 1),
    (stats.gamma(2), stats.gamma(3, scale=0.5), math.inf),
    (stats.poisson(2), stats.poisson(3), 1.0),
    (stats.poisson(3), stats.poisson(2), math.inf),
    (stats.binom(4, 0.5), stats.binom(4, 0.25), 4 * math.log(2)),
    (stats.multinomial(2, [0.5, 0.5, 0]), stats.multinomial(2, [0.25, 0.5, 0.25]), 2 * math.log(2)),
    (stats.geom(0.5), stats.geom(0.25), math.log(2)),
    (stats.uniform(0.5, 1), stats.uniform(0, 2), math.log(2)),
    (stats.vonmises_fisher([1.0, 0], 2), stats.vonmises_fisher([-1.0, 0], 2), 4.0),
    (stats.multivariate_normal([1, 0]), stats.multivariate_normal([0, 0], 2 * np.eye(2)), math.log(2) + 0.5),
    (stats.multivariate_normal([1, 0]), stats.multivariate_normal([0, 0]), math.inf),
    (stats.t(3), stats.uniform(), math.inf),
]


@pytest.mark.parametrize(("P", "Q", "truth"), SUPREMA, ids=lambda x: type(x).__name__)
def test_order_infinity_is_the_supremum_of_the_log_ratio(P, Q, truth: float) -> None:
    found = divergence(P, Q, renyi_row(math.inf))
    assert found.value == pytest.approx(truth, rel=4 * EPS) and found.kind == "exact"
    assert found.low <= truth * (1 + EPS) and truth * (1 - EPS) <= found.high
    if hasattr(P, "logpdf") and hasattr(P, "ppf") and truth < math.inf:
        x = np.concatenate([law.ppf(np.linspace(1e-6, 1 - 1e-6, 4001)) for law in (P, Q)])
        with np.errstate(invalid="ignore"):
            ratio = np.nanmax(P.logpdf(x) - Q.logpdf(x))
        assert truth * 0.98 < ratio < truth * (1 + 1e-9)


@pytest.mark.parametrize(
    ("P", "Q", "truth"),
    [
        (stats.norm(0, 1), stats.norm(5, 2), 0.0),
        (stats.norm(0, 1), stats.expon(), 0.0),
        (stats.expon(1), stats.expon(0, 2), 0.5),
        (stats.pareto(2, scale=2), stats.pareto(3), 3 * math.log(2)),
        (stats.uniform(0, 1), stats.uniform(0.5, 1), math.log(2)),
        (stats.uniform(0, 1), stats.beta(2, 2, loc=1), math.inf),
        (stats.poisson(0), stats.poisson(2), 2.0),
        (stats.binom(3, 1.0), stats.binom(3, 0.5), 3 * math.log(2)),
        (stats.multinomial(2, [0.5, 0.5, 0]), stats.multinomial(2, [0.25, 0.25, 0.5]), 2 * math.log(2)),
        (stats.geom(1.0), stats.geom(0.5), math.log(2)),
        (stats.wishart(3, np.eye(2)), stats.wishart(4, np.eye(2)), 0.0),
        (stats.multivariate_normal([1, 0]), stats.multivariate_normal([0, 0]), 0.0),
    ],
    ids=lambda x: type(x).__name__,
)
def test_order_zero_is_what_the_supports_share(P, Q, truth: float) -> None:
    found = divergence(P, Q, renyi_row(0))
    assert found.value == pytest.approx(truth, rel=2 * EPS) and found.kind == "exact"
    assert found.low <= truth <= found.high or truth == pytest.approx(found.value, rel=EPS)


def test_orders_rise_from_zero_to_infinity() -> None:
    P, Q = stats.gamma(3, scale=0.5), stats.gamma(2)
    values = [divergence(P, Q, renyi_row(a)).value for a in (0, *ORDERS, 100.0, 1e6, math.inf)]
    assert values == sorted(values)
    assert values[-2] == pytest.approx(values[-1], rel=1e-4)


def test_infinite_outside_the_natural_domain_and_where_supports_part() -> None:
    for P, Q, a in (
        (stats.norm(0, 2), stats.norm(0, 1), 2),
        (stats.multivariate_normal([0, 0], 2 * np.eye(2)), stats.multivariate_normal([0, 0]), 2),
        (stats.norm(0, 1), stats.expon(), 1.5),
        (stats.t(3), stats.norm(), 1.5),
        (stats.uniform(0, 1), stats.beta(2, 2, loc=1), 0.5),
        (stats.bernoulli(1.0), stats.bernoulli(0.0), 0.5),
    ):
        found = divergence(P, Q, renyi_row(a))
        assert found.value == found.low == math.inf and found.kind == "exact"
    shared = (2 * math.pi) ** -0.25 * math.exp(0.25) * math.sqrt(math.pi) * math.erfc(0.5)
    half = divergence(stats.norm(0, 1), stats.expon(), renyi_row(0.5))
    assert half.value == pytest.approx(-2 * math.log(shared), rel=1e-14) and half.kind == "error estimate"


def test_a_finite_truth_beyond_the_floats_is_not_called_infinite() -> None:
    """Nor 0, as infinities of two signs would make of it."""
    for r in (alpha_row(1.5), "chi2", "neyman_chi2"):
        found = divergence(stats.norm(0, 1), stats.norm(1e200, 1), r)
        assert (found.value, found.low) == (math.inf, np.finfo(float).max)
    planes = (stats.multivariate_normal(mean) for mean in ([0, 0], [1e200, 0]))
    assert divergence(*planes, "chi2").low == np.finfo(float).max
    found = divergence(stats.norm(0, 1), stats.norm(1e200, 1), renyi_row(2))
    assert (found.value, found.low) == (math.inf, np.finfo(float).max)
    assert divergence(stats.norm(0, 1), stats.norm(1e100, 1), renyi_row(2)).value == pytest.approx(1e200)


def test_terms_that_leave_nothing_of_their_sum_are_refused() -> None:
    """At huge orders, where the truth is about log(a) - 1."""
    P, Q = stats.gamma(3), stats.gamma(2)
    for r in (renyi_row(1e10), renyi_row(1e150), alpha_row(1e150)):
        with pytest.raises(RuntimeError, match=r"the gamma formula of row .* may be wrong by .* of its value, because"):
            divergence(P, Q, r)
    normals = stats.norm(0, 1), stats.norm(1, 2)
    largest = divergence(*normals, renyi_row(math.inf)).value
    assert divergence(*normals, renyi_row(1e150)).value == pytest.approx(largest, rel=4 * EPS)


def test_torch_laws_and_log_densities() -> None:
    normals = torch.distributions.Normal(0.0, 1.0), torch.distributions.Normal(1.0, 1.0)
    assert divergence(*normals, renyi_row(2)).value == 1.0
    own = LogDensity(lambda x: -(x**2) / 2 - math.log(2 * math.pi) / 2)
    assert divergence(own, stats.norm(1, 1), renyi_row(2)).value == pytest.approx(1.0, rel=1e-12)


@pytest.mark.parametrize(
    ("call", "error", "message"),
    [
        (lambda: renyi_row(-1), ValueError, "alpha = -1.0; pass an order from 0 to infinity"),
        (lambda: renyi_row(math.nan), ValueError, "alpha = nan; pass an order"),
        (lambda: renyi_row(1e200), ValueError, "of the finite ones up to 1e"),
        (lambda: renyi_row("two"), TypeError, "alpha is"),
        (lambda: f_divergence([1, 0], [0, 1], renyi_row(2)), TypeError, "RenyiRow"),
        (lambda: divergence(stats.t(3), stats.norm(), renyi_row(0.5), method="closed form"), ValueError,
         r"row 'renyi\(0.5\)' has no closed form between t and norm"),
        (lambda: divergence(stats.t(3), stats.t(4), renyi_row(math.inf)), ValueError,
         r"row 'renyi\(inf\)' is no integral, .* between t and t; .* or a large finite order, which is below it"),
        (lambda: divergence(stats.expon(0.5), stats.halfnorm(), renyi_row(0)), ValueError,
         r"row 'renyi\(0\)' is no integral, .* or a small positive order, which is above it"),
        (lambda: divergence(stats.wishart(3), stats.wishart(4), renyi_row(math.inf)), ValueError,
         r"row 'renyi\(inf\)' has no closed form between wishart and wishart"),
        (lambda: divergence(stats.norm(), stats.poisson(2), renyi_row(2)), ValueError, "P is a density"),
    ],
)  # fmt: skip
def test_bad_input_is_named(call, error: type[Exception], message: str) -> None:
    with pytest.raises(error, match=message):
        call()
