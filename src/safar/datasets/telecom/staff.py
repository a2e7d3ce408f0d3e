"""What employees and managers believe of the customers' experience.

Staff members are attached to customers (one manager to every so many), so that a stream of any length has them.
"""

from __future__ import annotations

import numpy as np

from safar.datasets.telecom.contacts import Contacts
from safar.datasets.telecom.experience import rate
from safar.datasets.telecom.questions import BELIEVED, EMPLOYEE, MANAGER, AnswerSheet, Asked
from safar.datasets.telecom.surveys import Panel
from safar.datasets.telecom.truth import DAY_S, Floats

UNIT_STEP = 5


def pulse(
    panel: Panel, contacts: Contacts, felt: Floats, sheet: AnswerSheet, *, block: int, first_row: int
) -> Asked | None:
    """The staff survey of a block: each member in two of four waves; None past the last staffed block."""
    truth, rng, table = panel.truth, panel.rng, panel.truth.table["beliefs"]
    if block >= table["blocks"]:
        return None
    size = len(panel.people)
    parts = []
    for role, every, offset in ((EMPLOYEE, table["one_employee_per"], 3), (MANAGER, table["one_manager_per"], 7)):
        who = np.arange(offset, size, every)
        parts.append((np.repeat(who, 2), np.full(len(who) * 2, role), np.tile([0, 2], len(who))))
    who, speaker, wave = (np.concatenate([part[i] for part in parts]) for i in range(3))
    wave = wave + (who // UNIT_STEP) % 2
    start = np.array(table["wave_days"], dtype=np.float64)[wave] * DAY_S
    at = start + 8.5 * 3600.0 + np.floor(rng.random(len(who)) * 3600.0)
    chance = np.where(speaker == MANAGER, table["response"]["manager"], table["response"]["employee"])
    answered = rng.random(len(who)) < chance
    asked = Asked(
        who=who,
        run=np.full(len(who), -1),
        at=at,
        survey=np.full(len(who), len(panel.questions.surveys) - 1),
        channel=np.full(len(who), truth.channels.index("email")),
        tone=np.full(len(who), np.nan),
        answered=answered,
        answered_at=np.floor(at + 600.0 + rng.exponential(8 * 3600.0, len(who))),
        weight=np.ones(len(who)),
        speaker=speaker,
        person=who,
    )
    said = np.flatnonzero(answered)
    bias = np.where(speaker[said] == MANAGER, table["manager_bias"], table["employee_bias"])
    for name in truth.table["surveys"]["rated"]:
        there = felt[(contacts.touchpoint == truth.touchpoint(name)) & ~np.isnan(felt)]
        score = there.mean() + bias + table["noise"] * rng.standard_normal(len(said))
        sheet.add(said + first_row, panel.questions.number(name), rate(score, low=1, high=5), view=BELIEVED)
    employees = said[speaker[said] == EMPLOYEE]
    engaged = 3.6 + 0.8 * rng.standard_normal(len(employees))
    sheet.add(employees + first_row, panel.questions.number("engagement"), rate(engaged, low=1, high=5))
    return asked
