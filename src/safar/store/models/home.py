"""Whose database this is."""

from __future__ import annotations

from typing import ClassVar

from django.db import models

from safar.store.personal_data import NONE, PersonalData


class Home(models.Model):
    """The workspace that the database belongs to: one row, so that no second workspace moves in by mistake."""

    PERSONAL_DATA: ClassVar[PersonalData] = NONE

    only: models.BooleanField[bool, bool] = models.BooleanField(primary_key=True, default=True)
    workspace: models.CharField[str, str] = models.CharField(max_length=64)

    def __str__(self) -> str:
        return self.workspace
