"""What a report shows, as plain values: the one model that the page and the PDF are both made from.

Nothing is computed here but counts of what the evidence holds; pictures are in the light palette.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from statistics import median
from typing import Any

from reports import figures, graph
from reports.cards import VERDICTS, Card, Picture, cards, kind, slug
from reports.chapters import Chapter, chapters, of_chapter
from reports.ledger import Document, Ledger
from reports.phrases import Phrases

__all__ = ["Report", "Run", "Section", "Verdict", "report"]

ENVIRONMENT = ("command", "started", "seconds", "python", "platform", "cpus", "commit")

Table = Mapping[str, Any]


@dataclass(frozen=True)
class Verdict:
    """A verdict: its slug, its word, what it means and how many claims have it."""

    slug: str
    word: str
    meaning: str
    count: int


@dataclass(frozen=True)
class Section:
    """The claims of one document."""

    document: Document
    cards: tuple[Card, ...]


@dataclass(frozen=True)
class Run:
    """A training run or study."""

    name: str
    title: str
    source: str
    stale: bool
    target: str
    settings: tuple[tuple[str, str], ...]
    test: str
    pictures: tuple[Picture, ...]


@dataclass(frozen=True)
class Report:
    """Everything a report shows, in order."""

    started: str
    line: str
    warnings: tuple[str, ...]
    unlike: tuple[Card, ...]
    verdicts: tuple[Verdict, ...]
    graph: Picture
    sections: tuple[Section, ...]
    chapters: tuple[Chapter, ...]
    runs: tuple[Run, ...]
    records: tuple[tuple[str, str, str, str], ...]
    environment: tuple[tuple[str, str], ...]


def report(ledger: Ledger, evidence: Table, words: Phrases) -> Report:
    """All that the report shows.

    Args:
        ledger: the claims.
        evidence: the parsed evidence file.
        words: the phrases of one language.

    Raises:
        ReportError: a phrase or a claim's words are missing, a formula cannot be shown, or a verdict is unknown.
        LedgerError: the evidence judges a claim that is not in the ledger.
    """
    every = cards(ledger, evidence, words)
    documents = {claim.id: claim.document for claim in ledger}
    found = Counter(card.verdict for card in every)
    return Report(
        started=_started(evidence["run"]),
        line=_line(evidence, len(every), words),
        warnings=tuple(_warnings(evidence, words)),
        unlike=tuple(card for card in every if card.unlike),
        verdicts=tuple(
            Verdict(slug(v), words(f"verdicts.{v}"), words(f"meanings.{v}"), found[slug(v)]) for v in VERDICTS
        ),
        graph=_graph(ledger, every, words),
        sections=tuple(
            Section(document, tuple(card for card in every if documents[card.id] == document))
            for document in dict.fromkeys(documents.values())
        ),
        chapters=chapters(evidence, words),
        runs=tuple(_runs(evidence, words)),
        records=tuple(_records(evidence, words)),
        environment=tuple(_environment(evidence["run"], words)),
    )


def _started(run: Table) -> str:
    return str(run["started"])[:16].replace("T", " ") + " UTC"


def _line(evidence: Table, claims: int, words: Phrases) -> str:
    records = [record for entry in evidence["claims"].values() for record in entry["tests"]]
    cases = sum(record["cases"] for record in records)
    return words(
        "summary.line",
        claims=words.count("claims", claims),
        cases=words.count("cases", cases),
        tests=words.count("tests", len(records)),
    )


def _warnings(evidence: Table, words: Phrases) -> Iterator[str]:
    if not evidence["run"]["complete"]:
        yield words("banner.incomplete")
    for name, entry in evidence["data"].items():
        if entry["stale"]:
            yield words("banner.stale", name=name)


def _graph(ledger: Ledger, every: Sequence[Card], words: Phrases) -> Picture:
    parents = {claim.id: claim.rests_on for claim in ledger}
    labels = {card.id: graph.Label(card.title, card.verdict, card.word, f"#{card.id}") for card in every}
    edges = [
        words("graph.edge", child=labels[child].title, parents=", ".join(labels[parent].title for parent in above))
        for child, above in parents.items()
        if above
    ]
    alt = words("graph.alternative", parts="; ".join(edges) or "–")
    svg = graph.draw(graph.layout(parents), parents, labels, words=words, alt=alt)
    return Picture(svg, words("sections.graph"), words("graph.caption"), alt)


def _runs(evidence: Table, words: Phrases) -> Iterator[Run]:
    for name, entry in evidence["data"].items():
        if kind(entry) != "training":
            continue
        value = entry["value"]
        game, seeds = words(f"labels.{value['game']}"), words.count("seeds", value["success"]["of"])
        yield Run(
            name=name,
            title=words("runs.title", game=game, seeds=seeds),
            source=words(f"runs.source_{entry['source']}"),
            stale=entry["stale"],
            target=words("runs.target", **{key: words.number(x, 6) for key, x in value["target"].items()}),
            settings=tuple((key.replace("_", " "), str(setting)) for key, setting in value["settings"].items()),
            test=entry["test"],
            pictures=tuple(_pictures(value, words)),
        )


def _pictures(value: Table, words: Phrases) -> Iterator[Picture]:
    seeds = words.count("seeds", len(value["seeds"]))
    if middle := figures.medians(value["w1"]):
        alt = words("runs.distance_alt", seeds=seeds, first=words.number(middle[0]), last=words.number(middle[-1]))
        worth = _worth(value, words)
        yield Picture(figures.distances(value, alt, words), words("runs.distance_title"), worth, alt)
        alt = words("runs.density_alt", **{key: words.number(x, 6) for key, x in value["target"].items()})
        yield Picture(figures.densities(value, alt, words), words("runs.density_title"), "", alt)
        norms = figures.medians(value["generator_gradient"])
        alt = words("runs.gradient_alt", seeds=seeds, first=words.number(norms[0]), last=words.number(norms[-1]))
        dead = _dead(value, words)
        yield Picture(figures.gradients(value, alt, words), words("runs.gradient_title"), dead, f"{alt} {dead}".strip())
    alt = _success(value, words)
    yield Picture(figures.success(value["success"], alt), words("runs.success_title"), alt, alt)


def _worth(value: Table, words: Phrases) -> str:
    """What the other player is worth at the end, where the record says so."""
    if value.get("shortfall"):
        return words("runs.shortfall", value=words.number(median(value["shortfall"])))
    if value.get("critic_value"):
        distance = words.number(figures.medians(value["w1"])[-1])
        return words("runs.critic_value", value=words.number(median(value["critic_value"])), distance=distance)
    return ""


def _dead(value: Table, words: Phrases) -> str:
    """How many seeds end with a gradient of exactly 0, which a logarithmic picture cannot show."""
    zeros = sum(float(line[-1]) == 0 for line in value["generator_gradient"])
    return words("runs.gradient_zero", seeds=words.count("seeds", zeros), of=len(value["seeds"])) if zeros else ""


def _success(value: Table, words: Phrases) -> str:
    rate = value["success"]
    shares = {"share": rate["count"] / rate["of"], "low": float(rate["low"]), "high": float(rate["high"])}
    percent = {name: round(100 * share) for name, share in shares.items()}
    said = words(
        "runs.success", count=rate["count"], of=rate["of"], threshold=words.number(rate["threshold"]), **percent
    )
    lost = len(value.get("failed", []))
    return said + words("runs.failed", seeds=words.count("seeds", lost)) if lost else said


def _records(evidence: Table, words: Phrases) -> Iterator[tuple[str, str, str, str]]:
    for name, entry in evidence["data"].items():
        if kind(entry) not in ("training", "curves") and not of_chapter(entry):
            yield name, kind(entry), words(f"runs.source_{entry['source']}"), entry["test"]


def _environment(run: Table, words: Phrases) -> Iterator[tuple[str, str]]:
    written = {"started": _started(run), "seconds": words("finding.seconds", seconds=run["seconds"])}
    for key in ENVIRONMENT:
        if run.get(key):
            yield words(f"environment.{key}"), written.get(key, str(run[key]))
    yield words("environment.packages"), ", ".join(f"{name} {version}" for name, version in run["packages"].items())
