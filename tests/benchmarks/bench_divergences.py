"""Divergences of batches of probability vectors against scipy and torch."""

from collections.abc import Iterator

import numpy as np
import torch
from scipy.spatial.distance import jensenshannon
from scipy.stats import entropy

from divergences import jensen_shannon_divergence, kl_divergence
from tests.benchmarks.comparison import Comparison


def close(first: np.ndarray, second: np.ndarray) -> bool:
    return bool(np.allclose(first, second, rtol=1e-9))


def comparisons() -> Iterator[Comparison]:
    rng = np.random.default_rng(0)
    for batch, size in ((10**4, 10**3), (10**5, 10)):
        p, q = (vectors / vectors.sum(axis=1, keepdims=True) for vectors in rng.random((2, batch, size)))
        shape = f"{batch} x {size}"
        log_q, p_torch = torch.from_numpy(np.log(q)), torch.from_numpy(p)

        def kl(p=p, q=q):
            return kl_divergence(p, q)

        def by_torch(p=p_torch, log_q=log_q):
            return torch.nn.functional.kl_div(log_q, p, reduction="none").sum(-1).numpy()

        yield Comparison(f"KL, {shape}", kl, lambda p=p, q=q: entropy(p, q, axis=1), "scipy.stats.entropy", close)
        yield Comparison(f"KL, {shape}", kl, by_torch, "torch kl_div", close)
        yield Comparison(
            f"JS, {shape}",
            lambda p=p, q=q: jensen_shannon_divergence(p, q),
            lambda p=p, q=q: jensenshannon(p, q, axis=1) ** 2,
            "scipy jensenshannon",
            close,
        )
