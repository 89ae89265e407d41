"""Point estimates from samples alone: against their definitions by brute force, and what is refused."""

import math

import numpy as np
import pytest
from scipy.integrate import quad
from scipy.stats import gaussian_kde

from divergences import ROWS
from divergences.sampling.neighbours import kernel_divergence, nearest_neighbour_kl
from divergences.sampling.samples import Samples

OUTLIER = [*np.linspace(-1, 1, 30), 1e9]


@pytest.fixture
def rng() -> np.random.Generator:
    return np.random.default_rng(21)


def by_definition(x: np.ndarray, y: np.ndarray, k: int) -> float:
    own = np.sort(np.linalg.norm(x[:, None] - x[None], axis=-1), axis=1)[:, k]  # the nearest is the point itself
    other = np.sort(np.linalg.norm(x[:, None] - y[None], axis=-1), axis=1)[:, k - 1]
    return x.shape[1] * np.log(other / own).mean() + math.log(len(y) / (len(x) - 1))


@pytest.mark.parametrize("k", [1, 2, 7])
@pytest.mark.parametrize("d", [1, 3])
def test_neighbours_are_those_of_the_definition(rng, k: int, d: int) -> None:
    x, y = rng.normal(size=(40, d)), rng.normal(0.5, 1, size=(60, d))
    found = nearest_neighbour_kl(x, y, k=k)
    expected = by_definition(x, y, k)
    assert math.isclose(found.details["raw"], expected, rel_tol=1e-12)
    assert found.value == max(0.0, found.details["raw"])
    assert (found.kind, found.low, found.high, found.level) == ("none", 0.0, math.inf, None)
    assert not math.isclose(nearest_neighbour_kl(y, x, k=k).details["raw"], expected, rel_tol=0.05)  # the twin


def test_the_estimate_nears_the_truth(rng) -> None:
    """Ten samples of 2,000, each with a spread of 0.045; the bias is about -0.01."""
    found = [nearest_neighbour_kl(rng.normal(0, 1, 2000), rng.normal(1, 1, 2000)).value for _ in range(10)]
    assert abs(np.mean(found) - 0.5) < 0.05


def test_a_negative_raw_number_is_kept_in_the_details(rng) -> None:
    found = [nearest_neighbour_kl(rng.normal(size=50), rng.normal(size=50), k=1) for _ in range(20)]
    assert min(e.details["raw"] for e in found) < 0 <= min(e.value for e in found)


def test_neighbours_take_samples_integers_and_views() -> None:
    x, y = np.arange(20) ** 2 * 3, np.arange(20) ** 2 * 3 + 1
    kept = x.copy()
    expected = nearest_neighbour_kl(x.astype(float), y.astype(float), k=1)
    both = np.stack([x, y])
    assert nearest_neighbour_kl(Samples(x), both[1], k=1) == expected
    assert nearest_neighbour_kl(both.T[:, 0], both.T[:, 1:], k=1) == expected
    assert (x == kept).all()


@pytest.mark.parametrize(
    ("P", "Q", "changes", "error", "message"),
    [
        ([0.0, 1.0], [0.0, 1.0], {}, ValueError, "P has 2 points and Q has 2; for k = 5 pass at least 6 and 5"),
        ([0.0, 1.0], [0.5], {"k": 2}, ValueError, "pass at least 3 and 2, or a smaller k"),
        ([0.0, 1.0], [0.5], {"k": 0}, ValueError, "k = 0; pass a positive integer"),
        ([0.0, 1.0], [0.5], {"k": 1.0}, TypeError, "k is 1.0; pass a positive integer"),
        ([0.0, 1.0], [0.5], {"k": True}, TypeError, "k is True"),
        ([0.0, 1.0, 1.0], [0.5], {"k": 1}, ValueError, "point 1 of P coincides with at least 1 other points of P"),
        ([0.0, 1.0], [1.0], {"k": 1}, ValueError, "point 1 of P coincides with at least 1 other points of Q"),
        ([0.0, 1e308], [-1e308], {"k": 1}, ValueError, "lie further apart than floats reach; rescale them"),
        ([[0.0, 1.0]], [0.0], {}, ValueError, "P has points of dimension 2 and Q of 1"),
        (Samples([0.0, 1.0], [1, 2]), [0.5], {"k": 1}, ValueError, "P has weights; nearest neighbours count"),
        ([0.0, np.nan], [0.5], {"k": 1}, ValueError, r"P has nan at position \(1,\)"),
        ([0.0, 1.0], [], {"k": 1}, ValueError, r"Q has shape \(0,\)"),
    ],
)
def test_samples_without_such_neighbours_are_refused(P, Q, changes, error, message: str) -> None:
    with pytest.raises(error, match=message):
        nearest_neighbour_kl(P, Q, **changes)


