"""The language of the page that is being made."""

from __future__ import annotations

from django.utils.translation import get_language


def page_language() -> str:
    """Its code; English where translation is switched off."""
    return get_language() or "en"
