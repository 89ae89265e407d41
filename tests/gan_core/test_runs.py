"""What a run keeps: its players, what they are worth, and how others go on from them."""

import dataclasses
import math

import numpy as np
import pytest
import torch
from scipy import stats
from scipy.special import expit, rel_entr

from divergences import jensen_shannon_divergence
from gan_core import (
    MINIMAX,
    NON_SATURATING,
    Normal,
    Settings,
    clipped_row,
    gradient_penalty_row,
    normal_optimal_logits,
    train,
)
from gan_core.networks import DenseNetwork

TARGET = Normal(2.0, 1.0)
SHORT = Settings(epochs=2, samples=300, batch=64, dtype="float64", generator_rate=1e-3, discriminator_rate=1e-2)
CLIPPED = dataclasses.replace(SHORT, optimiser="rmsprop", discriminator=(1, 8, 6, 1), discriminator_steps=2)


@pytest.fixture(scope="module")
def run():
    return train(MINIMAX, TARGET, SHORT, members=[0, 4, 9])


@pytest.fixture(scope="module")
def critics():
    return train(clipped_row(0.1), TARGET, CLIPPED, members=range(4))


def by_hand(run, k, x):
    """One hidden layer at one point."""
    first, bias, second, last = (weights[k] for weights in run.discriminator_weights)
    hidden = [max(0.0, x * float(w) + float(b)) for w, b in zip(first[0], bias[0], strict=True)]
    return math.fsum(h * float(w) for h, w in zip(hidden, second[:, 0], strict=True)) + last.item()


def test_a_players_values_are_those_of_its_weights(run):
    found = run.values([-1.0, 0.0, 2.5])
    wanted = [[by_hand(run, k, x) for x in (-1.0, 0.0, 2.5)] for k in range(3)]
    np.testing.assert_allclose(found, wanted, rtol=1e-13, atol=1e-14)
    own = run.values([[-1.0], [0.0], [2.5]])
    np.testing.assert_allclose(own[:, 0], np.diagonal(wanted), rtol=1e-13, atol=1e-14)


def test_the_kept_generator_has_the_recorded_law(run):
    network = DenseNetwork(SHORT.generator, "linear")
    mean, scale = network.normal_law([torch.tensor(weights) for weights in run.generator_weights])
    np.testing.assert_array_equal([mean, scale], [run.mean[:, -1], run.scale[:, -1]])


def gap(run, k, factor=2.0):
    """factor E KL(Bern D* || Bern D) over the mixture, on a grid eight times as fine."""
    law = Normal(float(run.mean[k, -1]), float(run.scale[k, -1]))
    x = np.linspace(-7, 9, 2**16 + 1)
    densities = [stats.norm.pdf(x, one.mean, one.scale) for one in (TARGET, law)]
    best, found = expit(normal_optimal_logits(x, TARGET, law)), expit(run.values(x)[k])
    kl = rel_entr(best, found) + rel_entr(1 - best, 1 - found)
    return factor * np.trapezoid((densities[0] + densities[1]) / 2 * kl, x)


@pytest.mark.parametrize("k", range(3))
def test_what_a_discriminator_loses_is_a_mean_of_divergences(run, k):
    """The kinks of D cost the rule 4e-8 here."""
    assert run.shortfall()[k] == pytest.approx(gap(run, k), abs=4e-7)
    assert run.shortfall()[k] != pytest.approx(gap(run, k, factor=1.98), abs=4e-7)  # the twin


def test_what_a_discriminator_loses_is_the_optimum_less_its_value(run):
    """V(D*) = 2 JS - log 4, both on a grid; an undecided D loses 2 JS."""
    undecided = tuple(np.zeros_like(weights) for weights in run.discriminator_weights)
    lost = dataclasses.replace(run, discriminator_weights=undecided).shortfall()
    x = np.linspace(-7, 9, 4001)
    for k in range(3):
        p, q = (stats.norm.pdf(x, mean, scale) for mean, scale in [(2, 1), (run.mean[k, -1], run.scale[k, -1])])
        js = jensen_shannon_divergence(p, np.where(q > 1e-300, q, 0.0), normalize=True)
        assert lost[k] == pytest.approx(2 * js, rel=1e-12)


