"""Laws of divergences of probability vectors, and of the gradient of one.

Masses near equality are dyadic: their sums are exactly 1, so that all agree on what the true value is.
"""

from itertools import pairwise

import mpmath
import numpy as np

from tests.divergences.reference import reference
from tests.peers.laws import Law, Refusal, all_close, by_entry, by_length, equal_answers, powered, raised

__all__ = ["GRADIENT_LAWS", "VECTOR_LAWS", "gradient", "value"]

ROUND = 1 + 2.0**-47  # 32 ulp


def value(computes: str, p: np.ndarray, q: np.ndarray) -> float:
    """The true value, of the exactly normalised vectors."""
    found = reference(np.asarray(p, dtype=float), np.asarray(q, dtype=float))
    return float(found["kl"]) if computes == "kl" else float(mpmath.sqrt(found["js"]))


def gradient(computes: str, p: np.ndarray, q: np.ndarray) -> np.ndarray:
    """By each mass of P, of the normalised vectors: log(p / q) - KL, minus infinity at a mass that only P lacks."""
    with np.errstate(divide="ignore", invalid="ignore"):
        logarithms = np.where((p == 0) & (q == 0), 0.0, np.log(p / q))
    return np.where((p == 0) & (q == 0), 0.0, logarithms - value("kl", p, q))


def v(*masses: float, dtype: str = "float64") -> np.ndarray:
    return np.array(masses, dtype=dtype)


def near(k: int, dtype: str = "float64") -> tuple[np.ndarray, np.ndarray]:
    return v(0.25, 0.75, dtype=dtype), v(0.25 + 2.0**-k, 0.75 - 2.0**-k, dtype=dtype)


HALVES = v(0.5, 0.5)
FIVE = v(0.0625, 0.1875, 0.25, 0.375, 0.125), v(0.375, 0.0625, 0.125, 0.1875, 0.25)
FAR = ((HALVES, v(0.25, 0.75)), (v(0.2, 0.3, 0.5), v(0.5, 0.25, 0.25)), (v(0.9, 0.1), v(0.1, 0.9)), FIVE)
NEAR = tuple(map(near, (40, 27, 20, 10)))
DECIMAL = v(0.3, 0.7), v(0.3 * (1 + 1e-8), 0.7 - 0.3e-8)  # sums that are rounded: for those that divide by them
TINY = (
    (HALVES, v(1e-300, 1.0)),
    (v(1.0, 1e-300), v(1e-300, 1.0)),
    (v(1.0, 5e-324), v(0.5, 0.5)),
)
DISJOINT = ((v(1.0, 0.0), v(0.0, 1.0)), (v(0.25, 0.75, 0.0), v(0.0, 0.0, 1.0)))
SPARSE = ((v(0.5, 0.5, 0.0), v(0.25, 0.25, 0.5)), (v(1.0, 0.0), v(0.25, 0.75)))
LACKING = ((HALVES, v(1.0, 0.0)), (v(0.25, 0.25, 0.5), v(0.0, 0.5, 0.5)))
DYADIC = tuple(
    (v(a / 64, 1 - a / 64), v(a / 64 + 2.0**-k, 1 - a / 64 - 2.0**-k)) for k in (20, 27) for a in range(1, 64)
)
EQUALS = tuple((p, p) for p in (HALVES, v(0.2, 0.3, 0.5), v(0.1, 0.2, 0.7), FIVE[0]))
TRIPLES = (
    (v(1.0, 0.0), HALVES, v(0.0, 1.0)),
    (v(0.25, 0.75), HALVES, v(0.75, 0.25)),
    (v(0.501, 0.499), HALVES, v(0.499, 0.501)),
)
SIDE = 2.0**-20
# fmt: off
BLOCKS = ((  # nearly apart, and one pair of equals: the mean has nearly half of what the other pair has
    v(1 - 2 * SIDE, SIDE, SIDE), v(1 - 2 * SIDE, SIDE, SIDE),
    v(2 * SIDE, 0.5 - SIDE, 0.5 - SIDE), v(2 * SIDE, 0.25 - SIDE, 0.75 - SIDE),
),)
# fmt: on
MIXED = tuple((*one, *other) for one, other in pairwise(pair for pair in FAR if len(pair[0]) == 2)) + BLOCKS


def turned(p, q):
    return (p, q), (p[::-1].copy(), q[::-1].copy())


def merged(p, q):
    """A pair, and the same with its last two atoms merged."""
    return (p, q), tuple(np.append(x[:-2], x[-2] + x[-1]) for x in (p, q))


def mixed(p, q, r, s):
    return (p, q), (r, s), ((p + r) / 2, (q + s) / 2)


def no_more(answers, truths):
    return answers[1] <= answers[0] * ROUND


SAME_RATIO = ((v(0.25, 0.375, 0.375), v(0.5, 0.25, 0.25)),)  # of the atoms that are merged: nothing is lost

