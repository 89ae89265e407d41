"""Exponential families by their log-normalisers, for mpmath, and scipy's laws as their members."""

import math
from collections.abc import Callable
from typing import NamedTuple

import mpmath
from mpmath import mpf


class Exponential(NamedTuple):
    """An exponential family: natural parameters, their domain, log-normaliser and mean of the statistics."""

    natural: Callable
    inside: Callable
    normaliser: Callable
    mean: Callable


def _normal_normaliser(t):
    return -(t[0] ** 2) / (4 * t[1]) - mpmath.log(-2 * t[1]) / 2


def _gamma_normaliser(t):
    return mpmath.loggamma(t[0]) - t[0] * mpmath.log(-t[1])


def _bessel_ratio(k):
    return mpmath.besseli(1, k) / mpmath.besseli(0, k)


def _von_mises_normaliser(t):
    size = mpmath.hypot(*t)
    return mpmath.log(mpmath.besseli(0, size))


def _dirichlet_normaliser(t):
    return sum(map(mpmath.loggamma, t)) - mpmath.loggamma(sum(t))


def matrix(rows):
    """A square matrix from its rows, one after the other."""
    side = math.isqrt(len(rows))
    return mpmath.matrix(side, side) + mpmath.matrix([rows[i * side : (i + 1) * side] for i in range(side)])


def _side(t):
    return math.isqrt(len(t) - 1)


def _positive(symmetric):
    return all(mpmath.det(symmetric[:k, :k]) > 0 for k in range(1, symmetric.rows + 1))


def _digammas(k, d):
    return mpmath.fsum(mpmath.psi(0, k - mpf(i) / 2) for i in range(d))


def _wishart_normaliser(t):
    gammas = mpmath.fsum(mpmath.loggamma(t[0] - mpf(i) / 2) for i in range(_side(t)))
    return gammas - t[0] * mpmath.log(mpmath.det(-matrix(t[1:])))


def _direction_normaliser(t):
    size, order = mpmath.norm(t), mpf(len(t)) / 2 - 1
    return mpmath.log(mpmath.besseli(order, size)) - order * mpmath.log(size) if size else _at_rest(order)


def _at_rest(order):
    return -order * mpmath.log(2) - mpmath.loggamma(order + 1)


def _resultant(k, d):
    return mpmath.besseli(mpf(d) / 2, k) / mpmath.besseli(mpf(d) / 2 - 1, k) if k else mpf(0)


