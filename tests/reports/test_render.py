"""The page: complete, self-contained, safe with any text, and the same model as the PDF."""

import re
from collections import Counter
from collections.abc import Iterator
from html.parser import HTMLParser
from itertools import pairwise
from pathlib import Path
from typing import Any

import pytest

from reports import phrases
from reports.cards import VERDICTS, slug
from reports.formulas import mathml
from reports.ledger import Ledger, LedgerError
from reports.palette import PALETTE
from reports.phrases import Phrases, ReportError, read_phrases
from reports.render import html
from reports.typeset import COLUMNS, WORDS
from reports.view import report
from tests.reports.sample import EVIDENCE, HOSTILE, LEDGER, claim, entry, record

VOID = {"meta", "link", "input", "br", "img", "hr"}
TEMPLATES = Path(phrases.__file__).parent / "templates"


class Page(HTMLParser):
    """The elements of a page, and whether they close as they open."""

    def __init__(self, text: str) -> None:
        super().__init__()
        self.elements: list[tuple[str, dict[str, str | None]]] = []
        self.text: list[str] = []
        self.open: list[str] = []
        self.feed(text)
        self.close()
        assert not self.open

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.elements.append((tag, dict(attrs)))
        if tag not in VOID:
            self.open.append(tag)

    def handle_startendtag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.elements.append((tag, dict(attrs)))

    def handle_endtag(self, tag: str) -> None:
        assert self.open.pop() == tag

    def handle_data(self, data: str) -> None:
        self.text.append(data)

    def all(self, tag: str) -> Iterator[dict[str, str | None]]:
        return (attributes for name, attributes in self.elements if name == tag)


@pytest.fixture(scope="module")
def text() -> str:
    return html(LEDGER, EVIDENCE)


@pytest.fixture(scope="module")
def page(text: str) -> Page:
    return Page(text)


def test_the_page_needs_nothing_else(text: str, page: Page) -> None:
    for name in ("script", "link", "img", "iframe", "object", "embed", "base"):
        assert not list(page.all(name))
    for _, attributes in page.elements:
        for name in ("src", "href", "xlink:href", "srcset", "action"):
            assert (attributes.get(name) or "#").startswith("#")
    assert not re.findall(r"url\((?!data:font/woff2;base64,|#)", text)
    assert "@import" not in text
    assert {"http://www.w3.org/2000/svg"} >= set(re.findall(r"https?://[^\s\"'<>)]+", text))


def test_the_page_is_small(text: str) -> None:
    assert len(text.encode()) < 3_000_000  # 0.47 MB measured, fonts 0.19 of them


def test_ids_are_unique_and_every_link_lands(page: Page) -> None:
    ids = Counter(attributes["id"] for _, attributes in page.elements if "id" in attributes)
    assert [name for name, n in ids.items() if n > 1] == []
    for _, attributes in page.elements:
        for name in ("href", "aria-labelledby", "for"):
            if name in attributes:
                assert (attributes[name] or "").lstrip("#") in ids
    assert {claim.id for claim in LEDGER} <= set(ids)


def test_every_verdict_is_shown_in_words(page: Page) -> None:
    words = read_phrases("en")
    shown = Counter(re.sub(r"\s", " ", part).strip() for part in page.text)
    cards = [card for section in report(LEDGER, EVIDENCE, words).sections for card in section.cards]
    for verdict in VERDICTS:
        assert slug(verdict) in {card.verdict for card in cards}
        assert shown[words(f"verdicts.{verdict}")] >= 4  # chip, legend, table, card
        assert slug(verdict) in PALETTE


def test_every_formula_is_mathematics_with_its_words(text: str, page: Page) -> None:
    formulas = list(page.all("math"))
    assert len(formulas) == len(LEDGER.claims) + 2
    assert {f["alttext"] for f in formulas} >= {c.words["en"].spoken for c in LEDGER}
    assert "merror" not in text


def test_markup_in_texts_stays_text(text: str, page: Page) -> None:
    assert "<script" not in text
    assert Counter("".join(page.text))["<"] >= 4
    assert "".join(page.text).count(HOSTILE) >= 6  # banner, table, title, words, case, message


def test_failures_are_open_and_passes_folded(text: str) -> None:
    cards = dict(
        re.findall(
            r'<article class="card v-[^>]* id="([^"]+)"(?:(?!</article>).)*?(<details class="findings"[^>]*>)',
            text,
            re.S,
        )
    )
    for key, found in EVIDENCE["claims"].items():
        assert ("open" in cards[key]) == (found["verdict"] in ("failed", "not run", "stale"))
    assert "setup: OSError: full" in text


