"""Laws that are no vectors of masses: how they are recognised, their closed forms, quadrature and sums."""

__all__: list[str] = []
