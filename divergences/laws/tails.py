"""How densities end, and whether a divergence is infinite because of it.

A tail says how a density falls as ``y`` grows: ``y = |x|`` at an infinite end of the support, ``y = 1 / |x - e|``
(with the density of ``y``) at a finite end ``e``. That is enough to decide whether an integral converges.

References:
    Bingham, Goldie and Teugels, Regular Variation (1987), Proposition 1.5.10: integrals of regularly varying functions.
"""

from __future__ import annotations

import math
from collections.abc import Callable, Mapping
from dataclasses import dataclass

from divergences.columns import Generator

__all__ = ["REGULAR", "TAILS", "Tail", "converges", "heavier", "tails_of"]


@dataclass(frozen=True)
class Tail:
    """``log p(y) ~ -rate y^power - square (log y)^2 - exponent log y``; at infinite power ``-exp(rate y + exponent)``.

    Attributes:
        power: of the leading term, 0 if there is none.
        rate: its coefficient.
        exponent: the algebraic order, which decides where the rest does not.
        square: the coefficient of the squared logarithm, 0 but for log-normal laws.

    Example:
        >>> Tail(exponent=2.0).weight < Tail(power=1.0, rate=1.0).weight
        True
    """

    power: float = 0.0
    rate: float = 0.0
    exponent: float = 0.0
    square: float = 0.0

    @property
    def weight(self) -> tuple[float, float]:
        """The class, the lightest tail last: algebraic, log-normal, exponential of a power, of an exponential.

        Example:
            >>> Tail(power=2.0, rate=0.5).weight
            (2.0, 0.0)
        """
        return (self.power, float(self.power == 0 and self.square > 0))

    def scaled(self, loc: float, scale: float, finite: bool) -> Tail:
        """The tail of ``loc + scale z`` where this one is that of ``z``.

        Example:
            >>> round(Tail(power=2.0, rate=0.5).scaled(1.0, 2.0, finite=False).rate, 12)
            0.125
        """
        if math.isinf(self.power):
            return Tail(self.power, self.rate / scale, self.exponent + loc / scale)
        stretch = math.log(scale) if finite else -math.log(scale)
        growth = self.power * stretch
        rate = self.rate * math.exp(growth) if growth < 709 else math.inf
        return Tail(self.power, rate, self.exponent + 2 * self.square * stretch, self.square)


REGULAR = Tail(exponent=2.0)  # a density that is positive and finite at a finite point


def _gauss(exponent: float = 0.0) -> Tail:
    return Tail(2.0, 0.5, exponent)


def _fall(exponent: float = 0.0, rate: float = 1.0, power: float = 1.0) -> Tail:
    return Tail(power, rate, exponent)


def _algebraic(exponent: float) -> Tail:
    return Tail(exponent=exponent)


# fmt: off
TAILS: Mapping[str, Callable[..., tuple[Tail, Tail]]] = {
    "norm": lambda: (_gauss(), _gauss()),
    "t": lambda df: (_algebraic(df + 1), _algebraic(df + 1)),
    "cauchy": lambda: (_algebraic(2), _algebraic(2)),
    "laplace": lambda: (_fall(), _fall()),
    "logistic": lambda: (_fall(), _fall()),
    "gumbel_r": lambda: (Tail(math.inf, 1.0), _fall()),
    "gumbel_l": lambda: (_fall(), Tail(math.inf, 1.0)),
    "uniform": lambda: (REGULAR, REGULAR),
    "vonmises": lambda k: (REGULAR, REGULAR),
    "expon": lambda: (REGULAR, _fall()),
    "gamma": lambda a: (_algebraic(a + 1), _fall(1 - a)),
    "erlang": lambda a: (_algebraic(a + 1), _fall(1 - a)),
    "chi2": lambda df: (_algebraic(df / 2 + 1), _fall(1 - df / 2, 0.5)),
    "invgamma": lambda a: (_fall(1 - a), _algebraic(a + 1)),
    "invgauss": lambda mu: (_fall(0.5, 0.5), _fall(1.5, 0.5 / mu**2)),
    "beta": lambda a, b: (_algebraic(a + 1), _algebraic(b + 1)),
    "arcsine": lambda: (_algebraic(1.5), _algebraic(1.5)),
    "lognorm": lambda s: (Tail(exponent=1.0, square=0.5 / s**2), Tail(exponent=1.0, square=0.5 / s**2)),
    "weibull_min": lambda c: (_algebraic(c + 1), _fall(1 - c, 1.0, c)),
    "pareto": lambda b: (REGULAR, _algebraic(b + 1)),
    "rayleigh": lambda: (_algebraic(3), _gauss(-1)),
    "halfnorm": lambda: (REGULAR, _gauss()),
    "maxwell": lambda: (_algebraic(4), _gauss(-2)),
    "chi": lambda df: (_algebraic(df + 1), _gauss(1 - df)),
    "halfcauchy": lambda: (REGULAR, _algebraic(2)),
    "levy": lambda: (_fall(0.5, 0.5), _algebraic(1.5)),
    "f": lambda a, b: (_algebraic(a / 2 + 1), _algebraic(b / 2 + 1)),
}
# fmt: on


