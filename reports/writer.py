"""Gathers what the tests of claims found, in the one process that sees every report, and writes the evidence file.

Each finished test is also a line of ``FILE.journal``: a run that is killed leaves the evidence of the run before it
untouched, and ``--resume`` goes on from the journal as long as no source file has changed.
"""

from __future__ import annotations

import hashlib
import json
import os
import platform
import subprocess
import sys
import time
from collections.abc import Iterator
from datetime import UTC, datetime
from importlib import metadata
from pathlib import Path
from typing import Any

import pytest

from reports.ledger import Ledger
from reports.store import verdict, write_evidence

__all__ = ["Writer"]

PACKAGES = ("gan-theory", "numpy", "scipy", "POT", "torch", "hypothesis", "pytest")
SOURCES = (".py", ".toml", ".json")  # what a finished test may depend on
FINISHED = (pytest.ExitCode.OK, pytest.ExitCode.TESTS_FAILED)


class Writer:
    """One run's evidence, test by test."""

    def __init__(self, config: pytest.Config, ledger: Ledger) -> None:
        self.config, self.ledger = config, ledger
        self.path = Path(config.getoption("--evidence")).absolute()
        self.journal = self.path.with_name(self.path.name + ".journal")
        self.started = time.time()
        self.whole = True
        self.digest = _digest_of_sources(config.rootpath)
        self.found: dict[str, dict[str, Any]] = dict(self._journalled()) if config.getoption("--resume") else {}
        self.finished = [name for name, found in self.found.items() if found["outcome"] != "not run"]
        self._start_journal()

    @pytest.hookimpl(optionalhook=True)
    def pytest_configure_node(self, node: Any) -> None:
        """Tell an xdist worker, before it collects, what is finished."""
        node.workerinput["evidence_finished"] = self.finished

    def pytest_collectreport(self, report: pytest.CollectReport) -> None:
        """A file that cannot be collected hides tests: such a run writes nothing."""
        self.whole = self.whole and not report.failed

    @pytest.hookimpl(tryfirst=True)
    def pytest_runtest_logreport(self, report: pytest.TestReport) -> None:
        """Keep what a test found; write a line when it is over."""
        found = dict(report.user_properties).get("evidence")
        if not isinstance(found, dict):
            return
        seconds = round(report.duration, 3) if report.when == "call" else self._seconds(report.nodeid)
        kept = self.found[report.nodeid] = {**found, "test": report.nodeid, "seconds": seconds}
        if report.when != "call" and not report.passed:
            kept.update(outcome="not run", message=f"{report.when}: {report.longreprtext.strip().splitlines()[-1]}")
        if report.when == "teardown":
            self._append(kept)

    @pytest.hookimpl(trylast=True)
    def pytest_sessionfinish(self, session: pytest.Session, exitstatus: int) -> None:
        """Write the evidence if the run came to its end; leave the last one alone if it did not."""
        ended = exitstatus in FINISHED or (exitstatus == pytest.ExitCode.NO_TESTS_COLLECTED and bool(self.finished))
        if ended and self.whole and not session.shouldstop and not session.shouldfail and self.found:
            write_evidence(self.path, self._run(), self._claims(), self._data())
            self.journal.unlink(missing_ok=True)

    def _seconds(self, test: str) -> float:
        return float(self.found.get(test, {}).get("seconds", 0.0))

    def _claims(self) -> dict[str, Any]:
        tests: dict[str, list[dict[str, Any]]] = {}
        for name, found in sorted(self.found.items()):
            if found["claim"]:
                shown = {key: found[key] for key in found if key not in ("claim", "data")}
                tests.setdefault(found["claim"], []).append({**shown, "test": name})
        wanted = self.config.getoption("--claim")
        filed = [c.id for c in self.ledger if c.expect != "descriptive" and (not wanted or c.id in wanted)]
        return {key: {"verdict": verdict(tests.get(key, [])), "tests": tests.get(key, [])} for key in filed}

    def _data(self) -> dict[str, Any]:
        every = {
            name: {**entry, "test": test} for test, f in sorted(self.found.items()) for name, entry in f["data"].items()
        }
        return dict(sorted(every.items()))

    def _run(self) -> dict[str, Any]:
        wanted = self.config.getoption("--claim")
        return {
            "command": " ".join(["gan-theory", "verify", *wanted]),
            "started": datetime.fromtimestamp(self.started, UTC).isoformat(timespec="seconds"),
            "seconds": round(time.time() - self.started, 1),
            "complete": not wanted,
            "python": platform.python_version(),
            "platform": f"{platform.system()} {platform.machine()}",
            "cpus": os.cpu_count() or 1,
            "packages": dict(_versions()),
            "commit": _commit(self.config.rootpath),
        }

    def _start_journal(self) -> None:
        lines = [{"digest": self.digest}, *self.found.values()]
        try:
            self.path.parent.mkdir(parents=True, exist_ok=True)
            self.journal.write_text("".join(json.dumps(line) + "\n" for line in lines), encoding="utf-8")
        except OSError as error:
            fault = f"cannot write to {self.path}: {error}; name a file that can be written with --evidence"
            raise pytest.UsageError(fault) from None

    def _append(self, found: dict[str, Any]) -> None:
        with self.journal.open("a", encoding="utf-8") as file:
            file.write(json.dumps(found) + "\n")

    def _journalled(self) -> Iterator[tuple[str, dict[str, Any]]]:
        lines = _whole_lines(self.journal)
        header = next(lines, {})
        if header and header.get("digest") != self.digest:
            print("the sources changed since the interrupted run: starting over", file=sys.stderr)
            return
        for found in lines:
            yield found["test"], found


def _whole_lines(file: Path) -> Iterator[dict[str, Any]]:
    """The lines of a journal, but for one that a kill cut off."""
    if file.exists():
        for line in file.read_text(encoding="utf-8").splitlines():
            try:
                yield json.loads(line)
            except json.JSONDecodeError:
                return


def _digest_of_sources(root: Path) -> str:
    digest = hashlib.sha256(sys.version.encode())
    for folder, names, files in os.walk(root):
        names[:] = sorted(name for name in names if not name.startswith((".", "build", "__pycache__")))
        for name in sorted(files):
            if name.endswith(SOURCES):
                digest.update(name.encode() + (Path(folder) / name).read_bytes())
    return digest.hexdigest()


def _versions() -> Iterator[tuple[str, str]]:
    for name in PACKAGES:
        try:
            yield name, metadata.version(name)
        except metadata.PackageNotFoundError:
            yield name, "not installed"


def _commit(root: Path) -> str:
    try:
        asked = ["git", "-C", str(root), "rev-parse", "--short", "HEAD"]
        return subprocess.run(asked, capture_output=True, text=True, timeout=10, check=True).stdout.strip()
    except (OSError, subprocess.SubprocessError):
        return ""
