"""Other people's libraries, held to the laws that hold here: what they pass, and what they are known to break."""

import builtins
import re
import warnings

import numpy as np
import pytest

from reports.chapters import chapters
from reports.evidence import evidence, record
from reports.phrases import read_phrases
from tests.peers.known import KNOWN, reason
from tests.peers.laws import Broken, Law, command, run_command
from tests.peers.rows import PEERS, Peer
from tests.peers.survey import CASES, DOMAINS, ENDS, finding, records

every = pytest.mark.parametrize(
    ("peer", "law"), CASES, ids=[f"{law.domain}-{law.name}-{peer.package}-{peer.name}" for peer, law in CASES]
)
OURS = [(peer, law) for peer, law in CASES if peer.ours]
FILED = [(peer, law) for peer, law in CASES if reason(peer, law.name)]
OF_EACH_LIBRARY = {peer.package: (peer, law) for peer, law in FILED}.values()


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


def numbers(text: str) -> list[float]:
    return [float(x) for x in re.split(r"[\s,;\[\]]+", text) if x]


def shows(printed: str, case: Broken) -> None:
    """What a command prints is what the report says, to six digits at least, and not what is true."""
    np.testing.assert_allclose(numbers(printed), numbers(case.says), rtol=5.1e-6)
    assert numbers(printed) != numbers(case.truth)


def test_every_command_of_the_report_shows_what_the_report_says(capsys: pytest.CaptureFixture[str]) -> None:
    """Each is run as it stands, but for the one that ends its process."""
    for peer, law in FILED:
        case = finding(peer, law)
        assert case is not None
        code = command(peer, case.asked)
        assert "\n" not in code and '"' not in code and "$" not in code  # it stands between double quotes
        with warnings.catch_warnings(), np.errstate(all="ignore"):
            warnings.simplefilter("ignore")
            if case.says not in ENDS:
                exec(code, {})
                shows(capsys.readouterr().out, case)
            elif case.says != "process_ends":
                with pytest.raises(getattr(builtins, case.says)):
                    exec(code, {})


@pytest.mark.parametrize(("peer", "law"), OF_EACH_LIBRARY, ids=lambda one: one.name)
def test_a_command_runs_where_a_reader_runs_it(peer: Peer, law: Law) -> None:
    case = finding(peer, law)
    assert case is not None
    done = run_command(command(peer, case.asked))
    assert done.returncode == 0, done.stderr
    shows(done.stdout, case)


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
