"""``python -m tests.divergences.vectors``: writes ``tests/data/vectors.json``, pairs with fifty-digit values.

A pair is kept as the exact bytes of its masses, a value as a decimal string; which pairs, is decided by the battery of
`tests.divergences.reference`.
"""

import base64
import json
from collections.abc import Iterator
from pathlib import Path

import mpmath
import numpy as np

from tests.divergences.reference import battery, reference

PATH = Path(__file__).parents[1] / "data" / "vectors.json"
SEED = 7
SMALL, LARGE = 135, 9  # pairs of 2 to 40 atoms, and of a thousand; each kind of the battery alike often


def pairs() -> Iterator[tuple[np.ndarray, np.ndarray]]:
    yield from battery(SEED, SMALL, largest=40)
    yield from battery(SEED, LARGE, smallest=1000, largest=1000)


def line(p: np.ndarray, q: np.ndarray) -> dict:
    masses = {name: base64.b64encode(v.astype("<f8").tobytes()).decode() for name, v in (("p", p), ("q", q))}
    return masses | {"values": {name: mpmath.nstr(value, 50) for name, value in reference(p, q).items()}}


def committed() -> list[tuple[np.ndarray, np.ndarray, dict[str, mpmath.mpf]]]:
    with mpmath.workdps(60):
        return [
            (
                *(np.frombuffer(base64.b64decode(each[name]), "<f8") for name in "pq"),
                {name: mpmath.mpf(value) for name, value in each["values"].items()},
            )
            for each in json.loads(PATH.read_text())
        ]


if __name__ == "__main__":
    PATH.write_text("[\n" + ",\n".join(json.dumps(line(p, q)) for p, q in pairs()) + "\n]\n")
