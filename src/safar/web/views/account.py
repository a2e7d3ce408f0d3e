"""One's own account: coming in for the first time, accepting an invitation, the profile."""

from __future__ import annotations

from django.contrib.auth import authenticate, login
from django.contrib.auth.decorators import login_not_required
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.shortcuts import render
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.debug import sensitive_post_parameters
from django.views.decorators.http import require_http_methods, require_POST

from safar.domain.person import Account, LinkPurpose, Permission
from safar.errors import SafarError
from safar.usecases import own_account
from safar.usecases.people import find_person
from safar.usecases.person_errors import LinkOver
from safar.usecases.sign_in import allow_guess
from safar.web.access import allowed, person_of, safe_next
from safar.web.outside import sender_of
from safar.web.people_forms import ChangePasswordForm, ProfileForm, WelcomeForm, role_texts, set_beside
from safar.web.preferences import preferences_of, remember_language
from safar.web.request_log import refuse
from safar.web.toast import toast


@allowed(Permission.SEE)
@never_cache
@sensitive_post_parameters("new", "again")
@require_http_methods(["GET", "POST"])
def welcome(request: HttpRequest) -> HttpResponse:
    """Choose a name and a password, after coming in by a one-time address."""
    account = find_person(person_of(request).id)
    if account.has_password:
        return HttpResponseRedirect(reverse("profile"))
    form = WelcomeForm(request.POST or None, initial=_initial(request, account))
    if request.method == "POST" and form.is_valid():
        try:
            found = own_account.set_up_account(person=account.id, **_told(form))
        except SafarError as error:
            set_beside(form, error)
        else:
            return _welcomed(request, found, password=form.cleaned_data["new"], to=safe_next(request))
    context = {"form": form, "account": account, "later": safe_next(request), "invited": False}
    return render(request, "web/welcome.html", context)


@login_not_required
@never_cache
@sensitive_post_parameters("new", "again")
@require_http_methods(["GET", "POST"])
def invitation(request: HttpRequest, token: str) -> HttpResponse:
    """Accept an invitation. It is used up by accepting, not by looking: mail programs look at links too."""
    account = own_account.look_at_link(token=token, purpose=LinkPurpose.INVITATION, now=timezone.now())
    if account is None:
        return _over(request)
    form = WelcomeForm(request.POST or None, initial=_initial(request, account))
    if request.method == "POST" and form.is_valid():
        try:
            found = own_account.accept_invitation(token=token, now=timezone.now(), **_told(form))
        except LinkOver:
            return _over(request)
        except SafarError as error:
            set_beside(form, error)
        else:
            return _welcomed(request, found, password=form.cleaned_data["new"], to=reverse("home"))
    context = {"form": form, "account": account, "later": "", "invited": True}
    return render(request, "web/welcome.html", context)


@allowed(Permission.SEE)
@never_cache
@sensitive_post_parameters("password")
@require_http_methods(["GET", "POST"])
def profile(request: HttpRequest) -> HttpResponse:
    """Name, address and language."""
    account = find_person(person_of(request).id)
    form = ProfileForm(request.POST or None, initial=_initial(request, account), has_password=account.has_password)
    if request.method == "POST" and form.is_valid():
        told = form.cleaned_data
        try:
            _count_guess(request, account)
            found = own_account.change_profile(
                person=account.id,
                name=told["name"],
                email=told["email"],
                language=told["language"],
                password=told.get("password", ""),
            )
        except SafarError as error:
            set_beside(form, error)
        else:
            toast(request, _("Your profile is saved."))
            response = HttpResponseRedirect(reverse("profile"))
            remember_language(request, response, found.language)
            return response
    passwords = ChangePasswordForm(has_password=account.has_password, auto_id="id_p_%s")
    return _profile(request, account, form, passwords)


@allowed(Permission.SEE)
@never_cache
@sensitive_post_parameters("password", "new", "again")
@require_POST
def password(request: HttpRequest) -> HttpResponse:
    """Change one's own password; other sessions end."""
    account = find_person(person_of(request).id)
    passwords = ChangePasswordForm(request.POST, has_password=account.has_password, auto_id="id_p_%s")
    if passwords.is_valid():
        told = passwords.cleaned_data
        try:
            _count_guess(request, account)
            found = own_account.change_password(
                person=account.id,
                old=told.get("password", ""),
                new=told["new"],
                now=timezone.now(),
                keep=request.session.session_key,
            )
        except SafarError as error:
            set_beside(passwords, error)
        else:
            _stay(request, found, told["new"])
            toast(request, _("Your password is changed. You are signed out everywhere else."))
            return HttpResponseRedirect(reverse("profile"))
    form = ProfileForm(initial=_initial(request, account), has_password=account.has_password)
    return _profile(request, account, form, passwords)


@allowed(Permission.SEE)
@require_POST
def sessions(request: HttpRequest) -> HttpResponse:
    """Sign out everywhere else."""
    own_account.end_other_sessions(person=person_of(request).id, keep=request.session.session_key, now=timezone.now())
    toast(request, _("You are signed out everywhere else."))
    return HttpResponseRedirect(reverse("profile"))


def _count_guess(request: HttpRequest, account: Account) -> None:
    # An open session in strange hands must not become a way to find the password out.
    if request.POST.get("password"):
        allow_guess(name=account.name, sender=sender_of(request), now=timezone.now())


def _profile(request: HttpRequest, account: Account, form: ProfileForm, passwords: ChangePasswordForm) -> HttpResponse:
    role = "" if account.role is None else role_texts()[account.role][0]
    context = {"form": form, "passwords": passwords, "account": account, "role": role}
    return render(request, "web/profile.html", context)


def _initial(request: HttpRequest, account: Account) -> dict[str, str]:
    language = account.language or preferences_of(request).language
    return {"name": account.name, "email": account.email, "language": language}


def _told(form: WelcomeForm) -> dict[str, str]:
    told = form.cleaned_data
    return {"name": told["name"], "email": told["email"], "language": told["language"], "password": told["new"]}


def _welcomed(request: HttpRequest, account: Account, *, password: str, to: str) -> HttpResponse:
    """Signed in by the password just chosen, in the language just chosen."""
    _stay(request, account, password)
    told = _("Welcome, %(name)s. From now on you sign in by this name and your password.")
    toast(request, told % {"name": account.name})
    response = HttpResponseRedirect(to)
    remember_language(request, response, account.language)
    return response


def _stay(request: HttpRequest, account: Account, password: str) -> None:
    """A session of this account under a new key, whoever the browser belonged to before."""
    user = authenticate(request, who=account.name, password=password)
    if user is not None:
        login(request, user)


def _over(request: HttpRequest) -> HttpResponse:
    refuse(request, "link over")
    return render(request, "web/link_over.html", {"kind": LinkPurpose.INVITATION.value}, status=403)
