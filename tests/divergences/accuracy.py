"""``python -m tests.divergences.accuracy [PAIRS [LARGEST]]``: the worst error in ulp over many pairs, ours and others'.

The pairs have 2 to LARGEST atoms (200) and are those of `reference.battery`. Of the others numpy is the textbook sum,
scipy is `scipy.stats.entropy`, or for JS `scipy.spatial.distance.jensenshannon`; torch is `kl_div`.
"""

import math
import sys
from collections.abc import Callable

import numpy as np
import torch
from scipy.spatial.distance import jensenshannon
from scipy.stats import entropy

from divergences import f_divergence
from tests.divergences.reference import battery, error, more, reference
from tests.divergences.test_names import MORE
from tests.laws.cases import ALL_ROWS

OURS = {**{row.name: lambda p, q, row=row: f_divergence(p, q, row) for row in ALL_ROWS}, **MORE}


def _plain_kl(p: np.ndarray, q: np.ndarray) -> float:
    return np.sum(np.where(p > 0, p * np.log(p / q), 0))


def _plain_js(p: np.ndarray, q: np.ndarray) -> float:
    return (_plain_kl(p, (p + q) / 2) + _plain_kl(q, (p + q) / 2)) / 2


def _torch_kl(p: np.ndarray, q: np.ndarray) -> float:
    return float(torch.nn.functional.kl_div(torch.from_numpy(np.log(q)), torch.from_numpy(p), reduction="sum"))


def _swapped(function: Callable) -> Callable:
    return lambda p, q: function(q, p)


PEERS = {
    "numpy": {
        "kl": _plain_kl,
        "reverse_kl": _swapped(_plain_kl),
        "jeffreys": lambda p, q: _plain_kl(p, q) + _plain_kl(q, p),
        "chi2": lambda p, q: np.sum((p - q) ** 2 / q),
        "neyman_chi2": lambda p, q: np.sum((p - q) ** 2 / p),
        "squared_hellinger": lambda p, q: np.sum((np.sqrt(p) - np.sqrt(q)) ** 2),
        "js": _plain_js,
        "tv": lambda p, q: np.sum(abs(p - q)) / 2,
        "renyi(2)": lambda p, q: np.log(np.sum(p**2 / q)),
        "bhattacharyya": lambda p, q: -np.log(np.sum(np.sqrt(p * q))),
        "entropy": lambda p, q: -np.sum(np.where(p > 0, p * np.log(p), 0)),
    },
    "scipy": {
        "kl": entropy,
        "reverse_kl": _swapped(entropy),
        "js": lambda p, q: jensenshannon(p, q) ** 2,
        "entropy": lambda p, q: entropy(p),
    },
    "torch": {"kl": _torch_kl, "reverse_kl": _swapped(_torch_kl)},
}


def _missed(value: float, truth: object) -> float:
    return math.inf if math.isnan(value) else error(value, truth)


def main(pairs: int = 2000, largest: int = 200) -> None:
    columns = {"ours": OURS, **PEERS}
    worst: dict[str, dict[str, float]] = {}
    for p, q in battery(seed=0, count=pairs, largest=largest):
        with np.errstate(all="ignore"):
            for name, truth in {**reference(p, q), **more(p, q)}.items():
                for column, functions in columns.items():
                    if name in functions:
                        found = _missed(float(functions[name](p, q)), truth)
                        row = worst.setdefault(name, {})
                        row[column] = max(row.get(column, 0.0), found)
    print(f"worst error in ulp over {pairs} pairs of 2 to {largest} atoms")
    print("(inf: nan, a finite answer where it is infinite, or the reverse)")
    print(f"{'':18}{'ours':>6}" + "".join(f"{peer:>10}" for peer in PEERS))
    for name, row in worst.items():
        others = "".join(f"{row[peer]:10.1g}" if peer in row else " " * 10 for peer in PEERS)
        print(f"{name:18}{row['ours']:6.1f}{others}".rstrip())


if __name__ == "__main__":
    main(*map(int, sys.argv[1:]))
