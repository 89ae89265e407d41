"""What certified W1 takes with more and more points: seconds, memory and the gap that is left, in a fresh process each.

Uniform clouds in the square, two normal laws a unit apart, and cubes of 8 and 64 dimensions. Memory is by how much the
peak of the process grows over what it is once everything is imported and a tiny problem is solved.
"""

import json
import os
import subprocess
import sys
import time
from pathlib import Path
from typing import Any

import numpy as np

from optimal_transport import Transport, optimal_transport

ROOT = Path(__file__).parents[2]
STATUS = Path("/proc/self/status")
PARAMETERS: dict[str, Any] = {"device": "cpu", "seed": 0, "threads": 1, "shift": 1.0}


def _cells() -> list[dict[str, Any]]:
    asked = [("uniform", 2, n) for n in (1000, 2000, 5000, 10_000, 20_000, 50_000)]
    asked += [("normal", 2, n) for n in (1000, 2000, 4000, 8000, 16_000)]
    asked += [("uniform", d, 10_000) for d in (8, 64)]
    asked += [("uniform", 2, 100_000)]
    return [{"laws": laws, "dimension": d, "n": n} for laws, d, n in asked]


CELLS = _cells()


def clouds(cell: dict[str, Any]) -> tuple[np.ndarray, np.ndarray]:
    """Two clouds of n points: uniform in the cube, or normal with the second mean a unit along the first axis."""
    rng, shape = np.random.default_rng(PARAMETERS["seed"]), (cell["n"], cell["dimension"])
    if cell["laws"] == "uniform":
        return rng.random(shape), rng.random(shape)
    return rng.normal(size=shape), rng.normal(size=shape) + PARAMETERS["shift"] * np.eye(1, shape[1])


def answer(found: Transport) -> dict[str, Any]:
    """What does not hang on the machine."""
    names = ("distance", "lower", "upper", "gap", "converged")
    return {"method": found.method, **{name: getattr(found, name) for name in names}}


def run(cell: dict[str, Any]) -> dict[str, Any]:
    """Solve one problem in a process of its own, on one thread."""
    environment = {**os.environ, "OMP_NUM_THREADS": str(PARAMETERS["threads"])}
    command = [sys.executable, "-m", "tests.studies.sizes", json.dumps(cell)]
    done = subprocess.run(command, cwd=ROOT, env=environment, stdout=subprocess.PIPE, text=True, check=True)
    found: dict[str, Any] = json.loads(done.stdout)
    return found


def measured(cell: dict[str, Any]) -> dict[str, Any]:
    """The answer, and what it took this process: seconds, and megabytes where the system tells."""
    import ot  # noqa: F401

    x, y = clouds({**cell, "n": 50})
    optimal_transport(x, y)
    x, y = clouds(cell)
    before, wall, cpu = peak(), time.perf_counter(), time.process_time()
    found = optimal_transport(x, y)
    wall, cpu, after = time.perf_counter() - wall, time.process_time() - cpu, peak()
    took = {"wall": round(wall, 3), "cpu": round(cpu, 3), "megabytes": round((after - before) / 1e6, 1)}
    return {**answer(found), **(took if after else {**took, "megabytes": None})}


def peak() -> int:
    """Most memory that this process has had in RAM, in bytes, which Linux tells; 0 elsewhere.

    (``getrusage`` would count what the parent had when it started this one.)
    """
    lines = STATUS.read_text().splitlines() if STATUS.exists() else []
    return 1024 * sum(int(line.split()[1]) for line in lines if line.startswith("VmHWM:"))


if __name__ == "__main__":
    print(json.dumps(measured(json.loads(sys.argv[1]))))
