"""Errors in the reader's language. They come from layers that speak plain English; jobs keep their words as text."""

from __future__ import annotations

import re
from functools import cache

from django.forms import Form
from django.utils.translation import gettext

from safar.domain.person import Permission, Person
from safar.domain.wording import name_documents
from safar.errors import SafarError
from safar.usecases.workspace import GET_RULES
from safar.web import numerals
from safar.web.page_language import page_language
from safar.web.problem_texts import FAMILIES, KINDS, PLACES, TEXTS

_PART = re.compile(r"%\((\w+)\)s")
_NUMBER = re.compile(r"[0-9][0-9,.]*[0-9]|[0-9]")
_LINE = re.compile(r"Line ([0-9]+): (.+)", re.DOTALL)
_QUOTED = re.compile(r"'([^'\"]*)'|\"([^\"]*)\"")


def problem_text(message: str, *, code: str = "") -> str:
    """A message or a next step as the reader's language says it.

    What is not known is shown in English, in brackets, after what its code is about.
    """
    if not message or page_language().startswith("en"):
        return documents_named(message)
    known = words_of(message, TEXTS)
    if known is None and (within := _LINE.fullmatch(message)) is not None:
        # What contradicts a whole text, said of one of its lines.
        told = words_of(within.group(2), TEXTS)
        line = numerals.plain_digits(within.group(1))
        known = None if told is None else gettext("Line %(line)s: %(told)s") % {"line": line, "told": told}
    if known is not None:
        return documents_named(known)
    about = FAMILIES.get(code.partition(".")[0], FAMILIES[""])
    return documents_named(f"{gettext(about)} ({message})" if code else message)


def documents_named(text: str) -> str:
    """A text that names pages of the documentation by their titles. The filter `help_links` makes links of those that
    the product holds."""
    return name_documents(
        text, phrase=gettext("the page “%(title)s”") % {"title": numerals.speech().apart("%(title)s")}
    )


def error_words(error: SafarError) -> str:
    """What is wrong and the next step, in one paragraph."""
    return f"{problem_text(error.message, code=error.code)} {problem_text(error.next_step)}"


def next_step_words(error: SafarError, person: Person | None) -> str:
    """What to do next, as somebody can: who has no shell is not told a command where a page, or a person, will do."""
    if error.next_step != GET_RULES:
        return problem_text(error.next_step)
    if person is not None and person.may(Permission.CHANGE):
        return gettext("Say on the page of the rules which event is which touchpoint.")
    return gettext("Ask a member or the owner of this workspace to write its rules.")


def set_beside(form: Form, field: str | None, error: SafarError) -> None:
    """Tell what a verb refused beside the field of a form that it is about, or above a form that has no such field."""
    form.add_error(field if field in form.fields else None, error_words(error))


def words_of(text: str, texts: tuple[str, ...]) -> str | None:
    """A text that one of `texts` fits, its variable parts filled, as the reader's language says it; None: none fits."""
    if (said := gettext(text)) != text:  # a page says the very same
        return said
    for pattern, template in _patterns(texts, len(text)):
        found = pattern.fullmatch(text)
        if found is not None:
            return gettext(template) % {name: _shown(value) for name, value in found.groupdict().items()}
    return None


def _shown(value: str) -> str:
    # Names are quoted as the reader's language quotes; numbers are written in its digits.
    if _NUMBER.fullmatch(value):
        return numerals.plain_digits(value.replace(",", ""))
    if value in KINDS:
        return gettext(KINDS[value])
    for pattern, place in _places():
        if (found := pattern.fullmatch(value)) is not None:
            return gettext(place) % {name: _shown(part) for name, part in found.groupdict().items()}
    quoted = _QUOTED.fullmatch(value)
    apart = numerals.speech().apart
    return f"«{apart(quoted.group(1) or quoted.group(2) or '')}»" if quoted else apart(value)


def _patterns(texts: tuple[str, ...], length: int) -> list[tuple[re.Pattern[str], str]]:
    return [(pattern, template) for pattern, template, least in _compiled(texts) if least <= length]


@cache
def _places() -> list[tuple[re.Pattern[str], str]]:
    return [(_pattern(place), place) for place in PLACES]


@cache
def _compiled(texts: tuple[str, ...]) -> list[tuple[re.Pattern[str], str, int]]:
    """The templates, those with most words of their own first: of two that fit, it says more."""
    made = []
    for template in texts:
        plain = _PART.split(template)
        made.append((len("".join(plain[::2])), template))
    made.sort(key=lambda one: -one[0])
    return [(_pattern(template), template, least) for least, template in made]


def _pattern(template: str) -> re.Pattern[str]:
    parts = enumerate(_PART.split(template))
    known = "".join(f"(?P<{part}>.+?)" if at % 2 else re.escape(part) for at, part in parts)
    return re.compile(rf"(?!There is )(?:{known})" if template.startswith("%") else known, re.DOTALL)
