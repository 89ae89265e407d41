"""Players of generative adversarial games: losses, best replies, training runs. torch is loaded on first use."""

from typing import TYPE_CHECKING, Any

from gan_core.optimum import game_value, normal_optimal_logits, optimal_discriminator
from gan_core.runs import Run
from gan_core.settings import Settings
from gan_core.targets import Normal

if TYPE_CHECKING:
    from gan_core.experiments import EXPERIMENTS, Experiment
    from gan_core.games import GAMES, MINIMAX, NON_SATURATING, Game, clipped_row, gradient_penalty_row
    from gan_core.training import train

__all__ = [
    "EXPERIMENTS",
    "GAMES",
    "MINIMAX",
    "NON_SATURATING",
    "Experiment",
    "Game",
    "Normal",
    "Run",
    "Settings",
    "clipped_row",
    "game_value",
    "gradient_penalty_row",
    "normal_optimal_logits",
    "optimal_discriminator",
    "train",
]

_HOMES = {
    "EXPERIMENTS": "experiments",
    "Experiment": "experiments",
    "GAMES": "games",
    "MINIMAX": "games",
    "NON_SATURATING": "games",
    "Game": "games",
    "clipped_row": "games",
    "gradient_penalty_row": "games",
    "train": "training",
}


def __getattr__(name: str) -> Any:
    """Import the module that defines a name when the name is first asked for."""
    from importlib import import_module

    if name not in _HOMES:
        raise AttributeError(f"module {__name__!r} has no attribute {name!r}")
    return getattr(import_module(f".{_HOMES[name]}", __name__), name)


def __dir__() -> list[str]:
    return sorted({*globals(), *__all__})
