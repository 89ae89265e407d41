"""Lower bounds from a classifier's scores: exact coverage over all counts, and what is refused."""

import math

import numpy as np
import pytest
from scipy.stats import binom, norm

from divergences import JENSEN_SHANNON, jensen_shannon_divergence
from divergences.sampling.classifier import classifier_lower_bound

RATES = [0.0, 0.02, 0.1, 0.3, 0.5, 0.6, 0.8, 0.95, 1.0]


def answers(right: int, of: int) -> np.ndarray:
    return np.where(np.arange(of) < right, 0.75, 0.25)


def failures(lows: np.ndarray, p: float, q: float) -> float:
    """How often the bound exceeds |p - q|, the least total variation of laws with these rates."""
    n, m = lows.shape[0] - 1, lows.shape[1] - 1
    chance = np.outer(binom.pmf(np.arange(n + 1), n, p), binom.pmf(np.arange(m + 1), m, q))
    return float(chance[lows > abs(p - q) + 1e-12].sum())


@pytest.mark.parametrize(("n", "m", "level"), [(7, 7, 0.95), (5, 9, 0.95), (6, 6, 0.75), (2, 2, 0.3), (1, 1, 0.8)])
def test_total_variation_fails_as_seldom_as_it_says(n: int, m: int, level: float) -> None:
    """The two rates differ, so right answers are no binomial count; by Hoeffding's theorem that does not matter."""
    lows = np.array(
        [
            [classifier_lower_bound(answers(a, n), answers(b, m), "tv", level=level).low for b in range(m + 1)]
            for a in range(n + 1)
        ]
    )
    worst = max(failures(lows, p, q) for p in RATES for q in RATES)
    assert worst <= 1 - level + 1e-12


def test_the_plug_in_is_no_bound() -> None:
    """The wrong twin: 2 acc - 1 itself exceeds the truth about half the time."""
    values = np.array([[max(0.0, (a - b) / 7) for b in range(8)] for a in range(8)])
    assert max(failures(values, p, q) for p in RATES for q in RATES) > 0.4


def test_jensen_shannon_fails_as_seldom_as_it_says() -> None:
    """Two scores, 0.9 and 0.1, so the laws are coins with JS between 0 and 0.37; all counts of 40 and 40."""
    n = 40
    lows = np.array(
        [
            [
                classifier_lower_bound(
                    np.where(np.arange(n) < a, 0.9, 0.1), np.where(np.arange(n) < b, 0.9, 0.1), "js"
                ).low
                for b in range(n + 1)
            ]
            for a in range(n + 1)
        ]
    )
    for p in RATES:
        for q in RATES:
            chance = np.outer(binom.pmf(np.arange(n + 1), n, p), binom.pmf(np.arange(n + 1), n, q))
            assert chance[lows > jensen_shannon_divergence([p, 1 - p], [q, 1 - q])].sum() <= 0.05
    assert lows.max() > 0


def test_a_thousand_points_of_two_normals() -> None:
    """TV is 0.383 and JS 0.111; the best scores prove most of the first."""
    rng = np.random.default_rng(26)
    x, y = rng.normal(0, 1, 1000), rng.normal(1, 1, 1000)
    scores = [1 / (1 + np.exp(z - 0.5)) for z in (x, y)]
    tv, js = (classifier_lower_bound(*scores, row) for row in ("tv", JENSEN_SHANNON))
    assert 0.3 < tv.low < 2 * norm.cdf(0.5) - 1 and tv.high == 1.0
    assert 0.06 < js.low < 0.1106 and js.high == math.log(2)
    assert {(e.kind, e.level) for e in (tv, js)} == {("confidence", 0.95)}
    assert (tv.unit, js.unit) == ("", "nat")


def test_a_perfect_classifier_proves_nearly_everything() -> None:
    for row, most in (("tv", 1.0), ("js", math.log(2))):
        found = classifier_lower_bound(np.ones(5000), np.zeros(5000), row)
        assert 0.98 * most < found.low < found.value <= most
    assert math.isclose(found.details["objective"], math.log(2 * (1 - 1 / 5002)))  # of the clipped scores


def test_a_useless_classifier_proves_nothing() -> None:
    for row in ("tv", "js"):
        found = classifier_lower_bound(np.full(50, 0.5), np.full(70, 0.5), row)
        assert found.low == 0 and abs(found.value) < 1e-12
    swapped = classifier_lower_bound(np.zeros(50), np.ones(50), "js")
    assert swapped.low == swapped.value == 0 and swapped.details["objective"] < -2


def test_integers_views_and_no_mutation() -> None:
    both = np.array([[1, 0], [1, 1], [0, 0]])
    kept = both.copy()
    for row in ("tv", "js"):
        expected = classifier_lower_bound([1.0, 1.0, 0.0], [0.0, 1.0, 0.0], row)
        assert classifier_lower_bound(both[:, 0], both[:, 1], row) == expected
    assert (both == kept).all()


@pytest.mark.parametrize(
    ("scores", "error", "message"),
    [
        ([0.5, 1.5], ValueError, r"scores_p has 1.5 at position \(1,\); scores are probabilities.*logit"),
        ([-0.1], ValueError, r"scores_p has -0.1 at position \(0,\)"),
        ([0.5, np.nan], ValueError, r"scores_p has nan at position \(1,\)"),
        ([], ValueError, r"scores_p has shape \(0,\)"),
        ([[0.5]], ValueError, r"scores_p has shape \(1, 1\)"),
        ([True], TypeError, "scores_p has dtype bool"),
    ],
)
def test_scores_that_are_refused(scores, error, message: str) -> None:
    for row in ("tv", "js"):
        with pytest.raises(error, match=message):
            classifier_lower_bound(scores, [0.5], row)
        with pytest.raises(error, match=message.replace("scores_p", "scores_q")):
            classifier_lower_bound([0.5], scores, row)


def test_rows_levels_and_seeds_that_are_refused() -> None:
    with pytest.raises(ValueError, match="row 'kl' has no such bound, only 'tv' and 'js' do; use variational_bound"):
        classifier_lower_bound([0.5], [0.5], "kl")
    with pytest.raises(ValueError, match="row 'jss' is unknown"):
        classifier_lower_bound([0.5], [0.5], "jss")
    with pytest.raises(ValueError, match=r"level = 1\.0"):
        classifier_lower_bound([0.5], [0.5], level=1.0)
    with pytest.raises(ValueError, match="seed = -1"):
        classifier_lower_bound([0.5], [0.5], "js", seed=-1)
