"""Long runs: cell by cell, resumed where they were killed, kept with the parameters that they answer.

A study is a module with ``PARAMETERS`` (plain values), ``CELLS`` (a list of plain values) and ``run(cell)``, which
returns plain values. ``python -m tests.studies NAME`` runs it.
"""

import hashlib
import importlib
import json
import os
import platform
import time
from datetime import UTC, datetime
from importlib.metadata import version
from pathlib import Path
from types import ModuleType
from typing import Any

RESULTS = Path(__file__).parent / "results"
PARTS = Path(__file__).parents[2] / "build" / "studies"
PACKAGES = ("numpy", "scipy", "POT", "torch")
LARGEST = 200_000


def study(name: str) -> ModuleType:
    """The module of a study."""
    if not name.isidentifier():
        raise ValueError(f"a study is a module of tests.studies, found {name!r}")
    return importlib.import_module(f"tests.studies.{name}")


def digest(module: Any) -> str:
    """What identifies the question: parameters and cells."""
    asked = json.dumps([module.PARAMETERS, module.CELLS], sort_keys=True, separators=(",", ":"), allow_nan=False)
    return hashlib.sha256(asked.encode()).hexdigest()


def _line(value: object) -> str:
    return json.dumps(value, separators=(",", ":"), allow_nan=False)


def _finished(path: Path, asked: str) -> dict[int, dict[str, Any]]:
    """Cells finished for the same question; a last line cut short by a kill does not count."""
    found = {}
    for text in path.read_text(encoding="utf-8").split("\n") if path.exists() else []:
        try:
            line = json.loads(text)
        except ValueError:
            continue
        if line["digest"] == asked:
            found[line["cell"]] = line
    return found


def _append(path: Path, line: dict[str, Any]) -> None:
    """One line on its own, whatever a killed run left behind."""
    path.parent.mkdir(parents=True, exist_ok=True)
    cut = path.exists() and path.stat().st_size > 0 and not path.read_bytes().endswith(b"\n")
    with path.open("a", encoding="utf-8", newline="\n") as file:
        file.write(("\n" if cut else "") + _line(line) + "\n")
        file.flush()
        os.fsync(file.fileno())


def _write(path: Path, text: str) -> None:
    """Whole or not at all."""
    path.parent.mkdir(parents=True, exist_ok=True)
    half = path.with_suffix(".tmp")
    half.write_text(text, encoding="utf-8", newline="\n")
    half.replace(path)


def carry_out(name: str, module: Any, *, parts: Path = PARTS, results: Path = RESULTS) -> Path:
    """Run the cells that are missing, then write the result; returns its path."""
    asked, path = digest(module), parts / f"{name}.jsonl"
    done = _finished(path, asked)
    for number, cell in enumerate(module.CELLS):
        if number in done:
            continue
        started = time.perf_counter()
        rows = module.run(cell)
        done[number] = {"digest": asked, "cell": number, "seconds": time.perf_counter() - started, "rows": rows}
        _append(path, done[number])
        print(f"{name}: cell {number + 1} of {len(module.CELLS)}, {done[number]['seconds']:.1f} s", flush=True)
    result = {
        "command": f"python -m tests.studies {name}",
        "parameters": module.PARAMETERS,
        "cells": module.CELLS,
        "digest": asked,
        "versions": {"python": platform.python_version(), **{package: version(package) for package in PACKAGES}},
        "platform": f"{platform.system()} {platform.machine()}",
        "device": module.PARAMETERS.get("device", "cpu"),
        "date": datetime.now(UTC).date().isoformat(),
        "seconds": round(sum(line["seconds"] for line in done.values()), 1),
        "rows": [done[number]["rows"] for number in range(len(module.CELLS))],
    }
    text = _line(result) + "\n"
    if len(text) > LARGEST:
        raise ValueError(f"the result of {name} has {len(text)} characters, more than {LARGEST}; keep fewer digits")
    _write(results / f"{name}.json", text)
    return results / f"{name}.json"


def load(name: str, module: Any = None, *, results: Path = RESULTS) -> dict[str, Any]:
    """A study's result, with ``stale`` set where the study no longer asks what the result answers."""
    path = results / f"{name}.json"
    if not path.exists():
        raise FileNotFoundError(f"{path.name} has not been written; run: python -m tests.studies {name}")
    result: dict[str, Any] = json.loads(path.read_text(encoding="utf-8"))
    result["stale"] = result["digest"] != digest(module or study(name))
    return result
