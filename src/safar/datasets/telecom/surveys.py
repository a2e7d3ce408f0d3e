"""Surveys of customers: who is asked, who answers, and what is ticked.

Answering depends on the channel, on the segment, and on the experience itself: the unhappy stay silent, so the
ratings that come in are better than what was felt.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from safar.datasets.telecom.calendar import Calendar
from safar.datasets.telecom.contacts import RUNS, Contacts
from safar.datasets.telecom.experience import latest_experience, rate, recommendation
from safar.datasets.telecom.people import People
from safar.datasets.telecom.questions import (
    BLANK,
    DELIVERED,
    EXPECTED,
    NEVER_USED,
    NOT_APPLICABLE,
    PROMISED,
    AnswerSheet,
    Asked,
    Questions,
)
from safar.datasets.telecom.runs import Run
from safar.datasets.telecom.truth import DAY_S, Floats, Ints, Truth

WAVES = 4


@dataclass(frozen=True, slots=True, eq=False)
class Panel:
    """What every survey needs of one block."""

    rng: np.random.Generator
    truth: Truth
    calendar: Calendar
    people: People
    questions: Questions

    def ask(
        self, *, who: Ints, run: Ints, at: Floats, survey: Ints | int, channel: Ints, logit: Floats, tone: Floats
    ) -> Asked:
        """Invitations at local seconds `at`; `logit` is the log-odds of an answer before the segment's shift."""
        segment = self.people.segment_at(who, at)
        shift, asked = self.truth.numbers("segments", "response"), self.truth.numbers("segments", "invite")
        chance = _logistic(logit + shift[segment])
        answered = self.rng.random(len(who)) < chance
        waits = 60.0 + self.rng.exponential(9 * 3600.0, len(who))
        answered_at = np.floor(self.calendar.clock.to_real(self.calendar.clock.to_active(at) + waits))
        usual = np.array([self.truth.table["surveys"]["answers_by_channel"][c] for c in self.truth.channels])
        weight = 0.3 / (asked[segment] * _logistic(_logit(usual)[channel] + shift[segment]))
        return Asked(
            who=who,
            run=run,
            at=np.floor(at),
            survey=np.broadcast_to(np.asarray(survey, dtype=np.int64), (len(who),)),
            channel=channel,
            tone=tone,
            answered=answered & (answered_at < self.calendar.seconds),
            answered_at=answered_at,
            weight=np.round(weight, 4),
            speaker=np.zeros(len(who), np.int64),
            person=np.full(len(who), -1),
        )

    def invited(self, who: Ints, at: Floats) -> Floats:
        """How much less likely a segment is to be asked."""
        factor: Floats = self.truth.numbers("segments", "invite")[self.people.segment_at(who, at)]
        return factor

    def states(self, size: int) -> Ints:
        """A few leave a question blank."""
        blank: Ints = np.where(self.rng.random(size) < self.truth.table["surveys"]["blank"], BLANK, 0)
        return blank


def after_contacts(panel: Panel, contacts: Contacts, felt: Floats, sheet: AnswerSheet, *, first_row: int) -> Asked:
    """Short surveys after single contacts."""
    truth, rng, table = panel.truth, panel.rng, panel.truth.table["surveys"]
    share = np.array([table["invited"].get(name, 0.0) for name in truth.touchpoints] + [0.0])
    chance = share[contacts.touchpoint] * panel.invited(contacts.who, contacts.at)
    asked = (rng.random(len(contacts)) < chance) & ~np.isnan(felt) & (contacts.status != 3)
    rows = np.flatnonzero(asked)
    touchpoint, tone = contacts.touchpoint[rows], felt[rows]
    usual = np.array([table["answers_by_channel"][c] for c in truth.channels])
    at = contacts.at[rows] + np.nan_to_num(contacts.duration[rows]) + 600.0 + rng.random(len(rows)) * 3000.0
    inside = at < panel.calendar.seconds
    rows, touchpoint, tone, at = rows[inside], touchpoint[inside], tone[inside], at[inside]
    number = {name: i for i, name in enumerate(table["invited"])}
    survey = np.array([number.get(name, -1) for name in truth.touchpoints])[touchpoint]
    channel = contacts.channel[rows]
    asked_rows = panel.ask(
        who=contacts.who[rows],
        run=contacts.run[rows],
        at=at,
        survey=survey,
        channel=channel,
        logit=_logit(usual)[channel] + table["silence"] * (tone - truth.quality[touchpoint]),
        tone=tone,
    )
    said = np.flatnonzero(asked_rows.answered)
    for name, question in number.items():
        mine = said[touchpoint[said] == truth.touchpoint(name)]
        sheet.add(mine + first_row, question, rate(tone[mine], low=1, high=5), state=panel.states(len(mine)))
        if name in table["effort_asked"]:
            ease = 4.0 + 1.4 * (tone[mine] - 3.3) + 0.6 * rng.standard_normal(len(mine))
            state = np.where(rng.random(len(mine)) < table["not_applicable"], NOT_APPLICABLE, 0)
            sheet.add(mine + first_row, panel.questions.number("effort"), rate(ease, low=1, high=7), state=state)
        if name in table["satisfaction_asked"]:
            pleased = tone[mine] + 0.3 * rng.standard_normal(len(mine))
            sheet.add(mine + first_row, panel.questions.number("satisfaction"), rate(pleased, low=1, high=5))
        if name == "delivery":
            days = panel.questions.number("delivery_days")
            pair = (panel.people.first + asked_rows.who[mine]) * RUNS + asked_rows.run[mine]
            sheet.add(mine + first_row, days, contacts.promised[rows[mine]], view=PROMISED, pair=pair)
            sheet.add(mine + first_row, days, contacts.taken[rows[mine]], view=DELIVERED, pair=pair)
    return asked_rows


