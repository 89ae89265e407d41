"""The circle: against a linear program over all pairs, against every rotation, and against rationals."""

import math
from fractions import Fraction

import numpy as np
import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from optimal_transport import circle, circular_wasserstein_distance, optimal_transport, wasserstein_distance

EPS = 2.0**-52
PERIODS = (1.0, 2 * math.pi, 360.0, 1e-150, 1e150)


def distances(x, y, period):
    gaps = np.mod(np.subtract.outer(np.asarray(x), np.asarray(y)), period)
    return np.minimum(gaps, period - gaps)


@st.composite
def circles(draw, most=6):
    """Points on a coarse lattice or anywhere, up to two turns away, and weights in 1/64; or both nearly alike."""
    period = draw(st.sampled_from(PERIODS))

    def measure():
        size = draw(st.integers(1, most))
        place = st.integers(-16, 16).map(lambda k: k / 8) | st.floats(-2, 2)
        points = np.array(draw(st.lists(place, min_size=size, max_size=size))) * period
        cuts = draw(st.lists(st.integers(0, 64), min_size=size - 1, max_size=size - 1))
        return points[:, None], np.diff(np.array([0, *sorted(cuts), 64])) / 64

    x, a = measure()
    if draw(st.booleans()):
        return (x, a), (x + period * 2.0 ** -draw(st.integers(20, 45)), a), period
    return (x, a), measure(), period


@given(circles(), st.sampled_from([1.0, 1.5, 2.0, 4.0]))
def test_the_best_shift_is_the_best_plan(problem, p):
    """Against the simplex with all distances along the circle as its costs."""
    (x, a), (y, b), period = problem
    found = circular_wasserstein_distance(x, y, a, b, p=p, period=period)
    plan = optimal_transport(a=a, b=b, cost_matrix=distances(x[:, 0] / period, y[:, 0] / period, 1.0) ** p, p=p)
    low, high = (bound ** (1 / p) * period for bound in (plan.lower, plan.upper))
    room = 1e-15 * period if p == 1 else (1e-15) ** (1 / p) * period  # points near one another are rounded by modulo
    assert found.low <= high + room
    assert low <= found.high + room
    assert found.low <= found.value <= found.high
    cost = (found.value / period) ** p
    assert cost == pytest.approx(plan.cost, rel=1e-13, abs=4 * EPS)
    assert not cost * 1.05 <= plan.upper + 4 * EPS or plan.cost <= 100 * EPS  # the twin


@pytest.mark.parametrize("p", [1, 1.5, 2, 3])
@pytest.mark.parametrize("n", [1, 2, 5, 30])
def test_equal_weights_against_every_rotation(n, p):
    rng = np.random.default_rng(n)
    x, y = rng.random(n), rng.random(n) ** 2
    gaps = distances(np.sort(x), np.sort(y), 1.0) ** p
    each = [gaps[np.arange(n), (np.arange(n) + k) % n].mean() for k in range(n)]
    found = circular_wasserstein_distance(x, y, p=p)
    assert found.value**p == pytest.approx(min(each), rel=1e-14, abs=0)
    assert found.high - found.low <= 64 * EPS * found.high


def exact_on_the_circle(x, y, a, b):
    """At p = 1: the integral of |F - G - s| with s a median of F - G, in rationals."""
    jumps = sorted([(Fraction(u) % 1, w) for u, w in zip(x, a, strict=True)]
                   + [(Fraction(v) % 1, -w) for v, w in zip(y, b, strict=True)])  # fmt: skip
    height, levels = Fraction(0), []
    for k, (here, mass) in enumerate(jumps):
        height += mass
        levels.append((height, (jumps[k + 1][0] if k + 1 < len(jumps) else jumps[0][0] + 1) - here))
    return min(sum(abs(h - s) * width for h, width in levels) for s, _ in levels)


ANGLES = st.lists(st.floats(-1, 1) | st.sampled_from([1e-200, -1e200, 2.0**400 / 3]), min_size=1, max_size=5)


@given(ANGLES, ANGLES)
@example([1e-200, 0.5], [-1e-200, 0.5])
@example([0.5 - 2.0**-53, 0.1], [-0.5 + 2.0**-53, 0.1])
def test_w1_to_the_last_digits(x, y):
    truth = exact_on_the_circle(x, y, [Fraction(1, len(x))] * len(x), [Fraction(1, len(y))] * len(y))
    found = circular_wasserstein_distance(x, y)
    assert Fraction(found.low) <= truth <= Fraction(found.high)
    assert found.value == pytest.approx(float(truth), rel=4 * EPS, abs=1e-320)  # 1.2 eps measured


