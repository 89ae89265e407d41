"""A claim of our own ledger, run serially and in two processes."""

import json
import subprocess
from pathlib import Path

from tests import COMMAND
from tests.reports.test_verify import without_durations

ROOT = Path(__file__).parents[2]


def test_serial_and_parallel_runs_of_a_real_claim_write_the_same_evidence(tmp_path: Path) -> None:
    found = []
    for jobs in ("1", "2"):
        file = tmp_path / f"{jobs}.json"
        command = [COMMAND, "verify", "thesis.prop3", "--jobs", jobs, "--evidence", str(file)]
        subprocess.run(command, cwd=ROOT, check=True, capture_output=True)
        found.append(without_durations(json.loads(file.read_text())))
    assert found[0] == found[1]
    assert found[0]["claims"]["thesis.prop3"]["verdict"] == "holds"
    statement = next(t for t in found[0]["claims"]["thesis.prop3"]["tests"] if t["role"] == "statement")
    assert list(statement["drawn"]) == ["zero mass", "Dirac", "disjoint", "equal", "near-equal", "tiny"]
