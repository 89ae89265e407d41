"""Training runs of generative adversarial networks, a whole ensemble in one batched computation."""

import time
from collections.abc import Sequence
from dataclasses import dataclass, field

import numpy as np
import torch
from numpy.typing import NDArray
from torch import Tensor

from gan_core.games import Game
from gan_core.networks import DenseNetwork
from gan_core.runs import Run, Settings
from gan_core.targets import Normal

__all__ = ["train"]

Floats = NDArray[np.float64]
DTYPES = {"float32": torch.float32, "float64": torch.float64}


@dataclass(eq=False)
class _Ensemble:
    """Networks, optimisers and streams of all members while they train."""

    game: Game
    settings: Settings
    streams: list[np.random.Generator]
    device: torch.device
    real: Tensor
    generator: DenseNetwork
    discriminator: DenseNetwork
    g: list[Tensor]
    d: list[Tensor]
    g_optimiser: torch.optim.Optimizer
    d_optimiser: torch.optim.Optimizer
    records: list[tuple[Tensor, ...]] = field(default_factory=list)

    def tensor(self, rows: list[Floats]) -> Tensor:
        return torch.tensor(np.stack(rows), dtype=DTYPES[self.settings.dtype], device=self.device)

    def discriminator_step(self, real: Tensor, noise: Tensor) -> Tensor:
        """One step of every discriminator; returns the losses, shape (E,)."""
        with torch.no_grad():
            fake = self.generator(self.g, noise)
        at_real, at_fake = (self.discriminator(self.d, points).squeeze(-1) for points in (real, fake))
        losses = self.game.discriminator_loss(at_real, at_fake)
        _step(self.d_optimiser, self.d, losses)
        return losses.detach()

    def generator_step(self, noise: Tensor) -> Tensor:
        """One step of every generator; returns the losses, shape (E,)."""
        losses = self.game.generator_loss(self.discriminator(self.d, self.generator(self.g, noise)).squeeze(-1))
        _step(self.g_optimiser, self.g, losses)
        return losses.detach()

    def gradient(self) -> Tensor:
        """Euclidean norm of each generator's last gradient, shape (E,)."""
        return torch.stack([_grad(w).flatten(1).square().sum(1) for w in self.g]).sum(0).sqrt()

    def epoch(self) -> None:
        """One pass over the samples, each member in its own order and with its own noise."""
        samples, batch = self.settings.samples, self.settings.batch
        order = torch.tensor(np.stack([stream.permutation(samples) for stream in self.streams]), device=self.device)
        real = torch.gather(self.real, 1, order)[..., None]
        noise = self.tensor([stream.standard_normal((2, samples)) for stream in self.streams])[..., None]
        for start in range(0, samples, batch):
            part = slice(start, start + batch)
            d_losses = self.discriminator_step(real[:, part], noise[:, 0, part])
            g_losses = self.generator_step(noise[:, 1, part])
            if not self.records:
                self.records.append((d_losses, g_losses, self.gradient()))
        self.records.append((d_losses, g_losses, self.gradient()))


def _grad(parameter: Tensor) -> Tensor:
    assert parameter.grad is not None
    return parameter.grad


def _step(optimiser: torch.optim.Optimizer, parameters: list[Tensor], losses: Tensor) -> None:
    """One step on the sum of the members' losses: no member's gradient depends on another."""
    for parameter, gradient in zip(parameters, torch.autograd.grad(losses.sum(), parameters), strict=True):
        parameter.grad = gradient
    optimiser.step()


def _device(device: str | torch.device | None) -> torch.device:
    try:
        found = torch.device("cpu" if device is None else device)
        torch.empty(0, device=found)
    except (RuntimeError, AssertionError, TypeError) as error:
        raise ValueError(f"device {device!r} is not available here ({error}); use device=None for the CPU") from error
    return found


def _members(members: Sequence[int], seed: int) -> tuple[int, ...]:
    numbers = tuple(members)
    for name, value in (("seed", seed), *(("members", number) for number in numbers)):
        if isinstance(value, bool) or not isinstance(value, int) or value < 0:
            raise ValueError(f"{name} must hold whole numbers >= 0, found {value!r}")
    if not numbers or len(set(numbers)) < len(numbers):
        raise ValueError(f"members must hold at least one number and none twice, found {numbers}")
    return numbers


