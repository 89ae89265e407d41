"""The command ``gan-theory``: run the checks, render what they found, list the claims.

Exit codes: 0 every claim as filed, 1 a claim or an evidence test is not, 2 usage or a file that cannot be used,
3 the report could not be rendered, 5 no test of a claim was found, 130 interrupted.
"""

from __future__ import annotations

import argparse
import sys
from collections.abc import Sequence
from pathlib import Path

__all__ = ["main"]

BUILD = Path("build")


def main(arguments: Sequence[str] | None = None) -> int:
    """Run one command line and return its exit code."""
    options = _parser().parse_args(arguments)
    from reports import commands

    return commands.run(options)


def _parser() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(
        prog="gan-theory", description="Check the claims of the GAN literature and report what was found."
    )
    commands = parser.add_subparsers(dest="command", required=True, metavar="COMMAND")
    _verify(commands.add_parser("verify", help="run the tests of claims and write the evidence"))
    _report(commands.add_parser("report", help="render evidence as an HTML page and a PDF"))
    _claims(commands.add_parser("claims", help="list the claims with their verdicts"))
    return parser


def _verify(parser: argparse.ArgumentParser) -> None:
    parser.add_argument("ids", nargs="*", metavar="ID", help="only these claims (default: all)")
    parser.add_argument("--tests", type=Path, metavar="DIR", help="the tests (default: the nearest folder `tests`)")
    parser.add_argument(
        "--evidence",
        type=Path,
        metavar="FILE",
        help=f"where to write (default: {BUILD / 'evidence.json'}; with IDs {BUILD / 'partial.json'})",
    )
    parser.add_argument("--jobs", type=int, default=2, metavar="N", help="processes at work (default: 2)")
    parser.add_argument("--resume", action="store_true", help="go on where an interrupted run stopped")
    _ledger(parser)


def _report(parser: argparse.ArgumentParser) -> None:
    source = parser.add_mutually_exclusive_group()
    source.add_argument("--evidence", type=Path, default=BUILD / "evidence.json", metavar="FILE", help="what to render")
    source.add_argument("--sample", action="store_true", help="render the evidence that came with this toolkit")
    parser.add_argument("--output", type=Path, default=BUILD, metavar="DIR", help="where to write report.html and .pdf")
    _ledger(parser)


def _claims(parser: argparse.ArgumentParser) -> None:
    shape = parser.add_mutually_exclusive_group()
    shape.add_argument("--summary", action="store_true", help="only how many have each verdict")
    shape.add_argument("--json", action="store_true", help="as JSON")
    shape.add_argument("--check", action="store_true", help="hold the ledger against the tests, both ways")
    parser.add_argument("--tests", type=Path, metavar="DIR", help="the tests that --check reads")
    parser.add_argument(
        "--evidence", type=Path, default=BUILD / "evidence.json", metavar="FILE", help="verdicts from FILE"
    )
    _ledger(parser)


def _ledger(parser: argparse.ArgumentParser) -> None:
    parser.add_argument("--ledger", type=Path, metavar="DIR", help="the claims files (default: this toolkit's own)")


if __name__ == "__main__":
    sys.exit(main())
