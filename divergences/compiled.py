"""The compiled backend: all divergences asked for in one pass that `torch.compile` fuses, checks of the input included.

The vectors are centred as in `divergences.blocks` and reduced while they lie in the cache. Short ones are transposed
first, so that the lanes of the processor run across the batch. What is rare is left to the blocks: vectors with a
positive mass below 2^-900, and to say what is wrong with those that are refused.

The first call with new divergences, another dtype or another layout takes seconds, in which the code is made; other
shapes use the same code.
"""

from __future__ import annotations

import math
import warnings
from collections.abc import Callable, Iterator, Sequence
from functools import cache
from importlib import import_module
from typing import Any, NamedTuple

import numpy as np
import torch
from torch import Tensor

from divergences.blocks import ON_DEVICE, SNAP, evaluate
from divergences.compiled_terms import LEAST, SUPPORTED, Term, fused_term
from divergences.functionals import Functional
from divergences.namespaces import is_tensor
from divergences.options import Chosen
from divergences.products import compared
from divergences.refusals import ALLOWANCE
from divergences.vectors import Pair, accepted, unchecked_pair, unit_eps

__all__ = ["compiled"]

Array = Any  # a numpy array or a torch tensor
Kernel = Callable[[Tensor, Tensor, Tensor | None], list[Tensor]]

SHORT = 128  # vectors below it are transposed, on a processor
STEP, STEP_OF_SHORT = 2**21, 2**17  # masses handed over at a time; transposed ones are to stay in the cache
SHAPES = 10**4  # how many versions of one kernel may be made: of dtypes and layouts there are few
OPTIONS: dict[str, int | str] = {  # one loop for several terms, and products join sums without rounding
    "realize_opcount_threshold": 1000,
    "realize_acc_reads_threshold": 1000,
    "cpp.enable_floating_point_contract_flag": "fast",
}


REMEDY = "install one, such as g++, or name yours in the environment variable CXX, or leave the backend out"


class Fused(NamedTuple):
    """A branch-free term and the largest value of its sum."""

    term: Term
    maximum: float


def compiled(p: Any, q: Any, functionals: Sequence[Functional], chosen: Chosen) -> tuple[list[Array], Any]:
    """The values of divergences as `evaluate` gives them, and the dtype in which to answer.

    Args:
        p: masses of P, as a public function takes them.
        q: masses of Q.
        functionals: what is asked for.
        chosen: the options of the call.

    Returns:
        One array of the batch shape for each, in nats, in the library of the arguments; and their floating dtype.

    Raises:
        TypeError: as `probability_pair`.
        ValueError: as `probability_pair`, if there is no compiled form, or if an argument requires a gradient.
        RuntimeError: if the code cannot be made, for want of a C++ compiler.

    Example:
        >>> from divergences import alpha_divergence
        >>> alpha_divergence([1, 0], [0, 1], alpha=3, backend="compiled")  # doctest: +ELLIPSIS
        Traceback (most recent call last):
        ...
        ValueError: backend = 'compiled' has no alpha(3); it has the rows of the table, ...
    """
    kernel = _kernel(tuple(map(_fused, functionals)))
    pair = unchecked_pair(p, q, chosen)
    _refuse_gradients(pair)
    as_given = not (chosen.log or chosen.normalize)
    tensors = pair if as_given else accepted(pair, chosen)
    tensors = tensors._replace(p=_tensor(tensors.p), q=_tensor(tensors.q))
    *found, sum_p, sum_q, least = _run(kernel, tensors)
    if as_given and not bool((_sums_to_one(sum_p, pair.p) & _sums_to_one(sum_q, pair.q) & (least >= 0)).all()):
        accepted(pair, chosen)
    _mend(found, least, tensors, functionals)
    shape = _shape(tensors)[:-1]
    return [
        values.reshape(shape) if is_tensor(pair.p) else values.numpy().reshape(shape) for values in found
    ], pair.dtype


def _fused(functional: Functional) -> Fused:
    term = None if functional.row is None else fused_term(functional.row)
    if functional.row is None or term is None:
        raise ValueError(
            f"backend = 'compiled' has no {functional.name}; it has {SUPPORTED}, so leave the backend out here"
        )
    return Fused(term, functional.row.maximum)


@cache
def _kernel(wanted: tuple[Fused, ...]) -> Kernel:
    """One pass over vectors: the sums of all terms, the sums of the masses, and the least positive mass."""

    def fused(p: Tensor, q: Tensor, d: Tensor | None) -> list[Tensor]:
        p, q = p.to(torch.float64), q.to(torch.float64)
        d = q - p if d is None else d
        sum_p, sum_q = p.sum(-1), q.sum(-1)
        least = torch.minimum(torch.where(p == 0, 1.0, p), torch.where(q == 0, 1.0, q)).amin(-1)
        p, q, d, common = _centred(p, q, d, sum_p + sum_q)
        return [*(_total(each, p, q, d, common) for each in wanted), sum_p, sum_q, least]

    with warnings.catch_warnings():  # torch's own of what it uses, while it loads
        warnings.simplefilter("ignore", DeprecationWarning)
        known = import_module("torch._inductor.compile_fx").config.get_config_copy()
    return torch.compile(fused, fullgraph=True, options={name: OPTIONS[name] for name in OPTIONS if name in known})


def _centred(p: Tensor, q: Tensor, d: Tensor, twice: Tensor) -> tuple[Tensor, Tensor, Tensor, Tensor]:
    """As `divergences.blocks.centred`."""
    delta = d.sum(-1) / twice
    common = twice * (1 - delta * delta) / 2
    delta = delta[..., None]
    return p + p * delta, q - q * delta, d - (p + q) * delta, common


