"""Signing in by a one-time address, and out again."""

from __future__ import annotations

from django.contrib.auth import authenticate, login, logout
from django.contrib.auth.decorators import login_not_required
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.shortcuts import render
from django.urls import reverse
from django.utils import timezone
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_GET, require_POST

from safar.domain.person import Permission
from safar.web.access import allowed, safe_next


@login_not_required
@never_cache
@require_GET
def sign_in(request: HttpRequest) -> HttpResponse:
    """How to sign in."""
    return render(request, "web/sign_in.html", {"refused": False})


@login_not_required
@never_cache
@require_GET
def sign_in_by_link(request: HttpRequest, token: str) -> HttpResponse:
    """Spend a one-time address. A spent, old or made-up one gets the page that says how to get another."""
    user = authenticate(request, token=token, now=timezone.now())
    if user is None:
        return render(request, "web/sign_in.html", {"refused": True}, status=403)
    login(request, user)
    return HttpResponseRedirect(safe_next(request))


@allowed(Permission.SEE)
@require_POST
def sign_out(request: HttpRequest) -> HttpResponse:
    """End the session."""
    logout(request)
    return HttpResponseRedirect(reverse("sign-in"))
