"""The distance between normal laws against formulas, high precision, exact transport and the laws of a distance."""

import math

import mpmath
import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from scipy import stats

from optimal_transport import gaussian_wasserstein_distance, wasserstein_distance

EPS = 2.0**-52
ZERO = np.zeros(3)


def covariance(rng, d, rank=None):
    root = rng.normal(size=(d, rank or d))
    return (root @ root.T + (root @ root.T).T) / 2


def rotation(rng, d):
    return np.linalg.qr(rng.normal(size=(d, d)))[0]


def nuclear(dm, a, b):
    """The definition, with 60 digits."""
    with mpmath.workdps(60):
        a, b = mpmath.matrix(a.tolist()), mpmath.matrix(b.tolist())
        values, vectors = mpmath.eigsy(a)
        root = vectors * mpmath.diag([mpmath.sqrt(max(v, 0)) for v in values]) * vectors.T
        singular = [mpmath.sqrt(max(v, 0)) for v in mpmath.eigsy(root * b * root)[0]]
        trace = sum(a[i, i] + b[i, i] for i in range(a.rows))
        return float(mpmath.sqrt(mpmath.mpf(dm) ** 2 + trace - 2 * sum(singular)))


def test_commuting_covariances_in_closed_form():
    """(sum of (s - t)^2)^(1/2) for standard deviations s, t along common axes."""
    rng = np.random.default_rng(0)
    for d in (1, 2, 5, 20):
        axes, s, t = rotation(rng, d), rng.uniform(0.5, 2, d), rng.uniform(0.5, 2, d)
        a, b = (axes * s**2) @ axes.T, (axes * t**2) @ axes.T
        truth = float(np.linalg.norm(s - t))
        found = gaussian_wasserstein_distance(np.zeros(d), a, np.zeros(d), b)
        assert found == pytest.approx(truth, rel=1e-14)  # 1.3e-15 measured
        assert abs(np.linalg.norm(s - 1.01 * t) - found) > 1e-3


@pytest.mark.parametrize("near", [1.0, 1e-4, 1e-8, 1e-12])
def test_nearly_equal_covariances_lose_digits_but_not_half_of_them(near):
    """The error is some eps of the standard deviations however close the laws are; the plain formula's is its root."""
    rng = np.random.default_rng(1)
    for d in (1, 2, 3, 4) * 5:
        root = rng.normal(size=(d, d)) + 3 * np.eye(d)
        other = root + near * rng.normal(size=(d, d))
        a, b = root @ root.T, other @ other.T
        a, b = (a + a.T) / 2, (b + b.T) / 2
        size = math.sqrt(np.trace(a) + np.trace(b))
        found = gaussian_wasserstein_distance(np.zeros(d), a, np.zeros(d), b)
        assert abs(found - nuclear(0, a, b)) <= 32 * EPS * size  # 3.9 eps measured


def test_equal_laws_are_at_distance_zero():
    rng = np.random.default_rng(2)
    for d, rank in [(1, 1), (3, 3), (5, 2), (40, 40), (40, 7)]:
        a = covariance(rng, d, rank)
        assert gaussian_wasserstein_distance(np.ones(d), a, np.ones(d), a) <= 32 * EPS * math.sqrt(np.trace(a))


def test_singular_covariances():
    direction = np.array([1.0, 2.0, 2.0])
    line = np.outer(direction, direction)
    dirac = np.zeros((3, 3))
    assert gaussian_wasserstein_distance(ZERO, line, ZERO, dirac) == pytest.approx(3, rel=4 * EPS)
    assert gaussian_wasserstein_distance(ZERO, line, ZERO, 4 * line) == pytest.approx(3, rel=4 * EPS)
    across = np.outer([2.0, -1.0, 0.0], [2.0, -1.0, 0.0])
    assert gaussian_wasserstein_distance(ZERO, line, ZERO, across) == pytest.approx(math.sqrt(14), rel=4 * EPS)
    assert gaussian_wasserstein_distance(ZERO, dirac, [0, 3, 4], dirac) == 5
    rng = np.random.default_rng(3)
    few, many = rng.normal(size=(3, 6)), rng.normal(size=(9, 6))  # fewer samples than dimensions
    few, many = np.cov(few.T), np.cov(many.T)
    found = gaussian_wasserstein_distance(np.zeros(6), few, np.zeros(6), many)
    assert found == pytest.approx(nuclear(0, few, many), rel=3e-8)  # 3.6e-9 measured: the root of a rounded zero


@pytest.mark.parametrize("scale", [1e-150, 1e-75, 1.0, 1e75, 1e150])
def test_every_scale(scale):
    rng = np.random.default_rng(4)
    a, b, dm = covariance(rng, 3), covariance(rng, 3), rng.normal(size=3)
    one = gaussian_wasserstein_distance(ZERO, a, dm, b)
    scaled = gaussian_wasserstein_distance(ZERO, a * scale * scale, dm * scale, b * scale * scale)
    assert scaled == pytest.approx(one * scale, rel=1e-14)
    mixed = np.diag([1.0, scale, 1.0]) @ a @ np.diag([1.0, scale, 1.0])
    assert gaussian_wasserstein_distance(ZERO, mixed, ZERO, 4 * mixed) == pytest.approx(
        math.hypot(math.sqrt(a[0, 0] + a[2, 2]), math.sqrt(a[1, 1]) * scale), rel=1e-14
    )


