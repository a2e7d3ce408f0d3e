"""One line of the log for each request. It holds the form of the address, never the address: that may name a customer,
hold what somebody searched for, or be a one-time link."""

from __future__ import annotations

import itertools
import logging
import time
from collections.abc import Callable

from django.http import HttpRequest, HttpResponse

from safar.notices import about, notice
from safar.web.outside import sender_of

_log = logging.getLogger("safar.web")
_NUMBERS = itertools.count(1)
_REFUSED = (401, 403, 429)
_BROKEN = 500


class RequestLogMiddleware:
    """Tells each request and, besides, each file that leaves. What is told within carries the request's number."""

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponse]) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        """Answer."""
        began, method = time.perf_counter(), request.method  # what is asked by HEAD is answered as by GET
        with about(request=next(_NUMBERS), sender=sender_of(request)):
            response = self.get_response(request)
            route = route_of(request)
            if response.get("Content-Disposition", "").startswith("attachment"):
                notice(_log, "export.sent", route=route)
            notice(
                _log,
                "request",
                level=_level(response.status_code),
                method=method if method in _METHODS else "other",
                route=route,
                status=response.status_code,
                ms=round(1000 * (time.perf_counter() - began)),
                refused=getattr(request, "refused", None) if response.status_code in _REFUSED else None,
            )
        return response


def route_of(request: HttpRequest) -> str:
    """The form of the address, such as `/customers/<str:key>/`; `static` for the pages' own files."""
    match = request.resolver_match
    if match is not None:
        return f"/{match.route}"
    return "static" if request.path.startswith("/static/") else "none"


def refuse(request: HttpRequest, why: str) -> None:
    """Note why a request is refused, for its line: a word, not a text."""
    request.refused = why  # type: ignore[attr-defined]


_METHODS = ("GET", "HEAD", "POST", "PUT", "PATCH", "DELETE", "OPTIONS")


def _level(status: int) -> int:
    if status >= _BROKEN:
        return logging.ERROR
    return logging.WARNING if status in _REFUSED else logging.INFO
