"""Where the ratio of two densities takes a value, and panels that end there.

A rule of integration sees a corner of its integrand only if it lies between its nodes: two rules may agree on a panel
near the end of which there is one, and be wrong alike. So corners are found first, from signs at the ends of panels
and between.

References:
    Davis and Rabinowitz, Methods of Numerical Integration (1984), section 2.12 (singularities are put at the ends).
"""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from divergences.laws.laws import Law
from divergences.laws.mesh import Panels

__all__ = ["split_at_crossings"]

Array = NDArray[np.float64]

PLACES = np.linspace(-1, 1, 33)  # where signs are looked at in each panel
BISECTIONS = 60  # more than a float has digits


def split_at_crossings(P: Law, Q: Law, level: float, mesh: Panels) -> Panels:
    """The panels, cut where ``log p - log q`` crosses a level.

    It is looked at twice: between three neighbours whose values turn without a change of sign lie, perhaps, two
    crossings; a panel is cut at the turn, too, and its parts are looked at more closely.

    Args:
        P: a law with a density.
        Q: a law with a density.
        level: the logarithm of the ratio.
        mesh: panels.

    Returns:
        The panels from left to right, parts of those.

    Example:
        >>> from scipy.stats import norm
        >>> from divergences.laws.mesh import panels
        >>> from divergences.laws.recognise import recognise
        >>> whole = panels({0.0: 1.0}, 0.0, 1.0, frozenset())
        >>> parts = split_at_crossings(recognise(norm(0, 1), "P"), recognise(norm(0.5, 1), "Q"), 0.0, whole)
        >>> [round(float(x), 12) for x in parts.high]
        [0.25, 1.0]
    """
    for _ in range(2):
        mesh = _cut(mesh, *_marks(P, Q, level, mesh))
    return mesh


def _excess(P: Law, Q: Law, level: float, mesh: Panels, t: Array) -> Array:
    """``log p - log q - level`` at values of the panels' variable, of shape ``(n, k)``; nan where both vanish."""
    logarithmic = mesh.logarithmic[:, None] > 0
    with np.errstate(all="ignore"):
        offset = mesh.unit[:, None] * np.where(logarithmic, np.exp(np.where(logarithmic, t, 0.0)), t)
        anchor = np.broadcast_to(mesh.anchor[:, None], t.shape)
        p, q = (law.log_density(anchor.ravel(), offset.ravel()).reshape(t.shape) for law in (P, Q))
        found: Array = p - q - level
    return found


def _marks(P: Law, Q: Law, level: float, mesh: Panels) -> tuple[NDArray[np.intp], Array]:
    """Numbers of panels and the values of their variables at which to cut them."""
    middle, half = (mesh.low + mesh.high) / 2, (mesh.high - mesh.low) / 2
    t = middle[:, None] + half[:, None] * PLACES
    t[:, 0], t[:, -1] = mesh.low, mesh.high
    excess = _excess(P, Q, level, mesh, t)
    with np.errstate(invalid="ignore"):
        change = np.sign(excess[:, 1:]) * np.sign(excess[:, :-1]) < 0
        size = np.abs(excess)
        turn = (size[:, 1:-1] < size[:, :-2]) & (size[:, 1:-1] < size[:, 2:]) & ~change[:, 1:] & ~change[:, :-1]
    i, j = np.nonzero(change)
    roots = _bisected(P, Q, level, mesh.chosen(i), t[i, j], t[i, j + 1])
    k, m = np.nonzero(turn)
    return np.concatenate([i, k]), np.concatenate([roots, t[k, m + 1]])


def _bisected(P: Law, Q: Law, level: float, mesh: Panels, low: Array, high: Array) -> Array:
    """The crossing between two values of each panel's variable at which the signs differ."""
    below = np.sign(_excess(P, Q, level, mesh, low[:, None])[:, 0])
    for _ in range(BISECTIONS):
        middle = (low + high) / 2
        same = np.sign(_excess(P, Q, level, mesh, middle[:, None])[:, 0]) == below
        low, high = np.where(same, middle, low), np.where(same, high, middle)
    return (low + high) / 2


def _cut(mesh: Panels, numbers: NDArray[np.intp], marks: Array) -> Panels:
    inside = (mesh.low[numbers] < marks) & (marks < mesh.high[numbers])
    numbers, marks = numbers[inside], marks[inside]
    order = np.lexsort((marks, numbers))
    numbers, marks = numbers[order], marks[order]
    where = np.concatenate([np.arange(len(mesh.low)), numbers])
    order = np.argsort(where, kind="stable")
    low = np.concatenate([mesh.low, marks])[order]
    parts = mesh.chosen(where[order])
    last = np.append(where[order][1:] != where[order][:-1], True)
    high = np.where(last, parts.high, np.append(low[1:], 0.0))
    return Panels(parts.anchor, parts.unit, low, high, parts.logarithmic)
