"""Two groups on one map, as one frozen result: docs/methods/compare.md."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, fields
from typing import Any

from safar.analysis.frames import Types, columns
from safar.analysis.result import Origin, Result
from safar.domain.label import Label

WHOLE, STEP, TOUCHPOINT = "whole", "step", "touchpoint"
LEVELS = (WHOLE, STEP, TOUCHPOINT)
EXPERIENCE, COMPLETION, REMAINING, DROPPED, REACH, WAIT, DWELL = (
    "experience", "completion", "remaining", "dropped", "reach", "wait", "dwell"
)  # fmt: skip
SHARES = (COMPLETION, REMAINING, DROPPED, REACH)
SPANS = (WAIT, DWELL)


@dataclass(frozen=True, slots=True, kw_only=True)
class Difference:
    """One measure of one place in both groups, and `a` minus `b`.

    measure: experience (index 0-100), completion, remaining, dropped, reach (shares of passages, 0-1), wait, dwell
    (median seconds). state: 'ok', 'few' (shown, but marked), 'too_few' (figures of the group that has too few are
    None, and there is no difference), 'none' (one of them has nothing here), 'open' (two periods, and in one of them
    too many passages are still open to say what became of them). n_a, n_b: answers, passages or times.
    low, high: interval of this one difference; p_value: of no difference, two-sided; p_adjusted: the same after Holm's
    correction over all places of one kind; holds: whether it is below one minus the confidence. None: not tested.
    """

    measure: str
    state: str
    n_a: int
    n_b: int
    a: float | None = None
    b: float | None = None
    difference: float | None = None
    low: float | None = None
    high: float | None = None
    p_value: float | None = None
    p_adjusted: float | None = None
    holds: bool | None = None
    method: str | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class PlaceComparison:
    """The differences of the whole journey (id None), a step or a touchpoint (of `step`)."""

    level: str
    id: str | None
    label: Label
    differences: tuple[Difference, ...]
    step: str | None = None

    def of(self, measure: str) -> Difference | None:
        """One of the measures, where the place has it."""
        return next((one for one in self.differences if one.measure == measure), None)


@dataclass(frozen=True, slots=True, kw_only=True)
class GroupSize:
    """How much stands behind one group. `customers`: distinct known ones, and links of nobody known."""

    filters: Mapping[str, str]
    passages: int
    customers: int
    moves: int


_TYPES = columns(
    "text: level place label measure state whole: n_a n_b number: a b difference low high p_value "
    "p_adjusted truth: holds text: method"
)


@dataclass(frozen=True, slots=True, kw_only=True)
class MapComparison(Result):
    """Everything of a journey in two groups, side by side.

    shared_customers: customers who are in both groups; their answers and passages are not independent, and the
    intervals of experience and shares reckon with that (see docs/methods/compare.md).
    """

    journey: str
    label: Label
    a: GroupSize
    b: GroupSize
    shared_customers: int
    confidence: float
    places: tuple[PlaceComparison, ...]
    origin: Origin

    def at(self, level: str, place: str | None = None) -> PlaceComparison | None:
        """One place."""
        return next((one for one in self.places if one.level == level and one.id == place), None)

    def rows(self) -> Sequence[Mapping[str, Any]]:
        """One row a place and measure."""
        return [
            {"level": place.level, "place": place.id, "label": place.label.text()}
            | {field.name: getattr(one, field.name) for field in fields(Difference)}
            for place in self.places
            for one in place.differences
        ]

    def column_types(self) -> Types:
        """The type of each column."""
        return _TYPES
