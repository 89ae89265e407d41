"""Laws of Wasserstein distances: of order 1 on the line, and of order 2 between normal laws of the plane."""

from fractions import Fraction
from itertools import pairwise

import mpmath
import numpy as np

from optimal_transport import rational_transport
from tests.peers.laws import Apart, Law, Refusal, all_close, by_entry, by_length, equal_answers, powered, raised

__all__ = [
    "GAUSSIAN_LAWS",
    "LINE_LAWS",
    "PLAN_LAWS",
    "POTENTIAL_LAWS",
    "distance",
    "excess",
    "gaussian_distance",
    "plan_cost",
]

ROUND = 1 + 2.0**-47  # 32 ulp


def distance(_: str, x: np.ndarray, y: np.ndarray, a: np.ndarray, b: np.ndarray) -> float:
    """The integral of the distance between the distribution functions, in fractions."""
    steps: dict[Fraction, Fraction] = {}
    for points, weights, sign in ((x, a, 1), (y, b, -1)):
        masses = list(map(Fraction, weights.tolist()))
        for point, mass in zip(map(Fraction, points.tolist()), masses, strict=True):
            steps[point] = steps.get(point, Fraction(0)) + sign * mass / sum(masses)
    total, height, places = Fraction(0), Fraction(0), sorted(steps)
    for here, there in pairwise(places):
        height += steps[here]
        total += abs(height) * (there - here)
    return float(total)


def gaussian_distance(_: str, m: np.ndarray, A: np.ndarray, n: np.ndarray, B: np.ndarray) -> float:
    """|m - n|^2 + tr A + tr B - 2 tr (A^(1/2) B A^(1/2))^(1/2), whose last trace has a closed form in the plane."""
    with mpmath.workdps(400):
        first, second = (mpmath.matrix(X.tolist()) for X in (A, B))
        product = first * second
        shared = product[0, 0] + product[1, 1] + 2 * mpmath.sqrt(mpmath.det(product))
        means = mpmath.fsum((mpmath.mpf(s) - mpmath.mpf(t)) ** 2 for s, t in zip(m.tolist(), n.tolist(), strict=True))
        traces = mpmath.fsum(X[i, i] for X in (first, second) for i in (0, 1))
        square = means + traces - 2 * mpmath.sqrt(shared)
        return float(mpmath.sqrt(max(square, 0))) if square > mpmath.mpf(10) ** -350 else 0.0


def plan_cost(_: str, a: np.ndarray, b: np.ndarray, M: np.ndarray) -> float:
    """The least cost, in fractions; by `test_rational` no vertex of the polytope of plans costs less."""
    return float(rational_transport(M, a, b).cost)


def excess(_: str, x: np.ndarray, y: np.ndarray, a: np.ndarray, b: np.ndarray) -> float:
    """By how much optimal potentials break their inequality."""
    return 0.0


def v(*numbers: float) -> np.ndarray:
    return np.array(numbers, dtype=float)


HALVES = v(0.5, 0.5)
POINTS = ((v(0, 1), v(2, 4), HALVES, v(0.25, 0.75)), (v(0, 1, 3), v(2, 5), v(0.25, 0.25, 0.5), HALVES))
DECIMAL = ((v(0, 1, 3), v(2, 5, 6), v(0.2, 0.3, 0.5), v(0.5, 0.25, 0.25)),)
EQUAL = (
    (v(0, 1), v(0, 1), HALVES, HALVES),
    (v(0, 1, 3), v(3, 0, 1), v(0.25, 0.25, 0.5), v(0.5, 0.25, 0.25)),
    (v(0, 0, 1), v(0, 1, 1), v(0.2, 0.3, 0.5), v(0.5, 0.25, 0.25)),
)
NEAR = ((v(0, 1), v(0, 1), HALVES, v(0.5 - 2.0**-40, 0.5 + 2.0**-40)),)
FAR_OFF = tuple((x + 2.0**40, y + 2.0**40, a, b) for x, y, a, b in POINTS)
BYTES = tuple(
    (np.array(x, dtype=kind), np.array(y, dtype=kind), HALVES, HALVES)
    for kind, x, y in (("uint8", [0, 1], [200, 6]), ("int8", [-100, 0], [100, 0]))
)


