"""The total variation distance between normal laws of the line.

References:
    Gil, Alajaji and Linder, Information Sciences 249 (2013), Table 3.
"""

from __future__ import annotations

import math
from fractions import Fraction

import numpy as np
from numpy.typing import NDArray

from divergences.laws.kernels import log_fraction, root, rounded

__all__ = ["normal_total_variation"]

Array = NDArray[np.float64]
Parameters = tuple[Fraction, ...]

NODES, WEIGHTS = (a.copy() for a in np.polynomial.legendre.leggauss(20))
REACH = 40.0  # standard deviations beyond which a normal law has less mass than the smallest float


def normal_total_variation(p: Parameters, q: Parameters) -> float:
    """The total variation distance between two normal laws given by mean and variance, without unit.

    With equal variances ``erf(|m_p - m_q| / sqrt(8 v))``. Else the narrower density exceeds the other between the two
    roots of a quadratic, and the difference, known there as a product of distances to the roots, is integrated over
    that interval: the usual difference of probabilities loses the digits that near laws share.

    Example:
        >>> one, two = (Fraction(0), Fraction(1)), (Fraction(1, 10**12), Fraction(1))
        >>> round(normal_total_variation(one, two) * math.sqrt(2 * math.pi) * 1e12, 14)
        1.0
    """
    if p[1] > q[1]:
        p, q = q, p
    shift = root((q[0] - p[0]) ** 2 / p[1])
    excess = rounded(q[1] / p[1] - 1)
    if excess == 0:
        return math.erf(shift / math.sqrt(8))
    constant = shift * shift + (1 + excess) * log_fraction(q[1] / p[1])
    lead = shift + math.sqrt(shift * shift + excess * constant)
    right = constant / lead
    edges = _edges(max(-REACH, -lead / excess), min(REACH, right))
    middle, half = (edges[1:] + edges[:-1]) / 2, np.diff(edges) / 2
    t = middle[:, None] + half[:, None] * NODES
    ratio = (t - right) * (excess * t + lead) / (2 * (1 + excess))
    with np.errstate(under="ignore"):
        density = np.exp(-t * t / 2) / math.sqrt(2 * math.pi)
    return min(1.0, -float((half[:, None] * WEIGHTS * density * np.expm1(ratio)).sum()))


def _edges(low: float, high: float) -> Array:
    return np.linspace(low, high, max(1, math.ceil(high - low)) + 1)
