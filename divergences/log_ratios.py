"""``log(p / q)`` of two masses, near equality and out of the range of floats too; what the terms and slopes rest on.

With ``s = (q - p) / (p + q)`` it is ``-2 artanh(s)``. Near equality the terms take its linear part out exactly and need
``R(z) = (artanh(s) - s) / s^3`` and ``E(z) = (V(z) - 1/2) / z`` with ``V(z) = ((1 + s) log(1 + s) + (1 - s) log(1 -
s)) / (2 z)`` at ``z = s^2``. Both are analytic but for a cut from ``z = 1`` to infinity, so quotients of polynomials in
``w = 1 - z`` whose coefficients are all positive come close to them, and no digit is lost in their sums.

References:
    Baker and Graves-Morris, Padé Approximants (1996), section 5.2, on Stieltjes functions, of which these are two.
"""

from __future__ import annotations

import math
from collections.abc import Callable
from typing import Any

from divergences.namespaces import at_least, namespace, positions, selectable

__all__ = [
    "NEAR",
    "SMALLEST",
    "exact_log_ratio",
    "excess_of_artanh",
    "excess_of_entropy",
    "log_ratio",
    "relative",
    "replaced",
]

Array = Any  # a numpy array or a torch tensor
Quotient = tuple[tuple[float, ...], tuple[float, ...]]  # ascending powers of w; the denominator's leading 1 is left out

NEAR = 0.6  # where the quotients are used: |s| <= NEAR, that is 1/4 <= p/q <= 4
NORMAL = 2.0**-1022  # the least float of full precision
SMALLEST = 5e-324  # the least positive float: keeps 0 / 0 from arising where both masses vanish

# Through the values at the 11 points of [1 - NEAR^2, 1] that are Chebyshev's in log w; right to 3e-17 of the value.
# The tests compute the coefficients again.
ARTANH: Quotient = (
    (
        0.069868073797229,
        1.4026337601875791,
        4.969157277399813,
        4.291103219192693,
        0.7796383082481925,
        0.0032198447726050736,
    ),
    (0.03178069671433971, 1.2641924127059943, 8.48995963730358, 15.512978344855403, 8.247950359215018),
)
ENTROPY: Quotient = (
    (
        0.04700461067664735,
        0.7403853513852195,
        2.316044840955654,
        1.8545097555056875,
        0.3233340688874168,
        0.0020180298960094487,
    ),
    (0.24944643441282632, 4.754447773274071, 20.32304236259399, 26.458033114865945, 10.614590202532783),
)


def excess_of_artanh(z: Array) -> Array:
    """``R(z) = sum_k z^k / (2 k + 3)``, for ``0 <= z <= NEAR^2``."""
    return _quotient(ARTANH, z)


def excess_of_entropy(z: Array) -> Array:
    """``E(z) = sum_k z^k / ((2 k + 3)(2 k + 4))``, for ``0 <= z <= NEAR^2``."""
    return _quotient(ENTROPY, z)


def relative(p: Array, q: Array, d: Array) -> tuple[Array, Array]:
    """``s = (q - p) / (p + q)``, 0 where both vanish, and its square."""
    s = d / at_least(SMALLEST, p + q)
    return s, s * s


def replaced(terms: Array, z: Array, formula: Callable[..., Array], *arguments: Any) -> Array:
    """The terms, replaced where ``|s| > NEAR`` by a formula of those atoms alone where the library can pick them."""
    far = z > NEAR**2
    if not selectable(terms):
        return namespace(terms).where(far, formula(*arguments), terms)
    at = positions(far)
    if len(at[0]):
        terms[at] = formula(*(each if isinstance(each, float) else each[at] for each in arguments))
    return terms


def log_ratio(p: Array, q: Array) -> Array:
    """``log(p / q)``, also where the ratio of two positive masses leaves the range of floats."""
    xp = namespace(p)
    ratio = p / q
    log = xp.log(ratio)
    lost = (ratio < NORMAL) | (ratio == math.inf)
    if selectable(p) and not xp.any(lost):
        return log
    return xp.where(lost & (p > 0) & (q > 0), xp.log(p) - xp.log(q), log)


def exact_log_ratio(p: Array, q: Array, d: Array) -> Array:
    """``log(p / q)``, right to a few ulp near ``p = q`` too; 0 where both vanish."""
    xp = namespace(p)
    s, _ = relative(p, q, d)
    near = abs(s) <= NEAR
    far = log_ratio(xp.where(near, 1.0, p), xp.where(near, 1.0, q))
    return xp.where(near, -2 * xp.atanh(xp.where(near, s, 0.0)), far)


def _quotient(coefficients: Quotient, z: Array) -> Array:
    """By Horner's rule, twice."""
    above, below = coefficients
    w = 1 - z
    value = above[-1] * w
    for coefficient in reversed(above[1:-1]):
        value += coefficient
        value *= w
    value += above[0]
    rest = w + below[-1]
    for coefficient in reversed(below[:-1]):
        rest *= w
        rest += coefficient
    value /= rest
    return value
