"""Couplings, Wasserstein distances and Kantorovich potentials between discrete measures, each with its certificate."""

from optimal_transport.circle import circular_wasserstein_distance
from optimal_transport.closed_forms import (
    cauchy_wasserstein_lower_bound,
    normal_wasserstein_distance,
    truncated_cauchy_wasserstein_distance,
)
from optimal_transport.critics import certify
from optimal_transport.duality import c_transform, mcshane_extension
from optimal_transport.exact import Transport, optimal_transport, wasserstein_distance
from optimal_transport.gaussian import gaussian_wasserstein_distance
from optimal_transport.histograms import grid_measure, histogram_wasserstein_distance
from optimal_transport.kantorovich import Cones, DualEstimate, kantorovich_rubinstein
from optimal_transport.planted import (
    PLANTED,
    Planted,
    PlantedCosts,
    PlantedRow,
    planted_cycle,
    planted_funnels,
    planted_gradient,
    planted_lines,
    planted_radial,
    planted_translation,
    planted_tree,
)
from optimal_transport.quantile_distance import quantile_wasserstein_distance
from optimal_transport.rational import RationalTransport, rational_transport

__all__ = [
    "PLANTED",
    "Cones",
    "DualEstimate",
    "Planted",
    "PlantedCosts",
    "PlantedRow",
    "RationalTransport",
    "Transport",
    "c_transform",
    "cauchy_wasserstein_lower_bound",
    "certify",
    "circular_wasserstein_distance",
    "gaussian_wasserstein_distance",
    "grid_measure",
    "histogram_wasserstein_distance",
    "kantorovich_rubinstein",
    "mcshane_extension",
    "normal_wasserstein_distance",
    "optimal_transport",
    "planted_cycle",
    "planted_funnels",
    "planted_gradient",
    "planted_lines",
    "planted_radial",
    "planted_translation",
    "planted_tree",
    "quantile_wasserstein_distance",
    "rational_transport",
    "truncated_cauchy_wasserstein_distance",
    "wasserstein_distance",
]
