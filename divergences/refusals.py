"""What is no probability vector, and the refusals that say what to do instead."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import numpy as np
from numpy.typing import NDArray

from divergences.namespaces import namespace, plain
from divergences.options import Chosen

__all__ = ["check_logarithms", "check_masses", "real_entries"]

Array = Any  # a numpy array or a torch tensor
Plain = NDArray[np.float64]

ALLOWANCE = 8  # a sum may miss one by ALLOWANCE * k * eps, with k the length and eps that of the vector's own dtype
LOG_ALLOWANCE = 1e-3  # how near one the exponentials of negative entries sum for them to be called log-probabilities
LOWEST = -708.0  # its exponential is the last one of full precision


def real_entries(value: Any, name: str) -> NDArray[Any]:
    """The argument as numpy has it, in its own dtype, refused unless it is an array of real numbers.

    Raises:
        TypeError: for bool, complex, extended precision, object arrays, masked arrays and what is no array.
        ValueError: for what is ragged.
    """
    if isinstance(value, np.ma.MaskedArray) or (
        isinstance(value, Sequence) and any(isinstance(part, np.ma.MaskedArray) for part in value)
    ):
        raise TypeError(
            f"{name} is a masked array; drop or fill the masked entries first, by .compressed() or .filled(0.0)"
        )
    try:
        array = np.asarray(value)
    except ValueError as error:
        raise ValueError(f"{name} is not a rectangular array of numbers ({error}); pad or split it") from None
    except (TypeError, RuntimeError) as error:
        raise TypeError(f"{name} is not an array of numbers ({error}); pass integers or floats") from None
    if array.dtype.kind in "iuf" and array.dtype.itemsize <= 8:
        return array
    if array.dtype == object and array.ndim == 0:
        raise TypeError(f"{name} is of type {type(value).__name__}; pass an array or a list of numbers")
    remedy = "pass integers or floats of at most 64 bits, converted first where needed by np.asarray(..., dtype=float)"
    raise TypeError(f"{name} has dtype {array.dtype}; {remedy}")


def check_masses(array: Array, name: str, chosen: Chosen, eps: float) -> None:
    """Refuse negative, infinite or undefined masses, and sums that are not one.

    Raises:
        ValueError: saying which mass or which sum, and the remedy.
    """
    with np.errstate(over="ignore", invalid="ignore"):
        own = isinstance(array, np.ndarray)
        sums = np.einsum("...i->...", array, dtype=np.float64) if own else array.sum(axis=-1)
    allowance = ALLOWANCE * array.shape[-1] * eps
    fine = (sums > 0) & namespace(array).isfinite(sums)
    if not chosen.normalize:
        fine &= abs(sums - 1) <= allowance
    if fine.all() and (0 in array.shape or array.min() >= 0):
        return
    entries = plain(array)
    _refuse_logarithms(entries, name, eps)
    _refuse_first(entries, np.isnan(entries), f"{name} has the mass", "not a number; remove or replace it")
    _refuse_first(entries, np.isinf(entries), f"{name} has the mass", "infinite; masses are finite")
    _refuse_first(entries, entries < 0, f"{name} has the mass", "negative; masses are at least 0")
    _refuse_sums(entries, (plain(sums), plain(fine)), name, allowance, chosen)


def check_logarithms(array: Array, name: str, chosen: Chosen, eps: float) -> None:
    """Refuse logarithms that are no numbers or too low, and whose exponentials do not sum to one.

    A logarithm ``l`` is only known to ``|l| eps``, so the allowance for the sum grows with the entropy.

    Raises:
        ValueError: saying which entry or which sum, and the remedy.
    """
    entries, normalize = plain(array), chosen.normalize
    what = f"{name} has the log-probability"
    _refuse_first(entries, np.isnan(entries), what, "not a number; remove or replace it")
    _refuse_first(entries, entries == np.inf, what, "infinite; a mass of zero is -inf")
    top = np.maximum(entries.max(axis=-1, keepdims=True), LOWEST) if entries.size else 0.0
    shifted = entries - top if normalize else entries
    low = (shifted < LOWEST) & (entries > -np.inf)
    remedy = f"below {LOWEST}{' from the largest' if normalize else ''}, where floats end; pass -inf for a mass of zero"
    _refuse_first(entries, low, what, remedy)
    with np.errstate(over="ignore"):
        weights = np.exp(shifted)
        sums = weights.sum(axis=-1)
        entropy = -(np.minimum(weights, 1) * np.clip(shifted, LOWEST, 0)).sum(axis=-1)
    allowance = ALLOWANCE * array.shape[-1] * eps * (1 + entropy)
    fine = sums > 0 if normalize else (np.abs(sums - 1) <= allowance)
    if not fine.all():
        _refuse_sums(weights, (sums, fine), f"exp({name})", float(np.max(allowance)), chosen)


def _refuse_first(entries: Plain, bad: NDArray[np.bool_], what: str, why: str) -> None:
    """Refuse the first bad entry, saying where it is."""
    if bad.any():
        where = tuple(int(i) for i in np.argwhere(bad)[0])
        raise ValueError(f"{what} {entries[where]} at position {where}, which is {why}")


def _refuse_logarithms(entries: Plain, name: str, eps: float) -> None:
    """Say so when the entries are plainly the logarithms of probabilities."""
    if np.isnan(entries).any() or entries.max() > LOG_ALLOWANCE or not (entries < 0).any():
        return
    if np.all(np.abs(np.exp(entries).sum(axis=-1) - 1) <= max(LOG_ALLOWANCE, ALLOWANCE * eps)):
        raise ValueError(
            f"{name} holds log-probabilities: its entries are negative (the least is {entries.min()}) and their "
            f"exponentials sum to 1; pass log=True or np.exp({name})"
        )


def _refuse_sums(entries: Plain, judged: tuple[Plain, Plain], name: str, allowance: float, chosen: Chosen) -> None:
    """Say which vector sums to what, and along which axis the sums would be right."""
    sums, fine = judged
    where = tuple(int(i) for i in np.argwhere(~(fine > 0))[0]) if sums.ndim else ()
    place = f" at position {where}" if where else ""
    found = f"{name} sums to {float(sums[where])}{place}"
    if chosen.normalize:
        raise ValueError(f"{found}; no multiple of it sums to 1, so pass masses with a positive finite sum")
    for axis, length in enumerate(() if chosen.pairwise else entries.shape[:-1]):
        with np.errstate(over="ignore"):
            off = np.abs(entries.sum(axis=axis) - 1)
        if length > 1 and np.all(off <= allowance * length / entries.shape[-1]):
            meant = axis + (axis >= chosen.axis % entries.ndim)  # the masses were moved to the last axis
            raise ValueError(f"{found}; along axis {meant} the masses sum to 1, so pass axis={meant}")
    raise ValueError(
        f"{found}, not to 1 within {allowance:.2g}; pass normalize=True to divide it by its sum, or check the axis"
    )
