"""LaTeX to MathML, once, for both the page and the PDF."""

from __future__ import annotations

import re
from functools import cache
from typing import Any
from xml.etree import ElementTree

from reports.phrases import ReportError

__all__ = ["ELEMENTS", "mathml"]

# What the page shows and the PDF's bridge (templates/mathematics.typ) can set; anything else is an error.
ELEMENTS = frozenset({
    "math", "mrow", "mstyle", "mpadded", "mi", "mn", "mo", "mtext", "mspace", "mfrac", "msqrt", "mroot", "msub",
    "msup", "msubsup", "munder", "mover", "munderover", "mtable", "mtr", "mtd",
})  # fmt: skip

# An entity that XML does not know, and a bar from below that browsers set off to the left of a single letter.
SIGNS = {"&ApplyFunction;": "\N{FUNCTION APPLICATION}", "\N{COMBINING LOW LINE}": "\N{OVERLINE}"}
PRIME = re.compile("<mo>[′″‴]</mo>")  # the web font's are raised already, before they become superscripts


def mathml(latex: str, spoken: str, *, where: str) -> str:
    """A displayed formula as MathML that carries its spoken form.

    Args:
        latex: the formula.
        spoken: the formula in words, for those who do not see it.
        where: the claim and key it comes from, for the message.

    Raises:
        ReportError: the formula is not LaTeX that both outputs can show; names the claim.

    >>> mathml("x", "x", where="doc.claim: latex")
    '<math display="block" alttext="x"><mi>x</mi></math>'
    """
    from math_core import LatexError

    try:
        text = _converter().convert_with_local_state(latex, displaystyle=True)
        for written, wanted in SIGNS.items():
            text = text.replace(written, wanted)
        root = ElementTree.fromstring(PRIME.sub(r'<mpadded voffset="-0.3em" height="0.5em">\g<0></mpadded>', text))
    except (LatexError, ElementTree.ParseError) as error:
        fault = " ".join(str(error).split())
        raise ReportError(f"{where} = {latex!r} cannot be read: {fault}; mend the LaTeX") from None
    for element in root.iter():
        if element.tag not in ELEMENTS:
            fault = f"becomes <{element.tag}>, which the report cannot show"
            raise ReportError(f"{where} = {latex!r} {fault}; write it otherwise")
    root.set("alttext", spoken)
    return ElementTree.tostring(root, encoding="unicode")


@cache
def _converter() -> Any:
    from math_core import LatexToMathML

    return LatexToMathML(fancy_error=False)