def back(x, y, a, b):
    return (x, y, a, b), (y, x, b, a)


def third(x, y, a, b):
    """Over the points of x moved by one, with the weights of x."""
    return (x, x + 1, a, a), (x + 1, y, a, b), (x, y, a, b)


def turned(x, y, a, b):
    return (x, y, a, b), (x[::-1].copy(), y, a[::-1].copy(), b)


def halved(x, y, a, b):
    return (x, y, a, b), (np.repeat(x, 2), y, np.repeat(a / 2, 2), b)


def weightless(x, y, a, b):
    return (x, y, a, b), (np.append(x, 1e6), y, np.append(a, 0.0), b)


def no_detour(answers, truths):
    return answers[2] <= (answers[0] + answers[1]) * ROUND


def to_rounding(answers, truths):
    """As near as rounding of the standard deviations, at most 1.5 here, lets it be; measured: 1.4 eps."""
    return bool(abs(answers[0] - truths[0]) <= 8 * 2.0**-52)


LINE_LAWS = (
    Law("line", "digits_of_distances", (*POINTS, *DECIMAL)),
    Law("line", "distance_of_equals", EQUAL, all_close, raised),
    Law("line", "distance_of_near_equals", NEAR),
    Law("line", "symmetry", (*POINTS, *DECIMAL), equal_answers, by_entry(0), back),
    Law("line", "triangle", POINTS, no_detour, powered(1.05), third),
    Law("line", "translation", FAR_OFF, all_close, by_entry(0, 1e9)),
    Law(
        "line",
        "small_and_large_units",
        tuple((t * x, t * y, a, b) for t in (1e-200, 1e200) for x, y, a, b in POINTS),
    ),
    Law("line", "order_of_points", (*POINTS, *DECIMAL), equal_answers, by_entry(0), turned),
    Law("line", "splitting_points", (*POINTS, *DECIMAL), equal_answers, by_length, halved),
    Law("line", "points_without_weight", POINTS, equal_answers, by_length, weightless),
    Law("line", "bytes", BYTES),
    Refusal("line", "not_a_number", ((v(0, np.nan), v(2, 3), HALVES, HALVES),)),
    Refusal("line", "infinite_points", ((v(0, np.inf), v(2, np.inf), HALVES, HALVES),)),
    Refusal("line", "negative_weights", ((v(0, 1), v(2, 3), v(1.5, -0.5), HALVES),)),
    Refusal("line", "no_weight", ((v(0, 1), v(2, 3), v(0, 0), v(0, 0)),)),
    Refusal("line", "other_sums", ((v(0, 1), v(2, 3), 2 * HALVES, 2 * HALVES),)),
    Refusal(
        "line",
        "unequal_sums",
        (
            (v(0, 1), v(2, 3), HALVES, 2 * HALVES),
            (v(0, 1), v(2, 3), HALVES, v(0.5, 0.500001)),
        ),
    ),
    Apart("line", "no_points", ((v(), v(), v(), v()),), computes=("plan",)),
    Refusal("line", "lengths", ((v(0, 1, 2), v(2, 3), HALVES, HALVES),)),
)


def swapped(m, A, n, B):
    return (m, A, n, B), (n, B, m, A)


