"""The functions on which closed forms rest: convex functions less their tangent, without cancellation.

Parameters arrive as fractions, so that the differences and ratios of floats that closed forms need are exact and
rounded once.

References:
    Higham, Accuracy and Stability of Numerical Algorithms (2002), section 1.14, for log1p and expm1.
"""

from __future__ import annotations

import math
from collections.abc import Callable, Sequence
from fractions import Fraction
from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

from divergences.terms import relative_entropy_term

__all__ = [
    "OUTSIDE",
    "Gap",
    "bessel_gap",
    "bessel_ratio",
    "exp_gap",
    "lgamma_excess",
    "lgamma_gap",
    "log_fraction",
    "log_gap",
    "root",
    "rounded",
]

Array = NDArray[np.float64]

NODES, WEIGHTS = (a.copy() for a in np.polynomial.legendre.leggauss(16))  # error 3e-19 on [x, 2x] for 1/x^2
SHIFTS = 20  # recurrences before the asymptotic series of the trigamma function
BERNOULLI = (1 / 6, -1 / 30, 1 / 42, -1 / 30, 5 / 66, -691 / 2730, 7 / 6)
FAR = 100.0  # where the asymptotic series of the Bessel ratio starts: its terms fall below 1e-17
ORDERS = 14
ANGLES = 128  # points of the trapezoidal rule on the circle: aliasing below exp(-80) up to FAR


class Gap(NamedTuple):
    """``J = -log int p^a q^(1 - a)`` of two laws.

    Attributes:
        value: minus infinity outside the natural domain.
        size: the sum of the sizes of the terms that it was added up from.

    Example:
        >>> Gap(1e6, 1e6).growth, Gap(-100.0, 100.0).growth
        (1.0, 101.0)
    """

    value: float
    size: float

    @staticmethod
    def added(terms: Sequence[float]) -> Gap:
        """The sum of terms, for an order in the natural domain; of size 0 where they leave the range of floats.

        Example:
            >>> Gap.added((math.inf, -math.inf)).value, Gap.added((1.0, -0.5)).size
            (-inf, 1.5)
        """
        size = sum(map(abs, terms))
        if math.isinf(size):
            total = sum(terms)  # infinities of two signs come up outside of [0, 1] alone
            return Gap(-math.inf if math.isnan(total) else total, 0.0)
        return Gap(math.fsum(terms), size)

    @property
    def growth(self) -> float:
        """By what a relative rounding of the terms grows in ``exp(-J) - 1``, with 1 for its own; infinite outside.

        Example:
            >>> OUTSIDE.growth
            inf
        """
        if self.value > 700 or not self.size:
            return 1.0
        return 1 + self.size / abs(math.expm1(self.value)) if self.value else math.inf


OUTSIDE = Gap(-math.inf, math.inf)


def rounded(x: Fraction) -> float:
    """The nearest float, infinite beyond their range.

    Example:
        >>> rounded(Fraction(10) ** 400)
        inf
    """
    try:
        return float(x)
    except OverflowError:
        return math.inf if x > 0 else -math.inf


def log_fraction(x: Fraction) -> float:
    """``log x`` to an ulp or two, also near 1 and beyond the range of floats.

    Example:
        >>> log_fraction(1 + Fraction(1, 10**30))
        1e-30
    """
    if abs(x - 1) < Fraction(1, 2):
        return math.log1p(rounded(x - 1))
    if Fraction(1, 2**1000) < x < 2**1000:
        return math.log(float(x))
    return math.log(x.numerator) - math.log(x.denominator)


def log_gap(x: Fraction) -> float:
    """``x - log(1 + x)`` for ``x > -1``, nonnegative: what the logarithm lacks to its tangent at 1.

    Example:
        >>> log_gap(Fraction(1, 2**40)) * 2**81, log_gap(Fraction(0))
        (0.9999999999993937, 0.0)
    """
    if abs(x) > Fraction(1, 2):
        return rounded(x) - log_fraction(1 + x)
    small = float(x)
    return float(relative_entropy_term(*(np.array([v]) for v in (1.0, 1.0 + small, small)))[0])


def root(x: Fraction) -> float:
    """``sqrt x`` of a fraction that may leave the range of floats.

    Example:
        >>> root(Fraction(10) ** 400) / 1e200
        1.0
    """
    half = (x.numerator.bit_length() - x.denominator.bit_length()) // 2
    return rounded(Fraction(math.sqrt(float(x / Fraction(4) ** half))) * Fraction(2) ** half)


def exp_gap(x: float) -> float:
    """``exp(x) - 1 - x``, nonnegative; infinite where the exponential is.

    Example:
        >>> exp_gap(-(2.0**-60)) * 2**121, exp_gap(0.0), exp_gap(1e4)
        (1.0, 0.0, inf)
    """
    if x > 709:
        return math.inf if x > 709.7 else math.exp(x) - 1 - x
    if abs(x) > 0.5:
        return math.expm1(x) - x
    return float(relative_entropy_term(*(np.array([v]) for v in (1.0, math.exp(x), math.expm1(x))))[0])


