"""What a training run records, and what its players are worth; torch stays unloaded until a player is asked."""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import asdict, dataclass
from typing import TYPE_CHECKING, Any

import numpy as np
from numpy.typing import ArrayLike, NDArray
from scipy.special import log_expit
from scipy.stats import binomtest

from gan_core.optimum import normal_optimal_logits, real_points
from gan_core.settings import Settings
from gan_core.targets import Normal

if TYPE_CHECKING:
    from gan_core.games import Game

__all__ = ["Run", "plain_settings", "success"]

Floats = NDArray[np.float64]
NODES = np.linspace(-9.0, 9.0, 4097)  # of a standard normal variable; it lies beyond with probability 2e-19
MASSES = np.exp(-(NODES**2) / 2) / np.exp(-(NODES**2) / 2).sum()


@dataclass(frozen=True, eq=False)
class Run:
    """What an ensemble of E members did, recorded before training and after each of T - 1 epochs.

    Losses and gradient norms are those of the last step of an epoch, at epoch 0 those of the very first step. The
    generator is an affine map of a normal variable, so w1, mean and scale are exact, read off its weights.

    Attributes:
        game: the game.
        target: the law to learn.
        settings: how it was trained.
        seed: the ensemble's seed; member k draws from ``SeedSequence([seed, k])``.
        members: the members' numbers, shape (E,).
        epoch: 0, 1, ..., T - 1.
        w1: W_1 between target and generated law, shape (E, T), in the unit of the line.
        mean: mean of the generated law, shape (E, T).
        scale: its standard deviation, shape (E, T).
        discriminator_loss: in the unit of the game and without penalty, shape (E, T).
        generator_loss: in the same unit, shape (E, T).
        generator_gradient: Euclidean norm of the generator's gradient, shape (E, T).
        generator_weights: weights (E, in, out) and biases (E, 1, out) at the end, alternating.
        discriminator_weights: the same of the discriminator or critic.
        status: "finite", or "not finite from epoch k", one per member.
        device: where it ran.
        seconds: how long it took.
    """

    game: Game
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
    generator_weights: tuple[Floats, ...]
    discriminator_weights: tuple[Floats, ...]
    status: tuple[str, ...]
    device: str
    seconds: float

    def values(self, points: ArrayLike) -> Floats:
        """What every member's discriminator or critic says of points of the line, in float64.

        Args:
            points: finite points of the line, shape (n,), or each member's own, shape (E, n).

        Returns:
            Logits of a discriminator, in nats, or a critic's values, shape (E, n); nan or infinite for a member whose
            weights are.

        Raises:
            TypeError: the points are no real numbers.
            ValueError: a point is not finite, or the shape is another.
        """
        x, members = real_points(points), len(self.members)
        if x.ndim not in (1, 2) or (x.ndim == 2 and len(x) != members):
            raise ValueError(f"points must have shape (n,) or ({members}, n), found {x.shape}")
        return self._values(x)

    def shortfall(self) -> Floats:
        """How far every discriminator is from the best one against the generator's exact law, in nats.

        V(D*) - V(D) = 2 E KL(Bern D*(x) || Bern D(x)), x from the mixture of both laws, by the trapezoid rule on 4,097
        points of each law. The kinks of D cost some 4e-8.

        Returns:
            The differences, shape (E,), nan for a member that stopped being finite.

        Raises:
            ValueError: the game is one of a critic.

        References:
            I. Goodfellow et al., Generative Adversarial Nets (NeurIPS 2014), Proposition 1 and Theorem 1.
        """
        self._must_be("discriminator", "critic_value")
        real, fake = self._laws()
        at_real, at_fake = self._values(real), self._values(fake)
        result = np.full(len(self.members), math.nan)
        for k in np.flatnonzero(self._finite()).tolist():
            best = [self._best(x, k) for x in (real, fake[k])]
            lost = log_expit(best[0]) - log_expit(at_real[k]) + log_expit(-best[1]) - log_expit(-at_fake[k])
            result[k] = lost @ MASSES
        return result

    def critic_value(self) -> Floats:
        """What every critic says at the end: E f(x) - E f(G(z)) for the exact laws, by the trapezoid rule.

        It is W_1 for the best critic of slope 1; a clipped critic has slopes of its own, and a penalised one
        overshoots.

        Returns:
            The differences, shape (E,), nan for a member that stopped being finite.

        Raises:
            ValueError: the game is one of a discriminator.
        """
        self._must_be("critic", "shortfall")
        at_real, at_fake = map(self._values, self._laws())
        finite = self._finite()
        result = np.full(len(finite), math.nan)
        result[finite] = (at_real[finite] - at_fake[finite]) @ MASSES
        return result

    def _finite(self) -> NDArray[np.bool_]:
        return np.array([status == "finite" for status in self.status])

    def _must_be(self, player: str, other: str) -> None:
        if self.game.player != player:
            raise ValueError(f"game {self.game.name!r} has a {self.game.player}, not a {player}; ask for {other}()")

    def _laws(self) -> tuple[Floats, Floats]:
        """The nodes of the target's law, shape (n,), and of each member's, shape (E, n)."""
        return self.target.mean + self.target.scale * NODES, self.mean[:, -1:] + self.scale[:, -1:] * NODES

    def _best(self, points: Floats, k: int) -> Floats:
        """Logits of member k's best discriminator; it is never wrong about a generator that makes one point."""
        mean, scale = float(self.mean[k, -1]), float(self.scale[k, -1])
        if scale == 0:
            return np.where(points == mean, -math.inf, math.inf)
        return normal_optimal_logits(points, self.target, Normal(mean, scale))

    def _values(self, points: Floats) -> Floats:
        import torch

        from gan_core.networks import DenseNetwork

        x = torch.tensor(np.broadcast_to(points, (len(self.members), points.shape[-1])))
        weights = [torch.tensor(weight) for weight in self.discriminator_weights]
        return np.asarray(DenseNetwork(self.settings.discriminator, "relu")(weights, x[..., None])[..., 0])

    def to_data(self, *, threshold: float = 0.1, digits: int = 4) -> dict[str, Any]:
        """The run as plain values for an evidence file.

        A member that stopped being finite has no rows; its number is under "failed" and it counts as no success.
        Beside the records stands what each discriminator or critic is worth at the end, "shortfall" or "critic_value".

        Args:
            threshold: a member succeeds when its last W_1 is below this.
            digits: significant digits kept.

        Returns:
            Dictionary of plain values, of kind "training".
        """
        finite = np.flatnonzero(self._finite()).tolist()
        series = {
            name: [[_rounded(value, digits) for value in getattr(self, name)[k]] for k in finite]
            for name in ("w1", "mean", "scale", "generator_gradient")
        }
        worth = "shortfall" if self.game.player == "discriminator" else "critic_value"
        return {
            "kind": "training",
            "game": self.game.name,
            "target": asdict(self.target),
            "settings": plain_settings(self.game, self.settings),
            "seed": self.seed,
            "seeds": [self.members[k] for k in finite],
            "failed": [member for k, member in enumerate(self.members) if k not in finite],
            "epoch": self.epoch.tolist(),
            **series,
            worth: [_rounded(value, digits) for value in getattr(self, worth)()[finite]],
            "success": success(self.w1[finite, -1].tolist(), len(self.members), threshold),
            "seconds": _rounded(self.seconds, digits),
        }


