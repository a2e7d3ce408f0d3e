"""One shape for everything that goes wrong on a page: what is wrong, and the next step. Unknown causes are
logged, not shown."""

from __future__ import annotations

import logging
from collections.abc import Callable
from typing import Any

from django.contrib.auth.decorators import login_not_required
from django.core.exceptions import TooManyFieldsSent
from django.http import HttpRequest, HttpResponse, QueryDict
from django.shortcuts import render
from django.urls import reverse
from django.utils.translation import gettext as _

from safar.domain.person import Permission, Person
from safar.domain.wording import complete_commands, place_option
from safar.errors import Conflict, InputError, NotFound, SafarError
from safar.log.published import NotPublished
from safar.usecases.workspace import NoRules
from safar.web.navigation import Link, navigation
from safar.web.page_language import page_language
from safar.web.problem_words import next_step_words, problem_text
from safar.web.request_log import refuse, route_of
from safar.web.workspaces import workspace

_log = logging.getLogger("safar.web")


class ProblemMiddleware:
    """Turns an error of ours into a page with the status that fits it."""

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponse]) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        """Answer."""
        return self.get_response(request)

    def process_exception(self, request: HttpRequest, error: Exception) -> HttpResponse | None:
        """A page for errors that we raise on purpose; others go on to the page of status 500."""
        if not isinstance(error, SafarError):
            return None
        if isinstance(error, NotPublished):
            files = workspace().with_journey(None).published
            if not files.names("journey"):
                return nothing_published(request)
            if isinstance(error, NoRules) or not files.names("rules"):
                return no_rules_yet(request)
        status = _status(error)
        if status >= 500:
            _log.error("%s: %s", route_of(request), error)
        return problem_page(
            request,
            status=status,
            title=_title(status),
            message=problem_text(error.message, code=error.code),
            next_step=next_step_of(request, error),
            code=error.code,
        )


def problem_page(
    request: HttpRequest, *, status: int, title: str, message: str, next_step: str, code: str = ""
) -> HttpResponse:
    """The page that says what is wrong."""
    context = {"title": title, "message": message, "next_step": next_step, "code": code, "onward": _onward(request)}
    return render(request, "web/problem.html", context, status=status)


def _onward(request: HttpRequest) -> Link | None:
    """The page that the one asked for lies below, or that page itself without what was asked of it; None: the map."""
    person: Person | None = getattr(request, "person", None)
    if person is None:
        return None
    links = (link for area in navigation(request, person) for link in area.links)
    return next((link for link in links if link.within and (request.GET or not link.here)), None)


def nothing_published(request: HttpRequest) -> HttpResponse:
    """The state before the first journey is published: not an error, a next step."""
    return _empty(
        request,
        title=_("No journey yet"),
        message=_("There are facts, but no journey to lay them on."),
        next_step=_("Begin one from a framework, or have one proposed from the events in the log."),
        link=reverse("journeys"),
        link_title=_("Begin a journey"),
    )


def no_rules_yet(request: HttpRequest) -> HttpResponse:
    """The state of a journey before its first rule: not an error, a next step."""
    journey = workspace().journey_in_force()
    message = _("There is a journey, but no rule leads any event to its touchpoints.")
    if journey is not None and len(workspace().published.names("journey")) > 1:
        message = _("No rule leads any event to the touchpoints of the journey “%(name)s” yet.") % {
            "name": journey.label.text(page_language())
        }
    return _empty(
        request,
        title=_("No rules yet"),
        message=message,
        next_step=_("Say which event is which touchpoint."),
        link=reverse("rules"),
        link_title=_("To the rules"),
    )


def nothing_imported(request: HttpRequest) -> HttpResponse:
    """The state before the first import."""
    return _empty(
        request,
        title=_("No facts yet"),
        message=_("The experience log of this workspace is empty."),
        next_step=_("Import a file; without a recipe, one is proposed."),
        command=f"safar import FILE{place_for(request)}",
        link=reverse("new-import"),
        link_title=_("Import files"),
    )


