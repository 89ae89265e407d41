"""`gan-theory claims` and `gan-theory report`: what they print, and the exit codes of what cannot be used."""

import json

import pytest

from tests import COMMAND
from tests.reports.conftest import TESTS as TEXT
from tests.reports.conftest import Project

TESTS = "tests/test_numbers.py"
TWIN = """@claim("doc.half", role="twin")
@given(x=numbers)
def test_half_twin(x):
    at_most(x, 0.97)
"""


def test_claims_are_listed_with_their_verdicts(project: Project) -> None:
    project.gan_theory("claims").stdout.fnmatch_lines(["doc.bounded*not run*Lemma 1*", "doc.half*not run*Lemma 2*"])
    project.gan_theory("verify")
    project.gan_theory("claims").stdout.fnmatch_lines(["doc.bounded*holds*", "doc.half*refuted*"])
    project.gan_theory("claims", "--summary").stdout.fnmatch_lines(["holds*1", "refuted*1"])
    rows = json.loads(project.gan_theory("claims", "--json").stdout.str())
    assert [(row["id"], row["filed"], row["verdict"]) for row in rows] == [
        ("doc.bounded", "holds", "holds"),
        ("doc.half", "refuted", "refuted"),
    ]


def test_ledger_and_tests_are_held_against_each_other(project: Project) -> None:
    assert project.gan_theory("claims", "--check").ret == 0
    assert TWIN in TEXT
    project.change(TESTS, TWIN, "")
    result = project.gan_theory("claims", "--check")
    assert result.ret == 1
    result.stdout.fnmatch_lines(["doc.half: expected to be refuted, but has no test with role 'twin'; write one"])
    project.write(TESTS, TEXT.replace("doc.bounded", "doc.bonded"))
    result = project.gan_theory("claims", "--check")
    assert result.ret == 2
    result.stdout.fnmatch_lines(["*unknown claim id 'doc.bonded'; did you mean 'doc.bounded'?"])
    project.write(TESTS, "")
    assert project.gan_theory("claims", "--check").ret == 1


def test_a_report_is_rendered_from_evidence(project: Project) -> None:
    project.gan_theory("verify")
    assert project.gan_theory("report", "--output", "out").ret == 0
    assert (project.root / "out" / "report.html").read_text().count("doc.half")
    assert (project.root / "out" / "report.pdf").read_bytes().startswith(b"%PDF")


def test_the_shipped_sample_is_rendered(pytester: pytest.Pytester) -> None:
    assert pytester.run(COMMAND, "report", "--sample").ret == 0
    assert (pytester.path / "build" / "report.html").stat().st_size < 3_000_000


@pytest.mark.parametrize("command", ["report", "claims", "verify"])
@pytest.mark.parametrize(
    ("old", "new", "complaint"),
    [("[half]", "[half", "*doc.toml: *line 19*"), ("[half]", "[bounded]", "*doc.toml: *'bounded'*line 19*twice*")],
    ids=["syntax", "doubled"],
)
def test_a_wrong_claims_file_is_exit_2(project: Project, command: str, old: str, new: str, complaint: str) -> None:
    project.change("ledger/doc.toml", old, new)
    result = project.gan_theory(command)
    assert result.ret == 2
    result.stderr.fnmatch_lines([complaint])


def test_evidence_that_cannot_be_used_is_exit_2(project: Project) -> None:
    missing = project.gan_theory("report")
    assert missing.ret == 2
    missing.stderr.fnmatch_lines(["*build/evidence.json: no evidence there: make some with `gan-theory verify`"])
    project.gan_theory("verify")
    project.evidence.write_text(project.evidence.read_text()[:-200])
    for command in ("report", "claims"):
        result = project.gan_theory(command)
        assert result.ret == 2
        result.stderr.fnmatch_lines(["*evidence.json: line *: not JSON*run `gan-theory verify` again"])


def test_an_output_that_cannot_be_written_is_exit_3_for_the_report_and_2_for_the_evidence(project: Project) -> None:
    project.gan_theory("verify")
    project.write("occupied", "a file, not a folder")
    result = project.gan_theory("report", "--output", "occupied")
    assert result.ret == 3
    result.stderr.fnmatch_lines(["*cannot write to occupied:*--output"])
    result = project.gan_theory("verify", "--evidence", "occupied/evidence.json")
    assert result.ret == 2
    result.stderr.fnmatch_lines(["*cannot write to *occupied*--evidence"])


def test_usage(project: Project) -> None:
    assert project.gan_theory("verify", "--jobs", "none").ret == 2
    assert project.pytester.run(COMMAND).ret == 2
