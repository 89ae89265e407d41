"""Optimal transport in exact fractions: small problems, with answers that nothing was rounded in.

The simplex runs on integers. Every mass of the first measure is made larger by the same small amount, and the last one
of the second by all of these: then no basic flow is ever zero, every pivot lowers the cost, and nothing can cycle. The
last basis is optimal without the small amounts, too.

References:
    R. K. Ahuja, T. L. Magnanti, J. B. Orlin, Network Flows (1993), sections 11.4 to 11.6: the network simplex, and
    perturbations against cycling.
"""

import math
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from fractions import Fraction
from itertools import chain, pairwise

from numpy.typing import ArrayLike

from optimal_transport.rational_input import Matrix, Vector, fraction_masses, fraction_matrix, shown

__all__ = ["RationalTransport", "rational_transport"]

Integers = list[int]
Flow = dict[tuple[int, int], int]
Links = dict[int, list[int]]  # of the spanning tree: the rows 0 to n - 1, then the columns


@dataclass(frozen=True)
class RationalTransport:
    """An optimal plan and the proof that it is one, in fractions; costs in the unit of the cost matrix.

    Attributes:
        cost: the least cost.
        plan: (i, j, mass) for every pair that exchanges mass.
        potentials: (f, g) with f_i + g_j <= c_ij for every pair, and equality where the plan has mass.
    """

    cost: Fraction
    plan: tuple[tuple[int, int, Fraction], ...]
    potentials: tuple[tuple[Fraction, ...], tuple[Fraction, ...]]


def rational_transport(
    cost_matrix: ArrayLike | Sequence[Sequence[Fraction]],
    a: ArrayLike | Sequence[Fraction] | None = None,
    b: ArrayLike | Sequence[Fraction] | None = None,
) -> RationalTransport:
    """The least cost of transport as a fraction, in the unit of the cost matrix times that of the masses.

    min over plans pi >= 0 with marginals a and b of sum_ij c_ij pi_ij, by the transportation simplex. What is returned
    has been checked in fractions: the plan has the marginals a and b, no pair breaks f_i + g_j <= c_ij, and none that
    carries mass leaves room. For tens of points on a side; :func:`optimal_transport.optimal_transport` is for more.

    Args:
        cost_matrix: integers, fractions or floats of any sign, shape (n, m); a float stands for its exact value.
        a: masses, shape (n,), none negative; 1/n each where None.
        b: masses, shape (m,), of exactly the same sum as ``a``; 1/m each where None.

    Returns:
        The cost, a plan and potentials.

    Raises:
        TypeError: an entry is no integer, fraction or float.
        ValueError: an entry is not finite, a shape is wrong, a mass negative, or the sums differ or are zero.

    References:
        R. K. Ahuja, T. L. Magnanti, J. B. Orlin, Network Flows (1993), Theorem 11.3 (what is checked: optimality of a
        spanning tree with its potentials).

    Example:
        >>> rational_transport([[0, 2], [3, 1]], [1, 2], [2, 1]).cost
        Fraction(4, 1)
    """
    costs = fraction_matrix(cost_matrix, "cost_matrix")
    first, second = fraction_masses(a, len(costs), "a"), fraction_masses(b, len(costs[0]), "b")
    if sum(first) != sum(second) or not sum(first):
        raise ValueError(
            f"a and b must have one positive sum, found {float(sum(first))!r} and {float(sum(second))!r}, exactly "
            f"{shown(sum(first) - sum(second))} apart; divide each by its own sum, in fractions"
        )
    return _checked(costs, first, second, _solved(costs, first, second))


