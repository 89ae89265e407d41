"""Every critic proves a true lower bound, and the optimal one proves the distance."""

import copy
import math
import subprocess
import sys
from collections import Counter
from fractions import Fraction

import numpy as np
import pytest
import torch
from hypothesis import given
from hypothesis import strategies as st

from optimal_transport import c_transform, certify, critics, duality, mcshane_extension, optimal_transport
from optimal_transport.strategies import measure_pairs
from reports.kinds import KINDS, kinds
from tests.optimal_transport.references import best_assignment, cityblock, on_the_line

METRICS = ["euclidean", "cityblock", "chebyshev"]
CRITICS = {
    "random": lambda rng, f, g: (rng.normal(size=f.size), rng.normal(size=g.size)),
    "optimal": lambda rng, f, g: (f, -g),
    "three times": lambda rng, f, g: (3 * f, -3 * g),
    "shifted": lambda rng, f, g: (f + 7, 7 - g),
    "noisy": lambda rng, f, g: (f + 0.1 * rng.normal(size=f.size), 0.1 * rng.normal(size=g.size) - g),
    "reversed": lambda rng, f, g: (-f, g),
    "constant": lambda rng, f, g: (np.full(f.size, 2.5), np.full(g.size, 2.5)),
    "discontinuous": lambda rng, f, g: (np.sign(f), np.sign(-g)),
    "huge": lambda rng, f, g: (1e300 * rng.normal(size=f.size), 1e300 * rng.normal(size=g.size)),
    "tiny": lambda rng, f, g: (1e-300 * f, -1e-300 * g),
}
OPTIMAL = {"optimal", "three times", "shifted", "tiny"}


def problem(seed):
    """Small clouds of every kind: generic, on a lattice with coincident points, nearly equal, Diracs, any weights."""
    rng = np.random.default_rng(seed)
    n, m, d = rng.integers(1, 7, 3)
    x, y = rng.normal(size=(n, d)), rng.normal(size=(m, d)) + rng.integers(0, 2)
    if seed % 3 == 0:
        x, y = np.rint(x), np.rint(y)
    if seed % 10 == 4:
        y, m = x * (1 + 1e-9 * rng.normal(size=x.shape)) if seed % 4 else x.copy(), n
    a, b = (rng.multinomial(64, np.full(k, 1 / k)) / 64 for k in (n, m))
    if seed % 10 == 6:
        a = np.eye(n)[0]
    if seed % 10 == 4:
        b = a.copy()
    return rng, x, y, *((None, None) if seed % 2 else (a, b))


PROBLEMS = {name: range(100 * k, 100 * k + 100) for k, name in enumerate(CRITICS)}


def test_there_are_a_thousand_problems_of_every_kind():
    """But for extreme scales, which the drawn problems below have."""
    seen = Counter(kind for seeds in PROBLEMS.values() for seed in seeds for kind in ("any", *kinds_of(*problem(seed))))
    assert seen.pop("any") == 1000
    assert seen.keys() == KINDS.keys() - {"tiny", "huge"} and min(seen.values()) >= 20


def kinds_of(_, x, y, a, b):
    uniform = lambda points: np.full(len(points), 1 / len(points))  # noqa: E731
    return kinds({"pair": ((x, uniform(x) if a is None else a), (y, uniform(y) if b is None else b))})


@pytest.mark.parametrize("name", CRITICS)
def test_no_critic_proves_more_than_the_distance(name):
    """A hundred problems for each critic. Potentials of any size prove the distance; 1 % more of that is refuted."""
    tight = 0
    for seed in PROBLEMS[name]:
        rng, x, y, a, b = problem(seed)
        metric = METRICS[seed % 3 - 1]
        truth = optimal_transport(x, y, a, b, metric=metric)
        f, g = truth.potentials
        found = certify(x, y, CRITICS[name](rng, f, g), a, b, metric=metric)
        assert (found.kind, found.high, found.low) == ("lower bound", math.inf, found.value)
        assert 0 <= found.low <= truth.upper
        tight += found.low * 1.01 > truth.upper > 0
        if name in OPTIMAL:
            assert found.low == pytest.approx(truth.cost, rel=5e-14, abs=1e-300)  # 5.3e-15 measured
    assert tight > 50 or name not in OPTIMAL


@given(st.integers(0, 2**32), st.integers(1, 5), st.integers(1, 3))
def test_never_more_than_the_best_of_all_assignments_in_rationals(seed, n, d):
    rng = np.random.default_rng(seed)
    x, y = rng.normal(size=(n, d)), rng.normal(size=(n, d))
    truth = best_assignment(cityblock(x, y))
    f, g = optimal_transport(x, y, metric="cityblock").potentials
    for critic in CRITICS.values():
        assert Fraction(certify(x, y, critic(rng, f, g), metric="cityblock").low) <= truth