def _total(wanted: Fused, p: Tensor, q: Tensor, d: Tensor, common: Tensor) -> Tensor:
    """As `divergences.blocks.total`."""
    found = wanted.term(p, q, d).sum(-1) / common
    if wanted.maximum > 0:
        found = found.clamp_min(0.0)
    if not 0 < wanted.maximum < math.inf:
        return found
    disjoint = torch.minimum(p, q).amax(-1) == 0
    rounding = abs(found - wanted.maximum) <= SNAP * wanted.maximum
    return torch.where(rounding & (disjoint | (found > wanted.maximum)), wanted.maximum, found)


def _run(kernel: Kernel, pair: Pair) -> list[Tensor]:
    """What the kernel finds for all rows of the broadcast shape, some rows at a time."""
    parts = [_called(kernel, *block) for block in _blocks(pair)]
    return [torch.cat(column) for column in zip(*parts, strict=True)]


def _called(kernel: Kernel, p: Tensor, q: Tensor, d: Tensor | None) -> list[Tensor]:
    from torch._dynamo.exc import TorchDynamoException
    from torch._inductor.exc import InductorError  # seconds to load, so not before they are needed

    ready = [None if masses is None else _laid(masses) for masses in (p, q, d)]
    try:
        with torch.no_grad(), torch._dynamo.config.patch(recompile_limit=SHAPES, accumulated_recompile_limit=SHAPES):
            found = kernel(*ready)  # type: ignore[arg-type]
    except (TorchDynamoException, InductorError) as error:
        raise RuntimeError(f"backend = 'compiled' could not make its code: {_reason(error)}; {REMEDY}") from error
    return [column[: len(p)] for column in found]


def _reason(error: BaseException) -> str:
    """The first line of what was at the bottom of an error."""
    while error.__cause__ is not None:
        error = error.__cause__
    return str(error).strip().partition("\n")[0]


def _blocks(pair: Pair) -> Iterator[tuple[Tensor, Tensor, Tensor | None]]:
    """Rows of P and of Q, and their differences where they are no plain subtraction."""
    shape = _shape(pair)
    p, q = (_picked(array, shape) for array in (pair.p, pair.q))
    size = STEP_OF_SHORT if shape[-1] < SHORT else STEP
    step = max(1, (size if pair.p.device.type == "cpu" else ON_DEVICE) // shape[-1])
    for start in range(0, max(1, math.prod(shape[:-1])), step):
        rows = p(slice(start, start + step)), q(slice(start, start + step))
        if pair.log or pair.normalize:
            yield compared(*rows, log=pair.log, normalize=pair.normalize)[:3]
        else:
            yield *rows, None


def _picked(array: Tensor, shape: tuple[int, ...]) -> Callable[[slice | Tensor], Tensor]:
    """Which gives rows of the broadcast shape."""
    rows = array.reshape(-1, shape[-1])
    if tuple(array.shape) == shape:
        return lambda block: rows[block]
    own = torch.arange(len(rows), device=rows.device).reshape(array.shape[:-1]).expand(shape[:-1]).reshape(-1)
    return lambda block: rows[own[block]]


def _shape(pair: Pair) -> tuple[int, ...]:
    return np.broadcast_shapes(tuple(pair.p.shape), tuple(pair.q.shape))


def _laid(rows: Tensor) -> Tensor:
    """The rows as the kernel takes them: at least two of at least two masses, short ones transposed in memory."""
    if rows.shape[-1] == 1:
        rows = torch.cat([rows, torch.zeros_like(rows)], -1)
    if len(rows) < 2:
        rows = rows.repeat(2, 1)
    short = rows.shape[-1] < SHORT and rows.device.type == "cpu"
    laid = torch.stack(rows.unbind(-1)).T if short else rows.contiguous().detach()
    for axis in (0, 1):
        torch._dynamo.maybe_mark_dynamic(laid, axis)
    return laid


def _tensor(array: Array) -> Tensor:
    """The array as a tensor of single or double precision that shares its memory where it can."""
    if not is_tensor(array):
        kept = array.dtype if array.dtype in (np.float32, np.float64) else np.float64
        array = np.ascontiguousarray(array, dtype=np.dtype(kept).newbyteorder("="))
        with warnings.catch_warnings():  # of arrays that must not be written to: nothing is written
            warnings.simplefilter("ignore", UserWarning)
            array = torch.from_numpy(array)
    tensor: Tensor = array.detach()
    return tensor if tensor.dtype in (torch.float32, torch.float64) else tensor.to(torch.float64)


def _refuse_gradients(pair: Pair) -> None:
    for name, array in (("p", pair.p), ("q", pair.q)):
        if is_tensor(array) and array.requires_grad and torch.is_grad_enabled():
            raise ValueError(
                f"{name} requires a gradient, which backend = 'compiled' does not offer; pass {name}.detach(), or "
                f"leave the backend out"
            )


def _sums_to_one(sums: Tensor, array: Array) -> Tensor:
    room: float = ALLOWANCE * array.shape[-1] * unit_eps(array)
    return (sums - 1).abs() <= room


def _mend(found: list[Tensor], least: Tensor, pair: Pair, functionals: Sequence[Functional]) -> None:
    """Put in place what the blocks find for rows with a mass that is too small for the kernel."""
    rows = (~(least >= LEAST)).nonzero()[:, 0]
    if not len(rows):
        return
    shape = _shape(pair)
    p, q = (_picked(array, shape)(rows).to(torch.float64) for array in (pair.p, pair.q))
    repaired = evaluate(pair._replace(p=p, q=q), [each.reduce for each in functionals])
    for values, right in zip(found, repaired, strict=True):
        values[rows] = right
