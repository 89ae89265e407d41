"""Where others are known to break a law, in the versions that constraints.txt pins: one reason for each peer and law.

A reason is filed as a failure or as a convention; its words are in ``reports/words``. The list is strict: a law that
is filed here and holds fails the tests, as does one that is broken and not filed.
"""

from typing import NamedTuple

from tests.peers.rows import Peer

__all__ = ["KNOWN", "Reason", "reason"]


class Reason(NamedTuple):
    """Its name, by its words, and whether it is a convention."""

    name: str
    convention: bool = False


CANCELS = Reason("cancels")
NEGATIVE_ROOT = Reason("negative_root")
CLAMPS = Reason("clamps")
NAN_AT_ZERO = Reason("nan_at_zero")
NAN_GRADIENT = Reason("nan_gradient")
RESCALED_LOGS = Reason("rescaled_logs")
BROADCASTS = Reason("broadcasts", convention=True)
NAN_TO_NAN = Reason("nan_to_nan", convention=True)
OUTSIDE = Reason("infinite_outside", convention=True)
UNCHECKED = Reason("unchecked")
NORMALISES = Reason("normalises", convention=True)
ANY_MASSES = Reason("any_masses", convention=True)
REGULARISED = Reason("regularised", convention=True)
SQUARES = Reason("expands_squares")
SMALL_COSTS = Reason("small_costs")
TOLERANT = Reason("linear_programme")
UNDERFLOWS = Reason("kernel_underflows")
WRAPS = Reason("integers_wrap")
INTEGERS = Reason("integers_stop")
ROOTS = Reason("root_of_matrix")
PRODUCT = Reason("product_underflows")
SINGULAR = Reason("singular_root")
UNEVEN = Reason("cumulative_weights")
SIX_DECIMALS = Reason("six_decimals", convention=True)
KILLED = Reason("crashes")
MISSES_PEAKS = Reason("misses_peaks")
ABSOLUTE = Reason("absolute_tolerance", convention=True)
SQUARED_RATIO = Reason("squared_ratio")
INF_MINUS_INF = Reason("density_underflows")
NAN_LAW = Reason("nan_law", convention=True)
INFINITE = Reason("infinity_minus_itself", convention=True)
MIXED = Reason("one_scale")
ABSOLUTE_COSTS = Reason("absolute_thresholds")
INFEASIBLE = Reason("called_infeasible")
LEFT_OUT = Reason("left_out")
NO_ENTRY = Reason("zero_is_no_entry")

OF_ANY_ARRAYS = {"shapes_by_accident": BROADCASTS, "lengths": BROADCASTS, "not_a_number": NAN_TO_NAN}

