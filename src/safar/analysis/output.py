"""The three ways out of the output step: bought again, complained, or fell silent."""

from __future__ import annotations

from datetime import datetime, timedelta

import ibis
import ibis.expr.types as ir

from safar.analysis.instant import instant
from safar.analysis.journey_map import WaysOut
from safar.analysis.moves import ORDER, PASSAGE
from safar.domain.journey import Journey, OutputWays

WAYS = ("open", "repeat", "recovered", "complaint_lost", "silence")
"""What can come of an arrival at the output step. They exclude each other."""


def arrivals(moves: ir.Table, *, journey: Journey, output: OutputWays) -> ir.Table:
    """One row a passage that reached the output step: what its customer did from there on, in any passage.

    Columns: those of the arriving move, and first_repeat_ts, first_complaint_ts (from the arrival on, the arriving
    move itself included), repeat_leads (the repeat stands before the complaint, or there is no complaint),
    first_fix_ts (first recovery or repeat strictly after the complaint). Null where there is none.
    `moves`: `moves_at` of everybody; a customer nobody knows is followed within the passage only.
    """
    numbers = {touchpoint.id: i for i, touchpoint in enumerate(journey.touchpoints)}
    repeat, complaint, recovery = (
        [numbers[name] for name in names] for names in (output.repeat, output.complaint, output.recovery)
    )
    told = sorted({*repeat, *complaint, *recovery})
    t = moves.filter(moves["output_arrival"] | moves["touchpoint_no"].isin(told))
    # Known customers are followed through all their passages, unknown ones through this one alone: two windows would
    # sort twice, so one key stands for either.
    t = t.mutate(
        follow_subject=t["customer"].isnull().ifelse(t["subject"].cast("string"), ibis.null("string")),
        follow_run=t["customer"].isnull().ifelse(t["run"], ibis.null("int32")),
    )
    keys = ["customer", "follow_subject", "follow_run"]
    onward = ibis.window(group_by=keys, order_by=list(ORDER), preceding=0, following=None)
    later = ibis.window(group_by=keys, order_by=list(ORDER), following=(1, None))
    no_time, no_place = ibis.null(t["ts"].type()), ibis.null("int64")
    repeats, complains = t["touchpoint_no"].isin(repeat), t["touchpoint_no"].isin(complaint)
    t = t.mutate(
        at=ibis.row_number().over(ibis.window(group_by=keys, order_by=list(ORDER))),
        next_fix=t["touchpoint_no"].isin([*recovery, *repeat]).ifelse(t["ts"], no_time).min().over(later),
        repeats=repeats,
        complains=complains,
    )
    t = t.mutate(
        first_repeat_ts=t["repeats"].ifelse(t["ts"], no_time).min().over(onward),
        first_repeat_at=t["repeats"].ifelse(t["at"], no_place).min().over(onward),
        first_complaint_ts=t["complains"].ifelse(t["ts"], no_time).min().over(onward),
        first_complaint_at=t["complains"].ifelse(t["at"], no_place).min().over(onward),
        # The time of the next fix never falls along a customer's moves, so the least one is the first complaint's.
        first_fix_ts=t["complains"].ifelse(t["next_fix"], no_time).min().over(onward),
    )
    leads = t["first_repeat_at"].notnull() & (
        t["first_complaint_at"].isnull() | (t["first_repeat_at"] <= t["first_complaint_at"])
    )
    t = t.mutate(repeat_leads=leads)
    return t.filter(t["output_arrival"]).select(
        *PASSAGE,
        "customer",
        *ORDER,
        "touchpoint_no",
        "step_no",
        "channel",
        "unit",
        "first_repeat_ts",
        "first_complaint_ts",
        "first_fix_ts",
        "repeat_leads",
    )


def way_of(arrived: ir.Table, *, output: OutputWays, as_of: datetime) -> ir.StringValue:
    """Which of `WAYS` each of `arrivals` took; never null. Source: docs/methods/ways-out.md."""
    closed = arrived["ts"] <= instant(as_of - timedelta(seconds=output.window_s), arrived["ts"])
    end = arrived["ts"] + ibis.interval(seconds=output.window_s)
    repeat = arrived["repeat_leads"] & (arrived["first_repeat_ts"] <= end).fill_null(False)
    complaint = (arrived["first_complaint_ts"] <= end).fill_null(False)
    recovered = (arrived["first_fix_ts"] <= end).fill_null(False)
    return ibis.cases(
        (~closed, "open"),
        (repeat, "repeat"),
        (complaint & recovered, "recovered"),
        (complaint, "complaint_lost"),
        else_="silence",
    )


def count_ways(arrived: ir.Table, *, output: OutputWays, as_of: datetime) -> WaysOut:
    """The ways out of `arrivals` (which filters may have selected); open windows are a class of their own.

    The first of repeat and complaint within the window decides. Source: docs/methods/ways-out.md.
    """
    way = way_of(arrived, output=output, as_of=as_of)
    row = arrived.aggregate(reached=arrived.count(), **{name: (way == name).sum() for name in WAYS})
    found = {name: int(value or 0) for name, value in row.to_pyarrow().to_pylist()[0].items()}
    return WaysOut(step=output.step, window_s=output.window_s, **found)
