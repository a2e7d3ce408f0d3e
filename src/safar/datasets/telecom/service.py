"""Life with the service: bills, self-service, calls, chats, repairs, and the outage."""

from __future__ import annotations

import numpy as np

from safar.datasets.telecom.calendar import Calendar, Clock
from safar.datasets.telecom.contacts import Collector
from safar.datasets.telecom.people import People
from safar.datasets.telecom.runs import Run
from safar.datasets.telecom.truth import DAY_S, Floats, Ints, Truth

MONTH_S = 30.4 * DAY_S
_ANSWERED, _ABANDONED = 2, 3


def make_service(
    rng: np.random.Generator,
    truth: Truth,
    calendar: Calendar,
    people: People,
    runs: list[Run],
    contacts: Collector,
) -> None:
    """Contacts of everyone in service, tied to the run whose contract is in force."""
    who, run, since, until, plan = _spells(calendar, runs)
    if not len(who):
        return
    for name, row in truth.table["touchpoints"].items():
        if "per_month" not in row:
            continue
        number = truth.touchpoint(name)
        if name == "bill":
            _bills(rng, truth, contacts, who=who, run=run, since=since, until=until, plan=plan)
            continue
        clock = calendar.call_clock if name == "support_call" else calendar.clock
        rate = row["per_month"] * people.busy[who] * np.exp(row.get("mood", 0.0) * people.mood[who])
        rows, at = _times(rng, clock, rate, since, until)
        if name == "support_call":
            rows, at = _with_outage(rng, truth, calendar, people, who, since, until, rows, at)
            _calls(rng, truth, calendar, contacts, who=who[rows], run=run[rows], at=at)
        else:
            contacts.add(who=who[rows], run=run[rows], at=at, touchpoint=number)
    names = [event for event, _ in truth.events]
    for name, row in truth.table["noise_events"].items():
        rows, at = _times(rng, calendar.clock, row["per_month"] * people.busy[who], since, until)
        contacts.add(
            who=who[rows],
            run=run[rows],
            at=at,
            touchpoint=-1,
            event=names.index(name),
            channel=truth.channels.index(row["channel"]),
        )


def _spells(calendar: Calendar, runs: list[Run]) -> tuple[Ints, Ints, Floats, Floats, Ints]:
    """Spells of service within the period: customer, round, from, until, plan."""
    who, number, since, until, plan = [], [], [], [], []
    following = np.full(len(runs[0].active_s), np.inf)
    for i in reversed(range(len(runs))):
        run = runs[i]
        stop = np.minimum(np.minimum(run.leave_s, following), calendar.seconds)
        start = np.maximum(run.active_s, 0.0)
        rows = np.flatnonzero(start < stop)
        who.append(rows)
        number.append(np.full(len(rows), i))
        since.append(start[rows])
        until.append(stop[rows])
        plan.append(run.plan[rows])
        following = np.where(np.isfinite(run.active_s), run.active_s, following)
    join = np.concatenate
    return join(who), join(number), join(since), join(until), join(plan)


def _times(
    rng: np.random.Generator, clock: Clock, per_month: Floats, since: Floats, until: Floats
) -> tuple[Ints, Floats]:
    """A Poisson process on a clock: the spell of each contact, and its time."""
    begin, end = clock.to_active(since), clock.to_active(until)
    count = rng.poisson(per_month * (end - begin) / MONTH_S)
    rows = np.repeat(np.arange(len(since)), count)
    at = clock.to_real(begin[rows] + rng.random(len(rows)) * (end - begin)[rows])
    return rows, at


def _bills(
    rng: np.random.Generator,
    truth: Truth,
    contacts: Collector,
    *,
    who: Ints,
    run: Ints,
    since: Floats,
    until: Floats,
    plan: Ints,
) -> None:
    """A bill every month of service, the first a month after its start."""
    price = truth.numbers("plans", "price")
    change = truth.table["price_change"]
    dearer = np.array([name in change["plans"] for name in truth.plans])
    count = np.ceil(np.maximum(until - since, 0.0) / MONTH_S).astype(np.int64) - 1
    rows = np.repeat(np.arange(len(who)), np.maximum(count, 0))
    nth = np.arange(len(rows)) - np.repeat(np.cumsum(np.maximum(count, 0)) - np.maximum(count, 0), np.maximum(count, 0))
    at = np.floor((since[rows] + (nth + 1) * MONTH_S) / DAY_S) * DAY_S + 6 * 3600.0 + rng.random(len(rows)) * 7200.0
    amount = price[plan[rows]] * np.where(dearer[plan[rows]] & (at >= change["day"] * DAY_S), change["factor"], 1.0)
    contacts.add(who=who[rows], run=run[rows], at=at, touchpoint=truth.touchpoint("bill"), amount=np.round(amount, 2))


def _with_outage(
    rng: np.random.Generator,
    truth: Truth,
    calendar: Calendar,
    people: People,
    who: Ints,
    since: Floats,
    until: Floats,
    rows: Ints,
    at: Floats,
) -> tuple[Ints, Floats]:
    """The usual calls and those about the outage."""
    row = truth.table["outage"]
    begin = row["day"] * DAY_S
    end = begin + row["hours"] * 3600.0
    struck = np.array([name in row["regions"] for name in truth.regions])
    here = struck[truth.unit_region[people.unit_at(who, np.full(len(who), begin))]]
    spells = np.flatnonzero(here & (since < begin) & (until > end))
    count = rng.poisson(row["calls"], len(spells))
    bounds = calendar.clock.to_active(np.array([begin, end]))
    extra = np.repeat(spells, count)
    times = calendar.clock.to_real(bounds[0] + rng.random(len(extra)) * (bounds[1] - bounds[0]))
    return np.concatenate((rows, extra)), np.concatenate((at, times))


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
