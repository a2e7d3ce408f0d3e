"""From numbers to tables: the columns that the experience log takes, plus what was left unsaid."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import UTC, datetime
from hashlib import md5

import numpy as np
import numpy.typing as npt
import pyarrow as pa
import pyarrow.compute as pc

from safar.datasets.telecom.block import Block
from safar.datasets.telecom.calendar import Calendar
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

    `kind` numbers `_KINDS`, `index` the row of the contacts or the invitations; `of_submission[i]` is the row
    here of the submission that answers invitation i.
    """

    who: Ints
    at: Floats
    kind: Ints
    index: Ints
    sequence: Ints
    of_submission: Ints


def _in_order(block: Block) -> _Rows:
    asked, contacts = block.asked, block.contacts
    said = np.flatnonzero(asked.answered)
    who = np.concatenate((contacts.who, asked.who, asked.who[said]))
    at = np.concatenate((contacts.at, asked.at, asked.answered_at[said]))
    kind = np.repeat([0, 1, 2], [len(contacts), len(asked), len(said)])
    index = np.concatenate((np.arange(len(contacts)), np.arange(len(asked)), said))
    order = np.lexsort((index, kind, at, who))
    who, at, kind, index = who[order], at[order], kind[order], index[order]
    of_submission = np.full(len(asked), -1)
    place = np.flatnonzero(kind == 2)
    of_submission[index[place]] = place
    return _Rows(who=who, at=at, kind=kind, index=index, sequence=_sequence(who), of_submission=of_submission)


def _sequence(who: Ints) -> Ints:
    """Position within the customer, of sorted customers."""
    starts = np.flatnonzero(np.diff(who, prepend=-1))
    return np.arange(len(who)) - np.repeat(starts, np.diff(np.append(starts, len(who))))


