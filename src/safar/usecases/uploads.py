"""Files that somebody uploaded and has not imported yet: kept in the workspace, for their uploader alone.

A folder each, named by a random number; a file in it is never called as it was on the uploader's machine. They go
when they were imported, when they are dropped, or after a day; forgetting somebody searches them (`log.purge`).
"""

from __future__ import annotations

import json
import os
import shutil
from collections.abc import Mapping, Sequence
from dataclasses import asdict, dataclass, replace
from datetime import datetime, timedelta
from pathlib import Path
from typing import TYPE_CHECKING, Any
from uuid import UUID

from safar.domain.person import Person
from safar.errors import Conflict, InputError, NotFound
from safar.files.reading_errors import FileProblem, WrongEncoding
from safar.usecases.importing.mending import delimiter_of_aside, restore_cells
from safar.usecases.importing.upload_check import check_content, safe_ending
from safar.usecases.returned_rows import import_of_rows

if TYPE_CHECKING:
    from safar.usecases.workspace import Workspace

KEPT = timedelta(days=1)
MOST_FILES = 20
LONGEST_RECIPE = 512 * 1024
"""Characters of a recipe's text."""
LONGEST_NAME = 120
MOST_UPLOADS = 10
"""Uploads of one person that wait to be imported."""
_DRAFT, _RECIPE, _CHECKED = "draft.json", "recipe.toml", "checked.json"


class UploadNotFound(NotFound):
    """There is no such upload, or it is somebody else's, or it was cleared away."""

    code = "upload.not-found"
    next_step = "Upload the files again: they are kept until they are imported, for a day at most."


class TooManyUploads(Conflict):
    """The person has as many uploads waiting to be imported as one person may have."""

    code = "upload.too-many"
    next_step = "Import or drop one of them first."


class UploadRefused(InputError):
    """Uploaded files are not of a kind that is imported. `faults`: by file name, why."""

    code = "upload.refused"
    next_step = "Upload CSV, XLSX, Parquet, JSON lines or XES files."

    def __init__(self, faults: Mapping[str, str]) -> None:
        super().__init__("; ".join(f"{name}: {fault}" for name, fault in faults.items()) or "No file was uploaded.")
        self.faults = dict(faults)


@dataclass(frozen=True, slots=True, kw_only=True)
class UploadedFile:
    """`name`: what it was called; `stored`: what it is called here. Size in bytes."""

    name: str
    stored: str
    bytes: int


@dataclass(frozen=True, slots=True, kw_only=True)
class Upload:
    """Files on their way into the log. `ready`: the ready recipe that fits; `mended`: of which import."""

    id: UUID
    person: UUID
    at: datetime
    folder: Path
    files: tuple[UploadedFile, ...]
    ready: str | None = None
    mended: int | None = None

    @property
    def paths(self) -> list[Path]:
        """The files."""
        return [self.folder / file.stored for file in self.files]

    @property
    def names(self) -> dict[Path, str]:
        """What each file was called."""
        return {self.folder / file.stored: file.name for file in self.files}

    @property
    def bytes(self) -> int:
        """Size of all files."""
        return sum(file.bytes for file in self.files)

    @property
    def recipe_text(self) -> str:
        """The recipe as it stands; empty before one was chosen."""
        path = self.folder / _RECIPE
        return path.read_text(encoding="utf-8") if path.is_file() else ""

    def told(self, text: str) -> str:
        """A message with the files called as their uploader knows them."""
        for path, name in self.names.items():
            text = text.replace(str(path), name).replace(path.name, name)
        return text


def uploads_folder(workspace: Workspace) -> Path:
    """Where uploads are kept."""
    return workspace.path / "uploads"


def folder_of(workspace: Workspace, upload: UUID) -> Path:
    """Where one upload is kept."""
    return uploads_folder(workspace) / upload.hex


def make_folder(workspace: Workspace, upload: UUID) -> Path:
    """The empty private folder of a new upload. Raises: UploadNotFound, where the number is taken."""
    folder = folder_of(workspace, upload)
    folder.parent.mkdir(mode=0o700, exist_ok=True)
    try:
        folder.mkdir(mode=0o700)
    except FileExistsError as cause:
        raise UploadNotFound("This upload was made already.") from cause
    return folder


def shown_name(name: str) -> str:
    """A file's name as it was told, without folders and invisible marks; it is shown and matched, never a path."""
    plain = "".join(one for one in name.replace("\\", "/").rpartition("/")[2] if one.isprintable()).strip()
    return plain[-LONGEST_NAME:] or "file"


def stored_name(number: int, name: str) -> str:
    """What an uploaded file is called here: its number, and an ending of ours."""
    return f"{number}{safe_ending(name)}"


