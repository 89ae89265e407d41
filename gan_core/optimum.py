"""The discriminator's best reply to two fixed laws, and the value of the minimax game."""

import math

import numpy as np
from numpy.typing import ArrayLike, NDArray
from scipy.special import xlog1py, xlogy

from divergences.refusals import real_entries
from gan_core.targets import Normal

__all__ = ["game_value", "normal_optimal_logits", "optimal_discriminator", "real_points"]

Floats = NDArray[np.float64]
FAR = 1e150  # whose square is still a float


def _masses(value: ArrayLike, name: str) -> Floats:
    array = real_entries(value, name).astype(np.float64, copy=False)
    bad = ~(np.isfinite(array) & (array >= 0))
    if bad.any():
        raise ValueError(f"{name} must be finite and >= 0, found {array[bad].flat[0]}; give masses or densities")
    return array


def _same_shape(**arrays: Floats) -> None:
    shapes = {name: array.shape for name, array in arrays.items()}
    if len(set(shapes.values())) > 1:
        raise ValueError(
            f"{', '.join(shapes)} must have one shape, found {list(shapes.values())}; broadcast them first"
        )


def optimal_discriminator(p: ArrayLike, q: ArrayLike) -> Floats:
    """The discriminator D* that no other beats against fixed laws P (real) and Q (generated), a probability.

    D*(x) = p(x) / (p(x) + q(x)), from masses or densities at the same points, without overflow from 1e-308 to 1e308.

    Where both vanish every value is optimal; 1/2 is returned, which treats the two laws alike.

    Args:
        p: masses or densities of P, any shape.
        q: masses or densities of Q, the same shape.

    Returns:
        Array of that shape with values in [0, 1]; 0 and 1 are attained where only one law has mass.

    Raises:
        TypeError: entries are not real.
        ValueError: an entry is negative or not finite, or the shapes differ.

    References:
        I. Goodfellow et al., Generative Adversarial Nets (NeurIPS 2014), Proposition 1.

    Example:
        >>> optimal_discriminator([0.5, 0.5, 0.0], [0.0, 0.5, 0.0])
        array([1. , 0.5, 0.5])
    """
    first, second = _masses(p, "p"), _masses(q, "q")
    _same_shape(p=first, q=second)
    top = np.maximum(first, second)
    top = np.where(top > 0, top, 1.0)
    first, second = first / top, second / top
    total = first + second
    return np.asarray(np.divide(first, total, out=np.full(first.shape, 0.5), where=total > 0))


def normal_optimal_logits(points: ArrayLike, p: Normal, q: Normal) -> Floats:
    """Logits of the best discriminator of two normal laws, in nats.

    log D*/(1 - D*) = log p(x) - log q(x), from the log-densities, so that nothing overflows where the densities vanish;
    D* is the sigmoid of it.

    Args:
        points: finite points of the line, any shape.
        p: the real law.
        q: the generated law.

    Returns:
        Array of that shape; its entries are finite.

    Raises:
        TypeError: the points are no real numbers, or p or q is no :class:`Normal`.
        ValueError: a point is not finite, or further than 1e150 standard deviations from a mean.

    References:
        I. Goodfellow et al., Generative Adversarial Nets (NeurIPS 2014), Proposition 1.

    Example:
        >>> normal_optimal_logits([1.0, 40.0], Normal(40.0, 1.0), Normal(0.0, 1.0))
        array([-760.,  800.])
    """
    for name, law in (("p", p), ("q", q)):
        if not isinstance(law, Normal):
            raise TypeError(f"{name} must be a Normal, found {law!r}")
    x = real_points(points)
    with np.errstate(over="ignore"):
        first, second = (x - p.mean) / p.scale, (x - q.mean) / q.scale
    far = np.maximum(np.abs(first), np.abs(second)) > FAR
    if far.any():
        raise ValueError(f"points must lie within {FAR:g} standard deviations of both means, found {x[far].flat[0]}")
    return np.asarray((second - first) * (second + first) / 2 + (math.log(q.scale) - math.log(p.scale)))


def real_points(points: ArrayLike) -> Floats:
    """Points of the line as float64.

    Raises:
        TypeError: they are no real numbers.
        ValueError: one is not finite.
    """
    x = real_entries(points, "points").astype(np.float64, copy=False)
    if not np.isfinite(x).all():
        raise ValueError(f"points must be finite, found {x[~np.isfinite(x)].flat[0]}; leave it out")
    return x


def game_value(discriminator: ArrayLike, p: ArrayLike, q: ArrayLike) -> float:
    """Value of the minimax game for a discriminator on finitely many points, in nats.

    V(D) = sum p log D + q log(1 - D), with 0 log 0 = 0; at D* it is 2 JS(P, Q) - log 4, and nowhere larger.

    Args:
        discriminator: values of D in [0, 1], any shape.
        p: masses of P, the same shape.
        q: masses of Q, the same shape.

    Returns:
        The value, -inf where D is sure and wrong on a point with mass.

    Raises:
        TypeError: entries are not real.
        ValueError: a mass is negative or not finite, D is outside [0, 1], or the shapes differ.

    References:
        I. Goodfellow et al., Generative Adversarial Nets (NeurIPS 2014), equation 3 and Theorem 1.

    Example:
        >>> game_value([1.0, 0.0], [1.0, 0.0], [0.0, 1.0])
        0.0
    """
    d, first, second = _masses(discriminator, "discriminator"), _masses(p, "p"), _masses(q, "q")
    _same_shape(discriminator=d, p=first, q=second)
    if d.size and d.max() > 1:
        raise ValueError(f"discriminator must lie in [0, 1], found {d.max()}; apply a sigmoid to logits")
    return float(np.sum(xlogy(first, d) + xlog1py(second, -d)))