@given(st.integers(0, 2**32), st.integers(1, 6))
def test_laws_of_a_distance(seed, d):
    """Symmetry, the triangle inequality, translations and rotations."""
    rng = np.random.default_rng(seed)
    laws = [(rng.normal(size=d), covariance(rng, d, rng.integers(1, d + 2))) for _ in range(3)]
    size = math.sqrt(sum(np.trace(a) + m @ m for m, a in laws))
    first, second, third = (gaussian_wasserstein_distance(*laws[i], *laws[j]) for i, j in [(0, 1), (1, 2), (0, 2)])
    slack = 3e-8 * size if d > 1 else 2e-15 * size  # 3.1e-9 measured, the root of a rounded zero; 2.4e-16
    assert third <= first + second + slack
    assert gaussian_wasserstein_distance(*laws[1], *laws[0]) == pytest.approx(first, abs=slack)
    turn, shift = rotation(rng, d), rng.normal(size=d)
    turned = [(turn @ m + shift, turn @ a @ turn.T) for m, a in laws[:2]]
    assert gaussian_wasserstein_distance(*turned[0], *turned[1]) == pytest.approx(first, abs=slack)


def test_a_triangle_of_translations_is_tight():
    """Equality along a line: a right side 1 % smaller is refuted."""
    a = covariance(np.random.default_rng(5), 3)
    step = np.array([1.0, 2.0, 2.0])
    sides = [gaussian_wasserstein_distance(ZERO, a, k * step, a) for k in (1, 2, 3)]
    assert sides == pytest.approx([3, 6, 9], rel=1e-14)
    assert sides[2] > 0.99 * (sides[0] + sides[1])


@pytest.mark.parametrize(("dm", "s", "t"), [(0.0, 1.0, 2.0), (3.0, 1.0, 1.0), (3.0, 1.0, 5.0), (1.0, 0.0, 2.0)])
def test_the_line_is_a_right_angle_and_near_exact_transport(dm, s, t):
    found = gaussian_wasserstein_distance([0.0], [[s * s]], [dm], [[t * t]])
    assert found == pytest.approx(math.hypot(dm, s - t), rel=4 * EPS)
    levels = stats.norm.ppf((np.arange(4000) + 0.5) / 4000)
    assert wasserstein_distance(s * levels, dm + t * levels, p=2) == pytest.approx(found, rel=2e-3)


def test_samples_of_a_linear_map_cost_what_the_laws_do():
    """Symmetric positive maps are optimal: the distance of the sample covariances is that of the samples."""
    rng = np.random.default_rng(6)
    x = rng.normal(size=(200, 3))
    y = x @ (covariance(rng, 3) + np.eye(3)) + [1.0, 0.0, 0.0]
    laws = [(z.mean(0), np.cov(z.T, bias=True)) for z in (x, y)]
    assert gaussian_wasserstein_distance(*laws[0], *laws[1]) == pytest.approx(
        wasserstein_distance(x, y, p=2), rel=1e-12
    )


ONE = np.eye(2)


@pytest.mark.parametrize(("arguments", "error", "message"), [
    ((0.0, ONE, [0, 0], ONE), ValueError, r"mean1 must have shape \(d,\)"),
    (([0, 0], ONE, [], ONE), ValueError, r"mean2 must have shape \(d,\)"),
    (([0, 0], ONE, [0, 0, 0], ONE), ValueError, "dimensions 2 and 3"),
    (([0, np.nan], ONE, [0, 0], ONE), ValueError, "mean1 must be finite, found nan"),
    (([0, 0], ONE, ["a", "b"], ONE), TypeError, "mean2 has dtype"),
    (([0, 0], 1j * ONE, [0, 0], ONE), TypeError, "covariance1 has dtype"),
    (([0, 0], [1.0, 1.0], [0, 0], ONE), ValueError, r"covariance1 must have shape \(2, 2\)"),
    (([0, 0], ONE, [0, 0], np.eye(3)), ValueError, r"covariance2 must have shape \(2, 2\)"),
    (([0, 0], ONE, [0, 0], [[1, np.inf], [np.inf, 1]]), ValueError, "covariance2 must be finite"),
    (([0, 0], -ONE, [0, 0], ONE), ValueError, "covariance1 must have variances >= 0, found -1"),
    (([0, 0], [[1, 0.5], [0.4, 1]], [0, 0], ONE), ValueError, r"must be symmetric, found 0.5 at \(0, 1\)"),
    (([0, 0], [[1, 1.001], [1.001, 1]], [0, 0], ONE), ValueError, "must be positive semidefinite"),
    (([0, 0], [[0, 1e-9], [1e-9, 1]], [0, 0], ONE), ValueError, "must be positive semidefinite"),
    (([-1.7e308, 0], ONE, [1.7e308, 0], ONE), ValueError, "overflows"),
])  # fmt: skip
def test_bad_laws_are_named(arguments, error, message):
    with pytest.raises(error, match=message):
        gaussian_wasserstein_distance(*arguments)


def test_float32_covariances_may_be_off_by_float32_roundings():
    root = np.random.default_rng(7).normal(size=(4, 2)).astype(np.float32)
    rounded = root @ root.T
    assert gaussian_wasserstein_distance(np.zeros(4), rounded, np.zeros(4), rounded) <= 1e-6
