"""The evidence file is written whole and refused when it is not what a run wrote."""

import json
from pathlib import Path
from typing import Any

import pytest

from reports import store
from reports.ledger import EXPECTED
from reports.store import EvidenceError, read_evidence, verdict, write_evidence, write_whole

RUN = {"started": "2026-01-01T00:00:00+00:00"}


def outcome(role: str, outcome: str = "passed", without: str = "") -> dict[str, str]:
    return {"role": role, "outcome": outcome, "without": without}


REFUTED = [outcome("refutes"), outcome("corrected"), outcome("twin")]
CONDITIONAL = [outcome("refutes", without="moment"), outcome("corrected"), outcome("twin")]
HOLDS = [outcome("statement"), outcome("twin")]


@pytest.mark.parametrize(
    ("records", "expected"),
    [
        ([], "not run"),
        (HOLDS, "holds"),
        ([*HOLDS, outcome("sharp")], "holds"),
        (HOLDS[:1], "not run"),
        (HOLDS[1:], "not run"),
        ([*HOLDS, outcome("sharp", "failed")], "failed"),
        ([*HOLDS, outcome("sharp", "stale")], "stale"),
        ([*HOLDS, outcome("sharp", "failed"), outcome("sharp", "not run")], "not run"),
        (REFUTED, "refuted"),
        (CONDITIONAL, "conditional"),
        ([*CONDITIONAL, outcome("refutes")], "refuted"),
        (REFUTED[:2], "not run"),
        (REFUTED[1:], "not run"),
        ([REFUTED[0], REFUTED[2]], "not run"),
        ([*HOLDS, outcome("refutes")], "not run"),
    ],
)
def test_verdicts(records: list[dict[str, str]], expected: str) -> None:
    assert verdict(records) == expected


@pytest.mark.parametrize("filed", [name for name in EXPECTED if name != "descriptive"])
def test_the_roles_that_a_filed_verdict_needs_give_that_verdict(filed: str) -> None:
    dropped = "moment" if filed == "conditional" else ""
    assert verdict([outcome(role, without=dropped if role == "refutes" else "") for role in EXPECTED[filed]]) == filed


def written(path: Path) -> dict[str, Any]:
    write_evidence(path, RUN, {"doc.a": {"verdict": "holds", "tests": []}}, {"x": 1})
    document: dict[str, Any] = json.loads(path.read_text())
    return document


def test_what_was_written_is_read(tmp_path: Path) -> None:
    path = tmp_path / "new" / "evidence.json"
    assert written(path) == read_evidence(path)


def test_missing_truncated_edited_and_foreign_files_are_refused(tmp_path: Path) -> None:
    path = tmp_path / "evidence.json"
    with pytest.raises(EvidenceError, match=r"evidence\.json: no evidence there: make some with `gan-theory verify`"):
        read_evidence(path)
    with pytest.raises(EvidenceError, match="cannot be read"):
        read_evidence(tmp_path)
    document = written(path)
    text = path.read_text()
    for end in (1, len(text) // 2, len(text) - 3):
        path.write_text(text[:end])
        with pytest.raises(EvidenceError, match=r"line \d+: not JSON .*run `gan-theory verify` again"):
            read_evidence(path)
    path.write_text(text.replace("holds", "refuted"))
    with pytest.raises(EvidenceError, match="edited or damaged"):
        read_evidence(path)
    for schema in (0, 3, "1", None, [1]):
        path.write_text(json.dumps({**document, "schema": schema}))
        with pytest.raises(EvidenceError, match=r"schema .*, this version reads 2"):
            read_evidence(path)
    path.write_text("[]")
    with pytest.raises(EvidenceError, match="schema None"):
        read_evidence(path)
    path.write_bytes(b"\xff")
    with pytest.raises(EvidenceError, match="cannot be read"):
        read_evidence(path)


def test_an_older_schema_is_migrated(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Schema 1 did not count the kinds of the drawn cases; editing it is noticed all the same."""
    path = tmp_path / "evidence.json"
    monkeypatch.setattr(store, "SCHEMA", 1)
    write_evidence(path, RUN, {"doc.a": {"verdict": "holds", "tests": [{"role": "twin", "cases": 3}]}}, {})
    monkeypatch.undo()
    found = read_evidence(path)
    assert found["schema"] == store.SCHEMA == 2
    assert found["claims"]["doc.a"]["tests"] == [{"role": "twin", "cases": 3, "drawn": None}]
    path.write_text(path.read_text().replace("holds", "refuted"))
    with pytest.raises(EvidenceError, match="edited or damaged"):
        read_evidence(path)


def test_a_write_that_fails_leaves_the_old_file_and_no_other(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    path = tmp_path / "evidence.json"
    written(path)
    before = path.read_bytes()

    def no(*_: Any) -> None:
        raise OSError("disk full")

    monkeypatch.setattr("os.replace", no)
    with pytest.raises(OSError, match="disk full"):
        write_whole(path, b"half")
    assert path.read_bytes() == before
    assert [file.name for file in tmp_path.iterdir()] == ["evidence.json"]


def test_nan_never_enters_evidence(tmp_path: Path) -> None:
    with pytest.raises(ValueError, match="not JSON compliant"):
        write_evidence(tmp_path / "evidence.json", {"x": float("nan")}, {}, {})
    assert list(tmp_path.iterdir()) == []
