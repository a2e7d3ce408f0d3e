"""One-time links. Only hashes of their tokens are kept."""

from __future__ import annotations

from datetime import datetime, timedelta
from hashlib import sha256
from uuid import UUID

from django.db import transaction
from django.db.models import QuerySet

from safar.domain.person import Account, LinkPurpose
from safar.store.models import SignInLink, User
from safar.store.people import account_of


def add_link(
    *,
    person: UUID,
    token: str,
    now: datetime,
    lifetime: timedelta,
    purpose: LinkPurpose = LinkPurpose.SIGN_IN,
) -> None:
    """Keep the hash of a token; forget links that are over, so that the table does not grow.

    A new invitation, or a new link to choose a password, ends the earlier ones of that person.
    """
    SignInLink.objects.filter(expires_at__lt=now).delete()
    if purpose is not LinkPurpose.SIGN_IN:
        end_links(person)
    SignInLink.objects.create(
        digest=_digest(token), user_id=person, created_at=now, expires_at=now + lifetime, purpose=str(purpose)
    )


def end_links(person: UUID) -> None:
    """Forget all links of a person."""
    SignInLink.objects.filter(user_id=person).delete()


def look_at_link(*, token: str, now: datetime, purpose: LinkPurpose) -> Account | None:
    """The open account that a link is for, if the link is good; it stays good."""
    link = _good(token=token, now=now, purpose=purpose).select_related("user").first()
    return account_of(link.user) if link is not None and link.user.is_active else None


@transaction.atomic
def spend_link(*, token: str, now: datetime, purpose: LinkPurpose = LinkPurpose.SIGN_IN) -> User | None:
    """The account that a token stands for, if the token is known, in time and not yet used; it is used now.

    One conditional update decides, so that of two requests at the same moment one gets nothing.
    """
    if _good(token=token, now=now, purpose=purpose).update(used_at=now) != 1:
        return None
    user = SignInLink.objects.select_related("user").get(digest=_digest(token)).user
    return user if user.is_active else None


def _good(*, token: str, now: datetime, purpose: LinkPurpose) -> QuerySet[SignInLink]:
    return SignInLink.objects.filter(digest=_digest(token), used_at=None, expires_at__gt=now, purpose=str(purpose))


def _digest(token: str) -> bytes:
    return sha256(token.encode()).digest()
