"""The line: exact, fast, and certified where no matrix fits."""

import math
from fractions import Fraction

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from scipy.stats import wasserstein_distance as scipy_distance

from optimal_transport import optimal_transport, wasserstein_distance
from optimal_transport.line import Line, line_cost, staircase
from optimal_transport.measures import Masses
from optimal_transport.strategies import measure_pairs
from optimal_transport.sums import BLOCK, FEW, MANY, cumulative_masses, exact_sum, ordering
from tests.optimal_transport.references import on_the_line

EPS = 2.0**-52


@pytest.mark.parametrize(("n", "m"), [(1, 1), (1, 5), (7, 7), (6, 4), (97, 89)])
def test_unequal_sizes_by_whole_ranks(n, m):
    rng = np.random.default_rng(n)
    x, y = np.round(rng.normal(size=n), 1), np.round(rng.normal(size=m), 1)  # with ties
    repeated = wasserstein_distance(np.repeat(x, m), np.repeat(y, n))
    assert wasserstein_distance(x, y) == pytest.approx(repeated, rel=8 * EPS)
    plan = optimal_transport(x, y).plan.toarray() * n * m
    np.testing.assert_allclose(plan, np.rint(plan), atol=1e-11)


@pytest.mark.parametrize("p", [1, 1.5, 2, 4])
def test_the_line_agrees_with_the_simplex_in_the_plane(p):
    rng = np.random.default_rng(1)
    x, y = rng.normal(size=40), rng.normal(size=50)
    a, b = rng.multinomial(2**10, np.full(40, 1 / 40)) / 2**10, rng.multinomial(2**10, np.full(50, 1 / 50)) / 2**10
    flat = [np.column_stack([points, np.zeros_like(points)]) for points in (x, y)]
    assert wasserstein_distance(x, y, a, b, p=p) == pytest.approx(wasserstein_distance(*flat, a, b, p=p), rel=1e-14)


@given(measure_pairs(max_dimension=1), st.sampled_from([1.0, 1.5, 2.0, 3.0, 8.0]))
def test_the_monge_bound_and_the_dual_bound_agree(pair, p):
    """The certificate, cell by cell: feasible for all pairs, and an equality wherever the plan has mass."""
    (x, a), (y, b) = pair
    size = float(max(np.abs(x).max(), np.abs(y).max()) or 1.0)
    x, y = x / size, y / size
    found = optimal_transport(x, y, a, b, p=p)
    f, g = found.potentials
    costs = np.abs(x - y.T) ** p
    allowed = 100 * p * EPS * float(costs.max())  # 54 measured
    assert found.infeasibility == found.marginal_error == 0
    assert (f[:, None] + g <= costs).all()
    i, j = found.plan.coords
    assert (costs[i, j] - f[i] - g[j]).max() <= allowed
    assert a @ f + b @ g == pytest.approx(found.cost, rel=0, abs=allowed)
    assert not (1.05 * f[i] + 1.05 * g[j] <= costs[i, j]).all() or found.cost <= 40 * allowed  # the twin


def test_another_coupling_costs_more():
    line = Line(np.array([0.0, 1.0, 2.0]), np.array([0.5, 1.5, 3.0]), None, 2)
    steps = staircase(line)
    swapped = np.array([1, 0, 2])
    best, other = (float((steps.mass * (line.x[steps.i] - line.y[k]) ** 2).sum()) for k in (steps.j, swapped[steps.j]))
    assert best == 1.5 < other


def test_running_sums_are_exact_to_two_roundings():
    mass = np.random.default_rng(0).random(10**5)
    exact = np.array([math.fsum(mass[:k]) for k in range(9, 10**5, 9999)])
    places = np.arange(9, 10**5, 9999) - 1
    assert (np.abs(cumulative_masses(mass)[places] - exact) <= 2 * EPS * exact).all()
    assert (np.abs(np.cumsum(mass)[places] - exact) > 2 * EPS * exact).any()  # the plain sum is not


def test_a_million_points():
    rng = np.random.default_rng(2)
    x, y = rng.normal(size=10**6), rng.normal(size=10**6) + 0.5
    found = wasserstein_distance(x, y)
    assert found == pytest.approx(math.fsum(np.abs(np.sort(x) - np.sort(y))) / 10**6, rel=4 * EPS)


