"""The terms that divergences sum over atoms, each nonnegative and right to a few ulp.

A term is a standardised generator, ``q (f(u) - f'(1)(u - 1))`` at ``u = p / q``, written so that nothing cancels. It
takes the difference ``d = q - p`` beside ``p`` and ``q``, because a caller often knows it better than a subtraction of
the rounded masses would tell.

What they need near ``p = q`` is in `divergences.log_ratios`.

References:
    Liese and Vajda, "On divergences and informations in statistics and information theory", IEEE Transactions on
    Information Theory 52 (2006): a linear term in the generator leaves the divergence unchanged.
"""

from __future__ import annotations

from typing import Any

import numpy as np

from divergences.log_ratios import SMALLEST, excess_of_artanh, excess_of_entropy, log_ratio, relative, replaced
from divergences.namespaces import at_least, namespace

__all__ = [
    "chi2_term",
    "jeffreys_term",
    "jensen_shannon_term",
    "le_cam_term",
    "neyman_chi2_term",
    "relative_entropy_term",
    "reverse_relative_entropy_term",
    "squared_hellinger_term",
    "total_variation_term",
]

Array = Any  # a numpy array or a torch tensor

STEEP = 0.9  # beyond it 1 - |s| has lost too many digits


def relative_entropy_term(p: Array, q: Array, d: Array) -> Array:
    """One atom's part of the Kullback-Leibler divergence, in nats: ``p log(p / q) - p + q``.

    Args:
        p: masses, an array of at least one dimension.
        q: masses, of the same shape.
        d: the difference ``q - p``, as exact as it is known.

    Returns:
        The terms, nonnegative; ``q`` where ``p = 0`` and infinity where ``q = 0 < p``.

    References:
        Polyanskiy and Wu, Information Theory: From Coding to Learning (2025), Definition 7.1.

    Example:
        >>> import numpy as np
        >>> p, q = np.array([0.0, 0.25]), np.array([0.5, 0.25])
        >>> relative_entropy_term(p, q, q - p).tolist()
        [0.5, 0.0]
    """
    with np.errstate(divide="ignore", invalid="ignore", over="ignore", under="ignore"):
        s, z = relative(p, q, d)
        terms = excess_of_artanh(z)
        terms *= z
        terms *= p
        terms *= -2
        terms += d
        terms *= s
        return replaced(terms, z, _far_relative_entropy, p, q)


def reverse_relative_entropy_term(p: Array, q: Array, d: Array) -> Array:
    """One atom's part of the reverse Kullback-Leibler divergence, in nats: ``q log(q / p) - q + p``.

    Args, Returns and References are those of `relative_entropy_term`, with the masses exchanged.

    Example:
        >>> import numpy as np
        >>> p, q = np.array([0.5]), np.array([0.0])
        >>> reverse_relative_entropy_term(p, q, q - p).tolist()
        [0.5]
    """
    return relative_entropy_term(q, p, -d)


def jensen_shannon_term(p: Array, q: Array, d: Array) -> Array:
    """One atom's part of the Jensen-Shannon divergence, in nats: half the sum of ``p`` and ``q`` against their mean.

    ``(p log(p / m) + q log(q / m)) / 2`` with ``m = (p + q) / 2``; exactly the same with ``p`` and ``q`` exchanged.

    Args:
        p: masses, an array of at least one dimension.
        q: masses, of the same shape.
        d: the difference ``q - p``, as exact as it is known.

    Returns:
        The terms, nonnegative and finite.

    References:
        Lin, "Divergence measures based on the Shannon entropy", IEEE Transactions on Information Theory 37 (1991).

    Example:
        >>> import numpy as np
        >>> p, q = np.array([0.5]), np.array([0.5])
        >>> jensen_shannon_term(p, q, q - p).tolist()
        [0.0]
    """
    with np.errstate(divide="ignore", invalid="ignore", under="ignore"):
        s, z = relative(p, q, d)
        terms = excess_of_entropy(z)
        terms *= z
        terms += 0.5
        terms *= s
        terms *= d
        terms *= 0.5
        return replaced(terms, z, _far_jensen_shannon, p, q, s)


def jeffreys_term(p: Array, q: Array, d: Array) -> Array:
    """One atom's part of the Jeffreys divergence, in nats: ``(p - q) log(p / q)``, exactly symmetric.

    Args, Returns and References are those of `relative_entropy_term`.

    Example:
        >>> import numpy as np
        >>> p, q = np.array([0.25, 0.5]), np.array([0.25, 0.0])
        >>> jeffreys_term(p, q, q - p).tolist()
        [0.0, inf]
    """
    with np.errstate(divide="ignore", invalid="ignore", over="ignore", under="ignore"):
        s, z = relative(p, q, d)
        terms = excess_of_artanh(z)
        terms *= z
        terms += 1
        terms *= s
        terms *= d
        terms *= 2
        return replaced(terms, z, _far_jeffreys, p, q, d)


