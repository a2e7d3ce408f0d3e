"""Several groups as lines through the steps: how each of them felt."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from safar.analysis.frames import Types, columns
from safar.analysis.journey_map import Experience
from safar.analysis.result import Origin, Result

MOST_LINES = 5


@dataclass(frozen=True, slots=True, kw_only=True)
class Line:
    """One group: a value of the dimension, and its experience at every step, in the order of the journey."""

    value: str
    whole: Experience
    steps: tuple[Experience, ...]


_TYPES = columns(
    "text: line step number: experience experience_low experience_high whole: answers text: experience_state"
)


@dataclass(frozen=True, slots=True, kw_only=True)
class JourneyLines(Result):
    """Up to five groups, those with the most answers first. `others`: how many more values there are."""

    journey: str
    by: str
    lines: tuple[Line, ...]
    others: int
    step_ids: tuple[str, ...]
    filters: Mapping[str, str]
    origin: Origin

    def rows(self) -> Sequence[Mapping[str, Any]]:
        """One row a line and step."""
        return [
            {
                "line": line.value, "step": step, "experience": felt.index, "experience_low": felt.low,
                "experience_high": felt.high, "answers": felt.n, "experience_state": felt.state,
            }
            for line in self.lines
            for step, felt in zip(self.step_ids, line.steps, strict=True)
        ]  # fmt: skip

    def column_types(self) -> Types:
        """The type of each column."""
        return _TYPES
