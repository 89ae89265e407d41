"""Thesis, section 2.4: divergences between probability measures."""

from math import log, sqrt

import numpy as np
from hypothesis import given
from hypothesis import strategies as st

from divergences import jensen_shannon_divergence as JS
from divergences import total_variation_distance as TV
from divergences.strategies import pairs, probability_vectors
from optimal_transport import wasserstein_distance as W
from reports.evidence import at_most, claim, equal, record

EPS = float(np.finfo(float).eps)
A_FEW_ULP = {"rounding": 8 * EPS, "reason": "8 ulp: TV and JS are each right to 2 ulp, and the ratio rounds twice"}


@claim("thesis.prop3")
@given(pq=pairs())
def test_jensen_shannon_is_at_most_log_2(pq):
    P, Q = pq
    at_most(JS(P, Q), log(2))


@claim("thesis.prop3", role="sharp")
@given(p=probability_vectors(), q=probability_vectors())
def test_laws_without_common_mass_reach_log_2(p, q):
    P, Q = np.append(p, 0 * q), np.append(0 * p, q)
    equal(JS(P, Q), log(2))


@claim("thesis.prop3", role="twin")
@given(pq=pairs())
def test_jensen_shannon_is_not_at_most_96_percent_of_log_2(pq):
    P, Q = pq
    at_most(JS(P, Q), 0.96 * log(2))


@claim("thesis.prop3", role="sharp")
def test_the_ceiling_is_flat_where_wasserstein_still_grows():
    """A heap of 16 cells, each of width 1/16, and the same heap moved on by some cells."""
    width, shifts = 16, range(0, 49, 2)
    heap = np.full(width, 1 / width)
    moved = [np.concatenate([np.zeros(shift), heap, np.zeros(48 - shift)]) for shift in shifts]
    js = [JS(moved[0], later) for later in moved]
    w = [W(np.arange(64) / width, np.arange(64) / width, moved[0], later) for later in moved]
    for shift, divergence, distance in zip(shifts, js, w, strict=True):
        equal(distance, shift / width)
        if shift >= width:
            equal(divergence, log(2))
    lines = [{"label": "js", "values": np.round(js, 6)}, {"label": "w1", "values": np.round(w, 6)}]
    x = {"label": "shift", "values": [shift / width for shift in shifts]}
    record("js_is_flat", {"kind": "curves", "claim": "thesis.prop3", "x": x, "lines": lines})


@claim("thesis.prop5_js_tv", role="refutes")
@given(pq=pairs())
def test_jensen_shannon_is_at_least_a_multiple_of_tv(pq):
    P, Q = pq
    at_most(TV(P, Q) / sqrt(2), JS(P, Q))


def tightness(P, Q):
    """TV / sqrt(2 JS), which the corrected step bounds by 1; 0 for equal laws."""
    divergence = JS(P, Q)
    return TV(P, Q) / (sqrt(2) * sqrt(divergence)) if divergence > 0 else 0.0


@claim("thesis.prop5_js_tv", role="corrected")
@given(pq=pairs())
def test_jensen_shannon_is_at_least_half_the_square_of_tv(pq):
    P, Q = pq
    at_most(tightness(P, Q), 1, **A_FEW_ULP)


@claim("thesis.prop5_js_tv", role="twin")
@given(pq=pairs())
def test_the_half_cannot_be_5_percent_more(pq):
    P, Q = pq
    at_most(sqrt(1.05) * tightness(P, Q), 1, **A_FEW_ULP)


@claim("thesis.prop5_js_tv", role="sharp")
@given(d=st.floats(1e-7, 0.5))
def test_two_coins_come_as_close_to_the_half_as_one_likes(d):
    """JS of coins (1 + d)/2 and (1 - d)/2 is d^2/2 (1 + d^2/6 + d^4/15 + ...), and d^2/15 + ... stays below 1/50."""
    fair = np.array([0.5, 0.5])
    tilt = np.array([d / 2, -d / 2])
    at_most(1 / sqrt(1 + d**2 / 6 + d**4 / 10), tightness(fair + tilt, fair - tilt), **A_FEW_ULP)
