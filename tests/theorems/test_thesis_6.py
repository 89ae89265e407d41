"""Thesis, section 6: the GAN that learns N(2, 1), with the exact W1 of its law at every epoch."""

from dataclasses import replace

import numpy as np

from gan_core import EXPERIMENTS, train
from reports.evidence import evidence, record
from tests.studies import normal_2_1
from tests.studies.study import load

SEEDS = range(8)
SLICE = range(3)


@evidence
def test_a_small_ensemble_learns_the_mean():
    row = next(row for row in EXPERIMENTS if row.name == "normal_2_1")
    run = train(row.game, row.target, row.settings, members=SEEDS)
    record("normal_2_1", run.to_data())
    assert set(run.status) == {"finite"}
    assert np.abs(run.mean[:, -1] - row.target.mean).max() < 0.2  # twice the worst of the study's 100 seeds


@evidence
def test_a_hundred_seeds_of_both_losses():
    """What the study stores, and a slice of it run again: float32 on another build of torch may differ a little."""
    result = load("normal_2_1")
    for game, row in normal_2_1.EXPERIMENT.items():
        data = normal_2_1.training_data(result, game)
        name = game.replace("-", "_")
        record(f"normal_2_1_{name}_study", data, source="study", stale=result["stale"])
        again = train(row.game, row.target, replace(row.settings, epochs=2), members=SLICE, seed=data["seed"])
        for member in SLICE:
            kept = np.array(data["w1"][data["seeds"].index(member)])
            np.testing.assert_allclose(again.w1[member], kept[:3], rtol=0.02)
