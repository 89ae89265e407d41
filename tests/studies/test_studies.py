"""The study mechanism on a toy, and the stored results against a rerun of a slice."""

import json
from types import SimpleNamespace

import numpy as np
import pytest

from tests.studies import normal_2_1, normal_40_1, wasserstein_2_1, wasserstein_40_1, wasserstein_penalty
from tests.studies.__main__ import main
from tests.studies.ensembles import SERIES, WORTH
from tests.studies.study import carry_out, digest, load, study

STUDIES = (normal_2_1, normal_40_1, wasserstein_2_1, wasserstein_40_1, wasserstein_penalty)
EVERY = [pytest.param(one, name, id=name) for one in STUDIES for name in one.STUDY.names]
TOLERANCE = 5.1e-3
PAIRS = (0, -1), (1, -2)  # the members that train again, and others


def short_name(one):
    return one.__name__.rpartition(".")[2]


def toy(log, *, factor=2, fails_at=None):
    def run(cell):
        if cell == fails_at:
            raise KeyboardInterrupt
        log.append(cell)
        return {"value": factor * cell}

    return SimpleNamespace(PARAMETERS={"factor": factor}, CELLS=[1, 2, 3], run=run)


def test_a_killed_study_resumes_at_the_next_cell(tmp_path):
    log = []
    folders = {"parts": tmp_path / "parts", "results": tmp_path / "results"}
    with pytest.raises(KeyboardInterrupt):
        carry_out("toy", toy(log, fails_at=3), **folders)
    assert log == [1, 2]
    assert not (tmp_path / "results").exists()
    with (tmp_path / "parts" / "toy.jsonl").open("a") as file:
        file.write('{"digest": "cut sh')
    carry_out("toy", toy(log), **folders)
    assert log == [1, 2, 3]
    result = load("toy", toy(log), results=tmp_path / "results")
    assert result["rows"] == [{"value": 2}, {"value": 4}, {"value": 6}]
    assert not result["stale"]
    assert {"command", "parameters", "digest", "versions", "device", "date", "seconds", "cells"} <= set(result)
    carry_out("toy", toy(log), **folders)
    assert log == [1, 2, 3]
    assert [path.name for path in (tmp_path / "results").iterdir()] == ["toy.json"]


def test_other_parameters_make_it_stale_and_start_anew(tmp_path):
    log = []
    folders = {"parts": tmp_path / "parts", "results": tmp_path / "results"}
    carry_out("toy", toy(log), **folders)
    assert load("toy", toy(log, factor=3), results=tmp_path / "results")["stale"]
    shorter = toy(log)
    shorter.CELLS = [1, 2]
    assert load("toy", shorter, results=tmp_path / "results")["stale"]
    carry_out("toy", toy(log, factor=3), **folders)
    assert load("toy", toy(log, factor=3), results=tmp_path / "results")["rows"][0] == {"value": 3}


def test_a_result_that_is_too_large_or_not_a_number_is_refused(tmp_path):
    folders = {"parts": tmp_path / "parts", "results": tmp_path / "results"}
    large = SimpleNamespace(PARAMETERS={}, CELLS=[0], run=lambda cell: {"text": "x" * 200_001})
    with pytest.raises(ValueError, match="keep fewer digits"):
        carry_out("large", large, **folders)
    wrong = SimpleNamespace(PARAMETERS={}, CELLS=[0], run=lambda cell: {"value": float("nan")})
    with pytest.raises(ValueError, match="not JSON compliant"):
        carry_out("wrong", wrong, **folders)
    assert not (tmp_path / "results").exists()


def test_what_is_missing_is_named(tmp_path, capsys):
    with pytest.raises(FileNotFoundError, match=r"run: python -m tests\.studies toy"):
        load("toy", toy([]), results=tmp_path)
    with pytest.raises(ValueError, match=r"module of tests\.studies"):
        study("../normal_2_1")
    assert main([]) == 2
    assert "normal_2_1" in capsys.readouterr().out


def test_the_digest_is_of_parameters_and_cells_alone():
    assert digest(toy([])) == digest(toy([1]))
    assert digest(toy([])) != digest(toy([], factor=2.1))


@pytest.mark.parametrize(("study", "name"), EVERY)
def test_a_study_is_what_a_rerun_gives(study, name):
    """The first records of two members, stored with 3 digits: half a unit of the third is 0.5 %; float32 adds 1e-6."""
    data = study.STUDY.training_data(load(short_name(study)), name)
    rerun, drift = study.STUDY.again(data, name), study.STUDY.drift
    found = np.array([getattr(rerun, series)[:, [0, -1]] for series in SERIES[:3]])
    stored, other = (np.array([[data[series][k][:2] for k in rows] for series in SERIES[:3]]) for rows in PAIRS)
    np.testing.assert_allclose(found, stored, rtol=TOLERANCE, atol=drift)
    assert not np.allclose(found, other, rtol=TOLERANCE, atol=drift)  # the twin: other members


@pytest.mark.parametrize(("study", "name"), EVERY)
def test_a_study_is_complete(study, name):
    result, row = load(short_name(study)), study.STUDY.experiments[name]
    data = study.STUDY.training_data(result, name)
    assert not result["stale"]
    assert sorted(data["seeds"] + data["failed"]) == list(range(study.STUDY.members))
    assert data["epoch"][0] == 0 and data["epoch"][-1] == row.settings.epochs
    assert {len(line) for series in SERIES for line in data[series]} == {len(data["epoch"])}
    assert len(data[WORTH[row.game.player]]) == len(data["seeds"])
    assert len(json.dumps(data)) < 200_000
    success = data["success"]
    assert success["low"] <= success["count"] / success["of"] <= success["high"]


def ends(study, name):
    """The last record of each series of an ensemble, and what its other players are worth."""
    data = study.STUDY.training_data(load(short_name(study)), name)
    worth = data.get("critic_value") or data["shortfall"]
    return {**{series: np.array([line[-1] for line in data[series]]) for series in SERIES}, "worth": np.array(worth)}


def test_clipped_critics_lead_to_the_mean_and_many_die():
    """The gradient that ends at exactly 0 is no sign of convergence: most of these laws are still 0.1 away.

    What the critics say is not the distance: 0.09 at most, below 2e-4 in the median.
    """
    near, far = ends(wasserstein_2_1, "normal_2_1_clipped"), ends(wasserstein_40_1, "normal_40_1_clipped")
    assert np.abs(near["mean"] - 2).max() < 0.3 and np.abs(far["mean"] - 40).max() < 0.7
    for end in (near, far):
        dead = end["generator_gradient"] == 0
        assert dead.mean() >= 0.4 and (end["w1"][dead] > 0.1).mean() > 0.5
        assert np.abs(end["worth"]).max() < 0.2 and np.median(np.abs(end["worth"])) < 1e-3


def test_the_usual_penalty_leaves_every_critic_on_the_wrong_side():
    """A critic of slope 1 - W/2 lambda says W^2/2 lambda - W; a network is no straight line, 4.4 % off."""
    end = ends(wasserstein_penalty, "normal_2_1_penalty")
    assert (end["worth"] < 0).all()
    far = end["w1"] > 2
    np.testing.assert_allclose(end["worth"][far], (end["w1"] ** 2 / 20 - end["w1"])[far], rtol=0.06)
