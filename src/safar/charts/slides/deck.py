"""Slides of 16:9 with titles, texts and tables that fit: heights are reckoned before anything is placed."""

from __future__ import annotations

import io
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Any

from pptx import Presentation
from pptx.dml.color import RGBColor
from pptx.enum.shapes import MSO_SHAPE
from pptx.enum.text import MSO_ANCHOR, PP_ALIGN
from pptx.oxml.ns import qn
from pptx.util import Emu, Pt

from safar.charts.sheet.canvas import BLUE, BLUE_SOFT, GROUND, INK, MUTED, ORANGE, TINTS
from safar.charts.sheet.writing import Line, Run, is_bold, line_width, wrap
from safar.domain.speech import Speech

WIDTH, HEIGHT = 960.0, 540.0
"""In points."""
LEFT, TOP, INNER = 40.0, 84.0, 880.0
BOTTOM = 512.0
_COLORS = {"muted": MUTED, "nothing": MUTED, "few": ORANGE, "above": BLUE, "below": ORANGE, "loss": ORANGE, **TINTS}
_PAD, _LEADING = 4.0, 1.3
_FONT, _PERSIAN_FONT = "Arial", "Tahoma"
_NO_TIME = datetime(2000, 1, 1, tzinfo=UTC).replace(tzinfo=None)
Cell = Sequence[Line]


@dataclass(frozen=True, slots=True)
class Table:
    """A table: the widths of its columns (shares of the whole) and its heading. Rows are cells of lines."""

    heading: Sequence[str]
    widths: Sequence[float]
    size: float = 11.0


