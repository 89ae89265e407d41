"""The pytest plugin: ``@claim`` joins a test to the ledger, and a run writes what the tests found.

Opt in with ``addopts = "-p reports.evidence"``. It imports only the standard library and pytest. A test plays one role:

=========  ==========================================================================  =====================
role       what it is                                                                  passes when
=========  ==========================================================================  =====================
statement  the claim as printed                                                        no check is violated
sharp      equality, or a case as close as one likes                                   no check is violated
corrected  what holds in place of a refuted or conditional claim                       no check is violated
twin       a neighbour made wrong on purpose, at most 5 % or one hypothesis away       a check is `Violated`
refutes    a counterexample; ``without="..."`` names the condition that it drops       a check is `Violated`
=========  ==========================================================================  =====================

Any other exception, an unsatisfied ``assume``, a skip, or a test that checks nothing counts as *not run*.
"""

from __future__ import annotations

import functools
from collections.abc import Callable, Generator, Mapping
from typing import Any

import pytest

from reports.checks import at_most, equal, record, recording
from reports.ledger import Claim, Ledger, LedgerError, read_ledger
from reports.recorder import Recorder, Violated

__all__ = ["ROLES", "Violated", "at_most", "claim", "equal", "evidence", "record"]

ROLES = {"statement": False, "sharp": False, "corrected": False, "twin": True, "refutes": True}  # must it be Violated?

evidence = pytest.mark.evidence
"""Marks a test that settles no claim but records data for the report."""


def claim(claim_id: str, role: str = "statement", *, without: str = "") -> pytest.MarkDecorator:
    """Mark a test as evidence on a claim of the ledger.

    Args:
        claim_id: ``document.name``; an id that the ledger does not know stops the collection.
        role: one of `ROLES`.
        without: for ``refutes``, the condition of the claim that the counterexample drops.

    >>> claim("thesis.prop3", role="twin").kwargs["role"]
    'twin'
    """
    return pytest.mark.claim(claim_id, role=role, without=without)


def pytest_addoption(parser: pytest.Parser) -> None:
    """The options that `gan-theory verify` sets."""
    group = parser.getgroup("evidence", "claims and the evidence for them")
    group.addoption("--evidence", metavar="FILE", help="write what the tests of claims find to FILE")
    group.addoption("--resume", action="store_true", help="skip what an interrupted run with --evidence had finished")
    group.addoption("--claim", action="append", default=[], metavar="ID", help="only the tests of this claim")
    group.addoption("--ledger", metavar="DIR", help="the folder of claims files (default: this toolkit's own)")


def pytest_configure(config: pytest.Config) -> None:
    """Register the marks and, in the process that writes, the writer."""
    config.addinivalue_line("markers", "claim(id, role, without): evidence on a claim of the ledger")
    config.addinivalue_line("markers", "evidence: records data for the report")
    for wanted in config.getoption("--claim"):
        if wanted not in ledger_of(config).claims:
            raise pytest.UsageError(f"--claim: unknown claim id {wanted!r}{ledger_of(config).nearest(wanted)}")
    if config.getoption("--evidence") and not hasattr(config, "workerinput"):
        from reports.writer import Writer

        config.pluginmanager.register(Writer(config, ledger_of(config)), "evidence-writer")


@pytest.hookimpl(wrapper=True)
def pytest_make_collect_report(
    collector: pytest.Collector,
) -> Generator[None, pytest.CollectReport, pytest.CollectReport]:
    """Hold every mark against the ledger: a file whose marks do not fit cannot be collected."""
    report = yield
    marked = [
        item for item in report.result or [] if isinstance(item, pytest.Item) and item.get_closest_marker("claim")
    ]
    if marked:
        ledger = ledger_of(collector.config)
        wrong = [f"{item.nodeid}: {fault}" for item in marked for fault in _faults(item, ledger)]
        if wrong:
            report.outcome, report.result, report.longrepr = "failed", [], "\n".join(wrong)
    return report


@pytest.hookimpl(trylast=True)
def pytest_collection_modifyitems(config: pytest.Config, items: list[pytest.Item]) -> None:
    """Keep what this run is asked for and has not finished."""
    wanted, finished = config.getoption("--claim"), _finished(config)
    kept: list[pytest.Item] = []
    dropped: list[pytest.Item] = []
    for item in items:
        skip = item.nodeid in finished or (wanted and _claim_id(item) not in wanted)
        (dropped if skip else kept).append(item)
    if dropped:
        items[:] = kept
        config.hook.pytest_deselected(items=dropped)


