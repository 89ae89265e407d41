"""The affinity ``int p^a q^(1 - a)`` of an order between 0 and 1 as something to integrate.

References:
    van Erven and Harremoes, "Renyi divergence and Kullback-Leibler divergence", IEEE Transactions on Information Theory
    60 (2014), Definition 2.
"""

from __future__ import annotations

import math
from dataclasses import dataclass

from divergences.columns import Generator

__all__ = ["Affinity", "affinity"]


@dataclass(frozen=True, kw_only=True)
class Affinity(Generator):
    """The integrand ``p^a q^(1 - a)``: no divergence, but integrated like one. At most 1.

    Example:
        >>> affinity(0.5).maximum
        1.0
    """

    @property
    def maximum(self) -> float:
        """The largest value, at equality.

        References:
            van Erven and Harremoes, IEEE Transactions on Information Theory 60 (2014), section II.

        Example:
            >>> affinity(0.5).maximum
            1.0
        """
        return 1.0


def affinity(order: float) -> Affinity:
    """The affinity of an order between 0 and 1, without unit.

    Args:
        order: between 0 and 1.

    Returns:
        What `integrate` and `summed` take.

    Example:
        >>> affinity(0.5).integrand(4.0, 9.0, 5.0)
        6.0
    """
    return Affinity(
        name=f"renyi({order:g})",
        f=lambda u: u**order,
        integrand=lambda p, q, d: p**order * q ** (1 - order),
        at_zero=0.0,
        slope_at_infinity=0.0,
        source="van Erven and Harremoes, IEEE Trans. Inf. Theory 60 (2014), Definition 2",
        unit="",
        rounding=math.inf,
        order=order,
    )
