"""Divergences between probability distributions, each answer saying how far to trust it."""

from divergences.estimate import Estimate, divergence
from divergences.exact import (
    f_divergence,
    jensen_shannon_distance,
    jensen_shannon_divergence,
    kl_divergence,
    reverse_kl_divergence,
    total_variation_distance,
)
from divergences.table import JENSEN_SHANNON, KL, REVERSE_KL, ROWS, TOTAL_VARIATION, FDivergence, HalfLine, row

__all__ = [
    "JENSEN_SHANNON",
    "KL",
    "REVERSE_KL",
    "ROWS",
    "TOTAL_VARIATION",
    "Estimate",
    "FDivergence",
    "HalfLine",
    "divergence",
    "f_divergence",
    "jensen_shannon_distance",
    "jensen_shannon_divergence",
    "kl_divergence",
    "reverse_kl_divergence",
    "row",
    "total_variation_distance",
]
