"""Normal laws of several dimensions against sixty digits, singular and badly conditioned ones, and Dirichlet laws."""

import math

import mpmath
import numpy as np
import pytest
import torch
from scipy import stats

from divergences import ROWS, alpha_row, divergence

POWERS = [row for row in ROWS if row.order is not None or row.name == "jeffreys"] + [*map(alpha_row, (0.3, 1.4))]
RANDOM = np.random.default_rng(5)


def truth(m, S, n, T, row) -> mpmath.mpf:
    """Textbook formulas with determinants and inverses in sixty digits."""
    with mpmath.workdps(60):
        m, n = (mpmath.matrix(v.tolist()) for v in (m, n))
        S, T = (mpmath.matrix(v.tolist()) for v in (S, T))
        if row.name == "jeffreys":
            return _kl(m, S, n, T) + _kl(n, T, m, S)
        if row.order in (0, 1):
            return _kl(m, S, n, T) if row.order else _kl(n, T, m, S)
        a = mpmath.mpf(row.order)
        blended = (1 - a) * S + a * T
        if min(mpmath.eigsy(a * S**-1 + (1 - a) * T**-1, eigvals_only=True)) <= 0:
            return mpmath.inf
        shift = m - n
        gap = a * (1 - a) * (shift.T * blended**-1 * shift)[0] + mpmath.log(mpmath.det(blended))
        gap = (gap - (1 - a) * mpmath.log(mpmath.det(S)) - a * mpmath.log(mpmath.det(T))) / 2
        scale = {"chi2": 2, "neyman_chi2": 2, "squared_hellinger": mpmath.mpf(1) / 2}.get(row.name, 1)
        return scale * mpmath.expm1(-gap) / (a * (a - 1))


def _kl(m, S, n, T) -> mpmath.mpf:
    shift, inverse = n - m, T**-1
    trace = mpmath.fsum((inverse * S)[i, i] for i in range(len(m)))
    logs = mpmath.log(mpmath.det(T)) - mpmath.log(mpmath.det(S))
    return (trace - len(m) + (shift.T * inverse * shift)[0] + logs) / 2


def covariance(d: int, condition: float = 10.0) -> np.ndarray:
    basis = np.linalg.qr(RANDOM.normal(size=(d, d)))[0]
    found = (basis * np.geomspace(1, condition, d)) @ basis.T
    return (found + found.T) / 2


def pair(m, S, n, T, row, **options):
    return divergence(stats.multivariate_normal(m, S), stats.multivariate_normal(n, T), row, **options)


@pytest.mark.parametrize("d", [1, 2, 5])
@pytest.mark.parametrize("closeness", [1.0, 1e-3, 1e-7])
def test_regular_covariances(d: int, closeness: float) -> None:
    m, S = RANDOM.normal(size=d), covariance(d)
    n, T = m + closeness * RANDOM.normal(size=d), S + closeness * covariance(d) / 10
    for row in POWERS:
        found, exact = pair(m, S, n, T, row), truth(m, S, n, T, row)
        assert found.low <= exact <= found.high or found.value == exact == mpmath.inf
        assert found.high - found.low <= 1e-11 * found.value or math.isinf(found.value)


def test_near_equality_keeps_its_digits() -> None:
    """Measured: 3e-15."""
    S = covariance(3)
    T = S + 2.0**-40 * np.round(covariance(3) * 8) / 8
    found = pair(np.zeros(3), S, np.zeros(3), T, "kl").value
    assert found == pytest.approx(float(truth(np.zeros(3), S, np.zeros(3), T, ROWS[0])), rel=3e-14)


def test_total_variation_with_equal_covariances() -> None:
    S = covariance(3)
    found = pair(np.zeros(3), S, np.ones(3), S, "tv")
    distance = math.sqrt(np.ones(3) @ np.linalg.solve(S, np.ones(3)))
    assert found.value == pytest.approx(2 * stats.norm.cdf(distance / 2) - 1, rel=1e-14)
    with pytest.raises(ValueError, match=r"row 'tv' has no closed form .* where the covariances are equal"):
        pair(np.zeros(3), S, np.ones(3), 2 * S, "tv")


