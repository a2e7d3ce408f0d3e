"""The drawing itself: boxes with names, what is explained and items; arrows with coefficients; how to read it.

Colors: fixed ones for a light or a dark ground, or the page's own tokens, so that the drawing follows the page.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from xml.sax.saxutils import escape, quoteattr

from safar.analysis.path_model.result import Figure, ItemFigure, PathFigure, PathResult
from safar.analysis.path_model.speaking import arrow, number, stars
from safar.charts.path_diagram.arrows import Box, Point, label_places, line_through
from safar.charts.path_diagram.layers import Placed, place
from safar.charts.path_diagram.words import Words, words_of
from safar.charts.sheet.writing import Run, is_persian, width_of, wrap
from safar.domain.path_model import PathModel

_LIGHT = {
    "surface": "#ffffff", "raised": "#f5f6f8", "ink": "#18212c", "muted": "#55606e", "line": "#c3cad3",
    "blue": "#1f5fa8", "orange": "#a84a00", "blue-soft": "#d4e4f5",
}  # fmt: skip
_DARK = {
    "surface": "#171e26", "raised": "#202935", "ink": "#e9eef4", "muted": "#a5b1bf", "line": "#4a5664",
    "blue": "#86bbf2", "orange": "#f5ac6b", "blue-soft": "#1d344f",
}  # fmt: skip
THEMES: Mapping[str, Mapping[str, str]] = {
    "light": _LIGHT,
    "dark": _DARK,
    "page": {name: f"var(--{name}, {value})" for name, value in _LIGHT.items()},
}
_FONT = "'Liberation Sans', Arial, Helvetica, Vazirmatn, 'Noto Sans Arabic', sans-serif"
_WIDTH, _PRODUCT, _COLUMN_GAP, _ROW_GAP = 148.0, 118.0, 128.0, 26.0
_NAME, _LINE, _SMALL, _ITEM_LINE = 13.0, 16.0, 12.0, 16.0
_PAD, _MARGIN, _HEAD, _FOOT = 9.0, 24.0, 46.0, 34.0
_LABEL, _LABEL_HEIGHT = 12.0, 15.0
_THINNEST, _WIDEST = 1.2, 6.0
_MOST_ITEMS = 12
_NARROWEST = 560.0
_OPEN_RIGHT, _CLOSE = "\u2067", "\u2069"


@dataclass(frozen=True, slots=True, kw_only=True)
class DiagramLook:
    """How to draw: theme "light", "dark" or "page" (the page's colors); items: with loadings in the boxes."""

    language: str = "en"
    theme: str = "light"
    items: bool = False


def draw_path_diagram(result: PathResult, look: DiagramLook | None = None) -> str:
    """The diagram as SVG: a fixed number of pixels, nothing loaded; mirrored for right-to-left readers."""
    return _Diagram(result.model, result, look or DiagramLook()).draw()


def draw_path_model(model: PathModel, look: DiagramLook | None = None) -> str:
    """The same drawing of a model that was not estimated yet: what is claimed, with expected signs, and no figures."""
    return _Diagram(model, None, look or DiagramLook()).draw()


_NO_FIGURE = Figure(estimate=0.0)


@dataclass(frozen=True, slots=True, kw_only=True)
class _Claim:
    """A path that was not estimated."""

    source: str
    target: str
    hypothesis: str
    sign: int | None
    figure: Figure = _NO_FIGURE


@dataclass(frozen=True, slots=True, kw_only=True)
class _Asked:
    """An item that was not estimated."""

    construct: str
    item: str
    loading: Figure = _NO_FIGURE


_Arrow = PathFigure | _Claim


class _Diagram:
    def __init__(self, model: PathModel, result: PathResult | None, look: DiagramLook) -> None:
        self._model, self._result, self._look = model, result, look
        self._words: Words = words_of(look.language)
        self._ink = THEMES[look.theme]
        self._paths: Sequence[_Arrow]
        self._items: Sequence[ItemFigure | _Asked]
        if result is not None:
            self._paths, self._items = result.paths, result.items
        else:
            self._paths = tuple(
                _Claim(source=one.source, target=one.target, hypothesis=one.hypothesis, sign=one.sign)
                for one in model.paths
            )
            self._items = tuple(_Asked(construct=one.name, item=item) for one in model.constructs for item in one.items)
        self._labels = {one.name: one.label for one in model.constructs}
        self._labels |= {one.name: one.label for one in model.higher_orders}
        figures = () if result is None else result.constructs
        self._explained = {one.construct: one.r2.estimate for one in figures if one.r2}
        names = [name for name in model.order if any(name in (p.source, p.target) for p in self._paths)]
        self._arrows = [(path.source, path.target) for path in self._paths]
        self._placed: Placed = place(names, self._arrows, height_of=self._height, gap=_ROW_GAP)
        column = _WIDTH + _COLUMN_GAP
        self._drawn_width = self._placed.count * column - _COLUMN_GAP
        self._width = max(self._drawn_width + 2 * _MARGIN, _NARROWEST)
        self._left = (self._width - self._drawn_width) / 2
        self._names = names

    def draw(self) -> str:
        lines, notes = self._lines(), self._notes()
        height = _HEAD + self._placed.height + 2 * _MARGIN + _FOOT + 15 * (len(notes) - 1)
        parts = [
            f'<rect width="100%" height="100%" fill="{self._ink["surface"]}"/>',
            *self._heading(),
            *(part for arrow in lines for part in self._arrow(*arrow)),
            *(part for name in self._names for part in self._box(name)),
            *(part for arrow in lines for part in self._number(*arrow)),
        ]
        for k, note in enumerate(notes):
            parts.append(self._text(_MARGIN, height - _FOOT + 8 + 15 * (k + 1 - len(notes)), note, _SMALL, "muted"))
        title = self._title()
        told = "; ".join(self._told(path) for path in self._paths)
        # Its own direction: a right-to-left page would turn the anchors of texts round.
        return (
            f'<svg xmlns="http://www.w3.org/2000/svg" direction="ltr" width="{self._width:.0f}" height="{height:.0f}" '
            f'viewBox="0 0 {self._width:.0f} {height:.0f}" role="img" aria-label={quoteattr(title)} '
            f"xml:lang={quoteattr(self._look.language)} font-family={quoteattr(_FONT)}>"
            f"<title>{escape(title)}</title><desc>{escape(told)}</desc>"
            f"{''.join(parts)}</svg>\n"
        )

    def _title(self) -> str:
        mark = f" ({self._words.simulated})" if self._result is not None and self._result.simulated else ""
        return f"{self._model.name}{mark}"

    def _heading(self) -> list[str]:
        result, words = self._result, self._words
        if result is None:
            return [
                self._text(_MARGIN, 30, self._title(), 16, "ink", bold=True),
                self._text(_MARGIN, 49, words.not_estimated, _SMALL + 0.5, "muted"),
            ]
        kind = words.consistent if result.run.options.consistent else words.plain
        told = f"{words.rows.format(n=words.count(result.n))} · {kind} · SRMR {words.figure(number(result.fit.srmr))}"
        if not result.admissible:
            told += f" · {words.inadmissible}"
        return [
            self._text(_MARGIN, 30, self._title(), 16, "ink", bold=True),
            self._text(_MARGIN, 49, told, _SMALL + 0.5, "muted" if result.admissible else "orange"),
        ]

    def _notes(self) -> list[str]:
        words, result = self._words, self._result
        told = words.reading_model if result is None else words.reading_plain
        if result is not None and result.run.resampling:
            told = words.reading
        lines = [line for part in told for line in wrap((Run(part),), _SMALL, self._width - 2 * _MARGIN)]
        return ["".join(run.text for run in line) for line in lines]

    def _told(self, path: _Arrow) -> str:
        ends = arrow(self._name(path.source), self._name(path.target), self._look.language)
        if self._result is None:
            return f"{ends} {self._label(path)}".strip()
        return f"{ends} {number(path.figure.estimate, 2)}{stars(path.figure.p)}"

    def _name(self, name: str) -> str:
        label = self._labels.get(name)
        if "*" in name:
            return " × ".join(self._name(part) for part in name.split("*"))
        return label.text(self._look.language) if label is not None else name

    def _name_lines(self, name: str) -> list[str]:
        size = _SMALL if "*" in name else _NAME
        lines = wrap((Run(self._name(name), "strong"),), size, self._box_width(name) - 2 * _PAD, lines=3)
        return ["".join(run.text for run in line) for line in lines]

    def _items_of(self, name: str) -> Sequence[ItemFigure | _Asked]:
        return [one for one in self._items if one.construct == name] if self._look.items else ()

    def _box_width(self, name: str) -> float:
        return _PRODUCT if "*" in name else _WIDTH

    def _height(self, name: str) -> float:
        head = 2 * _PAD + _LINE * len(self._name_lines(name)) - 3
        if name in self._explained:
            head += 15
        items = self._items_of(name)
        shown = min(len(items), _MOST_ITEMS + 1)
        return head + (shown * _ITEM_LINE + 7 if items else 0)

    def _place(self, name: str) -> Point:
        """The middle of a box, from the side where one reads."""
        layer = self._placed.layers[name]
        x = self._left + layer * (_WIDTH + _COLUMN_GAP) + _WIDTH / 2
        return x, _HEAD + _MARGIN + self._placed.heights[name]

    def _lines(self) -> list[tuple[_Arrow, tuple[Point, ...], Point]]:
        ports = self._ports()
        drawn = []
        for path in self._paths:
            arrow = (path.source, path.target)
            passed = self._placed.ways[arrow]
            places = [ports[*arrow, 0]]
            for layer, y in passed:
                # Level through the whole layer, so that it passes beside boxes and not through their corners.
                x = self._left + layer * (_WIDTH + _COLUMN_GAP)
                height = _HEAD + _MARGIN + y
                places += [(x, height), (x + _WIDTH, height)]
            places.append(ports[*arrow, 1])
            drawn.append(line_through(places))
        boxes = [self._outline(name) for name in self._names]
        wide = [
            (points, width_of(self._label(path), _LABEL, bold=True) + 4)
            for path, points in zip(self._paths, drawn, strict=True)
        ]
        labels = label_places(wide, height=_LABEL_HEIGHT, boxes=boxes)
        return list(zip(self._paths, drawn, labels, strict=True))

    def _outline(self, name: str) -> Box:
        x, y = self._place(name)
        wide, tall = self._box_width(name) / 2, self._height(name) / 2
        return x - wide, y - tall, x + wide, y + tall

    def _ports(self) -> dict[tuple[str, str, int], Point]:
        """Where each way leaves its source (0) and enters its target (1): spread over the side, in order."""
        found: dict[tuple[str, str, int], Point] = {}
        for name in self._names:
            left, top, right, bottom = self._outline(name)
            for end, x in ((0, right), (1, left)):
                arrows = [way for way in self._arrows if way[end] == name]
                arrows.sort(key=lambda way, end=end: self._toward(way, end))  # type: ignore[misc]
                for k, way in enumerate(arrows, start=1):
                    share = k / (len(arrows) + 1)
                    found[*way, end] = (x, top + (bottom - top) * share)
        return found

    def _toward(self, way: tuple[str, str], end: int) -> float:
        passed = self._placed.ways[way]
        if passed:
            return passed[0 if end == 0 else -1][1]
        return self._placed.heights[way[1 - end]]

    def _label(self, path: _Arrow) -> str:
        if self._result is None:
            sign = {None: "", 1: "+", -1: "−"}[path.sign]
            return f"{path.hypothesis[:12]} {sign}".strip()
        told = f"{self._words.figure(number(path.figure.estimate, 2))}{stars(path.figure.p)}"
        return f"{path.hypothesis}  {told}" if path.hypothesis and len(path.hypothesis) <= 6 else told

    def _color(self, path: _Arrow) -> str:
        if self._result is None:
            return self._ink["orange" if path.sign == -1 else "blue" if path.sign == 1 else "muted"]
        if self._uncertain(path):
            return self._ink["muted"]
        return self._ink["blue"] if path.figure.estimate >= 0 else self._ink["orange"]

    def _uncertain(self, path: _Arrow) -> bool:
        figure = path.figure
        return figure.low is not None and figure.high is not None and figure.low <= 0 <= figure.high

    def _arrow(self, path: _Arrow, points: tuple[Point, ...], _label: Point) -> list[str]:
        size = min(abs(path.figure.estimate), 1.0) if self._result is not None else 0.15
        thick = _THINNEST + (_WIDEST - _THINNEST) * size
        head = 5.0 + thick * 0.9
        color = self._color(path)
        dash = ' stroke-dasharray="5 4"' if self._uncertain(path) else ""
        end = points[-1]
        body = [*points[:-1], (end[0] - head * 0.8, end[1])]
        body = [point for point in body if point[0] <= end[0] - head * 0.8]
        told = "L".join(f"{self._x(x):.1f} {y:.1f}" for x, y in body)
        tip = f"{self._x(end[0]):.1f} {end[1]:.1f}"
        back = self._x(end[0] - head * 1.2)
        return [
            f'<path d="M{told}" fill="none" stroke="{color}" stroke-width="{thick:.1f}"{dash}/>',
            f'<path d="M{tip}L{back:.1f} {end[1] - head * 0.62:.1f}L{back:.1f} {end[1] + head * 0.62:.1f}Z" '
            f'fill="{color}"/>',
        ]

    def _number(self, path: _Arrow, _points: tuple[Point, ...], at: Point) -> list[str]:
        told = self._label(path)
        if not told:
            return []
        wide = width_of(told, _LABEL, bold=True) + 4
        x = self._x(at[0])
        return [
            f'<rect x="{x - wide / 2:.1f}" y="{at[1] - _LABEL_HEIGHT / 2:.1f}" width="{wide:.1f}" '
            f'height="{_LABEL_HEIGHT}" rx="3" fill="{self._ink["surface"]}"/>',
            f'<text x="{x:.1f}" y="{at[1] + 4:.1f}" font-size="{_LABEL}" font-weight="700" text-anchor="middle" '
            f'direction="ltr" fill="{self._color(path)}">{escape(told)}</text>',
        ]

    def _box(self, name: str) -> list[str]:
        left, top, right, bottom = self._outline(name)
        product = "*" in name
        x = min(self._x(left), self._x(right))
        look = ' stroke-dasharray="4 3"' if product else ""
        radius = 8 if self._items_of(name) else min((bottom - top) / 2, 22)
        fill = self._ink["surface" if product else "raised"]
        stroke = self._ink["muted" if name in self._explained else "line"]
        parts = [
            f'<rect x="{x:.1f}" y="{top:.1f}" width="{right - left:.1f}" height="{bottom - top:.1f}" rx="{radius:.0f}" '
            f'fill="{fill}" stroke="{stroke}" stroke-width="1.3"{look}/>'
        ]
        y = top + _PAD + 10
        middle = (left + right) / 2
        for line in self._name_lines(name):
            parts.append(
                self._text(middle, y, line, _SMALL if product else _NAME, "ink", bold=not product, anchor="middle")
            )
            y += _LINE
        if name in self._explained:
            told = f"R² {self._words.figure(number(self._explained[name], 2))}"
            parts.append(self._text(middle, y - 1, told, _SMALL, "muted", anchor="middle"))
            y += 15
        return [*parts, *self._item_rows(name, left, right, y)]

    def _item_rows(self, name: str, left: float, right: float, y: float) -> list[str]:
        items = self._items_of(name)
        parts: list[str] = []
        for one in items[:_MOST_ITEMS]:
            share = min(abs(one.loading.estimate), 1.0)
            full = right - left - 2 * _PAD
            start, end = left + _PAD, left + _PAD + full * share
            x = min(self._x(start), self._x(end))
            parts.append(
                f'<rect x="{x:.1f}" y="{y - 9:.1f}" width="{abs(end - start):.1f}" height="13" rx="2" '
                f'fill="{self._ink["blue-soft"]}"/>'
            )
            cut = wrap((Run(one.item),), _SMALL, full - 36, lines=1)
            parts.append(self._text(start + 4, y + 1.5, "".join(run.text for run in cut[0]), _SMALL, "ink"))
            told = "" if self._result is None else self._words.figure(number(one.loading.estimate, 2))
            parts.append(self._text(right - _PAD - 4, y + 1.5, told, _SMALL, "ink", anchor="end"))
            y += _ITEM_LINE
        if more := len(items) - len(items[:_MOST_ITEMS]):
            told = self._words.more.format(n=self._words.count(more))
            parts.append(self._text(left + _PAD, y + 1.5, told, _SMALL, "muted"))
        return parts

    def _x(self, start: float) -> float:
        """A place measured from the side where one reads, as the drawing has it."""
        return self._width - start if self._words.mirrored else start

    def _text(
        self, start: float, y: float, text: str, size: float, color: str, *, bold: bool = False, anchor: str = "start"
    ) -> str:
        # Anchors are of the drawing, not of the line's direction: drawing programs differ in what "start" is there.
        if self._words.mirrored:
            anchor = {"start": "end", "end": "start"}.get(anchor, anchor)
        told = f"{_OPEN_RIGHT}{text}{_CLOSE}" if any(is_persian(sign) for sign in text) else text
        weight = ' font-weight="700"' if bold else ""
        return (
            f'<text x="{self._x(start):.1f}" y="{y:.1f}" font-size="{size:g}" text-anchor="{anchor}"{weight} '
            f'fill="{self._ink[color]}">{escape(told)}</text>'
        )
