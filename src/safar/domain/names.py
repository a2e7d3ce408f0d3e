"""What keys of the data are called: questions, properties, channels … by the best name that is known."""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass, field
from enum import StrEnum
from types import MappingProxyType

from safar.domain.label import Label

_KEY = re.compile(r"[a-z][a-z0-9]*(?:[_-][a-z0-9]+)*")
_SHORT = frozenset({"nps", "csat", "ces", "id", "sms", "url"})
"""Abbreviations, which are written in capitals."""


class NameKind(StrEnum):
    """What a key names."""

    QUESTION = "question"
    OPTION = "option"
    STEP = "step"
    TOUCHPOINT = "touchpoint"
    ATTRIBUTE = "attribute"
    PROPERTY = "property"
    LINK = "link"
    CHANNEL = "channel"
    OWNER = "owner"
    STANDARD = "standard"

    @property
    def is_key(self) -> bool:
        """Whether such a name is one that programs gave; the others are words that people wrote."""
        return self in (NameKind.QUESTION, NameKind.ATTRIBUTE, NameKind.PROPERTY)


@dataclass(frozen=True, slots=True)
class Names:
    """Known names by kind and key. `text` is the one way from a key to what a reader sees."""

    known: Mapping[str, Mapping[str, Label]] = field(default_factory=lambda: MappingProxyType({}))

    def text(self, kind: NameKind | str, key: str, language: str = "en") -> str:
        """The name in the language. Where none is known, a program's key is made readable: "Coverage check"."""
        kind = NameKind(kind)
        label = self.known.get(kind, {}).get(key)
        if label is not None and (language in label.texts or "en" in label.texts):
            return label.text(language)
        return humanized(key) if kind.is_key else key


NO_NAMES = Names()


def humanized(key: str) -> str:
    """A key as words: coverage_check is "Coverage check". What somebody wrote with spaces or capitals stays."""
    if not _KEY.fullmatch(key):
        return key
    words = [word.upper() if word in _SHORT else word for word in re.split("[_-]", key)]
    text = " ".join(words)
    return text[:1].upper() + text[1:]
