"""Odd input to transport, one kind at a time: a clear refusal, or the right value."""

import math
from fractions import Fraction

import numpy as np
import pytest

from optimal_transport import (
    c_transform,
    certify,
    kantorovich_rubinstein,
    mcshane_extension,
    optimal_transport,
    rational_transport,
    wasserstein_distance,
)
from tests.optimal_transport.references import exact_costs

EPS = 2.0**-52
METRICS = ("euclidean", "cityblock", "chebyshev")
X, Y = np.array([[0.0, 1.0], [2.0, 5.0], [4.0, 4.0]]), np.array([[1.0, 1.0], [3.0, 0.0], [5.0, 8.0]])
A, B = np.array([0.5, 0.25, 0.25]), np.array([0.25, 0.5, 0.25])
CRITIC = (np.zeros(3), np.zeros(3))
CALLS = {
    "optimal_transport": lambda x=X, y=Y, a=A, b=B, **more: optimal_transport(x, y, a, b, **more),
    "wasserstein_distance": lambda x=X, y=Y, a=A, b=B, **more: wasserstein_distance(x, y, a, b, **more),
    "certify": lambda x=X, y=Y, a=A, b=B, **more: certify(x, y, CRITIC, a, b, **more),
    "kantorovich_rubinstein": lambda x=X, y=Y, a=A, b=B: kantorovich_rubinstein(x, y, a, b, steps=1, cones=2),
}
every = pytest.mark.parametrize("call", CALLS.values(), ids=CALLS)


def changed(array: np.ndarray, value: float) -> np.ndarray:
    """An array with its last entry replaced."""
    other = array.copy()
    other.flat[-1] = value
    return other


def exact(x, y, a, b, metric="cityblock", p=1):
    return rational_transport(exact_costs(np.asarray(x, float), np.asarray(y, float), metric, p), a, b).cost


@every
@pytest.mark.parametrize("value", [math.nan, math.inf, -math.inf])
def test_coordinates_are_finite(call, value):
    with pytest.raises(ValueError, match=rf"x must be finite, found {value} at \(2, 1\); remove or repair"):
        call(x=changed(X, value))
    with pytest.raises(ValueError, match=rf"y must be finite, found {value} at \(2, 1\)"):
        call(y=changed(Y, value))


@every
@pytest.mark.parametrize("value", [math.nan, math.inf])
def test_weights_are_finite(call, value):
    with pytest.raises(ValueError, match=rf"a must be finite, found {value} at \(2,\)"):
        call(a=changed(A, value))


@every
def test_weights_are_not_negative(call):
    with pytest.raises(ValueError, match=r"b must be >= 0, found -0\.25 at 1"):
        call(b=np.array([1.0, -0.25, 0.25]))
    with pytest.raises(ValueError, match="a must be >= 0"):
        call(a=-A)


@every
def test_weights_do_not_sum_to_nothing(call):
    with pytest.raises(ValueError, match=r"a must sum to 1, found 0\.0; divide a by its sum"):
        call(a=np.zeros(3))


@every
@pytest.mark.parametrize("factor", [1 + 1e-6, 1 - 1e-12, 2.0])
def test_masses_do_not_differ(call, factor):
    """POT takes a millionth for rounding, and rescales."""
    with pytest.raises(ValueError, match="b must sum to 1, found"):
        call(b=B * factor)
    with pytest.raises(ValueError, match="a must sum to 1, found"):
        call(a=A * factor, b=B * factor)


@pytest.mark.parametrize("p", [1, 2])
def test_atoms_without_mass_have_potentials_that_hold(p):
    """Also where one measure has no other points nearby, and where all mass stays."""
    far = np.vstack([X, [[1e3, -1e3]]])
    for b, y in ((changed(np.append(B, 0.0), 0.0), np.vstack([Y, [[-50.0, 70.0]]])), (np.append(A, 0.0), far)):
        found = optimal_transport(far, y, np.append(A, 0.0), b, p=p)
        f, g = found.potentials
        costs = np.linalg.norm(far[:, None] - y[None], axis=2) ** p
        assert (f[:, None] + g <= costs * (1 + 4 * EPS)).all()
        assert np.append(A, 0.0) @ f + b @ g == pytest.approx(found.cost, abs=1e-12 * costs.max())


