"""A generator of one's own: any convex function with its two limits."""

from __future__ import annotations

import math
from collections.abc import Callable
from typing import Any

import numpy as np
from numpy.typing import NDArray

from divergences.columns import Generator
from divergences.namespaces import namespace
from divergences.options import real

__all__ = ["generator"]

Array = Any  # a numpy array or a torch tensor
Function = Callable[[Array], Array]

STEP = 2.0**-10  # of the central difference at 1: any slope will do there, a good one keeps the terms near 0
FIVE_POINTS = np.array([1.0, -8.0, 0.0, 8.0, -1.0]) / 12
GRID = np.geomspace(2.0**-40, 2.0**40, 321)  # where convexity and the limits are looked at
ALLOWED = 1e-9  # relative rounding of f that passes for convex
POINTS = np.geomspace(2.0**-16, 2.0**16, 65)  # where a derivative is looked at
SLOPES_ALLOWED = 5e-8  # what rounding of f may move a slope there; measured on the rows: 5.0e-9
FAR = np.array([1e150, 1e300])  # where the limits are looked at, and at the inverses
AT_REST = 1e-6  # how far a limit may be from where the values rest: six digits are enough to tell what was meant
LEAST = 1e-100  # the ratio at which slopes are taken where a mass vanishes
AT_ONE = 1e-12  # rounding that f(1) may have


def generator(
    f: Function,
    *,
    at_zero: float | None,
    slope_at_infinity: float | None,
    derivative: Function | None = None,
    name: str = "f",
    unit: str = "nat",
) -> Generator:
    """What `f_divergence` needs of any convex function, in its own unit.

    The terms are ``q (f(u) - c (u - 1))`` at ``u = p / q`` with ``c = f'(1)``, nonnegative up to rounding. They are no
    better than ``f``: where ``f(u)`` and ``c (u - 1)`` nearly agree their difference has few digits, so nothing is
    promised of the relative error (``rounding`` is infinite).

    Args:
        f: a convex function of arrays of ``u > 0`` with ``f(1) = 0``; one that is to take tensors computes with
            operators and with functions of torch.
        at_zero: the limit ``f(0)``, possibly infinite.
        slope_at_infinity: the limit of ``f(u) / u``, possibly infinite.
        derivative: ``f'(u)``; without it there is no gradient, and ``f'(1)`` is a central difference. Where a mass
            vanishes the slope at ``u = 1e-100`` or ``1e100`` stands for the limit, which is not known.
        name: what to call it.
        unit: what it is measured in, empty for a pure number.

    Returns:
        The generator, for `f_divergence`.

    Raises:
        TypeError: if ``f`` is not a function, a limit is not a real number, or a word is not a string.
        ValueError: if ``f(1)`` is not 0, ``f`` is not convex, a limit lies below what convexity asks for, or the
            derivative leaves the slopes of ``f``.

    References:
        Liese and Vajda, IEEE Transactions on Information Theory 52 (2006), section 2.

    Example:
        >>> from divergences import f_divergence
        >>> triangle = generator(lambda u: (u - 1) ** 2 / (u + 1), at_zero=1.0, slope_at_infinity=1.0, unit="")
        >>> round(float(f_divergence([0.25, 0.75], [0.75, 0.25], triangle)), 12)
        0.5
    """
    if not callable(f) or not (derivative is None or callable(derivative)):
        raise TypeError(f"f is {f!r} and derivative {derivative!r}; pass functions of arrays")
    for limit, value in (("at_zero", at_zero), ("slope_at_infinity", slope_at_infinity)):
        if value is None:
            raise TypeError(f"{limit} is missing; pass the limit of {'f(u)' if limit == 'at_zero' else 'f(u) / u'}")
    low, high = real(at_zero, "at_zero"), real(slope_at_infinity, "slope_at_infinity")  # type: ignore[arg-type]
    for label, word in (("name", name), ("unit", unit)):
        if not isinstance(word, str):
            raise TypeError(f"{label} is of type {type(word).__name__}; pass a string")
    around = _tried(f, "f", 1 + STEP * np.arange(-2.0, 3.0))
    if not abs(around[2]) <= AT_ONE:
        raise ValueError(f"f(1) = {around[2]}; a generator has f(1) = 0, so subtract it")
    _check_convex(f, low, high)
    _check_limit("at_zero", low, _tried(f, "f", 1 / FAR), "f(u)")
    _check_limit("slope_at_infinity", high, _tried(f, "f", FAR) / FAR, "f(u) / u")
    slope = float(around @ FIVE_POINTS) / STEP
    if derivative is not None:
        slope = float(_tried(derivative, "derivative", np.ones(1))[0])
        _check_derivative(f, derivative)
    return Generator(
        name=name,
        f=f,
        integrand=lambda p, q, d: _term(p, q, f, slope, low, high),
        slopes=None if derivative is None else lambda p, q, d: _slopes(p, q, f, derivative, slope),
        at_zero=low,
        slope_at_infinity=high,
        source="the caller",
        unit=unit,
        rounding=math.inf,
    )


