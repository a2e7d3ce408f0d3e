"""Notes laid out: a mark in each cell of the map that has some, the numbered list, and the words for their places."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from urllib.parse import urlencode, urlsplit
from uuid import UUID

from django.http import HttpRequest, QueryDict
from django.urls import Resolver404, resolve, reverse
from django.utils.translation import gettext as _

from safar.domain.journey import Assumption, Journey, Step, Touchpoint
from safar.domain.note import MAP_LANES, Note, NoteCell, NoteLevel, may_write_notes
from safar.domain.person import Person
from safar.usecases.notes import BadNote, Notes
from safar.web.map_view import LANES
from safar.web.page_language import page_language

MOST_LISTED = 60
"""Notes that the map's own page lists; the page of notes has all."""


@dataclass(frozen=True, slots=True, kw_only=True)
class NoteView:
    """A note. `number`: of its footnote; `place`: what it is on, in words."""

    number: int
    id: UUID
    place: str
    text: str
    author: str
    written_at: datetime
    changed_at: datetime | None
    may_change: bool
    may_remove: bool


@dataclass(frozen=True, slots=True, kw_only=True)
class CellView:
    """A cell of the map with its notes. `id`: of its mark; `address`: where its notes are; `write`: to write one."""

    id: str
    place: str
    address: str
    write: str
    notes: tuple[NoteView, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class AssumptionView:
    """What the journey's author believes of a place until there is data. `address`: the place's page."""

    place: str
    address: str
    assumed: Assumption


@dataclass(frozen=True, slots=True, kw_only=True)
class NotesView:
    """All notes of a journey. `cells`: those with notes, as one reads the map. `writing`: every cell offers a note."""

    journey: Journey
    cells: Mapping[NoteCell, CellView]
    elsewhere: tuple[NoteView, ...]
    may_write: bool
    writing: bool = False

    @property
    def all(self) -> tuple[NoteView, ...]:
        """Those on the map, in order."""
        return tuple(note for cell in self.cells.values() for note in cell.notes)

    @property
    def listed(self) -> tuple[NoteView, ...]:
        """Those that the map's page lists."""
        return self.all[:MOST_LISTED]

    @property
    def shown(self) -> tuple[object, ...]:
        """What the map's page shows of them: equal where it shows the same."""
        told = tuple((note.number, note.id, note.text, note.author, note.written_at) for note in self.all)
        return told, len(self.elsewhere), self.may_write, self.writing

    @property
    def count(self) -> int:
        """How many there are."""
        return len(self.all) + len(self.elsewhere)

    @property
    def assumptions(self) -> tuple[AssumptionView, ...]:
        """What the author assumes, in the order of the journey."""
        found, language = [], page_language()
        for step in self.journey.steps:
            places: list[tuple[str, Step | Touchpoint]] = [("step", step)]
            places += [("touchpoint", one) for one in self.journey.touchpoints if one.step == step.id]
            for page, place in places:
                if place.assumed is not None:
                    address = reverse(page, args=[place.id])
                    found.append(
                        AssumptionView(place=place.label.text(language), address=address, assumed=place.assumed)
                    )
        return tuple(found)

    def at(self, cell: NoteCell) -> CellView:
        """A cell, whether or not it has notes."""
        return self.cells.get(cell) or _cell(cell, place_of(cell, self.journey), ())


def lay_out_notes(notes: Notes, journey: Journey, *, person: Person, writing: bool = False) -> NotesView:
    """The notes as a person may see them, in the order in which one reads the map."""
    cells: dict[NoteCell, CellView] = {}
    number = 0
    for cell in _order(journey):
        if found := notes.at(cell):
            place = place_of(cell, journey)
            views = tuple(_note(one, number + i, place, person) for i, one in enumerate(found, start=1))
            cells[cell] = _cell(cell, place, views)
            number += len(found)
    elsewhere = tuple(
        _note(one, number + i, place_of(one.cell, journey), person) for i, one in enumerate(notes.elsewhere, start=1)
    )
    may_write = may_write_notes(person)
    return NotesView(
        journey=journey, cells=cells, elsewhere=elsewhere, may_write=may_write, writing=writing and may_write
    )


def cell_of(query: QueryDict) -> NoteCell | None:
    """The cell that an address names; None: it names none. Raises: BadNote."""
    step, touchpoint = query.get("step", ""), query.get("touchpoint", "")
    if not step and not touchpoint:
        return None
    level = NoteLevel.STEP if step else NoteLevel.TOUCHPOINT
    cell = NoteCell(level, step or touchpoint, query.get("lane", "") if step else "")
    if not cell.is_sound or (step and touchpoint):
        raise BadNote("There is no such place on the map.")
    return cell


def place_of(cell: NoteCell, journey: Journey) -> str:
    """What a cell is called; by its id where the journey has it no longer."""
    places = journey.steps if cell.level is NoteLevel.STEP else journey.touchpoints
    labels = {one.id: one.label for one in places}
    name = labels[cell.place].text(page_language()) if cell.place in labels else cell.place
    return f"{name} · {LANES[cell.lane]}" if cell.lane in LANES else name


def address_of(cell: NoteCell, page: str = "notes") -> str:
    """Where the notes of a cell are, or where one is written."""
    return f"{reverse(page)}?{urlencode(_named(cell))}"


def way_back(request: HttpRequest) -> str:
    """The map or the list of notes that somebody comes from, as the form or the browser tells; empty: neither."""
    wanted = (request.POST.get("next", ""), request.headers.get("HX-Current-URL", ""), request.headers.get("Referer"))
    for text in wanted:
        try:
            parts = urlsplit(text or "")
            if not text or (parts.netloc and parts.netloc != request.get_host()):
                continue
            if resolve(parts.path).url_name in ("journey", "notes"):
                return f"{parts.path}?{parts.query}" if parts.query else parts.path
        except (ValueError, Resolver404):
            continue
    return ""


def _named(cell: NoteCell) -> dict[str, str]:
    return {cell.level.value: cell.place} | ({"lane": cell.lane} if cell.lane else {})


def _cell(cell: NoteCell, place: str, notes: tuple[NoteView, ...]) -> CellView:
    return CellView(
        id=f"notes-{cell.level}-{cell.place}-{cell.lane}".rstrip("-"),
        place=place,
        address=address_of(cell),
        write=address_of(cell, "note-write"),
        notes=notes,
    )


def _order(journey: Journey) -> list[NoteCell]:
    """Every cell, lane by lane."""
    found = []
    for lane in MAP_LANES:
        for step in journey.steps:
            found.append(NoteCell(NoteLevel.STEP, step.id, lane))
            if lane == "touchpoints":
                own = [one for one in journey.touchpoints if one.step == step.id]
                found += [NoteCell(NoteLevel.TOUCHPOINT, one.id) for one in own]
    return found


def _note(note: Note, number: int, place: str, person: Person) -> NoteView:
    return NoteView(
        number=number,
        id=note.id,
        place=place,
        text=note.text,
        author=note.author_name or _("someone who left"),
        written_at=note.written_at,
        changed_at=note.changed_at,
        may_change=note.is_changed_by(person),
        may_remove=note.is_removed_by(person),
    )
