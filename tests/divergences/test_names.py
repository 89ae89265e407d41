"""The functions that are no row of the table: against many digits, at their limits, and as they meet each other."""

import math
from functools import partial

import numpy as np
import pytest

from divergences import (
    alpha_divergence,
    bhattacharyya_distance,
    cross_entropy,
    entropy,
    f_divergence,
    generalized_jensen_shannon_divergence,
    generator,
    hockey_stick_divergence,
    kl_divergence,
    mutual_information,
    renyi_divergence,
    reverse_kl_divergence,
    total_variation_distance,
    weighted_jensen_shannon_divergence,
)
from tests.divergences.reference import EPS, battery, error, generalized, hockey_stick, more, mutual

MORE = {
    **{f"renyi({alpha:g})": partial(renyi_divergence, alpha=alpha) for alpha in (0, 0.25, 2, 20, math.inf)},
    "bhattacharyya": bhattacharyya_distance,
    "entropy": lambda p, q, **options: entropy(p, **options),
    "cross_entropy": cross_entropy,
}
ULPS = 6  # measured over 20,000 pairs: see `python -m tests.divergences.accuracy`


def test_every_function_is_right_to_a_few_ulp() -> None:
    for p, q in battery(seed=11, count=180):
        for name, truth in more(p, q).items():
            assert error(float(MORE[name](p, q)), truth) <= ULPS, (name, p.tolist(), q.tolist())


def test_the_battery_would_notice_a_hundredth_of_a_per_mille() -> None:
    p, q = next(battery(seed=1, count=1))
    for name, truth in more(p, q).items():
        assert error(float(MORE[name](p, q)) * (1 + 1e-5), truth) > ULPS or (name == "renyi(0)" and truth == 0)


@pytest.mark.parametrize("gamma", [0.25, 0.9, 1.0, 1.1, 4.0])
def test_a_hockey_stick_is_right_to_a_few_eps_of_the_masses(gamma: float) -> None:
    """Measured: 1.5 eps."""
    for p, q in battery(seed=12, count=180):
        found = hockey_stick_divergence(p, q, gamma=gamma)
        assert abs(float(found) - hockey_stick(p, q, gamma)) <= 4 * EPS * max(gamma, 1)


def test_a_hockey_stick_bends_where_it_should() -> None:
    p, q = [0.75, 0.25], [0.25, 0.75]
    assert [hockey_stick_divergence(p, q, gamma=gamma) for gamma in (1, 2, 3, 4)] == [0.5, 0.25, 0, 0]
    for p, q in battery(seed=13, count=45):
        assert hockey_stick_divergence(p, q, gamma=1) == total_variation_distance(p, q)
        forth, back = hockey_stick_divergence(p, q, gamma=2), hockey_stick_divergence(q, p, gamma=0.5)
        assert forth == pytest.approx(2 * back, abs=8 * EPS)  # E_g(P, Q) = g E_1/g(Q, P); measured: 1 eps


def _near_independent(rng: np.random.Generator) -> np.ndarray:
    m, n = rng.integers(2, 8, 2)
    product = np.outer(rng.dirichlet(np.ones(m)), rng.dirichlet(np.ones(n)))
    joint = product * (1 + 10.0 ** -rng.uniform(0, 12) * rng.uniform(-1, 1, (m, n)))
    return joint / joint.sum()


def test_mutual_information_keeps_its_digits_near_independence() -> None:
    """Measured: 3.5 ulp; from the rounded product of the marginals it would be 1e9 and more."""
    rng = np.random.default_rng(14)
    plain = 0.0
    for _ in range(60):
        joint = _near_independent(rng)
        truth = mutual(joint)
        assert error(float(mutual_information(joint)), truth) <= 6
        assert error(float(mutual_information(1e7 * joint, normalize=True)), mutual(1e7 * joint)) <= 6
        outer = np.outer(joint.sum(1), joint.sum(0))
        plain = max(plain, error(float(kl_divergence(joint.ravel(), outer.ravel(), normalize=True)), truth))
    assert plain > 1e3


