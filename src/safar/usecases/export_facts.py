"""Long work: the facts of a list as a file, CSV or Parquet, for who asked and nobody else.

A file holds what people said. It goes when its job goes (`keep_jobs_days`), and at once when somebody is forgotten.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from contextlib import ExitStack
from pathlib import Path
from typing import TYPE_CHECKING, Any
from uuid import UUID

from safar.analysis.filters import Filters
from safar.domain.person import Permission, Person
from safar.errors import Conflict, InputError
from safar.files.spreadsheet_cell import csv_head, csv_rows
from safar.usecases.facts_place import Place
from safar.usecases.job_kind import Arguments, JobKind, JobReporter, Result
from safar.usecases.read_facts import FactsKind, OpenFacts, open_facts

if TYPE_CHECKING:
    from safar.usecases.workspace import Workspace

FORMATS = ("csv", "parquet")
MOST_IN_EXPORT = 10_000_000
_TRIES = 3
_SAID = "Writing facts"


class BadExport(InputError):
    """The file that was asked for cannot be made."""

    code = "export.bad-request"
    next_step = "Start the export from a list of facts; choose CSV or Parquet."


class ExportNotAllowed(InputError):
    """Who asked for the file may not see these facts (any more)."""

    code = "export.not-allowed"
    next_step = "Ask the workspace's owner for access, then start the export again."


class ExportOvertaken(Conflict):
    """Facts were taken out of the log again and again while the file was written."""

    code = "export.overtaken"
    next_step = "Start it again once nobody is being forgotten and no import is being undone."


def export_arguments(*, facts: str, format: str, filters: Filters, place: Place, time_zone: str) -> Mapping[str, Any]:
    """What `start_job` takes for the kind "export-facts". Raises: BadExport."""
    if facts not in list(FactsKind) or format not in FORMATS:
        raise BadExport(f"There is no export of {facts[:40]!r} as {format[:20]!r}.")
    at = {name: getattr(place, name) for name in Place.__slots__ if getattr(place, name) is not None}
    return {
        "facts": facts,
        "format": format,
        "filters": [list(pair) for pair in filters.as_query(time_zone)],
        "place": at,
    }


def _run(workspace: Workspace, arguments: Arguments, reporter: JobReporter) -> Result:
    person = _asking(reporter.person)
    filters = Filters.from_query(
        [(name, value) for name, value in arguments["filters"]], time_zone=workspace.settings.time_zone
    )
    place = Place(**arguments["place"])
    within = person.units is None or (bool(filters.units) and set(filters.units) <= set(person.units))
    # What filters leave out lies outside the units, whatever the filters are.
    if not within or (person.units is not None and place.state == "filtered_out"):
        raise ExportNotAllowed(f"{person.name} may not see facts of these units.")
    facts, ending = str(arguments["facts"]), str(arguments["format"])
    reporter.progress(None, None, "Finding the facts")
    for _ in range(_TRIES):
        path = reporter.make_folder() / f"safar-{facts}.{ending}"
        with ExitStack() as held:
            found = held.enter_context(
                open_facts(
                    workspace,
                    kind=facts,
                    filters=filters,
                    place=place,
                    now=reporter.clock(),
                    identifiers=person.sees_identifiers,
                    limit=MOST_IN_EXPORT,
                )
            )
            rows = _WRITERS[ending](path, found, reporter)
            version = found.origin.log_version
        # Looked at after writing: whoever was forgotten in the meantime stands in the file.
        if _still_holds(workspace, version):
            return {
                "file": path.name,
                "bytes": path.stat().st_size,
                "rows": rows,
                "all": found.total,
                "facts": facts,
                "format": ending,
                "log_version": version,
                "simulated": workspace.simulated,
            }
    raise ExportOvertaken("The log lost facts while the file was written.")


def _asking(person: UUID | None) -> Person:
    """Who asks, as of now: the role may have changed while the job waited."""
    from safar.store import people

    found = None if person is None else people.person_with(person)
    if found is None or not found.may(Permission.SEE):
        raise ExportNotAllowed("Who asked for this file takes no part in the workspace any more.")
    return found


def _still_holds(workspace: Workspace, version: int) -> bool:
    since = workspace.log.versions(after=version)
    return all(one.kind not in ("forget", "undo") for one in since)


def _write_csv(path: Path, found: OpenFacts, reporter: JobReporter) -> int:
    rows = 0
    with path.open("wb") as out:
        out.write(csv_head(found.columns))
        for batch in found.reader():
            out.write(csv_rows(batch))
            rows += batch.num_rows
            reporter.progress(rows, min(found.total, MOST_IN_EXPORT), _SAID)
    return rows


def _write_parquet(path: Path, found: OpenFacts, reporter: JobReporter) -> int:
    import pyarrow.parquet as pq

    rows, reader = 0, found.reader()
    with pq.ParquetWriter(path, reader.schema, compression="zstd") as writer:
        for batch in reader:
            writer.write_batch(batch)
            rows += batch.num_rows
            reporter.progress(rows, min(found.total, MOST_IN_EXPORT), _SAID)
    return rows


_WRITERS: Mapping[str, Callable[[Path, OpenFacts, JobReporter], int]] = {
    "csv": _write_csv,
    "parquet": _write_parquet,
}

EXPORT_FACTS = JobKind(name="export-facts", run=_run)
