"""Two groups on one map: every place's experience, shares and waiting in both, their differences and tests.

Source: docs/methods/compare.md.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field, replace
from datetime import datetime

import ibis.expr.types as ir

from safar.analysis import compare_felt, compare_medians, compare_shares
from safar.analysis.answers import check_attributes, sides
from safar.analysis.attributes import held
from safar.analysis.build_map import select_moves
from safar.analysis.bundles import PROTECTED
from safar.analysis.compare_felt import FeltPair
from safar.analysis.compare_medians import Median, read_medians
from safar.analysis.compare_shares import Share, SharePair, by_person
from safar.analysis.filters import Filters
from safar.analysis.holm import holm
from safar.analysis.keep import keep
from safar.analysis.map_comparison import (
    COMPLETION,
    DROPPED,
    DWELL,
    EXPERIENCE,
    REACH,
    REMAINING,
    STEP,
    TOUCHPOINT,
    WAIT,
    WHOLE,
    Difference,
    GroupSize,
    MapComparison,
    PlaceComparison,
)
from safar.analysis.mapping import map_facts
from safar.analysis.metric import MetricValue, Standards, State
from safar.analysis.moves import moves_at
from safar.analysis.place_answers import LEVELS
from safar.analysis.result import Origin
from safar.analysis.tables import FactTables
from safar.domain.journey import Journey
from safar.domain.rules import RuleSet
from safar.errors import InputError
from safar.settings import Settings

MOST_OPEN = 0.2
"""Between two periods, shares of what became of passages are only compared where no more of either are still open."""


class NotCompared(InputError):
    """Answers of employees or managers were to be compared on the map."""

    code = "compare.protected"
    next_step = (
        "Compare customers here; compare employees with `safar measure --by speaker`, which protects few people."
    )


@dataclass(frozen=True, slots=True, kw_only=True)
class _Group:
    """One group's counts."""

    size: tuple[int, int, int]
    filters: Filters
    since: Mapping[int, Median] = field(default_factory=dict)
    between: Mapping[int, Median] = field(default_factory=dict)
    dwell: Mapping[int, Median] = field(default_factory=dict)


def compare_maps(
    tables: FactTables,
    *,
    moves: ir.Table,
    passages: ir.Table,
    journey: Journey,
    rules: RuleSet,
    a: Filters,
    b: Filters,
    settings: Settings,
    origin: Origin,
    as_of: datetime,
    answers: ir.Table | None = None,
    settled: bool = False,
) -> MapComparison:
    """Group `a` less group `b`, as of a moment. Parameters as in `build_map`.

    Raises: BadFilter, NotCompared, UnknownDimension, TooManyCombinations.
    """
    for filters in (a, b):
        if PROTECTED & set(sides(LEVELS, filters)[0] or ()):
            raise NotCompared("Answers of employees and managers are not compared on the map.")
        check_attributes(filters, tables)
    standards = Standards.of(settings)
    names = {
        name: tuple({*a.attributes.get(name, ()), *b.attributes.get(name, ())})
        for name in {**a.attributes, **b.attributes}
    }
    narrow = replace(tables, attributes=held(tables.attributes, names)) if names else tables
    now = moves_at(moves, journey=journey, as_of=as_of, settled=settled)
    selected = [_selected(now, narrow, journey=journey, filters=filters) for filters in (a, b)]
    people = [by_person(one, passages, journey=journey) for one in selected]
    shares = compare_shares.compare_shares(*people, journey=journey)
    size_a, size_b, both = compare_shares.sizes(*people)
    groups = [
        _timed(one, filters=filters, size=size)
        for one, filters, size in zip(selected, (a, b), (size_a, size_b), strict=True)
    ]
    mapped = answers
    if mapped is None or any(filters.props or filters.links for filters in (a, b)):
        mapped = map_facts(tables.feedback, journey=journey, rules=rules)
    felt = compare_felt.compare_felt(
        narrow.attributes, mapped, journey=journey, a=a, b=b, as_of=as_of, standards=standards
    )
    ripe = (a.since, a.until) == (b.since, b.until) or all(_ripe(one) for one in people)
    maker = _Maker(journey, felt, shares, groups[0], groups[1], standards, ripe)
    places = maker.places()
    if a == b:
        places = [replace(one, differences=tuple(map(_nothing, one.differences))) for one in places]
    return MapComparison(
        journey=journey.id,
        label=journey.label,
        a=_told(groups[0], settings),
        b=_told(groups[1], settings),
        shared_customers=both,
        confidence=settings.confidence,
        places=_corrected(places, settings.confidence),
        origin=origin,
    )


