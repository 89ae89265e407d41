"""Flows along few arcs between many points: which arcs, what they carry, and the potentials that say it is cheapest."""

from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray
from scipy.sparse import coo_array
from scipy.sparse.csgraph import breadth_first_order, minimum_spanning_tree
from scipy.spatial import Delaunay, KDTree, QhullError

from optimal_transport.costs import Metric
from optimal_transport.problem import Entries

__all__ = ["Network", "cheapest_flow", "joined", "lengths", "neighbour_arcs"]

Floats = NDArray[np.float64]
Indices = NDArray[np.intp]
NEIGHBOURS = 8  # arcs from each point where there is no triangulation
ITERATIONS = 10**9
FINE = 1e6  # the largest cost handed to the simplex, whose artificial costs are that and one more, times the nodes
MET = 1e-9  # of the cost: how near a flow and its potentials are that belong together
TIGHT = 1e-9  # of the longest arc: what the simplex may leave between the potentials along an arc of its basis


class Network(NamedTuple):
    """Points that send or take mass, as much in all.

    Attributes:
        points: the points, no two alike, shape (N, d).
        sent: what each sends, shape (N,).
        taken: what each takes, shape (N,).
        metric: what an arc costs.
    """

    points: Floats
    sent: Floats
    taken: Floats
    metric: Metric


def joined(arcs: Indices, more: Indices) -> Indices:
    """Two sets of arcs as one.

    Args:
        arcs: arcs in ascending order, none twice.
        more: further arcs, in any order.

    Returns:
        All of them in ascending order, none twice.

    Example:
        >>> joined(np.array([1, 5]), np.array([5, 2])).tolist()
        [1, 2, 5]
    """
    both = np.sort(np.concatenate([arcs, more]), kind="stable")  # which is quick where much is in order
    return np.asarray(both[np.concatenate([[True], both[1:] != both[:-1]])])


def lengths(network: Network, i: Indices, j: Indices) -> Floats:
    """The distances between some pairs of points.

    Args:
        network: the points and their metric.
        i: first points, shape (k,).
        j: second points, shape (k,).

    Returns:
        The distances, shape (k,).

    Example:
        >>> from optimal_transport.costs import metric_row
        >>> points, mass = np.array([[0.0, 0.0], [3.0, 4.0]]), np.zeros(2)
        >>> network = Network(points, mass, mass, metric_row("euclidean"))
        >>> lengths(network, np.array([0]), np.array([1])).tolist()
        [5.0]
    """
    return network.metric.of_gaps(network.points[i] - network.points[j])


def neighbour_arcs(points: Floats) -> Indices:
    """Both directions of the edges between neighbours; they connect all points.

    Args:
        points: points of shape (N, d), no two alike.

    Returns:
        The arcs, one from i to j as i N + j, in ascending order.

    References:
        J. M. Keil, C. A. Gutwin, Classes of graphs which approximate the complete Euclidean graph, Discrete Comput.
        Geom. 7 (1992), Theorem 1: along the Delaunay triangulation no way is longer than 2.42 times the distance.

    Example:
        >>> neighbour_arcs(np.array([[0.0], [2.0], [1.0]])).tolist()
        [1, 2, 3, 5, 6, 7]
    """
    chain = np.lexsort(points.T)
    edges = np.concatenate([_edges(points), np.column_stack([chain[:-1], chain[1:]])])
    i, j = np.concatenate([edges, edges[:, ::-1]]).astype(np.intp).T
    return joined(np.empty(0, dtype=np.intp), i * len(points) + j)


def _edges(points: Floats) -> Indices:
    """Edges of the Delaunay triangulation in the plane, of the nearest neighbours elsewhere."""
    if points.shape[1] == 2 and len(points) > 2:
        try:
            corners = Delaunay(points).simplices
            return np.concatenate([corners[:, [0, 1]], corners[:, [1, 2]], corners[:, [2, 0]]]).astype(np.intp)
        except QhullError:  # all points on one line
            pass
    count = min(NEIGHBOURS, len(points) - 1)
    nearest = KDTree(points).query(points, count + 1)[1][:, 1:]
    return np.column_stack([np.repeat(np.arange(len(points)), count), nearest.ravel()])


