"""Keep boards: make, name, share and order them, put charts on them, take them off and bring them back.

Needs Django to be configured.
"""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime
from typing import TYPE_CHECKING
from uuid import UUID

from safar.domain.board import Board, BoardChart, BoardLetter, ChartKind, next_letter
from safar.domain.person import Permission, Person
from safar.domain.wording import can_be_shown
from safar.errors import InputError, NotFound
from safar.usecases.keeping import KEPT_FOR, LONGEST_QUERY, LONGEST_TITLE

if TYPE_CHECKING:
    from safar.usecases.workspace import Workspace

MOST_BOARDS = 50
MOST_CHARTS = 24


class BoardNotFound(NotFound):
    """There is no such board or chart, or it is not shared."""

    code = "board.not-found"
    next_step = "Look at the list of boards, or ask whoever made the board to share it."


class BadBoard(InputError):
    """A board or a chart cannot be kept as it was asked for."""

    code = "board.invalid"
    next_step = "Correct the title or the address; a board holds charts of the measure page and views of the map."


class BoardNotYours(InputError):
    """The board may be looked at, not changed."""

    code = "board.not-yours"
    next_step = "Make a board of your own, or ask a member of the team to change this one."


def read_boards(*, person: Person) -> list[Board]:
    """The boards that a person may open, without their charts."""
    from safar.store import boards

    return boards.list_boards(person=person.id)


def read_board(board: UUID, *, person: Person) -> Board:
    """A board with its charts. Raises: BoardNotFound."""
    from safar.store import boards

    found = boards.find_board(board)
    if found is None or not found.is_seen_by(person):
        raise BoardNotFound("There is no such board.")
    return found


def create_board(*, title: str, shared: bool, person: Person, now: datetime) -> Board:
    """A new board. Raises: BadBoard, BoardNotYours (sharing asks for work with the team)."""
    from safar.store import boards
    from safar.store.atomic import one_at_a_time

    if shared and not person.may(Permission.WORK):
        raise BoardNotYours("Only members share boards with the team.")
    with one_at_a_time(f"boards {person.id}"):
        boards.clear_removed(before=now - KEPT_FOR)
        if boards.count_boards(owner=person.id) >= MOST_BOARDS:
            raise BadBoard(f"You have {MOST_BOARDS} boards already.", next_step="Remove one that nobody looks at.")
        return boards.add_board(title=_title(title), owner=person.id, shared=shared, now=now)


def change_board(board: UUID, *, title: str, shared: bool, person: Person, now: datetime) -> Board:
    """Rename it, share it or keep it to its owner. Raises: BoardNotFound, BoardNotYours, BadBoard."""
    from safar.store import boards
    from safar.store.atomic import atomic

    with atomic():
        found = _mine(board, person)
        if shared != found.shared:
            if not person.may(Permission.WORK):
                raise BoardNotYours("Only members share boards with the team.")
            if not shared and found.owner != person.id:
                raise BoardNotYours("Only who made a board takes it back from the team.")
        boards.change_board(board, title=_title(title), shared=shared, now=now)
    return read_board(board, person=person)


def remove_board(board: UUID, *, person: Person, now: datetime) -> Board:
    """Take it away; `restore_board` brings it back. Raises: BoardNotFound, BoardNotYours."""
    from safar.store import boards
    from safar.store.atomic import atomic

    with atomic():
        found = _mine(board, person)
        boards.set_removed(board, at=now)
    return found


def restore_board(board: UUID, *, person: Person) -> Board:
    """Bring a removed board back. Raises: BoardNotFound, BoardNotYours."""
    from safar.store import boards
    from safar.store.atomic import atomic

    with atomic():
        found = boards.find_removed(board) or boards.find_board(board)
        if found is None or not found.is_seen_by(person):
            raise BoardNotFound("There is no such board any more.")
        if not found.is_changed_by(person):
            raise BoardNotYours(f"{found.title} is not yours to change.")
        boards.set_removed(board, at=None)
    return read_board(board, person=person)


def save_chart(
    board: UUID,
    *,
    kind: ChartKind,
    title: str,
    query: Sequence[tuple[str, str]],
    person: Person,
    now: datetime,
) -> BoardChart:
    """Put a chart on a board. Raises: BoardNotFound, BoardNotYours, BadBoard."""
    from safar.store import boards
    from safar.store.atomic import one_at_a_time

    if sum(len(name) + len(value) for name, value in query) > LONGEST_QUERY:
        raise BadBoard("The chart's address is too long.", next_step="Use fewer filters.")
    with one_at_a_time(f"board {board}"):
        found = _mine(board, person)
        if len(found.charts) >= MOST_CHARTS:
            raise BadBoard(f"A board holds {MOST_CHARTS} charts.", next_step="Take one off, or make another board.")
        made = boards.add_chart(board, kind=kind, title=_title(title), query=tuple(query))
        boards.change_board(board, now=now)
    return made