def _empty(
    request: HttpRequest, *, title: str, message: str, next_step: str, link: str, link_title: str, command: str = ""
) -> HttpResponse:
    """An empty state. Who may not take the next step is told whom to ask."""
    person: Person | None = getattr(request, "person", None)
    context = {"title": title, "message": message}
    if person is not None and person.may(Permission.CHANGE):
        context |= {"next_step": next_step, "command": command, "link": link, "link_title": link_title}
    else:
        context["next_step"] = _("Ask a member or the owner of this workspace to do that.")
    return render(request, "web/empty.html", context)


def next_step_of(request: HttpRequest, error: SafarError) -> str:
    """What an error says to do next; whole commands for who may run them."""
    told = next_step_words(error, getattr(request, "person", None))
    return complete_commands(told, workspace().path) if _manages(request) else told


def place_for(request: HttpRequest) -> str:
    """What a command needs to find this workspace. Where that lies on the server is told to who manages it only."""
    return place_option(workspace().path) if _manages(request) else ""


def _manages(request: HttpRequest) -> bool:
    person: Person | None = getattr(request, "person", None)
    return person is not None and person.may(Permission.MANAGE)


def _status(error: SafarError) -> int:
    match error:
        case NotFound():
            return 404
        case InputError():
            return 400
        case Conflict():
            return 409
    return 500


def _title(status: int) -> str:
    return {
        400: _("The request is not valid"),
        403: _("No permission"),
        404: _("Page not found"),
        409: _("In use just now"),
    }.get(status, _("Something went wrong"))


@login_not_required
def bad_request(request: HttpRequest, exception: Exception) -> HttpResponse:
    """Status 400 for requests that Django refuses."""
    if isinstance(exception, TooManyFieldsSent):
        # The page's frame reads the address again, for links to other languages: it is refused as a whole.
        request.GET = QueryDict()
    return problem_page(
        request,
        status=400,
        title=_title(400),
        message=_("The request could not be understood."),
        next_step=_("Go back to the journey map and follow its links."),
    )


@login_not_required
def forbidden(request: HttpRequest, exception: Exception) -> HttpResponse:
    """Status 403: signed in, but not taking part, or not in a role that may do this."""
    person = getattr(request, "person", None)
    refuse(request, "no part" if person is None else "role" if person.units is None else "role or units")
    if person is None:
        message, next_step = (
            _("Your account takes no part in this workspace."),
            _("Ask the workspace's owner to let you in."),
        )
    elif person.units is not None:
        message = _("You may see some units only, and this page concerns others too.")
        next_step = _("Ask the workspace's owner if you need to see more.")
    else:
        message = _("Your role in this workspace does not allow this.")
        next_step = _("Ask the workspace's owner for another role if you need it.")
    return problem_page(request, status=403, title=_title(403), message=message, next_step=next_step)


@login_not_required
def not_found(request: HttpRequest, exception: Exception) -> HttpResponse:
    """Status 404."""
    return problem_page(
        request,
        status=404,
        title=_title(404),
        message=_("There is no page at this address."),
        next_step=_("Go back to the journey map and follow its links."),
    )


@login_not_required
def server_error(request: HttpRequest) -> HttpResponse:
    """Status 500. The cause is in the server's log."""
    return problem_page(
        request,
        status=500,
        title=_title(500),
        message=_("The page could not be made. The cause stands in the server's log."),
        next_step=_("Try again; if it stays, send the log's last lines to whoever runs the server."),
    )


@login_not_required
def csrf_failed(request: HttpRequest, reason: str = "", **_kwargs: Any) -> HttpResponse:
    """Status 403: a form that was not sent from our own page, or too old."""
    refuse(request, "form")
    return problem_page(
        request,
        status=403,
        title=_("The form is too old"),
        message=_("The form was not sent from a page of this session."),
        next_step=_("Reload the page and send it again."),
    )
