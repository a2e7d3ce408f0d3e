"""Where the lists of facts come from: the log's tables, and the journey's moves and passages.

Each list is the very set that the map counts: a page of facts and the number that led to it cannot disagree.
Answers of employees and managers are in no list, and no count of feedback that leads to one counts them.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import datetime
from typing import NamedTuple

import ibis
import ibis.expr.types as ir

from safar.analysis.answers import find_answers
from safar.analysis.build_map import about_moves, of_passages, select_moves
from safar.analysis.felt import DISPLEASED, PLEASED
from safar.analysis.filters import Filters
from safar.analysis.instant import instant
from safar.analysis.mapping import map_facts
from safar.analysis.metric import metric_named
from safar.analysis.moves import COMPLETE, LOST, PASSAGE, moves_at, subject_of
from safar.analysis.output import arrivals, way_of
from safar.analysis.pains import LEAST_WORDS
from safar.analysis.repeats import latest
from safar.analysis.tables import FactTables
from safar.analysis.touchpoint_story import within
from safar.analysis.variants import of_path
from safar.analysis.voice import mean_ratings
from safar.analysis.words import find_words
from safar.domain.fact import Direction, FeedbackKind, Speaker
from safar.domain.journey import Journey, PassageKind
from safar.domain.rules import RuleSet
from safar.usecases.facts_place import PATH_SIGN, NoSuchFactsPlace, Place, check_place
from safar.usecases.search import words_of

HIDDEN = "_"
"""Columns whose name starts so are for the order only."""
_FACT_ORDER = {"_ts": "ts", "_row_no": "row_no", "_slot_no": "slot_no", "_row_id": "row_id"}
_INTERACTION = (
    "ts", "touchpoint", "step", "event", "channel", "unit", "customer", "kind", "actor", "status", "duration_s",
    "amount", "currency", "source", "row_no", "import_no",
)  # fmt: skip
_ANSWER = (
    "ts", "touchpoint", "step", "question", "kind", "value", "scale_min", "scale_max", "scale_best", "channel", "unit",
    "customer", "weight", "source", "row_no", "import_no",
)  # fmt: skip
_FEEDBACK = (
    "ts", "touchpoint", "step", "event", "question", "kind", "state", "value", "scale_min", "scale_max", "option",
    "text", "language", "channel", "unit", "customer", "view", "source", "row_no", "import_no",
)  # fmt: skip


class Listed(NamedTuple):
    """A list as a table, and the columns of its order.

    keys: as many rows with the first of these alone, where they cost less than the list does: no joins, few columns.
    """

    table: ir.Table
    order: tuple[str, ...]
    keys: ir.Table | None = None

    @property
    def counted(self) -> ir.Table:
        """What has as many rows as the list."""
        return self.table if self.keys is None else self.keys


@dataclass(frozen=True, slots=True, kw_only=True)
class Sources:
    """What lists are made from: one version of the log, and the prepared moves and passages of it."""

    tables: FactTables
    moves: ir.Table
    passages: ir.Table
    journey: Journey
    rules: RuleSet
    as_of: datetime
    time_zone: str


def listed(sources: Sources, *, kind: str, filters: Filters, place: Place, identifiers: bool) -> Listed:
    """The list as a table, and the columns of its order. Raises: NoSuchFactsPlace, BadFilter."""
    check_place(place, sources.journey, kind=kind)
    match kind:
        case "moves":
            return _moves(sources, filters=filters, place=place, identifiers=identifiers)
        case "passages":
            return _passages(sources, filters=filters, place=place, identifiers=identifiers)
        case "customers":
            return _customers(sources, filters=filters, place=place)
        case "arrivals":
            return _arrivals(sources, filters=filters, place=place, identifiers=identifiers)
        case "answers":
            return _answers(sources, filters=filters, place=place)
    return _facts(sources, kind=kind, filters=filters, place=place, identifiers=identifiers)


def _chosen_moves(sources: Sources, filters: Filters) -> ir.Table:
    now = moves_at(sources.moves, journey=sources.journey, as_of=sources.as_of)
    return select_moves(now, sources.tables, journey=sources.journey, filters=filters)


def _moves_at(sources: Sources, filters: Filters, place: Place) -> ir.Table:
    journey, chosen = sources.journey, _chosen_moves(sources, filters)
    if place.step is not None:
        chosen = chosen.filter(chosen["step_no"] == journey.position(place.step))
    if place.touchpoint is not None:
        chosen = chosen.filter(chosen["touchpoint_no"] == _position(journey, place.touchpoint))
    if place.previous is not None:
        chosen = chosen.filter(chosen["prev_touchpoint_no"] == _position(journey, place.previous))
    if place.waited is not None:
        low, _, high = place.waited.partition("-")
        chosen = chosen.filter(within(chosen["gap_us"], int(low), int(high) if high else None))
    return chosen


def _moves(sources: Sources, *, filters: Filters, place: Place, identifiers: bool) -> Listed:
    journey = sources.journey
    chosen = _in_state(_moves_at(sources, filters, place), place.state)
    facts = sources.tables.interactions
    known = facts.select("row_id", "slot_no", "ts", "event", "actor", "status", "source", "import_no")
    # By time too, so that who wants the newest reads the newest of both.
    wide = chosen.inner_join(known, ["row_id", "slot_no", "ts"])
    columns = {
        "ts": wide["ts"],
        "touchpoint": _touchpoint(wide["touchpoint_no"], journey),
        "step": _step(wide["step_no"], journey),
        "event": wide["event"],
        "channel": wide["channel"],
        "unit": wide["unit"],
        "customer": wide["customer"],
        **_subject(wide, journey, identifiers),
        "move_no": wide["move_no"],
        "previous_touchpoint": _touchpoint(wide["prev_touchpoint_no"], journey),
        "since_previous_s": wide["gap_us"].cast("float64") / 1_000_000,
        "actor": wide["actor"],
        "status": wide["status"],
        "source": wide["source"],
        "row_no": wide["row_no"],
        "import_no": wide["import_no"],
    }
    table = wide.select(**columns, **{name: wide[column] for name, column in _FACT_ORDER.items()})
    return Listed(table, tuple(_FACT_ORDER), chosen.select(_ts=chosen["ts"]))


_REACHED = ("reached", "reached_closed")


def _in_state(moves: ir.Table, state: str | None) -> ir.Table:
    match state:
        case "began":
            return moves.filter(moves["move_no"] == 1)
        case "ended":
            return moves.filter(moves["state"].isin([COMPLETE, LOST]))
        case "complete" | "lost" | "open":  # told of a passage's last move only
            return moves.filter(moves["state"] == state)
        case "returned":
            return moves.filter(moves["prev_step_no"] > moves["step_no"])
        case "arrived":  # from another step: what the time since the step before is told of
            return moves.filter(moves["prev_step_no"].notnull() & (moves["prev_step_no"] != moves["step_no"]))
        case "left":  # ends of runs inside one step: what the time inside it is told of
            return moves.filter(moves["ends_step"])
        case "followed":
            return moves.filter(moves["gap_us"].notnull())
    return moves


def _customers(sources: Sources, *, filters: Filters, place: Place) -> Listed:
    """Known customers with a move here: how many of their moves and passages pass the filters."""
    moves = _moves_at(sources, filters, place)
    known = moves.filter(moves["customer"].notnull())
    passages = known.group_by(["customer", *PASSAGE]).aggregate(
        moves=known.count(), start_ts=known["ts"].min(), last_ts=known["ts"].max()
    )
    people = passages.group_by("customer").aggregate(
        passages=passages.count(),
        moves=passages["moves"].sum(),
        start_ts=passages["start_ts"].min(),
        last_ts=passages["last_ts"].max(),
    )
    return Listed(people.mutate(_last_ts=people["last_ts"], _customer=people["customer"]), ("_last_ts", "_customer"))


def _arrivals(sources: Sources, *, filters: Filters, place: Place, identifiers: bool) -> Listed:
    journey = sources.journey
    if journey.output is None:
        raise NoSuchFactsPlace("The journey names no output step.")
    now = moves_at(sources.moves, journey=journey, as_of=sources.as_of)
    arrived = arrivals(now, journey=journey, output=journey.output)
    chosen = of_passages(arrived, _chosen_moves(sources, filters) if about_moves(filters) else None)
    chosen = chosen.mutate(way=way_of(chosen, output=journey.output, as_of=sources.as_of))
    if place.state is not None:
        chosen = chosen.filter(chosen["way"] == place.state)
    columns = {
        "ts": chosen["ts"],
        "touchpoint": _touchpoint(chosen["touchpoint_no"], journey),
        "customer": chosen["customer"],
        **_subject(chosen, journey, identifiers),
        "way": chosen["way"],
        "first_repeat_ts": chosen["first_repeat_ts"],
        "first_complaint_ts": chosen["first_complaint_ts"],
        "first_fix_ts": chosen["first_fix_ts"],
    }
    table = chosen.select(**columns, **{name: chosen[column] for name, column in _FACT_ORDER.items()})
    return Listed(table, tuple(_FACT_ORDER))


def _passages(sources: Sources, *, filters: Filters, place: Place, identifiers: bool) -> Listed:
    """`place.step` is the furthest step; with a state 'reached…' it is that step or a later one.

    'closed', 'reached_closed' and 'running' tell passages by their window, as the base of shares does.

    With the state 'present' they are the passages with a move at the place that passes the filters.
    """
    journey, table = sources.journey, sources.passages
    if place.state == "present":
        table = table.semi_join(_moves_at(sources, filters, place), list(PASSAGE))
        place = Place(path=place.path)
    elif about_moves(filters):
        table = table.semi_join(_chosen_moves(sources, filters), list(PASSAGE))
    if place.state in ("lost", "open", "complete"):
        table = table.filter(table["state"] == place.state)
    if place.state in ("closed", "reached_closed"):
        table = table.filter(table["closed"])
    if place.state == "running":
        table = table.filter(~table["closed"])
    if place.step is not None:
        furthest, position = table["furthest_no"], journey.position(place.step)
        table = table.filter(furthest >= position if place.state in _REACHED else furthest == position)
    if place.path is not None:
        table = of_path(table, place.path.split(PATH_SIGN), moves=sources.moves, journey=journey)
    columns = {
        **_subject(table, journey, identifiers),
        "customer": table["customer"],
        "run": table["run"],
        "state": table["state"],
        "moves": table["moves"],
        "start_ts": table["start_ts"],
        "last_ts": table["last_ts"],
        "first_touchpoint": _touchpoint(table["start_touchpoint_no"], journey),
        "last_touchpoint": _touchpoint(table["end_touchpoint_no"], journey),
        "furthest_step": _step(table["furthest_no"], journey),
        "goal_ts": table["goal_ts"],
    }
    order = {"_last_ts": table["last_ts"], "_subject": table["subject"], "_run": table["run"]}
    return Listed(table.select(**columns, **order), tuple(order), table.select(_last_ts=table["last_ts"]))


def _answers(sources: Sources, *, filters: Filters, place: Place) -> Listed:
    """The answers that the experience index of this place is made of: each customer's latest one."""
    by = ["step"] if place.step is not None else ["touchpoint"] if place.touchpoint is not None else []
    narrowed = filters
    found = find_answers(
        sources.tables,
        metric=metric_named("experience_index"),
        by=by,
        journey=sources.journey,
        rules=sources.rules,
        filters=narrowed,
        questions=(),
        as_of=sources.as_of,
        time_zone=sources.time_zone,
    )
    used = found.used.filter(found.used["speaker"] == Speaker.CUSTOMER.value)
    table = latest(used, found.columns)
    if "touchpoint" not in table.columns:
        table = map_facts(table, journey=sources.journey, rules=sources.rules)
    if place.question is not None:
        table = table.filter(table["question"] == place.question)
    if place.questions is not None:
        table = table.filter(table["question"].isin(list(place.questions)))
    if place.value is not None:
        table = table.filter(table["value"] == place.value)
    table = _told(_at(table, place), place.state)
    return with_order(table, [name for name in _ANSWER if name in table.columns])


