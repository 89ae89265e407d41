"""Histograms: against rationals, against transport of their centres, and on grids."""

import math
from fractions import Fraction

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from optimal_transport import (
    grid_measure,
    histogram_wasserstein_distance,
    optimal_transport,
    wasserstein_distance,
)
from tests.optimal_transport.references import on_the_line

EPS = 2.0**-52


def exact(a, b, centres):
    shares = [[Fraction(float(mass)) / sum(Fraction(float(m)) for m in masses) for mass in masses] for masses in (a, b)]
    return on_the_line(centres, centres, *shares)


@st.composite
def histograms(draw, size=6):
    """Masses at any scale: independent, equal, or nearly equal to 50 binary digits."""
    scale = draw(st.sampled_from([1.0, 1e-200, 1e200, 3.7]))
    mass = st.just(0.0) | st.floats(0.001, 1)
    a = np.array(draw(st.lists(mass, min_size=size, max_size=size))) * scale
    if not a.any():
        a[0] = scale
    if draw(st.booleans()):
        b = np.array(draw(st.lists(mass, min_size=size, max_size=size)))
        b[-1] += 0.5
    else:
        b = a.copy()
        b[draw(st.integers(0, size - 1))] += a.max() * draw(st.just(0.0) | st.integers(1, 50).map(lambda k: 2.0**-k))
    return a, b


@given(histograms())
def test_w1_to_the_last_digits(pair):
    a, b = pair
    edges = np.array([-1.0, 0.0, 0.5, 2.0, 8.0, 9.0, 1e3])
    centres = (edges[1:] + edges[:-1]) / 2
    truth = exact(a, b, centres)
    found = histogram_wasserstein_distance(a, b, edges=edges)
    assert Fraction(found.low) <= truth <= Fraction(found.high)
    assert found.value == pytest.approx(float(truth), rel=32 * EPS, abs=0)  # 7 eps measured, at differences of 1e-15
    assert not Fraction(found.low) * Fraction(21, 20) <= truth or truth == 0  # the twin


def test_where_plain_sums_lose_every_digit():
    rng = np.random.default_rng(0)
    a = rng.random(1000)
    b = a.copy()
    b[500] += 2.0**-48
    truth = float(exact(a, b, np.arange(1000.0)))
    assert histogram_wasserstein_distance(a, b).value == pytest.approx(truth, rel=8 * EPS, abs=0)  # 2 eps measured
    plain = float(np.abs(np.cumsum(a / a.sum() - b / b.sum())).sum())
    assert abs(plain - truth) > 0.9 * truth


@pytest.mark.parametrize("p", [1, 2, 3.5])
def test_counts_are_weighted_centres(p):
    rng = np.random.default_rng(1)
    a, b = rng.integers(0, 50, 40), rng.integers(0, 9, 40)
    centres = 0.25 * np.arange(40)
    found = histogram_wasserstein_distance(a, b, spacing=0.25, p=p)
    points = wasserstein_distance(np.repeat(centres, a), np.repeat(centres, b), p=p)
    assert found.value == pytest.approx(points, rel=8 * EPS, abs=0)
    assert found.high - found.low <= 1e-13 * found.value
    scaled = histogram_wasserstein_distance(a * 0.1, b * 0.3, spacing=0.25, p=p)
    assert scaled.value == pytest.approx(points, rel=1e-13, abs=0)


def test_what_numpy_bins():
    rng = np.random.default_rng(2)
    x, y = rng.normal(size=5000), rng.normal(size=4000) + 1
    edges = np.linspace(-6, 7, 200)
    a, b = (np.histogram(part, edges)[0] for part in (x, y))
    found = histogram_wasserstein_distance(a, b, edges=edges)
    assert abs(found.value - wasserstein_distance(x, y)) <= edges[1] - edges[0]