def test_a_discriminator_is_never_better_than_the_best(run):
    assert (run.shortfall() > 0).all()
    generated = dataclasses.replace(run, mean=run.mean + 60.0)  # from where the logits of D* are in the thousands
    assert np.isfinite(generated.shortfall()).all() and (generated.shortfall() > run.shortfall()).all()


def test_against_one_point_the_best_discriminator_is_never_wrong(run):
    point = dataclasses.replace(run, scale=np.zeros_like(run.scale))
    x = np.linspace(-12, 16, 4001)
    for k in range(3):
        masses = stats.norm.pdf(x, 2.0, 1.0)
        lost = masses @ np.logaddexp(0, -run.values(x)[k]) / masses.sum()
        lost += np.logaddexp(0, run.values([run.mean[k, -1]])[k, 0])
        assert point.shortfall()[k] == pytest.approx(lost, abs=1e-5)


def test_a_critic_says_the_difference_of_its_means(critics):
    """Against fresh samples: five standard errors."""
    stream = np.random.default_rng(3)
    z = stream.standard_normal(100_000)
    for k in range(4):
        at_real = critics.values(TARGET.mean + z)[k]
        at_fake = critics.values(critics.mean[k, -1] + critics.scale[k, -1] * z)[k]
        error = np.std(at_real - at_fake) / math.sqrt(len(z))
        assert abs(critics.critic_value()[k] - np.mean(at_real - at_fake)) <= 5 * error


def test_a_clipped_critic_keeps_its_weights(critics):
    largest = max(float(np.abs(weights).max()) for weights in critics.discriminator_weights)
    assert largest == 0.1
    free = train(gradient_penalty_row(10.0), TARGET, CLIPPED, members=range(4))
    assert max(float(np.abs(weights).max()) for weights in free.discriminator_weights) > 0.105


def test_a_critic_of_slope_one_says_the_exact_distance(critics):
    """x = relu(x) - relu(-x) between two laws that differ by a shift alone."""
    settings = dataclasses.replace(CLIPPED, discriminator=(1, 2, 1))
    weights = (np.array([[[1.0, -1.0]]]), np.zeros((1, 1, 2)), np.array([[[1.0], [-1.0]]]), np.zeros((1, 1, 1)))
    mean, scale = np.array([[-1.0]]), np.array([[1.0]])
    kept = {"settings": settings, "members": (0,), "mean": mean, "scale": scale, "status": ("finite",)}
    exact = dataclasses.replace(critics, discriminator_weights=weights, **kept)
    assert exact.critic_value()[0] == pytest.approx(TARGET.distance(mean, scale)[0, 0], rel=1e-14)
    steeper = (1.05 * weights[0], *weights[1:])
    assert dataclasses.replace(exact, discriminator_weights=steeper).critic_value()[0] == pytest.approx(3.15)


def test_a_dead_critic_moves_no_generator(critics):
    """Hidden layers that no point reaches: the gradient is exactly 0 and stays so."""
    dead = tuple(-np.abs(w) - 0.01 if w.shape[1] == 1 else -np.abs(w) for w in critics.discriminator_weights)
    further = train(clipped_row(0.1), TARGET, CLIPPED, members=range(4), seed=1,
                    start=dataclasses.replace(critics, discriminator_weights=dead))  # fmt: skip
    assert (further.generator_gradient == 0).all()
    np.testing.assert_array_equal(further.w1[:, 0], further.w1[:, -1])
    assert (further.critic_value() == 0).all()
    assert (critics.generator_gradient[:, -1] > 0).all()


def held(critics, distance, penalty=10.0):
    """What a linear critic that begins with slope 1 says after 400 steps, the generated law so far past the target."""
    settings = Settings(epochs=20, samples=2000, batch=100, discriminator=(1, 1), generator_rate=1e-9,
                        discriminator_rate=1e-2, dtype="float64")  # fmt: skip
    slope, bias = np.ones((4, 1, 1)), np.zeros((4, 1, 1))
    start = dataclasses.replace(critics, settings=settings, discriminator_weights=(slope, bias))
    target = Normal(float(critics.mean[0, -1]) - distance, 1.0)
    return train(gradient_penalty_row(penalty), target, settings, seed=1, start=start).critic_value()[0]