FAMILIES = {
    "normal": Exponential(
        lambda m, v: (m / v, -1 / (2 * v)), lambda t: t[1] < 0, _normal_normaliser, lambda m, v: (m, v + m**2)
    ),
    "gamma": Exponential(
        lambda k, r: (k, -r),
        lambda t: t[0] > 0 > t[1],
        _gamma_normaliser,
        lambda k, r: (mpmath.psi(0, k) - mpmath.log(r), k / r),
    ),
    "dirichlet": Exponential(
        lambda *a: a,
        lambda t: min(t) > 0,
        _dirichlet_normaliser,
        lambda *a: tuple(mpmath.psi(0, x) - mpmath.psi(0, sum(a)) for x in a),
    ),
    "invgauss": Exponential(
        lambda m, l: (-l / (2 * m**2), -l / 2),
        lambda t: t[0] <= 0 > t[1],
        lambda t: -2 * mpmath.sqrt(t[0] * t[1]) - mpmath.log(-2 * t[1]) / 2,
        lambda m, l: (m, 1 / m + 1 / l),
    ),
    "vonmises": Exponential(
        lambda k, m: (k * mpmath.cos(m), k * mpmath.sin(m)),
        lambda t: True,
        _von_mises_normaliser,
        lambda k, m: (_bessel_ratio(k) * mpmath.cos(m), _bessel_ratio(k) * mpmath.sin(m)),
    ),
    "poisson": Exponential(
        lambda l: (mpmath.log(l),), lambda t: True, lambda t: mpmath.exp(t[0]), lambda l: (l,)
    ),
    "binom": Exponential(
        lambda n, p: (mpmath.log(p / (1 - p)), n),
        lambda t: True,
        lambda t: t[1] * mpmath.log1p(mpmath.exp(t[0])),
        lambda n, p: (n * p, 0),
    ),
    "multinomial": Exponential(
        lambda n, *p: (*map(mpmath.log, p), n),
        lambda t: True,
        lambda t: t[-1] * mpmath.log(sum(map(mpmath.exp, t[:-1]))),
        lambda n, *p: (*(n * x for x in p), 0),
    ),
    "nbinom": Exponential(
        lambda r, p: (mpmath.log(1 - p), r),
        lambda t: t[0] < 0,
        lambda t: -t[1] * mpmath.log(1 - mpmath.exp(t[0])),
        lambda r, p: (r * (1 - p) / p, 0),
    ),
    "wishart": Exponential(
        lambda n, *s: (n / 2, *(-x / 2 for x in matrix(s) ** -1)),
        lambda t: t[0] > mpf(_side(t) - 1) / 2 and _positive(-matrix(t[1:])),
        _wishart_normaliser,
        lambda n, *s: (_digammas(n / 2, _side((n, *s))) + mpmath.log(mpmath.det(2 * matrix(s))), *(n * x for x in s)),
    ),
    "vonmises_fisher": Exponential(
        lambda k, *mu: tuple(k * x / mpmath.norm(mu) for x in mu),
        lambda t: True,
        _direction_normaliser,
        lambda k, *mu: tuple(_resultant(k, len(mu)) * x / mpmath.norm(mu) for x in mu),
    ),
}  # fmt: skip

# scipy's name -> family above and its parameters, by a change of variable that both laws share
MEMBERS = {
    "norm": lambda loc, s: ("normal", loc, s**2),
    "lognorm": lambda loc, s, a: ("normal", mpmath.log(s), a**2),
    "expon": lambda loc, s: ("gamma", mpf(1), 1 / s),
    "gamma": lambda loc, s, a: ("gamma", a, 1 / s),
    "chi2": lambda loc, s, df: ("gamma", df / 2, 1 / (2 * s)),
    "invgamma": lambda loc, s, a: ("gamma", a, s),
    "rayleigh": lambda loc, s: ("gamma", mpf(1), 1 / (2 * s**2)),
    "halfnorm": lambda loc, s: ("gamma", mpf(1) / 2, 1 / (2 * s**2)),
    "maxwell": lambda loc, s: ("gamma", mpf(3) / 2, 1 / (2 * s**2)),
    "chi": lambda loc, s, df: ("gamma", df / 2, 1 / (2 * s**2)),
    "laplace": lambda loc, s: ("gamma", mpf(1), 1 / s),
    "pareto": lambda loc, s, b: ("gamma", mpf(1), b),
    "weibull_min": lambda loc, s, c: ("gamma", mpf(1), s**-c),
    "beta": lambda loc, s, a, b: ("dirichlet", a, b),
    "dirichlet": lambda loc, s, *a: ("dirichlet", *a),
    "invgauss": lambda loc, s, m: ("invgauss", m * s, s),
    "vonmises": lambda loc, s, k: ("vonmises", k, loc),
    "poisson": lambda loc, s, l: ("poisson", l),
    "bernoulli": lambda loc, s, p: ("binom", mpf(1), p),
    "binom": lambda loc, s, n, p: ("binom", n, p),
    "multinomial": lambda loc, s, n, *p: ("multinomial", n, *p),
    "wishart": lambda loc, s, n, *scale: ("wishart", n, *scale),
    "vonmises_fisher": lambda loc, s, k, *mu: ("vonmises_fisher", k, *mu),
    "geom": lambda loc, s, p: ("nbinom", mpf(1), p),
    "nbinom": lambda loc, s, r, p: ("nbinom", r, p),
}
