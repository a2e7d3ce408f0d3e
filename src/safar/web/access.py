"""Who may see a page: everybody who takes part in the workspace, nobody else.

Closed by default: a view is open to all only when it is marked `login_not_required`.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Any
from urllib.parse import urlencode

from django.core.exceptions import PermissionDenied
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.urls import reverse
from django.utils.http import url_has_allowed_host_and_scheme

from safar.domain.person import Person
from safar.usecases.sign_in import person_behind


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
        if not person.takes_part:
            raise PermissionDenied
        request.person = person  # type: ignore[attr-defined]
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