@given(measure_pairs(max_dimension=1), st.integers(0, 2**32))
def test_every_scale_of_length_nearly_equal_measures_and_zero_weights(pair, seed):
    (x, a), (y, b) = pair
    truth = on_the_line(x[:, 0], y[:, 0], a, b)
    f, g = optimal_transport(x, y, a, b).potentials
    best = certify(x, y, (f, -g), a, b)
    assert Fraction(best.low) <= truth
    assert best.low == pytest.approx(float(truth), rel=1e-13, abs=1e-300)
    rng = np.random.default_rng(seed)
    assert Fraction(certify(x, y, (rng.normal(size=len(x)), rng.normal(size=len(y))), a, b).low) <= truth


def steepest(x, y, u, v):
    """(mean f(X) - mean f(Y)) / max (f(x) - f(y))/|x - y|, zero where that proves nothing."""
    raw, rise = u.mean() - v.mean(), u[:, None] - v[None]
    gaps = np.linalg.norm(x[:, None] - y[None], axis=2)
    if raw <= 0 or (rise[gaps == 0] > 0).any():
        return 0.0
    return raw / (rise[gaps > 0] / gaps[gaps > 0]).max()


def test_the_repair_is_never_behind_division_by_the_slope():
    better = 0
    for seed in range(300):
        rng = np.random.default_rng(seed)
        x, y = rng.normal(size=(2, 6, 2)) if seed % 2 else np.rint(rng.normal(size=(2, 6, 2)))
        u, v = x @ [1.0, 0.5] + 0.2 * rng.normal(size=6), y @ [1.0, 0.5] + 0.2 * rng.normal(size=6)
        divided = steepest(x, y, u, v)
        found = certify(x, y, (u, v)).low
        assert found >= divided * (1 - 1e-14)
        better += found > 1.05 * divided
    assert better > 200


def test_a_critic_that_is_too_steep_proves_no_more():
    """Raw values overshoot as the slope does; a raw value is not what is certified."""
    rng = np.random.default_rng(0)
    x, y = rng.normal(size=(50, 1)), rng.normal(size=(50, 1)) + 40
    found = certify(x, y, lambda points: -2.996 * points)
    truth = optimal_transport(x, y).cost
    assert found.details["raw"] == pytest.approx(2.996 * truth, rel=1e-13)
    assert found.low == pytest.approx(truth, rel=1e-13)
    assert found.details["scale"] * 2.996 >= 1 - 1e-12


def test_no_mass_to_move_and_one_point():
    x = np.arange(6.0).reshape(3, 2)
    assert certify(x, x[::-1], lambda points: points[:, 0]).low == 0
    assert certify([3.0], [3.0], ([1.0], [0.0])).low == 0
    assert certify([0.0], [3.0], ([0.0], [0.0])).low == pytest.approx(3, rel=1e-14)


def test_decimal_weights_are_allowed_for():
    x, y = [0.0, 1.0, 2.0], [0.5, 4.0]
    a, b = [0.1, 0.2, 0.7], [0.3, 0.7]
    truth = on_the_line(np.array(x), np.array(y), np.array(a), np.array(b))
    f, g = optimal_transport(x, y, a, b).potentials
    found = certify(x, y, (f, -g), a, b).low
    assert float(truth) * (1 - 1e-13) <= found <= float(truth) * (1 + 1e-16)


def test_blocks_change_nothing(monkeypatch):
    rng = np.random.default_rng(1)
    x, y, z = rng.normal(size=(40, 3)), rng.normal(size=(30, 3)) + 1, rng.normal(size=(20, 3))
    f, g = optimal_transport(x, y).potentials
    whole = certify(x, y, (f, -g)).low, mcshane_extension(z, y, g)
    for module in (critics, duality):
        monkeypatch.setattr(module, "BLOCK", 64)
    assert certify(x, y, (f, -g)).low == pytest.approx(whole[0], rel=1e-14)
    np.testing.assert_array_equal(mcshane_extension(z, y, g), whole[1])


def network():
    torch.manual_seed(0)
    return torch.nn.Sequential(torch.nn.Linear(2, 8), torch.nn.ReLU(), torch.nn.Dropout(0.5), torch.nn.Linear(8, 1))