def _scaled(values: Iterable[Fraction]) -> tuple[Integers, int]:
    """Fractions as integers over one denominator."""
    listed = list(values)
    common = math.lcm(*(value.denominator for value in listed))
    return [value.numerator * (common // value.denominator) for value in listed], common


def _solved(costs: Matrix, a: Vector, b: Vector) -> RationalTransport:
    """Run the simplex on the atoms with mass, and extend the potentials to the others."""
    rows, cols = ([k for k, mass in enumerate(masses) if mass] for masses in (a, b))
    flat, unit = _scaled(costs[i][j] for i in rows for j in cols)
    whole = [flat[k : k + len(cols)] for k in range(0, len(flat), len(cols))]
    masses, total = _scaled([*(a[i] for i in rows), *(b[j] for j in cols)])
    cells, u, v = _simplex(whole, masses[: len(rows)], masses[len(rows) :])
    plan = tuple((rows[i], cols[j], Fraction(mass, total)) for (i, j), mass in sorted(cells.items()) if mass)
    known = {j: Fraction(value, unit) for j, value in zip(cols, v, strict=True)}
    f = {i: Fraction(value, unit) for i, value in zip(rows, u, strict=True)}
    f = {i: f[i] if i in f else min(row[j] - g for j, g in known.items()) for i, row in enumerate(costs)}
    every = {j: known[j] if j in known else min(costs[i][j] - f[i] for i in f) for j in range(len(b))}
    cost = sum((costs[i][j] * mass for i, j, mass in plan), Fraction(0))
    return RationalTransport(cost, plan, (tuple(f.values()), tuple(every.values())))


def _simplex(costs: list[Integers], a: Integers, b: Integers) -> tuple[Flow, Integers, Integers]:
    """The flow of an optimal basis without the small amounts, and its potentials. All masses are positive."""
    n, times = len(a), len(a) + 1
    raised = [times * mass + 1 for mass in a], [*(times * mass for mass in b[:-1]), times * b[-1] + n]
    flow = _corner(*raised)
    row = 0
    while True:
        parents, potentials = _tree(flow, costs)
        cell = _entering(costs, potentials, row)
        if cell is None:  # a flow of k / (n + 1) more than a whole one, |k| <= n, is positive: the whole one is >= 0
            return _flows(parents, [*a, *(-mass for mass in b)], n), potentials[:n], potentials[n:]
        row = (cell[0] + 1) % n
        _pivot(flow, _cycle(parents, cell, n), cell)


def _corner(a: Integers, b: Integers) -> Flow:
    """The first basis, by the rule of the north-west corner."""
    left, wanted, flow = list(a), list(b), {}
    i = j = 0
    while i < len(a) and j < len(b):
        mass = min(left[i], wanted[j])
        flow[i, j] = mass
        left[i] -= mass
        wanted[j] -= mass
        i, j = (i + 1, j) if not left[i] else (i, j + 1)
    return flow


def _tree(flow: Flow, costs: list[Integers]) -> tuple[Integers, Integers]:
    """The spanning tree of a basis, as the parent of each node in the order from the root; and its potentials."""
    n, links = len(costs), _links(flow, len(costs))
    potentials, parents, order = {0: 0}, {0: -1}, [0]
    for node in order:
        for other in links[node]:
            if other not in parents:
                i, j = min(node, other), max(node, other) - n
                potentials[other] = costs[i][j] - potentials[node]
                parents[other] = node
                order.append(other)
    return [parents[k] for k in range(len(order))], [potentials[k] for k in range(len(order))]


def _links(flow: Flow, n: int) -> Links:
    links: Links = {}
    for i, j in flow:
        links.setdefault(i, []).append(n + j)
        links.setdefault(n + j, []).append(i)
    return links


def _entering(costs: list[Integers], potentials: Integers, start: int) -> tuple[int, int] | None:
    """The cell that breaks the potentials most in the first row, from ``start`` on, in which one does."""
    n, v = len(costs), potentials[len(costs) :]
    for i in chain(range(start, n), range(start)):
        room = [cost - value for cost, value in zip(costs[i], v, strict=True)]
        least = min(room)
        if least < potentials[i]:
            return i, room.index(least)
    return None


def _cycle(parents: Integers, cell: tuple[int, int], n: int) -> list[tuple[int, int]]:
    """The cells of the tree on the way from the column of a cell to its row."""
    down, up = _ancestors(parents, n + cell[1]), _ancestors(parents, cell[0])
    while len(down) > 1 and len(up) > 1 and down[-2] == up[-2]:
        del down[-1], up[-1]
    nodes = down + up[-2::-1]
    return [(min(pair), max(pair) - n) for pair in pairwise(nodes)]


def _ancestors(parents: Integers, node: int) -> Integers:
    way = [node]
    while parents[way[-1]] >= 0:
        way.append(parents[way[-1]])
    return way


def _pivot(flow: Flow, cycle: list[tuple[int, int]], cell: tuple[int, int]) -> None:
    """Send as much as there is around the cycle that a cell closes; the one cell that runs dry leaves."""
    leaving = min(cycle[::2], key=flow.__getitem__)
    mass = flow[leaving]
    for place, other in enumerate(cycle):
        flow[other] += mass if place % 2 else -mass
    del flow[leaving]
    flow[cell] = mass


def _flows(parents: Integers, supply: Integers, n: int) -> Flow:
    """The flow on each link of a tree: what is supplied beyond it."""
    flow, left = {}, list(supply)
    for node in sorted(range(len(parents)), key=lambda k: -len(_ancestors(parents, k))):
        over = parents[node]
        if over >= 0:
            flow[min(node, over), max(node, over) - n] = left[node] if node < n else -left[node]
            left[over] += left[node]
    return flow


def _checked(costs: Matrix, a: Vector, b: Vector, found: RationalTransport) -> RationalTransport:
    """What was found, if plan and potentials prove each other optimal."""
    (f, g), left, wanted = found.potentials, list(a), list(b)
    for i, j, mass in found.plan:
        left[i] -= mass
        wanted[j] -= mass
    rooms = [[cost - f[i] - g[j] for j, cost in enumerate(row)] for i, row in enumerate(costs)]
    feasible = not any(left) and not any(wanted) and min(map(min, rooms)) >= 0
    if not feasible or any(mass <= 0 or rooms[i][j] for i, j, mass in found.plan):
        raise RuntimeError("plan and potentials do not prove each other optimal; please report this problem")
    return found
