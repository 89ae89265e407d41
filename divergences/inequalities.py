"""Inequalities between divergences: rows ``small <= large``, with a case where the two sides meet.

Sides take the pair of probability vectors; both are in nats or both without unit. Logarithms are natural.
"""

from __future__ import annotations

import math
from collections.abc import Callable
from dataclasses import dataclass

import numpy as np
from numpy.typing import ArrayLike

from divergences.classical import chi2_divergence, jeffreys_divergence, le_cam_divergence, squared_hellinger
from divergences.exact import jensen_shannon_divergence, kl_divergence, total_variation_distance
from divergences.ranges import js_range, kl_minimiser, least_kl

__all__ = ["INEQUALITIES", "Inequality"]

Side = Callable[[ArrayLike, ArrayLike], float]
Masses = tuple[float, ...]

CLOSE = ((0.5, 0.5), (0.5 + 2.0**-20, 0.5 - 2.0**-20))  # a limit: the sides agree to 2^-20
APART = ((1.0, 0.0), (0.0, 1.0))
MIRRORED = ((0.9, 0.1), (0.1, 0.9))
INSIDE = ((1.0, 0.0), (0.25, 0.75))  # the ratio of the masses is constant where P has any
EDGE = ((1.0, 0.0), (1 - 2.0**-20, 2.0**-20))  # a limit, like CLOSE


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


def _chi2(p: ArrayLike, q: ArrayLike) -> float:
    return float(chi2_divergence(p, q))


def _le_cam(p: ArrayLike, q: ArrayLike) -> float:
    return float(le_cam_divergence(p, q))


def _jeffreys(p: ArrayLike, q: ArrayLike) -> float:
    return float(jeffreys_divergence(p, q))


def _bhattacharyya(p: ArrayLike, q: ArrayLike) -> float:
    """``-log(1 - H^2 / 2)``, the logarithm of ``1 / sum sqrt(p q)``, in the form that loses no digits."""
    if (square := _square(p, q)) < 1:
        return -math.log1p(-square / 2)
    shared = float((np.sqrt(p) * np.sqrt(q)).sum())
    return -math.log(shared) if shared else math.inf


def _overlap(p: ArrayLike, q: ArrayLike) -> float:
    """``1 - TV``, which subtraction would round."""
    return float(np.minimum(p, q).sum())


def _least_kl(p: ArrayLike, q: ArrayLike) -> float:
    return least_kl(_tv(p, q), _overlap(p, q))


def _least_chi2(p: ArrayLike, q: ArrayLike) -> float:
    """The least chi-squared divergence of laws at the total variation distance of two."""
    tv, overlap = _tv(p, q), _overlap(p, q)
    if overlap == 0:
        return math.inf
    return 4 * tv**2 if tv <= 0.5 else tv / overlap


def _crooks(p: ArrayLike, q: ArrayLike) -> float:
    """``log 2 - log(1 + exp(-Jeffreys / 2))``."""
    return -math.log1p(math.expm1(-_jeffreys(p, q) / 2) / 2)


