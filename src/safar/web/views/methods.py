"""How numbers are made: the list of methods, and one of them."""

from __future__ import annotations

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.views.decorators.http import require_GET

from safar.domain.person import Permission
from safar.web.access import allowed
from safar.web.methods import method_names, read_method
from safar.web.numerals import speech
from safar.web.page_language import page_language


@allowed(Permission.SEE)
@require_GET
def methods(request: HttpRequest) -> HttpResponse:
    """All of them, by title."""
    found = [read_method(name, page_language()) for name in method_names()]
    found.sort(key=lambda one: speech().alphabetical(one.title))
    return render(request, "web/methods.html", {"methods": found})


@allowed(Permission.SEE)
@require_GET
def method(request: HttpRequest, method: str) -> HttpResponse:
    """One of them."""
    return render(request, "web/method.html", {"method": read_method(method, page_language())})
