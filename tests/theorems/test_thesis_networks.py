"""Thesis, Proposition 11, Corollary 1 and Theorem 2: what bounded weights say of a network's slopes."""

from itertools import pairwise
from math import prod

import numpy as np
from hypothesis import given
from hypothesis import strategies as st

from optimal_transport import normal_wasserstein_distance
from reports.evidence import at_most, claim, equal
from tests.theorems.certified import FIRST_MOMENT, W, dirac, saint_petersburg

ACTIVATIONS = {  # each 1-Lipschitz
    "abs": np.abs,
    "relu": lambda t: np.maximum(t, 0),
    "softplus": lambda t: np.logaddexp(0, t),
    "tanh": np.tanh,
}
LIPSCHITZ = st.sampled_from(sorted(ACTIVATIONS))
SEEDS = st.integers(0, 2**32)
ROUNDED = {
    "rounding": 1e-9,
    "reason": "slopes over steps from 1e-6 on, of rounded outputs; measured: 1.2e-10",
}


def uniform_weights(sizes, stream):
    """The weights of a network with these layers, each entry within [-2, 2]."""
    return [stream.uniform(-2, 2, (out, into)) for into, out in pairwise(sizes)]


def output(weights, activation, x):
    for weight in weights[:-1]:
        x = ACTIVATIONS[activation](weight @ x)
    return weights[-1] @ x


def norms(weights):
    return [float(np.linalg.norm(weight, 2)) for weight in weights]


LAYERS = st.lists(st.integers(1, 4), min_size=2, max_size=5)


@st.composite
def slopes(draw):
    """A network, an activation, and the slope between two points at a distance between 1e-6 and 10."""
    activation, stream = draw(LIPSCHITZ), np.random.default_rng(draw(SEEDS))
    weights = uniform_weights(draw(LAYERS), stream)
    x, direction = stream.normal(size=(2, weights[0].shape[1]))
    step = 10.0 ** draw(st.integers(-6, 1)) * direction / np.linalg.norm(direction)
    gap = np.linalg.norm(output(weights, activation, x + step) - output(weights, activation, x))
    return weights, float(gap / np.linalg.norm(step))


@claim("thesis.th2")
@given(drawn=slopes())
def test_no_slope_exceeds_the_product_of_the_norms_nor_that_of_the_largest_weights(drawn):
    weights, slope = drawn
    at_most(slope / prod(norms(weights)), 1, **ROUNDED)
    at_most(prod(norms(weights)) / box_constant(weights, 2), 1)


def box_constant(weights, c):
    """K for all weights within [-c, c]: c to the number of layers times the root of the product of all their sizes."""
    return prod(c * np.sqrt(weight.size) for weight in weights)


def steepest_slope(sizes, c):
    """The slope of the network with all weights c between 0 and the unit vector of equal entries."""
    weights = [np.full((out, into), float(c)) for into, out in pairwise(sizes)]
    x = np.full(sizes[0], 1 / np.sqrt(sizes[0]))
    return float(np.linalg.norm(output(weights, "relu", x))) / box_constant(weights, c)


@claim("thesis.th2", role="sharp")
@given(sizes=LAYERS, c=st.integers(1, 4))
def test_equal_weights_attain_the_constant_of_their_box(sizes, c):
    equal(steepest_slope(sizes, c), 1, rounding=5e-15, reason="four layers, each rounded; measured: 7e-16")


@claim("thesis.th2", role="twin")
@given(sizes=LAYERS, c=st.integers(1, 4))
def test_the_constant_is_5_percent_less(sizes, c):
    at_most(steepest_slope(sizes, c), 0.95)


@st.composite
def moves(draw):
    """Two layers and a noise of any size up to 1e6, (W1, W2, z), and a small move of all three."""
    sizes, stream = draw(st.tuples(*[st.integers(1, 4)] * 3)), np.random.default_rng(draw(SEEDS))
    first, second = uniform_weights(sizes, stream)
    z = stream.normal(size=sizes[0]) * 10.0 ** draw(st.integers(-3, 6))
    step = 10.0 ** draw(st.integers(-4, 0))
    return (first, second, z), tuple(step * stream.normal(size=part.shape) for part in (first, second, z))


def share_of_bound(function, state, move):
    """How far the output of W2 s(W1 z) moves, as a part of a bound that is linear in |z|.

    |dW2| (|s(0)| + |W1 + dW1| |z + dz|) + |W2| (|dW1| |z + dz| + |W1| |dz|)
    """
    (first, second, z), (d_first, d_second, dz) = state, move
    one, two, d_one, d_two = (np.linalg.norm(matrix, 2) for matrix in (first, second, d_first, d_second))
    noise, at_zero = np.linalg.norm(z + dz), np.linalg.norm(function(np.zeros(len(first))))
    hidden = at_zero + np.linalg.norm(first + d_first, 2) * noise
    bound = d_two * hidden + two * (d_one * noise + one * np.linalg.norm(dz))
    after = (second + d_second) @ function((first + d_first) @ (z + dz))
    return float(np.linalg.norm(after - second @ function(first @ z)) / bound)


@claim("thesis.prop11")
@given(activation=LIPSCHITZ, drawn=moves())
def test_a_network_moves_at_most_by_a_bound_that_is_linear_in_the_noise(activation, drawn):
    at_most(share_of_bound(ACTIVATIONS[activation], *drawn), 1, **ROUNDED)


@claim("thesis.prop11", role="twin")
@given(drawn=moves())
def test_a_network_with_squares_for_activations_moves_at_most_by_that_bound(drawn):
    """The Lipschitz activation dropped for the square: the move grows with the square of the noise."""
    at_most(share_of_bound(np.square, *drawn), 1, **ROUNDED)


@claim("thesis.cor1", role="refutes", without=FIRST_MOMENT)
@given(number=st.integers(10, 40))
def test_some_number_bounds_the_distance_of_saint_petersburg_to_the_law_of_a_network(number):
    """The network z -> 0 z: its law is a point mass for every noise."""
    at_most(W(saint_petersburg(number + 1), dirac(0)), number)


affine = st.tuples(*[st.floats(-4, 4)] * 2)


def distance_of_affine_networks(first, second):
    """W between the laws b + a Z of two affine networks, Z standard normal, on the way from the real law N(0, 1)."""
    (a, b), (c, d) = first, second
    return abs(normal_wasserstein_distance(b, abs(a), 0, 1) - normal_wasserstein_distance(d, abs(c), 0, 1))


MEAN_NOISE = float(np.sqrt(2 / np.pi))  # E|Z|


@claim("thesis.cor1", role="corrected")
@given(first=affine, second=affine)
def test_the_distance_to_a_normal_law_moves_at_most_at_the_mean_rate_of_an_affine_network(first, second):
    """|W(t) - W(t0)| <= E|a Z + b - (c Z + d)| <= |b - d| + |a - c| E|Z|."""
    (a, b), (c, d) = first, second
    far = abs(b - d) + abs(a - c) * MEAN_NOISE
    at_most(distance_of_affine_networks(first, second), far, rounding=2e-15, reason="two closed forms; measured: 3e-16")


@claim("thesis.cor1", role="twin")
@given(b=st.floats(0, 4), d=st.floats(0, 4))
def test_it_moves_at_most_at_95_percent_of_that_rate(b, d):
    at_most(distance_of_affine_networks((1.0, b), (1.0, d)), 0.95 * abs(b - d))