@pytest.mark.parametrize("metric", METRICS)
@pytest.mark.parametrize("p", [1, 3])
def test_copies_of_points_are_one_point_of_their_mass(metric, p):
    once = optimal_transport(X, Y, A, B, metric=metric, p=p)
    copies = optimal_transport(np.repeat(X, 2, axis=0), Y, np.repeat(A / 2, 2), B, metric=metric, p=p)
    assert copies.cost == pytest.approx(once.cost, rel=1e-14)
    assert copies.lower <= once.upper and once.lower <= copies.upper
    same = np.ones((4, 2))
    assert wasserstein_distance(same, same, metric=metric, p=p) == 0
    assert wasserstein_distance(same, same + np.array([0.0, 2.0]), metric=metric, p=p) == 2


@pytest.mark.parametrize("metric", METRICS)
@pytest.mark.parametrize("p", [1, 2.5])
def test_one_point(metric, p):
    (x,), (y,) = X[:1], Y[2:]
    ways = {"euclidean": math.hypot(*(x - y)), "cityblock": np.abs(x - y).sum(), "chebyshev": np.abs(x - y).max()}
    assert wasserstein_distance([x], [y], metric=metric, p=p) == pytest.approx(ways[metric], rel=4 * EPS)
    from_one = optimal_transport([x], Y, None, B, metric=metric, p=p)
    np.testing.assert_array_equal(from_one.plan.toarray(), [B])


@every
@pytest.mark.parametrize("none", [np.empty((0, 2)), np.empty((3, 0)), np.empty(0), []])
def test_no_points_are_refused(call, none):
    with pytest.raises(ValueError, match="x must have shape"):
        call(x=none)
    with pytest.raises(ValueError, match="y must have shape"):
        call(y=none)


@pytest.mark.parametrize("dtype", ["int8", "uint8", "int16", "uint16", "int32", "uint64", "float16", "float32"])
@pytest.mark.parametrize("metric", METRICS)
def test_small_dtypes_are_not_computed_in(dtype, metric):
    """Squares of these leave every integer of 16 bits, and differences every unsigned one."""
    info = np.iinfo(dtype) if np.dtype(dtype).kind in "iu" else np.finfo(dtype)
    low, high = (0 if dtype[0] == "u" else -100), int(min(float(info.max), 30_000.0))
    x, y = np.array([[low, high], [high, low]], dtype=dtype), np.array([[high, high], [low, low]], dtype=dtype)
    wide = [points.astype(np.float64) for points in (x, y)]
    for p in (1, 2):
        assert wasserstein_distance(x, y, metric=metric, p=p) == wasserstein_distance(*wide, metric=metric, p=p)
    assert Fraction(wasserstein_distance(x, y, metric="cityblock")) == exact(*wide, [1, 1], [1, 1]) / 2


def test_long_integers_are_rounded_to_the_nearest_float():
    assert wasserstein_distance(np.array([2**62]), np.array([2**62 + 2**20])) == 2**20


@pytest.mark.parametrize("metric", METRICS)
@pytest.mark.parametrize("p", [1, 2])
def test_far_from_the_origin_nothing_is_lost(metric, p):
    """By |x|^2 + |y|^2 - 2 x.y all of these would be 0: 1e8 squared has no room for one."""
    plain = wasserstein_distance(X, Y, A, B, metric=metric, p=p)
    for offset in (1e8, 2.0**45, np.array([1e8, -1e8])):
        assert wasserstein_distance(X + offset, Y + offset, A, B, metric=metric, p=p) == plain
        assert wasserstein_distance(X + offset, X + offset + [1.0, 0.0], metric=metric, p=p) == 1


@pytest.mark.parametrize("metric", METRICS)
@pytest.mark.parametrize("p", [1, 2, 3])
@pytest.mark.parametrize("exponent", [-498, 498], ids=["1e-150", "1e150"])
def test_every_scale_gives_the_same_digits(metric, p, exponent):
    scale = 2.0**exponent
    assert 1e-150 < scale < 1.3e-150 or 8e149 < scale < 1e150
    plain = wasserstein_distance(X, Y, A, B, metric=metric, p=p)
    assert wasserstein_distance(scale * X, scale * Y, A, B, metric=metric, p=p) == scale * plain
    rounded = wasserstein_distance(X * 1e150, Y * 1e150, A, B, metric=metric, p=p) / 1e150
    assert rounded == pytest.approx(plain, rel=8 * EPS)


@every
def test_dimensions_do_not_differ(call):
    for x, y, found in ((X, Y[:, :1], "2 and 1"), (X[:, 0], Y, "1 and 2"), (X, np.ones((3, 3)), "2 and 3")):
        with pytest.raises(ValueError, match=f"x and y must lie in one space, found dimensions {found}"):
            call(x=x, y=y)


@every
def test_weights_are_as_many_as_points(call):
    with pytest.raises(ValueError, match=r"a must have shape \(3,\), one weight per point, found shape \(2,\)"):
        call(a=np.array([0.5, 0.5]))
    with pytest.raises(ValueError, match=r"b must have shape \(3,\), one weight per point, found shape \(3, 1\)"):
        call(b=B[:, None])


