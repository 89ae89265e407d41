"""Ensembles against an ordinary loop, member by member."""

import dataclasses
import math

import numpy as np
import pytest
import torch

from gan_core import (
    GAMES,
    MINIMAX,
    Normal,
    Settings,
    clipped_row,
    gradient_penalty_row,
    train,
)
from gan_core.networks import DenseNetwork

TARGET = Normal(2.0, 1.0)
CRITICS = [game for game in GAMES if game.player == "critic"]
SHORT = Settings(epochs=2, samples=300, batch=64, dtype="float64", generator_rate=1e-2, discriminator_rate=1e-2)


def layers(network, stream):
    """The same weights as the ensemble's in ordinary torch layers."""
    stack = []
    for fan_in, fan_out in zip(network.widths, network.widths[1:], strict=False):
        layer = torch.nn.Linear(fan_in, fan_out, dtype=torch.float64)
        limit = math.sqrt(6 / (fan_in + fan_out))
        with torch.no_grad():
            layer.weight.copy_(torch.tensor(stream.uniform(-limit, limit, (fan_in, fan_out)).T))
            layer.bias.zero_()
        stack += [layer] + ([torch.nn.ReLU()] if network.activation == "relu" else [])
    return torch.nn.Sequential(*stack[:-1] if network.activation == "relu" else stack)


def optimisers(g, d, settings):
    players = (g, settings.generator_rate), (d, settings.discriminator_rate)
    kind, more = torch.optim.Adam, {"betas": settings.betas}
    if settings.optimiser == "rmsprop":
        kind, more = torch.optim.RMSprop, {"alpha": 0.9}
    return [kind(network.parameters(), lr=rate, eps=settings.epsilon, **more) for network, rate in players]


def penalty(d, real, fake, shares):
    """The mean of (|f'| - 1)^2 between the points, from one gradient for each point."""
    total = 0.0
    for x, y, share in zip(real, fake, shares, strict=True):
        point = (share * x + (1 - share) * y).reshape(1, 1).requires_grad_()
        (slope,) = torch.autograd.grad(d(point).squeeze(), point, create_graph=True)
        total = total + (slope.abs().squeeze() - 1) ** 2
    return total / len(real)


def ordinary(game, target, settings, seed, member):
    """A plain loop over one model; returns the mean of the generated law after every epoch."""
    stream = np.random.default_rng(np.random.SeedSequence([seed, member]))
    g = layers(DenseNetwork(settings.generator, "linear"), stream)
    d = layers(DenseNetwork(settings.discriminator, "relu"), stream)
    real = torch.tensor(target.mean + target.scale * stream.standard_normal(settings.samples))
    g_optimiser, d_optimiser = optimisers(g, d, settings)
    means, steps = [g(torch.zeros(1, 1, dtype=torch.float64)).item()], settings.discriminator_steps
    for _ in range(settings.epochs):
        order = torch.tensor(stream.permutation(settings.samples))
        noise = torch.tensor(stream.standard_normal((steps + 1, settings.samples)))
        shares = torch.tensor(stream.random((steps, settings.samples))) if game.gradient_penalty else None
        for start in range(0, settings.samples, settings.batch):
            part = slice(start, start + settings.batch)
            for step in range(steps):
                d_optimiser.zero_grad()
                points, made = real[order[part], None], g(noise[step, part, None]).detach()
                loss = game.discriminator_loss(d(points)[:, 0], d(made)[:, 0])
                if game.gradient_penalty:
                    loss = loss + game.gradient_penalty * penalty(d, points, made, shares[step, part])
                loss.backward()
                d_optimiser.step()
                for parameter in d.parameters():
                    parameter.data.clamp_(-game.clip, game.clip)
            g_optimiser.zero_grad()
            game.generator_loss(d(g(noise[-1, part, None]))[:, 0]).backward()
            g_optimiser.step()
        means.append(g(torch.zeros(1, 1, dtype=torch.float64)).item())
    norm = math.sqrt(sum(float(w.grad.square().sum()) for w in g.parameters()))
    return means, norm


MANY = dataclasses.replace(
    SHORT, optimiser="rmsprop", discriminator_steps=3, discriminator=(1, 8, 6, 1), samples=150, generator_rate=1e-3
)


@pytest.mark.parametrize("settings", [SHORT, MANY], ids=["adam", "rmsprop"])
@pytest.mark.parametrize("game", GAMES, ids=lambda game: game.name)
def test_an_ensemble_is_as_many_ordinary_loops(game, settings):
    run = train(game, TARGET, settings, members=[0, 3, 7], seed=5)
    for row, member in enumerate(run.members):
        means, norm = ordinary(game, TARGET, settings, 5, member)
        np.testing.assert_allclose(run.mean[row], means, rtol=1e-12, atol=1e-13)
        assert run.generator_gradient[row, -1] == pytest.approx(norm, rel=1e-11)


@pytest.mark.parametrize(("row", "value"), [(clipped_row, 0.1), (gradient_penalty_row, 10.0)])
def test_another_bound_is_another_run(row, value):
    """The wrong twin: a bound five percent off is seen after two epochs."""
    run = train(row(value), TARGET, MANY, seed=5)
    means, _ = ordinary(row(1.05 * value), TARGET, MANY, 5, 0)
    assert abs(run.mean[0, -1] - means[-1]) > 1e-6


def test_a_slightly_other_optimiser_is_another_run():
    """The wrong twin: an epsilon five percent off is seen after two epochs."""
    run = train(MINIMAX, TARGET, SHORT, members=[0], seed=5)
    means, _ = ordinary(MINIMAX, TARGET, dataclasses.replace(SHORT, epsilon=1.05e-7), 5, 0)
    assert abs(run.mean[0, -1] - means[-1]) > 1e-10


@pytest.mark.parametrize("dtype", ["float64", "float32"])
@pytest.mark.parametrize("game", [MINIMAX, *CRITICS], ids=lambda game: game.name)
def test_a_member_does_not_depend_on_the_others(game, dtype):
    """Its random numbers are the same; batched products may round in another order, 5e-9 measured in float32."""
    settings = dataclasses.replace(SHORT, dtype=dtype)
    alone = train(game, TARGET, settings, members=[7])
    among = train(game, TARGET, settings, members=range(12))
    tolerance = 1e-13 if dtype == "float64" else 5e-6
    for name in ("mean", "scale", "w1", "discriminator_loss", "generator_loss", "generator_gradient"):
        np.testing.assert_allclose(getattr(alone, name)[0], getattr(among, name)[7], rtol=tolerance, atol=tolerance)
    assert abs(among.mean[7, -1] - among.mean[6, -1]) > 1e-3
