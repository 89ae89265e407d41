"""Discrete measures: what is accepted as points and as weights, and the mass two measures share."""

import math
from dataclasses import dataclass

import numpy as np
from numpy.typing import ArrayLike, NDArray

from divergences.options import real
from divergences.refusals import real_entries
from optimal_transport.sums import exact_sum

__all__ = [
    "Masses",
    "as_masses",
    "as_points",
    "as_weights",
    "check_integer",
    "finite_power",
    "real_array",
    "shared_mass",
]

Floats = NDArray[np.float64]
Indices = NDArray[np.intp]
EPS = float(np.finfo(np.float64).eps)
GRID = 2.0**52


@dataclass(frozen=True, eq=False)
class Masses:
    """Masses of two measures that both sum to ``total``.

    Attributes:
        a: masses of the first measure, shape (n,).
        b: masses of the second measure, shape (m,).
        total: their common sum. It is chosen so that uniform masses, and weights that are multiples of 2^-52, become
            whole numbers: sums and differences of them are then exact.
        error: bound on the L1 distance of (a, b)/total to the measures meant, zero when the masses are exact.
    """

    a: Floats
    b: Floats
    total: float
    error: float

    @property
    def whole(self) -> bool:
        """Whether the masses are whole numbers, so that sums and differences of them are exact."""
        return self.total < 2.0**53 and all(bool(np.all(mass == np.rint(mass))) for mass in (self.a, self.b))

    @property
    def uniform(self) -> bool:
        """Whether both measures have the same number of atoms, all of one mass."""
        return self.a.size == self.b.size and self.whole and all(m.min() == m.max() for m in (self.a, self.b))


def real_array(value: ArrayLike, name: str) -> Floats:
    """A float64 array of finite real numbers.

    Args:
        value: array of any shape.
        name: what an error calls it.

    Returns:
        Array of the same shape.

    Raises:
        TypeError: the entries are not real numbers.
        ValueError: an entry is not finite.

    Example:
        >>> real_array([1, 2], "x")
        array([1., 2.])
    """
    array = real_entries(value, name).astype(np.float64, copy=False)
    if array.size and not np.isfinite(array).all():
        place = tuple(int(i) for i in np.argwhere(~np.isfinite(array))[0])
        raise ValueError(f"{name} must be finite, found {array[place]} at {place}; remove or repair that entry")
    return array


def check_integer(value: int, name: str, least: int) -> None:
    """Refuse what is not an integer of some least size.

    Args:
        value: what was given.
        name: what an error calls it.
        least: the smallest that is allowed.

    Raises:
        TypeError: it is not an integer.
        ValueError: it is too small.

    Example:
        >>> check_integer(3, "n", 1)
    """
    if isinstance(value, bool) or not isinstance(value, int | np.integer):
        raise TypeError(f"{name} must be an integer, found {value!r}")
    if value < least:
        raise ValueError(f"{name} must be >= {least}, found {value}")


def finite_power(p: float) -> float:
    """The power of a distance, refused unless it is a finite number from one on.

    Args:
        p: what was given.

    Returns:
        The power.

    Raises:
        TypeError: it is not a real number.
        ValueError: it is below one, infinite or not a number.

    Example:
        >>> finite_power(2)
        2.0
    """
    power = real(p, "p")
    if not 1 <= power < math.inf:
        raise ValueError(f"p must be finite and >= 1, found {p!r}; give for example p=1 or p=2")
    return power


def as_points(value: ArrayLike, name: str) -> Floats:
    """Points as a float64 array of shape (n, d); an array of shape (n,) is n points of the line.

    Args:
        value: array of shape (n,) or (n, d) with n, d >= 1.
        name: what an error calls it.

    Returns:
        Array of shape (n, d).

    Raises:
        TypeError: the entries are not real numbers.
        ValueError: the array is empty, not finite, or neither 1-D nor 2-D.

    Example:
        >>> as_points([1, 2], "x").shape
        (2, 1)
    """
    points = real_array(value, name)
    if points.ndim not in (1, 2) or points.size == 0:
        raise ValueError(f"{name} must have shape (n,) or (n, d) with n, d >= 1, found shape {points.shape}")
    return points[:, None] if points.ndim == 1 else points