TOPSOE = "Topsoe, IEEE Trans. Inf. Theory 46 (2000), pages 1602-1609"
RENYI = "van Erven and Harremoes, IEEE Trans. Inf. Theory 60 (2014), Theorem 3 (Renyi divergences grow with the order)"
RATIO = "Sason and Verdu, IEEE Trans. Inf. Theory 62 (2016), section III (the largest ratio of the generators)"
TANEJA = "Taneja, Australian Journal of Mathematical Analysis and Applications 2 (2005)"
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
        lambda p, q: math.sqrt(_square(p, q) * (1 - _square(p, q) / 4)), MIRRORED, TEXTBOOK,
    ),
    Inequality(
        "Two points: log 2 - h((1 + TV) / 2) <= JS", lambda p, q: js_range(_tv(p, q))[0], _js, MIRRORED,
        "Lin, IEEE Trans. Inf. Theory 37 (1991), section 3; Briet and Harremoes, Phys. Rev. A 79 (2009)",
    ),
    Inequality(
        "Lin: JS <= TV log 2", _js, lambda p, q: _tv(p, q) * math.log(2), APART,
        "Lin, IEEE Trans. Inf. Theory 37 (1991), section 3",
    ),
    Inequality("Square: TV^2 / 2 <= JS", lambda p, q: _tv(p, q) ** 2 / 2, _js, CLOSE, TEXTBOOK),
    Inequality(
        "KL <= log(1 + chi2)", _kl, lambda p, q: math.log1p(_chi2(p, q)), INSIDE,
        "Gibbs and Su, International Statistical Review 70 (2002)",
    ),
    # The second derivatives of the generators have the ratio u / (2 (u + 1)^2), which is at most 1 / 8, at u = 1.
    Inequality(
        "JS <= (KL + reverse KL) / 8", _js, lambda p, q: _jeffreys(p, q) / 8, CLOSE, TANEJA,
    ),
    # With t = (p - q) / (p + q) the next divergences are means under (P + Q) / 2: H^2 of 2 - 2 sqrt(1 - t^2), Le Cam of
    # 2 t^2, JS of sum t^(2 k) / (2 k (2 k - 1)), Jeffreys of 4 t artanh t, and TV of |t|.
    Inequality("Le Cam above: LC <= 2 TV", _le_cam, lambda p, q: 2 * _tv(p, q), APART, TEXTBOOK),
    Inequality("Le Cam below: 2 TV^2 <= LC", lambda p, q: 2 * _tv(p, q) ** 2, _le_cam, MIRRORED, TEXTBOOK),
    Inequality("H^2 <= LC", _square, _le_cam, APART, TEXTBOOK),
    Inequality("LC / 2 <= H^2", lambda p, q: _le_cam(p, q) / 2, _square, CLOSE, TEXTBOOK),
    Inequality("LC / 4 <= JS", lambda p, q: _le_cam(p, q) / 4, _js, CLOSE, TOPSOE),
    Inequality("JS <= LC log(2) / 2", _js, lambda p, q: _le_cam(p, q) * math.log(2) / 2, APART, TOPSOE),
    Inequality("JS <= H^2 / 2", _js, lambda p, q: _square(p, q) / 2, CLOSE, TANEJA),
    Inequality("H^2 log(2) / 2 <= JS", lambda p, q: _square(p, q) * math.log(2) / 2, _js, APART, RATIO),
    Inequality("H^2 <= Jeffreys / 4", _square, lambda p, q: _jeffreys(p, q) / 4, CLOSE, TANEJA),
    Inequality("LC <= Jeffreys / 2", _le_cam, lambda p, q: _jeffreys(p, q) / 2, CLOSE, TANEJA),
    Inequality(
        "Bhattacharyya: -2 log(1 - H^2 / 2) <= KL", lambda p, q: 2 * _bhattacharyya(p, q), _kl, INSIDE, RENYI,
    ),
    Inequality(
        "-2 log(1 - H^2 / 2) <= log(1 + chi2)", lambda p, q: 2 * _bhattacharyya(p, q),
        lambda p, q: math.log1p(_chi2(p, q)), INSIDE, RENYI,
    ),
    Inequality("chi2 over TV: 4 TV^2, or TV / (1 - TV) from 1/2 on, <= chi2", _least_chi2, _chi2, INSIDE, TEXTBOOK),
    Inequality("JS <= KL log(2) / 2", _js, lambda p, q: _kl(p, q) * math.log(2) / 2, EDGE, RATIO),
    Inequality(
        "Crooks: JS <= log 2 - log(1 + exp(-Jeffreys / 2))", _js, _crooks, APART,
        "Crooks, \"Inequalities between the Jenson-Shannon and Jeffreys divergences\", technical note 004 (2008)",
    ),
    Inequality(
        "The least KL at a total variation distance", _least_kl, _kl, kl_minimiser(0.5),
        "Fedotov, Harremoes and Topsoe, IEEE Trans. Inf. Theory 49 (2003), pages 1491-1498",
    ),
)
# fmt: on
