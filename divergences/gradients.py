"""Analytic gradients for torch: the one module here that imports it, when a tensor wants a gradient.

The value belongs to ``P / sum P`` and ``Q / sum Q``, so its gradient is tangent to the simplex: by a mass of P it is
``(g - sum P g) / sum P`` with the slope ``g`` of the term. At a zero mass it is the one-sided derivative, which may be
infinite, and 0 where both masses vanish. Infinite slopes stay out of the mean, so that no nan arises.
"""

from __future__ import annotations

from typing import Any, cast

import torch
from torch import Tensor

from divergences.blocks import centred, evaluate
from divergences.functionals import Functional
from divergences.products import compared
from divergences.vectors import Pair

__all__ = ["differentiable"]


def differentiable(pair: Pair, functional: Functional) -> Tensor:
    """The values of a functional as a tensor that knows its gradient.

    Raises:
        TypeError: if the functional offers no gradient.
    """
    if functional.slopes is None:
        raise TypeError(f"{functional.name} offers no gradient; pass .detach()ed tensors, or a generator with slopes")
    found = _Values.apply(pair.p, pair.q, pair, functional)  # type: ignore[no-untyped-call]
    return cast(Tensor, found)


class _Values(torch.autograd.Function):
    """Forward by the driver, backward by the slopes; differentiable again where masses are positive."""

    @staticmethod
    def forward(ctx: Any, p: Tensor, q: Tensor, pair: Pair, functional: Functional) -> Tensor:
        found = cast(Tensor, evaluate(pair._replace(p=p, q=q), [functional.reduce])[0])
        ctx.save_for_backward(p, q, found)
        ctx.pair, ctx.functional = pair, functional
        return found

    @staticmethod
    def backward(ctx: Any, upstream: Tensor) -> tuple[Tensor, Tensor, None, None]:
        p, q, found = ctx.saved_tensors
        by_p, by_q = _gradients(ctx.pair._replace(p=p, q=q), ctx.functional, found)
        upstream = upstream[..., None]
        by_p, by_q = (torch.where(upstream == 0, 0.0, upstream * part) for part in (by_p, by_q))
        return by_p.sum_to_size(p.shape), by_q.sum_to_size(q.shape), None, None


def _gradients(pair: Pair, functional: Functional, found: Tensor) -> tuple[Tensor, Tensor]:
    """The gradients by both arguments, of the broadcast shape."""
    assert functional.slopes is not None
    p, q = torch.broadcast_tensors(pair.p, pair.q)  # type: ignore[no-untyped-call]
    sums = [1.0, 1.0] if pair.log else [masses.sum(-1, keepdim=True) for masses in (p, q)]
    ready = compared(p, q, log=pair.log, normalize=pair.normalize) if pair.d is None else (p, q, pair.d, 0.0)
    p, q, d, common = centred(*ready)
    p, q, d = (part / common[..., None] for part in (p, q, d))
    slopes = functional.slopes(p, q, d, found[..., None])
    by_p, by_q = (
        _tangent(masses, slope) * (masses if pair.log else 1 / total)
        for masses, slope, total in zip((p, q), slopes, sums, strict=True)
    )
    if pair.log:
        return torch.where(p > 0, by_p, 0.0), torch.where(q > 0, by_q, 0.0)
    gone = (p == 0) & (q == 0) & (slopes[0] == 0) & (slopes[1] == 0)
    return torch.where(gone, 0.0, by_p), torch.where(gone, 0.0, by_q)


def _tangent(masses: Tensor, slope: Tensor) -> Tensor:
    """The slopes less their mean over the atoms where they are finite."""
    finite = torch.where(torch.isfinite(slope) & (masses > 0), slope, 0.0)
    return slope - (masses * finite).sum(-1, keepdim=True)
