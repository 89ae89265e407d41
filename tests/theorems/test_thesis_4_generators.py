"""Thesis, Proposition 10: the Wasserstein distance of a generator's law. Its noise is U = Phi(Z), Z standard normal.

U is uniform on the open unit interval, and Phi is smooth: a generator that is locally Lipschitz in U and the parameter
is so in Z and the parameter, which range over whole vector spaces.
"""

from fractions import Fraction

import numpy as np
from hypothesis import given
from hypothesis import strategies as st

from divergences import Estimate
from optimal_transport.strategies import measure_pairs
from reports.evidence import at_most, claim
from tests.theorems.certified import W, dirac, plus, times


def ramp(height, width, cells=4):
    """The law of height (1 - u/width) on (0, width) and 0 beyond, for uniform u, in cells of (0, width).

    The midpoint rule is exact for a linear function: the mean is height width / 2.
    """
    middles = (np.arange(cells) + 0.5) / cells
    return np.append(height * (1 - middles), 0.0)[:, None], np.append(np.full(cells, width / cells), 1 - width)


def spike(k):
    """The law of g_t(U), g_t(u) = (2/t)(1 - u/t)_+ for t > 0 and 0 for t <= 0, at t = 2^-k; its mean is 1.

    At (u, 0) the generator vanishes for |t| < u; at t > 0 its slopes are at most 6/t^2 for u < t, and 0 for u > t.
    So it is continuous, and locally Lipschitz with L(u, 0) = 0 and a finite mean of L(u, t) for every t.
    """
    return ramp(2.0 ** (k + 1), 2.0**-k)


@claim("thesis.prop10_1", role="refutes", without="compact_space")
@given(k=st.integers(10, 40))
def test_the_distance_to_a_point_tends_to_zero_with_a_generator_that_tends_to_it(k):
    at_most(W(spike(k), dirac(0)), 0.5)


@st.composite
def generators(draw):
    """A real law, and the points that a generator makes of a few weighted noises before and after a move."""
    (points, weights), (other, masses) = draw(measure_pairs(max_points=4))
    scale = max(np.abs(points).max(), np.abs(other).max()) or 1.0
    coordinates = st.lists(st.integers(-8, 8), min_size=other.size, max_size=other.size)
    before, move = (np.reshape(draw(coordinates), other.shape) * (scale / 8) for _ in range(2))
    before = draw(st.sampled_from([before, other]))
    return (points, weights), (before, masses), (before + move * 2.0 ** -draw(st.integers(0, 40)), masses)


def moved(before, after):
    """The mean distance of generated points, within a few roundings."""
    (first, masses), (second, _) = before, after
    size = np.abs(second - first).max() or 1.0
    value = float(masses @ np.linalg.norm((second - first) / size, axis=1) * size)
    return Estimate(value, value * (1 - 1e-14), value * (1 + 1e-14), kind="exact", method="mean", unit="length")


@claim("thesis.prop10_1", role="corrected")
@given(drawn=generators())
def test_the_distance_moves_at_most_as_far_as_the_generated_points_do_on_average(drawn):
    P, before, after = drawn
    at_most(W(P, after), plus(W(P, before), moved(before, after)))


@claim("thesis.prop10_1", role="twin")
@given(drawn=generators())
def test_the_distance_moves_at_most_95_percent_as_far(drawn):
    P, before, after = drawn
    at_most(W(P, after), plus(W(P, before), times(0.95, moved(before, after))))


@claim("thesis.prop10_2", role="refutes", without="locally_bounded_mean")
@given(k=st.integers(10, 40))
def test_the_distance_is_continuous_if_every_mean_of_local_constants_is_finite(k):
    at_most(W(spike(k), dirac(0)), 0.5)


STAGES = 40


def stages(t):
    """The intervals that hold t at the stages of the Smith-Volterra-Cantor set A, each with the middle of its gap.

    Stage m removes an open gap of length 4^-(m+1) from the middle of each of 2^m intervals, at most 2^-m
    long: in all 1/4 + 1/8 + 1/16 + ... = 1/2. The list ends with the interval whose gap holds t.
    """
    low, high, found = Fraction(0), Fraction(1), []
    for m in range(STAGES):
        middle, half = (low + high) / 2, Fraction(1, 2 * 4 ** (m + 1))
        found.append((low, middle, high))
        if abs(t - middle) < half:
            break
        low, high = (low, middle - half) if t < middle else (middle + half, high)
    return found


