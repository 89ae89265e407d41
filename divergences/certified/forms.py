"""Every row as a constant and a multiple of an integral over the places where both densities are positive.

``D = constant + factor int k(log p, log q - log p)``: for instance ``2 - 2 int sqrt(p q)``, since densities integrate
to one.
The integrands are analytic functions of complex balls; each comes with a bound by powers of the densities, which is
what is known of it far out. Needs python-flint.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace
from fractions import Fraction
from typing import Any

from flint import arb

from divergences.certified.families import log_one_plus_exp
from divergences.certified.remainders import exact
from divergences.columns import FDivergence
from divergences.families import alpha_row
from divergences.hockey_stick import hockey_stick_row

__all__ = ["Form", "affinity", "forms"]

Integrand = Callable[[Any, Any, bool], Any]
Bounds = tuple[tuple[Any, Fraction], ...]
HALF = Fraction(1, 2)


@dataclass(frozen=True)
class Form:
    """One way to write a divergence.

    Attributes:
        constant: of no dimension, a ball.
        factor: of the integral, a ball.
        k: the integrand, of log p, log q - log p and whether it must be analytic; None for the lesser of p and a
            multiple of q.
        bounds: pairs (c, a), such that k is between 0 and the sum of all c p^a q^(1 - a); empty for p (log p - log q).
        reversed: exchange P and Q.
        beyond: whether the divergence is infinite as soon as P has mass where Q has none.
        multiple: of q, where there is no k.
    """

    constant: Any
    factor: Any
    k: Integrand | None
    bounds: Bounds
    reversed: bool = False
    beyond: bool = False
    multiple: Fraction = Fraction(1)


def _relative(a: Any, gap: Any, analytic: bool) -> Any:
    """``p log(p / q)``."""
    return a.exp() * -gap


def _larger(gap: Any) -> bool:
    """Whether q is meant to be the larger: either way the formula holds."""
    return float(gap.real.mid()) > 0


def _mixing(a: Any, gap: Any, analytic: bool) -> Any:
    """``p log(1 + q/p) + q log(1 + p/q)``."""
    if _larger(gap):
        a, gap = a + gap, -gap
    more = log_one_plus_exp((gap,), analytic)
    return a.exp() * (more + gap.exp() * (more - gap))


def _harmonic(a: Any, gap: Any, analytic: bool) -> Any:
    """``p q / (p + q)``."""
    if _larger(gap):
        a, gap = a + gap, -gap
    return (a + gap).exp() / (1 + gap.exp())


def _power(order: Fraction) -> Integrand:
    """``p^a q^(1 - a)``."""
    second = exact(1 - order)
    return lambda a, gap, analytic: (a + second * gap).exp()


def _kl() -> Form:
    return Form(arb(0), arb(1), _relative, (), beyond=True)


def _jensen_shannon(scale: int) -> Form:
    """``log 2 - int (p log(1 + q/p) + q log(1 + p/q)) / 2``, where k is at most ``2 log 2 sqrt(p q)``.

    In bits the entropy of a coin with chances x and 1 - x is at most ``2 sqrt(x (1 - x))`` (Lin 1991, Theorem 8).
    """
    return Form(scale * arb(2).log(), arb(-scale) / 2, _mixing, ((2 * arb(2).log(), HALF),))


def _alpha(order: Fraction, scale: Any) -> Form:
    """``(int p^a q^(1 - a) - 1) / (a (a - 1))``, infinite for a > 1 where P has mass and Q none, for a < 0 reversed."""
    form = Form(-scale, scale, _power(order), ((arb(1), order),), beyond=order > 1)
    if order < 0:
        form = replace(form, k=_power(1 - order), bounds=((arb(1), 1 - order),), reversed=True, beyond=True)
    return form


def affinity(order: Fraction) -> Form:
    """``int p^a q^(1 - a)``, for an order between 0 and 1.

    Args:
        order: the exponent of p.

    Returns:
        The form.

    Example:
        >>> affinity(HALF).beyond
        False
    """
    return Form(arb(0), arb(1), _power(order), ((arb(1), order),))


def _weighted(weight: Fraction) -> Form:
    """``h(w) - int (w p log(1 + (1-w) q / (w p)) + (1-w) q log(1 + w p / ((1-w) q)))``, as Jensen-Shannon's."""
    first, second = exact(weight), exact(1 - weight)
    shift, rest = first.log(), second.log()
    constant, more = -first * shift - second * rest, rest - shift
    bound = 2 * arb(2).log() * (first * second).sqrt()
    return Form(constant, arb(-1), lambda a, gap, an: _mixing(a + shift, gap + more, an), ((bound, HALF),))


def _hockey_stick(gamma: Fraction) -> Form:
    """``min(1, gamma) - int min(p, gamma q)``, which is at most ``sqrt(gamma p q)``; at 1 total variation."""
    bound = exact(gamma).sqrt()
    return Form(exact(min(gamma, Fraction(1))), arb(-1), None, ((bound, HALF),), multiple=gamma)


def forms(row: FDivergence) -> Sequence[Form]:
    """The forms whose sum is the divergence of a row.

    Raises:
        ValueError: there is no such form.
    """
    reverse = replace(_kl(), reversed=True)
    table: dict[str, Callable[[], tuple[Form, ...]]] = {
        "kl": lambda: (_kl(),),
        "reverse_kl": lambda: (reverse,),
        "jeffreys": lambda: (_kl(), reverse),
        "chi2": lambda: (_alpha(Fraction(2), arb(1)),),
        "neyman_chi2": lambda: (_alpha(Fraction(-1), arb(1)),),
        "squared_hellinger": lambda: (_alpha(HALF, arb(-2)),),
        "le_cam": lambda: (Form(arb(2), arb(-4), _harmonic, ((arb(1) / 2, HALF),)),),
        "js": lambda: (_jensen_shannon(1),),
        "gan": lambda: (_jensen_shannon(2),),
        "tv": lambda: (_hockey_stick(Fraction(1)),),
    }
    if row.name in table:
        return table[row.name]()
    if row.order is not None and row.name == alpha_row(row.order).name:
        order = Fraction(row.order)
        return (_alpha(order, 1 / exact(order * (order - 1))),)
    if row.weight is not None:
        return (_weighted(Fraction(row.weight)),)
    if row.corner is not None and row.name == hockey_stick_row(row.corner).name:
        return (_hockey_stick(Fraction(row.corner)),)
    raise ValueError(
        f"row {row.name!r} has no enclosure; those that have are {', '.join(table)}, the alpha-divergences, the "
        "weighted Jensen-Shannon divergences and the hockey-stick divergences"
    )
