"""Thesis, Proposition 11 and Theorem 2: what the weights of a network say of its slopes."""

from collections.abc import Callable
from itertools import pairwise
from math import hypot, prod, sqrt
from typing import NamedTuple

import numpy as np
from hypothesis import example, given
from hypothesis import strategies as st

from divergences import Estimate
from reports.evidence import at_most, claim, equal

SEEDS = st.integers(0, 2**32)
EPS = float(np.finfo(float).eps)
TINY = float(np.finfo(float).tiny)


class Activation(NamedTuple):
    """A function and its Lipschitz constant."""

    name: str
    function: Callable[[np.ndarray], np.ndarray]
    lipschitz: float


RELU = Activation("relu", lambda t: np.maximum(t, 0), 1)
STRAIGHT = (  # linear from 0 on, at the steepest slope
    Activation("identity", lambda t: t, 1),
    Activation("abs", np.abs, 1),
    RELU,
    Activation("steep", lambda t: np.where(t > 0, 2 * t, t / 2), 2),
)
ACTIVATIONS = (
    *STRAIGHT,
    Activation("sigmoid", lambda t: (1 + np.tanh(t / 2)) / 2, 0.25),
    Activation("sine", np.sin, 1),
    Activation("softplus", lambda t: np.logaddexp(0, t), 1),
    Activation("tanh", np.tanh, 1),
)


class Layer(NamedTuple):
    """x -> s(weight x + bias)."""

    weight: np.ndarray
    bias: np.ndarray
    s: Activation

    def __call__(self, x):
        return self.s.function(self.weight @ x + self.bias)

    def at_zero(self):
        return hypot(*self.s.function(np.zeros(len(self.bias))))


def output(network, x):
    for layer in network:
        x = layer(x)
    return x


def norm(matrix):
    return float(np.linalg.norm(matrix, 2))


def computed(value):
    """A product of norms: those of five layers, each to a few ulp."""
    return Estimate(value, value * (1 - 1e-14), value * (1 + 1e-14), kind="exact", method="norms", unit="length")


def bound(before, after, noise, move):
    """How far the output of a network moves at most, when weights, biases and the noise z do: affine in |z|.

    By induction over the layers x -> s(W x + b), with Lipschitz constants L and primes for what is after the move:

        |x' - x|  <=  L (|W'| |x' - x| + |W' - W| |x| + |b' - b|)      |x|  <=  |s(0)| + L (|W| |x| + |b|)

    on the right with the x of the layer before, at first z. Both steps are affine in |z|, so the mean over the noise
    is the bound at E|z|.
    """
    for (weight, bias, s), (moved_weight, moved_bias, _), layer in zip(before, after, before, strict=True):
        shift = norm(moved_weight - weight) * noise + hypot(*(moved_bias - bias))
        move = s.lipschitz * (norm(moved_weight) * move + shift)
        noise = layer.at_zero() + s.lipschitz * (norm(weight) * noise + hypot(*bias))
    return computed(move)


def rounding(network, noise):
    """What rounding adds to an output: each layer of at most 4 entries less than 8 ulp of a size that bounds it."""
    for layer in network:
        noise = layer.at_zero() + layer.s.lipschitz * (hypot(*layer.weight.ravel()) * noise + hypot(*layer.bias))
    return 8 * EPS * len(network) * noise + TINY


def gap(before, after, z, moved_z):
    """The distance of two outputs."""
    slack = rounding(before, hypot(*z)) + rounding(after, hypot(*moved_z))
    value = hypot(*(output(after, moved_z) - output(before, z)))
    return Estimate(value, max(0.0, value - slack), value + slack, kind="exact", method="floats", unit="length")


SIZES = st.lists(st.integers(1, 4), min_size=2, max_size=6)


