"""The options that every function of probability vectors takes, read and obeyed in one place."""

from __future__ import annotations

import math
from collections.abc import Callable, Mapping
from dataclasses import dataclass, fields
from difflib import get_close_matches
from numbers import Integral, Real
from typing import Any, Literal, TypedDict

import numpy as np

from divergences.namespaces import cast, is_tensor, namespace

__all__ = ["Chosen", "Options", "answer", "choose", "laid_out", "real"]

Array = Any  # a numpy array or a torch tensor


class Options(TypedDict, total=False):
    """The keywords that every function of probability vectors takes.

    Attributes:
        axis: the axis along which the masses of a vector lie, -1 by default.
        base: the base of the logarithm, greater than 1; None, the default, gives nats. Refused where the answer has no
            unit.
        log: the arguments are logarithms of probabilities, ``-inf`` for a mass of zero.
        normalize: divide each vector by its sum instead of refusing one whose sum is not 1.
        keepdims: leave the axis in the answer, with length 1.
        pairwise: compare every row of P with every row of Q. The masses aside, the last axis of each counts its rows,
            and the answer has the shape ``(..., n, m)``.
        backend: ``"blocks"``, the default, or ``"compiled"``: in one pass of code that `torch.compile` makes on the
            first call, which takes seconds and a C++ compiler, and is several times faster on large batches. It has
            the rows of the table, weighted Jensen-Shannon divergences and the value of the game, and no gradients.

    References:
        Polyanskiy and Wu, Information Theory: From Coding to Learning (2025), section 1.1, on units.

    Example:
        >>> from divergences import kl_divergence
        >>> float(kl_divergence([[1, 0], [0, 1]], [[1, 0], [0, 1]], base=2, pairwise=True)[0, 0])
        0.0
    """

    axis: int
    base: float | None
    log: bool
    normalize: bool
    keepdims: bool
    pairwise: bool
    backend: Literal["blocks", "compiled"]


@dataclass(frozen=True)
class Chosen:
    """The options with their defaults."""

    axis: int = -1
    base: float | None = None
    log: bool = False
    normalize: bool = False
    keepdims: bool = False
    pairwise: bool = False
    backend: str = "blocks"


NAMES = tuple(field.name for field in fields(Chosen))
FLAGS = ("log", "normalize", "keepdims", "pairwise")
BACKENDS = ("blocks", "compiled")


def choose(options: Mapping[str, Any], *, without: tuple[str, ...] = ()) -> Chosen:
    """The options of a call, checked.

    Raises:
        TypeError: if an option is unknown, is one of ``without``, or has the wrong type.
        ValueError: if ``base`` is not a finite number above 1, or two options exclude one another.
    """
    known = [name for name in NAMES if name not in without]
    for name, value in options.items():
        if name not in known:
            near = get_close_matches(name, known, n=1)
            hint = f"; did you mean {near[0]!r}?" if near else ""
            raise TypeError(f"option {name!r} is unknown here; there are {', '.join(known)}{hint}")
        if name in FLAGS and not isinstance(value, bool | np.bool_):
            raise TypeError(f"{name} is {value!r}, of type {type(value).__name__}; pass True or False")
    chosen = Chosen(**options)
    if isinstance(chosen.axis, bool) or not isinstance(chosen.axis, Integral):
        raise TypeError(f"axis is {chosen.axis!r}, of type {type(chosen.axis).__name__}; pass one integer")
    if chosen.base is not None and not 1 < real(chosen.base, "base") < math.inf:
        raise ValueError(f"base = {chosen.base}; pass a finite number above 1, or None for nats")
    if chosen.backend not in BACKENDS:
        raise ValueError(f"backend = {chosen.backend!r}; pass one of {', '.join(map(repr, BACKENDS))}")
    if chosen.pairwise and chosen.keepdims:
        raise ValueError("pairwise = True and keepdims = True: a matrix of pairs has no axis to keep; drop one of them")
    return chosen


def real(value: float, name: str) -> float:
    """The parameter as a float, refused unless it is a real number."""
    if isinstance(value, bool | np.bool_) or not isinstance(value, Real):
        raise TypeError(f"{name} is {value!r}, of type {type(value).__name__}; pass a real number")
    try:
        return float(value)
    except OverflowError:
        raise ValueError(f"{name} is beyond the largest float; pass a number below 1.8e308") from None


def laid_out(array: Array, name: str, chosen: Chosen) -> Array:
    """The array with its masses along the last axis."""
    if not -array.ndim <= chosen.axis < array.ndim:
        raise ValueError(
            f"axis = {chosen.axis}, but {name} has shape {tuple(array.shape)}; "
            f"pass one from {-array.ndim} to {array.ndim - 1}"
        )
    if chosen.axis in (-1, array.ndim - 1):
        return array
    return namespace(array).moveaxis(array, chosen.axis, -1)


def answer(
    found: Array, chosen: Chosen, dtype: Any, unit: str, finish: Callable[[Array], Array] = lambda values: values
) -> Any:
    """The values in the base, the shape and the dtype asked for; a numpy scalar where there is one number."""
    found = finish(found / math.log(chosen.base) if chosen.base is not None and unit == "nat" else found)
    if chosen.keepdims:
        found = namespace(found).moveaxis(found[..., None], -1, chosen.axis)
    if is_tensor(found):
        return cast(found, dtype)
    with np.errstate(over="ignore"):
        return cast(found, dtype)[()]
