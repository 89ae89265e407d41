"""The divergences of the exactly normalised vectors, with as many digits as their smallest masses need beyond fifty."""

import sys
from collections.abc import Iterator

import mpmath
import numpy as np

EPS = 2.0**-52


def reference(p: np.ndarray, q: np.ndarray) -> dict[str, mpmath.mpf]:
    """The value of each row of the table, and of rows with a parameter."""
    smallest = min(x[x > 0].min() for x in (p, q))
    with mpmath.workdps(75 - int(2 * np.log10(smallest))):
        P, Q = ([mpmath.mpf(x) for x in v.tolist()] for v in (p, q))
        P, Q = ([x / mpmath.fsum(v) for x in v] for v in (P, Q))
        M = [(a + b) / 2 for a, b in zip(P, Q, strict=True)]
        W = [(a + 3 * b) / 4 for a, b in zip(P, Q, strict=True)]
        jensen_shannon = (_kl(P, M) + _kl(Q, M)) / 2
        return {
            "kl": _kl(P, Q),
            "reverse_kl": _kl(Q, P),
            "jeffreys": _kl(P, Q) + _kl(Q, P),
            "chi2": _ratios(P, Q, Q),
            "neyman_chi2": _ratios(P, Q, P),
            "squared_hellinger": mpmath.fsum((mpmath.sqrt(a) - mpmath.sqrt(b)) ** 2 for a, b in zip(P, Q, strict=True)),
            "le_cam": _ratios(P, Q, M) / 2,
            "js": jensen_shannon,
            "gan": 2 * jensen_shannon,
            "tv": mpmath.fsum(abs(a - b) for a, b in zip(P, Q, strict=True)) / 2,
            "alpha(-1)": _ratios(P, Q, P) / 2,
            "alpha(0.5)": 4 * (1 - mpmath.fsum(mpmath.sqrt(a * b) for a, b in zip(P, Q, strict=True))),
            "alpha(1.5)": _alpha(P, Q, mpmath.mpf(1.5)),
            "alpha(3)": _alpha(P, Q, mpmath.mpf(3)),
            "weighted_js(0.25)": (_kl(P, W) + 3 * _kl(Q, W)) / 4,
        }


def more(p: np.ndarray, q: np.ndarray) -> dict[str, mpmath.mpf]:
    """The values of what is no row of the table."""
    smallest = min(x[x > 0].min() for x in (p, q))
    with mpmath.workdps(75 - int(3 * np.log10(smallest))):
        P, Q = ([mpmath.mpf(x) for x in v.tolist()] for v in (p, q))
        P, Q = ([x / mpmath.fsum(v) for x in v] for v in (P, Q))
        both = [(a, b) for a, b in zip(P, Q, strict=True) if a and b]
        infinite = any(a > 0 == b for a, b in zip(P, Q, strict=True))
        overlap = mpmath.fsum(mpmath.sqrt(a * b) for a, b in both)
        outside = mpmath.fsum(b for a, b in zip(P, Q, strict=True) if not a)
        return {
            "renyi(0)": -mpmath.log1p(-outside) if both else mpmath.inf,
            "renyi(0.25)": mpmath.log(_powers(both, 0.25)) / mpmath.mpf(-0.75) if both else mpmath.inf,
            "renyi(2)": mpmath.inf if infinite else mpmath.log(_powers(both, 2)),
            "renyi(20)": mpmath.inf if infinite else mpmath.log(_powers(both, 20)) / 19,
            "renyi(inf)": mpmath.inf if infinite else mpmath.log(max(a / b for a, b in both)),
            "bhattacharyya": -mpmath.log(overlap) if both else mpmath.inf,
            "entropy": -mpmath.fsum(a * mpmath.log(a) for a in P if a),
            "cross_entropy": mpmath.inf if infinite else -mpmath.fsum(a * mpmath.log(b) for a, b in both),
        }


def _powers(both, alpha) -> mpmath.mpf:
    alpha = mpmath.mpf(alpha)
    return mpmath.fsum(a**alpha * b ** (1 - alpha) for a, b in both)


def hockey_stick(p: np.ndarray, q: np.ndarray, gamma: float) -> mpmath.mpf:
    with mpmath.workdps(400):
        P, Q = ([mpmath.mpf(x) for x in v.tolist()] for v in (p, q))
        P, Q = ([x / mpmath.fsum(v) for x in v] for v in (P, Q))
        side = 1 if gamma >= 1 else -1  # below 1 what P falls short, which is the excess less 1 - gamma
        return mpmath.fsum(max(side * (a - gamma * b), 0) for a, b in zip(P, Q, strict=True))


def mutual(joint: np.ndarray) -> mpmath.mpf:
    with mpmath.workdps(80):
        J = [[mpmath.mpf(x) for x in row] for row in joint.tolist()]
        total = mpmath.fsum(x for row in J for x in row)
        rows = [mpmath.fsum(row) / total for row in J]
        columns = [mpmath.fsum(column) / total for column in zip(*J, strict=True)]
        terms = [(x / total, a * b) for row, a in zip(J, rows, strict=True) for x, b in zip(row, columns, strict=True)]
        return mpmath.fsum(x * mpmath.log(x / y) for x, y in terms if x)


