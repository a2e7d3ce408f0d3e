"""Runs through the journey: from the first contact to what became of it."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from safar.datasets.telecom.calendar import Calendar
from safar.datasets.telecom.contacts import Collector
from safar.datasets.telecom.people import People, pick
from safar.datasets.telecom.truth import DAY_S, STEPS, Flags, Floats, Ints, Truth

ROUNDS = 3
_NEVER = np.inf
_BEFORE_SALE = STEPS[:5]
_REPEAT, _COMPLAINT, _SILENCE = 0, 1, 2


@dataclass(frozen=True, slots=True, eq=False)
class Run:
    """One round of all customers of a block; infinite times mean never. Local seconds."""

    active_s: Floats
    leave_s: Floats
    upgrade_s: Floats
    plan: Ints
    next_s: Floats


@dataclass(frozen=True, slots=True, eq=False)
class _Draw:
    """What every part of a round needs."""

    rng: np.random.Generator
    truth: Truth
    calendar: Calendar
    people: People
    contacts: Collector
    number: int

    def spread(self, median_days: float, sigma: float, *, cap_days: float = 400.0) -> Floats:
        """A gap for every customer, in active seconds."""
        drawn = median_days * np.exp(sigma * self.rng.standard_normal(len(self.people)))
        return np.minimum(drawn, cap_days) * DAY_S

    def later(self, at: Floats, gap: Floats) -> Floats:
        """A real time, `gap` active seconds after another; never stays never."""
        known = np.isfinite(at)
        moved = np.full(len(at), _NEVER)
        moved[known] = self.calendar.clock.to_real(self.calendar.clock.to_active(at[known]) + gap[known])
        return moved

    def add(self, at: Floats, touchpoint: Ints | str, *, event: Ints | int = -1) -> None:
        """A contact of everyone whose time is known."""
        who = np.flatnonzero(np.isfinite(at))
        number = self.truth.touchpoint(touchpoint) if isinstance(touchpoint, str) else touchpoint[who]
        named = event if isinstance(event, int) else event[who]
        self.contacts.add(who=who, run=self.number, at=at[who], touchpoint=number, event=named)


def make_runs(
    rng: np.random.Generator, truth: Truth, calendar: Calendar, people: People, contacts: Collector
) -> list[Run]:
    """All rounds of a block's customers; their contacts go to `contacts`."""
    size = len(people)
    end = float(calendar.clock.to_active(np.array([calendar.seconds]))[0])
    start = calendar.clock.to_real(rng.random(size) * end)
    start[people.existing] = _NEVER
    plan = people.plan
    runs: list[Run] = []
    for number in range(ROUNDS):
        draw = _Draw(rng, truth, calendar, people, contacts, number)
        sale = _until_sale(draw, start, first_step=0 if number == 0 else 1)
        active = _sale_and_delivery(draw, sale, plan)
        if number == 0:
            active = np.where(people.existing, people.contract_s, active)
        run = _after_sale(draw, active, plan, first=number == 0)
        runs.append(run)
        start = run.next_s
        plan = np.where(np.isfinite(run.upgrade_s), plan + 1, plan)
    return runs


def _until_sale(draw: _Draw, start: Floats, *, first_step: int) -> Floats:
    """Awareness to decision; returns when each customer ordered."""
    at = start
    for step in _BEFORE_SALE[first_step:4]:
        row = draw.truth.table["steps"][step]
        gap = draw.spread(row["gap_days"], row["sigma"])
        _visit(draw, step, at, gap)
        who = np.arange(len(at))
        chance = draw.truth.passing(step)[draw.people.segment_at(who, at)]
        passes = draw.rng.random(len(at)) < chance
        at = np.where(passes, draw.later(at, gap), _NEVER)
    return at


def _visit(draw: _Draw, step: str, at: Floats, gap: Floats) -> None:
    """The step's main contact, and further ones before the next step is due."""
    numbers = np.array(draw.truth.of_step(step))
    rows = [draw.truth.table["touchpoints"][draw.truth.touchpoints[i]] for i in numbers]
    main = numbers[pick(draw.rng, np.array([row["use"] for row in rows]), len(at))]
    draw.add(at, main)
    for number, row in zip(numbers, rows, strict=True):
        chosen = draw.rng.random(len(at)) < row["extra"]
        later = draw.later(np.where(chosen, at, _NEVER), draw.rng.random(len(at)) * 0.8 * gap)
        draw.add(later, draw.truth.touchpoints[number])
    if step == "awareness":  # nobody known yet: no customer, no opportunity
        unknown = np.flatnonzero(
            np.isfinite(at) & (draw.rng.random(len(at)) < draw.truth.table["company"]["anonymous_share"])
        )
        before = at[unknown] - draw.rng.random(len(unknown)) * 5 * DAY_S
        draw.contacts.add(who=unknown, run=-1, at=before, touchpoint=main[unknown])


