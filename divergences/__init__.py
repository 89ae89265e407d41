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
from divergences.columns import FDivergence, HalfLine
from divergences.estimate import Estimate, divergence
from divergences.exact import (
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
from divergences.laws import LogDensity, Mixture
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
    "HalfLine",
    "LogDensity",
    "Mixture",
    "alpha_divergence",
    "alpha_row",
    "chi2_divergence",
    "divergence",
    "f_divergence",
    "gan_divergence",
    "hellinger_distance",
    "jeffreys_divergence",
    "jensen_shannon_distance",
    "jensen_shannon_divergence",
    "kl_divergence",
    "le_cam_divergence",
    "neyman_chi2_divergence",
    "reverse_kl_divergence",
    "row",
    "squared_hellinger",
    "total_variation_distance",
    "weighted_jensen_shannon_divergence",
    "weighted_jensen_shannon_row",
]
