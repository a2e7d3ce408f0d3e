"""Bounds of the numbers that people choose for an analysis of a path model: of command, library and pages alike."""

from __future__ import annotations

from collections.abc import Mapping
from types import MappingProxyType

COUNTS: Mapping[str, tuple[int, int]] = MappingProxyType(
    {
        "resamples": (2, 1_000_000),
        "seed": (0, 2**53),
        "folds": (0, 100_000),
        "repeats": (1, 1_000),
        "most": (1, 20),
        "show": (1, 20),
        "factors": (1, 100),
        "permutations": (99, 100_000),
        "models": (2, 6),
    }
)
"""By choice, the least and the greatest number."""
SHARES: Mapping[str, tuple[float, float]] = MappingProxyType({"confidence": (0.5, 0.999)})
USUAL: Mapping[str, int] = MappingProxyType(
    {"resamples": 5_000, "seed": 1, "folds": 10, "repeats": 10, "most": 4, "permutations": 1_000}
)
"""What is taken where nobody chooses."""
ON_PAGES: Mapping[str, int] = MappingProxyType(
    {"resamples": 50_000, "folds": 1_000, "repeats": 100, "most": 10, "show": 10, "permutations": 10_000}
)
"""The greatest numbers that pages take: their work shares one server. The command takes all that `COUNTS` allows."""


def on_page(name: str) -> tuple[int, int]:
    """The least and the greatest number that a page takes."""
    least, most = COUNTS[name]
    return least, min(most, ON_PAGES.get(name, most))
