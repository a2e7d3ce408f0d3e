"""A forgotten password. Nothing here tells whether there is such an account, neither by words nor by time."""

from __future__ import annotations

import secrets
import time

from django.contrib.auth import logout
from django.contrib.auth.decorators import login_not_required
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.shortcuts import render
from django.urls import reverse
from django.utils import timezone
from django.views.decorators.cache import never_cache
from django.views.decorators.debug import sensitive_post_parameters
from django.views.decorators.http import require_http_methods

from safar.domain.person import LinkPurpose
from safar.usecases.own_account import choose_new_password, forgot_password, look_at_link
from safar.usecases.person_errors import LinkOver, WeakPassword
from safar.web.letters import letter_about
from safar.web.outside import may_be_mailed, sender_of, whole_address
from safar.web.people_forms import ForgottenForm, NewPasswordForm, set_beside
from safar.web.posting import post_beside
from safar.web.preferences import preferences_of
from safar.web.request_log import refuse
from safar.web.workspaces import workspace

ANSWER_AFTER_S = 0.25
"""Every answer takes at least this long: finding somebody, and making a link, takes less."""


@login_not_required
@never_cache
@require_http_methods(["GET", "POST"])
def forgotten(request: HttpRequest) -> HttpResponse:
    """Ask for a link by mail."""
    has_mail = bool(workspace().settings.mail_host)
    form = ForgottenForm(request.POST or None)
    is_asked = request.method == "POST" and has_mail and form.is_valid()
    if is_asked:
        began = time.monotonic()
        if may_be_mailed(request):
            _mail_link(request, form.cleaned_data["who"])
        time.sleep(max(0.0, ANSWER_AFTER_S - (time.monotonic() - began)))
    return render(request, "web/forgotten.html", {"form": form, "has_mail": has_mail, "asked": is_asked})


def _mail_link(request: HttpRequest, who: str) -> None:
    now = timezone.now()
    handover = forgot_password(text=who, sender=sender_of(request), token=secrets.token_urlsafe(32), now=now)
    if handover is None:
        return
    letter = letter_about(
        handover,
        address=whole_address(request, handover.path),
        workspace_name=workspace().name,
        language=handover.account.language or preferences_of(request).language,
    )
    post_beside(letter, now=now)


@login_not_required
@never_cache
@sensitive_post_parameters("new", "again")
@require_http_methods(["GET", "POST"])
def new_password(request: HttpRequest, token: str) -> HttpResponse:
    """Choose a new password by a link. The link is used up by choosing, not by looking."""
    account = look_at_link(token=token, purpose=LinkPurpose.RESET, now=timezone.now())
    if account is None:
        return _over(request)
    form = NewPasswordForm(request.POST or None)
    if request.method == "POST" and form.is_valid():
        try:
            choose_new_password(token=token, password=form.cleaned_data["new"], now=timezone.now())
        except WeakPassword as error:
            set_beside(form, error)
        except LinkOver:
            return _over(request)
        else:
            # Whoever was signed in here may be somebody else.
            logout(request)
            return HttpResponseRedirect(f"{reverse('sign-in')}?done=password")
    return render(request, "web/new_password.html", {"form": form, "account": account})


def _over(request: HttpRequest) -> HttpResponse:
    refuse(request, "link over")
    return render(request, "web/link_over.html", {"kind": LinkPurpose.RESET.value}, status=403)
