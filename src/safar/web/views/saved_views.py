"""Saved views of the map: the list, opening one, and what is done to them."""

from __future__ import annotations

from uuid import UUID

from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.shortcuts import render
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET, require_http_methods, require_POST

from safar.domain.person import Permission
from safar.usecases import saved_views as verbs
from safar.usecases.saved_views import BadView, ViewNotYours
from safar.usecases.share_links import read_links, sharers_of
from safar.web.access import allowed, person_of, refusing
from safar.web.links import with_query
from safar.web.problem_words import set_beside
from safar.web.saved_views_page import journey_named, journey_titles, lay_out_views, map_address
from safar.web.toast import toast
from safar.web.view_forms import SaveViewForm, ViewForm
from safar.web.workspaces import workspace

_OWN = ("address", "title", "shared", "lang", "theme")
"""Names in the address of the form that are no filters of the map."""


@allowed(Permission.SEE)
@require_GET
def saved_views(request: HttpRequest) -> HttpResponse:
    """One's own and the team's, of all journeys."""
    person, opened = person_of(request), workspace()
    found = lay_out_views(
        verbs.read_views(person=person),
        person=person,
        titles=journey_titles(opened),
        links=read_links(person=person, now=timezone.now()),
    )
    context = {
        "mine": [one for one in found if one.is_mine],
        "of_others": [one for one in found if not one.is_mine],
        "may_share": sharers_of(opened.settings).include(person),
    }
    return render(request, "web/saved_views.html", context)


@allowed(Permission.SEE)
@require_GET
def saved_view(request: HttpRequest, view: UUID) -> HttpResponse:
    """Open it: the map at its address, within what the reader may see."""
    return HttpResponseRedirect(map_address(verbs.read_view(view, person=person_of(request))))


@allowed(Permission.SEE)
@require_http_methods(["GET", "POST"])
@refusing(ViewNotYours)
def save(request: HttpRequest) -> HttpResponse:
    """Save the view of the address, or one whose address is pasted."""
    person, opened = person_of(request), workspace()
    zone = opened.settings.time_zone
    address = request.GET.get("address") or _map_of(request)
    first = {"address": address[:6_000], "title": request.GET.get("title", "")[:120]}
    form = SaveViewForm(request.POST or None, person=person, time_zone=zone, initial=first)
    if request.method == "POST" and form.is_valid():
        pairs = form.cleaned_data["address"]
        try:
            made = verbs.save_view(
                journey=journey_named(opened, pairs),
                title=form.cleaned_data["title"],
                query=[pair for pair in pairs if pair[0] != "journey"],
                shared=bool(form.cleaned_data.get("shared")),
                person=person,
                now=timezone.now(),
            )
        except BadView as error:
            set_beside(form, "title", error)
        else:
            toast(request, _("“%(title)s” is saved.") % {"title": made.title})
            return HttpResponseRedirect(map_address(made))
    return render(request, "web/saved_view_save.html", {"form": form})


def _map_of(request: HttpRequest) -> str:
    """The map as the address of this page filters it, for who typed the filters here."""
    pairs = [(name, str(one)) for name in request.GET if name not in _OWN for one in request.GET.getlist(name)]
    return with_query(reverse("journey"), pairs)


@allowed(Permission.SEE)
@require_http_methods(["GET", "POST"])
@refusing(ViewNotYours)
def change(request: HttpRequest, view: UUID) -> HttpResponse:
    """Rename it, share it with the team, or take it back."""
    person = person_of(request)
    found = verbs.changeable_view(view, person=person)
    form = ViewForm(request.POST or None, person=person, initial={"title": found.title, "shared": found.shared})
    if found.owner != person.id:
        form.fields.pop("shared", None)
    if request.method == "POST" and form.is_valid():
        try:
            verbs.change_view(
                view,
                title=form.cleaned_data["title"],
                shared=bool(form.cleaned_data.get("shared", found.shared)),
                person=person,
                now=timezone.now(),
            )
        except BadView as error:
            set_beside(form, "title", error)
        else:
            toast(request, _("The view was changed."))
            return HttpResponseRedirect(reverse("saved-views"))
    return render(request, "web/saved_view_change.html", {"view": found, "form": form})


@allowed(Permission.SEE)
@require_POST
@refusing(ViewNotYours)
def remove(request: HttpRequest, view: UUID) -> HttpResponse:
    """Take it away, with undo."""
    found = verbs.remove_view(view, person=person_of(request), now=timezone.now())
    toast(
        request,
        _("“%(title)s” was removed.") % {"title": found.title},
        undo=reverse("saved-view-restore", args=[view]),
    )
    return HttpResponseRedirect(reverse("saved-views"))


@allowed(Permission.SEE)
@require_POST
@refusing(ViewNotYours)
def restore(request: HttpRequest, view: UUID) -> HttpResponse:
    """Bring it back."""
    found = verbs.restore_view(view, person=person_of(request))
    toast(request, _("“%(title)s” is back.") % {"title": found.title})
    return HttpResponseRedirect(reverse("saved-views"))
