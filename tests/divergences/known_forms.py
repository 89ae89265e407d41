"""Closed forms of divergences on the line in as many digits as mpmath is told to use: families by rows.

Laws are tuples ``(location, scale, shapes...)``. `COVERAGE` says which rows of a family follow from what is known of
it; the other rows are held against another quadrature (`open_forms`).
"""

from collections.abc import Callable, Iterator, Mapping
from itertools import pairwise
from typing import NamedTuple

import mpmath
import numpy as np
from mpmath import mpf

from tests.divergences import line_formulas as by
from tests.divergences.peaks import GENERATORS

Parameters = tuple[mpf, ...]
Numbers = tuple[float, ...]
ORDERS = {"chi2": 2, "neyman_chi2": -1, "squared_hellinger": 0.5, "alpha(-1)": -1, "alpha(0.5)": 0.5, "alpha(1.5)": 1.5,
          "alpha(3)": 3}  # fmt: skip
MULTIPLES = {"chi2": 2, "neyman_chi2": 2, "squared_hellinger": 0.5}  # of the alpha-divergence of that order


class Known(NamedTuple):
    """What is known of a family.

    Attributes:
        name: scipy's.
        draw: two members, from a generator of random numbers.
        kl: ``KL(P || Q)``.
        affinity: ``int p^a q^(1 - a)`` of a, infinite outside the natural domain.
        orders: the rows that follow from it.
        crossings: where the densities are equal, with `below`.
        below: the mass below a point.
        rows: the rows that have formulas of their own.
    """

    name: str
    draw: Callable[[np.random.Generator], tuple[Numbers, Numbers]]
    kl: Callable | None = None
    affinity: Callable | None = None
    orders: tuple[str, ...] = tuple(ORDERS)
    crossings: Callable | None = None
    below: Callable | None = None
    rows: Mapping[str, Callable] = {}


def value(known: Known, a: Parameters, b: Parameters, row: str) -> mpf:
    """A row between two members."""
    if row in known.rows:
        return known.rows[row](a, b)
    if row == "tv":
        return _total_variation(known, a, b)
    if row in ORDERS:
        order = mpf(ORDERS[row])
        return MULTIPLES.get(row, 1) * (known.affinity(a, b, order) - 1) / (order * (order - 1))
    kl, reverse = known.kl(a, b), known.kl(b, a)
    return {"kl": kl, "reverse_kl": reverse, "jeffreys": kl + reverse}[row]


def _total_variation(known: Known, a: Parameters, b: Parameters) -> mpf:
    """Half the sum of what the masses of the two laws differ by between crossings."""
    points = sorted(known.crossings(a, b))
    gaps = [mpf(0), *(known.below(a, x) - known.below(b, x) for x in points), mpf(0)]
    return mpmath.fsum(abs(y - x) for x, y in pairwise(gaps)) / 2


def _pair(one: Callable, free: slice = slice(0, None)) -> Callable[[np.random.Generator], tuple[Numbers, Numbers]]:
    """Two members, one time in four nearly equal in the parameters that are free."""

    def found(rng: np.random.Generator) -> tuple[Numbers, Numbers]:
        a, b = (tuple(map(float, one(rng))) for _ in range(2))
        if rng.random() < 0.25:
            near = tuple(x * (1 + 10.0 ** -rng.uniform(1, 10)) for x in a[free])
            b = (*a[: free.start], *near, *(a[free.stop :] if free.stop else ()))
        return a, b

    return found


def _scale(rng):
    return 10.0 ** rng.uniform(-2, 2)


def _moved(rng):
    return rng.normal() * 10.0 ** rng.uniform(-3, 2), _scale(rng)


def _shape(rng):
    return 10.0 ** rng.uniform(-1, 1.5)


def _one_scale(rng):
    a, b = (float(rng.normal() * 10.0 ** rng.uniform(-3, 2)) for _ in range(2))
    return (a, 0.75), (b, 0.75)


def _one_freedom(rng):
    a, b = _pair(_moved)(rng)
    n = float(10.0 ** rng.uniform(-0.3, 1))
    return (*a, n), (*b, n)


def _overlapping(rng):
    a = (float(rng.normal()), float(_scale(rng)))
    inside = sorted(rng.random(2))
    nested, apart = (a[0] + a[1] * inside[0], a[1] * (inside[1] - inside[0])), (a[0] + a[1] * inside[0], a[1])
    return [(a, nested), (nested, a), (a, apart)][rng.integers(3)]


KNOWN = (
    Known("norm", _pair(_moved), by.normal_kl, by.normal_affinity, crossings=by.normal_crossings,
          below=lambda a, x: mpmath.ncdf((x - a[0]) / a[1])),
    Known("laplace", _pair(_moved), by.laplace_kl, by.laplace_affinity, crossings=by.laplace_crossings,
          below=by.laplace_below),
    Known("expon", _pair(lambda rng: (0.0, _scale(rng))), lambda a, b: mpmath.log(b[1] / a[1]) + a[1] / b[1] - 1,
          lambda a, b, o: by.gamma_affinity((*a, mpf(1)), (*b, mpf(1)), o),
          crossings=lambda a, b: [mpmath.log(b[1] / a[1]) / (1 / a[1] - 1 / b[1])],
          below=lambda a, x: -mpmath.expm1(-x / a[1])),
    Known("logistic", _one_scale, by.logistic_kl, by.logistic_affinity,
          rows={"tv": lambda a, b: mpmath.tanh(abs(a[0] - b[0]) / (4 * a[1]))}),
    Known("t", _pair(lambda rng: (*_moved(rng), 1.0), slice(0, 2)), by.cauchy_kl, by.cauchy_affinity,
          orders=("chi2", "neyman_chi2", "alpha(-1)"), crossings=by.student_crossings,
          below=lambda a, x: mpmath.atan((x - a[0]) / a[1]) / mpmath.pi + mpf(1) / 2),
    Known("t", _one_freedom, None, None, (), by.student_crossings, by.student_below),
    Known("gamma", _pair(lambda rng: (0.0, _scale(rng), _shape(rng))), by.gamma_kl, by.gamma_affinity,
          crossings=by.gamma_crossings,
          below=lambda a, x: mpmath.gammainc(a[2], 0, x / a[1], regularized=True)),
    Known("beta", _pair(lambda rng: (0.0, 1.0, _shape(rng), _shape(rng)), slice(2, None)), by.beta_kl, by.beta_affinity,
          crossings=by.beta_crossings, below=lambda a, x: mpmath.betainc(a[2], a[3], 0, x, regularized=True)),
    Known("uniform", _overlapping, orders=(), rows={row: by.pieces(row) for row in GENERATORS}),
)  # fmt: skip


def coverage() -> Iterator[tuple[int, str]]:
    """Every family's number in `KNOWN` with every row that follows."""
    for number, known in enumerate(KNOWN):
        entropies = ("kl", "reverse_kl", "jeffreys") if known.kl else ()
        between = ("tv",) if known.crossings else ()
        yield from ((number, row) for row in dict.fromkeys((*entropies, *known.orders, *between, *known.rows)))


COVERAGE = tuple(coverage())
