"""Thesis, appendix A: decompositions of measures, and differentiability almost everywhere."""

from fractions import Fraction
from itertools import chain, combinations

import numpy as np
from hypothesis import assume, given
from hypothesis import strategies as st

from reports.evidence import at_most, claim, equal

COMPLEX = st.tuples(*[st.integers(-3, 3)] * 2).map(lambda parts: complex(*parts))


@st.composite
def measures(draw):
    """Masses of a positive and of a complex measure on up to six atoms; small whole numbers, so that sums are exact."""
    size = draw(st.integers(1, 6))
    positive = draw(st.lists(st.integers(0, 3), min_size=size, max_size=size))
    return positive, draw(st.lists(COMPLEX, min_size=size, max_size=size))


def continuous_part(positive, masses):
    """The Lebesgue decomposition's first part: the masses where the positive measure has some."""
    return [mass if weight > 0 else 0 for weight, mass in zip(positive, masses, strict=True)]


def is_continuous(part, positive):
    return all(weight > 0 or mass == 0 for weight, mass in zip(positive, part, strict=True))


def is_singular(part, positive):
    return all(weight == 0 or mass == 0 for weight, mass in zip(positive, part, strict=True))


def rest(masses, part):
    return [mass - some for mass, some in zip(masses, part, strict=True)]


def apart(first, second):
    """The total mass of a difference."""
    return sum(map(abs, rest(first, second)))


@st.composite
def splits(draw):
    """Measures and any first part: at each atom all of the mass, none of it, or something else."""
    positive, masses = draw(measures())
    return positive, masses, [draw(st.sampled_from([mass, 0]) | COMPLEX) for mass in masses]


@claim("thesis.prop13")
@given(drawn=splits())
def test_the_decomposition_exists_and_any_split_that_is_one_is_this_one(drawn):
    positive, masses, part = drawn
    known = continuous_part(positive, masses)
    equal(int(is_continuous(known, positive) and is_singular(rest(masses, known), positive)), 1)
    if is_continuous(part, positive) and is_singular(rest(masses, part), positive):
        equal(apart(part, known), 0)


@claim("thesis.prop13", role="twin")
@given(drawn=splits())
def test_any_split_whose_first_part_is_continuous_is_this_one(drawn):
    """That the second part be singular is dropped."""
    positive, masses, part = drawn
    assume(is_continuous(part, positive))
    equal(apart(part, continuous_part(positive, masses)), 0)


def events(size):
    return chain.from_iterable(combinations(range(size), count) for count in range(size + 1))


def parts(number):
    return Fraction(int(number.real)), Fraction(int(number.imag))


def density(positive, masses):
    """Real and imaginary part of mass over weight at each atom; anything, here 7, where there is no weight."""
    return [
        tuple(part / weight for part in parts(mass)) if weight else (7, 7)
        for weight, mass in zip(positive, masses, strict=True)
    ]


def integrals_apart(positive, masses, factor):
    """The largest difference, over all events, of the continuous part and the integral of factor times its density."""
    known, h = continuous_part(positive, masses), density(positive, masses)
    return max(
        abs(sum(parts(complex(known[i]))[axis] - factor * h[i][axis] * positive[i] for i in event))
        for event in events(len(masses))
        for axis in (0, 1)
    )


@claim("thesis.th3")
@given(drawn=measures())
def test_the_density_integrates_to_the_continuous_part_over_every_event(drawn):
    equal(integrals_apart(*drawn, 1), 0)


@claim("thesis.th3", role="twin")
@given(drawn=measures())
def test_105_percent_of_the_density_integrates_to_it_too(drawn):
    equal(integrals_apart(*drawn, Fraction(21, 20)), 0)


STEP = 2.0**-20
ROUNDED = {"rounding": 2e-8, "reason": "values of order ten, rounded, over steps of 2^-20; measured: 4e-9"}


def corner(function, x, direction):
    """How far the slopes ahead and behind differ at a point."""
    ahead, behind = function(x + STEP * direction), function(x - STEP * direction)
    return abs(float(ahead - 2 * function(x) + behind)) / STEP


@st.composite
def kinked(draw):
    """The largest of up to eight affine functions of up to three variables, a random point and a random direction."""
    stream = np.random.default_rng(draw(st.integers(0, 2**32)))
    dimension, pieces = draw(st.integers(1, 3)), draw(st.integers(1, 8))
    slopes, heights = stream.integers(-3, 4, (pieces, dimension)), stream.integers(-3, 4, pieces)
    x, direction = stream.normal(size=(2, dimension))
    return (slopes, heights), x, direction / np.linalg.norm(direction)


@claim("thesis.th4")
@given(drawn=kinked())
def test_the_largest_of_affine_functions_has_a_derivative_at_random_points(drawn):
    (slopes, heights), x, direction = drawn
    at_most(corner(lambda z: (slopes @ z + heights).max(), x, direction), 0, **ROUNDED)


def takagi(x):
    """Sum of the distances of 2^k x to the nearest whole number, over 2^k: continuous, nowhere differentiable."""
    scales = 2.0 ** np.arange(45)
    return float((np.abs(scales * x - np.rint(scales * x)) / scales).sum())


@claim("thesis.th4", role="twin")
@given(seed=st.integers(0, 2**32))
def test_a_function_without_a_local_lipschitz_constant_has_a_derivative_at_random_points(seed):
    at_most(corner(takagi, np.random.default_rng(seed).uniform(), 1.0), 0, **ROUNDED)
