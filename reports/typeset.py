"""The report as a PDF for archives and for screen readers (PDF/A-2a, PDF/UA-1), set by Typst."""

from __future__ import annotations

import dataclasses
import json
import re
from collections.abc import Mapping
from datetime import UTC, datetime
from pathlib import Path
from typing import TYPE_CHECKING, Any

from reports.ledger import Ledger
from reports.palette import GLYPHS, PALETTE, glyph
from reports.phrases import Phrases, ReportError, read_phrases
from reports.view import Report, report

__all__ = ["STANDARDS", "pdf"]

if TYPE_CHECKING:
    from typst import PDFStandard

TEMPLATES = Path(__file__).parent / "templates"
STANDARDS: list[PDFStandard] = ["ua-1", "a-2a"]

# The template's own words: its name for each and the key of the phrase.
WORDS = {
    "kicker": "page.kicker",
    "lede": "page.lede",
    "tagline": "page.tagline",
    "banner": "banner.title",
    "also": "page.also",
    "graph": "sections.graph",
    "graph_caption": "graph.caption_print",
    "table": "sections.table",
    "runs": "sections.runs",
    "records": "sections.records",
    "reading": "sections.reading",
    "environment": "sections.environment",
    "exact": "card.exact",
    "tests": "card.tests",
    "tests_head": "card.tests_head",
    "finding_head": "card.finding_head",
    "hypotheses": "card.hypotheses",
    "corrected": "card.corrected",
    "rests_on": "card.rests_on",
    "supports": "card.supports",
    "rerun": "card.rerun",
    "stale": "verdicts.stale",
    "recorded_by": "runs.test",
}
COLUMNS = {
    "columns": ["table.claim", "table.verdict", "table.cases", "table.margin", "table.page"],
    "record_columns": ["records.name", "records.kind", "records.source", "records.test"],
    "reading_columns": ["table.verdict", "table.meaning"],
    "environment_columns": ["environment.name", "environment.value"],
}


def pdf(ledger: Ledger, evidence: Mapping[str, Any], *, language: str = "en") -> bytes:
    """The report as the bytes of a PDF file; the same evidence gives the same bytes.

    Args:
        ledger: the claims.
        evidence: the parsed evidence file.
        language: which of ``words/*.toml``.

    Returns:
        A PDF that claims, and was checked by Typst for, both standards.

    Raises:
        ReportError: no such language, a phrase is missing, a formula cannot be shown, or Typst refuses the document;
            names file or claim.
        LedgerError: the evidence judges a claim that is not in the ledger.
    """
    import typst

    words = read_phrases(language)
    started = datetime.fromisoformat(evidence["run"]["started"]).astimezone(UTC)
    data = {**_document(report(ledger, evidence, words), words), "date": _date(started)}
    try:
        made = typst.compile(
            str(TEMPLATES / "report.typ"),
            root=str(TEMPLATES),
            format="pdf",
            ignore_system_fonts=True,
            sys_inputs={"report": json.dumps(data)},
            pdf_standards=STANDARDS,
        )
    except typst.TypstError as error:
        raise ReportError(f"the PDF could not be set: {error}") from error
    return bytes(made)


def _date(day: datetime) -> dict[str, int]:
    return {name: getattr(day, name) for name in ("year", "month", "day")}


def _document(shown: Report, words: Phrases) -> dict[str, Any]:
    data: dict[str, Any] = dataclasses.asdict(shown)
    for section in data["sections"]:
        named = {key: section["document"][key] for key in ("author", "title", "year", "cite")}
        section["heading"] = words("page.claims_of", cite=named["cite"])
        section["source"] = words("page.source", **named)
    return {
        **_sized(data),
        "title": words("page.title"),
        "author": words("page.author"),
        "language": words.language,
        "palette": {name: light for name, (light, _) in PALETTE.items()},
        "marks": {name: _mark(name) for name in GLYPHS},
        "words": {
            **{name: words(key) for name, key in WORDS.items()},
            **{name: [words(key) for key in keys] for name, keys in COLUMNS.items()},
            "page": words("pdf.page", page="{page}", pages="{pages}"),
        },
    }


def _sized(value: Any) -> Any:
    """The same data; each picture, wherever it is, with its width and height in pixels."""
    if isinstance(value, dict):
        sized = {key: _sized(item) for key, item in value.items()}
        if "svg" in sized:
            width, height = re.findall(r' (?:width|height)="([\d.]+)"', sized["svg"])[:2]
            sized.update(width=float(width), height=float(height))
        return sized
    return [_sized(item) for item in value] if isinstance(value, list | tuple) else value


def _mark(verdict: str) -> str:
    return f'<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 16 16">{glyph(verdict)}</svg>'
