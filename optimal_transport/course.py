"""How a long solve is followed, stopped and gone on with."""

from __future__ import annotations

import math
import time
from collections.abc import Callable
from typing import TYPE_CHECKING

from divergences.options import real
from optimal_transport.rounds import Before, Course, Watch

if TYPE_CHECKING:
    from optimal_transport.exact import Transport

__all__ = ["course"]


def course(
    time_limit: float | None,
    progress: Callable[[float, float], object] | None,
    start: Transport | None,
) -> Course:
    """The course of a solve over few pairs.

    Args:
        time_limit: seconds after which no further round begins, or None.
        progress: called with lower and upper bound on the cost after each round, or None.
        start: an earlier answer for the same points, or None.

    Returns:
        The course.

    Raises:
        TypeError: an argument of the wrong type.
        ValueError: a time that is not positive.

    Example:
        >>> course(None, None, None).watch(0.0, 1.0)
        False
    """
    if time_limit is not None and not real(time_limit, "time_limit") > 0:
        raise ValueError(f"time_limit must be > 0 seconds, found {time_limit!r}; leave it out for no limit")
    if progress is not None and not callable(progress):
        raise TypeError(f"progress must be a function of two bounds, found {progress!r}; print is one")
    return Course(_before(start), _watch(time_limit, progress))


def _watch(time_limit: float | None, progress: Callable[[float, float], object] | None) -> Watch:
    end = math.inf if time_limit is None else time.monotonic() + float(time_limit)

    def watch(lower: float, upper: float) -> bool:
        if progress is not None:
            progress(lower, upper)
        return time.monotonic() > end

    return watch


def _before(start: Transport | None) -> Before | None:
    if start is None:
        return None
    if not hasattr(start, "plan") or not hasattr(start, "potentials"):
        raise TypeError(f"start must be what optimal_transport returned, found a {type(start).__name__}")
    i, j = start.plan.coords
    f, g = start.potentials
    return Before(i.astype(int), j.astype(int), f, g)
