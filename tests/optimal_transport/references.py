"""Slow and certain: transport in rationals, by trying every assignment or by following the order of the line."""

from fractions import Fraction
from itertools import combinations, pairwise, permutations

import numpy as np
from numpy.typing import NDArray

Floats = NDArray[np.float64]
Matrix = list[list[Fraction]]


def _gaps(u: Floats, v: Floats) -> list[Fraction]:
    return [abs(Fraction(float(s)) - Fraction(float(t))) for s, t in zip(u, v, strict=True)]


POWERS = {  # (metric, p): metric^p of the gaps in each coordinate, where it is a fraction
    ("cityblock", 1): sum,
    ("cityblock", 2): lambda gaps: sum(gaps) ** 2,
    ("chebyshev", 1): max,
    ("chebyshev", 3): lambda gaps: max(gaps) ** 3,
    ("euclidean", 2): lambda gaps: sum(gap * gap for gap in gaps),
}


def exact_costs(x: Floats, y: Floats, metric: str, p: int) -> Matrix:
    """Powers of distances of float points, exactly."""
    return [[Fraction(POWERS[metric, p](_gaps(u, v))) for v in y] for u in x]


def cityblock(x: Floats, y: Floats) -> Matrix:
    """City-block distances of float points, exactly."""
    return exact_costs(x, y, "cityblock", 1)


def best_vertex(costs: Matrix, a: list[Fraction], b: list[Fraction]) -> Fraction:
    """Least cost over all vertices of the polytope of plans: every choice of n + m - 1 cells without a cycle."""
    n, m = len(a), len(b)
    cells = [(i, j) for i in range(n) for j in range(m)]
    values = (_vertex(costs, a, b, chosen) for chosen in combinations(cells, n + m - 1))
    return min(value for value in values if value is not None)


def _vertex(costs: Matrix, a: list[Fraction], b: list[Fraction], cells: tuple[tuple[int, int], ...]) -> Fraction | None:
    """What the plan on some cells costs, None where there is none: leaves are cut off until nothing is left."""
    left, wanted, open_cells, cost = list(a), list(b), set(cells), Fraction(0)
    while open_cells:
        row, col = (
            {k: [cell for cell in open_cells if cell[side] == k] for k in range(size)}
            for side, size in ((0, len(a)), (1, len(b)))
        )
        alone = [("row", c[0]) for c in row.values() if len(c) == 1] + [
            ("col", c[0]) for c in col.values() if len(c) == 1
        ]
        if not alone:
            return None
        side, (i, j) = alone[0]
        mass = left[i] if side == "row" else wanted[j]
        left[i] -= mass
        wanted[j] -= mass
        cost += costs[i][j] * mass
        open_cells.remove((i, j))
        if mass < 0:
            return None
    return None if any(left) or any(wanted) else cost


def best_assignment(costs: Matrix) -> Fraction:
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
