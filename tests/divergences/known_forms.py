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


def _quadratic(c: mpf, b: mpf, a: mpf) -> list[mpf]:
    """The real roots of ``a x^2 + b x + c``."""
    if not a:
        return [-c / b] if b else []
    root = b * b - 4 * a * c
    return [(-b + sign * mpmath.sqrt(root)) / (2 * a) for sign in (-1, 1)] if root >= 0 else []


def _normal_kl(a, b):
    return mpmath.log(b[1] / a[1]) + (a[1] ** 2 + (a[0] - b[0]) ** 2) / (2 * b[1] ** 2) - mpf(1) / 2


def _normal_affinity(a, b, o):
    v, w = a[1] ** 2, b[1] ** 2
    mixed = o * w + (1 - o) * v
    if mixed <= 0:
        return mpmath.inf
    return (
        a[1] ** (1 - o) * b[1] ** o / mpmath.sqrt(mixed) * mpmath.exp(-o * (1 - o) * (a[0] - b[0]) ** 2 / (2 * mixed))
    )


def _normal_crossings(a, b):
    """In the distance from the first location; the logarithms of the densities are quadratic."""
    (m, s), (n, t) = a, b
    d = n - m
    roots = _quadratic(d**2 / (2 * t**2) + mpmath.log(t / s), -d / t**2, 1 / (2 * t**2) - 1 / (2 * s**2))
    return [m + x for x in roots]


def _laplace_kl(a, b):
    m = abs(a[0] - b[0])
    return mpmath.log(b[1] / a[1]) + (a[1] * mpmath.exp(-m / a[1]) + m) / b[1] - 1


def _laplace_affinity(a, b, o):
    """Beyond both locations, and between them."""
    first, second, d = o / a[1], (1 - o) / b[1], abs(a[0] - b[0])
    if first + second <= 0:
        return mpmath.inf
    ends = (mpmath.exp(-first * d) + mpmath.exp(-second * d)) / (first + second)
    gap = first - second
    between = mpmath.exp(-second * d) * (-mpmath.expm1(-gap * d) / gap if gap else d)
    return (ends + between) / ((2 * a[1]) ** o * (2 * b[1]) ** (1 - o))


def _laplace_crossings(a, b):
    """The logarithms of the densities are linear between locations."""
    marks = [-mpmath.inf, *sorted((a[0], b[0])), mpmath.inf]
    for low, high in pairwise(marks):
        middle = high - 1 if low == -mpmath.inf else low + 1 if high == mpmath.inf else (low + high) / 2
        p, q = (-1 if middle > law[0] else 1 for law in (a, b))
        slope = p / a[1] - q / b[1]
        level = q * b[0] / b[1] - p * a[0] / a[1] + mpmath.log(b[1] / a[1])
        if slope and low <= -level / slope <= high:
            yield -level / slope


def _laplace_below(a, x):
    z = (x - a[0]) / a[1]
    return mpmath.exp(z) / 2 if z < 0 else 1 - mpmath.exp(-z) / 2


def _gamma_kl(a, b):
    (_, s, k), (_, t, m) = a, b
    logs = mpmath.loggamma(m) - mpmath.loggamma(k) + m * mpmath.log(t / s)
    return (k - m) * mpmath.digamma(k) + logs + k * (s / t - 1)


def _gamma_affinity(a, b, o):
    (_, s, k), (_, t, m) = a, b
    shape, rate = o * k + (1 - o) * m, o / s + (1 - o) / t
    if min(shape, rate) <= 0:
        return mpmath.inf
    logs = mpmath.loggamma(shape) - shape * mpmath.log(rate)
    logs -= o * (mpmath.loggamma(k) + k * mpmath.log(s)) + (1 - o) * (mpmath.loggamma(m) + m * mpmath.log(t))
    return mpmath.exp(logs)


def _gamma_crossings(a, b):
    """``e log x - r x + c = 0`` by Lambert's function."""
    (_, s, k), (_, t, m) = a, b
    e, r = k - m, 1 / s - 1 / t
    c = mpmath.loggamma(m) + m * mpmath.log(t) - mpmath.loggamma(k) - k * mpmath.log(s)
    if not r:
        return [mpmath.exp(-c / e)]
    if not e:
        return [c / r]
    inside = -(r / e) * mpmath.exp(-c / e)
    return [(-(e / r) * mpmath.lambertw(inside, branch)).real for branch in ((0, -1) if inside < 0 else (0,))]


def _beta_kl(a, b):
    (_, _, a1, a2), (_, _, b1, b2) = a, b
    total = mpmath.log(mpmath.beta(b1, b2) / mpmath.beta(a1, a2))
    total += (a1 - b1) * mpmath.digamma(a1) + (a2 - b2) * mpmath.digamma(a2)
    return total + (b1 - a1 + b2 - a2) * mpmath.digamma(a1 + a2)


def _beta_affinity(a, b, o):
    mixed = [o * x + (1 - o) * y for x, y in zip(a[2:], b[2:], strict=True)]
    if min(mixed) <= 0:
        return mpmath.inf
    return mpmath.beta(*mixed) / (mpmath.beta(*a[2:]) ** o * mpmath.beta(*b[2:]) ** (1 - o))