@pytest.mark.parametrize("distance", [4.0, 8.0, 16.0])
def test_a_penalty_may_hold_a_critic_on_the_wrong_side(critics, distance):
    """A slope s > 0 earns -s W - lambda (s - 1)^2, which is best at s = 1 - W/2 lambda: it says W^2/2 lambda - W.

    The critic was right before the generated law passed the target, and is wrong now; it stays so while W < 2 lambda.
    The error is 0.7 % of it, from batches of 100 points.
    """
    assert held(critics, distance) == pytest.approx(distance**2 / 20 - distance, rel=0.04)
    assert held(critics, distance, penalty=distance / 2.1) > distance  # the twin: 5 % beyond 2 lambda it turns round


def test_a_run_goes_on_from_where_another_ended(run):
    further = train(MINIMAX, Normal(40.0, 1.0), SHORT, members=[9, 0], seed=1, start=run)
    np.testing.assert_array_equal(further.mean[:, 0], run.mean[[2, 0], -1])
    assert (further.w1[:, 0] > 35).all()
    alone = train(MINIMAX, Normal(40.0, 1.0), SHORT, members=[0], seed=1, start=run)
    np.testing.assert_allclose(alone.mean[0], further.mean[1], rtol=1e-13)
    fresh = train(MINIMAX, Normal(40.0, 1.0), SHORT, members=[0], seed=1)
    assert abs(fresh.mean[0, -1] - alone.mean[0, -1]) > 1e-3  # the twin: new networks


@pytest.mark.parametrize(("change", "message"), [
    ({"members": [0, 1]}, r"members must be among those of start, found \[1\]; start has \[0, 4, 9\]"),
    ({"seed": 0}, "seed must differ from that of start, found 0 twice"),
    ({"settings": dataclasses.replace(SHORT, generator=(1, 2, 1))}, "start has a generator of widths"),
    ({"settings": dataclasses.replace(SHORT, discriminator=(1, 2, 1))}, "start has a discriminator of widths"),
])  # fmt: skip
def test_a_start_that_does_not_fit_is_named(run, change, message):
    with pytest.raises(ValueError, match=message):
        train(MINIMAX, TARGET, **{"settings": SHORT, "members": [0], "seed": 1, "start": run, **change})


@pytest.mark.parametrize(("points", "error", "message"), [
    ([0.0, math.inf], ValueError, "points must be finite, found inf"),
    (0.0, ValueError, r"points must have shape \(n,\) or \(3, n\), found \(\)"),
    ([[0.0], [1.0]], ValueError, r"points must have shape \(n,\) or \(3, n\), found \(2, 1\)"),
    ([True], TypeError, "points has dtype bool"),
])  # fmt: skip
def test_bad_points_are_named(run, points, error, message):
    with pytest.raises(error, match=message):
        run.values(points)


def test_a_player_is_asked_for_its_own_worth(run, critics):
    with pytest.raises(ValueError, match=r"'minimax' has a discriminator, not a critic; ask for shortfall\(\)"):
        run.critic_value()
    with pytest.raises(ValueError, match=r"'wasserstein-clipped' has a critic, not a discriminator; ask for critic"):
        critics.shortfall()


def test_the_data_say_what_the_players_are_worth(run, critics):
    assert run.to_data()["shortfall"] == [float(f"{value:.4g}") for value in run.shortfall()]
    data = critics.to_data()
    assert data["critic_value"] == [float(f"{value:.4g}") for value in critics.critic_value()]
    assert (data["game"], data["settings"]["clip"]) == ("wasserstein-clipped", 0.1)
    penalised = train(gradient_penalty_row(10.0), TARGET, dataclasses.replace(SHORT, epochs=1)).to_data()["settings"]
    assert (penalised["gradient_penalty"], penalised["discriminator_steps"]) == (10.0, 1)
    assert not {"clip", "gradient_penalty"} & set(train(NON_SATURATING, TARGET, SHORT).to_data()["settings"])
