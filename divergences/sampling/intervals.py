"""Intervals for the mean of bounded numbers and for a share, which cover at their level for every sample size.

The mean is tested by betting: starting from 1, a gambler who doubts that the mean is ``m`` multiplies the capital by
``1 + lambda_t (x_t - m)`` at each number, with a stake chosen from the numbers before. If the mean is ``m``, the
capital ever reaches ``1 / alpha`` with probability at most ``alpha`` (Ville's inequality), so the ``m`` under which it
does are excluded. The numbers are shuffled first: whoever sorted them has not spoilt the guarantee.
"""

from __future__ import annotations

import math

import numpy as np
from numpy.typing import NDArray

from divergences.sampling.samples import generator

__all__ = ["mean_interval", "mean_lower_bound", "paired_blocks", "share_bounds"]

Array = NDArray[np.float64]

MOST = 0.75  # of the capital that may be lost in one bet
STEPS = 32  # halvings of the range: the end is off by 2^-32 of it, outwards


def mean_lower_bound(x: Array, low: float, high: float, *, fails: float, seed: int = 0) -> float:
    """A number that exceeds the mean with probability at most ``fails``, in the unit of ``x``.

    The largest ``m`` under which ``max_t prod_(s <= t) (1 + lambda_s (x_s - m))`` reaches ``1 / fails``, with ``x``
    scaled to ``[0, 1]``, ``lambda_t = min(sqrt(2 log(1 / fails) / (n v_(t-1))), MOST / m)`` and ``v`` the running
    variance.

    Args:
        x: independent numbers with one mean, shape ``(n,)``, in any order.
        low: their least possible value, known beforehand.
        high: their largest possible value, known beforehand.
        fails: how often the bound may be wrong.
        seed: for the order in which the bets are placed.

    Returns:
        The bound, at least ``low``.

    References:
        Waudby-Smith and Ramdas, J. Royal Statistical Society B 86 (2024), Theorem 3, one side of it.

    Example:
        >>> import numpy as np
        >>> round(mean_lower_bound(np.ones(1000), 0, 1, fails=0.05), 3)
        0.996
    """
    if not low < high:
        return low
    order = generator(seed, 0).permutation(len(x))
    scaled = np.clip((x[order] - low) / (high - low), 0, 1)
    threshold = -math.log(fails)
    stakes = _stakes(scaled, threshold)
    refused, kept = 0.0, 1.0
    for _ in range(STEPS):
        middle = (refused + kept) / 2
        if _best_capital(scaled, stakes, middle) >= threshold:
            refused = middle
        else:
            kept = middle
    return low + refused * (high - low)


def mean_interval(x: Array, low: float, high: float, *, level: float, seed: int = 0) -> tuple[float, float]:
    """An interval that holds the mean with probability at least ``level``, in the unit of ``x``.

    Two bounds of `mean_lower_bound`, of ``x`` and of ``-x``, each of which fails with probability ``(1 - level) / 2``;
    widened to hold the sample's mean.

    Args:
        x: independent numbers with one mean, shape ``(n,)``, in any order.
        low: their least possible value, known beforehand.
        high: their largest possible value, known beforehand.
        level: the probability, strictly between 0 and 1.
        seed: for the order in which the bets are placed.

    Returns:
        The two ends.

    References:
        Waudby-Smith and Ramdas, J. Royal Statistical Society B 86 (2024), Theorem 3 (hedged capital, theta = 1/2).

    Example:
        >>> import numpy as np
        >>> low, high = mean_interval(np.arange(1000) % 2 * 1.0, 0, 1, level=0.95)
        >>> 0.45 < low < 0.5 < high < 0.55
        True
    """
    fails = (1 - level) / 2
    below = mean_lower_bound(x, low, high, fails=fails, seed=seed)
    above = -mean_lower_bound(-x, -high, -low, fails=fails, seed=seed)
    mean = float(x.mean())
    return min(below, above, mean), max(below, above, mean)


def paired_blocks(first: Array, second: Array, *, seed: int = 0) -> tuple[Array, Array]:
    """Two samples brought to the size of the smaller: the larger becomes means of blocks; units are kept.

    Every number is used, and the mean of a block has the mean of its numbers, so bets on sums of the pairs are fair.

    Args:
        first: independent numbers, shape ``(n,)``.
        second: independent numbers, shape ``(m,)``.
        seed: for the order in which blocks are formed.

    Returns:
        Two arrays of shape ``(min(n, m),)``.

    References:
        Waudby-Smith and Ramdas, J. Royal Statistical Society B 86 (2024), section 2 (one conditional mean is enough).

    Example:
        >>> import numpy as np
        >>> [block.shape for block in paired_blocks(np.zeros(3), np.zeros(7))]
        [(3,), (3,)]
    """
    size = min(len(first), len(second))
    shuffled = (x[generator(seed, stream).permutation(len(x))] for stream, x in ((1, first), (2, second)))
    one, other = (_block_means(x, size) for x in shuffled)
    return one, other


def share_bounds(successes: Array, trials: float, *, fails: float) -> tuple[Array, Array]:
    """Bounds of a probability after a number of successes, without unit, each failing with probability ``fails``.

    Clopper and Pearson: the ``p`` with ``P(Bin(n, p) >= s) = fails`` below, and with ``P(Bin(n, p) <= s) = fails``
    above.

    Args:
        successes: how many trials succeeded, an array.
        trials: how many there were.
        fails: how often each of the two bounds may be wrong.

    Returns:
        The lower and the upper bounds, shaped like ``successes``.

    References:
        Clopper and Pearson, Biometrika 26 (1934), pages 404-413.

    Example:
        >>> import numpy as np
        >>> [round(float(end[0]), 3) for end in share_bounds(np.array([0]), 20, fails=0.025)]
        [0.0, 0.168]
    """
    from scipy.special import betaincinv

    s = np.asarray(successes, dtype=np.float64)
    low = np.where(s > 0, betaincinv(np.maximum(s, 1), trials - s + 1, fails), 0.0)
    high = np.where(s < trials, betaincinv(s + 1, np.maximum(trials - s, 1), 1 - fails), 1.0)
    return low, high


def _stakes(x: Array, threshold: float) -> Array:
    """The stakes before they are capped: each from the numbers before it."""
    count = np.arange(1, len(x) + 1)
    mean = (0.5 + np.cumsum(x)) / (count + 1)
    variance = (0.25 + np.cumsum((x - mean) ** 2)) / (count + 1)
    before = np.concatenate([[0.25], variance[:-1]])
    stakes: Array = np.sqrt(2 * threshold / (len(x) * before))
    return stakes


def _best_capital(x: Array, stakes: Array, mean: float) -> float:
    """The logarithm of the largest capital on the way, decreasing in ``mean``."""
    return float(np.cumsum(np.log1p(np.minimum(stakes, MOST / mean) * (x - mean))).max())


def _block_means(x: Array, size: int) -> Array:
    """Means of ``size`` blocks whose lengths differ by at most one."""
    starts = np.arange(size) * len(x) // size
    means: Array = np.add.reduceat(x, starts) / np.diff([*starts, len(x)])
    return means
