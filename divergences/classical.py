"""More divergences known by name: chi-squared, Hellinger, Le Cam, Jeffreys, and the value of the minimax game."""

from __future__ import annotations

from dataclasses import replace
from typing import Any, Unpack

import numpy as np
from numpy.typing import ArrayLike

from divergences.exact import f_divergence
from divergences.functionals import Values, answers, of_row, root
from divergences.namespaces import namespace
from divergences.options import Options
from divergences.table import CHI2, GAN, JEFFREYS, LE_CAM, NEYMAN_CHI2, SQUARED_HELLINGER

__all__ = [
    "chi2_divergence",
    "gan_divergence",
    "hellinger_distance",
    "jeffreys_divergence",
    "le_cam_divergence",
    "neyman_chi2_divergence",
    "squared_hellinger",
]

Array = Any  # a numpy array or a torch tensor


def _game_term(p: Array, q: Array, d: Array) -> Array:
    """One atom's part of the game's value, never positive: ``-p log(1 + q / p) - q log(1 + p / q)``."""
    xp = namespace(p)
    with np.errstate(divide="ignore", invalid="ignore", over="ignore", under="ignore"):
        both = -(p * xp.log1p(q / p) + q * xp.log1p(p / q))
    return xp.where((p > 0) & (q > 0), both, 0.0)


# The row of 2 JS with log 4 taken off: no f-divergence, since its generator is -log 4 at 1. Its gradient is GAN's.
GAME = replace(GAN, integrand=_game_term, at_zero=0.0, slope_at_infinity=0.0)


def chi2_divergence(p: ArrayLike, q: ArrayLike, **options: Unpack[Options]) -> Values:
    """Pearson's chi-squared divergence, without unit.

    ``sum (p - q)^2 / q``, infinite where ``q = 0 < p``.

    Args:
        p: masses of P, shape ``(..., k)``.
        q: masses of Q, shape ``(..., k)``.
        **options: axis, base, log, normalize, keepdims and pairwise, as in `Options`.

    Returns:
        A scalar, or an array of the batch shape, as `f_divergence`.

    Raises:
        TypeError: as `f_divergence`.
        ValueError: as `f_divergence`.

    References:
        Pearson, Philosophical Magazine 50 (1900), page 157.

    Example:
        >>> float(chi2_divergence([0.5, 0.5], [0.25, 0.75]))
        0.3333333333333333
    """
    return f_divergence(p, q, CHI2, **options)


def neyman_chi2_divergence(p: ArrayLike, q: ArrayLike, **options: Unpack[Options]) -> Values:
    """Neyman's chi-squared divergence, without unit.

    ``sum (p - q)^2 / p``, infinite where ``p = 0 < q``.

    Args:
        p: masses of P, shape ``(..., k)``.
        q: masses of Q, shape ``(..., k)``.
        **options: axis, base, log, normalize, keepdims and pairwise, as in `Options`.

    Returns:
        A scalar, or an array of the batch shape, as `f_divergence`.

    Raises:
        TypeError: as `f_divergence`.
        ValueError: as `f_divergence`.

    References:
        Neyman, Proceedings of the Berkeley Symposium (1949), pages 239-273.

    Example:
        >>> float(neyman_chi2_divergence([0.5, 0.5], [0.25, 0.75]))
        0.25
    """
    return f_divergence(p, q, NEYMAN_CHI2, **options)


def squared_hellinger(p: ArrayLike, q: ArrayLike, **options: Unpack[Options]) -> Values:
    """The squared Hellinger distance, without unit, from 0 to 2.

    ``sum (sqrt p - sqrt q)^2``.

    Args:
        p: masses of P, shape ``(..., k)``.
        q: masses of Q, shape ``(..., k)``.
        **options: axis, base, log, normalize, keepdims and pairwise, as in `Options`.

    Returns:
        A scalar, or an array of the batch shape, as `f_divergence`.

    Raises:
        TypeError: as `f_divergence`.
        ValueError: as `f_divergence`.

    References:
        Polyanskiy and Wu, Information Theory: From Coding to Learning (2025), section 7.1.

    Example:
        >>> float(squared_hellinger([1, 0], [0, 1]))
        2.0
    """
    return f_divergence(p, q, SQUARED_HELLINGER, **options)


