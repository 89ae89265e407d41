"""Odd but good input: layouts, byte orders, short floats, sizes 0 and 1, arrays that cannot be written to."""

import math
import tracemalloc
from collections.abc import Callable

import numpy as np
import pytest
import torch
from scipy import stats

import divergences as D
from tests.divergences.test_nonsense import VECTORS

RANDOM = np.random.default_rng(7)
P, Q = RANDOM.dirichlet(np.ones(4), 6), RANDOM.dirichlet(np.ones(4), 6)
LINE, NEXT = RANDOM.normal(size=40), RANDOM.normal(size=50)
PARAMETERS = {
    D.alpha_divergence: {"alpha": 1.5}, D.renyi_divergence: {"alpha": 2}, D.hockey_stick_divergence: {"gamma": 2},
    D.weighted_jensen_shannon_divergence: {"weight": 0.25}, D.f_divergence: {"f": "js"},
}  # fmt: skip
PAIRS = [
    function
    for function in VECTORS
    if function not in (D.entropy, D.mutual_information, D.generalized_jensen_shannon_divergence, D.divergence_profile)
]
BETWEEN_SAMPLES: list[Callable[..., object]] = [
    lambda x, y: D.divergence(D.Samples(x, np.abs(x)), D.Samples(y), "js"),
    lambda x, y: D.divergence(D.Samples(x), D.Samples(y), "kl"),
    D.nearest_neighbour_kl,
    lambda x, y: D.kernel_divergence(x, y, "tv"),
    lambda x, y: D.variational_bound(x, y, "kl", bounds=(-9, 9)),
    lambda x, y: D.donsker_varadhan_bound(x, y, bounds=(-9, 9)),
    lambda x, y: D.classifier_lower_bound(1 / (1 + np.exp(-x)), 1 / (1 + np.exp(-y)), "js"),
    lambda x, y: D.divergence_from_counts(np.floor(np.abs(x)) + 1, np.floor(np.abs(y[: len(x)])) + 1, "js"),
    lambda x, y: D.divergence(
        D.Mixture([stats.norm(0, 1), stats.norm(1, 1)], np.abs(x[:2]) / np.abs(x[:2]).sum()),
        D.LogDensity(stats.norm(0, 1).logpdf, (-math.inf, math.inf), np.sort(y), np.abs(y)), "tv"),
]  # fmt: skip


class Foreign:
    """An array of some other library."""

    def __init__(self, values: np.ndarray) -> None:
        self.values = values

    def __array__(self, dtype: object = None, copy: object = None) -> np.ndarray:
        return self.values


LAYOUTS: dict[str, Callable[[np.ndarray], object]] = {
    "every second": lambda x: np.repeat(x, 2, -1)[..., ::2],
    "reversed": lambda x: np.ascontiguousarray(x[::-1, ::-1])[::-1, ::-1],
    "column by column": np.asfortranarray,
    "other byte order": lambda x: x.astype(x.dtype.newbyteorder()),
    "unaligned": lambda x: np.frombuffer(b"?" + x.tobytes(), dtype=np.uint8)[1:].view(x.dtype).reshape(x.shape),
    "nested lists": lambda x: x.tolist(),
    "another library's": Foreign,
}


def call(function: Callable, p: object, q: object) -> object:
    return function(p, q, **PARAMETERS.get(function, {}))


@pytest.mark.parametrize("function", PAIRS, ids=lambda function: function.__name__)
@pytest.mark.parametrize("layout", LAYOUTS)
def test_layouts_do_not_show(function: Callable, layout: str) -> None:
    odd = LAYOUTS[layout]
    found, plain = call(function, odd(P), odd(Q)), call(function, P, Q)
    assert type(found) is np.ndarray and found.dtype == np.float64 and found.dtype.isnative
    assert found.tobytes() == plain.tobytes()


@pytest.mark.parametrize("function", PAIRS, ids=lambda function: function.__name__)
@pytest.mark.parametrize("kind", ["float16", "bfloat16", "numpy float16"])
def test_short_floats_are_computed_in_double(function: Callable, kind: str) -> None:
    """What comes back is the double of the very same numbers, rounded once."""
    if kind.startswith("numpy"):
        p, q = P.astype(np.float16), Q.astype(np.float16)
        doubles, rounded = (p.astype(float), q.astype(float)), lambda x: x.astype(np.float16).astype(float)
    else:
        dtype = getattr(torch, kind)
        p, q = torch.tensor(P).to(dtype), torch.tensor(Q).to(dtype)
        doubles, rounded = (p.double().numpy(), q.double().numpy()), lambda x: torch.tensor(x).to(dtype).double()
    found, exact = call(function, p, q), function(*doubles, normalize=True, **PARAMETERS.get(function, {}))
    assert found.dtype == p.dtype
    assert np.all(np.asarray(found.double() if torch.is_tensor(found) else found, float) == np.asarray(rounded(exact)))