def test_the_circle_is_never_longer_than_the_line_and_shorter_across_the_cut():
    rng = np.random.default_rng(0)
    x, y = rng.random(50), rng.random(50)
    for p in (1, 2):
        assert circular_wasserstein_distance(x, y, p=p).value <= wasserstein_distance(x, y, p=p)
    near = circular_wasserstein_distance([0.99], [0.01])
    assert near.value == pytest.approx(0.02, rel=1e-14, abs=0) and wasserstein_distance([0.99], [0.01]) == 0.98


@given(st.integers(-64, 64), st.sampled_from([1, 2]))
def test_turning_both_changes_nothing(turn, p):
    x, y = np.array([0.125, 0.375, 0.5]), np.array([0.25, 0.875, 0.0])
    still = circular_wasserstein_distance(x, y, p=p)
    turned = circular_wasserstein_distance(x + turn / 32, y + turn / 32 + 5, p=p)
    assert turned.value == pytest.approx(still.value, rel=4 * EPS, abs=0)


def test_opposite_points_are_half_a_turn_apart():
    for p in (1, 2, 7.5):
        assert circular_wasserstein_distance([0.25], [0.75], p=p).value == 0.5
        assert circular_wasserstein_distance([-90, 0], [180, 90.0], p=p, period=360).value == pytest.approx(90)
    assert circular_wasserstein_distance([0.0, 0.5], [0.5, 1.0]) == circular_wasserstein_distance([0.1], [0.1])


def test_a_uniform_law_and_a_point():
    """W1 = 1/4 and W2 = 1/sqrt 12 between the uniform law and any point of a circle of length one."""
    x = (np.arange(10**4) + 0.5) / 10**4
    assert circular_wasserstein_distance(x, [0.3]).value == pytest.approx(0.25, rel=1e-7, abs=0)
    assert circular_wasserstein_distance(x, [0.7], p=2).value == pytest.approx(1 / math.sqrt(12), rel=1e-7, abs=0)


@pytest.mark.parametrize("p", [1, 2])
def test_many_weighted_points_are_certified(p):
    rng = np.random.default_rng(1)
    x, y, a, b = rng.random(20_000), rng.random(15_000) ** 2, rng.random(20_000), rng.random(15_000)
    found = circular_wasserstein_distance(x, y, a / math.fsum(a), b / math.fsum(b), p=p)
    assert found.high - found.low <= 1e-12 * found.high  # 4e-13 measured


def test_a_wrong_shift_is_not_certified():
    x, y = np.array([0.1, 0.2, 0.4]), np.array([0.15, 0.6, 0.9])
    points = circle._circle(x, y, None, None, 2.0, 1.0)
    best = circle._best(points, 4.0)
    assert circle._loss(points, best, 4.0) == 0 < circle._loss(points, best + 1, 4.0)
    worse, cost = (circle._cost(points, shift) for shift in (best + 1, best))
    assert worse.lower * worse.length**2 > cost.upper * cost.length**2


def test_dtypes_and_the_input_left_alone():
    hours = np.array([23, 1], dtype=np.int8)
    assert circular_wasserstein_distance(hours, np.array([1, 1], dtype=np.uint8), period=24).value == 1
    x = np.array([0.9, 0.1, 0.5, 0.3])[::2]
    x.setflags(write=False)
    assert circular_wasserstein_distance(x, x[::-1]).value == 0
    assert circular_wasserstein_distance(x[:, None], [0.9, 0.5]).high <= 1e-15


@pytest.mark.parametrize(("change", "error", "message"), [
    ({"x": [np.nan]}, ValueError, "x must be finite, found nan"),
    ({"y": [np.inf]}, ValueError, "y must be finite, found inf"),
    ({"x": []}, ValueError, "x must have shape"),
    ({"x": [[0.0, 1.0]]}, ValueError, "points of a circle"),
    ({"a": [1.5, -0.5]}, ValueError, "a must be >= 0"),
    ({"a": [1.0]}, ValueError, "one weight per point"),
    ({"b": [0.7, 0.7]}, ValueError, "b must sum to 1"),
    ({"p": 0.5}, ValueError, "p must be finite and >= 1, found 0.5"),
    ({"p": math.inf}, ValueError, "p must be finite and >= 1, found inf"),
    ({"p": math.nan}, ValueError, "p must be finite and >= 1, found nan"),
    ({"p": "1"}, TypeError, "p is '1'"),
    ({"period": 0.0}, ValueError, "period must lie between"),
    ({"period": -1.0}, ValueError, "period must lie between"),
    ({"period": math.inf}, ValueError, "period must lie between"),
    ({"period": None}, TypeError, "period is None"),
])  # fmt: skip
def test_bad_input_is_named(change, error, message):
    with pytest.raises(error, match=message):
        circular_wasserstein_distance(**{"x": [0.0, 0.5], "y": [0.25, 0.5], **change})
