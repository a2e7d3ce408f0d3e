"""One customer's facts in the order of time: contacts, answers and attributes as they held.

Who may see some units only sees what happened in them; somebody of whom nothing happened there does not exist for
them. Answers of employees and managers are nobody's timeline.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import TYPE_CHECKING, Any

import ibis
import ibis.expr.types as ir

from safar.analysis.instant import instant, utc
from safar.analysis.mapping import map_facts
from safar.analysis.result import Frozen, Origin
from safar.domain.fact import Speaker, SubjectKind
from safar.errors import NotFound
from safar.usecases.journey_map import open_prepared

if TYPE_CHECKING:
    from safar.usecases.workspace import Workspace

CONTACT, ANSWER, ATTRIBUTE = "contact", "answer", "attribute"
MOST_FACTS = 500
"""A page of a timeline."""


class NoSuchCustomer(NotFound):
    """There is no such customer, or nothing of theirs that you may see."""

    code = "customer.not-found"
    next_step = "Follow a customer's link from a list of facts."


@dataclass(frozen=True, slots=True, kw_only=True)
class TimelineFact(Frozen):
    """One fact. `what`: the event, the question or the attribute's name; `links`: only for who sees identifiers."""

    kind: str
    ts: datetime
    what: str
    touchpoint: str | None = None
    step: str | None = None
    channel: str | None = None
    unit: str | None = None
    value: str | None = None
    scale_min: float | None = None
    scale_max: float | None = None
    text: str | None = None
    language: str | None = None
    links: Mapping[str, str] | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class CustomerTimeline(Frozen):
    """Newest first. `older`: from where it continues, None at the end. `held`: attributes as of now."""

    customer: int
    contacts: int
    answers: int
    first_ts: datetime | None
    last_ts: datetime | None
    held: Mapping[str, str]
    facts: tuple[TimelineFact, ...]
    older: datetime | None
    origin: Origin


def read_timeline(
    workspace: Workspace,
    *,
    customer: int,
    units: Sequence[str] | None,
    identifiers: bool,
    now: datetime,
    before: datetime | None = None,
    only: str | None = None,
    limit: int = MOST_FACTS,
) -> CustomerTimeline:
    """The timeline. units: those that the reader may see (None: all). Raises: NoSuchCustomer, NotPublished.

    only: `CONTACT` or `ANSWER`, where the facts of one kind are asked for; the sums are of all kinds still.
    """
    with open_prepared(workspace, now=now) as prepared:
        as_of = prepared.moment
        tables = prepared.tables
        contacts, said = (_mine(table, customer, units, as_of) for table in (tables.interactions, tables.feedback))
        said = said.filter(said["speaker"] == Speaker.CUSTOMER.value)
        sums = [
            table.aggregate(n=table.count(), first=table["ts"].min(), last=table["ts"].max())
            .to_pyarrow()
            .to_pylist()[0]
            for table in (contacts, said)
        ]
        if not any(row["n"] for row in sums):
            raise NoSuchCustomer("There is no such customer.")
        attributes = tables.attributes
        attributes = attributes.filter(
            (attributes["subject"] == customer)
            & (attributes["subject_kind"] == SubjectKind.CUSTOMER.value)
            & (attributes["valid_from"] <= instant(as_of, attributes["valid_from"]))
        )
        known = attributes.order_by(ibis.desc("valid_from")).to_pyarrow().to_pylist()
        facts = [_attribute(row) for row in known] if only is None else []
        for kind, table in ((CONTACT, contacts), (ANSWER, said)):
            if only not in (None, kind):
                continue
            mapped = map_facts(table, journey=prepared.journey, rules=prepared.rules)
            if before is not None:
                mapped = mapped.filter(mapped["ts"] < instant(before, mapped["ts"]))
            rows = mapped.order_by([ibis.desc("ts"), ibis.desc("row_no"), ibis.desc("slot_no")]).limit(limit + 1)
            found = rows.to_pyarrow().to_pylist()
            facts += [_contact(row, identifiers=identifiers) if kind == CONTACT else _answer(row) for row in found]
        shown = sorted(
            (one for one in facts if before is None or one.ts < before), key=lambda one: one.ts, reverse=True
        )
        held: dict[str, str] = {}
        for row in known:
            held.setdefault(str(row["name"]), str(row["value"]))
        times = [row[name] for row in sums for name in ("first", "last") if row[name] is not None]
        return CustomerTimeline(
            customer=customer,
            contacts=int(sums[0]["n"]),
            answers=int(sums[1]["n"]),
            first_ts=utc(min(times)),
            last_ts=utc(max(times)),
            held=dict(sorted(held.items())),
            facts=tuple(shown[:limit]),
            older=shown[limit - 1].ts if len(shown) > limit else None,
            origin=prepared.origin,
        )


def _mine(table: ir.Table, customer: int, units: Sequence[str] | None, as_of: datetime) -> ir.Table:
    mine = table.filter((table["customer"] == customer) & (table["ts"] <= instant(as_of, table["ts"])))
    return mine if units is None else mine.filter(mine["unit"].isin(list(units)).fill_null(False))


def _contact(row: Mapping[str, Any], *, identifiers: bool) -> TimelineFact:
    links = {name.removeprefix("link_"): str(row[name]) for name in row if name.startswith("link_") and row[name]}
    return TimelineFact(
        kind=CONTACT,
        ts=utc(row["ts"]),
        what=str(row["event"]),
        touchpoint=row["touchpoint"],
        step=row["step"],
        channel=row["channel"],
        unit=row["unit"],
        value=row["status"],
        links=links if identifiers else None,
    )


def _answer(row: Mapping[str, Any]) -> TimelineFact:
    value = row["option"] if row["value"] is None else f"{row['value']:g}"
    return TimelineFact(
        kind=ANSWER,
        ts=utc(row["ts"]),
        what=str(row["question"]),
        touchpoint=row["touchpoint"],
        step=row["step"],
        channel=row["channel"],
        unit=row["unit"],
        value=value if value is not None else None if row["text"] else str(row["state"]).replace("_", " "),
        scale_min=row["scale_min"],
        scale_max=row["scale_max"],
        text=row["text"],
        language=row["language"],
    )


def _attribute(row: Mapping[str, Any]) -> TimelineFact:
    return TimelineFact(kind=ATTRIBUTE, ts=utc(row["valid_from"]), what=str(row["name"]), value=str(row["value"]))