def _sale_and_delivery(draw: _Draw, ordered: Floats, plan: Ints) -> Floats:
    """Order, payment, delivery as promised or late, activation; returns when the service became active."""
    truth, rng, size = draw.truth, draw.rng, len(ordered)
    draw.add(ordered, "order")
    price = truth.numbers("plans", "price")[plan]
    fails = rng.random(size) < 0.04
    tried = ordered + 60.0 + rng.random(size) * 240.0
    paid = np.where(fails, tried + 120.0 + rng.random(size) * 1800.0, tried)
    pay = truth.touchpoint("payment")
    for at, status, shown in ((tried, 1, fails), (paid, 0, np.ones(size, np.bool_))):
        who = np.flatnonzero(np.isfinite(at) & shown)
        draw.contacts.add(
            who=who,
            run=draw.number,
            at=at[who],
            touchpoint=pay,
            status=status,
            amount=price[who] if not status else None,
        )
    passes = rng.random(size) < draw.truth.table["steps"]["purchase"]["pass"]
    promised, taken = _promise(draw, ordered)
    delivered = np.where(passes, ordered + taken * DAY_S + rng.random(size) * 7200.0, _NEVER)
    who = np.flatnonzero(np.isfinite(delivered))
    draw.contacts.add(
        who=who,
        run=draw.number,
        at=delivered[who],
        touchpoint=truth.touchpoint("delivery"),
        status=np.where(taken[who] > promised[who], 5, 4),
        promised=promised[who],
        taken=taken[who],
    )
    active = draw.later(delivered, draw.spread(0.2, 0.8, cap_days=10.0))
    draw.add(active, "activation")
    reads = rng.random(size) < truth.table["touchpoints"]["welcome_guide"]["extra"]
    draw.add(draw.later(np.where(reads, active, _NEVER), draw.spread(1.5, 1.0, cap_days=30.0)), "welcome_guide")
    return active


def _promise(draw: _Draw, ordered: Floats) -> tuple[Floats, Floats]:
    """Days promised and days taken."""
    row, rng, size = draw.truth.table["promise"], draw.rng, len(ordered)
    promised = np.array(row["days"], dtype=np.float64)[(rng.random(size) * len(row["days"])).astype(np.int64)]
    kept = np.array([row["kept_by_region"].get(region, row["kept"]) for region in draw.truth.regions])
    region = draw.truth.unit_region[draw.people.unit_at(np.arange(size), ordered)]
    late = np.ceil(row["late_days"]["median"] * np.exp(row["late_days"]["sigma"] * rng.standard_normal(size)))
    early = (rng.random(size) < 0.3).astype(np.float64)
    return promised, np.where(rng.random(size) < kept[region], promised - early, promised + late)


def _after_sale(draw: _Draw, active: Floats, plan: Ints, *, first: bool) -> Run:
    """The service review and the three ways out; then loyalty, advocacy, another run, or leaving."""
    truth, rng, people, size = draw.truth, draw.rng, draw.people, len(active)
    table, step = truth.table["output"], truth.table["steps"]["usage"]
    review = draw.later(active, draw.spread(step["gap_days"], step["sigma"]))
    if first:  # whoever had a contract before the first day is reviewed some time in the first months
        review = np.where(people.existing, draw.calendar.clock.to_real(rng.random(size) * 200 * DAY_S), review)
    review = np.where(rng.random(size) < step["pass"], review, _NEVER)
    draw.add(review, "service_review")

    mood = 1 + (people.mood > table["happy_above"]).astype(np.int64) - (people.mood < table["unhappy_below"])
    moods = ("unhappy", "neutral", "happy")
    bounds = np.cumsum([[table[m][w] for w in ("repeat", "complaint", "silence")] for m in moods], axis=1)[:, :2]
    way = (rng.random(size)[:, None] >= bounds[mood]).sum(axis=1)

    def after(at: Floats, chosen: Flags, spread: dict[str, float], cap: float) -> Floats:
        return draw.later(np.where(chosen, at, _NEVER), draw.spread(spread["median"], spread["sigma"], cap_days=cap))

    repeat = after(review, way == _REPEAT, table["repeat_days"], 90.0)
    upgrades = (rng.random(size) < 0.4) & (plan < len(truth.plans) - 1)
    events = truth.event_of[truth.touchpoint("renewal")]
    draw.add(repeat, "renewal", event=np.where(upgrades, events[1], events[0]))
    complaint = after(review, way == _COMPLAINT, table["complaint_days"], 60.0)
    draw.add(complaint, "complaint")
    recovered = rng.random(size) < table["recovered"]
    resolved = after(complaint, recovered, table["recovery_days"], 30.0)
    draw.add(resolved, "complaint_resolution")

    outcome = np.where(way == _REPEAT, 0, np.where(way == _SILENCE, 3, np.where(recovered, 1, 2)))
    outcomes = ("repeat", "recovered", "lost", "silence")
    base = np.select(
        [way == _REPEAT, (way == _COMPLAINT) & recovered, way == _COMPLAINT], [repeat, resolved, complaint], review
    )
    becomes = rng.random(size) < np.array([table["loyalty"][name] for name in outcomes])[outcome]
    loyal = after(base, becomes, {"median": 10.0, "sigma": 0.6}, 60.0)
    draw.add(loyal, "loyalty_club")
    speaks = rng.random(size) < np.array([table["advocacy"][m] for m in moods])[mood]
    advocates = after(loyal, speaks, {"median": 12.0, "sigma": 0.7}, 60.0)
    publishes = rng.random(size) < 0.4
    draw.add(np.where(publishes, _NEVER, advocates), "referral")
    draw.add(np.where(publishes, advocates, _NEVER), "public_review")

    chance = np.array([table["leaves"][name] for name in outcomes])[outcome]
    chance = np.where((way == _SILENCE) & (mood == 0), table["silent_unhappy_leaves"], chance)
    leaves = rng.random(size) < chance
    leave = after(base, leaves, {"median": 30.0, "sigma": 0.5}, 110.0)
    draw.add(leave, "cancellation")
    again = (rng.random(size) < table["again"]) & ~leaves
    following = after(repeat, again, {"median": 70.0, "sigma": 0.4}, 300.0)
    return Run(
        active_s=active,
        leave_s=leave,
        upgrade_s=np.where(upgrades, repeat, _NEVER),
        plan=plan,
        next_s=following,
    )
