"""What a row of the table of f-divergences holds.

The convention is ``D_f(P || Q) = sum q f(p / q) + f'(inf) P(q = 0)``, with ``P`` first and values in nats.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any, NamedTuple

__all__ = ["FDivergence", "Generator", "HalfLine"]

Array = Any  # a numpy array or a torch tensor
Function = Callable[[Array], Array]


class HalfLine(NamedTuple):
    """The interval of all ``t < end``, with ``end`` itself if it is closed.

    Attributes:
        end: the upper end, possibly infinite.
        closed: whether the end belongs to the interval.
    """

    end: float
    closed: bool


@dataclass(frozen=True, kw_only=True)
class Generator:
    """What a divergence of probability vectors needs of a convex ``f`` on ``(0, inf)`` with ``f(1) = 0``.

    Attributes:
        name: what it is called.
        f: the generator, for arrays of ``u > 0``.
        integrand: ``q (f(u) - f'(1)(u - 1))`` at ``u = p / q`` as a function of the masses ``p``, ``q`` and of the
            difference ``d = q - p``: nonnegative, right to a few ulp, with the limits at ``p = 0`` and ``q = 0``.
        at_zero: ``f(0)``, the limit from the right.
        slope_at_infinity: ``f'(inf)``, the limit of ``f(u) / u``.
        source: where it is defined.
        slopes: the derivatives of the integrand by ``p`` and by ``q``, ``f'(u) - f'(1)`` and ``f(u) - u f'(u) +
            f'(1)``, as a function of ``p``, ``q`` and ``d``; None where no gradient is offered.
        unit: what it is measured in, empty for a pure number.
        rounding: bound on the relative error of a value, in multiples of 2^-52; measured against many digits.
        absolute: bound on what the absolute error has beyond that, in multiples of 2^-52: a corner away from 1 costs
            digits.
        order: the ``a`` for which the row is a multiple of the alpha-divergence of order ``a``, None if there is none.
        weight: the ``w`` for which it is the weighted Jensen-Shannon divergence, None if there is none.
        corner: the ``u`` at which ``f'`` jumps, None where ``f`` is smooth.

    References:
        Liese and Vajda, IEEE Transactions on Information Theory 52 (2006), section 2.

    Example:
        >>> from divergences.table import row
        >>> row("tv").maximum
        1.0
    """

    name: str
    f: Function
    integrand: Callable[[Array, Array, Array], Array]
    at_zero: float
    slope_at_infinity: float
    source: str
    slopes: Callable[[Array, Array, Array], tuple[Array, Array]] | None = None
    unit: str = "nat"
    rounding: float = 4.0
    absolute: float = 0.0
    order: float | None = None
    weight: float | None = None
    corner: float | None = None

    @property
    def maximum(self) -> float:
        """The largest value, ``f(0) + f'(inf)``, which disjoint supports attain.

        References:
            Liese and Vajda, IEEE Transactions on Information Theory 52 (2006), Theorem 5.

        Example:
            >>> from divergences.table import row
            >>> row("kl").maximum
            inf
        """
        return self.at_zero + self.slope_at_infinity


@dataclass(frozen=True, kw_only=True)
class FDivergence(Generator):
    """One f-divergence, in nats where it has a unit: a row of the table.

    ``D_f(P || Q) = sum q f(p / q) + f'(inf) P(q = 0)`` for a convex ``f`` on ``(0, inf)`` with ``f(1) = 0``.

    Attributes:
        derivative: ``f'(u)``, a subgradient where ``f`` has a corner; ``derivative(1)`` is that of the standardised
            generator.
        conjugate: ``f*(t) = sup over u > 0 of u t - f(u)``, infinite outside its domain.
        conjugate_domain: where ``f*`` is finite.
        activation: an increasing map of the real line into that domain, the last layer of a variational critic.
        penalty: ``f*(activation(v))`` in one formula, which overflows only where its value does, in float32 too.
        metric_power: the largest power of the divergence that is a metric, None if none is.

    The other attributes are those of `Generator`.

    References:
        Polyanskiy and Wu, Information Theory: From Coding to Learning (2025), Definition 7.1.
        Nowozin, Cseke and Tomioka, "f-GAN", NeurIPS 2016, Tables 1 and 2 (conjugates and activations).

    Example:
        >>> from divergences.table import row
        >>> row("js").metric_power
        0.5
    """

    derivative: Function
    conjugate: Function
    conjugate_domain: HalfLine
    activation: Function
    penalty: Function
    metric_power: float | None
