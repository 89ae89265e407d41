"""Laws beyond the line with exact parameters: Dirichlet, multinomial, Wishart and von Mises-Fisher, each checked.

References:
    Kotz, Balakrishnan and Johnson, Continuous Multivariate Distributions (2000), chapter 49 (Dirichlet).
    Mardia and Jupp, Directional Statistics (2000), section 9.3 (von Mises-Fisher).
"""

from __future__ import annotations

import math
from collections.abc import Callable, Mapping
from fractions import Fraction
from typing import NamedTuple

import numpy as np

from divergences.laws.charts import Standard
from divergences.laws.standard import checked_number
from divergences.laws.wisharts import positive_definite

__all__ = ["KINDS", "Kind", "direction_law", "dirichlet_law", "multinomial_law", "wishart_law"]

SYMMETRY = 1e-12  # relative asymmetry that rounding of a scale matrix explains
UNIT = 1e-5  # how far from 1 the length of a mean direction may be, as scipy has it


class Kind(NamedTuple):
    """How messages speak of a kind of law beyond the line.

    Attributes:
        name: what it is called.
        what: what two laws have to have the same number of.
        size: that number, of the shapes.
    """

    name: str
    what: str
    size: Callable[[tuple[Fraction, ...]], int]


# scipy's name -> kind
KINDS: Mapping[str, Kind] = {
    "dirichlet": Kind("Dirichlet", "parts", len),
    "multinomial": Kind("multinomial", "parts", lambda shapes: len(shapes) - 1),
    "wishart": Kind("Wishart", "dimensions", lambda shapes: math.isqrt(len(shapes) - 1)),
    "vonmises_fisher": Kind("von Mises-Fisher", "dimensions", lambda shapes: len(shapes) - 1),
}


def dirichlet_law(alpha: object, name: str) -> Standard:
    """A Dirichlet law by its concentrations.

    Raises:
        ValueError: if they are not at least two positive numbers.

    Example:
        >>> dirichlet_law([1.0, 2.0], "P").name
        'dirichlet'
    """
    exact = tuple(checked_number(x, name, "alpha") for x in np.asarray(alpha).tolist())
    if len(exact) < 2 or min(exact) <= 0:
        raise ValueError(f"{name} has alpha = {list(map(float, exact))}; pass at least two positive numbers")
    return Standard("dirichlet", exact, Fraction(0), Fraction(1))


def multinomial_law(count: object, chances: object, name: str) -> Standard:
    """A multinomial law by its number of trials and the chances of the outcomes, which are normalised exactly.

    Raises:
        ValueError: if they are not a whole number and a probability vector.

    Example:
        >>> multinomial_law(3, [0.5, 0.5], "P").shapes
        (Fraction(3, 1), Fraction(1, 2), Fraction(1, 2))
    """
    trials, array = checked_number(count, name, "n"), np.asarray(chances)
    exact = tuple(checked_number(x, name, "p") for x in array.reshape(-1).tolist())
    if trials < 0 or trials.denominator != 1:
        raise ValueError(f"{name} has n = {float(trials)}; pass a whole number of trials")
    room = 8 * len(exact) * float(np.finfo(np.result_type(array.dtype, np.float16)).eps)
    if not exact or min(exact) < 0 or abs(float(sum(exact)) - 1) > room:
        raise ValueError(f"{name} has p = {list(map(float, exact))}; pass chances that add up to 1")
    return Standard("multinomial", (trials, *(x / sum(exact) for x in exact)), Fraction(0), Fraction(1))


def wishart_law(freedom: object, scale: object, name: str) -> Standard:
    """A Wishart law by its degrees of freedom and its scale matrix, which is what it has in the density's exponent.

    Raises:
        ValueError: if the matrix is not symmetric and positive definite, or of more dimensions than the degrees of
            freedom allow.

    Example:
        >>> wishart_law(3, [[2.0, 1.0], [1.0, 2.0]], "P").shapes
        (Fraction(3, 1), Fraction(2, 1), Fraction(1, 1), Fraction(1, 1), Fraction(2, 1))
    """
    n, matrix = checked_number(freedom, name, "df"), np.asarray(scale, np.float64)
    if matrix.ndim != 2 or matrix.shape[0] != matrix.shape[1] or not matrix.size:
        raise ValueError(f"{name} has a scale of shape {matrix.shape}; pass a square matrix")
    if not np.isfinite(matrix).all():
        raise ValueError(f"{name} has a scale that is not finite; remove nan and infinity")
    if np.abs(matrix - matrix.T).max() > SYMMETRY * np.abs(matrix).max():
        raise ValueError(f"{name} has a scale that is not symmetric; pass (C + C.T) / 2")
    if not n > len(matrix) - 1:
        raise ValueError(f"{name} has df = {float(n)}; pass more than {len(matrix) - 1}, its dimensions less 1")
    rows = tuple(map(Fraction, (matrix / 2 + matrix.T / 2).ravel().tolist()))
    if not positive_definite(rows):
        raise ValueError(f"{name} has a scale that is not positive definite; pass one whose eigenvalues are positive")
    return Standard("wishart", (n, *rows), Fraction(0), Fraction(1))


def direction_law(concentration: object, direction: object, name: str) -> Standard:
    """A von Mises-Fisher law by its concentration and mean direction, a vector whose length is read as exactly 1.

    Raises:
        ValueError: if the concentration is negative, or the direction is not a unit vector of at least two entries.

    Example:
        >>> direction_law(2.0, [0.0, 1.0], "P").shapes
        (Fraction(2, 1), Fraction(0, 1), Fraction(1, 1))
    """
    k = checked_number(concentration, name, "kappa")
    exact = tuple(checked_number(x, name, "mu") for x in np.asarray(direction).reshape(-1).tolist())
    if k < 0:
        raise ValueError(f"{name} has kappa = {float(k)}; pass a concentration that is not negative")
    length = math.sqrt(sum(float(x) ** 2 for x in exact))
    if len(exact) < 2 or abs(length - 1) > UNIT:
        raise ValueError(
            f"{name} has mu of {len(exact)} entries and length {length}; pass a unit vector of two or more"
        )
    return Standard("vonmises_fisher", (k, *exact), Fraction(0), Fraction(1))
