"""The touchpoint inventory: every touchpoint of a journey with what the log knows of it, and what the inventory lacks.

Counted from the facts themselves by the rules in force, so that it needs nothing prepared and holds for a journey
that was published a moment ago.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import datetime
from typing import TYPE_CHECKING

from safar.analysis.mapping import Decider
from safar.domain.fact import Speaker
from safar.domain.framework import Element
from safar.domain.journey import Journey, Step, Touchpoint
from safar.domain.label import Label
from safar.domain.rules import RuleSet
from safar.files.journey import read_journey
from safar.frameworks import journey_texts
from safar.frameworks.inventory import PrintedTouchpoint, printed_touchpoints
from safar.frameworks.shelf import load
from safar.frameworks.stages import mapping
from safar.usecases.combinations import Combinations, read_combinations
from safar.usecases.preview_rules import ALWAYS, rules_in_force

if TYPE_CHECKING:
    from safar.usecases.workspace import Workspace


@dataclass(frozen=True, slots=True, kw_only=True)
class InventoryRow:
    """One touchpoint. contacts: interactions; answers: feedback of customers; last_ts: of either, None: never seen.

    seen: channels of its contacts, most frequent first. step_no: from 1.
    """

    touchpoint: Touchpoint
    step: Step
    step_no: int
    contacts: int
    answers: int
    last_ts: datetime | None
    seen: tuple[str, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class Suggestion:
    """A touchpoint that a paper prints and the inventory lacks.

    framework, paper, element: where it comes from; prefilled: what accepting begins with.
    """

    framework: str
    paper: str
    element: Element
    forgotten: bool
    prefilled: Touchpoint


@dataclass(frozen=True, slots=True, kw_only=True)
class Inventory:
    """The inventory of one journey, in its order."""

    journey: Journey
    rows: tuple[InventoryRow, ...]
    suggestions: tuple[Suggestion, ...]


@dataclass(slots=True)
class _Seen:
    contacts: int = 0
    answers: int = 0
    last_ts: datetime | None = None

    def add(self, facts: int, last_ts: datetime, *, answers: bool) -> None:
        if answers:
            self.answers += facts
        else:
            self.contacts += facts
        self.last_ts = last_ts if self.last_ts is None else max(self.last_ts, last_ts)


def read_inventory(workspace: Workspace, *, units: Sequence[str] | None = None) -> Inventory:
    """The inventory of the journey in force. units: only facts of these units; None: all.

    Raises: NotPublished, TooManyCombinations.
    """
    journey, _ = workspace.journey()
    rules = rules_in_force(workspace, journey.id)
    columns = (*ALWAYS, "speaker", *(("unit",) if units is not None else ()), *rules.columns)
    found = read_combinations(workspace, columns)
    if units is not None:
        found = tuple(one.only("unit", units) for one in found)
    seen, channels = _seen(found, rules)
    steps = {step.id: (i, step) for i, step in enumerate(journey.steps, start=1)}
    rows = []
    for touchpoint in journey.touchpoints:
        number, step = steps[touchpoint.step]
        one = seen.get(touchpoint.id, _Seen())
        rows.append(
            InventoryRow(
                touchpoint=touchpoint,
                step=step,
                step_no=number,
                contacts=one.contacts,
                answers=one.answers,
                last_ts=one.last_ts,
                seen=tuple(name for name, _ in channels.get(touchpoint.id, Counter()).most_common()),
            )
        )
    rows.sort(key=lambda row: row.step_no)
    return Inventory(journey=journey, rows=tuple(rows), suggestions=suggest(journey))


def suggest(journey: Journey) -> tuple[Suggestion, ...]:
    """What the papers' inventories print and the journey lacks; first what firms forget."""
    return tuple(
        _suggestion(journey, printed) for printed in printed_touchpoints() if not printed.is_one_of(journey.touchpoints)
    )


def suggestion_of(journey: Journey, element: str) -> Suggestion | None:
    """The suggestion that comes from an element, if the journey still lacks it."""
    return next((one for one in suggest(journey) if one.element.id == element), None)


def _seen(found: Sequence[Combinations], rules: RuleSet) -> tuple[dict[str, _Seen], dict[str, Counter[str]]]:
    seen: dict[str, _Seen] = {}
    channels: dict[str, Counter[str]] = {}
    for one in found:
        decider = Decider(rules)
        answers = one.table == "feedback"
        said_by = one.only("speaker", [Speaker.CUSTOMER.value]) if answers else one
        channel = said_by.columns.index("channel")
        for row in said_by.rows:
            name = decider.decide(one.columns, row.values).touchpoint
            if name is None:
                continue
            seen.setdefault(name, _Seen()).add(row.facts, row.last_ts, answers=answers)
            by = row.values[channel]
            if by is not None and not answers:
                channels.setdefault(name, Counter())[by] += row.facts
    return seen, channels


def _suggestion(journey: Journey, printed: PrintedTouchpoint) -> Suggestion:
    identifier, number = printed.like, 1
    while any(one.id == identifier for one in journey.touchpoints):
        number += 1
        identifier = f"{printed.like}-{number}"
    example = _example(printed)
    return Suggestion(
        framework=printed.framework,
        paper=str(load(printed.framework).paper),
        element=printed.element,
        forgotten=printed.forgotten,
        prefilled=replace(example, id=identifier, step=_step_for(journey, example)),
    )


def _example(printed: PrintedTouchpoint) -> Touchpoint:
    """The touchpoint of a packaged journey, the one of the paper's own first; else the bare element."""
    for text in reversed(journey_texts().values()):
        for one in read_journey(text).touchpoints:
            if one.id == printed.like:
                return one
    return Touchpoint(id=printed.like, step="", label=Label(dict(printed.element.label.texts)))


def _step_for(journey: Journey, example: Touchpoint) -> str:
    """The journey's step of that name, else one that it stands for in the other framework, else the last."""
    known = [step.id for step in journey.steps]
    if example.step in known:
        return example.step
    # Of several steps that a stage stands for, the one of the packaged nine steps comes first.
    packaged = read_journey(next(iter(journey_texts().values())))
    same = [one.step for one in packaged.touchpoints if one.id == example.id]
    wanted = [*same, *mapping().targets(example.step)]
    return next((step for step in wanted if step in known), known[-1])
