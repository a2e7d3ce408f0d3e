"""Which of the workspace's journeys a request is about: asked for in the address (`?journey=ID`), else remembered in a
cookie, else the usual one of the workspace. Decided here once; every page then asks `workspace()`."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from functools import lru_cache
from urllib.parse import quote, unquote, urlencode

from django.http import HttpRequest, HttpResponse
from django.urls import reverse

from safar.domain.label import Label
from safar.errors import SafarError
from safar.files.journey import read_journey
from safar.usecases.workspace import Workspace
from safar.web.page_language import page_language
from safar.web.workspaces import on_journey, workspace

REMEMBER_S = 365 * 24 * 3600
_COOKIE = "safar_journey"
_MOST_LETTERS = 200


class JourneyMiddleware:
    """Chooses the journey, and remembers what the address asked for."""

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponse]) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        """Answer about the journey."""
        asked = request.GET.get("journey", "")[:_MOST_LETTERS]
        # What the address names and does not exist is told; what is only remembered is forgotten.
        chosen = asked or _remembered(request)
        with on_journey(chosen or None):
            response = self.get_response(request)
        if asked and response.status_code < 400:
            response.set_cookie(
                _COOKIE,
                quote(asked),  # a cookie holds no letters of other scripts
                max_age=REMEMBER_S,
                samesite="Lax",
                httponly=True,
                secure=request.is_secure(),
            )
        return response


@dataclass(frozen=True, slots=True, kw_only=True)
class JourneyLink:
    """A journey of the switch in the frame."""

    label: Label
    address: str
    on: bool


def journey_links(request: HttpRequest) -> tuple[JourneyLink, ...]:
    """The journeys in use: the same page of each, or its map where the page is about a place of one journey."""
    opened = workspace()
    names = _in_use(opened)
    match = request.resolver_match
    there = match is not None and not match.kwargs and request.method == "GET" and match.url_name != "home"
    path = request.path if there else reverse("journey")
    return tuple(
        JourneyLink(
            label=_label(opened.with_journey(None), entry.name, entry.hash),
            address=f"{path}?{urlencode({'journey': entry.name})}",
            on=entry.name == _current(opened, names),
        )
        for entry in (opened.published.current(kind="journey", name=name) for name in names)
    )


def workspace_name() -> str:
    """The workspace's name; where a journey in use is called the same, as that says it in the reader's language."""
    opened = workspace()
    try:
        for name in _in_use(opened):
            entry = opened.published.current(kind="journey", name=name)
            label = _label(opened.with_journey(None), entry.name, entry.hash)
            if opened.name in label.texts.values():
                return label.text(page_language())
    except SafarError:  # the frame stands around pages that tell of errors, too
        pass
    return opened.name


def _in_use(opened: Workspace) -> list[str]:
    away = opened.published.archived()
    return [name for name in opened.published.names("journey") if name not in away]


def _current(opened: Workspace, names: list[str]) -> str:
    if opened.chosen is not None or not names:
        return opened.chosen or ""
    return opened.published.current(kind="journey").name


@lru_cache(maxsize=256)
def _label(opened: Workspace, name: str, version: str) -> Label:
    entry = opened.published.find(kind="journey", version=version, name=name)
    return read_journey(opened.published.read(entry)).label


def _remembered(request: HttpRequest) -> str:
    found = unquote(request.COOKIES.get(_COOKIE, ""))[:_MOST_LETTERS]
    return found if found and found in _in_use(workspace()) else ""
