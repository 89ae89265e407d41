"""The PDF: both standards, the same bytes twice, words and formulas for readers, no markup read as Typst."""

import re
import shutil
import subprocess
from pathlib import Path
from typing import Any

import pytest
import typst

from reports import typeset
from reports.formulas import ELEMENTS
from reports.ledger import Ledger
from reports.phrases import ReportError
from reports.typeset import pdf
from tests.reports.sample import EVIDENCE, HOSTILE, LEDGER, claim

EMPTY: dict[str, Any] = {**EVIDENCE, "claims": {}, "data": {}}


@pytest.fixture(scope="module")
def document() -> bytes:
    return pdf(LEDGER, EVIDENCE)


@pytest.fixture(scope="module")
def text(document: bytes, tmp_path_factory: pytest.TempPathFactory) -> str:
    return read(document, tmp_path_factory.mktemp("pdf"))


def read(document: bytes, folder: Path) -> str:
    if shutil.which("pdftotext") is None:
        pytest.skip("pdftotext (poppler-utils) is not installed")
    (folder / "report.pdf").write_bytes(document)
    done = subprocess.run(
        ["pdftotext", "-enc", "UTF-8", "-layout", "report.pdf", "-"], cwd=folder, capture_output=True, check=True
    )
    return done.stdout.decode()


def test_it_claims_both_standards(document: bytes) -> None:
    assert typeset.STANDARDS == ["ua-1", "a-2a"]
    assert document.startswith(b"%PDF-1.7")
    assert re.search(rb"<pdfuaid:part>1<", document)
    assert re.search(rb"<pdfaid:part>2<", document) and re.search(rb"<pdfaid:conformance>A<", document)
    assert b"/StructTreeRoot" in document and b"/Lang" in document


def test_the_same_evidence_gives_the_same_bytes(document: bytes) -> None:
    assert pdf(LEDGER, EVIDENCE) == document
    later = {**EVIDENCE, "run": {**EVIDENCE["run"], "started": "2026-11-23T06:10:00+00:00"}}
    assert pdf(LEDGER, later) != document


def test_it_is_small(document: bytes) -> None:
    assert len(document) < 2_000_000  # 0.27 MB measured


def test_the_words_are_there_and_no_latex(text: str) -> None:
    flat = re.sub(r"\s+", " ", text)
    for c in LEDGER:
        assert re.sub(r"\s+", " ", c.words["en"].title) in flat
    assert "No counterexample in 400 cases: tested, not proved." in flat
    assert "Among the cases drawn: 62 % with zero masses" in flat
    assert "P = (0.5, 0.5), Q = (0.6, 0.4)" in flat
    assert "\\" not in text.replace(HOSTILE, "").replace("\\foo", "")


def test_a_ledger_without_backslashes_gives_none(tmp_path: Path) -> None:
    tame = Ledger({c.id: c for c in LEDGER if c.id.startswith("thesis")})
    assert "\\" not in read(pdf(tame, EMPTY), tmp_path)


def test_markup_in_texts_is_not_read_as_typst(text: str) -> None:
    flat = re.sub(r"\s+", " ", text)
    assert flat.count(HOSTILE) >= 4  # banner, table, title, case or message


def test_an_alternative_text_is_compulsory() -> None:
    """The standard that is asked for does refuse a formula without words."""
    source = b'#set document(title: "x")\n#math.equation(block: true, $ x $.body)'
    with pytest.raises(typst.TypstError, match=r"(?i)alt"):
        typst.compile(source, format="pdf", pdf_standards=typeset.STANDARDS)


def test_every_element_of_a_formula_can_be_set() -> None:
    """The page's list of elements and the bridge's are the same."""
    bridge = (typeset.TEMPLATES / "mathematics.typ").read_text(encoding="utf-8")
    assert {name for name in ELEMENTS if f'"{name}"' in bridge} == ELEMENTS - {"mtr"}  # rows are read by their table


FORMULAS = (
    r"\overset{d}{\to}\ X_n\xrightarrow{n\to\infty}X\ \lim_{n}\max_{i\le n}x_i",
    r"\left\lfloor x\right\rfloor\left.f\right|_0^1\binom nk\begin{pmatrix}1&0\\0&1\end{pmatrix}\Big(\tfrac ab\Big)",
    r"\overline{x+y}\bar z\widehat{ab}\vec v\dot x\overbrace{a}^n\underline{q}\underbrace{b}_{m}\tilde z",
    r"\operatorname{Lip}(f)\mathbb{1}\ell\nabla\cdot\|x\|_2^2\ \forall\,x\ \mathrm{d}x\mathbf{x}\mathfrak{g}\mathsf{T}",
    r"f''(x)=f'_n(x)\ D^{*}_{G}\ \mathbb E\left[\frac12\middle|\frac{x}{y}\right]\sqrt{\frac ab}\sqrt[3]{x}",
    r"\begin{aligned}a&=b\\&\le c\end{aligned}\quad\begin{cases}1&x<0\\0&\text{otherwise}\end{cases}",
)


def test_formulas_of_every_shape_can_be_set(tmp_path: Path) -> None:
    ledger = Ledger({f"thesis.f{i}": claim(f"thesis.f{i}", f"F{i}", f, "descriptive") for i, f in enumerate(FORMULAS)})
    flat = read(pdf(ledger, EMPTY), tmp_path)
    for sign in ("⌊", "∞", "𝑋", "‖", "√", "lim", "otherwise", "Lip", "𝐱", "𝔼", "∇", "′"):
        assert sign in flat


def test_a_document_that_typst_refuses_is_one_error(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    (tmp_path / "report.typ").write_text("#panic()", encoding="utf-8")
    monkeypatch.setattr(typeset, "TEMPLATES", tmp_path)
    with pytest.raises(ReportError, match="the PDF could not be set"):
        pdf(LEDGER, EMPTY)


def test_latex_that_cannot_be_read_names_the_claim() -> None:
    ledger = Ledger({"thesis.bad": claim("thesis.bad", "Bad", r"\unheard")})
    with pytest.raises(ReportError, match=r"thesis\.bad: latex"):
        pdf(ledger, EMPTY)
