"""Every name of scipy's cdist and every function of two points as a ground cost."""

from fractions import Fraction
from itertools import product

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from scipy.spatial.distance import cdist

from optimal_transport import certify, mcshane_extension, optimal_transport, planted_funnels, wasserstein_distance
from optimal_transport.grounds import GROUNDS, keeps_common_mass
from tests.optimal_transport.references import best_assignment

EPS = 2.0**-52
CUBE = np.array(list(product([0.0, 1.0], repeat=4)))
SOME = CUBE[CUBE.any(axis=1)]  # dice, jaccard and their like are not defined at the origin
RNG = np.random.default_rng(5)


def canberra(u, v):
    return sum((abs(s - t) / (abs(s) + abs(t)) for s, t in zip(u, v, strict=True) if s or t), Fraction(0))


def hamming(u, v):
    return Fraction(sum(s != t for s, t in zip(u, v, strict=True)), len(u))


def jaccard(u, v):
    return Fraction(
        sum(s != t for s, t in zip(u, v, strict=True)), sum(bool(s or t) for s, t in zip(u, v, strict=True))
    )


def twice(distance):
    """Rogers and Tanimoto from Hamming, Sokal and Sneath from Jaccard: disagreements count twice."""
    return lambda u, v: 2 * distance(u, v) / (1 + distance(u, v))


def dice(u, v):
    return jaccard(u, v) / (2 - jaccard(u, v))


EXACT = {
    "canberra": canberra, "hamming": hamming, "jaccard": jaccard, "rogerstanimoto": twice(hamming),
    "sokalsneath": twice(jaccard), "dice": dice,
}  # fmt: skip
METRICS = [row.name for row in GROUNDS if row.roundings is not None]


def rational(name, x, y):
    exact = EXACT[name]
    return [[exact([Fraction(float(s)) for s in u], [Fraction(float(t)) for t in v]) for v in y] for u in x]


def test_a_metric_is_what_has_a_rational_reference():
    assert set(METRICS) == set(EXACT) - {"dice"}
    assert [name for name in METRICS if keeps_common_mass(name)] == METRICS


@pytest.mark.parametrize("name", METRICS)
def test_a_metric_keeps_the_triangle_inequality(name):
    costs = cdist(SOME, SOME, name)
    broken = costs[:, None, :] - costs[:, :, None] - costs[None]
    assert broken.max() <= 4 * EPS
    assert (costs.diagonal() == 0).all()
    assert (costs == costs.T).all()


@pytest.mark.parametrize("name", ["dice", "sqeuclidean", "cosine", "braycurtis", "correlation"])
def test_what_is_no_metric_breaks_it(name):
    points = SOME if name == "dice" else np.random.default_rng(0).random((20, 4))
    costs = cdist(points, points, name)
    assert (costs[:, None, :] - costs[:, :, None] - costs[None]).max() > 0.05
    assert not keeps_common_mass(name)


def test_canberra_keeps_the_triangle_inequality_among_signs_and_scales():
    points = np.concatenate([RNG.normal(size=(60, 2)) * 10.0 ** RNG.integers(-3, 4, (60, 2)), np.zeros((1, 2))])
    costs = cdist(points, points, "canberra")
    assert (costs[:, None, :] - costs[:, :, None] - costs[None]).max() <= 8 * EPS


@pytest.mark.parametrize("name", METRICS)
def test_rounding_of_the_distances(name):
    row = next(row for row in GROUNDS if row.name == name)
    for d in (1, 3, 8):
        x, y = (RNG.normal(size=(30, d)) for _ in range(2))
        if row.domain == "binary":
            x, y = (np.where(z > 0, 1.0, 0.0) + np.eye(1, d) * (z <= 0) for z in (x, y))
        found, truth = cdist(x, y, name), rational(name, x, y)
        worst = max(abs(Fraction(float(found[i, j])) - truth[i][j]) / (truth[i][j] or 1)
                    for i in range(30) for j in range(30))  # fmt: skip
        assert worst <= Fraction(EPS / 2) * int(row.roundings(d))  # canberra 2.4 of 10 at d = 8, the others 0.7 of 1


@given(st.sampled_from([*METRICS, "dice"]), st.integers(0, 2**32), st.sampled_from([1, 2]))
def test_bounds_enclose_the_best_of_all_assignments(name, seed, p):
    rng = np.random.default_rng(seed)
    x, y = (SOME[rng.integers(0, len(SOME), 4)] for _ in range(2))
    if name == "canberra":
        x, y = x * rng.normal(size=x.shape), y
    truth = best_assignment([[cost**p for cost in line] for line in rational(name, x, y)])
    found = optimal_transport(x, y, metric=name, p=p)
    assert Fraction(found.lower) <= truth <= Fraction(found.upper)
    assert found.upper - found.lower <= 64 * EPS * 4**p
    assert found.infeasibility == 0
    f, g = found.potentials
    assert f.mean() + g.mean() == pytest.approx(found.cost, abs=6e-14)  # 1.4e-14 measured at costs up to 16


@pytest.mark.parametrize("name", METRICS)
def test_nearly_equal_measures_keep_their_digits(name):
    x, a = SOME[:3], np.array([0.5, 0.25, 0.25])
    b = a + np.array([1, -1, 0]) * 2.0**-50
    truth = float(rational(name, x[:1], x[1:2])[0][0]) * 2.0**-50
    assert wasserstein_distance(x, x, a, b, metric=name) == pytest.approx(truth, rel=1e-14)
    assert wasserstein_distance(x, x, a, a, metric=name) == 0


