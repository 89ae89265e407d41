"""What a training run is told and what it records; plain numbers, torch stays unloaded."""

import math
from dataclasses import asdict, dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray
from scipy.stats import binomtest

from gan_core.targets import Normal

__all__ = ["Run", "Settings"]

Floats = NDArray[np.float64]
FORMATS = ("float32", "float64")


@dataclass(frozen=True)
class Settings:
    """How a run trains; the defaults are those of the thesis's first experiment and of Keras.

    Every batch makes one step of the discriminator and then one of the generator, on fresh noise each.

    Attributes:
        generator: widths of the generator, whose layers are linear.
        discriminator: widths of the discriminator, with ReLU between and a logit at the end.
        generator_rate: Adam's rate for the generator.
        discriminator_rate: Adam's rate for the discriminator.
        betas: Adam's two decays.
        epsilon: Adam's epsilon (Keras's 1e-7; torch adds it after the bias correction, Keras before).
        epochs: passes over the samples.
        batch: batch size; the last batch of an epoch may be smaller.
        samples: how many samples of the target each member owns.
        dtype: "float32" or "float64".

    Raises:
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

    def __post_init__(self) -> None:
        """Refuse what cannot be trained."""
        for name in ("epochs", "batch", "samples"):
            value = getattr(self, name)
            if isinstance(value, bool) or not isinstance(value, int) or value < 1:
                raise ValueError(f"{name} must be a whole number >= 1, found {value!r}")
        for name in ("generator_rate", "discriminator_rate", "epsilon"):
            value = getattr(self, name)
            if not (math.isfinite(value) and value > 0):
                raise ValueError(f"{name} must be finite and > 0, found {value!r}")
        if not all(0 <= beta < 1 for beta in self.betas):
            raise ValueError(f"betas must lie in [0, 1), found {self.betas}")
        if self.dtype not in FORMATS:
            raise ValueError(f"dtype must be one of {list(FORMATS)}, found {self.dtype!r}")
        for name in ("generator", "discriminator"):
            widths = getattr(self, name)
            if len(widths) < 2 or widths[0] != 1 or widths[-1] != 1 or min(widths) < 1:
                raise ValueError(f"{name} must go from width 1 to width 1, found {widths}")


@dataclass(frozen=True, eq=False)
class Run:
    """What an ensemble of E members did, recorded before training and after each of T - 1 epochs.

    Losses and gradient norms are those of the last step of an epoch, at epoch 0 those of the very first step. The
    generator is an affine map of a normal variable, so w1, mean and scale are exact, read off its weights.

    Attributes:
        game: name of the game.
        target: the law to learn.
        settings: how it was trained.
        seed: the ensemble's seed; member k draws from ``SeedSequence([seed, k])``.
        members: the members' numbers, shape (E,).
        epoch: 0, 1, ..., T - 1.
        w1: W_1 between target and generated law, shape (E, T), in the unit of the line.
        mean: mean of the generated law, shape (E, T).
        scale: its standard deviation, shape (E, T).
        discriminator_loss: in nats, shape (E, T).
        generator_loss: in nats, shape (E, T).
        generator_gradient: Euclidean norm of the generator's gradient, shape (E, T).
        status: "finite", or "not finite from epoch k", one per member.
        device: where it ran.
        seconds: how long it took.
    """

    game: str
    target: Normal
    settings: Settings
    seed: int
    members: tuple[int, ...]
    epoch: NDArray[np.int64]
    w1: Floats
    mean: Floats
    scale: Floats
    discriminator_loss: Floats
    generator_loss: Floats
    generator_gradient: Floats
    status: tuple[str, ...]
    device: str
    seconds: float

    def to_data(self, *, threshold: float = 0.1, digits: int = 4) -> dict[str, Any]:
        """The run as plain values for an evidence file.

        A member that stopped being finite has no rows; its number is under "failed" and it counts as no success.

        Args:
            threshold: a member succeeds when its last W_1 is below this.
            digits: significant digits kept.

        Returns:
            Dictionary of plain values, of kind "training".

        References:
            E. B. Wilson, Probable inference, the law of succession, and statistical inference, JASA 22 (1927): the
            95 % interval of the share of successes.
        """
        finite = [k for k, status in enumerate(self.status) if status == "finite"]
        count = int(sum(self.w1[k, -1] < threshold for k in finite))
        share = binomtest(count, len(self.members)).proportion_ci(0.95, method="wilson")
        series = {
            name: [[_rounded(value, digits) for value in getattr(self, name)[k]] for k in finite]
            for name in ("w1", "mean", "scale", "generator_gradient")
        }
        return {
            "kind": "training",
            "game": self.game,
            "target": asdict(self.target),
            "settings": {key: list(v) if isinstance(v, tuple) else v for key, v in asdict(self.settings).items()},
            "seed": self.seed,
            "seeds": [self.members[k] for k in finite],
            "failed": [member for k, member in enumerate(self.members) if k not in finite],
            "epoch": self.epoch.tolist(),
            **series,
            "success": {
                "threshold": threshold,
                "count": count,
                "of": len(self.members),
                "low": _rounded(share.low, digits),
                "high": _rounded(share.high, digits),
            },
            "seconds": _rounded(self.seconds, digits),
        }


def _rounded(value: float, digits: int) -> float:
    return float(f"{value:.{digits}g}")
