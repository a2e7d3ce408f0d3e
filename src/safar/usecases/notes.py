"""Notes on the journey map: write, change, take away and bring back; and keep customers out of them.

Needs Django to be configured.
"""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from contextlib import closing
from dataclasses import dataclass
from datetime import datetime
from typing import TYPE_CHECKING
from uuid import UUID

import duckdb

from safar.domain.journey import Journey
from safar.domain.note import Note, NoteCell, may_read_notes, may_write_notes
from safar.domain.person import Person
from safar.domain.wording import can_be_shown
from safar.errors import InputError, NotFound
from safar.files.recipe.model import Redaction
from safar.usecases.importing.redaction import prepare_redaction, redacted
from safar.usecases.keeping import KEPT_FOR

if TYPE_CHECKING:
    from safar.usecases.workspace import Workspace

LONGEST_NOTE = 500
MOST_IN_CELL = 50
MOST_NOTES = 1_000
FORGOTTEN = "[forgotten]"
_LEAST_TELLING = 4


class NoteNotFound(NotFound):
    """There is no such note (any more)."""

    code = "note.not-found"
    next_step = "Look at the list of notes."


class BadNote(InputError):
    """A note cannot be kept as it was written."""

    code = "note.invalid"
    next_step = "Correct the words, or choose a place that is on the map."


class NoteNotYours(InputError):
    """The note may be read, not changed."""

    code = "note.not-yours"
    next_step = "Write a note of your own, or ask whoever wrote this one."


@dataclass(frozen=True, slots=True, kw_only=True)
class Notes:
    """The notes of a journey, oldest first: by cell, and those on places that are no longer on the map."""

    cells: Mapping[NoteCell, tuple[Note, ...]]
    elsewhere: tuple[Note, ...]

    def at(self, cell: NoteCell) -> tuple[Note, ...]:
        """The notes of one cell."""
        return self.cells.get(cell, ())

    @property
    def count(self) -> int:
        """How many there are."""
        return sum(map(len, self.cells.values())) + len(self.elsewhere)


def read_notes(journey: Journey, *, person: Person) -> Notes:
    """The notes of a journey; none for who may not read them (see `domain.note.may_read_notes`)."""
    from safar.store import notes

    cells: dict[NoteCell, list[Note]] = {}
    elsewhere = []
    for one in notes.list_notes(journey=journey.id) if may_read_notes(person) else ():
        if one.cell.is_sound and one.cell.is_on(journey):
            cells.setdefault(one.cell, []).append(one)
        else:
            elsewhere.append(one)
    return Notes(cells={cell: tuple(found) for cell, found in cells.items()}, elsewhere=tuple(elsewhere))


def read_note(note: UUID, *, person: Person) -> Note:
    """One note. Raises: NoteNotFound."""
    from safar.store import notes

    found = notes.find_note(note)
    if found is None or found.removed_by is not None or not may_read_notes(person):
        raise NoteNotFound("There is no such note.")
    return found


def write_note(journey: Journey, *, cell: NoteCell, text: str, person: Person, now: datetime) -> Note:
    """A new note, without e-mail addresses, telephone and card numbers. Raises: BadNote, NoteNotYours."""
    from safar.store import notes
    from safar.store.atomic import one_at_a_time

    if not may_write_notes(person):
        raise NoteNotYours("Only members write notes.")
    if not cell.is_sound or not cell.is_on(journey):
        raise BadNote("There is no such place on the map.")
    words = checked_words(text)
    with one_at_a_time(f"notes {journey.id}"):
        notes.clear_removed(before=now - KEPT_FOR)
        if notes.count_notes(journey=journey.id, cell=cell) >= MOST_IN_CELL:
            raise BadNote(f"A place holds {MOST_IN_CELL} notes.", next_step="Remove one that has been dealt with.")
        if notes.count_notes(journey=journey.id) >= MOST_NOTES:
            raise BadNote(f"A journey holds {MOST_NOTES} notes.", next_step="Remove some that have been dealt with.")
        return notes.add_note(journey=journey.id, cell=cell, text=words, author=person.id, now=now)