def test_mutual_information_of_extreme_tables() -> None:
    assert mutual_information(np.diag([0.5, 0.25, 0.25])) == pytest.approx(float(entropy([0.5, 0.25, 0.25])), rel=EPS)
    assert mutual_information([[1.0]]) == 0 == mutual_information([[0.5, 0.5], [0.0, 0.0]])
    tiny = mutual_information([[1.0, 0.0], [0.0, 1e-280]])
    assert tiny == pytest.approx(1e-280 * (1 + 280 * math.log(10)), rel=1e-14)
    batch = np.stack([np.eye(2) / 2, np.full((2, 2), 0.25)])
    assert mutual_information(batch).tolist() == [pytest.approx(math.log(2)), 0.0]
    with np.errstate(divide="ignore"):
        logs = np.log(batch)
    assert mutual_information(logs, log=True).tolist() == mutual_information(batch).tolist()


def _laws(rng: np.random.Generator, i: int) -> tuple[np.ndarray, np.ndarray]:
    n, k = rng.integers(2, 6), rng.integers(2, 30)
    base = rng.dirichlet(np.ones(k))
    laws = base * (1 + 10.0 ** -rng.uniform(0, 13) * rng.uniform(-1, 1, (n, k)))
    if i % 3 == 0:
        laws = rng.dirichlet(np.full(k, 0.3), n)
    return laws / laws.sum(axis=1, keepdims=True), rng.dirichlet(np.ones(n))


def test_the_divergence_of_several_laws_keeps_its_digits() -> None:
    """Measured: 4.2 ulp."""
    rng = np.random.default_rng(15)
    for i in range(60):
        laws, weights = _laws(rng, i)
        truth = generalized(laws, weights)
        assert error(float(generalized_jensen_shannon_divergence(laws, weights)), truth) <= 6
        scaled = laws * rng.uniform(1, 9, (len(laws), 1))
        found = generalized_jensen_shannon_divergence(scaled, weights, normalize=True)
        assert error(float(found), generalized(scaled, weights)) <= 6


def test_the_divergence_of_several_laws_is_the_one_of_two() -> None:
    for p, q in battery(seed=16, count=90):
        two = weighted_jensen_shannon_divergence(p, q, weight=0.25)
        assert generalized_jensen_shannon_divergence([p, q], [0.25, 0.75]) == pytest.approx(float(two), rel=6 * EPS)
    three = np.eye(3)
    assert generalized_jensen_shannon_divergence(three) == pytest.approx(math.log(3), rel=EPS)
    assert generalized_jensen_shannon_divergence(three, [0.5, 0.5, 0.0]) == pytest.approx(math.log(2), rel=EPS)
    assert generalized_jensen_shannon_divergence(three, [1.0, 0.0, 0.0]) == 0
    assert generalized_jensen_shannon_divergence(np.stack([three, three])).shape == (2,)
    assert generalized_jensen_shannon_divergence(np.log([[0.3, 0.7], [0.7, 0.3]]), log=True) == pytest.approx(
        float(generalized_jensen_shannon_divergence([[0.3, 0.7], [0.7, 0.3]])), rel=4 * EPS
    )


@pytest.mark.parametrize("side", [1e-300, 1e-12, 1e-5, -1e-9])
def test_renyi_is_continuous_through_one(side: float) -> None:
    p, q = [0.2, 0.3, 0.5], [0.25, 0.7, 0.05]
    found = renyi_divergence(p, q, alpha=1 + side)
    assert found == pytest.approx(float(kl_divergence(p, q)), rel=10 * abs(side) + 16 * EPS)


def test_renyi_is_continuous_at_its_ends_and_rises() -> None:
    p, q = np.array([0.2, 0.3, 0.5, 0.0]), np.array([0.25, 0.6, 0.05, 0.1])
    assert renyi_divergence(p, q, alpha=1e-12) == pytest.approx(float(renyi_divergence(p, q, alpha=0)), rel=1e-10)
    assert renyi_divergence(p, q, alpha=1e9) == pytest.approx(math.log(10), rel=1e-8)
    assert renyi_divergence(p, q, alpha=math.inf) == pytest.approx(math.log(10), rel=EPS)
    orders = [0, 1e-3, 0.3, 0.5, 0.999, 1, 1.001, 2, 10, 300, 1e6, math.inf]
    values = [float(renyi_divergence(p, q, alpha=alpha)) for alpha in orders]
    assert values == sorted(values)


