"""The journey editor: the draft as it stands, and the forms that change it."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import replace
from typing import TypeVar
from urllib.parse import urlencode

from django.contrib import messages
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.shortcuts import render
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET, require_http_methods, require_POST

from safar.domain.journey import BadJourney, Journey, Step, Touchpoint
from safar.domain.journey_edits import put_step, put_touchpoint, remove_step, remove_touchpoint
from safar.domain.person import Permission
from safar.errors import NotFound
from safar.usecases.drafts import Draft, change_journey
from safar.usecases.inventory import suggestion_of
from safar.usecases.log_columns import link_names
from safar.web.access import allowed, person_of
from safar.web.arranging import pressed
from safar.web.editor_forms import (
    frame_form,
    frame_of_form,
    step_form,
    step_of_form,
    touchpoint_form,
    touchpoint_of_form,
)
from safar.web.editor_page import editor_page, known_channels, passage_words
from safar.web.inventory_page import actor_names, moment_names, place_words
from safar.web.problem_words import error_words
from safar.web.stored_words import keep_words, say
from safar.web.toast import toast
from safar.web.typed import Typed
from safar.web.views.drafts import draft_of, frame_of
from safar.web.workspaces import workspace

P = TypeVar("P", Step, Touchpoint)


class NoSuchPart(NotFound):
    """The draft has no such step or touchpoint."""

    code = "draft.no-such-part"
    next_step = "Open the editor again: it may have been taken away since."


@allowed(Permission.CHANGE, whole=True)
@require_GET
def edit(request: HttpRequest) -> HttpResponse:
    """The draft: what the journey is, its steps, their touchpoints."""
    draft = draft_of(request, "journey")
    context = {"page": editor_page(draft.journey), "draft": draft, "passage": passage_words(draft.journey)}
    return render(request, "web/journey_edit.html", context | frame_of(draft))


@allowed(Permission.CHANGE, whole=True)
@require_http_methods(["GET", "POST"])
def frame(request: HttpRequest) -> HttpResponse:
    """What the journey as a whole is."""
    draft = draft_of(request, "journey")
    journey = draft.journey
    typed = Typed.of(request.POST) if request.method == "POST" else frame_form(journey)
    if request.method == "POST":
        changed = _tried(typed, lambda: frame_of_form(typed, journey))
        if changed is not None:
            return _save(request, draft, changed, keep_words("the journey as a whole"))
    context = {"typed": typed, "journey": journey, "draft": draft, "links": workspace_links()}
    return render(request, "web/journey_frame.html", context | frame_of(draft), status=_status(typed))


@allowed(Permission.CHANGE, whole=True)
@require_http_methods(["GET", "POST"])
def step(request: HttpRequest) -> HttpResponse:
    """A step, old or new."""
    draft = draft_of(request, "journey")
    journey = draft.journey
    old = _part(journey.steps, request.GET.get("id"))
    typed = Typed.of(request.POST) if request.method == "POST" else step_form(journey, old)
    if request.method == "POST":
        made = step_of_form(typed, journey, old)
        if made is not None:
            changed = _tried(typed, lambda: put_step(journey, made, position=typed.position("position")))
            if changed is not None:
                told = keep_words("step %(name)s", name=made.label)
                return _save(request, draft, changed, told, anchor=f"step-{made.id}")
    places = list(range(len(journey.steps) + (old is None)))
    context = {"typed": typed, "old": old, "journey": journey, "draft": draft, "places": places}
    return render(request, "web/journey_step.html", context | frame_of(draft), status=_status(typed))


@allowed(Permission.CHANGE, whole=True)
@require_http_methods(["GET", "POST"])
def touchpoint(request: HttpRequest) -> HttpResponse:
    """A touchpoint, old, new or suggested."""
    draft = draft_of(request, "journey")
    journey = draft.journey
    old = _part(journey.touchpoints, request.GET.get("id"))
    suggested = suggestion_of(journey, request.GET.get("suggested", ""))
    typed = Typed.of(request.POST)
    if request.method == "POST":
        made = touchpoint_of_form(typed, journey, old)
        if made is not None:
            changed = _tried(typed, lambda: put_touchpoint(journey, made, position=typed.position("position")))
            if changed is not None:
                told = keep_words("touchpoint %(name)s", name=made.label)
                return _save(request, draft, changed, told, anchor=f"touchpoint-{made.id}")
    else:
        begin = suggested.prefilled if suggested is not None else old
        typed = touchpoint_form(journey, begin, step=request.GET.get("step", ""), known=old is not None)
    longest = max((sum(t.step == s.id for t in journey.touchpoints) for s in journey.steps), default=0)
    context = {
        "typed": typed,
        "old": old,
        "suggested": suggested,
        "suggested_places": place_words(suggested.element.places) if suggested is not None else "",
        "journey": journey,
        "draft": draft,
        "places": list(range(longest + 1)),
        "moments": moment_names(),
        "actors": actor_names(),
        "channels": known_channels(workspace(), journey),
        "owners": sorted({one.owner for one in journey.touchpoints if one.owner}),
    }
    return render(request, "web/journey_touchpoint.html", context | frame_of(draft), status=_status(typed))


@allowed(Permission.CHANGE, whole=True)
@require_POST
def arrange(request: HttpRequest) -> HttpResponse:
    """Move one part a place up or down, or to a place ("to", with `position` and, of a touchpoint, the step in
    `into`), or take it away; "do" is what:which:id."""
    draft = draft_of(request, "journey")
    journey = draft.journey
    what, _sep, rest = str(request.POST.get("do", ""))[:300].partition(":")
    which, _sep, name = rest.partition(":")
    anchor = f"{which}-{name}"
    try:
        if which == "step":
            changed, told = _arrange_step(journey, what, name, to=_place_asked(request))
        else:
            into = str(request.POST.get("into", ""))[:300]
            changed, told = _arrange_touchpoint(journey, what, name, to=_place_asked(request), into=into)
        if changed is None:  # a step with touchpoints: where these go is asked first
            return HttpResponseRedirect(f"{reverse('journey-remove-step')}?{urlencode({'id': name})}")
    except BadJourney as error:
        toast(request, error_words(error), kind=messages.ERROR)
        return HttpResponseRedirect(f"{reverse('journey-edit')}#{anchor}")
    return _save(request, draft, changed, told, anchor="" if what == "remove" else _focus(changed, what, which, name))


def _focus(journey: Journey, what: str, which: str, name: str) -> str:
    if which == "step":
        own = [one.id for one in journey.steps]
    else:
        step = next(one.step for one in journey.touchpoints if one.id == name)
        own = [one.id for one in journey.touchpoints if one.step == step]
    return pressed(what, f"{which}-{name}", place=own.index(name), places=len(own))


@allowed(Permission.CHANGE, whole=True)
@require_http_methods(["GET", "POST"])
def remove_step_of(request: HttpRequest) -> HttpResponse:
    """Take a step away whose touchpoints go to another step, or with it."""
    draft = draft_of(request, "journey")
    journey = draft.journey
    old = _part(journey.steps, request.GET.get("id"))
    if old is None:
        raise NoSuchPart("No step was named.")
    others = [one for one in journey.steps if one.id != old.id]
    typed = Typed.of(request.POST)
    if request.method == "POST":
        to = typed.one_of("to", [one.id for one in others])
        if typed.fits:
            changed = _tried(typed, lambda: remove_step(journey, old.id, touchpoints_to=to or None))
            if changed is not None:
                return _save(request, draft, changed, keep_words("without step %(name)s", name=old.label))
    own = [one for one in journey.touchpoints if one.step == old.id]
    context = {"typed": typed, "old": old, "others": others, "own": own, "draft": draft}
    return render(request, "web/journey_remove_step.html", context | frame_of(draft), status=_status(typed))


def workspace_links() -> tuple[str, ...]:
    """The links that tie facts together in the log: what a passage may be cut by."""
    return link_names(workspace())


def _place_asked(request: HttpRequest) -> int:
    text = str(request.POST.get("position", ""))
    return int(text) if text.isascii() and text.isdecimal() and len(text) < 6 else 0


def _arrange_step(journey: Journey, what: str, name: str, *, to: int) -> tuple[Journey | None, str]:
    part = _part(journey.steps, name)
    if part is None:
        raise NoSuchPart("No step was named.")
    if what == "remove":
        if any(one.step == name for one in journey.touchpoints):
            return None, ""
        return remove_step(journey, name), keep_words("without step %(name)s", name=part.label)
    here = [one.id for one in journey.steps].index(name)
    place = to if what == "to" else here + (1 if what == "down" else -1)
    return put_step(journey, part, position=place), keep_words("order of the steps: %(name)s", name=part.label)


def _arrange_touchpoint(journey: Journey, what: str, name: str, *, to: int, into: str) -> tuple[Journey, str]:
    part = _part(journey.touchpoints, name)
    if part is None:
        raise NoSuchPart("No touchpoint was named.")
    if what == "remove":
        return remove_touchpoint(journey, name), keep_words("without touchpoint %(name)s", name=part.label)
    ordered = keep_words("order of the touchpoints: %(name)s", name=part.label)
    if what == "to":
        step = _part(journey.steps, into or part.step)
        if step is None:
            raise NoSuchPart("No step was named.")
        changed = put_touchpoint(journey, replace(part, step=step.id), position=to)
        return changed, ordered
    siblings = [one.id for one in journey.touchpoints if one.step == part.step]
    place = siblings.index(name) + (1 if what == "down" else -1)
    return put_touchpoint(journey, part, position=place), ordered


def _save(request: HttpRequest, draft: Draft, changed: Journey, told: str, *, anchor: str = "") -> HttpResponse:
    if change_journey(draft, changed, person=person_of(request), told=told, now=timezone.now()):
        toast(request, _("In your draft: %(change)s") % {"change": say(told)}, undo=reverse("journey-undo"))
    return HttpResponseRedirect(f"{reverse('journey-edit')}{'#' + anchor if anchor else ''}")


def _tried(typed: Typed, change: Callable[[], Journey | None]) -> Journey | None:
    """The changed journey, or None with what is wrong said in the form."""
    try:
        changed = change()
    except BadJourney as error:
        typed.wrong[""] = error_words(error)
        return None
    return changed if typed.fits else None


def _part(parts: Sequence[P], name: str | None) -> P | None:
    if not name:
        return None
    for part in parts:
        if part.id == name:
            return part
    raise NoSuchPart(f"The journey has no {name[:60]!r}.")


def _status(typed: Typed) -> int:
    return 200 if typed.fits else 400