def test_what_is_not_as_filed_is_said_at_the_top(text: str) -> None:
    banner = text[text.index('class="banner"') : text.index('id="summary"')]
    for said in ("not complete", "normal_study is stale", 'href="#survey.duality"', 'href="#survey.dual_norm"'):
        assert said in banner
    assert "thesis.prop5" not in banner


def test_a_complete_run_as_filed_has_no_banner() -> None:
    good = {key: found for key, found in EVIDENCE["claims"].items() if found["verdict"] in ("holds", "refuted")}
    ledger = Ledger({c.id: c for c in (claim(k, k, "x", LEDGER[k].expect, **correction(k)) for k in good)})
    evidence = {**EVIDENCE, "claims": good, "data": {}, "run": {**EVIDENCE["run"], "complete": True}}
    assert 'class="banner"' not in html(ledger, evidence)
    wrong = {**evidence, "claims": {**good, "thesis.prop3": entry("refuted", record("refutes"))}}
    assert "Filed as holds, found refuted." in html(ledger, wrong)


def correction(key: str) -> dict[str, Any]:
    return {"grade": LEDGER[key].grade, "correction_latex": LEDGER[key].correction_latex}


def test_each_chip_hides_its_claims(text: str, page: Page) -> None:
    boxes = [box["id"] or "" for box in page.all("input")]
    assert len(boxes) == 7
    for box in boxes:
        verdict = box.removeprefix("show-")
        assert f"body:has(#{box}:not(:checked)) .v-{verdict}{{display:none}}" in text
        assert any(f"v-{verdict}" in (a.get("class") or "").split() for a in page.all("article"))


def test_headings_go_down_one_step_at_a_time(page: Page) -> None:
    levels = [int(tag[1]) for tag, _ in page.elements if re.fullmatch("h[1-6]", tag)]
    assert levels[0] == 1 and levels.count(1) == 1
    assert all(after - before <= 1 for before, after in pairwise(levels))
    assert next(page.all("html"))["lang"] == "en"
    assert {"viewport", "color-scheme"} <= {meta.get("name") for meta in page.all("meta")}


def test_a_card_tells_the_case_in_letters(page: Page) -> None:
    told = re.sub(r"\s+", " ", "".join(page.text))
    assert "P = (0.5, 0.5), Q = (0.6, 0.4)" in told
    assert "JS(P, Q) ≤ log(2) 0.07071 ≤ 0.005055 is false by 0.0657" in told
    assert "P ≈ (0.5, 0.5), Q = (1, 0)" in told and "((0.5, 0.4999999999000001), (1.0, 0.0))" in told
    assert "0.25 ≤ 0.24999 is false by" in told  # as many digits as tell the sides apart
    assert "gan-theory verify thesis.prop5" in told


def test_the_numbers_are_those_of_the_evidence() -> None:
    shown = report(LEDGER, EVIDENCE, read_phrases("en"))
    by_id = {card.id: card for section in shown.sections for card in section.cards}
    assert by_id["thesis.prop3"].cases == "462"  # 400 and 61 and 1
    assert "400 cases" in by_id["thesis.prop3"].headline
    zeros = "62 % with zero masses, under 1 % with numbers below 10⁻¹⁰⁰"
    assert by_id["thesis.prop3"].drawn == f"Among the cases drawn: {zeros}."  # of the statement alone
    assert by_id["thesis.prop5"].drawn == "Among the cases drawn: none degenerate."
    assert [by_id[key].drawn for key in ("thesis.kl", "survey.gradient", "survey.alone")] == ["", "", ""]  # not known
    margins = [by_id[key].margin for key in ("thesis.prop5", "thesis.prop9", "survey.alone", "survey.value")]
    assert margins == ["violated by 0.0657", "violated by ∞", "∞", "8.08 × 10⁻⁹ %"]
    assert by_id["thesis.prop3"].pictures[0].caption.startswith("401 checks")  # not the sharp test's
    assert shown.line == "14 claims, 3,277 cases tried by 19 tests"
    assert {v.slug: v.count for v in shown.verdicts}["not-run"] == 2


def test_latex_that_cannot_be_read_names_the_claim() -> None:
    for latex, fault in ((r"\unheard{x}", "Unknown command"), (r"\frac{1", "Expected"), (r"\boxed{x}", "<menclose>")):
        ledger = Ledger({"thesis.bad": claim("thesis.bad", "Bad", latex)})
        with pytest.raises(ReportError, match=rf"thesis\.bad: latex = .*{fault}"):
            html(ledger, {**EVIDENCE, "claims": {}, "data": {}})


