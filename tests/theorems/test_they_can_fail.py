"""The theorem tests notice a library that is wrong: no clamp or special case hides it."""

from dataclasses import replace

import pytest

import divergences.exact
from reports.evidence import Violated
from tests.theorems import test_thesis_2_4


def test_a_half_dropped_from_jensen_shannon_violates_proposition_3(monkeypatch: pytest.MonkeyPatch) -> None:
    right = divergences.exact.JENSEN_SHANNON
    wrong = replace(right, integrand=lambda p, q, d: 2 * right.integrand(p, q, d))
    monkeypatch.setattr(divergences.exact, "JENSEN_SHANNON", wrong)
    with pytest.raises(Violated):
        test_thesis_2_4.test_jensen_shannon_is_at_most_log_2()
