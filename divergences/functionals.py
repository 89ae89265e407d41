"""One way from arguments to answers for every function of two probability vectors."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from functools import partial
from typing import Any, NamedTuple, TypeAlias

from divergences.blocks import Reduction, evaluate, total
from divergences.columns import Generator
from divergences.libraries import brought
from divergences.namespaces import is_tensor, namespace
from divergences.options import BACKENDS, Chosen, answer, choose
from divergences.vectors import Pair, accepted, unchecked_pair

__all__ = ["Functional", "Values", "answers", "of_pair", "of_row", "root"]

Array = Any  # a numpy array or a torch tensor
Values: TypeAlias = Any  # a numpy scalar or array for arrays, a torch tensor for tensors


class Functional(NamedTuple):
    """A number made of two centred probability vectors.

    Attributes:
        reduce: the number as a function of ``p``, ``q``, ``q - p`` and of what both sum to.
        slopes: its derivatives by ``p`` and ``q``, as a function of ``p``, ``q``, ``q - p`` (all with sum 1) and of
            the number; only their differences between atoms matter. None if no gradient is offered.
        unit: what the number is measured in, empty for a pure number.
        name: for messages.
        row: the row whose divergence it is, if it is one.
    """

    reduce: Reduction
    slopes: Callable[[Array, Array, Array, Array], tuple[Array, Array]] | None
    unit: str
    name: str
    row: Generator | None = None


def of_row(row: Generator) -> Functional:
    """The divergence of a row."""
    slopes = row.slopes
    taken = None if slopes is None else lambda p, q, d, value: slopes(p, q, d)
    return Functional(partial(total, row), taken, row.unit, row.name, row)


def answers(
    p: Any,
    q: Any,
    functionals: Sequence[Functional],
    options: Mapping[str, Any],
    finish: Callable[[Values], Values] = lambda values: values,
) -> list[Values]:
    """The answer of each functional for the arguments of a public function; `finish` comes before the last rounding.

    Raises:
        TypeError: as `probability_pair` and `choose`.
        ValueError: as `probability_pair` and `choose`.
    """
    chosen = choose(options)
    (p, q), home = brought((p, q), ("p", "q"))
    if chosen.base is not None and all(functional.unit != "nat" for functional in functionals):
        raise ValueError(f"base = {chosen.base}, but this number has no unit that a base could change; drop it")
    found, dtype = _BACKENDS[chosen.backend](p, q, functionals, chosen)
    return [
        home(answer(values, chosen, dtype, functional.unit, finish))
        for values, functional in zip(found, functionals, strict=True)
    ]


def _in_blocks(p: Any, q: Any, functionals: Sequence[Functional], chosen: Chosen) -> tuple[list[Array], Any]:
    pair = accepted(unchecked_pair(p, q, chosen), chosen)
    if _wants_gradient(pair):
        return [of_pair(pair, functional) for functional in functionals], pair.dtype
    return evaluate(pair, [functional.reduce for functional in functionals]), pair.dtype


def _compiled(p: Any, q: Any, functionals: Sequence[Functional], chosen: Chosen) -> tuple[list[Array], Any]:
    from divergences.compiled import compiled

    return compiled(p, q, functionals, chosen)


_BACKENDS = dict(zip(BACKENDS, (_in_blocks, _compiled), strict=True))


def of_pair(pair: Pair, functional: Functional) -> Array:
    """The values of a functional, as a tensor that knows its gradient where one is wanted."""
    if not _wants_gradient(pair):
        return evaluate(pair, [functional.reduce])[0]
    from divergences.gradients import differentiable

    return differentiable(pair, functional)


def _wants_gradient(pair: Pair) -> bool:
    return is_tensor(pair.p) and bool(pair.p.requires_grad or pair.q.requires_grad)


def root(values: Values) -> Values:
    """The square root, with the gradient 0 where the value is 0."""
    xp = namespace(values)
    positive = values > 0
    return xp.where(positive, xp.sqrt(xp.where(positive, values, 1)), xp.zeros_like(values))
