"""Notes on the journey map, as frozen records. The only door to this model."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime
from uuid import UUID

from django.db.models import QuerySet

from safar.domain.note import Note, NoteCell, NoteLevel
from safar.store import models


def list_notes(*, journey: str) -> list[Note]:
    """All notes of a journey, oldest first."""
    rows = _there().filter(journey=journey).select_related("author").order_by("written_at", "id")
    return [_note(row) for row in rows]


def find_note(note: UUID) -> Note | None:
    """One note, also one that was removed."""
    row = models.Note.objects.filter(pk=note).select_related("author").first()
    return None if row is None else _note(row)


def count_notes(*, journey: str, cell: NoteCell | None = None) -> int:
    """How many notes a journey, or one of its cells, has."""
    rows = _there().filter(journey=journey)
    if cell is not None:
        rows = rows.filter(level=str(cell.level), place=cell.place, lane=cell.lane)
    return rows.count()


def add_note(*, journey: str, cell: NoteCell, text: str, author: UUID, now: datetime) -> Note:
    """A new note."""
    row = models.Note.objects.create(
        journey=journey,
        level=str(cell.level),
        place=cell.place,
        lane=cell.lane,
        text=text,
        author_id=author,
        written_at=now,
    )
    found = find_note(row.pk)
    assert found is not None  # noqa: S101  # it was just made
    return found


def change_note(note: UUID, *, text: str, now: datetime) -> None:
    """Other words."""
    models.Note.objects.filter(pk=note).update(text=text, changed_at=now)


def set_removed(note: UUID, *, at: datetime | None, by: UUID | None) -> None:
    """Remove a note, or bring it back (both None)."""
    models.Note.objects.filter(pk=note).update(removed_at=at, removed_by_id=by)


def clear_removed(*, before: datetime) -> None:
    """Delete what was removed before then."""
    models.Note.objects.filter(removed_at__lt=before).delete()


def all_texts() -> dict[UUID, str]:
    """The words of every note, also of removed ones."""
    return dict(models.Note.objects.values_list("id", "text"))


def set_texts(texts: Mapping[UUID, str]) -> None:
    """Put other words in place of what stands there; nothing else changes."""
    for note, text in texts.items():
        models.Note.objects.filter(pk=note).update(text=text)


def _there() -> QuerySet[models.Note]:
    return models.Note.objects.filter(removed_at=None)


def _note(row: models.Note) -> Note:
    return Note(
        id=row.pk,
        journey=row.journey,
        cell=NoteCell(NoteLevel(row.level), row.place, row.lane),
        text=row.text,
        author=row.author_id,
        author_name="" if row.author is None else row.author.name,
        written_at=row.written_at,
        changed_at=row.changed_at,
        removed_by=row.removed_by_id,
    )
