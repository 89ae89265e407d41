"""Wasserstein distances between laws of the line, from their quantiles."""

import math
from collections.abc import Callable
from typing import Any, NamedTuple

import numpy as np
from numpy.typing import NDArray

from divergences.estimate import Estimate
from optimal_transport.location_scale import location_scale_distance
from optimal_transport.measures import EPS, finite_power
from optimal_transport.quantiles import Quantiles, quantiles

__all__ = ["quantile_wasserstein_distance"]

Floats = NDArray[np.float64]
GOAL = 1e-13  # relative error at which the quadrature stops
LEVELS = 60  # halvings of a panel, after which a jump of the quantiles weighs nothing
PANELS = 64
LEAP = 0.15  # share of a rise between neighbouring nodes that no smooth curve makes on a short panel, 0.10 at most
EDGE = 1e-12  # how near the ends of a panel its quantiles are looked at for a leap
MOST = 20_000  # panels that are still halved at once
BEYOND = 1e-3  # share of the answer that may lie beyond where the quantiles can be trusted
FINE, COARSE = (np.polynomial.legendre.leggauss(k) for k in (15, 10))


class _Sum(NamedTuple):
    """An integral, an estimate of its error, and the integral of what rounding may add to its root."""

    value: float
    error: float
    noise: float

    def plus(self, value: float, error: float, noise: float) -> "_Sum":
        return _Sum(self.value + value, self.error + error, self.noise + noise)


class _Half(NamedTuple):
    """One half of the integral of |F^-1 - G^-1|^p, in t = -log u or t = -log(1 - u)."""

    apart: Callable[[Floats], tuple[Floats, Floats, Floats, Floats]]  # difference, its rounding, both quantiles
    depth: float
    edges: Floats
    order: tuple[float | None, float | None]
    p: float
    unit: float = 1.0

    def terms(self, t: Floats) -> tuple[Floats, ...]:
        """The integrand, that of the rounding, the difference and both quantiles."""
        weight = np.exp(-t / self.p) / self.unit
        apart, rounding, *both = self.apart(t)
        return (np.abs(apart) * weight) ** self.p, (rounding * weight) ** self.p, apart, *both


def _half(P: Quantiles, Q: Quantiles, side: int, p: float) -> _Half:
    shift = float(P.loc - Q.loc)
    first, second = ((law.lower, law.upper)[side] for law in (P, Q))

    def apart(t: Floats) -> tuple[Floats, Floats, Floats, Floats]:
        (u, rounding_u), (v, rounding_v) = first(t), second(t)
        apart = (u - v) + shift
        rounding = np.abs(rounding_u + rounding_v) + EPS * (np.abs(u) + np.abs(v) + np.abs(apart))
        return apart, rounding, u, v

    depth = min(P.depths[side], Q.depths[side])
    jumps = np.concatenate([P.steps[side], Q.steps[side]])
    jumps = jumps[(jumps > math.log(2)) & (jumps < depth)]
    edges = np.unique(np.concatenate([np.linspace(math.log(2), min(40.0, depth), PANELS), [depth], jumps]))
    return _Half(apart, depth, edges, (P.orders[side], Q.orders[side]), p)


def _panels(half: _Half, left: Floats, right: Floats) -> tuple[Floats, Floats, Floats]:
    """Integral, error and rounding over each panel, by Gauss rules of 15 and of 10 points."""
    centre, width = (left + right) / 2, (right - left) / 2
    (fine, noise, *curves), (coarse, *_) = (
        [part.reshape(left.size, -1) for part in half.terms((centre[:, None] + width[:, None] * nodes).ravel())]
        for nodes in (np.concatenate([[-1 + EDGE], FINE[0], [1 - EDGE]]), COARSE[0])
    )
    value, rough = width * (fine[:, 1:-1] @ FINE[1]), width * (coarse @ COARSE[1])
    hidden = width * (_hidden(*curves) * np.exp(-left / half.p) / half.unit) ** half.p
    return value, np.abs(value - rough) + hidden, width * (noise[:, 1:-1] @ FINE[1])


def _hidden(apart: Floats, first: Floats, second: Floats) -> Floats:
    """By how much the distance may differ unseen between two nodes: where a quantile leaps, or the difference is 0.

    The nodes leave gaps of at most a fifth of half a panel, over which a difference that changes sign is nearly linear.
    """
    rises = [np.abs(np.diff(part, axis=1)) for part in (first, second)]
    leaps = [np.where(rise > LEAP * rise.sum(axis=1, keepdims=True), rise, 0.0) for rise in rises]
    size, sign = np.abs(apart), np.sign(apart)
    kinks = np.where(sign[:, 1:] != sign[:, :-1], size[:, 1:] + size[:, :-1], 0.0) / 5
    return np.asarray((leaps[0] + leaps[1] + kinks).max(axis=1))


def _integral(half: _Half) -> _Sum:
    """The half's integral: panels are halved until their errors are small or rounding."""
    left, right, done = half.edges[:-1], half.edges[1:], _Sum(0.0, 0.0, 0.0)
    for level in range(LEVELS):
        value, error, noise = _panels(half, left, right)
        goal = GOAL * (done.value + float(value.sum())) / max(left.size, PANELS)
        worth = half.p * value ** (1 - 1 / half.p) * noise ** (1 / half.p)  # what rounding may do to the integral
        bad = (error > np.maximum(goal, worth)) & (level < LEVELS - 1) & (left.size <= MOST + half.edges.size)
        done = done.plus(*(float(part[~bad].sum()) for part in (value, error, noise)))
        if not bad.any():
            return done.plus(0.0, GOAL * done.value, 0.0)
        centre = (left[bad] + right[bad]) / 2
        left, right = np.concatenate([left[bad], centre]), np.concatenate([centre, right[bad]])
    return done


