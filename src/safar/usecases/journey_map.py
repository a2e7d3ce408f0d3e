"""Read the journey map of a workspace: published journey and rules, prepared tables, one frozen result."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from datetime import UTC, datetime
from pathlib import Path
from typing import TYPE_CHECKING, NamedTuple

import ibis.expr.types as ir

from safar.analysis.build_map import MapFacts, build_map
from safar.analysis.filters import NO_FILTERS, Filters
from safar.analysis.instant import utc
from safar.analysis.journey_map import JourneyMap
from safar.analysis.mapping import map_facts
from safar.analysis.result import Origin
from safar.analysis.tables import FactTables
from safar.domain.journey import Journey
from safar.domain.rules import RuleSet
from safar.errors import InputError
from safar.log.prepared import FILTERED, PreparedFiles
from safar.usecases.prepare import PreparedKey, prepared_tables, refresh
from safar.usecases.remember import keep, known, name_of

if TYPE_CHECKING:
    from safar.usecases.workspace import Workspace

_CACHE_FORMAT = 7
BEGINNING = datetime(1970, 1, 1, tzinfo=UTC)


class BadMoment(InputError):
    """A moment was given that does not say its time zone."""

    code = "journey-map.bad-moment"
    next_step = "Write the moment with its offset, as in 2026-01-31T18:00+01:00."


class Prepared(NamedTuple):
    """Everything that a question about a journey reads, on one connection.

    `passages` are judged at `origin.as_of`; `moves` are of all time (see `analysis.moves.moves_at`).
    `arrivals`: of `analysis.output.arrivals`, where they are prepared. `answers`, `rest`: see `prepare_beside`.
    `settled`: no move came after `origin.as_of`.
    """

    tables: FactTables
    moves: ir.Table
    passages: ir.Table
    journey: Journey
    rules: RuleSet
    origin: Origin
    arrivals: ir.Table | None = None
    answers: ir.Table | None = None
    rest: ir.Table | None = None
    settled: bool = False

    @property
    def moment(self) -> datetime:
        """As of when the question is asked; before any fact where the log holds none."""
        return self.origin.as_of or BEGINNING

    def mapped_answers(self, filters: Filters) -> ir.Table:
        """Feedback with its place: as prepared, or mapped now where filters ask for columns that are not prepared."""
        if self.answers is None or filters.props or filters.links:
            return map_facts(self.tables.feedback, journey=self.journey, rules=self.rules)
        return self.answers


def read_journey_map(
    workspace: Workspace,
    *,
    filters: Filters = NO_FILTERS,
    as_of: datetime | None = None,
    now: datetime | None = None,
    journey: str | None = None,
    journey_version: str | None = None,
    rules_version: str | None = None,
    newest: bool = True,
) -> JourneyMap:
    """The map of the journey in force, or of the one named.

    as_of: the moment at which passages are judged and after which facts do not count; without it that of the last
    fact (but not after `now`, where given: some facts lie in the future). journey_version, rules_version: starts of
    the hashes of older versions. Maps of a log version are remembered (a bounded number under filters).
    newest: False is for who must not wait: while facts arrive, the last version that is ready is shown (the map's
    origin names it).
    Raises: NotPublished, BadFilter, BadMoment, WriterBusy, TooManyCombinations.
    """
    key = prepared_key(workspace, journey=journey, journey_version=journey_version, rules_version=rules_version)
    files = PreparedFiles(prepared_folder(workspace) / key.folder_name, workspace.settings.writer_wait_s)
    name = _cache_name(workspace, as_of, filters)
    known = _known(workspace, files, name, now=now, newest=newest or bool(filters))
    if known is not None:
        return known
    with opened_prepared(workspace, key, now=now, as_of=as_of, newest=newest) as prepared:
        shown = _cache_name(workspace, as_of, filters, version=prepared.tables.version)
        known = None if shown == name else _known(workspace, files, shown, now=now, newest=True)
        if known is not None:
            return known
        result = build_map(
            MapFacts(
                tables=prepared.tables,
                moves=prepared.moves,
                passages=prepared.passages,
                arrived=prepared.arrivals,
                answers=prepared.answers,
                rest=prepared.rest,
                settled=prepared.settled,
            ),
            journey=prepared.journey,
            rules=prepared.rules,
            filters=filters,
            settings=workspace.settings,
            origin=prepared.origin,
            as_of=prepared.moment,
        )
        keep(workspace, files.results, name, result.to_json(), version=prepared.tables.version)
    return result


def remembered_map(workspace: Workspace, *, filters: Filters, now: datetime, newest: bool) -> JourneyMap | None:
    """What `read_journey_map` would answer at once; None where it would have to count."""
    key = prepared_key(workspace, journey=None, journey_version=None, rules_version=None)
    files = PreparedFiles(prepared_folder(workspace) / key.folder_name, workspace.settings.writer_wait_s)
    return _known(workspace, files, _cache_name(workspace, None, filters), now=now, newest=newest)


def name_of_map(workspace: Workspace, *, filters: Filters) -> str:
    """What tells one view of a workspace from another, whatever version of the log it shows."""
    key = prepared_key(workspace, journey=None, journey_version=None, rules_version=None)
    return f"{workspace.path}/{key.folder_name}/{_cache_name(workspace, None, filters, version=0)}"


def _known(
    workspace: Workspace, files: PreparedFiles, name: str, *, now: datetime | None, newest: bool
) -> JourneyMap | None:
    found = known(workspace, JourneyMap, files.results, name, newest=newest)
    return None if found is None or is_ahead(found.origin, now) else found


@contextmanager
def open_prepared(
    workspace: Workspace,
    *,
    now: datetime | None = None,
    as_of: datetime | None = None,
    journey: str | None = None,
    journey_version: str | None = None,
    rules_version: str | None = None,
    newest: bool = True,
) -> Iterator[Prepared]:
    """Moves, passages and facts of the log's newest version, as of the same moment as `read_journey_map` has it.

    `newest` as there.
    """
    key = prepared_key(workspace, journey=journey, journey_version=journey_version, rules_version=rules_version)
    with opened_prepared(workspace, key, now=now, as_of=as_of, newest=newest) as prepared:
        yield prepared


def prepare(workspace: Workspace) -> None:
    """Bring the journey in force up to date, so that the next page is answered at once (after an import)."""
    key = prepared_key(workspace, journey=None, journey_version=None, rules_version=None)
    refresh(workspace.log, prepared_folder(workspace), key=key, wait_s=workspace.settings.writer_wait_s)


def forget_remembered_maps(workspace: Workspace) -> int:
    """Remove every remembered map: they hold customers' words. To forget a person calls this. Returns how many."""
    gone = 0
    for entry in prepared_folder(workspace).glob("*/maps/*.json"):
        entry.unlink(missing_ok=True)
        gone += 1
    return gone


