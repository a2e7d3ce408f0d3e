"""Boards, their charts and letters, as frozen records. The only door to these models."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime
from uuid import UUID

from django.db.models import Max, Q, QuerySet

from safar.domain.board import Board, BoardChart, BoardLetter, ChartKind
from safar.store import models

Pairs = tuple[tuple[str, str], ...]


def list_boards(*, person: UUID) -> list[Board]:
    """The boards that a person may open, newest change first; without their charts."""
    mine = Q(owner_id=person) | Q(shared=True)
    rows = _there().filter(mine).select_related("owner").order_by("-changed_at", "id")
    return [_board(row, ()) for row in rows]


def find_board(board: UUID) -> Board | None:
    """A board with its charts."""
    row = _there().filter(pk=board).select_related("owner").first()
    if row is None:
        return None
    charts = models.BoardChart.objects.filter(board_id=board, removed_at=None).order_by("position", "id")
    return _board(row, [_chart(one) for one in charts])


def find_removed(board: UUID) -> Board | None:
    """A board that was removed and can be brought back."""
    row = models.Board.objects.exclude(removed_at=None).filter(pk=board).select_related("owner").first()
    return None if row is None else _board(row, ())


def board_of_chart(chart: UUID) -> UUID | None:
    """The board of a chart, whether or not the chart was removed."""
    return models.BoardChart.objects.filter(pk=chart).values_list("board_id", flat=True).first()


def count_boards(*, owner: UUID) -> int:
    """How many boards a person has."""
    return _there().filter(owner_id=owner).count()


def add_board(*, title: str, owner: UUID, shared: bool, now: datetime) -> Board:
    """A new board without charts."""
    row = models.Board.objects.create(title=title, owner_id=owner, shared=shared, changed_at=now)
    found = find_board(row.pk)
    assert found is not None  # noqa: S101  # it was just made
    return found


def change_board(board: UUID, *, now: datetime, title: str | None = None, shared: bool | None = None) -> None:
    """Change what is given."""
    values: dict[str, object] = {"changed_at": now}
    values |= {} if title is None else {"title": title}
    values |= {} if shared is None else {"shared": shared}
    models.Board.objects.filter(pk=board).update(**values)


def set_removed(board: UUID, *, at: datetime | None) -> None:
    """Remove a board, or bring it back (`at` None)."""
    models.Board.objects.filter(pk=board).update(removed_at=at)


def add_chart(board: UUID, *, kind: ChartKind, title: str, query: Pairs) -> BoardChart:
    """A new chart after all others."""
    last = models.BoardChart.objects.filter(board_id=board).aggregate(last=Max("position"))["last"]
    row = models.BoardChart.objects.create(
        board_id=board, kind=str(kind), title=title, query=[list(pair) for pair in query], position=(last or 0) + 1
    )
    return _chart(row)


def rename_chart(chart: UUID, *, title: str) -> None:
    """Change its title."""
    models.BoardChart.objects.filter(pk=chart).update(title=title)


def set_chart_removed(chart: UUID, *, at: datetime | None) -> None:
    """Remove a chart, or bring it back (`at` None)."""
    models.BoardChart.objects.filter(pk=chart).update(removed_at=at)


def set_order(charts: Sequence[UUID]) -> None:
    """Put charts in this order."""
    for position, chart in enumerate(charts, start=1):
        models.BoardChart.objects.filter(pk=chart).update(position=position)


def clear_removed(*, before: datetime) -> None:
    """Delete what was removed before then, and boards that nobody can see any more."""
    models.Board.objects.filter(Q(removed_at__lt=before) | Q(owner=None, shared=False)).delete()
    models.BoardChart.objects.filter(removed_at__lt=before).delete()


def find_letter(letter: UUID) -> BoardLetter | None:
    """One wish for letters."""
    row = models.BoardLetter.objects.filter(pk=letter).first()
    return None if row is None else _letter(row)


def letter_of(*, board: UUID, person: UUID) -> BoardLetter | None:
    """A person's wish for letters of a board."""
    row = models.BoardLetter.objects.filter(board_id=board, person_id=person).first()
    return None if row is None else _letter(row)


def keep_letter(*, board: UUID, person: UUID, weekday: int, hour: int, language: str, next_at: datetime) -> BoardLetter:
    """Wish for letters, or change when they come."""
    row, _ = models.BoardLetter.objects.update_or_create(
        board_id=board,
        person_id=person,
        defaults={"weekday": weekday, "hour": hour, "language": language, "next_at": next_at},
    )
    return _letter(row)


def stop_letter(letter: UUID) -> None:
    """No more letters."""
    models.BoardLetter.objects.filter(pk=letter).delete()


def due_letters(*, now: datetime, limit: int = 200) -> list[BoardLetter]:
    """Letters whose time has come, of boards that are there."""
    rows = models.BoardLetter.objects.filter(next_at__lte=now, board__removed_at=None).order_by("next_at")[:limit]
    return [_letter(row) for row in rows]


def put_off(letter: BoardLetter, *, until: datetime) -> bool:
    """Say when the next one is due. False where somebody else just did: then this one is theirs to send."""
    waiting = models.BoardLetter.objects.filter(pk=letter.id, next_at=letter.next_at)
    return waiting.update(next_at=until) == 1


def _there() -> QuerySet[models.Board]:
    return models.Board.objects.filter(removed_at=None)


def _board(row: models.Board, charts: Sequence[BoardChart]) -> Board:
    return Board(
        id=row.pk,
        title=row.title,
        owner=None if row.owner is None else row.owner.pk,
        owner_name="" if row.owner is None else row.owner.name,
        shared=row.shared,
        changed_at=row.changed_at,
        charts=tuple(charts),
    )


def _chart(row: models.BoardChart) -> BoardChart:
    pairs = tuple((str(name), str(value)) for name, value in row.query)
    return BoardChart(id=row.pk, board=row.board_id, kind=ChartKind(row.kind), title=row.title, query=pairs)


def _letter(row: models.BoardLetter) -> BoardLetter:
    return BoardLetter(
        id=row.pk,
        board=row.board_id,
        person=row.person_id,
        weekday=row.weekday,
        hour=row.hour,
        language=row.language,
        next_at=row.next_at,
    )