def _beta_crossings(a, b):
    """Bisected in ``y = log(x / (1 - x))``; the logarithm of the ratio turns at most once."""
    first, second = (x - y for x, y in zip(a[2:], b[2:], strict=True))
    level = mpmath.log(mpmath.beta(*b[2:]) / mpmath.beta(*a[2:]))

    def ratio(y):
        return level - first * mpmath.log1p(mpmath.exp(-y)) - second * mpmath.log1p(mpmath.exp(y))

    far = mpf(10) ** 6
    turns = first * second > 0
    for low, high in pairwise([-far, *([mpmath.log(first / second)] if turns else []), far]):
        if ratio(low) * ratio(high) < 0:
            y = mpmath.findroot(ratio, (low, high), solver="anderson", tol=mpf(10) ** -100, maxsteps=1000, verify=False)
            yield 1 / (1 + mpmath.exp(-y))


def _cauchy_kl(a, b):
    return mpmath.log(((a[1] + b[1]) ** 2 + (a[0] - b[0]) ** 2) / (4 * a[1] * b[1]))


def _cauchy_affinity(a, b, o):
    return 1 + ((a[0] - b[0]) ** 2 + (a[1] - b[1]) ** 2) / (2 * a[1] * b[1])


def _student_crossings(a, b):
    """Where ``1 + u^2 / n`` is ``(t / s)^(2 / (n + 1))`` times the other, in the distance from P's location."""
    (m, s, n), (o, t, _) = a, b
    d, c = o - m, (t / s) ** (2 / (n + 1))
    roots = _quadratic(1 - c - c * d**2 / (n * t**2), 2 * c * d / (n * t**2), 1 / (n * s**2) - c / (n * t**2))
    return [m + x for x in roots]


def _student_below(a, x):
    m, s, n = a
    z = (x - m) / s
    tail = mpmath.betainc(n / 2, mpf(1) / 2, 0, n / (n + z * z), regularized=True) / 2
    return tail if z < 0 else 1 - tail


def _logistic_kl(a, b):
    """Of one scale, at the distance d in that unit: ``d coth(d / 2) - 2``."""
    d = abs(a[0] - b[0]) / a[1]
    return d / mpmath.tanh(d / 2) - 2


def _logistic_affinity(a, b, o):
    """With ``u`` uniform and ``r = exp(d)``, ``p / q`` is ``(u + r (1 - u))^2 / r``."""
    r = mpmath.exp(abs(a[0] - b[0]) / a[1])
    e = 2 * o - 1
    mean = (r**e - 1) / (e * (r - 1)) if e else mpmath.log(r) / (r - 1)
    return mean / r ** (o - 1)


def _pieces(row):
    """Uniform laws, piece by piece."""

    def found(a, b):
        marks = sorted({a[0], a[0] + a[1], b[0], b[0] + b[1]})
        total = mpf(0)
        for low, high in pairwise(marks):
            logs = [-mpmath.log(law[1]) if law[0] <= low and high <= law[0] + law[1] else -mpmath.inf for law in (a, b)]
            if max(logs) > -mpmath.inf:
                total += (high - low) * GENERATORS[row](*logs)
        return total

    return found


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
    Known("norm", _pair(_moved), _normal_kl, _normal_affinity, crossings=_normal_crossings,
          below=lambda a, x: mpmath.ncdf((x - a[0]) / a[1])),
    Known("laplace", _pair(_moved), _laplace_kl, _laplace_affinity, crossings=_laplace_crossings,
          below=_laplace_below),
    Known("expon", _pair(lambda rng: (0.0, _scale(rng))), lambda a, b: mpmath.log(b[1] / a[1]) + a[1] / b[1] - 1,
          lambda a, b, o: _gamma_affinity((*a, mpf(1)), (*b, mpf(1)), o),
          crossings=lambda a, b: [mpmath.log(b[1] / a[1]) / (1 / a[1] - 1 / b[1])],
          below=lambda a, x: -mpmath.expm1(-x / a[1])),
    Known("logistic", _one_scale, _logistic_kl, _logistic_affinity,
          rows={"tv": lambda a, b: mpmath.tanh(abs(a[0] - b[0]) / (4 * a[1]))}),
    Known("t", _pair(lambda rng: (*_moved(rng), 1.0), slice(0, 2)), _cauchy_kl, _cauchy_affinity,
          orders=("chi2", "neyman_chi2", "alpha(-1)"), crossings=_student_crossings,
          below=lambda a, x: mpmath.atan((x - a[0]) / a[1]) / mpmath.pi + mpf(1) / 2),
    Known("t", _one_freedom, None, None, (), _student_crossings, _student_below),
    Known("gamma", _pair(lambda rng: (0.0, _scale(rng), _shape(rng))), _gamma_kl, _gamma_affinity,
          crossings=_gamma_crossings,
          below=lambda a, x: mpmath.gammainc(a[2], 0, x / a[1], regularized=True)),
    Known("beta", _pair(lambda rng: (0.0, 1.0, _shape(rng), _shape(rng)), slice(2, None)), _beta_kl, _beta_affinity,
          crossings=_beta_crossings, below=lambda a, x: mpmath.betainc(a[2], a[3], 0, x, regularized=True)),
    Known("uniform", _overlapping, orders=(), rows={row: _pieces(row) for row in GENERATORS}),
)  # fmt: skip


def coverage() -> Iterator[tuple[int, str]]:
    """Every family's number in `KNOWN` with every row that follows."""
    for number, known in enumerate(KNOWN):
        entropies = ("kl", "reverse_kl", "jeffreys") if known.kl else ()
        between = ("tv",) if known.crossings else ()
        yield from ((number, row) for row in dict.fromkeys((*entropies, *known.orders, *between, *known.rows)))


COVERAGE = tuple(coverage())
