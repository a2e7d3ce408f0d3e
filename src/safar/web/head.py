"""HEAD is answered as GET, without the body: monitors and link checkers ask so. What a look would spend is kept."""

from __future__ import annotations

from collections.abc import Callable
from functools import wraps

from django.http import HttpRequest, HttpResponse, HttpResponseNotAllowed, StreamingHttpResponse
from django.http.response import HttpResponseBase


def only_get(view: Callable[..., HttpResponse]) -> Callable[..., HttpResponse]:
    """For a view where looking spends something, as a one-time link does: programs that look on may not."""

    @wraps(view)
    def checked(request: HttpRequest, *args: object, **kwargs: object) -> HttpResponse:
        if getattr(request, "asks_head", False):
            return HttpResponseNotAllowed(["GET"])
        return view(request, *args, **kwargs)

    return checked


class HeadMiddleware:
    """Stands outermost: no view needs to know of it, and none can forget it."""

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponseBase]) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponseBase:
        """Answer as to GET; what would follow the headers is left out."""
        if request.method != "HEAD":
            return self.get_response(request)
        request.method = "GET"
        request.asks_head = True  # type: ignore[attr-defined]
        response = self.get_response(request)
        # Emptied, and not made anew: what closes with the answer (files, the database) closes when it is sent.
        if isinstance(response, StreamingHttpResponse):
            response.streaming_content = iter(())
        elif isinstance(response, HttpResponse):
            response.content = b""
        return response
