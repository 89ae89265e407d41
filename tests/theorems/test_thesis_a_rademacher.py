"""Thesis, appendix A, Theorem 4: locally Lipschitz functions are differentiable almost everywhere."""

from itertools import pairwise

import numpy as np
import torch
from hypothesis import given
from hypothesis import strategies as st

from reports.evidence import at_most, claim, equal

SEEDS = st.integers(0, 2**32)
STEPS = 2.0**-22, 2.0**-24


def tensor(array):
    return torch.from_numpy(np.asarray(array, dtype=float))


def largest(stream, n):
    """The largest of up to eight affine functions with small whole coefficients."""
    slopes, heights = (tensor(stream.integers(-3, 4, shape)) for shape in ((stream.integers(1, 9), n), 1))
    return lambda x: (slopes @ x + heights).max()


def network(activation):
    def family(stream, n):
        """Two hidden layers of random weights and biases."""
        sizes = n, *stream.integers(1, 5, 3)
        *layers, (last, _) = [tuple(tensor(stream.normal(size=s)) for s in ((b, a), b)) for a, b in pairwise(sizes)]

        def function(x):
            for weight, bias in layers:
                x = activation(weight @ x + bias)
            return last @ x

        return function

    return family


def norm(power):
    return lambda stream, n: lambda x: torch.linalg.vector_norm(x, power)


def distance(stream, n):
    """The distance to the nearest of five points."""
    points = tensor(stream.normal(size=(5, n)))
    return lambda x: torch.linalg.vector_norm(points - x, dim=1).min()


def smooth(family):
    """A smooth map, a function of the family, and a smooth map again."""
    return lambda stream, n: (lambda f: lambda x: torch.sin(f(torch.exp(x / 2))))(family(stream, n))


FAMILIES = {
    "largest": largest,
    "relu": network(torch.relu),
    "abs": network(torch.abs),
    "sum norm": norm(1),
    "norm": norm(2),
    "largest entry": norm(float("inf")),
    "distance": distance,
    "smooth of relu": smooth(network(torch.relu)),
    "smooth of norm": smooth(norm(2)),
    "smooth of distance": smooth(distance),
}


def remainder(function, x, direction):
    """The largest |f(x + h v) - f(x) - h J v| / |h| over some steps h; J v is found by automatic differentiation."""
    slope = torch.autograd.functional.jvp(function, tensor(x), tensor(direction))[1]
    here, ways = function(tensor(x)), [sign * step for step in STEPS for sign in (1, -1)]
    return max(float(torch.linalg.vector_norm((function(tensor(x + h * direction)) - here) / h - slope)) for h in ways)


def corner(function, x, direction):
    """How far the slopes ahead and behind differ at a point: at most twice the remainder, whatever J is."""
    step = STEPS[0]
    here, ahead, behind = (np.asarray(function(x + s * direction)) for s in (0, step, -step))
    return float(np.linalg.norm(ahead - 2 * here + behind)) / step


ROUNDED = {"rounding": 1e-4, "reason": "f bends over a step of 2^-22, or is rounded over 2^-24; measured: 3e-5"}


def unit(stream, n):
    direction = stream.normal(size=n)
    return direction / np.linalg.norm(direction)


@st.composite
def random_points(draw):
    """The name of a family, a function of it from R^n to R^m, a point, and directions."""
    name, stream, n = (
        draw(st.sampled_from(sorted(FAMILIES))),
        np.random.default_rng(draw(SEEDS)),
        draw(st.integers(1, 4)),
    )
    return name, FAMILIES[name](stream, n), stream.normal(size=n), [unit(stream, n) for _ in range(3)]


@claim("thesis.th4")
@given(drawn=random_points())
def test_locally_lipschitz_functions_have_a_derivative_at_random_points(drawn):
    _, function, x, directions = drawn
    at_most(max(remainder(function, x, direction) for direction in directions), 0, **ROUNDED)


@st.composite
def kinks(draw):
    """A function at a point where it has a kink, a direction, and by how much the slopes differ there."""
    stream, n = np.random.default_rng(draw(SEEDS)), draw(st.integers(1, 4))
    matrix, points, direction = stream.normal(size=(3, n)), stream.normal(size=(5, n)), unit(stream, n)
    rows = {
        "norm": (lambda x: torch.linalg.vector_norm(tensor(x)), np.zeros(n), 2.0),
        "distance": (lambda x: torch.linalg.vector_norm(tensor(points - x), dim=1).min(), points[0], 2.0),
        "abs": (lambda x: tensor(matrix @ x).abs(), np.zeros(n), 2 * float(np.linalg.norm(matrix @ direction))),
        "relu": (lambda x: tensor(matrix @ x).relu(), np.zeros(n), float(np.linalg.norm(matrix @ direction))),
    }
    return rows[draw(st.sampled_from(sorted(rows)))], direction


@claim("thesis.th4", role="sharp")
@given(drawn=kinks())
def test_the_slopes_differ_by_a_known_amount_on_the_null_set_of_kinks(drawn):
    (function, x, known), direction = drawn
    reason = "values rounded over a step of 2^-22; measured: 9e-10"
    equal(corner(function, x, direction), known, rounding=5e-9, reason=reason)


@claim("thesis.th4", role="twin")
@given(drawn=kinks())
def test_locally_lipschitz_functions_have_a_derivative_at_every_point(drawn):
    (function, x, _), direction = drawn
    at_most(corner(function, x, direction), 0, **ROUNDED)


def takagi(x):
    """Sum of the distances of 2^k x to the nearest whole number, over 2^k: continuous, nowhere differentiable."""
    scales = (2.0 ** np.arange(45)).reshape(-1, *[1] * np.ndim(x))
    return (np.abs(scales * x - np.rint(scales * x)) / scales).sum(axis=0)


@claim("thesis.th4", role="twin")
@given(seed=SEEDS)
def test_a_function_without_a_local_lipschitz_constant_has_a_derivative_at_random_points(seed):
    at_most(corner(takagi, np.random.default_rng(seed).uniform(size=1), 1.0), 0, **ROUNDED)