@st.composite
def networks(draw, sizes=SIZES, activations=ACTIVATIONS, most=2.0):
    """One to five layers, with or without biases, every entry within a bound; some layers have zero weights."""
    stream, biased = np.random.default_rng(draw(SEEDS)), draw(st.booleans())
    kind = draw(st.sampled_from(activations))
    size = st.sampled_from([most] * 7 + [0.0])
    return [
        Layer(stream.uniform(-1, 1, (out, into)) * draw(size), biased * stream.uniform(-most, most, out), kind)
        for into, out in pairwise(draw(sizes))
    ]


def nudged(network, stream, step):
    """A network with all weights and biases moved."""
    return [
        Layer(*(part + step * stream.uniform(-1, 1, part.shape) for part in (weight, bias)), s)
        for weight, bias, s in network
    ]


@st.composite
def moves(draw, activations=ACTIVATIONS, most=290):
    """A network and a noise from 1e-300 to 10^most, before and after a move of all or of one of the two."""
    network, stream = draw(networks(activations=activations)), np.random.default_rng(draw(SEEDS))
    size = 10.0 ** draw(st.integers(-3, min(6, most)) | st.integers(-300, -101) | st.integers(0, most))
    z, direction = size * stream.normal(size=(2, network[0].weight.shape[1]))
    steps = st.sampled_from([0.0, 1.0]) | st.integers(-12, 0).map(lambda k: 10.0**k)
    return network, nudged(network, stream, draw(steps)), z, z + draw(steps) * direction


def bound_of(before, after, z, moved_z):
    return bound(before, after, hypot(*z), hypot(*(moved_z - z)))


@claim("thesis.prop11")
@given(drawn=moves())
def test_a_network_moves_at_most_by_a_bound_that_is_affine_in_the_noise(drawn):
    at_most(gap(*drawn), bound_of(*drawn))


NUMBERS = st.integers(1, 3)
SCALES = st.just(1.0) | st.integers(-960, 960).map(lambda k: 2.0**k)
STEPS = st.just(1.0) | st.integers(0, 30).map(lambda k: 2.0**-k)


@st.composite
def aligned(draw, scales=SCALES, steps=STEPS):
    """A network and a noise that only know the direction of equal entries, and a move that lengthens everything.

    Biases and noise are of any scale: the activations are homogeneous. The move may be small beside them.
    """
    sizes, s, scale = draw(SIZES), draw(st.sampled_from(STRAIGHT)), draw(scales)
    before, after, step = [], [], draw(steps)
    for into, out in pairwise(sizes):
        weight, bias, wider, further = (draw(NUMBERS) for _ in range(4))
        before.append(Layer(np.full((out, into), float(weight)), np.full(out, bias * scale), s))
        after.append(Layer(before[-1].weight + (wider - 1) * step, before[-1].bias + (further - 1) * step * scale, s))
    z = np.full(sizes[0], draw(NUMBERS) * scale)
    return before, after, z, z + draw(NUMBERS) * step * scale


@claim("thesis.prop11", role="sharp")
@given(drawn=aligned())
def test_an_aligned_network_attains_the_bound(drawn):
    equal(gap(*drawn), bound_of(*drawn))


@claim("thesis.prop11", role="twin")
@given(drawn=aligned())
def test_a_network_moves_at_most_by_95_percent_of_the_bound(drawn):
    at_most(gap(*drawn).value, 0.95 * bound_of(*drawn).value)


@claim("thesis.prop11", role="twin")
@given(drawn=moves(activations=[Activation("square", np.square, 1)], most=6))
def test_a_network_with_squares_for_activations_moves_at_most_by_that_bound(drawn):
    """The Lipschitz activation dropped for the square: the move grows with a power of the noise."""
    at_most(gap(*drawn), bound_of(*drawn))


@claim("thesis.prop11", role="twin")
@given(drawn=moves(activations=[Activation("root", lambda t: np.sqrt(np.abs(t)), 1)]))
def test_a_network_with_roots_for_activations_moves_at_most_by_that_bound(drawn):
    """The Lipschitz activation dropped for the root: no constant holds near 0."""
    at_most(gap(*drawn), bound_of(*drawn))


