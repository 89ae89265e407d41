"""Every argument of every public function refuses what no argument takes, and says which argument it was."""

import inspect
import math
from collections.abc import Callable

import numpy as np
import pytest
from scipy import stats

import divergences as D
from tests.nonsense import refused

FINE, LINE = [0.5, 0.5], np.arange(9.0)
NORMAL, NEXT = stats.norm(0, 1), stats.norm(1, 1)
OTHERS = {  # arguments beside the one under test
    "p": FINE, "q": FINE, "f": "kl", "rows": ["kl"], "alpha": 2, "gamma": 2, "weight": 0.5, "joint": [FINE],
    "laws": np.eye(2), "tv": 0.5, "counts_p": [3, 4], "counts_q": [3, 4], "scores_p": FINE, "scores_q": FINE,
    "t_p": FINE, "t_q": FINE, "P": LINE, "Q": LINE + 0.5, "row": "js", "name": "kl", "x": FINE,
}  # fmt: skip
VECTORS = (
    D.kl_divergence, D.reverse_kl_divergence, D.jeffreys_divergence, D.jensen_shannon_divergence,
    D.jensen_shannon_distance, D.total_variation_distance, D.squared_hellinger, D.hellinger_distance, D.chi2_divergence,
    D.neyman_chi2_divergence, D.le_cam_divergence, D.gan_divergence, D.f_divergence, D.divergence_profile,
    D.alpha_divergence, D.renyi_divergence, D.hockey_stick_divergence, D.weighted_jensen_shannon_divergence,
    D.bhattacharyya_distance, D.cross_entropy, D.entropy, D.mutual_information, D.generalized_jensen_shannon_divergence,
)  # fmt: skip
OTHER_FUNCTIONS = (
    D.alpha_row, D.weighted_jensen_shannon_row, D.hockey_stick_row, D.renyi_row, D.kl_range, D.js_range, D.Samples,
    D.divergence_from_counts, D.kernel_divergence, D.nearest_neighbour_kl, D.classifier_lower_bound,
    D.variational_bound, D.donsker_varadhan_bound,
)  # fmt: skip


def square(u: np.ndarray) -> np.ndarray:
    return (u - 1) ** 2


def one(function: Callable, argument: str) -> Callable[[object], object]:
    """The function of one argument, the required others fixed."""
    needed = [
        name
        for name, parameter in inspect.signature(function).parameters.items()
        if parameter.default is parameter.empty and parameter.kind is not parameter.VAR_KEYWORD
    ]
    return lambda value: function(**{**{name: OTHERS[name] for name in needed}, argument: value})


