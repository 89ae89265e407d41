"""What `divergence` refuses as a law, one by one, and that neither scipy nor torch is loaded to look at vectors."""

import subprocess
import sys

import numpy as np
import pytest
import torch
from scipy import stats

from divergences import LogDensity, Mixture, Samples, divergence

NORMAL, COUNTING = stats.norm(0, 1), stats.poisson(2)
PLANE = stats.multivariate_normal([0, 0])


class Own(stats.rv_continuous):
    def _pdf(self, x):
        return np.exp(-(x**2) / 2) / np.sqrt(2 * np.pi)


@pytest.mark.parametrize(
    ("P", "Q", "error", "message"),
    [
        (stats.norm, NORMAL, TypeError, r"P is the family scipy.stats.norm; freeze it"),
        (NORMAL, stats.poisson, TypeError, r"Q is the family scipy.stats.poisson; freeze it"),
        (Own(name="own")(), NORMAL, TypeError, "P is a distribution of your own; pass LogDensity"),
        (NORMAL, [0.5, 0.5], TypeError, "Q is of type list where the other argument is a law"),
        ("norm", NORMAL, TypeError, "P is of type str where the other argument is a law"),
        (lambda x: x, NORMAL, TypeError, "P is of type function where the other argument is a law"),
        (stats.invwishart(3, np.eye(2)), NORMAL, TypeError, "P is of type invwishart_frozen; of the multivariate laws"),
        (torch.distributions.LKJCholesky(3, 0.5), NORMAL, TypeError, "P is a torch LKJCholesky, .*Wishart, Mixture"),
        (stats.wishart(3, np.eye(2)), NORMAL, ValueError, "P is a Wishart law and Q is a law of the line"),
        (stats.vonmises_fisher([1, 0], 1), stats.vonmises(1), ValueError, "P is a von Mises-Fisher law and Q is a law"),
        (stats.wishart(3, np.eye(2)), stats.wishart(3, np.eye(3)), ValueError, "P has 2 dimensions and Q has 3"),
        (stats.vonmises_fisher([1, 0], 1), stats.vonmises_fisher([1, 0, 0], 1), ValueError, "P has 2 dimensions and Q"),
        (stats.wishart(3, np.eye(2)), stats.dirichlet([1, 2]), ValueError, "closed form between wishart and dirichlet"),
        (stats.vonmises_fisher([0.6, 0.8], 1), [0.5, 0.5], TypeError, "Q is of type list where the other argument is"),
        (NORMAL, COUNTING, ValueError, r"P is a density \(norm\) and Q is a counting law \(poisson\)"),
        (NORMAL, PLANE, ValueError, r"P is a law of the line \(norm\) and Q is a normal law of 2 dimensions"),
        (stats.dirichlet([1, 2]), NORMAL, ValueError, "P is a Dirichlet law and Q is a law of the line"),
        (stats.dirichlet([1, 2]), stats.dirichlet([1, 2, 3]), ValueError, "P has 2 parts and Q has 3"),
        (PLANE, stats.multivariate_normal([0, 0, 0]), ValueError, "P has 2 dimensions and Q has 3"),
        (stats.norm(np.nan, 1), NORMAL, ValueError, "P has loc = nan; parameters are finite"),
        (stats.norm(0, np.inf), NORMAL, ValueError, "P has scale = inf; parameters are finite"),
        (stats.norm(0, -1), NORMAL, ValueError, r"P is norm with .* scale \[0.0, -1.0\], which is no law"),
        (stats.norm(0, 0), NORMAL, ValueError, "P is norm .* which is no law"),
        (stats.gamma(-1), NORMAL, ValueError, "P is gamma .*-1.0.* which is no law"),
        (stats.gamma(np.nan), NORMAL, ValueError, "P has a = nan; parameters are finite"),
        (stats.norm([0, 1], 1), NORMAL, ValueError, r"P has loc = .*pass one real number"),
        (stats.Normal(mu=[0.0, 1.0], sigma=1.0), NORMAL, ValueError, "P has mu = .*pass one real number"),
        (torch.distributions.Normal(torch.zeros(3), 1.0), NORMAL, ValueError, r"P is a batch of shape \(3,\)"),
        (torch.distributions.Normal(0.0, -1.0, validate_args=False), NORMAL, ValueError, "P is norm .* no law"),
        (torch.distributions.Normal(float("nan"), 1.0, validate_args=False), NORMAL, ValueError, "P has loc = nan"),
        (stats.poisson(-1), COUNTING, ValueError, "P is poisson .* which is no law"),
        (stats.binom(2.5, 0.5), stats.binom(2, 0.5), ValueError, "P is binom .* which is no law"),
        (stats.poisson(2, loc=0.5), COUNTING, ValueError, "P has loc = 0.5; a counting law lies on the integers"),
    ],
)  # fmt: skip
def test_what_is_no_law_or_no_pair(P, Q, error: type[Exception], message: str) -> None:
    with pytest.raises(error, match=message):
        divergence(P, Q, "kl")


