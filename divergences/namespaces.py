"""Which library an array belongs to: formulas are written once, for numpy, torch and whatever keeps the array API.

The libraries name the functions that the formulas need alike, so a namespace is the module itself. Torch is recognised
through `sys.modules` and never imported here.

References:
    Consortium for Python Data API Standards, Python array API standard, version 2024.12.
"""

from __future__ import annotations

import sys
from typing import Any

import numpy as np
from numpy.typing import NDArray

__all__ = ["at_least", "cast", "is_tensor", "like", "namespace", "plain", "positions", "selectable"]

Array = Any  # a numpy array or a torch tensor


def is_tensor(value: object) -> bool:
    """Whether this is a torch tensor, without importing torch."""
    torch = sys.modules.get("torch")
    return torch is not None and isinstance(value, torch.Tensor)


def namespace(array: Array) -> Any:
    """The module whose functions take this array: numpy, torch, or what the array itself names."""
    if is_tensor(array):
        return sys.modules["torch"]
    return np if isinstance(array, np.ndarray | np.generic) else array.__array_namespace__()


def at_least(least: float, array: Array) -> Array:
    """The larger of a number and each entry."""
    return array.clip(least) if is_tensor(array) else namespace(array).maximum(array, least)


def cast(array: Array, dtype: Any) -> Array:
    """The array in another dtype of its library, itself if it has that already."""
    return array.to(dtype) if is_tensor(array) else array.astype(dtype, copy=False)


def like(array: Array, other: Array) -> Array:
    """A numpy array in the library and on the device of another array."""
    return namespace(other).asarray(array, device=other.device) if is_tensor(other) else array


def selectable(array: Array) -> bool:
    """Whether entries can be picked and replaced by their positions, which not every library allows."""
    return isinstance(array, np.ndarray) or is_tensor(array)


def positions(mask: Array) -> Array:
    """Where a mask is true: one array of positions an axis."""
    return mask.nonzero(as_tuple=True) if is_tensor(mask) else mask.nonzero()


def plain(array: Array) -> NDArray[Any]:
    """The array as numpy has it, for messages; half precision that numpy lacks becomes double."""
    if not is_tensor(array):
        return np.asarray(array)
    found: NDArray[Any] = array.detach().cpu().double().numpy()
    return found
