"""Pains as slides to be read from afar: the figure large, and beside it what customers said."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from safar.charts.sheet.canvas import ORANGE_FILL
from safar.charts.sheet.writing import Line
from safar.charts.slides.deck import BOTTOM, INNER, LEFT, TOP, Deck

_NAMES, _GAP, _RULE = 0.3, 20.0, 4.0
_WORDS_AT = LEFT + _NAMES * INNER + 24
_NAME_SIZE, _FIGURE_SIZE, _BASE_SIZE, _WORDS_SIZE, _SAID_SIZE = 16.0, 28.0, 12.0, 15.0, 11.0


@dataclass(frozen=True, slots=True)
class PainBlock:
    """One pain: its name, its figure, what that rests on, and quotes of a sentence and when it was said."""

    name: Line
    figure: Line
    base: Sequence[Line]
    quotes: Sequence[Sequence[Line]]


def draw_pains(deck: Deck, blocks: Sequence[PainBlock], *, title: str, notes: str) -> None:
    """As many slides as it takes; no block is broken."""
    pages: list[list[PainBlock]] = [[]]
    used = 0.0
    for block in blocks:
        height = _height(deck, block)
        if pages[-1] and used + height > BOTTOM - TOP:
            pages.append([])
            used = 0.0
        pages[-1].append(block)
        used += height + _GAP
    for number, page in enumerate(pages, start=1):
        slide = deck.slide(deck.paged(title, number, len(pages)), notes=notes)
        top = TOP
        for block in page:
            top = _draw(deck, slide, block, top) + _GAP


def _names(block: PainBlock) -> list[tuple[Sequence[Line], float]]:
    return [([block.name], _NAME_SIZE), ([block.figure], _FIGURE_SIZE), (block.base, _BASE_SIZE)]


def _words(block: PainBlock) -> list[tuple[Sequence[Line], float]]:
    return [part for quote in block.quotes for part in ((quote[:1], _WORDS_SIZE), (quote[1:], _SAID_SIZE))]


def _height(deck: Deck, block: PainBlock) -> float:
    names = sum(deck.text_height(lines, width=_NAMES * INNER, size=size) for lines, size in _names(block))
    words = sum(deck.text_height(lines, width=_words_width(), size=size) for lines, size in _words(block))
    return max(names, words)


def _words_width() -> float:
    return LEFT + INNER - _WORDS_AT


def _draw(deck: Deck, slide: Any, block: PainBlock, top: float) -> float:
    height = _height(deck, block)
    end = top
    for lines, size in _names(block):
        end = deck.text(slide, lines, left=LEFT, top=end, width=_NAMES * INNER, size=size)
    if block.quotes:
        deck.bar(slide, left=_WORDS_AT - 8, top=top, width=_RULE, height=height, color=ORANGE_FILL)
    end = top
    for lines, size in _words(block):
        end = deck.text(slide, lines, left=_WORDS_AT, top=end, width=_words_width(), size=size)
    return top + height
