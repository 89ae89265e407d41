"""The best discriminator: its values, its optimality, its value."""

import math

import numpy as np
import pytest
import scipy.stats
from hypothesis import given
from hypothesis import strategies as st

from gan_core import Normal, game_value, normal_optimal_logits, optimal_discriminator

EPS = 2.0**-52
MASSES = st.lists(st.tuples(st.integers(0, 20), st.integers(0, 20)), min_size=1, max_size=6).filter(
    lambda rows: sum(p for p, _ in rows) > 0 and sum(q for _, q in rows) > 0
)


def laws(rows):
    p, q = np.array(rows, dtype=float).T
    return p / p.sum(), q / q.sum()


def twice_js_less_log_4(p, q):
    m = (p + q) / 2
    return math.fsum(u * math.log(u / w) for u, w in zip([*p, *q], [*m, *m], strict=True) if u > 0) - math.log(4)


def best(p, q, d, other) -> bool:
    return game_value(other, p, q) <= game_value(d, p, q) + 8 * EPS


@given(MASSES, st.integers(0, 2**32 - 1), st.sampled_from([1e-6, 1e-3, 0.05, 1.0]))
def test_no_discriminator_has_a_larger_value(rows, seed, size):
    p, q = laws(rows)
    d = optimal_discriminator(p, q)
    other = np.clip(d + size * np.random.default_rng(seed).uniform(-1, 1, d.shape), 0, 1)
    assert best(p, q, d, other)


def test_one_five_percent_off_is_beaten():
    p, q = np.array([0.2, 0.8]), np.array([0.6, 0.4])
    d = optimal_discriminator(p, q)
    assert not best(p, q, 1.05 * d, d)


@given(MASSES)
def test_its_value_is_twice_js_less_log_4(rows):
    p, q = laws(rows)
    assert game_value(optimal_discriminator(p, q), p, q) == pytest.approx(twice_js_less_log_4(p, q), abs=8 * EPS)


@given(MASSES, st.integers(-280, 280))
def test_only_the_ratio_matters(rows, exponent):
    p, q = np.array(rows, dtype=float).T
    np.testing.assert_allclose(
        optimal_discriminator(p * 10.0**exponent, q * 10.0**exponent), optimal_discriminator(p, q), rtol=4 * EPS
    )


def test_extreme_masses():
    p, q = np.array([1.7e308, 5e-324, 1e308, 1e-300, 0.0, 3.0]), np.array([1.7e308, 5e-324, 1e-300, 1e308, 0.0, 0.0])
    np.testing.assert_array_equal(optimal_discriminator(p, q), [0.5, 0.5, 1, 0, 0.5, 1])
    assert optimal_discriminator(1e-300, 1.0) == pytest.approx(1e-300, rel=1e-15)


def test_a_sure_and_wrong_discriminator_loses_everything():
    assert game_value([0.0, 0.5], [0.5, 0.5], [0.5, 0.5]) == -math.inf
    assert game_value([0.5, 0.5], [0.5, 0.5], [0.5, 0.5]) == -math.log(4)


@pytest.mark.parametrize(("p", "q", "error", "message"), [
    ([0.5, -0.5], [0.5, 0.5], ValueError, "p must be finite and >= 0, found -0.5"),
    ([0.5, 0.5], [math.nan, 0.5], ValueError, "q must be finite and >= 0, found nan"),
    ([0.5, 0.5], [1.0], ValueError, "one shape"),
    ([True, False], [0.5, 0.5], TypeError, "p has dtype"),
    (["a"], [0.5], TypeError, "p has dtype"),
])  # fmt: skip
def test_bad_masses_are_named(p, q, error, message):
    with pytest.raises(error, match=message):
        optimal_discriminator(p, q)
    with pytest.raises(error, match=message):
        game_value(np.full(np.shape(p), 0.5), p, q)


def test_a_logit_is_no_probability():
    with pytest.raises(ValueError, match=r"discriminator must lie in \[0, 1\], found 2"):
        game_value([2.0], [1.0], [1.0])


POINTS = np.linspace(-6, 8, 57)


def agrees(logits, p, q) -> bool:
    """With the densities, where these have digits; 2.2e-16 measured."""
    densities = [scipy.stats.norm.pdf(POINTS, law.mean, law.scale) for law in (p, q)]
    found = 1 / (1 + np.exp(-logits))
    return bool(np.allclose(found, optimal_discriminator(*densities), rtol=2e-15, atol=0))


@pytest.mark.parametrize(("p", "q"), [
    (Normal(2.0, 1.0), Normal(0.0, 1.0)), (Normal(2.0, 1.0), Normal(1.8, 0.4)), (Normal(-1.0, 3.0), Normal(2.0, 1.0)),
])  # fmt: skip
def test_the_best_discriminator_of_two_normal_laws(p, q):
    logits = normal_optimal_logits(POINTS, p, q)
    assert agrees(logits, p, q)
    assert not agrees(normal_optimal_logits(POINTS, p, Normal(q.mean, 1.001 * q.scale)), p, q)
    np.testing.assert_allclose(normal_optimal_logits(POINTS, q, p), -logits, rtol=1e-14)
    assert (normal_optimal_logits(POINTS, p, p) == 0).all()


def test_its_logits_are_finite_where_the_densities_vanish():
    near, far = Normal(0.0, 1.0), Normal(40.0, 1.0)
    np.testing.assert_array_equal(normal_optimal_logits([-40.0, 20.0, 1e6], far, near), [-2400.0, 0.0, 4e7 - 800])
    assert normal_optimal_logits(1e150, Normal(0.0, 2.0), near) == pytest.approx(3 / 8 * 1e300, rel=1e-14)
    assert normal_optimal_logits([[0.5]], near, far).shape == (1, 1)


@pytest.mark.parametrize(("points", "p", "error", "message"), [
    ([math.nan], Normal(0.0, 1.0), ValueError, "points must be finite, found nan"),
    (["0"], Normal(0.0, 1.0), TypeError, "points has dtype"),
    ([1e200], Normal(0.0, 1.0), ValueError, r"points must lie within 1e\+150 standard deviations of both means"),
    ([1e300], Normal(0.0, 1e-300), ValueError, r"points must lie within 1e\+150"),
    ([0.0], (0.0, 1.0), TypeError, r"p must be a Normal, found \(0.0, 1.0\)"),
])  # fmt: skip
def test_bad_points_and_laws_are_named(points, p, error, message):
    with pytest.raises(error, match=message):
        normal_optimal_logits(points, p, Normal(0.0, 1.0))
    if error is TypeError and not isinstance(p, Normal):
        with pytest.raises(error, match="q must be a Normal"):
            normal_optimal_logits(points, Normal(0.0, 1.0), p)
