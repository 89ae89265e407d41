"""Divergences from samples, counts, critics and classifiers, with the sense of each interval."""

__all__: list[str] = []
