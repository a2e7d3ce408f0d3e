"""The touchpoint inventory: a page and a file."""

from __future__ import annotations

import csv
import io

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.views.decorators.http import require_GET

from safar.domain.person import Permission, Person
from safar.files.spreadsheet_cell import harmless
from safar.usecases.inventory import Inventory, read_inventory
from safar.web.access import allowed, person_of
from safar.web.counting import counted
from safar.web.inventory_page import file_rows, inventory_page, read_choice
from safar.web.reading import lately
from safar.web.workspaces import workspace


@allowed(Permission.SEE)
@require_GET
def touchpoints(request: HttpRequest) -> HttpResponse:
    """Every touchpoint of the journey, narrowed and ordered as the address says."""
    person = person_of(request)
    found = _inventory(person)
    page = inventory_page(found, choice=read_choice(request.GET), may_change=person.may(Permission.CHANGE))
    return render(request, "web/touchpoints.html", {"page": page})


@allowed(Permission.SEE)
@require_GET
def touchpoints_csv(request: HttpRequest) -> HttpResponse:
    """The same rows as a file."""
    found = _inventory(person_of(request))
    out = io.StringIO()
    writer = csv.writer(out)
    for row in file_rows(found, choice=read_choice(request.GET)):
        writer.writerow([harmless(value) for value in row])
    answer = HttpResponse(out.getvalue(), content_type="text/csv; charset=utf-8")
    answer["Content-Disposition"] = f'attachment; filename="{reverse("touchpoints").strip("/")}.csv"'
    return answer


def _inventory(person: Person) -> Inventory:
    opened = workspace()
    return lately(opened, ("inventory", person.units), lambda: counted(read_inventory, opened, units=person.units))
