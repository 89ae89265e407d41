"""Sums that cancel, added up with as many decimal digits as it takes.

References:
    Higham, Accuracy and Stability of Numerical Algorithms (2002), section 1.7, for cancellation.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from decimal import Context, Decimal, localcontext
from fractions import Fraction

__all__ = ["LEFT", "decided", "decimal", "settled"]

FEWEST, MOST = 60, 10_000  # digits carried
LEFT = 30  # digits that are left of a sum
EXPONENTS = 10**15


def settled(terms: Callable[[], tuple[Decimal, Decimal]]) -> float:
    """A sum whose terms may cancel, rounded once.

    Args:
        terms: the sum and the size of its terms, both as they come out with the digits of the context it is called in.

    Returns:
        The sum, with thirty digits left before it is rounded; zero or next to it where `MOST` digits do not tell.

    Example:
        >>> one = Decimal(1)
        >>> settled(lambda: ((one + Decimal("1e-200")) - one, one))
        1e-200
    """
    for context in _contexts():
        with localcontext(context):
            value, size = terms()
            if abs(value) > size.scaleb(LEFT - context.prec):
                break
    return float(value)


def decided(question: Callable[[], bool | None]) -> bool:
    """A question that the digits of the context answer, or leave open (None); False where `MOST` digits do not tell.

    Example:
        >>> decided(lambda: Decimal(1) + Decimal("1e-99") > 1 or None)
        True
    """
    for context in _contexts():
        with localcontext(context):
            answer = question()
            if answer is not None:
                return answer
    return False


def _contexts() -> Iterator[Context]:
    digits = FEWEST
    while digits <= MOST:
        yield Context(prec=digits, Emin=-EXPONENTS, Emax=EXPONENTS)
        digits *= 2


def decimal(x: Fraction) -> Decimal:
    """A fraction, rounded to the digits of the context.

    Example:
        >>> decimal(Fraction(1, 4))
        Decimal('0.25')
    """
    return Decimal(x.numerator) / Decimal(x.denominator)
