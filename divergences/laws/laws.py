"""Laws of the line inside the library, and two that users make: mixtures, and logarithms of densities.

A density is asked for at ``anchor + offset`` with the two apart: near a far or narrow peak, or near the end of a
support, the sum would have lost the digits that matter.
"""

from __future__ import annotations

import math
from collections.abc import Callable, Iterable
from dataclasses import dataclass
from fractions import Fraction
from typing import TYPE_CHECKING, Any, NamedTuple

import numpy as np
from numpy.typing import ArrayLike, NDArray

from divergences.laws.tails import REGULAR, Tail, heavier
from divergences.sampling.samples import real_numbers

if TYPE_CHECKING:
    from divergences.laws.charts import Standard

__all__ = ["Law", "LogDensity", "Mixture", "Part"]

Array = NDArray[np.float64]


class Part(NamedTuple):
    """One component of a law.

    Attributes:
        log_density: of ``anchor + offset``, minus infinity outside the support.
        low: the lower end of the support.
        high: the upper end.
        centers: where the mass is.
        scales: how far it spreads around each center.
        tails: at both ends, None where unknown.
        standard: its name and parameters, if it has any.
    """

    log_density: Callable[[Array, Array], Array]
    low: float
    high: float
    centers: tuple[float, ...]
    scales: tuple[float, ...]
    tails: tuple[Tail | None, Tail | None] = (None, None)
    standard: Standard | None = None


class Law(NamedTuple):
    """A mixture of parts, of one or more, all with densities or all counting.

    Attributes:
        parts: the components.
        weights: their shares, which add up to one exactly.
        discrete: whether the densities are masses on the integers.
        source: the type of what it was made of, for messages.
    """

    parts: tuple[Part, ...]
    weights: tuple[Fraction, ...]
    discrete: bool
    source: str

    def log_density(self, anchor: Array, offset: Array) -> Array:
        """The logarithm of the density at ``anchor + offset``.

        Example:
            >>> uniform = Part(lambda anchor, offset: np.zeros_like(offset), 0.0, 1.0, (0.5,), (0.5,))
            >>> Law((uniform,), (Fraction(1),), False, "uniform").log_density(np.zeros(1), np.ones(1)).tolist()
            [0.0]
        """
        shares = map(math.log, self.weights)
        logs = [share + part.log_density(anchor, offset) for share, part in zip(shares, self.parts, strict=True)]
        return logs[0] if len(logs) == 1 else np.logaddexp.reduce(logs)

    def tail(self, end: float, side: int) -> Tail | bool | None:
        """The tail above (side 1) or below (side -1) a point, or at an infinite end; False where there is no mass.

        Example:
            >>> uniform = Part(lambda anchor, offset: np.zeros_like(offset), 0.0, 1.0, (0.5,), (0.5,))
            >>> Law((uniform,), (Fraction(1),), False, "uniform").tail(0.5, 1) == REGULAR
            True
        """
        found: list[Tail | None] = []
        for part in self.parts:
            if end == (part.low if side > 0 else part.high):
                found.append(part.tails[0 if side > 0 else 1])
            elif part.low < end < part.high:
                found.append(REGULAR)
        if not found:
            return False
        worst = found[0]
        for other in found[1:]:
            worst = heavier(worst, other)
        return worst

    def intervals(self) -> list[tuple[float, float]]:
        """The support, as disjoint intervals in order.

        Example:
            >>> uniform = Part(lambda anchor, offset: np.zeros_like(offset), 0.0, 1.0, (0.5,), (0.5,))
            >>> Law((uniform, uniform), (Fraction(1, 2),) * 2, False, "uniform").intervals()
            [(0.0, 1.0)]
        """
        merged: list[tuple[float, float]] = []
        for low, high in sorted((part.low, part.high) for part in self.parts):
            if merged and low <= merged[-1][1]:
                merged[-1] = (merged[-1][0], max(high, merged[-1][1]))
            else:
                merged.append((low, high))
        return merged