def test_a_short_float_computed_as_it_is_would_be_caught() -> None:
    """The wrong twin: the textbook sum in float16 differs from the double rounded once."""
    p, q = P.astype(np.float16), Q.astype(np.float16)
    assert np.any((p * np.log(p / q)).sum(-1) != D.kl_divergence(p, q))


@pytest.mark.parametrize("function", PAIRS, ids=lambda function: function.__name__)
@pytest.mark.parametrize("shape", [(0, 2), (3, 0, 2), (1,), (2, 1)])
@pytest.mark.parametrize("options", [{}, {"normalize": True}, {"log": True}, {"log": True, "normalize": True}])
def test_sizes_zero_and_one(function: Callable, shape: tuple[int, ...], options: dict) -> None:
    """A batch of none has no answers; of one atom there is one law."""
    values = np.zeros(shape) if options.get("log") else np.ones(shape)
    parameters = {**PARAMETERS.get(function, {}), **options}
    nothing = -math.log(4) if function is D.gan_divergence else 0.0
    for make in (np.asarray, torch.tensor):
        found = function(make(values), make(values), **parameters)
        assert tuple(found.shape) == shape[:-1]
        assert all(value == nothing for value in np.ravel(found))


@pytest.mark.parametrize("options", [{}, {"normalize": True}, {"log": True}])
def test_no_tables_and_no_laws(options: dict) -> None:
    for function in (D.mutual_information, D.generalized_jensen_shannon_divergence):
        assert function(np.empty((0, 2, 3)), **options).shape == (0,)
        assert tuple(function(torch.empty(0, 2, 3), **options).shape) == (0,)


@pytest.mark.parametrize("function", [*PAIRS, *BETWEEN_SAMPLES])
def test_nothing_is_written_to(function: Callable) -> None:
    """Every byte stays, and an array that cannot be written to does as well."""
    first, second = (P, Q) if function in PAIRS else (LINE, NEXT)
    kept = first.tobytes(), second.tobytes()
    sealed = first.copy(), second.copy()
    for array in sealed:
        array.setflags(write=False)
    assert repr(call(function, first, second)) == repr(call(function, *sealed))
    if function in PAIRS:
        logs = np.log(P), np.log(Q)
        before = logs[0].tobytes(), logs[1].tobytes()
        function(*logs, log=True, normalize=True, **PARAMETERS.get(function, {}))
        function(P, Q, normalize=True, pairwise=True, **PARAMETERS.get(function, {}))
        assert (logs[0].tobytes(), logs[1].tobytes()) == before
    assert (first.tobytes(), second.tobytes()) == kept


@pytest.mark.parametrize("function", PAIRS, ids=lambda function: function.__name__)
def test_no_tensor_is_written_to(function: Callable) -> None:
    p, q = (torch.tensor(masses, requires_grad=True) for masses in (P, Q))
    call(function, p, q).sum().backward()
    assert p.detach().numpy().tobytes() == P.tobytes() and q.detach().numpy().tobytes() == Q.tobytes()


def test_pairs_of_rows_are_never_all_in_memory() -> None:
    """The 400 x 400 x 100 masses of all pairs would take 128 MB; measured: 5.6 MB."""
    rows = np.random.default_rng(0).dirichlet(np.ones(100), 400)
    tracemalloc.start()
    D.kl_divergence(rows, rows, pairwise=True)
    peak = tracemalloc.get_traced_memory()[1]
    tracemalloc.stop()
    assert peak < 20e6


def test_a_generator_of_ones_own_goes_through_every_method_that_needs_no_conjugate() -> None:
    own = D.generator(D.LE_CAM.f, at_zero=1.0, slope_at_infinity=1.0, unit="")
    laws = stats.norm(0, 1), stats.norm(1, 1)
    for method in ("quadrature", "monte carlo"):
        found, known = (D.divergence(*laws, row, method=method) for row in (own, D.LE_CAM))
        assert found.value == pytest.approx(known.value, rel=1e-12)
        assert found.kind == known.kind
    for ask in (
        lambda row: D.kernel_divergence(LINE, NEXT, row),
        lambda row: D.divergence(P[0], Q[0], row),
        lambda row: D.divergence(stats.poisson(2), stats.poisson(3), row),
    ):
        assert ask(own).value == pytest.approx(ask(D.LE_CAM).value, rel=1e-9)
    with pytest.raises(TypeError, match="row 'f' has no conjugate; pass a row of the table"):
        D.variational_bound([0.0], [0.0], own)
