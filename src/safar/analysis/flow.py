"""What passes through each touchpoint and step: volume, reach, entries, exits, waiting and dwell.

Additive counts come from one grouping; distinct passages and customers from one bit mask each (bit = touchpoint),
so that every touchpoint and step is counted in a single pass. Source: docs/methods/journey-map.md and
docs/methods/dwell-and-waiting.md.
"""

from __future__ import annotations

import functools
import operator
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any

import ibis
import ibis.expr.types as ir

from safar.analysis.graph import MICROSECOND
from safar.analysis.instant import known_utc
from safar.analysis.journey_map import ChannelShare, Spell
from safar.analysis.moves import COMPLETE, LOST, OPEN, PASSAGE
from safar.domain.journey import Journey, PassageKind

_BITS = 60
"""Touchpoints in one mask: a signed 64-bit integer with room to spare."""

NO_SPELL = Spell(n=0)

_READ = (
    *PASSAGE,
    "ts",
    "touchpoint_no",
    "step_no",
    "channel",
    "move_no",
    "prev_step_no",
    "gap_us",
    "step_start_ts",
    "state",
    "ends_step",
)


def flow_columns(journey: Journey) -> tuple[str, ...]:
    """The columns of judged moves that `measure_flow` reads; but by link the subject is the customer."""
    return (*_READ, "customer") if journey.passage.kind is PassageKind.LINK else _READ


@dataclass(frozen=True, slots=True, kw_only=True)
class Place:
    """Counts of one touchpoint or step, as `TouchpointCell` describes them."""

    volume: int = 0
    entries: int = 0
    exits: int = 0
    lost: int = 0
    passages: int = 0
    customers: int = 0
    channels: tuple[ChannelShare, ...] = ()
    since: Spell = NO_SPELL
    dwell: Spell = NO_SPELL
    returns: int = 0
    first_ts: datetime | None = None
    last_ts: datetime | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Flow:
    """Places in the order of the journey, the passages by (furthest step, state), and all of it together."""

    touchpoints: tuple[Place, ...]
    steps: tuple[Place, ...]
    whole: Place
    standing: Mapping[tuple[int, str], int]
    closed: Mapping[tuple[int, str], int]
    """As `standing`, of the passages whose window has closed."""

    @property
    def completion_share(self) -> float | None:
        """Complete passages among those whose window has closed; None where there is none."""
        closed = sum(self.closed.values())
        complete = sum(n for (_, state), n in self.closed.items() if state == COMPLETE)
        return complete / closed if closed else None

    def standing_of(self, *, state: str, furthest: int | None = None) -> int:
        """Passages in a state, and no further than one step where asked."""
        return sum(n for (step, what), n in self.standing.items() if what == state and furthest in (None, step))


def measure_flow(selected: ir.Table, *, passages: ir.Table, journey: Journey, everything: bool) -> Flow:
    """The flow of moves that `moves_at` judged and filters selected.

    `passages`: all passages as of the same moment. `everything`: nothing was filtered, so all of them count;
    otherwise those with a selected move do.
    """
    counted = _counted(selected)
    steps = [journey.position(touchpoint.step) for touchpoint in journey.touchpoints]
    masks = selected.group_by(*PASSAGE).aggregate(**_masks(selected, journey))
    if journey.passage.kind is PassageKind.LINK:
        known = selected.filter(selected["customer"].notnull())
        people = known.group_by("customer").aggregate(**_masks(known, journey))
    else:
        people = masks.group_by("subject").aggregate(**_merged(masks, journey))
    reached, customers = _reach(masks, journey), _reach(people, journey)
    gap = selected["gap_us"]
    dwell_us = selected["ts"].delta(selected["step_start_ts"], unit="microsecond")
    spells = _spells(selected, "touchpoint_no", since=gap)
    by_step = _spells(
        selected,
        "step_no",
        since=_moved_on(selected).ifelse(gap, ibis.null("int64")),
        dwell=selected["ends_step"].ifelse(dwell_us, ibis.null("int64")),
    )

    standing = _standing(passages if everything else passages.semi_join(masks, list(PASSAGE)))

    def place(rows: Iterable[Mapping[str, Any]], reach: str, **more: Any) -> Place:
        return _place(list(rows), passages=reached[reach], customers=customers[reach], **more)

    return Flow(
        touchpoints=tuple(
            place((r for r in counted if r["touchpoint_no"] == i), f"t{i}", **spells.get(i, {}))
            for i in range(len(steps))
        ),
        steps=tuple(
            place(
                (r for r in counted if steps[r["touchpoint_no"]] == i),
                f"s{i}",
                **by_step.get(i, {}),
            )
            for i in range(len(journey.steps))
        ),
        whole=place(counted, "all"),
        standing={key: n for key, (n, _) in standing.items()},
        closed={key: closed for key, (_, closed) in standing.items() if closed},
    )


def _fetched(table: ir.Table) -> list[dict[str, Any]]:
    return list(table.to_pyarrow().to_pylist())


def _moved_on(selected: ir.Table) -> ir.BooleanValue:
    """Whether a move came from another step."""
    moved: ir.BooleanValue = (selected["prev_step_no"] != selected["step_no"]).fill_null(False)
    return moved


def _counted(selected: ir.Table) -> list[dict[str, Any]]:
    """Everything that adds up, by touchpoint and channel."""
    return _fetched(
        selected.group_by("touchpoint_no", "channel").aggregate(
            volume=selected.count(),
            entries=(selected["move_no"] == 1).sum(),
            exits=selected["state"].isin([COMPLETE, LOST]).fill_null(False).sum(),
            lost=(selected["state"] == LOST).fill_null(False).sum(),
            returns=(selected["prev_step_no"] > selected["step_no"]).fill_null(False).sum(),
            first_ts=selected["ts"].min(),
            last_ts=selected["ts"].max(),
        )
    )


