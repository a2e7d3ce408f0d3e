"""Small drawings of numbers over time: sparks in cells, and bars of volume or of a distribution."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

SPARK_WIDTH, SPARK_HEIGHT = 60.0, 16.0
_EDGE = 2.0


@dataclass(frozen=True, slots=True, kw_only=True)
class Spark:
    """A line of 60 by 16; `end`: its last point."""

    path: str
    end: tuple[float, float]


def draw_spark(values: Sequence[float | None], *, mirrored: bool) -> Spark | None:
    """A spark of what is there; None with fewer than two values. Gaps break the line."""
    there = [value for value in values if value is not None]
    if len(there) < 2:
        return None
    low, high = min(there), max(there)
    span = max(high - low, 1.0)
    step = (SPARK_WIDTH - 2 * _EDGE) / max(len(values) - 1, 1)
    parts: list[str] = []
    pen = "M"
    end = (0.0, 0.0)
    for i, value in enumerate(values):
        if value is None:
            pen = "M"
            continue
        x = _EDGE + i * step
        x = SPARK_WIDTH - x if mirrored else x
        y = SPARK_HEIGHT - _EDGE - (value - low) / span * (SPARK_HEIGHT - 2 * _EDGE)
        parts.append(f"{pen}{x:.1f} {y:.1f}")
        pen, end = "L", (x, y)
    return Spark(path="".join(parts), end=end)


def heights(counts: Sequence[int], full: float) -> list[float]:
    """The height of each bar; what is not nothing is never invisible."""
    most = max(counts, default=0)
    return [max(1.0, full * n / most) if n else 0.0 for n in counts]
