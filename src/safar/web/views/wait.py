"""The page that is shown while a view is being counted."""

from __future__ import annotations

from collections.abc import Callable

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render

from safar.analysis.filters import Filters
from safar.domain.person import Person
from safar.web.filter_form import FilterForm, chips_of
from safar.web.waiting import Waiting
from safar.web.workspaces import workspace

_STILL = "X-Still-Counting"


class WaitMiddleware:
    """Tells a page that waits, once there is nothing more to wait for, to open what it waited for."""

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponse]) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        """Answer."""
        answer = self.get_response(request)
        if request.headers.get("HX-Target") == "waiting" and _STILL not in answer:
            return HttpResponse(status=204, headers={"HX-Refresh": "true"})
        return answer


def wait_response(
    request: HttpRequest, waiting: Waiting, *, form: FilterForm | None = None, other: Filters | None = None
) -> HttpResponse:
    """How long it has taken and what for; renews itself at the same address, with a script or without.

    other: the second group, where two are compared.
    """
    rows = workspace().log.head().rows
    person: Person | None = getattr(request, "person", None)
    context = {
        "form": form,
        "compares": other is not None,
        "other_chips": () if other is None else chips_of(other),
        "seconds": waiting.seconds,
        "in_line": waiting.in_line,
        "counted": person is not None and person.units is None,
        "contacts": rows.get("interactions", 0),
        "answers": rows.get("feedback", 0),
        "again": request.get_full_path(),
    }
    answer = render(request, "web/waiting.html", context)
    answer["Cache-Control"] = "no-store"
    answer[_STILL] = "yes"
    return answer