def _place(rows: list[Mapping[str, Any]], **more: Any) -> Place:
    volume = sum(row["volume"] for row in rows)
    by_channel: dict[str | None, int] = {}
    for row in rows:
        by_channel[row["channel"]] = by_channel.get(row["channel"], 0) + row["volume"]
    ranked = sorted(by_channel.items(), key=lambda item: (-item[1], item[0] is None, item[0] or ""))
    return Place(
        volume=volume,
        entries=sum(row["entries"] for row in rows),
        exits=sum(row["exits"] for row in rows),
        lost=sum(row["lost"] for row in rows),
        returns=sum(row["returns"] for row in rows),
        channels=tuple(ChannelShare(channel=name, volume=n, share=n / volume) for name, n in ranked),
        first_ts=known_utc(min((row["first_ts"] for row in rows), default=None)),
        last_ts=known_utc(max((row["last_ts"] for row in rows), default=None)),
        **more,
    )


def _chunks(journey: Journey) -> list[range]:
    """The touchpoints of each mask."""
    n = len(journey.touchpoints)
    return [range(start, min(start + _BITS, n)) for start in range(0, n, _BITS)]


def _masks(table: ir.Table, journey: Journey) -> dict[str, ir.Value]:
    """One mask a chunk of touchpoints, over the moves of a group."""
    number = table["touchpoint_no"].cast("int64")
    none, one = ibis.literal(0, type="int64"), ibis.literal(1, type="int64")
    found: dict[str, ir.Value] = {}
    for i, chunk in enumerate(_chunks(journey)):
        if _has_bit_or(table):
            inside = (number >= chunk.start) & (number < chunk.stop)
            bit = inside.ifelse(number - chunk.start, none)
            found[f"mask{i}"] = inside.ifelse(one << bit, none).bit_or()
        else:
            found[f"mask{i}"] = _added_up([(number == n, 1 << (n - chunk.start)) for n in chunk])
    return found


def _merged(masks: ir.Table, journey: Journey) -> dict[str, ir.Value]:
    """The masks of a group of masks."""
    found: dict[str, ir.Value] = {}
    for i, chunk in enumerate(_chunks(journey)):
        mask = masks[f"mask{i}"]
        if _has_bit_or(masks):
            found[f"mask{i}"] = mask.bit_or()
        else:
            bits = [1 << (one - chunk.start) for one in chunk]
            found[f"mask{i}"] = _added_up([((mask & ibis.literal(bit, type="int64")) != 0, bit) for bit in bits])
    return found


def _added_up(tests: list[tuple[ir.Value, int]]) -> ir.Value:
    """The bits whose test any row of a group passes."""
    none = ibis.literal(0, type="int64")
    parts = [test.ifelse(ibis.literal(bit, type="int64"), none).max() for test, bit in tests]
    return functools.reduce(operator.add, parts)


def _has_bit_or(table: ir.Table) -> bool:
    # Ibis 12 knows no `bit_or` on Spark; there the bits are found one by one and added up, which is the same number.
    return bool(table.get_backend().name == "duckdb")


def _reach(masks: ir.Table, journey: Journey) -> dict[str, int]:
    """How many rows of `masks` have a bit of each touchpoint (t<i>), each step (s<i>), any at all (all)."""
    measures: dict[str, ir.Value] = {"all": masks.count()}
    wanted = {f"t{i}": [i] for i in range(len(journey.touchpoints))} | {
        f"s{number}": [i for i, touchpoint in enumerate(journey.touchpoints) if touchpoint.step == step.id]
        for number, step in enumerate(journey.steps)
    }
    for name, positions in wanted.items():
        hit: ir.Value = ibis.literal(False)
        for chunk in sorted({position // _BITS for position in positions}):
            bits = sum(1 << (position % _BITS) for position in positions if position // _BITS == chunk)
            hit |= (masks[f"mask{chunk}"] & ibis.literal(bits, type="int64")) != 0
        measures[name] = hit.sum()
    return {name: int(value or 0) for name, value in _fetched(masks.aggregate(**measures))[0].items()}


def _spells(table: ir.Table, by: str, **lengths: ir.Value) -> dict[int, dict[str, Spell]]:
    """Spells of each kind in `lengths` (µs, null where a move is not the end of one), by place; one pass for all."""
    measures: dict[str, ir.Value] = {}
    for name, length in lengths.items():
        measures |= {f"{name}_n": length.count(), f"{name}_us": length.quantile([0.5, 0.9])}
    found: dict[int, dict[str, Spell]] = {}
    for row in _fetched(table.group_by(by).aggregate(**measures)):
        found[row[by]] = {
            name: Spell(
                n=row[f"{name}_n"],
                median_s=float(row[f"{name}_us"][0]) * MICROSECOND,
                p90_s=float(row[f"{name}_us"][1]) * MICROSECOND,
            )
            for name in lengths
            if row[f"{name}_n"]
        }
    return found


def _standing(passages: ir.Table) -> dict[tuple[int, str], tuple[int, int]]:
    """All passages, and those whose window has closed, by (furthest step, state)."""
    found = passages.group_by("furthest_no", "state").aggregate(n=passages.count(), closed=passages["closed"].sum())
    rows = {
        (int(row["furthest_no"]), str(row["state"])): (int(row["n"]), int(row["closed"])) for row in _fetched(found)
    }
    return {key: n for key, n in rows.items() if key[1] in (OPEN, COMPLETE, LOST)}
