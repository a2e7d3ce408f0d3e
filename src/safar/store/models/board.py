"""Boards, their charts, and who gets them by mail."""

from __future__ import annotations

import uuid
from datetime import datetime
from typing import ClassVar

from django.db import models

from safar.domain.board import ChartKind
from safar.store.models.user import User
from safar.store.personal_data import PersonalData


class Board(models.Model):
    """See `domain.board`. A board that was removed is kept for a while, so that this can be undone."""

    PERSONAL_DATA: ClassVar = PersonalData(
        fields=("owner",),
        removal="The name goes with the account; boards that only their owner saw are deleted once nobody owns them.",
    )

    id: models.UUIDField[uuid.UUID, uuid.UUID] = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    title: models.CharField[str, str] = models.CharField(max_length=120)
    owner: models.ForeignKey[User | None, User | None] = models.ForeignKey(
        User, null=True, blank=True, on_delete=models.SET_NULL, related_name="boards"
    )
    shared: models.BooleanField[bool, bool] = models.BooleanField(default=False)
    changed_at: models.DateTimeField[datetime, datetime] = models.DateTimeField()
    removed_at: models.DateTimeField[datetime | None, datetime | None] = models.DateTimeField(
        null=True, blank=True, db_index=True
    )

    def __str__(self) -> str:
        return self.title


class BoardChart(models.Model):
    """One chart of a board. `position` orders them; charts that were removed are kept as boards are."""

    PERSONAL_DATA: ClassVar = PersonalData(
        fields=("query",), removal="Goes with the board; a filter may name what the log tells of customers, never one."
    )

    id: models.UUIDField[uuid.UUID, uuid.UUID] = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    board: models.ForeignKey[Board, Board] = models.ForeignKey(Board, on_delete=models.CASCADE, related_name="charts")
    board_id: uuid.UUID
    kind: models.CharField[str, str] = models.CharField(
        max_length=16, choices=[(str(kind), str(kind)) for kind in ChartKind]
    )
    title: models.CharField[str, str] = models.CharField(max_length=120)
    query: models.JSONField[list[list[str]], list[list[str]]] = models.JSONField()
    position: models.PositiveIntegerField[int, int] = models.PositiveIntegerField()
    removed_at: models.DateTimeField[datetime | None, datetime | None] = models.DateTimeField(
        null=True, blank=True, db_index=True
    )

    class Meta:
        indexes: ClassVar = [models.Index(fields=["board", "position"], name="chart_of_board")]

    def __str__(self) -> str:
        return self.title


class BoardLetter(models.Model):
    """Who gets a board by mail, when, and in which language."""

    PERSONAL_DATA: ClassVar = PersonalData(
        fields=("person", "language"), removal="Goes with the account, with the board, or when the person stops it."
    )

    id: models.UUIDField[uuid.UUID, uuid.UUID] = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    board: models.ForeignKey[Board, Board] = models.ForeignKey(Board, on_delete=models.CASCADE, related_name="letters")
    person: models.ForeignKey[User, User] = models.ForeignKey(User, on_delete=models.CASCADE, related_name="letters")
    board_id: uuid.UUID
    person_id: uuid.UUID
    weekday: models.PositiveSmallIntegerField[int, int] = models.PositiveSmallIntegerField()
    hour: models.PositiveSmallIntegerField[int, int] = models.PositiveSmallIntegerField()
    language: models.CharField[str, str] = models.CharField(max_length=8)
    next_at: models.DateTimeField[datetime, datetime] = models.DateTimeField(db_index=True)

    class Meta:
        constraints: ClassVar = [models.UniqueConstraint(fields=["board", "person"], name="one_letter_a_person")]

    def __str__(self) -> str:
        return f"letter of {self.board_id} at {self.next_at:%Y-%m-%d %H:%M}"
