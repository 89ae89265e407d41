"""Exact W1 of many points without their matrix of costs: transshipment over few arcs, and all pairs only to certify.

Mass may go by way of other points: for a metric that costs no less. So the arcs between neighbours alone give an upper
bound and potentials. Where all pairs together say that these potentials are too large, the pairs that break them most
become arcs, and the simplex goes on. First it is all done for fewer points, each in the place of several that lie
together: their potentials tell which pairs are likely to matter. What is certified at the end does not depend on how it
was found: the upper bound is the cost of a coupling, the lower bound the value of potentials that hold for every pair.

References:
    R. K. Ahuja, T. L. Magnanti, J. B. Orlin, Network Flows (1993), section 11.2, on transshipment;
    B. Schmitzer, A sparse multiscale algorithm for dense optimal transport, J. Math. Imaging Vision 56 (2016), on
    going from few points to many; C. Villani, Optimal Transport, Old and New (2009), Theorem 5.10.
"""

import numpy as np
from numpy.typing import NDArray

from optimal_transport.costs import Metric
from optimal_transport.measures import Masses
from optimal_transport.networks import Network, joined, neighbour_arcs
from optimal_transport.parcels import coupled
from optimal_transport.pricing import Boxes, boxes
from optimal_transport.rounds import (
    ENOUGH,
    ROUGH,
    TOGETHER,
    Course,
    Level,
    Shipped,
    Watch,
    extended,
    market,
    priced_out,
    unwatched,
)

__all__ = ["ship"]

Floats = NDArray[np.float64]
Indices = NDArray[np.intp]
Known = tuple[Floats, Indices]  # potentials, and arcs that are likely to matter
FEW = 2000  # points that are solved without a coarser level


def ship(x: Floats, y: Floats, masses: Masses, metric: Metric, course: Course) -> Shipped:
    """Couple two measures at the least cost, the sum of distance times mass.

    Args:
        x: points of shape (n, d), of a size that squares neither overflow nor underflow.
        y: points of shape (m, d).
        masses: their masses, none of them zero; whole numbers give an exact coupling.
        metric: the row of the metric, a norm distance.
        course: how to begin, and who follows.

    Returns:
        A coupling and potentials.

    Example:
        >>> from optimal_transport.costs import metric_row
        >>> x, y = np.array([[0.0, 0.0], [1.0, 0.0]]), np.array([[0.0, 2.0], [1.0, 2.0]])
        >>> found = ship(x, y, Masses(np.ones(2), np.ones(2), 2.0, 0.0), metric_row("euclidean"), Course())
        >>> sorted(found.entries[1].tolist()), round(float(found.f.sum() + found.g.sum()), 12)
        ([0, 1], 4.0)
    """
    points, place = np.unique(np.concatenate([x, y]), axis=0, return_inverse=True)
    here, there = np.split(place.reshape(-1), [len(x)])
    sent, taken = np.zeros((2, len(points)))
    np.add.at(sent, here, masses.a)
    np.add.at(taken, there, masses.b)
    known = None
    if course.before is not None:
        i, j, f, g = course.before
        start = np.zeros(len(points))
        start[here], start[there] = f, -g
        known = start, here[i] * len(points) + there[j]
    found = _solved(Network(points, sent, taken, metric), ENOUGH, known, course.watch)
    entries = coupled(found.flow, (here, masses.a), (there, masses.b))
    method = f"transshipment, {found.rounds} rounds"
    return Shipped(entries, found.lowered[here], -found.potential[there], method, found.optimal)


def _solved(network: Network, enough: float, known: Known | None = None, watch: Watch = unwatched) -> Level:
    """The network solved, from a coarser one where it has many points; points that lie together are handled together.

    (The simplex needs a third less time where neighbours are near in memory.)
    """
    tiles, count = boxes(network.points, TOGETHER), len(network.points)
    near = Network(tiles.points, network.sent[tiles.order], network.taken[tiles.order], network.metric)
    back, start, likely = np.argsort(tiles.order), None, np.empty(0, dtype=np.intp)
    if known is not None:
        i, j = np.divmod(known[1], count)
        start, likely = known[0][tiles.order], back[i] * count + back[j]
    elif count > FEW:
        start, likely = _expected(near, tiles)
    found = priced_out(near, joined(neighbour_arcs(near.points), likely), start, enough, watch)
    i, j, mass = found.flow
    flow = tiles.order[i], tiles.order[j], mass
    return found._replace(flow=flow, potential=found.potential[back], lowered=found.lowered[back])


def _expected(network: Network, tiles: Boxes) -> tuple[Floats, Indices]:
    """Potentials from one point in the place of those in each tile, and the pairs that are cheap by them."""
    size = np.diff(tiles.start)
    centres = np.add.reduceat(network.points, tiles.start[:-1]) / size[:, None]
    net = np.add.reduceat(network.sent - network.taken, tiles.start[:-1])
    coarse = _solved(Network(centres, np.maximum(net, 0.0), np.maximum(-net, 0.0), network.metric), ROUGH)
    start = extended(network.points, centres, -coarse.potential, network.metric)
    away = network.metric.of_gaps(network.points - np.repeat(centres, size, axis=0))
    return start, market(network).price(network, start, float(np.median(away)))[1]
