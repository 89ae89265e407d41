"""One card per claim: its words, its formulas and what its tests found, as plain values ready to be set."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from reports import figures
from reports.examples import Example, example
from reports.formulas import mathml
from reports.kinds import KINDS
from reports.ledger import EXPECTED, Claim, Ledger, Words
from reports.phrases import Phrases, ReportError

__all__ = ["VERDICTS", "Card", "Finding", "Formula", "Link", "Picture", "cards", "kind", "slug"]

VERDICTS = ("holds", "conditional", "refuted", "descriptive", "failed", "not run", "stale")
OPEN = ("failed", "not run", "stale")  # verdicts whose tests are shown unfolded
HELD = ("statement", "corrected")  # roles whose every case has to hold
SIDES = {"printed": ("statement", "refutes"), "corrected": ("corrected",)}  # roles that speak of one statement

Table = Mapping[str, Any]


@dataclass(frozen=True)
class Formula:
    """A formula as MathML and in words."""

    mathml: str
    spoken: str


@dataclass(frozen=True)
class Picture:
    """A drawing in the light palette, with its title, its caption and its words for those who do not see it."""

    svg: str
    title: str
    caption: str
    alt: str


@dataclass(frozen=True)
class Link:
    """Another claim: its id, its title and its verdict's slug."""

    id: str
    title: str
    verdict: str


@dataclass(frozen=True)
class Finding:
    """What one test found, in one line."""

    role: str
    text: str
    outcome: str
    test: str
    message: str


@dataclass(frozen=True)
class Card:
    """One claim with its evidence."""

    id: str
    title: str
    place: str
    verdict: str
    word: str
    headline: str
    drawn: str
    unlike: str
    unfolded: bool
    formula: Formula
    plain: str
    hypotheses: str
    grade: str
    correction: str
    corrected: Formula | None
    cases: str
    margin: str
    findings: tuple[Finding, ...]
    example: Example | None
    pictures: tuple[Picture, ...]
    rests_on: tuple[Link, ...]
    supports: tuple[Link, ...]
    rerun: str


def slug(verdict: str) -> str:
    """A verdict as a name for style sheets and palettes."""
    return verdict.replace(" ", "-")


def kind(entry: Table) -> str:
    """What a record of the evidence says it is, "training" or "curves" say."""
    value = entry["value"]
    return str(value.get("kind", "–")) if isinstance(value, dict) else "–"


def cards(ledger: Ledger, evidence: Table, words: Phrases) -> tuple[Card, ...]:
    """A card for each claim, in the order of the ledger.

    Raises:
        ReportError: a phrase or a claim's words are missing, a formula cannot be shown, or a verdict is unknown.
        LedgerError: the evidence judges a claim that is not in the ledger.
    """
    for key in evidence["claims"]:
        _ = ledger[key]
    links = {c.id: Link(c.id, _words(c, words).title, slug(_verdict(c, evidence))) for c in ledger}
    supports = {c.id: tuple(links[child.id] for child in ledger if c.id in child.rests_on) for c in ledger}
    return tuple(_card(claim, evidence, words, links, supports[claim.id]) for claim in ledger)


def _card(claim: Claim, evidence: Table, words: Phrases, links: Mapping[str, Link], supports: tuple[Link, ...]) -> Card:
    own, verdict = _words(claim, words), _verdict(claim, evidence)
    records = evidence["claims"].get(claim.id, {"tests": []})["tests"]
    shown, margin = example(records, words)
    counted = {role: words.count("cases", _cases(records, roles)) for role, roles in SIDES.items()}
    filed = words(f"verdicts.{claim.expect}")
    return Card(
        id=claim.id,
        title=own.title,
        place=claim.place,
        verdict=slug(verdict),
        word=words(f"verdicts.{verdict}"),
        headline=words(f"headlines.{verdict}", cases=counted["printed"], corrected=counted["corrected"]),
        drawn=_drawn(records, words),
        unlike="" if verdict == claim.expect else words("card.filed", filed=filed, found=words(f"verdicts.{verdict}")),
        unfolded=verdict in OPEN or verdict != claim.expect,
        formula=Formula(mathml(claim.latex, own.spoken, where=f"{claim.id}: latex"), own.spoken),
        plain=own.plain,
        hypotheses=own.hypotheses,
        grade=words("card.grade", grade=words(f"grades.{claim.grade}")) if claim.grade else "",
        correction=own.correction,
        corrected=_corrected(claim, own),
        cases=words.whole(sum(record["cases"] for record in records)) if EXPECTED[claim.expect] else "",
        margin=margin,
        findings=tuple(_finding(record, words) for record in records),
        example=shown,
        pictures=(*_histograms(records, words), *_curves(claim, evidence, words)),
        rests_on=tuple(links[parent] for parent in claim.rests_on),
        supports=supports,
        rerun=f"gan-theory verify {claim.id}" if EXPECTED[claim.expect] else "",
    )


