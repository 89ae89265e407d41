"""Hypothesis strategies for discrete measures; needs hypothesis, which nothing else here imports."""

from collections.abc import Collection

import numpy as np
from hypothesis import strategies as st
from numpy.typing import NDArray

from optimal_transport.planted import PLANTED, Planted, PlantedCosts

__all__ = [
    "clouds",
    "discrete_measures",
    "integer_problems",
    "measure_pairs",
    "measure_triples",
    "planted_problems",
]

Floats = NDArray[np.float64]
Measure = tuple[Floats, Floats]
CostProblem = tuple[Floats, Floats, Floats]
GRID = 2**10


def _coordinates(scale: float) -> st.SearchStrategy[float]:
    """Coordinates on a coarse lattice, so that points coincide often, or anywhere in the same range."""
    return st.integers(-3, 3).map(lambda k: k * scale) | st.floats(-3, 3, width=32).map(lambda u: u * scale)


def _scales() -> st.SearchStrategy[float]:
    """One, or a power of ten from 1e-300 to 1e300."""
    return st.just(1.0) | (st.integers(-300, 300) | st.sampled_from([-300, -200, 200, 300])).map(lambda k: 10.0**k)


def _cloud(size: int, dimension: int, scale: float) -> st.SearchStrategy[Floats]:
    row = st.lists(_coordinates(scale), min_size=dimension, max_size=dimension)
    return st.lists(row, min_size=size, max_size=size).map(lambda rows: np.array(rows, dtype=np.float64))


def _weights(size: int) -> st.SearchStrategy[Floats]:
    """Weights that are multiples of 1/1024 and sum to one exactly: zeros, Diracs, anything."""
    cuts = st.lists(st.integers(0, GRID) | st.sampled_from([0, GRID]), min_size=size - 1, max_size=size - 1)
    return cuts.map(lambda c: np.diff(np.array([0, *sorted(c), GRID], dtype=np.float64)) / GRID)


@st.composite
def clouds(draw: st.DrawFn, *, max_points: int = 6, max_dimension: int = 3, scales: bool = True) -> Floats:
    """Strategy for point clouds of shape (n, d), with coincident points and scales from 1e-300 to 1e300.

    Args:
        draw: given by Hypothesis.
        max_points: largest n.
        max_dimension: largest d.
        scales: whether the scale varies.

    Returns:
        A strategy of arrays.

    Example:
        >>> clouds(max_points=3)
        clouds(max_points=3)
    """
    dimension, scale = draw(st.integers(1, max_dimension)), draw(_scales()) if scales else 1.0
    return draw(_cloud(draw(st.integers(1, max_points)), dimension, scale))


def _independent(draw: st.DrawFn, first: Measure, max_points: int, scale: float) -> Measure:
    size = draw(st.integers(1, max_points))
    return draw(_cloud(size, first[0].shape[1], scale)), draw(_weights(size))


def _near_weights(draw: st.DrawFn, first: Measure, max_points: int, scale: float) -> Measure:
    """The same points, a little mass moved from the heaviest atom to another."""
    points, weights = first[0], first[1].copy()
    little = 2.0 ** -draw(st.integers(11, 50))
    weights[weights.argmax()] -= little
    weights[draw(st.integers(0, weights.size - 1))] += little
    return points, weights


def _near_points(draw: st.DrawFn, first: Measure, max_points: int, scale: float) -> Measure:
    """The same weights, every point moved a little or not at all."""
    little = scale * 2.0 ** -draw(st.integers(5, 50))
    moved = draw(st.lists(st.integers(-1, 1), min_size=first[0].size, max_size=first[0].size))
    return first[0] + little * np.reshape(np.array(moved, dtype=np.float64), first[0].shape), first[1]


def _disjoint(draw: st.DrawFn, first: Measure, max_points: int, scale: float) -> Measure:
    points, weights = _independent(draw, first, max_points, scale)
    return points + 8 * scale, weights


COMPANIONS = (_independent, _near_weights, _near_points, _disjoint)


@st.composite
def _measures(
    draw: st.DrawFn, count: int, *, max_points: int = 5, max_dimension: int = 3, scales: bool = True
) -> tuple[Measure, ...]:
    """Measures in one space and of one scale: the first at random, each other one a companion of it."""
    dimension, scale = draw(st.integers(1, max_dimension)), draw(_scales()) if scales else 1.0
    size = draw(st.integers(1, max_points))
    first = draw(_cloud(size, dimension, scale)), draw(_weights(size))
    return (first, *(draw(st.sampled_from(COMPANIONS))(draw, first, max_points, scale) for _ in range(count - 1)))


