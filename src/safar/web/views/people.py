"""The people of the workspace: for owners."""

from __future__ import annotations

import secrets
from uuid import UUID

from django.contrib.auth import logout
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.shortcuts import render
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_GET, require_http_methods, require_POST

from safar.domain.person import LinkPurpose, Permission, Role
from safar.errors import SafarError
from safar.usecases import people as verbs
from safar.usecases.person_errors import LastOwner
from safar.usecases.units import read_units
from safar.web.access import allowed, person_of
from safar.web.counting import counted
from safar.web.letters import letter_about
from safar.web.outside import whole_address
from safar.web.people_forms import EVERYTHING, SOME, InviteForm, RoleForm, role_texts, set_beside
from safar.web.people_page import handed_over, person_view, role_choices
from safar.web.posting import post
from safar.web.preferences import preferences_of
from safar.web.reading import lately
from safar.web.toast import toast
from safar.web.workspaces import workspace

_HANDED = "handed-link"


@allowed(Permission.MANAGE, whole=True)
@require_GET
def people(request: HttpRequest) -> HttpResponse:
    """Everybody."""
    rows = [person_view(one, me=person_of(request)) for one in verbs.list_people()]
    return render(
        request, "web/people.html", {"rows": rows, "has_mail": _has_mail(), "role_list": list(role_texts().values())}
    )


@allowed(Permission.MANAGE, whole=True)
@never_cache
@require_http_methods(["GET", "POST"])
def invite(request: HttpRequest) -> HttpResponse:
    """Let somebody in."""
    form = InviteForm(
        request.POST or None, units=_units(), initial={"role": str(Role.VIEWER), "scope": EVERYTHING, "units": []}
    )
    if request.method == "POST" and form.is_valid():
        try:
            handover = verbs.invite_person(
                name=form.cleaned_data["name"],
                email=form.cleaned_data["email"],
                role=form.chosen_role,
                units=form.chosen_units,
                token=secrets.token_urlsafe(32),
                now=timezone.now(),
            )
        except SafarError as error:
            set_beside(form, error)
        else:
            return _pass_on(request, handover)
    context = {"form": form, "roles": role_choices(form), "has_mail": _has_mail()}
    return render(request, "web/person_invite.html", context)


@allowed(Permission.MANAGE, whole=True)
@never_cache
@require_http_methods(["GET", "POST"])
def person(request: HttpRequest, person: UUID) -> HttpResponse:
    """One person: role and units, and what else can be done."""
    account = verbs.find_person(person)
    units = list(account.units or ())
    form = RoleForm(
        request.POST or None,
        # A unit that no fact has any more stays chosen until somebody takes it away.
        units=sorted({*_units(), *units}),
        initial={
            "role": str(account.role or ""),
            "scope": SOME if account.units is not None else EVERYTHING,
            "units": units,
        },
    )
    if request.method == "POST" and form.is_valid():
        try:
            found = verbs.change_role(person=person, role=form.chosen_role, units=form.chosen_units)
        except SafarError as error:
            set_beside(form, error)
        else:
            toast(request, _("%(name)s: the role is saved.") % {"name": found.name})
            is_still_owner = found.role is Role.OWNER or found.id != person_of(request).id
            return HttpResponseRedirect(reverse("people") if is_still_owner else reverse("home"))
    context = {
        "row": person_view(account, me=person_of(request)),
        "form": form,
        "roles": role_choices(form),
        "has_mail": _has_mail(),
    }
    return render(request, "web/person.html", context)


@allowed(Permission.MANAGE, whole=True)
@require_POST
def link(request: HttpRequest, person: UUID) -> HttpResponse:
    """A new invitation, or a link to choose a new password."""
    return _pass_on(request, verbs.hand_over_link(person=person, token=secrets.token_urlsafe(32), now=timezone.now()))


@allowed(Permission.MANAGE, whole=True)
@never_cache
@require_GET
def link_shown(request: HttpRequest) -> HttpResponse:
    """The link that was just made, once."""
    handed = request.session.pop(_HANDED, None)
    if handed is None:
        return HttpResponseRedirect(reverse("people"))
    return render(request, "web/person_link.html", {"handed": handed})


@allowed(Permission.MANAGE, whole=True)
@require_POST
def close(request: HttpRequest, person: UUID) -> HttpResponse:
    """Keep somebody out."""
    try:
        found = verbs.close_account(person=person, now=timezone.now())
    except LastOwner:
        return _only_owner(request, person)
    toast(
        request,
        _("The account of %(name)s is closed.") % {"name": found.name},
        undo=reverse("person-reopen", args=[person]),
    )
    if person == person_of(request).id:
        return HttpResponseRedirect(reverse("sign-in"))
    return HttpResponseRedirect(reverse("people"))


@allowed(Permission.MANAGE, whole=True)
@require_POST
def reopen(request: HttpRequest, person: UUID) -> HttpResponse:
    """Let somebody in again."""
    found = verbs.reopen_account(person=person)
    toast(request, _("The account of %(name)s is open again.") % {"name": found.name})
    return HttpResponseRedirect(reverse("people"))


@allowed(Permission.MANAGE, whole=True)
@never_cache
@require_http_methods(["GET", "POST"])
def delete(request: HttpRequest, person: UUID) -> HttpResponse:
    """Remove an account, after asking."""
    account = verbs.find_person(person)
    if request.method == "GET":
        return render(request, "web/person_delete.html", {"row": person_view(account, me=person_of(request))})
    try:
        verbs.delete_account(person=person, now=timezone.now())
    except LastOwner:
        return _only_owner(request, person)
    if person == person_of(request).id:
        logout(request)
        return HttpResponseRedirect(reverse("sign-in"))
    toast(request, _("The account of %(name)s is deleted.") % {"name": account.name})
    return HttpResponseRedirect(reverse("people"))


def _only_owner(request: HttpRequest, person: UUID) -> HttpResponse:
    from django.contrib.messages import WARNING

    text = _("This is the only owner. Make somebody else an owner first, and have them sign in once.")
    toast(request, text, kind=WARNING)
    return HttpResponseRedirect(reverse("person", args=[person]))


def _pass_on(request: HttpRequest, handover: verbs.Handover) -> HttpResponse:
    """Mail the link where that can be done; else show it once, to be handed over."""
    account, address = handover.account, whole_address(request, handover.path)
    if account.email and _has_mail():
        letter = letter_about(
            handover,
            address=address,
            workspace_name=workspace().name,
            language=account.language or preferences_of(request).language,
        )
        if post(letter, now=timezone.now()) is None:
            is_new = handover.purpose is LinkPurpose.INVITATION
            text = (
                _("An invitation is on its way to %(email)s.") if is_new else _("A letter is on its way to %(email)s.")
            )
            toast(request, text % {"email": account.email})
            return HttpResponseRedirect(reverse("people"))
        failed = True
    else:
        failed = False
    request.session[_HANDED] = handed_over(handover, address=address, failed=failed)
    return HttpResponseRedirect(reverse("person-link-shown"))


def _units() -> list[str]:
    opened = workspace()
    return lately(opened, ("units",), lambda: counted(read_units, opened))


def _has_mail() -> bool:
    return bool(workspace().settings.mail_host)
