"""Panels of the line on which densities are integrated: graded towards every place where mass or a kink may be.

Every panel belongs to its nearest center and is as wide as its distance from it. Beyond the innermost ones the
logarithm of the distance is the variable: peaks of any width, algebraic tails to infinity and singular ends of a
support are then all smooth.

References:
    Davis and Rabinowitz, Methods of Numerical Integration (1984), section 2.12.
"""

from __future__ import annotations

import math
from collections.abc import Iterator, Mapping
from itertools import pairwise
from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

__all__ = ["Panels", "panels"]

Array = NDArray[np.float64]

FINE = math.log(2)  # widths of panels in the logarithm: near a center,
COARSE = 1.0  # and farther off than NEAR scales, up to REACH
NEAR, REACH = math.log(64), 345.0
SINGULAR = 600.0  # depth of the grading towards the end of a support where a density may be singular


class Panels(NamedTuple):
    """Intervals of a local variable ``t``: the points are ``anchor + sign t``, or ``anchor + sign exp(t)``.

    Attributes:
        anchor: shape ``(n,)``.
        sign: 1 or -1.
        low: lower ends of ``t``.
        high: upper ends.
        logarithmic: 1 where ``t`` is the logarithm of the distance, else 0.
    """

    anchor: Array
    sign: Array
    low: Array
    high: Array
    logarithmic: Array

    def halves(self) -> Panels:
        """Each cut in two, neighbours next to each other.

        Example:
            >>> panels({0.0: 1.0}, -1.0, 1.0, frozenset()).halves().low.tolist()[:2]
            [0.0, 0.5]
        """
        middle = (self.low + self.high) / 2
        low, high = np.stack([self.low, middle], 1).ravel(), np.stack([middle, self.high], 1).ravel()
        anchor, sign, logarithmic = (np.repeat(x, 2) for x in (self.anchor, self.sign, self.logarithmic))
        return Panels(anchor, sign, low, high, logarithmic)

    def chosen(self, which: NDArray[np.bool_]) -> Panels:
        """Those of a mask.

        Example:
            >>> whole = panels({0.0: 1.0}, -1.0, 1.0, frozenset())
            >>> len(whole.chosen(whole.sign > 0).low)
            1
        """
        return Panels(*(x[which] for x in self))

    def points(self, nodes: Array, weights: Array) -> tuple[Array, Array, Array]:
        """Anchors, offsets and logarithms of weights of a rule on [-1, 1], each of shape ``(n, k)``.

        Example:
            >>> whole = panels({0.0: 1.0}, 0.0, 1.0, frozenset())
            >>> anchor, offset, log_weight = whole.points(np.zeros(1), np.full(1, 2.0))
            >>> offset.tolist(), np.exp(log_weight).tolist()
            ([[0.5]], [[1.0]])
        """
        half = ((self.high - self.low) / 2)[:, None]
        t = ((self.high + self.low) / 2)[:, None] + half * nodes
        logarithmic = self.logarithmic[:, None] > 0
        with np.errstate(over="ignore", under="ignore"):
            distance = np.where(logarithmic, np.exp(np.where(logarithmic, t, 0.0)), t)
        log_weight = np.log(half * weights) + np.where(logarithmic, t, 0.0)
        anchor = np.broadcast_to(self.anchor[:, None], t.shape)
        return anchor, self.sign[:, None] * distance, log_weight


def panels(scales: Mapping[float, float], low: float, high: float, singular: frozenset[float]) -> Panels:
    """The panels of an interval.

    Args:
        scales: each center in the interval, with the least width of a feature there.
        low: the lower end, possibly infinite.
        high: the upper end.
        singular: the centers at which a density may be singular, towards which the grading does not stop.

    Returns:
        Panels that cover the interval, up to the range of floats.

    Example:
        >>> len(panels({0.0: 1.0}, -math.inf, math.inf, frozenset()).low) > 600
        True
    """
    centers = sorted(scales)
    cuts = [low, *(a + (b - a) / 2 for a, b in pairwise(centers)), high]
    found: list[tuple[float, float, float, float, bool]] = []
    for center, left, right in zip(centers, cuts, cuts[1:], strict=False):
        for sign, room in ((-1.0, center - left), (1.0, right - center)):
            if room > 0:
                found += [(center, sign, *side) for side in _side(room, scales[center], center in singular)]
    return Panels(*np.array(found, dtype=np.float64).T)


def _side(room: float, scale: float, singular: bool) -> Iterator[tuple[float, float, bool]]:
    """From a center outwards: a linear panel, and logarithmic ones; towards a singular point logarithmic ones alone."""
    scale = min(scale, room)
    start = math.log(scale)
    stop = start + REACH if math.isinf(room) else math.log(room)
    if singular:
        yield from _steps(max(start - SINGULAR, -740.0), start, COARSE * 2)
    else:
        yield 0.0, scale, False
    yield from _steps(start, min(start + NEAR, stop), FINE)
    yield from _steps(start + NEAR, stop, COARSE)


def _steps(low: float, high: float, width: float) -> Iterator[tuple[float, float, bool]]:
    if low < high:
        edges = np.linspace(low, high, math.ceil((high - low) / width) + 1).tolist()
        yield from ((a, b, True) for a, b in pairwise(edges))
