"""Target laws of which everything is known."""

import math
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from divergences.options import real
from optimal_transport import normal_wasserstein_distance

__all__ = ["Normal"]

Floats = NDArray[np.float64]


@dataclass(frozen=True)
class Normal:
    """A normal law of the line.

    Attributes:
        mean: its mean.
        scale: its standard deviation, > 0.

    Raises:
        TypeError: a parameter is no real number.
        ValueError: a parameter is not finite, or the scale is not positive.

    Example:
        >>> Normal(2.0, 1.0).distance(np.array([2.0, 5.0]), np.array([1.0, 1.0]))
        array([0., 3.])
    """

    mean: float
    scale: float

    def __post_init__(self) -> None:
        """Refuse what is no normal law."""
        for name in ("mean", "scale"):
            real(getattr(self, name), name)
        if not (math.isfinite(self.mean) and math.isfinite(self.scale) and self.scale > 0):
            raise ValueError(
                f"a normal law needs a finite mean and a scale > 0, found {self.mean!r} and {self.scale!r}"
            )

    def sample(self, stream: np.random.Generator, size: int) -> Floats:
        """Independent samples, shape (size,).

        Args:
            stream: where the randomness comes from.
            size: how many.

        Returns:
            The samples.
        """
        return self.mean + self.scale * stream.standard_normal(size)

    def distance(self, mean: Floats, scale: Floats) -> Floats:
        """Exact W_1 to the normal laws N(mean, scale^2), in the unit of the line; nan where these are nan.

        Args:
            mean: means, any shape.
            scale: standard deviations >= 0, the same shape.

        Returns:
            Distances of that shape.
        """
        known = np.isfinite(mean) & np.isfinite(scale)
        result = np.full(np.shape(mean), math.nan)
        result[known] = normal_wasserstein_distance(mean[known], scale[known], self.mean, self.scale)
        return result
