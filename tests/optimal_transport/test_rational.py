"""Transport in fractions against every assignment and every vertex, and the solver's bounds against it."""

from dataclasses import replace
from fractions import Fraction

import numpy as np
import pytest
from hypothesis import given, settings

from optimal_transport import optimal_transport, rational, rational_transport
from optimal_transport.strategies import integer_problems, measure_pairs
from tests.optimal_transport.references import POWERS, best_assignment, best_vertex, exact_costs

EPS = 2.0**-52


@pytest.mark.parametrize("n", [1, 2, 3, 4, 5, 6, 7])
def test_no_assignment_costs_less(n):
    for seed in range(3 if n == 7 else 20):
        rng = np.random.default_rng([seed, n])
        costs = rng.integers(0, [3, 100][seed % 2], (n, n))
        assert rational_transport(costs).cost == best_assignment([[Fraction(int(c)) for c in row] for row in costs])


@pytest.mark.parametrize(("n", "m"), [(1, 3), (2, 2), (2, 3), (3, 2), (2, 4), (3, 3)])
def test_no_vertex_costs_less(n, m):
    for seed in range(15):
        rng = np.random.default_rng([seed, n, m])
        costs = [[Fraction(int(c), 7) for c in row] for row in rng.integers(-3, 4, (n, m))]
        a, b = ([Fraction(int(w), 6) for w in rng.multinomial(6, np.full(k, 1 / k))] for k in (n, m))
        found = rational_transport(costs, a, b)
        assert found.cost == best_vertex(costs, a, b)
        (f, g) = found.potentials
        assert found.cost == sum(map(Fraction.__mul__, a, f)) + sum(map(Fraction.__mul__, b, g))


def certified(found, truth, largest):
    """Bounds on both sides of the truth, as close as rounding allows: 64 eps of the largest cost; 23 measured."""
    assert Fraction(found.lower) <= truth <= Fraction(found.upper)
    assert found.upper - found.lower <= 64 * EPS * largest + 1e-322
    assert not Fraction(found.lower) <= truth + Fraction(128 * EPS * largest) <= Fraction(found.upper)  # the twin


@settings(max_examples=300)
@given(integer_problems())
def test_the_certificate_encloses_the_exact_cost(problem):
    costs, a, b = problem
    found = optimal_transport(cost_matrix=costs, a=a, b=b)
    certified(found, rational_transport(costs, a, b).cost, costs.max() or 1.0)


@pytest.mark.parametrize(("metric", "p"), POWERS, ids=lambda one: str(one))
@given(pair=measure_pairs())
def test_points_in_norms_with_exact_powers(metric, p, pair):
    (x, a), (y, b) = pair
    size = float(max(np.abs(x).max(), np.abs(y).max()) or 1.0) if p > 1 else 1.0
    x, y = x / size, y / size
    costs = exact_costs(x, y, metric, p)
    found = optimal_transport(x, y, a, b, metric=metric, p=p)
    truth, largest = rational_transport(costs, a, b).cost, float(max(map(max, costs)))
    assert Fraction(found.lower) <= truth <= Fraction(found.upper)
    assert found.upper - found.lower <= 64 * EPS * largest + 1e-322  # 28 measured at p = 1, 43 at p > 1


def test_degenerate_problems_of_sixty_points_do_not_cycle():
    """Equal masses and few different costs: almost every pivot of the plain simplex would move nothing."""
    for seed, high in enumerate((1, 2, 3, 10)):
        costs = np.random.default_rng(seed).integers(0, high + 1, (60, 60))
        found, exact = optimal_transport(cost_matrix=costs), rational_transport(costs)
        assert found.lower <= exact.cost <= found.upper
        assert len(exact.plan) == 60


def test_floats_stand_for_their_exact_values():
    assert rational_transport([[0.1]]).cost == Fraction(0.1) != Fraction(1, 10)
    assert rational_transport([[5e-324, 1e300], [1e300, 1e-300]], [2, 1], [2, 1]).cost == (
        2 * Fraction(5e-324) + Fraction(1e-300)
    )
    third = Fraction(1, 3)
    assert rational_transport([[3, 1]], [1], [third, 1 - third]).cost == Fraction(5, 3)
    for kind in (np.int8, np.uint64, np.float16, np.float32, object):
        assert rational_transport(np.array([[2, 7]], dtype=kind)).cost == Fraction(9, 2)