def _selected(now: ir.Table, tables: FactTables, *, journey: Journey, filters: Filters) -> ir.Table:
    chosen = select_moves(now, tables, journey=journey, filters=filters)
    columns = (
        "subject",
        "run",
        "touchpoint_no",
        "step_no",
        "prev_step_no",
        "gap_us",
        "ts",
        "step_start_ts",
        "ends_step",
    )
    return keep(chosen.select(*columns))


def _timed(selected: ir.Table, *, filters: Filters, size: tuple[int, int, int]) -> _Group:
    def gap(table: ir.Table) -> ir.Value:
        return table["gap_us"]

    moved_on = selected.filter(selected["prev_step_no"].notnull() & (selected["prev_step_no"] != selected["step_no"]))
    return _Group(
        size=size,
        filters=filters,
        since=read_medians(selected.filter(selected["gap_us"].notnull()), "touchpoint_no", gap),
        between=read_medians(moved_on, "step_no", gap),
        dwell=read_medians(
            selected.filter(selected["ends_step"]),
            "step_no",
            lambda table: table["ts"].delta(table["step_start_ts"], unit="microsecond"),
        ),
    )


def _told(group: _Group, settings: Settings) -> GroupSize:
    passages, customers, moves = group.size
    return GroupSize(
        filters=group.filters.told(settings.time_zone), passages=passages, customers=customers, moves=moves
    )


