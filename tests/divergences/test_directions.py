"""Von Mises-Fisher laws against 120 digits, from the flattest to the narrowest, and against what they reduce to."""

import math

import mpmath
import numpy as np
import pytest
from scipy import stats

from divergences import divergence, row
from divergences.laws.charts import common_family
from divergences.laws.closed_forms import closed_form
from divergences.laws.multivariate import direction_law
from tests.divergences.textbook import POWERS, direction_pair, error, textbook

LIMIT = 4.0  # eps; measured: 0.9
CONCENTRATIONS = (1e-12, 1e-3, 0.7, 30.0, 119.0, 121.0, 1e4, 1e6)  # the asymptotic series starts at 120


def worst(P, Q, rows=POWERS) -> float:
    """The largest error over rows, in eps."""
    return max(error(closed_form(*common_family(P, Q), r), textbook(P, Q, r)) for r in rows)


@pytest.mark.parametrize("d", [2, 3, 4, 7, 30])
@pytest.mark.parametrize("k", CONCENTRATIONS)
def test_every_concentration_keeps_its_digits(d: int, k: float) -> None:
    rng = np.random.default_rng(d)
    one, two = direction_pair(rng, d)
    P = direction_law(k, one, "P")
    for other in (k * 1.25, 2.0):
        assert worst(P, direction_law(other, two, "Q"), [row("kl"), row("jeffreys"), row("squared_hellinger")]) < LIMIT


@pytest.mark.parametrize("d", [2, 3, 10])
@pytest.mark.parametrize("k", [1e-12, 1.0, 1e6])
@pytest.mark.parametrize("step", [1e-3, 1e-9, 1e-15])
def test_nearly_equal_laws_keep_their_digits(d: int, k: float, step: float) -> None:
    one, two = direction_pair(np.random.default_rng(d), d, step)
    for other, direction in ((k * (1 + step), one), (k, two), (k * (1 + step), two)):
        assert worst(direction_law(k, one, "P"), direction_law(other, direction, "Q")) < LIMIT


def test_a_twin_one_percent_off_is_noticed() -> None:
    """The wrong twin: the concentration, or the dimension's order, a little off."""
    one, two = direction_pair(np.random.default_rng(1), 30)
    P, Q = direction_law(5, one, "P"), direction_law(7, two, "Q")
    near = direction_law(7.07, two, "Q")
    assert error(closed_form(*common_family(P, near), row("kl")), textbook(P, Q, row("kl"))) > 1e12
    more = [direction_law(k, [*v, 0.0], "P") for k, v in ((5, one), (7, two))]
    assert error(closed_form(*common_family(*more), row("kl")), textbook(P, Q, row("kl"))) > 1e12


def test_on_the_circle_they_are_von_mises_laws() -> None:
    """Another implementation, by angles."""
    angle = math.atan2(0.8, 0.6)
    for k, other in ((0.3, 2.0), (50.0, 40.0), (1e6, 2e6), (1e-12, 3e-12)):
        circle = stats.vonmises(k), stats.vonmises(other, loc=angle)
        sphere = stats.vonmises_fisher([1.0, 0.0], k), stats.vonmises_fisher([0.6, 0.8], other)
        for r in POWERS:
            expected = divergence(*circle, r).value
            assert divergence(*sphere, r).value == pytest.approx(expected, rel=2e-14 * max(1.0, math.log1p(expected)))


def test_quadrature_over_the_height_of_the_sphere_agrees() -> None:
    """On the sphere the height is uniform: of laws with one axis the divergences are those of their heights."""
    k, other = mpmath.mpf(3), mpmath.mpf(1)
    with mpmath.workdps(30):
        density = [lambda t, k=k: k * mpmath.exp(k * t) / (2 * mpmath.sinh(k)) for k in (k, other)]
        truth = mpmath.quad(lambda t: (mpmath.sqrt(density[0](t)) - mpmath.sqrt(density[1](t))) ** 2, [-1, 0, 1])
    P, Q = stats.vonmises_fisher([0, 0, 1.0], 3), stats.vonmises_fisher([0, 0, 1.0], 1)
    assert divergence(P, Q, "squared_hellinger").value == pytest.approx(float(truth), rel=4e-16)


def test_draws_of_scipy_agree() -> None:
    """The mean of log p - log q over scipy's own draws.."""
    one, two = direction_pair(np.random.default_rng(3), 5)
    P, Q = stats.vonmises_fisher(one, 4.0), stats.vonmises_fisher(two, 6.0)
    x = P.rvs(20_000, random_state=np.random.default_rng(4))
    ratios = P.logpdf(x) - Q.logpdf(x)
    assert abs(ratios.mean() - divergence(P, Q, "kl").value) < 4 * ratios.std() / math.sqrt(len(ratios))


def test_the_uniform_law_of_the_sphere() -> None:
    flat, P = stats.uniform_direction(3), stats.vonmises_fisher([0, 0, 1.0], 2)
    assert divergence(flat, P, "kl").value == pytest.approx(math.log(math.sinh(2) / 2), rel=4e-16)
    assert divergence(flat, flat, "chi2").value == 0
    assert divergence(flat, stats.vonmises_fisher([1.0, 0, 0], 2), "kl") == divergence(flat, P, "kl")


def test_equal_laws_have_no_divergence() -> None:
    """Also where the mean directions are of lengths that differ by a rounding."""
    P = direction_law(3, [0.6, 0.8], "P")
    Q = direction_law(3, np.array([0.6, 0.8]) * (1 + 2.0**-30), "Q")
    for r in POWERS:
        assert closed_form(*common_family(P, P), r).value == 0
        assert closed_form(*common_family(P, Q), r).value < 1e-30
    R = direction_law(3, np.array([0.6, 0.8]) * (1 + 2.0**-40), "Q")
    assert closed_form(*common_family(P, R), row("kl")).value < 1e-30


@pytest.mark.parametrize("k", [5e-324, 1e-300, 1e300])
def test_concentrations_at_the_ends_of_the_floats(k: float) -> None:
    P, Q = direction_law(k, [0, 0, 1.0], "P"), direction_law(2 * k, [0, 0, 1.0], "Q")
    found = closed_form(*common_family(P, Q), row("kl")).value
    assert found == pytest.approx(1 - math.log(2) if k > 1 else 0.0, rel=4e-16)


def test_a_sphere_of_many_dimensions() -> None:
    one, two = direction_pair(np.random.default_rng(6), 201)
    for k in (50.0, 400.0):
        P, Q = direction_law(k, one, "P"), direction_law(1.5 * k, two, "Q")
        assert worst(P, Q, [row("kl")]) < LIMIT


def test_rows_beyond_the_table_are_refused() -> None:
    P, Q = stats.vonmises_fisher([0, 1.0], 3), stats.vonmises_fisher([0, 1.0], 1)
    with pytest.raises(ValueError, match="row 'js' has no closed form between vonmises_fisher and vonmises_fisher"):
        divergence(P, Q, "js")
