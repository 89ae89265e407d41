"""What the studies of training runs share: cells of members of an experiment, joined again to one ensemble."""

import math
from dataclasses import asdict, dataclass, replace
from typing import Any

from gan_core import EXPERIMENTS, Experiment, Run
from gan_core.runs import plain_settings, success

SEED, THRESHOLD, DIGITS = 0, 0.1, 3
SERIES = ("w1", "mean", "scale", "generator_gradient")
WORTH = {"discriminator": "shortfall", "critic": "critic_value"}


@dataclass(frozen=True)
class Ensembles:
    """A study of experiments.

    Attributes:
        names: of the experiments.
        members: how many of each.
        part: how many train together, in one cell.
        every: keep the records of every so many epochs.
        drift: what float32 may add, in the unit of the line, where fewer members train again up to the second record.
    """

    names: tuple[str, ...]
    members: int
    part: int
    every: int = 1
    drift: float = 1e-9

    @property
    def experiments(self) -> dict[str, Experiment]:
        return {row.name: row for row in EXPERIMENTS if row.name in self.names}

    @property
    def parameters(self) -> dict[str, Any]:
        described = {
            name: {
                "game": row.game.name,
                "target": asdict(row.target),
                "settings": plain_settings(row.game, row.settings),
                "start": row.start.name if row.start else "",
            }
            for name, row in self.experiments.items()
        }
        kept = {"device": "cpu", "digits": DIGITS, "every": self.every, "seed": SEED, "threshold": THRESHOLD}
        return {**kept, "experiments": described}

    @property
    def cells(self) -> list[dict[str, Any]]:
        firsts = range(0, self.members, self.part)
        return [{"experiment": name, "first": first} for name in self.experiments for first in firsts]

    def run(self, cell: dict[str, Any]) -> dict[str, Any]:
        """Train the members first, ..., first + part - 1 of an experiment."""
        row = self.experiments[cell["experiment"]]
        data = row.run(members=range(cell["first"], cell["first"] + self.part), seed=SEED).to_data(digits=DIGITS)
        series = {name: [line[:: self.every] for line in data[name]] for name in SERIES}
        return {**{name: data[name] for name in ("seeds", "failed", WORTH[row.game.player], "seconds")}, **series}

    def training_data(self, result: dict[str, Any], name: str) -> dict[str, Any]:
        """The whole ensemble of one experiment, in the form of :meth:`gan_core.Run.to_data`."""
        row, parameters = self.experiments[name], result["parameters"]
        cells = [rows for cell, rows in zip(result["cells"], result["rows"], strict=True) if cell["experiment"] == name]
        lists = ("seeds", "failed", *SERIES, WORTH[row.game.player])
        joined = {key: [line for cell in cells for line in cell[key]] for key in lists}
        members = len(joined["seeds"]) + len(joined["failed"])
        described = parameters["experiments"][name]
        return {
            "kind": "training",
            **{key: described[key] for key in ("game", "target", "settings")},
            "seed": parameters["seed"],
            **joined,
            "epoch": list(range(0, row.settings.epochs + 1, self.every)),
            "success": success([line[-1] for line in joined["w1"]], members, parameters["threshold"]),
            "seconds": math.fsum(cell["seconds"] for cell in cells),
        }

    def again(self, data: dict[str, Any], name: str) -> Run:
        """The first and the last member of such an ensemble, trained anew up to its second record."""
        row = self.experiments[name]
        short = replace(row, settings=replace(row.settings, epochs=data["epoch"][1]))
        return short.run(members=(data["seeds"][0], data["seeds"][-1]), seed=data["seed"])
