"""Renyi divergences from balls that hold integrals; needs python-flint."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from fractions import Fraction
from typing import Any

from divergences.certified.forms import Form, affinity, forms
from divergences.certified.remainders import exact
from divergences.renyi_rows import RenyiRow

__all__ = ["enclosed", "renyi_ball"]


def renyi_ball(row: RenyiRow, ball: Callable[[Sequence[Form]], Any]) -> Any:
    """A ball that holds a Renyi divergence, in nats; None where the affinity vanishes, so that it is infinite.

    ``log1p(a (a - 1) D_a) / (a - 1)`` of the alpha-divergence near equality and beyond order 1, else the logarithm of
    the affinity over ``a - 1``.

    Args:
        row: the Renyi divergence.
        ball: gives a ball that holds the sum of forms.

    Returns:
        The ball.

    Raises:
        ValueError: if the order is 0 or infinity.

    Example:
        >>> from flint import arb
        >>> found = renyi_ball(RenyiRow(2.0), lambda forms: arb(1))
        >>> found.overlaps(arb(3).log())
        True
    """
    order = Fraction(enclosed(row).order)
    scale = exact(order * (order - 1))
    excess = scale * ball(forms(row.alpha))
    if excess > -0.5:
        return excess.log1p() / exact(order - 1)
    found = ball((affinity(order),))
    return None if found.is_zero() else found.log() / exact(order - 1)


def enclosed(row: RenyiRow) -> RenyiRow:
    """The row, if it has an enclosure.

    Raises:
        ValueError: if the order is 0 or infinity.

    Example:
        >>> enclosed(RenyiRow(2.0)).order
        2.0
    """
    if row.extreme:
        raise ValueError(f"row {row.name!r} has no enclosure; pass a positive finite order, or leave the method out")
    return row
