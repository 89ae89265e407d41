"""How near the solver comes to planted answers, for up to 5,000 points in up to 64 dimensions."""

from typing import Any

from optimal_transport import PLANTED, Planted, optimal_transport

PARAMETERS: dict[str, Any] = {"device": "cpu", "seed": 0, "digits": 2}
ROWS = {row.name: row for row in PLANTED}


def _cells() -> list[dict[str, Any]]:
    asked: list[tuple[str, int, dict[str, Any]]] = [(name, 200, {}) for name in ("tree", "cycle")] + [
        (name, 200, {"dimension": 3}) for name in ("funnels", "radial", "translation", "gradient")
    ]
    asked += [("funnels", 5000, {"dimension": d, "funnels": 16}) for d in (2, 64)]
    asked += [("funnels", 5001, {"dimension": 2, "metric": "chebyshev"})]
    asked += [("radial", 3000, {"dimension": d, "p": p}) for d, p in ((1, 3.0), (2, 1.0), (8, 2.0), (64, 1.5))]
    asked += [("translation", 4000, {"dimension": d, "p": p}) for d, p in ((2, 1.0), (16, 2.0))]
    asked += [("lines", 5000, {"theta": 0.125, "p": p}) for p in (1.0, 2.0)]
    asked += [("gradient", n, {"dimension": d, "weighted": w}) for n, d, w in ((5000, 64, False), (3000, 2, True))]
    asked += [(name, 3000, {}) for name in ("tree", "cycle")]
    cells = [{"row": row, "n": n, "options": options, "swapped": False} for row, n, options in asked]
    return cells + [{**cells[k], "swapped": True} for k in (2, 6, 7)]


CELLS = _cells()


def run(cell: dict[str, Any]) -> dict[str, Any]:
    """Solve one problem; the error and the widths are relative."""
    planted = ROWS[cell["row"]].make(cell["n"], seed=PARAMETERS["seed"], **cell["options"])
    if cell["swapped"]:
        assert isinstance(planted, Planted)
        planted = planted.swapped()
    truth, found = planted.distance, optimal_transport(**planted.arguments)
    p = planted.arguments.get("p", 1)
    agree = found.lower <= truth.high**p * (1 + 1e-14) and truth.low**p * (1 - 1e-14) <= found.upper
    digits = PARAMETERS["digits"]
    errors = {
        "error": abs(found.distance - truth.value) / truth.value,
        "gap": found.gap,
        "width": (truth.high - truth.low) / truth.high,
    }
    return {
        "agree": bool(agree), "method": found.method.split(",")[0], "distance": float(f"{found.distance:.12g}"),
        **{name: float(f"{value:.{digits}g}") for name, value in errors.items()},
    }  # fmt: skip
