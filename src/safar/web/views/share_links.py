"""Links that show a saved view: to colleagues, and to people without an account where the workspace permits it."""

from __future__ import annotations

import secrets
from uuid import UUID

from django.core.exceptions import PermissionDenied
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.shortcuts import render
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_GET, require_http_methods, require_POST

from safar.domain.person import Permission
from safar.usecases import share_links as verbs
from safar.usecases.saved_views import read_view
from safar.usecases.share_links import BadLink, MayNotShare
from safar.web.access import allowed, person_of
from safar.web.outside import whole_address
from safar.web.problem_words import set_beside
from safar.web.toast import toast
from safar.web.view_forms import ShareForm
from safar.web.workspaces import workspace

_HANDED = "handed-share-link"


@allowed(Permission.SEE)
@never_cache
@require_http_methods(["GET", "POST"])
def share(request: HttpRequest, view: UUID) -> HttpResponse:
    """The link for colleagues, and links for people without an account."""
    person, settings, now = person_of(request), workspace().settings, timezone.now()
    found = read_view(view, person=person)
    form = ShareForm(request.POST or None, most=settings.share_days, initial={"days": min(14, settings.share_days)})
    if request.method == "POST" and form.is_valid():
        token = secrets.token_urlsafe(32)
        try:
            verbs.make_link(
                view,
                days=form.cleaned_data["days"],
                quotes=form.cleaned_data["quotes"],
                token=token,
                person=person,
                settings=settings,
                now=now,
            )
        except MayNotShare as error:
            raise PermissionDenied from error
        except BadLink as error:
            set_beside(form, "days", error)
        else:
            request.session[_HANDED] = [str(view), whole_address(request, reverse("shared", args=[token]))]
            return HttpResponseRedirect(reverse("saved-view-share", args=[view]))
    handed = request.session.get(_HANDED)
    if handed is not None and handed[0] == str(view):
        del request.session[_HANDED]
    context = {
        "view": found,
        "may_change": found.is_changed_by(person),
        "own": whole_address(request, reverse("saved-view", args=[view])),
        "form": form,
        "may_share": verbs.sharers_of(settings).include(person),
        "may_manage": person.may(Permission.MANAGE),
        "handed": handed[1] if handed is not None and handed[0] == str(view) else "",
        "links": verbs.read_links(person=person, now=now, view=view),
        "me": person.id,
    }
    return render(request, "web/saved_view_share.html", context)


@allowed(Permission.SEE)
@require_GET
def links(request: HttpRequest) -> HttpResponse:
    """One's own links, and everybody's for the workspace's owner."""
    person = person_of(request)
    context = {
        "links": verbs.read_links(person=person, now=timezone.now()),
        "may_share": verbs.sharers_of(workspace().settings).include(person),
        "me": person.id,
    }
    return render(request, "web/share_links.html", context)


@allowed(Permission.SEE)
@require_POST
def end(request: HttpRequest, link: UUID) -> HttpResponse:
    """It opens nothing from now on, with undo."""
    verbs.end_link(link, person=person_of(request), now=timezone.now())
    toast(request, _("The link opens nothing any more."), undo=reverse("share-link-resume", args=[link]))
    return HttpResponseRedirect(reverse("share-links"))


@allowed(Permission.SEE)
@require_POST
def resume(request: HttpRequest, link: UUID) -> HttpResponse:
    """It works again."""
    verbs.resume_link(link, person=person_of(request))
    toast(request, _("The link works again."))
    return HttpResponseRedirect(reverse("share-links"))
