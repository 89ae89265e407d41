"""How often a GAN trained as in the thesis learns N(2, 1): 100 seeds for each of two losses, exact W1 every epoch."""

import math
from dataclasses import asdict
from typing import Any

from scipy.stats import binomtest

from gan_core import EXPERIMENTS, train

MEMBERS = 100
PART = 50
DIGITS = 3
EXPERIMENT = {row.game.name: row for row in EXPERIMENTS if row.name.startswith("normal_2_1")}
SERIES = ("w1", "mean", "scale", "generator_gradient")
PARAMETERS: dict[str, Any] = {
    "device": "cpu",
    "digits": DIGITS,
    "seed": 0,
    "threshold": 0.1,
    "experiments": {
        game: {"target": asdict(row.target), "settings": asdict(row.settings)} for game, row in EXPERIMENT.items()
    },
}
CELLS = [{"game": game, "first": first} for game in EXPERIMENT for first in range(0, MEMBERS, PART)]


def run(cell: dict[str, Any]) -> dict[str, Any]:
    """Train the members first, ..., first + PART - 1 of a game."""
    row = EXPERIMENT[cell["game"]]
    members = range(cell["first"], cell["first"] + PART)
    data = train(row.game, row.target, row.settings, members=members, seed=PARAMETERS["seed"]).to_data(digits=DIGITS)
    return {name: data[name] for name in ("seeds", "failed", *SERIES, "seconds")}


def training_data(result: dict[str, Any], game: str) -> dict[str, Any]:
    """The whole ensemble of one game, in the form of :meth:`gan_core.Run.to_data`."""
    cells = [rows for cell, rows in zip(result["cells"], result["rows"], strict=True) if cell["game"] == game]
    joined = {name: [row for cell in cells for row in cell[name]] for name in ("seeds", "failed", *SERIES)}
    threshold = result["parameters"]["threshold"]
    count, of = sum(row[-1] < threshold for row in joined["w1"]), len(joined["seeds"]) + len(joined["failed"])
    share = binomtest(count, of).proportion_ci(0.95, method="wilson")
    return {
        "kind": "training",
        "game": game,
        **result["parameters"]["experiments"][game],
        "seed": result["parameters"]["seed"],
        **joined,
        "epoch": list(range(EXPERIMENT[game].settings.epochs + 1)),
        "success": {
            "threshold": threshold,
            "count": count,
            "of": of,
            "low": float(share.low),
            "high": float(share.high),
        },
        "seconds": math.fsum(cell["seconds"] for cell in cells),
    }
