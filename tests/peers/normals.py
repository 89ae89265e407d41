"""Laws of the Kullback-Leibler divergence between normal laws of the line, by closed forms and by quadrature."""

import mpmath
import numpy as np

from tests.peers.laws import Law, Refusal, raised

__all__ = ["NORMAL_LAWS", "normal_kl"]

CLOSE = 1e-7  # relative: what quadrature promises by default is 1.5e-8; measured where it sees the peaks: 2e-11


def normal_kl(_: str, m: float, s: float, n: float, t: float) -> float:
    """log(t / s) + (s^2 + (m - n)^2) / (2 t^2) - 1 / 2."""
    with mpmath.workdps(2000):
        m, s, n, t = map(mpmath.mpf, (m, s, n, t))
        return float(mpmath.log(t / s) + (s**2 + (m - n) ** 2) / (2 * t**2) - mpmath.mpf(1) / 2)


def close(answers, truths):
    return all(
        bool(answer == truth or abs(answer - truth) <= CLOSE * abs(truth))
        for answer, truth in zip(answers, truths, strict=True)
    )


NORMAL_LAWS = (
    Law("normals", "digits_far_apart", ((0.0, 1.0, 1.0, 2.0), (0.0, 1.0, 1.0, 1.0)), close),
    Law("normals", "equals_at_zero", ((0.0, 1.0, 0.0, 1.0), (0.1, 0.3, 0.1, 0.3)), close, raised),
    Law("normals", "digits_near_equality", ((0.0, 1.0, 0.0, 1.0 + 2.0**-27), (0.0, 1.0, 2.0**-20, 1.0)), close),
    Law(
        "normals",
        "never_negative",
        ((0.0, 1.0, 0.0, 1.0 + 2.0**-30), (0.0, 1.0, 2.0**-30, 1.0)),
        lambda answers, truths: bool(answers[0] >= 0),
        lambda f: lambda *x: f(*x) - 1e-9,
    ),
    Law("normals", "far_means", ((40.0, 1.0, 0.0, 1.0), (0.0, 1.0, 200.0, 1.0)), close),
    Law("normals", "translation", ((2.0**20, 1.0, 2.0**20 + 1, 1.0),), close),
    Law(
        "normals",
        "narrow_and_wide",
        ((0.0, 2.0**-10, 0.0, 1.0), (0.0, 1.0, 0.0, 2.0**-10), (0.3, 1e-12, 0.0, 1.0)),
        close,
    ),
    Law("normals", "scales_far_apart", ((0.0, 1.0, 0.0, 1e200), (0.0, 1e-200, 0.0, 1.0)), close),
    Refusal("normals", "negative_scales", ((0.0, -1.0, 0.0, 1.0),)),
    Refusal("normals", "not_a_number", ((0.0, np.nan, 0.0, 1.0),)),
)
