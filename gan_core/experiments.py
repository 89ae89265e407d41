"""Experiments that can be run by name: what is trained on what, and where it comes from."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import torch

from gan_core.games import MINIMAX, NON_SATURATING, Game, clipped_row, gradient_penalty_row
from gan_core.runs import Run
from gan_core.settings import Settings
from gan_core.targets import Normal
from gan_core.training import train

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
        start: the experiment from whose networks it goes on, where it does not begin with new ones.
    """

    name: str
    game: Game
    target: Normal
    settings: Settings
    source: str
    start: Experiment | None = None

    def run(self, *, members: Sequence[int] = (0,), seed: int = 0, device: str | torch.device | None = None) -> Run:
        """Train it; where it goes on from another experiment, that one is run first and this one takes the next seed.

        Args:
            members: the members' numbers.
            seed: of the whole ensemble.
            device: None for the CPU.

        Returns:
            The record of this experiment alone.

        Raises:
            ValueError: a member or seed is no whole number, or the device is not available.
        """
        first = None if self.start is None else self.start.run(members=members, seed=seed, device=device)
        seed = seed if first is None else first.seed + 1
        return train(self.game, self.target, self.settings, members=members, seed=seed, device=device, start=first)


NEAR, FAR = Normal(2.0, 1.0), Normal(40.0, 1.0)
CRITIC = (1, 100, 100, 1)
LONGER = Settings(epochs=100, batch=64)
CLIPPED = Settings(
    discriminator=CRITIC, generator_rate=1e-3, discriminator_rate=1e-3, epochs=20, optimiser="rmsprop",
    discriminator_steps=20,
)  # fmt: skip
PENALISED = Settings(discriminator=CRITIC, betas=(0.0, 0.9), discriminator_rate=1e-3, epochs=20, discriminator_steps=5)
STABLE = "its loss log(1 - sigmoid) written on logits, which is the same number without overflow"
BOTTOU = "thesis, appendix B, which holds Algorithm 1 of Arjovsky et al. 2017 with one real batch for all 20 steps"
GULRAJANI = "Gulrajani et al. 2017, Algorithm 1, with the thesis's networks, batches of 128 and the critic's rate 1e-3"

NORMAL_2_1 = Experiment("normal_2_1", MINIMAX, NEAR, Settings(), f"thesis, appendix B; {STABLE}")
EXPERIMENTS = (
    NORMAL_2_1,
    Experiment(
        "normal_2_1_non_saturating", NON_SATURATING, NEAR, Settings(),
        "thesis, appendix B, with the generator's loss of Goodfellow et al. 2014, section 3",
    ),
    Experiment("normal_2_1_clipped", clipped_row(0.1), NEAR, CLIPPED, BOTTOU),
    Experiment("normal_2_1_penalty", gradient_penalty_row(10.0), NEAR, PENALISED, GULRAJANI),
    Experiment("normal_2_1_light_penalty", gradient_penalty_row(0.1), NEAR, PENALISED, f"{GULRAJANI}, lambda 0.1"),
    Experiment("normal_40_1", MINIMAX, FAR, LONGER, f"thesis, appendix B, with new networks; {STABLE}"),
    Experiment(
        "normal_40_1_continued", MINIMAX, FAR, LONGER,
        f"thesis, appendix B: the networks trained on N(2, 1) go on, with optimisers that remember nothing; {STABLE}",
        NORMAL_2_1,
    ),
    Experiment(
        "normal_40_1_non_saturating", NON_SATURATING, FAR, LONGER,
        "thesis, appendix B, with new networks and the generator's loss of Goodfellow et al. 2014, section 3",
    ),
    Experiment("normal_40_1_clipped", clipped_row(0.1), FAR, CLIPPED, f"{BOTTOU}, and with new networks"),
)  # fmt: skip