def prepared_folder(workspace: Workspace) -> Path:
    """Where a workspace keeps prepared tables and remembered results."""
    return workspace.path / "prepared"


def prepared_key(
    workspace: Workspace, *, journey: str | None, journey_version: str | None, rules_version: str | None
) -> PreparedKey:
    """The journey and rules in force, or those named. Raises: NotPublished."""
    path, path_entry = workspace.journey(journey, version=journey_version)
    rules, rules_entry = workspace.rules(path.id, version=rules_version)
    return PreparedKey(journey=path, rules=rules, journey_hash=path_entry.hash, rules_hash=rules_entry.hash)


@contextmanager
def opened_prepared(
    workspace: Workspace, key: PreparedKey, *, now: datetime | None, as_of: datetime | None, newest: bool = True
) -> Iterator[Prepared]:
    """`open_prepared` for a key that is known already. `newest` as in `read_journey_map`."""
    if as_of is not None and as_of.tzinfo is None:
        raise BadMoment("as_of must say its time zone.")
    wait_s = workspace.settings.writer_wait_s
    with prepared_tables(workspace.log, prepared_folder(workspace), key=key, wait_s=wait_s, newest=newest) as found:
        moment = as_of or _last_moment(found.last_fact, now)
        origin = Origin(
            log_version=found.version,
            journey=key.journey_hash,
            rules=key.rules_hash,
            as_of=moment,
            simulated=workspace.simulated,
        )
        yield Prepared(
            found.tables,
            found.moves,
            found.passages(moment),
            key.journey,
            key.rules,
            origin,
            arrivals=found.arrivals(moment),
            answers=found.answers,
            rest=found.rest,
            settled=found.last_ts is None or moment >= found.last_ts,
        )


def _last_moment(last_fact: datetime | None, now: datetime | None) -> datetime:
    """When the last fact happened, but not after `now`."""
    last = last_fact or now or BEGINNING
    return last if now is None else min(last, utc(now))


def _cache_name(
    workspace: Workspace, as_of: datetime | None, filters: Filters = NO_FILTERS, *, version: int | None = None
) -> str:
    """Everything that a map depends on, besides journey and rules: those name the folder."""
    about: list[object] = [_CACHE_FORMAT, None if as_of is None else utc(as_of).isoformat()]
    if filters:
        about.append(sorted(filters.as_query("UTC")))
    return name_of(workspace, about, version=version, ending=FILTERED if filters else "")


def is_ahead(origin: Origin, now: datetime | None) -> bool:
    """Whether a result is of a moment that has not come yet."""
    return now is not None and origin.as_of is not None and origin.as_of > utc(now)
