"""The forms of boards. Errors of verbs are set beside the fields that they are about."""

from __future__ import annotations

from typing import Any
from urllib.parse import parse_qsl, urlsplit

from django import forms
from django.urls import Resolver404, resolve
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from safar.domain.board import Board, ChartKind
from safar.domain.person import Permission, Person
from safar.usecases.keeping import LONGEST_TITLE
from safar.web.conditional_field import ConditionalField

NEW = "new"
_LONGEST_ADDRESS = 6_000
_KINDS = {"measure": ChartKind.MEASURE, "journey": ChartKind.MAP}
_LEFT_OUT = ("lang", "theme", "after", "a", "b", "pick", "row", "group", "notes")


class BoardForm(forms.Form):
    """A board's title, and who sees it."""

    title = forms.CharField(label=_("Title"), max_length=LONGEST_TITLE, widget=forms.TextInput({"autocomplete": "off"}))
    shared = forms.BooleanField(label=_("Share it with the team"), required=False)

    def __init__(self, *args: Any, person: Person, **more: Any) -> None:
        super().__init__(*args, **more)
        if not person.may(Permission.WORK):
            del self.fields["shared"]


class SaveForm(forms.Form):
    """A chart to be put on a board: an address of the measure page or of the map, its title, and which board."""

    title = forms.CharField(
        label=_("Title of the chart"), max_length=LONGEST_TITLE, widget=forms.TextInput({"autocomplete": "off"})
    )
    address = forms.CharField(
        label=_("Address"),
        max_length=_LONGEST_ADDRESS,
        help_text=_("An address of the measure page or of the journey map, as your browser shows it."),
        widget=forms.TextInput({"dir": "ltr", "spellcheck": "false"}),
    )
    board = forms.ChoiceField(label=_("Board"))
    new_board = ConditionalField(
        label=_("Title of the new board"),
        max_length=LONGEST_TITLE,
        required=False,
        help_text=_("Where the chart goes on a new board."),
        error_messages={"required": _("Name the new board.")},
        widget=forms.TextInput({"autocomplete": "off"}),
    )

    def __init__(self, *args: Any, boards: list[Board], **more: Any) -> None:
        super().__init__(*args, **more)
        field = self.fields["board"]
        assert isinstance(field, forms.ChoiceField)  # noqa: S101  # declared so above
        field.choices = [*((str(one.id), one.title) for one in boards), (NEW, gettext("a new board"))]
        self.fields["new_board"].required = not boards  # there is none but a new one

    def clean_address(self) -> tuple[ChartKind, tuple[tuple[str, str], ...]]:
        """The kind of page, and what its address asks."""
        found = read_address(self.cleaned_data["address"])
        if found is None:
            raise forms.ValidationError(gettext("This is no address of the measure page or of the journey map."))
        return found

    def clean(self) -> dict[str, Any]:
        """A new board needs a title."""
        data = super().clean() or self.cleaned_data
        if data.get("board") == NEW and data.get("new_board") == "":
            self.add_error("new_board", gettext("Name the new board."))
        return data


class ChartForm(forms.Form):
    """A chart's title."""

    title = forms.CharField(
        label=_("Title of the chart"), max_length=LONGEST_TITLE, widget=forms.TextInput({"autocomplete": "off"})
    )


class LetterForm(forms.Form):
    """When the letters come."""

    weekday = forms.TypedChoiceField(label=_("Day"), coerce=int, choices=())
    hour = forms.TypedChoiceField(label=_("Hour"), coerce=int, choices=())

    def __init__(self, *args: Any, days: list[str], hours: list[str], **more: Any) -> None:
        super().__init__(*args, **more)
        for name, texts in (("weekday", days), ("hour", hours)):
            field = self.fields[name]
            assert isinstance(field, forms.TypedChoiceField)  # noqa: S101  # declared so above
            field.choices = list(enumerate(texts))


def read_address(text: str) -> tuple[ChartKind, tuple[tuple[str, str], ...]] | None:
    """The page and the pairs of an address of ours; the server's name in it does not matter."""
    try:
        parts = urlsplit(text.strip())
        name = resolve(parts.path).url_name or ""
        pairs = parse_qsl(parts.query, keep_blank_values=True, max_num_fields=400)
    except (ValueError, Resolver404):
        return None
    if name not in _KINDS or "\x00" in text:
        return None
    kept = tuple((one, value) for one, value in pairs if one not in _LEFT_OUT)
    return _KINDS[name], kept
