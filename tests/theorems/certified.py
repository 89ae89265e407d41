"""Certified numbers that theorem tests compare: Wasserstein distances between their ends, sums and multiples."""

import numpy as np
from hypothesis import strategies as st

from divergences import Estimate
from optimal_transport import optimal_transport

FIRST_MOMENT = "finite_first_moment"


tilts, scales = st.integers(3, 25).map(lambda k: 2.0**-k), st.integers(-40, 40)


def W(P, Q, p=1):
    """The cost of an optimal plan at power p, between its certified ends."""
    found = optimal_transport(P[0], Q[0], P[1], Q[1], p=p)
    return Estimate(found.cost, found.lower, found.upper, kind="certified gap", method=found.method, unit="length")


def plus(first, second):
    """The sum of two certified numbers."""
    ends = first.low + second.low, first.high + second.high
    return Estimate(first.value + second.value, *ends, kind="certified gap", method="sum", unit="length")


def times(factor, number):
    """A certified number times a constant."""
    return Estimate(
        factor * number.value, factor * number.low, factor * number.high, number.kind, number.method, unit=number.unit
    )


def dirac(*point):
    return np.array([point], dtype=float), np.ones(1)


def saint_petersburg(rounds):
    """Mass 2^-k at 2^k for k = 1, ..., rounds, and what is left at 0: below the whole law, whose mean is infinite."""
    powers = 2.0 ** np.arange(1, rounds + 1)
    return np.append(powers, 0.0)[:, None], np.append(1 / powers, 2.0**-rounds)
