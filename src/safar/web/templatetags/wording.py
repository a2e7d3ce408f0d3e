"""Filters for templates: numbers, shares, durations and days in the reader's language."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from datetime import date, datetime
from typing import Any

from django import template
from django.urls import reverse
from django.utils.html import conditional_escape, format_html
from django.utils.safestring import SafeString, mark_safe
from django.utils.translation import gettext as _

from safar.domain.label import Label
from safar.domain.note import NoteCell, NoteLevel
from safar.domain.wording import DOCUMENT_TITLES
from safar.web import day_field as days
from safar.web import framework_words, names, numerals
from safar.web.methods import read_method
from safar.web.notes_page import NotesView
from safar.web.page_language import page_language
from safar.web.problem_words import documents_named
from safar.web.stored_words import note_words, say

register = template.Library()


@register.filter
def number(value: float | None, places: int = 0) -> str:
    """See `numerals.number`."""
    return numerals.number(value, places)


@register.filter
def tick(value: float) -> str:
    """A number of a scale, with as many places as it needs."""
    return numerals.number(
        value, next(n for n in (0, 1, 2, 3) if n == 3 or abs(value * 10**n - round(value * 10**n)) < 1e-6)
    )


@register.filter
def share(value: float | None, places: int = 0) -> str:
    """See `numerals.share`."""
    return numerals.share(value, places)


@register.filter
def percent(value: float | None, places: int = 0) -> str:
    """A figure that is in per cent already; see `numerals.share`."""
    return numerals.share(None if value is None else value / 100, places)


@register.filter
def paper_words(text: str) -> str:
    """See `framework_words.paper_words`."""
    return framework_words.paper_words(text)


@register.filter
def language_name(tag: str) -> str:
    """What a language is called."""
    return {"en": _("English"), "fa": _("Persian")}.get(tag, tag)


@register.filter
def kept_note(note: str) -> str:
    """See `stored_words.note_words`."""
    return note_words(note)


@register.filter
def kept_words(stored: str) -> str:
    """See `stored_words.say`."""
    return say(stored)


@register.filter
def duration(seconds: float | None) -> str:
    """See `numerals.duration`."""
    return numerals.duration(seconds)


@register.filter
def day(value: datetime | date | None) -> str:
    """See `numerals.day`."""
    return numerals.day(value)


@register.filter
def moment(value: datetime | None) -> str:
    """See `numerals.moment`."""
    return numerals.moment(value)


@register.filter
def digits(value: object) -> str:
    """See `numerals.plain_digits`."""
    return numerals.plain_digits(value)


@register.filter
def label(value: Label) -> str:
    """A label in the reader's language."""
    return value.text(page_language())


@register.filter
def named(key: str | None, kind: str) -> str:
    """What a key of the data is called; see `names.told`."""
    return names.told(kind, key) if key else ""


@register.filter
def all_named(keys: Iterable[str], kind: str) -> str:
    """Several of them, with commas."""
    return ", ".join(names.told(kind, key) for key in keys)


@register.inclusion_tag("web/parts/day_field.html", takes_context=True)
def day_field(context: Mapping[str, Any], name: str, value: str, label: str) -> dict[str, object]:
    """A field for a day (`value`: ISO or empty) in the reader's calendar."""
    return {"field": days.day_field(context.get("request"), name=name, value=value, label=label)}


@register.inclusion_tag("web/parts/note_mark.html", takes_context=True)
def note_mark(context: Mapping[str, Any], lane: str, place: str) -> dict[str, object]:
    """The mark of a cell's notes: of a step in a lane, or of a touchpoint (`lane` empty)."""
    notes = context.get("notes")
    if not isinstance(notes, NotesView):
        return {}
    level = NoteLevel.STEP if lane else NoteLevel.TOUCHPOINT
    return {"cell": notes.at(NoteCell(level, place, lane)), "writing": notes.writing}


@register.inclusion_tag("web/parts/help.html")
def help_link(name: str) -> dict[str, str]:
    """A link from a number's label to the page of its method. Raises: NoSuchMethod."""
    found = read_method(name, page_language())
    return {"name": name, "title": found.title}


@register.filter
def signed(value: float | None, places: int = 0) -> str:
    """See `numerals.signed`."""
    return numerals.signed(value, places)


@register.filter
def period(value: date, span: str = "month") -> str:
    """See `numerals.period`."""
    return numerals.period(value, span)


@register.filter
def at(found: Mapping[str, object] | str | None, name: str) -> object:
    """What a mapping has under a name, if anything; of nothing, nothing."""
    return found.get(name) if isinstance(found, Mapping) else None


@register.filter
def help_links(text: str) -> SafeString:
    """A text whose names of method pages lead to them."""
    told = str(conditional_escape(text))
    for path in DOCUMENT_TITLES:
        folder, _slash, page = path.partition("/")
        if folder == "methods":
            named = conditional_escape(documents_named(f"docs/{path}.md"))
            told = told.replace(
                named, format_html('<a class="help" href="{}">{}</a>', reverse("help-method", args=[page]), named)
            )
    return mark_safe(told)  # noqa: S308 - escaped above
