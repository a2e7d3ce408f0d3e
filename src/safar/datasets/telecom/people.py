"""The customers of one block: who they are, what they are like, and what changes about them."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from safar.datasets.telecom.calendar import Calendar
from safar.datasets.telecom.truth import DAY_S, Floats, Ints, Truth

YEAR_S = 365.0 * DAY_S


@dataclass(frozen=True, slots=True, eq=False)
class People:
    """Arrays with one row a customer; numbers refer to the names in `Truth`.

    `mood`: standard normal, the halo on everything. `busy`: mean 1, how much the customer does. `*_change_s`:
    local second of the one change of segment or home (infinite: never), and what it changes to.
    """

    first: int
    segment: Ints
    segment_to: Ints
    segment_change_s: Floats
    plan: Ints
    unit: Ints
    unit_to: Ints
    unit_change_s: Floats
    language: Ints
    mood: Floats
    busy: Floats
    existing: np.ndarray[tuple[int], np.dtype[np.bool_]]
    contract_s: Floats

    def __len__(self) -> int:
        return len(self.segment)

    def segment_at(self, who: Ints, at: Floats) -> Ints:
        """The segment that held at a local second."""
        found: Ints = np.where(at >= self.segment_change_s[who], self.segment_to[who], self.segment[who])
        return found

    def unit_at(self, who: Ints, at: Floats) -> Ints:
        """The home unit that held at a local second."""
        found: Ints = np.where(at >= self.unit_change_s[who], self.unit_to[who], self.unit[who])
        return found


def pick(rng: np.random.Generator, shares: Floats, size: int) -> Ints:
    """`size` numbers drawn with the given shares."""
    found: Ints = np.searchsorted(np.cumsum(shares / shares.sum())[:-1], rng.random(size), side="right")
    return found


def make_people(rng: np.random.Generator, truth: Truth, calendar: Calendar, *, first: int, size: int) -> People:
    """`size` customers numbered from `first`."""
    table = truth.table
    segment = pick(rng, truth.numbers("segments", "share"), size)
    rate = np.zeros(len(truth.segments))
    target = np.arange(len(truth.segments))
    for name, change in table["segment_changes"].items():
        rate[truth.segments.index(name)] = change["per_year"]
        target[truth.segments.index(name)] = truth.segments.index(change["to"])
    unit_share = np.repeat(
        truth.numbers("regions", "share") / truth.numbers("regions", "units"),
        truth.numbers("regions", "units").astype(np.int64),
    )
    unit, unit_to = pick(rng, unit_share, size), pick(rng, unit_share, size)
    moves = rng.exponential(1.0, size) / table["moving"]["per_year"] * YEAR_S
    moves[truth.unit_region[unit] == truth.unit_region[unit_to]] = np.inf
    changes = rng.exponential(1.0, size)
    with np.errstate(divide="ignore"):
        changes = changes / rate[segment] * YEAR_S
    existing = rng.random(size) < table["company"]["existing_share"]
    contract = np.where(existing, -rng.random(size) * 1000.0 * DAY_S, np.inf)
    return People(
        first=first,
        segment=segment,
        segment_to=target[segment],
        segment_change_s=np.where(changes < calendar.seconds, changes, np.inf),
        plan=pick(rng, truth.numbers("plans", "share"), size),
        unit=unit,
        unit_to=unit_to,
        unit_change_s=np.where(moves < calendar.seconds, moves, np.inf),
        language=pick(rng, np.array(list(table["languages"].values())), size),
        mood=rng.standard_normal(size),
        busy=rng.gamma(4.0, 0.25, size),
        existing=existing,
        contract_s=contract,
    )
