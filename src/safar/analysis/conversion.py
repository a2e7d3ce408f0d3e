"""Ordered conversion: how many get from the first stage to the last, in order and in time."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import timedelta
from enum import StrEnum
from typing import Any

import ibis
import ibis.expr.types as ir

from safar.analysis.frames import Types, columns
from safar.analysis.graph import MICROSECOND
from safar.analysis.instant import instant
from safar.analysis.moves import ORDER, PASSAGE, standing_at
from safar.analysis.result import Frozen, Origin, Result
from safar.domain.journey import Journey
from safar.errors import InputError


class BadConversion(InputError):
    """A conversion is asked for that cannot be computed."""

    code = "conversion.invalid"
    next_step = "Name at least two stages of touchpoints that the journey has, and one kind of window."


class Unit(StrEnum):
    """Whose moves make one chain: those of one passage, or of one known customer in all passages."""

    PASSAGE = "passage"
    CUSTOMER = "customer"


@dataclass(frozen=True, slots=True, kw_only=True)
class Stage(Frozen):
    """How many reached this stage in order and in time, from a first stage whose window has closed.

    lost after it = reached - reached of the next.
    median_s, p90_s: shortest time from the first stage to this one, over those who reached it; None at the first
    stage and where each stage has a window of its own.
    """

    touchpoints: tuple[str, ...]
    reached: int
    share_of_first: float | None
    share_of_previous: float | None
    median_s: float | None
    p90_s: float | None


_TYPES = columns("text: stage whole: reached number: share_of_first share_of_previous median_s p90_s")


@dataclass(frozen=True, slots=True, kw_only=True)
class Conversion(Result):
    """Stages in order; reached never grows from one to the next.

    open: those whose every first stage is so late that its window is still open at `origin.as_of`, whatever has
    happened in it so far; they count in no stage. Without a window a passage is open as `moves.standing_at` says, and
    a customer never is.
    """

    unit: Unit
    window_s: int | None
    stage_windows_s: tuple[int, ...]
    stages: tuple[Stage, ...]
    open: int
    origin: Origin
    filters: Mapping[str, str] = field(default_factory=dict)

    def rows(self) -> Sequence[Mapping[str, Any]]:
        """One row a stage."""
        return [
            {
                "stage": " | ".join(stage.touchpoints),
                "reached": stage.reached,
                "share_of_first": stage.share_of_first,
                "share_of_previous": stage.share_of_previous,
                "median_s": stage.median_s,
                "p90_s": stage.p90_s,
            }
            for stage in self.stages
        ]

    def column_types(self) -> Types:
        """The type of each column."""
        return _TYPES


def convert(
    moves: ir.Table,
    *,
    journey: Journey,
    stages: Sequence[Sequence[str]],
    origin: Origin,
    window_s: int | None = None,
    stage_windows_s: Sequence[int] = (),
    unit: Unit = Unit.PASSAGE,
) -> Conversion:
    """Who has a chain of moves through the stages, each strictly after the one before by (ts, row_no, slot_no).

    `stages`: touchpoints of each stage, any one of which will do. `window_s`: the chain's last move at most so long
    after its first. `stage_windows_s`: one fewer than stages; each move at most so long after the one before.
    Exact: a chain counts if there is any, whatever else happened in between. Not both kinds of window at once. Chains
    begin where their whole window has closed by `origin.as_of`: later ones are `open`.
    Raises: BadConversion. Source: docs/methods/conversion.md.
    """
    numbers = _checked(journey, stages, window_s, stage_windows_s)
    keys = list(PASSAGE) if unit is Unit.PASSAGE else ["customer"]
    wanted = sorted({number for stage in numbers for number in stage})
    t = _ripe(moves, journey, origin, unit=unit, spans=[window_s] if window_s is not None else stage_windows_s)
    t = t.filter(t["touchpoint_no"].isin(wanted))
    if unit is Unit.CUSTOMER:
        t = t.filter(t["customer"].notnull())
    time = t["ts"].type()
    earlier = ibis.window(group_by=keys, order_by=list(ORDER), preceding=(None, 1))
    t = t.select(*keys, *ORDER, "touchpoint_no", "ripe")
    # c<k>: on a move that reaches stage k, the latest start of a chain so far (with a window over all: a later start
    # always dominates an earlier one) or the move's own time (with a window a stage: a later arrival dominates).
    begins = t["touchpoint_no"].isin(numbers[0])
    t = t.mutate(begins=begins, c0=(begins & t["ripe"]).ifelse(t["ts"], ibis.null(time)))
    for k in range(1, len(numbers)):
        t = t.mutate(start=t[f"c{k - 1}"].max().over(earlier))
        limit = window_s if window_s is not None else (stage_windows_s[k - 1] if stage_windows_s else None)
        reaches = t["touchpoint_no"].isin(numbers[k]) & t["start"].notnull()
        if limit is not None:
            reaches &= t["ts"] <= t["start"] + ibis.interval(seconds=limit)
        carried = t["ts"] if stage_windows_s else t["start"]
        t = t.mutate(**{f"c{k}": reaches.ifelse(carried, ibis.null(time))}).drop("start")
    reached = t.group_by(keys).aggregate(
        begins=t["begins"].max(),
        **{f"c{k}": t[f"c{k}"].max() for k in range(len(numbers))},
        **{
            f"took{k}": t["ts"].delta(t[f"c{k}"], unit="microsecond").min(where=t[f"c{k}"].notnull())
            for k in range(1, len(numbers))
        },
    )
    row = reached.aggregate(**_measures(reached, len(numbers)))
    found = row.to_pyarrow().to_pylist()[0]
    return Conversion(
        unit=unit,
        window_s=window_s,
        stage_windows_s=tuple(stage_windows_s),
        stages=tuple(_stage(found, k, tuple(stage), bool(stage_windows_s)) for k, stage in enumerate(stages)),
        open=int(found["open"] or 0),
        origin=origin,
    )


def _checked(
    journey: Journey, stages: Sequence[Sequence[str]], window_s: int | None, stage_windows_s: Sequence[int]
) -> list[list[int]]:
    positions = {touchpoint.id: i for i, touchpoint in enumerate(journey.touchpoints)}
    if len(stages) < 2 or not all(stages):
        raise BadConversion("A conversion needs at least two stages, each of at least one touchpoint.")
    for name in (name for stage in stages for name in stage):
        if name not in positions:
            raise BadConversion(f"Journey {journey.id!r} has no touchpoint {name!r}.")
    if window_s is not None and stage_windows_s:
        raise BadConversion("Give one window for the whole or one for each stage, not both.")
    if stage_windows_s and len(stage_windows_s) != len(stages) - 1:
        raise BadConversion(f"{len(stages)} stages need {len(stages) - 1} stage windows, not {len(stage_windows_s)}.")
    if any(limit <= 0 for limit in (*stage_windows_s, *([] if window_s is None else [window_s]))):
        raise BadConversion("A window must be longer than 0 seconds.")
    return [[positions[name] for name in stage] for stage in stages]


def _ripe(moves: ir.Table, journey: Journey, origin: Origin, *, unit: Unit, spans: Sequence[int]) -> ir.Table:
    """The moves with `ripe`: whether the window of a chain that began there would have closed by `origin.as_of`."""
    if origin.as_of is None:
        return moves.mutate(ripe=ibis.literal(True))
    if spans:
        return moves.mutate(ripe=moves["ts"] <= instant(origin.as_of - timedelta(seconds=sum(spans)), moves["ts"]))
    if unit is Unit.CUSTOMER:
        return moves.mutate(ripe=ibis.literal(True))
    passages = moves.group_by(*PASSAGE).aggregate(
        goal_ts=moves["ts"].min(where=moves["goal_reached"]), last_ts=moves["ts"].max()
    )
    judged = standing_at(passages, journey=journey, as_of=origin.as_of)
    return moves.inner_join(judged.select(*PASSAGE, ripe=judged["closed"]), list(PASSAGE))


def _measures(reached: ir.Table, n: int) -> dict[str, ir.Value]:
    measures: dict[str, ir.Value] = {"open": (reached["begins"] & reached["c0"].isnull()).sum()}
    for k in range(n):
        measures[f"n{k}"] = reached[f"c{k}"].notnull().sum()
        if k:
            measures[f"median{k}"] = reached[f"took{k}"].median()
            measures[f"p90_{k}"] = reached[f"took{k}"].quantile(0.9)
    return measures


def _stage(found: Mapping[str, Any], k: int, touchpoints: tuple[str, ...], own_windows: bool) -> Stage:
    reached, first = int(found[f"n{k}"] or 0), int(found["n0"] or 0)
    before = int(found[f"n{k - 1}"] or 0) if k else 0
    timed = k > 0 and reached > 0 and not own_windows
    return Stage(
        touchpoints=touchpoints,
        reached=reached,
        share_of_first=reached / first if first else None,
        share_of_previous=reached / before if before else None,
        median_s=float(found[f"median{k}"]) * MICROSECOND if timed else None,
        p90_s=float(found[f"p90_{k}"]) * MICROSECOND if timed else None,
    )
