"""The games that discriminator (or critic) and generator play, as rows: losses on the values of its network."""

import math
from collections.abc import Callable
from dataclasses import dataclass
from numbers import Real

from torch import Tensor
from torch.nn.functional import logsigmoid

__all__ = ["GAMES", "MINIMAX", "NON_SATURATING", "Game", "clipped_row", "gradient_penalty_row"]

PLAYERS = ("discriminator", "critic")


@dataclass(frozen=True)
class Game:
    """A two-player game on the values of a network: logits l = log D/(1 - D) of a discriminator, or a critic's values.

    Both losses are minimised, and are means over the last axis, so that leading axes (an ensemble) remain. What holds
    a critic's slopes down is no part of the losses.

    Attributes:
        name: what callers write.
        discriminator_loss: (values at real points, values at generated points) -> loss.
        generator_loss: values at generated points -> loss.
        zero_sum: whether the two losses add up to something that no generated point changes, so that what one player
            gains through the generator the other loses.
        source: the numbered definition.
        player: "discriminator", whose values are logits, in nats, or "critic", whose values are on the line.
        clip: every weight and bias of the critic is clamped to [-clip, clip] after each of its steps.
        gradient_penalty: lambda of lambda E (|grad f(x)| - 1)^2, x uniform between a real and a generated point, which
            the critic's step adds to its loss.

    Raises:
        TypeError: clip or gradient_penalty is no real number.
        ValueError: an unknown player, clip <= 0, gradient_penalty < 0 or infinite, or a critic that nothing holds.
    """

    name: str
    discriminator_loss: Callable[[Tensor, Tensor], Tensor]
    generator_loss: Callable[[Tensor], Tensor]
    zero_sum: bool
    source: str
    player: str = "discriminator"
    clip: float = math.inf
    gradient_penalty: float = 0.0

    def __post_init__(self) -> None:
        """Refuse what is no game."""
        for name in ("clip", "gradient_penalty"):
            value = getattr(self, name)
            if isinstance(value, bool) or not isinstance(value, Real):
                raise TypeError(f"{name} must be a real number, found {value!r}")
        if self.player not in PLAYERS:
            raise ValueError(f"player must be one of {list(PLAYERS)}, found {self.player!r}")
        if not self.clip > 0:
            raise ValueError(f"clip must be > 0, found {self.clip}; math.inf clips nothing")
        if not 0 <= self.gradient_penalty < math.inf:
            raise ValueError(f"gradient_penalty must be finite and >= 0, found {self.gradient_penalty}")
        if self.player == "critic" and self.clip == math.inf and not self.gradient_penalty:
            raise ValueError(
                f"a critic needs a bound, found clip={self.clip} and gradient_penalty={self.gradient_penalty}: "
                "its game has no value; pass a finite clip or a gradient_penalty > 0"
            )


def _minus_log_d(logits: Tensor) -> Tensor:
    """-log D, finite with an exact gradient at every logit (softplus switches to a line at 20, this does not)."""
    return -logsigmoid(logits)


def _minus_log_one_minus_d(logits: Tensor) -> Tensor:
    return -logsigmoid(-logits)


def _cross_entropy(real: Tensor, fake: Tensor) -> Tensor:
    """-E log D(x) - E log(1 - D(G(z)))."""
    return _minus_log_d(real).mean(-1) + _minus_log_one_minus_d(fake).mean(-1)


def _saturating(fake: Tensor) -> Tensor:
    """E log(1 - D(G(z)))."""
    return -_minus_log_one_minus_d(fake).mean(-1)


def _non_saturating(fake: Tensor) -> Tensor:
    """-E log D(G(z))."""
    return _minus_log_d(fake).mean(-1)


def _minus_difference(real: Tensor, fake: Tensor) -> Tensor:
    """-(E f(x) - E f(G(z)))."""
    return fake.mean(-1) - real.mean(-1)


def _minus_mean(fake: Tensor) -> Tensor:
    """-E f(G(z))."""
    return -fake.mean(-1)


def clipped_row(clip: float) -> Game:
    """The Wasserstein game with weight clipping, in the unit of the line times the critic's slope.

    The critic f maximises E f(x) - E f(G(z)) with every weight and bias in [-c, c].

    Args:
        clip: c > 0, finite.

    Returns:
        The row.

    Raises:
        TypeError: clip is no real number.
        ValueError: clip is not positive, or not finite.

    References:
        M. Arjovsky, S. Chintala, L. Bottou, Wasserstein Generative Adversarial Networks (ICML 2017), Algorithm 1.

    Example:
        >>> clipped_row(0.1).clip
        0.1
    """
    source = "Arjovsky, Chintala, Bottou 2017, Algorithm 1"
    return Game("wasserstein-clipped", _minus_difference, _minus_mean, True, source, "critic", clip=clip)


def gradient_penalty_row(gradient_penalty: float) -> Game:
    """The Wasserstein game with gradient penalty, in the unit of the line.

    The critic f maximises E f(x) - E f(G(z)) - lambda E (|grad f(y)| - 1)^2, y uniform between a real and a generated
    point.

    Args:
        gradient_penalty: lambda > 0, finite.

    Returns:
        The row.

    Raises:
        TypeError: gradient_penalty is no real number.
        ValueError: gradient_penalty is not positive, or not finite.

    References:
        I. Gulrajani et al., Improved Training of Wasserstein GANs (NeurIPS 2017), Algorithm 1.

    Example:
        >>> gradient_penalty_row(10.0).gradient_penalty
        10.0
    """
    source = "Gulrajani et al. 2017, Algorithm 1"
    return Game(
        "wasserstein-penalty", _minus_difference, _minus_mean, True, source, "critic", gradient_penalty=gradient_penalty
    )


MINIMAX = Game("minimax", _cross_entropy, _saturating, True, "Goodfellow et al. 2014, equation 1")
NON_SATURATING = Game("non-saturating", _cross_entropy, _non_saturating, False, "Goodfellow et al. 2014, section 3")
GAMES = (MINIMAX, NON_SATURATING, clipped_row(0.1), gradient_penalty_row(10.0))
