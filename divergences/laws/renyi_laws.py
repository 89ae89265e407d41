"""Renyi divergences between laws of the line without a closed form: by supports, or from integrals and sums.

References:
    van Erven and Harremoes, "Renyi divergence and Kullback-Leibler divergence", IEEE Transactions on Information Theory
    60 (2014), Definitions 2 and 3.
"""

from __future__ import annotations

import math

from divergences.estimate import EPS, Estimate
from divergences.laws.affinities import affinity
from divergences.laws.densities import inside, integrate
from divergences.laws.laws import Law
from divergences.laws.series import summed
from divergences.renyi_rows import RenyiRow, from_alpha

__all__ = ["renyi_between_laws"]

NEAR = 0.5  # what the affinity lacks to 1 up to which it is taken from the alpha-divergence
ROUNDING = 4 * EPS


def renyi_between_laws(P: Law, Q: Law, row: RenyiRow) -> Estimate:
    """A Renyi divergence between two laws of one kind, in nats.

    Near equality ``log1p(a (a - 1) D_a) / (a - 1)``, which loses no digit where the laws or the order and 1 are close;
    far away, for orders below 1, the logarithm of the affinity itself.

    Args:
        P: a law of the line.
        Q: a law of the same kind.
        row: the Renyi divergence.

    Returns:
        The estimate, of kind ``error estimate``, or ``exact`` where supports settle it.

    Raises:
        ValueError: if the order is 0 or infinity and supports do not settle it.
        RuntimeError: as `integrate` and `summed`, or if the affinity is below the floats.

    References:
        van Erven and Harremoes, IEEE Transactions on Information Theory 60 (2014), Definitions 2 and 3.

    Example:
        >>> from scipy.stats import norm
        >>> from divergences.laws.recognise import recognise
        >>> found = renyi_between_laws(recognise(norm(0, 1), "P"), recognise(norm(4, 1), "Q"), RenyiRow(0.5))
        >>> abs(found.value - 4) < 1e-12
        True
    """
    settled = _by_supports(P, Q, row)
    if settled is not None:
        return Estimate(settled, settled, settled, kind="exact", method="supports", unit=row.unit)
    if row.extreme:
        _refuse(P, Q, row)
    answer = summed if P.discrete else integrate
    found, a = answer(P, Q, row.alpha), row.order
    if a * (a - 1) * found.value > -NEAR:
        return from_alpha(found, row)
    found = answer(P, Q, affinity(a))
    if not found.low > 0:
        raise RuntimeError(
            f"the integral of p^{a:g} q^{1 - a:g} is {found.value:.3g} and may vanish: the laws are too far apart for "
            "this order; pass a row that is bounded, as 'js', or an order nearer to 0 or 1"
        )
    low, value, high = (-math.log(x) / (1 - a) for x in (found.high, found.value, found.low))
    ends = max(0.0, low * (1 - ROUNDING)), high * (1 + ROUNDING)
    return Estimate(value, *ends, found.kind, found.method, unit=row.unit, details=found.details)


def _by_supports(P: Law, Q: Law, row: RenyiRow) -> float | None:
    """0 or infinity where the supports say so."""
    if row.order < 1 and _disjoint(P, Q):
        return math.inf
    if row.order == 0 and inside(Q, P):
        return 0.0
    return math.inf if row.order > 1 and not inside(P, Q) else None


def _disjoint(P: Law, Q: Law) -> bool:
    """Whether the supports share no more than ends of densities."""
    pairs = [(one, two) for one in P.intervals() for two in Q.intervals()]
    gaps = [min(one[1], two[1]) - max(one[0], two[0]) for one, two in pairs]
    return all(gap < 0 or (gap == 0 and not P.discrete) for gap in gaps)


def _refuse(P: Law, Q: Law, row: RenyiRow) -> None:
    remedy = "large finite order, which is below it" if row.order > 1 else "small positive order, which is above it"
    raise ValueError(
        f"row {row.name!r} is no integral, and no closed form is known between {P.source} and {Q.source}; normal, "
        "log-normal, gamma, Laplace, exponential, Pareto, uniform, Poisson, binomial, multinomial and von Mises-Fisher "
        f"laws have one within their family. Pass those and no method, or a {remedy}"
    )
