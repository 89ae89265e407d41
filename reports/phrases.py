"""The report's own phrases, one file per language in ``words/``, and how it writes numbers."""

from __future__ import annotations

import math
import tomllib
from pathlib import Path
from typing import Any

__all__ = ["HERE", "Phrases", "ReportError", "power_of_ten", "read_phrases"]

HERE = Path(__file__).parent / "words"
RAISED = str.maketrans("-0123456789", "⁻⁰¹²³⁴⁵⁶⁷⁸⁹")
PLAIN = range(-3, 5)  # decades written without a power of ten


class ReportError(ValueError):
    """A report that cannot be made; the message names file or claim, and the remedy."""


class Phrases:
    """The phrases of one language: ``words("card.rests_on")``, ``words("table.error", margin="0.1")``."""

    def __init__(self, file: Path, tables: dict[str, Any]) -> None:
        self.file, self.language, self._tables = file, file.stem, tables

    def __call__(self, key: str, **values: object) -> str:
        """The phrase of a key ``table.name``, its {places} filled.

        Raises:
            ReportError: the phrase is missing, is no text, or has a place that nothing fills.
        """
        phrase = self._find(key, str)
        try:
            return str(phrase).format(**values)
        except (KeyError, IndexError, ValueError) as error:
            raise ReportError(
                f"{self.file}: {key} = {phrase!r}: cannot fill {error}; places are {list(values)}"
            ) from None

    def count(self, key: str, n: int) -> str:
        """A counted noun, such as "1 case" or "2,400 cases"."""
        one, many = self._find(f"counts.{key}", list)
        return str(one if n == 1 else many).format(n=self.whole(n))

    def whole(self, n: int) -> str:
        """A whole number with its thousands set apart."""
        return f"{n:,}".replace(",", self("numbers.thousands"))

    def number(self, value: float | str, digits: int = 3) -> str:
        """A number to so many significant digits, with a power of ten where that is shorter: "2.4 × 10⁻⁸"."""
        x = float(value)
        if math.isinf(x):
            return "∞" if x > 0 else "−∞"
        mantissa, _, exponent = f"{x:.{digits - 1}e}".partition("e")
        decade = int(exponent)
        if x == 0 or decade in PLAIN:
            text = f"{x:.{max(0, digits - 1 - decade)}f}"
            return (text.rstrip("0").rstrip(".") if "." in text else text).replace("-", "−")
        mantissa = mantissa.rstrip("0").rstrip(".").replace("-", "−")
        return power_of_ten(decade) if mantissa == "1" else f"{mantissa} × {power_of_ten(decade)}"

    def _find(self, key: str, kind: type) -> Any:
        table, _, name = key.partition(".")
        found = self._tables.get(table, {}).get(name)
        if not isinstance(found, kind):
            raise ReportError(f"{self.file}: the key {name!r} is missing from [{table}]; add it in this language")
        return found


def power_of_ten(decade: int) -> str:
    """A power of ten in plain characters.

    >>> power_of_ten(-3)
    '10⁻³'
    """
    return "10" + str(decade).translate(RAISED)


def read_phrases(language: str) -> Phrases:
    """The phrases of a language, "en" say.

    Raises:
        ReportError: no file for that language.
    """
    known = sorted(file.stem for file in HERE.glob("*.toml"))
    file = HERE / f"{language}.toml"
    if language not in known:
        raise ReportError(f"{file}: no words for language {language!r}; known are {known}: add that file")
    return Phrases(file, tomllib.loads(file.read_text(encoding="utf-8")))
