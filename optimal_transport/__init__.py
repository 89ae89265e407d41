"""Couplings, Wasserstein distances and Kantorovich potentials between discrete measures, each with its certificate."""

from optimal_transport.closed_forms import (
    cauchy_wasserstein_lower_bound,
    normal_wasserstein_distance,
    truncated_cauchy_wasserstein_distance,
)
from optimal_transport.exact import Transport, optimal_transport, wasserstein_distance
from optimal_transport.gaussian import gaussian_wasserstein_distance

__all__ = [
    "Transport",
    "cauchy_wasserstein_lower_bound",
    "gaussian_wasserstein_distance",
    "normal_wasserstein_distance",
    "optimal_transport",
    "truncated_cauchy_wasserstein_distance",
    "wasserstein_distance",
]
