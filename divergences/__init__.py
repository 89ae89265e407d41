"""Divergences between probability distributions, each answer saying how far to trust it."""

from divergences.classical import (
    chi2_divergence,
    gan_divergence,
    hellinger_distance,
    jeffreys_divergence,
    le_cam_divergence,
    neyman_chi2_divergence,
    squared_hellinger,
)
from divergences.columns import FDivergence, Generator, HalfLine
from divergences.dispatch import divergence
from divergences.estimate import Estimate
from divergences.exact import (
    divergence_profile,
    f_divergence,
    jensen_shannon_distance,
    jensen_shannon_divergence,
    kl_divergence,
    reverse_kl_divergence,
    total_variation_distance,
)
from divergences.families import (
    alpha_divergence,
    alpha_row,
    weighted_jensen_shannon_divergence,
    weighted_jensen_shannon_row,
)
from divergences.generators import generator
from divergences.hockey_stick import hockey_stick_divergence, hockey_stick_row
from divergences.information import (
    cross_entropy,
    entropy,
    generalized_jensen_shannon_divergence,
    mutual_information,
)
from divergences.laws.laws import LogDensity, Mixture
from divergences.options import Options
from divergences.ranges import js_range, kl_range
from divergences.renyi import bhattacharyya_distance, renyi_divergence
from divergences.renyi_rows import renyi_row
from divergences.sampling.classifier import classifier_lower_bound
from divergences.sampling.counts import divergence_from_counts
from divergences.sampling.monte_carlo import SampledDensity, monte_carlo_divergence
from divergences.sampling.neighbours import kernel_divergence, nearest_neighbour_kl
from divergences.sampling.samples import Samples
from divergences.sampling.variational import donsker_varadhan_bound, variational_bound
from divergences.table import (
    CHI2,
    GAN,
    JEFFREYS,
    JENSEN_SHANNON,
    KL,
    LE_CAM,
    NEYMAN_CHI2,
    REVERSE_KL,
    ROWS,
    SQUARED_HELLINGER,
    TOTAL_VARIATION,
    row,
)

__all__ = [
    "CHI2",
    "GAN",
    "JEFFREYS",
    "JENSEN_SHANNON",
    "KL",
    "LE_CAM",
    "NEYMAN_CHI2",
    "REVERSE_KL",
    "ROWS",
    "SQUARED_HELLINGER",
    "TOTAL_VARIATION",
    "Estimate",
    "FDivergence",
    "Generator",
    "HalfLine",
    "LogDensity",
    "Mixture",
    "Options",
    "SampledDensity",
    "Samples",
    "alpha_divergence",
    "alpha_row",
    "bhattacharyya_distance",
    "chi2_divergence",
    "classifier_lower_bound",
    "cross_entropy",
    "divergence",
    "divergence_from_counts",
    "divergence_profile",
    "donsker_varadhan_bound",
    "entropy",
    "f_divergence",
    "gan_divergence",
    "generalized_jensen_shannon_divergence",
    "generator",
    "hellinger_distance",
    "hockey_stick_divergence",
    "hockey_stick_row",
    "jeffreys_divergence",
    "jensen_shannon_distance",
    "jensen_shannon_divergence",
    "js_range",
    "kernel_divergence",
    "kl_divergence",
    "kl_range",
    "le_cam_divergence",
    "monte_carlo_divergence",
    "mutual_information",
    "nearest_neighbour_kl",
    "neyman_chi2_divergence",
    "renyi_divergence",
    "renyi_row",
    "reverse_kl_divergence",
    "row",
    "squared_hellinger",
    "total_variation_distance",
    "variational_bound",
    "weighted_jensen_shannon_divergence",
    "weighted_jensen_shannon_row",
]
