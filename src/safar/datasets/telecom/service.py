"""Life with the service: bills, self-service, calls, chats, repairs, and the outage."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from safar.datasets.telecom.calendar import Calendar, Clock
from safar.datasets.telecom.contacts import Collector
from safar.datasets.telecom.people import People
from safar.datasets.telecom.runs import Run
from safar.datasets.telecom.truth import DAY_S, Floats, Ints, Truth

MONTH_S = 30.4 * DAY_S
_ANSWERED, _ABANDONED = 2, 3


@dataclass(frozen=True, slots=True, eq=False)
class Spells:
    """Spells of service within the period, one row each: whose, in which round, from and until when, which plan."""

    who: Ints
    run: Ints
    since: Floats
    until: Floats
    plan: Ints


def make_service(
    rng: np.random.Generator, truth: Truth, calendar: Calendar, *, people: People, runs: list[Run], contacts: Collector
) -> None:
    """Contacts of everyone in service, tied to the run whose contract is in force."""
    spells = _spells(calendar, runs)
    who, run = spells.who, spells.run
    for name, row in truth.table["touchpoints"].items():
        if "per_month" not in row:
            continue
        if name == "bill":
            _bills(rng, truth, contacts, spells)
            continue
        clock = calendar.call_clock if name == "support_call" else calendar.clock
        rate = row["per_month"] * people.busy[who] * np.exp(row.get("mood", 0.0) * people.mood[who])
        rows, at = _times(rng, clock, rate, spells)
        if name == "support_call":
            more, later = _outage_calls(rng, truth, calendar, people, spells)
            rows, at = np.concatenate((rows, more)), np.concatenate((at, later))
            _calls(rng, truth, calendar, contacts, who=who[rows], run=run[rows], at=at)
        else:
            contacts.add(who=who[rows], run=run[rows], at=at, touchpoint=truth.touchpoint(name))
    events = [event for event, _ in truth.events]
    for name, row in truth.table["noise_events"].items():
        rows, at = _times(rng, calendar.clock, row["per_month"] * people.busy[who], spells)
        contacts.add(
            who=who[rows],
            run=run[rows],
            at=at,
            touchpoint=-1,
            event=events.index(name),
            channel=truth.channels.index(row["channel"]),
        )


def _spells(calendar: Calendar, runs: list[Run]) -> Spells:
    """From activation until leaving, the next contract, or the end of the period."""
    chunks: list[Spells] = []
    following = np.full(len(runs[0].active_s), np.inf)
    for number in reversed(range(len(runs))):
        run = runs[number]
        stop = np.minimum(np.minimum(run.leave_s, following), calendar.seconds)
        start = np.maximum(run.active_s, 0.0)
        rows = np.flatnonzero(start < stop)
        chunks.append(
            Spells(who=rows, run=np.full(len(rows), number), since=start[rows], until=stop[rows], plan=run.plan[rows])
        )
        following = np.where(np.isfinite(run.active_s), run.active_s, following)
    return Spells(**{name: np.concatenate([getattr(c, name) for c in chunks]) for name in Spells.__dataclass_fields__})


def _times(rng: np.random.Generator, clock: Clock, per_month: Floats, spells: Spells) -> tuple[Ints, Floats]:
    """A Poisson process on a clock: the spell of each contact, and its time."""
    begin, end = clock.to_active(spells.since), clock.to_active(spells.until)
    count = rng.poisson(per_month * (end - begin) / MONTH_S)
    rows = np.repeat(np.arange(len(begin)), count)
    return rows, clock.to_real(begin[rows] + rng.random(len(rows)) * (end - begin)[rows])


def _outage_calls(
    rng: np.random.Generator, truth: Truth, calendar: Calendar, people: People, spells: Spells
) -> tuple[Ints, Floats]:
    """Calls about the outage, of those who live there and are in service."""
    row = truth.table["outage"]
    begin = row["day"] * DAY_S
    end = begin + row["hours"] * 3600.0
    struck = np.array([name in row["regions"] for name in truth.regions])
    home = people.unit_at(spells.who, np.full(len(spells.who), begin))
    here = np.flatnonzero(struck[truth.unit_region[home]] & (spells.since < begin) & (spells.until > end))
    rows = np.repeat(here, rng.poisson(row["calls"], len(here)))
    first, last = calendar.clock.to_active(np.array([begin, end])).tolist()
    return rows, calendar.clock.to_real(first + rng.random(len(rows)) * (last - first))


def _bills(rng: np.random.Generator, truth: Truth, contacts: Collector, spells: Spells) -> None:
    """A bill every month of service, the first a month after its start."""
    price, change = truth.numbers("plans", "price"), truth.table["price_change"]
    dearer = np.array([name in change["plans"] for name in truth.plans])
    count = np.maximum(np.ceil((spells.until - spells.since) / MONTH_S).astype(np.int64) - 1, 0)
    rows = np.repeat(np.arange(len(count)), count)
    nth = 1 + np.arange(len(rows)) - np.repeat(np.cumsum(count) - count, count)
    day = np.floor((spells.since[rows] + nth * MONTH_S) / DAY_S)
    at = day * DAY_S + 6 * 3600.0 + rng.random(len(rows)) * 7200.0
    plan = spells.plan[rows]
    factor = np.where(dearer[plan] & (at >= change["day"] * DAY_S), change["factor"], 1.0)
    contacts.add(
        who=spells.who[rows],
        run=spells.run[rows],
        at=at,
        touchpoint=truth.touchpoint("bill"),
        amount=np.round(price[plan] * factor, 2),
    )


def _calls(
    rng: np.random.Generator,
    truth: Truth,
    calendar: Calendar,
    contacts: Collector,
    *,
    who: Ints,
    run: Ints,
    at: Floats,
) -> None:
    """Calls wait as long as the queue of that hour says; the impatient hang up."""
    wait = np.round(calendar.wait_at(at) * 60.0 * rng.gamma(2.0, 0.5, len(at)))
    patience = np.round(rng.exponential(truth.table["queue"]["patience_min"] * 60.0, len(at)))
    gave_up = wait > patience
    contacts.add(
        who=who,
        run=run,
        at=at,
        touchpoint=truth.touchpoint("support_call"),
        status=np.where(gave_up, _ABANDONED, _ANSWERED),
        wait=np.minimum(wait, patience),
    )
