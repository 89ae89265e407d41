"""Proved intervals: enclosures of divergences between laws of the line and between vectors; needs python-flint."""

__all__: list[str] = []
