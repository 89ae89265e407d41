"""What is no probability vector, and the refusals that say what to do instead."""

from __future__ import annotations

from typing import Any

import numpy as np
from numpy.typing import NDArray

from divergences.namespaces import namespace, plain

__all__ = ["check_logarithms", "check_masses"]

Array = Any  # a numpy array or a torch tensor, of float64
Plain = NDArray[np.float64]

ALLOWANCE = 8  # a sum may miss one by ALLOWANCE * k * eps, with k the length and eps that of the vector's own dtype
LOG_ALLOWANCE = 1e-3  # how near one the exponentials of negative entries sum for them to be called log-probabilities
LOWEST = -708.0  # its exponential is the last one of full precision


def check_masses(array: Array, name: str, normalize: bool, eps: float) -> None:
    """Refuse negative, infinite or undefined masses, and sums that are not one.

    Raises:
        ValueError: saying which mass or which sum, and the remedy.
    """
    with np.errstate(over="ignore", invalid="ignore"):
        sums = np.einsum("...i->...", array) if isinstance(array, np.ndarray) else array.sum(axis=-1)
    allowance = ALLOWANCE * array.shape[-1] * eps
    fine = (sums > 0) & namespace(array).isfinite(sums)
    if not normalize:
        fine &= abs(sums - 1) <= allowance
    if fine.all() and (0 in array.shape or array.min() >= 0):
        return
    entries = plain(array)
    _refuse_logarithms(entries, name)
    _refuse_first(entries, np.isnan(entries), f"{name} has the mass", "not a number; remove or replace it")
    _refuse_first(entries, np.isinf(entries), f"{name} has the mass", "infinite; masses are finite")
    _refuse_first(entries, entries < 0, f"{name} has the mass", "negative; masses are at least 0")
    _refuse_sums(plain(sums), plain(fine), name, allowance, normalize)


def check_logarithms(array: Array, name: str, normalize: bool, eps: float) -> None:
    """Refuse logarithms that are no numbers or too low, and whose exponentials do not sum to one.

    A logarithm ``l`` is only known to ``|l| eps``, so the allowance for the sum grows with the entropy.

    Raises:
        ValueError: saying which entry or which sum, and the remedy.
    """
    entries = plain(array)
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
        entropy = -(weights * np.maximum(shifted, LOWEST)).sum(axis=-1)
    allowance = ALLOWANCE * array.shape[-1] * eps * (1 + np.abs(entropy))
    fine = sums > 0 if normalize else (np.abs(sums - 1) <= allowance)
    if not fine.all():
        widest = float(np.max(np.where(np.isfinite(allowance), allowance, 0.0)))
        _refuse_sums(sums, fine, f"exp({name})", widest, normalize)


def _refuse_first(entries: Plain, bad: NDArray[np.bool_], what: str, why: str) -> None:
    """Refuse the first bad entry, saying where it is."""
    if bad.any():
        where = tuple(int(i) for i in np.argwhere(bad)[0])
        raise ValueError(f"{what} {entries[where]} at position {where}, which is {why}")


def _refuse_logarithms(entries: Plain, name: str) -> None:
    """Say so when the entries are plainly the logarithms of probabilities."""
    if np.isnan(entries).any() or entries.max() > LOG_ALLOWANCE or not (entries < 0).any():
        return
    if np.all(np.abs(np.exp(entries).sum(axis=-1) - 1) <= LOG_ALLOWANCE):
        raise ValueError(
            f"{name} holds log-probabilities: its entries are negative (the least is {entries.min()}) and their "
            f"exponentials sum to 1; pass log=True or np.exp({name})"
        )


def _refuse_sums(sums: Plain, fine: Plain, name: str, allowance: float, normalize: bool) -> None:
    """Say which vector sums to what."""
    where = tuple(int(i) for i in np.argwhere(~(fine > 0))[0]) if sums.ndim else ()
    place = f" at position {where}" if where else ""
    found = f"{name} sums to {float(sums[where])}{place}"
    if normalize:
        raise ValueError(f"{found}; no multiple of it sums to 1, so pass masses with a positive finite sum")
    raise ValueError(
        f"{found}, not to 1 within {allowance:.2g}; pass normalize=True to divide it by its sum, or check the axis"
    )
