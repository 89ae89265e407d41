"""What is accepted as a pair of probability vectors, and the refusals that say what to do instead."""

from __future__ import annotations

import sys
from typing import Any, NamedTuple

import numpy as np
from numpy.typing import ArrayLike, DTypeLike, NDArray

__all__ = ["Pair", "probability_pair"]

Array = NDArray[np.float64]

ALLOWANCE = 8  # a sum may miss one by ALLOWANCE * k * eps, with k the length and eps that of the vector's own dtype
LOG_ALLOWANCE = 1e-3  # how near one the exponentials of negative entries sum for them to be called log-probabilities


class Pair(NamedTuple):
    """Two accepted batches of probability vectors in float64, and the dtype in which to answer.

    Attributes:
        p: masses, shape ``(..., k)``.
        q: masses, shape ``(..., k)``; the two batch shapes broadcast.
        dtype: the floating dtype of the answer, that of the inputs.
    """

    p: Array
    q: Array
    dtype: np.dtype[Any]


def probability_pair(
    p: ArrayLike, q: ArrayLike, *, normalize: bool = False, names: tuple[str, str] = ("p", "q")
) -> Pair:
    """Two checked probability vectors, or batches of them, without unit.

    A vector is accepted when its masses are finite and nonnegative and ``|sum - 1| <= 8 k eps``, where ``k`` is its
    length and ``eps`` that of its own dtype. With ``normalize=True`` any positive finite sum is accepted.

    Args:
        p: masses, shape ``(..., k)``.
        q: masses, shape ``(..., k)``, with the same ``k`` and a batch shape that broadcasts with that of ``p``.
        normalize: accept vectors of any positive sum; the caller divides.
        names: what the caller's arguments are called, for the messages.

    Returns:
        Both in float64, unchanged in value, with the floating dtype that an answer should have: integers count as
        float64, half and single precision stay what they are.

    Raises:
        TypeError: for bool, complex, extended precision, object arrays, masked arrays and torch tensors.
        ValueError: for anything else that is not a probability vector, or two vectors of different length.

    Example:
        >>> pair = probability_pair([1, 0], [0.5, 0.5])
        >>> pair.p.tolist(), pair.dtype.name
        ([1.0, 0.0], 'float64')
    """
    arrays = [_numbers(value, name) for value, name in zip((p, q), names, strict=True)]
    _fit(arrays[0].shape, arrays[1].shape, names)
    dtype = np.result_type(*(_float_dtype(array.dtype) for array in arrays))
    for array, name in zip(arrays, names, strict=True):
        _check_masses(array, name, normalize)
    first, second = (array.astype(np.float64, copy=False) for array in arrays)
    return Pair(first, second, dtype)


def _numbers(value: ArrayLike, name: str) -> NDArray[Any]:
    """The argument as an array of real numbers with at least one entry per vector."""
    torch = sys.modules.get("torch")
    if torch is not None and isinstance(value, torch.Tensor):
        raise TypeError(f"{name} is a torch tensor; pass {name}.numpy() (after .detach().cpu() where needed)")
    if isinstance(value, np.ma.MaskedArray):
        raise TypeError(f"{name} is a masked array; fill or drop the masked entries first, e.g. {name}.filled(0.0)")
    try:
        array = np.asarray(value)
    except ValueError as error:
        raise ValueError(
            f"{name} is not a rectangular array of numbers ({error}); pad the vectors with zeros"
        ) from None
    if array.dtype.kind not in "iuf" or array.dtype.itemsize > 8:
        raise TypeError(
            f"{name} has dtype {array.dtype}; masses are integers or floats of at most 64 bits, so convert them first, "
            f"e.g. np.asarray({name}, dtype=float)"
        )
    if array.ndim == 0:
        raise ValueError(f"{name} is the single number {array}; pass a vector of masses, e.g. [{array}, 1 - {array}]")
    if array.shape[-1] == 0:
        raise ValueError(f"{name} is empty (shape {array.shape}); pass at least one mass along the last axis")
    return array


def _fit(first: tuple[int, ...], second: tuple[int, ...], names: tuple[str, str]) -> None:
    """Refuse shapes that differ along the last axis, or whose batches do not broadcast."""
    if first[-1] != second[-1]:
        raise ValueError(
            f"{names[0]} has shape {first} and {names[1]} has shape {second}: the last axes, {first[-1]} and "
            f"{second[-1]} masses long, must be equal; give both one support, with zeros where a mass is missing"
        )
    try:
        np.broadcast_shapes(first[:-1], second[:-1])
    except ValueError:
        raise ValueError(
            f"{names[0]} has shape {first} and {names[1]} has shape {second}: the batch shapes {first[:-1]} and "
            f"{second[:-1]} do not broadcast; make them equal, or insert axes of length 1"
        ) from None


def _float_dtype(dtype: np.dtype[Any]) -> DTypeLike:
    """The dtype itself if floating, float64 for integers."""
    return dtype if dtype.kind == "f" else np.float64


def _check_masses(array: NDArray[Any], name: str, normalize: bool) -> None:
    """Refuse negative, infinite or undefined masses, and sums that are not one."""
    with np.errstate(over="ignore", invalid="ignore"):
        sums = array.sum(axis=-1, dtype=np.float64)
    allowance = ALLOWANCE * array.shape[-1] * float(np.finfo(_float_dtype(array.dtype)).eps)
    fine = (sums > 0) & np.isfinite(sums) if normalize else (np.abs(sums - 1) <= allowance) & (sums > 0)
    if fine.all() and (array.size == 0 or array.min() >= 0):
        return
    _refuse_logarithms(array, name)
    for bad, what, remedy in (
        (np.isnan(array), "not a number", "remove or replace it"),
        (np.isinf(array), "infinite", "masses are finite"),
        (array < 0, "negative", "masses are at least 0"),
    ):
        if bad.any():
            where = tuple(int(i) for i in np.argwhere(bad)[0])
            raise ValueError(f"{name} has the mass {array[where]} at position {where}, which is {what}; {remedy}")
    _refuse_sums(sums, fine, name, allowance, normalize)


def _refuse_logarithms(array: NDArray[Any], name: str) -> None:
    """Say so when the entries are plainly the logarithms of probabilities."""
    values = array.astype(np.float64)
    if np.isnan(values).any() or values.max() > LOG_ALLOWANCE or not (values < 0).any():
        return
    totals = np.exp(values).sum(axis=-1)
    if np.all(np.abs(totals - 1) <= LOG_ALLOWANCE):
        raise ValueError(
            f"{name} holds log-probabilities: its entries are negative (the least is {values.min()}) and their "
            f"exponentials sum to 1; pass np.exp({name})"
        )


def _refuse_sums(sums: Array, fine: NDArray[np.bool_], name: str, allowance: float, normalize: bool) -> None:
    """Say which vector sums to what."""
    where = tuple(int(i) for i in np.argwhere(~fine)[0]) if sums.ndim else ()
    place = f" at position {where}" if where else ""
    found = f"{name} sums to {float(sums[where])}{place}"
    if normalize:
        raise ValueError(f"{found}; no multiple of it sums to 1, so pass masses with a positive finite sum")
    raise ValueError(
        f"{found}, not to 1 within {allowance:.2g}; pass normalize=True to divide it by its sum, or check the axis"
    )
