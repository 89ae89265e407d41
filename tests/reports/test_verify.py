"""`gan-theory verify` on a small project: verdicts only ever come from a run, and a run from whole tests."""

import json
import signal
import subprocess
import sys
import time
from typing import Any

import pytest

from tests import COMMAND
from tests.reports.conftest import Project

TESTS = "tests/test_numbers.py"


def verdicts(project: Project) -> dict[str, str]:
    return {key: entry["verdict"] for key, entry in json.loads(project.evidence.read_text())["claims"].items()}


def without_durations(value: Any) -> Any:
    if isinstance(value, dict):
        return {k: without_durations(v) for k, v in value.items() if k not in ("seconds", "started", "digest")}
    return [without_durations(item) for item in value] if isinstance(value, list) else value


def test_every_claim_as_filed_is_exit_0(project: Project) -> None:
    assert project.gan_theory("verify").ret == 0
    assert verdicts(project) == {"doc.bounded": "holds", "doc.half": "refuted"}


def test_serial_and_parallel_runs_write_the_same_evidence(project: Project) -> None:
    found = []
    for jobs in ("1", "2"):
        assert project.gan_theory("verify", "--jobs", jobs).ret == 0
        found.append(without_durations(json.loads(project.evidence.read_text())))
    assert found[0] == found[1]
    assert found[0]["data"]["types"]["value"] == {
        "scalar": 0.5,
        "integer": 3,
        "flag": True,
        "infinite": "inf",
        "array": [0, 1, 2],
        "nested": [[1, 2.5], {"a": "b"}],
    }


def test_the_last_record_of_a_refutation_is_the_shrunk_counterexample(project: Project) -> None:
    project.gan_theory("verify")
    tests = json.loads(project.evidence.read_text())["claims"]["doc.half"]["tests"]
    found = next(test for test in tests if test["role"] == "refutes")["counterexample"]
    assert (found["small"], found["large"], found["case"]) == (1.0, 0.5, {"x": "1.0"})


@pytest.mark.parametrize(
    ("old", "new", "expected"),
    [
        ("at_most(x, 1)", "at_most(x, 0.9)", {"doc.bounded": "failed", "doc.half": "failed"}),
        ("at_most(x, 0.5)", "1 / 0", {"doc.bounded": "holds", "doc.half": "not run"}),
        ("at_most(x, 0.5)", "at_most(x, float('nan'))", {"doc.bounded": "holds", "doc.half": "not run"}),
        ("at_most(x, 0.5)", "assert x <= 0.5", {"doc.bounded": "holds", "doc.half": "not run"}),
        ("at_most(x, 0.5)", "assume(False)", {"doc.bounded": "holds", "doc.half": "not run"}),
        ("at_most(x, 0.5)", "pass", {"doc.bounded": "holds", "doc.half": "not run"}),
        ("at_most(x, 0.5)", "at_most(x, 1)", {"doc.bounded": "holds", "doc.half": "failed"}),
        ("at_most(x, 0.96)", "at_most(x, 1)", {"doc.bounded": "failed", "doc.half": "refuted"}),
        (
            "equal(np.float64(1), 1)",
            "import pytest; pytest.skip('no')",
            {"doc.bounded": "not run", "doc.half": "refuted"},
        ),
        (', role="refutes"', ', role="statement"', {"doc.bounded": "holds", "doc.half": "failed"}),
        (
            "    equal(np.float64(1), 1)",
            "    import os; os._exit(1)",
            {"doc.bounded": "not run", "doc.half": "refuted"},
        ),
    ],
    ids=["violated", "error", "nan", "assert", "assume", "empty", "unviolated", "twin", "skip", "role", "crash"],
)
def test_what_is_not_as_filed_is_exit_1(project: Project, old: str, new: str, expected: dict[str, str]) -> None:
    project.change(TESTS, old, new)
    assert project.gan_theory("verify").ret == 1
    assert verdicts(project) == expected


def test_a_stale_study_is_never_green(project: Project) -> None:
    project.change(TESTS, "    at_most(x, 1)", "    record('s', 1, source='study', stale=True)\n    at_most(x, 1)")
    result = project.gan_theory("verify")
    assert result.ret == 1
    assert verdicts(project)["doc.bounded"] == "stale"
    result.stdout.fnmatch_lines(["*make thorough STUDY=s*"])


