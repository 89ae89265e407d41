"""Other people's libraries, held to the laws that hold here: what they pass, and what they are known to break."""

import numpy as np
import pytest

from reports.chapters import chapters
from reports.evidence import evidence, record
from reports.phrases import read_phrases
from tests.peers.known import KNOWN, reason
from tests.peers.laws import Law, command, run_command
from tests.peers.rows import PEERS, Peer
from tests.peers.survey import CASES, DOMAINS, finding, records

every = pytest.mark.parametrize(
    ("peer", "law"), CASES, ids=[f"{law.domain}-{law.name}-{peer.package}-{peer.name}" for peer, law in CASES]
)
OURS = [(peer, law) for peer, law in CASES if peer.ours]
SHOWN = [  # one command of each library in each domain
    next((peer, law) for peer, law in CASES if (peer.domain, peer.package, peer.name) == key and reason(peer, law.name))
    for key in {(domain, package): (domain, package, name) for domain, package, name in KNOWN}.values()
]


@every
def test_a_law_holds_or_is_known_to_be_broken(peer: Peer, law: Law) -> None:
    """Strict both ways: what is filed and holds has to be taken off the list."""
    assert (finding(peer, law) is not None) == (reason(peer, law.name) is not None), finding(peer, law)


def test_none_of_ours_is_excused() -> None:
    assert not any(package == "gan-theory" for _, package, _ in KNOWN)


@pytest.mark.parametrize(("peer", "law"), OURS, ids=[f"{law.domain}-{law.name}-{peer.name}" for peer, law in OURS])
def test_a_law_notices_its_twin(peer: Peer, law: Law) -> None:
    with np.errstate(all="ignore"):
        assert law.broken(peer, law.twin(peer), DOMAINS[peer.domain].truth) is not None


def test_everything_that_is_filed_is_a_law_of_a_peer() -> None:
    filed = {(*key, law) for key, laws in KNOWN.items() for law in laws}
    assert filed <= {(peer.domain, peer.package, peer.name, law.name) for peer, law in CASES}


@pytest.mark.parametrize(("peer", "law"), SHOWN, ids=[f"{peer.package}-{peer.name}-{law.name}" for peer, law in SHOWN])
def test_a_command_of_the_report_shows_what_the_report_says(peer: Peer, law: Law) -> None:
    """One of each library in each domain, run as a reader would; they are made from the very source the laws run."""
    case = finding(peer, law)
    assert case is not None
    done = run_command(command(peer, case.asked))
    assert done.returncode == 0, done.stderr
    printed = [float(x) for x in done.stdout.replace("[", " ").replace("]", " ").split()]
    said = [float(x) for x in case.says.replace(";", ",").split(",")]
    np.testing.assert_allclose(printed, said, rtol=5.1e-6)  # said to six digits at least
    if case.truth:
        true = [float(x) for x in case.truth.replace(";", ",").split(",")]
        assert not np.array_equal(printed, true)


def test_a_command_is_one_line_of_python() -> None:
    for peer, law in CASES:
        if case := finding(peer, law):
            code = command(peer, case.asked)
            compile(code, "command", "exec")
            assert "\n" not in code and '"' not in code and "$" not in code  # it stands between double quotes


def test_the_report_has_words_for_every_law_and_reason() -> None:
    data = {name: {"value": table, "test": "here"} for name, table in records().items()}
    (chapter,) = chapters({"data": data}, read_phrases("en"))
    assert len(chapter.grids) == len(data)
    marks = [cell.text for row in chapter.grids[0].rows for cell in row.cells if cell.mark]
    assert {"passes", "another convention", "fails"} == set(marks)


@evidence
def test_what_the_libraries_pass_and_break() -> None:
    tables = records()
    for name, table in tables.items():
        record(name, table)
    filed = [known.convention for laws in KNOWN.values() for known in laws.values()]
    for word, convention in (("failures", False), ("conventions", True)):
        shown = sum(len(table["rows"]) for name, table in tables.items() if word in name)
        assert shown == filed.count(convention) > 30
    assert {peer.package for peer in PEERS} == {"gan-theory", "scipy", "torch", "POT"}
