"""Couplings, Wasserstein distances and Kantorovich potentials between discrete measures, each with its certificate."""

from optimal_transport.circle import circular_wasserstein_distance
from optimal_transport.closed_forms import (
    cauchy_wasserstein_lower_bound,
    normal_wasserstein_distance,
    truncated_cauchy_wasserstein_distance,
)
from optimal_transport.critics import certify
from optimal_transport.distance import wasserstein_distance
from optimal_transport.duality import c_transform, mcshane_extension
from optimal_transport.elliptical import Elliptical, elliptical_wasserstein_distance, gelbrich_bound
from optimal_transport.entropic import sinkhorn
from optimal_transport.exact import Transport, optimal_transport
from optimal_transport.gaussian import gaussian_wasserstein_distance
from optimal_transport.histograms import grid_measure, histogram_wasserstein_distance
from optimal_transport.kantorovich import Cones, DualEstimate, kantorovich_rubinstein
from optimal_transport.maps import Potential, barycentric_map, kantorovich_potential
from optimal_transport.partial import partial_transport
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
from optimal_transport.sliced import sliced_wasserstein_distance

__all__ = [
    "PLANTED",
    "Cones",
    "DualEstimate",
    "Elliptical",
    "Planted",
    "PlantedCosts",
    "PlantedRow",
    "Potential",
    "RationalTransport",
    "Transport",
    "barycentric_map",
    "c_transform",
    "cauchy_wasserstein_lower_bound",
    "certify",
    "circular_wasserstein_distance",
    "elliptical_wasserstein_distance",
    "gaussian_wasserstein_distance",
    "gelbrich_bound",
    "grid_measure",
    "histogram_wasserstein_distance",
    "kantorovich_potential",
    "kantorovich_rubinstein",
    "mcshane_extension",
    "normal_wasserstein_distance",
    "optimal_transport",
    "partial_transport",
    "planted_cycle",
    "planted_funnels",
    "planted_gradient",
    "planted_lines",
    "planted_radial",
    "planted_translation",
    "planted_tree",
    "quantile_wasserstein_distance",
    "rational_transport",
    "sinkhorn",
    "sliced_wasserstein_distance",
    "truncated_cauchy_wasserstein_distance",
    "wasserstein_distance",
]