def _adam(parameters: list[Tensor], rate: float, settings: Settings) -> torch.optim.Optimizer:
    fused = parameters[0].device.type in ("cpu", "cuda")
    return torch.optim.Adam(parameters, lr=rate, betas=settings.betas, eps=settings.epsilon, fused=fused)


def _ensemble(
    game: Game, target: Normal, settings: Settings, streams: list[np.random.Generator], device: torch.device
) -> _Ensemble:
    dtype = DTYPES[settings.dtype]
    generator = DenseNetwork(settings.generator, "linear")
    discriminator = DenseNetwork(settings.discriminator, "relu")
    g, d = (network.initialise(streams, dtype, device) for network in (generator, discriminator))
    real = torch.tensor(np.stack([target.sample(s, settings.samples) for s in streams]), dtype=dtype, device=device)
    return _Ensemble(
        game, settings, streams, device, real, generator, discriminator, g, d,
        _adam(g, settings.generator_rate, settings),
        _adam(d, settings.discriminator_rate, settings),
    )  # fmt: skip


def train(
    game: Game,
    target: Normal,
    settings: Settings | None = None,
    *,
    members: Sequence[int] = (0,),
    seed: int = 0,
    device: str | torch.device | None = None,
) -> Run:
    """Train generative adversarial networks on a law of the line and record the exact W_1 after every epoch.

    All members train in one batched computation, and none knows of the others: member k draws its weights, samples,
    order and noise from ``SeedSequence([seed, k])``, the losses are summed, and Adam works entry by entry. A member
    whose numbers stop being finite is recorded as such and leaves the rest alone.

    Args:
        game: the losses, a row of :data:`gan_core.games.GAMES`.
        target: the law to learn.
        settings: how to train; None for the thesis's.
        members: the members' numbers, not only how many, so that parts of an ensemble can run apart.
        seed: of the whole ensemble.
        device: None for the CPU; an accelerator is used only where asked for.

    Returns:
        The record.

    Raises:
        TypeError: the game, target or settings are of another type.
        ValueError: a member or seed is no whole number, or the device is not available.

    References:
        I. Goodfellow et al., Generative Adversarial Nets (NeurIPS 2014), Algorithm 1.

    Example:
        >>> from gan_core.games import MINIMAX
        >>> run = train(MINIMAX, Normal(2.0, 1.0), Settings(epochs=1, samples=64, batch=32), members=range(3))
        >>> run.w1.shape, run.status[0]
        ((3, 2), 'finite')
    """
    settings = Settings() if settings is None else settings
    for name, value, kind in (("game", game, Game), ("target", target, Normal), ("settings", settings, Settings)):
        if not isinstance(value, kind):
            raise TypeError(f"{name} must be a {kind.__name__}, found {value!r}")
    started, place, numbers = time.perf_counter(), _device(device), _members(members, seed)
    streams = [np.random.default_rng(np.random.SeedSequence([seed, member])) for member in numbers]
    ensemble = _ensemble(game, target, settings, streams, place)
    laws = [ensemble.generator.normal_law(ensemble.g)]
    for _ in range(settings.epochs):
        ensemble.epoch()
        laws.append(ensemble.generator.normal_law(ensemble.g))
    mean, scale = (_table(column) for column in zip(*laws, strict=True))
    d_loss, g_loss, gradient = (_table(column) for column in zip(*ensemble.records, strict=True))
    finite = np.all(np.isfinite([mean, scale, d_loss, g_loss, gradient]), axis=0)
    return Run(
        game=game.name,
        target=target,
        settings=settings,
        seed=seed,
        members=numbers,
        epoch=np.arange(settings.epochs + 1),
        w1=target.distance(mean, scale),
        mean=mean,
        scale=scale,
        discriminator_loss=d_loss,
        generator_loss=g_loss,
        generator_gradient=gradient,
        status=tuple(_status(finite[k]) for k in range(len(numbers))),
        device=str(place),
        seconds=time.perf_counter() - started,
    )


def _status(finite: NDArray[np.bool_]) -> str:
    return "finite" if finite.all() else f"not finite from epoch {int(finite.argmin())}"


def _table(columns: Sequence[Tensor]) -> Floats:
    """One row per member, one column per record, in float64."""
    return torch.stack([column.double().cpu() for column in columns], dim=1).numpy()
