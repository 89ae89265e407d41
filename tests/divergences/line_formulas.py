"""Formulas of divergences on the line, of laws ``(location, scale, shapes...)``, in mpmath's numbers.

``..._kl`` is the Kullback-Leibler divergence, ``..._affinity`` the integral of ``p^o q^(1 - o)``, ``..._crossings``
where the densities are equal, ``..._below`` the mass below a point.
"""

from itertools import pairwise

import mpmath
from mpmath import mpf

from tests.divergences.peaks import GENERATORS


def quadratic(c: mpf, b: mpf, a: mpf) -> list[mpf]:
    """The real roots of ``a x^2 + b x + c``."""
    if not a:
        return [-c / b] if b else []
    root = b * b - 4 * a * c
    return [(-b + sign * mpmath.sqrt(root)) / (2 * a) for sign in (-1, 1)] if root >= 0 else []


def normal_kl(a, b):
    return mpmath.log(b[1] / a[1]) + (a[1] ** 2 + (a[0] - b[0]) ** 2) / (2 * b[1] ** 2) - mpf(1) / 2


def normal_affinity(a, b, o):
    v, w = a[1] ** 2, b[1] ** 2
    mixed = o * w + (1 - o) * v
    if mixed <= 0:
        return mpmath.inf
    return (
        a[1] ** (1 - o) * b[1] ** o / mpmath.sqrt(mixed) * mpmath.exp(-o * (1 - o) * (a[0] - b[0]) ** 2 / (2 * mixed))
    )


def normal_crossings(a, b):
    """In the distance from the first location; the logarithms of the densities are quadratic."""
    (m, s), (n, t) = a, b
    d = n - m
    roots = quadratic(d**2 / (2 * t**2) + mpmath.log(t / s), -d / t**2, 1 / (2 * t**2) - 1 / (2 * s**2))
    return [m + x for x in roots]


def laplace_kl(a, b):
    m = abs(a[0] - b[0])
    return mpmath.log(b[1] / a[1]) + (a[1] * mpmath.exp(-m / a[1]) + m) / b[1] - 1


def laplace_affinity(a, b, o):
    """Beyond both locations, and between them."""
    first, second, d = o / a[1], (1 - o) / b[1], abs(a[0] - b[0])
    if first + second <= 0:
        return mpmath.inf
    ends = (mpmath.exp(-first * d) + mpmath.exp(-second * d)) / (first + second)
    gap = first - second
    between = mpmath.exp(-second * d) * (-mpmath.expm1(-gap * d) / gap if gap else d)
    return (ends + between) / ((2 * a[1]) ** o * (2 * b[1]) ** (1 - o))


def laplace_crossings(a, b):
    """The logarithms of the densities are linear between locations."""
    marks = [-mpmath.inf, *sorted((a[0], b[0])), mpmath.inf]
    for low, high in pairwise(marks):
        middle = high - 1 if low == -mpmath.inf else low + 1 if high == mpmath.inf else (low + high) / 2
        p, q = (-1 if middle > law[0] else 1 for law in (a, b))
        slope = p / a[1] - q / b[1]
        level = q * b[0] / b[1] - p * a[0] / a[1] + mpmath.log(b[1] / a[1])
        if slope and low <= -level / slope <= high:
            yield -level / slope


def laplace_below(a, x):
    z = (x - a[0]) / a[1]
    return mpmath.exp(z) / 2 if z < 0 else 1 - mpmath.exp(-z) / 2


def gamma_kl(a, b):
    (_, s, k), (_, t, m) = a, b
    logs = mpmath.loggamma(m) - mpmath.loggamma(k) + m * mpmath.log(t / s)
    return (k - m) * mpmath.digamma(k) + logs + k * (s / t - 1)


def gamma_affinity(a, b, o):
    (_, s, k), (_, t, m) = a, b
    shape, rate = o * k + (1 - o) * m, o / s + (1 - o) / t
    if min(shape, rate) <= 0:
        return mpmath.inf
    logs = mpmath.loggamma(shape) - shape * mpmath.log(rate)
    logs -= o * (mpmath.loggamma(k) + k * mpmath.log(s)) + (1 - o) * (mpmath.loggamma(m) + m * mpmath.log(t))
    return mpmath.exp(logs)


def gamma_crossings(a, b):
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


def beta_kl(a, b):
    (_, _, a1, a2), (_, _, b1, b2) = a, b
    total = mpmath.log(mpmath.beta(b1, b2) / mpmath.beta(a1, a2))
    total += (a1 - b1) * mpmath.digamma(a1) + (a2 - b2) * mpmath.digamma(a2)
    return total + (b1 - a1 + b2 - a2) * mpmath.digamma(a1 + a2)


def beta_affinity(a, b, o):
    mixed = [o * x + (1 - o) * y for x, y in zip(a[2:], b[2:], strict=True)]
    if min(mixed) <= 0:
        return mpmath.inf
    return mpmath.beta(*mixed) / (mpmath.beta(*a[2:]) ** o * mpmath.beta(*b[2:]) ** (1 - o))


def beta_crossings(a, b):
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


def cauchy_kl(a, b):
    return mpmath.log(((a[1] + b[1]) ** 2 + (a[0] - b[0]) ** 2) / (4 * a[1] * b[1]))


def cauchy_affinity(a, b, o):
    return 1 + ((a[0] - b[0]) ** 2 + (a[1] - b[1]) ** 2) / (2 * a[1] * b[1])


def student_crossings(a, b):
    """Where ``1 + u^2 / n`` is ``(t / s)^(2 / (n + 1))`` times the other, in the distance from P's location."""
    (m, s, n), (o, t, _) = a, b
    d, c = o - m, (t / s) ** (2 / (n + 1))
    roots = quadratic(1 - c - c * d**2 / (n * t**2), 2 * c * d / (n * t**2), 1 / (n * s**2) - c / (n * t**2))
    return [m + x for x in roots]


def student_below(a, x):
    m, s, n = a
    z = (x - m) / s
    tail = mpmath.betainc(n / 2, mpf(1) / 2, 0, n / (n + z * z), regularized=True) / 2
    return tail if z < 0 else 1 - tail


def logistic_kl(a, b):
    """Of one scale, at the distance d in that unit: ``d coth(d / 2) - 2``."""
    d = abs(a[0] - b[0]) / a[1]
    return d / mpmath.tanh(d / 2) - 2


def logistic_affinity(a, b, o):
    """With ``u`` uniform and ``r = exp(d)``, ``p / q`` is ``(u + r (1 - u))^2 / r``."""
    r = mpmath.exp(abs(a[0] - b[0]) / a[1])
    e = 2 * o - 1
    mean = (r**e - 1) / (e * (r - 1)) if e else mpmath.log(r) / (r - 1)
    return mean / r ** (o - 1)


def pieces(row):
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
