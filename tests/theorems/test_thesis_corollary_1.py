"""Thesis, Corollary 1: the Wasserstein distance of a network's law as a function of the network's weights."""

from itertools import pairwise
from math import hypot

import numpy as np
from hypothesis import given
from hypothesis import strategies as st
from scipy.stats import norm as normal_law

from divergences import Estimate
from optimal_transport.strategies import discrete_measures
from reports.evidence import at_most, claim, equal
from tests.theorems.certified import FIRST_MOMENT, W, dirac, plus, saint_petersburg, times
from tests.theorems.test_thesis_a_rademacher import takagi
from tests.theorems.test_thesis_networks import (
    ACTIVATIONS,
    RELU,
    SCALES,
    SEEDS,
    Activation,
    Layer,
    aligned,
    bound,
    networks,
    nudged,
    output,
    rounding,
)


@claim("thesis.cor1", role="refutes", without=FIRST_MOMENT)
@given(number=st.integers(10, 40))
def test_some_number_bounds_the_distance_of_saint_petersburg_to_the_law_of_a_network(number):
    """The network z -> 0 z: its law is a point mass for every noise. The real law is any, and X is the line."""
    at_most(W(saint_petersburg(number + 1), dirac(0)), number)


def law(network, noise):
    """The law of a network's output, for a noise of finitely many atoms."""
    return np.array([output(network, z) for z in noise[0]]), noise[1]


def mean_size(noise):
    return float(noise[1] @ [hypot(*z) for z in noise[0]])


QUANTILES = normal_law.ppf((np.arange(64) + 0.5) / 64)[:, None], np.full(64, 1 / 64)


@st.composite
def noises(draw, dimension):
    """Up to five atoms, at 0, together or anywhere; or on the line, 64 quantiles of the standard normal law."""
    points, weights = draw(discrete_measures(scales=False))
    few = np.resize(points, (len(points), dimension)), weights
    return draw(st.sampled_from([few, QUANTILES])) if dimension == 1 else few


@st.composite
def weights_moved(draw):
    """A real law, a network of its scale before and after a move of all its weights, and a noise."""
    P = draw(discrete_measures(max_points=4))
    scale = np.abs(P[0]).max() or 1.0
    sizes = [*draw(st.lists(st.integers(1, 4), min_size=1, max_size=4)), P[0].shape[1]]
    before = draw(networks(sizes=st.just(sizes), most=0.5))
    after = nudged(before, np.random.default_rng(draw(SEEDS)), draw(st.sampled_from([0.25, 2.0**-10, 2.0**-40])))
    return P, *(scaled(network, scale) for network in (before, after)), draw(noises(sizes[0]))


def scaled(network, factor):
    """A network with a last linear layer that multiplies by a factor."""
    size = len(network[-1].bias)
    return [*network, Layer(factor * np.eye(size), np.zeros(size), Activation("identity", lambda t: t, 1))]


def roundings(network, noise):
    size = rounding(network, mean_size(noise))
    return Estimate(size, 0, size, kind="exact", method="rounding", unit="length")


@claim("thesis.cor1", role="corrected")
@given(drawn=weights_moved())
def test_the_distance_moves_at_most_by_the_mean_bound_of_the_network(drawn):
    """The bound of Proposition 11 at E|z|; it vanishes with the move, so the distance is continuous."""
    P, before, after, noise = drawn
    first, second = W(P, law(before, noise)), W(P, law(after, noise))
    slack = plus(roundings(before, noise), roundings(after, noise))
    far = plus(bound(before, after, mean_size(noise), 0.0), slack)
    at_most(second, plus(first, far))
    at_most(first, plus(second, far))


def aligned_move(drawn):
    """How far W to a point mass at 0 moves, and the mean bound, for an aligned network and multiples of a noise."""
    before, after, z, _ = drawn
    noise = np.array([z, 2 * z, 0 * z]), np.array([0.5, 0.25, 0.25])
    origin = dirac(*np.zeros(len(before[-1].bias)))
    return W(origin, law(after, noise)).value - W(origin, law(before, noise)).value, bound(
        before, after, mean_size(noise), 0.0
    )


