"""Ensembles of training runs against as many ordinary loops, one step of one model each."""

import math
from collections.abc import Callable, Iterator

import torch

from gan_core import MINIMAX, Normal, Settings, train
from tests.benchmarks.comparison import Comparison

STEPS = 50
SETTINGS = Settings(epochs=1, samples=STEPS * 128)
TARGET = Normal(2.0, 1.0)


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


def ensemble(members: int) -> Callable[[], bool]:
    return lambda: all(math.isfinite(w) for w in train(MINIMAX, TARGET, SETTINGS, members=range(members)).w1[:, -1])


def comparisons() -> Iterator[Comparison]:
    for members in (1, 10, 100):
        yield Comparison(
            f"{members} GANs, {STEPS} steps", ensemble(members), lambda m=members: ordinary(m), "torch.nn loop",
            lambda finite, _: finite, 3,
        )  # fmt: skip
