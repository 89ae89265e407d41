"""A critic trained on two samples, and what it proves about them."""

import math
from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import ArrayLike, NDArray

from divergences import Estimate
from optimal_transport.critics import certify
from optimal_transport.duality import mcshane_extension
from optimal_transport.measures import check_integer
from optimal_transport.problem import Problem, pose

__all__ = ["Cones", "DualEstimate", "kantorovich_rubinstein", "torch_device"]

Floats = NDArray[np.float64]
RATE = 0.1  # of the spread, the first step of Adam; it falls to zero
SOFTNESS = 0.1  # of the spread, at the first step; it falls to zero


@dataclass(frozen=True, eq=False)
class Cones:
    """The critic sign * max_k (h_k - |z - c_k|), 1-Lipschitz whatever its centres and heights.

    Attributes:
        centres: tips of the cones, shape (k, d).
        heights: their heights, shape (k,).
        sign: 1 for a maximum of cones that point up, -1 for a minimum of cones that point down.
    """

    centres: Floats
    heights: Floats
    sign: float

    def __call__(self, points: Floats) -> Floats:
        """Values at points of shape (n, d)."""
        return -self.sign * mcshane_extension(points, self.centres, self.heights)


@dataclass(frozen=True, eq=False)
class DualEstimate:
    """What a trained critic says of two samples.

    Attributes:
        raw: the difference of the critic's means.
        sample: the lower bound on W_1 between the samples that the critic proves, by :func:`certify`.
        critic: the critic.
        history: the difference of means at every step of its training, softened as it was then.
    """

    raw: float
    sample: Estimate
    critic: Cones
    history: tuple[float, ...]


def _ascended(clouds: list[Any], masses: list[Any], tips: Any, steps: int) -> tuple[Floats, Floats, Floats]:
    """Centres and heights after Adam has raised the difference of means from tips at height zero, and its history."""
    import torch

    centres = tips.clone().requires_grad_()
    heights = torch.zeros(len(tips), device=tips.device, requires_grad=True)
    adam, history = torch.optim.Adam([centres, heights]), torch.zeros(steps, device=tips.device)

    def mean(k: int, softness: float) -> torch.Tensor:
        gaps = torch.cdist(clouds[k], centres, compute_mode="donot_use_mm_for_euclid_dist")
        value: torch.Tensor = masses[k] @ (softness * torch.logsumexp((heights - gaps) / softness, dim=1))
        return value

    for step in range(steps):
        left = 1 - step / steps
        adam.param_groups[0]["lr"] = RATE * left
        raw = mean(0, SOFTNESS * left) - mean(1, SOFTNESS * left)
        adam.zero_grad()
        (-raw).backward()  # type: ignore[no-untyped-call]
        adam.step()
        history[step] = raw.detach()
    found = [part.detach().cpu().numpy().astype(np.float64) for part in (centres, heights, history)]
    return found[0], found[1], found[2]


def torch_device(device: Any) -> Any:
    """The device of torch that is asked for, the processor for None.

    Raises:
        ValueError: torch has no such device, or it is not available here.
    """
    import torch

    try:
        found = torch.device("cpu" if device is None else device)
        torch.empty(0, device=found)
    except (RuntimeError, AssertionError, TypeError) as error:
        raise ValueError(f"device {device!r} is not available here ({error}); use device=None for the CPU") from error
    return found


def _trained(problem: Problem, sign: float, *, chosen: Floats, steps: int, device: Any) -> tuple[Cones, Floats]:
    """A critic and its history. Its tips start at ``chosen``; points are centred and scaled to order one."""
    import torch

    assert problem.x is not None and problem.y is not None
    order = [(problem.x, problem.masses.a), (problem.y, problem.masses.b)][:: int(sign)]
    both = np.concatenate([problem.x, problem.y])
    middle = both.min(0) / 2 + both.max(0) / 2
    spread = float(np.abs(both - middle).max()) or 1.0

    def tensor(array: Floats) -> torch.Tensor:
        return torch.tensor(array, dtype=torch.float32, device=device)

    clouds = [tensor((points - middle) / spread) for points, _ in order]
    masses = [tensor(mass / mass.sum()) for _, mass in order]
    tips, heights, history = _ascended(clouds, masses, tensor((chosen - middle) / spread), steps)
    return Cones(tips * spread + middle, heights * spread, sign), history * spread


def kantorovich_rubinstein(
    x: ArrayLike,
    y: ArrayLike,
    a: ArrayLike | None = None,
    b: ArrayLike | None = None,
    *,
    cones: int = 64,
    steps: int = 300,
    seed: int = 0,
    device: Any = None,
) -> DualEstimate:
    """A critic trained to tell two samples apart, with the lower bound on W_1 that it proves, in the space's unit.

    W_1 = max over 1-Lipschitz f of sum_i a_i f(x_i) - sum_j b_j f(y_j). Two critics are trained, a maximum of cones
    that point up and a minimum of cones that point down; both are 1-Lipschitz by construction, and the one that proves
    more is kept. The bound holds for the samples, not for the laws that they were drawn from.

    Args:
        x: points, shape (n, d), or (n,) on the line.
        y: points, shape (m, d) or (m,).
        a: weights, shape (n,), summing to one; uniform where None.
        b: weights, shape (m,), summing to one; uniform where None.
        cones: number of cones of each critic, at most the number of points.
        steps: steps of Adam on all points.
        seed: decides which points the cones start from.
        device: where torch trains; the processor where None.

    Returns:
        The critic, what it says and what it proves.

    Raises:
        TypeError: entries are not real numbers, or cones, steps or seed no integers.
        ValueError: an argument is empty, not finite, of a wrong shape or out of range.

    References:
        C. Villani, Optimal Transport, Old and New (2009), Particular Case 5.16.

    Example:
        >>> found = kantorovich_rubinstein([0.0, 1.0], [3.0, 4.0], steps=50)
        >>> found.sample.low <= 3.0, found.raw <= 3.0 + 1e-12
        (True, True)
    """
    for value, name, least in ((cones, "cones", 1), (steps, "steps", 1), (seed, "seed", 0)):
        check_integer(value, name, least)
    place = torch_device(device)
    problem = pose(x, y, a, b, p=1, metric="euclidean")
    assert problem.x is not None and problem.y is not None
    if not math.isfinite(problem.reach()):
        raise ValueError("x and y spread further than float64 holds; divide all points by a constant")
    found = []
    for sign, points in ((1.0, problem.x), (-1.0, problem.y)):
        chosen = np.random.default_rng(seed).permutation(points)[:cones]
        critic, history = _trained(problem, sign, chosen=chosen, steps=steps, device=place)
        sample = certify(problem.x, problem.y, critic, a, b)
        means = [
            critic(z) @ (mass / mass.sum())
            for z, mass in ((problem.x, problem.masses.a), (problem.y, problem.masses.b))
        ]
        found.append(DualEstimate(float(means[0] - means[1]), sample, critic, tuple(history.tolist())))
    return max(found, key=lambda each: each.sample.low)
