"""One question, several ways to answer it: `divergence` finds the one that fits, or takes the one that is asked for."""

from __future__ import annotations

import math
from difflib import get_close_matches
from importlib import import_module
from typing import Any, NoReturn

import numpy as np

from divergences.blocks import values
from divergences.columns import FDivergence
from divergences.estimate import EPS, Estimate
from divergences.renyi import renyi_of_pair
from divergences.renyi_rows import RenyiRow, from_alpha
from divergences.sampling.samples import Samples, checked_level, checked_seed
from divergences.table import KL
from divergences.table import row as find_row
from divergences.vectors import probability_pair

__all__ = ["divergence"]


def divergence(
    P: object, Q: object, row: FDivergence | RenyiRow | str, *, method: str = "auto", level: float = 0.95, seed: int = 0
) -> Estimate:
    """The divergence of a row between two laws, two probability vectors or two samples, in the row's unit.

    ``D_f(P || Q) = int q f(p / q) + f'(inf) P(q = 0)``. How far to trust the answer is the estimate's ``kind``:

    ====================  ==================  =========================================================================
    method                kind                what it is
    ====================  ==================  =========================================================================
    exact                 exact               the sum over vectors: the ends lie ``row.rounding`` eps away, and further
                                              by the difference of the sums and ``row.absolute`` eps; measured
    closed form           exact               the ends lie 16 eps away, times what its terms grow by; measured
    certified             enclosure           proved, rounding included; needs python-flint
    quadrature            error estimate      laws of the line; for counting laws a sum; two refinements
    monte carlo           confidence          bounded rows, at ``level``, at finite sample size; others by the central
                                              limit theorem: error estimate
    nearest neighbours    none                KL from two samples
    kernel density        none                any row from two samples on the line
    ====================  ==================  =========================================================================

    ``"auto"`` takes the first of exact, closed form, quadrature, nearest neighbours and kernel density that fits. An
    infinite value is decided by supports and tails and never by a large number; a finite one beyond the range of floats
    has the largest float below it.

    Args:
        P: masses, shape ``(k,)``; or a law: a frozen distribution of scipy.stats, a new one (``scipy.stats.Normal``), a
            torch distribution, `Mixture` or `LogDensity`; or `Samples`. Beyond the line normal, Dirichlet,
            multinomial, Wishart and von Mises-Fisher laws.
        Q: masses, a law or samples, as P.
        row: a row of the table, or its name; or a Renyi divergence, by `renyi_row`.
        method: ``"auto"`` or one of the table's.
        level: the confidence level of ``"monte carlo"``.
        seed: of ``"monte carlo"``, a nonnegative integer.

    Returns:
        The estimate, in float64 whatever the dtype of the arguments.

    Raises:
        TypeError: if an argument is of a kind that is not known, or not made of real numbers of at most 64 bits.
        ValueError: if an argument is not one probability vector, the two do not fit, the row or the method is unknown,
            or the method has no answer for such arguments.
        RuntimeError: if quadrature misses mass, or cannot tell whether the value is finite.
        ModuleNotFoundError: if ``"certified"`` is asked for and python-flint is not installed.

    References:
        Polyanskiy and Wu, Information Theory: From Coding to Learning (2025), Definition 7.1.

    Example:
        >>> divergence([1, 0], [0, 1], "tv").value
        1.0
        >>> from scipy.stats import norm
        >>> divergence(norm(40, 1), norm(0, 1), "kl").value
        800.0
    """
    found = row if isinstance(row, RenyiRow) else find_row(row)
    level, seed = checked_level(level), checked_seed(seed)
    if not isinstance(method, str):
        raise TypeError(f"method is of type {type(method).__name__}; pass one of {', '.join(map(repr, METHODS))}")
    if method not in METHODS:
        near = get_close_matches(method.lower(), METHODS, n=1)
        hint = f"; did you mean {near[0]!r}?" if near else ""
        raise ValueError(f"method {method!r} is unknown; it is one of {', '.join(map(repr, METHODS))}{hint}")
    if method in ("monte carlo", *OF_SAMPLES) or isinstance(P, Samples) or isinstance(Q, Samples):
        if isinstance(found, RenyiRow):
            alpha = found.alpha if not found.extreme else _refuse_samples(found)
            return from_alpha(divergence(P, Q, alpha, method=method, level=level, seed=seed), found)
        return _from_draws(P, Q, found, method, level=level, seed=seed)
    from divergences.laws.recognise import recognise

    laws = recognise(P, "P"), recognise(Q, "Q")
    if all(law is None or isinstance(law, np.ndarray) for law in laws):
        first, second = (value if law is None else law for value, law in zip((P, Q), laws, strict=True))
        return _between_vectors(first, second, found, method)
    for name, law, value in (("P", laws[0], P), ("Q", laws[1], Q)):
        if law is None:
            kind = type(value).__name__
            raise TypeError(f"{name} is of type {kind} where the other argument is a law; pass two laws or two vectors")
    return _between_laws(*laws, found, method)


