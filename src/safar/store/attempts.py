"""Tries are counted for each account, for each sender, and for both together."""

from __future__ import annotations

import hashlib
import hmac
from dataclasses import dataclass
from datetime import datetime, timedelta

from django.conf import settings

from safar.domain.person import sign_in_key
from safar.store.atomic import one_at_a_time
from safar.store.models import Attempt


@dataclass(frozen=True, slots=True, kw_only=True)
class Limits:
    """Most tries within `window`: by one sender at one account, at one account, and by one sender."""

    window: timedelta
    pair: int
    account: int
    sender: int


@one_at_a_time("attempts")
def try_now(*, kind: str, name: str, sender: str, now: datetime, limits: Limits) -> bool:
    """Count this try, and say whether it may be made.

    It is counted before it is made, so that many at the same moment do not slip through together.
    """
    since = now - limits.window
    Attempt.objects.filter(at__lt=now - timedelta(days=1)).delete()
    who, where = _hash(sign_in_key(name)), _hash(sender)
    recent = Attempt.objects.filter(kind=kind, at__gt=since)
    full = (
        recent.filter(who=who, where=where).count() >= limits.pair
        or recent.filter(who=who).count() >= limits.account
        or recent.filter(where=where).count() >= limits.sender
    )
    if not full:
        Attempt.objects.create(kind=kind, who=who, where=where, at=now)
    return not full


def forget_tries(*, kind: str, name: str, sender: str) -> None:
    """After a right password: earlier slips of the same person at the same place no longer count."""
    Attempt.objects.filter(kind=kind, who=_hash(sign_in_key(name)), where=_hash(sender)).delete()


def forget_names(names: list[str]) -> None:
    """Delete what was counted for these names and addresses."""
    Attempt.objects.filter(who__in=[_hash(sign_in_key(name)) for name in names if name]).delete()


def _hash(text: str) -> str:
    # Keyed: names and network addresses are few enough to be found by trying.
    return hmac.new(settings.SECRET_KEY.encode(), b"attempt " + text.encode(), hashlib.sha256).hexdigest()
