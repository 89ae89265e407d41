"""The players of a whole ensemble while they train, in one batched computation."""

import math
from collections.abc import Callable
from dataclasses import dataclass, field

import numpy as np
import torch
from numpy.typing import NDArray
from torch import Tensor

from gan_core.games import Game
from gan_core.networks import DenseNetwork
from gan_core.settings import Settings

__all__ = ["DTYPES", "Ensemble"]

Floats = NDArray[np.float64]
DTYPES = {"float32": torch.float32, "float64": torch.float64}
RHO = 0.9  # Keras's decay of RMSprop; torch's own is 0.99


def _adam(parameters: list[Tensor], rate: float, settings: Settings) -> torch.optim.Optimizer:
    fused = parameters[0].device.type in ("cpu", "cuda")
    return torch.optim.Adam(parameters, lr=rate, betas=settings.betas, eps=settings.epsilon, fused=fused)


def _rmsprop(parameters: list[Tensor], rate: float, settings: Settings) -> torch.optim.Optimizer:
    return torch.optim.RMSprop(parameters, lr=rate, alpha=RHO, eps=settings.epsilon)


OPTIMISERS: dict[str, Callable[[list[Tensor], float, Settings], torch.optim.Optimizer]] = {
    "adam": _adam,
    "rmsprop": _rmsprop,
}


@dataclass(eq=False)
class Ensemble:
    """Networks, optimisers and streams of all members while they train.

    Attributes:
        game: the losses, and what bounds a critic.
        settings: how the members train.
        streams: one per member.
        real: samples of the target, shape (E, samples).
        g: parameters of the generators.
        d: parameters of the discriminators.
        records: losses of both players and norms of the generators' gradients, each of shape (E,).
    """

    game: Game
    settings: Settings
    streams: list[np.random.Generator]
    real: Tensor
    g: list[Tensor]
    d: list[Tensor]
    records: list[tuple[Tensor, ...]] = field(default_factory=list)

    def __post_init__(self) -> None:
        """Networks and optimisers for the given parameters."""
        optimiser, settings = OPTIMISERS[self.settings.optimiser], self.settings
        self.generator = DenseNetwork(settings.generator, "linear")
        self.discriminator = DenseNetwork(settings.discriminator, "relu")
        self.g_optimiser = optimiser(self.g, settings.generator_rate, settings)
        self.d_optimiser = optimiser(self.d, settings.discriminator_rate, settings)

    def adopt(self, weights: list[Floats]) -> None:
        """Take the given weights of generators and discriminators, where any are given."""
        with torch.no_grad():
            for parameter, weight in zip([*self.g, *self.d] if weights else [], weights, strict=True):
                parameter.copy_(torch.tensor(weight))

    def tensor(self, rows: list[Floats]) -> Tensor:
        """One row per member, as the networks want it."""
        return torch.tensor(np.stack(rows), dtype=self.real.dtype, device=self.real.device)

    def values(self, points: Tensor) -> Tensor:
        """Logits or critics' values at points of shape (E, batch, 1), shape (E, batch)."""
        return self.discriminator(self.d, points).squeeze(-1)

    def discriminator_step(self, real: Tensor, noise: Tensor, share: Tensor | None) -> Tensor:
        """One step of every discriminator; returns the losses without penalty, shape (E,)."""
        with torch.no_grad():
            fake = self.generator(self.g, noise)
        losses = self.game.discriminator_loss(self.values(real), self.values(fake))
        between = None if share is None else torch.lerp(fake, real, share)
        _step(self.d_optimiser, self.d, losses if between is None else losses + self.penalty(between))
        if self.game.clip < math.inf:
            with torch.no_grad():
                for parameter in self.d:
                    parameter.clamp_(-self.game.clip, self.game.clip)
        return losses.detach()

    def penalty(self, points: Tensor) -> Tensor:
        """What each critic pays for slopes other than 1 at its points, shape (E,)."""
        points = points.requires_grad_()
        (slope,) = torch.autograd.grad(self.values(points).sum(), points, create_graph=True)
        off: Tensor = torch.linalg.vector_norm(slope, dim=-1) - 1
        return self.game.gradient_penalty * off.square().mean(-1)

    def generator_step(self, noise: Tensor) -> Tensor:
        """One step of every generator; returns the losses, shape (E,)."""
        losses = self.game.generator_loss(self.values(self.generator(self.g, noise)))
        _step(self.g_optimiser, self.g, losses)
        return losses.detach()

    def gradient(self) -> Tensor:
        """Euclidean norm of each generator's last gradient, shape (E,)."""
        return torch.stack([_grad(w).flatten(1).square().sum(1) for w in self.g]).sum(0).sqrt()

    def epoch(self) -> None:
        """One pass over the samples, each member in its own order and with its own noise."""
        samples, batch, steps = self.settings.samples, self.settings.batch, self.settings.discriminator_steps
        order = np.stack([stream.permutation(samples) for stream in self.streams])
        real = torch.gather(self.real, 1, torch.tensor(order, device=self.real.device))[..., None]
        noise = self.tensor([stream.standard_normal((steps + 1, samples)) for stream in self.streams])[..., None]
        shares = self.shares()
        for start in range(0, samples, batch):
            part = slice(start, start + batch)
            for step in range(steps):
                share = None if shares is None else shares[:, step, part]
                d_losses = self.discriminator_step(real[:, part], noise[:, step, part], share)
            g_losses = self.generator_step(noise[:, -1, part])
            if not self.records:
                self.records.append((d_losses, g_losses, self.gradient()))
        self.records.append((d_losses, g_losses, self.gradient()))

    def shares(self) -> Tensor | None:
        """How far from the generated to the real point each slope of an epoch is taken, where the game asks for it."""
        if not self.game.gradient_penalty:
            return None
        shape = (self.settings.discriminator_steps, self.settings.samples)
        return self.tensor([stream.random(shape) for stream in self.streams])[..., None]


def _grad(parameter: Tensor) -> Tensor:
    assert parameter.grad is not None
    return parameter.grad


def _step(optimiser: torch.optim.Optimizer, parameters: list[Tensor], losses: Tensor) -> None:
    """One step on the sum of the members' losses: no member's gradient depends on another."""
    for parameter, gradient in zip(parameters, torch.autograd.grad(losses.sum(), parameters), strict=True):
        parameter.grad = gradient
    optimiser.step()
