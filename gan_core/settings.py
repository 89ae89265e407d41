"""How a training run is told to train; plain numbers."""

import math
from dataclasses import dataclass

from divergences.options import real

__all__ = ["FORMATS", "OPTIMISERS", "Settings"]

FORMATS = ("float32", "float64")
OPTIMISERS = ("adam", "rmsprop")


@dataclass(frozen=True)
class Settings:
    """How a run trains; the defaults are those of the thesis's first experiment and of Keras.

    Every batch makes the steps of the discriminator (or critic), all on the same real points, and then one of the
    generator, on fresh noise each: the thesis's listing does so, where Arjovsky et al. draw new real points too.

    Both optimisers are torch's. Adam adds epsilon after the bias correction, Keras before; RMSprop, with Keras's decay
    0.9, adds it to the root of the mean square, where later versions of Keras add it under the root.

    Attributes:
        generator: widths of the generator, whose layers are linear.
        discriminator: widths of the discriminator, with ReLU between and a logit, or a critic's value, at the end.
        generator_rate: learning rate of the generator.
        discriminator_rate: learning rate of the discriminator.
        betas: Adam's two decays.
        epsilon: of the optimisers, Keras's 1e-7.
        epochs: passes over the samples.
        batch: batch size; the last batch of an epoch may be smaller.
        samples: how many samples of the target each member owns.
        dtype: "float32" or "float64".
        optimiser: "adam" or "rmsprop", of both players.
        discriminator_steps: how many steps the discriminator makes before each of the generator.

    Raises:
        TypeError: a rate is no real number.
        ValueError: a setting out of range.
    """

    generator: tuple[int, ...] = (1, 25, 15, 1)
    discriminator: tuple[int, ...] = (1, 20, 1)
    generator_rate: float = 1e-4
    discriminator_rate: float = 1e-3
    betas: tuple[float, float] = (0.9, 0.999)
    epsilon: float = 1e-7
    epochs: int = 30
    batch: int = 128
    samples: int = 10_000
    dtype: str = "float32"
    optimiser: str = "adam"
    discriminator_steps: int = 1

    def __post_init__(self) -> None:
        """Refuse what cannot be trained."""
        for name in ("epochs", "batch", "samples", "discriminator_steps"):
            value = getattr(self, name)
            if isinstance(value, bool) or not isinstance(value, int) or value < 1:
                raise ValueError(f"{name} must be a whole number >= 1, found {value!r}")
        for name in ("generator_rate", "discriminator_rate", "epsilon"):
            value = real(getattr(self, name), name)
            if not (math.isfinite(value) and value > 0):
                raise ValueError(f"{name} must be finite and > 0, found {value!r}")
        pair = isinstance(self.betas, tuple | list) and len(self.betas) == 2
        if not pair or not all(isinstance(beta, int | float) for beta in self.betas):
            raise ValueError(f"betas must be a pair of numbers, found {self.betas!r}")
        if not all(0 <= beta < 1 for beta in self.betas):
            raise ValueError(f"betas must lie in [0, 1), found {self.betas}")
        for name, known in (("dtype", FORMATS), ("optimiser", OPTIMISERS)):
            if not isinstance(getattr(self, name), str) or getattr(self, name) not in known:
                raise ValueError(f"{name} must be one of {list(known)}, found {getattr(self, name)!r}")
        for name in ("generator", "discriminator"):
            widths = getattr(self, name)
            if not isinstance(widths, tuple | list) or not all(type(width) is int for width in widths):
                raise ValueError(f"{name} must be a tuple of whole numbers, found {widths!r}")
            if len(widths) < 2 or widths[0] != 1 or widths[-1] != 1 or min(widths) < 1:
                raise ValueError(f"{name} must go from width 1 to width 1, found {widths}")