VECTOR_LAWS = (
    Law("vectors", "digits_far_apart", FAR),
    Law("vectors", "digits_near_equality", NEAR),
    Law("vectors", "digits_of_tiny_masses", TINY),
    Law("vectors", "digits_in_single_precision", tuple(near(k, "float32") for k in (3, 10))),
    Law("vectors", "equals_at_zero", EQUALS, all_close, raised),
    Law(
        "vectors",
        "never_negative",
        (DECIMAL, *DYADIC, *NEAR, *EQUALS),
        lambda answers, truths: bool(answers[0] >= 0),
        lambda f: lambda p, q: f(p, q) - 0.05 * float(np.minimum(p, q).sum()),
    ),
    Law(
        "vectors",
        "never_above_the_maximum",
        (*DISJOINT, *FAR, *SPARSE),
        lambda answers, truths: bool(answers[0] <= np.sqrt(np.log(2))),
        computes=("root_js",),
    ),
    Law("vectors", "end_at_disjoint_supports", DISJOINT, all_close, lambda f: lambda *x: np.minimum(f(*x), 0.8)),
    Law(
        "vectors",
        "infinite_where_q_lacks_mass",
        LACKING,
        all_close,
        lambda f: lambda p, q: f(p, np.maximum(q, 1e-12)),
        computes=("kl",),
    ),
    Law("vectors", "masses_that_p_lacks", SPARSE),
    Law(
        "vectors",
        "common_zeros",
        FAR,
        equal_answers,
        by_length,
        lambda p, q: ((p, q), (np.append(p, 0.0), np.append(q, 0.0))),
    ),
    Law(
        "vectors",
        "order_of_atoms",
        (FAR[1], FIVE),
        equal_answers,
        by_entry(0, 0.3),
        turned,
    ),
    Law(
        "vectors",
        "splitting_atoms",
        FAR,
        equal_answers,
        by_length,
        lambda p, q: ((p, q), (np.repeat(p / 2, 2), np.repeat(q / 2, 2))),
    ),
    Law("vectors", "merging_atoms", (*SAME_RATIO, FAR[1], FIVE, SPARSE[0]), no_more, by_length, merged),
    Law(
        "vectors",
        "symmetry",
        (*FAR, *SPARSE, *DISJOINT),
        equal_answers,
        by_entry(0, 0.3),
        lambda p, q: ((p, q), (q, p)),
        computes=("root_js",),
    ),
    Law(
        "vectors",
        "triangle",
        TRIPLES,
        lambda answers, truths: answers[2] <= (answers[0] + answers[1]) * ROUND,
        powered(1.05),
        lambda p, q, r: ((p, q), (q, r), (p, r)),
        computes=("root_js",),
    ),
    Law(
        "vectors",
        "convexity",
        MIXED,
        lambda answers, truths: answers[2] <= (answers[0] + answers[1]) / 2 * ROUND,
        powered(0.95),
        mixed,
        computes=("kl",),
    ),
    Refusal("vectors", "shapes_by_accident", ((v(0.2, 0.3, 0.5)[:, None], v(0.5, 0.3, 0.2)[None]),)),
    Refusal("vectors", "lengths", ((v(1.0), v(0.5, 0.5)), (HALVES, v(0.2, 0.3, 0.5)))),
    Refusal("vectors", "logarithms", ((np.log(HALVES), np.log(v(0.25, 0.75))),)),
    Refusal("vectors", "negative_masses", ((v(1.5, -0.5), HALVES), (HALVES, v(1.5, -0.5)))),
    Refusal("vectors", "not_a_number", ((v(0.5, np.nan), HALVES),)),
    Refusal("vectors", "other_sums", ((v(1.0, 1.0), v(1.0, 3.0)), (HALVES, v(0.5, 0.4)))),
)

GRADIENT_LAWS = (
    # Up to a constant: that of masses which need not sum to 1 differs by one.
    Law(
        "gradients",
        "gradient_inside",
        FAR,
        lambda answers, truths: all_close([answers[0] - answers[0][0] + 1], [truths[0] - truths[0][0] + 1]),
        lambda f: lambda p, q: f(p, q) * (1 + 0.05 * p),
    ),
    Law(
        "gradients",
        "gradient_at_a_zero_mass",
        SPARSE,
        lambda answers, truths: bool(np.all((answers[0] == -np.inf) == (truths[0] == -np.inf))),
        lambda f: lambda p, q: f(np.maximum(p, 1e-12), q),
    ),
    Law(
        "gradients",
        "gradient_at_common_zeros",
        ((v(0.5, 0.5, 0.0), v(0.25, 0.75, 0.0)),),
        lambda answers, truths: not np.isnan(answers[0]).any(),
        lambda f: lambda p, q: np.log(p / q),
    ),
)
