"""Renyi divergences as rows for `divergence`: of no f-divergence, but increasing functions of an alpha-divergence."""

from __future__ import annotations

import math
from dataclasses import dataclass, replace
from functools import cached_property

from divergences.columns import FDivergence
from divergences.estimate import EPS, Estimate
from divergences.families import alpha_row
from divergences.renyi import checked_order
from divergences.table import KL

__all__ = ["RenyiRow", "from_alpha", "renyi_row"]

ROUNDING = 4 * EPS  # relative, of what is computed from an end


@dataclass(frozen=True)
class RenyiRow:
    """What `divergence` needs to know of a Renyi divergence; `renyi_row` makes one.

    Attributes:
        order: from 0 to infinity, and not 1.

    References:
        van Erven and Harremoes, "Renyi divergence and Kullback-Leibler divergence", IEEE Transactions on Information
        Theory 60 (2014), Definitions 1 to 3.

    Example:
        >>> RenyiRow(0.5).name
        'renyi(0.5)'
    """

    order: float
    unit = "nat"
    maximum = math.inf
    absolute = 0.0

    @property
    def name(self) -> str:
        """What it is called.

        References:
            van Erven and Harremoes, IEEE Transactions on Information Theory 60 (2014), Definition 2.

        Example:
            >>> RenyiRow(2.0).name
            'renyi(2)'
        """
        return f"renyi({self.order:g})"

    @property
    def extreme(self) -> bool:
        """Whether the order is 0 or infinity, where supports and suprema take the place of an integral.

        References:
            van Erven and Harremoes, IEEE Transactions on Information Theory 60 (2014), Definition 3.

        Example:
            >>> RenyiRow(0.0).extreme, RenyiRow(2.0).extreme
            (True, False)
        """
        return self.order == 0 or math.isinf(self.order)

    @property
    def rounding(self) -> float:
        """Bound on the relative error between vectors of masses, in multiples of 2^-52.

        References:
            van Erven and Harremoes, IEEE Transactions on Information Theory 60 (2014), Definition 2.

        Example:
            >>> RenyiRow(0.5).rounding, RenyiRow(3.0).rounding
            (6.0, 16.0)
        """
        return 6.0 if self.extreme else self.alpha.rounding + 1

    @cached_property
    def alpha(self) -> FDivergence:
        """The row of the alpha-divergence of the same order.

        References:
            Liese and Vajda, IEEE Transactions on Information Theory 52 (2006), section 2.

        Example:
            >>> RenyiRow(2.0).alpha.name
            'alpha(2)'
        """
        return alpha_row(self.order)


def renyi_row(alpha: float) -> RenyiRow | FDivergence:
    """The Renyi divergence of an order as a row for `divergence`, in nats; at 1 the row of KL(P || Q).

    ``log(int p^alpha q^(1 - alpha)) / (alpha - 1)``; at 0 it is ``-log Q(p > 0)`` and at infinity the logarithm of the
    essential supremum of ``p / q``.

    Args:
        alpha: the order, from 0 to infinity, both included.

    Returns:
        The row. It is no f-divergence, so that `f_divergence` does not take it: `renyi_divergence` is for batches.

    Raises:
        TypeError: if ``alpha`` is not a real number.
        ValueError: if it is negative or nan, or finite beyond 1e150.

    References:
        van Erven and Harremoes, "Renyi divergence and Kullback-Leibler divergence", IEEE Transactions on Information
        Theory 60 (2014), Definitions 1 to 3.

    Example:
        >>> from scipy.stats import norm
        >>> from divergences import divergence
        >>> divergence(norm(40, 1), norm(0, 1), renyi_row(2)).value
        1600.0
    """
    order = checked_order(alpha)
    return KL if order == 1 else RenyiRow(order)


def from_alpha(found: Estimate, row: RenyiRow) -> Estimate:
    """The Renyi divergence from the alpha-divergence of its order: ``log1p(a (a - 1) D) / (a - 1)``, its ends outwards.

    Args:
        found: an estimate of the alpha-divergence.
        row: the Renyi divergence.

    Returns:
        The estimate, of the same kind; its upper end is infinite where the alpha-divergence may be the largest.

    References:
        van Erven and Harremoes, IEEE Transactions on Information Theory 60 (2014), Definition 2.

    Example:
        >>> round(from_alpha(Estimate(1.0, 1.0, 1.0, kind="none", method="guess"), RenyiRow(2.0)).value, 15)
        1.09861228866811
    """
    low, high = found.low * (1 - ROUNDING), found.high * (1 + ROUNDING)
    ends = _renyi(low, row.order) * (1 - ROUNDING), _renyi(high, row.order) * (1 + ROUNDING)
    value = min(max(_renyi(found.value, row.order), ends[0]), ends[1])
    return replace(found, value=value, low=ends[0], high=ends[1], unit=row.unit)


def _renyi(value: float, a: float) -> float:
    excess = a * (a - 1) * value
    return math.inf if excess <= -1 else math.log1p(excess) / (a - 1)