def pytest_runtest_setup(item: pytest.Item) -> None:
    """Until its call ends, a marked test counts as not run."""
    mark = item.get_closest_marker("claim")
    if mark is not None or item.get_closest_marker("evidence"):
        role = mark.kwargs if mark else {"role": "", "without": ""}
        found = {
            "claim": _claim_id(item),
            **role,
            "outcome": "not run",
            "message": "",
            "data": {},
            **Recorder().as_dict(),
        }
        item.user_properties.append(("evidence", found))


@pytest.hookimpl(wrapper=True)
def pytest_runtest_call(item: pytest.Item) -> Generator[None, None, None]:
    """Run a marked test under a recorder and judge it by its role."""
    found = dict(item.user_properties).get("evidence")
    if not isinstance(found, dict):
        return (yield)
    recorder = Recorder()
    try:
        with recording(recorder), _cases(item, recorder):
            yield
        if found["claim"] and not recorder.checks:
            raise RuntimeError(f"{item.nodeid} checked nothing: call at_most or equal")
        if ROLES.get(found["role"]):
            found["outcome"] = "failed"
            pytest.fail(f"no check was violated: this {found['role']} was not caught", pytrace=False)
    except Violated as violation:
        found["message"] = str(violation)
        found["outcome"] = "passed" if ROLES.get(found["role"]) else "failed"
        if found["outcome"] == "failed":
            raise
    except BaseException as error:
        found["message"] = f"{type(error).__name__}: {error}"
        raise
    else:
        found["outcome"] = "passed"
    finally:
        found.update(recorder.as_dict(), data=recorder.data)
        if found["outcome"] == "passed" and any(item["stale"] for item in recorder.data.values()):
            found["outcome"] = "stale"


def ledger_of(config: pytest.Config) -> Ledger:
    """The ledger that this run is held against."""
    return _ledger(config.getoption("--ledger"))


@functools.cache
def _ledger(folder: str | None) -> Ledger:
    try:
        return read_ledger(folder)
    except LedgerError as error:
        raise pytest.UsageError(str(error)) from None


def _claim_id(item: pytest.Item) -> str:
    mark = item.get_closest_marker("claim")
    return str(mark.args[0]) if mark else ""


def _faults(item: pytest.Item, ledger: Ledger) -> Generator[str, None, None]:
    """What is wrong with the marks of one test."""
    marks = list(item.iter_markers("claim"))
    if len(marks) > 1:
        yield f"{len(marks)} claim marks: a test settles one claim; write one test for each"
    for mark in marks:
        if len(mark.args) != 1 or mark.kwargs.keys() != {"role", "without"}:
            yield "pytest.mark.claim by hand; use the decorator reports.evidence.claim"
            continue
        known = ledger.claims.get(mark.args[0])
        if known is None:
            yield f"unknown claim id {mark.args[0]!r}{ledger.nearest(mark.args[0])}"
        else:
            yield from _misfits(mark.kwargs["role"], mark.kwargs["without"], known)


def _misfits(role: str, without: str, known: Claim) -> Generator[str, None, None]:
    if role not in ROLES:
        yield f"unknown role {role!r}; choose one of {', '.join(ROLES)}"
    if without and (role != "refutes" or without not in known.conditions):
        yield f"without={without!r} with role={role!r}: only a refutation drops a condition, one of {known.conditions}"


def _finished(config: pytest.Config) -> frozenset[str]:
    """The tests that an interrupted run had finished, as the writing process read them."""
    writer = config.pluginmanager.get_plugin("evidence-writer")
    done = writer.finished if writer else getattr(config, "workerinput", {}).get("evidence_finished", ())
    return frozenset(done)


class _cases:
    """Tells the recorder where each tried case begins and ends: each draw of Hypothesis, or the test as a whole."""

    def __init__(self, item: pytest.Item, recorder: Recorder) -> None:
        self.handle = getattr(getattr(item, "obj", None), "hypothesis", None)
        self.arguments: Mapping[str, Any] = getattr(getattr(item, "callspec", None), "params", {})
        self.recorder = recorder

    def __enter__(self) -> None:
        if self.handle is None:
            self.whole = self.recorder.case(self.arguments)
            self.whole.__enter__()
        else:
            self.inner: Callable[..., Any] = self.handle.inner_test
            self.handle.inner_test = self._noting(self.inner)

    def __exit__(self, *raised: Any) -> bool | None:
        if self.handle is None:
            return self.whole.__exit__(*raised)
        self.handle.inner_test = self.inner
        return None

    def _noting(self, inner: Callable[..., Any]) -> Callable[..., Any]:
        @functools.wraps(inner)
        def noted(*args: Any, **drawn: Any) -> Any:
            with self.recorder.case(drawn):
                return inner(*args, **drawn)

        return noted