O, I = np.zeros(2), np.eye(2)
SKEW, ONES, FLAT = np.array([[2.0, 0.5], [0.5, 1.0]]), np.ones((2, 2)), np.diag([1.0, 0.0])
SHIFT = v(3, 4)
NEARLY = tuple((O, I, O, np.diag([1.0, (1 + step) ** 2])) for step in (1e-6, 2.0**-20))
GAUSSIAN_LAWS = (
    Law(
        "gaussians",
        "digits_of_distances",
        ((O, I, SHIFT, I), (O, np.diag([1.0, 4.0]), O, np.diag([1.0, 36.0])), (O, SKEW, SHIFT, I)),
    ),
    Law("gaussians", "distance_of_equals", ((O, I, O, I), (O, SKEW, O, SKEW), (O, ONES, O, ONES)), to_rounding, raised),
    Law("gaussians", "distance_of_near_equals", NEARLY, to_rounding),
    Law(
        "gaussians",
        "symmetry",
        ((O, SKEW, SHIFT, I), (O, np.diag([1.0, 4.0]), SHIFT, SKEW)),
        equal_answers,
        by_entry(0),
        swapped,
    ),
    Law(
        "gaussians",
        "singular_covariances",
        ((O, FLAT, O, I), (O, FLAT, O, np.diag([0.0, 1.0])), (O, SKEW, O, FLAT)),
    ),
    Law(
        "gaussians",
        "small_and_large_units",
        tuple((O, t * I, O, 4 * t * I) for t in (1e-200, 1e200)),
    ),
    Law("gaussians", "translation", ((SHIFT + 2.0**40, SKEW, 2.0**40 + O, I),), all_close, by_entry(0, 1e9)),
    Refusal("gaussians", "not_a_number", ((O, np.nan * I, O, I),)),
    Refusal("gaussians", "negative_variances", ((O, -I, O, I),)),
    Refusal("gaussians", "asymmetric_covariances", ((O, np.array([[1.0, 2.0], [0.0, 1.0]]), O, I),)),
)


def tight(answers, truths):
    """Nowhere broken by more than rounding: of costs of 9 at most; measured: 1.8e-15."""
    return bool(answers[0] <= 2e-14)


COSTS = (
    (HALVES, v(0.25, 0.75), np.array([[1.0, 2.0], [4.0, 3.0]])),
    (v(0.25, 0.5, 0.25), v(0.5, 0.25, 0.25), np.array([[0.0, 1.0, 2.0], [1.0, 0.0, 2.0], [5.0, 0.0, 7.0]])),
)
FORBIDDEN = np.array([[1.0, 0.0, 1.0], [0.0, 0.0, 0.0], [0.0, 1.0, 0.0]])
ALLOWED = np.array([[0.0, 9.0, 0.0], [4.0, 9.0, 5.0], [2.0, 0.0, 1.0]])
MASSES = v(0.25, 0.25, 0.5)
WITH = ((v(5, 4), v(2, 3), v(0.25, 0.75), HALVES), (v(0, 5, 1), v(2, 9, 4), MASSES, v(0.5, 0.25, 0.25)))
WITHOUT = ((v(5, 4), v(2, 3), v(0.25, 0.75), v(1.0, 0.0)),)
TOUCHING = ((v(2, 4), v(4, 0), HALVES, v(0.25, 0.75)),)

PLAN_LAWS = (
    Law("plans", "digits_of_distances", COSTS),
    Law("plans", "small_and_large_units", tuple((a, b, t * M) for t in (1e-200, 1e200) for a, b, M in COSTS)),
    Law(
        "plans",
        "forbidden_pairs",
        tuple((MASSES, MASSES, ALLOWED + t * FORBIDDEN) for t in (1e9, 1e32)),
    ),
    Refusal("plans", "not_a_number", ((HALVES, HALVES, np.array([[np.nan, np.nan], [1.0, 1.0]])),)),
    Refusal("plans", "infinite_costs", ((HALVES, HALVES, np.array([[np.inf, 1.0], [np.inf, 2.0]])),)),
    Refusal("plans", "negative_weights", ((v(1.5, -0.5), HALVES, COSTS[0][2]),)),
    Refusal("plans", "unequal_sums", ((HALVES, 2 * HALVES, COSTS[0][2]), (HALVES, v(0.5, 0.500001), COSTS[0][2]))),
    Refusal("plans", "lengths", ((MASSES, HALVES, COSTS[0][2]),)),
)
POTENTIAL_LAWS = (
    Law("potentials", "potentials_hold", WITH, tight, raised),
    Law("potentials", "potentials_without_weight", WITHOUT, tight, raised),
    Law("potentials", "potentials_at_zero_cost", TOUCHING, tight, raised),
)
