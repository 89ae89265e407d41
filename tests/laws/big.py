"""Sixty digits for formulas written with numpy: arrays of numbers that carry their own logarithm.

numpy calls the method of the same name on each object, so a row's own lambdas run unchanged in high precision.
"""

from collections.abc import Iterable, Iterator
from contextlib import contextmanager

import mpmath
import numpy as np

from divergences import table

BIG = mpmath.MPContext()
BIG.dps = 60


def _method(name):
    function = getattr(BIG, name)
    return lambda self: function(self)


for _name in ("exp", "expm1", "log", "log1p", "sqrt", "tanh"):
    setattr(BIG.mpf, _name, _method(_name))


def big(numbers: Iterable) -> np.ndarray:
    """An array of high-precision numbers."""
    return np.array([BIG.mpf(x) for x in numbers], dtype=object)


@contextmanager
def exact_constants(digits: int = 60) -> Iterator[None]:
    """Within it the table's log 2 has as many digits as everything else."""
    kept, table.LOG_2 = table.LOG_2, BIG.ln2
    try:
        with BIG.workdps(digits):
            yield
    finally:
        table.LOG_2 = kept