@pytest.mark.parametrize("name", ["optimal_transport", "wasserstein_distance"])
@pytest.mark.parametrize("p", [0.999, 0, -1, math.nan, -math.inf])
def test_powers_are_at_least_one(name, p):
    with pytest.raises(ValueError, match=r"p must be >= 1, found .*; give for example p=1"):
        CALLS[name](p=p)


@pytest.mark.parametrize("name", ["optimal_transport", "wasserstein_distance", "certify"])
@pytest.mark.parametrize("metric", ["Euclidean", "euclid", "l2", "manhattan", ""])
def test_a_misspelt_metric_is_told_the_right_ones(name, metric):
    with pytest.raises(ValueError, match=rf"metric must be one of \['euclidean', .*\], found '{metric}'"):
        CALLS[name](metric=metric)


def test_a_misspelt_metric_of_an_extension_is_told_the_right_ones():
    with pytest.raises(ValueError, match="metric must be one of"):
        mcshane_extension(X, Y, np.zeros(3), metric="euclid")


LAYOUTS = {
    "Fortran": np.asfortranarray,
    "every other row": lambda z: np.repeat(z, 2, axis=0)[::2],
    "backwards twice": lambda z: np.ascontiguousarray(z[::-1])[::-1],
    "byte-swapped": lambda z: z.astype(z.dtype.newbyteorder()),
    "transposed": lambda z: np.ascontiguousarray(z.T).T,
    "list": lambda z: z.tolist(),
}


@pytest.mark.parametrize("layout", LAYOUTS.values(), ids=LAYOUTS)
def test_how_arrays_lie_in_memory_changes_nothing(layout):
    laid, plain = [layout(part) for part in (X, Y, A, B)], (X, Y, A, B)
    assert optimal_transport(*laid).cost == optimal_transport(*plain).cost
    assert wasserstein_distance(*laid, p=2) == wasserstein_distance(*plain, p=2)
    assert certify(laid[0], laid[1], CRITIC, *laid[2:]) == certify(X, Y, CRITIC, A, B)
    costs, f = np.arange(9.0).reshape(3, 3), np.array([0.5, 0.0, 1.0])
    found, other = (optimal_transport(cost_matrix=part, a=A, b=B).cost for part in (layout(costs), costs))
    assert found == other
    np.testing.assert_array_equal(c_transform(layout(costs), layout(f)), c_transform(costs, f))
    assert rational_transport(layout(costs), A, B) == rational_transport(costs, A, B)


def test_arrays_that_may_only_be_read_are_read_and_left_as_they_are():
    parts = [part.copy() for part in (X, Y, A, B, np.arange(9.0).reshape(3, 3))]
    for part in parts:
        part.flags.writeable = False
    x, y, a, b, costs = parts
    for p in (1, 2):
        assert wasserstein_distance(x, y, a, b, p=p) == wasserstein_distance(X, Y, A, B, p=p)
    assert optimal_transport(x[:, 0], y[:, 0], a, b).cost == optimal_transport(X[:, 0], Y[:, 0], A, B).cost
    assert Fraction(optimal_transport(cost_matrix=costs, a=a, b=b).cost) == rational_transport(costs, a, b).cost
    certify(x, y, CRITIC, a, b)
    kantorovich_rubinstein(x, y, a, b, steps=1, cones=2)
    for part, before in zip((x, y, a, b), (X, Y, A, B), strict=True):
        np.testing.assert_array_equal(part, before)


def test_writable_arrays_are_left_as_they_are_too():
    x, y, a, b, costs = X.copy(), Y.copy(), A.copy(), B.copy(), np.arange(9.0).reshape(3, 3)
    optimal_transport(x, y, a, b, p=2)
    optimal_transport(cost_matrix=costs, a=a, b=b)
    wasserstein_distance(x[:, 0], y[:, 0], a, b)
    for part, before in zip((x, y, a, b, costs), (X, Y, A, B, np.arange(9.0).reshape(3, 3)), strict=True):
        np.testing.assert_array_equal(part, before)


@pytest.mark.parametrize(("value", "found"), [(math.nan, "nan"), (math.inf, "inf"), (-1.0, "-1.0")])
def test_costs_are_finite_and_not_negative(value, found):
    with pytest.raises(ValueError, match=rf"cost_matrix must be finite and >= 0, found {found} at \(2, 2\)"):
        optimal_transport(cost_matrix=changed(np.ones((3, 3)), value), a=A, b=B)
