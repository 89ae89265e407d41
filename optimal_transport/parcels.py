"""From a flow along arcs to a coupling of what is sent with where it ends."""

from collections import deque

import numpy as np
from numpy.typing import NDArray

from optimal_transport.problem import Entries

__all__ = ["coupled"]

Placed = tuple[NDArray[np.intp], NDArray[np.float64]]
Parcels = deque[tuple[int, float]]  # whose, and how much


def coupled(flow: Entries, sent: Placed, taken: Placed) -> Entries:
    """Where each mass of a flow without cycles ends: parcels are handed on in the order of the flow.

    Args:
        flow: arcs (i, j, mass) between places.
        sent: the place of each point of the first measure, and its mass.
        taken: the place of each point of the second measure, and its mass.

    Returns:
        A coupling (i, j, mass) of the two measures that costs a metric no more than the flow.

    References:
        R. K. Ahuja, T. L. Magnanti, J. B. Orlin, Network Flows (1993), Theorem 3.5, on flows along paths.

    Example:
        >>> flow = np.array([0, 1]), np.array([1, 2]), np.array([1.0, 2.0])
        >>> sent, taken = (np.array([0, 1]), np.ones(2)), (np.array([2]), np.array([2.0]))
        >>> [part.tolist() for part in coupled(flow, sent, taken)]
        [[1, 0], [0, 0], [1.0, 1.0]]
    """
    count = int(max(part.max(initial=0) for part in (flow[0], flow[1], sent[0], taken[0]))) + 1
    held: list[Parcels] = [deque() for _ in range(count)]
    for source, (place, mass) in enumerate(zip(sent[0].tolist(), sent[1].tolist(), strict=True)):
        held[place].append((source, mass))
    wanted: list[Parcels] = [deque() for _ in range(count)]
    for target, (place, mass) in enumerate(zip(taken[0].tolist(), taken[1].tolist(), strict=True)):
        wanted[place].append((target, mass))
    order = np.argsort(flow[0], kind="stable")
    targets, amounts = flow[1][order].tolist(), flow[2][order].tolist()
    begin = np.searchsorted(flow[0][order], np.arange(count + 1)).tolist()
    waiting = np.bincount(flow[1], minlength=count).tolist()
    ready = [place for place in range(count) if not waiting[place]]
    found: list[tuple[int, int, float]] = []
    while ready:
        place = ready.pop()
        for target, amount in wanted[place]:
            found += [(source, target, mass) for source, mass in _taken(held[place], amount)]
        for k in range(begin[place], begin[place + 1]):
            held[targets[k]].extend(_taken(held[place], amounts[k]))
            waiting[targets[k]] -= 1
            if not waiting[targets[k]]:
                ready.append(targets[k])
    i, j, mass = zip(*found, strict=True)
    return np.array(i, dtype=np.intp), np.array(j, dtype=np.intp), np.array(mass)


def _taken(parcels: Parcels, amount: float) -> list[tuple[int, float]]:
    """Parcels of an amount altogether, the last of them cut where need be."""
    taken: list[tuple[int, float]] = []
    while parcels and amount > 0:
        source, mass = parcels.popleft()
        part = min(mass, amount)
        taken.append((source, part))
        amount -= part
        if mass > part:
            parcels.appendleft((source, mass - part))
    return taken
