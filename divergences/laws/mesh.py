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
SMALLEST = -740.0  # the logarithm of the least distance from the end of a support where a density may be singular


class Panels(NamedTuple):
    """Intervals of a local variable ``t``: the points are ``anchor + unit t``, or ``anchor + unit exp(t)``.

    Attributes:
        anchor: shape ``(n,)``.
        unit: the width of the features at the anchor, negative below it.
        low: lower ends of ``t``.
        high: upper ends.
        logarithmic: 1 where ``t`` is the logarithm of the distance, else 0.
    """

    anchor: Array
    unit: Array
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
        anchor, unit, logarithmic = (np.repeat(x, 2) for x in (self.anchor, self.unit, self.logarithmic))
        return Panels(anchor, unit, low, high, logarithmic)

    def chosen(self, which: NDArray[np.bool_] | NDArray[np.intp]) -> Panels:
        """Those of a mask, or of some numbers.

        Example:
            >>> whole = panels({0.0: 1.0}, -1.0, 1.0, frozenset())
            >>> len(whole.chosen(whole.unit > 0).low)
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
        log_weight = np.log(half * weights) + np.where(logarithmic, t, 0.0) + np.log(np.abs(self.unit))[:, None]
        anchor = np.broadcast_to(self.anchor[:, None], t.shape)
        return anchor, self.unit[:, None] * distance, log_weight


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
    for center, (left, right) in zip(centers, pairwise(cuts), strict=True):
        for sign, room in ((-1.0, center - left), (1.0, right - center)):
            unit = min(scales[center], room)
            if unit > 0:
                found += [(center, sign * unit, *side) for side in _side(room, unit, center in singular)]
    return Panels(*np.array(found, dtype=np.float64).T)


def _side(room: float, unit: float, singular: bool) -> Iterator[tuple[float, float, bool]]:
    """From a center outwards: a linear panel, and logarithmic ones; towards a singular point logarithmic ones alone."""
    stop = REACH if math.isinf(room) else math.log(room) - math.log(unit)
    if singular:
        yield from _steps(SMALLEST - math.log(unit), 0.0, COARSE * 2)
    else:
        yield 0.0, 1.0, False
    yield from _steps(0.0, min(NEAR, stop), FINE)
    yield from _steps(NEAR, stop, COARSE)


def _steps(low: float, high: float, width: float) -> Iterator[tuple[float, float, bool]]:
    if low < high:
        edges = np.linspace(low, high, math.ceil((high - low) / width) + 1).tolist()
        yield from ((a, b, True) for a, b in pairwise(edges))
