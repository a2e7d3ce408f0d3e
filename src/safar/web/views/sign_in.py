"""Signing in by a one-time address or by name and password, and out again."""

from __future__ import annotations

import logging

from django.contrib.auth import authenticate, login, logout
from django.contrib.auth.decorators import login_not_required
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.shortcuts import render
from django.urls import reverse
from django.utils import timezone
from django.utils.http import urlencode
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.debug import sensitive_post_parameters
from django.views.decorators.http import require_GET, require_http_methods, require_POST

from safar.domain.person import Permission
from safar.notices import notice
from safar.usecases.people import find_person
from safar.usecases.sign_in import TooManyGuesses, allow_guess, id_called, person_behind, right_guess
from safar.web.access import allowed, safe_next
from safar.web.head import only_get
from safar.web.outside import sender_of
from safar.web.people_forms import SignInForm
from safar.web.preferences import remember_language
from safar.web.request_log import refuse
from safar.web.workspaces import workspace

_log = logging.getLogger("safar.web")


@login_not_required
@never_cache
@sensitive_post_parameters("password")
@require_http_methods(["GET", "HEAD", "POST"])
def sign_in(request: HttpRequest) -> HttpResponse:
    """By name (or e-mail) and password."""
    if request.method != "POST":
        return _page(request, SignInForm())
    form = SignInForm(request.POST)
    if not form.is_valid():
        return _page(request, form)
    who, password, sender = form.cleaned_data["who"], form.cleaned_data["password"], sender_of(request)
    try:
        allow_guess(name=who, sender=sender, now=timezone.now())
    except TooManyGuesses:
        refuse(request, "too many guesses")
        form.add_error(None, _("Too many passwords were tried. Wait a quarter of an hour, or use a one-time address."))
        return _page(request, form, status=429)
    user = authenticate(request, who=who, password=password)
    if user is None:
        # Whose account was tried, if anybody's: what was typed may be a password in the wrong field.
        notice(_log, "sign-in.failed", level=logging.WARNING, way="password", tried=id_called(who))
        refuse(request, "wrong password")
        # The same words for a wrong name and a wrong password: which it was is nobody's business.
        form.add_error(None, _("This name and this password do not belong together."))
        return _page(request, form, status=403)
    right_guess(name=who, sender=sender)
    login(request, user)
    notice(_log, "sign-in.done", way="password", person=person_behind(user).id)
    response = HttpResponseRedirect(safe_next(request))
    remember_language(request, response, find_person(person_behind(user).id).language)
    return response


@login_not_required
@never_cache
@require_GET
@only_get
def sign_in_by_link(request: HttpRequest, token: str) -> HttpResponse:
    """Spend a one-time address. A spent, old or made-up one gets the page that says how to get another.

    Who has no password yet is led to choose one; a simulated company is there to be looked at, and asks for none.
    """
    user = authenticate(request, token=token, now=timezone.now())
    if user is None:
        notice(_log, "sign-in.failed", level=logging.WARNING, way="link")
        refuse(request, "link over")
        return _page(request, SignInForm(), refused=True, status=403)
    login(request, user)
    notice(_log, "sign-in.done", way="link", person=person_behind(user).id)
    account = find_person(person_behind(user).id)
    wanted = safe_next(request)
    if not account.has_password and account.role is not None and not workspace().simulated:
        wanted = f"{reverse('welcome')}?{urlencode({'next': wanted})}"
    response = HttpResponseRedirect(wanted)
    remember_language(request, response, account.language)
    return response


@allowed(Permission.SEE)
@require_POST
def sign_out(request: HttpRequest) -> HttpResponse:
    """End the session."""
    logout(request)
    notice(_log, "sign-in.ended")
    return HttpResponseRedirect(reverse("sign-in"))


def _page(request: HttpRequest, form: SignInForm, *, refused: bool = False, status: int = 200) -> HttpResponse:
    return render(request, "web/sign_in.html", {"form": form, "refused": refused}, status=status)
