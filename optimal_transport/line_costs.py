"""What masses that move along the line cost, with bounds that include every rounding."""

import math
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from divergences.estimate import Estimate
from optimal_transport.costs import length_unit
from optimal_transport.measures import EPS

__all__ = ["LineCost", "Moves", "as_distance", "cost_of"]

Floats = NDArray[np.float64]
Moves = tuple[Floats, Floats | None, float, float]  # distances, mass moved over each (None: 1), all mass, doubt


@dataclass(frozen=True)
class LineCost:
    """Cost of the monotone coupling in units of ``length**p``, with proved bounds.

    Attributes:
        cost: the cost per unit of mass.
        lower: proved lower bound.
        upper: proved upper bound.
        length: the unit of length.
        doubt: bound on the share of mass that rounded weights may put elsewhere, zero where masses are exact.
    """

    cost: float
    lower: float
    upper: float
    length: float
    doubt: float


def cost_of(moves: Moves, p: float, widest: float) -> LineCost:
    """The mean of |gap|^p over masses that move, with bounds that include every rounding.

    Each gap may be right to two roundings, each mass to two, and all terms are positive.

    Args:
        moves: distances of shape (k,), which are overwritten; the mass that moves each, or None for one; all mass; the
            share of it in doubt.
        p: the power.
        widest: how far mass in doubt may move.

    Returns:
        The cost per unit of mass, in units of a length to the p-th power.

    Example:
        >>> cost_of((np.array([3.0, 5.0]), None, 2.0, 0.0), 1, 5.0).cost
        1.0
    """
    gaps, mass, total, doubt = moves
    length = length_unit(float(gaps.max(initial=0.0)), p)
    gaps /= length
    powers = gaps if p == 1 else gaps**p
    if mass is not None:
        powers *= mass
    cost = float(powers.sum()) / total
    roundings = 2 * p + 8 + min(gaps.size, 20 + math.log2(gaps.size))
    slack = cost * roundings * EPS / 2 + (doubt * float(np.power(widest / length, p)) if doubt else 0.0)
    below, above = max(0.0, math.nextafter(cost - slack, -math.inf)), cost + slack
    return LineCost(cost, below, math.nextafter(above, math.inf) if above > 0 else 0.0, length, doubt)


def as_distance(found: LineCost, p: float, method: str) -> Estimate:
    """The p-th root of a cost, with its bounds.

    Args:
        found: the cost.
        p: the power, finite.
        method: how it was found.

    Returns:
        The distance, of kind "certified gap".

    Raises:
        ValueError: it overflows.

    Example:
        >>> as_distance(LineCost(4.0, 3.0, 5.0, 10.0, 0.0), 2, "by hand").value
        20.0
    """
    low, value, high = (found.length * part ** (1 / p) for part in (found.lower, found.cost, found.upper))
    if not math.isfinite(high):
        raise ValueError("the distance overflows float64; divide all lengths by a constant")
    low, high = low * (1 - 4 * EPS), max(high * (1 + 4 * EPS), math.ulp(0.0) if found.upper else 0.0)
    return Estimate(value, min(low, value), max(high, value), kind="certified gap", method=method, unit="length")