def _told(answers: ir.Table, state: str | None) -> ir.Table:
    """The answers that a score, or a count beside the index, is made of: as `analysis.felt` counts them."""
    if state is None:
        return answers
    value, low, high = answers["value"], answers["scale_min"], answers["scale_max"]
    is_low_best = answers["scale_best"] == Direction.LOW.value
    part = (value - low) / (high - low) * 100
    index = is_low_best.ifelse(100 - part, part)
    recommends = (answers["kind"] == FeedbackKind.NPS.value) & high.notnull()
    tests = {
        "nps": recommends & (low == 0) & (high == 10) & ~is_low_best,
        "csat": (answers["kind"] == FeedbackKind.CSAT.value) & (high - low).between(3, 10),
        "ces": (answers["kind"] == FeedbackKind.CES.value) & high.notnull(),
        "promoters": recommends & value.between(9, 10),
        "passives": recommends & (value >= 7) & (value < 9),
        "detractors": recommends & (value >= 0) & (value < 7),
        "pleased": index >= PLEASED,
        "displeased": index <= DISPLEASED,
    }
    return answers.filter(tests[state].fill_null(False))


def _facts(sources: Sources, *, kind: str, filters: Filters, place: Place, identifiers: bool) -> Listed:
    def customers(table: ir.Table) -> ir.Table:
        return table.filter(table["speaker"] == Speaker.CUSTOMER.value) if kind == "feedback" else table

    table = customers(_selected(sources, kind=kind, filters=filters, place=place))
    found = with_order(table, fact_columns(table, kind=kind, identifiers=identifiers))
    if _is_mapped(place):
        return found
    keys = customers(_selected(sources, kind=kind, filters=filters, place=place, mapped=False))
    return found._replace(keys=keys.select(_ts=keys["ts"]))


