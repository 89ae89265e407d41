"""Thesis, section 2.1: the Bayes rule, on every joint law of counts and against every rule."""

from itertools import product

import numpy as np
import pytest
from hypothesis import find, given, settings
from hypothesis import strategies as st

from reports.evidence import at_most, claim, equal


@st.composite
def tables(draw):
    """Counts with one row for each of up to 4 values of x and one column for each of up to 3 classes.

    They are below 10, or up to 1 above a multiple of a huge number, so that two of them often nearly tie.
    """
    rows, classes = draw(st.integers(1, 4)), draw(st.integers(1, 3))
    unit = draw(st.sampled_from([1, 10**12, 10**150]))
    entry = st.integers(0, 9).map(lambda n: n * unit)
    row = st.lists(entry | entry.map(lambda n: n + 1) if unit > 1 else entry, min_size=classes, max_size=classes)
    return np.array(draw(st.lists(row, min_size=rows, max_size=rows)))


SITUATIONS = {
    "an empty row": lambda counts: (counts.sum(axis=1) == 0).any() and counts.any(),
    "nothing at all": lambda counts: not counts.any(),
    "a tie": lambda counts: any((row == row.max()).sum() > 1 and row.any() for row in counts),
    "a near tie": lambda counts: any(0 < row[-1] - row[-2] < 1e-6 * row[-1] for row in np.sort(counts) if len(row) > 1),
    "one class": lambda counts: counts.shape[1] == 1,
    "one row": lambda counts: len(counts) == 1,
    "certainty": lambda counts: counts.shape[1] > 1 and ((counts > 0).sum(axis=1) == 1).all(),
    "counts above 1e100": lambda counts: counts.max() > 10**100,
}


@pytest.mark.parametrize("situation", SITUATIONS)
def test_degenerate_tables_are_drawn(situation):
    assert SITUATIONS[situation](find(tables(), SITUATIONS[situation], settings=settings(max_examples=100)))


def bayes(counts):
    """The likeliest class for each x, the first of several."""
    return counts.argmax(axis=1)


def risk(counts, rule, loss):
    """The total loss of a rule, in counts: loss[answer, truth]."""
    return int(sum(loss[answer] @ row for answer, row in zip(rule, counts, strict=True)))


def every_rule(counts):
    return product(range(counts.shape[1]), repeat=counts.shape[0])


def zero_one(counts):
    return 1 - np.eye(counts.shape[1], dtype=int)


def least_risk(counts, loss):
    return min(risk(counts, rule, loss) for rule in every_rule(counts))


@claim("thesis.prop1", role="refutes", without="zero_one_loss")
@given(counts=tables(), costs=st.tuples(*[st.integers(1, 9)] * 2))
def test_the_likeliest_class_has_the_least_risk_whatever_errors_cost(counts, costs):
    """One cost for the answer 0, another for every other answer."""
    loss = zero_one(counts) * np.where(np.arange(counts.shape[1]) == 0, *costs)[:, None]
    at_most(risk(counts, bayes(counts), loss), least_risk(counts, loss))


@claim("thesis.prop1", role="corrected")
@given(counts=tables())
def test_the_likeliest_class_makes_the_fewest_errors(counts):
    loss = zero_one(counts)
    for rule in every_rule(counts):
        at_most(risk(counts, bayes(counts), loss), risk(counts, rule, loss))


@claim("thesis.prop1", role="sharp")
@given(counts=tables())
def test_a_rule_makes_the_fewest_errors_only_if_it_answers_with_a_likeliest_class(counts):
    loss = zero_one(counts)
    for rule in every_rule(counts):
        missed = sum(row.max() - row[answer] for answer, row in zip(rule, counts, strict=True))
        equal(risk(counts, rule, loss) - least_risk(counts, loss), missed)


@claim("thesis.prop1", role="twin")
@given(counts=tables())
def test_the_likeliest_class_makes_5_percent_fewer_errors_than_any_rule(counts):
    loss = zero_one(counts)
    at_most(1.05 * risk(counts, bayes(counts), loss), least_risk(counts, loss))
