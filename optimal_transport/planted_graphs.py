"""Transport on weighted trees and cycles, whose cost is known in closed form, exactly."""

from fractions import Fraction

import numpy as np
from numpy.typing import NDArray
from scipy.sparse import coo_array

from divergences import Estimate
from optimal_transport.duality import weighted_median
from optimal_transport.measures import check_integer
from optimal_transport.parcels import coupled
from optimal_transport.planted_answers import GRID, PlantedCosts, random_weights
from optimal_transport.planted_points import chance

__all__ = ["planted_cycle", "planted_tree"]

Floats = NDArray[np.float64]
Integers = NDArray[np.int64]
LONGEST = 9  # of the edges, whose lengths are whole numbers from zero on


def planted_tree(n: int, *, seed: int = 0) -> PlantedCosts:
    """Two measures on the nodes of a tree, with W_1 for the length of the ways on it, exactly.

    W_1 = sum over edges of length * |a(beyond) - b(beyond)|: removing an edge parts the tree in two, and what one side
    has too much must cross it, once. Node k > 0 hangs from one of the nodes before it by an edge of length 0 to 9.

    Args:
        n: number of nodes.
        seed: decides all that is random.

    Returns:
        The problem with its answer.

    Raises:
        TypeError: n or the seed is not an integer.
        ValueError: n is smaller than one or the seed negative.

    References:
        S. N. Evans, F. A. Matsen, The phylogenetic Kantorovich-Rubinstein metric, J. R. Stat. Soc. B 74 (2012),
        equation (5).

    Example:
        >>> planted = planted_tree(20)
        >>> planted.distance.kind
        'exact'
    """
    rng = chance(n, 1, seed)
    parents = np.array([0, *(int(rng.integers(k)) for k in range(1, n))])
    lengths = np.array([0, *rng.integers(0, LONGEST + 1, n - 1)])
    costs = np.zeros((n, n))
    for k in range(1, n):
        costs[k, :k] = costs[:k, k] = costs[parents[k], :k] + lengths[k]
    a, b = random_weights(n, rng), random_weights(n, rng)
    beyond = _beyond(_whole(a) - _whole(b), parents)
    cost = Fraction(int(lengths @ np.abs(beyond)), GRID)
    f = _potential(parents, lengths * np.sign(beyond))
    return PlantedCosts(costs, a, b, _plan(a, b, parents), (f, -f), _exactly(cost, "planted tree"))


def planted_cycle(n: int, *, seed: int = 0) -> PlantedCosts:
    """Two measures on the nodes of a cycle, with W_1 for the length of the shorter way round, exactly.

    W_1 = min over s of sum_e length_e |F_e - s|, F the running sum of a - b: all plans differ by a mass s that goes
    round. A weighted median of F attains the minimum, so that one edge carries nothing, and what is left is a path.
    Edges have lengths 0 to 9.

    Args:
        n: number of nodes, at least 3.
        seed: decides all that is random.

    Returns:
        The problem with its answer.

    Raises:
        TypeError: n or the seed is not an integer.
        ValueError: n is smaller than three or the seed negative.

    References:
        J. Rabin, J. Delon, Y. Gousseau, Transportation distances on the circle, J. Math. Imaging Vision 41 (2011),
        section 3.

    Example:
        >>> planted = planted_cycle(20)
        >>> planted.distance.kind
        'exact'
    """
    check_integer(n, "n", 3)
    rng = chance(n, 1, seed)
    lengths = rng.integers(0, LONGEST + 1, n)  # of the edges from k to k + 1
    places = np.concatenate([[0], np.cumsum(lengths)])
    way = np.abs(places[:-1, None] - places[:-1]).astype(np.float64)
    costs = np.minimum(way, places[-1] - way)
    a, b = random_weights(n, rng), random_weights(n, rng)
    flow = np.cumsum(_whole(a) - _whole(b))
    flow -= int(weighted_median(flow.astype(float), lengths.astype(float)))
    cost = Fraction(int(lengths @ np.abs(flow)), GRID)
    cut = int(np.flatnonzero(flow == 0)[0])
    path = np.roll(np.arange(n), -cut - 1)  # from the node after the edge that carries nothing
    f = np.empty(n)
    f[path] = np.concatenate([[0.0], np.cumsum(_drops(flow, lengths)[path[:-1]])])
    plan = _plan(a[path], b[path], np.maximum(np.arange(n) - 1, 0))
    plan = coo_array((plan.data, (path[plan.row], path[plan.col])), shape=(n, n))
    return PlantedCosts(costs, a, b, plan, (f, -f), _exactly(cost, "planted cycle"))


def _exactly(cost: Fraction, method: str) -> Estimate:
    """A cost of fewer than 53 bits, as all of lengths below 10 and weights of 20 bits are, is a float."""
    value = float(cost)
    return Estimate(value, value, value, kind="exact", method=method, unit="length")


def _whole(weights: Floats) -> Integers:
    return np.rint(weights * GRID).astype(np.int64)


def _drops(flow: Integers, lengths: Integers) -> Floats:
    """How a potential changes along each edge of a cycle: down where mass flows, and closing where none does."""
    signs = np.sign(flow)
    flat = int(lengths[flow == 0].sum())
    return np.asarray(lengths * np.where(flow == 0, lengths @ signs / max(flat, 1), -signs))


def _beyond(masses: Integers, parents: Integers) -> Integers:
    """What each node and all that hangs from it have altogether."""
    sums = masses.copy()
    for k in range(len(parents) - 1, 0, -1):
        sums[parents[k]] += sums[k]
    sums[0] = 0
    return sums


def _potential(parents: Integers, rises: Integers) -> Floats:
    """A function on the nodes that rises by so much from the parent of each."""
    f = np.zeros(len(parents))
    for k in range(1, len(parents)):
        f[k] = f[parents[k]] + rises[k]
    return f


def _plan(a: Floats, b: Floats, parents: Integers) -> coo_array:
    """What lies beyond an edge in excess crosses it, towards the root or from it, and no edge is crossed both ways."""
    beyond = _beyond(_whole(a) - _whole(b), parents)
    k = np.flatnonzero(beyond)
    up, n = beyond[k] > 0, len(parents)
    flow = np.where(up, k, parents[k]), np.where(up, parents[k], k), np.abs(beyond[k]) / GRID
    here, there = np.flatnonzero(a), np.flatnonzero(b)
    i, j, mass = coupled(flow, (here, a[here]), (there, b[there]))
    return coo_array((mass, (here[i], there[j])), shape=(n, n))
