"""Exact W1 of many points without their matrix of costs: transshipment over few arcs, and all pairs only to certify.

Mass may go by way of other points: for a metric that costs no less. So the arcs between neighbours alone give an upper
bound and potentials. Where all pairs together say that these potentials are too large, the pairs that break them most
become arcs, and the simplex goes on. What is certified at the end does not depend on how it was found: the upper bound
is the cost of a coupling, the lower bound the value of potentials that hold for every pair.

References:
    R. K. Ahuja, T. L. Magnanti, J. B. Orlin, Network Flows (1993), section 11.2, on transshipment;
    C. Villani, Optimal Transport, Old and New (2009), Theorem 5.10.
"""

from collections import deque
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray
from scipy.spatial import Delaunay, KDTree, QhullError

from optimal_transport.costs import Metric
from optimal_transport.measures import Masses
from optimal_transport.pricing import boxes, priced
from optimal_transport.problem import Entries

__all__ = ["Shipped", "ship"]

Floats = NDArray[np.float64]
Indices = NDArray[np.intp]
NEIGHBOURS = 8  # arcs from each point where there is no triangulation
KEEP = 4  # pairs that become arcs in a round, for each point
ROUNDS = 100
ENOUGH = 2.0**-40  # of the cost: a gap that no further round is worth
ITERATIONS = 10**9
FINE = 1e6  # the largest cost handed to the simplex, whose artificial costs are that and one more


@dataclass(frozen=True, eq=False)
class Shipped:
    """What was found.

    Attributes:
        entries: a coupling, (i, j, mass).
        f: potential on the first cloud, shape (n,).
        g: potential on the second, shape (m,); f + g <= c for every pair, but for rounding.
        rounds: how often the simplex was run.
        optimal: whether no pair breaks the potentials of the last run, or the bounds have met.
    """

    entries: Entries
    f: Floats
    g: Floats
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
    points, n = np.concatenate([x, y]), len(x)
    first, second = boxes(x), boxes(y)
    arcs, potential, rounds = _arcs(points), None, 0
    while True:
        flow, potential = _simplex(points, arcs, masses, metric, potential)
        rounds += 1
        f, i, j = priced(first, second, potential[:n], -potential[n:], metric, keep=KEEP)
        g = -potential[n:]
        new = np.setdiff1d(i * len(points) + j + n, arcs)
        upper = float(flow[2] @ _lengths(points, flow[0], flow[1], metric))
        optimal = not new.size or upper - float(masses.a @ f + masses.b @ g) <= ENOUGH * upper
        if optimal or rounds == ROUNDS:
            return Shipped(_coupling(flow, masses, n), f, g, rounds, optimal)
        arcs = np.union1d(arcs, new)


def _arcs(points: Floats) -> Indices:
    """Both directions of the edges between neighbours, an arc from i to j as i n + j; they connect all points."""
    chain = np.lexsort(points.T)
    edges = np.concatenate([_neighbours(points), np.column_stack([chain[:-1], chain[1:]])])
    both = np.concatenate([edges, edges[:, ::-1]])
    i, j = both[:, 0].astype(np.int64), both[:, 1].astype(np.int64)
    apart = (points[i] != points[j]).any(axis=1)
    kept = apart | (i < j)  # between copies of a point one way only, so that no mass goes round
    return np.unique(i[kept] * len(points) + j[kept])


def _neighbours(points: Floats) -> Indices:
    """Edges of the Delaunay triangulation in the plane, of the nearest neighbours elsewhere."""
    if points.shape[1] == 2:
        try:
            corners = Delaunay(points).simplices
            return np.concatenate([corners[:, [0, 1]], corners[:, [1, 2]], corners[:, [2, 0]]]).astype(np.intp)
        except QhullError:  # all points on one line
            pass
    count = min(NEIGHBOURS, len(points) - 1)
    nearest = KDTree(points).query(points, count + 1)[1][:, 1:]
    return np.column_stack([np.repeat(np.arange(len(points)), count), nearest.ravel()])


def _lengths(points: Floats, i: Indices, j: Indices, metric: Metric) -> Floats:
    """The distances between some pairs."""
    return metric.of_gaps(points[i] - points[j])


def _simplex(
    points: Floats, arcs: Indices, masses: Masses, metric: Metric, start: Floats | None
) -> tuple[Entries, Floats]:
    """The flow along arcs and a potential, by POT's network simplex; mass passes a point by its own arc of no cost."""
    from ot.lp.emd_wrap import emd_c_sparse

    count, n = len(points), masses.a.size
    i, j = np.divmod(arcs, count)
    costs = _lengths(points, i, j, metric)
    scale = FINE / float(costs.max()) if costs.max() > 0 else 1.0
    supply, demand = np.full((2, count), masses.total)
    supply[:n] += masses.a
    demand[n:] += masses.b
    stay = np.arange(count)
    guess = (None, None) if start is None else (start * scale, -start * scale)
    source, target, mass, _, potential, *_ = emd_c_sparse(
        supply, demand,
        np.concatenate([stay, i]).astype(np.uint64), np.concatenate([stay, j]).astype(np.uint64),
        np.concatenate([np.zeros(count), costs * scale]), ITERATIONS, *guess,
    )  # fmt: skip
    moved = source != target
    potential = np.asarray(potential) / scale
    flow = source[moved].astype(np.intp), target[moved].astype(np.intp), mass[moved]
    return flow, potential - np.median(potential)


def _coupling(flow: Entries, masses: Masses, n: int) -> Entries:
    """Where each mass of a flow without cycles ends: parcels are handed on in the order of the flow."""
    count = n + masses.b.size
    order = np.argsort(flow[0], kind="stable")
    targets, amounts = flow[1][order].tolist(), flow[2][order].tolist()
    begin = np.searchsorted(flow[0][order], np.arange(count + 1)).tolist()
    waiting = np.bincount(flow[1], minlength=count).tolist()
    own, wanted = masses.a.tolist(), masses.b.tolist()
    held: list[deque[tuple[int, float]]] = [deque() for _ in range(count)]
    ready = [k for k in range(count) if not waiting[k]]
    found: list[tuple[int, int, float]] = []
    while ready:
        node = ready.pop()
        if node < n:
            held[node].append((node, own[node]))
        else:
            found += [(source, node - n, mass) for source, mass in _taken(held[node], wanted[node - n])]
        for k in range(begin[node], begin[node + 1]):
            held[targets[k]].extend(_taken(held[node], amounts[k]))
            waiting[targets[k]] -= 1
            if not waiting[targets[k]]:
                ready.append(targets[k])
    i, j, mass = zip(*found, strict=True)
    return np.array(i, dtype=np.intp), np.array(j, dtype=np.intp), np.array(mass)


def _taken(parcels: deque[tuple[int, float]], amount: float) -> list[tuple[int, float]]:
    """Parcels of an amount altogether, the last of them cut where need be."""
    taken: list[tuple[int, float]] = []
    while parcels and amount > 0:
        source, mass = parcels.popleft()
        part = min(mass, amount)
        taken.append((source, part))
        amount -= part
        if mass > part:
            parcels.appendleft((source, mass - part))
    return taken
