"""Chapters beside the claims: pictures and tables that a run records under a chapter's name, ready to be set.

A record of kind "curves", "plane" or "table" says in which chapter it belongs. A chapter shows its pictures, then its
tables, each in the order of the records' names. A cell is text as it is, or says what it is: ``{"word": label}``,
``{"number": "2.5e-24, inf"}`` or ``{"mark": verdict}``.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Any

from reports import figures
from reports.cards import VERDICTS, Picture, kind, slug
from reports.phrases import Phrases, ReportError, power_of_ten

__all__ = ["Cell", "Chapter", "Column", "Grid", "Row", "chapters", "of_chapter"]

ORDER = ("divergences", "transport", "libraries")
PICTURES = {"curves": figures.curves, "plane": figures.plane}
POWER = re.compile(r"e([+-]\d+)")

Table = Mapping[str, Any]


@dataclass(frozen=True)
class Cell:
    """Text, and a verdict's slug where the text stands beside its mark."""

    text: str
    mark: str = ""


@dataclass(frozen=True)
class Column:
    """A heading, a line below it, and what its cells are: "mark", "number" or "word"."""

    title: str
    note: str
    kind: str


@dataclass(frozen=True)
class Row:
    """Cells, and what stands below them: sentences and a command."""

    cells: tuple[Cell, ...]
    note: str
    code: str


@dataclass(frozen=True)
class Grid:
    """A table with its title and caption."""

    title: str
    caption: str
    columns: tuple[Column, ...]
    rows: tuple[Row, ...]
    folded: bool


@dataclass(frozen=True)
class Chapter:
    """Pictures and tables under one heading, and the tests that recorded them."""

    slug: str
    title: str
    lead: str
    pictures: tuple[Picture, ...]
    grids: tuple[Grid, ...]
    tests: tuple[str, ...]


def chapters(evidence: Table, words: Phrases) -> tuple[Chapter, ...]:
    """The chapters that the evidence has records for.

    Raises:
        ReportError: a record names a chapter or a mark that is not known, or a phrase is missing.
    """
    entries = {name: entry for name, entry in evidence["data"].items() if of_chapter(entry)}
    for name, entry in entries.items():
        if entry["value"]["chapter"] not in ORDER:
            raise ReportError(
                f"record {name!r}: no chapter {entry['value']['chapter']!r}; known are {', '.join(ORDER)}"
            )
    sorted_in = {one: [e for e in entries.values() if e["value"]["chapter"] == one] for one in ORDER}
    return tuple(_chapter(one, several, words) for one, several in sorted_in.items() if several)


def of_chapter(entry: Table) -> bool:
    """Whether a record of the evidence belongs in a chapter."""
    return kind(entry) in (*PICTURES, "table") and "chapter" in entry["value"]


def _chapter(name: str, entries: list[Table], words: Phrases) -> Chapter:
    return Chapter(
        slug=name,
        title=words(f"chapters.{name}"),
        lead=words(f"chapters.{name}_lead"),
        pictures=tuple(_picture(e["value"], words) for e in entries if kind(e) in PICTURES),
        grids=tuple(_grid(e["value"], words) for e in entries if kind(e) == "table"),
        tests=tuple(dict.fromkeys(e["test"] for e in entries)),
    )


def _said(value: Table, words: Phrases) -> tuple[str, str]:
    """Title and caption, with the numbers that the record gives for it."""
    given = value.get("numbers", {})
    numbers = {name: words.whole(n) if isinstance(n, int) else words.number(n) for name, n in given.items()}
    return words(f"titles.{value['title']}", **numbers), words(f"captions.{value['title']}", **numbers)


def _picture(value: Table, words: Phrases) -> Picture:
    title, caption = _said(value, words)
    alt = f"{title}. {caption}"
    return Picture(PICTURES[value["kind"]](value, alt, words), title, caption, alt)


def _grid(value: Table, words: Phrases) -> Grid:
    title, caption = _said(value, words)
    return Grid(
        title=title,
        caption=caption,
        columns=tuple(_column(i, value, words) for i in range(len(value["columns"]))),
        rows=tuple(_rows(value, words)),
        folded=bool(value.get("folded")),
    )


def _column(i: int, value: Table, words: Phrases) -> Column:
    column, cells = value["columns"][i], [row["cells"][i] for row in value["rows"]]
    found = {what for cell in cells if not isinstance(cell, str) for what in cell}
    kind_of = next((what for what in ("mark", "number") if what in found), "word")
    return Column(_breakable(_cell(column["title"], words).text), column.get("note", ""), kind_of)


def _rows(value: Table, words: Phrases) -> Iterator[Row]:
    for row in value["rows"]:
        cells = tuple(_cell(cell, words) for cell in row["cells"])
        yield Row(cells, " ".join(_cell(note, words).text for note in row.get("notes", [])), row.get("code", ""))


def _cell(value: str | Table, words: Phrases) -> Cell:
    if isinstance(value, str):
        return Cell(value)
    ((what, content),) = value.items()
    if what == "mark":
        if content not in VERDICTS:
            raise ReportError(f"a table has the mark {content!r}; known are {', '.join(VERDICTS)}")
        return Cell(words(f"marks.{content}"), slug(content))
    return Cell(words(f"labels.{content}") if what == "word" else _number(content))


def _breakable(name: str) -> str:
    """A name that a narrow column may break after its underscores."""
    return name.replace("_", "_\u200b")


def _number(text: str) -> str:
    """Numbers as they are printed, set as they are written."""
    powers = POWER.sub(lambda found: f"\u00a0×\u00a0{power_of_ten(int(found[1]))}", text)
    return re.sub(r"(?<!\w)-", "−", powers).replace("inf", "∞")