def test_a_few_repeated_points_are_fine_for_a_larger_k(rng) -> None:
    x = np.append(rng.normal(size=30), [0.25, 0.25])
    assert math.isfinite(nearest_neighbour_kl(x, rng.normal(size=30), k=2).value)


@pytest.mark.parametrize("row", [row for row in ROWS if "chi2" not in row.name], ids=lambda row: row.name)
def test_kernel_densities_are_integrated(rng, row) -> None:
    """Against adaptive quadrature of the same densities; TV has corners, where the rule is of second order."""
    x, y = rng.normal(size=30), rng.normal(0.5, 1.5, size=40)
    densities = gaussian_kde(x), gaussian_kde(y)

    def integrand(at: float) -> float:
        p, q = (density(at) for density in densities)
        return float(row.integrand(p, q, q - p)[0])

    truth = quad(integrand, -12, 12, limit=1000, points=np.linspace(-8, 8, 33).tolist(), epsabs=1e-12, epsrel=1e-12)[0]
    found = kernel_divergence(x, y, row)
    assert math.isclose(found.value, truth, rel_tol=3e-3 if row.name == "tv" else 2e-13)  # measured: 4e-4 and 5e-14
    assert not math.isclose(1.05 * found.value, truth, rel_tol=5e-3)
    assert (found.kind, found.low, found.high) == ("none", 0.0, row.maximum)


def test_kernel_densities_far_apart(rng) -> None:
    x, y = rng.normal(0, 1, 50), rng.normal(100, 1, 50)
    assert kernel_divergence(x, y, "js").value == pytest.approx(math.log(2), abs=1e-9)
    assert 1e4 < kernel_divergence(x, y, "kl").value < math.inf
    assert kernel_divergence(x, x, "kl").value == 0


def test_weights_count(rng) -> None:
    x, y = rng.normal(size=30), rng.normal(1, 1, size=30)
    plain = kernel_divergence(x, y, "js")
    assert kernel_divergence(Samples(x, np.full(30, 7)), y, "js").value == pytest.approx(plain.value, rel=1e-9)
    assert kernel_divergence(Samples(x, np.arange(30)), y, "js").value != pytest.approx(plain.value, rel=1e-3)
    assert kernel_divergence(x[:, None], y, "js") == plain


@pytest.mark.parametrize(
    ("P", "message"),
    [
        ([[0.0, 1.0], [1.0, 2.0]], "P has points of dimension 2 and Q of 1"),
        ([1.0, 1.0], "P has no two different points"),
        ([1.0], "P has no two different points"),
        ([-1e308, 1e308], "P spreads over inf, whose square leaves the range of floats; rescale both samples"),
        ([1e-200, 2e-200], "P spreads over 1e-200, whose square leaves the range"),
        (OUTLIER, "spread over .* of the narrower bandwidth; drop the outliers"),
        ([0.0, np.inf], r"P has inf at position \(1,\)"),
    ],
)
def test_samples_without_a_kernel_density_are_refused(P, message: str) -> None:
    with pytest.raises(ValueError, match=message):
        kernel_divergence(P, [0.0, 1.0], "js")


def test_planes_have_no_kernel_density_here(rng) -> None:
    plane = rng.normal(size=(5, 2))
    with pytest.raises(ValueError, match=r"P has shape \(5, 2\); kernel densities are for points of the line"):
        kernel_divergence(plane, plane, "js")
    with pytest.raises(ValueError, match="row 'jss' is unknown"):
        kernel_divergence([0.0, 1.0], [0.0, 1.0], "jss")