class Deck:
    """Slides that are being made."""

    def __init__(self, speech: Speech, *, title: str, footer: str) -> None:
        self.speech, self.footer = speech, footer
        self._file: Any = Presentation()
        self._file.slide_width, self._file.slide_height = _points(WIDTH), _points(HEIGHT)
        core = self._file.core_properties
        core.title, core.author, core.language = title[:250], "Safar", speech.language
        # The same map gives the same file.
        core.created = core.modified = _NO_TIME

    def slide(self, title: str, *, notes: str) -> Any:
        """A new slide with its title, footer and speaker's notes."""
        slide = self._file.slides.add_slide(self._file.slide_layouts[5])
        holder = slide.shapes.title
        holder.left, holder.top, holder.width, holder.height = (
            _points(LEFT), _points(24), _points(INNER), _points(48)
        )  # fmt: skip
        size = 26.0
        while size > 16 and line_width((Run(title, "title"),), size) > INNER:
            size -= 2
        line = wrap((Run(title, "title"),), size, INNER, lines=1)[0]
        self.write(holder.text_frame, [line], size)
        holder.text_frame.vertical_anchor = MSO_ANCHOR.MIDDLE
        self.text(slide, [(Run(self.footer, "muted"),)], left=LEFT, top=516, width=INNER, size=9)
        slide.notes_slide.notes_text_frame.text = notes
        self._turn(slide.notes_slide.notes_text_frame)
        return slide

    def text(self, slide: Any, lines: Sequence[Line], *, left: float, top: float, width: float, size: float) -> float:
        """A box of text, wrapped here so that its height is known. Returns its lower edge."""
        height = self.text_height(lines, width=width, size=size)
        box = slide.shapes.add_textbox(_points(self.x(left, width)), _points(top), _points(width), _points(height))
        self.write(box.text_frame, lines, size)
        return top + height

    def text_height(self, lines: Sequence[Line], *, width: float, size: float) -> float:
        """How high a box of text is."""
        wrapped = [piece for line in lines for piece in (wrap(line, size, width - 2 * _PAD) if line else [()])]
        return len(wrapped) * size * _LEADING + 2 * _PAD

    def bar(self, slide: Any, *, left: float, top: float, width: float, height: float, color: str) -> None:
        """A plain rectangle."""
        box = (_points(self.x(left, width)), _points(top), _points(width), _points(height))
        shape = slide.shapes.add_shape(MSO_SHAPE.RECTANGLE, *box)
        shape.fill.solid()
        shape.fill.fore_color.rgb = _color(color)
        shape.line.fill.background()
        shape.shadow.inherit = False
        self._turn(shape.text_frame)

    def paged(self, title: str, number: int, pages: int) -> str:
        """The title of one of several slides."""
        return title if pages == 1 else f"{title} ({self.speech.digits(number)}/{self.speech.digits(pages)})"

    def x(self, left: float, width: float) -> float:
        """A place measured from the reading side."""
        return WIDTH - left - width if self.speech.mirrored else left

    def write(self, frame: Any, lines: Sequence[Line], size: float) -> None:
        """Lines into a frame, a paragraph each."""
        frame.word_wrap = True
        frame.margin_left = frame.margin_right = frame.margin_top = frame.margin_bottom = _points(_PAD)
        for i, line in enumerate(lines):
            paragraph = frame.paragraphs[0] if i == 0 else frame.add_paragraph()
            for run in line:
                if not run.text:
                    continue
                piece = paragraph.add_run()
                piece.text = _clean(run.text)
                self._look(piece, run.kind, size)
            if not paragraph.runs:
                self._empty(paragraph, size)
        self._turn(frame)

    def _look(self, piece: Any, kind: str, size: float) -> None:
        font = piece.font
        font.size, font.bold, font.name = Pt(size), is_bold(kind), _FONT
        font.color.rgb = RGBColor.from_string(_COLORS.get(kind, INK)[1:])
        properties = piece._r.get_or_add_rPr()  # noqa: SLF001 - python-pptx has no door to these
        properties.set("lang", "fa-IR" if self.speech.mirrored else "en-US")
        other = properties.makeelement(qn("a:cs"), {"typeface": _PERSIAN_FONT})
        properties.append(other)

    def _empty(self, paragraph: Any, size: float) -> None:
        """The size of a line without text: else it is as high as one of 18 points, and so is its row."""
        end = paragraph._p.makeelement(qn("a:endParaRPr"), {"sz": str(round(size * 100))})  # noqa: SLF001
        paragraph._p.append(end)  # noqa: SLF001

    def _turn(self, frame: Any) -> None:
        for paragraph in frame.paragraphs:
            paragraph.alignment = PP_ALIGN.RIGHT if self.speech.mirrored else PP_ALIGN.LEFT
            paragraph._p.get_or_add_pPr().set("rtl", "1" if self.speech.mirrored else "0")  # noqa: SLF001

    def row_height(self, table: Table, cells: Sequence[Cell], *, width: float = INNER) -> float:
        """How high a row is."""
        lines = 1
        for cell, share in zip(cells, table.widths, strict=True):
            inner = width * share - 2 * _PAD
            lines = max(lines, sum(len(wrap(line, table.size, inner)) if line else 1 for line in cell))
        return lines * table.size * _LEADING + 2 * _PAD

    def tables(self, title: str, table: Table, rows: Sequence[Sequence[Cell]], *, notes: str, top: float = TOP) -> None:
        """A table over as many slides as it needs; its heading and title stand on each."""
        heading = [[(Run(name, "strong"),)] for name in table.heading]
        full = BOTTOM - top - self.row_height(table, heading)
        pages: list[list[Sequence[Cell]]] = [[]]
        used = 0.0
        for row in rows:
            height = self.row_height(table, row)
            if pages[-1] and used + height > full:
                pages.append([])
                used = 0.0
            pages[-1].append(row)
            used += height
        for number, page in enumerate(pages, start=1):
            self.table(self.slide(self.paged(title, number, len(pages)), notes=notes), table, page, top=top)

    def table(
        self, slide: Any, table: Table, rows: Sequence[Sequence[Cell]], *, top: float, left: float = LEFT,
        width: float = INNER,
    ) -> float:  # fmt: skip
        """A native table. Returns its lower edge."""
        heading: list[Cell] = [[(Run(name, "strong"),)] for name in table.heading]
        everything = [heading, *rows]
        heights = [self.row_height(table, row, width=width) for row in everything]
        shape = slide.shapes.add_table(
            len(everything), len(table.widths), _points(self.x(left, width)), _points(top), _points(width),
            _points(sum(heights)),
        )  # fmt: skip
        grid = shape.table
        properties = grid._tbl.tblPr  # noqa: SLF001
        properties.set("rtl", "1" if self.speech.mirrored else "0")
        properties.set("bandRow", "0")
        for column, share in zip(grid.columns, table.widths, strict=True):
            column.width = _points(width * share)
        for number, (row, height) in enumerate(zip(everything, heights, strict=True)):
            grid.rows[number].height = _points(height)
            for place, lines in enumerate(row):
                cell = grid.cell(number, place)
                cell.fill.solid()
                cell.fill.fore_color.rgb = _color(
                    BLUE_SOFT if number == 0 else GROUND if number % 2 == 0 else "#ffffff"
                )
                cell.margin_left = cell.margin_right = cell.margin_top = cell.margin_bottom = _points(_PAD)
                self.write(cell.text_frame, lines, table.size)
        return top + sum(heights)

    def save(self) -> bytes:
        """The file."""
        out = io.BytesIO()
        self._file.save(out)
        return out.getvalue()


def cell(text: str, kind: str = "plain") -> Cell:
    """A cell of one line."""
    return [(Run(text, kind),)]


def _points(value: float) -> Emu:
    return Emu(round(value * 12_700))


def _color(text: str) -> Any:
    return RGBColor.from_string(text[1:])


def _clean(text: str) -> str:
    return "".join(sign for sign in text if sign.isprintable() or sign in "\u200c\u200d\u2066\u2067\u2068\u2069")