def _tried(function: Function, name: str, u: NDArray[np.float64]) -> NDArray[np.float64]:
    """The values of a function, refused unless they are as many real numbers as there are arguments."""
    with np.errstate(all="ignore"):
        found = np.asarray(function(u))
    if found.shape != u.shape or found.dtype.kind not in "iuf":
        raise ValueError(f"{name} of an array of {len(u)} numbers has to be as many finite numbers; found {found}")
    return found.astype(np.float64)


def _check_convex(f: Function, at_zero: float, slope_at_infinity: float) -> None:
    """Refuse a function whose slopes fall somewhere on the grid, or whose limits lie below its tangents."""
    found = _tried(f, "f", GRID)
    if not np.isfinite(found).all():
        raise ValueError(f"f of an array of {len(GRID)} numbers has to be as many finite numbers; found {found}")
    slopes = np.diff(found) / np.diff(GRID)
    room = ALLOWED * (1 + np.abs(found[:-1]) / GRID[:-1] + np.abs(slopes))
    falling = np.flatnonzero(np.diff(slopes) < -room[:-1])
    if falling.size:
        raise ValueError(f"f is not convex near u = {GRID[falling[0] + 1]:.6g}; pass a convex function")
    if not at_zero >= found[0] - GRID[0] * slopes[0] - ALLOWED * (1 + abs(found[0])):
        raise ValueError(f"at_zero = {at_zero}, but f({GRID[0]:.3g}) = {found[0]}; pass the limit of f(u) at 0")
    if not slope_at_infinity >= slopes[-1] - ALLOWED * (1 + abs(slopes[-1])):
        raise ValueError(
            f"slope_at_infinity = {slope_at_infinity}, but the slope of f is {slopes[-1]} at u = {GRID[-1]:.3g}; "
            f"pass the limit of f(u) / u"
        )


def _check_limit(name: str, limit: float, found: NDArray[np.float64], what: str) -> None:
    """Refuse a limit other than the number at which the values far out rest, if they do."""
    rests = np.isfinite(found).all() and abs(found[1] - found[0]) <= ALLOWED * (1 + abs(found[1]))
    if rests and not abs(limit - found[1]) <= AT_REST * (1 + abs(found[1])):
        raise ValueError(f"{name} = {limit}, but {what} rests at {found[1]:.6g}; pass that limit")


def _check_derivative(f: Function, derivative: Function) -> None:
    """Refuse a derivative that leaves the slopes of the chords to a thousandth below and above."""
    found, middle = _tried(derivative, "derivative", POINTS), _tried(f, "f", POINTS)
    below, above = ((_tried(f, "f", (1 + step) * POINTS) - middle) / (step * POINTS) for step in (-STEP, STEP))
    room = SLOPES_ALLOWED * (1 + np.maximum(np.abs(below), np.abs(above)))
    bad = np.flatnonzero(~((below - room <= found) & (found <= above + room)))
    if bad.size:
        k = bad[0]
        raise ValueError(
            f"derivative({POINTS[k]:.6g}) = {found[k]:.6g}, but f has the slopes {below[k]:.6g} and {above[k]:.6g} "
            "around; pass the derivative of f"
        )


def _term(p: Array, q: Array, f: Function, slope: float, at_zero: float, slope_at_infinity: float) -> Array:
    """``q (f(p / q) - slope (p / q - 1))`` with its limits."""
    xp = namespace(p)
    with np.errstate(all="ignore"):
        u = p / q
        inside = (u > 0) & xp.isfinite(u)
        u = xp.where(inside, u, 1.0)
        found = q * (f(u) - slope * (u - 1))
        alone = xp.where(p > 0, p * (slope_at_infinity - slope), q * (at_zero + slope))
    return xp.where(inside, found, xp.where((p > 0) | (q > 0), alone, 0.0))


def _slopes(p: Array, q: Array, f: Function, derivative: Function, slope: float) -> tuple[Array, Array]:
    """``f'(u) - f'(1)`` and ``f(u) - u f'(u) + f'(1)``, far out where a mass vanishes."""
    xp, gone = namespace(p), (p == 0) & (q == 0)
    u = xp.clip(p / xp.where(gone, 1.0, q), LEAST, 1 / LEAST)
    steep = derivative(u)
    return xp.where(gone, 0.0, steep - slope), xp.where(gone, 0.0, f(u) - u * steep + slope)
