"""Slow and certain: transport in rationals, by trying every assignment or by following the order of the line."""

from fractions import Fraction
from itertools import pairwise, permutations

import numpy as np
from numpy.typing import NDArray

Floats = NDArray[np.float64]


def cityblock(x: Floats, y: Floats) -> list[list[Fraction]]:
    """City-block distances of float points, exactly."""

    def distance(u: Floats, v: Floats) -> Fraction:
        return sum((abs(Fraction(float(s)) - Fraction(float(t))) for s, t in zip(u, v, strict=True)), Fraction(0))

    return [[distance(u, v) for v in y] for u in x]


def best_assignment(costs: list[list[Fraction]]) -> Fraction:
    """Least mean cost over all n! assignments, exactly."""
    n = len(costs)
    return min(sum((costs[i][s[i]] for i in range(n)), Fraction(0)) for s in permutations(range(n))) / n


def split(points: Floats, weights: Floats, grid: int) -> Floats:
    """Every atom repeated as often as its weight counts 1/grid."""
    return np.repeat(points, (weights * grid).astype(int), axis=0)


def on_the_line(x: Floats, y: Floats, a: Floats, b: Floats) -> Fraction:
    """W1 = integral of |F - G|, exactly."""
    steps = sorted([(Fraction(float(u)), Fraction(w)) for u, w in zip(x, a, strict=True)]
                   + [(Fraction(float(u)), -Fraction(w)) for u, w in zip(y, b, strict=True)])  # fmt: skip
    total, height = Fraction(0), Fraction(0)
    for (here, mass), (there, _) in pairwise(steps):
        height += mass
        total += abs(height) * (there - here)
    return total