def plain_settings(game: Game, settings: Settings) -> dict[str, Any]:
    """How a run trains, as plain values: its settings, and what bounds the critic where there is one.

    Args:
        game: the game.
        settings: its settings.

    Returns:
        Dictionary of plain values.
    """
    plain = {key: list(value) if isinstance(value, tuple) else value for key, value in asdict(settings).items()}
    if game.clip < math.inf:
        plain["clip"] = game.clip
    if game.gradient_penalty:
        plain["gradient_penalty"] = game.gradient_penalty
    return plain


def success(last: Sequence[float], of: int, threshold: float) -> dict[str, Any]:
    """How many members ended below a threshold, with the 95 % interval of their share.

    Args:
        last: the last W_1 of each member that stayed finite.
        of: how many members there are in all.
        threshold: a member succeeds when its last W_1 is below this.

    Returns:
        Dictionary of plain values, the ends of the interval to four digits.

    References:
        E. B. Wilson, Probable inference, the law of succession, and statistical inference, JASA 22 (1927).
    """
    count = sum(value < threshold for value in last)
    share = binomtest(count, of).proportion_ci(0.95, method="wilson")
    low, high = _rounded(share.low, 4), _rounded(share.high, 4)
    return {"threshold": threshold, "count": count, "of": of, "low": low, "high": high}


def _rounded(value: float, digits: int) -> float:
    return float(f"{value:.{digits}g}")