def test_renyi_where_its_sum_leaves_the_range_of_floats() -> None:
    """The sum is about 1e597 at order 3: its logarithm over 2 is what is asked for."""
    found = renyi_divergence([0.5, 0.5], [1e-300, 1.0], alpha=3)
    assert found == pytest.approx((600 * math.log(10) - 3 * math.log(2)) / 2, rel=2 * EPS)
    assert renyi_divergence([1.0, 0.0], [0.0, 1.0], alpha=3) == math.inf
    assert renyi_divergence([1.0, 0.0], [0.0, 1.0], alpha=0.5) == math.inf == bhattacharyya_distance([1, 0], [0, 1])
    assert renyi_divergence([0.5, 0.5], [1.0, 0.0], alpha=0.5) == pytest.approx(math.log(2), rel=2 * EPS)


def test_renyi_grows_from_the_alpha_divergence() -> None:
    for p, q in battery(seed=17, count=45):
        alpha = float(alpha_divergence(p, q, alpha=1.5))
        assert renyi_divergence(p, q, alpha=1.5) == pytest.approx(2 * math.log1p(0.75 * alpha), rel=8 * EPS)


def test_entropy_next_to_an_atom() -> None:
    """``-(1 - x) log(1 - x)`` from a mass that rounds to 1 would lose all of x."""
    assert entropy([1.0, 1e-30]) == pytest.approx(1e-30 * (1 + 30 * math.log(10)), rel=4 * EPS)
    assert entropy([1.0, 0.0]) == 0 == cross_entropy([1, 0], [1, 0])
    assert cross_entropy([1.0, 0.0], [1.0, 1e-30]) == pytest.approx(1e-30, rel=2 * EPS)
    assert cross_entropy([0.5, 0.5], [1, 0]) == math.inf


def test_cross_entropy_is_entropy_and_divergence() -> None:
    for p, q in battery(seed=18, count=45):
        parts = float(entropy(p)) + float(kl_divergence(p, q))
        assert cross_entropy(p, q) == pytest.approx(parts, rel=8 * EPS)


OWN = {
    "le_cam": (lambda u: (u - 1) ** 2 / (u + 1), 1.0, 1.0),
    "kl": (lambda u: u * np.log(u), 0.0, math.inf),
    "reverse_kl": (lambda u: -np.log(u), math.inf, 0.0),
    "tv": (lambda u: abs(u - 1) / 2, 0.5, 0.5),
}


@pytest.mark.parametrize("name", OWN)
def test_a_function_of_ones_own(name: str) -> None:
    """As good as f: a few eps of the total variation away from the row (measured: 6), or of 1 where f has a corner."""
    f, at_zero, slope_at_infinity = OWN[name]
    options = {"at_zero": at_zero, "slope_at_infinity": slope_at_infinity}
    for p, q in battery(seed=19, count=90):
        if min(x[x > 0].min() for x in (p, q)) > 1e-100:
            found, row = float(f_divergence(p, q, f, **options)), float(f_divergence(p, q, name))
            room = 1.0 if name == "tv" else row + float(total_variation_distance(p, q)) + 1e-12  # the slope at 1
            assert found == row or abs(found - row) <= 16 * EPS * room
    assert f_divergence([1, 0], [0, 1], f, **options) == f_divergence([1, 0], [0, 1], name)
    assert f_divergence([0.3, 0.7], [0.3, 0.7], f, **options) == 0


def test_a_generator_of_ones_own_is_a_row_like_others() -> None:
    own = generator(lambda u: (u - 1) ** 2, at_zero=1, slope_at_infinity=math.inf, name="square", unit="")
    p, q = [0.5, 0.5], [0.25, 0.75]
    assert f_divergence(p, q, own) == pytest.approx(1 / 3, rel=16 * EPS)
    assert reverse_kl_divergence(p, q) == kl_divergence(q, p)
