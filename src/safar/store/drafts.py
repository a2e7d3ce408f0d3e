"""Drafts, as frozen records. The only door to these two models."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from django.db import transaction

from safar.store.models import Draft, DraftChange

MOST_CHANGES = 100
"""Changes that can be taken back one by one; older ones are put together."""


@dataclass(frozen=True, slots=True, kw_only=True)
class DraftRecord:
    """A draft as it stands. `changes`: how many can be taken back; `told`: what the last one did."""

    kind: str
    name: str
    base: str
    text: str
    changes: int
    told: str
    changed_at: datetime


def find_draft(*, person: UUID, kind: str, name: str) -> DraftRecord | None:
    """The person's draft of a thing, if there is one."""
    rows = DraftChange.objects.filter(draft__person_id=person, draft__kind=kind, draft__name=name)
    last = rows.order_by("-pk").first()
    if last is None:
        return None
    return DraftRecord(
        kind=kind,
        name=name,
        base=last.base,
        text=last.text,
        changes=rows.count(),
        told=last.told,
        changed_at=last.at,
    )


@transaction.atomic
def add_change(*, person: UUID, kind: str, name: str, base: str, text: str, told: str, now: datetime) -> None:
    """Write down the whole text after a change, and the version that it follows; the first begins the draft."""
    own = Draft.objects.select_for_update().filter(person_id=person, kind=kind, name=name)
    # Another page of the same person may begin it, or discard it, between the two questions.
    while (draft := own.first()) is None:
        begun = Draft(person_id=person, kind=kind, name=name, created_at=now)
        Draft.objects.bulk_create([begun], ignore_conflicts=True)
    DraftChange.objects.create(draft=draft, base=base, text=text, told=told[:200], at=now)
    rows = DraftChange.objects.filter(draft=draft)
    kept = list(rows.order_by("-pk").values_list("pk", flat=True)[:MOST_CHANGES])
    rows.exclude(pk__in=kept).delete()


@transaction.atomic
def take_back(*, person: UUID, kind: str, name: str) -> str | None:
    """Take the last change back; the draft ends with its first one. Returns what the change did, if there was one."""
    draft = _held(person=person, kind=kind, name=name)
    if draft is None:
        return None
    rows = DraftChange.objects.filter(draft=draft)
    last = rows.order_by("-pk").first()
    if last is None:
        return None
    told = last.told
    last.delete()
    if not rows.exists():
        draft.delete()
    return told


@transaction.atomic
def discard(*, person: UUID, kind: str, name: str) -> None:
    """Forget the draft."""
    draft = _held(person=person, kind=kind, name=name)
    if draft is not None:
        draft.delete()


def others_drafting(*, person: UUID, kind: str, name: str) -> list[str]:
    """The names of other people who have a draft of the same thing."""
    rows = Draft.objects.filter(kind=kind, name=name).exclude(person_id=person).order_by("person__name")
    return list(rows.values_list("person__name", flat=True))


def _held(*, person: UUID, kind: str, name: str) -> Draft | None:
    # Until the transaction ends: the same draft may be changed at the same moment, on another page of its person. Only
    # what is held may go: one that is begun a moment later may be getting a second change already.
    return Draft.objects.select_for_update().filter(person_id=person, kind=kind, name=name).first()
