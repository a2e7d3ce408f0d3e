"""From numbers to tables: the columns that the experience log takes, plus what was left unsaid."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import UTC, datetime

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc

from safar.datasets.telecom import columns as col
from safar.datasets.telecom.block import Block
from safar.datasets.telecom.calendar import Calendar
from safar.datasets.telecom.columns import Column
from safar.datasets.telecom.contacts import RUNS, STATUSES
from safar.datasets.telecom.history import NAMES, values_of
from safar.datasets.telecom.questions import SPEAKERS, STATES, VIEWS
from safar.datasets.telecom.truth import DAY_S, STEPS, Flags, Floats, Ints, Truth

_KINDS = ("contact", "invitation", "submission")
_STAFF_SPREAD = 8


@dataclass(frozen=True, slots=True, eq=False)
class FactBatch:
    """Facts of some customers, in the layout of a staged import.

    Columns are those of `domain.fact` without `import_no`; `customer` is `customer_ns` and `customer_ext` (both
    empty where nobody is known), the attributes' `subject` likewise; `row_id` and `submission` are 12 bytes.
    `unsaid` is no fact: everyone asked after a contact, what the experience was, and whether it was said.
    """

    interactions: pa.Table
    feedback: pa.Table
    attributes: pa.Table
    unsaid: pa.Table

    def __len__(self) -> int:
        return int(self.interactions.num_rows + self.feedback.num_rows + self.attributes.num_rows)


@dataclass(frozen=True, slots=True, eq=False)
class _Rows:
    """Contacts, invitations and submissions in one order: by customer, then time.

    `kind` numbers `_KINDS`; `index` points into contacts followed by invitations; `of_submission[i]` is the
    row here of the submission that answers invitation i.
    """

    who: Ints
    at: Floats
    kind: Ints
    index: Ints
    place: Ints
    of_submission: Ints


def _in_order(block: Block) -> _Rows:
    asked, contacts = block.asked, block.contacts
    said = np.flatnonzero(asked.answered)
    who = np.concatenate((contacts.who, asked.who, asked.who[said]))
    at = np.concatenate((contacts.at, asked.at, asked.answered_at[said]))
    kind = np.repeat([0, 1, 2], [len(contacts), len(asked), len(said)])
    index = np.concatenate((np.arange(len(contacts) + len(asked)), len(contacts) + said))
    order = np.lexsort((index, kind, at, who))
    who, at, kind, index = who[order], at[order], kind[order], index[order]
    of_submission = np.full(len(asked), -1)
    submissions = np.flatnonzero(kind == 2)
    of_submission[index[submissions] - len(contacts)] = submissions
    return _Rows(who=who, at=at, kind=kind, index=index, place=col.position(who), of_submission=of_submission)


def to_batch(
    truth: Truth, calendar: Calendar, block: Block, *, first_row: int, first_attribute: int, weighted: bool
) -> FactBatch:
    """The tables of a block; row numbers go on from those given."""
    write = _Writer(truth, calendar, block)
    rows = _in_order(block)
    row_id = col.keys(write.source, write.first + rows.who, rows.place)
    row_no: Column = pa.array(first_row + np.arange(len(rows.who)), pa.int64())
    return FactBatch(
        interactions=write.interactions(rows, row_id, row_no),
        feedback=write.feedback(rows, row_id, row_no, weighted=weighted),
        attributes=write.attributes(first_attribute),
        unsaid=write.unsaid(),
    )


class _Writer:
    """Writes the tables of one block."""

    def __init__(self, truth: Truth, calendar: Calendar, block: Block) -> None:
        self.truth, self.block = truth, block
        company = truth.table["company"]
        self.source: str = company["source"]
        self.currency: str = company["currency"]
        self.offset = int(company["utc_offset_min"])
        start = datetime(calendar.start.year, calendar.start.month, calendar.start.day, tzinfo=UTC)
        self.epoch_us = (int(start.timestamp()) - self.offset * 60) * 1_000_000
        self.first = block.people.first
        self.ns = (company["customer_namespace"], company["staff_namespace"])

    def times(self, at: Floats) -> Column:
        """Local seconds as UTC microseconds."""
        column: Column = pa.array(at.astype(np.int64) * 1_000_000 + self.epoch_us)
        return column.cast(pa.timestamp("us", tz="UTC"))

    def origin(self, row_id: Column, slot: Column, row_no: Column, slot_no: Ints) -> dict[str, Column]:
        """Where each fact came from."""
        return {
            "source": col.constant(self.source, len(row_id)),
            "row_id": row_id,
            "slot": slot,
            "row_no": row_no,
            "slot_no": pa.array(slot_no, pa.int16()),
        }

    def subjects(self, who: Ints, person: Ints, known: Flags, *, role: str = "customer") -> dict[str, Column]:
        """Namespace and identifier of customers (person -1) and staff; empty where nobody is known."""
        staff = (person >= 0).astype(np.int64)
        number = pc.utf8_lpad(col.digits(self.first + who), 8, "0")
        return {
            f"{role}_ns": col.only(known, col.names(self.ns, staff)),
            f"{role}_ext": col.only(known, col.joined(col.names(("C-", "E-"), staff), number)),
        }

    def offsets(self, size: int) -> Column:
        """The source's offset from UTC."""
        column: Column = pa.array(np.full(size, self.offset), pa.int16())
        return column

    def units(self, who: Ints, at: Floats, person: Ints, known: Flags) -> Column:
        """The customer's home unit at the time, or the staff member's own."""
        own = ((self.first + who) // _STAFF_SPREAD) % len(self.truth.units)
        unit = np.where(person >= 0, own, self.block.people.unit_at(who, at))
        return col.names(self.truth.units, np.where(known, unit, -1))

    def opportunity(self, who: Ints, run: Ints) -> Ints:
        """The number of the opportunity in all facts, -1 for none."""
        return np.where(run >= 0, (self.first + who) * RUNS + run, -1)

    def interactions(self, rows: _Rows, row_id: Column, row_no: Column) -> pa.Table:
        """Contacts, invitations and submissions."""
        truth, contacts, asked = self.truth, self.block.contacts, self.block.asked
        size = len(asked)

        def both(of_contacts: Ints, of_asked: Ints | int) -> Ints:
            filled = np.full(size, of_asked) if isinstance(of_asked, int) else of_asked
            found: Ints = np.concatenate((of_contacts, filled))[rows.index]
            return found

        def figure(values: Floats) -> Column:
            return col.figures(np.concatenate((values, np.full(size, np.nan)))[rows.index])

        run, touchpoint = both(contacts.run, asked.run), both(contacts.touchpoint, -1)
        person, channel = both(np.full(len(contacts), -1), asked.person), both(contacts.channel, asked.channel)
        survey = both(np.full(len(contacts), -1), asked.survey)
        known = (run >= 0) | (person >= 0)
        events = [*(name for name, _ in truth.events), *self.block.questions.surveys]
        event = np.where(survey >= 0, survey + len(truth.events), both(contacts.event, 0))
        company = np.array([*(row.get("actor") == "company" for row in truth.table["touchpoints"].values()), False])
        acts = (company[touchpoint] | (rows.kind == 1)).astype(np.int64)
        status = both(contacts.status, 0)
        kind, amount = col.names(_KINDS, rows.kind), figure(contacts.amount)
        return pa.table(
            self.origin(row_id, kind, row_no, np.zeros(len(rows.who), np.int64))
            | {"ts": self.times(rows.at), "utc_offset_min": self.offsets(len(rows.who))}
            | self.subjects(rows.who, person, known)
            | {
                "event": col.names(events, event),
                "channel": col.names(truth.channels, channel),
                "unit": self.units(rows.who, rows.at, person, known),
                "kind": kind,
                "actor": col.names(("customer", "company"), acts),
                "status": col.names(STATUSES, np.where(status == 0, -1, status)),
                "duration_s": figure(contacts.duration),
                "amount": amount.cast(pa.decimal128(18, 4)),
                "currency": col.only(
                    amount.is_valid().to_numpy(zero_copy_only=False), col.constant(self.currency, len(amount))
                ),
            }
            | self.links(rows, run, touchpoint, channel, survey)
            | {
                "prop_wait_s": figure(contacts.wait).cast(pa.int64()).cast(pa.string()),
                "prop_promised_days": figure(contacts.promised).cast(pa.int64()).cast(pa.string()),
                "prop_days_taken": figure(contacts.taken).cast(pa.int64()).cast(pa.string()),
            }
        )

    def links(self, rows: _Rows, run: Ints, touchpoint: Ints, channel: Ints, survey: Ints) -> dict[str, Column]:
        """What ties interactions together: opportunity, order, contract, ticket, session."""
        truth = self.truth
        step = np.array([*(STEPS.index(row["step"]) for row in truth.table["touchpoints"].values()), -1])[touchpoint]
        number = self.opportunity(rows.who, run)
        asked_about = [truth.touchpoint(name) for name in truth.table["surveys"]["invited"]]
        about = np.array([*asked_about, -1, truth.touchpoint("order"), -1])
        subject = np.where(survey >= 0, about[survey], touchpoint)

        def among(where: Ints, names: tuple[str, ...]) -> Flags:
            return np.isin(where, [truth.touchpoint(name) for name in names]) & (number >= 0)

        text, day = col.digits(number), col.digits(rows.at.astype(np.int64) // int(DAY_S))
        support = among(touchpoint, ("support_call", "support_chat", "repair_visit"))
        tickets = col.either(support, col.joined(text, "-", col.digits(rows.place)), text)
        complaint = among(touchpoint, ("complaint", "complaint_resolution"))
        ordering = among(subject, ("order", "payment", "delivery", "activation"))
        in_contract = (number >= 0) & (survey < 0) & ((step >= STEPS.index("usage")) | (touchpoint < 0))
        online = (number >= 0) & (channel <= 1) & (step >= 0) & (step <= STEPS.index("usage"))
        return {
            "link_opportunity": col.only(number >= 0, col.joined("OP-", text)),
            "link_order": col.only(ordering, col.joined("OR-", text)),
            "link_contract": col.only(in_contract, col.joined("CO-", text)),
            "link_ticket": col.only(support | complaint, col.joined("TI-", tickets)),
            "link_session": col.only(online, col.joined("SE-", text, "-", day)),
        }

    def feedback(self, rows: _Rows, row_id: Column, row_no: Column, *, weighted: bool) -> pa.Table:
        """Ratings, choices and words, tied to their submission."""
        truth, asked, answers, questions = self.truth, self.block.asked, self.block.answers, self.block.questions
        comments = self.block.comments
        row = np.concatenate((answers.row, comments.row))
        order = np.argsort(row, kind="stable")
        row = row[order]

        def both(of_answers: Ints, of_comments: int) -> Ints:
            found: Ints = np.concatenate((of_answers, np.full(len(comments.row), of_comments)))[order]
            return found

        question, view = both(answers.question, questions.number("comment")), both(answers.view, 0)
        value = np.concatenate((answers.value, np.full(len(comments.row), np.nan)))[order]
        none: Column = pa.nulls(len(answers.row), pa.string())
        text = col.take(pa.concat_arrays([none, comments.text]), order)
        language = np.concatenate((np.full(len(answers.row), -1), comments.language))[order]
        submission = rows.of_submission[row]
        who, at, person = asked.who[row], asked.answered_at[row], asked.person[row]
        everyone = np.ones(len(row), np.bool_)
        name, views = col.names(questions.names, question), col.names(VIEWS, view)
        pair, number = both(answers.pair, -1), self.opportunity(who, asked.run[row])
        taken = col.take(row_id, submission)
        slot = col.either(view == 0, name, col.joined(name, ":", views))
        weight: Column = pa.array(asked.weight[row] if weighted else np.ones(len(row)))
        return pa.table(
            self.origin(taken, slot, col.take(row_no, submission), 1 + col.position(row))
            | {"ts": self.times(at), "utc_offset_min": self.offsets(len(row))}
            | self.subjects(who, person, everyone)
            | {
                "event": col.names(questions.surveys, asked.survey[row]),
                "channel": col.names(truth.channels, asked.channel[row]),
                "unit": self.units(who, at, person, everyone),
                "submission": taken,
                "speaker": col.names(SPEAKERS, asked.speaker[row]),
                "view": views,
                "pair": col.only(pair >= 0, col.joined(name, ":", col.digits(pair))),
                "question": name,
                "kind": col.names(questions.kinds, question),
                "state": col.names(STATES, both(answers.state, 0)),
                "value": col.figures(value),
                "option": col.names(truth.touchpoints, both(answers.option, -1)),
                "text": text,
                "language": col.names(truth.languages, language),
                "weight": weight,
                "scale_min": col.figures(questions.low[question]),
                "scale_max": col.figures(questions.high[question]),
                "scale_best": col.names(questions.best, np.where(np.isnan(questions.low[question]), -1, question)),
                "link_opportunity": col.only(number >= 0, col.joined("OP-", col.digits(number))),
            }
        )

    def attributes(self, first_attribute: int) -> pa.Table:
        """What is known of each customer, and from when."""
        history = self.block.history
        size = len(history.who)
        all_values = [values_of(self.truth, name) for name in NAMES]
        first = np.cumsum([0, *(len(values) for values in all_values)])[:-1]
        flat = [value for values in all_values for value in values]
        name = col.names(NAMES, history.name)
        row_id = col.keys(self.source, self.first + history.who, col.position(history.who), mark="a")
        row_no: Column = pa.array(first_attribute + np.arange(size), pa.int64())
        return pa.table(
            self.origin(row_id, name, row_no, np.zeros(size, np.int64))
            | {"subject_kind": col.constant("customer", size)}
            | self.subjects(history.who, np.full(size, -1), np.ones(size, np.bool_), role="subject")
            | {
                "name": name,
                "value": col.names(flat, first[history.name] + history.value),
                "valid_from": self.times(history.at),
            }
        )

    def unsaid(self) -> pa.Table:
        """Everyone asked about a contact, and what they felt."""
        asked, truth = self.block.asked, self.truth
        rows = np.flatnonzero(asked.survey < len(truth.table["surveys"]["invited"]))
        segment = self.block.people.segment_at(asked.who[rows], asked.at[rows])
        return pa.table(
            {
                "survey": col.names(self.block.questions.surveys, asked.survey[rows]),
                "channel": col.names(truth.channels, asked.channel[rows]),
                "segment": col.names(truth.segments, segment),
                "experience": pa.array(asked.tone[rows]),
                "answered": pa.array(asked.answered[rows]),
            }
        )
