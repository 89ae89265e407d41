"""The ledger: our own file is coherent, and a wrong one is refused with file, place and remedy."""

from pathlib import Path

import pytest

from reports.ledger import LedgerError, read_ledger
from tests.reports.conftest import LEDGER

INDEX = {
    "thesis": [
        *("T-P1", "T-P2", "T-P3", "T-P4", "T-P5.1", "T-P5.2", "T-P5.3", "T-P5c", "T-P6", "T-P7", "T-P8", "T-P9"),
        *(
            "T-P10.1",
            "T-P10.2",
            "T-P10.3",
            "T-P11",
            "T-C1",
            "T-P12.1",
            "T-P12.2",
            "T-Th1",
            "T-Th2",
            "T-P13",
            "T-Th3",
            "T-Th4",
        ),
    ]
}


def test_our_own_ledger_reads_and_settles_what_it_says() -> None:
    ledger = read_ledger()
    for document, names in INDEX.items():
        assert [name for claim in ledger if claim.document.id == document for name in claim.index] == names
    for claim in ledger:
        assert claim.words["en"].spoken
        assert claim.id.startswith(f"{claim.document.id}.")


@pytest.mark.parametrize(
    ("old", "new", "complaint"),
    [
        ("[half]", "[half", r"doc\.toml: .*line \d+"),
        ("[half]", "[bounded]", r"doc\.toml: .*twice"),
        ("[half]", "[Half]", r"\[Half\]: a claim is a table named by lower-case"),
        ("[document]", "[documents]", r"doc\.toml: no \[document\] table"),
        ('year = "2026"', "", r"\[document\]: the key 'year' is missing"),
        ('year = "2026"', "year = 2026", r"\[document\]: year = 2026 is not of type str"),
        ('place = "Lemma 2"', "", r"\[half\]: the key 'place' is missing"),
        ('place = "Lemma 2"', 'palce = "Lemma 2"', r"\[half\]: unknown key 'palce'; known are"),
        (
            'rests_on = ["doc.bounded"]',
            'rests_on = ["doc.bonded"]',
            r"doc\.half: rests_on.*did you mean 'doc\.bounded'",
        ),
        ('rests_on = ["doc.bounded"]', 'rests_on = "doc.bounded"', r"rests_on = 'doc\.bounded' is not of type"),
        ('expect = "refuted"', 'expect = "false"', r"expect = 'false' is no verdict; choose one of holds"),
        ('grade = "slip"', 'grade = "typo"', r"grade = 'typo'.*has one of false theorem"),
        ('grade = "slip"', "", r"grade = ''"),
        ('expect = "holds"', 'expect = "holds"\ngrade = "slip"', r"grade = 'slip' with expect = 'holds'"),
        ('expect = "holds"', 'expect = "holds"\nconditions = ["a"]', r"conditions = \['a'\]"),
        ('correction = "One will do."', "", r"words in 'en' and correction_latex disagree"),
        ("[bounded.en]", "[bounded.en]\nsubtitle = 'x'", r"\[bounded\.en\]: unknown key 'subtitle'"),
    ],
)
def test_a_wrong_file_is_refused(tmp_path: Path, old: str, new: str, complaint: str) -> None:
    assert old in LEDGER
    (tmp_path / "doc.toml").write_text(LEDGER.replace(old, new))
    with pytest.raises(LedgerError, match=complaint):
        read_ledger(tmp_path)


def test_words_are_not_optional(tmp_path: Path) -> None:
    (tmp_path / "doc.toml").write_text(LEDGER[: LEDGER.index("[bounded.en]")])
    with pytest.raises(LedgerError, match="no words in any language"):
        read_ledger(tmp_path)


def test_a_folder_without_claims_and_bytes_that_are_no_text(tmp_path: Path) -> None:
    with pytest.raises(LedgerError, match="no claims file"):
        read_ledger(tmp_path)
    (tmp_path / "doc.toml").write_bytes(b"\xff\xfe")
    with pytest.raises(LedgerError, match=r"doc\.toml"):
        read_ledger(tmp_path)
