"""``python -m tests.benchmarks [SUBJECT...]``: every bench_SUBJECT.py, medians as ratios; one file per subject."""

import importlib
import sys
from pathlib import Path

from tests.benchmarks.comparison import measure


def subjects() -> list[str]:
    return sorted(path.stem.removeprefix("bench_") for path in Path(__file__).parent.glob("bench_*.py"))


def main(chosen: list[str]) -> int:
    unknown = set(chosen) - set(subjects())
    if unknown:
        print(f"no benchmark of {sorted(unknown)}; there are {subjects()}")
        return 2
    print(f"{'question':44} {'ours':>10} {'theirs':>10} {'theirs/ours':>12}  peer")
    for subject in chosen or subjects():
        for row in importlib.import_module(f"tests.benchmarks.bench_{subject}").comparisons():
            found = measure(row)
            note = "" if found["agreed"] else "  ANSWERS DIFFER"
            print(f"{found['name']:44} {found['ours'] * 1e3:8.1f}ms {found['theirs'] * 1e3:8.1f}ms "
                  f"{found['ratio']:12.2f}  {found['peer']}{note}", flush=True)  # fmt: skip
    return 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
