"""Potentials on the line: the certificate that the monotone coupling is optimal, in one pass over neighbours."""

import numpy as np
from numpy.typing import NDArray

from optimal_transport.costs import length_unit
from optimal_transport.line import Line, Staircase, reach
from optimal_transport.measures import EPS
from optimal_transport.sums import running_sums

__all__ = ["staircase_potentials"]

Floats = NDArray[np.float64]


def _differences(points: Floats, others: Floats, p: float) -> tuple[Floats, float]:
    """|v - w|^p - |u - w|^p for neighbours u <= v of the points, and the sum of what their roundings are relative to.

    Each is right to (p + 8) eps of its own size, or where w lies between u and v of the larger power: no digits are
    lost where u and v are near each other and far from w.
    """
    u, v = points[:-1], points[1:]
    step, before, after = v - u, np.abs(u - others), np.abs(v - others)
    outside = (others <= u) | (others >= v)
    top = np.maximum(before, after)
    if p == 1:
        powers, rise = top, step
    else:
        powers = top**p
        share = np.divide(step, top, out=np.zeros_like(step), where=top > 0)
        with np.errstate(divide="ignore"):
            rise = -powers * np.expm1(p * np.log1p(-np.minimum(share, 1)))
    signed = np.where(others <= u, rise, -rise)
    inside = ~outside
    signed[inside] = after[inside] ** p - before[inside] ** p
    return signed, float(np.abs(signed).sum() + powers[inside].sum())


def _summed(start: float, steps: Floats) -> Floats:
    return running_sums(np.concatenate([[start], steps]))


def staircase_potentials(line: Line, steps: Staircase) -> tuple[Floats, Floats]:
    """Dual potentials of the monotone coupling, feasible and optimal, in the unit of length to the p-th power.

    f(x_i) + g(y_j) = |x_i - y_j|^p on every cell of the staircase, from one cell to the next: a step down adds
    |x_i+1 - y_j|^p - |x_i - y_j|^p to f, a step to the right adds the like to g. They are feasible for all pairs:

    Proof. For i <= i' and j <= j' the convexity of |.|^p, p >= 1, gives the Monge property
    c(i, j) + c(i', j') <= c(i, j') + c(i', j). Take a pair (i', j) that the path passes on the far side: it leaves
    column j at a cell (i, j) with i < i'. From there on it steps down from row k to row k + 1 at columns beyond j,
    where by the Monge property c rises by at most c(k + 1, j) - c(k, j). So f(x_i') - f(x_i) <= c(i', j) - c(i, j),
    which with f(x_i) + g(y_j) = c(i, j) is f(x_i') + g(y_j) <= c(i', j). On the near side exchange the roles of rows
    and columns. Complementary slackness: the plan's mass lies on the staircase, where the inequality is an equality,
    so the value of the potentials is the cost of the plan and both are optimal.

    Rounding: each step is right to (p + 8) eps of its own size and each running sum to two roundings, so f + g is off
    by at most (p + 8) eps times the total variation of f and g, their largest values and c(0, 0). That is taken off f.
    Where a power overflows, both potentials are zero: feasible, and worth nothing.

    Args:
        line: the measures.
        steps: their staircase.

    Returns:
        Potentials of shapes (n,) and (m,), in the order of the line.

    References:
        R. E. Burkard, B. Klinz, R. Rudolf, Perspectives of Monge properties in optimization, Discrete Appl. Math. 70
        (1996), section 3.

    Example:
        >>> from optimal_transport.line import staircase
        >>> line = Line(np.zeros(1), np.full(1, 2.0), None, 1)
        >>> f, g = staircase_potentials(line, staircase(line))
        >>> round(float(f[0] + g[0]), 12)
        2.0
    """
    unit, p = length_unit(reach(line), line.p), line.p
    x, y = line.x / unit, line.y / unit
    first = float(abs(x[0] - y[0]) ** p)
    rows, variation = _differences(x, y[steps.j[steps.down]][:-1], p)
    columns, other = _differences(y, x[steps.i[~steps.down]][:-1], p)
    f, g = _summed(0.0, rows), _summed(first, columns)
    largest = float(np.abs(f).max() + np.abs(g).max())
    f -= (p + 8) * EPS * (variation + other + largest + first)
    with np.errstate(over="ignore", under="ignore", invalid="ignore"):
        scale = np.power(unit, p)
        f, g = f * scale, g * scale
    if np.isfinite(f).all() and np.isfinite(g).all():
        return f, g
    return np.zeros_like(f), np.zeros_like(g)