def doubled_softplus():
    """Two layers x -> log(1 + exp(2 x)) at 0: log 5, where the printed bound is log 4."""
    network = [Layer(np.full((1, 1), 2.0), np.zeros(1), ACTIVATIONS[-2])] * 2
    return network, network, np.zeros(1), np.zeros(1)


@claim("thesis.prop11", role="twin")
@example(drawn=doubled_softplus())
@given(drawn=moves(most=0))
def test_a_layer_is_at_most_as_large_as_the_proof_prints(drawn):
    """|x| <= L^k |W_k| ... |W_1| |z| + k |s(0)|: what s(0) becomes in the layers after it is forgotten."""
    network, _, z, _ = drawn
    network = [layer._replace(bias=0 * layer.bias) for layer in network]
    at_most(hypot(*output(network, z)), product(network) * hypot(*z) + sum(layer.at_zero() for layer in network))


def convolution(layer):
    """The layer with shared weights: each row is the first one, turned by one place more."""
    out, into = layer.weight.shape
    rows = [np.roll(layer.weight[0], shift) for shift in range(out)]
    return layer._replace(weight=np.reshape(rows, (out, into)))


@st.composite
def slopes(draw):
    """A network, dense or convolutional, and two points of any scale, a part of it between 1e-6 and 10 apart."""
    network, shares = draw(networks()), draw(st.booleans())
    network = [convolution(layer) for layer in network] if shares else network
    stream = np.random.default_rng(draw(SEEDS))
    x, direction = stream.normal(size=(2, network[0].weight.shape[1]))
    scale, step = draw(SCALES), 10.0 ** draw(st.integers(-6, 1))
    return network, x * scale, (x + step * direction / hypot(*direction)) * scale


def product(network):
    """The product of the norms and of the activations' constants."""
    return prod(layer.s.lipschitz * norm(layer.weight) for layer in network)


def box_constant(network, c):
    """K for all weights within [-c, c], whatever the biases: a product over the layers of L c times the root of sizes.

    The box is the compact set: the constant is the same for every network in it.
    """
    return prod(layer.s.lipschitz * c * sqrt(layer.weight.size) for layer in network)


@claim("thesis.th2")
@example(drawn=([Layer(np.ones((1, 1)), np.zeros(1), RELU)], np.array([1e-200]), np.array([2e-200])))
@example(drawn=([Layer(np.ones((1, 1)), np.zeros(1), RELU)], np.array([1e200]), np.array([2e200])))
@given(drawn=slopes())
def test_no_slope_exceeds_the_product_of_the_norms_nor_the_constant_of_the_box(drawn):
    network, x, y = drawn
    at_most(gap(network, network, x, y), computed(product(network) * hypot(*(y - x))))
    at_most(computed(product(network)), computed(box_constant(network, 2)))


def steepest_slope(sizes, c):
    """The slope of the network with all weights c between 0 and the unit vector of equal entries, as a part of K."""
    network = [Layer(np.full((out, into), float(c)), np.zeros(out), RELU) for into, out in pairwise(sizes)]
    x = np.full(sizes[0], 1 / sqrt(sizes[0]))
    return hypot(*output(network, x)) / box_constant(network, c)


@claim("thesis.th2", role="sharp")
@given(sizes=SIZES, c=st.integers(1, 4))
def test_equal_weights_attain_the_constant_of_their_box(sizes, c):
    equal(steepest_slope(sizes, c), 1, rounding=5e-15, reason="five layers, each rounded; measured: 7e-16")


@claim("thesis.th2", role="twin")
@given(sizes=SIZES, c=st.integers(1, 4))
def test_the_constant_is_5_percent_less(sizes, c):
    at_most(steepest_slope(sizes, c), 0.95)