OF_SAMPLES = ("nearest neighbours", "kernel density")
METHODS = ("auto", "exact", "closed form", "certified", "quadrature", "monte carlo", *OF_SAMPLES)


def _between_vectors(P: Any, Q: Any, row: FDivergence | RenyiRow, method: str) -> Estimate:
    """The exact sum over the atoms, or the same with proof."""
    if method == "certified":
        found: Estimate = _certified().vector_enclosure(P, Q, row)
        return found
    if method not in ("auto", "exact"):
        raise ValueError(f"method = {method!r} is for laws; two vectors of masses are summed exactly, so leave it out")
    pair = probability_pair(P, Q, names=("P", "Q"))
    for name, masses in (("P", pair.p), ("Q", pair.q)):
        if masses.ndim != 1:
            raise ValueError(
                f"{name} has shape {masses.shape}; pass one vector of masses, or use f_divergence for batches"
            )
    value = float(renyi_of_pair(pair, row.order) if isinstance(row, RenyiRow) else values(pair, row))
    slack = EPS * (row.rounding * (value + abs(float((pair.q - pair.p).sum()))) + row.absolute)
    low, high = (value, value) if math.isinf(value) else (max(0.0, value - slack), min(row.maximum, value + slack))
    return Estimate(value, low, high, kind="exact", method="exact", unit=row.unit)


def _between_laws(P: Any, Q: Any, row: FDivergence | RenyiRow, method: str) -> Estimate:
    if method == "exact":
        raise ValueError("method = 'exact' sums over two vectors of masses; leave it out for laws")
    if method == "certified":
        found: Estimate = _certified().law_enclosure(P, Q, row)
        return found
    from divergences.laws.between_laws import laws_divergence

    return laws_divergence(P, Q, row, method)


def _certified() -> Any:
    try:
        return import_module("divergences.certified.answers")
    except ModuleNotFoundError as error:
        remedy = "pip install 'gan-theory[certified]'"
        raise ModuleNotFoundError(f"method = 'certified' needs python-flint: {remedy}") from error


def _refuse_samples(row: RenyiRow) -> NoReturn:
    raise ValueError(f"row {row.name!r} has no estimate from samples; pass a positive finite order")


def _from_draws(P: Any, Q: Any, row: FDivergence, method: str, *, level: float, seed: int) -> Estimate:
    if method == "monte carlo":
        from divergences.sampling.monte_carlo import monte_carlo_divergence

        return monte_carlo_divergence(P, Q, row, level=level, seed=seed)
    return _from_samples(P, Q, row, method)


def _from_samples(P: Any, Q: Any, row: FDivergence, method: str) -> Estimate:
    from divergences.sampling.neighbours import kernel_divergence, nearest_neighbour_kl

    for name, value in (("P", P), ("Q", Q)):
        if not isinstance(value, Samples):
            raise TypeError(f"{name} is of type {type(value).__name__} where samples are compared; pass two Samples")
    if method == "auto":
        method = "nearest neighbours" if row is KL else "kernel density"
    if method == "kernel density":
        return kernel_divergence(P, Q, row)
    if method != "nearest neighbours":
        raise ValueError(
            f"method = {method!r} needs laws or masses; for samples it is {' or '.join(map(repr, OF_SAMPLES))}"
        )
    if row is not KL:
        raise ValueError(f"row {row.name!r} has no estimate by nearest neighbours; pass the row 'kl'")
    return nearest_neighbour_kl(P, Q)
