"""Inequalities between divergences: rows ``small <= large``, with a case where the two sides meet.

Sides take the pair of probability vectors; both are in nats or both without unit. Logarithms are natural.
"""

from __future__ import annotations

import math
from collections.abc import Callable
from dataclasses import dataclass

import numpy as np
from numpy.typing import ArrayLike

from divergences.classical import chi2_divergence, squared_hellinger
from divergences.exact import (
    jensen_shannon_divergence,
    kl_divergence,
    reverse_kl_divergence,
    total_variation_distance,
)
from divergences.terms import jensen_shannon_term

__all__ = ["INEQUALITIES", "Inequality"]

Side = Callable[[ArrayLike, ArrayLike], float]
Masses = tuple[float, ...]

CLOSE = ((0.5, 0.5), (0.5 + 2.0**-20, 0.5 - 2.0**-20))  # a limit: the sides agree to 2^-20
APART = ((1.0, 0.0), (0.0, 1.0))


@dataclass(frozen=True)
class Inequality:
    """``small(p, q) <= large(p, q)`` for all probability vectors, in the unit of its sides.

    Attributes:
        name: what it is called.
        small: the side that is at most the other.
        large: the side that is at least the other.
        sharp: two vectors at which the sides agree, or nearly so where they agree only in a limit.
        source: where it is proved.

    References:
        Polyanskiy and Wu, Information Theory: From Coding to Learning (2025), section 7.6.

    Example:
        >>> pinsker = INEQUALITIES[0]
        >>> pinsker.small([1, 0], [0.5, 0.5]) <= pinsker.large([1, 0], [0.5, 0.5])
        True
    """

    name: str
    small: Side
    large: Side
    sharp: tuple[Masses, Masses]
    source: str


def _tv(p: ArrayLike, q: ArrayLike) -> float:
    return float(total_variation_distance(p, q))


def _kl(p: ArrayLike, q: ArrayLike) -> float:
    return float(kl_divergence(p, q))


def _js(p: ArrayLike, q: ArrayLike) -> float:
    return float(jensen_shannon_divergence(p, q))


def _square(p: ArrayLike, q: ArrayLike) -> float:
    return float(squared_hellinger(p, q))


def _jensen_shannon_of_two_points(p: ArrayLike, q: ArrayLike) -> float:
    """``log 2 - h((1 + TV) / 2)``: JS of ``((1 + TV) / 2, (1 - TV) / 2)`` and its mirror image, from the exact TV."""
    tv = np.array([_tv(p, q)])
    return float(jensen_shannon_term(1 + tv, 1 - tv, -2 * tv)[0])


TEXTBOOK = "Polyanskiy and Wu, Information Theory: From Coding to Learning (2025), section 7.6"

# fmt: off
INEQUALITIES: tuple[Inequality, ...] = (
    Inequality(
        "Pinsker: TV <= sqrt(KL / 2)", _tv, lambda p, q: math.sqrt(_kl(p, q) / 2), CLOSE,
        "Csiszar, Studia Sci. Math. Hungar. 2 (1967)",
    ),
    Inequality(
        "Bretagnolle-Huber: TV <= sqrt(1 - exp(-KL))", _tv, lambda p, q: math.sqrt(-math.expm1(-_kl(p, q))), APART,
        "Bretagnolle and Huber, Z. Wahrscheinlichkeitstheorie 47 (1979)",
    ),
    Inequality("Hellinger below: H^2 / 2 <= TV", lambda p, q: _square(p, q) / 2, _tv, APART, TEXTBOOK),
    Inequality(
        "Hellinger above: TV <= sqrt(H^2 (1 - H^2 / 4))", _tv,
        lambda p, q: math.sqrt(_square(p, q) * (1 - _square(p, q) / 4)), ((0.9, 0.1), (0.1, 0.9)), TEXTBOOK,
    ),
    Inequality(
        "Two points: log 2 - h((1 + TV) / 2) <= JS", _jensen_shannon_of_two_points, _js, ((0.9, 0.1), (0.1, 0.9)),
        "Lin, IEEE Trans. Inf. Theory 37 (1991), section 3; Briet and Harremoes, Phys. Rev. A 79 (2009)",
    ),
    Inequality(
        "Lin: JS <= TV log 2", _js, lambda p, q: _tv(p, q) * math.log(2), APART,
        "Lin, IEEE Trans. Inf. Theory 37 (1991), section 3",
    ),
    Inequality("Square: TV^2 / 2 <= JS", lambda p, q: _tv(p, q) ** 2 / 2, _js, CLOSE, TEXTBOOK),
    Inequality(
        "KL <= log(1 + chi2)", _kl, lambda p, q: math.log1p(float(chi2_divergence(p, q))), ((1.0, 0.0), (0.25, 0.75)),
        "Gibbs and Su, International Statistical Review 70 (2002)",
    ),
    # The second derivatives of the generators have the ratio u / (2 (u + 1)^2), which is at most 1 / 8, at u = 1.
    Inequality(
        "JS <= (KL + reverse KL) / 8", _js, lambda p, q: (_kl(p, q) + float(reverse_kl_divergence(p, q))) / 8, CLOSE,
        "Taneja, Australian Journal of Mathematical Analysis and Applications 2 (2005)",
    ),
)
# fmt: on