@pytest.mark.parametrize("p", [1, 2])
def test_equal_histograms_are_zero_apart(p):
    counts = np.array([3, 0, 2, 5])
    assert histogram_wasserstein_distance(counts, counts, p=p).high == 0
    assert histogram_wasserstein_distance(counts, 7 * counts, p=p).high == 0
    decimals = counts * 0.1
    assert histogram_wasserstein_distance(decimals, decimals, p=p).value == 0


def test_small_integers_do_not_wrap_and_the_input_is_left_alone():
    a, b = np.array([200, 200, 0], dtype=np.uint8), np.array([0, 100, 100], dtype=np.int8)
    a.setflags(write=False)
    assert histogram_wasserstein_distance(a, b).value == 1
    assert histogram_wasserstein_distance(a[::-1], b[::-1]).value == 1
    assert (a == [200, 200, 0]).all()


def test_a_grid_is_points_with_weights():
    rng = np.random.default_rng(3)
    first, second = rng.integers(0, 4, (2, 4, 3))
    (x, a), (y, b) = grid_measure(first, spacing=(1.0, 2.0)), grid_measure(second, spacing=(1.0, 2.0))
    assert len(x) == np.count_nonzero(first) and math.fsum(a) == pytest.approx(1)
    every = np.array([[i, 2.0 * j] for i in range(4) for j in range(3)])
    whole = optimal_transport(every, every, first.ravel() / first.sum(), second.ravel() / second.sum())
    assert optimal_transport(x, y, a, b).cost == pytest.approx(whole.cost, rel=1e-13, abs=0)
    row, weights = grid_measure([0, 2, 2])
    assert row.tolist() == [[1.0], [2.0]] and weights.tolist() == [0.5, 0.5]


@pytest.mark.parametrize(("change", "error", "message"), [
    ({"a": []}, ValueError, "a must have one mass per bin"),
    ({"a": [0, 0]}, ValueError, "a must have a positive sum"),
    ({"a": [1, -1]}, ValueError, r"a must be >= 0, found -1.0 at \(1,\)"),
    ({"b": [1, np.nan]}, ValueError, "b must be finite, found nan"),
    ({"b": [1, np.inf]}, ValueError, "b must be finite, found inf"),
    ({"b": [1, 1, 1]}, ValueError, "a and b must have one shape"),
    ({"a": [[1, 1]], "b": [[1, 1]]}, ValueError, "a and b must have one shape"),
    ({"edges": [0, 1]}, ValueError, r"edges must have shape \(3,\)"),
    ({"edges": [0, 2, 1]}, ValueError, "edges must increase, found 2.0 before 1.0 at 1"),
    ({"edges": [0, 1, np.inf]}, ValueError, "edges must be finite"),
    ({"edges": [0, 1, 2], "spacing": 2.0}, ValueError, "edges and spacing exclude one another"),
    ({"spacing": 0}, ValueError, "spacing must be finite and positive"),
    ({"spacing": "1"}, TypeError, "spacing is '1'"),
    ({"p": 0.9}, ValueError, "p must be finite and >= 1"),
    ({"p": math.inf}, ValueError, "p must be finite and >= 1"),
])  # fmt: skip
def test_bad_input_is_named(change, error, message):
    with pytest.raises(error, match=message):
        histogram_wasserstein_distance(**{"a": [1, 2], "b": [2, 1], **change})


@pytest.mark.parametrize(("arguments", "message"), [
    (([[0, -1]],), r"masses must be >= 0, found -1.0 at \(0, 1\)"),
    (([],), "masses must have one mass per bin"),
])  # fmt: skip
def test_bad_grids_are_named(arguments, message):
    with pytest.raises(ValueError, match=message):
        grid_measure(*arguments)
    with pytest.raises(ValueError, match="spacing must be positive, one number or one per axis of 2"):
        grid_measure([[1, 1]], spacing=(1.0, 1.0, 1.0))
    with pytest.raises(ValueError, match="spacing must be positive"):
        grid_measure([[1, 1]], spacing=0)
