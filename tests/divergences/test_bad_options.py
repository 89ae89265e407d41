"""What the functions of this package refuse beyond vectors: options, parameters, generators, laws and tables."""

import math
import re

import numpy as np
import pytest

import divergences as D

FINE = [0.5, 0.5]
INF = math.inf


@pytest.mark.parametrize(
    ("options", "error", "message"),
    [
        ({"axis": 1}, ValueError, r"axis = 1, but p has shape \(2,\); pass one from -1 to 0"),
        ({"axis": -2}, ValueError, "axis = -2, but p has shape"),
        ({"axis": 0.0}, TypeError, "axis is 0.0, of type float; pass one integer"),
        ({"axis": True}, TypeError, "axis is True, of type bool; pass one integer"),
        ({"axis": (0, 1)}, TypeError, "axis is .*pass one integer"),
        ({"axis": None}, TypeError, "axis is None"),
        ({"base": 0}, ValueError, "base = 0; pass a finite number above 1"),
        ({"base": 1}, ValueError, "base = 1; pass"),
        ({"base": -2}, ValueError, "base = -2; pass"),
        ({"base": 0.5}, ValueError, "base = 0.5; pass"),
        ({"base": INF}, ValueError, "base = inf; pass"),
        ({"base": math.nan}, ValueError, "base = nan; pass"),
        ({"base": 10**400}, ValueError, "base is beyond the largest float"),
        ({"base": "2"}, TypeError, "base is '2', of type str; pass a real number"),
        ({"base": True}, TypeError, "base is True"),
        ({"log": 1}, TypeError, "log is 1, of type int; pass True or False"),
        ({"normalize": "yes"}, TypeError, "normalize is 'yes'"),
        ({"keepdims": None}, TypeError, "keepdims is None"),
        ({"pairwise": 0}, TypeError, "pairwise is 0"),
        ({"pairwise": True}, ValueError, r"p has shape \(2,\), but pairwise = True compares rows; .*p\[None\]"),
        ({"pairwise": True, "keepdims": True}, ValueError, "pairwise = True and keepdims = True"),
        ({"normalise": True}, TypeError, "option 'normalise' is unknown here; .*did you mean 'normalize'"),
        ({"epsilon": 1e-9}, TypeError, "option 'epsilon' is unknown here; there are axis, base, log"),
    ],
)
def test_options_that_make_no_sense(options: dict, error: type, message: str) -> None:
    for function in (D.kl_divergence, D.jensen_shannon_distance, D.cross_entropy, D.bhattacharyya_distance):
        with pytest.raises(error, match=message):
            function(FINE, FINE, **options)
    with pytest.raises(error, match=message):
        D.divergence_profile(FINE, FINE, ["kl", "tv"], **options)
    with pytest.raises(error, match=message):
        D.renyi_divergence(FINE, FINE, alpha=2, **options)


def test_an_axis_from_the_front_needs_as_many_axes() -> None:
    with pytest.raises(ValueError, match="axis = 0 with p of 2 axes and q of 1; count the axis from the end"):
        D.kl_divergence([[0.5], [0.5]], FINE, axis=0)


def test_a_base_of_a_number_without_unit() -> None:
    for function in (D.total_variation_distance, D.squared_hellinger, D.hellinger_distance, D.chi2_divergence):
        with pytest.raises(ValueError, match="base = 2, but this number has no unit"):
            function(FINE, FINE, base=2)


@pytest.mark.parametrize(
    ("value", "message"),
    [
        ([math.nan, 0.0], r"p has the log-probability nan at position \(0,\), which is not a number"),
        ([INF, 0.0], "p has the log-probability inf at position"),
        ([-800.0, 0.0], r"p has the log-probability -800.0 at position \(0,\), which is below -708.0, .*pass -inf"),
        (FINE, r"exp\(p\) sums to 3.29.*, not to 1 within"),
        ([-INF, -INF], r"exp\(p\) sums to 0.0"),
    ],
)
def test_logarithms_that_are_none(value: list, message: str) -> None:
    with pytest.raises(ValueError, match=message):
        D.kl_divergence(value, np.log(FINE), log=True)
    with pytest.raises(ValueError, match=message.replace("p ", "q ", 1).replace(r"\(p\)", r"\(q\)")):
        D.kl_divergence(np.log(FINE), value, log=True)


def test_logarithms_that_cannot_be_normalised() -> None:
    with pytest.raises(ValueError, match=r"below -708\.0 from the largest"):
        D.kl_divergence([1000.0, 0.0], [0.0, 0.0], log=True, normalize=True)
    with pytest.raises(ValueError, match=r"exp\(p\) sums to 0.0; no multiple of it sums to 1"):
        D.kl_divergence([-INF, -INF], [0.0, 0.0], log=True, normalize=True)