@pytest.mark.parametrize(
    ("components", "weights", "error", "message"),
    [
        ([NORMAL, NORMAL], [0.5, 0.6], ValueError, r"weights sums to 1.1, not to 1"),
        ([NORMAL, NORMAL], [1.5, -0.5], ValueError, r"weights has -0.5; a weight is positive"),
        ([NORMAL, NORMAL], [1.0, 0.0], ValueError, r"weights has 0.0; a weight is positive"),
        ([NORMAL, NORMAL], [np.nan, 0.5], ValueError, r"weights is .* holds what is not a number"),
        ([NORMAL], [0.5, 0.5], ValueError, "components has 1 laws and weights 2"),
        ([], [], ValueError, r"weights has shape \(0,\); pass an array"),
        ([NORMAL], [[1.0]], ValueError, r"weights has shape \(1, 1\)"),
        ([NORMAL], ["one"], TypeError, "weights has dtype <U3; pass integers or floats"),
        (NORMAL, [1.0], TypeError, "components is of type rv_continuous_frozen; pass a sequence"),
        ("norm", [1.0], TypeError, "components is of type str; pass a sequence"),
    ],
)
def test_mixtures_that_make_no_sense(components, weights, error: type[Exception], message: str) -> None:
    with pytest.raises(error, match=message):
        Mixture(components, weights)


@pytest.mark.parametrize(
    ("component", "error", "message"),
    [
        (COUNTING, ValueError, "P mixes counting laws with densities"),
        (PLANE, TypeError, r"P.components\[1\] is of type multivariate_normal_frozen"),
        ([0.5, 0.5], TypeError, r"P.components\[1\] is of type list"),
        (stats.norm(0, -1), ValueError, r"P.components\[1\] is norm with .* which is no law"),
    ],
)
def test_components_that_do_not_fit(component, error: type[Exception], message: str) -> None:
    with pytest.raises(error, match=message):
        divergence(Mixture([NORMAL, component], [0.5, 0.5]), NORMAL, "kl")


@pytest.mark.parametrize(
    ("options", "error", "message"),
    [
        ({"log_pdf": 3.0}, TypeError, "log_pdf is of type float; pass a function"),
        ({"support": (1, 0)}, ValueError, r"support = \(1.0, 0.0\); pass two ends"),
        ({"support": (0, 1, 2)}, ValueError, r"support has shape \(3,\); pass 2"),
        ({"support": (0, np.nan)}, ValueError, "support is .* not a number"),
        ({"support": (1, 2)}, ValueError, r"centers has 0.0, which is not a point of the support \(1.0, 2.0\)"),
        ({"centers": [np.inf]}, ValueError, "centers has inf"),
        ({"scales": [0.0]}, ValueError, "scales has 0.0; a scale is positive"),
        ({"scales": [-1.0]}, ValueError, "scales has -1.0; a scale is positive"),
        ({"centers": []}, ValueError, r"centers has shape \(0,\); pass an array .* with at least one number"),
        ({"scales": [1.0, 2.0]}, ValueError, "scales has 2 entries and centers 1"),
        ({"scales": "wide"}, TypeError, "scales has dtype <U4; pass integers or floats"),
    ],
)
def test_log_densities_that_make_no_sense(options: dict, error: type[Exception], message: str) -> None:
    with pytest.raises(error, match=message):
        LogDensity(**{"log_pdf": lambda x: -(x**2) / 2, **options})


