"""What moments of truth are measured from: outcomes, and what each customer met and rated before them."""

from __future__ import annotations

from dataclasses import dataclass, replace
from datetime import datetime

import ibis
import ibis.expr.types as ir
import numpy as np
from numpy.typing import NDArray

from safar.analysis.build_map import select_moves
from safar.analysis.filters import Filters
from safar.analysis.histogram import rated
from safar.analysis.instant import instant
from safar.analysis.keep import keep
from safar.analysis.moves import COMPLETE, PASSAGE, goal_numbers, moves_at
from safar.analysis.place_answers import without_about
from safar.analysis.tables import FactTables
from safar.domain.fact import Direction, FeedbackKind, Speaker, View
from safar.domain.journey import Journey

COMPLETION = "completion"
LEAST_OUTCOMES = 100
"""Answers that a recommendation question must have to be the outcome; else completion is."""
MOST_OBSERVATIONS = 100_000
"""More are not read; the newest are taken."""


@dataclass(frozen=True, slots=True, eq=False)
class MomentFacts:
    """One row an observation; `index` is NaN where nothing was rated before the outcome."""

    outcome: str
    values: NDArray[np.float64]
    index: NDArray[np.float64]
    visited: NDArray[np.bool_]
    person: NDArray[np.int64]


def read_moment_facts(
    tables: FactTables,
    *,
    moves: ir.Table,
    passages: ir.Table,
    answers: ir.Table,
    journey: Journey,
    filters: Filters,
    as_of: datetime,
) -> MomentFacts:
    """The facts under filters, which choose outcomes: what was met and rated before counts wherever it was.

    answers: feedback as `map_facts` gives it, or with what it is about in one text (`place_answers.with_about`). The
    outcome is the recommendation question (kind nps) with the most answers, else whether a passage whose window
    has closed was completed.
    """
    whole = without_about(answers) if "about" in answers.columns else answers.mutate(rated=rated(answers))
    said = whole.filter(whole["ts"] <= instant(as_of, whole["ts"]))
    said = said.filter(
        (said["speaker"] == Speaker.CUSTOMER.value)
        & (said["view"] == View.EXPERIENCED.value)
        & said["customer"].notnull()
        & said["rated"]
        & (said["scale_min"] < said["scale_max"])
    )
    now = moves_at(moves, journey=journey, as_of=as_of)
    question = _outcome_question(said)
    if question is None:
        units = _passages(now, passages, tables, journey=journey, filters=filters)
    else:
        units = _recommendations(said, question, tables, filters=filters)
    newest = units.order_by(ibis.desc("until_ts"), "customer", "from_ts", "y").limit(MOST_OBSERVATIONS)
    units = keep(
        newest.mutate(unit=ibis.row_number().over(ibis.window(order_by=["until_ts", "customer", "from_ts", "y"])))
    )
    rows = units.select("unit", "customer", "y").order_by("unit").to_pyarrow()
    values = np.asarray(rows.column("y").to_numpy(), dtype=np.float64)
    person = np.asarray(rows.column("customer").to_numpy(), dtype=np.int64)
    shape = (len(values), len(journey.touchpoints))
    index, visited = np.full(shape, np.nan), np.zeros(shape, dtype=np.bool_)
    if len(values):
        # What was said together with the outcome is no cause of it.
        together = said.filter(said["question"] == (question or "")).select("submission")
        mapped = said.filter(said["mapped"] == "mapped").anti_join(together, "submission")
        for row, at in ((_latest(mapped, units), index), (_met(now, units), visited)):
            found = row.to_pyarrow()
            places = (found.column("unit").to_numpy(), found.column("touchpoint_no").to_numpy())
            at[places] = found.column("told").to_numpy()
        if question is None:  # reaching a goal is the outcome, not a cause of it
            index[:, goal_numbers(journey)], visited[:, goal_numbers(journey)] = np.nan, False
    return MomentFacts(question or COMPLETION, values, index, visited, person)


def _outcome_question(said: ir.Table) -> str | None:
    asked = said.filter(said["kind"] == FeedbackKind.NPS.value)
    counted = asked.group_by("question").aggregate(n=asked.count())
    rows = counted.order_by(ibis.desc("n"), "question").limit(1).to_pyarrow().to_pylist()
    return str(rows[0]["question"]) if rows and rows[0]["n"] >= LEAST_OUTCOMES else None


def _recommendations(said: ir.Table, question: str, tables: FactTables, *, filters: Filters) -> ir.Table:
    mine = said.filter(said["question"] == question)
    anywhere = replace(filters, steps=(), touchpoints=())
    chosen = anywhere.apply(mine, tables.attributes) if anywhere else mine
    return chosen.select("customer", y=chosen["value"], from_ts=ibis.null(chosen["ts"].type()), until_ts=chosen["ts"])


def _passages(now: ir.Table, passages: ir.Table, tables: FactTables, *, journey: Journey, filters: Filters) -> ir.Table:
    closed = passages.filter(passages["closed"] & passages["customer"].notnull())
    if filters:
        selected = select_moves(now, tables, journey=journey, filters=filters)
        closed = closed.semi_join(selected, list(PASSAGE))
    return closed.select(
        "customer",
        y=(closed["state"] == COMPLETE).ifelse(100.0, 0.0),
        from_ts=closed["start_ts"],
        until_ts=ibis.coalesce(closed["goal_ts"], closed["last_ts"]),
    )


def _latest(mapped: ir.Table, units: ir.Table) -> ir.Table:
    """Index of the latest rating of each touchpoint before each outcome."""
    part = (mapped["value"] - mapped["scale_min"]) / (mapped["scale_max"] - mapped["scale_min"]) * 100
    best = mapped["scale_best"].fill_null(Direction.HIGH.value)
    told = (best == Direction.LOW.value).ifelse(100 - part, part)
    # One rating a submission and touchpoint: the mean of its questions.
    rating = mapped.select("customer", "touchpoint_no", "ts", "submission", told=told)
    rating = rating.group_by("customer", "touchpoint_no", "ts", "submission").aggregate(told=rating["told"].mean())
    t = _before(rating, units)
    window = ibis.window(group_by=["unit", "touchpoint_no"], order_by=[ibis.desc("ts"), ibis.desc("submission")])
    ranked = t.mutate(place=ibis.row_number().over(window))
    return ranked.filter(ranked["place"] == 0).select("unit", "touchpoint_no", "told")


def _met(now: ir.Table, units: ir.Table) -> ir.Table:
    """Which touchpoints each customer had met before each outcome."""
    met = now.filter(now["customer"].notnull()).select("customer", "touchpoint_no", "ts")
    return _before(met, units).select("unit", "touchpoint_no", told=ibis.literal(True)).distinct()


def _before(table: ir.Table, units: ir.Table) -> ir.Table:
    t = table.inner_join(units.select("unit", "customer", "from_ts", "until_ts"), "customer")
    return t.filter((t["ts"] <= t["until_ts"]) & (t["from_ts"].isnull() | (t["ts"] >= t["from_ts"])))