def generalized(laws: np.ndarray, weights: np.ndarray) -> mpmath.mpf:
    with mpmath.workdps(400):
        P = [[mpmath.mpf(x) for x in row] for row in laws.tolist()]
        P = [[x / mpmath.fsum(row) for x in row] for row in P]
        w = [mpmath.mpf(x) / mpmath.fsum(map(mpmath.mpf, weights.tolist())) for x in weights.tolist()]
        M = [mpmath.fsum(a * x for a, x in zip(w, column, strict=True)) for column in zip(*P, strict=True)]
        return mpmath.fsum(a * _kl(row, M) for a, row in zip(w, P, strict=True))


def _ratios(P, Q, below) -> mpmath.mpf:
    """sum (p - q)^2 / below."""
    if any(a != b and not c for a, b, c in zip(P, Q, below, strict=True)):
        return mpmath.inf
    return mpmath.fsum((a - b) ** 2 / c for a, b, c in zip(P, Q, below, strict=True) if c)


def _alpha(P, Q, alpha) -> mpmath.mpf:
    """For alpha above 1."""
    if any(a > 0 == b for a, b in zip(P, Q, strict=True)):
        return mpmath.inf
    total = mpmath.fsum(a**alpha * b ** (1 - alpha) for a, b in zip(P, Q, strict=True) if b)
    return (total - 1) / (alpha * (alpha - 1))


def _kl(P, Q) -> mpmath.mpf:
    if any(a > 0 == b for a, b in zip(P, Q, strict=True)):
        return mpmath.inf
    return mpmath.fsum(a * mpmath.log(a / b) for a, b in zip(P, Q, strict=True) if a > 0)


def error(value: float, truth: mpmath.mpf) -> float:
    """In ulp of the truth; infinite if a finite truth or an infinite one is missed."""
    if truth > sys.float_info.max or truth == 0:
        truth = mpmath.inf if truth else truth
        return 0.0 if value == truth else np.inf
    return float(abs(mpmath.mpf(value) - truth) / mpmath.mpf(float(np.spacing(float(truth)))))


def battery(seed: int, count: int, largest: int = 200, *, smallest: int = 2) -> Iterator[tuple[np.ndarray, np.ndarray]]:
    """Pairs of ``smallest`` to ``largest`` atoms: near, far, sparse, one-hot, disjoint, with masses down to 1e-300."""
    rng = np.random.default_rng(seed)
    for i in range(count):
        k = round(np.exp(rng.uniform(np.log(smallest), np.log(largest))))
        yield KINDS[i % len(KINDS)](rng, k)


def _near(rng: np.random.Generator, k: int) -> tuple[np.ndarray, np.ndarray]:
    p = _dirichlet(rng, k)
    return p, _normalised(p * (1 + 10.0 ** -rng.uniform(0, 14) * rng.uniform(-1, 1, k)))


def _independent(rng: np.random.Generator, k: int) -> tuple[np.ndarray, np.ndarray]:
    return _dirichlet(rng, k), _dirichlet(rng, k)


def _sparse(rng: np.random.Generator, k: int) -> tuple[np.ndarray, np.ndarray]:
    keep = rng.random(k) < 0.5
    keep[rng.integers(k)] = True
    return _dirichlet(rng, k), _normalised(_dirichlet(rng, k) * keep)


def _one_hot(rng: np.random.Generator, k: int) -> tuple[np.ndarray, np.ndarray]:
    return np.eye(k)[rng.integers(k)], _dirichlet(rng, k)


def _disjoint(rng: np.random.Generator, k: int) -> tuple[np.ndarray, np.ndarray]:
    side = rng.permutation(k) < rng.integers(1, k)
    return _normalised(_dirichlet(rng, k) * side), _normalised(_dirichlet(rng, k) * ~side)


def _ranging(rng: np.random.Generator, k: int) -> tuple[np.ndarray, np.ndarray]:
    return _normalised(10.0 ** rng.uniform(-300, 0, k)), _normalised(10.0 ** rng.uniform(-300, 0, k))


def _mirrored(rng: np.random.Generator, k: int) -> tuple[np.ndarray, np.ndarray]:
    """Both terms equal, so that their errors add up."""
    a = rng.random()
    return np.array([a, 1 - a]), np.array([1 - a, a])


def _dirichlet(rng: np.random.Generator, k: int) -> np.ndarray:
    weights = rng.standard_gamma(10.0 ** rng.uniform(-0.5, 1), k)
    return _normalised(np.maximum(weights, 1e-12))


def _normalised(weights: np.ndarray) -> np.ndarray:
    return weights / weights.sum()


KINDS = (_near, _near, _near, _independent, _sparse, _one_hot, _disjoint, _ranging, _mirrored)