@claim("thesis.cor1", role="sharp")
@given(drawn=aligned(scales=st.just(1.0), steps=st.just(1.0)))
def test_the_weights_of_an_aligned_network_attain_the_mean_bound(drawn):
    moved, most = aligned_move(drawn)
    equal(moved, most, rounding=1e-13, reason="a difference of sums of norms, each rounded; measured: 1.2e-14")


@claim("thesis.cor1", role="twin")
@given(drawn=aligned(scales=st.just(1.0), steps=st.just(1.0)))
def test_the_distance_moves_at_most_by_95_percent_of_the_mean_bound(drawn):
    moved, most = aligned_move(drawn)
    at_most(moved, times(0.95, most))


STEP = 2.0**-24
DIFFERENTIABLE = {"rounding": 1e-4, "reason": "W bends by its second derivative over a step of 2^-24; measured: 3e-5"}


def corner(P, network, noise, seed, scale):
    """How far the slopes of W ahead and behind differ, for a move of all weights in a random direction.

    The output is measured in a unit, and so is the answer.
    """
    ahead, behind = (nudged(network, np.random.default_rng(seed), step) for step in (STEP, -STEP))
    laws = [(points * scale, masses) for points, masses in (law(moved, noise) for moved in (network, ahead, behind))]
    here, *there = (W(P, generated).value / scale for generated in laws)
    return abs(sum(there) - 2 * here) / STEP


def repeated(draw, stream, count, dimension):
    """Random points, some of them drawn twice, with masses of which some may be 0."""
    places = draw(st.lists(st.integers(0, count - 1), min_size=count, max_size=count))
    cuts = sorted(draw(st.lists(st.integers(0, 1024), min_size=count - 1, max_size=count - 1)))
    return stream.normal(size=(count, dimension))[places], np.diff([0, *cuts, 1024]) / 1024


@st.composite
def random_weights(draw, activations=ACTIVATIONS):
    """A real law and a noise, of up to four and three points, a network with random weights and biases, and a unit."""
    stream, scale = np.random.default_rng(draw(SEEDS)), draw(SCALES)
    into, hidden, out = (draw(st.integers(1, 3)) for _ in range(3))
    real, masses = repeated(draw, stream, draw(st.integers(1, 4)), out)
    sizes = [into, *[hidden] * draw(st.integers(0, 3)), out]
    network = [
        Layer(stream.normal(size=(b, a)), stream.normal(size=b), draw(st.sampled_from(activations)))
        for a, b in pairwise(sizes)
    ]
    return (real * scale, masses), network, repeated(draw, stream, draw(st.integers(1, 3)), into), draw(SEEDS), scale


@claim("thesis.cor1", role="corrected")
@given(drawn=random_weights())
def test_the_distance_has_a_derivative_at_random_weights(drawn):
    at_most(corner(*drawn), 0, **DIFFERENTIABLE)


@claim("thesis.cor1", role="twin")
@given(drawn=random_weights(activations=[Activation("takagi", takagi, 1)]))
def test_the_distance_has_a_derivative_at_random_weights_of_a_network_with_takagi_functions(drawn):
    """The Lipschitz activation dropped for one that is continuous and nowhere differentiable."""
    at_most(corner(*drawn), 0, **DIFFERENTIABLE)


@claim("thesis.cor1", role="twin")
@given(drawn=random_weights(activations=[RELU]))
def test_the_distance_has_a_derivative_at_all_weights(drawn):
    """The weights and biases of the first layer are 0, on the kink of the activation: a null set."""
    P, (first, *rest), noise, seed, scale = drawn
    kinked = [first._replace(weight=0 * first.weight, bias=0 * first.bias), *rest]
    at_most(corner(P, kinked, noise, seed, scale), 0, **DIFFERENTIABLE)