def test_evidence_of_an_unknown_claim_is_refused() -> None:
    with pytest.raises(LedgerError, match=r"unknown claim id 'thesis\.prop33'; did you mean 'thesis\.prop3'"):
        html(LEDGER, {**EVIDENCE, "claims": {"thesis.prop33": entry("holds")}})
    with pytest.raises(ReportError, match=r"thesis\.prop3: verdict 'perhaps' is unknown"):
        html(LEDGER, {**EVIDENCE, "claims": {"thesis.prop3": entry("perhaps")}})


def test_another_language_is_another_file(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    with pytest.raises(ReportError, match=r"xx\.toml: no words for language 'xx'; known are \['en'\]"):
        html(LEDGER, EVIDENCE, language="xx")
    english = (phrases.HERE / "en.toml").read_text(encoding="utf-8")
    (tmp_path / "xx.toml").write_text(english.replace('holds = "holds"\n', ""), encoding="utf-8")
    monkeypatch.setattr(phrases, "HERE", tmp_path)
    with pytest.raises(ReportError, match=r"thesis\.kl has no words in 'xx'.*\[kl\.xx\].*thesis\.toml"):
        html(LEDGER, EVIDENCE, language="xx")
    with pytest.raises(ReportError, match=r"xx\.toml: the key 'holds' is missing from \[verdicts\]"):
        read_phrases("xx")("verdicts.holds")


def keys_used() -> set[str]:
    """The keys that templates and modules name; those made from the evidence are given by their table."""
    sources = [*TEMPLATES.glob("report.html"), *TEMPLATES.parent.glob("*.py")]
    code = "\n".join(file.read_text(encoding="utf-8") for file in sources)
    named = set(re.findall(r"""\b(?:t|words)\(\s*f?["']([a-z_]+\.[a-z_]+)["']""", code))
    counted = {f"counts.{key}" for key in re.findall(r'\.count\("([a-z]+)"', code)}
    return named | counted | set(WORDS.values()) | {key for keys in COLUMNS.values() for key in keys}


def test_every_phrase_is_there_and_used(text: str) -> None:
    tables = read_phrases("en")._tables
    there = {f"{table}.{name}" for table, names in tables.items() for name in names}
    assert keys_used() - there == set()
    made = r"(verdicts|meanings|headlines|roles|passed|broken|grades|labels|environment|margins|drawn)\..*"
    made += r"|(chapters|titles|captions|marks)\..*"
    made += r"|numbers\.thousands|runs\.source_.*|card\.(counterexample|tightest|worst)|finding\.(not_run|stale)"
    assert [key for key in sorted(there - keys_used()) if not re.fullmatch(made, key)] == []


def test_every_verdict_and_role_has_its_phrases() -> None:
    words = read_phrases("en")
    for verdict in VERDICTS:
        for table in ("verdicts", "meanings", "headlines"):
            assert words(f"{table}.{verdict}", cases="", corrected="")
    for role in ("statement", "sharp", "twin", "refutes", "corrected"):
        for table in ("roles", "passed", "broken"):
            assert words(f"{table}.{role}", cases="")
    assert "not proved" in words("meanings.holds")


def test_a_place_that_nothing_fills_is_an_error(tmp_path: Path) -> None:
    words = Phrases(tmp_path / "yy.toml", {"a": {"b": "{n} of {m}"}})
    with pytest.raises(ReportError, match=r"yy\.toml: a\.b = .*cannot fill 'm'; places are \['n'\]"):
        words("a.b", n=1)


@pytest.mark.parametrize(
    ("value", "written"),
    [
        (0, "0"), (0.5, "0.5"), (0.0707107, "0.0707"), (9.996, "10"), (2437, "2437"), (123456, "1.23 × 10⁵"),
        (2.38e-8, "2.38 × 10⁻⁸"), (1e-17, "10⁻¹⁷"), (-3.3e-5, "−3.3 × 10⁻⁵"), ("inf", "∞"), ("-inf", "−∞"),
        (100, "100"),
    ],
)  # fmt: skip
def test_numbers_are_short(value: float | str, written: str) -> None:
    assert read_phrases("en").number(value) == written


def test_primes_and_bars_are_set_for_browsers() -> None:
    assert mathml("f'", "", where="").count("<mpadded") == 1
    assert "\N{OVERLINE}" in mathml(r"\overline{x}", "", where="")
