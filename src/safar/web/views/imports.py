"""Imports: what was imported, and what can be done about it."""

from __future__ import annotations

from uuid import UUID

from django.http import Http404, HttpRequest, HttpResponse, HttpResponseRedirect, StreamingHttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_GET, require_http_methods

from safar.analysis.filters import NO_FILTERS
from safar.domain.person import Permission
from safar.usecases import imports as verbs
from safar.usecases.import_ import NothingSetAside, set_aside_files, undo_import
from safar.usecases.importing.mending import harmless_rows
from safar.usecases.people import list_people
from safar.usecases.uploads import own_uploads
from safar.web import numerals
from safar.web.access import allowed, person_of
from safar.web.import_page import import_rows, plain_warnings, told_reasons
from safar.web.links import Links
from safar.web.reading import has_facts
from safar.web.toast import toast
from safar.web.workspaces import workspace


@allowed(Permission.CHANGE, whole=True)
@never_cache
@require_GET
def imports(request: HttpRequest) -> HttpResponse:
    """The newest imports, and one's own uploads that are not imported yet."""
    opened = workspace()
    told = request.GET.get("before", "")
    entries = verbs.list_imports(opened, before=int(told) if told.isdecimal() and len(told) < 10 else None)
    context = {
        "rows": import_rows(entries, _names()),
        "uploads": own_uploads(workspace=opened, person=person_of(request).id),
        "older": entries[-1].number if len(entries) == verbs.LISTED else None,
        "has_facts": has_facts(opened),
    }
    return render(request, "web/imports.html", context)


@allowed(Permission.CHANGE, whole=True)
@never_cache
@require_GET
def one(request: HttpRequest, number: int) -> HttpResponse:
    """What one import read and did."""
    opened = workspace()
    entry = verbs.read_import(opened, number)
    context = {
        "row": import_rows([entry], _names())[0],
        "may_undo": verbs.may_undo(opened, entry),
        "has_rules": bool(opened.published.names("rules")),
        "has_journey": bool(opened.published.names("journey")),
        "asides": list(enumerate(entry.aside_files, start=1)),
        "reasons": told_reasons(entry.reasons),
        "warnings": plain_warnings(entry.warnings),
        "behind": {} if entry.undone else _behind(number),
    }
    return render(request, "web/import.html", context)


@allowed(Permission.CHANGE, whole=True)
@never_cache
@require_GET
def set_aside(request: HttpRequest, number: int, part: int) -> StreamingHttpResponse:
    """The rows that an import set aside, as they came, to be mended."""
    found = set_aside_files(workspace=workspace(), import_no=number)
    if not 1 <= part <= len(found):
        raise NothingSetAside(f"Import {number} set no such rows aside.")
    answer = StreamingHttpResponse(harmless_rows(found[part - 1]), content_type="text/csv; charset=utf-8")
    name = f"mend-{number}-{part}.csv" if len(found) > 1 else f"mend-{number}.csv"
    answer["Content-Disposition"] = f'attachment; filename="{name}"'
    return answer


@allowed(Permission.CHANGE, whole=True)
@never_cache
@require_http_methods(["GET", "POST"])
def undo(request: HttpRequest, number: int) -> HttpResponse:
    """Bring back what stood before an import, after asking."""
    opened = workspace()
    entry = verbs.read_import(opened, number)
    if request.method == "GET":
        if entry.undone is not None:
            raise Http404
        return render(request, "web/import_undo.html", {"row": import_rows([entry], _names())[0]})
    undo_import(workspace=opened, import_no=number, now=timezone.now())
    toast(request, _("Import %(number)s is undone.") % {"number": numerals.plain_digits(number)})
    return HttpResponseRedirect(reverse("imports"))


def _behind(number: int) -> dict[str, str]:
    """Where the facts are listed that an import brought or corrected last."""
    links = Links(NO_FILTERS, "UTC")
    return {table: links.facts(table, import_no=number) for table in ("interactions", "feedback")}


def _names() -> dict[UUID, str]:
    return {account.id: account.name for account in list_people()}
