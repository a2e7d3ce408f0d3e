"""Find elements by words, in English and in Persian as people type it."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass

from safar.domain.framework import Element, Framework
from safar.domain.matching import folded, rank
from safar.frameworks.shelf import load, names


@dataclass(frozen=True, slots=True)
class Hit:
    """An element that was found, and the framework that it stands in."""

    framework: Framework
    element: Element


def search(text: str, language: str | None = None, *, frameworks: Iterable[Framework] | None = None) -> tuple[Hit, ...]:
    """Elements whose label holds every word of `text`; whole labels first, then those that begin with it.

    `language` None looks in all languages and in the ids. `frameworks` None looks in the packaged ones.
    """
    found: list[tuple[int, int, Hit]] = []
    for framework in frameworks if frameworks is not None else map(load, names()):
        for element in framework.elements:
            best = rank(_names(element, language), text)
            if best is not None:
                found.append((best, len(found), Hit(framework, element)))
    return tuple(hit for _, _, hit in sorted(found, key=lambda row: row[:2]))


def _names(element: Element, language: str | None) -> list[str]:
    if language is not None:
        return [folded(element.label.texts[language])] if language in element.label.texts else []
    return [*map(folded, element.label.texts.values()), folded(element.id.rpartition(".")[2])]
