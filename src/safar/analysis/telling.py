"""Results as people read them, in a terminal and in a notebook: a title, whose data, readable columns, the balance.

Nothing is computed here; `rows()` and the frames carry the figures themselves.
"""

from __future__ import annotations

import html
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from safar.domain.wording import counted, span

Row = Mapping[str, str]
SIMULATED = "simulated"
_MOST_IN_TEXT, _MOST_IN_PAGE = 12, 200
_SIMULATED_STYLE = "border:1px solid currentColor;border-radius:.6em;padding:0 .5em;font-size:85%"


@dataclass(frozen=True, slots=True, kw_only=True)
class Telling:
    """A result told: `notes` stand below its table."""

    title: str
    simulated: bool
    above: tuple[str, ...] = ()
    rows: tuple[Row, ...] = ()
    notes: tuple[str, ...] = ()

    def text(self) -> str:
        """As lines of text; of a long table the first rows."""
        lines = [self.title + (f" [{SIMULATED}]" if self.simulated else ""), *self.above]
        lines += _columns(self.rows[:_MOST_IN_TEXT])
        if len(self.rows) > _MOST_IN_TEXT:
            lines.append(f"… and {len(self.rows) - _MOST_IN_TEXT:,} more rows")
        return "\n".join([*lines, *self.notes])

    def html(self) -> str:
        """As a piece of a page, for notebooks; every value is escaped."""
        badge = f' <span style="{_SIMULATED_STYLE}">{SIMULATED}</span>' if self.simulated else ""
        parts = [f"<p><strong>{html.escape(self.title)}</strong>{badge}</p>"]
        parts += [f"<p>{html.escape(line)}</p>" for line in self.above]
        parts.append(_html_table(self.rows[:_MOST_IN_PAGE]) if self.rows else "<p>No rows.</p>")
        more = len(self.rows) - _MOST_IN_PAGE
        notes = [*([f"… and {counted(more, 'more row')}"] if more > 0 else []), *self.notes]
        parts += [f"<p><small>{html.escape(line)}</small></p>" for line in notes]
        return f"<div>{''.join(parts)}</div>"


def only(filters: Mapping[str, str] | Sequence[tuple[str, str]]) -> tuple[str, ...]:
    """The filters as a line; none where there are none."""
    pairs = filters.items() if isinstance(filters, Mapping) else filters
    return (f"Only {', '.join(f'{name} = {value}' for name, value in pairs)}",) if filters else ()


def readable(rows: Iterable[Mapping[str, Any]]) -> tuple[Row, ...]:
    """Any rows: words for names, lengths of time in their largest unit, shares in per cent."""
    return tuple({_name(name): _value(name, value) for name, value in row.items()} for row in rows)


def _name(name: str) -> str:
    return name.removesuffix("_s").replace("_", " ")


def _value(name: str, value: object) -> str:
    match value:
        case None:
            return "–"
        case bool() | str():
            return str(value)
        case int() | float() if name.endswith("_s"):
            return span(value)
        case float() if name.startswith("share"):
            return f"{value:.1%}"
        case int():
            return f"{value:,}"
        case float():
            return f"{value:,.3f}".rstrip("0").rstrip(".")
        case datetime():
            return f"{value:%Y-%m-%d %H:%M} UTC"
    return str(value)


def _columns(rows: Sequence[Row]) -> list[str]:
    if not rows:
        return ["No rows."]
    table = [tuple(rows[0]), *(tuple(row.values()) for row in rows)]
    widths = [max(len(line[i]) for line in table) for i in range(len(table[0]))]
    return ["  ".join(cell.ljust(width) for cell, width in zip(line, widths, strict=True)).rstrip() for line in table]


def _html_table(rows: Sequence[Row]) -> str:
    head = "".join(f'<th scope="col">{html.escape(name)}</th>' for name in rows[0])
    body = "".join("<tr>" + "".join(f"<td>{html.escape(v)}</td>" for v in row.values()) + "</tr>" for row in rows)
    return f"<table><thead><tr>{head}</tr></thead><tbody>{body}</tbody></table>"
