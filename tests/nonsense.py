"""What no argument of any function takes, and the proof that a call refuses all of it in words of its own."""

import re
import warnings
from collections.abc import Callable
from datetime import date
from decimal import Decimal
from fractions import Fraction

import numpy as np
import pytest
import scipy.sparse
import torch

with warnings.catch_warnings():
    warnings.simplefilter("ignore")  # torch's word on what is in beta, once
    QUANTISED = torch.quantize_per_tensor(torch.tensor([0.5, 0.5]), 0.1, 0, torch.quint8)
    NESTED = torch.nested.nested_tensor([torch.tensor([0.5]), torch.tensor([0.5, 0.5])])
    CSR = torch.eye(2).to_sparse_csr()

# Made anew for each call: an iterator can be read only once.
NONSENSE: dict[str, Callable[[], object]] = {
    "complex": lambda: np.array([0.5 + 0j, 0.5]),
    "bool": lambda: np.array([True, False]),
    "masked": lambda: np.ma.masked_array([0.5, 0.5], mask=[0, 1]),
    "masked rows": lambda: [np.ma.masked_array([0.5, 0.5], mask=[0, 1])] * 2,
    "scipy sparse": lambda: scipy.sparse.coo_array(np.eye(2)),
    "scipy sparse matrix": lambda: scipy.sparse.csr_matrix(np.eye(2)),
    "ragged": lambda: [[0.5, 0.5], [1.0]],
    "dict": lambda: {0: 0.5, 1: 0.5},
    "dict's values": lambda: {0: 0.5, 1: 0.5}.values(),
    "generator": lambda: (x for x in (0.5, 0.5)),
    "iterator": lambda: iter([0.5, 0.5]),
    "set": lambda: {0.25, 0.75},
    "bytes": lambda: b"ab",
    "strings": lambda: ["0.5", "0.5"],
    "list with None": lambda: [None, 0.5],
    "objects": lambda: np.array([0.5, 0.5], dtype=object),
    "fractions": lambda: [Fraction(1, 2), Fraction(1, 2)],
    "decimals": lambda: [Decimal("0.5"), Decimal("0.5")],
    "dates": lambda: [date(2020, 1, 1), date(2021, 1, 1)],
    "datetime64": lambda: np.array(["2020", "2021"], dtype="datetime64[Y]"),
    "timedelta64": lambda: np.array([1, 2], dtype="timedelta64[s]"),
    "structured": lambda: np.zeros(2, dtype=[("mass", float)]),
    "huge integers": lambda: [10**30, 1],
    "nan": lambda: [np.nan, 1.0],
    "a plain object": object,
    "a module": lambda: re,
    "sparse tensor": lambda: torch.eye(2).to_sparse(),
    "sparse rows": lambda: CSR,
    "nested tensor": lambda: NESTED,
    "quantised tensor": lambda: QUANTISED,
    "eight-bit tensor": lambda: torch.tensor([0.5, 0.5]).to(torch.float8_e4m3fn),
    "bool tensor": lambda: torch.tensor([True, False]),
    "complex tensor": lambda: torch.tensor([0.5 + 0j, 0.5]),
    "tensor without entries": lambda: torch.tensor([0.5, 0.5], device="meta"),
}
if np.dtype(np.longdouble).itemsize > 8:
    NONSENSE["extended precision"] = lambda: np.array([0.5, 0.5], dtype=np.longdouble)


def refused(call: Callable[[object], object], argument: str, takes: tuple[str, ...] = ()) -> None:
    """Assert that all nonsense raises TypeError or ValueError with the argument's name, a pattern, in the message.

    ``takes`` are the kinds that make sense as this argument after all.
    """
    for kind, make in NONSENSE.items():
        if kind in takes:
            continue
        with pytest.raises((TypeError, ValueError)) as caught:
            pytest.fail(f"{kind} as {argument} gives {call(make())}")
        named = re.search(rf"\b({argument})\b", str(caught.value))
        assert named, f"{kind}: {caught.value} does not name {argument}"
