"""Ensembles of training runs against as many ordinary loops, one step of one model each."""

import math
from collections.abc import Callable, Iterator

import torch

from gan_core import MINIMAX, Game, Normal, Settings, clipped_row, train
from tests.benchmarks.comparison import Comparison

STEPS = 50
SETTINGS = Settings(epochs=1, samples=STEPS * 128)
TARGET = Normal(2.0, 1.0)
CLIPPED = clipped_row(0.1)
CRITIC = Settings(
    epochs=1, samples=STEPS * 128, discriminator=(1, 100, 100, 1), optimiser="rmsprop", generator_rate=1e-3,
    discriminator_steps=5,
)  # fmt: skip


def ordinary(members: int) -> None:
    """One model after the other with torch.nn and torch.optim, fresh noise from torch."""
    for member in range(members):
        torch.manual_seed(member)
        nn = torch.nn
        g = nn.Sequential(nn.Linear(1, 25), nn.Linear(25, 15), nn.Linear(15, 1))
        d = nn.Sequential(nn.Linear(1, 20), nn.ReLU(), nn.Linear(20, 1))
        g_optimiser = torch.optim.Adam(g.parameters(), lr=1e-4, eps=1e-7)
        d_optimiser = torch.optim.Adam(d.parameters(), lr=1e-3, eps=1e-7)
        real = TARGET.mean + TARGET.scale * torch.randn(STEPS, 128, 1)
        for batch in real:
            d_optimiser.zero_grad()
            MINIMAX.discriminator_loss(d(batch)[:, 0], d(g(torch.randn(128, 1)).detach())[:, 0]).backward()
            d_optimiser.step()
            g_optimiser.zero_grad()
            MINIMAX.generator_loss(d(g(torch.randn(128, 1)))[:, 0]).backward()
            g_optimiser.step()


def ordinary_wasserstein(members: int) -> None:
    """The same with a clipped critic, whose five steps share a real batch."""
    for member in range(members):
        torch.manual_seed(member)
        nn = torch.nn
        g = nn.Sequential(nn.Linear(1, 25), nn.Linear(25, 15), nn.Linear(15, 1))
        f = nn.Sequential(nn.Linear(1, 100), nn.ReLU(), nn.Linear(100, 100), nn.ReLU(), nn.Linear(100, 1))
        g_optimiser, f_optimiser = (torch.optim.RMSprop(m.parameters(), lr=1e-3, alpha=0.9, eps=1e-7) for m in (g, f))
        for batch in TARGET.mean + TARGET.scale * torch.randn(STEPS, 128, 1):
            for _ in range(CRITIC.discriminator_steps):
                f_optimiser.zero_grad()
                (f(g(torch.randn(128, 1)).detach()).mean() - f(batch).mean()).backward()
                f_optimiser.step()
                for parameter in f.parameters():
                    parameter.data.clamp_(-CLIPPED.clip, CLIPPED.clip)
            g_optimiser.zero_grad()
            (-f(g(torch.randn(128, 1))).mean()).backward()
            g_optimiser.step()


def ensemble(members: int, game: Game = MINIMAX, settings: Settings = SETTINGS) -> Callable[[], bool]:
    return lambda: all(math.isfinite(w) for w in train(game, TARGET, settings, members=range(members)).w1[:, -1])


def comparisons() -> Iterator[Comparison]:
    for members in (1, 10, 100):
        yield Comparison(
            f"{members} GANs, {STEPS} steps", ensemble(members), lambda m=members: ordinary(m), "torch.nn loop",
            lambda finite, _: finite, 3,
        )  # fmt: skip
    for members in (1, 10):
        yield Comparison(
            f"{members} clipped WGANs, {STEPS} steps", ensemble(members, CLIPPED, CRITIC),
            lambda m=members: ordinary_wasserstein(m), "torch.nn loop", lambda finite, _: finite, 3,
        )  # fmt: skip
