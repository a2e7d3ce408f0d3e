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


def parts_of(text: str, words: Iterable[str]) -> tuple[tuple[str, bool], ...]:
    """A text in parts, and whether each is one of the words, by the letters that `folded` compares."""
    plain, where = "", []
    for at, letter in enumerate(text):
        same = _bare(letter)
        plain += same
        where += [at] * len(same)
    found = [False] * len(text)
    for word in words:
        for typed in {word, word.replace(JOINER, " ")}:
            wanted = _bare(typed)
            start = plain.find(wanted) if wanted else -1
            while start >= 0:
                end = where[start + len(wanted) - 1] + 1
                while end < len(text) and not _bare(text[end]):
                    end += 1  # marks on the last letter
                found[where[start] : end] = [True] * (end - where[start])
                start = plain.find(wanted, start + 1)
    parts: list[tuple[str, bool]] = []
    for letter, is_found in zip(text, found, strict=True):
        if parts and parts[-1][1] is is_found:
            parts[-1] = (parts[-1][0] + letter, is_found)
        else:
            parts.append((letter, is_found))
    return tuple(parts)


def _bare(text: str) -> str:
    kept = "".join(one for one in unicodedata.normalize("NFKD", text) if not unicodedata.combining(one))
    return kept.translate(_SAME).casefold()


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
