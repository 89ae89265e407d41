"""Potentials on all atoms, from those on the atoms that had mass to move."""

import math

import numpy as np
from numpy.typing import NDArray

from optimal_transport.duality import lowered, mcshane_extension, transformed
from optimal_transport.measures import EPS
from optimal_transport.problem import Problem
from optimal_transport.rounds import extended, powered
from optimal_transport.solvers import Solved

__all__ = ["everywhere"]

Floats = NDArray[np.float64]
ROUNDING = 4 * EPS  # of the potentials: what a c-transform may be off
LARGEST = float(np.finfo(np.float64).max)


def everywhere(problem: Problem, solved: Solved) -> tuple[tuple[Floats, Floats], float]:
    """Potentials on all atoms in units of cost, and by how much they are infeasible over all pairs.

    Args:
        problem: the problem.
        solved: its solution, with potentials on the atoms with mass to move.

    Returns:
        Potentials of shapes (n,) and (m,), and the largest excess of f + g over the cost.

    References:
        C. Villani, Optimal Transport, Old and New (2009), Definition 5.2, on c-transforms.

    Example:
        >>> from optimal_transport.problem import pose, settled
        >>> from optimal_transport.solvers import solve
        >>> problem = settled(pose([[0, 0], [1, 0]], [[1, 0], [1, 1]], None, None, p=1, metric="euclidean"))
        >>> (f, g), infeasibility = everywhere(problem, solve(problem))
        >>> f.shape, g.shape, infeasibility
        ((2,), (2,), 0.0)
    """
    f, g = (part * solved.scale for part in solved.potentials)
    n, m = problem.masses.a.size, problem.masses.b.size
    if not f.size or not g.size:
        return (np.zeros(n), np.zeros(m)), 0.0
    full = f.size + g.size == n + m
    if (full or problem.x is not None) and math.frexp(solved.scale)[0] == 0.5:  # which rounds nothing
        f, g = (f, g) if full else _filled(problem, g)
        return (f - ROUNDING * float(np.abs(f).max() + np.abs(g).max()), g), 0.0
    every = problem.costs(np.arange(n), np.arange(m))
    matrix = np.minimum(every.matrix * every.scale, LARGEST)
    if not full:
        g = transformed(matrix[problem.rows], f)
        f = transformed(matrix.T, g)
    f, infeasibility = lowered(matrix, f, g)
    return (f, g), infeasibility


def _extended(problem: Problem, g: Floats) -> tuple[Floats, Floats]:
    """Potentials on all atoms, one 1-Lipschitz function and its negative, from those on the atoms with mass to move."""
    assert problem.x is not None and problem.y is not None
    y = problem.y[problem.cols]
    f, negative = (mcshane_extension(points, y, g, metric=problem.metric.name) for points in (problem.x, problem.y))
    return f, -negative


def _filled(problem: Problem, g: Floats) -> tuple[Floats, Floats]:
    """Potentials on all atoms by c-transforms of one on the atoms with mass to move, in units of cost."""
    assert problem.x is not None and problem.y is not None
    if problem.p == 1:
        return _extended(problem, g)
    cost = powered(problem.metric, problem.p)
    f = extended(problem.x, problem.y[problem.cols], g, cost)
    return f, extended(problem.y, problem.x, f, cost)
