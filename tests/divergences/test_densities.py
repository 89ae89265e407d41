"""Quadrature and sums: a battery of hard pairs, when the value is infinite, what is refused, and every kind of law."""

import math

import mpmath
import numpy as np
import pytest
from scipy import stats

from divergences import ROWS, LogDensity, Mixture, alpha_row, divergence
from divergences.laws.densities import decide
from divergences.laws.recognise import recognise
from divergences.table import CHI2, KL
from tests.divergences import battery
from tests.divergences.battery import CASES, CLOSE, has_enclosure, key, miss, naive, ours, proved, stored
from tests.divergences.peaks import reference

TRUTHS = stored()
REFUSED = {"beta below the floats"}  # a millionth of the mass lies below the least positive float


@pytest.mark.parametrize("case", CASES, ids=key)
def test_every_pair_is_right_or_refused(case) -> None:
    if case.name in REFUSED:
        with pytest.raises(RuntimeError, match=r"P .beta. integrates to 0.99999.*: a peak or a tail was missed"):
            ours(case)
        return
    truth, found = TRUTHS[key(case)], ours(case)
    if case.infinite:
        assert found.value == found.low == math.inf
        return
    assert abs(found.value - truth) <= CLOSE * max(1.0, truth)  # measured: 4.1e-14
    rounding = 2**-52 * truth  # of the reference itself, stored as a float
    assert found.low - rounding <= truth <= found.high + rounding
    assert found.high - found.low <= 2e-12 * max(1.0, truth)


@pytest.mark.parametrize("case", [case for case in CASES if has_enclosure(case)], ids=key)
def test_every_pair_is_beside_its_enclosure(case) -> None:
    """Quadrature's interval meets the proved one, and so does the other program's value."""
    pytest.importorskip("flint")
    enclosure, truth = proved(case), TRUTHS[key(case)]
    rounding = 0.0 if case.infinite else 2**-52 * truth  # of the stored float
    assert enclosure.low - rounding <= truth <= enclosure.high + rounding
    if case.name not in REFUSED:
        found = ours(case)
        assert miss(found.value, enclosure.value) <= CLOSE  # measured: 3.4e-14
        assert found.low <= enclosure.high and enclosure.low <= found.high


def test_the_battery_is_as_large_and_as_answered_as_it_says() -> None:
    answered = [case for case in CASES if case.name not in REFUSED]
    assert len(CASES) >= 60 and len(answered) >= len(CASES) - 3
    assert set(TRUTHS) == {key(case) for case in CASES}


@pytest.mark.parametrize("index", [0, 15, 34, 57])
def test_the_stored_references_are_those_of_the_program(index: int) -> None:
    case = CASES[index]
    assert float(reference(case.P, case.Q, case.row)) == pytest.approx(TRUTHS[key(case)], rel=1e-15)


def test_the_obvious_program_fails_silently() -> None:
    """The wrong twin: scipy's quad of the same integrand, without breakpoints."""
    for case, wrong in ((CASES[0], 800), (CASES[2], math.log(2)), (CASES[5], 0.5)):
        assert abs(naive(case) - wrong) > 0.1 * wrong


ONE_PEAK, TWO_PEAKS = stats.norm(0, 1), Mixture([stats.norm(0, 1), stats.norm(60, 1e-3)], [0.75, 0.25])


@pytest.mark.parametrize("row", [*ROWS, alpha_row(0.3), alpha_row(-2)], ids=lambda row: row.name)
def test_exchanging_the_laws_exchanges_the_limits(row) -> None:
    """A row at (P, Q) is the row with generator u f(1/u) at (Q, P)."""
    swapped = {"kl": "reverse_kl", "reverse_kl": "kl", "chi2": "neyman_chi2", "neyman_chi2": "chi2"}
    other = alpha_row(1 - row.order) if row.name.startswith("alpha") else swapped.get(row.name, row)
    P, Q = stats.logistic(0, 1), stats.logistic(0.5, 1.5)
    if math.isinf(divergence(P, Q, row).value):
        assert divergence(Q, P, other).value == math.inf
        return
    assert divergence(P, Q, row).value == pytest.approx(divergence(Q, P, other).value, rel=1e-14)


def test_what_is_left_of_a_peak_that_both_share_is_the_rest() -> None:
    """Total variation of a law and its mixture with a far one is the weight of the far one."""
    assert divergence(ONE_PEAK, TWO_PEAKS, "tv").value == pytest.approx(0.25, rel=1e-14)
    assert divergence(TWO_PEAKS, TWO_PEAKS, "js").value == 0


