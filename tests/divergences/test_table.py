"""The table itself: names, words, and the series that the terms rest on."""

import dataclasses
import math

import mpmath
import numpy as np
import pytest

import divergences
from divergences import JENSEN_SHANNON, ROWS, TOTAL_VARIATION, FDivergence, f_divergence, log_ratios, row


def test_rows_are_found_by_name() -> None:
    assert [row(each.name) for each in ROWS] == list(ROWS)
    assert len({each.name for each in ROWS}) == len(ROWS)


@pytest.mark.parametrize("name", ["KL", "jsd", ""])
def test_an_unknown_name_lists_the_known_ones(name) -> None:
    with pytest.raises(ValueError, match=r"the table has kl, reverse_kl, .*js, gan, tv"):
        row(name)
    with pytest.raises(ValueError, match="did you mean 'reverse_kl'"):
        row("reverse-kl")


def test_rows_are_frozen_and_say_where_they_come_from() -> None:
    for each in ROWS:
        assert any(character.isdigit() for character in each.source)
        with pytest.raises(dataclasses.FrozenInstanceError):
            each.name = "other"


def test_maxima_of_the_symmetric_rows() -> None:
    assert JENSEN_SHANNON.maximum == math.log(2)
    assert TOTAL_VARIATION.maximum == 1


def test_a_row_of_ones_own_is_as_good_as_its_name() -> None:
    """Squared Hellinger, from outside the package."""
    hellinger = FDivergence(
        name="squared_hellinger", f=lambda u: (np.sqrt(u) - 1) ** 2, derivative=lambda u: 1 - 1 / np.sqrt(u),
        conjugate=lambda t: t / (1 - t), conjugate_domain=divergences.HalfLine(1.0, closed=False),
        activation=lambda v: -np.expm1(-v), penalty=np.expm1,
        integrand=lambda p, q, d: (d / np.maximum(np.sqrt(p) + np.sqrt(q), 5e-324)) ** 2,
        at_zero=1.0, slope_at_infinity=1.0, metric_power=0.5, source="Le Cam 1986", unit="",
    )  # fmt: skip
    assert f_divergence([1, 0], [0, 1], hellinger) == 2
    assert f_divergence([0.64, 0.36], [0.36, 0.64], hellinger) == pytest.approx(0.08, rel=1e-15)


@pytest.mark.parametrize(("name", "v"), [("js", 30), ("js", 1000), ("reverse_kl", 200), ("reverse_kl", -100)])
def test_without_the_fused_penalty_single_precision_breaks(name: str, v: float) -> None:
    found, logit = row(name), np.array([v], dtype=np.float32)
    with np.errstate(all="ignore"):
        composed = found.conjugate(found.activation(logit))
    assert not np.isfinite(composed)[0] or abs(composed / found.penalty(logit) - 1)[0] > 0.01
    assert np.isfinite(found.penalty(logit))[0]


def _artanh(z: mpmath.mpf) -> mpmath.mpf:
    """sum z^k / (2 k + 3) = (artanh(s) - s) / s^3 at s = sqrt z."""
    if z == 0:
        return mpmath.mpf(1) / 3
    with mpmath.workdps(60):
        s = mpmath.sqrt(z)
        return (mpmath.atanh(s) - s) / s**3


def _entropy(z: mpmath.mpf) -> mpmath.mpf:
    """sum z^k / ((2 k + 3)(2 k + 4)) = (((1 + s) log(1 + s) + (1 - s) log(1 - s)) / z - 1) / (2 z) at s = sqrt z."""
    if z == 0:
        return mpmath.mpf(1) / 12
    with mpmath.workdps(60):
        s = mpmath.sqrt(z)
        return (((1 + s) * mpmath.log(1 + s) + (1 - s) * mpmath.log(1 - s)) / z - 1) / (2 * z)


both_quotients = pytest.mark.parametrize(
    ("coefficients", "function"), [(log_ratios.ARTANH, _artanh), (log_ratios.ENTROPY, _entropy)]
)


@both_quotients
def test_coefficients_are_those_of_the_interpolating_quotient(coefficients, function) -> None:
    above, below = coefficients
    n = len(above) + len(below)
    with mpmath.workdps(50):
        end = mpmath.log(1 - mpmath.mpf(6) ** 2 / 100)
        nodes = [mpmath.exp(end * (1 + mpmath.cos((2 * j + 1) * mpmath.pi / (2 * n))) / 2) for j in range(n)]
        values = [function(1 - w) for w in nodes]
        rows = [
            [w**k for k in range(len(above))] + [-f * w**k for k in range(len(below))]
            for w, f in zip(nodes, values, strict=True)
        ]
        ends = [f * w ** len(below) for w, f in zip(nodes, values, strict=True)]
        found = mpmath.lu_solve(mpmath.matrix(rows), mpmath.matrix(ends))
        assert [float(x) for x in found] == [*above, *below]


@both_quotients
def test_quotient_is_as_accurate_as_it_says(coefficients, function) -> None:
    above, below = ([mpmath.mpf(c) for c in reversed(part)] for part in coefficients)
    with mpmath.workdps(50):
        worst = 0
        for z in mpmath.linspace(0, mpmath.mpf(log_ratios.NEAR) ** 2, 101):
            quotient = mpmath.polyval(above, 1 - z) / mpmath.polyval([mpmath.mpf(1), *below], 1 - z)
            worst = max(worst, abs(quotient / function(z) - 1))
        assert worst < 1.5e-16, float(worst)
