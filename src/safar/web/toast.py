"""A word about what was just done, shown once on the next page, with a button that undoes it where that is possible."""

from __future__ import annotations

from dataclasses import dataclass

from django.contrib import messages
from django.http import HttpRequest


@dataclass(frozen=True, slots=True, kw_only=True)
class Toast:
    """`kind`: success, info, warning or error. `undo`: the address that a press on "Undo" posts to; empty: none."""

    text: str
    kind: str
    undo: str


def toast(request: HttpRequest, text: str, *, kind: int = messages.SUCCESS, undo: str = "") -> None:
    """Say it on the next page. `undo`: a path of ours that takes POST (see `Toast`)."""
    messages.add_message(request, kind, text, extra_tags=undo)


def toasts_of(request: HttpRequest) -> list[Toast]:
    """What waits to be said; it is said once."""
    return [
        Toast(text=str(one.message), kind=one.level_tag, undo=one.extra_tags or "")
        for one in messages.get_messages(request)
    ]
