"""The whole map as one drawing (SVG): head, flow, experience, the chosen lanes, and what stands around them.

The columns are as wide as lets the sheet be printed largest on A-paper held sideways.
"""

from __future__ import annotations

from dataclasses import dataclass
from itertools import groupby

from safar.analysis.journey_map import StepColumn
from safar.analysis.map_parts import FELT, FLOW, MapParts
from safar.charts.drawing import experience as curve
from safar.charts.drawing import ribbon
from safar.charts.drawing.series import Series, draw_series, name_apart
from safar.charts.sheet.around import AroundMap
from safar.charts.sheet.canvas import (
    BLUE,
    BLUE_FILL,
    BLUE_SOFT,
    GREY_FILL,
    GROUND,
    INK,
    MUTED,
    ORANGE,
    ORANGE_FILL,
    TINTS,
    Canvas,
)
from safar.charts.sheet.words import CellWords, lane_names
from safar.charts.sheet.writing import Line, Run, directed, line_width, one_line, wrap
from safar.domain.speech import Speech

SIZE, LEADING = 12.0, 16.5
_MARGIN, _LANE, _PAD = 28.0, 128.0, 7.0
_NARROWEST, _WIDEST, _STEP_OF_WIDTH = 120, 420, 20
_SIDEWAYS = 2**0.5
_TITLE, _HEAD, _SMALL = 26.0, 13.5, 11.0
_MOST_UNMAPPED = 12
_DASHES = {"line-2": "9 3", "line-3": "2 3", "line-4": "12 3 2 3", "other": "7 4"}


def draw_sheet(parts: MapParts, speech: Speech) -> str:
    """The map as SVG: a fixed number of pixels wide and high, nothing loaded from anywhere."""
    return _widest_print(parts, speech).draw()


def _widest_print(parts: MapParts, speech: Speech) -> _Sheet:
    sheets = [_Sheet(parts, speech, float(width)) for width in range(_NARROWEST, _WIDEST, _STEP_OF_WIDTH)]
    return min(sheets, key=lambda sheet: (max(sheet.width, sheet.height * _SIDEWAYS), sheet.width))


@dataclass(frozen=True, slots=True)
class _Row:
    """A lane's texts, wrapped: the cells of all steps."""

    lane: str
    cells: tuple[tuple[Line, ...], ...]
    picture: float = 0.0

    @property
    def height(self) -> float:
        lines = max((len(cell) for cell in self.cells), default=0)
        return self.picture + lines * LEADING + 2 * _PAD


