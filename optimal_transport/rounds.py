"""Rounds of the simplex and of pricing: few arcs to solve over, all pairs to say which were missing.

References:
    G. B. Dantzig, P. Wolfe, Decomposition principle for linear programs, Operations Research 8 (1960), on columns that
    are made when they are needed.
"""

from collections.abc import Callable
from dataclasses import dataclass, replace
from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

from optimal_transport.costs import Metric
from optimal_transport.duality import BLOCK
from optimal_transport.networks import Network, cheapest_flow, joined, lengths
from optimal_transport.pricing import Boxes, Priced, boxes, priced
from optimal_transport.problem import Entries

__all__ = [
    "ENOUGH",
    "KEEP",
    "ROUGH",
    "TOGETHER",
    "UNWATCHED",
    "Before",
    "Course",
    "Level",
    "Market",
    "Shipped",
    "Watch",
    "extended",
    "market",
    "powered",
    "priced_out",
]

Watch = Callable[[float, float], bool]
Floats = NDArray[np.float64]
Indices = NDArray[np.intp]
TOGETHER = 8  # points at most that one stands for on the next coarser level
KEEP = 32  # pairs that become arcs in a round, for each point
ROUNDS = 100
ENOUGH = 2.0**-40  # of the cost: a gap that no further round is worth
ROUGH = 1e-4  # the same on coarser levels


def unwatched(lower: float, upper: float) -> bool:
    """Watches nothing and never stops."""
    return False


@dataclass(frozen=True, eq=False)
class Shipped:
    """What was found.

    Attributes:
        entries: a coupling, (i, j, mass).
        f: potential on the first cloud, shape (n,).
        g: potential on the second, shape (m,); f + g <= c for every pair, but for rounding.
        method: how, and in how many rounds of the simplex on all points.
        optimal: whether no pair breaks the potentials of the last run, or the bounds have met.
    """

    entries: Entries
    f: Floats
    g: Floats
    method: str
    optimal: bool


class Before(NamedTuple):
    """What is known before the first round.

    Attributes:
        rows: pairs that are likely to carry mass, points of the first cloud, shape (r,).
        cols: and of the second, shape (r,).
        f: potential on the first cloud, shape (n,).
        g: potential on the second, shape (m,).
    """

    rows: Indices
    cols: Indices
    f: Floats
    g: Floats


class Course(NamedTuple):
    """How a solve begins, and who follows it.

    Attributes:
        before: what is known before, or None.
        watch: called after each round with the mass times cost that is proved from below and from above; stops the
            solve by returning True.
    """

    before: Before | None = None
    watch: Watch = unwatched


UNWATCHED = Course()


class Level(NamedTuple):
    """A solved network.

    Attributes:
        flow: the arcs (i, j, mass) that carry mass.
        potential: the potentials of the last run, shape (N,).
        lowered: the same, those of points that send lowered until they hold for all pairs, shape (N,).
        rounds: how often the simplex was run.
        optimal: whether no pair breaks the potentials, or the bounds have met.
    """

    flow: Entries
    potential: Floats
    lowered: Floats
    rounds: int
    optimal: bool


class Market(NamedTuple):
    """Who sends and who takes.

    Attributes:
        senders: points that send, shape (n,).
        takers: points that take, shape (m,).
        first: the senders in boxes.
        second: the takers in boxes.
    """

    senders: Indices
    takers: Indices
    first: Boxes
    second: Boxes

    def price(self, network: Network, u: Floats, room: float) -> tuple[Priced, Indices]:
        """Potentials of the senders lowered to hold for all pairs, and as arcs the pairs that ``u + room`` breaks."""
        found = priced(self.first, self.second, u[self.senders] + room, -u[self.takers], network.metric, keep=KEEP)
        return found, self.senders[found.rows] * len(u) + self.takers[found.cols]