def at_the_order(panel: Panel, contacts: Contacts, sheet: AnswerSheet, *, first_row: int) -> Asked:
    """What buyers expect, asked after the order."""
    truth, rng, table = panel.truth, panel.rng, panel.truth.table["surveys"]
    ordered = np.flatnonzero(contacts.touchpoint == truth.touchpoint("order"))
    chance = table["expectation_invited"] * panel.invited(contacts.who[ordered], contacts.at[ordered])
    rows = ordered[rng.random(len(ordered)) < chance]
    at = contacts.at[rows] + 600.0 + rng.random(len(rows)) * 1200.0
    rows, at = rows[at < panel.calendar.seconds], at[at < panel.calendar.seconds]
    who, run = contacts.who[rows], contacts.run[rows]
    tone = np.full(len(rows), 4.0)
    asked = panel.ask(
        who=who,
        run=run,
        at=at,
        survey=len(table["invited"]) + 1,
        channel=np.full(len(rows), truth.channels.index("email")),
        logit=np.full(len(rows), _logit(np.array(table["relationship_answers"]))),
        tone=tone,
    )
    said = np.flatnonzero(asked.answered)
    _expectations(panel, sheet, said + first_row, who=who[said], run=run[said], view=EXPECTED)
    return asked


def on_the_relationship(
    panel: Panel, contacts: Contacts, felt: Floats, runs: list[Run], sheet: AnswerSheet, *, wave: int, first_row: int
) -> Asked:
    """The recommendation question with what stands behind it, some months into the service."""
    truth, rng, people, table = panel.truth, panel.rng, panel.people, panel.truth.table["surveys"]
    days = table["relationship_first_days"] + wave * table["relationship_every_days"]
    since = np.where(people.existing, -(people.mood % 1.0) * 90 * DAY_S, runs[0].active_s)
    at = np.floor((since + days * DAY_S) / DAY_S) * DAY_S + 9 * 3600.0 + np.floor(rng.random(len(people)) * 32400.0)
    run = np.full(len(people), -1)
    for number, one in enumerate(runs):
        run = np.where((one.active_s <= at) & (at < one.leave_s), number, run)
    latest = latest_experience(truth, people, contacts, felt, until=at)
    latent = recommendation(rng, truth, people, latest, at)
    everyone = np.arange(len(people))
    asked_of = rng.random(len(people)) < panel.invited(everyone, at)
    who = np.flatnonzero((run >= 0) & (at < panel.calendar.seconds) & asked_of)
    latent, latest, run, at = latent[who], latest[who], run[who], at[who]
    tone = 3.5 + 0.45 * (latent - truth.table["recommendation"]["base"])
    channel = np.where(rng.random(len(who)) < 0.6, truth.channels.index("email"), truth.channels.index("app"))
    surprise = latent - truth.table["recommendation"]["base"]
    asked = panel.ask(
        who=who,
        run=run,
        at=at,
        survey=len(table["invited"]),
        channel=channel,
        logit=_logit(np.array(table["relationship_answers"])) + table["relationship_silence"] * surprise,
        tone=tone,
    )
    said = np.flatnonzero(asked.answered)
    rows, question = said + first_row, panel.questions.number
    sheet.add(rows, question("recommendation"), rate(latent[said], low=0, high=10), state=panel.states(len(said)))
    overall = tone[said] + 0.3 * rng.standard_normal(len(said))
    sheet.add(rows, question("satisfaction"), rate(overall, low=1, high=5))
    for name in table["rated"]:
        score = latest[said, truth.touchpoint(name)]
        state = np.where(np.isnan(score), NEVER_USED, panel.states(len(said)))
        sheet.add(rows, question(name), rate(np.nan_to_num(score), low=1, high=5), state=state)
    rated = np.array([truth.touchpoint(name) for name in table["rated"]])
    worst = rated[np.argmin(np.nan_to_num(latest[said][:, rated], nan=9.0), axis=1)]
    sheet.add(rows, question("improve_first"), np.full(len(said), np.nan), option=worst)
    if wave == 0:
        _expectations(panel, sheet, rows, who=who[said], run=run[said], view=0)
    return asked


def _expectations(panel: Panel, sheet: AnswerSheet, rows: Ints, *, who: Ints, run: Ints, view: int) -> None:
    """One answer for each expectation: what was expected, or what it became."""
    halo = panel.truth.table["experience"]["halo"] * panel.people.mood[who]
    for name, row in panel.truth.table["expectations"].items():
        level = row["expected"] + 0.5 * halo if view == EXPECTED else row["experienced"] + halo
        score = level + 0.6 * panel.rng.standard_normal(len(rows))
        pair = (panel.people.first + who) * RUNS + run
        question = panel.questions.number(f"expectation_{name}")
        sheet.add(rows, question, rate(score, low=1, high=5), view=view, pair=pair)


def _logit(chance: Floats) -> Floats:
    odds: Floats = np.log(chance / (1.0 - chance))
    return odds


def _logistic(odds: Floats) -> Floats:
    chance: Floats = 1.0 / (1.0 + np.exp(-odds))
    return chance