def discrete_measures(
    *, max_points: int = 5, max_dimension: int = 3, scales: bool = True
) -> st.SearchStrategy[Measure]:
    """Strategy for one measure (points of shape (n, d), weights of shape (n,) that sum to one exactly).

    Draws Dirac masses, coincident points and zero weights, in dimensions 1 to 3 and at scales 1e-300 to 1e300.

    Args:
        max_points: largest n.
        max_dimension: largest d.
        scales: whether the scale varies.

    Returns:
        The strategy.

    Example:
        >>> isinstance(discrete_measures(), st.SearchStrategy)
        True
    """
    drawn = _measures(1, max_points=max_points, max_dimension=max_dimension, scales=scales)
    return drawn.map(lambda one: one[0])


def measure_pairs(
    *, max_points: int = 5, max_dimension: int = 3, scales: bool = True
) -> st.SearchStrategy[tuple[Measure, ...]]:
    """Strategy for two measures in one space: independent, nearly equal in weights or in points, or disjoint.

    Args:
        max_points: largest n.
        max_dimension: largest d.
        scales: whether the scale varies.

    Returns:
        The strategy.

    Example:
        >>> isinstance(measure_pairs(), st.SearchStrategy)
        True
    """
    return _measures(2, max_points=max_points, max_dimension=max_dimension, scales=scales)


def measure_triples(
    *, max_points: int = 5, max_dimension: int = 3, scales: bool = True
) -> st.SearchStrategy[tuple[Measure, ...]]:
    """Strategy for three measures in one space, as :func:`measure_pairs`.

    Args:
        max_points: largest n.
        max_dimension: largest d.
        scales: whether the scale varies.

    Returns:
        The strategy.

    Example:
        >>> isinstance(measure_triples(), st.SearchStrategy)
        True
    """
    return _measures(3, max_points=max_points, max_dimension=max_dimension, scales=scales)


def _near_masses(masses: Floats, exponent: int) -> Floats:
    """The mass 2^-exponent moved from the heaviest atom to the last."""
    moved = masses.copy()
    moved[masses.argmax()] -= 2.0**-exponent
    moved[-1] += 2.0**-exponent
    return moved


def _two_weights(n: int, m: int) -> st.SearchStrategy[tuple[Floats, Floats]]:
    """Weights of two measures: independent, nearly equal, equal, or as in an assignment."""
    apart = st.tuples(_weights(n), _weights(m))
    if n != m:
        return apart
    near = st.tuples(_weights(n), st.integers(11, 50)).map(lambda drawn: (drawn[0], _near_masses(*drawn)))
    equal = st.just(np.full(n, 1 / n)) if n & (n - 1) == 0 else _weights(n)
    return st.one_of(apart, near, equal.map(lambda a: (a, a.copy())))


@st.composite
def integer_problems(draw: st.DrawFn, *, max_points: int = 6, scales: bool = True) -> CostProblem:
    """Strategy for transport problems without points (cost_matrix, a, b), for which exact arithmetic is quick.

    Costs are integers from 0 to 9, often few different ones, times a power of two; weights are multiples of 1/1024, or
    of 2^-50 where both measures are nearly equal. So there are ties, zero costs, zero weights, and partial sums of the
    weights that agree, as in an assignment; all are exact in float64.

    Args:
        draw: given by Hypothesis.
        max_points: the most atoms of a measure.
        scales: whether the power of two varies, from 2^-900 to 2^900.

    Returns:
        A strategy of arrays of shapes (n, m), (n,) and (m,).

    Example:
        >>> integer_problems(max_points=3)
        integer_problems(max_points=3)
    """
    n, m = draw(st.integers(1, max_points)), draw(st.integers(1, max_points))
    scale = draw(st.just(0) | st.integers(-900, 900) | st.sampled_from([-900, -500, 500, 900])) if scales else 0
    row = st.lists(st.integers(0, draw(st.sampled_from([1, 2, 9]))), min_size=m, max_size=m)
    costs = np.array(draw(st.lists(row, min_size=n, max_size=n)), dtype=np.float64) * 2.0**scale
    return costs, *draw(_two_weights(n, m))


@st.composite
def planted_problems(
    draw: st.DrawFn, *, max_points: int = 20, names: Collection[str] = tuple(row.name for row in PLANTED)
) -> Planted | PlantedCosts:
    """Strategy for transport problems that come with their answer, of every row of the table of planted problems.

    Args:
        draw: given by Hypothesis.
        max_points: the most atoms of a measure, at least 3.
        names: rows of :data:`optimal_transport.planted.PLANTED` by name.

    Returns:
        A strategy of problems, some of them the way back.

    Example:
        >>> planted_problems(names=["tree"])
        planted_problems(names=['tree'])
    """
    row = draw(st.sampled_from([row for row in PLANTED if row.name in names]))
    options = draw(st.fixed_dictionaries({name: st.sampled_from(values) for name, values in row.options.items()}))
    problem = row.make(draw(st.integers(3, max_points)), seed=draw(st.integers(0, 2**16)), **options)
    return problem.swapped() if isinstance(problem, Planted) and draw(st.booleans()) else problem
