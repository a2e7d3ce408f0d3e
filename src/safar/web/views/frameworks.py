"""The frameworks: the list, one of them, one element of it, and two side by side."""

from __future__ import annotations

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET

from safar import frameworks as packaged
from safar.domain.person import Permission
from safar.usecases.frameworks import OWN, compare_frameworks, find_framework, own_framework, read_element, shelf
from safar.web.access import allowed, person_of
from safar.web.element_page import element_page
from safar.web.framework_compare_page import compare_page
from safar.web.framework_diagram import diagrams
from safar.web.framework_page import cards, found_by, framework_page, read_narrowed
from safar.web.workspaces import workspace


@allowed(Permission.SEE)
@require_GET
def frameworks(request: HttpRequest) -> HttpResponse:
    """The five papers' frameworks and the company's own, and what was searched for in all of them."""
    words = " ".join(str(request.GET.get("q", "")).split())[:100]
    hits, total = found_by(words, workspace()) if words else ((), 0)
    context = {
        "cards": cards(workspace()),
        "q": words,
        "hits": hits,
        "total": total,
        "has_own": own_framework(workspace()) is not None,
        "may_change": _may_change(request),
    }
    return render(request, "web/frameworks.html", context)


@allowed(Permission.SEE)
@require_GET
def framework(request: HttpRequest, name: str) -> HttpResponse:
    """One framework: its diagrams and its elements, narrowed as the address says."""
    found = find_framework(workspace(), name)
    narrowed = read_narrowed(request.GET, found)
    context = {
        "page": framework_page(found, narrowed),
        "drawn": diagrams(found),
        "others": [one for one in shelf(workspace()) if one.name != name],
        "may_change": _may_change(request),
        "has_own": own_framework(workspace()) is not None,
    }
    return render(request, "web/framework.html", context)


@allowed(Permission.SEE)
@require_GET
def element(request: HttpRequest, name: str, element: str) -> HttpResponse:
    """One element with all that is known of it."""
    known = read_element(workspace(), framework=name, element=element)
    titles = {
        "level": _("Level"),
        "role": _("Role"),
        "step": _("Step"),
        "kind": _("Kind"),
        "actor": _("Who acts"),
    }
    context = {
        "page": element_page(known, journey=workspace().journey_in_force(), titles=titles),
        "may_change": _may_change(request),
        "has_own": own_framework(workspace()) is not None,
    }
    return render(request, "web/framework_element.html", context)


@allowed(Permission.SEE)
@require_GET
def compare(request: HttpRequest) -> HttpResponse:
    """Two frameworks side by side."""
    names = [one.name for one in shelf(workspace())]
    left, right = (str(request.GET.get(side, "")) for side in ("left", "right"))
    left = left if left in names else names[0]
    right = (
        right
        if right in names and right != left
        else next(one for one in (OWN, *packaged.names()) if one in names and one != left)
    )
    found = compare_frameworks(workspace(), left=left, right=right)
    return render(request, "web/framework_compare.html", {"page": compare_page(found), "shelf": shelf(workspace())})


def _may_change(request: HttpRequest) -> bool:
    person = person_of(request)
    return person.may(Permission.CHANGE) and person.units is None