def test_weighted_long_lines_are_certified():
    rng = np.random.default_rng(3)
    x, y, a = rng.normal(size=3000), rng.normal(size=2000) + 0.5, rng.random(3000)
    a /= math.fsum(a)
    found = optimal_transport(x, y, a)
    truth = on_the_line(x, y, a / math.fsum(a), np.full(2000, 1 / 2000))
    assert found.lower <= float(truth) * (1 + EPS) and float(truth) * (1 - EPS) <= found.upper
    assert found.gap <= 1e-12
    assert found.marginal_error <= 1e-12
    assert found.cost == pytest.approx(scipy_distance(x, y, a), rel=1e-12)


@pytest.mark.parametrize("p", [1, 2])
def test_masses_that_differ_in_total_widen_the_bounds(p):
    bounds = line_cost(Line(np.zeros(1), np.ones(1), Masses(np.full(1, 0.75), np.full(1, 0.5), 0.75, 0.0), p))
    assert bounds.lower < 0.7 and bounds.upper > 1.3


AWKWARD = {
    "normal": lambda rng, n: rng.normal(size=n),
    "heavy tails": lambda rng, n: rng.standard_cauchy(n) ** 3,
    "ties": lambda rng, n: np.round(rng.normal(size=n), 1),
    "one value": lambda rng, n: np.full(n, -0.0),
    "two clusters": lambda rng, n: np.where(rng.random(n) < 0.5, 1e8, -1e8) + rng.random(n),
    "far out": lambda rng, n: 1e8 + rng.random(n),
    "huge": lambda rng, n: 1.7e308 * (2 * rng.random(n) - 1),
    "tiny": lambda rng, n: 5e-324 * rng.integers(-1000, 1000, n),
    "in order": lambda rng, n: np.sort(rng.normal(size=n)),
    "in reverse": lambda rng, n: -np.sort(rng.normal(size=n)),
}


@pytest.mark.parametrize("kind", AWKWARD)
@pytest.mark.parametrize("size", [1, 100, MANY + 1])
def test_the_order_is_that_of_a_sort(kind, size):
    values = AWKWARD[kind](np.random.default_rng(0), size)
    kept = values.copy()
    np.testing.assert_array_equal(values[ordering(values)], np.sort(values))
    np.testing.assert_array_equal(np.sort(ordering(values)), np.arange(size))
    np.testing.assert_array_equal(values, kept)


@pytest.mark.parametrize("size", [0, 10, FEW + 1, 3 * BLOCK + 1])
@pytest.mark.parametrize("scale", [0, 1, 60, 200])
def test_exact_sums_are_those_of_fsum(size, scale):
    rng = np.random.default_rng(size)
    values = rng.normal(size=size) * 10.0 ** rng.integers(-scale, scale + 1, size)
    assert exact_sum(values) == math.fsum(values)
    assert exact_sum(np.concatenate([values, -values])) == 0
    assert exact_sum(np.zeros(size)) == 0


def test_a_plain_sum_is_not_exact():
    values = np.tile([1e16, 1.0, -1e16], BLOCK)
    assert exact_sum(values) == BLOCK != values.sum()


def fractions(values):
    return [Fraction(float(v)) for v in values]


def of_quantiles(x, y, p):
    """The mean of |x_(i) - y_(i)|^p in rationals, for as many atoms on either side."""
    return sum(abs(u - v) ** p for u, v in zip(sorted(fractions(x)), sorted(fractions(y)), strict=True)) / len(x)


