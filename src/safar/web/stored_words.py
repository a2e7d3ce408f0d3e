"""Sentences that are stored and read later, maybe in another language: kept as a text with its parts, worded when read.

What was stored as a finished sentence stays as it was written.
"""

from __future__ import annotations

import json
from collections.abc import Mapping

from django.utils.translation import gettext
from django.utils.translation.trans_null import gettext_noop

from safar.domain.label import Label
from safar.web.numerals import plain_digits
from safar.web.page_language import page_language

_MOST = 200
"""Letters that the store keeps of a sentence."""
_MOST_OF_NAME = 60
_NOTES = frozenset(
    {
        gettext_noop("came with Safar"),
        gettext_noop("simulated company"),
        gettext_noop("renamed"),
        gettext_noop("brought back"),
    }
)
"""What verbs of the layers below write as the reason of a version."""

Part = Label | int | str


def keep_words(text: str, **parts: Part) -> str:
    """What to store of a text of the catalogues and its parts."""
    kept = json.dumps([text, {name: _kept(part) for name, part in parts.items()}], ensure_ascii=False)
    return kept if len(kept) <= _MOST else _worded(text, {name: _kept(part) for name, part in parts.items()})


def say(stored: str) -> str:
    """A stored sentence in the reader's language."""
    if not stored.startswith("["):
        return stored
    try:
        text, parts = json.loads(stored)
        return _worded(text, parts)
    except (ValueError, KeyError, TypeError, AttributeError):  # somebody's own words that begin with a bracket
        return stored


def note_words(note: str) -> str:
    """Why a version was published: people's own words, or one of the few reasons that the product gives."""
    return gettext(note) if note in _NOTES else note


def _kept(part: Part) -> dict[str, str] | int | str:
    if isinstance(part, Label):
        return {tag: _short(part.texts[tag]) for tag in ("en", "fa") if tag in part.texts} or _short(part.text("en"))
    return _short(part) if isinstance(part, str) else part


def _worded(text: str, parts: Mapping[str, dict[str, str] | int | str]) -> str:
    return gettext(text) % {name: _said(part) for name, part in parts.items()} if parts else gettext(text)


def _said(part: dict[str, str] | int | str) -> str:
    if isinstance(part, dict):
        return Label(part).text(page_language())
    return plain_digits(part) if isinstance(part, int) else part


def _short(name: str) -> str:
    return name if len(name) <= _MOST_OF_NAME else f"{name[: _MOST_OF_NAME - 1]}…"
