"""What is accepted as probability vectors: numpy arrays, lists and torch tensors, one vector or batches."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any, NamedTuple

import numpy as np
from numpy.typing import ArrayLike

from divergences.namespaces import cast, is_tensor, namespace, plain
from divergences.options import Chosen, laid_out
from divergences.products import compared, scaled
from divergences.refusals import check_logarithms, check_masses, real_entries

__all__ = [
    "Pair",
    "accepted",
    "joint_masses",
    "masses",
    "probability_pair",
    "rows_of",
    "together",
    "unchecked_pair",
    "unit_eps",
]

Array = Any  # a numpy array or a torch tensor

LEAST_JOINT = 2.0**-960  # so that the product of two marginals stays in the range of floats


class Pair(NamedTuple):
    """Two accepted batches of probability vectors, and the dtype in which to answer.

    Attributes:
        p: masses, or their logarithms, shape ``(..., k)``.
        q: masses, or their logarithms, shape ``(..., k)``; the two batch shapes broadcast.
        dtype: the floating dtype of the answer, that of the inputs.
        log: whether ``p`` and ``q`` are logarithms.
        normalize: whether their sums may be far from 1.
        d: the differences ``q - p`` of the broadcast shape, where they are known better than by a subtraction.
    """

    p: Array
    q: Array
    dtype: Any
    log: bool = False
    normalize: bool = False
    d: Array | None = None


def probability_pair(
    p: ArrayLike, q: ArrayLike, chosen: Chosen | None = None, *, names: tuple[str, str] = ("p", "q")
) -> Pair:
    """Two checked probability vectors, or batches of them, without unit.

    A vector is accepted when its masses are finite and nonnegative and ``|sum - 1| <= 8 k eps``, where ``k`` is its
    length and ``eps`` that of its own dtype. With ``normalize=True`` any positive finite sum is accepted.

    Args:
        p: masses, shape ``(..., k)``.
        q: masses, shape ``(..., k)``, with the same ``k`` and a batch shape that broadcasts with that of ``p``.
        chosen: the options, for axis, logarithms, normalising and pairs of rows.
        names: what the caller's arguments are called, for the messages.

    Returns:
        Both in float64, unchanged in value, masses last, with the floating dtype that an answer should have: integers
        count as float64, half and single precision stay what they are.

    Raises:
        TypeError: for anything but real numbers of at most 64 bits in an array, a list or a dense tensor.
        ValueError: for anything else that is not a probability vector, or two vectors of different length.

    Example:
        >>> pair = probability_pair([1, 0], [0.5, 0.5])
        >>> pair.p.tolist(), pair.dtype.name
        ([1.0, 0.0], 'float64')
    """
    chosen = chosen or Chosen()
    pair = accepted(unchecked_pair(p, q, chosen, names=names), chosen, names=names)
    double = namespace(pair.p).float64
    return pair._replace(p=cast(pair.p, double), q=cast(pair.q, double))


def unchecked_pair(p: ArrayLike, q: ArrayLike, chosen: Chosen, *, names: tuple[str, str] = ("p", "q")) -> Pair:
    """The pair of `probability_pair` before its entries are looked at, each array in its own dtype.

    Raises:
        TypeError: as `probability_pair`.
        ValueError: for two arrays that do not fit.
    """
    arrays = [_numbers(value, name) for value, name in zip((p, q), names, strict=True)]
    dtype = together(arrays, names)
    if chosen.axis >= 0 and arrays[0].ndim != arrays[1].ndim:
        raise ValueError(
            f"axis = {chosen.axis} with {names[0]} of {arrays[0].ndim} axes and {names[1]} of {arrays[1].ndim}; "
            f"count the axis from the end, e.g. axis=-1"
        )
    first, second = (laid_out(array, name, chosen) for array, name in zip(arrays, names, strict=True))
    if chosen.pairwise:
        first, second = rows_of(first, names[0])[..., :, None, :], rows_of(second, names[1])[..., None, :, :]
    _fit(first.shape, second.shape, names)
    return Pair(first, second, dtype, chosen.log, chosen.normalize)


def accepted(pair: Pair, chosen: Chosen, *, names: tuple[str, str] = ("p", "q")) -> Pair:
    """A pair of `unchecked_pair`, refused unless its vectors are distributions; masses of single precision stay so.

    Raises:
        ValueError: as `probability_pair`.
    """
    return pair._replace(p=_checked(pair.p, names[0], chosen), q=_checked(pair.q, names[1], chosen))


def masses(value: ArrayLike, name: str, chosen: Chosen) -> tuple[Array, Any]:
    """One checked batch of probability vectors (or of logarithms) in float64, masses last, and the dtype to answer in.

    Raises:
        TypeError: as `probability_pair`.
        ValueError: as `probability_pair`.
    """
    array = _numbers(value, name)
    dtype = together([array], (name,))
    return cast(_checked(laid_out(array, name, chosen), name, chosen), namespace(array).float64), dtype


def joint_masses(value: ArrayLike, name: str, chosen: Chosen) -> tuple[Array, Any]:
    """One checked batch of joint laws in float64, shape ``(..., m, n)``, with sums in [1/2, 2), and the dtype.

    Raises:
        TypeError: as `probability_pair`.
        ValueError: as `probability_pair`, for a single axis, or for positive masses below 2^-960.
    """
    array = _numbers(value, name)
    shape = tuple(array.shape)
    if array.ndim < 2 or 0 in shape[-2:]:
        raise ValueError(f"{name} has shape {shape}; pass a table of masses, shape (..., m, n)")
    rows = array.reshape((*shape[:-2], shape[-2] * shape[-1]))
    flat = cast(_checked(rows, name, chosen), namespace(array).float64)
    if chosen.log:
        flat = compared(flat, flat, log=True, normalize=chosen.normalize)[0]
    ready = scaled(flat, name) if chosen.normalize else flat
    if ((ready > 0) & (ready < LEAST_JOINT)).any():
        raise ValueError(f"{name} has a positive mass below {LEAST_JOINT:.2g}, too small for a product; pass 0 for it")
    return ready.reshape(shape), together([array], (name,))


def together(arrays: Sequence[Array], names: Sequence[str]) -> Any:
    """The common floating dtype, refused where arrays of two libraries or of two devices meet."""
    first = arrays[0]
    for array, name in zip(arrays, names, strict=True):
        if is_tensor(array) != is_tensor(first):
            one, other = (name, names[0]) if is_tensor(array) else (names[0], name)
            raise TypeError(
                f"{one} is a torch tensor and {other} is none; pass both as torch tensors, or both as arrays"
            )
        if is_tensor(array) and array.device != first.device:
            raise ValueError(
                f"{names[0]} lies on {first.device} and {name} on {array.device}; move both to one device, "
                f"e.g. {name}.to({names[0]}.device)"
            )
    dtypes = [_float_dtype(array) for array in arrays]
    if not is_tensor(first):
        return np.result_type(*dtypes)
    common = dtypes[0]
    for dtype in dtypes[1:]:
        common = namespace(first).promote_types(common, dtype)
    return common


def rows_of(array: Array, name: str) -> Array:
    """The array, refused where it has no axis of rows to pair."""
    if array.ndim < 2:
        raise ValueError(
            f"{name} has shape {tuple(array.shape)}, but pairwise = True compares rows; pass at least two axes, e.g. "
            f"{name}[None]"
        )
    return array


def _numbers(value: ArrayLike, name: str) -> Array:
    """The argument as an array of real numbers with at least one entry per vector."""
    array = _tensor(value, name) if is_tensor(value) else _array(value, name)
    shape = tuple(array.shape)
    if array.ndim == 0:
        number = plain(array)
        raise ValueError(
            f"{name} is the single number {number}; pass a vector of masses, e.g. [{number}, 1 - {number}]"
        )
    if 0 in shape[-1:]:
        raise ValueError(f"{name} is empty (shape {shape}); pass at least one mass along the last axis")
    return array


def _array(value: ArrayLike, name: str) -> Array:
    if not hasattr(value, "__array__") and not isinstance(value, int | float | complex | Sequence):
        raise TypeError(
            f"{name} is of type {type(value).__name__}; pass an array or a list of masses, e.g. list({name}) of an "
            f"iterator, list({name}.values()) of a dict, {name}.toarray() of a sparse array"
        )
    return real_entries(value, name)


def _tensor(value: Any, name: str) -> Array:
    torch = namespace(value)
    if value.layout != torch.strided or value.is_nested:
        kind, remedy = ("nested", "to_padded_tensor(0.0)") if value.is_nested else (f"{value.layout}", "to_dense()")
        raise TypeError(f"{name} is a tensor of layout {kind}; pass a dense one, e.g. {name}.{remedy}")
    short = value.dtype.is_floating_point and value.dtype.itemsize < 2
    if value.dtype == torch.bool or value.dtype.is_complex or value.is_quantized or short:
        remedy = "dequantize()" if value.is_quantized else "real" if value.dtype.is_complex else "to(torch.float64)"
        raise TypeError(
            f"{name} has dtype {value.dtype}; masses are integers or floats of 16 to 64 bits, so convert them first, "
            f"e.g. {name}.{remedy}"
        )
    if value.device.type == "meta":
        raise TypeError(f"{name} lies on meta, where tensors have no entries; pass one that has")
    if value.device.type == "mps":
        raise TypeError(f"{name} lies on {value.device}, which has no float64; pass {name}.cpu()")
    return value


def _fit(first: tuple[int, ...], second: tuple[int, ...], names: tuple[str, str]) -> None:
    """Refuse shapes that differ along the last axis, or whose batches do not broadcast."""
    first, second = tuple(first), tuple(second)
    if first[-1] != second[-1]:
        raise ValueError(
            f"{names[0]} has shape {first} and {names[1]} has shape {second}: the last axes, {first[-1]} and "
            f"{second[-1]} masses long, must be equal; give both one support, with zeros where a mass is missing, or "
            "say by axis=... where the masses lie"
        )
    try:
        np.broadcast_shapes(first[:-1], second[:-1])
    except ValueError:
        raise ValueError(
            f"{names[0]} has shape {first} and {names[1]} has shape {second}: the batch shapes {first[:-1]} and "
            f"{second[:-1]} do not broadcast; make them equal, or insert axes of length 1"
        ) from None


def _float_dtype(array: Array) -> Any:
    """The dtype itself if floating, float64 for integers."""
    if is_tensor(array):
        return array.dtype if array.dtype.is_floating_point else namespace(array).float64
    return array.dtype if array.dtype.kind == "f" else np.dtype(np.float64)


def unit_eps(array: Array) -> float:
    """The distance from 1 to the next float of the array's own dtype."""
    return float(namespace(array).finfo(_float_dtype(array)).eps)


def _checked(array: Array, name: str, chosen: Chosen) -> Array:
    """The array, refused unless its vectors are distributions, in float64 unless the blocks can cast it."""
    blockwise = isinstance(array, np.ndarray) and array.dtype == np.float32 and not chosen.log
    ready = array if blockwise else cast(array, namespace(array).float64)
    looked_at = ready.detach() if is_tensor(ready) else ready
    (check_logarithms if chosen.log else check_masses)(looked_at, name, chosen, unit_eps(array))
    return ready
