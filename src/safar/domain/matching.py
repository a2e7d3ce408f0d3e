"""Compare words as people type them, in English and in Persian: case, accents and look-alike letters do not count."""

from __future__ import annotations

import unicodedata
from collections.abc import Iterable

JOINER = "\u200c"
"""The zero-width non-joiner: a half-space inside a Persian word, which many leave out or write as a space."""
LOOK_ALIKES = {"ي": "ی", "ى": "ی", "ك": "ک", "ة": "ه", "ۀ": "ه", "أ": "ا", "إ": "ا", "ؤ": "و"}
"""Arabic letters that keyboards and old texts put for Persian ones."""
LEFT_OUT = ("\u0640", JOINER, "\u200d", "\u00ad")
"""What stands between letters and says nothing: the stretching line, joiners, the soft hyphen."""
_SAME = str.maketrans({**LOOK_ALIKES, **dict.fromkeys(LEFT_OUT)})


def folded(text: str) -> str:
    """Text for comparing: case, accents, half-spaces and look-alike Persian letters no longer differ."""
    bare = "".join(c for c in unicodedata.normalize("NFKD", text) if not unicodedata.combining(c))
    plain = bare.translate(_SAME)
    return " ".join(plain.casefold().replace("isation", "ization").replace("-", " ").split())


def rank(names: Iterable[str], text: str) -> int | None:
    """How well folded names fit a text: 0 the same, 1 begins so, 2 holds every word; None: not at all.

    Spaces between parts of a word do not matter.
    """
    wanted = folded(text)
    words = wanted.split()
    if not words:
        return None
    return min((found for name in names if (found := _rank(name, words, wanted)) is not None), default=None)


def _rank(name: str, words: list[str], wanted: str) -> int | None:
    if name == wanted:
        return 0
    if name.startswith(wanted):
        return 1
    joined = name.replace(" ", "")
    return 2 if all(word in joined for word in words) else None
