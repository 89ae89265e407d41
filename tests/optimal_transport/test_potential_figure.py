"""What the report draws of a plan and its potential: neither can be improved, as the picture shows."""

from dataclasses import dataclass
from typing import Any

import numpy as np
import pytest

from optimal_transport import Potential, Transport, kantorovich_potential, optimal_transport
from reports.evidence import evidence, record

POINTS, STEP, CELLS = 60, 0.25, 60
ROUNDING = 3e-13  # of potentials that the solver has lowered to hold with rounding included: 3.5e-14 measured


@dataclass(frozen=True)
class Scene:
    """Two clouds, the transport between them, and its potential on a grid."""

    x: np.ndarray
    y: np.ndarray
    found: Transport
    grid: list[np.ndarray]
    phi: Potential
    values: np.ndarray

    @property
    def ends(self) -> tuple[np.ndarray, np.ndarray]:
        """Where each line of the plan begins and ends."""
        i, j = self.found.plan.coords
        return self.x[i], self.y[j]


@pytest.fixture(scope="module")
def scene() -> Scene:
    """A normal law in the middle, and another in three parts around it."""
    rng = np.random.default_rng(1)
    around = np.repeat([[-2.0, -0.9], [0.4, 1.5], [2.1, -0.7]], POINTS // 3, axis=0)
    x, y = 0.8 * rng.normal(size=(POINTS, 2)), around + 0.45 * rng.normal(size=(POINTS, 2))
    found = optimal_transport(x, y)
    phi = kantorovich_potential(found, x, y)
    low, high = (end(np.concatenate([x, y]), axis=0) for end in (np.min, np.max))
    grid = [np.linspace(a - 0.3, b + 0.3, CELLS) for a, b in zip(low, high, strict=True)]
    values = phi(np.stack(np.meshgrid(*grid), axis=-1).reshape(-1, 2)).reshape(CELLS, CELLS)
    return Scene(x, y, found, grid, phi, values)


def test_the_potential_falls_by_the_length_of_every_line(scene: Scene) -> None:
    """The twin joins each point with the next one's partner."""
    first, second = scene.ends
    assert sorted(map(tuple, first)) == sorted(map(tuple, scene.x)) and len(second) == POINTS
    fall = scene.phi(first) - scene.phi(second)
    assert np.abs(fall - np.linalg.norm(first - second, axis=1)).max() <= ROUNDING
    twin = np.roll(second, 1, axis=0)
    assert np.abs(scene.phi(first) - scene.phi(twin) - np.linalg.norm(first - twin, axis=1)).max() > 0.05
    assert abs(fall.mean() - scene.found.cost) <= ROUNDING


def test_the_slope_is_nowhere_above_one(scene: Scene) -> None:
    """Between neighbours of the grid; the twin is 5 % steeper."""

    def steepest(values: np.ndarray) -> float:
        across, along = np.diff(values, axis=1) / np.diff(scene.grid[0]), np.diff(values.T, axis=1)
        return float(max(np.abs(across).max(), np.abs(along / np.diff(scene.grid[1])).max()))

    assert steepest(scene.values) <= 1 + ROUNDING < steepest(1.05 * scene.values)


def cloud(label: str, points: np.ndarray) -> dict[str, Any]:
    return {"label": label, "x": points[:, 0].round(3), "y": points[:, 1].round(3)}


@evidence
def test_a_plan_and_its_potential_are_drawn(scene: Scene) -> None:
    lowest, highest = scene.values.min() / STEP, scene.values.max() / STEP
    at = STEP * np.arange(np.ceil(lowest), np.floor(highest) + 1)
    x, y = scene.grid
    grid = {"x": x.round(4), "y": y.round(4), "values": scene.values.round(3), "at": at}
    first, second = scene.ends
    ends = np.stack([first, second], axis=2).round(3)  # of each line the two abscissas, then the two ordinates
    figure = {
        "kind": "plane",
        "chapter": "transport",
        "title": "plan_and_potential",
        "levels": {"label": "levels", **grid},
        "segments": {"label": "moved_along", "ends": ends},
        "clouds": [cloud("first_cloud", scene.x), cloud("second_cloud", scene.y)],
        "numbers": {"points": POINTS, "step": STEP, "distance": round(scene.found.distance, 4)},
    }
    record("transport_1_plan", figure)
    assert len(at) > 8