def to_batch(
    truth: Truth, calendar: Calendar, block: Block, *, first_row: int, first_attribute: int, weighted: bool
) -> FactBatch:
    """The tables of a block; row numbers go on from those given."""
    write = _Writer(truth, calendar, block)
    rows = _in_order(block)
    row_id = write.row_ids(rows.who, rows.sequence, "")
    row_no = pa.array(first_row + np.arange(len(rows.who)))
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
        self.offset = int(company["utc_offset_min"])
        start = datetime(calendar.start.year, calendar.start.month, calendar.start.day, tzinfo=UTC)
        self.epoch_us = (int(start.timestamp()) - self.offset * 60) * 1_000_000
        self.first = block.people.first
        self.ns = (company["customer_namespace"], company["staff_namespace"])

    def row_ids(self, who: Ints, sequence: Ints, mark: str) -> pa.Array:
        """md5(source, key), 12 bytes, for the keys <customer>.<mark><sequence>."""
        prefix = md5(f"{self.source}\x1f".encode(), usedforsecurity=False)
        joined = bytearray()
        for customer, place in zip((self.first + who).tolist(), sequence.tolist(), strict=True):
            digest = prefix.copy()
            digest.update(f"{customer}.{mark}{place}".encode())
            joined += digest.digest()[:12]
        return pa.FixedSizeBinaryArray.from_buffers(pa.binary(12), len(who), [None, pa.py_buffer(bytes(joined))])

    def times(self, at: Floats) -> pa.Array:
        """Local seconds as UTC microseconds."""
        return pa.array(at.astype(np.int64) * 1_000_000 + self.epoch_us).cast(pa.timestamp("us", tz="UTC"))

    def base(
        self, row_id: pa.Array, slot: pa.Array, row_no: pa.Array, slot_no: npt.NDArray[np.int64]
    ) -> dict[str, pa.Array]:
        """Where each fact came from."""
        return {
            "source": _constant(self.source, len(row_id)),
            "row_id": row_id,
            "slot": slot,
            "row_no": row_no.cast(pa.int64()),
            "slot_no": pa.array(slot_no.astype(np.int16)),
        }

    def subjects(self, who: Ints, person: Ints, known: Flags) -> tuple[pa.Array, pa.Array]:
        """Namespace and identifier of customers (person -1) and staff; empty where nobody is known."""
        staff = person >= 0
        number = pc.utf8_lpad(pc.cast(pa.array(self.first + who), pa.string()), 8, "0")
        external = pc.binary_join_element_wise(_names(("C-", "E-"), staff.astype(np.int64)), number, "")
        unknown = pa.array(~known)
        return (
            pc.if_else(unknown, None, _names(self.ns, staff.astype(np.int64))),
            pc.if_else(unknown, None, external),
        )

    def interactions(self, rows: _Rows, row_id: pa.Array, row_no: pa.Array) -> pa.Table:
        truth, contacts, asked = self.truth, self.block.contacts, self.block.asked
        is_contact = rows.kind == 0
        of_contact, of_asked = np.where(is_contact, rows.index, 0), np.where(is_contact, 0, rows.index)

        def either(left: Ints, right: Ints) -> Ints:
            if not len(right):
                return left[of_contact]
            if not len(left):
                return right[of_asked]
            found: Ints = np.where(is_contact, left[of_contact], right[of_asked])
            return found

        def contact(values: Floats) -> Floats:
            return np.where(is_contact, values[of_contact], np.nan) if len(values) else np.full(len(rows.who), np.nan)

        run = either(contacts.run, asked.run)
        person = either(np.full(len(contacts), -1), asked.person)
        touchpoint = either(contacts.touchpoint, np.full(len(asked), -1))
        channel = either(contacts.channel, asked.channel)
        known = (run >= 0) | (person >= 0)
        names = (*(name for name, _ in truth.events), *self.block.questions.surveys)
        event = either(contacts.event, asked.survey + len(truth.events))
        company = np.array([*(row.get("actor") == "company" for row in truth.table["touchpoints"].values()), False])
        ns, external = self.subjects(rows.who, person, known)
        columns = self.base(row_id, _names(_KINDS, rows.kind), row_no, np.zeros(len(rows.who), np.int64))
        columns |= {
            "ts": self.times(rows.at),
            "utc_offset_min": pa.array(np.full(len(rows.who), self.offset, np.int16)),
            "customer_ns": ns,
            "customer_ext": external,
            "event": _names(names, event),
            "channel": _names(truth.channels, channel),
            "unit": _names(truth.units, np.where(known, self.unit(rows.who, rows.at, person), -1)),
            "kind": _names(_KINDS, rows.kind),
            "actor": _names(("customer", "company"), (company[touchpoint] | (rows.kind == 1)).astype(np.int64)),
            "status": _names(STATUSES, either(contacts.status, np.zeros(len(asked), np.int64)), empty=0),
            "duration_s": _figures(contact(contacts.duration)),
            "amount": _figures(contact(contacts.amount)).cast(pa.decimal128(18, 4)),
        }
        paid = pc.is_valid(columns["amount"])
        columns["currency"] = pc.if_else(paid, truth.table["company"]["currency"], None)
        columns |= self.links(rows, run, touchpoint, channel, either(np.full(len(contacts), -1), asked.survey))
        for name, values in (
            ("prop_wait_s", contacts.wait),
            ("prop_promised_days", contacts.promised),
            ("prop_days_taken", contacts.taken),
        ):
            columns[name] = _figures(contact(values)).cast(pa.int64()).cast(pa.string())
        return pa.table(columns)

    def unit(self, who: Ints, at: Floats, person: Ints) -> Ints:
        """The customer's home unit at the time, or the staff member's own."""
        own = ((self.first + who) // _STAFF_SPREAD) % len(self.truth.units)
        found: Ints = np.where(person >= 0, own, self.block.people.unit_at(who, at))
        return found

    def links(self, rows: _Rows, run: Ints, touchpoint: Ints, channel: Ints, survey: Ints) -> dict[str, pa.Array]:
        """What ties interactions together: opportunity, order, contract, ticket, session."""
        truth = self.truth
        step = np.array([*(STEPS.index(row["step"]) for row in truth.table["touchpoints"].values()), -1])[touchpoint]
        number = np.where(run >= 0, (self.first + rows.who) * RUNS + run, -1)
        names = list(truth.table["surveys"]["invited"])
        about = np.array([truth.touchpoint(name) for name in names] + [-1, truth.touchpoint("order"), -1])
        subject = np.where(survey >= 0, about[survey], touchpoint)
        ordering = [truth.touchpoint(name) for name in ("order", "payment", "delivery", "activation")]
        support = [truth.touchpoint(name) for name in ("support_call", "support_chat", "repair_visit")]
        complaint = [truth.touchpoint(name) for name in ("complaint", "complaint_resolution")]
        online = (channel <= 1) & (step >= 0) & (step <= 5)
        text = pc.cast(pa.array(number), pa.string())
        own = pc.binary_join_element_wise(text, pc.cast(pa.array(rows.sequence), pa.string()), "-")
        visit = pc.binary_join_element_wise(
            text, pc.cast(pa.array(rows.at.astype(np.int64) // int(DAY_S)), pa.string()), "-"
        )
        under_contract = (number >= 0) & ((step >= 5) | ((step < 0) & (subject != truth.touchpoint("order"))))
        tickets = pc.if_else(pa.array(np.isin(touchpoint, support)), own, text)
        return {
            "link_opportunity": _prefixed("OP-", text, number >= 0),
            "link_order": _prefixed("OR-", text, (number >= 0) & np.isin(subject, ordering)),
            "link_contract": _prefixed("CO-", text, under_contract & (survey < 0)),
            "link_ticket": _prefixed("TI-", tickets, (number >= 0) & np.isin(touchpoint, support + complaint)),
            "link_session": _prefixed("SE-", visit, (number >= 0) & online),
        }

    def feedback(self, rows: _Rows, row_id: pa.Array, row_no: pa.Array, *, weighted: bool) -> pa.Table:
        truth, asked, answers, questions = self.truth, self.block.asked, self.block.answers, self.block.questions
        comments = self.block.comments
        row = np.concatenate((answers.row, comments.row))
        spoken = np.repeat([False, True], [len(answers.row), len(comments.row)])
        none = np.full(len(comments.row), -1)
        question = np.concatenate((answers.question, np.full(len(comments.row), questions.number("comment"))))
        order = np.argsort(row, kind="stable")
        row, spoken, question = row[order], spoken[order], question[order]
        view = np.concatenate((answers.view, np.zeros(len(none), np.int64)))[order]
        state = np.concatenate((answers.state, np.zeros(len(none), np.int64)))[order]
        value = np.concatenate((answers.value, np.full(len(none), np.nan)))[order]
        option, pair = (np.concatenate((part, none))[order] for part in (answers.option, answers.pair))
        text = pa.concat_arrays([pa.nulls(len(answers.row), pa.string()), comments.text]).take(pa.array(order))
        language = np.concatenate((np.full(len(answers.row), -1), comments.language))[order]
        place = pa.array(rows.of_submission[row])
        who, at = asked.who[row], asked.answered_at[row]
        ns, external = self.subjects(who, asked.person[row], np.ones(len(row), np.bool_))
        name = _names(questions.names, question)
        views = _names(VIEWS, view)
        slot = pc.if_else(pa.array(view == 0), name, pc.binary_join_element_wise(name, views, ":"))
        taken = row_id.take(place)
        paired = pc.binary_join_element_wise(name, pc.cast(pa.array(pair), pa.string()), ":")
        opportunity = np.where(asked.run[row] >= 0, (self.first + who) * RUNS + asked.run[row], -1)
        columns = self.base(taken, slot, row_no.take(place), 1 + _sequence(row))
        columns |= {
            "ts": self.times(at),
            "utc_offset_min": pa.array(np.full(len(row), self.offset, np.int16)),
            "customer_ns": ns,
            "customer_ext": external,
            "event": _names(questions.surveys, asked.survey[row]),
            "channel": _names(truth.channels, asked.channel[row]),
            "unit": _names(truth.units, self.unit(who, at, asked.person[row])),
            "submission": taken,
            "speaker": _names(SPEAKERS, asked.speaker[row]),
            "view": views,
            "pair": pc.if_else(pa.array(pair >= 0), paired, None),
            "question": name,
            "kind": _names(questions.kinds, question),
            "state": _names(STATES, state),
            "value": _figures(value),
            "option": _names(truth.touchpoints, option),
            "text": text,
            "language": _names(truth.languages, language),
            "weight": pa.array(asked.weight[row] if weighted else np.ones(len(row))),
            "scale_min": _figures(questions.low[question]),
            "scale_max": _figures(questions.high[question]),
            "scale_best": _names(questions.best, np.where(np.isnan(questions.low[question]), -1, question)),
            "link_opportunity": _prefixed("OP-", pc.cast(pa.array(opportunity), pa.string()), opportunity >= 0),
        }
        return pa.table(columns)

    def attributes(self, first_attribute: int) -> pa.Table:
        history = self.block.history
        size = len(history.who)
        all_values = [values_of(self.truth, name) for name in NAMES]
        first = np.cumsum([0, *(len(values) for values in all_values)])[:-1]
        flat = tuple(value for values in all_values for value in values)
        ns, external = self.subjects(history.who, np.full(size, -1), np.ones(size, np.bool_))
        name = _names(NAMES, history.name)
        row_id = self.row_ids(history.who, _sequence(history.who), "a")
        columns = self.base(row_id, name, pa.array(first_attribute + np.arange(size)), np.zeros(size, np.int64))
        columns |= {
            "subject_kind": _constant("customer", size),
            "subject_ns": ns,
            "subject_ext": external,
            "name": name,
            "value": _names(flat, first[history.name] + history.value),
            "valid_from": self.times(history.at),
        }
        return pa.table(columns)

    def unsaid(self) -> pa.Table:
        asked, truth = self.block.asked, self.truth
        rows = np.flatnonzero((asked.person < 0) & (asked.survey <= len(truth.table["surveys"]["invited"])))
        segment = self.block.people.segment_at(asked.who[rows], asked.at[rows])
        return pa.table(
            {
                "survey": _names(self.block.questions.surveys, asked.survey[rows]),
                "channel": _names(truth.channels, asked.channel[rows]),
                "segment": _names(truth.segments, segment),
                "experience": pa.array(asked.tone[rows]),
                "answered": pa.array(asked.answered[rows]),
            }
        )


def _constant(text: str, size: int) -> pa.Array:
    return pa.repeat(pa.scalar(text, pa.string()), size)


def _names(names: tuple[str, ...], numbers: Ints, *, empty: int = -1) -> pa.Array:
    """Names by number; `empty` and below have none."""
    return pa.array(names, pa.string()).take(pa.array(numbers, mask=numbers <= empty))


def _figures(values: Floats) -> pa.Array:
    return pa.array(values, mask=np.isnan(values))


def _prefixed(prefix: str, text: pa.Array, where: Flags) -> pa.Array:
    return pc.if_else(pa.array(where), pc.binary_join_element_wise(prefix, text, ""), None)
