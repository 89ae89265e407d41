"""Closed forms of exponential families against the divergences of their log-normalisers in 120 digits."""

import pytest

from divergences import row
from divergences.laws.charts import common_family
from divergences.laws.closed_forms import closed_form
from tests.divergences.textbook import LIMIT, POWERS, error, law, pairs, textbook
from tests.divergences.textbook_families import MEMBERS


@pytest.mark.parametrize("name", sorted(MEMBERS))
def test_exponential_families_keep_their_digits(name: str) -> None:
    for P, Q in pairs(seed=3, count=9):
        if P.name == name:
            family, p, q = common_family(P, Q)
            for r in POWERS:
                found = closed_form(family, p, q, r)
                assert error(found, textbook(P, Q, r)) < LIMIT, (P, Q, r.name)


def test_a_formula_five_percent_off_is_noticed() -> None:
    """The wrong twin: the neighbour's parameter."""
    P, Q, near = law("gamma", 2.0), law("gamma", 3.0), law("gamma", 3.05)
    found = closed_form(*common_family(P, near), row("kl"))
    assert error(found, textbook(P, Q, row("kl"))) > 1e12