def fact_columns(table: ir.Table, *, kind: str, identifiers: bool) -> list[str]:
    """What a list of interactions or feedback tells of each."""
    columns = list(_INTERACTION if kind == "interactions" else _FEEDBACK)
    return columns + [name for name in table.columns if identifiers and name.startswith("link_")]


def _is_mapped(place: Place) -> bool:
    """Whether a place says anything of where the rules put a fact."""
    return any(one is not None for one in (place.step, place.touchpoint, place.mapped)) or place.state == "outside"


def _selected(sources: Sources, *, kind: str, filters: Filters, place: Place, mapped: bool = True) -> ir.Table:
    """Every fact of a table, as the balance counts them: filters by step and touchpoint do not apply to these.

    mapped: with where the rules put it; leaving that out saves a join where the place says nothing of it.
    """
    table = sources.tables.interactions if kind == "interactions" else sources.tables.feedback
    table = table.filter(table["ts"] <= instant(sources.as_of, table["ts"]))
    anywhere = replace(filters, steps=(), touchpoints=())
    if place.state == "filtered_out":
        table = anywhere.leave_out(table, sources.tables.attributes)
    elif anywhere:
        table = anywhere.apply(table, sources.tables.attributes)
    if mapped or _is_mapped(place):
        table = _at(map_facts(table, journey=sources.journey, rules=sources.rules), place)
    if place.mapped is not None:
        table = table.filter(table["mapped"] == place.mapped)
    if place.event is not None:
        table = table.filter(table["event"] == place.event)
    if place.import_no is not None:
        table = table.filter(table["import_no"] == place.import_no)
    if place.words is not None:
        table = find_words(table, words=words_of(place.words))[0]
    if place.state == "outside":
        table = table.filter((table["mapped"] == "mapped") & subject_of(table, journey=sources.journey).isnull())
    if place.state in ("words", "words_pleased", "words_displeased"):
        table = table.filter((table["text"].length() >= LEAST_WORDS) & (table["speaker"] == Speaker.CUSTOMER.value))
    if place.state in ("words_pleased", "words_displeased"):
        felt = mean_ratings(sources.tables.feedback, as_of=sources.as_of)
        rated = felt["felt"] >= PLEASED if place.state == "words_pleased" else felt["felt"] <= DISPLEASED
        table = table.semi_join(felt.filter(rated), "submission")
    return table


