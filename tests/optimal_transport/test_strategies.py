"""The strategies draw valid measures, and the awkward ones among them."""

import numpy as np
import pytest
from hypothesis import Phase, find, given, settings

from optimal_transport.strategies import clouds, discrete_measures, integer_problems, measure_pairs, measure_triples


@given(measure_triples())
def test_measures_share_a_space_and_sum_to_one(triple):
    assert len({points.shape[1] for points, _ in triple}) == 1
    for points, weights in triple:
        assert points.shape[0] == weights.size
        assert np.isfinite(points).all()
        assert (weights >= 0).all()
        assert weights.sum() == 1


@pytest.mark.parametrize("wanted", [
    lambda m: (m[1] == 0).any() and (m[1] == 1).any(),
    lambda m: len(np.unique(m[0], axis=0)) < len(m[0]),
    lambda m: m[0].shape[1] == 3,
    lambda m: 0 < np.abs(m[0]).max() < 1e-250,
    lambda m: np.abs(m[0]).max() > 1e250,
], ids=["Dirac", "coincident", "space", "tiny", "huge"])  # fmt: skip
def test_awkward_measures_are_drawn(wanted):
    assert wanted(find(discrete_measures(), wanted))


@pytest.mark.parametrize("wanted", [
    lambda a, b: np.array_equal(a[0], b[0]) and 0 < np.abs(a[1] - b[1]).max() < 1e-6,
    lambda a, b: np.array_equal(a[1], b[1]) and a[0].shape == b[0].shape and 0 < np.abs(a[0] - b[0]).max() < 1e-6,
    lambda a, b: not set(map(tuple, a[0])) & set(map(tuple, b[0])),
], ids=["nearly equal weights", "nearly equal points", "disjoint"])  # fmt: skip
def test_awkward_pairs_are_drawn(wanted):
    assert wanted(*find(measure_pairs(scales=False), lambda pair: wanted(*pair)))


def test_clouds_stay_within_their_limits():
    shape = find(clouds(max_points=4, max_dimension=2), lambda x: x.shape == (4, 2)).shape
    assert shape == (4, 2)


@given(integer_problems())
def test_integer_problems_are_exact_in_floats(problem):
    costs, a, b = problem
    assert costs.shape == (a.size, b.size)
    whole = costs / 2.0 ** (np.frexp(costs[costs > 0].min())[1] - 5) if costs.any() else costs
    assert (whole == np.rint(whole)).all() and (costs >= 0).all() and np.isfinite(costs).all()
    assert all(w.sum() == 1 and (w >= 0).all() and (w * 2.0**50 == np.rint(w * 2.0**50)).all() for w in (a, b))


@pytest.mark.parametrize("wanted", [
    lambda costs, a, b: costs.shape[0] != costs.shape[1] and (a == 0).any() and (b == 0).any(),
    lambda costs, a, b: 0 < np.abs(a - b).max() < 1e-6 if a.size == b.size else False,
    lambda costs, a, b: np.array_equal(a, b) and costs.any(),
    lambda costs, a, b: costs.max() > 1e200 and a.size > 1,
    lambda costs, a, b: 0 < costs.max() < 1e-200 and a.size > 1,
    lambda costs, a, b: a.size == 4 and (a == 0.25).all() and (b == 0.25).all() and costs.any(),
], ids=["zero weights", "nearly equal", "equal", "huge", "tiny", "degenerate"])  # fmt: skip
def test_awkward_integer_problems_are_drawn(wanted):
    assert wanted(
        *find(
            integer_problems(),
            lambda problem: wanted(*problem),
            settings=settings(max_examples=2000, phases=[Phase.generate]),
        )
    )
