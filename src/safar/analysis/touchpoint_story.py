"""One touchpoint more closely: what comes before and after it, how long people waited, what they answered."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from itertools import pairwise
from typing import Any

import ibis
import ibis.expr.types as ir

from safar.analysis.answers import check_attributes, sides
from safar.analysis.build_map import select_moves
from safar.analysis.bundles import PROTECTED
from safar.analysis.filters import Filters
from safar.analysis.frames import Types, columns
from safar.analysis.histogram import Histogram
from safar.analysis.metric import Standards, metric_named
from safar.analysis.moves import COMPLETE, LOST, OPEN, PASSAGE, moves_at
from safar.analysis.place_answers import LEVELS, PlaceFigures, as_answers, choose
from safar.analysis.repeats import Repeats
from safar.analysis.result import Origin, Result
from safar.analysis.tables import FactTables
from safar.analysis.variants import Variant, find_variants
from safar.domain.journey import Journey

WAITS_S = (0, 60, 3_600, 86_400, 3 * 86_400, 7 * 86_400, 28 * 86_400, None)
"""Edges of the waiting times' bins in seconds; the last one is open."""
MOST_PATHS = 5


@dataclass(frozen=True, slots=True, kw_only=True)
class Neighbor:
    """A touchpoint directly before or after, with `n` moves."""

    touchpoint: str
    n: int


@dataclass(frozen=True, slots=True, kw_only=True)
class WaitBin:
    """Moves that came from `low_s` to before `high_s` (None: any later) after the one before."""

    low_s: int
    high_s: int | None
    n: int


@dataclass(frozen=True, slots=True, kw_only=True)
class AnswerBin:
    """Answers of one value."""

    value: float
    n: int


@dataclass(frozen=True, slots=True, kw_only=True)
class QuestionAnswers:
    """Each customer's latest answer to one question here. Too few are not told apart: no bins."""

    question: str
    kind: str
    n: int
    bins: tuple[AnswerBin, ...]


_TYPES = columns("text: touchpoint side whole: moves")


@dataclass(frozen=True, slots=True, kw_only=True)
class TouchpointStory(Result):
    """moves = began + sum of before; ended: passages whose last move is here, by what became of them.

    after: moves that directly followed one here and pass the filters themselves. paths: the most frequent whole
    passages that come through here.
    """

    touchpoint: str
    moves: int
    began: int
    complete: int
    lost: int
    open: int
    before: tuple[Neighbor, ...]
    after: tuple[Neighbor, ...]
    waits: tuple[WaitBin, ...]
    answers: tuple[QuestionAnswers, ...]
    paths: tuple[Variant, ...]
    passages: int
    filters: Mapping[str, str]
    origin: Origin

    def rows(self) -> Sequence[Mapping[str, Any]]:
        """One row a neighbor."""
        return [
            {"touchpoint": one.touchpoint, "side": side, "moves": one.n}
            for side, many in (("before", self.before), ("after", self.after))
            for one in many
        ]

    def column_types(self) -> Types:
        """The type of each column."""
        return _TYPES


def tell_story(
    tables: FactTables,
    *,
    touchpoint: str,
    moves: ir.Table,
    passages: ir.Table,
    answers: ir.Table,
    journey: Journey,
    filters: Filters,
    standards: Standards,
    time_zone: str,
    origin: Origin,
    as_of: datetime,
) -> TouchpointStory:
    """The story under filters. `answers`: feedback as `map_facts` gives it. Raises: BadFilter, UnknownDimension."""
    check_attributes(filters, tables)
    names = [one.id for one in journey.touchpoints]
    number = names.index(touchpoint)
    now = moves_at(moves, journey=journey, as_of=as_of)
    selected = select_moves(now, tables, journey=journey, filters=filters)
    here = selected.filter(selected["touchpoint_no"] == number)
    states = here.aggregate(
        moves=here.count(),
        began=(here["move_no"] == 1).sum(),
        **{state: (here["state"] == state).fill_null(False).sum() for state in (COMPLETE, LOST, OPEN)},
    )
    told = {name: int(value or 0) for name, value in states.to_pyarrow().to_pylist()[0].items()}
    came = here.filter(here["prev_touchpoint_no"].notnull()).group_by("prev_touchpoint_no").aggregate(n=ibis._.count())
    went = selected.filter(selected["prev_touchpoint_no"] == number)
    gone = went.group_by("touchpoint_no").aggregate(n=went.count())
    through = passages.semi_join(here, list(PASSAGE))
    whole = now.semi_join(here, list(PASSAGE))
    paths = find_variants(whole, journey=journey, origin=origin, limit=MOST_PATHS, passages=through)
    return TouchpointStory(
        touchpoint=touchpoint,
        moves=told["moves"],
        began=told["began"],
        complete=told[COMPLETE],
        lost=told[LOST],
        open=told[OPEN],
        before=_neighbors(came, "prev_touchpoint_no", names),
        after=_neighbors(gone, "touchpoint_no", names),
        waits=_waits(here),
        answers=_answers(
            tables, answers, touchpoint, journey=journey, filters=filters, standards=standards, as_of=as_of
        ),
        paths=paths.variants,
        passages=paths.passages,
        filters=filters.told(time_zone),
        origin=origin,
    )


def _neighbors(counted: ir.Table, column: str, names: Sequence[str]) -> tuple[Neighbor, ...]:
    rows = sorted(counted.to_pyarrow().to_pylist(), key=lambda row: (-row["n"], row[column]))
    return tuple(Neighbor(touchpoint=names[row[column]], n=int(row["n"])) for row in rows)


def _waits(here: ir.Table) -> tuple[WaitBin, ...]:
    timed = here.filter(here["gap_us"].notnull())
    counts = {f"n{i}": within(timed["gap_us"], low, high).sum() for i, (low, high) in enumerate(pairwise(WAITS_S))}
    row = timed.aggregate(**counts).to_pyarrow().to_pylist()[0]
    return tuple(
        WaitBin(low_s=low or 0, high_s=high, n=int(row[f"n{i}"] or 0))
        for i, (low, high) in enumerate(pairwise(WAITS_S))
    )


def within(gap_us: ir.Value, low_s: int | None, high_s: int | None) -> ir.BooleanValue:
    """Whether a gap lies in a bin."""
    test = gap_us >= (low_s or 0) * 1_000_000
    return test if high_s is None else test & (gap_us < high_s * 1_000_000)


def _answers(
    tables: FactTables,
    mapped: ir.Table,
    touchpoint: str,
    *,
    journey: Journey,
    filters: Filters,
    standards: Standards,
    as_of: datetime,
) -> tuple[QuestionAnswers, ...]:
    if PROTECTED & set(sides(LEVELS, filters)[0] or ()):
        return ()  # never told apart by answer
    chosen = choose(tables.attributes, mapped, journey=journey, filters=filters, as_of=as_of)
    figures = PlaceFigures(
        metric_named("experience_index"), as_answers(chosen, "touchpoint", filters=filters), standards, Repeats.LATEST,
        True, None, filtered=bool(filters), chosen=chosen,
    )  # fmt: skip
    found = figures.read().all.get((touchpoint,), ())
    return tuple(
        QuestionAnswers(
            question=one.question,
            kind=one.kind,
            n=one.n,
            bins=_bins(one) if one.n >= standards.too_few else (),
        )
        for one in sorted(found, key=lambda h: (-h.n, h.question))
    )


def _bins(histogram: Histogram) -> tuple[AnswerBin, ...]:
    return tuple(AnswerBin(value=one.value, n=one.n) for one in histogram.bins)
