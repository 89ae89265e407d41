"""Divergences between laws that are not vectors of masses: which method answers, and with which margin."""

from __future__ import annotations

import math
from typing import NoReturn

import numpy as np

from divergences.columns import FDivergence
from divergences.estimate import EPS, LARGEST, Estimate
from divergences.laws.charts import Standard, common_family, family_names
from divergences.laws.closed_forms import closed_form
from divergences.laws.densities import integrate
from divergences.laws.gaussians import Normal, normal_divergence
from divergences.laws.laws import Law
from divergences.laws.multivariate import KINDS
from divergences.laws.recognise import Recognised
from divergences.laws.renyi_forms import renyi_form
from divergences.laws.renyi_laws import renyi_between_laws
from divergences.laws.series import summed
from divergences.renyi_rows import RenyiRow

__all__ = ["laws_divergence"]

ROUNDING = 16.0  # relative error of a closed form in eps and growth; measured: 6.2
TINY = 5e-324 * 4  # a result below the normal floats has no relative error
WORST = 1e-6  # relative error beyond which no answer is given


def laws_divergence(P: Recognised, Q: Recognised, row: FDivergence | RenyiRow, method: str) -> Estimate:
    """A row between two recognised laws, in the row's unit.

    Args:
        P: a law.
        Q: a law of the same kind.
        row: a row of the table.
        method: ``"auto"`` (a closed form where the table has one, else quadrature), ``"closed form"`` or
            ``"quadrature"``, which for counting laws is a sum.

    Returns:
        The estimate: of kind ``exact`` by a closed form, ``error estimate`` by quadrature or a sum.

    Raises:
        ValueError: if the laws do not fit, or there is no closed form where one is asked for.
        RuntimeError: if quadrature cannot answer, with the remedy.

    Example:
        >>> from scipy.stats import norm
        >>> from divergences.laws.recognise import recognise
        >>> from divergences.table import KL
        >>> laws_divergence(recognise(norm(1, 1), "P"), recognise(norm(0, 1), "Q"), KL, "auto").value
        0.5
    """
    if isinstance(P, Normal) and isinstance(Q, Normal):
        _refuse_quadrature(method, "laws of several dimensions")
        return normal_divergence(P, Q, row)
    if isinstance(P, Standard) and isinstance(Q, Standard):
        kind = KINDS[P.name]
        _refuse_quadrature(method, f"{kind.name} laws")
        sizes = [KINDS[law.name].size(law.shapes) for law in (P, Q)]
        if P.name == Q.name and sizes[0] != sizes[1]:
            raise ValueError(f"P has {sizes[0]} {kind.what} and Q has {sizes[1]}; give both the same number")
        return _known(P, Q, row) or _refuse(P.name, Q.name, row)
    if not (isinstance(P, Law) and isinstance(Q, Law)):
        kinds = [_kind(law) for law in (P, Q)]
        raise ValueError(f"P is {kinds[0]} and Q is {kinds[1]}; pass two laws of one kind and dimension")
    if P.discrete != Q.discrete:
        kinds = [f"a {'counting law' if law.discrete else 'density'} ({law.source})" for law in (P, Q)]
        raise ValueError(f"P is {kinds[0]} and Q is {kinds[1]}; they are disjoint by kind, pass two of one kind")
    if method != "quadrature":
        mine, other = (law.parts[0].standard if len(law.parts) == 1 else None for law in (P, Q))
        found = _known(mine, other, row) if mine and other else None
        if found or method == "closed form":
            return found or _refuse(P.source, Q.source, row)
    if isinstance(row, RenyiRow):
        return renyi_between_laws(P, Q, row)
    return summed(P, Q, row) if P.discrete else integrate(P, Q, row)


def _kind(law: Recognised) -> str:
    if isinstance(law, np.ndarray):
        return "a vector of masses"
    if isinstance(law, Normal):
        return f"a normal law of {len(law.mean)} dimensions"
    return f"a {KINDS[law.name].name} law" if isinstance(law, Standard) else f"a law of the line ({law.source})"


def _known(P: Standard, Q: Standard, row: FDivergence | RenyiRow) -> Estimate | None:
    """The closed form, if the table has one."""
    family = common_family(P, Q)
    formula = renyi_form if isinstance(row, RenyiRow) else closed_form
    found = formula(*family, row) if family else None  # type: ignore[arg-type]
    if family is None or found is None:
        return None
    value, slack = found.value, ROUNDING * EPS * found.growth
    if math.isinf(value):
        low = math.inf if math.isinf(found.growth) else LARGEST
        return Estimate(value, low, value, kind="exact", method="closed form", unit=row.unit)
    if slack > WORST:
        raise RuntimeError(
            f"the {family[0].name} formula of row {row.name!r} may be wrong by {slack:.1g} of its value, because "
            "parameters of very different size cancel; pass method='quadrature'"
        )
    value = min(value, row.maximum)
    ends = max(0.0, value * (1 - slack) - TINY), min(row.maximum, value * (1 + slack) + TINY)
    details = {"family": family[0].name}
    return Estimate(value, *ends, kind="exact", method="closed form", unit=row.unit, details=details)


def _refuse_quadrature(method: str, what: str) -> None:
    if method == "quadrature":
        raise ValueError(f"method = 'quadrature' is for laws of the line, and P and Q are {what}; pass 'closed form'")


def _refuse(first: str, second: str, row: FDivergence | RenyiRow) -> NoReturn:
    raise ValueError(
        f"row {row.name!r} has no closed form between {first} and {second}; kl, reverse_kl, jeffreys, chi2, "
        "neyman_chi2, squared_hellinger, alpha and renyi have one within an exponential family, tv between normal and "
        f"Cauchy laws, all between uniform laws; the laws known are {family_names()}. Pass method='quadrature' for "
        "laws of the line"
    )
