"""Thesis, appendix A: decompositions of measures on [0, 1] that have densities and atoms, in exact arithmetic.

A piece is an interval (a, b), without the atoms in it, or an atom (x, x). A measure has a value for each of a few
disjoint pieces, a density or a mass. An event is a set of disjoint pieces, the same ones or others.
"""

from fractions import Fraction
from itertools import chain, combinations, pairwise

from hypothesis import assume, given
from hypothesis import strategies as st

from reports.evidence import claim, equal

RATIONALS = st.fractions(0, 1, max_denominator=12)
COMPLEX = st.tuples(*[st.integers(-3, 3)] * 2)


@st.composite
def measures(draw):
    """A positive and a complex measure on common pieces: the atoms of one may lie where the other has a density."""
    cuts = sorted({Fraction(0), *draw(st.lists(RATIONALS, max_size=2)), Fraction(1)})
    pieces = [*pairwise(cuts), *((x, x) for x in draw(st.lists(RATIONALS, max_size=3, unique=True)))]
    return {piece: draw(st.integers(0, 2)) for piece in pieces}, {piece: draw(COMPLEX) for piece in pieces}


def size(piece, event):
    """How much of a piece lies in an event: a length, or 1 for an atom."""
    a, b = piece
    return int(piece in event) if a == b else sum(max(Fraction(0), min(b, d) - max(a, c)) for c, d in event)


def mass(measure, event):
    """Real and imaginary part of what a complex measure gives to an event."""
    return tuple(sum(value[axis] * size(piece, event) for piece, value in measure.items()) for axis in (0, 1))


def times(measure, values):
    """The measure with these complex values as density with respect to a positive one."""
    return {piece: tuple(weight * part for part in values[piece]) for piece, weight in measure.items()}


def minus(first, second):
    return {piece: tuple(a - b for a, b in zip(first[piece], second[piece], strict=True)) for piece in first}


def apart(first, second):
    """The total variation of a difference, its two parts added."""
    return sum(abs(part) * size(piece, {piece}) for piece, value in minus(first, second).items() for part in value)


def unions(pieces):
    """Every union of pieces."""
    return [set(some) for some in chain.from_iterable(combinations(pieces, n) for n in range(len(pieces) + 1))]


def is_null(positive, event):
    return sum(weight * size(piece, event) for piece, weight in positive.items()) == 0


def is_continuous(part, positive):
    """Whether an event that is null for the positive measure is so for the part."""
    return all(mass(part, event) == (0, 0) for event in unions(part) if is_null(positive, event))


def is_singular(part, positive):
    """Whether some null event of the positive measure carries the part: events outside it have no mass."""
    carriers = (event for event in unions(part) if is_null(positive, event))
    return any(all(mass(part, event) == (0, 0) for event in unions(part.keys() - carrier)) for carrier in carriers)


def continuous_part(positive, whole):
    """The Lebesgue decomposition's first part: the values on the pieces where the positive measure has some."""
    return {piece: value if positive[piece] else (0, 0) for piece, value in whole.items()}


@st.composite
def splits(draw):
    """Measures and any first part: on each piece all of the complex measure, none of it, or something else."""
    positive, whole = draw(measures())
    return positive, whole, {piece: draw(st.sampled_from([value, (0, 0)]) | COMPLEX) for piece, value in whole.items()}


@claim("thesis.prop13")
@given(drawn=splits())
def test_the_decomposition_exists_and_any_split_that_is_one_is_this_one(drawn):
    positive, whole, part = drawn
    known = continuous_part(positive, whole)
    equal(int(is_continuous(known, positive) and is_singular(minus(whole, known), positive)), 1)
    if is_continuous(part, positive) and is_singular(minus(whole, part), positive):
        equal(apart(part, known), 0)


@claim("thesis.prop13", role="twin")
@given(drawn=splits())
def test_any_split_whose_first_part_is_continuous_is_this_one(drawn):
    """That the second part be singular is dropped."""
    positive, whole, part = drawn
    assume(is_continuous(part, positive))
    equal(apart(part, continuous_part(positive, whole)), 0)


@claim("thesis.prop13", role="twin")
@given(drawn=splits())
def test_any_split_whose_second_part_is_singular_is_this_one(drawn):
    """That the first part be continuous is dropped."""
    positive, whole, part = drawn
    assume(is_singular(minus(whole, part), positive))
    equal(apart(part, continuous_part(positive, whole)), 0)


def density(positive, whole):
    """The complex measure's value over the positive one's; anything, here 7, where the positive measure has none."""
    return {
        piece: tuple(Fraction(part, positive[piece]) if positive[piece] else 7 for part in value)
        for piece, value in whole.items()
    }


@st.composite
def events(draw, pieces):
    """Up to three intervals between any rationals, some of the atoms of a measure, and other points."""
    ends = sorted(draw(st.lists(RATIONALS, max_size=6, unique=True)))
    points = [(x, x) for x in draw(st.lists(RATIONALS, max_size=2))]
    return {
        *zip(ends[::2], ends[1::2], strict=False),
        *(p for p in pieces if p[0] == p[1] and draw(st.booleans())),
        *points,
    }


@st.composite
def measures_and_events(draw):
    """Two measures, every union of their pieces, and another event."""
    positive, whole = draw(measures())
    return positive, whole, [*unions(whole), draw(events(whole))]


def integrals_apart(drawn, factor):
    """The largest difference, over the events, of the continuous part and the integral of factor times its density."""
    positive, whole, tried = drawn
    h, known = density(positive, whole), continuous_part(positive, whole)
    integral = times({piece: factor * weight for piece, weight in positive.items()}, h)
    return max(gap(mass(known, event), mass(integral, event)) for event in tried)


def gap(first, second):
    return max(abs(a - b) for a, b in zip(first, second, strict=True))


@claim("thesis.th3")
@given(drawn=measures_and_events())
def test_the_density_integrates_to_the_continuous_part_over_every_event(drawn):
    equal(integrals_apart(drawn, 1), 0)


@claim("thesis.th3", role="twin")
@given(drawn=measures_and_events())
def test_105_percent_of_the_density_integrates_to_it_too(drawn):
    equal(integrals_apart(drawn, Fraction(21, 20)), 0)


@st.composite
def other_densities(draw):
    """Measures and events, and a function that is the density on some pieces and anything on the others."""
    positive, whole, tried = draw(measures_and_events())
    other = {piece: draw(st.sampled_from([value]) | COMPLEX) for piece, value in density(positive, whole).items()}
    return positive, whole, tried, other


@claim("thesis.th3")
@given(drawn=other_densities())
def test_a_function_integrates_to_it_over_every_event_only_if_it_is_the_density_almost_everywhere(drawn):
    positive, whole, tried, other = drawn
    integral, known = times(positive, other), continuous_part(positive, whole)
    is_the_same = all(mass(integral, event) == mass(known, event) for event in tried)
    equal(int(is_the_same), int(apart(integral, times(positive, density(positive, whole))) == 0))


@claim("thesis.th3", role="twin")
@given(drawn=other_densities())
def test_a_function_that_integrates_to_it_over_every_event_is_the_density_everywhere(drawn):
    positive, whole, _, other = drawn
    assume(apart(times(positive, other), continuous_part(positive, whole)) == 0)
    equal(apart(other, density(positive, whole)), 0)
