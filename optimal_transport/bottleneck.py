"""The Wasserstein distance of order infinity: the least distance within which all mass can be moved."""

import math
from dataclasses import dataclass
from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray
from scipy.sparse import csr_matrix
from scipy.sparse.csgraph import breadth_first_order, maximum_flow

from optimal_transport.measures import EPS, Masses
from optimal_transport.problem import Entries, Problem, no_entries
from optimal_transport.solvers import simplex

__all__ = ["Bottleneck", "bottleneck"]

Floats = NDArray[np.float64]
Mask = NDArray[np.bool_]
PAIRS = 25_000_000
SMALL_INTEGERS = 2**31 - 1  # what scipy's maximum flow counts with
LEFT_OUT = 64 * EPS  # of all mass, which may be left out where weights are rounded


@dataclass(frozen=True, eq=False)
class Bottleneck:
    """The least radius with its proof.

    Attributes:
        distance: the radius, between ``lower`` and ``upper``.
        lower: proved lower bound.
        upper: upper bound, the longest way of the plan with its rounding.
        moved: the plan in masses.
        full: atoms of the first measure, shape (n,), with more mass than
        near: the atoms of the second, shape (m,), that are nearer than ``lower`` to one of them.
        method: how it was found.
    """

    distance: float
    lower: float
    upper: float
    moved: Entries
    full: Mask
    near: Mask
    method: str


class _Tried(NamedTuple):
    """A plan along allowed pairs, and atoms with more mass than their allowed partners: none where all is moved."""

    moved: Entries
    full: Mask


def bottleneck(problem: Problem) -> Bottleneck:
    """The least r such that a plan moves no mass further than r.

    Mass can be moved within r if and only if no set of atoms has more mass than all atoms within r of it together
    (Hall's condition, as a cut of a flow). Of the distances, in order, the first that passes is found by halving; the
    set that fails at the one before proves that it is least.

    Args:
        problem: the problem at p = inf.

    Returns:
        The radius with plan and proof. Where the masses are no whole numbers, 64 eps of them may be left out: the
        radius jumps with them.

    Raises:
        ValueError: there are more than 25 million pairs of points.

    References:
        T. Champion, L. De Pascale, P. Juutinen, The infinity-Wasserstein distance, SIAM J. Math. Anal. 40 (2008);
        P. Hall, On representatives of subsets, J. London Math. Soc. 10 (1935), Theorem 1.

    Example:
        >>> from optimal_transport.problem import pose
        >>> found = bottleneck(pose([0, 1], [1, 3], None, None, p=float("inf"), metric="euclidean"))
        >>> found.distance, found.full.tolist(), found.near.tolist()
        (2.0, [True, True], [True, False])
    """
    n, m = problem.masses.a.size, problem.masses.b.size
    if not problem.rows.size or not problem.cols.size:
        return Bottleneck(0.0, 0.0, 0.0, no_entries(), np.zeros(n, bool), np.zeros(m, bool), "nothing to move")
    if n * m > PAIRS:
        raise ValueError(f"x and y have {n} x {m} pairs, p = inf takes 25 million at most; use fewer points")
    return _between_all(problem)


def _in_all(entries: Entries, problem: Problem) -> Entries:
    """Entries of what is left to move as those of all atoms, in the unit of their masses."""
    i, j, mass = entries
    return problem.rows[i], problem.cols[j], mass * (problem.masses.total / problem.rest.total)


def _exceeds(problem: Problem, full: Mask, near: Mask) -> bool:
    """Whether some atoms have more mass than others, the rounding of weights included."""
    masses = problem.masses
    excess = math.fsum([*masses.a[full], *-masses.b[near]])
    return excess > (masses.error + 4 * EPS) * masses.total if not masses.whole else excess > 0


def _between_all(problem: Problem) -> Bottleneck:
    """The first of all distances within which all mass can be moved, by halving."""
    costs = problem.costs(np.arange(problem.masses.a.size), np.arange(problem.masses.b.size))
    gaps = costs.matrix[np.ix_(problem.rows, problem.cols)]
    radii = np.unique(gaps)
    low, high = int(np.searchsorted(radii, _nearest(gaps, problem.rest))), radii.size - 1
    while low < high:
        middle = (low + high) // 2
        low, high = (middle + 1, high) if _try(gaps <= radii[middle], problem.rest).full.any() else (low, middle)
    radius = radii[low]
    moved = _in_all(_try(gaps <= radius, problem.rest).moved, problem)
    full = np.zeros(problem.masses.a.size, dtype=bool)
    full[problem.rows[_try(gaps < radius, problem.rest).full]] = radius > 0
    near = np.asarray((costs.matrix[full] < radius).any(axis=0))
    distance, slack = float(radius) * costs.length, costs.absolute * costs.length
    lower = max(0.0, distance * (1 - costs.relative - EPS) - slack) if _exceeds(problem, full, near) else 0.0
    upper = distance * (1 + costs.relative + EPS) + slack
    return Bottleneck(distance, lower, upper, moved, full, near, "flow within a radius, Hall set")


def _nearest(gaps: Floats, masses: Masses) -> float:
    """The way of the atom that is furthest from all others, of those that may not be left out."""
    spare = _spare(masses)
    return float(max(gaps.min(axis=1)[masses.a > spare].max(), gaps.min(axis=0)[masses.b > spare].max()))


def _spare(masses: Masses) -> float:
    """How much mass may be left out."""
    return 0.0 if masses.whole else LEFT_OUT * masses.total


def _try(allowed: Mask, masses: Masses) -> _Tried:
    if masses.whole:
        every = np.concatenate([masses.a, masses.b]).astype(np.int64)
        unit = int(np.gcd.reduce(every))
        if masses.total / unit <= SMALL_INTEGERS:
            return _flow(allowed, every // unit, unit)
    return _cheapest(allowed, masses)


def _flow(allowed: Mask, parts: NDArray[np.int64], unit: int) -> _Tried:
    """By scipy's maximum flow from a source, node 0, through both clouds to a sink, the last node."""
    n, m = allowed.shape
    i, j = np.nonzero(allowed)
    last = n + m + 1
    tails = np.concatenate([np.zeros(n, dtype=np.intp), i + 1, np.arange(m) + n + 1])
    heads = np.concatenate([np.arange(n) + 1, j + n + 1, np.full(m, last)])
    rooms = np.concatenate([parts[:n], np.full(i.size, parts[:n].sum()), parts[n:]]).astype(np.int32)
    graph = csr_matrix((rooms, (tails, heads)), shape=(last + 1, last + 1))
    flow = maximum_flow(graph, 0, last).flow
    reached = breadth_first_order(graph - flow > 0, 0, return_predecessors=False)
    full = np.zeros(n, dtype=bool)
    full[reached[(reached > 0) & (reached <= n)] - 1] = True
    between = flow[1 : n + 1, n + 1 : last].tocoo()
    kept = between.data > 0
    return _Tried((between.row[kept], between.col[kept], between.data[kept] * float(unit)), full)


def _cheapest(allowed: Mask, masses: Masses) -> _Tried:
    """By POT's network simplex, where a pair that is not allowed costs one; its potentials then are zero or one."""
    (i, j, mass), high, _ = simplex((~allowed).astype(np.float64), masses)
    kept = allowed[i, j]
    short = math.fsum(mass[~kept]) > _spare(masses)
    full = (high > (high.min() + high.max()) / 2) if np.ptp(high) > 0 else np.ones(len(high), dtype=bool)
    return _Tried((i[kept], j[kept], mass[kept]), full & short)