@dataclass(frozen=True)
class LogDensity:
    """A law of the line given by the logarithm of its density, for `divergence`.

    Tell where the mass is: a peak that no center points to may be missed, and `divergence` then refuses to answer.
    Kinks and jumps of the density count as centers too.

    Attributes:
        log_pdf: the logarithm of a normalised density, for an array of points; minus infinity where it vanishes.
        support: the interval outside which the density vanishes.
        centers: where the peaks are.
        scales: how wide each is, one per center or one for all.

    Raises:
        TypeError: if ``log_pdf`` is not callable.
        ValueError: if the support is not an interval, a center is not in it, or a scale is not positive.

    References:
        Polyanskiy and Wu, Information Theory: From Coding to Learning (2025), Definition 2.1.

    Example:
        >>> LogDensity(lambda x: -abs(x) - np.log(2)).centers
        (0.0,)
    """

    log_pdf: Callable[[Array], Any]
    support: tuple[float, float] = (-math.inf, math.inf)
    centers: ArrayLike | tuple[float, ...] = (0.0,)
    scales: ArrayLike | tuple[float, ...] = (1.0,)

    def __post_init__(self) -> None:
        if not callable(self.log_pdf):
            raise TypeError(f"log_pdf is of type {type(self.log_pdf).__name__}; pass a function of an array of points")
        low, high = _floats(self.support, "support", 2)
        if not low < high:
            raise ValueError(f"support = {(low, high)}; pass two ends, the lower one first")
        centers = _floats(self.centers, "centers")
        for center in centers:
            if not (low <= center <= high and math.isfinite(center)):
                raise ValueError(f"centers has {center}, which is not a point of the support {(low, high)}")
        scales = _floats(self.scales, "scales")
        scales = scales * len(centers) if len(scales) == 1 else scales
        if len(scales) != len(centers):
            raise ValueError(
                f"scales has {len(scales)} entries and centers {len(centers)}; pass one each, or one scale"
            )
        for scale in scales:
            if not (scale > 0 and math.isfinite(scale)):
                raise ValueError(f"scales has {scale}; a scale is positive and finite")
        for name, value in (("support", (low, high)), ("centers", centers), ("scales", scales)):
            object.__setattr__(self, name, value)


@dataclass(frozen=True)
class Mixture:
    """A mixture of laws of the line, for `divergence`: ``sum weights[i] components[i]``.

    Attributes:
        components: frozen laws of scipy.stats or torch.distributions, log-densities or mixtures, all with densities or
            all counting.
        weights: their probabilities, positive, with sum 1.

    Raises:
        TypeError: if there is no sequence of components.
        ValueError: if a weight is not positive, the weights do not sum to 1, or there is not one for each component.

    References:
        McLachlan and Peel, Finite Mixture Models (2000), equation (1.1).

    Example:
        >>> from scipy.stats import norm
        >>> Mixture([norm(0, 1), norm(5, 1)], [0.5, 0.5]).weights
        (0.5, 0.5)
    """

    components: Iterable[object]
    weights: ArrayLike | tuple[float, ...]

    def __post_init__(self) -> None:
        if not isinstance(self.components, Iterable) or isinstance(self.components, str):
            raise TypeError(f"components is of type {type(self.components).__name__}; pass a sequence of laws")
        components = tuple(self.components)
        weights = _floats(self.weights, "weights")
        if not components or len(weights) != len(components):
            raise ValueError(f"components has {len(components)} laws and weights {len(weights)}; pass one weight each")
        for weight in weights:
            if not weight > 0:
                raise ValueError(f"weights has {weight}; a weight is positive: leave the component out if it has none")
        total = sum(weights)
        if not abs(total - 1) <= 8 * len(weights) * 2.0**-52:
            raise ValueError(f"weights sums to {total}, not to 1; divide by the sum")
        object.__setattr__(self, "components", components)
        object.__setattr__(self, "weights", weights)


def _floats(values: ArrayLike, name: str, count: int | None = None) -> tuple[float, ...]:
    """The entries as floats, none undefined."""
    array = real_numbers([values] if isinstance(values, float | int) else values, name, finite=False)
    if count is not None and len(array) != count:
        raise ValueError(f"{name} has shape {array.shape}; pass {count} numbers")
    if np.isnan(array).any():
        raise ValueError(f"{name} is {values!r}, which holds what is not a number")
    return tuple(array.tolist())
