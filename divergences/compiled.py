"""The compiled backend: all divergences asked for in one pass that `torch.compile` fuses, checks of the input included.

The vectors are centred as in `divergences.blocks` and reduced while they lie in the cache. Short ones are transposed
first, so that the lanes of the processor run across the batch. What is rare is left to the blocks: vectors with a
positive mass below 2^-900, and to say what is wrong with those that are refused.

The first call with new divergences, another dtype or another layout takes seconds, in which the code is made; other
shapes use the same code.
"""

from __future__ import annotations

import functools
import math
import warnings
from collections.abc import Callable, Sequence
from functools import cache
from importlib import import_module
from typing import Any, NamedTuple

import torch
from torch import Tensor

from divergences.blocks import SNAP, Sums, evaluate, with_common_sum
from divergences.compiled_layout import SHORT, as_tensor, blocks_of, laid, picked, shape_of
from divergences.compiled_terms import LEAST, OF_SUMS, SUPPORTED, OfSums, Term, fused_term
from divergences.functionals import Functional
from divergences.namespaces import is_tensor
from divergences.options import Chosen
from divergences.refusals import ALLOWANCE
from divergences.vectors import Pair, accepted, unchecked_pair, unit_eps

__all__ = ["compiled"]

Array = Any  # a numpy array or a torch tensor
Kernel = Callable[[Tensor, Tensor, Tensor | None], list[Tensor]]

GRID = 1.5 * 2.0**12  # adding and subtracting it rounds masses below 2^12 to multiples of 2^-40
SMALL = 2.0**-8  # of a divergence, what centring may change without costing a digit of it
SHAPES = 10**4  # how many versions of one kernel may be made: of dtypes and layouts there are few
OPTIONS: dict[str, int | str] = {  # one loop for several terms, and products join sums without rounding
    "realize_opcount_threshold": 1000,
    "realize_acc_reads_threshold": 1000,
    "cpp.enable_floating_point_contract_flag": "fast",
}


REMEDY = "install one, such as g++, or name yours in the environment variable CXX, or leave the backend out"


class Fused(NamedTuple):
    """A branch-free term, the largest value of its sum, and what takes vectors as they are to normalised ones."""

    term: Term
    maximum: float
    of_sums: OfSums | None


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
    wanted = tuple(map(_fused, functionals))
    pair = unchecked_pair(p, q, chosen)
    _refuse_gradients(pair)
    as_given = not (chosen.log or chosen.normalize)
    tensors = pair if as_given else accepted(pair, chosen)
    tensors = tensors._replace(p=as_tensor(tensors.p), q=as_tensor(tensors.q))
    kernel = _kernel(wanted, short=pair.p.shape[-1] < SHORT)
    found, leasts, seen = _run(kernel, tensors)
    if as_given and not (seen[0] >= -_room(pair.p) and seen[1] >= -_room(pair.q) and seen[2] >= 0):
        accepted(pair, chosen)
    if not seen[3] >= LEAST:
        _mend(found, torch.cat(leasts), tensors, functionals)
    shape = shape_of(tensors)[:-1]
    return [
        values.reshape(shape) if is_tensor(pair.p) else values.numpy().reshape(shape) for values in found
    ], pair.dtype


def _fused(functional: Functional) -> Fused:
    term = None if functional.row is None else fused_term(functional.row)
    if functional.row is None or term is None:
        raise ValueError(
            f"backend = 'compiled' has no {functional.name}; it has {SUPPORTED}, so leave the backend out here"
        )
    return Fused(term, functional.row.maximum, OF_SUMS.get(functional.row.integrand))


@cache
def _kernel(wanted: tuple[Fused, ...], short: bool) -> Kernel:
    """One pass over vectors: all divergences, the least positive mass of each, and what `_seen` tells of all."""

    def fused(p: Tensor, q: Tensor, d: Tensor | None) -> list[Tensor]:
        p, q = p.to(torch.float64), q.to(torch.float64)
        d, rest = (q - p, _lost(p, q)) if d is None else (d, torch.zeros_like(d))
        least = torch.minimum(torch.where(p == 0, 1.0, p), torch.where(q == 0, 1.0, q)).amin(-1)
        sums = _sums(p, q, d.sum(-1), short)
        sum_p, sum_q = (lead + rest for lead, rest in sums[:2])
        if all(each.of_sums for each in wanted):
            found, sure = _in_one_pass(wanted, p, q, d, (sum_p, sum_q, sums.gap))
            kept = torch.where(sure, least, 0.0)
            return [*found, kept, _seen(sum_p, sum_q, least, kept)]
        p, q, d, common = with_common_sum(p, q, d, rest, sums)
        found = [_bounded(each, each.term(p, q, d).sum(-1) / common, p, q) for each in wanted]
        return [*found, least, _seen(sum_p, sum_q, least, least)]

    with warnings.catch_warnings():  # torch's own of what it uses, while it loads
        warnings.simplefilter("ignore", DeprecationWarning)
        known = import_module("torch._inductor.compile_fx").config.get_config_copy()
    checked = torch.distributions.Distribution._validate_args
    try:
        return torch.compile(fused, fullgraph=True, options={name: OPTIONS[name] for name in OPTIONS if name in known})
    finally:  # the compiler turns off what torch's distributions check of their arguments, for the whole process
        torch.distributions.Distribution.set_default_validate_args(checked)