@pytest.mark.parametrize("closeness", [1e-2, 1e-5, 1e-8, 1e-11])
def test_near_equality_where_no_closed_form_exists(closeness: float) -> None:
    """``KL = delta^2 / 2 I`` with Fisher's information 1/3 of a logistic location; the ends say what is lost."""
    found = divergence(stats.logistic(0, 1), stats.logistic(closeness, 1), "kl")
    expected = closeness**2 / 6
    assert found.value == pytest.approx(expected, rel=closeness**2 + 5e-14 / closeness)
    assert found.high - found.low < 5e-14 / closeness * found.value  # measured: 3.1e-14


@pytest.mark.parametrize(
    ("P", "Q", "row", "finite"),
    [
        (stats.t(2), stats.norm(), KL, False),
        (stats.t(2.1), stats.norm(), KL, True),
        (stats.norm(), stats.t(2), KL, True),
        (stats.norm(), stats.gumbel_r(), KL, True),
        (stats.laplace(scale=2), stats.gumbel_r(), KL, False),
        (stats.laplace(scale=0.5), stats.gumbel_r(), KL, True),
        (stats.lognorm(1), stats.gumbel_l(), KL, False),
        (stats.norm(scale=2**0.5 * 1.001), stats.norm(), CHI2, False),
        (stats.norm(scale=2**0.5 * 0.999), stats.norm(), CHI2, True),
        (stats.t(2), stats.t(3.9), CHI2, True),
        (stats.t(2), stats.t(4), CHI2, False),
        (stats.lognorm(1), stats.lognorm(0.5), CHI2, False),
        (stats.lognorm(1), stats.lognorm(0.8), CHI2, True),
        (stats.gumbel_r(), stats.gumbel_r(scale=0.9), CHI2, False),
        (stats.gumbel_r(scale=0.9), stats.gumbel_r(), CHI2, True),
        (stats.gumbel_r(0), stats.gumbel_r(0.69), CHI2, True),
        (stats.gumbel_r(0), stats.gumbel_r(0.70), CHI2, False),
        (stats.beta(0.5, 1), stats.beta(1, 1), CHI2, False),
        (stats.beta(0.51, 1), stats.beta(1, 1), CHI2, True),
        (stats.gamma(0.5), stats.invgamma(0.4), KL, False),
        (stats.gamma(0.5), stats.invgamma(0.4), alpha_row(0.5), True),
        (stats.uniform(0, 1), stats.uniform(0, 0.5), KL, False),
        (stats.uniform(0, 1), Mixture([stats.uniform(0, 0.5), stats.uniform(0.5, 1)], [0.5, 0.5]), KL, True),
        (stats.uniform(0, 1), Mixture([stats.uniform(0, 0.4), stats.uniform(0.5, 1)], [0.5, 0.5]), KL, False),
        (Mixture([stats.norm(), stats.cauchy()], [0.9, 0.1]), stats.norm(), KL, False),
        (stats.norm(), Mixture([stats.norm(), stats.cauchy()], [0.9, 0.1]), CHI2, True),
        (LogDensity(lambda x: -(x**2) / 2), stats.norm(), KL, None),
    ],
)
def test_infinity_is_decided_by_supports_and_tails(P, Q, row, finite: bool | None) -> None:
    """Each pair of neighbours lies on two sides of a limit."""
    assert decide(recognise(P, "P"), recognise(Q, "Q"), row) is finite


def test_unknown_tails_are_answered_where_they_fade_and_refused_where_they_do_not() -> None:
    def student(x):
        return -np.log(np.pi) - np.log1p(np.minimum(np.abs(x), 1e150) ** 2)

    laplace = LogDensity(lambda x: -np.abs(x) - np.log(2))
    assert divergence(laplace, stats.norm(), "kl").value == pytest.approx(
        divergence(stats.laplace(), stats.norm(), "kl").value, rel=1e-14
    )
    with pytest.raises(RuntimeError, match=r"kl integral still grows by .* the tails of P .LogDensity. and Q .norm."):
        divergence(LogDensity(student), stats.norm(), "kl")
    assert divergence(LogDensity(student), stats.norm(), "js").value == pytest.approx(TRUTHS[key(CASES[34])], rel=1e-13)


def test_a_density_that_underflows_before_its_tail_has_faded() -> None:
    """scipy's kappa_3(2) falls like x^-3 until its power overflows: the divergence is infinite, not 171.66."""
    with pytest.raises(RuntimeError, match=r"kl integral still grows by .* the tails of P .kappa3."):
        divergence(stats.kappa3(2), stats.norm(), "kl")
    assert divergence(stats.kappa3(2), stats.norm(), "js").value < math.log(2)
    assert math.isfinite(divergence(stats.genpareto(0.3), stats.norm(), "kl").value)


