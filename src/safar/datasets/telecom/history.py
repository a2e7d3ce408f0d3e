"""What is known of a customer, and from when: segment, plan, region, unit, tenure, language."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from safar.datasets.telecom.calendar import Calendar
from safar.datasets.telecom.people import People
from safar.datasets.telecom.runs import Run
from safar.datasets.telecom.truth import DAY_S, Floats, Ints, Truth

NAMES = ("segment", "plan", "region", "unit", "tenure", "language")


@dataclass(frozen=True, slots=True, eq=False)
class History:
    """One row a value: `name` numbers `NAMES`, `value` the names of that attribute, `at` local seconds."""

    who: Ints
    name: Ints
    value: Ints
    at: Floats


def values_of(truth: Truth, name: str) -> tuple[str, ...]:
    """The values that an attribute may take, by number."""
    return {
        "segment": truth.segments,
        "plan": truth.plans,
        "region": truth.regions,
        "unit": truth.units,
        "tenure": tuple(truth.table["tenure_days"]),
        "language": truth.languages,
    }[name]


def make_history(truth: Truth, calendar: Calendar, people: People, runs: list[Run]) -> History:
    """Everything known of the block's customers within the period, sorted by customer and time.

    What is always known holds from the first day; plan and tenure from the contract, or the first day when older.
    """
    chunks: list[tuple[Ints, int, Ints, Floats]] = []
    everyone, first_day = np.arange(len(people)), np.zeros(len(people))

    def add(name: str, value: Ints, at: Floats) -> None:
        known = np.flatnonzero(at < calendar.seconds)
        chunks.append((everyone[known], NAMES.index(name), value[known], np.floor(at[known])))

    region = truth.unit_region
    add("segment", people.segment, first_day)
    changed = np.where(people.segment_to == people.segment, np.inf, people.segment_change_s)
    add("segment", people.segment_to, changed)
    add("region", region[people.unit], first_day)
    add("region", region[people.unit_to], people.unit_change_s)
    add("unit", people.unit, first_day)
    add("unit", people.unit_to, people.unit_change_s)
    add("language", people.language, first_day)
    for run in runs:
        add("plan", run.plan, np.maximum(run.active_s, 0.0))
        add("plan", run.plan + 1, run.upgrade_s)
    contract = np.min([run.active_s for run in runs], axis=0)
    days = list(truth.table["tenure_days"].values())
    for number, since in enumerate(days):
        at = contract + since * DAY_S
        until = contract + days[number + 1] * DAY_S if number + 1 < len(days) else np.full(len(at), np.inf)
        add("tenure", np.full(len(at), number), np.where(until > 0, np.maximum(at, 0.0), np.inf))
    who = np.concatenate([chunk[0] for chunk in chunks])
    name = np.concatenate([np.full(len(chunk[0]), chunk[1]) for chunk in chunks])
    value = np.concatenate([chunk[2] for chunk in chunks])
    at = np.concatenate([chunk[3] for chunk in chunks])
    order = np.lexsort((np.arange(len(who)), name, at, who))
    return History(who=who[order], name=name[order], value=value[order], at=at[order])
