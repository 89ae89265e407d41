"""What an optimal plan and its potentials say about other points: conditional means, and critics on the whole space."""

from dataclasses import dataclass
from difflib import get_close_matches

import numpy as np
from numpy.typing import ArrayLike, NDArray

from optimal_transport.costs import metric_row
from optimal_transport.duality import mcshane_extension
from optimal_transport.exact import Transport
from optimal_transport.measures import as_points
from optimal_transport.tensors import SLOPES

__all__ = ["Potential", "barycentric_map", "kantorovich_potential"]

Floats = NDArray[np.float64]
EXTENSIONS = {"mcshane": (1.0, 0.0), "whitney": (0.0, 1.0), "mean": (0.5, 0.5)}
ALLOWED = 2.0**-30  # relatively, between two sums of one plan: rounding, and no other metric or power


def _checked(transport: Transport, **clouds: ArrayLike) -> list[Floats]:
    """The points of a plan, one of the plan's rows or columns each."""
    if not isinstance(transport, Transport):
        raise TypeError(f"transport must be what optimal_transport returns, found a {type(transport).__name__}")
    points = [as_points(cloud, name) for name, cloud in clouds.items()]
    for cloud, name in zip(points, clouds, strict=True):
        size = transport.plan.shape[{"x": 0, "y": 1}[name]]
        if len(cloud) != size:
            raise ValueError(f"{name} must hold the {size} points of the plan, found {len(cloud)}")
    return points


def barycentric_map(transport: Transport, y: ArrayLike) -> Floats:
    """Where an optimal plan sends each point on average: the conditional mean, in the unit of the points.

    T(x_i) = sum_j pi_ij y_j / sum_j pi_ij. At p = 2 it is the gradient of a convex function on the points x, and the
    map itself where the plan is one.

    Args:
        transport: what :func:`optimal_transport` returns, with a plan of shape (n, m).
        y: the points of the second measure, shape (m, d) or (m,).

    Returns:
        Points of shape (n, d), or (n,) for points of the line given so.

    Raises:
        TypeError: transport is no Transport, or entries are not real numbers.
        ValueError: y does not fit the plan, or an atom of the first measure has no mass to send.

    References:
        L. Ambrosio, N. Gigli, G. Savare, Gradient Flows (2008), Definition 5.4.2.

    Example:
        >>> from optimal_transport import optimal_transport
        >>> barycentric_map(optimal_transport([0.0, 1.0], [2.0, 3.0, 4.0]), [2.0, 3.0, 4.0])
        array([2.33333333, 3.66666667])
    """
    (points,) = _checked(transport, y=y)
    plan = transport.plan.tocsr()
    mass = np.asarray(plan.sum(axis=1)).ravel()
    if not mass.all():
        place = int(np.flatnonzero(mass == 0)[0])
        raise ValueError(f"transport sends no mass from point {place}; leave atoms of weight 0 out of x and a")
    origin = points[0]
    found = origin + (plan @ (points - origin)) / mass[:, None]
    return np.asarray(found.reshape(len(mass), *np.shape(y)[1:]))


@dataclass(frozen=True, eq=False)
class Potential:
    """A critic that is 1-Lipschitz on the whole space: w min_j (|z - y_j| - g_j) + v max_i (f_i - |z - x_i|).

    Attributes:
        x: points of shape (n, d).
        y: points of shape (m, d).
        f: potential on x, shape (n,).
        g: potential on y, shape (m,).
        weights: (w, v), not negative, of sum one.
        metric: the metric.
    """

    x: Floats
    y: Floats
    f: Floats
    g: Floats
    weights: tuple[float, float]
    metric: str

    def __call__(self, points: ArrayLike) -> Floats:
        """Values at points of shape (k, d), or (k,) on the line."""
        upper, lower = self.weights
        values = np.zeros(len(as_points(points, "points")))
        if upper:
            values += upper * mcshane_extension(points, self.y, self.g, metric=self.metric)
        if lower:
            values -= lower * mcshane_extension(points, self.x, self.f, metric=self.metric)
        return values


def kantorovich_potential(
    transport: Transport, x: ArrayLike, y: ArrayLike, *, metric: str = "euclidean", extension: str = "mcshane"
) -> Potential:
    """A 1-Lipschitz function on the whole space that attains the dual value of W_1, in the metric's unit.

    From potentials with f(x) + g(y) <= |x - y|: McShane's min_j (|z - y_j| - g_j), which no other such function
    exceeds; Whitney's max_i (f_i - |z - x_i|), which none falls short of; or their mean. Each is at least f on x
    and at most -g on y, so that mean phi(X) - mean phi(Y) is at least the value of the potentials. :func:`certify`
    takes it as a critic.

    Args:
        transport: what :func:`optimal_transport` returns for x and y at p = 1.
        x: the points of the first measure, shape (n, d), or (n,) on the line.
        y: the points of the second, shape (m, d) or (m,).
        metric: "euclidean", "cityblock" or "chebyshev", that of the transport.
        extension: "mcshane", "whitney" or "mean".

    Returns:
        The function, from points (k, d) to values (k,); each value costs n or m distances.

    Raises:
        TypeError: an argument of the wrong type.
        ValueError: the points do not fit the plan, an unknown metric or extension, or a transport with another metric
            or p > 1.

    References:
        E. J. McShane, Extension of range of functions, Bull. Amer. Math. Soc. 40 (1934), Theorem 1; H. Whitney,
        Analytic extensions of differentiable functions defined in closed sets, Trans. Amer. Math. Soc. 36 (1934), the
        note on page 63.

    Example:
        >>> from optimal_transport import optimal_transport
        >>> phi = kantorovich_potential(optimal_transport([0.0, 1.0], [2.0, 5.0]), [0.0, 1.0], [2.0, 5.0])
        >>> float(phi([0.0, 1.0]).mean() - phi([2.0, 5.0]).mean())
        3.0
    """
    first, second = _checked(transport, x=x, y=y)
    row = metric_row(metric)
    if first.shape[1] != second.shape[1]:
        raise ValueError(f"x and y must lie in one space, found dimensions {first.shape[1]} and {second.shape[1]}")
    if not isinstance(extension, str):
        raise TypeError(f"extension must be a string, found a {type(extension).__name__}; give 'mcshane'")
    if extension not in EXTENSIONS:
        near = get_close_matches(extension.lower(), EXTENSIONS, n=1)
        hint = f"; did you mean {near[0]!r}?" if near else ""
        raise ValueError(f"extension must be one of {list(EXTENSIONS)}, found {extension!r}{hint}")
    if transport.p != 1:
        raise ValueError(f"transport must be one with p = 1, found p = {transport.p}")
    i, j = transport.plan.coords
    cost = float(transport.plan.data @ SLOPES[row.name][0](first[i] - second[j]))
    if not abs(cost - transport.cost) <= ALLOWED * max(cost, transport.cost):
        raise ValueError(
            f"transport costs {transport.cost}, but its plan moves mass by {cost} in this metric on average; "
            "pass the points it was found for, and its metric"
        )
    return Potential(first, second, *transport.potentials, EXTENSIONS[extension], row.name)