def as_weights(value: ArrayLike, size: int, name: str) -> Floats:
    """Weights as a float64 array, accepted when none is negative and they sum to one.

    Args:
        value: array of shape (size,).
        size: number of atoms.
        name: what an error calls it.

    Returns:
        The weights, not yet divided by their sum.

    Raises:
        TypeError: the entries are not real numbers.
        ValueError: wrong shape, a negative weight, or a sum further than 8 size eps from 1 (eps of the weights' dtype).

    Example:
        >>> as_weights([1, 0], 2, "a")
        array([1., 0.])
    """
    weights = real_array(value, name)
    if weights.shape != (size,):
        raise ValueError(f"{name} must have shape ({size},), one weight per point, found shape {weights.shape}")
    if weights.min() < 0:
        raise ValueError(f"{name} must be >= 0, found {weights.min()} at {int(weights.argmin())}")
    dtype = np.asarray(value).dtype
    eps = float(np.finfo(dtype).eps) if dtype.kind == "f" else EPS
    total = exact_sum(weights)
    if abs(total - 1) > 8 * size * eps:
        raise ValueError(f"{name} must sum to 1, found {total!r}; divide {name} by its sum")
    return weights


def _normalised(weights: Floats) -> tuple[Floats, float]:
    """Weights divided by their sum and a bound on the L1 error: none where they sum to one exactly."""
    excess = exact_sum(np.append(weights, -1.0))
    return (weights, 0.0) if excess == 0 else (weights / (1 + excess), 2 * EPS)


def as_masses(a: ArrayLike | None, b: ArrayLike | None, n: int, m: int) -> Masses:
    """Masses of two measures on n and m atoms; ``None`` means uniform.

    Uniform measures and weights that are multiples of 2^-52 get whole numbers, so that every later sum is exact.

    Args:
        a: weights of shape (n,) or None.
        b: weights of shape (m,) or None.
        n: number of atoms of the first measure.
        m: number of atoms of the second measure.

    Returns:
        The masses with their common total.

    Raises:
        TypeError: as :func:`as_weights`.
        ValueError: as :func:`as_weights`.

    Example:
        >>> as_masses(None, None, 2, 3).a
        array([3., 3.])
    """
    if a is None and b is None:
        total = math.lcm(n, m)
        return Masses(np.full(n, total / n), np.full(m, total / m), float(total), 0.0)
    first, error_a = _normalised(np.full(n, 1 / n) if a is None else as_weights(a, n, "a"))
    second, error_b = _normalised(np.full(m, 1 / m) if b is None else as_weights(b, m, "b"))
    fine = Masses(first * GRID, second * GRID, GRID, 0.0)
    return fine if error_a + error_b == 0 and fine.whole else Masses(first, second, 1.0, error_a + error_b)


def _occurrences(label: Indices) -> Indices:
    """For each entry how many equal entries stand before it."""
    order = np.argsort(label, kind="stable")
    ordered = label[order]
    start = np.maximum.accumulate(np.where(np.r_[True, ordered[1:] != ordered[:-1]], np.arange(label.size), 0))
    count = np.empty_like(label)
    count[order] = np.arange(label.size) - start
    return count


def shared_mass(x: Floats, y: Floats, masses: Masses) -> tuple[Indices, Indices, Floats]:
    """Mass that lies at one point in both measures: the k-th copy of a point in x is matched with the k-th in y.

    For a metric cost at p = 1 an optimal plan leaves this mass where it is, and what is left of two floating-point
    masses after subtracting it is right to one rounding, however close the measures are.

    Args:
        x: points of shape (n, d).
        y: points of shape (m, d).
        masses: their masses.

    Returns:
        Indices into x, indices into y, and the mass that each such pair shares.

    References:
        C. Villani, Topics in Optimal Transportation (2003), Corollary 1.16.

    Example:
        >>> x, y = as_points([0, 1], "x"), as_points([1, 2], "y")
        >>> [part.tolist() for part in shared_mass(x, y, as_masses(None, None, 2, 2))]
        [[1], [0], [1.0]]
    """
    n = len(x)
    points = np.concatenate([x, y]) + 0.0
    rows = points.ravel() if points.shape[1] == 1 else points
    label = np.unique(rows, axis=0, return_inverse=True)[1].reshape(-1)
    copies = np.concatenate([_occurrences(label[:n]), _occurrences(label[n:])])
    keys = label * (copies.max() + 1) + copies
    _, i, j = np.intersect1d(keys[:n], keys[n:], assume_unique=True, return_indices=True)
    mass = np.minimum(masses.a[i], masses.b[j])
    kept = mass > 0
    return i[kept], j[kept], mass[kept]