def cheapest_flow(network: Network, arcs: Indices, start: Floats | None) -> tuple[Entries, Floats]:
    """The flow of least cost along some arcs and its potentials, by POT's network simplex.

    A node is split in two, with an arc of no cost from its first half to its second, so that mass may pass it.

    Args:
        network: the points and what they send.
        arcs: the arcs, in ascending order; they connect all points.
        start: potentials to start from, shape (N,), or None.

    Returns:
        The arcs (i, j, mass) that carry mass, and potentials u of shape (N,) with u_i - u_j <= c_ij along every arc,
        but for rounding.

    References:
        R. K. Ahuja, T. L. Magnanti, J. B. Orlin, Network Flows (1993), section 11.2, on transshipment.

    Example:
        >>> from optimal_transport.costs import metric_row
        >>> points, mass = np.array([[0.0], [1.0], [3.0]]), np.array([1.0, 0.0, 0.0])
        >>> network = Network(points, mass, mass[::-1], metric_row("cityblock"))
        >>> flow, potential = cheapest_flow(network, neighbour_arcs(points), None)
        >>> float(flow[2] @ lengths(network, flow[0], flow[1])), round(float(potential[0] - potential[2]), 12)
        (3.0, 3.0)
    """
    i, j = np.divmod(arcs, len(network.points))
    costs = lengths(network, i, j)
    for guess in (start, None):
        flow, potential = _simplex(network, (i, j, costs), guess)
        straight = _straightened(network, arcs, costs, flow, potential)
        value, spent = (
            float((network.sent - network.taken) @ straight),
            float(flow[2] @ lengths(network, flow[0], flow[1])),
        )
        if guess is None or abs(spent - value) <= MET * spent:  # else it lost itself where roundings of masses tie
            break
    return flow, straight


def _simplex(network: Network, arcs: Entries, start: Floats | None) -> tuple[Entries, Floats]:
    """What POT's network simplex finds on arcs (i, j, cost)."""
    from ot.lp.emd_wrap import emd_c_sparse

    i, j, costs = arcs
    scale = FINE / float(costs.max()) if costs.max() > 0 else 1.0
    total, stay = max(float(network.sent.sum()), float(network.taken.sum())), np.arange(len(network.points))
    guess = (None, None) if start is None else (start * scale, -start * scale)
    source, target, mass, _, potential, *_ = emd_c_sparse(
        total + network.sent, total + network.taken,
        np.concatenate([stay, i]).astype(np.uint64), np.concatenate([stay, j]).astype(np.uint64),
        np.concatenate([np.zeros(len(stay)), costs * scale]), ITERATIONS, *guess,
    )  # fmt: skip
    moved = source != target
    return (source[moved].astype(np.intp), target[moved].astype(np.intp), mass[moved]), np.asarray(potential) / scale


def _straightened(network: Network, arcs: Indices, costs: Floats, flow: Entries, potential: Floats) -> Floats:
    """The potentials again, from the costs along a tree of arcs that hold with equality: those with mass first.

    Artificial costs as large as all points together have rounded those of the simplex.
    """
    count = len(potential)
    i, j = np.divmod(arcs, count)
    room = costs - (potential[i] - potential[j])
    weight = 1 + np.abs(room) / (float(costs.max()) or 1.0)
    weight[np.searchsorted(arcs, flow[0] * count + flow[1])] = 0.5
    tree = minimum_spanning_tree(coo_array((weight, (i, j)), shape=(count, count)).tocsr())
    order, before = breadth_first_order(tree, 0, directed=False)
    node = order[1:]
    steps = potential[node] - potential[before[node]]
    length = lengths(network, node, before[node])
    tight = np.abs(np.abs(steps) - length) <= TIGHT * costs.max()
    steps = np.where(tight, np.copysign(length, steps), steps).tolist()
    found = [0.0] * count
    for k, parent, step in zip(node.tolist(), before[node].tolist(), steps, strict=True):
        found[k] = found[parent] + step
    straight = np.array(found)
    return np.asarray(straight - np.median(straight))
