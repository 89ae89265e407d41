"""The terms that divergences sum over atoms, each nonnegative and right to a few ulp.

A term is a standardised generator, ``q (f(u) - f'(1)(u - 1))`` at ``u = p / q``, written so that nothing cancels. It
takes the difference ``d = q - p`` beside ``p`` and ``q``, because a caller often knows it better than a subtraction of
the rounded masses would tell.

Near ``p = q`` the terms rest on ``log(p / q) = -2 artanh(s)`` with ``s = d / (p + q)``: the linear part is taken out
exactly and the rest is ``-2 s^3 R(s^2)`` with ``R(z) = sum_k z^k / (2 k + 3)``.

References:
    Liese and Vajda, "On divergences and informations in statistics and information theory", IEEE Transactions on
    Information Theory 52 (2006): a linear term in the generator leaves the divergence unchanged.
"""

from __future__ import annotations

from typing import Any

import numpy as np

from divergences.namespaces import namespace

__all__ = [
    "chi2_term",
    "jeffreys_term",
    "jensen_shannon_term",
    "le_cam_term",
    "log_ratio",
    "neyman_chi2_term",
    "relative_entropy_term",
    "reverse_relative_entropy_term",
    "squared_hellinger_term",
    "total_variation_term",
]

Array = Any  # a numpy array or a torch tensor

# Where the series is used: |s| <= NEAR, that is 1/3 <= p/q <= 3.
NEAR = 0.5

# R(z) on [0, NEAR^2]: the polynomial through its values at the 13 Chebyshev points, right to 3e-16 of R, which enters
# the term with a weight of at most a third. The tests compute the coefficients again.
SERIES = (
    0.3333333333333334,
    0.19999999999988882,
    0.14285714288195786,
    0.11111110894155087,
    0.09090918911391244,
    0.07692044266759973,
    0.06671177979729383,
    0.058309531156912356,
    0.056599417377332484,
    0.026913545051501023,
    0.1145475451088902,
    -0.10951650742612855,
    0.19745426478533493,
)

NORMAL = 2.0**-1022  # the least float of full precision
SMALLEST = 5e-324  # the least positive float: keeps 0 / 0 from arising where both masses vanish


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
    xp = namespace(p)
    with np.errstate(divide="ignore", invalid="ignore", over="ignore", under="ignore"):
        s = d / xp.clip(p + q, SMALLEST, None)
        z = s * s
        series = s * (d - 2 * p * z * _polynomial(z))
        far = xp.where(p > 0, p * log_ratio(p, q) + d, d)
    return xp.where(abs(s) <= NEAR, series, far)


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
    twice_mean = p + q  # the mean itself could underflow to zero
    return (relative_entropy_term(2 * p, twice_mean, d) + relative_entropy_term(2 * q, twice_mean, -d)) / 4


def jeffreys_term(p: Array, q: Array, d: Array) -> Array:
    """One atom's part of the Jeffreys divergence, in nats: ``(p - q) log(p / q)``, exactly symmetric.

    Args, Returns and References are those of `relative_entropy_term`; both orders are added.

    Example:
        >>> import numpy as np
        >>> p, q = np.array([0.25, 0.5]), np.array([0.25, 0.0])
        >>> jeffreys_term(p, q, q - p).tolist()
        [0.0, inf]
    """
    return relative_entropy_term(p, q, d) + relative_entropy_term(q, p, -d)


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
        roots = d / xp.clip(xp.sqrt(p) + xp.sqrt(q), SMALLEST, None)
        return roots * roots


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
        return d * (d / namespace(p).clip(p + q, SMALLEST, None))


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


def _polynomial(z: Array) -> Array:
    """``R(z)`` by Horner's rule."""
    value = namespace(z).full_like(z, SERIES[-1])
    for coefficient in reversed(SERIES[:-1]):
        value *= z
        value += coefficient
    return value


def log_ratio(p: Array, q: Array) -> Array:
    """``log(p / q)``, also where the ratio of two positive masses leaves the range of floats."""
    xp = namespace(p)
    ratio = p / q
    log = xp.log(ratio)
    lost = ((ratio < NORMAL) | xp.isinf(ratio)) & (p > 0) & (q > 0)
    if lost.any():
        log[lost] = xp.log(p[lost]) - xp.log(q[lost])
    return log
