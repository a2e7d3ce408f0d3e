"""What the answers to an item are: numbers, ordered categories, or names."""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum

MOST_CATEGORIES = 100
"""Most different answers of one item that is ordinal or nominal."""


class Level(StrEnum):
    """numeric: distances mean something (every item that says nothing else). ordinal: only the order does. nominal:
    answers are names."""

    NUMERIC = "numeric"
    ORDINAL = "ordinal"
    NOMINAL = "nominal"


@dataclass(frozen=True, slots=True, kw_only=True)
class ItemLevel:
    """An item that is not numeric. order: of an ordinal item, its answers from the least to the greatest; empty where
    they are numbers, which have an order.
    """

    item: str
    level: Level
    order: tuple[str, ...] = ()
