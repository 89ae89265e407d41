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

from dataclasses import dataclass
from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray
from scipy.spatial import KDTree

from optimal_transport.costs import Metric
from optimal_transport.measures import Masses
from optimal_transport.networks import Network, cheapest_flow, joined, lengths, neighbour_arcs
from optimal_transport.parcels import coupled
from optimal_transport.pricing import Boxes, Priced, boxes, priced
from optimal_transport.problem import Entries

__all__ = ["Shipped", "ship"]

Floats = NDArray[np.float64]
Indices = NDArray[np.intp]
TOGETHER = 8  # points at most that one stands for on the next coarser level
FEW = 2000  # points that are solved without a coarser level
KEEP = 32  # pairs that become arcs in a round, for each point
ROUNDS = 100
ENOUGH = 2.0**-40  # of the cost: a gap that no further round is worth
ROUGH = 1e-4  # the same on coarser levels


@dataclass(frozen=True, eq=False)
class Shipped:
    """What was found.

    Attributes:
        entries: a coupling, (i, j, mass).
        f: potential on the first cloud, shape (n,).
        g: potential on the second, shape (m,); f + g <= c for every pair, but for rounding.
        rounds: how often the simplex was run on all points.
        optimal: whether no pair breaks the potentials of the last run, or the bounds have met.
    """

    entries: Entries
    f: Floats
    g: Floats
    rounds: int
    optimal: bool


class _Level(NamedTuple):
    """A solved network: the flow, the potentials, and those of the points that send, lowered to hold for all pairs."""

    flow: Entries
    potential: Floats
    lowered: Floats
    rounds: int
    optimal: bool


def ship(x: Floats, y: Floats, masses: Masses, metric: Metric) -> Shipped:
    """Couple two measures at the least cost, the sum of distance times mass.

    Args:
        x: points of shape (n, d), of a size that squares neither overflow nor underflow.
        y: points of shape (m, d).
        masses: their masses, none of them zero; whole numbers give an exact coupling.
        metric: the row of the metric, a norm distance.

    Returns:
        A coupling and potentials.

    Example:
        >>> from optimal_transport.costs import metric_row
        >>> x, y = np.array([[0.0, 0.0], [1.0, 0.0]]), np.array([[0.0, 2.0], [1.0, 2.0]])
        >>> found = ship(x, y, Masses(np.ones(2), np.ones(2), 2.0, 0.0), metric_row("euclidean"))
        >>> sorted(found.entries[1].tolist()), round(float(found.f.sum() + found.g.sum()), 12)
        ([0, 1], 4.0)
    """
    points, place = np.unique(np.concatenate([x, y]), axis=0, return_inverse=True)
    here, there = np.split(place.reshape(-1), [len(x)])
    sent, taken = np.zeros((2, len(points)))
    np.add.at(sent, here, masses.a)
    np.add.at(taken, there, masses.b)
    found = _solved(Network(points, sent, taken, metric), ENOUGH)
    entries = coupled(found.flow, (here, masses.a), (there, masses.b))
    return Shipped(entries, found.lowered[here], -found.potential[there], found.rounds, found.optimal)


def _solved(network: Network, enough: float) -> _Level:
    """The network solved, from a coarser one where it has many points; points that lie together are handled together.

    (The simplex needs a third less time where neighbours are near in memory.)
    """
    tiles = boxes(network.points, TOGETHER)
    near = Network(tiles.points, network.sent[tiles.order], network.taken[tiles.order], network.metric)
    arcs, start = neighbour_arcs(near.points), None
    if len(near.points) > FEW:
        start, likely = _expected(near, tiles)
        arcs = joined(arcs, likely)
    found = _priced_out(near, arcs, start, enough)
    i, j, mass = found.flow
    back = np.argsort(tiles.order)
    flow = tiles.order[i], tiles.order[j], mass
    return found._replace(flow=flow, potential=found.potential[back], lowered=found.lowered[back])


class _Market(NamedTuple):
    """Who sends and who takes, in boxes."""

    senders: Indices
    takers: Indices
    first: Boxes
    second: Boxes

    def price(self, network: Network, u: Floats, room: float) -> tuple[Priced, Indices]:
        """Potentials of the senders lowered to hold for all pairs, and as arcs the pairs that ``u + room`` breaks."""
        found = priced(self.first, self.second, u[self.senders] + room, -u[self.takers], network.metric, keep=KEEP)
        return found, self.senders[found.rows] * len(u) + self.takers[found.cols]


def _market(network: Network) -> _Market:
    senders, takers = np.flatnonzero(network.sent), np.flatnonzero(network.taken)
    return _Market(senders, takers, boxes(network.points[senders]), boxes(network.points[takers]))


def _expected(network: Network, tiles: Boxes) -> tuple[Floats, Indices]:
    """Potentials from one point in the place of those in each tile, and the pairs that are cheap by them."""
    size = np.diff(tiles.start)
    centres = np.add.reduceat(network.points, tiles.start[:-1]) / size[:, None]
    net = np.add.reduceat(network.sent - network.taken, tiles.start[:-1])
    coarse = _solved(Network(centres, np.maximum(net, 0.0), np.maximum(-net, 0.0), network.metric), ROUGH)
    away, near = KDTree(centres).query(network.points, min(TOGETHER, len(centres)))
    start = (away + coarse.potential[near]).min(axis=1)
    return start, _market(network).price(network, start, float(np.median(away[:, 0])))[1]


def _priced_out(network: Network, arcs: Indices, start: Floats | None, enough: float) -> _Level:
    """Rounds of the simplex and of pricing, until no pair is left out that could lower the cost."""
    market, u, rounds = _market(network), start, 0
    while True:
        flow, u = cheapest_flow(network, arcs, u)
        rounds += 1
        found, broken = market.price(network, u, 0.0)
        lowered = u.copy()
        lowered[market.senders] = found.potential
        upper = float(flow[2] @ lengths(network, flow[0], flow[1]))
        lower = float(network.sent @ lowered - network.taken @ u)
        more = joined(arcs, broken)
        optimal = more.size == arcs.size or upper - lower <= enough * upper
        if optimal or rounds == ROUNDS:
            return _Level(flow, u, lowered, rounds, optimal)
        arcs = more