class _Sheet:
    """One map at one width of its columns."""

    def __init__(self, parts: MapParts, speech: Speech, column: float) -> None:
        self.parts, self.speech, self.column = parts, speech, column
        self.steps = parts.map.steps
        self.words, self.around = CellWords(parts, speech), AroundMap(parts, speech)
        self.names = lane_names(speech)
        self.inner = _LANE + column * max(1, len(self.steps))
        self.width = self.inner + 2 * _MARGIN
        self.head = self._head()
        self.titles = [wrap(self._title(step), _HEAD, column - 2 * _PAD) for step in self.steps]
        self.rows = [self._row(lane) for lane in parts.lanes]
        self.foot = self._foot()
        self.phases = any(step.phase for step in self.steps)
        self.title_height = max((len(lines) for lines in self.titles), default=1) * (_HEAD * 1.35) + 2 * _PAD
        self.height = (
            2 * _MARGIN
            + self._head_height()
            + (LEADING + _PAD if self.phases else 0)
            + self.title_height
            + sum(row.height for row in self.rows)
            + self._foot_height()
        )

    def _title(self, step: StepColumn) -> Line:
        number = self.speech.digits(step.number)
        return (Run(f"{number}. {self.words.name(self.speech.label(step.label))}", "step"),)

    def _row(self, lane: str) -> _Row:
        most = self.column - 2 * _PAD
        cells = []
        for step in self.steps:
            lines: list[Line] = []
            for line in self.words.cell(lane, step):
                lines += wrap(line, SIZE, most) if line else [()]
            while lines and not lines[-1]:
                lines.pop()
            cells.append(tuple(lines))
        picture = {FLOW: ribbon.HEIGHT, FELT: curve.HEIGHT + _PAD}.get(lane, 0.0)
        return _Row(lane, tuple(cells), picture)

    def _head(self) -> list[tuple[Line, float]]:
        """The lines of the head with their sizes."""
        around = self.around
        lines: list[tuple[Line, float]] = [
            (line, _TITLE) for line in wrap((Run(self.speech.apart(around.title()), "title"),), _TITLE, self.inner)
        ]
        badge: Line = (Run(around.simulated(), "few"), Run(" · ")) if around.simulated() else ()
        for text in ((*badge, Run(around.scope(), "muted")), *((Run(one),) for one in around.narrowed())):
            lines += [(line, SIZE) for line in wrap(text, SIZE, self.inner)]
        return lines

    def _tiles(self) -> list[list[tuple[Line, float]]]:
        found = []
        tiles = self.around.tiles()
        most = self.inner / len(tiles) - 3 * _PAD
        for tile in tiles:
            lines = [(line, _SMALL) for line in wrap((Run(tile.name, "muted"),), _SMALL, most)]
            lines += [(line, 19.0) for line in wrap((Run(tile.figure, "title"),), 19.0, most)]
            lines += [(line, _SMALL) for line in wrap((Run(tile.base, "muted"),), _SMALL, most)]
            found.append(lines)
        return found

    def _head_height(self) -> float:
        tiles = max(sum(size * 1.4 for _, size in tile) for tile in self._tiles())
        return sum(size * 1.4 for _, size in self.head) + tiles + 4 * _PAD

    def _foot(self) -> list[list[tuple[Line, float]]]:
        """The cards below the map, and the key."""
        _, around = self.speech.text, self.around
        most = (self.inner - 4 * _PAD) / 3 - _PAD
        title, rows = around.ways()
        ways: list[Line] = [(Run(title, "strong"),)] if title else []
        ways += [(Run(f"{name}  "), Run(count, "strong"), Run(f"  {share}", "muted")) for name, count, share in rows]
        off: list[Line] = [(Run(_("Not on the map"), "strong"),)]
        unmapped = around.unmapped()
        off += [
            (Run(f"{event} · {channel}  "), Run(facts, "strong")) for event, channel, facts in unmapped[:_MOST_UNMAPPED]
        ]
        if not unmapped:
            off.append((Run(_("Every event has its rule.")),))
        elif len(unmapped) > _MOST_UNMAPPED:
            ngettext, more = self.speech.plural, len(unmapped) - _MOST_UNMAPPED
            told = ngettext("%(shown)s more", "%(shown)s more", more) % {"shown": self.speech.number(more)}
            off.append((Run(told, "muted"),))
        if around.outside():
            off.append((Run(around.outside(), "muted"),))
        balance: list[Line] = [(Run(_("The balance"), "strong"),)]
        balance += [(Run(text),) for text in around.balance()]
        balance.append((Run(around.balances(), "muted"),))
        return [[(piece, SIZE) for line in card for piece in wrap(line, SIZE, most)] for card in (ways, off, balance)]

    def _key(self) -> list[Line]:
        _ = self.speech.text
        told = [
            _("Index from 0 (worst) to 100 (best) with its interval; the dotted line is the journey's mean."),
            f"▲ {_('above the mean')}",
            f"▼ {_('below the mean')}",
            f"○ {_('a hollow dot and a dashed line: few answers; a dotted ring: an assumption of the author')}",
        ]
        if self.parts.comparison is not None:
            told.append(_("Differences are A less B, each with its interval."))
        return [line for text in told for line in wrap((Run(text, "muted"),), _SMALL, self.inner)]

    def _foot_height(self) -> float:
        cards = max(len(card) for card in self.foot) * LEADING
        return cards + 5 * _PAD + len(self._key()) * _SMALL * 1.4

    def draw(self) -> str:
        """The drawing."""
        canvas = Canvas(self.width, mirrored=self.speech.mirrored)
        top = self._draw_head(canvas)
        top = self._draw_titles(canvas, top)
        for row in self.rows:
            self._draw_row(canvas, row, top)
            top += row.height
        end = top
        for i in range(1, len(self.steps)):
            x = _MARGIN + _LANE + i * self.column
            canvas.line(x, end - sum(row.height for row in self.rows), x, end, more=' stroke-opacity=".6"')
        self._draw_foot(canvas, top)
        told = ". ".join(f"{one.name}: {one.figure} {one.base}".strip() for one in self.around.tiles())
        return canvas.svg(self.height, title=self.around.title(), told=told, language=self.speech.language)

    def _draw_head(self, canvas: Canvas) -> float:
        top = _MARGIN
        for line, size in self.head:
            canvas.text(_MARGIN, top, line, size)
            top += size * 1.4
        top += _PAD
        tiles = self._tiles()
        each = self.inner / len(tiles)
        deepest = max(sum(size * 1.4 for _, size in tile) for tile in tiles)
        canvas.box(_MARGIN, top, self.inner, deepest + 2 * _PAD, fill=GROUND)
        for i, tile in enumerate(tiles):
            at = top + _PAD
            for line, size in tile:
                canvas.text(_MARGIN + i * each + _PAD * 1.5, at, line, size)
                at += size * 1.4
        return _MARGIN + self._head_height()

    def _draw_titles(self, canvas: Canvas, top: float) -> float:
        left = _MARGIN + _LANE
        if self.phases:
            for name, group in groupby(enumerate(self.steps), key=lambda pair: pair[1].phase or ""):
                places = [i for i, _ in group]
                width = self.column * len(places)
                canvas.box(left + places[0] * self.column + 1, top, width - 2, LEADING + _PAD - 2, fill=BLUE_SOFT)
                for line in wrap((Run(self.words.name(name), "strong"),), _SMALL, width - 2 * _PAD, lines=1):
                    canvas.text(left + places[0] * self.column + _PAD, top + 4, line, _SMALL)
            top += LEADING + _PAD
        canvas.text(_MARGIN + _PAD, top + _PAD, (Run(self.speech.text("Step"), "muted"),), SIZE)
        for i, lines in enumerate(self.titles):
            for k, line in enumerate(lines):
                canvas.text(left + i * self.column + _PAD, top + _PAD + k * _HEAD * 1.35, line, _HEAD)
        top += self.title_height
        canvas.line(_MARGIN, top, _MARGIN + self.inner, top, stroke=INK)
        return top

    def _draw_row(self, canvas: Canvas, row: _Row, top: float) -> None:
        for k, line in enumerate(wrap((Run(self.names[row.lane], "lane"),), _HEAD, _LANE - 2 * _PAD)):
            canvas.text(_MARGIN + _PAD, top + _PAD + k * _HEAD * 1.35, line, _HEAD)
        if row.lane == FLOW:
            self._draw_flow(canvas, top)
        if row.lane == FELT:
            self._draw_curve(canvas, top + _PAD)
        for i, cell in enumerate(row.cells):
            at = top + row.picture + _PAD
            for line in cell:
                canvas.text(_MARGIN + _LANE + i * self.column + _PAD, at, line, SIZE)
                at += LEADING
        canvas.line(_MARGIN, top + row.height, _MARGIN + self.inner, top + row.height)

    @property
    def _scale(self) -> float:
        return self.column / curve.COLUMN

    def _left(self) -> float:
        """Where the columns begin in the drawing, whichever way one reads."""
        return _MARGIN if self.speech.mirrored else _MARGIN + _LANE

    def _draw_flow(self, canvas: Canvas, top: float) -> None:
        _ = self.speech.text
        drawn = ribbon.draw_ribbon(self.steps, passages=self.parts.map.passages, mirrored=self.speech.mirrored)
        looks = {
            "stay": f'fill="{BLUE_FILL}"',
            "lost": f'fill="{ORANGE_FILL}"',
            "open": f'fill="{GREY_FILL}"',
            "complete": f'fill="{BLUE_SOFT}" stroke="{BLUE_FILL}"',
        }
        for shape in drawn.shapes:
            back = f'fill="none" stroke="{MUTED}" stroke-linecap="round" stroke-width="{shape.width:.1f}"'
            canvas.path(shape.path, left=self._left(), top=top, scale=self._scale, more=looks.get(shape.kind, back))
        key = ((ORANGE_FILL, _("lost")), (GREY_FILL, _("open")), (BLUE_SOFT, _("complete")))
        for k, (fill, name) in enumerate(key):
            at = top + 34 + k * LEADING
            canvas.box(_MARGIN + _PAD, at + 3, 10, 10, fill=fill, stroke=BLUE_FILL if fill == BLUE_SOFT else "")
            canvas.text(_MARGIN + _PAD + 16, at, (Run(name, "muted"),), _SMALL)

    def _draw_curve(self, canvas: Canvas, top: float) -> None:
        left, scale, mirrored = self._left(), self._scale, self.speech.mirrored
        drawn = curve.draw_experience(
            [step.experience for step in self.steps],
            mean=self.parts.map.experience.index,
            mirrored=mirrored,
            assumed=[step.assumed.index if step.assumed else None for step in self.steps],
        )
        inner = drawn.width * scale
        for value, y in zip((0, 50, 100), drawn.grid, strict=True):
            canvas.line(_MARGIN + _LANE, top + y, _MARGIN + self.inner, top + y)
            canvas.text(_MARGIN + _LANE - 6, top + y - 8, (Run(self.speech.number(value), "muted"),), _SMALL, end=True)
        for path in drawn.bands:
            canvas.path(path, left=left, top=top, scale=scale, more=f'fill="{BLUE_SOFT}"')
        if drawn.mean_y is not None:
            y = top + drawn.mean_y
            canvas.line(_MARGIN + _LANE, y, _MARGIN + self.inner, y, stroke=MUTED, more=' stroke-dasharray="2 3"')
        own = f'fill="none" stroke="{BLUE}" stroke-width="2.2"'
        for path, more in ((drawn.solid, own), (drawn.dashed, f'{own} stroke-dasharray="5 5"')):
            if path:
                canvas.path(path, left=left, top=top, scale=scale, more=more)
        for dot in drawn.dots:
            tint = ORANGE if dot.side == "below" else BLUE
            look = f'fill="#fff" stroke="{tint}"' if dot.few else f'fill="{tint}" stroke="#fff"'
            canvas.circle(left + dot.left * inner / 100, top + dot.y, dot.radius, f'{look} stroke-width="2"')
        for dot in drawn.assumed:
            look = f'fill="none" stroke="{MUTED}" stroke-width="1.6" stroke-dasharray="3 2"'
            canvas.circle(left + dot.left * inner / 100, top + dot.y, dot.radius, look)
        for series in self._series():
            self._draw_series(canvas, series, left=left, top=top, inner=inner)

    def _series(self) -> tuple[Series, ...]:
        mirrored, found = self.speech.mirrored, []
        if self.parts.other is not None:
            steps = [step.experience for step in self.parts.other.steps]
            found.append(draw_series("B", "other", steps, mirrored=mirrored))
        for i, line in enumerate(self.parts.lines.lines if self.parts.lines else (), start=1):
            found.append(
                draw_series(
                    one_line(self.words.line_name(self.parts.lines, line.value), 24),
                    f"line-{i}",
                    line.steps,
                    mirrored=mirrored,
                )
            )
        return name_apart([one for one in found if not one.is_empty])

    def _draw_series(self, canvas: Canvas, one: Series, *, left: float, top: float, inner: float) -> None:
        tint = TINTS.get(one.kind, ORANGE)
        dashes = f' stroke-dasharray="{_DASHES[one.kind]}"' if one.kind in _DASHES else ""
        look = f'fill="none" stroke="{tint}" stroke-width="2"'
        for path, more in ((one.solid, look + dashes), (one.dashed, f'{look} stroke-dasharray="4 4"')):
            if path:
                canvas.path(path, left=left, top=top, scale=self._scale, more=more)
        for mark in one.marks:
            fill = "#fff" if mark.few or one.kind == "other" else tint
            canvas.circle(left + mark.left * inner / 100, top + mark.y, 3.4, f'fill="{fill}" stroke="{tint}"')
        name = directed((Run(self.speech.apart(one.name), "strong"),))
        x, reach = left + one.label_left * inner / 100, line_width(name, _SMALL)
        anchor = one.anchor
        far = x - reach if anchor == "end" else x + reach
        if not _MARGIN / 2 < far < self.width - _MARGIN / 2:
            anchor = "start" if anchor == "end" else "end"
            x += 12 if anchor == "start" else -12
        canvas.text_at(x, top + one.label_y - 7, name, _SMALL, anchor=anchor, fill=tint)

    def _draw_foot(self, canvas: Canvas, top: float) -> None:
        each = self.inner / len(self.foot)
        top += 2 * _PAD
        deepest = max(len(card) for card in self.foot) * LEADING
        canvas.box(_MARGIN, top, self.inner, deepest + 2 * _PAD, fill=GROUND)
        for i, card in enumerate(self.foot):
            for k, (line, size) in enumerate(card):
                canvas.text(_MARGIN + i * each + _PAD * 1.5, top + _PAD + k * LEADING, line, size)
        top += deepest + 3 * _PAD
        for k, line in enumerate(self._key()):
            canvas.text(_MARGIN, top + k * _SMALL * 1.4, line, _SMALL)
