"""The journeys of the workspace: begin one, rename it, put it away and bring it back."""

from __future__ import annotations

from urllib.parse import urlencode

from django.contrib import messages
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.shortcuts import render
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST

from safar.domain.person import Permission
from safar.errors import InputError, SafarError
from safar.usecases.journeys import (
    COPY_OF,
    FROM_LOG,
    begin_journey,
    bring_back,
    list_journeys,
    make_usual,
    packaged_journeys,
    put_away,
    rename_journey,
)
from safar.web.access import allowed, person_of
from safar.web.page_language import page_language
from safar.web.problem_words import error_words
from safar.web.toast import toast
from safar.web.typed import Typed
from safar.web.workspaces import workspace


@allowed(Permission.CHANGE, whole=True)
@require_http_methods(["GET", "POST"])
def journeys(request: HttpRequest) -> HttpResponse:
    """All journeys, and the form that begins one."""
    opened = workspace()
    listed = list_journeys(opened)
    sources = _sources(request)
    typed = Typed.of(request.POST)
    if request.method == "POST":
        label = typed.label()
        source = typed.one_of("source", [value for value, _text in sources], required=True)
        if typed.fits:
            try:
                now, by = timezone.now(), person_of(request).name
                made = begin_journey(opened, label=label, source=source, now=now, by=by)
            except SafarError as error:
                typed.wrong[""] = error_words(error)
            else:
                toast(
                    request,
                    _(
                        "The journey has begun; nobody else is on it yet. "
                        "Make it yours, then lead events to its touchpoints."
                    ),
                )
                return HttpResponseRedirect(f"{reverse('journey-edit')}?{urlencode({'journey': made.name})}")
    context = {
        "rows": [
            {"entry": one}
            | {
                name: f"{reverse(page)}?{urlencode({'journey': one.name})}"
                for name, page in (("address", "journey"), ("inventory", "touchpoints"), ("rules", "rules"))
            }
            for one in listed
        ],
        "sources": sources,
        "typed": typed,
        "in_use": sum(one.archived is None for one in listed),
    }
    return render(request, "web/journeys.html", context, status=200 if typed.fits else 400)


@allowed(Permission.CHANGE, whole=True)
@require_POST
def rename(request: HttpRequest) -> HttpResponse:
    """Call a journey otherwise."""
    typed = Typed.of(request.POST)
    name = typed.text("name", required=True)
    opened = workspace()
    journey, before = opened.journey(name or "-")
    label = typed.label(journey.label)
    if not typed.fits:
        toast(request, next(iter(typed.wrong.values())), kind=messages.ERROR)
    elif label != journey.label:
        rename_journey(opened, name=name, label=label, now=timezone.now(), by=person_of(request).name)
        undo = reverse("journey-restore", args=[before.hash]) if opened.journey()[0].id == name else ""
        toast(request, _("The journey is renamed."), undo=undo)
    return HttpResponseRedirect(reverse("journeys"))


@allowed(Permission.CHANGE, whole=True)
@require_POST
def archive(request: HttpRequest) -> HttpResponse:
    """Put a journey away; it can be brought back from the same page."""
    name = str(request.POST.get("name", ""))[:200]
    try:
        put_away(workspace(), name=name, now=timezone.now(), by=person_of(request).name)
    except InputError:
        raise
    except SafarError as error:
        toast(request, error_words(error), kind=messages.ERROR)
    else:
        toast(request, _("The journey is put away. Nothing is lost: bring it back whenever you need it."))
    return HttpResponseRedirect(reverse("journeys"))


@allowed(Permission.CHANGE, whole=True)
@require_POST
def back(request: HttpRequest) -> HttpResponse:
    """Use a journey again that was put away."""
    name = str(request.POST.get("name", ""))[:200]
    bring_back(workspace(), name=name, now=timezone.now(), by=person_of(request).name)
    toast(request, _("The journey is in use again."))
    return HttpResponseRedirect(reverse("journeys"))


@allowed(Permission.CHANGE, whole=True)
@require_POST
def usual(request: HttpRequest) -> HttpResponse:
    """Have everybody who chose no journey see this one."""
    opened, name = workspace(), str(request.POST.get("name", ""))[:200]
    before = opened.published.usual_journey()
    make_usual(opened, name=name, now=timezone.now(), by=person_of(request).name)
    if before != name:
        toast(request, _("Everybody who chose no journey sees this one now."))
    return HttpResponseRedirect(reverse("journeys"))


def _sources(request: HttpRequest) -> list[tuple[str, str]]:
    """What a journey may begin from: (value, words)."""
    language = page_language()
    found = [(name, label.text(language)) for name, label in packaged_journeys().items()]
    copies = [
        (f"{COPY_OF}{one.name}", _("a copy of %(name)s") % {"name": one.label.text(language)})
        for one in list_journeys(workspace())
        if one.archived is None
    ]
    return [*found, (FROM_LOG, _("proposed from the events in the log")), *copies]
