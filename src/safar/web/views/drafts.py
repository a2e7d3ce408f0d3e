"""What drafts of a journey, of rules and of a framework share: undo, discard, publish, and two editors at once."""

from __future__ import annotations

from django.contrib import messages
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.shortcuts import render
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST

from safar.domain.person import Permission
from safar.errors import InputError
from safar.log.published import PublishedSince
from safar.usecases.drafts import (
    Draft,
    Kind,
    both_sides,
    differences,
    discard,
    merge_draft,
    open_draft,
    publish_draft,
    rules_of_removed,
    take_back,
)
from safar.usecases.frameworks import OWN
from safar.usecases.preview_rules import RulesPreview, compare_rules, rules_in_force
from safar.web.access import allowed, person_of
from safar.web.counting import counted
from safar.web.differences_page import difference_lines, label_of
from safar.web.preview_page import preview_lines
from safar.web.problem_words import error_words
from safar.web.reading import lately
from safar.web.rule_links import draft_address
from safar.web.stored_words import keep_words, say
from safar.web.toast import toast
from safar.web.typed import Typed
from safar.web.workspaces import workspace

HOME: dict[Kind, str] = {"journey": "journey-edit", "rules": "rules", "framework": "own-edit"}
GONE = "-"
"""Chosen for rules that are to go with their touchpoint."""


def name_of(kind: Kind) -> str:
    """What is drafted: the company's framework, or the journey that is chosen. Raises: NotPublished."""
    return OWN if kind == "framework" else workspace().journey()[0].id


def draft_of(request: HttpRequest, kind: Kind) -> Draft:
    """The draft of whoever asks. Raises: NotPublished."""
    return open_draft(workspace(), person=person_of(request), kind=kind, name=name_of(kind))


@allowed(Permission.CHANGE, whole=True)
@require_POST
def undo(request: HttpRequest, kind: Kind) -> HttpResponse:
    """Take the last change back."""
    told = take_back(person=person_of(request), kind=kind, name=name_of(kind))
    if told is None:
        toast(request, _("There is nothing to take back."), kind=messages.INFO)
    else:
        toast(request, _("Taken back: %(change)s") % {"change": say(told)})
    return HttpResponseRedirect(reverse(HOME[kind]))


@allowed(Permission.CHANGE, whole=True)
@require_http_methods(["GET", "POST"])
def discard_draft(request: HttpRequest, kind: Kind) -> HttpResponse:
    """Forget the draft, once that was confirmed."""
    draft = draft_of(request, kind)
    if request.method == "POST":
        discard(person=person_of(request), kind=kind, name=draft.name)
        toast(request, _("The draft is discarded. What is in force is as it was."))
        return HttpResponseRedirect(reverse(HOME[kind]))
    if not draft.begun:
        return HttpResponseRedirect(reverse(HOME[kind]))
    context = {"draft": draft, "home": reverse(HOME[kind]), "lines": difference_lines(differences(workspace(), draft))}
    return render(request, "web/draft_discard.html", context | frame_of(draft))


@allowed(Permission.CHANGE, whole=True)
@require_http_methods(["GET", "POST"])
def publish(request: HttpRequest, kind: Kind) -> HttpResponse:
    """What publishing would change; and do it."""
    draft = draft_of(request, kind)
    if not draft.begun:
        toast(request, _("There is nothing to publish: nothing has been changed."), kind=messages.INFO)
        return HttpResponseRedirect(reverse(HOME[kind]))
    typed = Typed.of(request.POST)
    if request.method == "POST":
        done = _publish(request, draft, typed)
        if done is not None:
            return done
    elif draft.overtaken:
        return _overtaken(request, draft, status=409)
    return _publish_page(request, draft, typed)


@allowed(Permission.CHANGE, whole=True)
@require_POST
def merge(request: HttpRequest, kind: Kind) -> HttpResponse:
    """Put what others published and what the draft changes together; then it can be looked over."""
    draft = draft_of(request, kind)
    if draft.overtaken:
        told = keep_words("merged with the version in force")
        merge_draft(workspace(), draft=draft, person=person_of(request), told=told, now=timezone.now())
        undo_at = reverse(f"{kind}-undo")
        toast(request, _("Both are merged in your draft. Look it over, then publish it."), undo=undo_at)
    return HttpResponseRedirect(reverse(f"{kind}-publish"))


