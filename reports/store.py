"""The evidence file: verdicts from outcomes, written whole or not at all, and refused when it is not what a run wrote.

``schema`` says which layout, ``digest`` that nobody edited it since, ``run`` where and when, ``claims`` what each test
of each claim found, ``data`` what was recorded besides.
"""

from __future__ import annotations

import hashlib
import json
import os
import tempfile
from collections.abc import Callable, Iterable, Mapping
from pathlib import Path
from typing import Any

from reports.ledger import Ledger

__all__ = ["SCHEMA", "EvidenceError", "read_evidence", "unlike_filed", "verdict", "write_evidence", "write_whole"]

SCHEMA = 2

Record = Mapping[str, Any]


class EvidenceError(ValueError):
    """An evidence file that cannot be used; the message names the file and the remedy."""


def verdict(records: Iterable[Record]) -> str:
    """What the tests of one claim say together.

    *not run* as soon as one test did not come to an end (a broken test never refutes), *stale* when a stored study no
    longer matches its parameters, *failed* when a test failed; then by the roles that passed: a refutation with its
    correction is *conditional* if every counterexample merely drops a named condition, else *refuted*; a statement
    whose wrong twin was caught *holds*.
    """
    records = list(records)
    outcomes = {record["outcome"] for record in records}
    for worst in ("not run", "stale", "failed"):
        if worst in outcomes:
            return worst
    roles = {record["role"] for record in records}
    if {"refutes", "corrected", "twin"} <= roles:
        dropped = [record["without"] for record in records if record["role"] == "refutes"]
        return "conditional" if all(dropped) else "refuted"
    return "holds" if {"statement", "twin"} <= roles and "refutes" not in roles else "not run"


def unlike_filed(ledger: Ledger, evidence: Mapping[str, Any]) -> dict[str, tuple[str, str]]:
    """The claims of the evidence, by id, whose (filed, computed) verdicts differ."""
    pairs = {key: (ledger[key].expect, entry["verdict"]) for key, entry in evidence["claims"].items()}
    return {key: pair for key, pair in pairs.items() if pair[0] != pair[1]}


def write_evidence(path: Path, run: Record, claims: Record, data: Record) -> None:
    """Write an evidence file, or leave the one that is there as it is."""
    contents = {"run": run, "claims": claims, "data": data}
    document = {"schema": SCHEMA, "digest": _digest(contents), **contents}
    write_whole(path, json.dumps(document, indent=1, allow_nan=False, ensure_ascii=False).encode() + b"\n")


def read_evidence(path: Path) -> dict[str, Any]:
    """Read an evidence file; one of an older schema is brought to this one.

    Raises:
        EvidenceError: the file is missing, is not JSON (cut off, say), is of another schema, lacks a part, or was
            edited since the run; with the remedy.
    """
    try:
        document = json.loads(path.read_text(encoding="utf-8"))
    except FileNotFoundError:
        raise EvidenceError(f"{path}: no evidence there: make some with `gan-theory verify`") from None
    except (OSError, UnicodeDecodeError) as error:
        raise EvidenceError(f"{path}: cannot be read ({error}): name an evidence file") from None
    except json.JSONDecodeError as error:
        raise EvidenceError(
            f"{path}: line {error.lineno}: not JSON ({error.msg}), perhaps cut off: run `gan-theory verify` again"
        ) from None
    found = document.get("schema") if isinstance(document, dict) else None
    if found not in (SCHEMA, *MIGRATIONS):
        raise EvidenceError(
            f"{path}: schema {found!r}, this version reads {SCHEMA}: run `gan-theory verify` again, "
            "or use the version that wrote it"
        )
    contents = {key: document.get(key) for key in ("run", "claims", "data")}
    if document.get("digest") != _digest(contents):
        raise EvidenceError(
            f"{path}: edited or damaged since its run (the digest differs): run `gan-theory verify` again"
        )
    while document["schema"] in MIGRATIONS:
        document = MIGRATIONS[document["schema"]](document)
    return dict(document)


def _without_kinds(document: dict[str, Any]) -> dict[str, Any]:
    """Schema 1 did not count the kinds of the drawn cases: nothing is known of them."""
    for entry in document["claims"].values():
        for test in entry["tests"]:
            test["drawn"] = None
    return {**document, "schema": 2}


MIGRATIONS: dict[int, Callable[[dict[str, Any]], dict[str, Any]]] = {1: _without_kinds}  # from the schema of the key


def write_whole(path: Path, contents: bytes) -> None:
    """Write a file whole or not at all: a reader, or a crash, never sees half of it."""
    path.parent.mkdir(parents=True, exist_ok=True)
    handle, name = tempfile.mkstemp(dir=path.parent, prefix=f".{path.name}.")
    try:
        with os.fdopen(handle, "wb") as file:
            file.write(contents)
        Path(name).chmod(0o644)
        os.replace(name, path)
    except BaseException:
        Path(name).unlink(missing_ok=True)
        raise


def _digest(contents: Record) -> str:
    canonical = json.dumps(contents, sort_keys=True, allow_nan=False, ensure_ascii=False)
    return hashlib.sha256(canonical.encode()).hexdigest()
