"""What all estimates from samples share: extreme levels, nested intervals, light imports."""

import math
import subprocess
import sys
from collections.abc import Callable
from itertools import pairwise

import numpy as np
import pytest
from scipy.stats import norm

from divergences import Estimate
from divergences.sampling.classifier import classifier_lower_bound
from divergences.sampling.counts import divergence_from_counts
from divergences.sampling.monte_carlo import monte_carlo_divergence
from divergences.sampling.variational import donsker_varadhan_bound, variational_bound

T_P, T_Q = np.random.default_rng(27).uniform([[0.2], [0.0]], [[1.0], [0.8]], (2, 60))
ESTIMATES: dict[str, Callable[[float], Estimate]] = {
    "counts tv": lambda level: divergence_from_counts([30, 10, 5], [10, 30, 5], "tv", level=level),
    "counts kl": lambda level: divergence_from_counts([30, 10, 5], [10, 30, 5], "kl", level=level),
    "monte carlo js": lambda level: monte_carlo_divergence(norm(), norm(1), "js", draws=50, level=level),
    "monte carlo kl": lambda level: monte_carlo_divergence(norm(), norm(1), "kl", draws=50, level=level),
    "variational": lambda level: variational_bound(T_P, T_Q, "kl", bounds=(0, 1), level=level),
    "variational, unbounded": lambda level: variational_bound(T_P, T_Q, "kl", level=level),
    "donsker-varadhan": lambda level: donsker_varadhan_bound(T_P, T_Q, bounds=(0, 1), level=level),
    "donsker-varadhan, unbounded": lambda level: donsker_varadhan_bound(T_P, T_Q, level=level),
    "classifier tv": lambda level: classifier_lower_bound(T_P, T_Q, "tv", level=level),
    "classifier tv, unequal": lambda level: classifier_lower_bound(T_P, T_Q[:40], "tv", level=level),
    "classifier js": lambda level: classifier_lower_bound(T_P, T_Q, "js", level=level),
}
each = pytest.mark.parametrize("estimate", ESTIMATES.values(), ids=ESTIMATES.keys())


@each
def test_a_higher_level_means_a_wider_interval(estimate: Callable[[float], Estimate]) -> None:
    """Also at the ends of the scale; unequal bets may cross by a hair."""
    found = [estimate(level) for level in (1e-300, 0.5, 0.76, 0.9, 0.99, 1 - 1e-12, 1 - 2.0**-53)]
    for narrow, wide in pairwise(found):
        assert wide.low <= narrow.low + 1e-9 and narrow.high <= wide.high + 1e-9
    assert found[1].low > found[-2].low or found[1].low == 0
    assert all(math.isfinite(e.value) for e in found)


@each
def test_the_details_are_plain_values(estimate: Callable[[float], Estimate]) -> None:
    """Strings, numbers of Python and tuples of them, which evidence can hold."""
    for value in estimate(0.9).details.values():
        assert all(type(part) in (int, float, str) for part in (value if isinstance(value, tuple) else (value,)))


def test_nothing_heavy_is_loaded_with_the_modules() -> None:
    names = ("samples", "intervals", "counts", "monte_carlo", "neighbours", "variational", "classifier")
    code = "; ".join(f"import divergences.sampling.{name}" for name in names) + "; import divergences.ranges"
    code += "; import sys; assert not {'scipy', 'torch'} & set(sys.modules)"
    subprocess.run([sys.executable, "-c", code], check=True, timeout=60)
