"""Divergences between laws that can be sampled and whose densities are known, by averaging over their mixture.

With ``m = (p + q) / 2``, ``l = log(p / q)`` and ``D = 1 / (1 + exp(-l))`` a divergence is the mean under ``m`` of
``2 integrand(D, 1 - D, 1 - 2 D)``: of ``log 2 - h(D)`` for Jensen-Shannon, of ``|tanh(l / 2)|`` for total variation.
That mean is of a bounded variable wherever the divergence is bounded.
"""

from __future__ import annotations

import math
from collections.abc import Callable
from dataclasses import dataclass
from numbers import Integral
from statistics import NormalDist
from typing import Any

import numpy as np
from numpy.typing import ArrayLike, NDArray

from divergences.columns import FDivergence
from divergences.estimate import Estimate
from divergences.sampling.intervals import mean_interval
from divergences.sampling.samples import checked_level, generator, real_numbers
from divergences.table import JEFFREYS, KL, REVERSE_KL
from divergences.table import row as find_row

__all__ = ["SampledDensity", "mixture_bound", "mixture_terms", "monte_carlo_divergence"]

Array = NDArray[np.float64]

# The rows that add up KL(P || Q) (0) and KL(Q || P) (1), which stay finite where exp(l) leaves the range of floats.
LOGARITHMIC = {KL: [0], REVERSE_KL: [1], JEFFREYS: [0, 1]}


@dataclass(frozen=True)
class SampledDensity:
    """A law given by a sampler and the logarithm of its density, in nats.

    Attributes:
        sample: takes a generator and ``n``; returns ``n`` independent points, shape ``(n,)`` or ``(n, d)``.
        log_density: takes such points; returns ``log p`` at each, shape ``(n,)``, minus infinity where there is none.

    Raises:
        TypeError: if either is no function.

    References:
        Robert and Casella, Monte Carlo Statistical Methods (2004), section 3.2.

    Example:
        >>> uniform = SampledDensity(lambda rng, n: rng.random(n), lambda x: np.where((x >= 0) & (x <= 1), 0, -np.inf))
        >>> monte_carlo_divergence(uniform, uniform, "tv").value
        0.0
    """

    sample: Callable[[np.random.Generator, int], ArrayLike]
    log_density: Callable[[Any], ArrayLike]

    def __post_init__(self) -> None:
        for name in ("sample", "log_density"):
            if not callable(found := getattr(self, name)):
                raise TypeError(f"{name} is of type {type(found).__name__}; pass a function")


def monte_carlo_divergence(
    P: Any, Q: Any, row: FDivergence | str, *, draws: int = 10_000, level: float = 0.95, seed: int = 0
) -> Estimate:
    """The divergence of a row between two laws with known densities, in the row's unit, from fresh draws of both.

    ``D_f(P || Q) = E_m[2 integrand(D, 1 - D, 1 - 2 D)]``. For a bounded row the interval covers at its level whatever
    the number of draws (kind ``confidence``, by betting). For another the central limit theorem gives the interval,
    which promises nothing at a finite number of draws (kind ``error estimate``).

    Args:
        P: a `SampledDensity`, or an object with ``rvs(size=, random_state=)`` and ``logpdf`` or ``logpmf``, such as
            scipy's frozen laws.
        Q: alike, with densities for the same measure.
        row: a row of the table, or its name.
        draws: how many points are drawn from each law.
        level: the confidence level.
        seed: a nonnegative integer.

    Returns:
        The estimate.

    Raises:
        TypeError: if a law cannot be sampled or has no log-density, or ``draws`` or ``seed`` is not an integer.
        ValueError: if ``draws`` is below 2, the level is not between 0 and 1, or a density does not fit its sampler.

    References:
        Waudby-Smith and Ramdas, J. Royal Statistical Society B 86 (2024), Theorem 3, for the interval.

    Example:
        >>> from scipy.stats import norm
        >>> found = monte_carlo_divergence(norm(0, 1), norm(1, 1), "js", seed=1)
        >>> found.kind, found.low < 0.1106 < found.high
        ('confidence', True)
    """
    found = find_row(row)
    level = checked_level(level)
    laws = [_law(law, name) for law, name in ((P, "P"), (Q, "Q"))]
    _same_measure(P, Q)
    size = _draws(draws)
    terms = [mixture_terms(_log_ratio(laws, own, size, seed), found) for own in (0, 1)]
    averages = terms[0] / 2 + terms[1] / 2
    value = float(averages.mean())
    details: dict[str, object] = {"draws": size, "seed": seed}
    if math.isfinite(found.maximum):
        low, high = mean_interval(averages, 0.0, mixture_bound(found), level=level, seed=seed)
        value, low, high = (min(end, found.maximum) for end in (value, low, high))
        return Estimate(value, low, high, "confidence", "monte carlo", level, found.unit, details)
    half = -NormalDist().inv_cdf((1 - level) / 2) * _standard_error(averages)
    details = {**details, "interval": f"central limit theorem at level {level:g}: no guarantee at finitely many draws"}
    ends = (max(0.0, value - half), value + half) if math.isfinite(half) else (0.0, math.inf)
    return Estimate(value, *ends, "error estimate", "monte carlo", None, found.unit, details)


