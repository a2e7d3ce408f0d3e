"""The versions of a journey, of its rules or of the company's framework: who published which, when and why."""

from __future__ import annotations

from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.shortcuts import render
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET, require_POST

from safar.domain.journey import BadJourney
from safar.domain.label import Label
from safar.domain.person import Permission
from safar.domain.rules import BadRules
from safar.log.published import NotPublished
from safar.usecases.drafts import Kind, begin_from, compare_texts
from safar.usecases.frameworks import own_framework
from safar.usecases.versions import restore as put_back
from safar.web.access import allowed, person_of
from safar.web.differences_page import difference_lines
from safar.web.stored_words import keep_words
from safar.web.toast import toast
from safar.web.views.drafts import HOME, name_of
from safar.web.workspaces import workspace

MOST_LISTED = 200


@allowed(Permission.CHANGE, whole=True)
@require_GET
def versions(request: HttpRequest, kind: Kind) -> HttpResponse:
    """All versions, the newest first, and the difference of the two that are picked."""
    opened = workspace()
    name = name_of(kind)
    history = opened.published.history(kind=kind, name=name)
    listed = list(reversed(history))[:MOST_LISTED]
    in_force = history[-1].hash if history else ""
    picked = [str(request.GET.get(name, ""))[:64] for name in ("from", "to")]
    lines = None
    if all(picked):
        old, new = (opened.published.find(kind=kind, version=one, name=name) for one in picked)
        texts = (opened.published.read(old), opened.published.read(new))
        lines = difference_lines(compare_texts(kind, *texts))
        picked = [old.hash, new.hash]
    elif len(listed) > 1:
        picked = [listed[1].hash, listed[0].hash]
    rows, seen = [], set()
    for entry in listed:
        # The same text may have been in force several times; the newest of them can be picked.
        first = entry.hash not in seen
        seen.add(entry.hash)
        rows.append(
            {
                "entry": entry,
                "in_force": entry is history[-1],
                "restorable": first and entry.hash != in_force,
                "pickable": first,
                "restore": reverse(f"{kind}-restore", args=[entry.hash]),
            }
        )
    context = {
        "kind": kind,
        "title": {
            "journey": _("Versions of the journey"),
            "rules": _("Versions of the rules"),
            "framework": _("Versions of your own framework"),
        }[kind],
        "whole": _whole(kind),
        "rows": rows,
        "picked": picked,
        "lines": lines,
        "back": reverse(HOME[kind]),
        "back_title": {
            "journey": _("Edit the journey"),
            "rules": _("Rules"),
            "framework": _("Edit your own"),
        }[kind],
    }
    return render(request, "web/versions.html", context)


@allowed(Permission.CHANGE, whole=True)
@require_POST
def restore(request: HttpRequest, kind: Kind, version: str) -> HttpResponse:
    """Put a version in force again; where it no longer fits, begin a draft from it."""
    opened, person, now = workspace(), person_of(request), timezone.now()
    name = name_of(kind)
    entry = opened.published.find(kind=kind, version=version, name=name)
    before = _in_force(kind, name)
    try:
        put_back(opened, kind=kind, version=entry.hash, now=now, by=person.name)
    except (BadJourney, BadRules):
        told = keep_words("version %(version)s", version=entry.hash[:12])
        begin_from(opened, person=person, kind=kind, name=name, version=entry.hash, told=told, now=now)
        toast(request, _("Journey and rules would not fit each other: the version is your draft now."))
        return HttpResponseRedirect(reverse(f"{kind}-publish"))
    undo = reverse(f"{kind}-restore", args=[before]) if before and before != entry.hash else ""
    toast(request, _("Version %(version)s is in force again.") % {"version": entry.hash[:12]}, undo=undo)
    return HttpResponseRedirect(reverse(f"{kind}-versions"))


def _whole(kind: Kind) -> Label | None:
    """What the versions are of."""
    if kind == "framework":
        own = own_framework(workspace())
        return None if own is None else own.label
    return workspace().journey()[0].label


def _in_force(kind: Kind, name: str) -> str:
    try:
        return workspace().published.current(kind=kind, name=name).hash
    except NotPublished:
        return ""
