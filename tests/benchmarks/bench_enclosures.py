"""Proved intervals of Kullback-Leibler divergences on the line against quadratures that prove nothing.

Every call takes the next of random pairs, of scales from 0.01 to 100: the medians are over pairs.
"""

import math
import warnings
from collections.abc import Callable, Iterator, Sequence
from itertools import cycle
from typing import Any

import numpy as np
from scipy import integrate, special

from divergences import Estimate, divergence
from tests.benchmarks.comparison import Comparison
from tests.divergences.known_forms import KNOWN
from tests.divergences.open_forms import MIXED
from tests.divergences.peaks import Law, library_law, one, reference

PAIRS = 20
Pair = tuple[Law, Law]


def proved(P: object, Q: object) -> Estimate:
    return divergence(P, Q, "kl", method="certified")


def by_quad(P: Law, Q: Law) -> float:
    """What one writes first: the integrand with densities as they are."""
    p, q = ([(peak.weight, peak.frozen()) for peak in law] for law in (P, Q))
    low, high = (f(part.support()[i] for _, part in p + q) for i, f in ((0, min), (1, max)))

    def integrand(x: float) -> float:
        return special.rel_entr(*(sum(w * part.pdf(x) for w, part in law) for law in (p, q)))

    with warnings.catch_warnings(), np.errstate(all="ignore"):
        warnings.simplefilter("ignore")
        return float(integrate.quad(integrand, low, high)[0])


def by_mpmath(P: Law, Q: Law) -> float:
    return float(reference(P, Q, "kl"))


def agree(found: Estimate, other: float) -> bool:
    return math.isclose(found.value, other, rel_tol=1e-6, abs_tol=1e-8)


def in_turn(question: Callable[..., Any], pairs: Sequence[tuple[object, object]]) -> Callable[[], Any]:
    """The question about the next pair at each call."""
    following = cycle(pairs)
    return lambda: question(*next(following))


def compared(name: str, pairs: list[Pair]) -> Iterator[Comparison]:
    row, laws = f"KL proved, {name}", [(library_law(P), library_law(Q)) for P, Q in pairs]
    for theirs, peer in [(by_quad, "scipy quad, unproved"), (by_mpmath, "mpmath quad, unproved")][: 1 + (name == "t")]:
        yield Comparison(row, in_turn(proved, laws), in_turn(theirs, pairs), peer, agree, repeats=len(pairs))


def members(name: str, a: tuple[float, ...], b: tuple[float, ...]) -> Pair:
    first, second = (one(name, *shapes, loc=loc, scale=scale) for loc, scale, *shapes in (a, b))
    return first, second


def student(rng: np.random.Generator) -> tuple[tuple[float, ...], tuple[float, ...]]:
    """Of any scales and degrees of freedom from 0.5 to 10."""
    a, b = KNOWN[0].draw(rng)
    return (*a, float(10.0 ** rng.uniform(-0.3, 1))), (*b, float(10.0 ** rng.uniform(-0.3, 1)))


def comparisons() -> Iterator[Comparison]:
    for name, draw in {known.name: known.draw for known in KNOWN}.items():
        rng = np.random.default_rng(0)
        draws = [(student if name == "t" else draw)(rng) for _ in range(PAIRS)]
        yield from compared(name, [members(name, *pair) for pair in draws])
    yield from compared("mixtures of two", list(MIXED))
