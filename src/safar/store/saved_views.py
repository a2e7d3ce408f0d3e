"""Saved views of the journey map, as frozen records. The only door to this model."""

from __future__ import annotations

from datetime import datetime
from uuid import UUID

from django.db.models import Q, QuerySet

from safar.domain.saved_view import SavedView
from safar.store import models

Pairs = tuple[tuple[str, str], ...]


def list_views(*, person: UUID, journey: str | None = None) -> list[SavedView]:
    """The views that a person may open, by title; of one journey, or of all."""
    rows = _there().filter(Q(owner_id=person) | Q(shared=True))
    if journey is not None:
        rows = rows.filter(journey=journey)
    return [view_of(row) for row in rows.select_related("owner").order_by("title", "id")]


def find_view(view: UUID) -> SavedView | None:
    """One view."""
    row = _there().filter(pk=view).select_related("owner").first()
    return None if row is None else view_of(row)


def find_removed(view: UUID) -> SavedView | None:
    """A view that was removed and can be brought back."""
    row = models.SavedView.objects.exclude(removed_at=None).filter(pk=view).select_related("owner").first()
    return None if row is None else view_of(row)


def count_views(*, owner: UUID) -> int:
    """How many views a person has."""
    return _there().filter(owner_id=owner).count()


def add_view(*, journey: str, title: str, query: Pairs, owner: UUID, shared: bool, now: datetime) -> SavedView:
    """A new view."""
    row = models.SavedView.objects.create(
        journey=journey,
        title=title,
        query=[list(pair) for pair in query],
        owner_id=owner,
        shared=shared,
        changed_at=now,
    )
    found = find_view(row.pk)
    assert found is not None  # noqa: S101  # it was just made
    return found


def change_view(view: UUID, *, title: str, shared: bool, now: datetime) -> None:
    """Another title; for the team, or for its owner."""
    models.SavedView.objects.filter(pk=view).update(title=title, shared=shared, changed_at=now)


def set_removed(view: UUID, *, at: datetime | None) -> None:
    """Remove a view, or bring it back (`at` None)."""
    models.SavedView.objects.filter(pk=view).update(removed_at=at)


def clear_removed(*, before: datetime) -> None:
    """Delete what was removed before then, and views that nobody can see any more."""
    models.SavedView.objects.filter(Q(removed_at__lt=before) | Q(owner=None, shared=False)).delete()


def view_of(row: models.SavedView) -> SavedView:
    """The record of one row."""
    return SavedView(
        id=row.pk,
        journey=row.journey,
        title=row.title,
        query=tuple((str(name), str(value)) for name, value in row.query),
        owner=row.owner_id,
        owner_name="" if row.owner is None else row.owner.name,
        shared=row.shared,
        changed_at=row.changed_at,
    )


def _there() -> QuerySet[models.SavedView]:
    return models.SavedView.objects.filter(removed_at=None)
