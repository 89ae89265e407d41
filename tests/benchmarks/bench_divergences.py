"""Divergences of batches of probability vectors against scipy, torch and reading the data once.

The code of the compiled backend is made in the untimed first call. On an accelerator what is compared with reading is
the share of the memory's speed that is reached.
"""

from collections.abc import Callable, Iterator
from typing import Any

import numpy as np
import torch
from scipy.spatial.distance import jensenshannon
from scipy.stats import entropy

from divergences import divergence_profile, jensen_shannon_divergence, kl_divergence
from tests.benchmarks.comparison import Comparison

FIVE = ("kl", "js", "tv", "squared_hellinger", "chi2")
TOLERANCE = {"float64": 1e-9, "float32": 1e-3}  # in single precision scipy and torch have no more digits
REPEATS = 3
Pair = tuple[np.ndarray, np.ndarray]


def drawn(batch: int, size: int, dtype: str) -> Pair:
    rng = np.random.default_rng(0)
    return tuple(
        (vectors / vectors.sum(axis=1, keepdims=True)).astype(dtype) for vectors in rng.random((2, batch, size))
    )


def close(dtype: str) -> Callable[[Any, Any], bool]:
    return lambda ours, theirs: bool(np.allclose(ours, theirs, rtol=TOLERANCE[dtype]))


def finite(ours: Any, _: Any) -> bool:
    """All that can be asked where the other only reads."""
    return bool(np.isfinite(ours).all())


def comparisons() -> Iterator[Comparison]:
    for batch, size in ((10**4, 10**3), (10**6, 10)):
        for dtype in ("float64", "float32"):
            p, q = drawn(batch, size, dtype)
            yield from of_kl(p, q, f"{batch:.0e} x {size:.0e} {dtype}", close(dtype))
            if dtype == "float64":
                yield from of_more(p, q, f"{batch:.0e} x {size:.0e}")
    yield from on_an_accelerator()


def of_kl(p: np.ndarray, q: np.ndarray, shape: str, agree: Callable[[Any, Any], bool]) -> Iterator[Comparison]:
    log_q, p_torch, q_torch = torch.from_numpy(np.log(q)), torch.from_numpy(p), torch.from_numpy(q)
    by_scipy = lambda: entropy(p, q, axis=1)  # noqa: E731
    by_torch = lambda: torch.nn.functional.kl_div(log_q, p_torch, reduction="none").sum(-1).numpy()  # noqa: E731
    blocks, compiled = lambda: kl_divergence(p, q), lambda: kl_divergence(p, q, backend="compiled")
    yield Comparison(f"KL, {shape}", blocks, by_scipy, "scipy.stats.entropy", agree, REPEATS)
    yield Comparison(f"KL compiled, {shape}", compiled, by_scipy, "scipy.stats.entropy", agree, REPEATS)
    yield Comparison(f"KL compiled, {shape}", compiled, by_torch, "torch kl_div", agree, REPEATS)
    read = lambda: (p_torch.sum(-1), q_torch.sum(-1))  # noqa: E731
    yield Comparison(f"KL compiled, {shape}", compiled, read, "sums of the rows, read once", finite, 3 * REPEATS)


def of_more(p: np.ndarray, q: np.ndarray, shape: str) -> Iterator[Comparison]:
    agree = close("float64")
    by_scipy = lambda: jensenshannon(p, q, axis=1) ** 2  # noqa: E731
    both = lambda: (entropy(p, q, axis=1), by_scipy())  # noqa: E731
    first_two = lambda ours, theirs: agree([ours["kl"], ours["js"]], theirs)  # noqa: E731
    for name, options in (("", {}), (" compiled", {"backend": "compiled"})):
        js = lambda options=options: jensen_shannon_divergence(p, q, **options)  # noqa: E731
        five = lambda options=options: divergence_profile(p, q, FIVE, **options)  # noqa: E731
        yield Comparison(f"JS{name}, {shape}", js, by_scipy, "scipy jensenshannon", agree, REPEATS)
        yield Comparison(f"five rows{name}, {shape}", five, both, "scipy's KL and JS alone", first_two, REPEATS)


def on_an_accelerator() -> Iterator[Comparison]:
    if not torch.cuda.is_available():
        print("no CUDA device: nothing is compared there")
        return
    for batch, size in ((10**6, 10**3), (10**8, 10)):
        for dtype in (torch.float64, torch.float32):
            p, q = (torch.softmax(torch.randn(batch, size, device="cuda", dtype=dtype), -1) for _ in range(2))
            shape = f"CUDA {batch:.0e} x {size:.0e} {str(dtype)[6:]}"
            read = synchronised(lambda p=p, q=q: (p.sum(), q.sum()))
            for name, row in (("KL", ("kl",)), ("five rows", FIVE)):
                ours = synchronised(lambda p=p, q=q, row=row: divergence_profile(p, q, row, backend="compiled"))
                yield Comparison(f"{name}, {shape}", ours, read, "reading once: share of memory speed", whole, REPEATS)


def whole(ours: dict[str, torch.Tensor], _: Any) -> bool:
    return all(bool(torch.isfinite(values).all()) for values in ours.values())


def synchronised(call: Callable[[], Any]) -> Callable[[], Any]:
    def waited() -> Any:
        found = call()
        torch.cuda.synchronize()
        return found

    return waited
