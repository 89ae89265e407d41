"""Transport problems that come with their answer, as a table: what each is, and for what it is known."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any

from optimal_transport.costs import METRICS
from optimal_transport.planted_answers import Planted, PlantedCosts
from optimal_transport.planted_graphs import planted_cycle, planted_tree
from optimal_transport.planted_maps import planted_gradient
from optimal_transport.planted_points import planted_funnels, planted_lines, planted_radial, planted_translation

__all__ = [
    "PLANTED",
    "Planted",
    "PlantedCosts",
    "PlantedRow",
    "planted_cycle",
    "planted_funnels",
    "planted_gradient",
    "planted_lines",
    "planted_radial",
    "planted_translation",
    "planted_tree",
]


@dataclass(frozen=True)
class PlantedRow:
    """One kind of problem with a known answer.

    Attributes:
        name: what it is called.
        make: the function that makes one, of n and a seed, and of these options.
        options: for each option the values that are of interest.
        knows: why the answer is right.
    """

    name: str
    make: Callable[..., Planted | PlantedCosts]
    options: Mapping[str, tuple[Any, ...]]
    knows: str


DIMENSIONS = {"dimension": (1, 2, 3, 8, 64)}
METRIC = {"metric": tuple(row.name for row in METRICS)}
POWER = {"p": (1.0, 1.5, 2.0, 4.0)}
WEIGHTED = {"weighted": (False, True)}
PLANTED = (
    PlantedRow(
        "funnels", planted_funnels, {**DIMENSIONS, **METRIC, **WEIGHTED, "funnels": (1, 4, 16)},
        "a 1-Lipschitz function falls with slope one on the whole way",
    ),
    PlantedRow(
        "radial", planted_radial, {**DIMENSIONS, **METRIC, **POWER, **WEIGHTED},
        "the norm is 1-Lipschitz, and the radii keep their order",
    ),
    PlantedRow(
        "translation", planted_translation, {**DIMENSIONS, **METRIC, **POWER, **WEIGHTED},
        "no plan moves the mean by less",
    ),
    PlantedRow(
        "lines", planted_lines, {**METRIC, **POWER, "theta": (0.0, -0.25, 1.0, 1e-9)},
        "no plan moves the mean by less",
    ),
    PlantedRow(
        "gradient", planted_gradient, {**DIMENSIONS, **WEIGHTED, "kinks": (0, 1, 4)},
        "gradients of convex functions are optimal for the square",
    ),
    PlantedRow("tree", planted_tree, {}, "each edge parts the tree in two"),
    PlantedRow("cycle", planted_cycle, {}, "plans differ by a mass that goes round"),
)  # fmt: skip
"""Every kind of problem with a known answer."""
