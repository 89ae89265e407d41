"""What each command of ``gan-theory`` does; loaded only once a command is chosen."""

from __future__ import annotations

import argparse
import json
import sys
from collections import Counter
from collections.abc import Callable, Mapping
from pathlib import Path
from typing import Any

from reports.ledger import EXPECTED, Ledger, LedgerError, read_ledger
from reports.store import EvidenceError, read_evidence, unlike_filed, write_whole

__all__ = ["run"]

SAMPLE = Path(__file__).parent / "sample" / "evidence.json"


def run(options: argparse.Namespace) -> int:
    """Carry out one parsed command line; a file that cannot be used is exit code 2 and one line."""
    commands: dict[str, Callable[[argparse.Namespace], int]] = {"verify": _verify, "report": _report, "claims": _claims}
    try:
        return commands[options.command](options)
    except (LedgerError, EvidenceError) as error:
        return _fail(2, str(error))
    except KeyboardInterrupt:
        return _fail(130, "interrupted")


def _fail(code: int, message: str) -> int:
    print(f"gan-theory: {message}", file=sys.stderr)
    return code


def _verify(options: argparse.Namespace) -> int:
    from reports.verify import run_tests

    ledger = read_ledger(options.ledger)
    for name in options.ids:
        _ = ledger[name]
    tests = options.tests or _nearest_tests()
    if tests is None or not tests.is_dir():
        return _fail(2, f"no folder `tests` here or above {Path.cwd()}" if tests is None else f"{tests} is no folder")
    path = options.evidence or Path("build") / ("partial.json" if options.ids else "evidence.json")
    code = run_tests(tests, path, options)
    if code not in (0, 1):
        return code
    evidence = read_evidence(path)
    wrong = unlike_filed(ledger, evidence)
    _print_verdicts(ledger, {key: entry["verdict"] for key, entry in evidence["claims"].items()})
    for key, (filed, computed) in wrong.items():
        print(f"{key}: filed as {filed}, computed {computed}")
    stale = [name for name, entry in evidence["data"].items() if entry["stale"]]
    for name in stale:
        print(f"{name}: the stored study is stale: run it again with `make thorough STUDY={name}`")
    print(f"evidence: {path}")
    return 1 if code or wrong or stale else 0


def _nearest_tests() -> Path | None:
    here = Path.cwd()
    return next((folder / "tests" for folder in (here, *here.parents) if (folder / "tests").is_dir()), None)


def _report(options: argparse.Namespace) -> int:
    ledger, evidence = read_ledger(options.ledger), read_evidence(SAMPLE if options.sample else options.evidence)
    from reports.render import html
    from reports.typeset import pdf

    try:
        page, document = html(ledger, evidence), pdf(ledger, evidence)
        write_whole(options.output / "report.html", page.encode())
        write_whole(options.output / "report.pdf", document)
    except OSError as error:
        return _fail(3, f"cannot write to {options.output}: {error}; name a folder that can be written with --output")
    except Exception as error:
        return _fail(3, f"the report could not be rendered: {type(error).__name__}: {error}")
    print(f"report:   {options.output / 'report.html'}\n          {options.output / 'report.pdf'}")
    return 0


def _claims(options: argparse.Namespace) -> int:
    ledger = read_ledger(options.ledger)
    if options.check:
        return _check(ledger, options)
    evidence = read_evidence(options.evidence) if options.evidence.exists() else {"claims": {}}
    computed = {key: entry["verdict"] for key, entry in evidence["claims"].items()}
    verdicts = {
        claim.id: computed.get(claim.id, "descriptive" if not EXPECTED[claim.expect] else "not run") for claim in ledger
    }
    if options.json:
        rows = [
            {"id": c.id, "place": c.place, "filed": c.expect, "verdict": verdicts[c.id], "latex": c.latex}
            for c in ledger
        ]
        print(json.dumps(rows, indent=1, ensure_ascii=False))
    elif options.summary:
        for name, count in Counter(verdicts.values()).most_common():
            print(f"{name:12} {count}")
    else:
        _print_verdicts(ledger, verdicts)
    return 0


def _print_verdicts(ledger: Ledger, verdicts: Mapping[str, str]) -> None:
    for key, value in verdicts.items():
        claim = ledger[key]
        words: Any = next(iter(claim.words.values()))
        print(f"{key:24} {value:12} {claim.place:36} {words.title}")


def _check(ledger: Ledger, options: argparse.Namespace) -> int:
    """Every claim has tests in the roles that its expected verdict needs; unknown ids already stop the collection."""
    from reports.verify import roles_by_claim

    tests = options.tests or _nearest_tests()
    if tests is None:
        return _fail(2, f"no folder `tests` here or above {Path.cwd()}: name one with --tests")
    roles, code = roles_by_claim(tests, options.ledger)
    if code:
        return code
    missing = {c.id: sorted(EXPECTED[c.expect] - roles.get(c.id, set())) for c in ledger}
    for key, lacking in missing.items():
        for role in lacking:
            print(f"{key}: expected to be {ledger[key].expect}, but has no test with role {role!r}; write one")
    return 1 if any(missing.values()) else 0
