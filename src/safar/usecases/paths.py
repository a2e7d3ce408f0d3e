"""How customers move through a workspace's journey: the graph, the variants and ordered conversion.

Filters work as on the map: they select moves one by one, and a selected move keeps its place within its whole
passage. The graph counts selected moves. Variants and conversion need whole passages: those with a selected move.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import replace
from datetime import datetime, timedelta
from typing import TYPE_CHECKING, NamedTuple

import ibis.expr.types as ir

from safar.analysis.build_map import select_moves
from safar.analysis.conversion import BadConversion, Conversion, Unit, convert
from safar.analysis.coverage import cover
from safar.analysis.filters import NO_FILTERS, Filters
from safar.analysis.graph import JourneyGraph, Level, journey_graph
from safar.analysis.instant import instant
from safar.analysis.keep import keep
from safar.analysis.moves import PASSAGE, moves_at, subject_of
from safar.analysis.variants import Variants, find_variants
from safar.errors import InputError
from safar.usecases.journey_map import Prepared, open_prepared

if TYPE_CHECKING:
    from safar.usecases.workspace import Workspace

MOST_VARIANTS = 10_000
"""Most variants that may be asked for at once."""
MOST_SECONDS = 100 * 366 * 86_400

_SPAN = re.compile(r"(\d+(?:\.\d+)?) ?(w|d|h|min|m|s)")
_SECONDS = {"w": 604_800, "d": 86_400, "h": 3_600, "min": 60, "m": 60, "s": 1}


class BadPathQuestion(InputError):
    """A graph or variants are asked for that do not exist."""

    code = "paths.invalid"
    next_step = "Ask for level touchpoint or step, and for 1 to 10,000 variants."


class _Asked(NamedTuple):
    prepared: Prepared
    moves: ir.Table
    filters: dict[str, str]


def read_graph(
    workspace: Workspace,
    *,
    level: Level | str = Level.TOUCHPOINT,
    filters: Filters = NO_FILTERS,
    as_of: datetime | None = None,
    now: datetime | None = None,
    journey: str | None = None,
    rules_version: str | None = None,
) -> JourneyGraph:
    """Which touchpoint (or step) follows which directly, how often, and how long after.

    An edge counts where its later move is selected. as_of, now, journey, rules_version: as `read_journey_map`.
    Raises: BadPathQuestion, NotPublished, BadFilter, BadMoment, WriterBusy, TooManyCombinations.
    """
    if level not in set(Level):
        raise BadPathQuestion(f"A graph has no level {level!r}.")
    with _asked(workspace, filters, as_of=as_of, now=now, journey=journey, rules_version=rules_version) as asked:
        place = asked.prepared
        moves = asked.moves
        if filters:
            moves = keep(select_moves(moves, place.tables, journey=place.journey, filters=filters))
        found = journey_graph(moves, journey=place.journey, origin=place.origin, level=Level(level))
        outside = _outside(place, filters)
    return replace(found, filters=asked.filters, outside_passages=outside)


def read_variants(
    workspace: Workspace,
    *,
    most: int = 20,
    filters: Filters = NO_FILTERS,
    as_of: datetime | None = None,
    now: datetime | None = None,
    journey: str | None = None,
    rules_version: str | None = None,
) -> Variants:
    """The `most` frequent paths of whole passages, and how many different ones there are in all.

    Raises: BadPathQuestion, NotPublished, BadFilter, BadMoment, WriterBusy, TooManyCombinations.
    """
    if not 1 <= most <= MOST_VARIANTS:
        raise BadPathQuestion(f"{most} variants cannot be asked for.")
    with _asked(workspace, filters, as_of=as_of, now=now, journey=journey, rules_version=rules_version) as asked:
        place = asked.prepared
        found = find_variants(
            _whole_passages(asked, filters),
            journey=place.journey,
            origin=place.origin,
            limit=most,
            passages=None if filters else place.passages,
        )
    return replace(found, filters=asked.filters)


def read_conversion(
    workspace: Workspace,
    stages: Sequence[str | Sequence[str]],
    *,
    within: timedelta | str | None = None,
    each_within: Sequence[timedelta | str] = (),
    unit: Unit | str = Unit.PASSAGE,
    filters: Filters = NO_FILTERS,
    as_of: datetime | None = None,
    now: datetime | None = None,
    journey: str | None = None,
    rules_version: str | None = None,
) -> Conversion:
    """How many get through the stages in order; a stage is a touchpoint, or several of which any one will do.

    within: from the first stage to the last at most so long, as in "30d", "12h", "45min". each_within: from each
    stage to the next, one fewer than stages (a single one holds for all). unit: "passage" or "customer" (a known
    customer's moves of all passages make one chain).
    Raises: BadConversion, NotPublished, BadFilter, BadMoment, WriterBusy, TooManyCombinations.
    """
    if unit not in set(Unit):
        raise BadConversion(f"A conversion counts passages or customers, not {unit!r}.", next_step=_UNITS)
    limits = [_seconds(one) for one in each_within]
    if len(limits) == 1:
        limits *= max(len(stages) - 1, 1)
    with _asked(workspace, filters, as_of=as_of, now=now, journey=journey, rules_version=rules_version) as asked:
        place = asked.prepared
        found = convert(
            _whole_passages(asked, filters),
            journey=place.journey,
            stages=[(stage,) if isinstance(stage, str) else tuple(stage) for stage in stages],
            origin=place.origin,
            window_s=None if within is None else _seconds(within),
            stage_windows_s=limits,
            unit=Unit(unit),
        )
    return replace(found, filters=asked.filters)


_UNITS = "Ask for passage or customer."
_SPANS = "Write it as 2w, 30d, 12h, 45min or 90s."


@contextmanager
def _asked(
    workspace: Workspace,
    filters: Filters,
    *,
    as_of: datetime | None,
    now: datetime | None,
    journey: str | None,
    rules_version: str | None,
) -> Iterator[_Asked]:
    with open_prepared(workspace, now=now, as_of=as_of, journey=journey, rules_version=rules_version) as prepared:
        moves = moves_at(prepared.moves, journey=prepared.journey, as_of=prepared.moment, settled=prepared.settled)
        yield _Asked(prepared, moves, filters.told(workspace.settings.time_zone))


def _outside(place: Prepared, filters: Filters) -> int:
    """Mapped interactions that belong to no passage, as the map counts them; filters by place do not apply."""
    prepared = place.rest
    if filters.sources or filters.props or filters.links:
        prepared = None  # it does not carry such columns
    facts = place.tables.interactions if prepared is None else prepared.filter(prepared["mapped"] == "mapped")
    facts = facts.filter(facts["ts"] <= instant(place.moment, facts["ts"]))
    if prepared is None:
        facts = facts.filter(subject_of(facts, journey=place.journey).isnull())
    facts = replace(filters, steps=(), touchpoints=()).apply(facts, place.tables.attributes)
    if prepared is not None:
        return int(facts.count().to_pyarrow().as_py())
    return cover(facts, rules=place.rules, name="interactions").balance.mapped


def _whole_passages(asked: _Asked, filters: Filters) -> ir.Table:
    if not filters:
        return asked.moves
    place = asked.prepared
    chosen = select_moves(asked.moves, place.tables, journey=place.journey, filters=filters)
    return keep(asked.moves.semi_join(chosen.select(*PASSAGE).distinct(), list(PASSAGE)))


def _seconds(window: timedelta | str) -> int:
    """A window in whole seconds."""
    if isinstance(window, timedelta):
        seconds = window.total_seconds()
    else:
        found = _SPAN.fullmatch(window.strip())
        if found is None:
            raise BadConversion(f"{window!r} is no length of time.", next_step=_SPANS)
        seconds = float(found[1]) * _SECONDS[found[2]]
    if seconds > MOST_SECONDS:
        raise BadConversion("A window may be 100 years long at most.", next_step=_SPANS)
    return int(seconds)
