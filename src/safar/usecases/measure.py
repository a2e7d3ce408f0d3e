"""Measure a metric in a workspace: the published journey and rules, the log's newest facts, one result."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from contextlib import closing
from datetime import date, datetime
from typing import TYPE_CHECKING, NamedTuple

from safar.analysis.answers import BadMeasure
from safar.analysis.filters import NO_FILTERS, Filters
from safar.analysis.measure import measure as measure_facts
from safar.analysis.measurement import Measurement
from safar.analysis.metric import METRICS
from safar.analysis.result import Origin
from safar.log.published import NotPublished

if TYPE_CHECKING:
    from safar.domain.journey import Journey
    from safar.domain.rules import RuleSet
    from safar.usecases.workspace import Workspace

Where = Filters | Mapping[str, str | Sequence[str]]
_KNOWN = ("since", "until", "channel", "unit", "step", "touchpoint", "source", "speaker", "view")
_MAPPED = {"step", "touchpoint"}


def measure(
    *,
    workspace: Workspace,
    metric: str,
    by: Sequence[str] = (),
    where: Where | None = None,
    since: date | datetime | str | None = None,
    until: date | datetime | str | None = None,
    question: str | Sequence[str] | None = None,
    repeats: str = "latest",
    weighted: bool = True,
    weights: Mapping[str, float] | None = None,
    option: str | Sequence[str] | None = None,
    base: str = "answered",
    calendar: str = "gregorian",
    as_of: datetime | None = None,
    journey: str | None = None,
    journey_version: str | None = None,
    rules_version: str | None = None,
    log_version: int | None = None,
) -> Measurement:
    """One metric of every group that `by` tells apart; see `analysis.measure.measure` for the parameters.

    where: filters, or name → value(s): channel, unit, step …; `prop:NAME`, `link:NAME`; any other name is an
    attribute. since, until: from which local day (or instant) on, and before which. journey: its name, the one
    in force by default. journey_version, rules_version: starts of the hashes of older versions, by which steps and
    touchpoints are told. Raises: what `analysis.measure.measure` raises, BadFilter, NotPublished.
    """
    zone = workspace.settings.time_zone
    filters = read_filters(where, since=since, until=until, time_zone=zone)
    if as_of is not None and as_of.tzinfo is None:
        raise BadMeasure("as_of must say its time zone.")
    mapped = bool(_MAPPED & set(by) or filters.steps or filters.touchpoints)
    place = None
    if mapped or journey or journey_version or rules_version:  # a version that is named must be there
        place = _place(workspace, journey, journey_version, rules_version)
    path, rules = place[:2] if place and mapped else (None, None)
    with closing(workspace.log.connect()) as connection:
        tables = workspace.log.tables(connection=connection, version=log_version)
        return measure_facts(
            tables,
            metric=metric,
            by=by,
            journey=path,
            rules=rules,
            filters=filters,
            question=question,
            repeats=repeats,
            weighted=weighted,
            weights=weights,
            option=option,
            base=base,
            calendar=calendar,
            as_of=as_of,
            settings=workspace.settings,
            origin=Origin(
                log_version=tables.version,
                journey=place.journey_hash if place and mapped else None,
                rules=place.rules_hash if place and mapped else None,
                as_of=as_of,
                simulated=workspace.simulated,
            ),
        )


class _Place(NamedTuple):
    journey: Journey
    rules: RuleSet
    journey_hash: str
    rules_hash: str


def _place(workspace: Workspace, name: str | None, journey_version: str | None, rules_version: str | None) -> _Place:
    """What says at which step and touchpoint an answer is. Raises: NotPublished, BadMeasure."""
    journey, entry = workspace.journey(name, version=journey_version)
    try:
        rules, rules_entry = workspace.rules(journey.id, version=rules_version)
    except NotPublished as cause:
        if rules_version is not None:
            raise
        raise BadMeasure(
            f"Journey {journey.id!r} has no rules yet, so nothing is known by step or touchpoint.",
            next_step=cause.next_step,
        ) from cause
    return _Place(journey, rules, entry.hash, rules_entry.hash)


def read_filters(
    where: Where | None,
    *,
    since: date | datetime | str | None = None,
    until: date | datetime | str | None = None,
    time_zone: str,
) -> Filters:
    """Filters from what people write: plain names are attributes, dates are local days. Raises: BadFilter."""
    if isinstance(where, Filters) and since is None and until is None:
        return where
    pairs: list[tuple[str, str]] = []
    if isinstance(where, Filters):
        pairs += where.as_query()
    else:
        for name, values in (where or {}).items():
            kind, colon, rest = name.replace(":", ".", 1).partition(".")
            key = f"{kind}.{rest}" if colon and kind in ("attribute", "prop", "link") else name
            key = key if key in _KNOWN or key != name or colon else f"attribute.{name}"
            pairs += [(key, value) for value in ([values] if isinstance(values, str) else values)]
    for name, moment in (("since", since), ("until", until)):
        if moment is not None:
            pairs = [pair for pair in pairs if pair[0] != name]
            pairs.append((name, moment if isinstance(moment, str) else moment.isoformat()))
    return Filters.from_query(pairs, time_zone=time_zone) if pairs else NO_FILTERS


def list_metrics() -> list[dict[str, str]]:
    """Every metric: name, title, unit, and which answers it takes."""
    return [
        {"metric": one.name.replace("_", "-"), "title": one.title, "unit": one.unit, "takes": one.check.words}
        for one in METRICS.values()
    ]
