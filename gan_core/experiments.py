"""Experiments that can be run by name: what is trained on what, and where it comes from."""

from dataclasses import dataclass

from gan_core.games import MINIMAX, NON_SATURATING, Game
from gan_core.runs import Settings
from gan_core.targets import Normal

__all__ = ["EXPERIMENTS", "Experiment"]


@dataclass(frozen=True)
class Experiment:
    """A training run with all its settings.

    Attributes:
        name: what callers write.
        game: the losses.
        target: the law to learn.
        settings: how it trains.
        source: where it is described, and what differs.
    """

    name: str
    game: Game
    target: Normal
    settings: Settings
    source: str


EXPERIMENTS = (
    Experiment(
        "normal_2_1",
        MINIMAX,
        Normal(2.0, 1.0),
        Settings(),
        "thesis, appendix B; its loss log(1 - sigmoid) written on logits, which is the same number without overflow",
    ),
    Experiment(
        "normal_2_1_non_saturating",
        NON_SATURATING,
        Normal(2.0, 1.0),
        Settings(),
        "thesis, appendix B, with the generator's loss of Goodfellow et al. 2014, section 3",
    ),
)
