"""The forms about people and their accounts. Errors of verbs are set beside the fields that they are about."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from django import forms
from django.conf import settings
from django.utils.functional import Promise
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from safar.domain.person import Role
from safar.errors import SafarError
from safar.usecases.own_account import LONGEST_PASSWORD
from safar.usecases.people import LONGEST_NAME
from safar.usecases.person_errors import (
    BadEmail,
    BadName,
    EmailTaken,
    LastOwner,
    NameTaken,
    NoUnits,
    WeakPassword,
    WrongPassword,
)
from safar.usecases.sign_in import TooManyGuesses
from safar.web.conditional_field import ConditionalField

EVERYTHING, SOME = "all", "some"
_BESIDE: Mapping[type[SafarError], tuple[str, str | Promise]] = {
    BadName: ("name", _("A name has 1 to 150 letters, no @ and no invisible marks.")),
    NameTaken: ("name", _("Somebody here is called that already.")),
    BadEmail: ("email", _("This is no e-mail address. Write it like ann@example.org.")),
    EmailTaken: ("email", _("Somebody here has this e-mail address already.")),
    WrongPassword: ("password", _("This is not your present password.")),
    NoUnits: ("units", _("Choose at least one unit, or let this person see everything.")),
    LastOwner: ("role", _("This is the only owner. Make somebody else an owner first, and have them sign in once.")),
}


def set_beside(form: forms.Form, error: SafarError) -> None:
    """Put what a verb refused beside the field that it is about. Raises: the error, where it is about none."""
    if isinstance(error, WeakPassword):
        for fault in error.faults:
            form.add_error("new", fault)
        return
    if isinstance(error, TooManyGuesses):
        form.add_error(
            None, gettext("Too many passwords were tried. Wait a quarter of an hour, or use a one-time address.")
        )
        return
    field, text = _BESIDE.get(type(error), ("", ""))
    if field not in form.fields:
        raise error
    form.add_error(field, str(text))


def _name(**more: Any) -> forms.CharField:
    attrs = {"autocomplete": "username", "spellcheck": "false"}
    return forms.CharField(label=_("Name"), max_length=LONGEST_NAME, widget=forms.TextInput(attrs=attrs), **more)


def _email(**more: Any) -> forms.CharField:
    # Checked by the verb, which says what is wrong with it in one place.
    attrs = {"autocomplete": "email", "spellcheck": "false", "dir": "ltr", "inputmode": "email"}
    return forms.CharField(
        label=_("E-mail"), max_length=254, required=False, widget=forms.TextInput(attrs=attrs), **more
    )


def _password(
    label: Any, autocomplete: str, *, kind: type[forms.CharField] = forms.CharField, **more: Any
) -> forms.CharField:
    widget = forms.PasswordInput(attrs={"autocomplete": autocomplete, "dir": "ltr"})
    return kind(label=label, max_length=LONGEST_PASSWORD, strip=False, widget=widget, **more)


def _language() -> forms.ChoiceField:
    return forms.ChoiceField(label=_("Language"), choices=lambda: list(settings.LANGUAGES))


def _who() -> forms.CharField:
    attrs = {"autocomplete": "username", "spellcheck": "false", "autocapitalize": "none"}
    return forms.CharField(label=_("Name or e-mail"), max_length=254, widget=forms.TextInput(attrs=attrs))


class SignInForm(forms.Form):
    """Name or e-mail, and password."""

    who = _who()
    password = _password(_("Password"), "current-password")


class NewPasswordForm(forms.Form):
    """A new password, typed twice."""

    new = _password(
        _("New password"),
        "new-password",
        help_text=_("At least 10 characters. Three or four words that do not belong together are good."),
    )
    again = _password(_("Repeat the password"), "new-password")

    def clean(self) -> dict[str, Any]:
        """Both are the same."""
        found = super().clean() or {}
        if "new" in found and "again" in found and found["new"] != found["again"]:
            self.add_error("again", gettext("The two are not the same."))
        return found


class ChangePasswordForm(NewPasswordForm):
    """The present password besides. Who has none yet is not asked for it."""

    password = _password(_("Present password"), "current-password")
    field_order = ("password", "new", "again")

    def __init__(self, *args: Any, has_password: bool, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        if not has_password:
            del self.fields["password"]


class WelcomeForm(NewPasswordForm):
    """Who one is, for the first time here."""

    name = _name(help_text=_("You sign in by it, and others see it."))
    email = _email(
        help_text=_("If you forget your password and this workspace sends mail, a new one can be sent there.")
    )
    language = _language()
    field_order = ("name", "email", "language", "new", "again")


class ProfileForm(forms.Form):
    """One's own name, address and language."""

    name = _name(help_text=_("You sign in by it, and others see it."))
    email = _email(
        help_text=_("If you forget your password and this workspace sends mail, a new one can be sent there.")
    )
    language = _language()
    password = _password(
        _("Present password"),
        "current-password",
        kind=ConditionalField,
        required=False,
        help_text=_("Only to change the e-mail address."),
    )

    def __init__(self, *args: Any, has_password: bool, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        if not has_password:
            del self.fields["password"]


class ForgottenForm(forms.Form):
    """Who one is."""

    who = _who()


class RoleForm(forms.Form):
    """What somebody may do, and see."""

    role = forms.ChoiceField(label=_("Role"), widget=forms.RadioSelect)
    scope = forms.ChoiceField(label=_("May see"), widget=forms.RadioSelect, required=False)
    units = forms.MultipleChoiceField(label=_("Units"), widget=forms.CheckboxSelectMultiple, required=False)

    def __init__(self, *args: Any, units: Sequence[str], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self._field("role").choices = [(str(role), role_texts()[role][0]) for role in Role]
        self._field("scope").choices = [(EVERYTHING, gettext("everything")), (SOME, gettext("only these units"))]
        self._field("units").choices = [(unit, unit) for unit in units]

    def _field(self, name: str) -> forms.ChoiceField:
        field = self.fields[name]
        assert isinstance(field, forms.ChoiceField)  # noqa: S101  # declared above
        return field

    @property
    def chosen_role(self) -> Role:
        """The role, of a form that is valid."""
        return Role(self.cleaned_data["role"])

    @property
    def chosen_units(self) -> list[str] | None:
        """The units that a viewer is limited to, of a form that is valid."""
        if self.chosen_role is not Role.VIEWER or self.cleaned_data["scope"] != SOME:
            return None
        return list(self.cleaned_data["units"])


class InviteForm(RoleForm):
    """Somebody new."""

    name = forms.CharField(
        label=_("Name"),
        max_length=LONGEST_NAME,
        help_text=_("The person can change it when joining."),
        widget=forms.TextInput(attrs={"autocomplete": "off", "spellcheck": "false"}),
    )
    email = forms.CharField(
        label=_("E-mail"),
        max_length=254,
        required=False,
        widget=forms.TextInput(
            attrs={"autocomplete": "off", "spellcheck": "false", "dir": "ltr", "inputmode": "email"}
        ),
    )
    field_order = ("name", "email", "role", "scope", "units")


def role_texts() -> dict[Role, tuple[str, str]]:
    """Each role's name, and what it may do, in the reader's language."""
    return {
        Role.OWNER: (gettext("Owner"), gettext("everything, also people, roles and settings")),
        Role.MEMBER: (gettext("Member"), gettext("imports, changes journeys and rules, takes notes, shares views")),
        Role.VIEWER: (gettext("Viewer"), gettext("looks at results and the facts behind them")),
    }