def _at(table: ir.Table, place: Place) -> ir.Table:
    if place.step is not None:
        table = table.filter(table["step"] == place.step)
    return table if place.touchpoint is None else table.filter(table["touchpoint"] == place.touchpoint)


def with_order(table: ir.Table, columns: Sequence[str]) -> Listed:
    """Feedback or interactions with `columns`, and the columns that put them in order."""
    order = {name: table[column] for name, column in (_FACT_ORDER | {"_slot": "slot"}).items()}
    return Listed(table.select(*columns, **order), tuple(order))


def _subject(table: ir.Table, journey: Journey, identifiers: bool) -> dict[str, ir.Value]:
    # What a journey by link follows is the company's own number of an order, a contract, a ticket.
    return {"subject": table["subject"]} if identifiers and journey.passage.kind is PassageKind.LINK else {}


def _position(journey: Journey, touchpoint: str) -> int:
    return next(i for i, one in enumerate(journey.touchpoints) if one.id == touchpoint)


def _touchpoint(number: ir.Value, journey: Journey) -> ir.Value:
    return number.cases(*((i, one.id) for i, one in enumerate(journey.touchpoints)), else_=ibis.null("string"))


def _step(number: ir.Value, journey: Journey) -> ir.Value:
    return number.cases(*((i, one.id) for i, one in enumerate(journey.steps)), else_=ibis.null("string"))