def test_networks_are_evaluated_in_float64_and_left_alone(monkeypatch):
    rng = np.random.default_rng(2)
    x, y = rng.normal(size=(30, 2)), rng.normal(size=(20, 2)) + 1
    net = network().train()
    before = copy.deepcopy(net.state_dict())
    first, _, _, last = copy.deepcopy(net).double()
    weights = [part.detach().numpy() for part in (first.weight, first.bias, last.weight, last.bias)]
    by_hand = lambda z: np.maximum(z @ weights[0].T + weights[1], 0) @ weights[2].T + weights[3]  # noqa: E731
    monkeypatch.setattr(critics, "ROWS", 7)
    found = certify(x, y, net)
    assert found.low == pytest.approx(certify(x, y, by_hand).low, rel=1e-13)
    assert found.details["raw"] == pytest.approx(float(by_hand(x).mean() - by_hand(y).mean()), rel=1e-12)
    assert net.training and all(p.dtype == torch.float32 and p.grad is None for p in net.parameters())
    assert all(torch.equal(before[key], value) for key, value in net.state_dict().items())


def test_torch_is_not_loaded_for_a_function():
    code = (
        "import sys; from optimal_transport import certify; certify([0.0], [1.0], abs); print('torch' in sys.modules)"
    )
    assert subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True).stdout == "False\n"


def test_optimal_potentials_extend_and_transform():
    rng = np.random.default_rng(3)
    x, y = rng.normal(size=(20, 2)), rng.normal(size=(15, 2)) + 1
    truth = optimal_transport(x, y)
    g = truth.potentials[1]
    assert certify(x, y, lambda z: mcshane_extension(z, y, g)).low == pytest.approx(truth.cost, rel=1e-12)
    costs = np.linalg.norm(x[:, None] - y[None], axis=2)
    np.testing.assert_array_equal(mcshane_extension(x, y, g), c_transform(costs.T, g))


@pytest.mark.parametrize(("arguments", "error", "message"), [
    (([0.0], [1.0], 3.0), TypeError, "f must be a pair of arrays"),
    (([0.0], [1.0], ([0.0],)), TypeError, "f must be a pair of arrays"),
    (([0.0], [1.0], ([0.0, 1.0], [0.0])), ValueError, r"f on x must have shape \(1,\), .* found \(2,\)"),
    (([0.0], [1.0], ([0.0], [[0.0, 1.0]])), ValueError, r"f on y must have shape \(1,\)"),
    (([0.0], [1.0], ([np.nan], [0.0])), ValueError, "f on x must be finite, found nan"),
    (([0.0], [1.0], ([0.0], [np.inf])), ValueError, "f on y must be finite, found inf"),
    (([0.0], [1.0], (["a"], [0.0])), TypeError, "f on x has dtype"),
    (([0.0], [1.0], lambda z: z * np.inf), ValueError, "f on x must be finite, found nan"),
    (([0.0], [1.0], lambda z: 0.0), ValueError, "f on x must have shape"),
    (([0.0], [np.nan], abs), ValueError, "y must be finite"),
    (([[0.0, 1.0]], [1.0], abs), ValueError, "dimensions 2 and 1"),
    (([0.0], [1.0], abs, [0.5]), ValueError, "a must sum to 1"),
    (([0.0], [1.0], abs, None, [0.5, 0.5]), ValueError, "b must have shape"),
    (([-1.7e308], [1.7e308], abs), ValueError, "divide all points by a constant"),
])  # fmt: skip
@pytest.mark.filterwarnings("ignore:invalid value:RuntimeWarning")
def test_bad_critics_are_named(arguments, error, message):
    with pytest.raises(error, match=message):
        certify(*arguments)


def test_an_unknown_metric_is_named():
    with pytest.raises(ValueError, match="metric must be one of"):
        certify([0.0], [1.0], abs, metric="cosine")


@pytest.mark.parametrize(("call", "error", "message"), [
    (lambda: c_transform([1.0], [1.0]), ValueError, "cost_matrix must have shape"),
    (lambda: c_transform(np.empty((0, 2)), []), ValueError, "cost_matrix must have shape"),
    (lambda: c_transform([[np.nan]], [1.0]), ValueError, "cost_matrix must be finite"),
    (lambda: c_transform([[1.0, 2.0]], [1.0, 2.0]), ValueError, r"f must have shape \(1,\)"),
    (lambda: c_transform([[1.0]], [np.inf]), ValueError, "f must be finite"),
    (lambda: c_transform([[1j]], [1.0]), TypeError, "cost_matrix has dtype"),
    (lambda: mcshane_extension([[0.0, 0.0]], [0.0], [0.0]), ValueError, "dimensions 2 and 1"),
    (lambda: mcshane_extension([0.0], [0.0], [0.0, 1.0]), ValueError, r"g must have shape \(1,\)"),
    (lambda: mcshane_extension([np.inf], [0.0], [0.0]), ValueError, "points must be finite"),
    (lambda: mcshane_extension([0.0], [0.0], [0.0], metric="l2"), ValueError, "metric must be one of"),
])  # fmt: skip
def test_bad_transforms_are_named(call, error, message):
    with pytest.raises(error, match=message):
        call()
