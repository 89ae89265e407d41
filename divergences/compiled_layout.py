"""How the compiled backend takes its vectors: as tensors, some rows at a time, short ones transposed in memory."""

from __future__ import annotations

import math
import warnings
from collections.abc import Callable, Iterator
from typing import Any

import numpy as np
import torch
from torch import Tensor

from divergences.blocks import ON_DEVICE
from divergences.namespaces import is_tensor
from divergences.products import MANY, compared
from divergences.vectors import Pair

__all__ = ["SHORT", "as_tensor", "blocks_of", "laid", "picked", "shape_of"]

Array = Any  # a numpy array or a torch tensor

SHORT = MANY  # vectors below it are transposed, on a processor
STEP, STEP_OF_SHORT = 2**21, 2**17  # masses handed over at a time; transposed ones are to stay in the cache


def blocks_of(pair: Pair) -> Iterator[tuple[Tensor, Tensor, Tensor | None]]:
    """Rows of P and of Q, and their differences where they are no plain subtraction."""
    shape = shape_of(pair)
    p, q = (picked(array, shape) for array in (pair.p, pair.q))
    size = STEP_OF_SHORT if shape[-1] < SHORT else STEP
    step = max(1, (size if pair.p.device.type == "cpu" else ON_DEVICE) // shape[-1])
    for start in range(0, max(1, math.prod(shape[:-1])), step):
        rows = p(slice(start, start + step)), q(slice(start, start + step))
        if pair.log or pair.normalize:
            yield compared(*rows, log=pair.log, normalize=pair.normalize)[:3]
        else:
            yield *rows, None


def picked(array: Tensor, shape: tuple[int, ...]) -> Callable[[slice | Tensor], Tensor]:
    """Which gives rows of the broadcast shape."""
    rows = array.reshape(-1, shape[-1])
    if tuple(array.shape) == shape:
        return lambda block: rows[block]
    own = torch.arange(len(rows), device=rows.device).reshape(array.shape[:-1]).expand(shape[:-1]).reshape(-1)
    return lambda block: rows[own[block]]


def shape_of(pair: Pair) -> tuple[int, ...]:
    """The broadcast shape, masses last."""
    return np.broadcast_shapes(tuple(pair.p.shape), tuple(pair.q.shape))


def laid(rows: Tensor) -> Tensor:
    """The rows as the kernel takes them: at least two of at least two masses, short ones transposed in memory.

    Where there are none, uniform ones stand in.
    """
    if not len(rows):
        rows = torch.full((2, rows.shape[-1]), 1 / rows.shape[-1], dtype=torch.float64, device=rows.device)
    if rows.shape[-1] == 1:
        rows = torch.cat([rows, torch.zeros_like(rows)], -1)
    if len(rows) < 2:
        rows = rows.repeat(2, 1)
    short = rows.shape[-1] < SHORT and rows.device.type == "cpu"
    laid = torch.stack(rows.unbind(-1)).T if short else rows.contiguous().detach()
    for axis in (0, 1):
        torch._dynamo.maybe_mark_dynamic(laid, axis)
    return laid


def as_tensor(array: Array) -> Tensor:
    """The array as a tensor of single or double precision that shares its memory where it can."""
    if not is_tensor(array):
        kept = array.dtype if array.dtype in (np.float32, np.float64) else np.float64
        array = np.ascontiguousarray(array, dtype=np.dtype(kept).newbyteorder("="))
        with warnings.catch_warnings():  # of arrays that must not be written to: nothing is written
            warnings.simplefilter("ignore", UserWarning)
            array = torch.from_numpy(array)
    tensor: Tensor = array.detach()
    return tensor if tensor.dtype in (torch.float32, torch.float64) else tensor.to(torch.float64)
