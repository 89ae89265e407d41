"""Elementary functions whose overflow and singularities are the answers infinity and minus infinity.

They take arrays of floats and keep their precision, and arrays of numbers that carry their own logarithm.
"""

from __future__ import annotations

import math
from typing import Any

import numpy as np
from numpy.typing import NDArray

__all__ = ["exp", "expm1", "log", "log_mean", "log_omega", "softplus"]

Array = NDArray[Any]

STEPS = 12  # Newton's steps in `log_omega`: the error, at most 1 at the start, becomes at most half its square in each


def exp(x: Array) -> Array:
    """``exp`` whose overflow is the answer infinity."""
    with np.errstate(over="ignore"):
        return np.exp(x)


def expm1(x: Array) -> Array:
    """``exp(x) - 1`` whose overflow is the answer infinity."""
    with np.errstate(over="ignore"):
        return np.expm1(x)


def log(x: Array) -> Array:
    """``log`` with minus infinity at and below zero."""
    with np.errstate(divide="ignore"):
        return np.where(x > 0, np.log(np.abs(x)), -math.inf)


def softplus(v: Array) -> Array:
    """``log(1 + exp(v))`` without overflow."""
    return np.maximum(v, 0) + np.log1p(np.exp(-np.abs(v)))


def log_mean(v: Array, weight: float) -> Array:
    """``log(weight exp(v) + 1 - weight)`` without overflow."""
    above, below = (v + np.abs(v)) / 2, (v - np.abs(v)) / 2
    return above + np.log(weight * np.exp(below) + (1 - weight) * np.exp(-above))


def log_omega(z: Array) -> Array:
    """The ``y`` with ``y + exp(y) = z``: the logarithm of ``W(exp(z))``, with Lambert's ``W``.

    References:
        Corless et al., "On the Lambert W function", Advances in Computational Mathematics 5 (1996), section 4.

    Example:
        >>> log_omega(np.array([1.0])).tolist()
        [0.0]
    """
    y = np.where(z > 1, np.log(1 + np.abs(z - 1)), z - 1)
    for _ in range(STEPS):
        y = y - (y + np.exp(y) - z) / (1 + np.exp(y))
    return y