def mixture_terms(log_ratio: Array, row: FDivergence) -> Array:
    """What a divergence averages over the mixture, in the row's unit: ``2 integrand(D, 1 - D, 1 - 2 D)``.

    Args:
        log_ratio: ``log(p / q)``, shape ``(n,)``, possibly infinite.
        row: a row of the table.

    Returns:
        The terms, nonnegative; infinite where the ratio is and the row allows it.

    References:
        Goodfellow et al., NeurIPS 2014, Proposition 1 (``D = p / (p + q)``).

    Example:
        >>> mixture_terms(np.array([0.0, np.inf]), find_row("tv")).tolist()
        [0.0, 1.0]
    """
    with np.errstate(over="ignore", under="ignore", invalid="ignore"):
        real, fake = 1 / (1 + np.exp(-log_ratio)), 1 / (1 + np.exp(log_ratio))
        difference = -np.tanh(log_ratio / 2)
        terms: Array = 2 * row.integrand(real, fake, difference)
        if row not in LOGARITHMIC:
            return terms
        ahead = np.where(real > 0, real * log_ratio, 0.0) + difference
        behind = np.where(fake > 0, -fake * log_ratio, 0.0) - difference
        far = 2 * np.sum([(ahead, behind)[which] for which in LOGARITHMIC[row]], axis=0)
        return np.where(np.abs(log_ratio) > 1, far, terms)


def mixture_bound(row: FDivergence) -> float:
    """The largest of the `mixture_terms` of a row, in its unit: ``2 max(f(0) + f'(1), f'(inf) - f'(1))``, at its ends.

    Args:
        row: a row of the table.

    Returns:
        The bound, infinite where the divergence is unbounded.

    References:
        Liese and Vajda, IEEE Transactions on Information Theory 52 (2006), Theorem 5.

    Example:
        >>> mixture_bound(find_row("squared_hellinger"))
        2.0
    """
    return 2 * float(row.integrand(np.array([0.0, 1.0]), np.array([1.0, 0.0]), np.array([1.0, -1.0])).max())


def _law(law: Any, name: str) -> SampledDensity:
    """The law as a sampler and a log-density."""
    if isinstance(law, SampledDensity):
        return law
    if callable(getattr(law, "freeze", None)):
        raise TypeError(f"{name} is the family {law.name}; freeze it, as in scipy.stats.norm(0, 1)")
    density = getattr(law, "logpdf", None) or getattr(law, "logpmf", None)
    if not (callable(getattr(law, "rvs", None)) and callable(density)):
        raise TypeError(
            f"{name} is of type {type(law).__name__}, which lacks rvs or logpdf; pass SampledDensity(sample, "
            "log_density), or a frozen law such as scipy.stats.norm(0, 1)"
        )

    def tried(what: str, function: Callable[..., Any], *arguments: Any, **options: Any) -> Any:
        try:
            return function(*arguments, **options)
        except ValueError as error:
            hint = "check its parameters, and that both laws draw points of one kind"
            raise ValueError(f"{what} of {name} fails ({error}); {hint}") from None

    return SampledDensity(
        lambda rng, n: tried("rvs", law.rvs, size=n, random_state=rng),
        lambda points: tried("the log-density", density, points),
    )


def _same_measure(P: Any, Q: Any) -> None:
    """Refuse a density beside probabilities of atoms."""
    densities = [hasattr(law, "logpdf") for law in (P, Q) if not isinstance(law, SampledDensity)]
    if len(set(densities)) > 1:
        raise ValueError("one of P and Q has a density and the other has atoms; such laws are mutually singular")


def _draws(draws: int) -> int:
    if isinstance(draws, bool) or not isinstance(draws, Integral):
        raise TypeError(f"draws is {draws!r}; pass an integer of at least 2")
    if draws < 2:
        raise ValueError(f"draws = {draws}; pass at least 2")
    return int(draws)


def _log_ratio(laws: list[SampledDensity], own: int, draws: int, seed: int) -> Array:
    """``log(p / q)`` at points drawn from one of the two laws."""
    drawn = laws[own].sample(generator(seed, 3 + own), draws)
    shape = real_numbers(drawn, f"the sample of {'PQ'[own]}", dimensions=(1, 2)).shape
    if shape[0] != draws:
        raise ValueError(f"the sampler of {'PQ'[own]} returned shape {shape} for {draws} draws")
    points = np.asarray(drawn)
    names = [f"the log-density of {name}" for name in "PQ"]
    logs = [real_numbers(law.log_density(points), name, finite=False) for law, name in zip(laws, names, strict=True)]
    for index, values in enumerate(logs):
        if values.shape != (draws,):
            raise ValueError(f"the log-density of {'PQ'[index]} has shape {values.shape} at {draws} points")
        bad = np.isnan(values) | (values == math.inf) | ((values == -math.inf) & (index == own))
        if bad.any():
            where = int(bad.argmax())
            raise ValueError(
                f"the log-density of {'PQ'[index]} is {values[where]} at {points[where]}, which {'PQ'[own]} drew; "
                "it has to be finite there, or minus infinity where the other law drew the point"
            )
    ratio: Array = logs[0] - logs[1]
    return ratio


def _standard_error(x: Array) -> float:
    """The standard deviation of the mean, infinite where a number is."""
    return float(x.std(ddof=1)) / math.sqrt(len(x)) if np.isfinite(x).all() else math.inf
