"""Wrong twins: a row with one column at most 5 % off, or one hypothesis away."""

import math
from collections.abc import Callable
from dataclasses import replace

import numpy as np

from divergences import FDivergence, HalfLine
from tests.laws.big import BIG, big


def scaled(column: str) -> Callable[[FDivergence], FDivergence]:
    """A twin whose column is multiplied."""

    def twin(row: FDivergence) -> FDivergence:
        cell = getattr(row, column)
        return replace(row, **{column: lambda *x: 1.05 * cell(*x)})

    return twin


def shifted_generator(row: FDivergence) -> FDivergence:
    return replace(row, f=lambda u: row.f(u) + 0.05)


def wavy_generator(row: FDivergence) -> FDivergence:
    wave = np.frompyfunc(BIG.sin, 1, 1)
    return replace(row, f=lambda u: row.f(u) * (1 + 0.05 * wave(20 * np.log(u))))


def lowered_conjugate(row: FDivergence) -> FDivergence:
    def conjugate(t):
        found = row.conjugate(t)
        return found - 0.05 * abs(found)

    return replace(row, conjugate=conjugate)


def other_corner(row: FDivergence) -> FDivergence:
    return replace(row, corner=1.05 * (row.corner or 1.0))


def wrong_limit(row: FDivergence) -> FDivergence:
    wrong = {0.0: 0.05, math.inf: float(row.f(big(["1e-100"]))[0])}
    return replace(row, at_zero=wrong.get(row.at_zero, 1.05 * row.at_zero))


def other_end(row: FDivergence) -> FDivergence:
    end, closed = row.conjugate_domain
    return replace(row, conjugate_domain=HalfLine(end, not closed))


def wavy_activation(row: FDivergence) -> FDivergence:
    return replace(row, activation=lambda v: row.activation(v) * (1 + 0.05 * (-1) ** np.floor(3 * v)))


def cancelling_integrand(row: FDivergence) -> FDivergence:
    """Right on paper, with the linear term left in: what a sum over atoms usually adds up."""

    def plain(p, q, d):
        with np.errstate(all="ignore"):
            return np.where((p > 0) & (q > 0), q * row.f(p / q), row.integrand(p, q, d))

    return replace(row, integrand=plain)


def steeper_in_p(row: FDivergence) -> FDivergence:
    def slopes(p, q, d):
        by_p, by_q = row.slopes(p, q, d)
        return 1.05 * by_p, by_q

    return replace(row, slopes=slopes)


def lowered(row: FDivergence) -> FDivergence:
    return replace(row, integrand=lambda p, q, d: row.integrand(p, q, d) - 0.05 * np.minimum(p, q))


def clamped(row: FDivergence) -> FDivergence:
    """Masses kept above 1e-12, a usual way to be safe from log 0."""

    def integrand(p, q, d):
        p, q = np.maximum(p, 1e-12), np.maximum(q, 1e-12)
        return row.integrand(p, q, q - p)

    return replace(row, integrand=integrand)


def inhomogeneous(row: FDivergence) -> FDivergence:
    return replace(row, integrand=lambda p, q, d: row.integrand(p, q, d) * (1 + 0.025 * (p + q)))


def symmetrised(row: FDivergence) -> FDivergence:
    """The mean of both orders, with a generator a little off that of any symmetric divergence."""
    return replace(
        row,
        f=lambda u: row.f(u) * (1 + 0.05 * (u - 1) / (u + 1)),
        integrand=lambda p, q, d: (row.integrand(p, q, d) + row.integrand(q, p, -d)) / 2,
    )


def larger_power(row: FDivergence) -> FDivergence:
    return replace(row, metric_power=0.5 if row.metric_power is None else 1.05 * row.metric_power)


def other_order(row: FDivergence) -> FDivergence:
    return replace(row, order=0.5 if row.order is None else row.order + 0.05)


def other_weight(row: FDivergence) -> FDivergence:
    return replace(row, weight=0.5 if row.weight is None else 0.95 * row.weight)


def derivative_elsewhere(row: FDivergence) -> FDivergence:
    return replace(row, derivative=lambda u: row.derivative(1.05 * u))
