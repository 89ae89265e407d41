"""Which pairs of points break a pair of potentials, found without looking at every pair.

Points that lie together are put into boxes. Two boxes whose distance is at least the sum of their largest potentials
hold no pair that breaks ``f + g <= c``, and are passed over whole.
"""

from dataclasses import dataclass
from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

from optimal_transport.costs import Metric

__all__ = ["Boxes", "Priced", "boxes", "priced"]

Floats = NDArray[np.float64]
Indices = NDArray[np.intp]
SIZE = 64  # points in a box at most: few boxes to compare, and few pairs in two that touch
SAFE = 1 + 2.0**-40  # by which a cost between boxes may be rounded up


@dataclass(frozen=True, eq=False)
class Boxes:
    """Points in boxes.

    Attributes:
        points: the points in the order of the boxes, shape (n, d).
        order: which point each is, shape (n,).
        start: where each box starts, shape (k + 1,).
        low: the least coordinates in each box, shape (k, d).
        high: the largest, shape (k, d).
    """

    points: Floats
    order: Indices
    start: Indices
    low: Floats
    high: Floats


class Priced(NamedTuple):
    """A lowered potential and the pairs that the first one broke most.

    Attributes:
        potential: f, lowered where it must be, so that f(x) + g(y) <= c(x, y) for every pair, shape (n,).
        rows: points of the first cloud, shape (r,).
        cols: points of the second, shape (r,).
    """

    potential: Floats
    rows: Indices
    cols: Indices


def boxes(points: Floats, size: int = SIZE) -> Boxes:
    """Halve a cloud along its longest side until at most so many points lie together.

    Args:
        points: points of shape (n, d), n >= 1.
        size: the most points in a box.

    Returns:
        The boxes.

    References:
        J. L. Bentley, Multidimensional binary search trees, Communications of the ACM 18 (1975), section 2.

    Example:
        >>> boxes(np.array([[0.0], [5.0], [1.0], [6.0]]), size=2).start.tolist()
        [0, 2, 4]
    """
    parts, waiting = [], [np.arange(len(points))]
    while waiting:
        part = waiting.pop()
        if len(part) <= size:
            parts.append(part)
            continue
        own = points[part]
        half = len(part) // 2
        cut = np.argpartition(own[:, int(np.argmax(np.ptp(own, axis=0)))], half)
        waiting += [part[cut[half:]], part[cut[:half]]]
    start = np.cumsum([0, *map(len, parts)])
    low, high = (np.array([edge(points[part], axis=0) for part in parts]) for edge in (np.min, np.max))
    order = np.concatenate(parts)
    return Boxes(points[order], order, start, low, high)


def priced(first: Boxes, second: Boxes, f: Floats, g: Floats, metric: Metric, *, keep: int) -> Priced:
    """Lower a potential until it is feasible, and name the pairs that it broke most.

    Args:
        first: the first cloud, n points.
        second: the second cloud, m points.
        f: potential on the first cloud, shape (n,).
        g: potential on the second, shape (m,).
        metric: the row of the metric.
        keep: how many pairs to name for each point of the first cloud, at most.

    Returns:
        The potential and the pairs.

    References:
        C. Villani, Optimal Transport, Old and New (2009), Definition 5.2, for the c-transform of which this is a part.

    Example:
        >>> from optimal_transport.costs import metric_row
        >>> x, y = boxes(np.array([[0.0, 0.0]])), boxes(np.array([[1.0, 0.0], [3.0, 0.0]]))
        >>> found = priced(x, y, np.array([2.0]), np.zeros(2), metric_row("euclidean"), keep=1)
        >>> found.potential.tolist(), found.cols.tolist()
        ([1.0], [0])
    """
    own, other = f[first.order], g[second.order]
    top, tops = (np.maximum.reduceat(v, b.start[:-1]) for v, b in ((own, first), (other, second)))
    rows, cols = [np.empty(0, dtype=np.intp)], [np.empty(0, dtype=np.intp)]
    for box in range(len(first.low)):
        near = _near(first, second, box, top[box] + tops, metric)
        if not near.size:
            continue
        mine = slice(first.start[box], first.start[box + 1])
        theirs = np.concatenate([np.arange(second.start[k], second.start[k + 1]) for k in near])
        room = metric.pairwise(first.points[mine], second.points[theirs])
        room -= other[theirs]
        least = room.min(axis=1)
        broken = np.flatnonzero(least < own[mine])
        i, j = _worst(room[broken], own[mine][broken], keep)
        rows.append(first.order[mine][broken[i]])
        cols.append(second.order[theirs[j]])
        own[mine] = np.minimum(own[mine], least)
    lowered = np.empty_like(f)
    lowered[first.order] = own
    return Priced(lowered, np.concatenate(rows), np.concatenate(cols))


def _near(first: Boxes, second: Boxes, box: int, sums: Floats, metric: Metric) -> Indices:
    """The boxes of the second cloud that may hold a pair with f + g > c."""
    gaps = np.maximum(np.maximum(second.low - first.high[box], first.low[box] - second.high), 0.0)
    apart = metric.pairwise(gaps, np.zeros((1, gaps.shape[1])))[:, 0]
    return np.flatnonzero(apart < sums * SAFE + (SAFE - 1) * np.abs(sums))


def _worst(room: Floats, own: Floats, keep: int) -> tuple[Indices, Indices]:
    """For each row the places with the least room, as far as the potential is larger."""
    hit = np.flatnonzero((room < own[:, None]).any(axis=0))
    room = room[:, hit]
    if hit.size > keep:
        places = np.argpartition(room, keep - 1, axis=1)[:, :keep]
    else:
        places = np.broadcast_to(np.arange(hit.size), room.shape)
    i, k = np.nonzero(np.take_along_axis(room, places, axis=1) < own[:, None])
    return i, hit[places[i, k]]
