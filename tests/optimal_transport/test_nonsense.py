"""Every argument of every public function refuses what no argument takes, and says which argument it was."""

from collections.abc import Callable

import numpy as np
import pytest
import scipy.stats

import optimal_transport as OT
from tests.nonsense import refused

X, Y = np.array([[0.0, 0.0], [1.0, 2.0]]), np.array([[3.0, 1.0], [1.0, 1.0]])
FINE = [0.5, 0.5]
FOUND = OT.optimal_transport(X, Y)
DEFAULTS: dict[Callable, dict[str, object]] = {
    OT.optimal_transport: {"x": X, "y": Y, "a": FINE, "b": FINE, "p": 1, "metric": "euclidean"},
    OT.wasserstein_distance: {"x": X, "y": Y, "a": FINE, "b": FINE, "p": 1, "metric": "euclidean", "tolerance": 1e-9},
    OT.circular_wasserstein_distance: {"x": [0.0, 0.1], "y": [0.2, 0.3], "a": FINE, "b": FINE, "p": 1, "period": 1.0},
    OT.histogram_wasserstein_distance: {"a": FINE, "b": FINE, "edges": [0.0, 1.0, 2.0], "p": 1},
    OT.grid_measure: {"masses": FINE, "spacing": 1.0},
    OT.quantile_wasserstein_distance: {"P": [0.0, 1.0], "Q": scipy.stats.norm(), "p": 1},
    OT.certify: {"x": X, "y": Y, "f": (FINE, FINE), "a": FINE, "b": FINE, "metric": "euclidean"},
    OT.kantorovich_rubinstein: {
        "x": X, "y": Y, "a": FINE, "b": FINE, "cones": 2, "steps": 1, "seed": 0, "device": None,
    },
    OT.sinkhorn: {
        "x": X, "y": Y, "a": FINE, "b": FINE, "regularization": 0.1, "p": 1, "metric": "euclidean", "iterations": 5,
    },
    OT.partial_transport: {"x": X, "y": Y, "a": FINE, "b": FINE, "mass": 0.5, "p": 1, "metric": "euclidean"},
    OT.sliced_wasserstein_distance: {
        "x": X, "y": Y, "a": FINE, "b": FINE, "p": 2, "directions": 5, "level": 0.95, "seed": 0,
    },
    OT.barycentric_map: {"transport": FOUND, "y": Y},
    OT.kantorovich_potential: {"transport": FOUND, "x": X, "y": Y, "metric": "euclidean", "extension": "mean"},
    OT.c_transform: {"cost_matrix": np.ones((2, 2)), "f": FINE},
    OT.mcshane_extension: {"points": X, "y": Y, "g": [0.0, 0.5], "metric": "euclidean"},
    OT.gaussian_wasserstein_distance: {
        "mean1": [0.0, 1.0], "covariance1": np.eye(2), "mean2": [0.0, 1.0], "covariance2": np.eye(2),
    },
    OT.gelbrich_bound: {
        "mean1": [0.0, 1.0], "covariance1": np.eye(2), "mean2": [0.0, 1.0], "covariance2": np.eye(2),
    },
    OT.elliptical_wasserstein_distance: {
        "mean1": [0.0, 1.0], "scatter1": np.eye(2), "mean2": [0.0, 1.0], "scatter2": np.eye(2),
        "family": "student", "parameter": 5.0,
    },
    OT.normal_wasserstein_distance: {"mean1": 0.0, "scale1": 1.0, "mean2": 0.0, "scale2": 1.0},
    OT.cauchy_wasserstein_lower_bound: {"bound": 2.0},
    OT.truncated_cauchy_wasserstein_distance: {"bound": 2.0},
    OT.planted_funnels: {"n": 8, "dimension": 2, "funnels": 2, "seed": 0, "metric": "euclidean"},
    OT.planted_radial: {"n": 8, "dimension": 2, "p": 2, "seed": 0, "metric": "euclidean"},
    OT.planted_translation: {"n": 8, "dimension": 2, "p": 2, "seed": 0, "metric": "euclidean"},
    OT.planted_lines: {"n": 8, "theta": 1.0, "p": 2, "seed": 0, "metric": "euclidean"},
    OT.planted_gradient: {"n": 8, "dimension": 2, "kinks": 1, "seed": 0},
    OT.planted_tree: {"n": 8, "seed": 0},
    OT.planted_cycle: {"n": 8, "seed": 0},
}  # fmt: skip
ARGUMENTS = [(function, name) for function, values in DEFAULTS.items() for name in values]


@pytest.mark.parametrize(
    ("function", "name"), ARGUMENTS, ids=[f"{function.__name__}({name})" for function, name in ARGUMENTS]
)
def test_arguments_refuse_nonsense(function: Callable, name: str) -> None:
    refused(lambda value: function(**{**DEFAULTS[function], name: value}), name)


RATIONAL = {"cost_matrix": [[0, 1], [1, 0]], "a": FINE, "b": FINE}


@pytest.mark.parametrize("name", RATIONAL)
def test_fractions_are_taken_where_all_is_exact_and_nonsense_is_not(name: str) -> None:
    takes = ("fractions", "objects") if name != "cost_matrix" else ()
    refused(lambda value: OT.rational_transport(**{**RATIONAL, name: value}), name, takes)


def test_a_cost_matrix_refuses_nonsense() -> None:
    refused(lambda value: OT.optimal_transport(a=FINE, b=FINE, cost_matrix=value), "cost_matrix")