def _tail(half: _Half) -> float:
    """What lies beyond the half's depth, by the rate at which the integrand falls there; inf where it does not."""
    windows = np.array([[1.0], [0.95], [0.5], [0.45]]) - np.linspace(0, 0.05, 16)
    with np.errstate(divide="ignore"):
        terms, rounding = (part.reshape(4, -1).max(axis=1) for part in half.terms((half.depth * windows).ravel())[:2])
        logs = np.log(terms)
    if terms[0] <= 0:
        return 0.0
    known = None not in half.order and max(order or 0.0 for order in half.order) > half.p
    rate, earlier = ((logs[k + 1] - logs[k]) / (0.05 * half.depth) for k in (0, 2))
    if terms[0] <= 1e3**half.p * rounding[0]:
        return float(terms[0]) / 0.5 if known else math.nan
    if rate > 1e-3:
        return float(terms[0] / rate)
    return math.inf if not known and abs(rate - earlier) < 1e-3 and rate < 1e-4 else math.nan


def _infinite(half: _Half) -> bool:
    """Whether just one of the laws has an infinite moment on this side."""
    first, second = half.order
    return first is not None and second is not None and (first > half.p) != (second > half.p)


def _by_quadrature(halves: list[_Half], p: float) -> Estimate:
    grids = [np.abs(half.apart(half.edges)[0]) * np.exp(-half.edges / p) for half in halves]
    unit = max(float(grid.max()) for grid in grids) or 1.0
    halves = [half._replace(unit=unit) for half in halves]
    sums, tails = [_integral(half) for half in halves], [_tail(half) for half in halves]
    value, error, noise = (sum(parts) for parts in zip(*sums, strict=True))
    beyond = sum(tails)
    if math.isinf(beyond):
        low = unit * max(0.0, value - error) ** (1 / p)
        return Estimate(math.inf, low, math.inf, kind="error estimate", method="growth of the tails", unit="length")
    if not beyond <= BEYOND * value + noise:
        raise ValueError(
            "P and Q have tails too heavy, or quantiles too rough, to tell the distance; choose a smaller p, or pass "
            "laws of scipy.stats, whose tails are known, in place of functions"
        )
    value, error, rounding = value + beyond, error + beyond, noise ** (1 / p)
    low, high = max(0.0, max(0.0, value - error) ** (1 / p) - rounding), (value + error) ** (1 / p) + rounding
    ends = unit * low * (1 - 4 * EPS), unit * value ** (1 / p), unit * high * (1 + 4 * EPS)
    return Estimate(ends[1], ends[0], ends[2], kind="error estimate", method="quadrature of quantiles", unit="length")


def quantile_wasserstein_distance(P: Any, Q: Any, *, p: float = 1) -> Estimate:
    """Wasserstein distance W_p between two laws of the line, in its unit.

    W_p^p = integral over u in (0, 1) of |F^-1(u) - G^-1(u)|^p.

    Two laws of one location-scale family have a closed form (kind "exact"), and so has the answer inf where just one
    of two known laws has an infinite p-th moment. Else both halves are integrated in t = -log u and t = -log(1 - u),
    by panels that are halved until they hold no more error, as far out as the distribution function confirms the
    quantiles; what lies beyond, by the rate at which the integrand falls, counts as error in full. That error is
    estimated and not proved: kind "error estimate". Where the integrand does not fall at all the answer is inf, of
    this kind too. Where neither can be told, the laws are refused.

    Args:
        P: a frozen law of scipy.stats, a new-style one, a law of torch, a function of arrays that returns the quantiles
            at u in (0, 1), or a sample of shape (n,).
        Q: the like; at most one of the two is a sample.
        p: the power, finite and at least 1.

    Returns:
        The distance.

    Raises:
        TypeError: an argument is no law.
        ValueError: quantiles that are not finite, not increasing or not confirmed; two samples; p out of range; tails
            for which no answer can be vouched.

    References:
        C. Villani, Topics in Optimal Transportation (2003), Theorem 2.18; S. Bobkov, M. Ledoux, One-dimensional
        empirical measures, order statistics and Kantorovich transport distances (2019), Theorem 2.10.

    Example:
        >>> from scipy.stats import expon, norm, cauchy
        >>> quantile_wasserstein_distance(expon(scale=3), expon()).value
        2.0
        >>> quantile_wasserstein_distance(norm(), cauchy()).value
        inf
    """
    power = finite_power(p)
    first, second = quantiles(P, "P"), quantiles(Q, "Q")
    if first.sample and second.sample:
        raise ValueError("P and Q are both samples; ask for wasserstein_distance, which is exact")
    if first.standard is not None and second.standard is not None:
        known = location_scale_distance(first.standard, second.standard, power)
        if known is not None:
            ends = known * (1 - 16 * EPS), known * (1 + 16 * EPS)
            return Estimate(known, *ends, kind="exact", method="location-scale family", unit="length")
    halves = [_half(first, second, side, power) for side in (0, 1)]
    if any(map(_infinite, halves)):
        return Estimate(math.inf, math.inf, math.inf, kind="exact", method="moments", unit="length")
    return _by_quadrature(halves, power)
