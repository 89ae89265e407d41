"""The games' losses: signs, gradients, and who gains what the other loses."""

import math

import pytest
import torch

from gan_core import GAMES, MINIMAX, NON_SATURATING

LOGITS = torch.tensor([-800.0, -40.0, -17.0, -1.0, -1e-9, 0.0, 0.3, 2.0, 17.0, 21.0, 40.0, 800.0], dtype=torch.float64)
EPS = 2.0**-52


def gradient(loss, logits):
    logits = logits.clone().requires_grad_()
    return torch.autograd.grad(loss(logits), logits)[0]


def adds_up(game, discriminator_loss=None) -> bool:
    """Whether no generated point changes the sum of the two losses."""
    discriminator_loss = discriminator_loss or game.discriminator_loss
    both = lambda fake: discriminator_loss(LOGITS, fake) + game.generator_loss(fake)  # noqa: E731
    return bool(gradient(both, LOGITS).abs().max() <= 1e-16)


@pytest.mark.parametrize("game", GAMES, ids=lambda game: game.name)
def test_the_zero_sum_flag_says_what_the_losses_do(game):
    assert adds_up(game) == game.zero_sum


def test_a_loss_five_percent_off_is_not_zero_sum():
    assert not adds_up(MINIMAX, lambda real, fake: 1.05 * MINIMAX.discriminator_loss(real, fake))


@pytest.mark.parametrize("game", GAMES, ids=lambda game: game.name)
def test_losses_are_those_of_the_formulas(game):
    """Against logarithms of probabilities, where these still have digits."""
    real, fake = LOGITS[2:9], LOGITS[2:9].flip(0) / 3
    d_real, d_fake = torch.sigmoid(real), torch.sigmoid(fake)
    wanted = -torch.log(d_real).mean() - torch.log(1 - d_fake).mean()
    assert game.discriminator_loss(real, fake).item() == pytest.approx(wanted.item(), rel=1e-9)
    wanted = torch.log(1 - d_fake).mean() if game is MINIMAX else -torch.log(d_fake).mean()
    assert game.generator_loss(fake).item() == pytest.approx(wanted.item(), rel=1e-9)


@pytest.mark.parametrize("game", GAMES, ids=lambda game: game.name)
def test_gradients_are_exact_at_every_logit(game):
    """d/dl of -log D is -(1 - D), of log(1 - D) is -D; a softplus that turns straight at 20 is 2e-9 off at 21."""
    n = len(LOGITS)
    found = gradient(game.generator_loss, LOGITS) * n
    sign = -1 if game is MINIMAX else 1
    wanted = torch.tensor(
        [-1 / (1 + math.exp(min(sign * logit, 700.0))) for logit in LOGITS.tolist()], dtype=torch.float64
    )
    assert torch.isfinite(found).all()
    torch.testing.assert_close(found, wanted, rtol=8 * EPS, atol=1e-300)
    straight = torch.nn.functional.softplus(LOGITS[9], threshold=20)
    assert abs(straight.item() / -math.log(1 / (1 + math.exp(21))) - 1) > 1e-11


def test_what_saturates_and_what_does_not():
    """Sure of a fake: the minimax generator hardly learns, the other at full speed."""
    fake = torch.tensor([-20.0], dtype=torch.float64)
    assert abs(gradient(MINIMAX.generator_loss, fake).item()) < 1e-8
    assert gradient(NON_SATURATING.generator_loss, fake).item() == pytest.approx(-1, abs=1e-8)


@pytest.mark.parametrize("game", GAMES, ids=lambda game: game.name)
def test_an_undecided_discriminator_loses_log_4(game):
    zeros = torch.zeros(3, 5, dtype=torch.float64)
    torch.testing.assert_close(
        game.discriminator_loss(zeros, zeros), torch.full((3,), math.log(4), dtype=torch.float64)
    )


def test_leading_axes_are_kept():
    real, fake = torch.randn(4, 8, dtype=torch.float64), torch.randn(4, 6, dtype=torch.float64)
    for game in GAMES:
        together = game.discriminator_loss(real, fake)
        assert together.shape == game.generator_loss(fake).shape == (4,)
        torch.testing.assert_close(together[2], game.discriminator_loss(real[2], fake[2]), rtol=1e-14, atol=0)
