"""Every law on every row, and every law's wrong twin of every row."""

import pytest

from divergences import FDivergence
from tests.laws import mutate
from tests.laws.cases import ALL_ROWS
from tests.laws.laws import LAWS, Law

cases = pytest.mark.parametrize("row", ALL_ROWS, ids=lambda row: row.name)


@cases
@pytest.mark.parametrize("law", LAWS, ids=lambda law: law.name)
def test_law(law: Law, row: FDivergence) -> None:
    law.check(row)


@cases
@pytest.mark.parametrize("law", LAWS, ids=lambda law: law.name)
def test_law_catches_its_twin(law: Law, row: FDivergence) -> None:
    with pytest.raises(AssertionError):
        law.check(law.twin(row))


def test_every_mutant_is_killed_or_explained() -> None:
    fates, survivors = mutate.survey()
    assert not survivors
    assert all(mutate.same_value(mutant) for mutant, fate in fates if fate.startswith("equivalent"))
    assert len(fates) > 16 * len(ALL_ROWS)


def test_the_survey_notices_a_law_that_is_missing(monkeypatch: pytest.MonkeyPatch) -> None:
    """Without the laws that look at the activation, its mutants survive, and the script says so."""
    kept = tuple(law for law in LAWS if "activation" not in law.name)
    monkeypatch.setattr(mutate, "LAWS", kept)
    assert {mutant.column for mutant in mutate.survey()[1]} == {"activation", "penalty"}
    assert mutate.main() == 1


def test_an_untrue_explanation_explains_nothing() -> None:
    js = next(mutant for mutant in mutate.mutants() if mutant.key == ("js", "at_zero", "scaled"))
    assert not mutate.same_value(js)
    assert not mutate.explained(js)
