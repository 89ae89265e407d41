"""The strategies draw valid measures, and the awkward ones among them."""

import numpy as np
import pytest
from hypothesis import find, given

from optimal_transport.strategies import clouds, discrete_measures, measure_pairs, measure_triples


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