def keep_upload(
    *,
    workspace: Workspace,
    upload: UUID,
    person: Person,
    files: Sequence[UploadedFile],
    now: datetime,
    mended: int | None = None,
) -> Upload:
    """Look at what was received; it is an upload from now on. Raises: UploadRefused; then nothing of it is left.

    Rows that an import set aside are known by their columns: the upload is of its mended rows, whoever said so.
    """
    folder = folder_of(workspace, upload)
    faults: dict[str, str] = {}
    for file in files:
        try:
            check_content(folder / file.stored, name=file.name, settings=workspace.settings)
        except WrongEncoding:
            continue  # which it is in is asked for on the upload's page
        except FileProblem as problem:
            faults[file.name] = problem.message.replace(str(folder / file.stored), file.name)
    if not files or faults:
        shutil.rmtree(folder, ignore_errors=True)
        raise UploadRefused(faults)
    if mended is None:
        mended = import_of_rows(workspace, {folder / file.stored: file.name for file in files})
    for file in files if mended is not None else ():
        if delimiter_of_aside(folder / file.stored) is not None:  # others are looked up by the mended, as they are
            restore_cells(folder / file.stored)
    found = Upload(id=upload, person=person.id, at=now, folder=folder, files=tuple(files), mended=mended)
    _write_draft(found)
    return found


def find_upload(*, workspace: Workspace, upload: UUID, person: UUID | None) -> Upload:
    """An upload of one's own. Raises: UploadNotFound."""
    folder = folder_of(workspace, upload)
    try:
        raw = json.loads((folder / _DRAFT).read_text(encoding="utf-8"))
        found = Upload(
            id=upload,
            person=UUID(raw["person"]),
            at=datetime.fromisoformat(raw["at"]),
            folder=folder,
            files=tuple(UploadedFile(**file) for file in raw["files"]),
            ready=raw["ready"],
            mended=raw["mended"],
        )
    except (OSError, ValueError, KeyError, TypeError) as cause:
        raise UploadNotFound("There is no such upload.") from cause
    if found.person != person or not all(path.is_file() for path in found.paths):
        raise UploadNotFound("There is no such upload.")
    return found


def own_uploads(*, workspace: Workspace, person: UUID) -> list[Upload]:
    """The uploads of a person that are not imported yet, the newest first."""
    folder, found = uploads_folder(workspace), []
    for entry in folder.iterdir() if folder.is_dir() else ():
        try:
            found.append(find_upload(workspace=workspace, upload=UUID(hex=entry.name), person=person))
        except (UploadNotFound, ValueError):
            continue
    return sorted(found, key=lambda one: one.at, reverse=True)


def save_recipe(upload: Upload, text: str, *, ready: str | None = None) -> Upload:
    """Keep the recipe to import by. What was checked with another one does not count any more."""
    _write(upload.folder / _RECIPE, text)
    (upload.folder / _CHECKED).unlink(missing_ok=True)
    changed = replace(upload, ready=ready)
    _write_draft(changed)
    return changed


def save_checked(upload: Upload, told: Mapping[str, Any]) -> None:
    """Keep what a dry run on everything found."""
    _write(upload.folder / _CHECKED, json.dumps(told, ensure_ascii=False))


def read_checked(upload: Upload) -> dict[str, Any] | None:
    """What a dry run on everything found with the recipe as it stands; None where none was made."""
    try:
        found = json.loads((upload.folder / _CHECKED).read_text(encoding="utf-8"))
    except (OSError, ValueError):
        return None
    return found if isinstance(found, dict) else None


def drop_upload(upload: Upload) -> None:
    """Remove an upload."""
    shutil.rmtree(upload.folder, ignore_errors=True)


def clear_old_uploads(*, workspace: Workspace, now: datetime) -> int:
    """Remove uploads that nobody has touched for a day. Returns how many."""
    folder, gone = uploads_folder(workspace), 0
    for entry in folder.iterdir() if folder.is_dir() else ():
        try:
            touched = max(path.stat().st_mtime for path in (entry, *entry.iterdir()))
        except OSError:
            continue
        if touched < (now - KEPT).timestamp():
            shutil.rmtree(entry, ignore_errors=True)
            gone += 1
    return gone


def _write_draft(upload: Upload) -> None:
    told = {
        "person": str(upload.person),
        "at": upload.at.isoformat(),
        "files": [asdict(file) for file in upload.files],
        "ready": upload.ready,
        "mended": upload.mended,
    }
    _write(upload.folder / _DRAFT, json.dumps(told, ensure_ascii=False))


def _write(path: Path, text: str) -> None:
    """Replace a private file at once, so that no reader sees half of it."""
    beside = path.with_suffix(path.suffix + ".new")
    descriptor = os.open(beside, os.O_WRONLY | os.O_CREAT | os.O_TRUNC, 0o600)
    with os.fdopen(descriptor, "w", encoding="utf-8") as file:
        file.write(text)
    beside.replace(path)
