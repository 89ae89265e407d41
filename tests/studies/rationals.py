"""Whether the bounds of ten thousand small transport problems enclose the optimum that is known as a fraction.

Costs that tie, masses whose partial sums agree, zero costs and zero weights are drawn often: there the simplex has
many optimal bases, and most of its pivots move nothing.
"""

from collections.abc import Callable
from fractions import Fraction
from typing import Any

import numpy as np

from optimal_transport import optimal_transport, rational_transport
from tests.optimal_transport.references import exact_costs

EPS = 2.0**-52
GRID = 2**10
PARAMETERS: dict[str, Any] = {"device": "cpu", "seed": 0, "problems": 500, "largest": 12, "grid": GRID, "digits": 3}
Problem = tuple[dict[str, Any], Any]  # what optimal_transport takes, and the costs in fractions


def _size(rng: np.random.Generator) -> int:
    return int(rng.integers(1, PARAMETERS["largest"] + 1))


def _weights(rng: np.random.Generator, size: int) -> np.ndarray:
    """Multiples of 1/1024, often of 1/8, so that partial sums agree and some are zero."""
    coarse = GRID // int(rng.choice([1, 8, 128]))
    return rng.multinomial(coarse, np.full(size, 1 / size)) / coarse


def _assignment(rng: np.random.Generator) -> Problem:
    """As many rows as columns, all of one mass, a power of two."""
    n = int(rng.choice([1, 2, 4, 8]))
    costs = rng.integers(0, int(rng.choice([2, 4, 1000])), (n, n))
    return {"cost_matrix": costs, "a": np.full(n, 1 / n), "b": np.full(n, 1 / n)}, costs


def _costs(rng: np.random.Generator) -> Problem:
    """Costs without a metric, few different ones or many, in any unit."""
    n, m = _size(rng), _size(rng)
    unit = 2.0 ** int(rng.integers(-900, 900))
    costs = rng.integers(0, int(rng.choice([2, 4, 10**6])), (n, m)) * unit
    return {"cost_matrix": costs, "a": _weights(rng, n), "b": _weights(rng, m)}, costs


def _points(metric: str, p: int) -> Callable[[np.random.Generator], Problem]:
    """Points with whole coordinates, many of them in one place."""

    def draw(rng: np.random.Generator) -> Problem:
        n, m, d = _size(rng), _size(rng), int(rng.integers(1, 4))
        x, y = (rng.integers(-4, 5, (k, d)).astype(float) for k in (n, m))
        asked = {"x": x, "y": y, "a": _weights(rng, n), "b": _weights(rng, m), "metric": metric, "p": p}
        return asked, exact_costs(x, y, metric, p)

    return draw


FAMILIES: dict[str, Callable[[np.random.Generator], Problem]] = {
    "assignment": _assignment,
    "costs": _costs,
    "cityblock": _points("cityblock", 1),
    "chebyshev": _points("chebyshev", 1),
    "squares": _points("euclidean", 2),
}
CELLS = [{"family": family, "stream": stream} for family in FAMILIES for stream in range(4)]


def run(cell: dict[str, Any]) -> dict[str, Any]:
    """Solve the problems of one stream twice; widths of the bounds in eps of the largest cost."""
    place = [*FAMILIES].index(cell["family"])
    rng = np.random.default_rng(np.random.SeedSequence([PARAMETERS["seed"], place, cell["stream"]]))
    outside = caught = zero = 0
    widest = total = 0.0
    for _ in range(PARAMETERS["problems"]):
        asked, costs = FAMILIES[cell["family"]](rng)
        truth, found = rational_transport(costs, asked["a"], asked["b"]).cost, optimal_transport(**asked)
        largest = max(max(map(Fraction, row)) for row in np.asarray(costs, dtype=object).tolist())
        low, high = Fraction(found.lower), Fraction(found.upper)
        outside += not low <= truth <= high
        caught += not low <= truth + 128 * Fraction(EPS) * (largest or 1) <= high
        zero += truth == 0
        widest = max(widest, float((high - low) / (largest or 1)) / EPS)
        total += float(truth / (largest or 1))
    digits = PARAMETERS["digits"]
    return {
        "outside": outside, "caught": caught, "zero": zero, "mean": float(f"{total / PARAMETERS['problems']:.9g}"),
        "widest": float(f"{widest:.{digits}g}"),
    }  # fmt: skip
