"""Dense networks for a whole ensemble at once: every weight has a leading axis over the members."""

import math
from collections.abc import Sequence
from dataclasses import dataclass
from itertools import pairwise

import numpy as np
import torch
from torch import Tensor

__all__ = ["DenseNetwork"]


def _limit(fan_in: int, fan_out: int) -> float:
    return math.sqrt(6 / (fan_in + fan_out))


@dataclass(frozen=True)
class DenseNetwork:
    """Dense layers with one kind of hidden activation.

    Attributes:
        widths: sizes of input, hidden layers and output, at least two of them.
        activation: "relu", or "linear" for a network that is an affine map.

    Raises:
        ValueError: fewer than two widths, a width below one, or an unknown activation.
    """

    widths: tuple[int, ...]
    activation: str

    def __post_init__(self) -> None:
        """Refuse what is no network."""
        if len(self.widths) < 2 or min(self.widths) < 1:
            raise ValueError(f"widths must hold at least two sizes >= 1, found {self.widths}")
        if self.activation not in ("relu", "linear"):
            raise ValueError(f"activation must be 'relu' or 'linear', found {self.activation!r}")

    def initialise(
        self, streams: Sequence[np.random.Generator], dtype: torch.dtype, device: torch.device
    ) -> list[Tensor]:
        """Glorot-uniform weights and zero biases, each member from its own stream.

        Args:
            streams: one stream per member.
            dtype: of the parameters.
            device: of the parameters.

        Returns:
            Weights (E, in, out) and biases (E, 1, out), alternating, that ask for gradients.

        References:
            X. Glorot, Y. Bengio, Understanding the difficulty of training deep feedforward neural networks (AISTATS
            2010), equation 16.
        """
        shapes = list(pairwise(self.widths))
        drawn = [[stream.uniform(-_limit(*shape), _limit(*shape), shape) for shape in shapes] for stream in streams]
        parameters = []
        for members in zip(*drawn, strict=True):
            weight = torch.tensor(np.stack(members), dtype=dtype, device=device)
            bias = torch.zeros(weight.shape[0], 1, weight.shape[2], dtype=dtype, device=device)
            parameters += [weight.requires_grad_(), bias.requires_grad_()]
        return parameters

    def __call__(self, parameters: Sequence[Tensor], x: Tensor) -> Tensor:
        """Outputs of all members.

        Args:
            parameters: as :meth:`initialise` returns them.
            x: inputs of shape (E, batch, in).

        Returns:
            Outputs of shape (E, batch, out).
        """
        layers = list(zip(parameters[::2], parameters[1::2], strict=True))
        for depth, (weight, bias) in enumerate(layers):
            x = torch.baddbmm(bias, x, weight)
            if self.activation == "relu" and depth + 1 < len(layers):
                x = torch.relu(x)
        return x

    def normal_law(self, parameters: Sequence[Tensor]) -> tuple[Tensor, Tensor]:
        """Mean and standard deviation of a linear network's output at a standard normal input on the line.

        The network is the affine map z -> a z + b, so its law is exactly N(b, a^2); both are computed in float64 from
        the stored parameters.

        Args:
            parameters: as :meth:`initialise` returns them, of a linear network from the line to the line.

        Returns:
            b and |a|, each of shape (E,).

        Raises:
            ValueError: the network is not linear, or not from the line to the line.
        """
        if self.activation != "linear" or self.widths[0] != 1 or self.widths[-1] != 1:
            raise ValueError(f"the law is known for linear networks from 1 to 1, found {self.activation} {self.widths}")
        exact = [parameter.detach().to("cpu", torch.float64) for parameter in parameters]
        members = exact[0].shape[0]
        at_zero = self(exact, torch.zeros(members, 1, 1, dtype=torch.float64))
        slope = torch.eye(1, dtype=torch.float64).expand(members, 1, 1)
        for weight in exact[::2]:
            slope = slope @ weight
        return at_zero.reshape(members), slope.reshape(members).abs()
