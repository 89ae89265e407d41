"""The laws of torch.distributions, recognised by the names of their classes and read by their own parameters.

torch is never imported here: whoever passes one of its laws has imported it.
"""

from __future__ import annotations

import math
from collections.abc import Callable, Mapping
from decimal import Decimal
from fractions import Fraction
from typing import Any

import numpy as np
from numpy.typing import NDArray

from divergences.laws.charts import Standard
from divergences.laws.discrete_forms import DIGITS
from divergences.laws.gaussians import Normal
from divergences.laws.laws import Law
from divergences.laws.multivariate import dirichlet_law, multinomial_law, wishart_law
from divergences.laws.standard import checked_law, checked_number

__all__ = ["torch_law"]

ONE, ZERO = Fraction(1), Fraction(0)


def _exp(x: Fraction) -> Fraction:
    return Fraction(DIGITS.exp(DIGITS.divide(Decimal(x.numerator), Decimal(x.denominator))))


# torch.distributions: class name -> (scipy name, discrete, parameters by torch's names)
TORCH: Mapping[str, tuple[str, bool, Callable[[Callable[[str], Fraction]], tuple[Any, ...]]]] = {
    "Normal": ("norm", False, lambda get: ((), get("loc"), get("scale"))),
    "LogNormal": ("lognorm", False, lambda get: ((get("scale"),), ZERO, _exp(get("loc")))),
    "Exponential": ("expon", False, lambda get: ((), ZERO, 1 / get("rate"))),
    "Gamma": ("gamma", False, lambda get: ((get("concentration"),), ZERO, 1 / get("rate"))),
    "InverseGamma": ("invgamma", False, lambda get: ((get("concentration"),), ZERO, get("rate"))),
    "Chi2": ("chi2", False, lambda get: ((get("df"),), ZERO, ONE)),
    "Beta": ("beta", False, lambda get: ((get("concentration1"), get("concentration0")), ZERO, ONE)),
    "Laplace": ("laplace", False, lambda get: ((), get("loc"), get("scale"))),
    "Cauchy": ("cauchy", False, lambda get: ((), get("loc"), get("scale"))),
    "HalfCauchy": ("halfcauchy", False, lambda get: ((), ZERO, get("scale"))),
    "HalfNormal": ("halfnorm", False, lambda get: ((), ZERO, get("scale"))),
    "StudentT": ("t", False, lambda get: ((get("df"),), get("loc"), get("scale"))),
    "Gumbel": ("gumbel_r", False, lambda get: ((), get("loc"), get("scale"))),
    "Uniform": ("uniform", False, lambda get: ((), get("low"), get("high") - get("low"))),
    "Weibull": ("weibull_min", False, lambda get: ((get("concentration"),), ZERO, get("scale"))),
    "Pareto": ("pareto", False, lambda get: ((get("alpha"),), ZERO, get("scale"))),
    "VonMises": ("vonmises", False, lambda get: ((get("concentration"),), get("loc"), ONE)),
    "Poisson": ("poisson", True, lambda get: ((get("rate"),), ZERO, ONE)),
    "Bernoulli": ("bernoulli", True, lambda get: ((get("probs"),), ZERO, ONE)),
    "Binomial": ("binom", True, lambda get: ((get("total_count"), get("probs")), ZERO, ONE)),
    "Geometric": ("geom", True, lambda get: ((get("probs"),), -ONE, ONE)),
    "NegativeBinomial": ("nbinom", True, lambda get: ((get("total_count"), 1 - get("probs")), ZERO, ONE)),
}


def torch_law(value: Any, name: str) -> Law | Normal | Standard | NDArray[Any]:
    """A law of torch as the library sees it.

    Args:
        value: an instance of torch.distributions.Distribution.
        name: what the argument is called.

    Returns:
        A law of the line, a multivariate normal law, another law beyond the line as a `Standard`, or a vector of
        masses.

    Raises:
        TypeError: if its kind is not known.
        ValueError: if it is a batch, or a parameter is no valid number.

    Example:
        >>> import torch
        >>> torch_law(torch.distributions.Exponential(torch.tensor(2.0)), "P").source
        'expon'
    """
    kind = type(value).__name__

    def array(tensor: Any) -> NDArray[Any]:
        return np.asarray(tensor.detach().cpu().numpy())

    if math.prod(value.batch_shape) != 1:
        raise ValueError(f"{name} is a batch of shape {tuple(value.batch_shape)}; pass one distribution at a time")
    if kind in TORCH:
        known, discrete, parameters = TORCH[kind]
        shapes, loc, scale = parameters(lambda label: checked_number(array(getattr(value, label)), name, label))
        return checked_law(Standard(known, shapes, loc, scale), name, discrete)
    if kind == "Categorical":
        return array(value.probs).reshape(-1)
    if kind in ("MultivariateNormal", "Wishart"):
        dimension = value.event_shape[-1]
        matrix = array(value.covariance_matrix).reshape(dimension, dimension)
        if kind == "Wishart":
            return wishart_law(array(value.df), matrix, name)
        return Normal.checked(array(value.loc).reshape(-1), matrix, name)
    if kind == "Dirichlet":
        return dirichlet_law(array(value.concentration).reshape(-1), name)
    if kind == "Multinomial":
        return multinomial_law(value.total_count, array(value.probs), name)
    if kind == "MixtureSameFamily" and not value.event_shape:
        return _torch_mixture(value, name, array)
    raise TypeError(f"{name} is a torch {kind}, which is not known; known are {', '.join([*TORCH, *OTHERS])}")


OTHERS = ("Categorical", "MultivariateNormal", "Dirichlet", "Multinomial", "Wishart", "MixtureSameFamily")


def _torch_mixture(value: Any, name: str, array: Callable[[Any], NDArray[Any]]) -> Law:
    """The components are one distribution with a batch, whose parameters are taken apart."""
    batch = value.component_distribution
    kind = type(batch).__name__
    if kind not in TORCH or len(batch.batch_shape) != 1:
        raise TypeError(
            f"{name} mixes torch {kind} of batch shape {tuple(batch.batch_shape)}; pass a Mixture of single laws"
        )
    known, discrete, parameters = TORCH[kind]
    weights = array(value.mixture_distribution.probs).astype(np.float64).reshape(-1)
    parts = []
    for k in range(len(weights)):
        label = f"{name}.components[{k}]"

        def get(what: str, k: int = k, label: str = label) -> Fraction:
            return checked_number(array(getattr(batch, what))[k], label, what)

        shapes, loc, scale = parameters(get)
        parts.append(checked_law(Standard(known, shapes, loc, scale), label, discrete).parts[0])
    exact = [Fraction(weight) for weight in weights.tolist()]
    return Law(tuple(parts), tuple(weight / sum(exact) for weight in exact), discrete, "MixtureSameFamily")
