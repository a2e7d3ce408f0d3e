"""The map itself: a frame quartered at the means, circles with names, small diamonds of items, axes with numbers.

Axes run from left to right in every language; names and numbers are written in the reader's own.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from math import hypot
from xml.sax.saxutils import escape, quoteattr

import numpy as np

from safar.analysis.path_model.importance_result import ConstructPlace, ImportanceResult
from safar.analysis.path_model.naming import called
from safar.analysis.path_model.phrases import say, word
from safar.analysis.path_model.speaking import number
from safar.charts.importance_map.placing import Box, Name, Placed, Point, place_names
from safar.charts.importance_map.scales import importance_range, performance_range, ticks
from safar.charts.sheet.writing import Run, is_persian, line_width, one_line, wrap

_INK = {
    name: f"var(--{name}, {plain})"
    for name, plain in {
        "surface": "#ffffff", "ink": "#18212c", "muted": "#55606e", "line": "#d9dfe6", "blue": "#1f5fa8",
        "orange": "#a84a00", "orange-soft": "#fde8d3",
    }.items()
}  # fmt: skip
_FONT = "'Liberation Sans', Arial, Helvetica, Vazirmatn, 'Noto Sans Arabic', sans-serif"
_RADIUS, _RING, _DIAMOND = 6.5, 9.7, 3.6
_APART = 8.0
_MOST_TOLD = 120
"""Items that say their figures where one points at them."""
_OPEN_RIGHT, _CLOSE = "\u2067", "\u2069"


@dataclass(frozen=True, slots=True, kw_only=True)
class MapSize:
    """How large it is drawn. letters: size of names; name: how wide a line of a name is; lines: how many of them.

    named: how many names it can hold; the others are in the table. told: figures where one points.
    """

    width: float = 760.0
    height: float = 500.0
    letters: float = 14.0
    name: float = 170.0
    lines: int = 2
    named: int = 24
    told: bool = True

    @staticmethod
    def narrow() -> MapSize:
        """For a phone: as tall as wide, names in short lines, nothing to point at."""
        return MapSize(width=304.0, height=440.0, letters=13.8, name=102.0, lines=3, named=14, told=False)


def draw_importance_map(result: ImportanceResult, *, language: str = "en", size: MapSize | None = None) -> str:
    """The map as SVG: nothing loaded, no script; "" where nothing acts on the target."""
    return _Map(result, language, size or MapSize()).draw() if result.places else ""


class _Map:
    def __init__(self, result: ImportanceResult, language: str, size: MapSize) -> None:
        self._result, self._language, self._size = result, language, size
        letters = size.letters
        self._x_title = self._lines(
            say("chart-importance", language, target=self._called(result.target)), letters - 1, size.width - 20, lines=2
        )
        self._y_title = self._lines(say("chart-performance", language), letters - 1, size.width - 8, lines=1)
        self._reach = importance_range(result, room=0.06)
        self._span = performance_range(result)
        self._x_ticks = ticks(*self._reach, most=max(3, int(size.width / 90)))
        self._y_ticks = ticks(*self._span, most=max(3, int(size.height / 70)))
        numbers = [self._number(value, self._y_ticks[1]) for value in self._y_ticks[0]]
        left = max((line_width((Run(one),), letters - 1) for one in numbers), default=20.0) + 10
        self._frame: Box = (
            left,
            letters + 12,
            size.width - 6,
            size.height - (letters + 3) * (1 + len(self._x_title)) - 8,
        )

    def draw(self) -> str:
        result, size = self._result, self._size
        title = f"{say('importance-map', self._language)}: {result.title}"
        body = "".join(
            [*self._ground(), *self._means(), *self._axes(), *self._items(), *self._named()]
        )  # names last, over everything
        return (
            f'<svg xmlns="http://www.w3.org/2000/svg" direction="ltr" viewBox="0 0 {size.width:.0f} {size.height:.0f}" '
            f'role="img" aria-label={quoteattr(self._said(title))} xml:lang={quoteattr(self._language)} '
            f'font-family={quoteattr(_FONT)} font-size="{size.letters:g}">'
            f"<desc>{escape(self._told())}</desc>{body}</svg>\n"
        )

    def _told(self) -> str:
        return "; ".join(self._figures(self._called(one.construct), one) for one in self._result.places)

    def _figures(self, name: str, one: ConstructPlace) -> str:
        language = self._language
        told = (
            f"{name}: {word('Importance', language)} {number(one.importance, 3, language)}, "
            f"{word('Performance', language)} {number(one.performance, 1, language)}"
        )
        return self._said(f"{told}, {word('begin here', language)}" if one.first else told)

    def _ground(self) -> list[str]:
        left, top, right, bottom = self._frame
        x, y = self._at(self._result.mean_importance, self._result.mean_performance)
        return [
            f'<rect x="{left:.1f}" y="{top:.1f}" width="{right - left:.1f}" height="{bottom - top:.1f}" '
            f'fill="none" stroke="{_INK["line"]}"/>',
            f'<rect x="{x:.1f}" y="{y:.1f}" width="{right - x:.1f}" height="{bottom - y:.1f}" '
            f'fill="{_INK["orange-soft"]}" fill-opacity=".45"/>',
        ]

    def _means(self) -> list[str]:
        left, top, right, bottom = self._frame
        x, y = self._at(self._result.mean_importance, self._result.mean_performance)
        return [
            f'<path d="M{x:.1f} {top:.1f}V{bottom:.1f}M{left:.1f} {y:.1f}H{right:.1f}" fill="none" '
            f'stroke="{_INK["muted"]}" stroke-dasharray="5 4"/>'
        ]

    def _axes(self) -> list[str]:
        left, top, right, bottom = self._frame
        size = self._size.letters - 1
        parts = []
        for value in self._x_ticks[0]:
            x, _ = self._at(value, self._span[0])
            told = self._number(value, self._x_ticks[1])
            half = line_width((Run(told),), size) / 2
            parts.append(f'<path d="M{x:.1f} {bottom:.1f}v4" stroke="{_INK["muted"]}"/>')
            middle = min(max(x, left + half - 6), right + 6 - half)
            parts.append(self._text(middle, bottom + size + 5, told, size, "muted", anchor="middle"))
        for value in self._y_ticks[0]:
            _, y = self._at(self._reach[0], value)
            parts.append(f'<path d="M{left - 4:.1f} {y:.1f}H{left:.1f}" stroke="{_INK["muted"]}"/>')
            told = self._number(value, self._y_ticks[1])
            parts.append(self._text(left - 7, y + size * 0.35, told, size, "muted", anchor="end"))
        for k, line in enumerate(self._x_title):
            y = bottom + (size + 3) * (k + 2) + 5
            parts.append(self._text((left + right) / 2, y, line, size, "ink", anchor="middle"))
        parts.append(self._text(0, top - 8, self._y_title[0], size, "ink"))
        return parts

    def _items(self) -> list[str]:
        told = self._size.told and len(self._result.items) <= _MOST_TOLD
        drawn = []
        for one in self._result.items:
            x, y = self._at(one.importance, one.performance)
            way = f"M{x:.1f} {y - _DIAMOND:.1f}l{_DIAMOND} {_DIAMOND}-{_DIAMOND} {_DIAMOND}-{_DIAMOND}-{_DIAMOND}z"
            if told:
                figures = f"{number(one.importance, 3, self._language)}, {number(one.performance, 1, self._language)}"
                says = self._said(f"{one_line(one.item, 80)}: {figures}")
                drawn.append(f'<path d="{way}"><title>{escape(says)}</title></path>')
            else:
                drawn.append(way)
        inner = "".join(drawn) if told else f'<path d="{"".join(drawn)}"/>'
        return [f'<g fill="{_INK["muted"]}" fill-opacity=".6">{inner}</g>']

    def _named(self) -> list[str]:
        # Where to begin is named first, then what matters most.
        places = sorted(self._result.places, key=lambda one: not one.first)
        marks = [self._at(one.importance, one.performance) for one in places]
        corner, hint = self._corner(marks)
        found = self._find_places(places, marks, corner)
        parts = list(hint)
        for one, (_, placed) in zip(places, found, strict=True):
            color = "orange" if one.first else "blue"
            if placed is not None and placed.line is not None:
                parts.append(self._line(placed.line, color))
        for one, (x, y) in zip(reversed(places), reversed(marks), strict=True):
            parts += self._circle(one, x, y)
        for one, (lines, placed) in zip(places, found, strict=True):
            if placed is not None:
                parts += self._name(lines, placed, "orange" if one.first else "ink")
        return parts

    def _find_places(
        self, places: Sequence[ConstructPlace], marks: Sequence[Point], corner: Sequence[Box]
    ) -> list[tuple[list[str], Placed | None]]:
        left, top, right, bottom = self._frame
        items = [self._at(one.importance, one.performance) for one in self._result.items]
        dots = np.array([*items, *self._along_means()]).reshape(-1, 2)
        reach = [_RING + 1 if one.first else _RADIUS + 1 for one in places]
        boxes = [(x - r, y - r, x + r, y + r) for (x, y), r in zip(marks, reach, strict=True)]
        size, best = self._size, None
        # Where not every name has room, all are made shorter.
        for lines in dict.fromkeys((size.lines, 2)):
            texts = [self._name_lines(self._called(one.construct), lines) for one in places[: size.named]]
            names = [
                Name(at, around[2] - at[0] + 1, self._wide(text), self._tall(text))
                for at, around, text in zip(marks, boxes, texts, strict=False)
            ]
            found = place_names(
                names, frame=(left + 2, top + 2, right - 2, bottom - 2), marks=boxes,
                taken=corner, dots=dots,
            )  # fmt: skip
            named = sum(one is not None for one in found)
            if best is None or named > best[0]:
                best = named, texts, found
            if named == len(texts):
                break
        assert best is not None  # noqa: S101 - one try is always made
        _, texts, found = best
        rest = len(places) - len(texts)
        return [*zip(texts, found, strict=True), *(([], None) for _ in range(rest))]

    def _along_means(self) -> list[Point]:
        """Points on the dashed lines, which names should not hide."""
        left, top, right, bottom = self._frame
        x, y = self._at(self._result.mean_importance, self._result.mean_performance)
        across = [(float(at), y) for at in np.arange(left, right, _APART)]
        return across + [(x, float(at)) for at in np.arange(top, bottom, _APART)]

    def _corner(self, marks: Sequence[Point]) -> tuple[list[Box], list[str]]:
        """What the quarter below on the right is, where it has room for that."""
        _, _, right, bottom = self._frame
        told, size = word("begin here", self._language), self._size.letters - 1
        wide = line_width((Run(told, "strong"),), size)
        box = (right - wide - 8, bottom - size - 10, right - 2, bottom - 2)
        x, y = self._at(self._result.mean_importance, self._result.mean_performance)
        covered = any(
            box[0] - _RADIUS - 2 < at[0] < box[2] + _RADIUS + 2 and box[1] - _RADIUS - 2 < at[1] < box[3] + _RADIUS
            for at in marks
        )
        if covered or box[0] < x or box[1] < y:
            return [], []
        return [box], [self._text(right - 6, bottom - 8, told, size, "orange", anchor="end", strong=True)]

    def _circle(self, one: ConstructPlace, x: float, y: float) -> list[str]:
        color = _INK["orange" if one.first else "blue"]
        says = escape(self._figures(self._called(one.construct), one))
        # A ring tells where to begin without its color, too.
        ring = f'<circle cx="{x:.1f}" cy="{y:.1f}" r="{_RING}" fill="none" stroke="{color}" stroke-width="1.6"/>'
        return [
            f'<g><title>{says}</title><circle cx="{x:.1f}" cy="{y:.1f}" r="{_RADIUS}" fill="{color}" '
            f'stroke="{_INK["surface"]}"/>{ring if one.first else ""}</g>'
        ]

    def _line(self, line: tuple[Point, Point], color: str) -> str:
        (x, y), (to_x, to_y) = line
        length = hypot(to_x - x, to_y - y)
        share = min((_RING if color == "orange" else _RADIUS) / length, 1.0)
        return (
            f'<path d="M{x + (to_x - x) * share:.1f} {y + (to_y - y) * share:.1f}L{to_x:.1f} {to_y:.1f}" '
            f'stroke="{_INK[color]}" stroke-opacity=".7"/>'
        )

    def _name(self, lines: Sequence[str], placed: Placed, color: str) -> list[str]:
        left, top, right, _ = placed.box
        anchor = ("middle", "start", "end")[placed.side]
        x = {"start": left, "middle": (left + right) / 2, "end": right}[anchor]
        size = self._size.letters
        return [
            self._text(x, top + size * (0.88 + k * 1.15), line, size, color, anchor=anchor, bold=True)
            for k, line in enumerate(lines)
        ]

    def _name_lines(self, name: str, lines: int) -> list[str]:
        """A name in lines; a word that is wider than they are widens them, up to half of the drawing."""
        size = self._size
        word_ = max((line_width((Run(one, "strong"),), size.letters) for one in name.split()), default=0.0)
        return self._lines(
            name, size.letters, max(size.name, min(word_ * 1.02, size.width / 2)), lines=lines, bold=True
        )

    def _wide(self, lines: Sequence[str]) -> float:
        return max((line_width((Run(line, "strong"),), self._size.letters) for line in lines), default=0.0)

    def _tall(self, lines: Sequence[str]) -> float:
        return self._size.letters * (1.15 * len(lines) + 0.05)

    def _at(self, importance: float, performance: float) -> Point:
        left, top, right, bottom = self._frame
        (low, high), (least, most) = self._reach, self._span
        x = left + (right - left) * (importance - low) / (high - low)
        return x, bottom - (bottom - top) * (performance - least) / (most - least)

    def _called(self, construct: str) -> str:
        return one_line(called(construct, self._result.labels, self._language), 120)

    def _number(self, value: float, decimals: int) -> str:
        return number(value, decimals, self._language)

    def _lines(self, text: str, size: float, most: float, *, lines: int, bold: bool = False) -> list[str]:
        found = wrap((Run(text, "strong" if bold else "plain"),), size, most, lines=lines)
        return ["".join(run.text for run in line) for line in found]

    def _said(self, text: str) -> str:
        return f"{_OPEN_RIGHT}{text}{_CLOSE}" if any(is_persian(sign) for sign in text) else text

    def _text(
        self, x: float, y: float, text: str, size: float, color: str, *, anchor: str = "start", bold: bool = False,
        strong: bool = False,
    ) -> str:  # fmt: skip
        # Around names and numbers a rim of the ground, so that lines and diamonds under them do not disturb.
        look = ' font-weight="700"' if bold or strong else ""
        rim = (
            f' stroke="{_INK["surface"]}" stroke-width="3" stroke-linejoin="round" paint-order="stroke"' if bold else ""
        )
        return (
            f'<text x="{x:.1f}" y="{y:.1f}" font-size="{size:g}" text-anchor="{anchor}"{look}{rim} '
            f'fill="{_INK[color]}">{escape(self._said(text))}</text>'
        )
