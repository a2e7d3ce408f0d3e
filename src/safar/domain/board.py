"""Boards: lists of saved charts for a team's morning look."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime, time, timedelta
from enum import StrEnum
from uuid import UUID
from zoneinfo import ZoneInfo

from safar.domain.person import Person


class ChartKind(StrEnum):
    """A measurement, or a view of the journey map."""

    MEASURE = "measure"
    MAP = "map"


@dataclass(frozen=True, slots=True, kw_only=True)
class BoardChart:
    """One saved chart. query: the pairs of its address, as `Filters` and `MeasureAsk` read them."""

    id: UUID
    board: UUID
    kind: ChartKind
    title: str
    query: tuple[tuple[str, str], ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class Board:
    """A board with its charts in order. owner: who made it; None: somebody who has no account any more.

    shared: the whole team sees it; else only its owner.
    """

    id: UUID
    title: str
    owner: UUID | None
    owner_name: str
    shared: bool
    changed_at: datetime
    charts: tuple[BoardChart, ...] = ()

    def is_seen_by(self, person: Person) -> bool:
        """Whether a person may open it."""
        return person.may_open(owner=self.owner, shared=self.shared)

    def is_changed_by(self, person: Person) -> bool:
        """Whether a person may change it: its owner, and where it is shared whoever works with the team."""
        return person.may_rework(owner=self.owner, shared=self.shared)


@dataclass(frozen=True, slots=True, kw_only=True)
class BoardLetter:
    """A wish for a board by mail every week. weekday: 0 is Monday; hour: of the workspace's time zone."""

    id: UUID
    board: UUID
    person: UUID
    weekday: int
    hour: int
    language: str
    next_at: datetime


def next_letter(*, weekday: int, hour: int, after: datetime, time_zone: str) -> datetime:
    """The first moment after `after` at which a weekly letter is due; an hour that the clock skips comes after it."""
    zone = ZoneInfo(time_zone)
    local: date = after.astimezone(zone).date()
    for days in range(9):
        day = local + timedelta(days=days)
        if day.weekday() == weekday:
            moment = datetime.combine(day, time(hour), zone)
            if moment > after:
                return moment
    raise ValueError(f"no weekday {weekday}")
