"""Torch tensors in, a tensor with its gradient out: the work is done by numpy in double precision.

Torch is recognised through ``sys.modules`` and imported only where a tensor was passed.
"""

from __future__ import annotations

import math
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, NamedTuple

import numpy as np
from numpy.typing import NDArray

from divergences.namespaces import is_tensor
from divergences.refusals import real_entries
from optimal_transport.grounds import MetricLike

if TYPE_CHECKING:
    from scipy.sparse import coo_array
    from torch import Tensor

__all__ = ["SLOPES", "Moved", "Tensors", "any_tensor", "hosted", "slopes_of"]

Floats = NDArray[np.float64]
LEAST = 2.0**-1000  # below it the powers that a gradient is made of underflow


class Moved(NamedTuple):
    """What a gradient needs of an optimal transport: W_p, its plan and its potentials in the unit of cost."""

    distance: float
    plan: coo_array
    potentials: tuple[Floats, Floats]


def _unit_vectors(z: Floats) -> Floats:
    """The directions of differences, zero for zero."""
    size = np.abs(z).max(axis=1, keepdims=True)
    scaled = np.divide(z, size, out=np.zeros_like(z), where=size > 0)
    return np.asarray(scaled / np.maximum(np.linalg.norm(scaled, axis=1, keepdims=True), 1.0))


def _one_coordinate(z: Floats) -> Floats:
    """The sign of the largest coordinate, zero elsewhere."""
    found, place = np.zeros_like(z), np.abs(z).argmax(axis=1)[:, None]
    np.put_along_axis(found, place, np.sign(np.take_along_axis(z, place, axis=1)), axis=1)
    return found


SLOPES: dict[str, tuple[Callable[[Floats], Floats], Callable[[Floats], Floats]]] = {
    "euclidean": (lambda z: np.hypot.reduce(z, axis=1), _unit_vectors),
    "cityblock": (lambda z: np.asarray(np.abs(z).sum(axis=1)), np.sign),
    "chebyshev": (lambda z: np.asarray(np.abs(z).max(axis=1)), _one_coordinate),
    "sqeuclidean": (lambda z: np.asarray((z * z).sum(axis=1)), lambda z: 2 * z),
}  # the length of a difference x - y, and its derivative in x, zero where x = y


@dataclass(frozen=True, eq=False)
class Tensors:
    """Arguments brought to the host, of which some are tensors.

    Attributes:
        given: the arguments by name.
        arrays: the same as numpy has them, None for None.
    """

    given: Mapping[str, Any]
    arrays: Mapping[str, Any]

    @property
    def wanted(self) -> tuple[str, ...]:
        """The arguments whose gradient somebody wants."""
        import torch

        own = {name: value for name, value in self.given.items() if is_tensor(value)}
        return tuple(name for name, value in own.items() if torch.is_grad_enabled() and value.requires_grad)

    def answer(self, value: float, slopes: Mapping[str, Floats]) -> Tensor:
        """The value as a tensor without dimensions on their device, whose gradient is made of the slopes."""
        import torch

        own = [each for each in self.given.values() if is_tensor(each)]
        floats = [each.dtype for each in own if each.is_floating_point()] or [torch.get_default_dtype()]
        dtype = max(floats, key=lambda each: torch.finfo(each).bits)
        inputs = {name: self.given[name] for name in slopes}

        class Envelope(torch.autograd.Function):
            """The value with its first derivative; a second one is refused."""

            @staticmethod
            def forward(ctx: Any, *_: Tensor) -> Tensor:
                return torch.tensor(value, dtype=dtype, device=own[0].device)

            @staticmethod
            @torch.autograd.function.once_differentiable
            def backward(ctx: Any, grad: Tensor) -> tuple[Tensor, ...]:
                return tuple(
                    (grad.double() * torch.from_numpy(slopes[name]).to(each.device)).to(each.dtype).reshape(each.shape)
                    for name, each in inputs.items()
                )

        envelope: Any = Envelope
        result: Tensor = envelope.apply(*inputs.values()) if inputs else envelope.forward(None)
        return result


