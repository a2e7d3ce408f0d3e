"""The forms of notes, saved views and share links."""

from __future__ import annotations

from typing import Any

from django import forms
from django.core.exceptions import PermissionDenied
from django.utils.translation import gettext, ngettext
from django.utils.translation import gettext_lazy as _

from safar.domain.board import ChartKind
from safar.domain.person import Permission, Person
from safar.errors import SafarError
from safar.usecases.keeping import LONGEST_TITLE
from safar.usecases.notes import LONGEST_NOTE
from safar.web.board_forms import read_address
from safar.web.map_view import view_of
from safar.web.numerals import number
from safar.web.problem_words import error_words

_LONGEST_ADDRESS = 6_000
_DAYS = (1, 7, 14, 30, 90, 180, 366)


class NoteForm(forms.Form):
    """A note's words."""

    text = forms.CharField(
        label=_("Note"),
        max_length=LONGEST_NOTE,
        help_text=_("Write about the journey, never about one customer: no names, numbers or addresses."),
        widget=forms.Textarea({"rows": 3, "dir": "auto", "maxlength": LONGEST_NOTE}),
    )


class ViewForm(forms.Form):
    """A saved view's title, and who sees it."""

    title = forms.CharField(label=_("Title"), max_length=LONGEST_TITLE, widget=forms.TextInput({"autocomplete": "off"}))
    shared = forms.BooleanField(label=_("Share it with the team"), required=False)

    def __init__(self, *args: Any, person: Person, **more: Any) -> None:
        super().__init__(*args, **more)
        self.person = person
        if not person.may(Permission.WORK):
            del self.fields["shared"]


class SaveViewForm(ViewForm):
    """A view to be saved: an address of the map, its title, and who sees it."""

    address = forms.CharField(
        label=_("Address"),
        max_length=_LONGEST_ADDRESS,
        help_text=_("An address of the journey map, as your browser shows it."),
        widget=forms.TextInput({"dir": "ltr", "spellcheck": "false"}),
    )

    def __init__(self, *args: Any, time_zone: str, **more: Any) -> None:
        super().__init__(*args, **more)
        self.time_zone = time_zone

    def clean_address(self) -> tuple[tuple[str, str], ...]:
        """The pairs of the address; it must be one that the person may open."""
        found = read_address(self.cleaned_data["address"])
        if found is None or found[0] is not ChartKind.MAP:
            raise forms.ValidationError(gettext("This is no address of the journey map."))
        try:
            view_of(found[1], person=self.person, time_zone=self.time_zone)
        except PermissionDenied as error:
            raise forms.ValidationError(gettext("This is about units that are not yours.")) from error
        except SafarError as error:
            raise forms.ValidationError(error_words(error)) from error
        return found[1]


class ShareForm(forms.Form):
    """How long a link works, and whether it shows customers' words."""

    days = forms.TypedChoiceField(label=_("It works for"), coerce=int, choices=())
    quotes = forms.BooleanField(label=_("Show customers' words too"), required=False)

    def __init__(self, *args: Any, most: int, **more: Any) -> None:
        super().__init__(*args, **more)
        field = self.fields["days"]
        assert isinstance(field, forms.TypedChoiceField)  # noqa: S101  # declared so above
        offered = sorted({*(days for days in _DAYS if days <= most), most})
        field.choices = [
            (days, ngettext("%(shown)s day", "%(shown)s days", days) % {"shown": number(days)}) for days in offered
        ]