@pytest.mark.parametrize("offset", [0.0, 1e8])
@pytest.mark.parametrize("scale", [1e-150, 1.0, 1e150])
def test_a_thousand_points_with_ties_in_rationals(scale, offset):
    rng = np.random.default_rng(4)
    x, y = (scale * (np.round(rng.normal(size=1000), 2) + offset) for _ in range(2))
    truth = of_quantiles(x, y, 1)
    found = Fraction(wasserstein_distance(x, y))
    assert abs(found / truth - 1) <= Fraction(1, 10**15)  # 1.4e-16 measured
    unequal = on_the_line(x, y[:700], np.full(1000, Fraction(1, 1000)), np.full(700, Fraction(1, 700)))
    assert abs(Fraction(wasserstein_distance(x, y[:700])) / unequal - 1) <= Fraction(1, 10**15)  # 1.9e-16 measured
    a = rng.multinomial(2**20, np.full(1000, 1e-3)) / 2**20
    weighted = on_the_line(x, y[:1000], a, np.full(1000, Fraction(1, 1000)))
    assert abs(Fraction(wasserstein_distance(x, y, a)) / weighted - 1) <= Fraction(8, 10**15)  # 9.3e-16 measured
    assert abs(Fraction(wasserstein_distance(x, y, p=3)) ** 3 / of_quantiles(x, y, 3) - 1) <= Fraction(
        8, 10**15
    )  # 8.4e-16 measured


@given(measure_pairs(max_dimension=1), st.sampled_from([1, 2, 3]))
def test_the_largest_distance_is_the_limit_of_the_powers(pair, p):
    (x, a), (y, b) = pair
    largest = wasserstein_distance(x, y, a, b, p=math.inf)
    assert wasserstein_distance(x, y, a, b, p=p, tolerance=1.0) <= largest * (1 + 8 * EPS)
    assert wasserstein_distance(x, y, a, b, p=600, tolerance=1.0) == pytest.approx(
        largest, rel=0.09, abs=0
    )  # 2^(-50/600)


def test_the_largest_distance():
    assert wasserstein_distance([0, 3, 1], [1, 9, 2], p=math.inf) == 6
    assert wasserstein_distance([0, 3, 1], [0, 1, 3], p=math.inf) == 0
    assert wasserstein_distance([0, 9], [0, 9], [0.5, 0.5], [0.75, 0.25], p=math.inf) == 9
    assert wasserstein_distance([0, 9], [0, 9], [0.3, 0.7], [0.6, 0.4], p=math.inf) == 9
    assert optimal_transport([0.0], [1.0], p=math.inf).distance == 1


@pytest.mark.parametrize("p", [1, 2, math.inf])
def test_the_input_stays_as_it_is(p):
    rng = np.random.default_rng(6)
    x, y = rng.normal(size=200)[::2], rng.normal(size=(100, 3))[:, 1]
    kept = x.copy(), y.copy()
    for part in (x, y):
        part.setflags(write=False)
    plain = wasserstein_distance(*kept, p=p)
    assert wasserstein_distance(x, y, p=p) == plain
    assert wasserstein_distance(x[::-1], y[:, None], p=p) == plain
    if p < math.inf:
        assert optimal_transport(x, y, p=p).distance == plain
    np.testing.assert_array_equal(x, kept[0])
    np.testing.assert_array_equal(y, kept[1])


def test_decimal_weights_of_equal_measures_are_zero_apart_at_every_power():
    rng = np.random.default_rng(7)
    x, a = rng.normal(size=5000), rng.random(5000)
    a /= math.fsum(a)
    order = rng.permutation(5000)
    for p in (1, 2, 3.5):
        assert wasserstein_distance(x, x[order], a, a[order], p=p) == 0
    moved = a.copy()
    moved[:2] += [2.0**-40, -(2.0**-40)]
    truth = 2.0**-40 * abs(x[0] - x[1])
    assert wasserstein_distance(x, x[order], a, moved[order]) == pytest.approx(truth, rel=1e-2, abs=0)


def test_a_million_points_with_their_certificate():
    rng = np.random.default_rng(8)
    x, y = rng.normal(size=10**6), rng.normal(size=10**6) + 0.5
    for p in (1, 2):
        found = optimal_transport(x, y, p=p)
        f, g = found.potentials
        assert found.gap <= 1e-13  # 1.2e-14 measured
        assert math.fsum(f) / 10**6 + math.fsum(g) / 10**6 == pytest.approx(found.cost, rel=1e-12)  # 3e-13 measured
        i, j = found.plan.coords
        slack = np.abs(x[i] - y[j]) ** p - f[i] - g[j]
        assert slack.min() >= 0 and slack.max() <= 8e-13  # 8.5e-14 measured
        some = rng.integers(0, 10**6, (2, 10**5))
        assert (f[some[0]] + g[some[1]] <= np.abs(x[some[0]] - y[some[1]]) ** p).all()