def market(network: Network) -> Market:
    """The points of a network that send and those that take.

    Args:
        network: the network.

    Returns:
        They, in boxes.

    Example:
        >>> from optimal_transport.costs import metric_row
        >>> mass = np.array([1.0, 0.0])
        >>> market(Network(np.array([[0.0], [1.0]]), mass, mass[::-1], metric_row("cityblock"))).takers.tolist()
        [1]
    """
    senders, takers = np.flatnonzero(network.sent), np.flatnonzero(network.taken)
    return Market(senders, takers, boxes(network.points[senders]), boxes(network.points[takers]))


def powered(metric: Metric, p: float) -> Metric:
    """The p-th power of a norm distance as a cost.

    Args:
        metric: the row of the metric.
        p: the power.

    Returns:
        A row whose lengths are the powers.

    Example:
        >>> from optimal_transport.costs import metric_row
        >>> float(powered(metric_row("euclidean"), 2).of_gaps(np.array([[3.0, 4.0]]))[0])
        25.0
    """
    return replace(metric, pairwise=lambda x, y: metric.pairwise(x, y) ** p, of_gaps=lambda z: metric.of_gaps(z) ** p)


def extended(points: Floats, others: Floats, potential: Floats, metric: Metric) -> Floats:
    """The c-transform of a potential at other points, some points at a time: min over the others of c - potential.

    Args:
        points: where, shape (k, d).
        others: the points of the potential, shape (m, d).
        potential: its values, shape (m,).
        metric: the row of the cost.

    Returns:
        Values of shape (k,).

    References:
        C. Villani, Optimal Transport, Old and New (2009), Definition 5.2.

    Example:
        >>> from optimal_transport.costs import metric_row
        >>> extended(np.array([[2.0]]), np.array([[0.0]]), np.array([1.0]), metric_row("cityblock")).tolist()
        [1.0]
    """
    step = max(1, BLOCK // len(others))
    blocks = (points[k : k + step] for k in range(0, len(points), step))
    return np.concatenate([(metric.pairwise(block, others) - potential).min(axis=1) for block in blocks])


def priced_out(network: Network, arcs: Indices, start: Floats | None, enough: float, watch: Watch = unwatched) -> Level:
    """Rounds of the simplex and of pricing, until no pair is left out that could lower the cost.

    An interrupt (KeyboardInterrupt) ends it after the last whole round, if there was one.

    Args:
        network: who sends and who takes.
        arcs: arcs to begin with, in ascending order; they connect all points.
        start: potentials to begin with, shape (N,), or None.
        enough: the gap, relative to the cost, that no further round is worth.
        watch: called with the bounds after each round; stops by returning True.

    Returns:
        The solved network.

    Example:
        >>> from optimal_transport.costs import metric_row
        >>> from optimal_transport.networks import neighbour_arcs
        >>> points, mass = np.array([[0.0, 0.0], [1.0, 2.0], [2.0, 0.0]]), np.array([1.0, 0.0, 0.0])
        >>> network = Network(points, mass, mass[::-1], metric_row("euclidean"))
        >>> found = priced_out(network, neighbour_arcs(points), None, ENOUGH)
        >>> found.flow[1].tolist(), found.optimal
        ([2], True)
    """
    every, u, found = market(network), start, None
    for rounds in range(1, ROUNDS + 1):
        try:
            flow, u = cheapest_flow(network, arcs, u)
            prices, broken = every.price(network, u, 0.0)
            lowered = u.copy()
            lowered[every.senders] = prices.potential
            upper = float(flow[2] @ lengths(network, flow[0], flow[1]))
            lower = float(network.sent @ lowered - network.taken @ u)
            more = joined(arcs, broken)
            optimal = more.size == arcs.size or upper - lower <= enough * upper
            found = Level(flow, u, lowered, rounds, optimal)
            if watch(lower, upper) or optimal:
                break
        except KeyboardInterrupt:
            if found is None:
                raise
            break
        arcs = more
    assert found is not None
    return found