KNOWN: dict[tuple[str, str, str], dict[str, Reason]] = {
    ("vectors", "scipy", "entropy"): {
        "digits_near_equality": CANCELS,
        "never_negative": CANCELS,
        **OF_ANY_ARRAYS,
        "logarithms": RESCALED_LOGS,
        "negative_masses": OUTSIDE,
        "other_sums": NORMALISES,
    },
    ("vectors", "scipy", "rel_entr"): {
        "digits_near_equality": CANCELS,
        **OF_ANY_ARRAYS,
        "logarithms": OUTSIDE,
        "negative_masses": OUTSIDE,
        "other_sums": ANY_MASSES,
    },
    ("vectors", "scipy", "kl_div"): {
        "digits_near_equality": CANCELS,
        "never_negative": CANCELS,
        **OF_ANY_ARRAYS,
        "logarithms": OUTSIDE,
        "negative_masses": OUTSIDE,
        "other_sums": ANY_MASSES,
    },
    ("vectors", "scipy", "jensenshannon"): {
        "digits_near_equality": CANCELS,
        "digits_in_single_precision": CANCELS,
        "never_negative": NEGATIVE_ROOT,
        **OF_ANY_ARRAYS,
        "logarithms": RESCALED_LOGS,
        "negative_masses": OUTSIDE,
        "other_sums": NORMALISES,
    },
    ("vectors", "torch", "F.kl_div"): {
        "digits_near_equality": CANCELS,
        "digits_in_single_precision": CANCELS,
        "common_zeros": NAN_AT_ZERO,
        **OF_ANY_ARRAYS,
        "logarithms": UNCHECKED,
        "negative_masses": UNCHECKED,
        "other_sums": ANY_MASSES,
    },
    ("vectors", "torch", "Categorical"): {
        "digits_near_equality": CANCELS,
        "digits_in_single_precision": CANCELS,
        "never_negative": CANCELS,
        "digits_of_tiny_masses": CLAMPS,
        "shapes_by_accident": BROADCASTS,
        "lengths": BROADCASTS,
        "logarithms": RESCALED_LOGS,
        "other_sums": NORMALISES,
    },
    ("gradients", "torch", "F.kl_div"): {
        "gradient_at_a_zero_mass": NAN_GRADIENT,
        "gradient_at_common_zeros": NAN_GRADIENT,
    },
    ("gradients", "torch", "Categorical"): {"gradient_at_a_zero_mass": CLAMPS},
    ("line", "scipy", "wasserstein_distance"): {
        "infinite_points": INFINITE,
        "not_a_number": NAN_TO_NAN,
        "other_sums": NORMALISES,
        "unequal_sums": NORMALISES,
    },
    ("line", "scipy", "wasserstein_distance_nd"): {
        "infinite_points": INFINITE,
        "distance_of_near_equals": TOLERANT,
        "small_and_large_units": TOLERANT,
        "other_sums": NORMALISES,
        "unequal_sums": NORMALISES,
    },
    ("line", "POT", "wasserstein_1d"): {
        "no_weight": ANY_MASSES,
        "infinite_points": INFINITE,
        "bytes": WRAPS,
        "not_a_number": NAN_TO_NAN,
        "negative_weights": UNCHECKED,
        "other_sums": ANY_MASSES,
        "unequal_sums": UNEVEN,
    },
    ("line", "POT", "emd2"): {
        "no_weight": INFEASIBLE,
        "infinite_points": UNCHECKED,
        "translation": SQUARES,
        "small_and_large_units": SQUARES,
        "bytes": INTEGERS,
        "not_a_number": UNCHECKED,
        "negative_weights": UNCHECKED,
        "other_sums": ANY_MASSES,
        "unequal_sums": SIX_DECIMALS,
        "no_points": KILLED,
    },
    ("line", "POT", "sinkhorn2"): {
        "no_weight": UNCHECKED,
        "infinite_points": INFINITE,
        "digits_of_distances": REGULARISED,
        "distance_of_equals": REGULARISED,
        "distance_of_near_equals": REGULARISED,
        "symmetry": REGULARISED,
        "translation": SQUARES,
        "small_and_large_units": SQUARES,
        "points_without_weight": UNDERFLOWS,
        "bytes": INTEGERS,
        "not_a_number": NAN_TO_NAN,
        "negative_weights": UNCHECKED,
        "other_sums": ANY_MASSES,
        "unequal_sums": UNCHECKED,
    },
    ("plans", "POT", "emd2"): {
        "small_and_large_units": ABSOLUTE_COSTS,
        "forbidden_pairs": MIXED,
        "not_a_number": INFEASIBLE,
        "infinite_costs": INFEASIBLE,
        "negative_weights": INFEASIBLE,
        "unequal_sums": SIX_DECIMALS,
    },
    ("potentials", "POT", "emd of a sparse matrix"): {
        "potentials_without_weight": LEFT_OUT,
        "potentials_at_zero_cost": NO_ENTRY,
    },
    ("potentials", "POT", "emd2_lazy"): {"potentials_without_weight": LEFT_OUT},
    ("normals", "torch", "Normal"): {"scales_far_apart": SQUARED_RATIO},
    ("normals", "scipy", "integrate.quad"): {
        "digits_near_equality": ABSOLUTE,
        "never_negative": ABSOLUTE,
        "far_means": MISSES_PEAKS,
        "translation": MISSES_PEAKS,
        "narrow_and_wide": MISSES_PEAKS,
        "scales_far_apart": INF_MINUS_INF,
        "negative_scales": NAN_LAW,
        "not_a_number": NAN_LAW,
    },
    ("gaussians", "POT", "bures_wasserstein_distance"): {
        "distance_of_equals": ROOTS,
        "distance_of_near_equals": ROOTS,
        "singular_covariances": SINGULAR,
        "small_and_large_units": PRODUCT,
        "not_a_number": NAN_TO_NAN,
        "negative_variances": UNCHECKED,
        "asymmetric_covariances": UNCHECKED,
    },
}


def reason(peer: Peer, law: str) -> Reason | None:
    """Why a peer breaks a law, if it is known to."""
    return KNOWN.get((peer.domain, peer.package, peer.name), {}).get(law)
