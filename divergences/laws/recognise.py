"""What users hand over as a law: scipy's and torch's distributions, mixtures and log-densities.

Neither library is imported to look at an argument: whoever made one has imported its library.
"""

from __future__ import annotations

import math
import sys
from collections.abc import Callable, Mapping
from fractions import Fraction
from typing import Any

import numpy as np
from numpy.typing import NDArray

from divergences.laws.charts import Standard
from divergences.laws.gaussians import Normal
from divergences.laws.laws import Law, LogDensity, Mixture, Part
from divergences.laws.multivariate import direction_law, dirichlet_law, multinomial_law, wishart_law
from divergences.laws.standard import checked_law, checked_number, quiet
from divergences.laws.torch_laws import torch_law

__all__ = ["recognise"]

Array = NDArray[np.float64]
Recognised = Law | Normal | Standard | Array

ONE, ZERO = Fraction(1), Fraction(0)


def recognise(value: object, name: str) -> Recognised | None:
    """A law as the library sees it; None if the value is no law, so that it may be a vector of masses.

    Args:
        value: what the user passed.
        name: what the argument is called.

    Returns:
        A law of the line, a multivariate normal law, another law beyond the line as a `Standard`, or the vector of
        masses of a categorical law.

    Raises:
        TypeError: if it is a law of a kind that is not known.
        ValueError: if a parameter is not a valid number.

    Example:
        >>> from scipy.stats import norm
        >>> recognise(norm(0, 1), "P").source
        'norm'
    """
    if isinstance(value, LogDensity):
        return _from_log_density(value)
    if isinstance(value, Mixture):
        return _from_mixture(value.components, np.array(value.weights), name)
    stats = sys.modules.get("scipy.stats")
    if stats is not None:
        found = _from_scipy(value, name, stats)
        if found is not None:
            return found
    torch = sys.modules.get("torch.distributions")
    if torch is not None and isinstance(value, torch.Distribution):
        return torch_law(value, name)
    return None


def _from_log_density(value: LogDensity) -> Law:
    def log_density(anchor: Array, offset: Array) -> Array:
        x = anchor + offset
        low, high = value.support
        inside = (x >= low) & (x <= high)
        with np.errstate(all="ignore"):
            logs = np.asarray(value.log_pdf(np.where(inside, x, value.centers[0])), dtype=np.float64)  # type: ignore[index]
        if logs.shape != x.shape:
            raise ValueError(
                f"log_pdf returns shape {logs.shape} for points of shape {x.shape}; return one number each"
            )
        if np.isnan(logs[inside]).any() or (logs[inside] == math.inf).any():
            where = float(x[inside & ~(logs < math.inf)][0])
            raise ValueError(f"log_pdf returns nan or infinity at {where}; return a finite logarithm, or -inf for zero")
        return np.where(inside, logs, -math.inf)

    part = Part(log_density, *value.support, value.centers, value.scales)  # type: ignore[arg-type]
    return Law((part,), (ONE,), False, "LogDensity")


def _from_mixture(components: Any, weights: Array, name: str) -> Law:
    """Nested mixtures are unfolded."""
    parts: list[Part] = []
    exact = [Fraction(weight) for weight in weights.tolist()]
    shares: list[Fraction] = []
    kinds = set()
    for k, component in enumerate(components):
        law = recognise(component, f"{name}.components[{k}]")
        if not isinstance(law, Law):
            raise TypeError(
                f"{name}.components[{k}] is of type {type(component).__name__}; a mixture is made of laws of the line, "
                "frozen ones of scipy.stats or torch.distributions, LogDensity or Mixture"
            )
        parts += law.parts
        shares += [exact[k] / sum(exact) * share for share in law.weights]
        kinds.add(law.discrete)
    if len(kinds) > 1:
        raise ValueError(
            f"{name} mixes counting laws with densities; their divergence has no common form, so separate them"
        )
    return Law(tuple(parts), tuple(shares), kinds.pop(), "Mixture")


