"""Joint ranges: no drawn pair lies outside, both ends are attained, and the curve is right to a few ulp."""

import math

import mpmath as mp
import numpy as np
import pytest
from hypothesis import given

from divergences import jensen_shannon_divergence, kl_divergence, total_variation_distance
from divergences.ranges import js_range, kl_minimiser, kl_range, least_kl
from divergences.strategies import pairs

EPS = 2.0**-52
CURVE = 4 * EPS  # of the least KL; measured against 80 digits: 1.0 eps
ROUNDING = 20 * EPS  # as in test_inequalities: both sides are right to 8 eps; measured: 2.0 eps
DISTANCES = [1e-14, 1e-9, 1e-6, 1e-3, 0.01, 0.1, 0.3, 0.5, 0.7, 0.9, 0.99, 1 - 1e-6, 1 - 2.0**-53]


def curve(tv: float) -> mp.mpf:
    """The parametric form of the paper, in the L1 norm, with 120 digits."""
    with mp.workdps(120):
        low, high = mp.mpf(2) * tv, 2 * tv + 1 / (1 - mp.mpf(tv))
        for _ in range(420):
            t = (low + high) / 2
            low, high = (t, high) if t * (1 - (mp.coth(t) - 1 / t) ** 2) < 2 * mp.mpf(tv) else (low, t)
        return mp.log(t / mp.sinh(t)) + t * mp.coth(t) - t**2 / mp.sinh(t) ** 2


@pytest.mark.parametrize("tv", DISTANCES)
def test_the_curve_is_that_of_the_paper(tv: float) -> None:
    truth = curve(tv)
    low, high = kl_range(tv)
    assert abs(low - truth) <= CURVE * truth
    assert high == math.inf
    assert abs(curve(tv * (1 - 2.0**-40)) - truth) > CURVE * truth  # the twin: a distance 1e-12 off


@pytest.mark.parametrize("tv", DISTANCES[3:-1])
def test_the_curve_is_attained(tv: float) -> None:
    """Rounding of the masses moves the distance by an eps and KL by its slope times that."""
    p, q = kl_minimiser(tv)
    assert abs(total_variation_distance(p, q) - tv) <= 4 * EPS  # measured: 0.5 eps
    slack = (kl_range(min(1.0, tv + 4 * EPS))[0] - kl_range(tv)[0]) + ROUNDING
    assert abs(kl_divergence(p, q) - kl_range(tv)[0]) <= slack


@pytest.mark.parametrize("tv", [1e-3, 0.1, 0.5, 0.9])
def test_no_other_laws_on_two_atoms_do_better(tv: float) -> None:
    a = np.linspace(0, 1 - tv, 2001)
    p, q = np.stack([a, 1 - a], axis=-1), np.stack([a + tv, 1 - a - tv], axis=-1)
    found = kl_divergence(p, np.maximum(q, 0), normalize=True)
    least = kl_range(tv)[0]
    assert found.min() >= least * (1 - 1e-12)  # the grid rounds its distances by eps / tv = 2e-13
    assert found.min() <= least * (1 + 1e-6)  # and passes near the minimiser; measured: 1.1e-7


@given(pairs())
def test_no_pair_lies_outside(pq) -> None:
    tv, js, kl = total_variation_distance(*pq), jensen_shannon_divergence(*pq), kl_divergence(*pq)
    overlap = float(np.minimum(*pq).sum())
    assert least_kl(float(tv), overlap) <= kl * (1 + ROUNDING)
    low, high = js_range(min(1.0, float(tv)))
    assert low * (1 - ROUNDING) <= js <= high * (1 + ROUNDING)


@pytest.mark.parametrize("tv", [0.0, 1e-9, 0.25, 0.5, 1.0])
def test_both_ends_of_jensen_shannon_are_attained(tv: float) -> None:
    low, high = js_range(tv)
    mirrored = [(1 + tv) / 2, (1 - tv) / 2]
    apart = [1 - tv, tv, 0.0], [1 - tv, 0.0, tv]
    assert math.isclose(jensen_shannon_divergence(mirrored, mirrored[::-1]), low, rel_tol=1e-6)  # 1 + 1e-9 is rounded
    assert math.isclose(jensen_shannon_divergence(*apart), high, rel_tol=ROUNDING)
    assert low == high if tv in (0, 1) else low < 0.95 * high  # the twin: the ends are not confused


def test_the_ends_of_the_scale() -> None:
    assert kl_range(0) == (0.0, 0.0) == js_range(0)
    assert kl_range(1) == (math.inf, math.inf)
    assert least_kl(1.0, 0.0) == math.inf
    for overlap in (1e-20, 1e-100, 1e-299, 1e-301, 5e-324):
        assert math.isclose(least_kl(1.0, overlap), -math.log(overlap), rel_tol=CURVE)
    assert kl_range(1e-300)[0] == 0.0  # 2e-600 underflows


@pytest.mark.parametrize("function", [kl_range, js_range, kl_minimiser])
def test_distances_outside_the_scale_are_refused(function) -> None:
    for wrong in (-0.1, 1.1, math.nan, math.inf):
        with pytest.raises(ValueError, match=f"tv = {wrong}; a total variation distance lies in"):
            function(wrong)
    for wrong in (True, "0.5", None, 0.5j):
        with pytest.raises(TypeError, match=r"tv is .*pass a real number"):
            function(wrong)


@pytest.mark.parametrize("tv", [0.0, 1.0])
def test_no_minimiser_at_the_ends(tv: float) -> None:
    with pytest.raises(ValueError, match=f"tv = {tv}; pass a distance strictly between 0 and 1"):
        kl_minimiser(tv)