def change_note(note: UUID, *, text: str, person: Person, now: datetime) -> Note:
    """Other words, by who wrote it. Raises: NoteNotFound, NoteNotYours, BadNote."""
    from safar.store import notes
    from safar.store.atomic import atomic

    words = checked_words(text)
    with atomic():
        found = read_note(note, person=person)
        if not found.is_changed_by(person):
            raise NoteNotYours("This note is somebody else's.")
        notes.change_note(note, text=words, now=now)
    return read_note(note, person=person)


def remove_note(note: UUID, *, person: Person, now: datetime) -> Note:
    """Take it away; `restore_note` brings it back. Raises: NoteNotFound, NoteNotYours."""
    from safar.store import notes
    from safar.store.atomic import atomic

    with atomic():
        found = read_note(note, person=person)
        if not found.is_removed_by(person):
            raise NoteNotYours("This note is somebody else's.")
        notes.set_removed(note, at=now, by=person.id)
    return found


def restore_note(note: UUID, *, person: Person) -> Note:
    """Bring it back; only who removed it may. Raises: NoteNotFound, NoteNotYours."""
    from safar.store import notes
    from safar.store.atomic import atomic

    with atomic():
        found = notes.find_note(note)
        if found is None or not may_read_notes(person):
            raise NoteNotFound("There is no such note any more.")
        if found.removed_by is not None:
            if found.removed_by != person.id or not found.is_removed_by(person):
                raise NoteNotYours("Somebody else removed this note.")
            notes.set_removed(note, at=None, by=None)
    return read_note(note, person=person)


def checked_words(text: str) -> str:
    """The words as they are kept: tidied, and without e-mail addresses, telephone and card numbers. Raises: BadNote."""
    lines = (" ".join(line.split()) for line in text.splitlines())
    tidy = re.sub(r"\n{3,}", "\n\n", "\n".join(lines).strip())
    if not tidy or len(tidy) > LONGEST_NOTE:
        raise BadNote(f"A note has 1 to {LONGEST_NOTE} characters.")
    if not can_be_shown(tidy.replace("\n", "")):
        raise BadNote("A note holds a character that cannot be shown.")
    with closing(duckdb.connect()) as con:
        prepare_redaction(con)
        con.execute("CREATE TEMP TABLE note AS SELECT ?::VARCHAR AS words", [tidy])
        row = con.execute(f"SELECT {redacted('words', Redaction())} FROM note").fetchone()
    assert row is not None  # noqa: S101  # a table of one row
    return str(row[0])


def forget_in_notes(workspace: Workspace, *, identifiers: Sequence[str] = ()) -> int:
    """Take identifiers of forgotten customers out of all notes: those that the ledger knows, and those named here.

    As in customers' words, a bare number stays unless it is named. Returns how many notes were changed.
    """
    from safar.store import notes
    from safar.store.atomic import atomic

    with atomic():
        texts = notes.all_texts()
        if not texts:
            return 0
        named = {note: list(identifiers) for note in texts}
        order = list(texts)
        with closing(workspace.log.connect()) as con:
            con.execute("CREATE TEMP TABLE note_texts (id BIGINT, text VARCHAR)")
            con.executemany("INSERT INTO note_texts VALUES (?, ?)", [[i, texts[one]] for i, one in enumerate(order)])
            workspace.log.mentions(con, "SELECT id, text FROM note_texts", also=(), name="note_words")
            for i, word in con.execute("SELECT id, word FROM note_words").fetchall():
                named[order[i]].append(str(word))
        cleaned = {note: _without(texts[note], words) for note, words in named.items()}
        changed = {note: text for note, text in cleaned.items() if text != texts[note]}
        notes.set_texts(changed)
    return len(changed)


def _without(text: str, words: Sequence[str]) -> str:
    # Longest first: one identifier may be a part of another.
    for word in sorted({one for one in words if len(one) >= _LEAST_TELLING}, key=len, reverse=True):
        text = re.sub(rf"(?<!\w){re.escape(word)}(?!\w)", FORGOTTEN, text, flags=re.IGNORECASE)
    return text
