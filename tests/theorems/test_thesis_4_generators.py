"""Thesis, Proposition 10 and Theorem 1: the Wasserstein distance of a generator's law, and the critic's gradient."""

import numpy as np
from hypothesis import given
from hypothesis import strategies as st

from divergences import Estimate
from optimal_transport import mcshane_extension, optimal_transport
from optimal_transport.strategies import measure_pairs
from reports.evidence import at_most, claim, equal
from tests.theorems.certified import W, dirac, plus, times


def spike(k, cells=4):
    """The law of g(Z), g(z) = (2/t)(1 - z/t) on [0, t] and 0 beyond, for uniform Z and t = 2^-k, in cells of [0, t].

    The midpoint rule is exact for a linear function: its mean is 1 for every t > 0, and g vanishes at t = 0.
    """
    t = 2.0**-k
    middles = (np.arange(cells) + 0.5) / cells
    return np.append(2 / t * (1 - middles), 0.0)[:, None], np.append(np.full(cells, t / cells), 1 - t)


@claim("thesis.prop10_1", role="refutes", without="compact_space")
@given(k=st.integers(10, 40))
def test_the_distance_to_a_point_tends_to_zero_with_a_generator_that_tends_to_it(k):
    at_most(W(spike(k), dirac(0)), 0.5)


@st.composite
def generators(draw):
    """A real law, and the points that a generator makes of the same few noises before and after a move."""
    (points, weights), _ = draw(measure_pairs(max_points=4))
    scale = np.abs(points).max() or 1.0
    noises = draw(st.integers(1, 4))
    coordinates = st.lists(st.integers(-8, 8), min_size=noises * points.shape[1], max_size=noises * points.shape[1])
    before, move = (np.reshape(draw(coordinates), (noises, -1)) * (scale / 8) for _ in range(2))
    return (points, weights), before, before + move * 2.0 ** -draw(st.integers(0, 40))


def moved(before, after):
    """The mean distance of generated points, within a few roundings."""
    size = np.abs(after - before).max() or 1.0
    value = float(np.linalg.norm((after - before) / size, axis=1).mean() * size)
    return Estimate(value, value * (1 - 1e-14), value * (1 + 1e-14), kind="exact", method="mean", unit="length")


def uniform(points):
    """Equal weights whose sum is one exactly: of 1, 2 or 4 points; of 3 points the last counts twice."""
    count = len(points)
    return (points, np.full(count, 1 / count)) if count != 3 else (points[[0, 1, 2, 2]], np.full(4, 0.25))


@claim("thesis.prop10_1", role="corrected")
@given(drawn=generators())
def test_the_distance_moves_at_most_as_far_as_the_generated_points_do_on_average(drawn):
    P, before, after = drawn
    (first, _), (second, _) = uniform(before), uniform(after)
    at_most(W(P, uniform(after)), plus(W(P, uniform(before)), moved(first, second)))


@claim("thesis.prop10_1", role="twin")
@given(drawn=generators())
def test_the_distance_moves_at_most_95_percent_as_far(drawn):
    P, before, after = drawn
    (first, _), (second, _) = uniform(before), uniform(after)
    at_most(W(P, uniform(after)), plus(W(P, uniform(before)), times(0.95, moved(first, second))))


@claim("thesis.prop10_2", role="refutes", without="locally_bounded_mean")
@given(k=st.integers(10, 40))
def test_the_distance_is_continuous_if_every_mean_of_local_constants_is_finite(k):
    """The spike again: local constants of at most 6/t^2 on [0, t] for t > 0, and of 0 for every z > 0 at t = 0."""
    at_most(W(spike(k), dirac(0)), 0.5)


@st.composite
def affine_generators(draw):
    """A real law, and g_t(z) = b(z) + t a(z) for a few noises z, with L(z, t) = |a(z)|, at two values of t."""
    P, before, after = draw(generators())
    t = draw(st.integers(-8, 8)) / 8
    return P, before, after - before, t, t + draw(st.sampled_from([1.0, 0.125, 2.0**-20]))


def rate(a, first, second):
    """E L(z, t) |t - t0|, within a few roundings."""
    return times(abs(second - first), moved(0 * a, a))


def a_rounding(P, b, a):
    """What rounding b + t a to floats may add: an ulp of the largest coordinate."""
    size = 4e-16 * float(max(np.abs(P[0]).max(), np.abs(b).max(), np.abs(a).max()))
    return Estimate(size, 0, size, kind="exact", method="rounding", unit="length")


def after_a_move(drawn, factor):
    """W after the parameter moved, and W before plus a factor times the mean rate times the move."""
    P, b, a, first, second = drawn
    b, a = (uniform(points)[0] for points in (b, a))
    before, after = (W(P, (b + t * a, uniform(b)[1])) for t in (first, second))
    return after, plus(plus(before, times(factor, rate(a, first, second))), a_rounding(P, b, a))


@claim("thesis.prop10_2", role="corrected")
@given(drawn=affine_generators())
def test_the_distance_moves_at_most_at_the_mean_of_the_local_constants(drawn):
    at_most(*after_a_move(drawn, 1))


@claim("thesis.prop10_2", role="twin")
@given(drawn=affine_generators())
def test_the_distance_moves_at_most_at_95_percent_of_that_mean(drawn):
    at_most(*after_a_move(drawn, 0.95))


def bump(k, sign, cells=4):
    """The law of sign 2 (1 - z/t) on [0, t] and 0 beyond, for uniform Z and t = 2^-k, in cells; its mean is sign t."""
    t = 2.0**-k
    middles = (np.arange(cells) + 0.5) / cells
    return np.append(sign * 2 * (1 - middles), 0.0)[:, None], np.append(np.full(cells, t / cells), 1 - t)


@claim("thesis.th1", role="refutes", without="dominated_derivative")
@given(k=st.integers(10, 30))
def test_the_distance_is_flat_where_no_generated_point_moves(k):
    """The point g_t(z) = sgn(t) 2 (1 - z/|t|)_+ rests at 0 for |t| < z: the critic's side vanishes at t = 0."""
    slope = (W(bump(k, 1), dirac(-10)).value - W(bump(k, -1), dirac(-10)).value) / 2.0 ** (1 - k)
    at_most(abs(slope), 0.5)


def best_critic(P, Q):
    """A 1-Lipschitz function that attains W(P, Q): the extension of an optimal potential on Q."""
    _, g = optimal_transport(P[0], Q[0], P[1], Q[1]).potentials
    return lambda points: mcshane_extension(points, Q[0], g)


def critic_value(critic, P, Q):
    """E_P f - E_Q f, within the rounding of the points."""
    values = critic(P[0]), critic(Q[0])
    value = float(values[0] @ P[1] - values[1] @ Q[1])
    slack = 1e-14 * float(max(*(np.abs(part).max() for part in values), np.abs(P[0]).max(), np.abs(Q[0]).max()))
    return Estimate(value, value - slack, value + slack, kind="exact", method="means", unit="length")


@claim("thesis.th1", role="corrected")
@given(drawn=generators())
def test_the_value_of_a_best_critic_touches_the_distance_from_below(drawn):
    P, before, after = drawn
    critic = best_critic(P, uniform(before))
    equal(critic_value(critic, P, uniform(before)), W(P, uniform(before)))
    at_most(critic_value(critic, P, uniform(after)), W(P, uniform(after)))


@claim("thesis.th1", role="twin")
@given(drawn=generators())
def test_105_percent_of_its_value_stays_below(drawn):
    P, before, after = drawn
    critic = best_critic(P, uniform(before))
    at_most(times(1.05, critic_value(critic, P, uniform(after))), W(P, uniform(after)))
