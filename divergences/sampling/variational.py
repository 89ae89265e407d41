"""Lower bounds of divergences from the values of a critic at held-out samples.

``D_f(P || Q) >= E_P T - E_Q f*(T)`` for every critic ``T`` with values in the domain of ``f*``; with the row of KL it
is the bound of Nguyen, Wainwright and Jordan. The critic must not have seen the samples.
"""

from __future__ import annotations

import math
from statistics import NormalDist

import numpy as np
from numpy.typing import ArrayLike, NDArray

from divergences.columns import FDivergence
from divergences.estimate import Estimate
from divergences.sampling.intervals import mean_lower_bound, paired_blocks
from divergences.sampling.samples import checked_level, checked_seed, real_numbers
from divergences.table import row as find_row

__all__ = ["donsker_varadhan_bound", "variational_bound"]

Array = NDArray[np.float64]
Bounds = tuple[float, float]

LARGEST = 1e150  # of a critic's values, so that their variance stays in the range of floats
ASYMPTOTIC = "central limit theorem, one-sided, at level {:g}: no guarantee for finitely many values"
HELD_OUT = "one-sided: the divergence is at least low, at this level, if the critic has not seen the samples"


def variational_bound(
    t_p: ArrayLike,
    t_q: ArrayLike,
    row: FDivergence | str,
    *,
    bounds: Bounds | None = None,
    level: float = 0.95,
    seed: int = 0,
) -> Estimate:
    """A lower bound of the divergence of a row, in its unit, from a critic's values at held-out samples.

    ``D_f(P || Q) >= E_P T - E_Q f*(T)``. The value is the sample's; ``low`` is below the expectation, and so below the
    divergence, with probability ``level`` if ``bounds`` are known (kind ``confidence``, by betting). Without them the
    central limit theorem gives ``low`` (kind ``error estimate``). ``high`` is the row's maximum.

    Args:
        t_p: values of the critic at a sample of P, shape ``(n,)``, in the domain of the conjugate:
            ``row.activation`` brings any numbers there.
        t_q: values at a sample of Q, shape ``(m,)``.
        row: a row of the table, or its name; ``"kl"`` gives the bound of Nguyen, Wainwright and Jordan.
        bounds: the least and the largest value that the critic can take anywhere, known before the samples were seen.
        level: the confidence level of ``low``.
        seed: a nonnegative integer, for the order in which the bets are placed.

    Returns:
        The estimate; ``details`` has the raw objective, which may be negative.

    Raises:
        TypeError: if values are not real numbers, or the row has no conjugate.
        ValueError: if values lie outside the bounds, beyond 1e150 or outside the domain of the conjugate, or the
            conjugate overflows at the upper bound; or if the row is unknown, or the level is not between 0 and 1.

    References:
        Nguyen, Wainwright and Jordan, IEEE Transactions on Information Theory 56 (2010), Lemma 1.
        Nowozin, Cseke and Tomioka, "f-GAN", NeurIPS 2016, equation (4).

    Example:
        >>> found = variational_bound(np.full(500, 0.5), np.full(500, -0.5), "tv", bounds=(-0.5, 0.5))
        >>> found.value, found.low > 0.98, found.kind
        (1.0, True, 'confidence')
    """
    found = find_row(row)
    if not isinstance(found, FDivergence):
        raise TypeError(f"row {found.name!r} has no conjugate; pass a row of the table or an FDivergence of your own")
    level, seed = checked_level(level), checked_seed(seed)
    real, fake = _critic_values(t_p, t_q, bounds)
    for name, values in (("t_p", real), ("t_q", fake), ("bounds", np.asarray([] if bounds is None else bounds))):
        _check_domain(values, name, found)
    penalty = _conjugate(fake, found)
    objective = float(real.mean()) - float(penalty.mean())
    if bounds is None:
        return _asymptotic(objective, _error(real, penalty), found, level)
    least, most = _conjugate(np.array([bounds[0], bounds[1]], dtype=np.float64), found).tolist()
    if not math.isfinite(most):
        raise ValueError(
            f"bounds = {bounds}: the conjugate of {found.name} is {most} at {bounds[1]}; pass a smaller end"
        )
    one, other = paired_blocks(real, penalty, seed=seed)
    low = mean_lower_bound(one - other, bounds[0] - most, bounds[1] - least, fails=1 - level, seed=seed)
    return _at_least(objective, low, found, level, {"objective": objective, "bounds": tuple(bounds), "sense": HELD_OUT})


