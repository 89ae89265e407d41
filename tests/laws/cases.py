"""Where the laws are tried: ratios, atoms, pairs and triples of distributions, logits."""

import numpy as np

from divergences import ROWS, alpha_row, hockey_stick_row, weighted_jensen_shannon_row
from tests.laws.big import big

ALL_ROWS = (
    *ROWS,
    *map(alpha_row, (-1, 0.5, 1.5, 3)),
    *map(weighted_jensen_shannon_row, (0.25, 0.5, 0.875)),
    *map(hockey_stick_row, (0.98, 1.02)),  # the corner near enough to 1 for a twin 5 % off to cross it
)

RANDOM = np.random.default_rng(20)
ABOUT_ONE = [1 - 1e-3, 1 - 1e-9, 1 + 1e-9, 1 + 1e-3]
MODERATE = [*10 ** np.linspace(-6, 6, 13), *10 ** RANDOM.uniform(-2, 2, 8), *ABOUT_ONE]
RATIOS = big([*MODERATE, 1 - 1e-15, 1 + 1e-15, 1])
EXTREME = big([1e-300, 1e300])
DIGITS = 700  # for f(1e300) and the like
SMOOTH = RATIOS[RATIOS != 1]  # a generator may have a corner at 1
SCALES = ((RATIOS, 60), (EXTREME, DIGITS))

# Masses of one atom: nearly equal, far apart, missing.
BASES = RANDOM.uniform(0.1, 1, 12)
NEAR = [(p, p * (1 + side * 10.0**-j)) for p, j in zip(BASES, (*range(1, 12), 15), strict=True) for side in (1, -1)]
FAR = [(0.3, 0.3 * u) for u in (0.2, 0.33, 0.4, 0.6, 1.7, 2.5, 2.99, 3.01, 4.0, 1e-3, 1e-9, 1e-30, 1e-300)]
EDGES = [(0.0, 0.3), (0.3, 0.0), (0.0, 0.0), (0.7, 0.7), (1.0, 1e-320), (1e-320, 1.0), (5e-324, 0.3)]
SMALL = [(3e-301, 3e-301 * u) for u in (0.2, 0.9, 0.99, 1.0, 1.01, 2.99, 3.01)]
ATOMS = np.array([*NEAR, *FAR, *(pq[::-1] for pq in FAR), *EDGES, *SMALL])


def _normalised(weights) -> np.ndarray:
    return np.asarray(weights, dtype=float) / np.sum(weights)


def _near(p: np.ndarray, closeness: float) -> np.ndarray:
    return _normalised(p * (1 + closeness * RANDOM.uniform(-1, 1, len(p))))


FULL = [_normalised(RANDOM.uniform(0.05, 1, 5)) for _ in range(4)]
CLOSE = [(FULL[0], _near(FULL[0], 10.0**-j)) for j in (2, 4, 8, 12, 14)]
APART = [
    *((FULL[i], FULL[j]) for i in range(4) for j in range(i)),
    (FULL[1], _near(FULL[1], 0.1)),
    (np.array([0.9, 0.1]), np.array([0.1, 0.9])),
    (np.array([0.5, 0.49, 0.01]), np.array([0.485, 0.505, 0.01])),
]
SPARSE = [
    (np.array([0.5, 0.5, 0.0]), np.array([0.2, 0.3, 0.5])),
    (np.array([0.5, 0.25, 0.25]), np.array([0.0, 0.5, 0.5])),
    (np.array([0.0, 0.5, 0.5]), np.array([0.0, 0.75, 0.25])),
]
DIRACS = [
    (np.array([1.0, 0.0]), np.array([0.3, 0.7])),
    (np.array([0.25, 0.25, 0.5]), np.array([0.0, 0.0, 1.0])),
]
TINY = [
    (np.array([1.0, 1e-300]), np.array([0.5, 0.5])),
    (np.array([1.0, 1e-300]), np.array([1e-300, 1.0])),
    (np.array([0.25, 0.75, 1e-301]), np.array([0.25, 0.75, 3e-301])),
]
DISJOINT = [
    (np.array([1.0, 1e-300, 0.0]), np.array([0.0, 0.0, 1.0])),
    (np.array([1.0, 0.0]), np.array([0.0, 1.0])),
    (np.array([0.25, 0.75, 0.0]), np.array([0.0, 0.0, 1.0])),
    (np.array([0.5, 0.0, 0.5, 0.0]), np.array([0.0, 0.3, 0.0, 0.7])),
]
PAIRS = [*APART, *CLOSE, *SPARSE, *DIRACS, *TINY, *DISJOINT]

LINE = [np.array([0.5 + h, 0.5 - h]) for h in (1e-3, 0.0, -1e-3)]
STEEP = [[0.01, 0.99], [0.1, 0.9], [0.5, 0.5]]  # no power of a divergence that grows like Jeffreys' is a metric on it
TRIPLES = [LINE, STEEP, [[1.0, 0.0], [0.5, 0.5], [0.0, 1.0]], [FULL[0], FULL[1], FULL[2]], [FULL[3], FULL[1], FULL[0]]]
TRIPLES += [
    np.eye(3),
    [CLOSE[-1][0], CLOSE[-1][1], FULL[1]],
    [FULL[2], FULL[2], FULL[3]],
    [[1.0, 1e-300], [0.5, 0.5], [1e-300, 1.0]],
    [[1.0, 1e-300], [1.0, 2e-300], [1.0, 0.0]],
]

CHANNELS = {k: RANDOM.dirichlet(np.full(k, 0.5), k) for k in (2, 3, 4, 5)}  # noisy ones, a row per atom

LOGITS = RANDOM.uniform(-30, 30, 200)
