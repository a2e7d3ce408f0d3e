"""The drawing as a picture and as a page: A3 held sideways, or a larger sheet of the same shape where letters would be
too small to read. Any of them prints on A3.
"""

from __future__ import annotations

import re

_A3, _SHAPE = (420.0, 297.0), 2**0.5
_POINTS_A_MM = 72 / 25.4
_LETTERS, _LEAST_POINTS = 12.0, 5.0
_LARGEST = 4
_MARGIN_MM = 8.0
MOST_PIXELS = 9_000_000
_SIZE = re.compile(r'<svg [^>]*?width="(\d+)" height="(\d+)"')


def as_png(svg: str) -> bytes:
    """The drawing as PNG, sharp enough for print, of at most `MOST_PIXELS`."""
    import vl_convert

    width, height = _size(svg)
    scale = min(2.0, (MOST_PIXELS / (width * height)) ** 0.5)
    return bytes(vl_convert.svg_to_png(svg, scale=scale))


def as_pdf(svg: str) -> bytes:
    """The drawing as a PDF of one page."""
    import vl_convert

    width, height = _size(svg)
    page_width, page_height = page_of(width, height)
    inner_width, inner_height = (side - 2 * _MARGIN_MM for side in (page_width, page_height))
    scale = min(inner_width / width, inner_height / height)
    left, top = (page_width - width * scale) / 2, _MARGIN_MM
    head, rest = svg.split(">", 1)
    inside = re.sub(
        r'width="\d+" height="\d+"',
        f'x="{_points(left)}" y="{_points(top)}" width="{_points(width * scale)}" height="{_points(height * scale)}"',
        head,
        count=1,
    )
    page = (
        f'<svg xmlns="http://www.w3.org/2000/svg" width="{_points(page_width)}" height="{_points(page_height)}" '
        f'viewBox="0 0 {_points(page_width)} {_points(page_height)}">{inside}>{rest}</svg>'
    )
    return bytes(vl_convert.svg_to_pdf(page))


def page_of(width: float, height: float) -> tuple[float, float]:
    """Width and height of the page in mm, for a drawing of that many pixels."""
    page_width, page_height = _A3
    for _ in range(_LARGEST):
        scale = min((page_width - 2 * _MARGIN_MM) / width, (page_height - 2 * _MARGIN_MM) / height)
        if _LETTERS * scale * _POINTS_A_MM >= _LEAST_POINTS:
            break
        page_width, page_height = page_width * _SHAPE, page_height * _SHAPE
    return page_width, page_height


def _points(mm: float) -> str:
    return f"{mm * _POINTS_A_MM:.2f}"


def _size(svg: str) -> tuple[int, int]:
    found = _SIZE.search(svg)
    if found is None:
        raise ValueError("not a drawing of ours")
    return int(found[1]), int(found[2])
