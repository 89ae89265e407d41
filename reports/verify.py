"""Runs pytest in this process for ``gan-theory verify``: a progress bar, then only what went wrong."""

from __future__ import annotations

import argparse
import sys
from collections.abc import Sequence
from pathlib import Path
from typing import Any

import pytest
from rich.console import Console
from rich.progress import BarColumn, MofNCompleteColumn, Progress, TextColumn, TimeElapsedColumn

__all__ = ["roles_by_claim", "run_tests"]

PLUGIN = ["-p", "reports.evidence", "-p", "no:cacheprovider"]
INTERRUPTED, NOTHING = 130, 5
EXIT = {
    pytest.ExitCode.OK: 0,
    pytest.ExitCode.TESTS_FAILED: 1,
    pytest.ExitCode.INTERRUPTED: 2,
    pytest.ExitCode.INTERNAL_ERROR: 2,
    pytest.ExitCode.USAGE_ERROR: 2,
    pytest.ExitCode.NO_TESTS_COLLECTED: NOTHING,
}


def run_tests(tests: Path, evidence: Path, options: argparse.Namespace) -> int:
    """Run the tests marked `claim` or `evidence`; returns pytest's exit code, 130 when interrupted."""
    arguments = [str(tests), *PLUGIN, "-m", "claim or evidence", "--evidence", str(evidence.absolute())]
    arguments += [part for name in options.ids for part in ("--claim", name)]
    arguments += ["--ledger", str(options.ledger.absolute())] if options.ledger else []
    arguments += ["--resume"] if options.resume else []
    arguments += ["-n", str(options.jobs)] if options.jobs > 1 else ["-p", "no:xdist"]
    bar = ProgressBar()
    with bar.progress:
        code = pytest.main(arguments, plugins=[bar])
    bar.print_failures()
    if bar.interrupted:
        print("interrupted: go on with the same command and --resume", file=sys.stderr)
        return INTERRUPTED
    if bar.uncollected:
        return EXIT[pytest.ExitCode.INTERRUPTED]
    if code == pytest.ExitCode.NO_TESTS_COLLECTED and evidence.exists():
        return 0 if options.resume else NOTHING
    return EXIT[pytest.ExitCode(code)]


def roles_by_claim(tests: Path, ledger: Path | None) -> tuple[dict[str, set[str]], int]:
    """The roles that the tests of a folder play for each claim, and pytest's exit code (0 or why not)."""
    collector = Collector()
    extra = ["--ledger", str(ledger.absolute())] if ledger else []
    code = pytest.main(
        [str(tests), *PLUGIN, "-p", "no:xdist", "--collect-only", "-qq", "-m", "claim", *extra], plugins=[collector]
    )
    return collector.roles, 0 if code == pytest.ExitCode.NO_TESTS_COLLECTED else int(code)


class Collector:
    """Notes the marks of every collected test, and prints none of them."""

    def __init__(self) -> None:
        self.roles: dict[str, set[str]] = {}

    def pytest_collection_finish(self, session: pytest.Session) -> None:
        """Read the marks."""
        for item in session.items:
            for mark in item.iter_markers("claim"):
                self.roles.setdefault(mark.args[0], set()).add(mark.kwargs["role"])
        session.items.clear()


class ProgressBar:
    """Stands in for pytest's own reporter."""

    def __init__(self) -> None:
        columns = (TextColumn("{task.description}"), BarColumn(), MofNCompleteColumn(), TimeElapsedColumn())
        self.progress = Progress(*columns, console=Console(stderr=True), transient=True)
        self.task = self.progress.add_task("collecting", total=None)
        self.failures: list[pytest.CollectReport | pytest.TestReport] = []
        self.uncollected = False
        self.interrupted = False

    @pytest.hookimpl(trylast=True)
    def pytest_configure(self, config: pytest.Config) -> None:
        """Silence pytest's reporter."""
        reporter = config.pluginmanager.get_plugin("terminalreporter")
        config.pluginmanager.unregister(reporter)

    def pytest_collection_finish(self, session: pytest.Session) -> None:
        """The number of tests is known (serial)."""
        self._total(len(session.items))

    @pytest.hookimpl(optionalhook=True)
    def pytest_xdist_node_collection_finished(self, node: Any, ids: Sequence[str]) -> None:
        """The number of tests is known (xdist)."""
        self._total(len(ids))

    def pytest_collectreport(self, report: pytest.CollectReport) -> None:
        """A file that cannot be collected."""
        if report.failed:
            self.failures.append(report)
            self.uncollected = True

    def pytest_runtest_logreport(self, report: pytest.TestReport) -> None:
        """One phase of one test is over."""
        if report.failed:
            self.failures.append(report)
        if report.when == "teardown":
            self.progress.advance(self.task)

    def pytest_keyboard_interrupt(self, excinfo: pytest.ExceptionInfo[BaseException]) -> None:
        """Ctrl-C (pytest ends a broken collection by the same way)."""
        self.interrupted = not isinstance(excinfo.value, pytest.Session.Interrupted)

    def print_failures(self) -> None:
        """Everything that went wrong, as pytest tells it."""
        for report in self.failures:
            print(f"\n{'_' * 20} {report.nodeid} {'_' * 20}\n{report.longreprtext}")

    def _total(self, count: int) -> None:
        if count:
            self.progress.update(self.task, total=count, description="checking")
