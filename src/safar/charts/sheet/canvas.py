"""A sheet to draw on: places are measured from the side where one reads, and turned round for right-to-left readers."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterator
from dataclasses import replace
from itertools import groupby
from xml.sax.saxutils import escape, quoteattr

from safar.charts.sheet.writing import Line, Run, is_bold, is_mixed, is_persian, line_width

INK, MUTED, LINE, GROUND = "#18212c", "#55606e", "#d9dfe6", "#f5f6f8"
BLUE, BLUE_SOFT, BLUE_FILL = "#1f5fa8", "#d4e4f5", "#7fb0e0"
ORANGE, ORANGE_FILL, ORANGE_SOFT, GREY_FILL = "#a84a00", "#f0a561", "#fde8d3", "#c3cad3"
TINTS = {"line-1": "#8a3ffc", "line-2": "#007d79", "line-3": "#c4006e", "line-4": "#8a5a00", "line-5": "#3a5a40"}
_FILLS = {
    "muted": MUTED, "nothing": MUTED, "few": ORANGE, "above": BLUE, "below": ORANGE, "loss": ORANGE, **TINTS,
}  # fmt: skip
_LATIN = "'Liberation Sans', Arial, Helvetica, sans-serif"
_PERSIAN = "Vazirmatn, 'Noto Sans Arabic', Tahoma, sans-serif"
_LATIN_BESIDE_PERSIAN = "'DejaVu Sans', 'Segoe UI', Tahoma, sans-serif"
"""Where a line has both scripts: drawing programs take another font for a whole line where one lacks its letters."""
SIGNS: dict[str, tuple[str, bool]] = {
    "▲": ("M0 .75L.4 .05L.8 .75Z", True),
    "▼": ("M0 .05L.8 .05L.4 .75Z", True),
    "●": ("M.05 .4A.35 .35 0 1 1 .75 .4A.35 .35 0 1 1 .05 .4Z", True),
    "○": ("M.08 .4A.32 .32 0 1 1 .72 .4A.32 .32 0 1 1 .08 .4Z", False),
    "◆": ("M.4 0L.8 .4L.4 .8L0 .4Z", True),
    "◇": ("M.4 .05L.75 .4L.4 .75L.05 .4Z", False),
    "✓": ("M.05 .45L.3 .7L.75 .1", False),
    "↩": ("M.3 .1L.05 .35L.3 .6M.05 .35L.55 .35A.18 .18 0 1 1 .55 .72L.3 .72", False),
}
"""Signs at the beginning of a line, drawn by hand in a box of one by one: few fonts have them all."""
_PAIR = re.compile(r"(-?\d+\.?\d*) (-?\d+\.?\d*)")
_OPEN_RIGHT, _OPEN_LEFT, _CLOSE = "\u2067", "\u2066", "\u2069"
_BASELINE, _SIGN = 0.95, 0.8


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
        wide = line_width(line, size)
        sign, line = _sign_of(line)
        if sign is not None:
            self._sign(x if (anchor == "start") else x - size * _SIGN, top, sign, size)
            x += size * (1 if anchor == "start" else -1)
            wide -= size
        latin = _LATIN_BESIDE_PERSIAN if is_mixed(line) else _LATIN
        pieces = "".join(_piece(run, fill, latin) for run in line if run.text)
        if pieces:
            opened = _OPEN_RIGHT if self.mirrored else _OPEN_LEFT
            self._parts.append(
                f'<text x="{x:.1f}" y="{top + size * _BASELINE:.1f}" font-size="{size:g}" text-anchor="{anchor}" '
                f'data-width="{max(wide, 0):.1f}" xml:space="preserve">{opened}{pieces}{_CLOSE}</text>'
            )

    def _sign(self, left: float, top: float, sign: Run, size: float) -> None:
        path, filled = SIGNS[sign.text]
        tint = _FILLS.get(sign.kind, INK)
        look = f'fill="{tint}"' if filled else f'fill="none" stroke="{tint}" stroke-width="{1.4 / size:.3f}"'
        self._parts.append(
            f'<path transform="translate({left:.1f} {top + size * 0.2:.1f}) scale({size:g})" d="{path}" {look}/>'
        )

    def svg(self, height: float, *, title: str, told: str, language: str) -> str:
        """The drawing, with a title and a description for those who hear it."""
        return (
            f'<svg xmlns="http://www.w3.org/2000/svg" width="{self.width:.0f}" height="{height:.0f}" '
            f'viewBox="0 0 {self.width:.0f} {height:.0f}" role="img" xml:lang={quoteattr(language)}>'
            f"<title>{_clean(title)}</title><desc>{_clean(told)}</desc>"
            f'<rect width="100%" height="100%" fill="#fff"/>{"".join(self._parts)}</svg>\n'
        )


def _sign_of(line: Line) -> tuple[Run | None, Line]:
    """The sign that a line begins with, and the rest."""
    if not line or line[0].text[:1] not in SIGNS:
        return None, line
    first = line[0]
    return replace(first, text=first.text[:1]), (replace(first, text=first.text[1:].lstrip()), *line[1:])


def _piece(run: Run, fill: str, latin: str) -> str:
    color = _FILLS.get(run.kind, fill)
    weight = ' font-weight="700"' if is_bold(run.kind) else ""
    return "".join(
        f'<tspan fill="{color}" font-family="{_PERSIAN if persian else latin}"{weight}>{_clean(text)}</tspan>'
        for persian, text in _scripts(run.text)
    )


def _scripts(text: str) -> Iterator[tuple[bool, str]]:
    """Stretches of Persian letters and of others; what has no script goes with what stands before it."""
    kinds: list[bool] = []
    for sign in text:
        plain = not sign.isalnum() and not is_persian(sign)
        kinds.append((bool(kinds) and kinds[-1]) if plain and sign in " ·\u200c\u200d" else is_persian(sign))
    for persian, group in groupby(zip(kinds, text, strict=True), key=lambda pair: pair[0]):
        yield persian, "".join(sign for _, sign in group)


def _clean(text: str) -> str:
    """A text that XML may hold. Heh with a hamza above becomes one sign: drawing programs double the word otherwise."""
    text = text.replace("\u0647\u0654", "\u06c0")
    return escape("".join(sign for sign in text if unicodedata.category(sign) not in ("Cc", "Cs", "Cn")))