def test_a_density_that_is_infinite_inside_the_floats() -> None:
    with pytest.raises(RuntimeError, match=r"P .rdist. has an infinite density at a float of its support"):
        divergence(stats.rdist(1.5), stats.norm(), "js")
    arcsine = divergence(stats.arcsine(), stats.beta(0.5, 0.75), "js")
    assert arcsine == divergence(stats.beta(0.5, 0.5), stats.beta(0.5, 0.75), "js")


def test_a_peak_that_no_center_points_to_is_missed_loudly() -> None:
    def two_peaks(x):
        return np.logaddexp(-(x**2) / 2, -((x - 60) ** 2) / 2e-6 + math.log(1e3)) - math.log(8 * math.pi) / 2

    with pytest.raises(RuntimeError, match=r"P .LogDensity. integrates to 0.5.*centers"):
        divergence(LogDensity(two_peaks), stats.norm(), "js")
    told = LogDensity(two_peaks, centers=[0, 60], scales=[1, 1e-3])
    same = Mixture([stats.norm(), stats.norm(60, 1e-3)], [0.5, 0.5])
    assert divergence(told, stats.norm(), "js").value == pytest.approx(
        divergence(same, stats.norm(), "js").value, rel=1e-13
    )


def test_a_log_density_that_is_not_normalised() -> None:
    with pytest.raises(ValueError, match=r"P .LogDensity. integrates to 2.5066.*more than 1; subtract the logarithm"):
        divergence(LogDensity(lambda x: -(x**2) / 2), stats.norm(), "js")
    with pytest.raises(RuntimeError, match=r"Q .LogDensity. integrates to 0.8.*not normalised"):
        divergence(stats.norm(), LogDensity(lambda x: stats.norm.logpdf(x) + math.log(0.8)), "js")


def test_a_log_density_that_underflows_inside_its_support_is_no_infinity() -> None:
    def plain(x):
        with np.errstate(divide="ignore", under="ignore"):
            return np.log(np.exp(-(x**2) / 2) / math.sqrt(2 * math.pi))

    with pytest.raises(RuntimeError, match="a log-density is -inf inside its support"):
        divergence(stats.norm(50, 1), LogDensity(plain), "kl")


@pytest.mark.parametrize(
    ("P", "Q"),
    [
        (stats.poisson(3), stats.poisson(4)),
        (stats.poisson(3e4), stats.poisson(3.01e4)),
        (stats.binom(20, 0.25), stats.binom(20, 0.5)),
        (stats.geom(0.25), stats.geom(0.2)),
        (stats.nbinom(3.5, 0.25), stats.nbinom(3.5, 0.2)),
    ],
)
def test_sums_agree_with_closed_forms(P, Q) -> None:
    """scipy's logarithms of masses lose digits where their arguments are large; the ends say so."""
    for name in ("kl", "reverse_kl", "jeffreys", "chi2", "squared_hellinger"):
        formula, summed = divergence(P, Q, name), divergence(P, Q, name, method="quadrature")
        assert (formula.method, summed.method) == ("closed form", "sum")
        assert summed.low <= formula.high and formula.low <= summed.high
        assert summed.value == pytest.approx(formula.value, rel=1e-12 if P.mean() < 1e4 else 1e-8)


def test_a_sum_without_closed_form() -> None:
    with mpmath.workdps(30):
        masses = [(mpmath.exp(-3) * mpmath.mpf(3) ** k, mpmath.exp(-4) * mpmath.mpf(4) ** k) for k in range(80)]
        truth = mpmath.fsum(abs(p - q) / mpmath.factorial(k) for k, (p, q) in enumerate(masses)) / 2
    found = divergence(stats.poisson(3), stats.poisson(4), "tv")
    assert found.value == pytest.approx(float(truth), rel=1e-14)
    assert found.low <= truth <= found.high


def test_counting_laws_with_different_supports() -> None:
    assert divergence(stats.binom(6, 0.5), stats.binom(5, 0.5), "kl").value == math.inf
    assert divergence(stats.binom(5, 0.5), stats.binom(6, 0.5), "kl").value < 1
    mixed = Mixture([stats.poisson(2), stats.poisson(200)], [0.5, 0.5])
    assert divergence(mixed, stats.poisson(2), "tv").value == pytest.approx(0.5, rel=1e-13)


def test_sums_that_are_too_long_say_so() -> None:
    with pytest.raises(RuntimeError, match="integers apart, too many to sum"):
        divergence(stats.poisson(1), stats.poisson(1e9), "tv")
    with pytest.raises(RuntimeError, match=r"tv sum still grows|. .zipf. sums to"):
        divergence(stats.zipf(1.5), stats.zipf(1.6), "tv")


def test_the_table_prints(capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(battery, "CASES", CASES[:3])
    battery.table()
    assert "of 3 within 1e-10: 3 here, 0 wrong" in capsys.readouterr().out
