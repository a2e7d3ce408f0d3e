"""One block of customers, simulated whole. A block's facts depend on (table, start, seed, number) and nothing else."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TypeVar

import numpy as np
import pyarrow as pa

from safar.datasets.telecom.calendar import Calendar
from safar.datasets.telecom.contacts import Collector, Contacts
from safar.datasets.telecom.experience import feel
from safar.datasets.telecom.history import History, make_history
from safar.datasets.telecom.people import People, make_people
from safar.datasets.telecom.questions import Answers, AnswerSheet, Asked, Questions, join_asked, make_questions
from safar.datasets.telecom.runs import make_runs
from safar.datasets.telecom.service import make_service
from safar.datasets.telecom.staff import pulse
from safar.datasets.telecom.surveys import WAVES, Panel, after_contacts, at_the_order, on_the_relationship
from safar.datasets.telecom.truth import Flags, Floats, Ints, Truth
from safar.datasets.telecom.words import Comments, comment

_T = TypeVar("_T", Asked, Answers, History)

BLOCK = 1024
"""Customers a block. Part of what a seed means: another size gives other facts."""


@dataclass(frozen=True, slots=True, eq=False)
class Block:
    """The facts of some customers, still as numbers. `felt` belongs to `contacts`."""

    people: People
    contacts: Contacts
    felt: Floats
    asked: Asked
    answers: Answers
    comments: Comments
    history: History
    questions: Questions

    def facts_by_customer(self) -> Ints:
        """How many facts each customer has, comments and attributes included."""
        size = len(self.people)
        answered = self.asked.answered
        counted = np.bincount(self.contacts.who, minlength=size) + np.bincount(self.asked.who, minlength=size)
        counted += np.bincount(self.asked.who[answered], minlength=size)
        counted += np.bincount(self.asked.who[self.answers.row], minlength=size)
        counted += np.bincount(self.asked.who[self.comments.row], minlength=size)
        counted += np.bincount(self.history.who, minlength=size)
        return counted

    def first_customers(self, size: int) -> Block:
        """Only the facts of the first `size` customers."""
        kept = self.asked.who < size
        number = np.cumsum(kept) - 1
        contacts = np.flatnonzero(self.contacts.who < size)
        comments = kept[self.comments.row]
        return Block(
            people=self.people,
            contacts=self.contacts.pick(contacts),
            felt=self.felt[contacts],
            asked=_rows(self.asked, kept),
            answers=_renumber(_rows(self.answers, kept[self.answers.row]), number),
            comments=Comments(
                row=number[self.comments.row[comments]],
                language=self.comments.language[comments],
                text=self.comments.text.filter(pa.array(comments)),
            ),
            history=_rows(self.history, self.history.who < size),
            questions=self.questions,
        )


def _rows(table: _T, kept: Flags) -> _T:
    return type(table)(**{name: getattr(table, name)[kept] for name in table.__dataclass_fields__})


def _renumber(answers: Answers, number: Ints) -> Answers:
    columns = {name: getattr(answers, name) for name in Answers.__dataclass_fields__}
    return Answers(**{**columns, "row": number[answers.row]})


def make_block(truth: Truth, calendar: Calendar, *, seed: int, number: int) -> Block:
    """Block `number` of the stream that `seed` names."""
    parts = np.random.SeedSequence([seed, number]).spawn(6)
    people_rng, runs_rng, service_rng, feel_rng, survey_rng, word_rng = (
        np.random.Generator(np.random.Philox(part)) for part in parts
    )
    people = make_people(people_rng, truth, calendar, first=number * BLOCK, size=BLOCK)
    collector = Collector()
    runs = make_runs(runs_rng, truth, calendar, people, collector)
    make_service(service_rng, truth, calendar, people=people, runs=runs, contacts=collector)
    contacts = collector.finish(service_rng, truth, seconds=calendar.seconds)
    felt = feel(feel_rng, truth, people, runs, contacts)
    questions = make_questions(truth)
    panel = Panel(rng=survey_rng, truth=truth, calendar=calendar, people=people, questions=questions)
    sheet = AnswerSheet()
    asked = [after_contacts(panel, contacts, felt, sheet, first_row=0)]
    rows = len(asked[0])
    asked.append(at_the_order(panel, contacts, sheet, first_row=rows))
    rows += len(asked[-1])
    for wave in range(WAVES):
        asked.append(on_the_relationship(panel, contacts, felt, runs, sheet, wave=wave, first_row=rows))
        rows += len(asked[-1])
    staff = pulse(panel, contacts, felt, sheet, block=number, first_row=rows)
    joined = join_asked([*asked, *([] if staff is None else [staff])])
    words = Panel(rng=word_rng, truth=truth, calendar=calendar, people=people, questions=questions)
    return Block(
        people=people,
        contacts=contacts,
        felt=felt,
        asked=joined,
        answers=sheet.finish(),
        comments=comment(words, joined),
        history=make_history(truth, calendar, people, runs),
        questions=questions,
    )
