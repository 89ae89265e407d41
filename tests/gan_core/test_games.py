"""The games' losses: signs, gradients, and who gains what the other loses."""

import math

import pytest
import torch

from gan_core import GAMES, MINIMAX, NON_SATURATING, Game, clipped_row, gradient_penalty_row

DISCRIMINATORS = [game for game in GAMES if game.player == "discriminator"]
CRITICS = [game for game in GAMES if game.player == "critic"]

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


@pytest.mark.parametrize("game", DISCRIMINATORS, ids=lambda game: game.name)
def test_losses_are_those_of_the_formulas(game):
    """Against logarithms of probabilities, where these still have digits."""
    real, fake = LOGITS[2:9], LOGITS[2:9].flip(0) / 3
    d_real, d_fake = torch.sigmoid(real), torch.sigmoid(fake)
    wanted = -torch.log(d_real).mean() - torch.log(1 - d_fake).mean()
    assert game.discriminator_loss(real, fake).item() == pytest.approx(wanted.item(), rel=1e-9)
    wanted = torch.log(1 - d_fake).mean() if game is MINIMAX else -torch.log(d_fake).mean()
    assert game.generator_loss(fake).item() == pytest.approx(wanted.item(), rel=1e-9)


@pytest.mark.parametrize("game", DISCRIMINATORS, ids=lambda game: game.name)
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


def loses(game, value, wanted, discriminator_loss=None) -> bool:
    """Whether a network that answers with one value everywhere loses so much, member by member."""
    same = torch.full((3, 5), value, dtype=torch.float64)
    found = (discriminator_loss or game.discriminator_loss)(same, same)
    return torch.allclose(found, torch.full((3,), wanted, dtype=torch.float64), rtol=4 * EPS, atol=0)


UNDECIDED = {"discriminator": [(0.0, math.log(4))], "critic": [(0.0, 0.0), (-7.3, 0.0), (1e300, 0.0)]}


@pytest.mark.parametrize("game", GAMES, ids=lambda game: game.name)
def test_a_player_that_tells_nothing_apart_loses_what_chance_loses(game):
    """log 4 for the discriminator that says 1/2; nothing for a critic that is constant, whatever the constant."""
    for value, wanted in UNDECIDED[game.player]:
        assert loses(game, value, wanted)


@pytest.mark.parametrize("game", GAMES, ids=lambda game: game.name)
def test_a_loss_with_five_percent_more_weight_on_the_real_points_is_told(game):
    weighted = lambda real, fake: game.discriminator_loss(1.05 * real - 0.05, fake)  # noqa: E731
    assert not all(loses(game, value, wanted, weighted) for value, wanted in UNDECIDED[game.player])


@pytest.mark.parametrize("game", CRITICS, ids=lambda game: game.name)
def test_a_critic_is_paid_the_difference_of_its_means(game):
    real, fake = LOGITS[2:9], LOGITS[:5] / 3
    difference = math.fsum(real.tolist()) / len(real) - math.fsum(fake.tolist()) / len(fake)
    assert game.discriminator_loss(real, fake).item() == pytest.approx(-difference, rel=8 * EPS)
    assert game.generator_loss(fake).item() == pytest.approx(-math.fsum(fake.tolist()) / len(fake), rel=8 * EPS)
    assert (gradient(game.generator_loss, fake) == -1 / len(fake)).all()


def test_only_a_discriminator_may_go_without_a_bound():
    assert {game.player for game in GAMES if game.clip == math.inf and not game.gradient_penalty} == {"discriminator"}
    assert (clipped_row(0.01).clip, gradient_penalty_row(0.1).gradient_penalty) == (0.01, 0.1)


@pytest.mark.parametrize(("change", "error", "message"), [
    ({"player": "judge"}, ValueError, "player must be one of .*, found 'judge'"),
    ({"clip": 0.0}, ValueError, "clip must be > 0, found 0.0"),
    ({"clip": math.nan}, ValueError, "clip must be > 0, found nan"),
    ({"clip": "1"}, TypeError, "clip must be a real number, found '1'"),
    ({"gradient_penalty": -1.0}, ValueError, "gradient_penalty must be finite and >= 0, found -1.0"),
    ({"gradient_penalty": math.inf}, ValueError, "gradient_penalty must be finite and >= 0, found inf"),
    ({"gradient_penalty": True}, TypeError, "gradient_penalty must be a real number, found True"),
    ({"player": "critic"}, ValueError, "a critic needs a bound, found clip=inf and gradient_penalty=0.0"),
])  # fmt: skip
def test_bad_games_are_named(change, error, message):
    with pytest.raises(error, match=message):
        Game("wrong", MINIMAX.discriminator_loss, MINIMAX.generator_loss, True, "no source", **change)


@pytest.mark.parametrize(("row", "value", "error", "message"), [
    (clipped_row, math.inf, ValueError, "a critic needs a bound, found clip=inf"),
    (clipped_row, -0.1, ValueError, "clip must be > 0, found -0.1"),
    (clipped_row, None, TypeError, "clip must be a real number, found None"),
    (gradient_penalty_row, 0.0, ValueError, "a critic needs a bound"),
    (gradient_penalty_row, math.nan, ValueError, "gradient_penalty must be finite and >= 0, found nan"),
    (gradient_penalty_row, [10.0], TypeError, "gradient_penalty must be a real number"),
])  # fmt: skip
def test_bad_bounds_are_named(row, value, error, message):
    with pytest.raises(error, match=message):
        row(value)


def test_leading_axes_are_kept():
    real, fake = torch.randn(4, 8, dtype=torch.float64), torch.randn(4, 6, dtype=torch.float64)
    for game in GAMES:
        together = game.discriminator_loss(real, fake)
        assert together.shape == game.generator_loss(fake).shape == (4,)
        torch.testing.assert_close(together[2], game.discriminator_loss(real[2], fake[2]), rtol=1e-14, atol=0)
