"""Samples: points drawn from a law, checked once, and the checks that every estimator from samples shares."""

from __future__ import annotations

import math
import sys
from dataclasses import dataclass
from numbers import Integral

import numpy as np
from numpy.typing import ArrayLike, NDArray

from divergences.options import real
from divergences.refusals import real_entries

__all__ = ["Samples", "checked_level", "checked_seed", "generator", "real_numbers", "samples"]

Array = NDArray[np.float64]


@dataclass(frozen=True, eq=False)
class Samples:
    """Points drawn independently from one law, in the unit of the points, with weights where they count unequally.

    Both arrays are copied in float64 and cannot be written to.

    Attributes:
        x: points, shape ``(n,)`` on the line or ``(n, d)``.
        weights: weights, shape ``(n,)``, nonnegative with a positive sum; None where all points count alike.

    Raises:
        TypeError: if an array is not made of real numbers of at most 64 bits, or is masked or a torch tensor.
        ValueError: if it is empty, not finite or of the wrong shape, or weights are negative or all zero.

    References:
        van der Vaart, Asymptotic Statistics (1998), section 19.1 (the empirical distribution).

    Example:
        >>> Samples([1, 2, 4]).points.shape
        (3, 1)
    """

    x: Array
    weights: Array | None = None

    def __init__(self, x: ArrayLike, weights: ArrayLike | None = None) -> None:
        points = real_numbers(x, "x", dimensions=(1, 2))
        object.__setattr__(self, "x", _sealed(points))
        object.__setattr__(self, "weights", None if weights is None else _sealed(_weights(weights, len(points))))

    @property
    def points(self) -> Array:
        """The points as rows, shape ``(n, d)``, in their unit.

        References:
            van der Vaart, Asymptotic Statistics (1998), section 19.1.

        Example:
            >>> Samples([[1.0, 2.0]]).points.tolist()
            [[1.0, 2.0]]
        """
        return self.x.reshape(len(self.x), -1)


def samples(value: Samples | ArrayLike, name: str) -> Samples:
    """Samples as they are, or an array of points made into samples of equal weight; in the unit of the points.

    Args:
        value: samples, or points of shape ``(n,)`` or ``(n, d)``.
        name: what the caller's argument is called, for the messages.

    Returns:
        The samples.

    Raises:
        TypeError: as `Samples`.
        ValueError: as `Samples`.

    References:
        van der Vaart, Asymptotic Statistics (1998), section 19.1.

    Example:
        >>> samples([0, 1], "P").x.tolist()
        [0.0, 1.0]
    """
    return value if isinstance(value, Samples) else Samples(real_numbers(value, name, dimensions=(1, 2)))


def real_numbers(value: ArrayLike, name: str, *, dimensions: tuple[int, ...] = (1,), finite: bool = True) -> Array:
    """A checked array of real numbers in float64, in the unit they came in; never empty.

    Args:
        value: anything numpy makes an array of.
        name: what the caller's argument is called, for the messages.
        dimensions: how many axes it may have.
        finite: whether infinity and nan are refused.

    Returns:
        The numbers; the caller's own array where it is already in float64.

    Raises:
        TypeError: for bool, complex, extended precision, object arrays, masked arrays and torch tensors.
        ValueError: for what is empty, ragged, not finite, or has another number of axes.

    References:
        IEEE Standard 754 (2019), section 3.3 (what a finite number is).

    Example:
        >>> real_numbers([1, 2], "x").tolist()
        [1.0, 2.0]
    """
    torch = sys.modules.get("torch")
    if torch is not None and isinstance(value, torch.Tensor):
        raise TypeError(f"{name} is a torch tensor; pass {name}.numpy() (after .detach().cpu() where needed)")
    array = real_entries(value, name)
    if array.ndim not in dimensions or array.size == 0:
        wanted = " or ".join({1: "(n,)", 2: "(n, d)"}[axes] for axes in dimensions)
        raise ValueError(f"{name} has shape {array.shape}; pass an array of shape {wanted} with at least one number")
    bad = ~np.isfinite(array)
    if finite and bad.any():
        where = tuple(int(i) for i in np.argwhere(bad)[0])
        raise ValueError(f"{name} has {array[where]} at position {where}; remove or replace what is not finite")
    return array.astype(np.float64, copy=False)


def checked_level(level: float) -> float:
    """A confidence level, without unit, strictly between 0 and 1.

    Args:
        level: the probability with which an interval has to cover.

    Returns:
        The level as a float.

    Raises:
        TypeError: if it is not a real number.
        ValueError: if it does not lie strictly between 0 and 1.

    References:
        Neyman, Philosophical Transactions A 236 (1937), pages 333-380 (the confidence coefficient).

    Example:
        >>> checked_level(0.95)
        0.95
    """
    level = real(level, "level")
    if not 0 < level < 1:
        raise ValueError(f"level = {level}; pass a number strictly between 0 and 1, such as 0.95")
    return level


def generator(seed: int, stream: int) -> np.random.Generator:
    """One of the streams of random numbers that belong to a seed.

    Args:
        seed: a nonnegative integer.
        stream: which stream.

    Returns:
        A generator on ``SeedSequence([seed, stream])``.

    Raises:
        TypeError: if the seed is not an integer.
        ValueError: if it is negative.

    References:
        NumPy Enhancement Proposal 19 (2018), for the generators.

    Example:
        >>> generator(0, 1).random() == generator(0, 1).random()
        True
    """
    return np.random.default_rng(np.random.SeedSequence([checked_seed(seed), stream]))


def checked_seed(seed: int) -> int:
    """A seed as Python's integer, without unit.

    Args:
        seed: a nonnegative integer.

    Returns:
        The seed.

    Raises:
        TypeError: if it is not an integer.
        ValueError: if it is negative.

    References:
        NumPy Enhancement Proposal 19 (2018), for what seeds are.

    Example:
        >>> checked_seed(np.int64(3))
        3
    """
    if isinstance(seed, bool) or not isinstance(seed, Integral):
        raise TypeError(f"seed is {seed!r}; pass a nonnegative integer")
    if seed < 0:
        raise ValueError(f"seed = {seed}; pass a nonnegative integer")
    return int(seed)


def _weights(value: ArrayLike, size: int) -> Array:
    weights = real_numbers(value, "weights")
    if len(weights) != size:
        raise ValueError(f"weights has {len(weights)} entries for {size} points; pass one weight per point")
    if weights.min() < 0:
        where = int(weights.argmin())
        raise ValueError(f"weights has {weights[where]} at position ({where},); weights are at least 0")
    with np.errstate(over="ignore"):
        total = float(weights.sum())
    if not 0 < total < math.inf:
        raise ValueError(f"weights sums to {total}; pass weights with a positive finite sum")
    return weights


def _sealed(array: Array) -> Array:
    own = np.array(array, dtype=np.float64, order="C")
    own.setflags(write=False)
    return own
