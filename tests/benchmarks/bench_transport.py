"""Exact transport: the line against scipy and POT, and what the certificate costs."""

import math
from collections.abc import Iterator

import numpy as np
import ot
import scipy.stats
from ot.lp import emd2_lazy

from optimal_transport import optimal_transport, wasserstein_distance
from tests.benchmarks.comparison import Comparison


def close(first: float, second: float) -> bool:
    return math.isclose(first, second, rel_tol=1e-9)


def of_sorted(distance: float, both: tuple[np.ndarray, np.ndarray]) -> bool:
    """Whether W1 is the mean difference of what the sorts gave."""
    return close(distance, float(np.abs(both[0] - both[1]).mean()))


def bare(x: np.ndarray, y: np.ndarray) -> float:
    weights = np.full(len(x), 1 / len(x))
    costs = np.linalg.norm(x[:, None] - y[None], axis=2)
    return float(ot.emd2(weights, weights, costs, numItermax=10**9))


def lazy(x: np.ndarray, y: np.ndarray) -> float:
    """POT's solver that never holds the matrix of costs."""
    return float(emd2_lazy(x, y, metric="euclidean", numItermax=10**9, return_matrix=False))


def comparisons() -> Iterator[Comparison]:
    rng = np.random.default_rng(0)
    x, y = rng.normal(size=10**6), rng.normal(size=10**6) + 0.5
    a, b = (part / math.fsum(part) for part in rng.random((2, 10**6)))
    scipys = scipy.stats.wasserstein_distance
    line = lambda: wasserstein_distance(x, y)  # noqa: E731
    sorts = lambda: (np.sort(x), np.sort(y))  # noqa: E731
    yield Comparison("W1 on the line, 1e6", line, sorts, "two np.sort", of_sorted, 3)
    yield Comparison("W1 on the line, 1e6", line, lambda: scipys(x, y), "scipy", close, 3)
    yield Comparison("W1 on the line, 1e6", line, lambda: float(ot.wasserstein_1d(x, y)), "ot.wasserstein_1d", close, 3)
    yield Comparison(
        "W1 on the line, 1e6 against 999,999", lambda: wasserstein_distance(x, y[1:]), lambda: scipys(x, y[1:]),
        "scipy", close, 3,
    )  # fmt: skip
    yield Comparison(
        "W1 on the line, 1e6, weighted", lambda: wasserstein_distance(x, y, a, b), lambda: scipys(x, y, a, b),
        "scipy", close, 3,
    )  # fmt: skip
    yield Comparison(
        "plan and certificate on the line, 1e6", lambda: optimal_transport(x, y).cost, sorts, "two np.sort", of_sorted,
        3,
    )  # fmt: skip
    for n in (500, 1000, 2000):
        clouds = rng.random((n, 2)), rng.random((n, 2))
        yield Comparison(
            f"W1 in the plane with certificate, {n}", lambda c=clouds: optimal_transport(*c).cost,
            lambda c=clouds: bare(*c), "bare ot.emd2", close, 3,
        )  # fmt: skip
    clouds = rng.random((6000, 2)), rng.random((6000, 2))
    yield Comparison(
        "W1 in the plane with certificate, 6000", lambda: optimal_transport(*clouds).cost, lambda: lazy(*clouds),
        "ot.lp.emd2_lazy", close, 1,
    )  # fmt: skip
