"""Transport problems of any size and dimension that come with their answer."""

import math
from dataclasses import dataclass
from functools import cached_property

import numpy as np
from numpy.typing import NDArray

from divergences import Estimate
from optimal_transport.costs import distances, metric_row
from optimal_transport.duality import mcshane_extension
from optimal_transport.measures import EPS, check_integer

__all__ = ["Planted", "planted_funnels"]

Floats = NDArray[np.float64]
CUBE = 2.5
ORDERS = {"euclidean": 2.0, "cityblock": 1.0, "chebyshev": math.inf}


@dataclass(frozen=True, eq=False)
class Planted:
    """Two uniform measures on n points each, with an optimal plan, an optimal critic and the distance.

    Attributes:
        x: points of shape (n, d).
        y: points of shape (n, d).
        match: where each point of x goes: x[i] to y[match[i]], shape (n,).
        centres: centres of the funnels, shape (k, d).
        offsets: their heights, shape (k,).
        metric: the metric.
    """

    x: Floats
    y: Floats
    match: NDArray[np.intp]
    centres: Floats
    offsets: Floats
    metric: str

    def critic(self, points: Floats) -> Floats:
        """The optimal critic -min_k (|z - c_k| + b_k) at points of shape (k, d): 1-Lipschitz, W_1 between the means."""
        return -mcshane_extension(points, self.centres, -self.offsets, metric=self.metric)

    @cached_property
    def distance(self) -> Estimate:
        """W_1 from both sides: what the plan costs, and what the critic, 1-Lipschitz everywhere, proves."""
        ways = np.linalg.norm(self.x - self.y[self.match], ord=ORDERS[self.metric], axis=1)
        cost = math.fsum(ways) / len(ways)
        f, g = self.critic(self.x), self.critic(self.y)
        rounding = EPS / 2 * (metric_row(self.metric).roundings(self.x.shape[1]) + 4)
        size = 2 * float(np.abs(f).max() + np.abs(g).max() + np.abs(self.offsets).max())
        low = max(0.0, min(cost, (math.fsum(f) - math.fsum(g)) / len(ways) - rounding * size))
        high = cost * (1 + rounding) * (1 + 4 * EPS)
        return Estimate(cost, low, high, kind="enclosure", method="planted funnels", unit="length")


def planted_funnels(n: int, dimension: int, *, funnels: int = 4, seed: int = 0, metric: str = "euclidean") -> Planted:
    """Two samples whose W_1, optimal plan and optimal critic are known, in the metric's unit.

    h(z) = min_k (|z - c_k| + b_k) is 1-Lipschitz with slope one along the ray from the centre of the funnel that
    attains the minimum, and that funnel attains it on the whole way to its centre. Points y are uniform on the cube
    [-2.5, 2.5]^d; each moves a random share of its way to the centre of its funnel and becomes a point of x. Then
    h(y) - h(x) = |y - x|, so that -h is an optimal critic and W_1 is the mean length of the ways. For a harder problem
    exchange x and y: the optimal critic is then h. Centres are uniform on the cube, heights 0.1 times standard normal.

    Args:
        n: number of points of each sample.
        dimension: d.
        funnels: number of funnels.
        seed: decides all that is random.
        metric: "euclidean", "cityblock" or "chebyshev".

    Returns:
        The problem with its answer.

    Raises:
        TypeError: a size or the seed is not an integer.
        ValueError: a size is smaller than one, the seed negative, or the metric unknown.

    References:
        A. Korotin, A. Kolesov, E. Burnaev, Kantorovich strikes back! Wasserstein GANs are not optimal transport?,
        NeurIPS 2022 Datasets and Benchmarks, whose MinFunnel pairs these follow (there a point moves to the 8th power
        of its place on the whole ray).

    Example:
        >>> planted = planted_funnels(100, 3)
        >>> raw = planted.critic(planted.x).mean() - planted.critic(planted.y).mean()
        >>> round(float(raw) / planted.distance.value, 12)
        1.0
    """
    row = metric_row(metric)
    for value, name in ((n, "n"), (dimension, "dimension"), (funnels, "funnels")):
        check_integer(value, name, 1)
    check_integer(seed, "seed", 0)
    rng = np.random.default_rng(seed)
    centres, offsets = rng.uniform(-CUBE, CUBE, (funnels, dimension)), 0.1 * rng.normal(size=funnels)
    y, share, match = rng.uniform(-CUBE, CUBE, (n, dimension)), rng.uniform(size=(n, 1)), rng.permutation(n)
    gaps, unit = distances(y, centres, row)
    centre = centres[(gaps * unit + offsets).argmin(axis=1)]
    return Planted((y + share * (centre - y))[match], y, match, centres, offsets, metric)