@pytest.mark.parametrize("alpha", [-1e-300, -1, -INF, math.nan, 1e200])
def test_renyi_orders_are_not_negative(alpha: float) -> None:
    with pytest.raises(ValueError, match=f"alpha = {re.escape(str(float(alpha)))}; pass an order from 0 to infinity"):
        D.renyi_divergence(FINE, FINE, alpha=alpha)


@pytest.mark.parametrize("gamma", [0, -1, INF, math.nan, 1e308])
def test_gamma_is_positive_and_finite(gamma: float) -> None:
    with pytest.raises(ValueError, match=f"gamma = {re.escape(str(float(gamma)))}; pass a positive finite number"):
        D.hockey_stick_divergence(FINE, FINE, gamma=gamma)


@pytest.mark.parametrize("value", [True, "0.5", None, 1j])
def test_parameters_are_real_numbers(value: object) -> None:
    with pytest.raises(TypeError, match=r"alpha is .*pass a real number"):
        D.renyi_divergence(FINE, FINE, alpha=value)
    with pytest.raises(TypeError, match=r"gamma is .*pass a real number"):
        D.hockey_stick_divergence(FINE, FINE, gamma=value)


def test_entropies_and_their_arguments() -> None:
    with pytest.raises(ValueError, match=r"p sums to 0\.9"):
        D.entropy([0.5, 0.4])
    with pytest.raises(TypeError, match="option 'pairwise' is unknown here"):
        D.entropy(FINE, pairwise=True)
    with pytest.raises(ValueError, match=r"q sums to 0\.9"):
        D.cross_entropy(FINE, [0.5, 0.4])
    with pytest.raises(ValueError, match=r"p has the mass -0\.5"):
        D.bhattacharyya_distance([1.5, -0.5], FINE)


@pytest.mark.parametrize(
    ("joint", "options", "message"),
    [
        (FINE, {}, r"joint has shape \(2,\); pass a table of masses"),
        (0.5, {}, "joint is the single number 0.5"),
        (np.empty((0, 3)), {}, r"joint has shape \(0, 3\); pass a table"),
        ([[0.5, 0.6], [0.0, 0.0]], {}, "joint sums to 1.1"),
        ([[1.5, -0.5]], {}, "joint has the mass -0.5"),
        ([[math.nan, 1.0]], {}, "joint has the mass nan"),
        ([[0.0, 0.0]], {"normalize": True}, "joint sums to 0.0; no multiple"),
        ([[1.0, 1e-300]], {}, "joint has a positive mass below 1e-289, too small for a product; pass 0 for it"),
        ([[0.5, 0.5]], {"log": True}, r"exp\(joint\) sums to 3"),
    ],
)
def test_tables_that_are_no_joint_law(joint: object, options: dict, message: str) -> None:
    with pytest.raises(ValueError, match=message):
        D.mutual_information(joint, **options)


@pytest.mark.parametrize("option", ["axis", "keepdims", "pairwise"])
def test_mutual_information_has_two_axes(option: str) -> None:
    with pytest.raises(TypeError, match=f"option '{option}' is unknown here; there are base, log, normalize"):
        D.mutual_information([[0.5, 0.5]], **{option: 0})


@pytest.mark.parametrize(
    ("weights", "error", "message"),
    [
        ([1.0], ValueError, r"weights has shape \(1,\) for 2 laws; pass one weight a law, shape \(2,\)"),
        ([0.5, 0.6], ValueError, "weights sums to 1.1"),
        ([1.5, -0.5], ValueError, "weights has the mass -0.5"),
        ([math.nan, 1.0], ValueError, "weights has the mass nan"),
        (0.5, ValueError, "weights is the single number 0.5"),
        ("ab", TypeError, "weights has dtype"),
        ([True, False], TypeError, "weights has dtype bool"),
    ],
)
def test_weights_that_are_none(weights: object, error: type, message: str) -> None:
    with pytest.raises(error, match=message):
        D.generalized_jensen_shannon_divergence(np.eye(2), weights)


def test_laws_that_are_none() -> None:
    with pytest.raises(ValueError, match=r"laws has shape \(2,\); pass at least one row, a distribution each"):
        D.generalized_jensen_shannon_divergence(FINE)
    with pytest.raises(ValueError, match=r"laws has shape \(0, 2\); pass at least one row"):
        D.generalized_jensen_shannon_divergence(np.empty((0, 2)))
    with pytest.raises(ValueError, match=r"laws sums to 0.9 at position \(1,\)"):
        D.generalized_jensen_shannon_divergence([FINE, [0.5, 0.4]])
    with pytest.raises(ValueError, match="laws is not a rectangular array"):
        D.generalized_jensen_shannon_divergence([FINE, [1.0]])
    for option in ("pairwise", "keepdims"):
        with pytest.raises(TypeError, match=f"option '{option}' is unknown here"):
            D.generalized_jensen_shannon_divergence(np.eye(2), **{option: True})


