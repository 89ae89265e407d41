"""A row of one's own takes fewer than ten lines, brings two tests a law, and each of its cells is watched."""

import ast
import inspect
import math
import re
import subprocess
import sys
from dataclasses import replace

import numpy as np
import pytest
import torch

from divergences import FDivergence, HalfLine, f_divergence, generator
from divergences.elementary import softplus
from tests.laws import mutate
from tests.laws.law import Law
from tests.laws.laws import LAWS

# fmt: off
MARTON = FDivergence(
    name="marton", f=lambda u: np.maximum(1 - u, 0) ** 2, derivative=lambda u: -2 * np.maximum(1 - u, 0),
    conjugate=lambda t: np.where(t <= 0, np.maximum(t / 2 + 1, 0) ** 2 - 1, math.inf),
    conjugate_domain=HalfLine(0.0, closed=True),
    activation=lambda v: -softplus(-v), penalty=lambda v: np.maximum(1 - softplus(-v) / 2, 0) ** 2 - 1,
    integrand=lambda p, q, d: (d + abs(d)) / 2 * ((d + abs(d)) / (p + q + abs(d) + 5e-324)),
    slopes=lambda p, q, d: (-2 * (r := (d + abs(d)) / (p + q + abs(d) + 5e-324)), r * (2 - r)),
    at_zero=1.0, slope_at_infinity=0.0, metric_power=None, source="Marton, Annals of Probability 24 (1996)", unit="",
)
# fmt: on
P, Q = np.array([0.5, 0.5, 0.0, 0.0]), np.array([0.25, 0.25, 0.5, 0.0])


@pytest.mark.parametrize("law", LAWS, ids=lambda law: law.name)
def test_law(law: Law) -> None:
    law.check(MARTON)


@pytest.mark.parametrize("law", LAWS, ids=lambda law: law.name)
def test_law_catches_its_twin(law: Law) -> None:
    with pytest.raises(AssertionError):
        law.check(law.twin(MARTON))


@pytest.mark.parametrize("column", mutate.COLUMNS)
def test_a_cell_five_per_cent_off_is_caught(column: str, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(mutate, "FACTOR", 1.05)
    cell = getattr(MARTON, column)
    if cell is None:
        wrong, change = {"metric_power": 0.5, "order": 1.5, "weight": 0.5, "corner": 1.5}[column], "filled"
    elif cell == 0 or cell == HalfLine(0.0, closed=True):
        wrong, change = (0.05 if cell == 0 else HalfLine(0.05, closed=True)), "moved"
    else:
        wrong, change = mutate.scaled(cell), "scaled"
    assert mutate.Mutant(MARTON, column, change, wrong).killer()


def test_the_row_takes_fewer_than_ten_lines() -> None:
    tree = ast.parse(inspect.getsource(sys.modules[__name__]))
    row = next(node for node in tree.body if isinstance(node, ast.Assign) and node.targets[0].id == "MARTON")
    assert row.end_lineno - row.lineno + 1 < 10


def test_a_row_in_the_table_brings_its_tests_along() -> None:
    """Nothing but the row is added; at least twelve tests run on it, and pass."""
    code = """
import sys, pytest
from tests.laws import cases, test_own_row
cases.ALL_ROWS += (test_own_row.MARTON,)
sys.exit(pytest.main(["-q", "-n0", "-k", "marton", "tests/laws/test_laws.py"]))
"""
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=False, timeout=300)
    assert done.returncode == 0, done.stdout
    passed = re.search(r"(\d+) passed", done.stdout)
    assert passed and int(passed[1]) == 2 * len(LAWS) >= 12


def test_the_divergence_is_martons() -> None:
    """``sum max(q - p, 0)^2 / q``, with gradients for tensors."""
    assert f_divergence(P, Q, MARTON) == 0.5
    assert f_divergence(Q, P, MARTON) == 0.25
    p, q = (torch.tensor(masses, requires_grad=True) for masses in (P, Q))
    value = f_divergence(p, q, MARTON)
    value.backward()
    assert value == 0.5
    slopes = np.array([0.0, 0.0, -2.0])
    assert np.allclose(p.grad[:3], slopes - P[:3] @ slopes)


def test_a_generator_of_ones_own_takes_two_lines() -> None:
    """The same values and gradients from f, its limits and its derivative; each of them 5 % off is refused."""
    cells = {"at_zero": 1.0, "slope_at_infinity": 0.0, "derivative": MARTON.derivative}
    own = generator(lambda u: (u - 1 - abs(u - 1)) ** 2 / 4, **cells)
    for law in LAWS[:2]:
        law.check(replace(MARTON, f=own.f))
    rng = np.random.default_rng(3)
    for p, q in rng.dirichlet(np.ones(5), (50, 2)):
        assert f_divergence(p, q, own) == pytest.approx(f_divergence(p, q, MARTON), rel=1e-12)
    assert f_divergence(P, Q, own) == 0.5
    for name, wrong in (
        ("at_zero", 1.05), ("at_zero", 0.95), ("slope_at_infinity", 0.05), ("slope_at_infinity", -0.05),
        ("derivative", lambda u: 1.05 * MARTON.derivative(u)),
    ):  # fmt: skip
        with pytest.raises(ValueError, match=name):
            generator(own.f, **{**cells, name: wrong})
