"""The certificate catches what is a little wrong, and POT's traps do not pass."""

import warnings

import numpy as np
import ot
import pytest

from optimal_transport import optimal_transport, solvers, wasserstein_distance
from optimal_transport.costs import metric_row, power_costs
from optimal_transport.duality import c_transform, dual, mcshane_extension, violation

RNG = np.random.default_rng(11)
X, Y = RNG.normal(size=(30, 2)), RNG.normal(size=(40, 2)) + 0.5
MASS = np.full(30, 4.0), np.full(40, 3.0)


def test_potentials_one_percent_off_break_the_inequality():
    f, g = optimal_transport(X, Y).potentials
    costs = power_costs(X, Y, metric_row("euclidean"), 1)
    assert violation(costs.matrix * costs.scale, f, g) <= 1e-15
    assert violation(costs.matrix * costs.scale, 1.01 * f, 1.01 * g) > 1e-3


def test_perturbed_potentials_prove_less():
    costs = power_costs(X, Y, metric_row("euclidean"), 1)
    found = optimal_transport(X, Y)
    best = found.potentials[0] / costs.scale
    full = dual(costs, best, *MASS)
    wrong = dual(costs, best + 0.01 * np.abs(best).max() * RNG.choice([-1, 1], size=30), *MASS)
    assert full.lower / 120 * costs.scale == pytest.approx(found.cost, rel=1e-13)
    assert wrong.lower < full.lower * (1 - 1e-4)
    assert wrong.infeasibility <= 2e-16


def worse(entries):
    """The same marginals at a higher cost: the targets of two equal rows exchanged."""
    i, j, mass = entries
    j = j.copy()
    heavy = np.argsort(-mass, kind="stable")
    k = heavy[0]
    other = next(m for m in heavy if mass[m] == mass[k] and i[m] != i[k] and j[m] != j[k])
    j[k], j[other] = j[other], j[k]
    return i, j, mass


def test_a_worse_plan_is_seen_in_the_gap(monkeypatch):
    simplex = solvers.simplex
    truth = wasserstein_distance(X, Y)
    monkeypatch.setattr(solvers, "simplex", lambda c, m: (worse(simplex(c, m)[0]), *simplex(c, m)[1:]))
    found = optimal_transport(X, Y)
    assert found.gap > 1e-5
    assert found.lower <= truth < found.upper
    with pytest.raises(RuntimeError, match="raise tolerance"):
        wasserstein_distance(X, Y)


def test_a_plan_that_loses_mass_is_seen(monkeypatch):
    simplex = solvers.simplex

    def leaky(costs, masses):
        (i, j, mass), f, converged = simplex(costs, masses)
        return (i, j, mass * (1 - 1e-4)), f, converged

    truth = wasserstein_distance(X, Y)
    monkeypatch.setattr(solvers, "simplex", leaky)
    found = optimal_transport(X, Y)
    assert found.marginal_error == pytest.approx(2e-4, rel=1e-9)
    assert found.lower <= truth <= found.upper
    assert found.gap > 1e-4


def test_an_iteration_limit_is_reported(monkeypatch):
    x, y = RNG.normal(size=(200, 3)), RNG.normal(size=(200, 3))
    truth = wasserstein_distance(x, y)
    monkeypatch.setattr(solvers, "ITERATIONS", 300)
    found = optimal_transport(x, y)
    assert not found.converged
    assert found.lower <= truth <= found.upper
    assert found.gap > 1e-6
    with pytest.raises(RuntimeError):
        wasserstein_distance(x, y)


def test_costs_of_1e32_are_solved():
    """POT on the raw costs need not find the optimum (its thresholds are absolute); scaled to one it does."""
    costs = np.random.default_rng(0).random((50, 50)) * 1e32
    found = optimal_transport(cost_matrix=costs)
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        raw = float((ot.emd(np.full(50, 0.02), np.full(50, 0.02), costs) * costs).sum())
    assert found.gap <= 1e-13
    assert found.cost <= raw * (1 + 1e-14)


def test_the_trap_that_nan_costs_nothing():
    costs = np.array([[1.0, np.nan], [1.0, 1.0]])
    with pytest.raises(ValueError, match=r"cost_matrix must be finite and >= 0, found nan at \(0, 1\)"):
        optimal_transport(cost_matrix=costs)


