"""Language and theme: asked for in the address (`?lang=fa`, `?theme=dark`), remembered in a cookie.

Who has asked for no language gets the one that their browser prefers, else the workspace's.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from functools import lru_cache
from hashlib import sha256
from pathlib import Path
from typing import Any

from django.conf import settings
from django.http import HttpRequest, HttpResponse, QueryDict
from django.utils import translation
from django.utils.cache import patch_vary_headers
from django.utils.translation.trans_real import parse_accept_lang_header

from safar.web.job_mail import may_wish_letter
from safar.web.journey_choice import journey_links, workspace_name
from safar.web.navigation import navigation
from safar.web.static_files import HTMX_ADDRESS
from safar.web.toast import toasts_of
from safar.web.workspaces import workspace

LANGUAGES = ("en", "fa")
THEMES = ("auto", "light", "dark")
REMEMBER_S = 365 * 24 * 3600
_COOKIES = {"lang": "safar_lang", "theme": "safar_theme"}
_STYLE = Path(__file__).parent / "static" / "safar.css"


@dataclass(frozen=True, slots=True)
class Preferences:
    """How this visitor reads."""

    language: str
    theme: str

    @property
    def direction(self) -> str:
        """`rtl` or `ltr`."""
        return "rtl" if translation.get_language_info(self.language)["bidi"] else "ltr"


class PreferencesMiddleware:
    """Reads the preferences, speaks the language, remembers what the address asked for."""

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponse]) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        """Answer in the visitor's language."""
        language = _choice(request, "lang", LANGUAGES, preferred_language(request) or settings.LANGUAGE_CODE)
        theme = _choice(request, "theme", THEMES, "auto")
        request.preferences = Preferences(language, theme)  # type: ignore[attr-defined]
        with translation.override(language):
            response = self.get_response(request)
        response.headers.setdefault("Content-Language", language)
        patch_vary_headers(response, ("Accept-Language", "Cookie"))
        for name, value in (("lang", language), ("theme", theme)):
            if name in request.GET:
                _remember(request, response, name, value)
        return response


def preferred_language(request: HttpRequest) -> str | None:
    """The language of these pages that the browser prefers ("fa-IR;q=0.9" is Persian too); None: it names neither."""
    for wanted, quality in parse_accept_lang_header(request.headers.get("Accept-Language", "")):
        code = wanted.partition("-")[0].lower()
        if quality > 0 and code in LANGUAGES:
            return code
    return None


def remember_language(request: HttpRequest, response: HttpResponse, language: str) -> None:
    """From the next page on, speak the language that a person chose; an empty one changes nothing."""
    if language in LANGUAGES:
        _remember(request, response, "lang", language)


def _remember(request: HttpRequest, response: HttpResponse, name: str, value: str) -> None:
    secure = request.is_secure()
    response.set_cookie(_COOKIES[name], value, max_age=REMEMBER_S, samesite="Lax", httponly=True, secure=secure)


def preferences_of(request: HttpRequest) -> Preferences:
    """The preferences of the request, also where an error came before they were read."""
    found = getattr(request, "preferences", None)
    return found if isinstance(found, Preferences) else Preferences(settings.LANGUAGE_CODE, "auto")


def page_frame(request: HttpRequest) -> dict[str, Any]:
    """What the frame around every page needs."""
    preferences = preferences_of(request)
    opened = workspace()
    person = getattr(request, "person", None)
    return {
        "person": person,
        "areas": navigation(request, person) if person is not None else (),
        "toasts": toasts_of(request) if person is not None else (),
        "htmx": HTMX_ADDRESS,
        "preferences": preferences,
        "mail_offered": may_wish_letter(request),
        "journeys": journey_links(request) if person is not None else (),
        "workspace_name": workspace_name(),
        "simulated": opened.simulated,
        "style_version": _style_version(_STYLE.stat().st_mtime_ns),
        "language_links": [
            {"code": code, "name": name, "address": _with(request.GET, "lang", code)}
            for code, name in settings.LANGUAGES
            if code != preferences.language
        ],
        "theme_links": [
            {"theme": theme, "address": _with(request.GET, "theme", theme), "on": theme == preferences.theme}
            for theme in THEMES
        ],
    }


def _choice(request: HttpRequest, name: str, allowed: tuple[str, ...], default: str) -> str:
    for value in (request.GET.get(name), request.COOKIES.get(_COOKIES[name])):
        if value in allowed:
            return value
    return default


def _with(query: QueryDict, name: str, value: str) -> str:
    changed = query.copy()
    changed[name] = value
    return f"?{changed.urlencode()}"


@lru_cache(maxsize=4)
def _style_version(_changed: int) -> str:
    return sha256(_STYLE.read_bytes()).hexdigest()[:12]
