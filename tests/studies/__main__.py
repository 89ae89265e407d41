"""``python -m tests.studies NAME...``: run or resume studies; without a name, list them."""

import sys

from tests.studies.study import RESULTS, carry_out, study


def main(names: list[str]) -> int:
    if not names:
        print("studies:", *sorted(path.stem for path in RESULTS.glob("*.json")))
        return 2
    for name in names:
        print(carry_out(name, study(name)))
    return 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