def test_common_mass_moves_where_that_is_cheaper():
    """Squares are no metric: from {0, 1} to {1, 2} two steps of one are cheaper than one step of two."""
    found = optimal_transport([0.0, 1.0], [1.0, 2.0], metric="sqeuclidean")
    assert found.cost == 1
    assert sorted(zip(*(k.tolist() for k in found.plan.coords), strict=True)) == [(0, 0), (1, 1)]
    assert optimal_transport([0.0, 1.0], [1.0, 2.0], metric=lambda u, v: float((u - v) @ (u - v))).cost == 1


NAMED = ["braycurtis", "canberra", "correlation", "cosine", "hamming", "jensenshannon", "mahalanobis", "minkowski"]


@pytest.mark.parametrize("p", [1, 2, 3])
@pytest.mark.parametrize("name", [*NAMED, "seuclidean", "sqeuclidean"])
def test_a_name_is_the_matrix_of_its_distances(name, p):
    x, y = RNG.random((12, 3)), RNG.random((9, 3))
    truth = optimal_transport(cost_matrix=cdist(x, y, name) ** p, p=p)
    found = optimal_transport(x, y, metric=name, p=p)
    assert found.lower <= truth.upper and truth.lower <= found.upper
    assert wasserstein_distance(x, y, metric=name, p=p) == pytest.approx(truth.distance, rel=1e-13)
    wrong = optimal_transport(cost_matrix=(1.01 * cdist(x, y, name)) ** p, p=p)
    assert not (found.lower <= wrong.upper and wrong.lower <= found.upper)


@pytest.mark.parametrize("name", ["dice", "russellrao", "yule"])
def test_a_binary_name_is_the_matrix_of_its_distances(name):
    x, y = SOME[:5], SOME[5:]
    truth = optimal_transport(cost_matrix=cdist(x, y, name))
    found = optimal_transport(x, y, metric=name)
    assert found.lower <= truth.upper and truth.lower <= found.upper


def test_a_function_of_two_points():
    x, y = RNG.normal(size=(7, 2)), RNG.normal(size=(5, 2))

    def snowflake(u, v):
        return np.sqrt(np.abs(u - v).sum())

    truth = optimal_transport(cost_matrix=np.sqrt(cdist(x, y, "cityblock")))
    assert optimal_transport(x, y, metric=snowflake).cost == pytest.approx(truth.cost, rel=1e-14)
    assert wasserstein_distance(x, y, metric=snowflake, p=2) == pytest.approx(
        optimal_transport(cost_matrix=cdist(x, y, "cityblock"), p=2).distance, rel=1e-14
    )


def test_a_function_cannot_change_the_points():
    def greedy(u, v):
        u[:] = v[:] = 7.0
        return 1.0

    x = np.arange(3.0)
    assert wasserstein_distance(x, x, metric=greedy) == 1
    np.testing.assert_array_equal(x, np.arange(3.0))


def test_distances_whose_powers_underflow_are_not_certain():
    found = optimal_transport([[0.0], [1.0]], [[1e-200], [1.0]], metric="hamming", p=1)
    assert found.cost == 0.5
    found = optimal_transport([0.0, 0.0], [1.0, 2.0], metric=lambda u, v: 1e-200 if v[0] < 1.5 else 1.0, p=2)
    assert found.lower <= 0.5 <= found.upper


MIXED = np.array([[0.0, 1.0], [2.0, 1.0]])


@pytest.mark.parametrize(("metric", "points", "message"), [
    ("euclidian", MIXED, "did you mean 'euclidean'?"),
    ("Cosine", MIXED, "did you mean 'cosine'?"),
    ("taxi", MIXED, "or give a function of two points"),
    ("jaccard", MIXED, r"metric 'jaccard' takes points with entries 0 and 1; .* found \[2.0, 1.0\] at x\[1\]"),
    ("jensenshannon", MIXED - 1, r"entries >= 0 .* found \[-1.0, 0.0\] at x\[0\]"),
    ("cosine", MIXED * [1, 0], r"finite distances >= 0, found nan between x\[0\] and y\[0\]"),
    ("correlation", MIXED[:, :1], "finite distances >= 0, found nan"),
    ("braycurtis", MIXED * 1e300, "multiply all by a constant"),
    ("cosine", MIXED * 1e-300, "multiply all by a constant"),
    ("sqeuclidean", MIXED * 1e-200, "multiply all points by a constant"),
    ("mahalanobis", MIXED[:1], "metric 'mahalanobis' is not defined for these points"),
    (lambda u, v: -1.0, MIXED, "finite distances >= 0, found -1.0"),
    (lambda u, v: np.inf, MIXED, "finite distances >= 0, found inf"),
    (lambda u, v: u - v, MIXED, r"metric must give one number for two points, found shape \(2,\)"),
])  # fmt: skip
def test_bad_metrics_are_named(metric, points, message):
    for function in (optimal_transport, wasserstein_distance):
        with pytest.raises(ValueError, match=message):
            function(points, points, metric=metric)


@pytest.mark.parametrize("value", [None, "far", 1j, True])
def test_a_function_gives_numbers(value):
    with pytest.raises(TypeError, match=r"metric\(x\[i\], y\[j\]\) has dtype"):
        optimal_transport(MIXED, MIXED, metric=lambda u, v: value)


def test_lipschitz_functions_need_a_norm():
    for call in (
        lambda name: mcshane_extension(MIXED, MIXED, [0.0, 0.0], metric=name),
        lambda name: certify(MIXED, MIXED, ([0.0, 1.0], [0.0, 1.0]), metric=name),
        lambda name: planted_funnels(3, 2, metric=name),
    ):
        with pytest.raises(ValueError, match=r"metric must be one of \['euclidean', 'cityblock', 'chebyshev'\]"):
            call("sqeuclidean")
