"""Long work: bring uploaded files into the log, or check all their rows without changing anything.

Beginning again does no harm: the log takes files as one version or not at all, and an import that was committed before
its worker was killed is recognized by the upload that it names.
"""

from __future__ import annotations

import json
import threading
from collections.abc import Callable, Mapping
from typing import TYPE_CHECKING, Any
from uuid import UUID

from safar.domain.person import Permission
from safar.errors import InputError, SafarError
from safar.usecases.import_ import import_files, publish_beside
from safar.usecases.imports import find_by_upload, read_import
from safar.usecases.job_kind import Arguments, JobEnded, JobKind, JobReporter, Result
from safar.usecases.uploads import Upload, drop_upload, find_upload, save_checked

if TYPE_CHECKING:
    from safar.usecases.importing.report import ImportReport
    from safar.usecases.workspace import Workspace

SMALL_BYTES = 2 * 1024**2
"""Files up to this size are checked at once, while the page waits."""
BALANCE = ("records", "accepted", "unchanged", "set_aside", "refused", "looked_up")
_WORDS = {"checking": "Checking rows", "making": "Making facts"}


class ImportNotAllowed(InputError):
    """Who asked for the import may not change the workspace (any more)."""

    code = "import.not-allowed"
    next_step = "Ask the workspace's owner for access, then start the import again."


def import_arguments(*, upload: UUID, dry_run: bool, snapshot: bool = False) -> Mapping[str, Any]:
    """What `start_job` takes for the kind "import"."""
    return {"upload": upload.hex, "dry_run": dry_run, "snapshot": snapshot}


def check_upload(
    workspace: Workspace, *, upload: UUID, person: UUID, now: Any, snapshot: bool = False, progress: Any = None
) -> dict[str, Any]:
    """Check all rows of an upload by its recipe, change nothing, and keep what was found. Raises: as `import_files`."""
    found = find_upload(workspace=workspace, upload=upload, person=person)
    report = import_files(
        workspace=workspace,
        paths=found.paths,
        names=found.names,
        recipe=found.recipe_text,
        now=now,
        dry_run=True,
        snapshot=snapshot,
        first=None,
        progress=progress,
    )
    told = told_report(report, values=True) | {"snapshot": snapshot}
    save_checked(found, told)
    return told


def told_report(report: ImportReport, *, values: bool = False) -> dict[str, Any]:
    """A report as JSON holds it. `values`: with cells of the files, which may name people; never kept in a database."""
    raw: dict[str, Any] = json.loads(report.to_json())
    kept = {name: raw[name] for name in ("import_no", "version", "files", "facts", "reasons", "warnings", "not_used")}
    kept |= {"source": report.source, "recipe": report.recipe, "seconds": report.seconds}
    kept |= {name: getattr(report, name) for name in (*BALANCE, "new_people")}
    if not values:
        kept["reasons"] = [{k: v for k, v in reason.items() if k != "value"} for reason in raw["reasons"]]
    return kept


def _run(workspace: Workspace, arguments: Arguments, reporter: JobReporter) -> Result:
    upload, dry_run = UUID(hex=arguments["upload"]), bool(arguments["dry_run"])
    person = _asking(reporter.person)
    before = None if dry_run else find_by_upload(workspace, upload)
    if before is not None:  # committed, and then the worker was lost
        told = {"import_no": before, "facts": [], **_numbers(workspace, before)}
        _drop(workspace, upload, person)
        return {"dry_run": False, "upload": upload.hex, "page": "import", "report": told}
    reporter.progress(None, None, "Reading the files")
    found = find_upload(workspace=workspace, upload=upload, person=person)
    try:
        return _work(workspace, found, arguments, reporter)
    except SafarError as error:
        # A problem with a file names it as it lies on this machine.
        error.message = found.told(error.message)
        raise


def _work(workspace: Workspace, found: Upload, arguments: Arguments, reporter: JobReporter) -> Result:
    upload, person = found.id, found.person
    if arguments["dry_run"]:
        told = check_upload(
            workspace,
            upload=upload,
            person=person,
            now=reporter.clock(),
            snapshot=bool(arguments.get("snapshot")),
            progress=_teller(reporter),
        )
        told["reasons"] = [{k: v for k, v in reason.items() if k != "value"} for reason in told["reasons"]]
        return {"dry_run": True, "upload": upload.hex, "page": "upload", "report": told}
    report = import_files(
        workspace=workspace,
        paths=found.paths,
        names=found.names,
        recipe=found.recipe_text,
        now=reporter.clock(),
        snapshot=bool(arguments.get("snapshot")),
        progress=_teller(reporter),
        origin={"by": str(person), "upload": upload.hex},
    )
    published = publish_beside(workspace=workspace, recipe=found.ready or "", now=reporter.clock())
    drop_upload(found)
    told = told_report(report)
    return {"dry_run": False, "upload": upload.hex, "page": "import", "published": published, "report": told}


def _asking(person: UUID | None) -> UUID:
    """Who asks, as of now: the role may have changed while the job waited."""
    from safar.store import people

    found = None if person is None else people.person_with(person)
    if found is None or not found.may(Permission.CHANGE) or found.units is not None:
        raise ImportNotAllowed("Who asked for this import may not change the workspace.")
    return found.id


def _drop(workspace: Workspace, upload: UUID, person: UUID) -> None:
    from safar.usecases.uploads import UploadNotFound

    try:
        drop_upload(find_upload(workspace=workspace, upload=upload, person=person))
    except UploadNotFound:
        return


def _numbers(workspace: Workspace, number: int) -> dict[str, Any]:
    entry = read_import(workspace, number)
    return {name: getattr(entry, name) for name in BALANCE}


def _teller(reporter: JobReporter) -> Callable[[str, int, int, int], None]:
    """Progress of an import as a job's. An import also tells it from a thread of its own, which nothing may end."""
    mine = threading.get_ident()

    def tell(what: str, done: int, total: int, records: int) -> None:
        del records
        first = what.partition(" ")[0]
        words = _WORDS.get(first, "Reading the files" if total else "Writing facts")
        try:
            reporter.progress(done if total else None, total or None, words)
        except JobEnded:
            if threading.get_ident() == mine:
                raise

    return tell


IMPORT = JobKind(name="import", run=_run)
