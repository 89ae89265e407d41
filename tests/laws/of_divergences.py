"""Laws of a row's terms and of the divergence that they add up to."""

import math
import sys
from itertools import repeat

import numpy as np

from divergences import FDivergence, f_divergence
from tests.laws.big import big, exact_constants
from tests.laws.cases import (
    APART,
    ATOMS,
    CHANNELS,
    CLOSE,
    DIGITS,
    DIRACS,
    DISJOINT,
    LOGITS,
    PAIRS,
    SCALES,
    SPARSE,
    TINY,
    TRIPLES,
)
from tests.laws.law import EPS, SUMS, term_error, terms, value_error


def integrand_is_the_standardised_generator(row: FDivergence) -> None:
    one = row.derivative(np.array([1.0]))[0]
    found = terms(row, ATOMS[:, 0], ATOMS[:, 1])
    for x, (p, q) in zip(found, ATOMS, strict=True):
        if p > 0 and q > 0:
            u = big([p]) / q
            truth = (q * (row.f(u) - one * (u - 1)))[0]
        else:
            truth = (q and q * (row.at_zero + one)) + (p and p * (row.slope_at_infinity - one))
        overflows = x == math.inf and truth > sys.float_info.max
        assert overflows or x == truth or abs(x - truth) <= term_error(row) * truth, (p, q, x, truth)


def slopes_are_the_derivatives_of_the_integrand(row: FDivergence) -> None:
    """By ``p`` the derivative of the standardised generator, by ``q`` what Euler's theorem leaves; limits too."""
    p, q = ATOMS.T
    with np.errstate(all="ignore"):
        by_p, by_q = row.slopes(p, q, q - p)
    for found, truth in zip(zip(by_p, by_q, strict=True), map(_slopes, repeat(row), p, q), strict=True):
        for x, exact in zip(found, truth, strict=True):
            overflows = abs(exact) > sys.float_info.max and x == math.copysign(math.inf, exact)
            assert overflows or x == exact or abs(x - exact) <= 2 * term_error(row) * abs(exact), (row.name, x, exact)


def _slopes(row: FDivergence, p: float, q: float) -> tuple[float, float]:
    """The derivatives, far from 1 with a thousand digits; a limit that has passed 100 at 10^400 is infinite."""
    if p == q == 0:
        return 0.0, 0.0
    with exact_constants(1500):
        u = big([p]) / q if p and q else big(["1e-400"] if q else ["1e400"])
        f, slope, one = row.f(u)[0], big(row.derivative(u))[0], big(row.derivative(big([1])))[0]
        found = slope - one, f - u[0] * slope + one
    return found if p and q else tuple(math.copysign(math.inf, x) if abs(x) > 100 else float(x) for x in found)


def nothing_is_negative_and_only_equals_are_at_zero(row: FDivergence) -> None:
    """Only equals, that is, if the standardised generator grows from 1 on: a corner elsewhere lets some others in."""
    assert np.all(terms(row, ATOMS[:, 0], ATOMS[:, 1]) >= 0)
    near = big([1 - 1e-3, 1 + 1e-3])
    strict = np.all(row.f(near) - row.derivative(big([1]))[0] * (near - 1) > 1e-50)
    for p, q in PAIRS:
        assert f_divergence(p, p, row) == 0 == f_divergence(q, q, row)
        assert f_divergence(p, q, row) > 0 or not strict


def range_ends_at_disjoint_supports(row: FDivergence) -> None:
    top = row.at_zero + row.slope_at_infinity
    for p, q in DISJOINT:
        found = terms(row, p, q).sum()
        assert found == top or abs(found - top) <= term_error(row) * top
        assert f_divergence(p, q, row) == top
    assert all(terms(row, p, q).sum() <= top * (1 + term_error(row)) for p, q in PAIRS)


def processing_loses_divergence(row: FDivergence) -> None:
    """Merging atoms or sending both through a noisy channel; merging atoms of one ratio loses nothing.

    Where two laws are nearer than 1e-8, the rounding of what comes out of a channel outweighs the loss.
    """
    for p, q in (*APART, *CLOSE[:3], *SPARSE, *DIRACS, *TINY, *DISJOINT):
        before = terms(row, p, q).sum()
        k = len(p)
        channel = CHANNELS[k]
        merged = [np.append(x[:-2], x[-2] + x[-1]) for x in (p, q)]
        for after in (terms(row, p @ channel, q @ channel).sum(), terms(row, *merged).sum()):
            assert after <= before * (1 + value_error(row))
        halves = terms(row, np.repeat(p / 2, 2), np.repeat(q / 2, 2)).sum()
        assert halves == before or abs(halves - before) <= value_error(row) * before


def symmetry_is_that_of_the_generator(row: FDivergence) -> None:
    """D(P, Q) = D(Q, P), to the last bit, exactly if f(u) - u f(1/u) is a multiple of u - 1."""
    of_f = True
    for u, digits in SCALES:
        with exact_constants(digits):
            skew = row.f(u) - u * row.f(1 / u) - 2 * row.derivative(big([1]))[0] * (u - 1)
        of_f = of_f and bool(np.all(np.abs(skew) <= 1e-40 * (1 + u)))
    of_d = all(f_divergence(p, q, row) == f_divergence(q, p, row) for p, q in PAIRS)
    assert of_f == of_d


def power_is_the_largest_metric(row: FDivergence) -> None:
    """Symmetric, with the triangle inequality; half a per cent more and a triple along a line breaks it."""
    power = row.metric_power
    symmetric = all(f_divergence(p, q, row) == f_divergence(q, p, row) for p, q in PAIRS)
    if power is None:
        assert not symmetric or math.isinf(row.maximum)
        return
    assert symmetric
    assert all(_detour(row, power, *triple) >= -value_error(row) for triple in TRIPLES)
    assert any(_detour(row, 1.005 * power, *triple) < -1e-4 for triple in TRIPLES)


def _detour(row: FDivergence, power: float, p, q, r) -> float:
    """How much longer the way over ``q`` is, relatively."""
    if math.isinf(f_divergence(p, r, row)):
        return 0.0
    direct, first, second = (float(f_divergence(*ends, row)) ** power for ends in ((p, r), (p, q), (q, r)))
    return (first + second) / direct - 1


def variational_form_is_attained_at_the_derivative(row: FDivergence) -> None:
    """D = sup over T of E_P T - E_Q f*(T), attained at T = f'(p / q)."""
    for p, q, digits in (*((*pair, 60) for pair in (*APART, *CLOSE)), *((*pair, DIGITS) for pair in TINY)):
        value = float(f_divergence(p, q, row))
        with exact_constants(digits):
            P, Q = big(p) / sum(big(p)), big(q) / sum(big(q))
            best = big(row.derivative(P / Q))
            attained = np.sum(P * best - Q * row.conjugate(best))
            assert abs(attained - value) <= value_error(row) * value + row.absolute * EPS + SUMS
            for size in (0.1, 3):
                other = row.activation(big(size * LOGITS[: len(p)] / 30))
                assert (
                    np.sum(P * other - Q * row.conjugate(other))
                    <= value * (1 + value_error(row)) + row.absolute * EPS + SUMS
                )