def donsker_varadhan_bound(
    t_p: ArrayLike, t_q: ArrayLike, *, bounds: Bounds | None = None, level: float = 0.95, seed: int = 0
) -> Estimate:
    """A lower bound of KL(P || Q), in nats, from any critic's values at held-out samples.

    ``KL(P || Q) >= E_P T - log E_Q exp(T)``. The sample's value of it is no bound, and too high on average: the
    logarithm of a mean lies below that of the expectation, by about ``Var exp(T) / (2 m (E exp(T))^2)``. With
    ``bounds``, ``low`` joins a lower bound of ``E_P T`` and an upper one of ``E_Q exp(T)``, each failing with half of
    ``1 - level`` (kind ``confidence``); without, the central limit theorem gives it (kind ``error estimate``).

    Args:
        t_p: values of the critic at a sample of P, shape ``(n,)``.
        t_q: values at a sample of Q, shape ``(m,)``.
        bounds: the least and the largest value that the critic can take anywhere, known before the samples were seen.
        level: the confidence level of ``low``.
        seed: a nonnegative integer, for the order in which the bets are placed.

    Returns:
        The estimate, with ``high`` infinite; ``details`` has the raw objective and the estimated bias.

    Raises:
        TypeError: if values are not real numbers.
        ValueError: if values lie outside the bounds or beyond 1e150, or the level is not between 0 and 1.

    References:
        Donsker and Varadhan, Communications on Pure and Applied Mathematics 36 (1983), Lemma 2.1.
        Belghazi et al., "Mutual information neural estimation", ICML 2018, section 3.2 (the bias).

    Example:
        >>> found = donsker_varadhan_bound(np.full(500, 1.0), np.full(500, -1.0), bounds=(-1, 1))
        >>> round(found.value, 6), 1.9 < found.low < 2
        (2.0, True)
    """
    kl = find_row("kl")
    level, seed = checked_level(level), checked_seed(seed)
    real, fake = _critic_values(t_p, t_q, bounds)
    top = float(fake.max()) if bounds is None else float(bounds[1])
    weights = np.exp(fake - top)
    mean = float(weights.mean())
    if not mean > 0:
        raise ValueError(f"bounds = {bounds} lie so far above t_q that exp(t_q) underflows; pass a smaller upper end")
    objective = float(real.mean()) - top - math.log(mean)
    spread = _variance(weights) / mean**2 / len(fake)
    details = {"objective": objective, "bias": spread / 2, "sense": HELD_OUT}
    if bounds is None:
        return _asymptotic(objective, math.sqrt(_variance(real) / len(real) + spread), kl, level, bias=spread / 2)
    half = (1 - level) / 2
    first = mean_lower_bound(real, bounds[0], top, fails=half, seed=seed)
    second = -mean_lower_bound(-weights, -1.0, -math.exp(bounds[0] - top), fails=half, seed=seed)
    return _at_least(objective, first - top - math.log(second), kl, level, details)


def _critic_values(t_p: ArrayLike, t_q: ArrayLike, bounds: Bounds | None) -> tuple[Array, Array]:
    real, fake = real_numbers(t_p, "t_p"), real_numbers(t_q, "t_q")
    if bounds is None:
        bounds = -LARGEST, LARGEST
    ends = real_numbers(bounds, "bounds", finite=False)
    if len(ends) != 2 or not -math.inf < ends[0] < ends[1] < math.inf:
        raise ValueError(f"bounds = {bounds}; pass two finite numbers, the smaller first")
    for name, values in (("t_p", real), ("t_q", fake)):
        outside = (values < bounds[0]) | (values > bounds[1])
        if outside.any():
            where = int(outside.argmax())
            raise ValueError(f"{name} has {values[where]} at position ({where},), outside bounds = {bounds}")
    return real, fake


def _check_domain(values: Array, name: str, row: FDivergence) -> None:
    end, closed = row.conjugate_domain
    outside = values > end if closed else values >= end
    if outside.any():
        where = int(outside.argmax())
        raise ValueError(
            f"{name} has {values[where]} at position ({where},), outside the domain of the conjugate of {row.name} "
            f"(t {'<=' if closed else '<'} {end}); pass row.activation of the critic's values"
        )


def _conjugate(t: Array, row: FDivergence) -> Array:
    with np.errstate(over="ignore", under="ignore"):
        return np.asarray(row.conjugate(t), dtype=np.float64)


def _variance(x: Array) -> float:
    """The variance of a sample, infinite where one number cannot tell or a number is infinite."""
    return float(x.var(ddof=1)) if len(x) > 1 and np.isfinite(x).all() else math.inf


def _error(first: Array, second: Array) -> float:
    """The standard error of the difference of two means."""
    return math.sqrt(_variance(first) / len(first) + _variance(second) / len(second))


def _asymptotic(objective: float, error: float, row: FDivergence, level: float, **more: float) -> Estimate:
    """The one-sided bound of the central limit theorem."""
    quantile = NormalDist().inv_cdf(level) if level < 0.5 else -NormalDist().inv_cdf(1 - level)
    low = objective - quantile * error if math.isfinite(error) else -math.inf
    low, value = (min(max(0.0, end), row.maximum) for end in (min(low, objective), objective))
    details = {"objective": objective, "interval": ASYMPTOTIC.format(level), **more}
    return Estimate(value, low, row.maximum, "error estimate", "variational", None, row.unit, details)


def _at_least(objective: float, low: float, row: FDivergence, level: float, details: dict[str, object]) -> Estimate:
    """A one-sided interval, cut to the divergence's range."""
    low = min(max(0.0, low), row.maximum)
    value = min(max(low, objective), row.maximum)
    return Estimate(value, low, row.maximum, "confidence", "variational", level, row.unit, details)
