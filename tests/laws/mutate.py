"""Alter every numeric or callable cell of the table, one at a time, and see which law notices.

Run ``python -m tests.laws.mutate``. Each cell is scaled by 1.01 and swapped with that of the next row. A mutant that no
law kills has to be the cell itself: zero or infinity scaled, or the next row's cell that is the same.
"""

import sys
from collections.abc import Iterator
from dataclasses import dataclass, fields, replace

from divergences import FDivergence, HalfLine
from tests.laws.cases import ALL_ROWS
from tests.laws.laws import LAWS

WORDS = ("name", "source", "unit", "rounding", "absolute")  # described, not defined
COLUMNS = tuple(field.name for field in fields(FDivergence) if field.name not in WORDS)
FACTOR = 1.01


@dataclass(frozen=True)
class Mutant:
    """A row with one cell altered."""

    row: FDivergence
    column: str
    change: str
    cell: object

    @property
    def key(self) -> tuple[str, str, str]:
        return self.row.name, self.column, self.change

    def killer(self) -> str:
        """The first law that fails, or nothing."""
        mutant = replace(self.row, **{self.column: self.cell})
        for law in LAWS:
            try:
                law.check(mutant)
            except AssertionError:
                return law.name
        return ""


def scaled(cell: object) -> object:
    """The cell times FACTOR: of a function its values, of a half-line its end."""
    if isinstance(cell, HalfLine):
        return HalfLine(FACTOR * cell.end, cell.closed)
    if callable(cell):
        return lambda *x: _times(cell(*x))
    return FACTOR * cell


def _times(found: object) -> object:
    return tuple(FACTOR * part for part in found) if isinstance(found, tuple) else FACTOR * found


def mutants() -> Iterator[Mutant]:
    for i, row in enumerate(ALL_ROWS):
        neighbour = ALL_ROWS[(i + 1) % len(ALL_ROWS)]
        for column in COLUMNS:
            cell = getattr(row, column)
            if cell is not None:
                yield Mutant(row, column, "scaled", scaled(cell))
            if isinstance(cell, HalfLine):
                yield Mutant(row, column, "opened or closed", HalfLine(cell.end, not cell.closed))
            yield Mutant(row, column, "swapped", getattr(neighbour, column))


def same_value(mutant: Mutant) -> bool:
    """The cell holds the very value it held before."""
    return getattr(mutant.row, mutant.column) == mutant.cell


def explained(mutant: Mutant) -> str:
    """Why this mutant changes nothing, if it does not: the altered cell holds the value it held before."""
    if not same_value(mutant):
        return ""
    return "the next row holds the same" if mutant.change == "swapped" else f"{FACTOR} x = x at 0 and infinity"


def survey() -> tuple[list[tuple[Mutant, str]], list[Mutant]]:
    """Every mutant with what became of it, and the unexplained survivors."""
    fates, survivors = [], []
    for mutant in mutants():
        killer = mutant.killer()
        reason = explained(mutant)
        if not killer and not reason:
            survivors.append(mutant)
        fates.append((mutant, killer or (f"equivalent: {reason}" if reason else "SURVIVES")))
    return fates, survivors


def main() -> int:
    fates, survivors = survey()
    for mutant, fate in fates:
        print(f"{mutant.row.name.ljust(17)} {mutant.column:18} {mutant.change:17} {fate}")
    equivalent = sum(fate.startswith("equivalent") for _, fate in fates)
    killed = len(fates) - equivalent - len(survivors)
    print(f"\n{len(ALL_ROWS)} rows x {len(COLUMNS)} columns, {len(fates)} mutants: ", end="")
    print(f"{killed} killed, {equivalent} equivalent, {len(survivors)} survive")
    return 1 if survivors else 0


if __name__ == "__main__":
    sys.exit(main())
