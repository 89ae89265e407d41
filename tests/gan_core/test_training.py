"""What training records, repeats and refuses."""

import dataclasses
import json
import math
import subprocess
import sys

import numpy as np
import pytest
import torch
from scipy import stats

from gan_core import (
    EXPERIMENTS,
    GAMES,
    MINIMAX,
    Game,
    Normal,
    Settings,
    train,
)
from gan_core.networks import DenseNetwork
from optimal_transport import wasserstein_distance
from tests.gan_core.test_ensembles import CRITICS, MANY, SHORT, TARGET


def test_the_same_numbers_every_time():
    first, second = (train(MINIMAX, TARGET, SHORT, members=[1, 2], seed=3) for _ in range(2))
    np.testing.assert_array_equal(first.w1, second.w1)
    assert (train(MINIMAX, TARGET, SHORT, members=[1, 2], seed=4).w1 != first.w1).all()


def test_the_recorded_law_is_the_generators():
    """Samples of the generator against the mean, scale and W1 read off its weights."""
    network = DenseNetwork((1, 25, 15, 1), "linear")
    parameters = network.initialise([np.random.default_rng(k) for k in range(3)], torch.float64, torch.device("cpu"))
    for bias in parameters[1::2]:
        bias.data += 0.3
    mean, scale = network.normal_law(parameters)
    noise = np.random.default_rng(9).standard_normal(200_000)
    noise = np.concatenate([noise, -noise])
    out = network(parameters, torch.tensor(noise).expand(3, -1)[..., None]).detach().numpy()[..., 0]
    np.testing.assert_allclose(out.mean(1), mean, rtol=1e-9)
    np.testing.assert_allclose(out.std(1), scale * noise.std(), rtol=1e-9)
    quantiles = stats.norm.ppf((np.arange(100_000) + 0.5) / 100_000)
    for k in range(3):
        exact = TARGET.distance(mean.numpy()[k : k + 1], scale.numpy()[k : k + 1])[0]
        sampled = wasserstein_distance(
            TARGET.mean + TARGET.scale * quantiles, mean[k].item() + scale[k].item() * quantiles
        )
        assert sampled == pytest.approx(exact, rel=1e-4)


@pytest.mark.parametrize("game", [MINIMAX, *CRITICS], ids=lambda game: game.name)
def test_a_member_that_fails_is_recorded_and_fails_alone(game):
    """Points at infinity for one member; the others train on as without it."""

    class Wild(Normal):
        def sample(self, stream, size):
            drawn = super().sample(stream, size)
            return np.full(size, np.inf) if drawn[0] == first else drawn

    def streams(member):
        stream = np.random.default_rng(np.random.SeedSequence([0, member]))
        for network in (DenseNetwork(SHORT.generator, "linear"), DenseNetwork(SHORT.discriminator, "relu")):
            network.initialise([stream], torch.float64, torch.device("cpu"))
        return stream

    first = TARGET.sample(streams(1), SHORT.samples)[0]
    wild = train(game, Wild(2.0, 1.0), SHORT, members=[0, 1, 2])
    tame = train(game, TARGET, SHORT, members=[0, 2])
    assert wild.status == ("finite", "not finite from epoch 0", "finite")
    np.testing.assert_allclose(wild.w1[[0, 2]], tame.w1, rtol=1e-12)
    assert np.isnan(wild.w1[1, 1:]).all()
    data = wild.to_data()
    assert (data["seeds"], data["failed"], data["success"]["of"]) == ([0, 2], [1], 3)
    json.dumps(data, allow_nan=False)
    worth = wild.shortfall() if game.player == "discriminator" else wild.critic_value()
    assert np.isfinite(worth).tolist() == [True, False, True]


def test_the_data_are_plain_and_small():
    data = train(MINIMAX, TARGET, SHORT, members=range(8)).to_data()
    assert json.loads(json.dumps(data, allow_nan=False)) == data
    assert len(json.dumps(data)) < 200_000
    assert data["kind"] == "training"
    assert {len(row) for name in ("w1", "mean", "scale", "generator_gradient") for row in data[name]} == {3}
    assert float(f"{data['w1'][0][0]:.4g}") == data["w1"][0][0]
    assert 0 <= data["success"]["low"] <= data["success"]["count"] / 8 <= data["success"]["high"] <= 1


def test_successes_have_the_interval_of_wilson():
    run = train(MINIMAX, TARGET, dataclasses.replace(SHORT, epochs=1), members=range(10))
    w1 = np.where(np.arange(10)[:, None] < 4, 0.05, 0.5) * np.ones(2)
    success = dataclasses.replace(run, w1=w1).to_data()["success"]
    z, share = stats.norm.ppf(0.975), 0.4
    middle, half = share + z**2 / 20, z * math.sqrt(share * (1 - share) / 10 + z**2 / 400)
    assert (success["count"], success["of"]) == (4, 10)
    assert success["low"] == pytest.approx((middle - half) / (1 + z**2 / 10), abs=1e-4)
    assert success["high"] == pytest.approx((middle + half) / (1 + z**2 / 10), abs=1e-4)


def test_experiments_have_the_settings_of_the_thesis():
    assert len({row.name for row in EXPERIMENTS}) == len(EXPERIMENTS)
    rows = {row.name: row for row in EXPERIMENTS}
    clipped = rows["normal_40_1_clipped"]
    assert (clipped.game.clip, clipped.settings.discriminator_steps, clipped.settings.optimiser) == (0.1, 20, "rmsprop")
    assert (clipped.settings.discriminator, clipped.settings.epochs) == ((1, 100, 100, 1), 20)
    assert (rows["normal_40_1"].settings.epochs, rows["normal_40_1"].settings.batch) == (100, 64)
    row = rows["normal_2_1"]
    assert (row.game, row.target) == (MINIMAX, TARGET)
    assert (row.settings.epochs, row.settings.batch, row.settings.samples) == (30, 128, 10_000)
    assert (row.settings.generator_rate, row.settings.discriminator_rate, row.settings.betas[0]) == (1e-4, 1e-3, 0.9)


