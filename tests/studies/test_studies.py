"""The study mechanism on a toy, and the stored results against a rerun of a slice."""

import dataclasses
import json
from types import SimpleNamespace

import numpy as np
import pytest

from gan_core import train
from tests.studies import normal_2_1
from tests.studies.__main__ import main
from tests.studies.study import carry_out, digest, load, study


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


@pytest.mark.parametrize("game", normal_2_1.EXPERIMENT)
def test_normal_2_1_is_what_a_rerun_gives(game):
    """Three epochs of four members. Stored with 3 digits: half a unit of the third is 0.5 %; float32 adds 1e-6."""
    result = load("normal_2_1")
    assert not result["stale"]
    data = normal_2_1.training_data(result, game)
    row, members = normal_2_1.EXPERIMENT[game], (0, 1, 50, 99)
    settings = dataclasses.replace(row.settings, epochs=3)
    rerun = train(row.game, row.target, settings, members=members, seed=data["seed"])
    for name in ("w1", "mean", "scale"):
        stored = np.array([data[name][data["seeds"].index(member)][:4] for member in members])
        np.testing.assert_allclose(getattr(rerun, name), stored, rtol=5.1e-3, atol=1e-9)
    other = np.array([data["w1"][data["seeds"].index(member)][:4] for member in (2, 3, 51, 98)])
    assert not np.allclose(rerun.w1, other, rtol=5.1e-3)  # the twin: other members


def test_normal_2_1_is_complete():
    result = load("normal_2_1")
    for game in normal_2_1.EXPERIMENT:
        data = normal_2_1.training_data(result, game)
        assert sorted(data["seeds"] + data["failed"]) == list(range(100))
        assert {len(row) for row in data["w1"]} == {31}
        assert len(json.dumps(data)) < 200_000
        assert data["success"]["low"] < data["success"]["count"] / 100 < data["success"]["high"]