def bump(t):
    """h(t) and s of g_t(u) = h(t) (1 - u/s)_+: for t in a gap of stage m, s = 2^-floor(m/2); for t in A, h = 0.

    h rises linearly from 0 at the ends of a gap to 1 at its middle.
    """
    *_, (_, middle, _) = found = stages(t)
    m = len(found) - 1
    return float(max(Fraction(0), 1 - abs(t - middle) * 2 * 4 ** (m + 1))), 2.0 ** -(m // 2)


@st.composite
def cantor_points(draw):
    """A point of A, to 40 stages: the left end of the interval that so many turns lead to."""
    low, length = Fraction(0), Fraction(1)
    for m in range(STAGES):
        gap = Fraction(1, 4 ** (m + 1))
        length = (length - gap) / 2
        low += draw(st.booleans()) * (length + gap)
    return low


@given(t=cantor_points(), k=st.integers(1, 8), part=st.fractions(Fraction(-99, 100), Fraction(99, 100)))
def test_the_bumps_vanish_around_a_point_of_the_cantor_set_for_noises_above_any_size(t, k, part):
    """A hypothesis of the next test: s > 2^-k in the first 2k stages only, and no gap is nearer than those t passes."""
    near = min(abs(t - middle) - Fraction(1, 2 * 4 ** (m + 1)) for m, (_, middle, _) in enumerate(stages(t)[: 2 * k]))
    height, width = bump(t + part * near)
    assert near >= 0
    assert height == 0 or width <= 2.0**-k


@claim("thesis.prop10_2", role="refutes", without="locally_bounded_mean")
@given(t=cantor_points(), number=st.integers(10, 400))
def test_some_number_bounds_the_difference_quotients_at_a_point_of_a_cantor_set(t, number):
    """On the compact space [0, 1] the distance to the point 0 has no derivative at any t in A, of measure 1/2.

    All hypotheses hold. Near (u, t) only the stages with s > u/2 matter, finitely many, so g is locally Lipschitz.
    For t in A that ends no gap, a neighbourhood of (u, t) misses their gaps: L(u, t) = 0. In a closed gap of stage m,
    L is at most 2 4^(m+1) + 1/s. So E L(U, t) is finite for every t. Yet E g = s/2 in the middle of a gap of stage m,
    at less than 2^-m from a point of A, where E g = 0: the quotients grow like 2^(m/2).
    """
    m = 2 * number.bit_length()
    _, middle, _ = stages(t)[m]
    rate = float(number * abs(middle - t))
    at_most(W(ramp(*bump(middle)), dirac(0)), W(ramp(*bump(t)), dirac(0)).high + rate)


@st.composite
def affine_generators(draw):
    """A real law, and g_t(z) = b(z) + t a(z) for weighted noises z, with L(z, t) = |a(z)|, at two values of t."""
    P, before, after = draw(generators())
    t = draw(st.integers(-8, 8)) / 8
    return P, before, after[0] - before[0], t, t + draw(st.sampled_from([1.0, 0.125, 2.0**-20]))


def a_rounding(P, b, a):
    """What rounding b + t a to floats may add: an ulp of the largest coordinate."""
    size = 4e-16 * float(max(np.abs(P[0]).max(), np.abs(b).max(), np.abs(a).max()))
    return Estimate(size, 0, size, kind="exact", method="rounding", unit="length")


def after_a_move(drawn, factor):
    """W after the parameter moved, and W before plus a factor times the mean of L times the move."""
    P, (b, masses), a, first, second = drawn
    before, after = (W(P, (b + t * a, masses)) for t in (first, second))
    rate = times(factor * abs(second - first), moved((0 * a, masses), (a, masses)))
    return after, plus(plus(before, rate), a_rounding(P, b, a))


@claim("thesis.prop10_2", role="corrected")
@given(drawn=affine_generators())
def test_the_distance_moves_at_most_at_the_mean_of_the_local_constants(drawn):
    at_most(*after_a_move(drawn, 1))


@claim("thesis.prop10_2", role="twin")
@given(drawn=affine_generators())
def test_the_distance_moves_at_most_at_95_percent_of_that_mean(drawn):
    at_most(*after_a_move(drawn, 0.95))