def any_tensor(*values: object) -> bool:
    """Whether torch tensors are among the arguments.

    Args:
        values: anything.

    Returns:
        False wherever torch is not loaded.

    Example:
        >>> any_tensor([0.0], None)
        False
    """
    return any(is_tensor(value) for value in values)


def hosted(**given: Any) -> Tensors:
    """Bring arguments to the host, without their gradients.

    Args:
        given: tensors, arrays or None, by name.

    Returns:
        The arguments as they were and as numpy has them.

    Raises:
        TypeError: a tensor has no real entries of at most 64 bits.
        ValueError: tensors lie on several devices.

    Example:
        >>> import torch
        >>> hosted(x=torch.tensor([1.0, 2.0], requires_grad=True)).arrays["x"]
        array([1., 2.], dtype=float32)
    """
    own = {name: value for name, value in given.items() if is_tensor(value)}
    first = next(iter(own))
    for name, value in own.items():
        if value.device != own[first].device:
            found = f"{value.device} and {first} on {own[first].device}"
            raise ValueError(f"{name} lies on {found}; move both to one device")
    return Tensors(given, {name: _plain(value, name) if name in own else value for name, value in given.items()})


def _plain(value: Tensor, name: str) -> NDArray[Any]:
    import torch

    try:
        held = value.detach().cpu()
        return real_entries(held.float() if held.dtype == torch.bfloat16 else held, name)
    except (NotImplementedError, RuntimeError) as error:
        raise TypeError(f"{name} is a tensor without entries at hand ({error}); pass a dense tensor") from None


def slopes_of(moved: Moved, x: Floats, y: Floats, *, p: float, metric: MetricLike) -> dict[str, Floats]:
    """The derivatives of W_p in points and weights by the envelope theorem.

    d W_p / d x_i = sum_j pi_ij (d_ij / W_p)^(p-1) d d_ij / d x_i and d W_p / d a_i = f_i / (p W_p^(p-1)) less its mean.

    Args:
        moved: the optimal transport.
        x: points of shape (n, d).
        y: points of shape (m, d).
        p: the power, at least 1.
        metric: a name in :data:`SLOPES`.

    Returns:
        The derivatives in x, y, a and b, of their shapes; zero for what W_p = 0 makes infinite.

    Raises:
        ValueError: the derivative of the metric is not known here, p is infinite, or W_p^(p-1) underflows.

    References:
        J. M. Danskin, The theory of max-min, with applications, SIAM J. Appl. Math. 14 (1966), Theorem 1.

    Example:
        >>> from optimal_transport.exact import optimal_transport
        >>> found = optimal_transport([0.0, 1.0], [3.0])
        >>> moved = Moved(found.distance, found.plan, found.potentials)
        >>> slopes_of(moved, np.array([[0.0], [1.0]]), np.array([[3.0]]), p=1, metric="euclidean")["x"].ravel()
        array([-0.5, -0.5])
    """
    if not isinstance(metric, str) or metric not in SLOPES:
        raise ValueError(f"metric has a gradient if it is one of {list(SLOPES)}, found {metric!r}; detach the tensors")
    if math.isinf(p):
        raise ValueError("p = inf has no gradient here; take a large p, or detach the tensors")
    length, slope = SLOPES[metric]
    i, j = moved.plan.coords
    z, distance = x[i] - y[j], moved.distance
    share = np.asarray(moved.plan.data, dtype=np.float64)
    if p > 1:
        share = share * (length(z) / distance) ** (p - 1) if distance else np.zeros_like(share)
    pulls = share[:, None] * slope(z)
    first, second = np.zeros_like(x), np.zeros_like(y)
    np.add.at(first, i, pulls)
    np.add.at(second, j, -pulls)
    prices = [_price(potential, distance, p) for potential in moved.potentials]
    return {"x": first, "y": second, "a": prices[0], "b": prices[1]}


def _price(potential: Floats, distance: float, p: float) -> Floats:
    """What a little more weight at each atom adds to W_p, less the mean."""
    if p > 1 and distance == 0:
        return np.zeros_like(potential)
    divisor = p * float(np.power(distance, p - 1))
    if divisor < LEAST:
        raise ValueError(f"W^(p-1) = {divisor / p} underflows in the gradient; multiply all points by a constant")
    return np.asarray((potential - potential.mean()) / divisor)
