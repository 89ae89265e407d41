"""Matrices and masses as exact fractions: integers, fractions, and floats at the value that they stand for."""

import math
from fractions import Fraction
from typing import Any

import numpy as np

__all__ = ["Matrix", "Vector", "fraction_masses", "fraction_matrix", "shown"]

Vector = list[Fraction]
Matrix = list[Vector]


def shown(value: Fraction | int) -> str:
    """A fraction where it is short, else about how large it is.

    Args:
        value: the fraction.

    Returns:
        What an error says of it.

    Example:
        >>> shown(Fraction(1, 10**30))
        'about 1.0e-30'
    """
    text = str(value)
    return text if len(text) <= 16 else f"about {float(value):.1e}"


def fraction_matrix(value: Any, name: str) -> Matrix:
    """A matrix in fractions.

    Args:
        value: integers, fractions or floats in nested lists or an array, shape (n, m).
        name: what an error calls it.

    Returns:
        Its rows.

    Raises:
        TypeError: an entry is no integer, fraction or float.
        ValueError: an entry is not finite, or the shape not (n, m) with n, m >= 1.

    Example:
        >>> fraction_matrix([[0.5, 2]], "cost_matrix")
        [[Fraction(1, 2), Fraction(2, 1)]]
    """
    array = _objects(value, name)
    if array.ndim != 2 or array.size == 0:
        raise ValueError(f"{name} must be a rectangle of shape (n, m) with n, m >= 1, found shape {array.shape}")
    return [[_fraction(entry, name, (i, j)) for j, entry in enumerate(row)] for i, row in enumerate(array)]


def fraction_masses(value: Any, size: int, name: str) -> Vector:
    """Masses in fractions.

    Args:
        value: integers, fractions or floats in a list or an array, shape (size,); None for equal masses that sum to 1.
        size: how many there are.
        name: what an error calls them.

    Returns:
        The masses.

    Raises:
        TypeError: a mass is no integer, fraction or float.
        ValueError: a mass is negative or not finite, or there are not as many.

    Example:
        >>> fraction_masses(None, 3, "a")[0]
        Fraction(1, 3)
    """
    if value is None:
        return [Fraction(1, size)] * size
    array = _objects(value, name)
    if array.shape != (size,):
        raise ValueError(f"{name} must have shape ({size},), one mass per point, found shape {array.shape}")
    masses = [_fraction(entry, name, (i,)) for i, entry in enumerate(array)]
    if min(masses) < 0:
        raise ValueError(f"{name} must be >= 0, found {shown(min(masses))} at {masses.index(min(masses))}")
    return masses


def _objects(value: Any, name: str) -> Any:
    """Lists or an array as an array of Python's own numbers."""
    if not isinstance(value, list | tuple | np.ndarray):
        raise TypeError(f"{name} is of type {type(value).__name__}; pass nested lists, or an array of numpy")
    if any(isinstance(part, np.ma.MaskedArray) for part in ([value] if isinstance(value, np.ndarray) else value)):
        raise TypeError(f"{name} is a masked array; drop or fill the masked entries first")
    try:
        return np.array(value, dtype=object)
    except ValueError as error:
        raise ValueError(f"{name} is no rectangle of numbers ({error}); pad or split it") from None


def _fraction(entry: Any, name: str, place: tuple[int, ...]) -> Fraction:
    """One entry at its exact value."""
    number = entry.item() if isinstance(entry, np.integer | np.floating) else entry
    if isinstance(number, bool) or not isinstance(number, int | float | Fraction):
        kind = type(entry).__name__
        raise TypeError(f"{name} has a {kind} at {place}; pass integers, floats or fractions.Fraction")
    if isinstance(number, float) and not math.isfinite(number):
        raise ValueError(f"{name} must be finite, found {number} at {place}; remove or repair that entry")
    return Fraction(number)