# scipy's laws beyond the line, by their classes
SEVERAL: Mapping[str, Callable[[Any, str], Recognised]] = {
    "multivariate_normal_frozen": lambda law, name: Normal.checked(law.mean, law.cov_object.covariance, name),
    "dirichlet_frozen": lambda law, name: dirichlet_law(law.alpha, name),
    "multinomial_frozen": lambda law, name: multinomial_law(law.n, law.p, name),
    "wishart_frozen": lambda law, name: wishart_law(law.df, law.scale, name),
    "vonmises_fisher_frozen": lambda law, name: direction_law(law.kappa, law.mu, name),
    "uniform_direction_frozen": lambda law, name: direction_law(0.0, np.eye(1, law.dim)[0], name),
}


def _from_scipy(value: object, name: str, stats: Any) -> Recognised | None:
    if isinstance(value, stats.rv_continuous | stats.rv_discrete):
        raise TypeError(f"{name} is the family scipy.stats.{value.name}; freeze it, as in scipy.stats.norm(0, 1)")
    kind = type(value).__name__
    if isinstance(value, stats._distn_infrastructure.rv_frozen):
        return _from_frozen(value, name, stats)
    if isinstance(value, stats._multivariate.multi_rv_frozen):
        if kind not in SEVERAL:
            known = "normal, Dirichlet, multinomial, Wishart and von Mises-Fisher laws and the uniform law of a sphere"
            raise TypeError(f"{name} is of type {kind}; of the multivariate laws only {known} are known")
        return SEVERAL[kind](value, name)
    if hasattr(stats, "Mixture") and isinstance(value, stats.Mixture):
        return _from_mixture(value.components, np.asarray(value.weights), name)
    infrastructure = sys.modules.get("scipy.stats._distribution_infrastructure")
    if infrastructure is not None and isinstance(value, infrastructure.UnivariateDistribution):
        return _from_new_style(value, name)
    return None


def _from_frozen(value: Any, name: str, stats: Any) -> Law:
    shapes, loc, scale = value.dist._parse_args(*value.args, **value.kwds)
    labels = (value.dist.shapes or "").split(", ")
    exact = tuple(checked_number(x, name, label) for x, label in zip(shapes, labels, strict=False))
    law = Standard(value.dist.name, exact, checked_number(loc, name, "loc"), checked_number(scale, name, "scale"))
    if getattr(stats, law.name, None) is None or type(getattr(stats, law.name)) is not type(value.dist):
        remedy = "LogDensity(its logpdf, support, centers, scales), or the vector of its masses"
        raise TypeError(f"{name} is a distribution of your own; pass {remedy}")
    return checked_law(law, name, isinstance(value.dist, stats.rv_discrete))


# New-style scipy: class name -> (scipy name, discrete, parameters by their names there)
NEW: Mapping[str, tuple[str, bool, Callable[[Callable[[str], Fraction]], tuple[Any, ...]]]] = {
    "Normal": ("norm", False, lambda get: ((), get("mu"), get("sigma"))),
    "StandardNormal": ("norm", False, lambda get: ((), ZERO, ONE)),
    "Logistic": ("logistic", False, lambda get: ((), ZERO, ONE)),
    "Uniform": ("uniform", False, lambda get: ((), get("a"), get("b") - get("a"))),
    "Binomial": ("binom", True, lambda get: ((get("n"), get("p")), ZERO, ONE)),
}


def _from_new_style(value: Any, name: str) -> Law:
    if type(value).__name__ in NEW:
        known, discrete, parameters = NEW[type(value).__name__]
        shapes, loc, scale = parameters(lambda label: checked_number(getattr(value, label), name, label))
        return checked_law(Standard(known, shapes, loc, scale), name, discrete)
    infrastructure = sys.modules["scipy.stats._distribution_infrastructure"]
    if isinstance(value, infrastructure.DiscreteDistribution):
        raise TypeError(
            f"{name} is of type {type(value).__name__}; pass the frozen law of scipy.stats, as scipy.stats.poisson(2)"
        )
    quarter, middle, above = (float(value.icdf(x)) for x in (0.25, 0.5, 0.75))
    if not quarter < above:
        raise ValueError(
            f"{name} has quartiles {quarter} and {above}; it is no law with a density, check its parameters"
        )
    low, high = (float(x) for x in value.support())
    part = Part(lambda anchor, offset: quiet(value.logpdf, anchor + offset), low, high, (middle,), (above - quarter,))
    return Law((part,), (ONE,), False, type(value).__name__)
