"""Names in several languages."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from types import MappingProxyType


@dataclass(frozen=True, slots=True)
class Label:
    """A name in one or more languages, by language tag ("en", "fa")."""

    texts: Mapping[str, str]

    def __post_init__(self) -> None:
        object.__setattr__(self, "texts", MappingProxyType(dict(self.texts)))

    def text(self, language: str = "en") -> str:
        """The name in `language`, else in English, else in any language that there is."""
        return self.texts.get(language) or self.texts.get("en") or next(iter(self.texts.values()), "")

    def __hash__(self) -> int:
        return hash(tuple(sorted(self.texts.items())))
