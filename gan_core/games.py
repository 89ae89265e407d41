"""The games that discriminator and generator play, as rows: losses on logits, in nats."""

from collections.abc import Callable
from dataclasses import dataclass

from torch import Tensor
from torch.nn.functional import logsigmoid

__all__ = ["GAMES", "MINIMAX", "NON_SATURATING", "Game"]


@dataclass(frozen=True)
class Game:
    """A two-player game on the logits l = log D/(1 - D) of a discriminator D.

    Both losses are minimised, and are means over the last axis, so that leading axes (an ensemble) remain.

    Attributes:
        name: what callers write.
        discriminator_loss: (logits at real points, logits at generated points) -> loss.
        generator_loss: logits at generated points -> loss.
        zero_sum: whether the two losses add up to something that no generated point changes, so that what one player
            gains through the generator the other loses.
        source: the numbered definition.
    """

    name: str
    discriminator_loss: Callable[[Tensor, Tensor], Tensor]
    generator_loss: Callable[[Tensor], Tensor]
    zero_sum: bool
    source: str


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


MINIMAX = Game("minimax", _cross_entropy, _saturating, True, "Goodfellow et al. 2014, equation 1")
NON_SATURATING = Game("non-saturating", _cross_entropy, _non_saturating, False, "Goodfellow et al. 2014, section 3")
GAMES = (MINIMAX, NON_SATURATING)