def frame_of(draft: Draft) -> dict[str, object]:
    """The addresses of what can be done with a draft."""
    kind = draft.kind
    return {
        "kind": kind,
        "title": {"journey": _("Journey"), "rules": _("Rules"), "framework": _("Your own framework")}[kind],
        "home": reverse(HOME[kind]),
        "undo": reverse(f"{kind}-undo"),
        "discard": reverse(f"{kind}-discard"),
        "publish": reverse(f"{kind}-publish"),
        "merge": reverse(f"{kind}-merge"),
        "versions": reverse(f"{kind}-versions"),
    }


def _publish(request: HttpRequest, draft: Draft, typed: Typed) -> HttpResponse | None:
    """Publish, or None where something is wrong with what was typed."""
    opened, person = workspace(), person_of(request)
    note = typed.text("note")
    instead = _instead(draft, typed)
    overwrite = typed.text("overwrite", most=64) or None
    if not typed.fits:
        return None
    before = draft.in_force
    try:
        publish_draft(
            opened,
            draft=draft,
            person=person,
            note=note,
            now=timezone.now(),
            instead=instead,
            overwrite=overwrite,
        )
    except PublishedSince:
        return _overtaken(request, draft_of(request, draft.kind), status=409)
    except InputError as error:
        typed.wrong[""] = error_words(error)
        return None
    undo_at = reverse(f"{draft.kind}-restore", args=[before]) if before and not instead else ""
    toast(request, _("Published. Pages show it from now on."), undo=undo_at)
    return HttpResponseRedirect(reverse(HOME[draft.kind]))


def _instead(draft: Draft, typed: Typed) -> dict[str, str | None]:
    """Where rules of each touchpoint taken away lead from now on."""
    found: dict[str, str | None] = {}
    known = [one.id for one in draft.journey.touchpoints] if draft.kind == "journey" else []
    for touchpoint in rules_of_removed(workspace(), draft):
        name = f"instead.{touchpoint}"
        chosen = typed.one_of(name, [GONE, *known], required=True)
        found[touchpoint] = None if chosen == GONE else chosen
    return found


def _publish_page(request: HttpRequest, draft: Draft, typed: Typed) -> HttpResponse:
    opened = workspace()
    in_force = None if draft.kind == "framework" else opened.journey(draft.name)[0]
    removed = rules_of_removed(opened, draft)
    context = {
        "draft": draft,
        "lines": difference_lines(differences(opened, draft)),
        "typed": typed,
        "removed": [
            {
                "name": f"instead.{name}",
                "label": label_of(in_force, name),
                "rules": n,
                "chosen": typed.values.get(f"instead.{name}", ""),
                "wrong": typed.wrong.get(f"instead.{name}", ""),
            }
            for name, n in removed.items()
            if in_force is not None
        ],
        "touchpoints": draft.journey.touchpoints if draft.kind == "journey" else (),
        "gone": GONE,
    }
    if draft.kind == "rules" and in_force is not None:
        context["preview"] = preview_lines(_moves(draft), in_force, draft_address)
    status = 200 if typed.fits else 400
    return render(request, "web/draft_publish.html", context | frame_of(draft), status=status)


def _moves(draft: Draft) -> RulesPreview:
    opened = workspace()
    old = rules_in_force(opened, draft.name)
    return lately(opened, ("moves", old, draft.rules), lambda: counted(compare_rules, opened, old=old, new=draft.rules))


def _overtaken(request: HttpRequest, draft: Draft, *, status: int) -> HttpResponse:
    """Both sides, and what can be done."""
    sides = both_sides(workspace(), draft)
    context = {
        "draft": draft,
        "sides": sides,
        "theirs": difference_lines(sides.theirs),
        "mine": difference_lines(sides.mine),
        "removed": rules_of_removed(workspace(), draft),
    }
    return render(request, "web/draft_overtaken.html", context | frame_of(draft), status=status)