@pytest.mark.parametrize(("change", "message"), [
    ({"epochs": 0}, "epochs must be a whole number >= 1, found 0"),
    ({"batch": 1.5}, "batch must be a whole number"),
    ({"samples": True}, "samples must be a whole number"),
    ({"generator_rate": 0.0}, "generator_rate must be finite and > 0"),
    ({"discriminator_rate": math.nan}, "discriminator_rate must be finite"),
    ({"epsilon": -1.0}, "epsilon must be finite and > 0"),
    ({"betas": (0.9, 1.0)}, "betas must lie in"),
    ({"dtype": "float16"}, "dtype must be one of"),
    ({"optimiser": "sgd"}, r"optimiser must be one of \['adam', 'rmsprop'\], found 'sgd'"),
    ({"discriminator_steps": 0}, "discriminator_steps must be a whole number >= 1, found 0"),
    ({"generator": (2, 1)}, "generator must go from width 1 to width 1"),
    ({"discriminator": (1,)}, "discriminator must go from width 1"),
])  # fmt: skip
def test_bad_settings_are_named(change, message):
    with pytest.raises(ValueError, match=message):
        dataclasses.replace(SHORT, **change)


@pytest.mark.parametrize(("change", "error", "message"), [
    ({"game": "minimax"}, TypeError, "game must be a Game"),
    ({"target": (2, 1)}, TypeError, "target must be a Normal"),
    ({"settings": {}}, TypeError, "settings must be a Settings"),
    ({"members": []}, ValueError, "members must hold at least one"),
    ({"members": [1, 1]}, ValueError, "none twice"),
    ({"members": [-1]}, ValueError, "members must hold whole numbers >= 0, found -1"),
    ({"seed": 0.5}, ValueError, "seed must hold whole numbers"),
    ({"start": "run"}, TypeError, "start must be a Run or None, found 'run'"),
    ({"device": "nowhere"}, ValueError, "device 'nowhere' is not available"),
    ({"device": 1.5}, ValueError, "device 1.5 is not available"),
])  # fmt: skip
def test_bad_arguments_are_named(change, error, message):
    with pytest.raises(error, match=message):
        train(**{"game": MINIMAX, "target": TARGET, "settings": SHORT, **change})


@pytest.mark.skipif(torch.cuda.is_available(), reason="there is a CUDA device")
def test_cuda_where_there_is_none():
    with pytest.raises(ValueError, match="device 'cuda' is not available here"):
        train(MINIMAX, TARGET, SHORT, device="cuda")


@pytest.mark.skipif(not torch.cuda.is_available(), reason="no CUDA device")
@pytest.mark.parametrize("game", GAMES, ids=lambda game: game.name)
def test_cuda_trains_the_same_law(game):
    settings = dataclasses.replace(MANY, epochs=1)
    here, there = (train(game, TARGET, settings, members=range(3), device=device) for device in ("cpu", "cuda"))
    np.testing.assert_allclose(here.mean, there.mean, rtol=1e-9)
    further = [train(game, TARGET, settings, start=run, seed=1, device=run.device) for run in (here, there)]
    np.testing.assert_allclose(further[0].mean, further[1].mean, rtol=1e-9)
    np.testing.assert_allclose(here.values([0.0, 1.0]), there.values([0.0, 1.0]), rtol=1e-7, atol=1e-9)


@pytest.mark.parametrize(("mean", "scale"), [(math.nan, 1.0), (0.0, 0.0), (0.0, -1.0), (math.inf, 1.0)])
def test_a_target_is_a_normal_law(mean, scale):
    with pytest.raises(ValueError, match="finite mean and a scale > 0"):
        Normal(mean, scale)


@pytest.mark.parametrize(("widths", "activation"), [((1,), "relu"), ((1, 0, 1), "relu"), ((1, 1), "tanh")])
def test_bad_networks_are_named(widths, activation):
    with pytest.raises(ValueError, match="must"):
        DenseNetwork(widths, activation)


def test_only_linear_networks_have_a_known_law():
    network = DenseNetwork((1, 3, 1), "relu")
    parameters = network.initialise([np.random.default_rng(0)], torch.float64, torch.device("cpu"))
    with pytest.raises(ValueError, match="linear networks from 1 to 1"):
        network.normal_law(parameters)


def test_torch_is_loaded_on_first_use_only():
    code = (
        "import sys, gan_core; gan_core.Settings; assert 'torch' not in sys.modules; "
        "gan_core.train; assert 'torch' in sys.modules"
    )
    subprocess.run([sys.executable, "-c", code], check=True)
    with pytest.raises(AttributeError, match="no attribute 'nothing'"):
        import_nothing()


def import_nothing():
    import gan_core

    return gan_core.nothing


def test_a_wrong_sign_does_not_learn():
    """With the generator's loss turned round the mean runs away from the target."""
    wrong = Game("wrong", MINIMAX.discriminator_loss, lambda fake: -MINIMAX.generator_loss(fake), False, "a twin")
    settings = Settings(epochs=4, samples=2000, generator_rate=5e-4, discriminator_rate=5e-3)
    right, other = (train(game, TARGET, settings, members=range(6)) for game in (MINIMAX, wrong))
    assert (right.w1[:, -1] < right.w1[:, 0]).all()
    assert (other.w1[:, -1] > other.w1[:, 0]).all()
