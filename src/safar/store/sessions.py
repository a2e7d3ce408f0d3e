"""Sessions of one person. They carry no column for it, so all are looked through: closing an account is rare."""

from __future__ import annotations

from datetime import datetime
from uuid import UUID

from django.contrib.auth import SESSION_KEY
from django.contrib.sessions.models import Session


def end_sessions(person: UUID, *, now: datetime, keep: str | None = None) -> int:
    """End them all but `keep` (a session's key), forget those that are over anyhow, and say how many ended."""
    Session.objects.filter(expire_date__lt=now).delete()
    mine = [
        session.session_key
        for session in Session.objects.iterator()
        if session.session_key != keep and session.get_decoded().get(SESSION_KEY) == str(person)
    ]
    for start in range(0, len(mine), 500):
        Session.objects.filter(session_key__in=mine[start : start + 500]).delete()
    return len(mine)
