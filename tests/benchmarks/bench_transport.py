"""Exact transport, the certificate included: the line, the plane and more dimensions against scipy and POT."""

import math
from collections.abc import Callable, Iterator

import numpy as np
import ot
import scipy.stats
from ot.lp import emd2_lazy
from scipy.optimize import linear_sum_assignment
from scipy.spatial.distance import cdist

from optimal_transport import optimal_transport, wasserstein_distance
from tests.benchmarks.comparison import Comparison

Clouds = tuple[np.ndarray, np.ndarray]


def close(first: float, second: float) -> bool:
    return math.isclose(first, second, rel_tol=1e-9)


def of_sorted(distance: float, both: tuple[np.ndarray, np.ndarray]) -> bool:
    """Whether W1 is the mean difference of what the sorts gave."""
    return close(distance, float(np.abs(both[0] - both[1]).mean()))


def bare(x: np.ndarray, y: np.ndarray, p: int = 1) -> float:
    weights = np.full(len(x), 1 / len(x))
    costs = cdist(x, y) ** p
    return float(ot.emd2(weights, weights, costs, numItermax=10**9))


def assigned(x: np.ndarray, y: np.ndarray) -> float:
    costs = cdist(x, y)
    return float(costs[linear_sum_assignment(costs)].mean())


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
    yield from of_clouds(rng)


def of_clouds(rng: np.random.Generator) -> Iterator[Comparison]:
    """Clouds in the plane and in more dimensions, the certificate included: the slow ones once."""
    for n, repeats in ((500, 9), (1000, 3), (2000, 3), (4000, 1)):
        clouds = rng.random((n, 2)), rng.random((n, 2))
        yield against(f"uniform in the plane, {n}", clouds, bare, "bare ot.emd2", repeats)
    clouds = rng.random((8000, 2)), rng.random((8000, 2))
    yield against("uniform in the plane, 8000", clouds, assigned, "scipy linear_sum_assignment", 1)
    yield against("uniform in the plane, 8000", clouds, lazy, "ot.lp.emd2_lazy", 1)
    clouds = rng.normal(size=(16000, 2)), rng.normal(size=(16000, 2)) + np.array([1.0, 0.0])
    yield against("two normal laws, 16000", clouds, lazy, "ot.lp.emd2_lazy", 1)
    clouds = rng.random((4000, 2)), rng.random((4000, 2))
    yield Comparison(
        "W2 squared, uniform in the plane, 4000", lambda: optimal_transport(*clouds, p=2).cost,
        lambda: bare(*clouds, p=2), "bare ot.emd2", close, 1,
    )  # fmt: skip
    for d in (8, 64):
        clouds = rng.random((4000, d)), rng.random((4000, d))
        yield against(f"uniform in {d} dimensions, 4000", clouds, bare, "bare ot.emd2", 1)


def against(name: str, clouds: Clouds, peer: Callable[[np.ndarray, np.ndarray], float], its: str, n: int) -> Comparison:
    return Comparison(
        f"W1 with certificate, {name}", lambda: optimal_transport(*clouds).cost, lambda: peer(*clouds), its, close, n
    )