@pytest.mark.parametrize(
    ("log_pdf", "message"),
    [
        (lambda x: 0.0, r"log_pdf returns shape \(\) for points of shape"),
        (lambda x: np.where(np.abs(x) < 1, np.nan, -(x**2)), "log_pdf returns nan or infinity at "),
        (lambda x: np.full_like(x, np.inf), "log_pdf returns nan or infinity at "),
    ],
)
def test_log_densities_that_return_nonsense(log_pdf, message: str) -> None:
    with pytest.raises(ValueError, match=message):
        divergence(LogDensity(log_pdf), NORMAL, "js")


@pytest.mark.parametrize(
    ("mean", "covariance", "message"),
    [
        ([0.0, np.nan], np.eye(2), "P has a mean or covariance that is not finite"),
        ([0.0, 0.0], np.eye(3), r"P has mean and covariance of shapes \(2,\) and \(3, 3\)"),
        ([0.0, 0.0], [[1.0, 0.5], [0.0, 1.0]], "P has a covariance that is not symmetric"),
        ([0.0, 0.0], [[1.0, 2.0], [2.0, 1.0]], "P has a covariance with the eigenvalue -1.0"),
    ],
)
def test_normal_laws_that_make_no_sense(mean, covariance, message: str) -> None:
    """scipy refuses some of these itself; torch does not when its checks are off."""
    from divergences.laws.gaussians import Normal

    with pytest.raises(ValueError, match=message):
        Normal.checked(mean, covariance, "P")


@pytest.mark.parametrize(
    ("freedom", "scale", "message"),
    [
        (3, [[1.0, 0.5], [0.0, 1.0]], "P has a scale that is not symmetric; pass"),
        (3, [[1.0, 2.0], [2.0, 1.0]], "P has a scale that is not positive definite; pass"),
        (3, [[1.0, 1.0], [1.0, 1.0]], "P has a scale that is not positive definite"),
        (3, np.zeros((2, 2)), "P has a scale that is not positive definite"),
        (3, [[1.0, np.nan], [np.nan, 1.0]], "P has a scale that is not finite; remove"),
        (3, np.eye(3)[:2], r"P has a scale of shape \(2, 3\); pass a square"),
        (3, [], r"P has a scale of shape \(0,\); pass a square"),
        (1, np.eye(2), "P has df = 1.0; pass more than 1"),
        (np.nan, np.eye(2), "P has df = nan; parameters are finite"),
        ([3, 4], np.eye(2), "P has df = .*pass one real number"),
    ],
)
def test_wishart_laws_that_make_no_sense(freedom, scale, message: str) -> None:
    """scipy refuses some of these itself; torch does not when its checks are off."""
    from divergences.laws.multivariate import wishart_law

    with pytest.raises(ValueError, match=message):
        wishart_law(freedom, scale, "P")


@pytest.mark.parametrize(
    ("concentration", "direction", "message"),
    [
        (-1, [1.0, 0.0], "P has kappa = -1.0; pass a concentration"),
        (np.inf, [1.0, 0.0], "P has kappa = inf; parameters are finite"),
        ([1, 2], [1.0, 0.0], "P has kappa = .*pass one real number"),
        (1, [1.0], "P has mu of 1 entries and length 1.0; pass a unit vector of two or more"),
        (1, [1.0, 1.0], "P has mu of 2 entries and length 1.41.*; pass a unit vector"),
        (1, [1.0, np.nan], "P has mu = nan; parameters are finite"),
    ],
)
def test_directions_that_make_no_sense(concentration, direction, message: str) -> None:
    from divergences.laws.multivariate import direction_law

    with pytest.raises(ValueError, match=message):
        direction_law(concentration, direction, "P")


@pytest.mark.parametrize("alpha", [[1.0], [0.0, 1.0], [-1.0, 2.0], [np.nan, 1.0]])
def test_dirichlet_laws_that_make_no_sense(alpha) -> None:
    from divergences.laws.multivariate import dirichlet_law

    with pytest.raises(ValueError, match="P has alpha = "):
        dirichlet_law(alpha, "P")


