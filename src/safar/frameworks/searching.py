"""Find elements by words, in English and in Persian as people type it."""

from __future__ import annotations

import unicodedata
from collections.abc import Iterable
from dataclasses import dataclass

from safar.domain.framework import Element, Framework
from safar.frameworks.shelf import load, names

# Arabic letters that keyboards and old texts put for Persian ones, and the forms that people leave out.
_SAME = str.maketrans(
    {"ي": "ی", "ى": "ی", "ك": "ک", "ة": "ه", "ۀ": "ه", "أ": "ا", "إ": "ا", "ؤ": "و", "\u0640": None, "\u200c": None}
)


@dataclass(frozen=True, slots=True)
class Hit:
    """An element that was found, and the framework that it stands in."""

    framework: Framework
    element: Element


def folded(text: str) -> str:
    """Text for comparing: case, accents, half-spaces and look-alike Persian letters no longer differ."""
    bare = "".join(c for c in unicodedata.normalize("NFKD", text) if not unicodedata.combining(c))
    plain = bare.translate(_SAME)
    return " ".join(plain.casefold().replace("isation", "ization").replace("-", " ").split())


def search(text: str, language: str | None = None, *, frameworks: Iterable[Framework] | None = None) -> tuple[Hit, ...]:
    """Elements whose label holds every word of `text`; whole labels first, then those that begin with it.

    `language` None looks in all languages and in the ids. `frameworks` None looks in the packaged ones.
    """
    words = folded(text).split()
    if not words:
        return ()
    wanted = " ".join(words)
    found: list[tuple[int, int, Hit]] = []
    for framework in frameworks if frameworks is not None else map(load, names()):
        for element in framework.elements:
            best = min((_rank(name, words, wanted) for name in _names(element, language)), default=3)
            if best < 3:
                found.append((best, len(found), Hit(framework, element)))
    return tuple(hit for _, _, hit in sorted(found, key=lambda row: row[:2]))


def _names(element: Element, language: str | None) -> list[str]:
    if language is not None:
        return [folded(element.label.texts[language])] if language in element.label.texts else []
    return [*map(folded, element.label.texts.values()), folded(element.id.rpartition(".")[2])]


def _rank(name: str, words: list[str], wanted: str) -> int:
    """0 the same, 1 begins so, 2 holds every word, 3 not found. Spaces between parts of a word do not matter."""
    if name == wanted:
        return 0
    if name.startswith(wanted):
        return 1
    joined = name.replace(" ", "")
    return 2 if all(word in joined for word in words) else 3