@pytest.mark.parametrize("jobs", ["1", "2"])
@pytest.mark.parametrize(
    ("old", "new", "complaint"),
    [
        (
            '"doc.half", role="twin"',
            '"doc.hal", role="twin"',
            "*test_half_twin*unknown claim id 'doc.hal'; did you*",
        ),
        ('role="sharp"', 'role="sharpp"', "*test_bounded_sharp*unknown role 'sharpp'; choose one of*"),
        ('role="refutes"', 'role="refutes", without="y"', "*test_half*without='y'*"),
        ('role="sharp")', 'role="sharp")\n@claim("doc.half")', "*test_bounded_sharp*2 claim marks*"),
        (
            '@claim("doc.half", role="twin")',
            "import pytest\n\n@pytest.mark.claim",
            "*test_half_twin*the decorator*",
        ),
        ("import numpy", "import nunpy", "*No module named 'nunpy'*"),
    ],
    ids=["id", "role", "without", "two", "bare", "import"],
)
def test_a_mark_that_does_not_fit_stops_the_collection(
    project: Project, old: str, new: str, complaint: str, jobs: str
) -> None:
    project.change(TESTS, old, new)
    result = project.gan_theory("verify", "--jobs", jobs)
    assert result.ret == 2
    result.stdout.fnmatch_lines([complaint])
    assert not project.evidence.exists()


def test_some_claims_alone_leave_the_whole_evidence_alone(project: Project) -> None:
    project.gan_theory("verify")
    before = project.evidence.read_bytes()
    assert project.gan_theory("verify", "doc.half").ret == 0
    assert project.evidence.read_bytes() == before
    partial = json.loads(project.evidence.with_name("partial.json").read_text())
    assert list(partial["claims"]) == ["doc.half"]
    assert partial["run"]["complete"] is False


def test_unknown_ids_folders_and_empty_folders(project: Project) -> None:
    result = project.gan_theory("verify", "doc.haf")
    assert result.ret == 2
    result.stderr.fnmatch_lines(["*unknown claim id 'doc.haf'; did you mean 'doc.half'?"])
    assert project.gan_theory("verify", "--tests", "nowhere").ret == 2
    project.write("empty/test_nothing.py", "")
    assert project.gan_theory("verify", "--tests", "empty").ret == 5


SLOW = """
    import os, time
    if not os.path.exists("go"):
        time.sleep(60)
"""


@pytest.mark.skipif(sys.platform == "win32", reason="POSIX signals")
@pytest.mark.parametrize(
    ("number", "there", "jobs"),
    [
        (signal.SIGINT, True, "1"),
        (signal.SIGINT, False, "2"),
        (signal.SIGKILL, True, "2"),
        (signal.SIGKILL, False, "1"),
    ],
)
def test_a_run_that_is_stopped_leaves_the_evidence_and_resumes(
    project: Project, number: signal.Signals, there: bool, jobs: str
) -> None:
    if there:
        project.gan_theory("verify")
    before = project.evidence.read_bytes() if there else None
    project.change(TESTS, "def test_types():", "def test_types():" + SLOW)
    command = [COMMAND, "verify", "--ledger", "ledger", "--jobs", jobs]
    process = subprocess.Popen(command, cwd=project.root, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
    journal = project.evidence.with_name("evidence.json.journal")
    wait_for_lines(journal, 7)
    process.send_signal(number)
    assert process.wait(30) == (130 if number == signal.SIGINT else -9)
    assert (project.evidence.read_bytes() if project.evidence.exists() else None) == before

    project.write("go", "")
    assert project.gan_theory("verify", "--resume").ret == 0
    assert verdicts(project) == {"doc.bounded": "holds", "doc.half": "refuted"}
    assert not journal.exists()
    resumed = without_durations(json.loads(project.evidence.read_text()))
    project.gan_theory("verify")
    assert resumed == without_durations(json.loads(project.evidence.read_text()))


def wait_for_lines(journal: Any, count: int) -> None:
    """Six finished tests and the header: only the slow one is at work."""
    for _ in range(300):
        if journal.exists() and journal.read_text().count("\n") >= count:
            return
        time.sleep(0.1)
    pytest.fail(f"no {count} lines in {journal}")


def test_resume_starts_over_when_a_source_changed(project: Project) -> None:
    project.evidence.parent.mkdir()
    line = json.dumps({"digest": "of other sources"})
    project.evidence.with_name("evidence.json.journal").write_text(line + "\n")
    result = project.gan_theory("verify", "--resume")
    assert result.ret == 0
    result.stderr.fnmatch_lines(["*starting over*"])
