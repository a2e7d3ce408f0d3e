"""How a number is worked out."""

from __future__ import annotations

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils.safestring import mark_safe
from django.views.decorators.http import require_GET

from safar.domain.person import Permission
from safar.web.access import allowed
from safar.web.method_pages import method_page


@allowed(Permission.SEE)
@require_GET
def method(request: HttpRequest, method: str) -> HttpResponse:
    """One method page of the documentation (written in English)."""
    title, body = method_page(method)
    context = {"title": title, "body": mark_safe(body)}  # noqa: S308  # our own pages, without raw HTML
    return render(request, "web/method.html", context)
