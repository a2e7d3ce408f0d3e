"""A sheet to draw on: places are measured from the side where one reads, and turned round for right-to-left readers."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterator
from itertools import groupby
from xml.sax.saxutils import escape, quoteattr

from safar.charts.sheet.writing import Line, Run, is_bold, line_width

INK, MUTED, LINE, GROUND = "#18212c", "#55606e", "#d9dfe6", "#f5f6f8"
BLUE, BLUE_SOFT, BLUE_FILL = "#1f5fa8", "#d4e4f5", "#7fb0e0"
ORANGE, ORANGE_FILL, ORANGE_SOFT, GREY_FILL = "#a84a00", "#f0a561", "#fde8d3", "#c3cad3"
TINTS = {"line-1": "#8a3ffc", "line-2": "#007d79", "line-3": "#c4006e", "line-4": "#8a5a00", "line-5": "#3a5a40"}
_FILLS = {
    "muted": MUTED, "nothing": MUTED, "few": ORANGE, "above": BLUE, "below": ORANGE, "loss": ORANGE, "quote": INK, **TINTS,
}  # fmt: skip
_FONTS = {
    "persian": "Vazirmatn, 'Noto Sans Arabic', Tahoma, sans-serif",
    "sign": "'DejaVu Sans', 'Segoe UI Symbol', 'Arial Unicode MS', sans-serif",
    "": "'Liberation Sans', Arial, Helvetica, sans-serif",
}
_SIGNS = set("▲▼●◆◇↩○✓")
_PAIR = re.compile(r"(-?\d+\.?\d*) (-?\d+\.?\d*)")
_OPEN_RIGHT, _OPEN_LEFT, _CLOSE = "\u2067", "\u2066", "\u2069"
_ASCENT = 0.8


class Canvas:
    """Collects what is drawn; `svg` gives the whole."""

    def __init__(self, width: float, *, mirrored: bool) -> None:
        self.width, self.mirrored = width, mirrored
        self._parts: list[str] = []

    def x(self, start: float) -> float:
        """A place measured from the reading side, as the drawing has it."""
        return self.width - start if self.mirrored else start

    def box(self, start: float, top: float, width: float, height: float, *, fill: str, stroke: str = "") -> None:
        """A filled box."""
        left = self.x(start + width) if self.mirrored else start
        line = f' stroke="{stroke}"' if stroke else ""
        self._parts.append(
            f'<rect x="{left:.1f}" y="{top:.1f}" width="{width:.1f}" height="{height:.1f}" fill="{fill}"{line}/>'
        )

    def line(self, start: float, top: float, end: float, bottom: float, *, stroke: str = LINE, more: str = "") -> None:
        """A straight line."""
        self._parts.append(
            f'<line x1="{self.x(start):.1f}" y1="{top:.1f}" x2="{self.x(end):.1f}" y2="{bottom:.1f}" '
            f'stroke="{stroke}"{more}/>'
        )

    def path(self, path: str, *, left: float, top: float, scale: float, more: str) -> None:
        """Lines of `charts.drawing`, which are mirrored already: moved, and made as wide as the columns."""
        moved = _PAIR.sub(lambda m: f"{left + float(m[1]) * scale:.1f} {top + float(m[2]):.1f}", path)
        self._parts.append(f'<path d="{moved}" {more}/>')

    def circle(self, x: float, y: float, radius: float, more: str) -> None:
        """A dot at a place of the drawing."""
        self._parts.append(f'<circle cx="{x:.1f}" cy="{y:.1f}" r="{radius:.1f}" {more}/>')

    def text(self, start: float, top: float, line: Line, size: float, *, end: bool = False, fill: str = INK) -> None:
        """One line whose upper edge is `top`; it begins at `start`, or ends there."""
        anchor = "end" if end != self.mirrored else "start"
        self.text_at(self.x(start), top, line, size, anchor=anchor, fill=fill)

    def text_at(self, x: float, top: float, line: Line, size: float, *, anchor: str, fill: str = INK) -> None:
        """One line at a place of the drawing."""
        pieces = "".join(_piece(run, fill) for run in line if run.text)
        if pieces:
            opened = _OPEN_RIGHT if self.mirrored else _OPEN_LEFT
            self._parts.append(
                f'<text x="{x:.1f}" y="{top + size * _ASCENT + size * 0.15:.1f}" font-size="{size:g}" '
                f'text-anchor="{anchor}" data-width="{line_width(line, size):.1f}" xml:space="preserve">'
                f"{opened}{pieces}{_CLOSE}</text>"
            )

    def svg(self, height: float, *, title: str, told: str, language: str) -> str:
        """The drawing, with a title and a description for those who hear it."""
        return (
            f'<svg xmlns="http://www.w3.org/2000/svg" width="{self.width:.0f}" height="{height:.0f}" '
            f'viewBox="0 0 {self.width:.0f} {height:.0f}" role="img" xml:lang={quoteattr(language)}>'
            f"<title>{_clean(title)}</title><desc>{_clean(told)}</desc>"
            f'<rect width="100%" height="100%" fill="#fff"/>{"".join(self._parts)}</svg>\n'
        )


def _piece(run: Run, fill: str) -> str:
    color = _FILLS.get(run.kind, fill)
    weight = ' font-weight="700"' if is_bold(run.kind) else ""
    return "".join(
        f'<tspan fill="{color}" font-family="{_FONTS[script]}"{weight}>{_clean(text)}</tspan>'
        for script, text in _scripts(run.text)
    )


def _scripts(text: str) -> Iterator[tuple[str, str]]:
    """Stretches of one script: no font has every letter, and drawing programs pick a poor second choice."""
    kinds: list[str] = []
    for sign in text:
        if sign in _SIGNS:
            kinds.append("sign")
        elif "\u0600" <= sign <= "\u06ff" or "\ufb50" <= sign <= "\ufefc":
            kinds.append("persian")
        elif sign.isalnum():
            kinds.append("")
        else:  # what has no script goes with what stands before it
            kinds.append("" if not kinds or kinds[-1] == "sign" or sign.isascii() and sign != " " else kinds[-1])
    for script, group in groupby(zip(kinds, text, strict=True), key=lambda pair: pair[0]):
        yield script, "".join(sign for _, sign in group)


def _clean(text: str) -> str:
    """A text that XML may hold."""
    return escape("".join(sign for sign in text if unicodedata.category(sign) not in ("Cc", "Cs", "Cn")))
