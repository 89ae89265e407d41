"""Arrays of other libraries that keep the array API: brought to the host for the work, and the answers taken home.

The work is done by numpy in float64, which not every library has; torch's tensors stay where they are. An array that a
library only traces, under its compiler or its differentiation, has no numbers yet and is refused.

References:
    Consortium for Python Data API Standards, Python array API standard, version 2024.12.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from functools import partial
from typing import Any

import numpy as np

__all__ = ["brought", "is_foreign"]

Array = Any

SINGLE = 32  # bits


def is_foreign(value: object) -> bool:
    """Whether this is an array of the array API that is neither numpy's nor torch's."""
    return hasattr(value, "__array_namespace__") and not isinstance(value, np.ndarray | np.generic | type)


def brought(values: Sequence[Any], names: Sequence[str]) -> tuple[list[Any], Callable[[Array], Array]]:
    """The arguments on the host, and what takes an answer to where they came from.

    Raises:
        TypeError: if they are of several libraries, or an array has no numbers.
        ValueError: if they lie on several devices.
    """
    foreign = [is_foreign(value) for value in values]
    if not any(foreign):
        return list(values), _stay
    first = values[foreign.index(True)]
    xp = first.__array_namespace__()
    for value, name, known in zip(values, names, foreign, strict=True):
        if not known or value.__array_namespace__() is not xp:
            raise TypeError(
                f"{name} is of type {type(value).__name__}, but another argument is an array of {xp.__name__}; pass "
                f"all as arrays of one library"
            )
    devices = [getattr(value, "device", None) for value in values]  # what is only traced has none
    for device, name in zip(devices, names, strict=True):
        if None not in devices and device != devices[0]:
            raise ValueError(f"{name} lies on {device} and {names[0]} on {devices[0]}; move both to one device")
    hosted = [_on_host(value, name, xp) for value, name in zip(values, names, strict=True)]
    floats = [value.dtype for value in values if xp.isdtype(value.dtype, "real floating")]
    dtype = xp.result_type(*floats) if floats else xp.asarray(0.0).dtype
    return hosted, partial(_home, xp=xp, device=devices[0], dtype=dtype)


def _on_host(value: Array, name: str, xp: Any) -> np.ndarray[Any, Any]:
    """The array as numpy has it; a precision that numpy lacks becomes single, which holds it."""
    if xp.isdtype(value.dtype, "real floating") and xp.finfo(value.dtype).bits < SINGLE:
        value = xp.astype(value, xp.float32)
    try:
        return np.asarray(value) if hasattr(value, "__array__") else np.from_dlpack(value)
    except (TypeError, BufferError, RuntimeError) as error:
        raise TypeError(
            f"{name} is a {type(value).__name__} whose numbers are not at hand; pass a concrete array, outside of what "
            f"{xp.__name__} compiles or differentiates"
        ) from error


def _stay(found: Array) -> Array:
    return found


def _home(found: Array, *, xp: Any, device: Any, dtype: Any) -> Array:
    """An answer as an array of the library, on the device and in the precision of the arguments."""
    double = xp.finfo(dtype).bits > SINGLE
    with np.errstate(over="ignore"):
        rounded = np.asarray(found, dtype=np.float64 if double else np.float32)
    return xp.astype(xp.asarray(rounded, device=device), dtype)
