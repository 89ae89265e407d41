"""Ground costs that are no norm distances: scipy's names beyond the three norms, and any function of two points."""

import dataclasses
from collections.abc import Callable
from dataclasses import dataclass
from difflib import get_close_matches

import numpy as np
from numpy.typing import NDArray
from scipy.spatial.distance import cdist

from divergences.refusals import real_entries
from optimal_transport.costs import METRICS, Costs, powers

__all__ = ["GROUNDS", "Ground", "MetricLike", "check_metric", "ground_costs", "keeps_common_mass"]

Floats = NDArray[np.float64]
Mask = NDArray[np.bool_]
MetricLike = str | Callable[[Floats, Floats], float]
LARGE = 2.0**500  # beyond it, and below its inverse, squares leave float64
UNDERFLOW = 2.0**-1000  # below it powers lose digits


@dataclass(frozen=True)
class Ground:
    """A name that scipy's ``cdist`` knows.

    Attributes:
        name: what callers write.
        domain: which points it takes, a key of :data:`DOMAINS`.
        roundings: how many half-ulps the computed distance may be off in dimension d, where it is a metric and that is
            proved; None where it is no metric, or the distances as computed are taken to be the problem.
    """

    name: str
    domain: str
    roundings: Callable[[int], float] | None = None


GROUNDS = (
    Ground("braycurtis", "ratio"),
    Ground("canberra", "ratio", lambda d: d + 2.0),
    Ground("correlation", "ratio"),
    Ground("cosine", "ratio"),
    Ground("dice", "binary"),
    Ground("hamming", "real", lambda d: 1.0),
    Ground("jaccard", "binary", lambda d: 1.0),
    Ground("jensenshannon", "masses"),
    Ground("mahalanobis", "real"),
    Ground("minkowski", "real"),
    Ground("rogerstanimoto", "binary", lambda d: 1.0),
    Ground("russellrao", "binary"),
    Ground("seuclidean", "real"),
    Ground("sokalsneath", "binary", lambda d: 1.0),
    Ground("sqeuclidean", "real"),
    Ground("yule", "binary"),
)
NAMES = tuple(row.name for row in (*METRICS, *GROUNDS))


def _sizes(points: Floats) -> Floats:
    """The largest coordinate of each point."""
    return np.asarray(np.abs(points).max(axis=1))


def _measurable(sizes: Floats) -> Mask:
    return np.asarray((sizes == 0) | ((sizes >= 1 / LARGE) & (sizes <= LARGE)))


DOMAINS: dict[str, tuple[Callable[[Floats], Mask], str]] = {
    "real": (
        lambda z: _measurable(np.full(len(z), _sizes(z).max())),
        "coordinates whose squares float64 holds; multiply all points by a constant",
    ),
    "ratio": (lambda z: _measurable(_sizes(z)), "points whose squares float64 holds; multiply all by a constant"),
    "masses": (
        lambda z: np.asarray(z.min(axis=1) >= 0) & (_sizes(z) > 0) & _measurable(_sizes(z)),
        "points with entries >= 0 and not all 0, which it divides by their sum",
    ),
    "binary": (
        lambda z: np.asarray(np.isin(z, (0, 1)).all(axis=1)),
        "points with entries 0 and 1; pass (x != 0).astype(float)",
    ),
}


def check_metric(metric: MetricLike) -> None:
    """Refuse what names no metric and is no function.

    Args:
        metric: a name that scipy's ``cdist`` knows, or a function of two points.

    Raises:
        TypeError: it is neither a string nor callable.
        ValueError: no metric has that name.

    Example:
        >>> check_metric("canberra")
    """
    if callable(metric):
        return
    if not isinstance(metric, str):
        raise TypeError(
            f"metric must be a string or a function of two points, found a {type(metric).__name__}; "
            f"give {METRICS[0].name!r}, for example"
        )
    if metric not in NAMES:
        near = get_close_matches(metric.lower(), NAMES, n=1)
        hint = f"did you mean {near[0]!r}?" if near else "or give a function of two points, or cost_matrix"
        raise ValueError(f"metric must be one of {list(NAMES)}, found {metric!r}; {hint}")


def _row(metric: MetricLike) -> Ground | None:
    return next((row for row in GROUNDS if row.name == metric), None)


def keeps_common_mass(metric: MetricLike) -> bool:
    """Whether mass that two measures have in common may stay in place at p = 1: for metrics with a proved rounding.

    Args:
        metric: a checked name of :data:`GROUNDS`, or a function, of which nothing is known.

    Returns:
        True for the rows with ``roundings``.

    References:
        J. C. Gower, P. Legendre, Metric and Euclidean properties of dissimilarity coefficients, J. Classification 3
        (1986), Theorems 9 and 10, for which of them keep the triangle inequality.

    Example:
        >>> keeps_common_mass("hamming"), keeps_common_mass("sqeuclidean")
        (True, False)
    """
    row = _row(metric)
    return row is not None and row.roundings is not None


def ground_costs(x: Floats, y: Floats, metric: MetricLike, p: float) -> Costs:
    """The p-th powers of the distances that scipy or a function finds, scaled to order one.

    Args:
        x: points of shape (n, d).
        y: points of shape (m, d).
        metric: a checked name of :data:`GROUNDS`, or a function of two points of shape (d,) that returns a number.
        p: the power, at least 1.

    Returns:
        The scaled costs. Their relative error is that of the true distances where the row has ``roundings``, else that
        of the powers of the distances as computed.

    Raises:
        TypeError: a function returns something other than real numbers.
        ValueError: points that the name does not take, or a distance that is negative or not finite.

    Example:
        >>> ground_costs(np.array([[0.0]]), np.array([[3.0]]), "sqeuclidean", 1).scale
        8.0
    """
    row = _row(metric)
    gaps = _called(x, y, metric) if row is None else _named(x, y, row)
    bad = ~(np.isfinite(gaps) & (gaps >= 0))
    if bad.any():
        i, j = (int(k) for k in np.argwhere(bad)[0])
        raise ValueError(
            f"metric must give finite distances >= 0, found {gaps[i, j]} between x[{i}] and y[{j}]; "
            "leave such points out, or give another metric"
        )
    apart = gaps > 0
    costs = powers(gaps, 1.0, p, 0.0 if row is None or row.roundings is None else row.roundings(x.shape[1]))
    lost = bool(np.any(apart & (costs.matrix < UNDERFLOW)))
    return dataclasses.replace(costs, absolute=2 * UNDERFLOW if lost else 0.0)


def _named(x: Floats, y: Floats, row: Ground) -> Floats:
    takes, wanted = DOMAINS[row.domain]
    for points, name in ((x, "x"), (y, "y")):
        fine = takes(points)
        if not fine.all():
            place = int(fine.argmin())
            raise ValueError(f"metric {row.name!r} takes {wanted}; found {points[place].tolist()} at {name}[{place}]")
    with np.errstate(all="ignore"):
        try:
            return np.asarray(cdist(x, y, row.name), dtype=np.float64)
        except (ValueError, np.linalg.LinAlgError) as error:
            raise ValueError(f"metric {row.name!r} is not defined for these points: {error}") from None


def _called(x: Floats, y: Floats, metric: MetricLike) -> Floats:
    assert callable(metric)
    found = real_entries([[metric(u.copy(), v.copy()) for v in y] for u in x], "metric(x[i], y[j])")
    if found.shape != (len(x), len(y)):
        raise ValueError(f"metric must give one number for two points, found shape {found.shape[2:]}")
    return found.astype(np.float64)