@dataclass(frozen=True, slots=True)
class _Maker:
    """Puts the figures of both groups together."""

    journey: Journey
    felt: Mapping[compare_felt.Key, FeltPair]
    shares: Mapping[str, SharePair]
    a: _Group
    b: _Group
    standards: Standards
    ripe: bool

    def places(self) -> list[PlaceComparison]:
        found = [
            PlaceComparison(
                level=WHOLE,
                id=None,
                label=self.journey.label,
                differences=(self._felt((None, None)), self._share(COMPLETION, COMPLETION)),
            )
        ]
        for i, step in enumerate(self.journey.steps):
            differences = (
                self._felt((STEP, step.id)),
                self._share(REMAINING, f"{REMAINING}{i}"),
                self._share(DROPPED, f"{DROPPED}{i}"),
                self._median(WAIT, lambda group, i=i: group.between.get(i)),  # type: ignore[misc]
                self._median(DWELL, lambda group, i=i: group.dwell.get(i)),  # type: ignore[misc]
            )
            found.append(PlaceComparison(level=STEP, id=step.id, label=step.label, differences=differences))
        for i, one in enumerate(self.journey.touchpoints):
            here = (
                self._felt((TOUCHPOINT, one.id)),
                self._share(REACH, f"{REACH}{i}"),
                self._median(WAIT, lambda group, i=i: group.since.get(i)),  # type: ignore[misc]
            )
            found.append(PlaceComparison(level=TOUCHPOINT, id=one.id, label=one.label, differences=here, step=one.step))
        return found

    def _felt(self, key: compare_felt.Key) -> Difference:
        pair = self.felt.get(key)
        if pair is None:
            return Difference(measure=EXPERIENCE, state="none", n_a=0, n_b=0)
        state = _worse(_state_of(pair.a), _state_of(pair.b))
        told = Difference(
            measure=EXPERIENCE, state=state, n_a=pair.a.n or 0, n_b=pair.b.n or 0, a=pair.a.value, b=pair.b.value
        )
        if state not in ("ok", "few"):
            return told
        found, low, high, p_value, method = compare_felt.difference(pair)
        return replace(told, difference=found, low=low, high=high, p_value=p_value, method=method)

    def _share(self, measure: str, name: str) -> Difference:
        pair = self.shares[name]
        state = _worse(self._state(pair.a), self._state(pair.b))
        told = Difference(
            measure=measure,
            state=state,
            n_a=pair.a.n if pair.a else 0,
            n_b=pair.b.n if pair.b else 0,
            a=None if pair.a is None or self._state(pair.a) == "too_few" else pair.a.value,
            b=None if pair.b is None or self._state(pair.b) == "too_few" else pair.b.value,
        )
        if measure != REACH and not all(one and one.n for one in (pair.a, pair.b)) and self._has_passages():
            return replace(told, state="open")  # no window has closed yet: as the map, which then tells no share either
        if state not in ("ok", "few"):
            return told
        if not self.ripe and measure != REACH:
            return replace(told, state="open")
        found, low, high, p_value = compare_shares.difference(pair, self.standards.confidence)
        method = "Newcombe-Wilson" + (", less the covariance of customers in both" if pair.covariance else "")
        return replace(told, difference=found, low=low, high=high, p_value=p_value, method=method)

    def _has_passages(self) -> bool:
        return bool(self.a.size[0] and self.b.size[0])

    def _median(self, measure: str, of: Callable[[_Group], Median | None]) -> Difference:
        a, b = of(self.a), of(self.b)
        state = _worse(self._counted(a), self._counted(b))
        told = Difference(
            measure=measure,
            state=state,
            n_a=a.n if a else 0,
            n_b=b.n if b else 0,
            a=None if a is None or self._counted(a) == "too_few" else a.value,
            b=None if b is None or self._counted(b) == "too_few" else b.value,
        )
        if a is None or b is None or state not in ("ok", "few"):
            return told
        found, low, high, p_value = compare_medians.difference(a, b, self.standards.confidence)
        return replace(told, difference=found, low=low, high=high, p_value=p_value, method="Price-Bonett")

    def _state(self, share: Share | None) -> str:
        if share is None:
            return "none"
        if min(share.n, share.persons) < self.standards.too_few:
            return "too_few"
        return "few" if min(share.n_effective, share.persons) < self.standards.few else "ok"

    def _counted(self, median: Median | None) -> str:
        if median is None:
            return "none"
        return "too_few" if median.n < self.standards.too_few else "few" if median.n < self.standards.few else "ok"


_FROM_GOOD_TO_BAD = ("ok", "few", "too_few", "none")
_STATES = {State.OK: "ok", State.FEW: "few", State.TOO_FEW: "too_few"}


def _ripe(people: ir.Table) -> bool:
    """Whether so few passages are still open that shares of what became of them can be compared between periods."""
    row = people.aggregate(all=people["one"].sum(), closed=people["closed"].sum()).to_pyarrow().to_pylist()[0]
    return int(row["closed"] or 0) >= (1 - MOST_OPEN) * int(row["all"] or 0)


def _nothing(one: Difference) -> Difference:
    """No difference: the same group twice."""
    if one.difference is None:
        return one
    return replace(one, difference=0.0, low=0.0, high=0.0, p_value=1.0, method="the same group twice")


def _worse(a: str, b: str) -> str:
    return max(a, b, key=_FROM_GOOD_TO_BAD.index)


def _state_of(value: MetricValue) -> str:
    return _STATES.get(value.state, "none")


def _corrected(places: list[PlaceComparison], confidence: float) -> tuple[PlaceComparison, ...]:
    """With Holm's correction within each measure of each level: all steps' experience is one family, and so on."""
    families: dict[tuple[str, str], list[tuple[int, int]]] = {}
    for i, place in enumerate(places):
        for k, one in enumerate(place.differences):
            families.setdefault((place.level, one.measure), []).append((i, k))
    told = [list(place.differences) for place in places]
    for members in families.values():
        adjusted = holm([told[i][k].p_value for i, k in members])
        for (i, k), p in zip(members, adjusted, strict=True):
            told[i][k] = replace(told[i][k], p_adjusted=p, holds=None if p is None else p < 1 - confidence)
    return tuple(replace(place, differences=tuple(each)) for place, each in zip(places, told, strict=True))
