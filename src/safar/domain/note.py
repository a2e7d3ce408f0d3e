"""Notes that colleagues write on places of the journey map."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum
from uuid import UUID

from safar.domain.journey import Journey
from safar.domain.person import Permission, Person

MAP_LANES = ("flow", "felt", "touchpoints", "numbers", "waiting", "voice", "pains", "owner", "standard")
"""The lanes of the map that a note on a step can stand in, from top to bottom."""


class NoteLevel(StrEnum):
    """What kind of place a note is on."""

    STEP = "step"
    TOUCHPOINT = "touchpoint"


@dataclass(frozen=True, slots=True, order=True)
class NoteCell:
    """A cell of the map: a step in one lane, or a touchpoint (`lane` empty). `place`: its id in the journey."""

    level: NoteLevel
    place: str
    lane: str = ""

    @property
    def is_sound(self) -> bool:
        """Whether there can be such a cell, whatever journey it is of."""
        return bool(self.place) and (self.lane in MAP_LANES if self.level is NoteLevel.STEP else not self.lane)

    def is_on(self, journey: Journey) -> bool:
        """Whether the journey has the place."""
        places = journey.steps if self.level is NoteLevel.STEP else journey.touchpoints
        return any(one.id == self.place for one in places)


@dataclass(frozen=True, slots=True, kw_only=True)
class Note:
    """One note. author: who wrote it; None: somebody who has no account any more. changed_at: None while it is as
    it was written. removed_by: who took it away, None where it is there."""

    id: UUID
    journey: str
    cell: NoteCell
    text: str
    author: UUID | None
    author_name: str
    written_at: datetime
    changed_at: datetime | None = None
    removed_by: UUID | None = None

    def is_changed_by(self, person: Person) -> bool:
        """Whether a person may change the words: only who wrote them."""
        return may_write_notes(person) and self.author == person.id

    def is_removed_by(self, person: Person) -> bool:
        """Whether a person may take it away: who wrote it, and who owns the workspace."""
        return may_write_notes(person) and (self.author == person.id or person.may(Permission.MANAGE))


def may_read_notes(person: Person) -> bool:
    """Notes are about the whole company's map: who sees some units only reads none."""
    return person.may(Permission.SEE) and person.units is None


def may_write_notes(person: Person) -> bool:
    """Whether a person may write notes."""
    return person.may(Permission.WORK) and person.units is None
