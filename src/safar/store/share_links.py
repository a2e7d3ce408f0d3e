"""Links that show a saved view to people without an account. Only hashes of their tokens are kept."""

from __future__ import annotations

from datetime import datetime, timedelta
from hashlib import sha256
from uuid import UUID

from django.db.models import Q, QuerySet

from safar.domain.saved_view import ShareLink
from safar.store import models
from safar.store.people import person_of
from safar.store.saved_views import view_of


def add_link(*, view: UUID, person: UUID, token: str, quotes: bool, now: datetime, expires_at: datetime) -> ShareLink:
    """Keep the hash of a token."""
    row = models.ShareLink.objects.create(
        digest=_digest(token), view_id=view, person_id=person, quotes=quotes, created_at=now, expires_at=expires_at
    )
    found = find_link(row.pk)
    assert found is not None  # noqa: S101  # it was just made
    return found


def find_link(link: UUID) -> ShareLink | None:
    """One link, also one that is over."""
    row = _there().filter(pk=link).first()
    return None if row is None else _link(row)


def link_with(*, token: str) -> ShareLink | None:
    """The link of a token, also one that is over."""
    row = _there().filter(digest=_digest(token)).first()
    return None if row is None else _link(row)


def list_links(*, now: datetime, person: UUID | None = None, view: UUID | None = None) -> list[ShareLink]:
    """Links that are in time and not ended, newest first: of one person or of all, to one view or to all."""
    rows = _there().filter(ended_at=None, expires_at__gt=now)
    rows = rows if person is None else rows.filter(person_id=person)
    rows = rows if view is None else rows.filter(view_id=view)
    return [_link(row) for row in rows.order_by("-created_at", "id")]


def set_ended(link: UUID, *, at: datetime | None) -> None:
    """End a link, or let it open again (`at` None)."""
    models.ShareLink.objects.filter(pk=link).update(ended_at=at)


def note_opened(link: UUID, *, now: datetime) -> None:
    """Remember that it was opened, once an hour at most."""
    unknown = Q(opened_at=None) | Q(opened_at__lt=now - timedelta(hours=1))
    models.ShareLink.objects.filter(unknown, pk=link).update(opened_at=now)


def clear_over(*, before: datetime) -> None:
    """Delete what was over before then."""
    models.ShareLink.objects.filter(Q(expires_at__lt=before) | Q(ended_at__lt=before)).delete()


def _there() -> QuerySet[models.ShareLink]:
    return models.ShareLink.objects.filter(view__removed_at=None).select_related("view__owner", "person")


def _link(row: models.ShareLink) -> ShareLink:
    return ShareLink(
        id=row.pk,
        view=view_of(row.view),
        maker=person_of(row.person),
        quotes=row.quotes,
        created_at=row.created_at,
        expires_at=row.expires_at,
        ended_at=row.ended_at,
        opened_at=row.opened_at,
    )


def _digest(token: str) -> bytes:
    return sha256(token.encode()).digest()