def chi2_term(p: Array, q: Array, d: Array) -> Array:
    """One atom's part of Pearson's chi-squared divergence, without unit: ``(p - q)^2 / q``.

    Args:
        p: masses (only ``q`` and ``d`` are needed; the three arguments are those of every term).
        q: masses, an array of at least one dimension.
        d: the difference ``q - p``, as exact as it is known.

    Returns:
        The terms, nonnegative; infinity where ``q = 0 < p``.

    References:
        Pearson, Philosophical Magazine 50 (1900), page 157.

    Example:
        >>> import numpy as np
        >>> p, q = np.array([0.25, 0.5]), np.array([0.5, 0.0])
        >>> chi2_term(p, q, q - p).tolist()
        [0.125, inf]
    """
    with np.errstate(divide="ignore", invalid="ignore", over="ignore", under="ignore"):
        return namespace(q).where(d == 0, 0.0, d * (d / q))


def neyman_chi2_term(p: Array, q: Array, d: Array) -> Array:
    """One atom's part of Neyman's chi-squared divergence, without unit: ``(p - q)^2 / p``.

    Args, Returns and References are those of `chi2_term`, with the masses exchanged.

    Example:
        >>> import numpy as np
        >>> p, q = np.array([0.5]), np.array([0.0])
        >>> neyman_chi2_term(p, q, q - p).tolist()
        [0.5]
    """
    return chi2_term(q, p, -d)


def squared_hellinger_term(p: Array, q: Array, d: Array) -> Array:
    """One atom's part of the squared Hellinger distance, without unit: ``(sqrt p - sqrt q)^2``.

    Args:
        p: masses, an array of at least one dimension.
        q: masses, of the same shape.
        d: the difference ``q - p``, as exact as it is known.

    Returns:
        The terms, nonnegative and finite.

    References:
        Polyanskiy and Wu, Information Theory: From Coding to Learning (2025), section 7.1.

    Example:
        >>> import numpy as np
        >>> p, q = np.array([0.25]), np.array([0.0])
        >>> squared_hellinger_term(p, q, q - p).tolist()
        [0.25]
    """
    with np.errstate(under="ignore"):
        xp = namespace(p)
        return d * (d / at_least(SMALLEST, p + q + 2 * (xp.sqrt(p) * xp.sqrt(q))))


def le_cam_term(p: Array, q: Array, d: Array) -> Array:
    """One atom's part of the Le Cam divergence, without unit: ``(p - q)^2 / (p + q)``.

    Args, Returns and References are those of `squared_hellinger_term`.

    Example:
        >>> import numpy as np
        >>> p, q = np.array([0.25]), np.array([0.75])
        >>> le_cam_term(p, q, q - p).tolist()
        [0.25]
    """
    with np.errstate(under="ignore"):
        return d * (d / at_least(SMALLEST, p + q))


def total_variation_term(p: Array, q: Array, d: Array) -> Array:
    """One atom's part of the total variation distance, without unit: ``|p - q| / 2``.

    Args:
        p: masses (only ``d`` is needed; the three arguments are those of every term).
        q: masses.
        d: the difference ``q - p``, as exact as it is known.

    Returns:
        The terms, nonnegative.

    References:
        Polyanskiy and Wu, Information Theory: From Coding to Learning (2025), Definition 7.1 and the list after it.

    Example:
        >>> import numpy as np
        >>> p, q = np.array([0.25]), np.array([0.75])
        >>> total_variation_term(p, q, q - p).tolist()
        [0.25]
    """
    return abs(d) / 2


def _far_relative_entropy(p: Array, q: Array) -> Array:
    return p * log_ratio(at_least(SMALLEST, p), q) + (q - p)


def _far_jeffreys(p: Array, q: Array, d: Array) -> Array:
    xp = namespace(p)
    return abs(d) * log_ratio(xp.maximum(p, q), xp.minimum(p, q))


def _far_jensen_shannon(p: Array, q: Array, s: Array) -> Array:
    """Half of ``p log(1 - s) + q log(1 + s)``, where an error of ``s`` has no effect of first order."""
    xp, t, both = namespace(p), abs(s), p + q
    less, more = xp.minimum(p, q), xp.maximum(p, q)
    low = xp.where(t < STEEP, xp.log1p(-t), xp.log(at_least(SMALLEST, 2 * less / both)))
    return (less * low + more * xp.log1p(t)) / 2
