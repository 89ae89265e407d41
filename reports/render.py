"""The report as one HTML file that needs nothing else: no script, no network, its fonts inside."""

from __future__ import annotations

import base64
import itertools
import re
from collections.abc import Mapping
from pathlib import Path
from typing import Any

from reports.ledger import Ledger
from reports.palette import GLYPHS, PALETTE, themed
from reports.phrases import Phrases, read_phrases
from reports.view import Report, report

__all__ = ["html"]

HERE = Path(__file__).parent
FONTS = (  # family, file, style, weight
    ("Report Text", "stix-two-text", "normal", 400),
    ("Report Text", "stix-two-text-italic", "italic", 400),
    ("Report Text", "stix-two-text-semibold", "normal", 600),
    ("Report Math", "stix-two-math", "normal", 400),
)


def html(ledger: Ledger, evidence: Mapping[str, Any], *, language: str = "en") -> str:
    """The report as the text of an HTML file.

    Args:
        ledger: the claims.
        evidence: the parsed evidence file.
        language: which of ``words/*.toml``.

    Returns:
        A whole page, in UTF-8 when written.

    Raises:
        ReportError: no such language, a phrase is missing, or a formula cannot be shown; names file or claim.
        LedgerError: the evidence judges a claim that is not in the ledger.
    """
    from jinja2 import Environment, FileSystemLoader, StrictUndefined
    from markupsafe import Markup

    words = read_phrases(language)
    shown = report(ledger, evidence, words)
    pages = Environment(
        loader=FileSystemLoader(HERE / "templates"),
        autoescape=True,
        undefined=StrictUndefined,
        trim_blocks=True,
        lstrip_blocks=True,
    )
    number = itertools.count()
    pages.filters["drawn"] = lambda picture: Markup(themed(picture.svg, f"p{next(number)}"))
    pages.filters["width"] = lambda picture: re.findall(r' width="([\d.]+)"', picture.svg)[0]
    pages.filters["formula"] = lambda formula: Markup(formula.mathml)
    return pages.get_template("report.html").render(
        r=shown,
        t=words,
        tally=_tally(shown, words),
        marks={name: Markup(shape) for name, shape in GLYPHS.items()},
        style=Markup(_style(shown)),
    )


def _tally(shown: Report, words: Phrases) -> str:
    return ", ".join(words("summary.count", count=v.count, verdict=v.word) for v in shown.verdicts if v.count)


def _style(shown: Report) -> str:
    """Fonts, palette, the fixed rules, and those that depend on which claims there are."""
    light, dark = ("".join(f"--{name}:{pair[i]};" for name, pair in PALETTE.items()) for i in (0, 1))
    slugs = [verdict.slug for verdict in shown.verdicts]
    return "\n".join(
        [
            *(_font(*font) for font in FONTS),
            f":root{{{light}}}",
            f"@media screen and (prefers-color-scheme:dark){{:root{{{dark}}}}}",
            *(f".c-{slug}{{--c:var(--{slug})}}" for slug in slugs),
            (HERE / "templates" / "report.css").read_text(encoding="utf-8"),
            *(f"body:has(#show-{slug}:not(:checked)) .v-{slug}{{display:none}}" for slug in slugs),
            *(_lit(i) for i in range(sum(len(section.cards) for section in shown.sections))),
        ]
    )


def _font(family: str, file: str, style: str, weight: int) -> str:
    data = base64.b64encode((HERE / "fonts" / f"{file}.woff2").read_bytes()).decode()
    source = f"url(data:font/woff2;base64,{data}) format('woff2')"
    return f"@font-face{{font-family:'{family}';font-style:{style};font-weight:{weight};src:{source}}}"


def _lit(i: int) -> str:
    """Point at a node of the graph: what it does not rest on fades."""
    return f".graph:has(.n{i} a:is(:hover,:focus-visible)) :is(.node,.edge):not(.a{i}){{opacity:.14}}"
