"""Which letters of boards are due, each of them started once however many workers look.

Needs Django to be configured.
"""

from __future__ import annotations

from collections.abc import Callable
from datetime import datetime
from typing import TYPE_CHECKING
from uuid import UUID

from safar.domain.board import Board, BoardLetter, next_letter
from safar.domain.person import Person

if TYPE_CHECKING:
    from safar.usecases.workspace import Workspace


def start_due_letters(*, workspace: Workspace, now: datetime, start: Callable[[BoardLetter], None]) -> int:
    """Call `start` for each letter whose time has come. Returns how many.

    Weeks in which nobody looked are not made up for: the next letter is the next one from now on.
    """
    from safar.store import boards
    from safar.store.atomic import atomic

    started = 0
    for wish in boards.due_letters(now=now):
        after = next_letter(weekday=wish.weekday, hour=wish.hour, after=now, time_zone=workspace.settings.time_zone)
        # Either the job is in line and the next time is set, or neither.
        with atomic():
            if boards.put_off(wish, until=after):
                start(wish)
                started += 1
    return started


def letter_to_send(letter: UUID) -> tuple[Board, BoardLetter, Person] | None:
    """The board, the wish and who gets it; None where that is over.

    Who takes no part any more, has no address, or may not see the board any more gets no letter; the wish goes.
    """
    from safar.store import boards, people

    wish = boards.find_letter(letter)
    if wish is None:
        return None
    person, board = people.person_with(wish.person), boards.find_board(wish.board)
    if person is None or board is None or not person.email or not board.is_seen_by(person):
        boards.stop_letter(letter)
        return None
    return board, wish, person
