"""Where an analytic function of the line is positive and where negative, with proof; needs python-flint.

On an interval of half-width ``h`` around ``m`` the function is replaced by the polynomial through its values at ``N``
points of the circle of radius ``r = 2 h``. If it is analytic in the disc of radius ``R = 4 h`` and at most ``M`` there,
Cauchy's estimate bounds each Taylor coefficient by ``M / R^k``; the coefficient found on the circle differs from it by
the aliased ones, at most ``M (r / R)^N / (1 - (r / R)^N) r^-k``; so that for ``|t| <= h`` the polynomial is wrong by at
most ``M ((r/R)^N / (1 - (r/R)^N) 2 + (h/R)^N 4/3)``. A polynomial in balls keeps its digits where the difference of two
nearly equal functions, evaluated on an interval, loses them all.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from typing import Any, NamedTuple

from flint import acb, arb, arb_poly, ctx

__all__ = ["Part", "partition"]

POINTS = 64
DEPTH = 60
CLOSE = arb(2) ** -40
SMALL = arb(2) ** -80  # a function below this is as good as zero

Function = Callable[[Any, bool], Any]


class Part(NamedTuple):
    """An interval on which a function has one sign, or is small.

    Attributes:
        low: lower end.
        high: upper end.
        sign: 1 or -1, or 0 where it is not known.
        size: where the sign is not known, a bound on the absolute value.
    """

    low: Any
    high: Any
    sign: int
    size: Any


def _sign(value: Any) -> int:
    return 1 if value > 0 else -1 if value < 0 else 0


def partition(function: Function, low: Any, high: Any) -> list[Part]:
    """An interval cut into parts on which a function has a known sign, or is small.

    Args:
        function: of a complex ball and of whether it must be analytic there (it is then no number where it is not).
        low: lower end, an exact ball.
        high: upper end, an exact ball.

    Returns:
        The parts from left to right; neighbours differ in sign.

    Example:
        >>> [(part.sign, round(float(part.high), 6)) for part in partition(lambda z, _: z * z - 2, arb(0), arb(2))]
        [(-1, 1.414214), (0, 1.414214), (1, 2.0)]
    """
    return _merged(_parts(function, low, high, 0))


def _parts(function: Function, low: Any, high: Any, depth: int) -> Iterator[Part]:
    whole = function(acb(low.union(high)), False).real
    if _sign(whole):
        yield Part(low, high, _sign(whole), arb(0))
        return
    middle, half = (low + high) / 2, (high - low) / 2
    local = _polynomial(function, middle, half, whole.abs_upper())
    if local is not None:
        yield from _roots(*local, middle, (-half, half), 0)
    elif depth == DEPTH:
        yield Part(low, high, 0, whole.abs_upper())
    else:
        yield from _parts(function, low, middle, depth + 1)
        yield from _parts(function, middle, high, depth + 1)


def _polynomial(function: Function, middle: Any, half: Any, size: Any) -> tuple[Any, Any] | None:
    """The polynomial in ``t = x - middle`` and a bound on its error for ``|t| <= half``.

    None where none is known, or its error is not small beside the function's size on the interval: the function may be
    far larger in the disc.
    """
    square = arb(0, 1) * 4 * half
    disc = function(acb(middle + square, square), True)
    if not disc.is_finite():
        return None
    most, radius = disc.abs_upper(), 2 * half
    error = most * (arb(2) ** -POINTS * 2 / (1 - arb(2) ** -POINTS) + arb(4) ** -POINTS * 4 / 3)
    if error > SMALL and not error <= size * CLOSE:
        return None
    values = [function(acb(middle) + radius * ROOTS[j], False) for j in range(POINTS // 2 + 1)]
    return arb_poly([_coefficient(values, k) / radius**k for k in range(POINTS)]), error.upper()


def _coefficient(values: list[Any], k: int) -> Any:
    """The mean of ``f(m + r w^j) w^(-j k)`` over all roots of unity w^j; values below the axis are conjugates."""
    ends = values[0].real + (-1) ** k * values[-1].real
    inner = sum(((values[j] * ROOTS[-j * k % POINTS]).real for j in range(1, POINTS // 2)), arb(0))
    return (ends + 2 * inner) / POINTS


def _roots(polynomial: Any, error: Any, middle: Any, ends: tuple[Any, Any], depth: int) -> Iterator[Part]:
    """The parts of an interval, as distances from the middle, by bisection."""
    low, high = ends
    value = polynomial(low.union(high)) + error * arb(0, 1)
    if _sign(value) or value.abs_upper() < SMALL + 2 * error or depth == DEPTH:
        yield Part(middle + low, middle + high, _sign(value), value.abs_upper())
        return
    centre = (low + high) / 2
    yield from _roots(polynomial, error, middle, (low, centre), depth + 1)
    yield from _roots(polynomial, error, middle, (centre, high), depth + 1)


def _merged(parts: Iterator[Part]) -> list[Part]:
    found: list[Part] = []
    for part in parts:
        if found and found[-1].sign == part.sign:
            last = found.pop()
            part = Part(last.low, part.high, part.sign, last.size.max(part.size))
        found.append(part)
    return found


with ctx.workprec(256):
    ROOTS = [(acb(0, 1) * 2 * j * arb.pi() / POINTS).exp() for j in range(POINTS)]