def tails_of(
    name: str, shapes: tuple[float, ...], loc: float, scale: float, finite: tuple[bool, bool]
) -> tuple[Tail | None, Tail | None]:
    """The tails at both ends of a law of scipy, None where the table does not know them.

    Args:
        name: as scipy names the law.
        shapes: its shape parameters.
        loc: its location.
        scale: its scale.
        finite: whether the lower and the upper end of its support are finite.

    Returns:
        The tail at the lower and at the upper end.

    Example:
        >>> tails_of("cauchy", (), 0.0, 1.0, (False, False))[0].exponent
        2.0
    """
    if name not in TAILS:
        return None, None
    low, high = TAILS[name](*shapes)
    # the reflected location is that of the lower end, where y = -x
    sign = -1 if name == "gumbel_l" else 1
    return low.scaled(loc, scale, finite[0]), high.scaled(sign * loc, scale, finite[1])


def heavier(first: Tail | None, second: Tail | None) -> Tail | None:
    """The tail of a mixture of two laws; None, unknown, if either is.

    Example:
        >>> heavier(Tail(exponent=3.0), Tail(power=1.0, rate=1.0)).exponent
        3.0
    """
    if first is None or second is None:
        return None
    return min(first, second, key=lambda tail: (tail.weight, tail.square, tail.rate, tail.exponent))


def converges(p: Tail, q: Tail, row: Generator) -> bool | None:
    """Whether a row's integral converges where P and Q end like this; None if the tails do not decide.

    Args:
        p: the tail of P.
        q: that of Q at the same end.
        row: the row.

    Returns:
        The decision.

    Example:
        >>> from divergences.table import KL, REVERSE_KL
        >>> student, normal = Tail(exponent=3.0), Tail(power=2.0, rate=0.5)
        >>> converges(student, normal, KL), converges(student, normal, REVERSE_KL)
        (False, True)
    """
    answers = []
    if math.isinf(row.slope_at_infinity):
        answers.append(_side(p, q, row.order, row.name))
    if math.isinf(row.at_zero):
        answers.append(_side(q, p, None if row.order is None else 1 - row.order, row.name))
    if False in answers:
        return False
    return None if None in answers else True


def _side(p: Tail, q: Tail, order: float | None, name: str) -> bool | None:
    """The part of the integral where ``p`` is much larger than ``q``."""
    if order == 1 or name == "jeffreys":
        return _logarithm(p, q)
    return None if order is None else _power(p, q, order)


def _logarithm(p: Tail, q: Tail) -> bool | None:
    """Whether ``-log q`` has an expectation under ``p``."""
    if math.isinf(q.power):
        if p.power != 1:
            return p.power > 1
        return p.rate > q.rate if p.rate != q.rate else p.exponent > 1
    return True if p.weight > (0.0, 0.0) else p.exponent - q.power > 1


def _power(p: Tail, q: Tail, a: float) -> bool | None:
    """Whether ``p^a q^(1 - a)`` is integrable, for ``a > 1``."""
    if p.weight != q.weight:
        return p.weight > q.weight
    leading = a * p.rate - (a - 1) * q.rate if p.power else a * p.square - (a - 1) * q.square
    if math.isinf(p.power):
        leading = p.rate - q.rate or math.log(a / (a - 1)) + p.exponent - q.exponent
    if leading or p.power > 1 or 0 < p.power < 1:
        return leading > 0 if leading else None
    return a * p.exponent - (a - 1) * q.exponent > 1
