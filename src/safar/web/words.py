"""The words of the pages for whoever is no page: files that are made in another thread, and commands."""

from __future__ import annotations

from functools import lru_cache
from gettext import GNUTranslations, NullTranslations
from pathlib import Path
from zoneinfo import ZoneInfo

from safar.domain.names import NO_NAMES, Names
from safar.domain.speech import Speech

_LOCALE = Path(__file__).parent / "locale"


def speech_in(language: str, *, time_zone: str, names: Names = NO_NAMES) -> Speech:
    """How a language says things; English where there are no translations. `names`: of keys of the data."""
    found = _translations(language)
    return Speech(language=language, zone=ZoneInfo(time_zone), text=found.gettext, plural=found.ngettext, names=names)


@lru_cache(maxsize=8)
def _translations(language: str) -> NullTranslations:
    catalogue = _LOCALE / language / "LC_MESSAGES" / "django.mo"
    if not language.isalpha() or not catalogue.is_file():
        return NullTranslations()
    with catalogue.open("rb") as stream:
        return GNUTranslations(stream)