def test_scales_of_the_axes_do_not_matter() -> None:
    S, T = np.diag([1e-20, 1.0, 1e20]), np.diag([2e-20, 1.0, 3e20])
    exact = truth(np.zeros(3), S, np.zeros(3), T, ROWS[0])
    laws = [torch.distributions.MultivariateNormal(torch.zeros(3, dtype=float), torch.tensor(C)) for C in (S, T)]
    assert divergence(*laws, "kl").value == pytest.approx(float(exact), rel=1e-14)


@pytest.mark.parametrize("row", ROWS, ids=lambda row: row.name)
def test_laws_on_different_flats_are_disjoint(row) -> None:
    def law(mean, covariance):
        return stats.multivariate_normal(mean, covariance, allow_singular=True)

    plane, line = np.diag([1.0, 1.0, 0.0]), np.diag([1.0, 0.0, 0.0])
    for P, Q in (
        (law(np.zeros(3), np.eye(3)), law(np.zeros(3), plane)),
        (law(np.zeros(3), plane), law(np.zeros(3), np.eye(3))),
        (law(np.zeros(3), line), law(np.zeros(3), plane)),
        (law(np.zeros(3), plane), law(np.array([0, 0, 1.0]), plane)),
    ):
        found = divergence(P, Q, row)
        assert found.value == found.high == row.maximum
        assert found.low == row.maximum


def test_laws_on_one_flat_are_those_of_its_coordinates() -> None:
    basis = np.linalg.qr(RANDOM.normal(size=(4, 2)))[0]
    S, T, n = covariance(2), covariance(2), RANDOM.normal(size=2)
    P = stats.multivariate_normal(np.zeros(4), basis @ S @ basis.T, allow_singular=True)
    Q = stats.multivariate_normal(basis @ n, basis @ T @ basis.T, allow_singular=True)
    for row in POWERS:
        exact = truth(np.zeros(2), S, n, T, row)
        assert divergence(P, Q, row).value == pytest.approx(float(exact), rel=1e-12)


@pytest.mark.parametrize("condition", [1e2, 1e3, 1e4])
def test_the_ends_widen_with_the_condition(condition: float) -> None:
    S, T = covariance(3, condition), covariance(3, condition)
    found, exact = pair(np.zeros(3), S, np.ones(3), T, "kl"), truth(np.zeros(3), S, np.ones(3), T, ROWS[0])
    assert found.low <= exact <= found.high


def test_what_the_condition_does_not_let_one_tell_is_refused() -> None:
    S, T = covariance(3, 1e6), covariance(3, 1e6)
    with pytest.raises(RuntimeError, match="badly conditioned that the relative error may reach"):
        pair(np.zeros(3), S, np.ones(3), T, "kl")


def test_infinite_outside_the_natural_domain_and_finite_beyond_the_floats() -> None:
    found = pair(np.zeros(2), 2 * np.eye(2), np.zeros(2), np.eye(2), "chi2")
    assert found.low == math.inf
    found = pair(np.full(2, 40.0), np.eye(2), np.zeros(2), np.eye(2), "chi2")
    assert found.value == math.inf and found.low == np.finfo(float).max


def test_torch_and_scipy_agree() -> None:
    S, T = covariance(3), covariance(3)
    laws = [
        torch.distributions.MultivariateNormal(torch.zeros(3, dtype=torch.float64), torch.tensor(S)),
        torch.distributions.MultivariateNormal(torch.ones(3, dtype=torch.float64), torch.tensor(T)),
    ]
    expected = pair(np.zeros(3), S, np.ones(3), T, "kl").value
    assert divergence(*laws, "kl").value == pytest.approx(expected, rel=1e-13)
    assert float(torch.distributions.kl_divergence(*laws)) == pytest.approx(expected, rel=1e-12)


def test_dirichlet_laws() -> None:
    P, Q = (1.0, 2.0, 3.0), (2.0, 2.0, 2.5)
    tensors = [torch.tensor(alpha, dtype=torch.float64) for alpha in (P, Q)]
    found = divergence(*map(torch.distributions.Dirichlet, tensors), "kl")
    assert found == divergence(stats.dirichlet(P), stats.dirichlet(Q), "kl")
    theirs = torch.distributions.kl_divergence(*map(torch.distributions.Dirichlet, tensors))
    assert found.value == pytest.approx(float(theirs), rel=1e-13)
    assert divergence(stats.dirichlet([0.5, 1]), stats.dirichlet([2, 1]), "chi2").value == math.inf
