"""The ledger: what each document claims, in our words, and what we expect a run to find.

One TOML file per document holds a ``[document]`` table and one table per claim; words per language stand under
``[claim.xx]``. The ledger knows nothing of outcomes: those are only ever written by a run (``reports.evidence``).
"""

from __future__ import annotations

import re
import tomllib
from collections.abc import Iterator, Mapping
from dataclasses import MISSING, dataclass, fields
from difflib import get_close_matches
from pathlib import Path
from typing import Any

__all__ = ["EXPECTED", "GRADES", "HERE", "Claim", "Document", "Ledger", "LedgerError", "Words", "read_ledger"]

HERE = Path(__file__).parent / "claims"

# What may be filed, and the roles that a claim's tests must then play between them.
EXPECTED: dict[str, frozenset[str]] = {
    "holds": frozenset({"statement", "twin"}),
    "conditional": frozenset({"refutes", "corrected", "twin"}),
    "refuted": frozenset({"refutes", "corrected", "twin"}),
    "descriptive": frozenset(),
}

# How wrong a conditional or refuted claim is.
GRADES = ("false theorem", "false statement", "missing hypothesis", "slip", "listing", "wording")

NAME = re.compile(r"[a-z0-9_]+")
LANGUAGE = re.compile(r"[a-z]{2}")


class LedgerError(ValueError):
    """A claims file that cannot be used; the message names file, place and remedy."""


@dataclass(frozen=True)
class Document:
    """One of the documents whose claims are judged."""

    id: str
    author: str
    title: str
    year: str
    language: str
    cite: str


@dataclass(frozen=True)
class Words:
    """One claim in one language: its title, plain words and, for the PDF's readers, its formula as spoken."""

    title: str
    plain: str
    spoken: str
    hypotheses: str = ""
    correction: str = ""
    correction_spoken: str = ""


@dataclass(frozen=True)
class Claim:
    """One checkable claim: formula, place, what it rests on, and the verdict expected of a run."""

    id: str
    document: Document
    latex: str
    place: str
    expect: str
    words: Mapping[str, Words]
    index: tuple[str, ...] = ()
    rests_on: tuple[str, ...] = ()
    conditions: tuple[str, ...] = ()
    grade: str = ""
    correction_latex: str = ""


@dataclass(frozen=True)
class Ledger:
    """Every claim by its id, in the order of the files."""

    claims: Mapping[str, Claim]

    def __iter__(self) -> Iterator[Claim]:
        return iter(self.claims.values())

    def __getitem__(self, claim_id: str) -> Claim:
        try:
            return self.claims[claim_id]
        except KeyError:
            raise LedgerError(f"unknown claim id {claim_id!r}{self.nearest(claim_id)}") from None

    def nearest(self, claim_id: str) -> str:
        """A hint for an id that is not in the ledger, or nothing."""
        near = get_close_matches(claim_id, self.claims, n=1)
        return f"; did you mean {near[0]!r}?" if near else "; `gan-theory claims` lists the ids"


def read_ledger(folder: Path | str | None = None) -> Ledger:
    """Read every claims file of a folder (by default the project's own ledger).

    Raises:
        LedgerError: a file that is not TOML, a key that is missing, misspelt or of the wrong type, an id used twice,
            or a claim that rests on one that is not there; with the file, the place and the remedy.
    """
    folder = HERE if folder is None else Path(folder)
    files = sorted(folder.glob("*.toml"))
    if not files:
        raise LedgerError(f"no claims file (*.toml) in {folder}: name the folder that holds them with --ledger")
    claims = {claim.id: claim for file in files for claim in _read_file(file)}
    for claim in claims.values():
        for parent in claim.rests_on:
            if parent not in claims:
                hint = Ledger(claims).nearest(parent)
                raise LedgerError(f"{claim.id}: rests_on names {parent!r}, which is not in the ledger{hint}")
    return Ledger(claims)


def _read_file(file: Path) -> list[Claim]:
    try:
        tables = tomllib.loads(file.read_text(encoding="utf-8"))
    except (tomllib.TOMLDecodeError, UnicodeDecodeError) as error:
        # tomllib names line and column, and a table or key given twice
        raise LedgerError(f"{file}: {error}; mend that line (is an id or a key there twice?)") from None
    header = tables.pop("document", None)
    if not isinstance(header, dict):
        raise LedgerError(f"{file}: no [document] table: start the file with one (author, title, year, language, cite)")
    document = _build(Document, {"id": file.stem, **header}, f"{file}: [document]")
    return [_read_claim(document, name, table, f"{file}: [{name}]") for name, table in tables.items()]


def _read_claim(document: Document, name: str, table: Any, where: str) -> Claim:
    if not NAME.fullmatch(name) or not isinstance(table, dict):
        raise LedgerError(f"{where}: a claim is a table named by lower-case letters, digits and _")
    words = {
        key: _build(Words, value, f"{where[:-1]}.{key}]")
        for key, value in table.items()
        if LANGUAGE.fullmatch(key) and isinstance(value, dict)
    }
    rest = {key: value for key, value in table.items() if key not in words}
    claim: Claim = _build(Claim, {**rest, "id": f"{document.id}.{name}", "document": document, "words": words}, where)
    for wrong, remedy in _incoherences(claim):
        raise LedgerError(f"{where}: {wrong}; {remedy}")
    return claim


def _incoherences(claim: Claim) -> Iterator[tuple[str, str]]:
    """What is wrong with one claim taken alone, each with its remedy."""
    wrong = claim.expect in ("conditional", "refuted")
    if claim.expect not in EXPECTED:
        yield f"expect = {claim.expect!r} is no verdict", f"choose one of {', '.join(EXPECTED)}"
    if wrong != (claim.grade in GRADES):
        yield (
            f"grade = {claim.grade!r} with expect = {claim.expect!r}",
            (f"a conditional or refuted claim, and no other, has one of {', '.join(GRADES)}"),
        )
    if (claim.expect == "conditional") != bool(claim.conditions):
        yield (
            f"conditions = {list(claim.conditions)} with expect = {claim.expect!r}",
            ("a conditional claim, and no other, names the conditions that it lacks"),
        )
    for language, words in claim.words.items():
        if wrong != bool(claim.correction_latex and words.correction and words.correction_spoken):
            yield (
                f"words in {language!r} and correction_latex disagree with expect = {claim.expect!r}",
                ("a conditional or refuted claim, and no other, has correction, correction_spoken, correction_latex"),
            )
    if not claim.words:
        yield "no words in any language", "add a table such as [id.en] with title, plain and spoken"


def _build(kind: type[Any], table: Mapping[str, Any], where: str) -> Any:
    """A frozen row from a TOML table: every key known, every key there, every value of its type."""
    known = {field.name: field for field in fields(kind)}
    for key in table:
        if key not in known:
            raise LedgerError(f"{where}: unknown key {key!r}; known are {', '.join(known)}")
    for name, field in known.items():
        if name not in table and field.default is MISSING:
            raise LedgerError(f"{where}: the key {name!r} is missing; add it")
    return kind(**{key: _typed(value, str(known[key].type), f"{where}: {key}") for key, value in table.items()})


def _typed(value: Any, wanted: str, where: str) -> Any:
    if wanted == "tuple[str, ...]" and isinstance(value, list) and all(isinstance(item, str) for item in value):
        return tuple(value)
    if wanted.startswith("tuple") or (wanted == "str" and not isinstance(value, str)):
        raise LedgerError(f"{where} = {value!r} is not of type {wanted}; mend the value")
    return value