def test_integers_of_any_length_and_masses_that_are_no_weights():
    huge = 10**40
    assert rational_transport([[huge, huge + 1], [huge + 1, huge]], [3, 4], [4, 3]).cost == 7 * huge + 1


def test_atoms_without_mass_get_feasible_potentials():
    costs = [[5, 1, 2], [0, 9, 9], [1, 2, 7]]
    f, g = rational_transport(costs, [0, 1, 1], [1, 0, 1]).potentials
    assert min(costs[i][j] - f[i] - g[j] for i in range(3) for j in range(3)) == 0


@pytest.mark.parametrize("wrong", [
    lambda found: replace(found, plan=((0, 1, Fraction(1)), (1, 0, Fraction(1)))),
    lambda found: replace(found, plan=found.plan[:1]),
    lambda found: replace(found, plan=((0, 0, Fraction(2)), (0, 1, Fraction(-1)), (1, 1, Fraction(2)))),
    lambda found: replace(found, potentials=((found.potentials[0][0] + Fraction(1, 10**40), found.potentials[0][1]),
                                             found.potentials[1])),
    lambda found: replace(found, potentials=((found.potentials[0][0] - Fraction(1, 10**40), found.potentials[0][1]),
                                             found.potentials[1])),
], ids=["worse", "mass lost", "negative", "infeasible", "loose"])  # fmt: skip
def test_what_does_not_prove_itself_optimal_is_not_returned(monkeypatch, wrong):
    solved = rational._solved
    monkeypatch.setattr(rational, "_solved", lambda costs, a, b: wrong(solved(costs, a, b)))
    with pytest.raises(RuntimeError, match="do not prove"):
        rational_transport([[0, 2], [2, 0]], [1, 1], [1, 1])


@pytest.mark.parametrize(("arguments", "error", "message"), [
    (([[0.0, np.nan]],), ValueError, r"cost_matrix must be finite, found nan at \(0, 1\)"),
    (([[np.inf]],), ValueError, "cost_matrix must be finite, found inf"),
    (([1, 2],), ValueError, r"cost_matrix must be a rectangle of shape \(n, m\)"),
    (([],), ValueError, "cost_matrix must be a rectangle of shape"),
    (([[]],), ValueError, "cost_matrix must be a rectangle of shape"),
    (([[1], [1, 2]],), ValueError, "cost_matrix must be a rectangle"),
    (([np.zeros((2, 2)), np.zeros((2, 3))],), ValueError, "cost_matrix is no rectangle"),
    (([["1"]],), TypeError, r"cost_matrix has a str at \(0, 0\)"),
    (([[True]],), TypeError, "cost_matrix has a bool"),
    ((5,), TypeError, "cost_matrix is of type int"),
    (([[1, 2]], [2]), ValueError, "found 2.0 and 1.0, exactly 1 apart; divide each by its own sum"),
    (([[1, 2]], [0], [0, 0]), ValueError, "one positive sum, found 0.0 and 0.0"),
    (([[1, 2]], [1], [0.1, 0.9 + 1e-15]), ValueError, "exactly about -.*e-1.* apart"),
    (([[1, 2]], [1], [2, -1]), ValueError, "b must be >= 0, found -1 at 1"),
    (([[1, 2]], [1], [1]), ValueError, r"b must have shape \(2,\), one mass per point"),
    (([[1, 2]], [np.nan]), ValueError, "a must be finite, found nan"),
])  # fmt: skip
def test_bad_input_is_named(arguments, error, message):
    with pytest.raises(error, match=message):
        rational_transport(*arguments)


def test_masses_are_one_to_the_last_digit():
    """One part in 10^30 more on one side, which no float could tell, is refused and not rescaled."""
    more = [Fraction(1, 2) + Fraction(1, 10**30), Fraction(1, 2)]
    with pytest.raises(ValueError, match=r"exactly about -1\.0e-30 apart"):
        rational_transport(np.ones((2, 2)), None, more)
