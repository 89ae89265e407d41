"""The strategies draw what they promise, degenerate cases included, and shrink to something legible."""

import math
from collections import Counter

import numpy as np
import pytest
from hypothesis import HealthCheck, find, given, settings
from hypothesis import strategies as st

from divergences import jensen_shannon_divergence, kl_divergence, total_variation_distance
from divergences.strategies import pairs, probability_vectors, triples

DRAWS = settings(
    max_examples=400, derandomize=True, database=None, deadline=None, suppress_health_check=list(HealthCheck)
)


def counted(strategy: st.SearchStrategy, features: dict) -> dict[str, float]:
    """The share of draws with each feature."""
    counts: Counter[str] = Counter()

    @given(strategy)
    @DRAWS
    def draw(value) -> None:
        counts["draws"] += 1
        for name, has in features.items():
            counts[name] += bool(has(value))

    draw()
    return {name: counts[name] / counts["draws"] for name in features}


def accepted(*vectors: np.ndarray) -> bool:
    assert len({v.shape for v in vectors}) == 1
    return all(total_variation_distance(v, v) == 0 for v in vectors)


def test_vectors_are_accepted_and_degenerate_often() -> None:
    shares = counted(
        probability_vectors(),
        {
            "accepted": accepted_one,
            "zero": lambda p: (p == 0).any(),
            "dirac": lambda p: (p == 1).any(),
            "tiny": lambda p: 0 < p[p > 0].min() < 1e-100,
            "least": lambda p: p[p > 0].min() < 1e-250,
            "one atom": lambda p: len(p) == 1,
            "many atoms": lambda p: len(p) >= 10,
        },
    )
    assert shares.pop("accepted") == 1
    assert shares.pop("one atom") > 0.01 and shares.pop("least") > 0.01
    assert min(shares.values()) > 0.05, shares


def accepted_one(p: np.ndarray) -> bool:
    return accepted(p)


def test_pairs_are_accepted_and_degenerate_often() -> None:
    def apart(pq) -> float:
        return float(total_variation_distance(*pq))

    shares = counted(
        pairs(),
        {
            "accepted": lambda pq: accepted(*pq),
            "equal": lambda pq: (pq[0] == pq[1]).all(),
            "disjoint": lambda pq: apart(pq) == 1,
            "near": lambda pq: 0 < apart(pq) < 1e-3,
            "very near": lambda pq: 0 < apart(pq) < 1e-9,
            "in between": lambda pq: 0.1 < apart(pq) < 0.9,
            "infinite": lambda pq: math.isinf(kl_divergence(*pq)),
        },
    )
    assert shares.pop("accepted") == 1
    assert min(shares.values()) > 0.01, shares  # measured: 0.03 to 0.05


def test_triples_are_accepted_and_often_on_a_line() -> None:
    def on_a_line(triple) -> bool:
        p, q, r = triple
        total = total_variation_distance
        return total(p, r) > 0 and math.isclose(total(p, q) + total(q, r), total(p, r), rel_tol=1e-12)

    features = {"accepted": lambda t: accepted(*t), "line": on_a_line, "loop": lambda t: (t[0] == t[2]).all()}
    shares = counted(triples(), features)
    assert shares.pop("accepted") == 1
    assert min(shares.values()) > 0.05, shares


def test_sizes_are_kept() -> None:
    for strategy in (probability_vectors(3, 4).map(lambda p: (p,)), pairs(3, 4), triples(3, 4)):
        shares = counted(
            strategy, {"three": lambda vs: {len(v) for v in vs} == {3}, "four": lambda vs: len(vs[0]) == 4}
        )
        assert min(shares.values()) > 0.05 and sum(shares.values()) == 1
    assert counted(pairs(1, 1), {"one": lambda pq: pq[0].tolist() == pq[1].tolist() == [1.0]}) == {"one": 1}
    assert counted(pairs(2, 2), {"disjoint": lambda pq: total_variation_distance(*pq) == 1})["disjoint"] > 0.05


@pytest.mark.parametrize("strategy", [probability_vectors, pairs, triples])
@pytest.mark.parametrize("sizes", [(0, 3), (4, 3), (-1, -1)])
def test_sizes_that_make_no_sense(strategy, sizes: tuple[int, int]) -> None:
    with pytest.raises(ValueError, match="1 <= min_size <= max_size"):
        strategy(*sizes)


JS, KL, TV = jensen_shannon_divergence, kl_divergence, total_variation_distance
FALSE = {
    "JS >= TV / sqrt 2": (pairs(), lambda p, q: JS(p, q) < TV(p, q) / math.sqrt(2)),
    "KL is symmetric": (pairs(), lambda p, q: KL(p, q) != KL(q, p)),
    "KL is at most TV": (pairs(), lambda p, q: KL(p, q) > TV(p, q)),
    "JS is a metric": (triples(), lambda p, q, r: JS(p, r) > JS(p, q) + JS(q, r)),
}


@pytest.mark.parametrize("claim", FALSE)
def test_counterexamples_are_legible(claim: str) -> None:
    """Two atoms, and masses of at most two decimals."""
    strategy, broken = FALSE[claim]
    found = find(strategy, lambda vectors: broken(*vectors), settings=settings(DRAWS, max_examples=2000))
    assert all(len(v) == 2 for v in found), found
    assert all(round(x, 2) == x for v in found for x in v.tolist()), found
