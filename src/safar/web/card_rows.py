"""Tables whose rows become cards on a narrow screen: each cell is given the heading it stands under, which the style
sheet writes before it there, and the roles that keep a table a table for who hears it, however it is laid out."""

from __future__ import annotations

import re
from dataclasses import dataclass
from html import escape

_TAG = re.compile(r"<(/?)(table|thead|tbody|tfoot|tr|th|td)\b([^>]*)>")
_SPAN = re.compile(r"\b(col|row)span=\"(\d+)\"")
_LABEL = re.compile(r"\bdata-label=\"([^\"]*)\"")
_UNSEEN = re.compile(r"<span (?:class=\"sr\"|aria-hidden=\"true\")>.*?</span>", re.DOTALL)
_MARKUP = re.compile(r"<[^>]*>")
_ROLES = {"table": "table", "thead": "rowgroup", "tbody": "rowgroup", "tfoot": "rowgroup", "tr": "row", "td": "cell"}


@dataclass(frozen=True, slots=True)
class _Place:
    """A heading: where it stands, how far it reaches, and what it says."""

    row: int
    rows: int
    column: int
    columns: int
    text: str


def card_rows(html: str) -> str:
    """The same tables with roles and labels. What has a role or a label of its own keeps it; `data-label` of a heading
    is the label of its cells; the name of a row (its first heading) has none.

    Takes what our own templates write: tables that are closed, and hold no other table.
    """
    headings = _headings(html)
    column, in_head, named = 0, False, False

    def told(found: re.Match[str]) -> str:
        nonlocal column, in_head, named
        closing, tag, rest = found.groups()
        if tag == "thead":
            in_head = not closing
        if closing:
            return found.group()
        if tag == "tr":
            column, named = 0, False
        if tag == "table":
            column, in_head = 0, False
        role = _ROLES.get(tag) or ("rowheader" if not in_head and 'scope="row"' in rest else "columnheader")
        added = "" if "role=" in rest else f' role="{role}"'
        if tag in ("td", "th") and not in_head:
            label = headings.get(column, "")
            is_name = tag == "th" and not named
            named = named or is_name
            if label and not is_name and not _LABEL.search(rest):
                added += f' data-label="{label}"'
            column += _reach(rest, "col")
        return f"<{tag}{rest}{added}>"

    return _TAG.sub(told, html)


def _headings(html: str) -> dict[int, str]:
    """Of each column the lowest heading over it alone."""
    head = html.partition("<thead")[2].partition("</thead>")[0]
    places: list[_Place] = []
    for row, line in enumerate(head.split("<tr")[1:]):
        column = 0
        for one in re.finditer(r"<t[hd]\b([^>]*)>(.*?)</t[hd]>", line, re.DOTALL):
            while any(p.row < row < p.row + p.rows and p.column <= column < p.column + p.columns for p in places):
                column += 1
            own = _LABEL.search(one.group(1))
            text = own.group(1) if own else _plain(one.group(2))
            columns = _reach(one.group(1), "col")
            places.append(_Place(row, _reach(one.group(1), "row"), column, columns, text))
            column += columns
    return {place.column: place.text for place in places if place.columns == 1}


def _reach(attributes: str, way: str) -> int:
    return next((int(size) for kind, size in _SPAN.findall(attributes) if kind == way), 1)


def _plain(inside: str) -> str:
    text = _MARKUP.sub("", _UNSEEN.sub("", inside))
    # Letters were escaped where they came from; a quotation mark of a template's own is not.
    return " ".join(text.split()).replace('"', escape('"'))
