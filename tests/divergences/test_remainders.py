"""The inequalities behind enclosures: bounds on tails against quadrature, and signs of nearly equal functions."""

from fractions import Fraction

import mpmath
import pytest
from mpmath import mpf

pytest.importorskip("flint")

from flint import arb, ctx

from divergences.certified.remainders import Tail, dominated, moment_integral, product_integral
from divergences.certified.signs import partition


def tail(level=0, curve=0, slope=0, power=0, start=1):
    return Tail(arb(level), *map(Fraction, (curve, slope, power, start)))


TAILS = [tail(0, 0, -2), tail(1, -0.5, -1), tail(0, 0, -2, 1), tail(0, 0, 0, -4, 3), tail(0, -1, -3, -2)]


def integral(shape, extra=lambda t: 1):
    def f(t):
        number = lambda q: mpf(q.numerator) / q.denominator  # noqa: E731
        power = number(shape.power) * mpmath.log1p(t / number(shape.start))
        return mpmath.exp(float(shape.level) + number(shape.curve) * t * t + number(shape.slope) * t + power) * extra(t)

    return mpmath.quad(f, [0, 1, 10, 100, 1e4, mpmath.inf])


@pytest.mark.parametrize("shape", TAILS)
def test_bounds_of_tails_bound_them(shape):
    with ctx.workprec(80):
        assert float(product_integral(shape)) >= integral(shape) * (1 - 1e-9)
        gap = tail(-1, 0.25 if not shape.algebraic else 0, 0.5, -1, 3 if shape.algebraic else 1)
        bound = integral(
            shape, lambda t: abs(-1 + float(gap.curve) * t * t + t / 2 - mpmath.log1p(t / float(gap.start)))
        )
        assert float(moment_integral(shape, gap)) >= bound * (1 - 1e-9)


def test_the_bounds_are_attained_and_95_percent_of_them_are_not_bounds():
    for shape in (TAILS[0], TAILS[3]):
        assert 0.95 * float(product_integral(shape)) < integral(shape)
        assert float(product_integral(shape)) == pytest.approx(float(integral(shape)), rel=1e-9)


def test_a_summand_dominates_only_where_no_ratio_grows():
    assert dominated([tail(0, 0, -2), tail(0, 0, -1)]).slope == -1
    assert dominated([tail(0, -1, 5), tail(0, 0, -1)]) is None


@pytest.mark.parametrize("shift", [0.5, 1e-3, 1e-9, 1e-14])
def test_signs_of_a_difference_of_nearly_equal_logarithms(shift):
    """-(z - s)^2 / 2 + z^2 / 2 changes its sign at s / 2; evaluated on an interval it loses every digit."""
    with ctx.workprec(104):
        s = arb(shift)
        parts = partition(lambda z, _: z * z / 2 - (z - s) ** 2 / 2, arb(-1), arb(1))
    assert [part.sign for part in parts if part.sign] == [-1, 1]
    unknown = [part for part in parts if not part.sign]
    assert all(float(part.low) <= shift / 2 <= float(part.high) for part in unknown)
    assert all(float(part.size) < 4e-17 for part in unknown)  # POINTS nodes leave 2^-63 of the largest value nearby
