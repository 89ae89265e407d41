"""Exact W_p of many points without their matrix of costs: few pairs at first, then those that all pairs ask for.

For a power above one mass gains nothing by passing other points, so that the only arcs are pairs. Those along a
staircase through both clouds can carry everything; those that are cheap by the potentials of fewer points, each in the
place of several that lie together, are likely to carry it at the least cost.

References:
    B. Schmitzer, A sparse multiscale algorithm for dense optimal transport, J. Math. Imaging Vision 56 (2016);
    C. Villani, Optimal Transport, Old and New (2009), Theorem 5.10.
"""

from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

from optimal_transport.costs import Metric
from optimal_transport.measures import Masses
from optimal_transport.networks import Network, joined
from optimal_transport.pricing import Boxes, boxes
from optimal_transport.rounds import (
    ENOUGH,
    KEEP,
    ROUGH,
    TOGETHER,
    Course,
    Level,
    Shipped,
    extended,
    market,
    priced_out,
)

__all__ = ["pair_up"]

Floats = NDArray[np.float64]
Indices = NDArray[np.intp]
FEW_PAIRS = 10**5  # that are all arcs from the start
SAMPLE = 200  # points by which it is told how cheap a pair must be to be likely


class _Cloud(NamedTuple):
    points: Floats
    mass: Floats


def pair_up(x: Floats, y: Floats, masses: Masses, metric: Metric, course: Course) -> Shipped:
    """Couple two measures at the least cost, the sum of cost times mass.

    Args:
        x: points of shape (n, d), of order one.
        y: points of shape (m, d).
        masses: their masses, none of them zero; whole numbers give an exact coupling.
        metric: the row of the cost, a norm distance or a :func:`power <optimal_transport.rounds.powered>` of one.
        course: how to begin, and who follows.

    Returns:
        A coupling and potentials.

    Example:
        >>> from optimal_transport.costs import metric_row
        >>> from optimal_transport.rounds import powered
        >>> x, y = np.array([[0.0, 0.0], [1.0, 0.0]]), np.array([[1.0, 2.0], [0.0, 2.0]])
        >>> masses, squared = Masses(np.ones(2), np.ones(2), 2.0, 0.0), powered(metric_row("euclidean"), 2)
        >>> found = pair_up(x, y, masses, squared, Course())
        >>> sorted(zip(*(part.tolist() for part in found.entries[:2]))), round(float(found.f.sum() + found.g.sum()), 12)
        ([(0, 1), (1, 0)], 8.0)
    """
    found, n = _solved(_Cloud(x, masses.a), _Cloud(y, masses.b), metric, ENOUGH, course), len(x)
    i, j, mass = found.flow
    method = f"column generation, {found.rounds} rounds"
    return Shipped((i, j - n, mass), found.lowered[:n], -found.potential[n:], method, found.optimal)


def _solved(first: _Cloud, second: _Cloud, metric: Metric, enough: float, course: Course) -> Level:
    """Both clouds coupled, from coarser ones where there are many pairs; points are sorted by where they lie."""
    tiles = boxes(first.points, TOGETHER), boxes(second.points, TOGETHER)
    n = len(first.points)
    order = np.concatenate([tiles[0].order, n + tiles[1].order])
    none = [np.zeros(len(cloud.points)) for cloud in (first, second)]
    sent, taken = np.concatenate([first.mass, none[1]])[order], np.concatenate([none[0], second.mass])[order]
    network = Network(np.concatenate([tiles[0].points, tiles[1].points]), sent, taken, metric)
    back = np.argsort(order)
    if course.before is not None:
        i, j, f, g = course.before
        start = np.concatenate([f, -g])[order]
        arcs = joined(_staircase(network, n), back[i] * len(order) + back[j + n])
    elif n * len(second.points) <= FEW_PAIRS:
        start, arcs = None, (np.arange(n)[:, None] * len(order) + np.arange(n, len(order))).ravel()
    else:
        start, likely = _expected(network, tiles)
        arcs = joined(_staircase(network, n), likely)
    found = priced_out(network, arcs, start, enough, course.watch)
    i, j, mass = found.flow
    flow = order[i], order[j], mass
    return found._replace(flow=flow, potential=found.potential[back], lowered=found.lowered[back])


def _staircase(network: Network, n: int) -> Indices:
    """Arcs that connect all points and can carry all mass: both clouds in the order of boxes, from end to end."""
    order = boxes(network.points, TOGETHER).order
    senders, takers = order[order < n], order[order >= n]
    ends = np.concatenate([np.cumsum(network.sent[senders]), np.cumsum(network.taken[takers])])
    mine = np.argsort(ends, kind="stable") < n
    i = np.minimum(np.cumsum(mine) - mine, n - 1)
    j = np.minimum(np.cumsum(~mine) - ~mine, len(takers) - 1)
    return joined(np.empty(0, dtype=np.intp), senders[i] * len(order) + takers[j])


def _expected(network: Network, tiles: tuple[Boxes, Boxes]) -> tuple[Floats, Indices]:
    """Potentials by the c-transforms of those of coarser clouds, and the pairs that are cheap by them."""
    n = len(tiles[0].points)
    first, second = (
        _coarser(cloud, mass) for cloud, mass in zip(tiles, (network.sent[:n], network.taken[n:]), strict=True)
    )
    coarse = _solved(first, second, network.metric, ROUGH, Course()).potential
    f = extended(tiles[0].points, second.points, -coarse[len(first.points) :], network.metric)
    g = extended(tiles[1].points, first.points, coarse[: len(first.points)], network.metric)
    sample = np.linspace(0, n - 1, min(SAMPLE, n)).astype(np.intp)
    room = network.metric.pairwise(tiles[0].points[sample], tiles[1].points) - g - f[sample, None]
    likely = float(np.median(np.partition(room, min(KEEP, room.shape[1]) - 1, axis=1)[:, min(KEEP, room.shape[1]) - 1]))
    start = np.concatenate([f, -g])
    return start, market(network).price(network, start, likely)[1]


def _coarser(tiles: Boxes, mass: Floats) -> _Cloud:
    """One point in the place of those in each tile, with their mass; the masses are in the order of the tiles."""
    size = np.diff(tiles.start)
    return _Cloud(
        np.add.reduceat(tiles.points, tiles.start[:-1]) / size[:, None], np.add.reduceat(mass, tiles.start[:-1])
    )
