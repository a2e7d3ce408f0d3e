"""Who may see a page: whoever takes part in the workspace and has the permission that the page's view asks for.

Closed by default: a view that asks for none is refused to everybody, unless it is marked `login_not_required`.
"""

from __future__ import annotations

from collections.abc import Callable
from functools import wraps
from typing import Any, Concatenate, ParamSpec, cast
from urllib.parse import urlencode

from django.core.exceptions import PermissionDenied
from django.http import HttpRequest, HttpResponse, HttpResponseBase, HttpResponseRedirect
from django.urls import reverse
from django.utils.http import url_has_allowed_host_and_scheme

from safar.domain.person import Permission, Person
from safar.errors import SafarError
from safar.notices import add_about
from safar.usecases.sign_in import person_behind

P = ParamSpec("P")
View = Callable[Concatenate[HttpRequest, P], HttpResponseBase]


def allowed(permission: Permission, *, whole: bool = False) -> Callable[[View[P]], View[P]]:
    """Mark a view with the permission that it asks for.

    whole: the page shows or changes what concerns all units, so that it is closed to those who may see only some.
    Every other view that reads facts takes its filters from `filter_form.read_filters`, which keeps to the units.
    """

    def mark(view: View[P]) -> View[P]:
        def marked(request: HttpRequest, *args: P.args, **kwargs: P.kwargs) -> HttpResponseBase:
            return view(request, *args, **kwargs)

        wrapped = wraps(view)(marked)
        wrapped.permission, wrapped.whole = permission, whole  # type: ignore[attr-defined]
        return cast("View[P]", wrapped)

    return mark


def refusing(error: type[SafarError]) -> Callable[[View[P]], View[P]]:
    """What somebody may look at but not change, as a verb tells by `error`, is refused as every page refuses."""

    def mark(view: View[P]) -> View[P]:
        def checked(request: HttpRequest, *args: P.args, **kwargs: P.kwargs) -> HttpResponseBase:
            try:
                return view(request, *args, **kwargs)
            except error as cause:
                raise PermissionDenied from cause

        return cast("View[P]", wraps(view)(checked))

    return mark


class AccessMiddleware:
    """Finds the person behind the session and turns others away."""

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponse]) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        """Answer."""
        return self.get_response(request)

    def process_view(
        self, request: HttpRequest, view: Callable[..., HttpResponse], args: Any, kwargs: Any
    ) -> HttpResponse | None:
        """Let the view run, or say why not."""
        if not getattr(view, "login_required", True):
            return None
        if not request.user.is_authenticated:
            wanted = urlencode({"next": request.get_full_path()}) if request.method == "GET" else ""
            return HttpResponseRedirect(f"{reverse('sign-in')}?{wanted}" if wanted else reverse("sign-in"))
        person = person_behind(request.user)
        add_about(person=person.id)
        if person.takes_part:
            # Set before anything is refused: the page that says so keeps the ways around.
            request.person = person  # type: ignore[attr-defined]
        permission = getattr(view, "permission", None)
        if permission is None or not person.may(permission):
            raise PermissionDenied
        if person.units is not None and getattr(view, "whole", False):
            raise PermissionDenied
        return None


def person_of(request: HttpRequest) -> Person:
    """The person of a request that passed the middleware."""
    person: Person = request.person  # type: ignore[attr-defined]
    return person


def safe_next(request: HttpRequest) -> str:
    """Where to go after signing in: a path of this server that the address names, else the start page."""
    wanted = request.GET.get("next", "")
    if wanted.startswith("/") and url_has_allowed_host_and_scheme(
        wanted, allowed_hosts=None, require_https=request.is_secure()
    ):
        return wanted
    return reverse("home")