def lgamma_gap(at: Fraction, to: Fraction) -> float:
    """``log Gamma(to)`` less its tangent at ``at``, nonnegative: the integral of ``(to - x) psi'(x)``.

    Example:
        >>> lgamma_gap(Fraction(1), Fraction(1)), round(lgamma_gap(Fraction(1), Fraction(2)), 12)
        (0.0, 0.577215664902)
    """
    return _curvature_integral(at, to, lambda x: _trigamma_excess(x) + 1 / x)


def lgamma_excess(at: Fraction, to: Fraction, shift: Fraction = Fraction(0)) -> float:
    """`lgamma_gap` less ``to log(to / at) - to + at``, nonnegative: the integral of ``(to - x) (psi'(x) - 1/x)``.

    With a shift both ends have to exceed, the gap is that of ``log Gamma(x - shift)``: ``psi'(x - shift) - 1/x``.

    Example:
        >>> 0 < lgamma_excess(Fraction(10**6), Fraction(10**6 + 1)) < 1e-12
        True
    """
    s = rounded(shift)
    return _curvature_integral(at - shift, to - shift, lambda y: _trigamma_excess(y) + s / y / (y + s))


def bessel_ratio(x: float) -> float:
    """``I_1(x) / I_0(x)``, the mean resultant length of a von Mises law.

    Example:
        >>> bessel_ratio(0.0), round(bessel_ratio(2.0), 12)
        (0.0, 0.697774657964)
    """
    from scipy.special import i0e, i1e

    return float(i1e(x) / i0e(x))


def bessel_gap(at: float, step: float) -> float:
    """``log I_0(at + step)`` less its tangent at ``at``, nonnegative; the step is exact even where it is tiny.

    Example:
        >>> bessel_gap(1.0, 0.0), round(bessel_gap(0.0, 1e-8) / 1e-16, 12)
        (0.0, 0.25)
    """
    ends = [0.0]
    while abs(step) - ends[-1] > 0:
        ends.append(min(abs(step), ends[-1] + max(0.5, 0.5 * (at + math.copysign(ends[-1], step)))))
    edges = np.copysign(np.array(ends), step)
    moved, weights = _panels(edges)
    return float((weights * (step - moved) * _resultant_slope(np.maximum(at + moved, 0.0))).sum())


def _curvature_integral(at: Fraction, to: Fraction, second: Callable[[Array], Array]) -> float:
    """The integral of ``(to - x) second(x)`` from ``at`` to ``to``, in panels over which ``x`` at most doubles.

    Nodes are measured from the smaller end, so that no digit is lost near it.
    """
    if at == to:
        return 0.0
    low, step = min(at, to), abs(rounded(to - at))
    reach = log_fraction(max(at, to) / low)
    edges = rounded(low) * np.expm1(np.linspace(0, reach, max(1, math.ceil(reach / math.log(2))) + 1))
    edges[-1] = step
    moved, weights = _panels(edges)
    lever = step - moved if to > at else moved
    with np.errstate(under="ignore"):
        return float((weights * lever * second(rounded(low) + moved)).sum())


def _panels(edges: Array) -> tuple[Array, Array]:
    """Gauss-Legendre nodes and weights in the panels between edges."""
    middle, half = (edges[1:] + edges[:-1]) / 2, np.diff(edges) / 2
    return (middle[:, None] + half[:, None] * NODES).ravel(), (half[:, None] * WEIGHTS).ravel()


def _trigamma_excess(x: Array) -> Array:
    """``psi'(x) - 1 / x``: the sum of ``1 / (y^2 (y + 1))`` over ``y = x, x + 1, ...``, its tail by the asymptotics."""
    total = np.zeros_like(x)
    with np.errstate(over="ignore", under="ignore"):
        for shift in range(SHIFTS):
            y = x + shift
            total += 1 / y / y / (y + 1)
        y = x + SHIFTS
        tail = 1 / (2 * y * y)
        for k, number in enumerate(BERNOULLI):
            tail += number / y ** (2 * k + 3)
    excess: Array = total + tail
    return excess


def _resultant_slope(x: Array) -> Array:
    """The derivative of `bessel_ratio`: the variance of the cosine under a von Mises law."""
    theta = 2 * math.pi * np.arange(ANGLES) / ANGLES
    versine = 2 * np.sin(theta / 2) ** 2
    weights = np.exp(-np.minimum(x, FAR)[:, None] * versine)
    weights /= weights.sum(axis=1, keepdims=True)
    mean = weights @ versine
    near = (weights * (versine - mean[:, None]) ** 2).sum(axis=1)
    far = np.zeros_like(x)
    reach = np.maximum(x, FAR)
    for n, coefficient in enumerate(_ratio_series()):
        far -= n * coefficient / reach ** (n + 1)
    return np.where(x <= FAR, near, far)


def _ratio_series() -> list[float]:
    """The coefficients of ``I_1(x) / I_0(x)`` in powers of ``1 / x``, by its Riccati equation."""
    found = [1.0]
    for k in range(1, ORDERS):
        found.append(((k - 2) * found[k - 1] - sum(found[i] * found[k - i] for i in range(1, k))) / 2)
    return found
