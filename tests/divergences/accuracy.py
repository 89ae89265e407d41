"""``python -m tests.divergences.accuracy [PAIRS]``: the worst error in ulp, ours and scipy's, over many pairs."""

import math
import sys

import numpy as np
from scipy.spatial.distance import jensenshannon
from scipy.stats import entropy

from divergences import f_divergence
from tests.divergences.reference import battery, error, reference
from tests.laws.cases import ALL_ROWS

BY_NAME = {row.name: row for row in ALL_ROWS}
PEERS = {"kl": entropy, "reverse_kl": lambda p, q: entropy(q, p), "js": lambda p, q: jensenshannon(p, q) ** 2}


def main(pairs: int = 2000) -> None:
    ours: dict[str, float] = {}
    theirs: dict[str, float] = {}
    for p, q in battery(seed=0, count=pairs):
        with np.errstate(all="ignore"):
            for name, truth in reference(p, q).items():
                ours[name] = max(ours.get(name, 0.0), error(float(f_divergence(p, q, BY_NAME[name])), truth))
                peer = float(PEERS[name](p, q)) if name in PEERS else 0.0
                theirs[name] = max(theirs.get(name, 0.0), math.inf if math.isnan(peer) else error(peer, truth))
    print(f"worst error in ulp over {pairs} pairs (inf: nan, or a finite answer where it is infinite)")
    for name in ours:
        print(f"{name:17} ours {ours[name]:4.1f}" + (f"   scipy {theirs[name]:.1g}" if name in PEERS else ""))


if __name__ == "__main__":
    main(*map(int, sys.argv[1:]))