def hellinger_distance(p: ArrayLike, q: ArrayLike, **options: Unpack[Options]) -> Values:
    """The Hellinger distance, without unit, from 0 to 1, a metric.

    ``sqrt(sum (sqrt p - sqrt q)^2 / 2)``.

    Args:
        p: masses of P, shape ``(..., k)``.
        q: masses of Q, shape ``(..., k)``.
        **options: axis, base, log, normalize, keepdims and pairwise, as in `Options`.

    Returns:
        A scalar, or an array of the batch shape, as `f_divergence`.

    Raises:
        TypeError: as `f_divergence`.
        ValueError: as `f_divergence`.

    References:
        Le Cam, Asymptotic Methods in Statistical Decision Theory (1986), section 4.2.

    Example:
        >>> float(hellinger_distance([1, 0], [0, 1]))
        1.0
    """
    return answers(p, q, [of_row(SQUARED_HELLINGER)], options, lambda values: root(values / 2))[0]


def le_cam_divergence(p: ArrayLike, q: ArrayLike, **options: Unpack[Options]) -> Values:
    """The Le Cam divergence, without unit, from 0 to 2.

    ``sum (p - q)^2 / (p + q)``, also called triangular discrimination.

    Args:
        p: masses of P, shape ``(..., k)``.
        q: masses of Q, shape ``(..., k)``.
        **options: axis, base, log, normalize, keepdims and pairwise, as in `Options`.

    Returns:
        A scalar, or an array of the batch shape, as `f_divergence`.

    Raises:
        TypeError: as `f_divergence`.
        ValueError: as `f_divergence`.

    References:
        Le Cam, Asymptotic Methods in Statistical Decision Theory (1986), section 4.2.

    Example:
        >>> float(le_cam_divergence([1, 0], [0, 1]))
        2.0
    """
    return f_divergence(p, q, LE_CAM, **options)


def jeffreys_divergence(p: ArrayLike, q: ArrayLike, **options: Unpack[Options]) -> Values:
    """The Jeffreys divergence KL(P || Q) + KL(Q || P), in nats.

    ``sum (p - q) log(p / q)``, infinite where one mass alone vanishes.

    Args:
        p: masses of P, shape ``(..., k)``.
        q: masses of Q, shape ``(..., k)``.
        **options: axis, base, log, normalize, keepdims and pairwise, as in `Options`.

    Returns:
        A scalar, or an array of the batch shape, as `f_divergence`.

    Raises:
        TypeError: as `f_divergence`.
        ValueError: as `f_divergence`.

    References:
        Jeffreys, Proceedings of the Royal Society A 186 (1946), section 2.

    Example:
        >>> float(jeffreys_divergence([1, 0], [0.5, 0.5]))
        inf
    """
    return f_divergence(p, q, JEFFREYS, **options)


def gan_divergence(p: ArrayLike, q: ArrayLike, **options: Unpack[Options]) -> Values:
    """The value of the minimax game at the optimal discriminator, in nats, from -log 4 to 0.

    ``2 JS - log 4 = sum p log(p / (p + q)) + q log(q / (p + q))``, without subtraction, so that its digits are kept
    near disjoint supports. Its generator is ``-log 4`` at 1; the row `GAN` of the table is the divergence ``2 JS``.

    Args:
        p: masses of P, shape ``(..., k)``.
        q: masses of Q, shape ``(..., k)``.
        **options: axis, base, log, normalize, keepdims and pairwise, as in `Options`.

    Returns:
        A scalar, or an array of the batch shape, as `f_divergence`.

    Raises:
        TypeError: as `f_divergence`.
        ValueError: as `f_divergence`.

    References:
        Goodfellow et al., "Generative adversarial nets", NeurIPS 2014, Theorem 1.

    Example:
        >>> float(gan_divergence([1, 0], [0, 1]))
        0.0
    """
    return f_divergence(p, q, GAME, **options)
