"""Chapters beside the claims: which there are, what stands in their cells, and what is refused."""

import re
from typing import Any

import pytest

from reports import figures
from reports.chapters import chapters
from reports.phrases import ReportError, read_phrases
from reports.render import html
from reports.typeset import pdf
from reports.view import report
from tests.reports.sample import EVIDENCE, HOSTILE, LEDGER, chapter_curves, datum
from tests.reports.test_typeset import read

WORDS = read_phrases("en")
DIVERGENCES, TRANSPORT, LIBRARIES = chapters(EVIDENCE, WORDS)
LAWS, BROKEN = LIBRARIES.grids


def with_table(**changed: Any) -> dict[str, Any]:
    table = {**EVIDENCE["data"]["library_laws"]["value"], **changed}
    return {**EVIDENCE, "data": {"table": datum(table)}}


def test_each_chapter_has_its_records_and_says_who_made_them() -> None:
    assert [DIVERGENCES.slug, TRANSPORT.slug, LIBRARIES.slug] == ["divergences", "transport", "libraries"]
    assert [picture.title for picture in DIVERGENCES.pictures] == [WORDS("titles.js_range")]
    assert "3 random pairs" in DIVERGENCES.pictures[0].caption
    assert [picture.title for picture in TRANSPORT.pictures] == [
        WORDS("titles.plan_and_potential"),
        WORDS("titles.sizes"),
    ]
    assert (
        "from 10,000 points on time grows with the power 1.25 of n and memory with the power 1,"
        in TRANSPORT.pictures[1].caption
    )
    assert [LAWS.folded, BROKEN.folded] == [False, True]
    assert BROKEN.title == "Other conventions: 2"
    assert LIBRARIES.tests == ("tests/theorems/test_sample.py::test_data",)


def test_a_chapter_is_no_claim_and_no_other_record() -> None:
    shown = report(LEDGER, EVIDENCE, WORDS)
    assert [name for name, *_ in shown.records] == ["speed"]
    assert chapters({**EVIDENCE, "data": {"speed": EVIDENCE["data"]["speed"]}}, WORDS) == ()


def test_cells_are_words_numbers_marks_or_text() -> None:
    assert [cell.mark for cell in LAWS.rows[0].cells] == ["", "holds", "conditional", "refuted", ""]
    assert [cell.text for cell in LAWS.rows[0].cells] == ["symmetric", "passes", "another convention", "fails", ""]
    assert [cell.text for cell in BROKEN.rows[0].cells][2:] == ["−2.5\u00a0×\u00a010⁻²⁴; ∞", "an error"]
    assert [column.kind for column in (*LAWS.columns[:4], *BROKEN.columns[:3])] == [
        *("word", "mark", "mark", "mark"),
        *("word", "word", "number"),
    ]
    assert BROKEN.rows[0].note == f"{WORDS('labels.cancels')} It warns."


def test_a_name_may_break_at_its_underscores() -> None:
    assert LAWS.columns[1].title == "name_\u200bof_\u200b0"
    assert LAWS.columns[1].note == "library 0.0"


def test_the_page_links_to_its_chapters_and_shows_the_commands() -> None:
    text = html(LEDGER, EVIDENCE)
    for slug in ("divergences", "transport", "libraries"):
        assert f'href="#chapter-{slug}"' in text and f'id="chapter-{slug}"' in text
    assert re.search(r"<details class=\"grid\"><summary>Other conventions: 2", text)
    assert 'python -c "print(1 &lt; 2, &#39;' in text
    assert text.count("passes") == 1


def test_the_document_links_to_its_chapters_and_shows_the_commands(tmp_path: Any) -> None:
    flat = re.sub(r"\s+", " ", read(pdf(LEDGER, EVIDENCE), tmp_path))
    names = ", ".join(WORDS(f"chapters.{name}") for name in ("divergences", "transport", "libraries"))
    assert f"Also in this report: {names}" in flat
    assert "passes" in flat and "−2.5 × 10⁻²⁴; ∞" in flat.replace("\u00a0", " ")
    assert 'python -c "print(1 < 2,' in flat and HOSTILE.split()[0] in flat


def test_a_region_and_points_are_drawn_below_the_top() -> None:
    value = chapter_curves()
    bare = {key: value[key] for key in ("x", "lines")}
    assert figures.curves(value, "", WORDS) != figures.curves({**value, "top": 0.5}, "", WORDS)
    assert figures.curves(value, "", WORDS).count("<use") > figures.curves(bare, "", WORDS).count("<use")


def test_a_label_that_nobody_knows_is_refused_in_a_plane() -> None:
    value = EVIDENCE["data"]["transport_1_plan"]["value"]
    for part in ("levels", "segments"):
        with pytest.raises(ReportError, match=r"'nameless' is missing from \[labels\]"):
            figures.plane({**value, part: {**value[part], "label": "nameless"}}, "", WORDS)


def test_what_nobody_knows_is_refused() -> None:
    with pytest.raises(
        ReportError, match="record 'table': no chapter 'kitchen'; known are divergences, transport, libraries"
    ):
        chapters(with_table(chapter="kitchen"), WORDS)
    row = {"cells": [{"word": "law"}, {"mark": "splendid"}, "", "", ""]}
    with pytest.raises(ReportError, match="the mark 'splendid'; known are holds"):
        chapters(with_table(rows=[row]), WORDS)
    with pytest.raises(ReportError, match=r"'nameless' is missing from \[titles\]"):
        chapters(with_table(title="nameless"), WORDS)
