"""Lower bounds of divergences from the scores of a classifier at held-out samples."""

from __future__ import annotations

import math

import numpy as np
from numpy.typing import ArrayLike, NDArray

from divergences.columns import FDivergence
from divergences.estimate import Estimate
from divergences.sampling.intervals import mean_lower_bound, paired_blocks, share_bounds
from divergences.sampling.samples import checked_level, checked_seed, real_numbers
from divergences.table import JENSEN_SHANNON, TOTAL_VARIATION
from divergences.table import row as find_row

__all__ = ["classifier_lower_bound"]

Array = NDArray[np.float64]

OFTEN = 0.25  # the largest chance of failure at which trials of two laws may be counted as of one, see `_accuracy`
SENSE = "one-sided: the divergence is at least low, at this level, if the classifier has not seen the samples"


def classifier_lower_bound(
    scores_p: ArrayLike, scores_q: ArrayLike, row: FDivergence | str = "tv", *, level: float = 0.95, seed: int = 0
) -> Estimate:
    """A lower bound of the total variation distance or of Jensen-Shannon (in nats) from a classifier's scores.

    ``TV >= P(s > 1/2) - Q(s > 1/2)``, which is ``2 acc - 1``, by Clopper and Pearson;
    ``JS >= log 2 + (E_P log s + E_Q log(1 - s)) / 2`` by betting, with scores clipped to ``[c, 1 - c]``,
    ``c = 1 / (2 + min(n, m))``, which makes them those of another classifier and bounds the logarithms.

    Args:
        scores_p: at a held-out sample of P, the classifier's probability that a point is from P; shape ``(n,)``.
        scores_q: the same probability at a held-out sample of Q; shape ``(m,)``.
        row: ``"tv"`` or ``"js"``, or the row itself.
        level: the probability with which the divergence is at least ``low``, for every ``n`` and ``m``.
        seed: a nonnegative integer, for the order in which the bets on JS are placed.

    Returns:
        An estimate of kind ``confidence``, one-sided: ``high`` is the row's maximum, ``value`` what the sample gives.

    Raises:
        TypeError: if scores are not real numbers.
        ValueError: if they lie outside ``[0, 1]``, the row is another, or the level is not between 0 and 1.

    References:
        Lopez-Paz and Oquab, "Revisiting classifier two-sample tests", ICLR 2017, section 3.
        Goodfellow et al., NeurIPS 2014, Theorem 1 (the bound of JS).
        Hoeffding, Annals of Mathematical Statistics 27 (1956), Theorem 4 (trials with unequal probabilities).

    Example:
        >>> found = classifier_lower_bound(np.full(200, 0.9), np.full(200, 0.1), "tv")
        >>> found.value, round(found.low, 3)
        (1.0, 0.985)
    """
    found = find_row(row)
    if found not in BOUNDS:
        names = " and ".join(repr(bounded.name) for bounded in BOUNDS)
        raise ValueError(f"row {found.name!r} has no such bound, only {names} do; use variational_bound")
    level, seed = checked_level(level), checked_seed(seed)
    real, fake = _scores(scores_p, "scores_p"), _scores(scores_q, "scores_q")
    value, low = BOUNDS[found](real, fake, level, seed)
    low = max(0.0, low)
    details = {"objective": value, "draws": (len(real), len(fake)), "sense": SENSE}
    value = min(max(low, value), found.maximum)
    return Estimate(value, low, found.maximum, "confidence", "classifier", level, found.unit, details)


def _scores(value: ArrayLike, name: str) -> Array:
    scores = real_numbers(value, name)
    outside = (scores < 0) | (scores > 1)
    if outside.any():
        where = int(outside.argmax())
        raise ValueError(
            f"{name} has {scores[where]} at position ({where},); scores are probabilities, so pass logits through "
            "1 / (1 + exp(-logit))"
        )
    return scores


def _accuracy(real: Array, fake: Array, level: float, seed: int) -> tuple[float, float]:
    """The difference of the two rates and a bound of its expectation.

    With ``n = m`` the right answers are counted together. They are trials of two probabilities: by Hoeffding's theorem
    a count at least 1 above its mean is no likelier than if both were the average, and at most 1 above the mean the
    binomial tail exceeds 1/4 (Greenberg and Mohri, Statistics and Probability Letters 86 (2014), Theorem 1), so that
    failing at most 1/4 of the time never refuses the average there.
    """
    right, wrong = float((real > 0.5).sum()), float((fake > 0.5).sum())
    value = right / len(real) - wrong / len(fake)
    if len(real) == len(fake):
        trials = 2 * len(real)
        low, _ = share_bounds(np.array([right + len(fake) - wrong]), trials, fails=min(1 - level, OFTEN))
        return value, 2 * float(low[0]) - 1
    half = (1 - level) / 2
    low, _ = share_bounds(np.array([right]), len(real), fails=half)
    _, high = share_bounds(np.array([wrong]), len(fake), fails=half)
    return value, float(low[0] - high[0])


def _log_scores(real: Array, fake: Array, level: float, seed: int) -> tuple[float, float]:
    """What the clipped scores give in place of Jensen-Shannon, and a bound of its expectation."""
    clip = 1 / (2 + min(len(real), len(fake)))
    one, other = np.log(np.clip(real, clip, 1 - clip)), np.log(np.clip(1 - fake, clip, 1 - clip))
    value = math.log(2) + float(one.mean() + other.mean()) / 2
    ends = math.log(2 * clip), math.log(2 * (1 - clip))
    first, second = paired_blocks(one, other, seed=seed)
    return value, mean_lower_bound((first + second) / 2 + math.log(2), *ends, fails=1 - level, seed=seed)


BOUNDS = {TOTAL_VARIATION: _accuracy, JENSEN_SHANNON: _log_scores}
