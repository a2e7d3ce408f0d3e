"""Another month of a day field's grid, for pages that need not reload for it."""

from __future__ import annotations

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.views.decorators.http import require_GET

from safar.domain.person import Permission
from safar.errors import NotFound
from safar.web.access import allowed
from safar.web.day_field import DaysAsked, month_grid


class NoMonth(NotFound):
    """The address asks for no month of the calendar."""

    code = "days.no-month"
    next_step = "Open a page with a day field and choose a month there."


@allowed(Permission.SEE)
@require_GET
def days(request: HttpRequest) -> HttpResponse:
    """The grid alone."""
    asked: DaysAsked = getattr(request, "days_asked", None) or DaysAsked()
    for name, month in asked.months.items():
        return render(request, "web/parts/month_grid.html", {"grid": month_grid(name, value="", month=month)})
    raise NoMonth("No month was asked for.")