def save_on_new_board(
    *,
    board_title: str,
    kind: ChartKind,
    title: str,
    query: Sequence[tuple[str, str]],
    person: Person,
    now: datetime,
) -> BoardChart:
    """A new board of one's own with a chart on it; both or none. Raises: BadBoard."""
    from safar.store.atomic import atomic

    with atomic():
        board = create_board(title=board_title, shared=False, person=person, now=now)
        return save_chart(board.id, kind=kind, title=title, query=query, person=person, now=now)


def read_chart(chart: UUID, *, person: Person) -> BoardChart:
    """A chart that the person may change. Raises: BoardNotFound, BoardNotYours."""
    found = next((one for one in _board_of(chart, person).charts if one.id == chart), None)
    if found is None:
        raise BoardNotFound("There is no such chart any more.")
    return found


def rename_chart(chart: UUID, *, title: str, person: Person, now: datetime) -> UUID:
    """Change its title. Returns its board. Raises: BoardNotFound, BoardNotYours, BadBoard."""
    from safar.store import boards
    from safar.store.atomic import atomic

    with atomic():
        board = _board_of(chart, person)
        boards.rename_chart(chart, title=_title(title))
        boards.change_board(board.id, now=now)
    return board.id


def move_chart(chart: UUID, *, by: int, person: Person, now: datetime) -> UUID:
    """Move it by so many places (below zero: to the front). Returns its board. Raises: as `rename_chart`."""
    from safar.store import boards
    from safar.store.atomic import atomic

    with atomic():
        board = _board_of(chart, person)
        order = [one.id for one in board.charts]
        if chart in order:
            there = order.index(chart)
            order.insert(min(max(there + by, 0), len(order) - 1), order.pop(there))
            boards.set_order(order)
            boards.change_board(board.id, now=now)
    return board.id


def remove_chart(chart: UUID, *, person: Person, now: datetime) -> UUID:
    """Take it off its board; `restore_chart` brings it back. Returns the board. Raises: as `rename_chart`."""
    return _set_removed(chart, at=now, person=person, now=now)


def restore_chart(chart: UUID, *, person: Person, now: datetime) -> UUID:
    """Put a removed chart back. Returns its board. Raises: as `rename_chart`."""
    return _set_removed(chart, at=None, person=person, now=now)


def _set_removed(chart: UUID, *, at: datetime | None, person: Person, now: datetime) -> UUID:
    from safar.store import boards
    from safar.store.atomic import atomic

    with atomic():
        board = _board_of(chart, person)
        boards.set_chart_removed(chart, at=at)
        boards.change_board(board.id, now=now)
    return board.id


def read_letter(board: UUID, *, person: Person) -> BoardLetter | None:
    """The person's wish for this board by mail, if there is one."""
    from safar.store import boards

    return boards.letter_of(board=board, person=person.id)


def wish_letter(
    board: UUID, *, weekday: int, hour: int, language: str, person: Person, workspace: Workspace, now: datetime
) -> BoardLetter:
    """Have a board sent every week. Raises: BoardNotFound, BadBoard (no address, no such day or hour)."""
    from safar.store import boards
    from safar.store.atomic import atomic

    if not person.email:
        raise BadBoard("Your account has no e-mail address.", next_step="Enter one in your profile.")
    if not (0 <= weekday <= 6 and 0 <= hour <= 23):
        raise BadBoard("There is no such day or hour.", next_step="Choose a day of the week and an hour.")
    with atomic():
        read_board(board, person=person)
        due = next_letter(weekday=weekday, hour=hour, after=now, time_zone=workspace.settings.time_zone)
        return boards.keep_letter(
            board=board, person=person.id, weekday=weekday, hour=hour, language=language, next_at=due
        )


def board_of_letters(letter: UUID) -> str:
    """The title of the board that letters are of, for whoever holds the link in one; empty: there are none any more."""
    from safar.store import boards

    found = boards.find_letter(letter)
    board = None if found is None else boards.find_board(found.board) or boards.find_removed(found.board)
    return "" if board is None else board.title


def stop_letters(letter: UUID) -> bool:
    """No more letters; asked by whoever holds the link in one. Returns whether there were any."""
    from safar.store import boards

    found = boards.find_letter(letter)
    boards.stop_letter(letter)
    return found is not None


def _mine(board: UUID, person: Person) -> Board:
    found = read_board(board, person=person)
    if not found.is_changed_by(person):
        raise BoardNotYours(f"{found.title} is not yours to change.")
    return found


def _board_of(chart: UUID, person: Person) -> Board:
    from safar.store import boards

    board = boards.board_of_chart(chart)
    if board is None:
        raise BoardNotFound("There is no such chart.")
    return _mine(board, person)


def _title(text: str) -> str:
    title = " ".join(text.split())
    if not title or len(title) > LONGEST_TITLE or not can_be_shown(title):
        raise BadBoard(
            f"A title has 1 to {LONGEST_TITLE} characters." if not title or len(title) > LONGEST_TITLE
            else "A title holds a character that cannot be shown."
        )  # fmt: skip
    return title
