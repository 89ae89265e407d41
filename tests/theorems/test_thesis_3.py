"""Thesis, section 3: the minimax game of generator and discriminator."""

from math import log

import numpy as np
from hypothesis import assume, given
from hypothesis import strategies as st

from divergences import jensen_shannon_divergence as JS
from divergences.strategies import pairs
from gan_core import game_value, optimal_discriminator
from reports.evidence import at_most, claim, equal
from tests.theorems.test_thesis_2_4 import A_FEW_ULP, CRITICAL, tightness

EPS = float(np.finfo(float).eps)
A_SUM = {"rounding": 8 * EPS, "reason": "8 eps: up to 24 rounded terms; measured: 2 eps"}


@st.composite
def near_the_optimum(draw):
    """Two laws and a discriminator that differs from the optimal one by a factor between 2 and 1 + 1e-9, or by none."""
    P, Q = draw(pairs())
    best = optimal_discriminator(P, Q)
    moves = st.integers(-9, 9).map(lambda k: np.sign(k) * 10.0 ** -abs(k))
    move = np.array(draw(st.lists(moves, min_size=len(P), max_size=len(P))))
    return np.clip(best * (1 + move), 0, 1), P, Q


def best_value(P, Q):
    return 2 * JS(P, Q) - log(4)


@claim("thesis.prop7")
@given(DPQ=near_the_optimum())
def test_no_discriminator_is_worth_more_than_the_optimal_one(DPQ):
    D, P, Q = DPQ
    at_most(game_value(D, P, Q), best_value(P, Q), **A_SUM)


@claim("thesis.prop7", role="sharp")
@given(pq=pairs())
def test_the_share_of_real_mass_attains_that_value(pq):
    P, Q = pq
    D = optimal_discriminator(P, Q)
    assume(not ((D == 1) & (Q > 0)).any())  # there 1 - D is lost to rounding, and with it log(1 - D)
    equal(game_value(D, P, Q), best_value(P, Q), **A_SUM)


@claim("thesis.prop7", role="twin")
@given(pq=pairs())
def test_no_discriminator_is_worth_more_than_one_that_counts_5_percent_more_generated_mass(pq):
    P, Q = pq
    D = optimal_discriminator(P, Q)
    assume(not ((D == 1) & (Q > 0)).any())
    at_most(game_value(D, P, Q), game_value(optimal_discriminator(P, 1.05 * Q), P, Q), **A_SUM)


@claim("thesis.prop8")
@given(pq=CRITICAL)
def test_every_other_generator_is_worse_by_at_least_the_square_of_tv(pq):
    """V(G, D_G) + log 4 = 2 JS >= TV^2."""
    P, Q = pq
    at_most(tightness(P, Q), 1, **A_FEW_ULP)
    equal(best_value(P, P), -log(4))


@claim("thesis.prop8", role="twin")
@given(pq=CRITICAL)
def test_every_other_generator_is_worse_by_105_percent_of_the_square_of_tv(pq):
    P, Q = pq
    at_most(tightness(P, Q) * np.sqrt(1.05), 1, **A_FEW_ULP)