def _verdict(claim: Claim, evidence: Table) -> str:
    entry = evidence["claims"].get(claim.id)
    verdict = entry["verdict"] if entry else "not run" if EXPECTED[claim.expect] else "descriptive"
    if verdict not in VERDICTS:
        raise ReportError(f"{claim.id}: verdict {verdict!r} is unknown; known are {', '.join(VERDICTS)}")
    return str(verdict)


def _words(claim: Claim, words: Phrases) -> Words:
    if words.language not in claim.words:
        raise ReportError(
            f"{claim.id} has no words in {words.language!r}: add [{claim.id.partition('.')[2]}.{words.language}] "
            f"to claims/{claim.document.id}.toml"
        )
    return claim.words[words.language]


def _corrected(claim: Claim, own: Words) -> Formula | None:
    if not claim.correction_latex:
        return None
    spoken = own.correction_spoken
    return Formula(mathml(claim.correction_latex, spoken, where=f"{claim.id}: correction_latex"), spoken)


def _cases(records: Sequence[Table], roles: Sequence[str]) -> int:
    return sum(record["cases"] for record in records if record["role"] in roles)


def _drawn(records: Sequence[Table], words: Phrases) -> str:
    """The degenerate kinds among the cases that found no counterexample, in per cent; they overlap."""
    counted = [r for r in records if r["role"] in HELD and r["cases"] and r["drawn"] is not None]
    total = sum(r["cases"] for r in counted)
    found = {kind: sum(r["drawn"].get(kind, 0) for r in counted) for kind in KINDS}
    parts = [words(f"drawn.{kind}", share=_share(n / total, words)) for kind, n in found.items() if n]
    return words("card.drawn", parts=", ".join(parts) or words("drawn.none")) if counted else ""


def _share(part: float, words: Phrases) -> str:
    return words("drawn.share", percent=round(100 * part)) if part >= 0.01 else words("drawn.few")


def _finding(record: Table, words: Phrases) -> Finding:
    role, outcome = record["role"], record["outcome"]
    tables = {"passed": f"passed.{role}", "failed": f"broken.{role}", "stale": "finding.stale"}
    parts = [words(tables.get(outcome, "finding.not_run"), cases=words.count("cases", record["cases"]))]
    if record["without"]:
        parts.append(words("finding.without", condition=record["without"].replace("_", " ")))
    if record["proved"]:
        parts.append(words("finding.proved", proved=words.whole(record["proved"])))
    message = "" if outcome == "passed" else record["message"]  # of the violation that it was meant to find
    return Finding(words(f"roles.{role}"), "; ".join(parts), slug(outcome), record["test"], message)


def _histograms(records: Sequence[Table], words: Phrases) -> Iterator[Picture]:
    for side, roles in SIDES.items():
        total = _margins([record["margins"] for record in records if record["role"] in roles])
        counts = {key: sum(n.values()) if isinstance(n, Counter) else n for key, n in total.items()}
        if (checks := sum(counts.values())) > counts["equal"]:
            parts = ", ".join(words(f"margins.{key}", n=words.whole(n)) for key, n in counts.items() if n)
            caption = words("margins.caption", checks=words.count("checks", checks), parts=parts)
            title = words(f"margins.{side}")
            yield Picture(figures.histogram(total, f"{title}. {caption}", words), title, caption, f"{title}. {caption}")


def _margins(several: Sequence[Table]) -> dict[str, Any]:
    total: dict[str, Any] = {"held": Counter(), "equal": 0, "infinite": 0, "violated": Counter()}
    for margins in several:
        for key in total:
            total[key] += Counter(margins[key]) if isinstance(margins[key], dict) else margins[key]
    return total


def _curves(claim: Claim, evidence: Table, words: Phrases) -> Iterator[Picture]:
    for entry in evidence["data"].values():
        if kind(entry) == "curves" and entry["value"].get("claim") == claim.id:
            value = entry["value"]
            xs = [float(x) for x in value["x"]["values"]]
            lines = ", ".join(words(f"labels.{line['label']}") for line in value["lines"])
            x, low, high = words(f"labels.{value['x']['label']}"), words.number(min(xs)), words.number(max(xs))
            alt = words("curves.alternative", lines=lines, x=x, low=low, high=high)
            yield Picture(figures.curves(value, alt, words), words("curves.title", x=x), alt, alt)