@pytest.mark.parametrize(
    ("count", "chances", "message"),
    [(2.5, [0.5, 0.5], "P has n = 2.5"), (-1, [0.5, 0.5], "P has n = -1.0"), (2, [0.5, 0.6], "P has p = "),
     (2, [1.5, -0.5], "P has p = "), (2, [np.nan, 1.0], "P has p = nan"), ([2, 3], [0.5, 0.5], "P has n = ")],
)  # fmt: skip
def test_multinomial_laws_that_make_no_sense(count, chances, message: str) -> None:
    from divergences.laws.multivariate import multinomial_law

    with pytest.raises(ValueError, match=message):
        multinomial_law(count, chances, "P")


def test_multinomial_laws_that_do_not_fit() -> None:
    P = stats.multinomial(3, [0.5, 0.5])
    with pytest.raises(ValueError, match="P has 2 parts and Q has 3"):
        divergence(P, stats.multinomial(3, [0.5, 0.25, 0.25]), "kl")
    with pytest.raises(ValueError, match="row 'kl' has no closed form between multinomial and multinomial"):
        divergence(P, stats.multinomial(4, [0.5, 0.5]), "kl")
    with pytest.raises(ValueError, match="row 'kl' has no closed form between multinomial and dirichlet"):
        divergence(P, stats.dirichlet([1, 2]), "kl")
    with pytest.raises(ValueError, match="P and Q are multinomial laws; pass"):
        divergence(P, P, "kl", method="quadrature")


@pytest.mark.parametrize(
    ("P", "Q", "method", "message"),
    [
        (NORMAL, NORMAL, "quad", "method 'quad' is unknown; it is one of 'auto', 'exact', 'closed form'"),
        (NORMAL, NORMAL, "Monte-Carlo", "method 'Monte-Carlo' is unknown; .*; did you mean 'monte carlo'"),
        (
            Samples([1.0, 2.0]),
            Samples([1.0]),
            "exact",
            "needs laws or masses; for samples it is 'nearest neighbours' or",
        ),
        (stats.norm(0, -1), NORMAL, "monte carlo", "rvs of P fails .*scale.*; check its parameters"),
        (NORMAL, PLANE, "monte carlo", "the log-density of Q fails .*both laws draw points of one kind"),
        ([0.5, 0.5], [0.5, 0.5], "quadrature", "method = 'quadrature' is for laws; two vectors of masses are summed"),
        ([0.5, 0.5], [0.5, 0.5], "closed form", "method = 'closed form' is for laws"),
        (stats.wishart(3), stats.wishart(4), "quadrature", "P and Q are Wishart laws; pass 'closed form'"),
        (stats.wishart(3), stats.wishart(4), "certified", "P is no density on the line; method = 'certified' knows"),
        (PLANE, PLANE, "quadrature", "is for laws of the line, and P and Q are laws of several"),
        (
            stats.dirichlet([1, 2]),
            stats.dirichlet([1, 2]),
            "quadrature",
            "P and Q are Dirichlet laws; pass",
        ),
    ],
)
def test_methods_that_do_not_apply(P, Q, method: str, message: str) -> None:
    with pytest.raises(ValueError, match=message):
        divergence(P, Q, "kl", method=method)


def test_rows_without_a_closed_form_say_which_have_one() -> None:
    with pytest.raises(ValueError, match="row 'js' has no closed form between dirichlet and dirichlet; kl, reverse_kl"):
        divergence(stats.dirichlet([1, 2]), stats.dirichlet([2, 2]), "js")
    with pytest.raises(ValueError, match="row 'le_cam' has no closed form between normal laws of several dimensions"):
        divergence(PLANE, stats.multivariate_normal([1, 0]), "le_cam")
    with pytest.raises(ValueError, match="row 'tv' has no closed form between wishart and wishart; kl, reverse_kl"):
        divergence(stats.wishart(3), stats.wishart(4), "tv")


def test_vectors_load_neither_scipy_nor_torch() -> None:
    code = """
import sys
import divergences
divergences.divergence([0.5, 0.5], [0.25, 0.75], "kl")
divergences.LogDensity(lambda x: -x)
print(sorted({"scipy", "torch"} & set(sys.modules)))
"""
    done = subprocess.run([sys.executable, "-c", code], check=True, timeout=60, capture_output=True, text=True)
    assert done.stdout.strip() == "[]"
