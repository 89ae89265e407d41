"""Laws of a row's conjugate, and of the last layer of a critic that has its values in the conjugate's domain."""

import math

import numpy as np

from divergences import FDivergence
from tests.laws.big import BIG, big, exact_constants
from tests.laws.cases import LOGITS, SCALES
from tests.laws.law import CONSTANT, EPS


def _inside(row: FDivergence) -> np.ndarray:
    """Points of the conjugate's domain."""
    end = row.conjugate_domain.end
    top = 21 if math.isinf(end) else end
    return big([top - x for x in (60, 40, 21, 20.7, 13, 3, 0.7, 0.2, 0.03, 1e-6)])


def fenchel_young_inequality(row: FDivergence) -> None:
    t = _inside(row)[:, None]
    for u, digits in SCALES:
        with exact_constants(digits):
            assert np.all(row.conjugate(t) - (u * t - row.f(u)) >= -1e-40)


def fenchel_young_equality(row: FDivergence) -> None:
    for u, digits in SCALES:
        with exact_constants(digits):
            t = big(row.derivative(u))  # np.sign answers in plain floats
            gap = row.conjugate(t) + row.f(u) - u * t
        assert np.all(np.abs(gap) <= 1e-20 * (1 + np.abs(u * t)))


def conjugate_domain_is_where_it_is_finite(row: FDivergence) -> None:
    end, closed = row.conjugate_domain
    assert end == row.slope_at_infinity
    if math.isinf(end):
        assert not closed
        assert BIG.isfinite(row.conjugate(big([1e4]))[0])
        return
    far, near, beyond = row.conjugate(end + big([-1e-6, -1e-12, 1e-12]))
    assert BIG.isfinite(far) and beyond == math.inf
    assert (abs(near - far) < 0.01) == closed
    assert row.conjugate(np.array([end + 1.0, end + 1e3])).tolist() == [math.inf, math.inf]


def conjugate_far_down_is_minus_the_value_at_zero(row: FDivergence) -> None:
    lowest = -row.conjugate(big(["-1e10000"]))[0]
    assert lowest > 1e4 if math.isinf(row.at_zero) else abs(lowest - row.at_zero) <= CONSTANT


def activation_rises_through_the_domain(row: FDivergence) -> None:
    end, closed = row.conjugate_domain
    v = np.sort(np.concatenate([np.linspace(-30, 30, 61), LOGITS]))
    with exact_constants():
        exact = row.activation(big(v))
        assert np.all(np.diff(exact) > 0)
        top = row.activation(big([300]))[0]
    assert top > 100 if math.isinf(end) else abs(top - end) < 1e-12
    rounded = row.activation(v)
    assert np.all(rounded <= end) if closed else np.all(rounded < end)
    assert np.all(np.abs(rounded - exact) <= 4 * EPS * (1 + np.abs(exact)))


def penalty_is_the_conjugate_of_the_activation(row: FDivergence) -> None:
    """To rounding in float64 for |v| <= 30, and in float32 up to 1000 wherever float32 holds the answer."""
    _compare_penalty(row, LOGITS[:40], digits=60)
    far = [-1000, -300, -88, -30, -1, 0, 1, 30, 60, 88, 300, 1000]
    _compare_penalty(row, np.array(far, dtype=np.float32), digits=1000)


def _compare_penalty(row: FDivergence, v: np.ndarray, *, digits: int) -> None:
    with exact_constants(digits):
        exact = row.conjugate(row.activation(big(v.tolist())))
    found = row.penalty(v)
    assert found.dtype == v.dtype
    kind = np.finfo(v.dtype)
    for x, truth in zip(found.tolist(), exact, strict=True):
        if abs(truth) < float(kind.max):
            assert abs(x - truth) <= 4 * float(kind.eps) * (1 + abs(truth))