@pytest.mark.parametrize(("arguments", "error", "message"), [
    ({"x": [0, np.nan], "y": [1.0]}, ValueError, "x must be finite, found nan"),
    ({"x": [0.0], "y": [np.inf]}, ValueError, "y must be finite, found inf"),
    ({"x": [], "y": [1.0]}, ValueError, "x must have shape"),
    ({"x": [0.0], "y": np.empty((0, 2))}, ValueError, "y must have shape"),
    ({"x": 1.0, "y": [1.0]}, ValueError, "x must have shape"),
    ({"x": np.zeros((1, 1, 1)), "y": [1.0]}, ValueError, "x must have shape"),
    ({"x": ["a"], "y": [1.0]}, TypeError, "x has dtype"),
    ({"x": [True], "y": [1.0]}, TypeError, "x has dtype"),
    ({"x": [1j], "y": [1.0]}, TypeError, "x has dtype"),
    ({"x": np.zeros((2, 2)), "y": np.zeros((2, 3))}, ValueError, "dimensions 2 and 3"),
    ({"x": [0.0, 1.0], "y": [1.0], "a": [1.5, -0.5]}, ValueError, "a must be >= 0, found -0.5 at 1"),
    ({"x": [0.0, 1.0], "y": [1.0], "a": [0.5, 0.5 + 1e-6]}, ValueError, "divide a by its sum"),
    ({"x": [0.0, 1.0], "y": [1.0, 2.0], "b": [2, 2]}, ValueError, "b must sum to 1, found 4.0"),
    ({"x": [0.0, 1.0], "y": [1.0], "a": [1.0]}, ValueError, "one weight per point"),
    ({"x": [0.0, 1.0], "y": [1.0], "a": [np.nan, 1.0]}, ValueError, "a must be finite"),
    ({"x": [0.0], "y": [1.0], "p": 0.5}, ValueError, "p must be >= 1, found 0.5"),
    ({"x": [0.0], "y": [1.0], "p": np.nan}, ValueError, "p must be >= 1, found nan"),
    ({"x": [0.0], "y": [1.0], "p": -np.inf}, ValueError, "p must be >= 1, found -inf"),
    ({"x": [0.0], "y": [1.0], "p": "2"}, TypeError, "p must be a number"),
    ({"x": [0.0], "y": [1.0], "metric": "euclidian"}, ValueError, "metric must be one of"),
    ({"x": [-1.7e308], "y": [1.7e308]}, ValueError, "divide all points"),
    ({"x": [[-1.7e308, 0]], "y": [[1.7e308, 0]]}, ValueError, "divide all points"),
    ({"x": [0.0]}, ValueError, "x and y must both be given"),
    ({"x": [0.0], "y": [1.0], "cost_matrix": [[1.0]]}, ValueError, "leave out one"),
    ({"cost_matrix": [[-1.0]]}, ValueError, "cost_matrix must be finite and >= 0"),
    ({"cost_matrix": [[np.inf]]}, ValueError, "for a forbidden pair"),
    ({"cost_matrix": [1.0]}, ValueError, "cost_matrix must have shape"),
    ({"cost_matrix": np.empty((0, 0))}, ValueError, "cost_matrix must have shape"),
    ({"cost_matrix": [["a"]]}, TypeError, "cost_matrix has dtype"),
])  # fmt: skip
def test_bad_input_is_named(arguments, error, message):
    with pytest.raises(error, match=message):
        optimal_transport(**arguments)
    if "cost_matrix" not in arguments and "y" in arguments:
        with pytest.raises(error, match=message):
            wasserstein_distance(**arguments)


@pytest.mark.parametrize("tolerance", [-1.0, np.nan, np.inf])
def test_a_tolerance_is_a_number(tolerance):
    with pytest.raises(ValueError, match="tolerance must be finite"):
        wasserstein_distance([0.0], [1.0], tolerance=tolerance)


def test_weights_of_every_dtype():
    for dtype in (np.float16, np.float32, np.int64):
        weights = np.array([1, 0], dtype=dtype)
        assert wasserstein_distance([0, 1], [1, 1], weights) == 1
    thirds = np.full(3, 1 / 3, dtype=np.float32)
    assert wasserstein_distance([0.0, 1.0, 2.0], [1.0], thirds) == pytest.approx(2 / 3, rel=1e-15)


def test_small_integers_do_not_wrap():
    assert wasserstein_distance(np.array([-120], dtype=np.int8), np.array([120], dtype=np.int8)) == 240
    assert (
        wasserstein_distance(
            np.array([[0, 250]], dtype=np.uint8), np.array([[250, 0]], dtype=np.uint8), metric="cityblock"
        )
        == 500
    )


def test_transforms():
    costs = power_costs(X, Y, metric_row("euclidean"), 2).matrix
    f = RNG.normal(size=30)
    g = c_transform(costs, f)
    assert violation(costs, f, g) <= 1e-15
    assert violation(costs, f, g + 1e-6) >= 9e-7
    np.testing.assert_allclose(c_transform(costs, c_transform(costs.T, g)), g, atol=1e-15)


def test_a_mcshane_extension_is_lipschitz_and_a_steeper_one_is_not():
    g = 0.1 * RNG.normal(size=40)
    points = np.concatenate([X, Y])
    phi = mcshane_extension(points, Y, g)
    gaps = np.linalg.norm(points[:, None] - points[None], axis=2)
    slopes = np.abs(phi[:, None] - phi[None])
    assert (slopes <= gaps * (1 + 1e-13) + 1e-15).all()
    assert not (1.01 * slopes <= gaps * (1 + 1e-13) + 1e-15).all()
    assert (phi[30:] <= -g + 1e-15).all()
