"""Several tests at once: Holm's correction, which keeps the chance of any false finding below the level.

Sources: docs/methods/compare.md, intervals.md.
"""

from __future__ import annotations

from collections.abc import Sequence


def holm(p_values: Sequence[float | None]) -> list[float | None]:
    """Adjusted p values, in the same order. None (nothing was tested) stays None and does not count."""
    tested = sorted((p, i) for i, p in enumerate(p_values) if p is not None)
    adjusted: list[float | None] = [None] * len(p_values)
    least = 0.0
    for rank, (p, i) in enumerate(tested):
        least = max(least, min(1.0, p * (len(tested) - rank)))
        adjusted[i] = least
    return adjusted