def _seen(sum_p: Tensor, sum_q: Tensor, least: Tensor, kept: Tensor) -> Tensor:
    """By how much the sums miss 1, at most, negated; the least of all masses but zeros; that, or 0 to be mended."""
    return -torch.stack([(sum_p - 1).abs().amax(), (sum_q - 1).abs().amax(), -least.amin(), -kept.amin()])


def _lost(p: Tensor, q: Tensor) -> Tensor:
    """What the rounding of ``q - p`` left out, as in `divergences.products.difference`."""
    found = q - p
    back = found - q
    return (q - (found - back)) - (p + back)


def _split_sum(masses: Tensor) -> tuple[Tensor, Tensor]:
    """The sums as a number and a rest: multiples of 2^-40 add up without error."""
    leading = (masses + GRID) - GRID
    return leading.sum(-1), (masses - leading).sum(-1)


def _sums(p: Tensor, q: Tensor, gap: Tensor, short: bool) -> Sums:
    """Those of the masses; of many masses roundings average out, and what Q has more than P is known."""
    if short:
        return Sums(_split_sum(p), _split_sum(q), gap)
    total, rest = p.sum(-1), torch.zeros_like(gap)
    return Sums((total, rest), (total + gap, rest), gap)


def _in_one_pass(
    wanted: tuple[Fused, ...], p: Tensor, q: Tensor, d: Tensor, sums: tuple[Tensor, Tensor, Tensor]
) -> tuple[list[Tensor], Tensor]:
    """The divergences without centring, and where the square of what the sums differ by is small against them."""
    totals = [each.term(p, q, d).sum(-1) for each in wanted]
    gap = sums[2]
    sure = gap * gap <= SMALL * functools.reduce(torch.minimum, totals)
    found = [
        _bounded(each, each.of_sums(total, *sums), p, q)  # type: ignore[misc]
        for each, total in zip(wanted, totals, strict=True)
    ]
    return found, sure


def _bounded(wanted: Fused, found: Tensor, p: Tensor, q: Tensor) -> Tensor:
    """As `divergences.blocks.total`: nothing below 0, and exactly the maximum on disjoint supports."""
    if wanted.maximum > 0:
        found = found.clamp_min(0.0)
    if not 0 < wanted.maximum < math.inf:
        return found
    disjoint = torch.minimum(p, q).amax(-1) == 0
    rounding = abs(found - wanted.maximum) <= SNAP * wanted.maximum
    return torch.where(rounding & (disjoint | (found > wanted.maximum)), wanted.maximum, found)


def _run(kernel: Kernel, pair: Pair) -> tuple[list[Tensor], list[Tensor], list[float]]:
    """What the kernel finds for all rows of the broadcast shape, some at a time, and what it saw of all."""
    parts = [_called(kernel, *block) for block in blocks_of(pair)]
    *found, leasts, seen = (list(column) for column in zip(*parts, strict=True))
    return [torch.cat(column) for column in found], leasts, torch.stack(seen).amin(0).tolist()


def _called(kernel: Kernel, p: Tensor, q: Tensor, d: Tensor | None) -> list[Tensor]:
    from torch._dynamo.exc import TorchDynamoException
    from torch._inductor.exc import InductorError  # seconds to load, so not before they are needed

    ready = [None if masses is None else laid(masses) for masses in (p, q, d)]
    try:
        with torch.no_grad(), torch._dynamo.config.patch(recompile_limit=SHAPES, accumulated_recompile_limit=SHAPES):
            found = kernel(*ready)  # type: ignore[arg-type]
    except (TorchDynamoException, InductorError) as error:
        raise RuntimeError(f"backend = 'compiled' could not make its code: {_reason(error)}; {REMEDY}") from error
    return [*(column[: len(p)] for column in found[:-1]), found[-1]]


def _reason(error: BaseException) -> str:
    """The first line of what was at the bottom of an error."""
    while error.__cause__ is not None:
        error = error.__cause__
    return str(error).strip().partition("\n")[0]


def _refuse_gradients(pair: Pair) -> None:
    for name, array in (("p", pair.p), ("q", pair.q)):
        if is_tensor(array) and array.requires_grad and torch.is_grad_enabled():
            raise ValueError(
                f"{name} requires a gradient, which backend = 'compiled' does not offer; pass {name}.detach(), or "
                f"leave the backend out"
            )


def _room(array: Array) -> float:
    room: float = ALLOWANCE * array.shape[-1] * unit_eps(array)
    return room


def _mend(found: list[Tensor], least: Tensor, pair: Pair, functionals: Sequence[Functional]) -> None:
    """Put in place what the blocks find for rows with a mass that is too small for the kernel."""
    rows = (~(least >= LEAST)).nonzero()[:, 0]
    if not len(rows):
        return
    shape = shape_of(pair)
    p, q = (picked(array, shape)(rows).to(torch.float64) for array in (pair.p, pair.q))
    repaired = evaluate(pair._replace(p=p, q=q), [each.reduce for each in functionals])
    for values, right in zip(found, repaired, strict=True):
        values[rows] = right
