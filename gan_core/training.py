"""Training runs of generative adversarial networks, a whole ensemble in one batched computation."""

import time
from collections.abc import Sequence

import numpy as np
import torch
from numpy.typing import NDArray
from torch import Tensor

from gan_core.ensemble import DTYPES, Ensemble
from gan_core.games import Game
from gan_core.networks import DenseNetwork
from gan_core.runs import Run
from gan_core.settings import Settings
from gan_core.targets import Normal
from optimal_transport.kantorovich import torch_device

__all__ = ["train"]

Floats = NDArray[np.float64]


def _members(members: Sequence[int], seed: int) -> tuple[int, ...]:
    if not isinstance(members, Sequence) or isinstance(members, str | bytes):
        raise TypeError(f"members must be a sequence of whole numbers, found a {type(members).__name__}")
    numbers = tuple(members)
    for name, value in (("seed", seed), *(("members", number) for number in numbers)):
        if isinstance(value, bool) or not isinstance(value, int) or value < 0:
            raise ValueError(f"{name} must hold whole numbers >= 0, found {value!r}")
    if not numbers or len(set(numbers)) < len(numbers):
        raise ValueError(f"members must hold at least one number and none twice, found {numbers}")
    return numbers


def _continued(start: Run, settings: Settings, numbers: tuple[int, ...], seed: int) -> list[Floats]:
    """The weights that the members of another run ended with."""
    for name in ("generator", "discriminator"):
        theirs, ours = getattr(start.settings, name), getattr(settings, name)
        if tuple(theirs) != tuple(ours):
            raise ValueError(f"start has a {name} of widths {theirs}, settings one of {ours}; make them the same")
    if missing := [number for number in numbers if number not in start.members]:
        raise ValueError(f"members must be among those of start, found {missing}; start has {list(start.members)}")
    if seed == start.seed:
        raise ValueError(f"seed must differ from that of start, found {seed} twice: the same samples would come again")
    rows = [start.members.index(number) for number in numbers]
    return [weights[rows] for weights in (*start.generator_weights, *start.discriminator_weights)]


def _ensemble(
    game: Game, target: Normal, settings: Settings, streams: list[np.random.Generator], device: torch.device
) -> Ensemble:
    dtype = DTYPES[settings.dtype]
    networks = DenseNetwork(settings.generator, "linear"), DenseNetwork(settings.discriminator, "relu")
    g, d = (network.initialise(streams, dtype, device) for network in networks)
    real = torch.tensor(np.stack([target.sample(s, settings.samples) for s in streams]), dtype=dtype, device=device)
    return Ensemble(game, settings, streams, real, g, d)


def train(
    game: Game,
    target: Normal,
    settings: Settings | None = None,
    *,
    members: Sequence[int] = (0,),
    seed: int = 0,
    device: str | torch.device | None = None,
    start: Run | None = None,
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
        start: a run whose members go on from the weights that they ended with, with new samples and optimisers that
            remember nothing; None for new weights.

    Returns:
        The record.

    Raises:
        TypeError: the game, target, settings, members or start are of another type.
        ValueError: a member or seed is no whole number, the device is not available, or start has other networks, not
            those members, or the same seed.

    References:
        I. Goodfellow et al., Generative Adversarial Nets (NeurIPS 2014), Algorithm 1; M. Arjovsky, S. Chintala,
        L. Bottou, Wasserstein Generative Adversarial Networks (ICML 2017), Algorithm 1; I. Gulrajani et al., Improved
        Training of Wasserstein GANs (NeurIPS 2017), Algorithm 1.

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
    if start is not None and not isinstance(start, Run):
        raise TypeError(f"start must be a Run or None, found {start!r}")
    started, place, numbers = time.perf_counter(), torch_device(device), _members(members, seed)
    streams = [np.random.default_rng(np.random.SeedSequence([seed, member])) for member in numbers]
    given = [] if start is None else _continued(start, settings, numbers, seed)
    ensemble = _ensemble(game, target, settings, streams, place)
    ensemble.adopt(given)
    laws = [ensemble.generator.normal_law(ensemble.g)]
    for _ in range(settings.epochs):
        ensemble.epoch()
        laws.append(ensemble.generator.normal_law(ensemble.g))
    mean, scale = (_table(column) for column in zip(*laws, strict=True))
    d_loss, g_loss, gradient = (_table(column) for column in zip(*ensemble.records, strict=True))
    finite = np.all(np.isfinite([mean, scale, d_loss, g_loss, gradient]), axis=0)
    return Run(
        game=game,
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
        generator_weights=_weights(ensemble.g),
        discriminator_weights=_weights(ensemble.d),
        status=tuple(_status(finite[k]) for k in range(len(numbers))),
        device=str(place),
        seconds=time.perf_counter() - started,
    )


def _status(finite: NDArray[np.bool_]) -> str:
    return "finite" if finite.all() else f"not finite from epoch {int(finite.argmin())}"


def _weights(parameters: Sequence[Tensor]) -> tuple[Floats, ...]:
    return tuple(parameter.detach().double().cpu().numpy() for parameter in parameters)


def _table(columns: Sequence[Tensor]) -> Floats:
    """One row per member, one column per record, in float64."""
    return torch.stack([column.double().cpu() for column in columns], dim=1).numpy()
