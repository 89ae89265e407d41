"""Every argument of every public function refuses what no argument takes, and says which argument it was."""

from collections.abc import Callable

import pytest

import gan_core as G
from tests.nonsense import refused

FINE = [0.5, 0.5]
SHORT = G.Settings(epochs=1, samples=8, batch=8, generator=(1, 1), discriminator=(1, 1))
DEFAULTS: dict[Callable, dict[str, object]] = {
    G.Normal: {"mean": 0.0, "scale": 1.0},
    G.Settings: {
        "generator": (1, 1), "discriminator": (1, 1), "generator_rate": 1e-3, "discriminator_rate": 1e-3,
        "betas": (0.9, 0.9), "epsilon": 1e-7, "epochs": 1, "batch": 8, "samples": 8, "dtype": "float32",
        "optimiser": "adam", "discriminator_steps": 1,
    },
    G.clipped_row: {"clip": 0.1},
    G.gradient_penalty_row: {"gradient_penalty": 10.0},
    G.game_value: {"discriminator": FINE, "p": FINE, "q": FINE},
    G.optimal_discriminator: {"p": FINE, "q": FINE},
    G.normal_optimal_logits: {"points": FINE, "p": G.Normal(0.0, 1.0), "q": G.Normal(1.0, 1.0)},
    G.train: {
        "game": G.MINIMAX, "target": G.Normal(0.0, 1.0), "settings": SHORT, "members": (0,), "seed": 0,
        "device": "cpu", "start": None,
    },
}  # fmt: skip
ARGUMENTS = [(function, name) for function, values in DEFAULTS.items() for name in values]


@pytest.mark.parametrize(
    ("function", "name"), ARGUMENTS, ids=[f"{function.__name__}({name})" for function, name in ARGUMENTS]
)
def test_arguments_refuse_nonsense(function: Callable, name: str) -> None:
    takes = ("huge integers",) if name == "members" else ()  # a member's number is any whole one
    refused(lambda value: function(**{**DEFAULTS[function], name: value}), name, takes)
