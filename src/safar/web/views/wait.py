"""The page that is shown while a view is being counted."""

from __future__ import annotations

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render

from safar.web.filter_form import FilterForm
from safar.web.waiting import Waiting
from safar.web.workspaces import workspace


def wait_response(request: HttpRequest, waiting: Waiting, *, form: FilterForm) -> HttpResponse:
    """How long it has taken and what for; renews itself without a script, at the same address."""
    rows = workspace().log.head().rows
    context = {
        "form": form,
        "seconds": waiting.seconds,
        "in_line": waiting.in_line,
        "contacts": rows.get("interactions", 0),
        "answers": rows.get("feedback", 0),
        "again": request.get_full_path(),
    }
    answer = render(request, "web/waiting.html", context)
    answer["Cache-Control"] = "no-store"
    return answer
