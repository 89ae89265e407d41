"""Traps of POT and scipy that take many points to show, or answers of another kind; the others are in `tests.peers`.

What a reader can run is in each docstring.
"""

import time
import warnings
from fractions import Fraction

import numpy as np
import ot
import pytest
from scipy import stats

from optimal_transport import optimal_transport, rational_transport, wasserstein_distance

EPS = 2.0**-52


def test_running_sums_of_many_equal_masses_are_exact():
    """python -c "import numpy as np, ot; x = np.arange(10**5) % 1000.0; print(ot.wasserstein_1d(x, x + 10**5) - 1e5)"

    POT adds up the masses 1/n, and matches the wrong points where the sums should tie: 2e-12 of the distance at 10^5
    points, 8e-12 at 10^6.
    """
    rng = np.random.default_rng(0)
    x, y = rng.integers(0, 1000, 10**5), rng.integers(0, 1000, 10**5) + 10**5
    truth = float(Fraction(int(y.sum() - x.sum()), 10**5))  # all mass goes to the right
    assert abs(ot.wasserstein_1d(x.astype(float), y.astype(float)) / truth - 1) > 1e-12
    assert wasserstein_distance(x, y) == pytest.approx(truth, rel=2 * EPS)


def test_scipy_takes_a_linear_programme_for_many_dimensions():
    """python -c "import numpy as np; from scipy.stats import wasserstein_distance_nd as w; x = np.random.randn(500, 2);
    w(x, -x)"

    A matrix of n m columns: 18 s and 428 MB at n = 500, where the simplex on the network takes 22 ms.
    """
    x, y = np.random.default_rng(1).normal(size=(2, 150, 2))
    seconds, values = [], []
    for function in (stats.wasserstein_distance_nd, wasserstein_distance):
        start = time.process_time()
        values.append(function(x, y))
        seconds.append(time.process_time() - start)
    assert values[0] == pytest.approx(values[1], rel=1e-9)
    assert seconds[0] > 10 * seconds[1]  # 100 measured


def test_a_span_beyond_float64_is_no_infinite_distance():
    """python -c "from scipy.stats import wasserstein_distance as w; print(w([-1.7e308], [1.7e308]))" """
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        assert stats.wasserstein_distance([-1.7e308], [1.7e308]) == np.inf
    with pytest.raises(ValueError, match="divide all points"):
        wasserstein_distance([-1.7e308], [1.7e308])


def test_one_cost_beyond_all_others_opens_the_bounds_and_leaves_fractions_right():
    """python -c "import ot; print(ot.emd2([], [], [[1e32, 9, 1e32], [4, 9, 5], [2, 1e32, 1]]))"

    Beside 1e32 the other costs are rounding: POT's plan costs 16/3. The bounds here then lie apart, and say so.
    """
    costs = np.array([[1e32, 9.0, 1e32], [4.0, 9.0, 5.0], [2.0, 1e32, 1.0]])
    assert float(ot.emd2([], [], costs)) == pytest.approx(16 / 3)
    assert rational_transport(costs).cost == Fraction(14, 3)
    found = optimal_transport(cost_matrix=costs)
    assert found.lower <= 14 / 3 <= found.upper
    assert found.cost == pytest.approx(14 / 3) or found.gap > 0.1