def square(u: np.ndarray) -> np.ndarray:
    return (u - 1) ** 2


@pytest.mark.parametrize(
    ("f", "limits", "error", "message"),
    [
        (square, {}, TypeError, "at_zero is missing"),
        (square, {"at_zero": 1.0}, TypeError, "slope_at_infinity is missing"),
        (square, {"at_zero": "1", "slope_at_infinity": INF}, TypeError, "at_zero is '1'.*pass a real number"),
        (square, {"at_zero": 0.5, "slope_at_infinity": INF}, ValueError, r"at_zero = 0.5, but f\(9.09e-13\) = 0.99"),
        (square, {"at_zero": math.nan, "slope_at_infinity": INF}, ValueError, "at_zero = nan"),
        (square, {"at_zero": 1.0, "slope_at_infinity": 5.0}, ValueError, "slope_at_infinity = 5.0, but the slope of f"),
        (lambda u: u**2, {"at_zero": 0, "slope_at_infinity": INF}, ValueError, r"f\(1\) = 1.0; .*subtract it"),
        (lambda u: u * np.nan, {"at_zero": 0, "slope_at_infinity": 1}, ValueError, r"f\(1\) = nan"),
        (np.log, {"at_zero": -INF, "slope_at_infinity": 0}, ValueError, "f is not convex near u = "),
        (lambda u: 0.0 * u[:1], {"at_zero": 0, "slope_at_infinity": 0}, ValueError, "as many finite numbers"),
    ],
)
def test_functions_that_are_no_generator(f, limits: dict, error: type, message: str) -> None:
    with pytest.raises(error, match=message):
        D.f_divergence(FINE, FINE, f, **limits)


def test_generators_and_rows_that_are_none() -> None:
    with pytest.raises(TypeError, match="f is 'kl' and derivative None; pass functions"):
        D.generator("kl", at_zero=0, slope_at_infinity=INF)
    with pytest.raises(TypeError, match="derivative 2; pass functions"):
        D.generator(square, at_zero=1, slope_at_infinity=INF, derivative=2)
    with pytest.raises(TypeError, match="at_zero and slope_at_infinity belong to a function f"):
        D.f_divergence(FINE, FINE, "kl", at_zero=0)
    with pytest.raises(ValueError, match="row 'hellinger' is unknown"):
        D.f_divergence(FINE, FINE, "hellinger")
    with pytest.raises(TypeError, match="f is 3, of type int; pass a row, its name or a function"):
        D.f_divergence(FINE, FINE, 3)


@pytest.mark.parametrize("row", [*D.ROWS, D.alpha_row(1.5), D.hockey_stick_row(0.98)], ids=lambda row: row.name)
def test_a_derivative_a_twentieth_off_is_refused(row: D.FDivergence) -> None:
    limits = {"at_zero": row.at_zero, "slope_at_infinity": row.slope_at_infinity}
    D.generator(row.f, derivative=row.derivative, **limits)
    with pytest.raises(
        ValueError, match=r"derivative\(\S+\) = \S+, but f has the slopes .* around; pass the derivative"
    ):
        D.generator(row.f, derivative=lambda u: 1.05 * row.derivative(u), **limits)
    with pytest.raises(ValueError, match="derivative of an array of 1 numbers has to be as many"):
        D.generator(row.f, derivative=lambda u: 0.0, **limits)


def test_profiles_that_are_none() -> None:
    with pytest.raises(TypeError, match=r"rows\[1\] is 3, of type int"):
        D.divergence_profile(FINE, FINE, ["kl", 3])
    with pytest.raises(TypeError, match="rows is 3; pass a sequence"):
        D.divergence_profile(FINE, FINE, 3)
    with pytest.raises(TypeError, match="rows is 'kl'; pass a sequence of rows or names"):
        D.divergence_profile(FINE, FINE, "kl")
    with pytest.raises(ValueError, match="rows has the names kl, kl, one of them twice"):
        D.divergence_profile(FINE, FINE, ["kl", D.KL])
    with pytest.raises(ValueError, match="row 'hellinger' is unknown"):
        D.divergence_profile(FINE, FINE, ["hellinger"])
    with pytest.raises(ValueError, match=r"p sums to 0\.9"):
        D.divergence_profile([0.5, 0.4], FINE)