ARGUMENTS = [
    (f"{function.__name__}({name})", one(function, name), "rows?" if name == "rows" else name)
    for function in (*VECTORS, *OTHER_FUNCTIONS)
    for name, parameter in inspect.signature(function).parameters.items()
    if parameter.kind is not parameter.VAR_KEYWORD and name not in ("at_zero", "slope_at_infinity")
]
CALLS: list[tuple[str, Callable[[object], object], str]] = [
    *((f"kl_divergence({name})", lambda v, name=name: D.kl_divergence(FINE, FINE, **{name: v}), name)
      for name in ("axis", "base", "log", "normalize", "keepdims", "pairwise")),
    ("f_divergence(at_zero)",
     lambda v: D.f_divergence(FINE, FINE, square, at_zero=v, slope_at_infinity=math.inf), "at_zero"),
    ("f_divergence(slope_at_infinity)",
     lambda v: D.f_divergence(FINE, FINE, square, at_zero=1, slope_at_infinity=v), "slope_at_infinity"),
    ("generator(f)", lambda v: D.generator(v, at_zero=0, slope_at_infinity=1), "f"),
    ("generator(derivative)", lambda v: D.generator(square, at_zero=1, slope_at_infinity=math.inf, derivative=v),
     "derivative"),
    ("generator(name)", lambda v: D.generator(square, at_zero=1, slope_at_infinity=math.inf, name=v), "name"),
    ("generator(unit)", lambda v: D.generator(square, at_zero=1, slope_at_infinity=math.inf, unit=v), "unit"),
    ("row(name)", D.row, "row"),
    ("kl_divergence with logarithms", lambda v: D.kl_divergence(v, np.log(FINE), log=True), "p"),
    ("kl_divergence normalised", lambda v: D.kl_divergence(FINE, v, normalize=True), "q"),
    ("kl_divergence of pairs", lambda v: D.kl_divergence(v, v, pairwise=True), "p"),
    ("divergence(P) beside a vector", lambda v: D.divergence(v, FINE, "kl"), "P"),
    ("divergence(Q) beside a vector", lambda v: D.divergence(FINE, v, "kl"), "Q"),
    ("divergence(P) beside a law", lambda v: D.divergence(v, NORMAL, "kl"), "P"),
    ("divergence(Q) beside a law", lambda v: D.divergence(NORMAL, v, "kl"), "Q"),
    ("divergence(P) beside samples", lambda v: D.divergence(v, D.Samples(LINE), "kl"), "P"),
    ("divergence(P) by draws", lambda v: D.divergence(v, NORMAL, "js", method="monte carlo"), "P"),
    *((f"divergence({name})", lambda v, name=name: D.divergence(FINE, FINE, **{"row": "kl", name: v}), name)
      for name in ("row", "method", "level", "seed")),
    *((f"monte_carlo_divergence({name})",
       lambda v, name=name: D.monte_carlo_divergence(**{"P": NORMAL, "Q": NEXT, "row": "js", name: v}), name)
      for name in ("P", "Q", "row", "draws", "level", "seed")),
    ("SampledDensity(sample)", lambda v: D.SampledDensity(v, NORMAL.logpdf), "sample"),
    ("SampledDensity(log_density)", lambda v: D.SampledDensity(lambda rng, n: rng.random(n), v), "log_density"),
    ("what a sampler returns",
     lambda v: D.monte_carlo_divergence(D.SampledDensity(lambda rng, n: v, NORMAL.logpdf), NORMAL, "js"), "sample"),
    ("what a log-density returns",
     lambda v: D.monte_carlo_divergence(
         D.SampledDensity(lambda rng, n: rng.random(n), lambda x: v), NORMAL, "js", draws=2), "log-density"),
    ("Mixture(weights)", lambda v: D.Mixture([NORMAL, NEXT], v), "weights"),
    *((f"LogDensity({name})", lambda v, name=name: D.LogDensity(**{"log_pdf": NORMAL.logpdf, name: v}), name)
      for name in ("log_pdf", "support", "centers", "scales")),
    *((f"Estimate({name})", lambda v, name=name: D.Estimate(**{
        "value": 0.5, "low": 0, "high": 1, "kind": "confidence", "method": "x", "level": 0.5, name: v}), name)
      for name in ("value", "low", "high", "kind", "level")),
]  # fmt: skip


@pytest.mark.parametrize(("call", "argument"), [pytest.param(call, name, id=key) for key, call, name in ARGUMENTS])
def test_arguments_refuse_nonsense(call: Callable[[object], object], argument: str) -> None:
    refused(call, argument)


@pytest.mark.parametrize(("call", "argument"), [pytest.param(call, name, id=key) for key, call, name in CALLS])
def test_calls_refuse_nonsense(call: Callable[[object], object], argument: str) -> None:
    refused(call, argument)


def test_every_public_function_is_asked() -> None:
    public = {name for name in D.__all__ if inspect.isfunction(getattr(D, name)) or name in ("Samples", "Estimate")}
    asked = {key.split("(")[0] for key, _, _ in (*ARGUMENTS, *CALLS)}
    assert public - asked == set()


@pytest.mark.parametrize(
    ("call", "message"),
    [
        (lambda v: 0.0, "complex as p gives 0.0"),
        (lambda v: D.kl_divergence(FINE, v), "does not name p"),
        (lambda v: D.kl_divergence(np.nan_to_num(v) if isinstance(v, list) else v, FINE), "as p gives|does not name"),
    ],
)
def test_a_function_that_takes_something_is_caught(call: Callable[[object], object], message: str) -> None:
    with pytest.raises((AssertionError, pytest.fail.Exception), match=message):
        refused(call, "p")


def test_another_kind_of_error_is_caught() -> None:
    with pytest.raises(AttributeError):
        refused(lambda v: v.masses, "p")
