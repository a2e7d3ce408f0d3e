"""Results as people read them, in a terminal and in a notebook: a title, whose data, readable columns, the balance.

Nothing is computed here; `rows()` and the frames carry the figures themselves.
"""

from __future__ import annotations

import html
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import TYPE_CHECKING, Any

from safar.domain.wording import counted, span

if TYPE_CHECKING:
    from safar.analysis.journey_map import Experience, JourneyMap
    from safar.analysis.measurement import Measurement
    from safar.analysis.metric import MetricValue

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


def figures(value: MetricValue) -> dict[str, str]:
    """A metric's value, interval, base and state."""
    if value.value is None or value.low is None or value.high is None:
        number, between = "–", "–"
    else:
        places = 2 if value.metric in ("mean", "ces") else 1
        number, between = f"{value.value:.{places}f}", f"{value.low:.{places}f} to {value.high:.{places}f}"
    base = "withheld" if value.n is None else f"{value.n:,}"
    shares = {}
    if value.metric == "share":
        part = "–" if value.of_responses is None else f"{value.of_responses:.1f}"
        shares = {"chosen": "–" if value.chosen is None else f"{value.chosen:,}", "of responses": part}
    words = value.state.value.replace("_", " ")
    return {"value": number, "interval": between, **shares, "answers": base, "state": words}


def measured_rows(found: Measurement) -> tuple[Row, ...]:
    """One row a group, and "all" last where all groups may be put together."""
    rows = []
    for cell in found.cells:
        dims = {name: "(unknown)" if v is None else v for name, v in zip(found.by, cell.dims, strict=True)}
        rows.append(dims | figures(cell.value))
    if found.by and found.total is not None:
        rows.append({name: "all" if i == 0 else "" for i, name in enumerate(found.by)} | figures(found.total))
    return tuple(rows)


def mix_notes(found: Measurement) -> tuple[str, ...]:
    """Of which questions a total is made, and why there is none or it is only "few"."""
    told = found.total
    if told is None:
        return ()
    inside = [f"{part.question} {100 * part.weight:.0f} %" for part in told.mix if part.weight]
    notes = [f"Mix: {', '.join(inside)}"] if inside else []
    if told.reason:
        notes.append(f"{'Why no figure' if told.value is None else 'Note'}: {told.reason}.")
    return tuple(notes)


def tell_measurement(found: Measurement) -> Telling:
    """A metric by its groups, with total, mix and balance."""
    return Telling(
        title=f"{found.title}, {found.unit}",
        simulated=found.origin.simulated,
        above=only(found.filters),
        rows=measured_rows(found),
        notes=(*mix_notes(found), f"Balance: {found.balance}."),
    )


def tell_map(found: JourneyMap) -> Telling:
    """A row a step, with the passages above and both balances below."""
    as_of = f" as of {found.origin.as_of:%Y-%m-%d %H:%M} UTC" if found.origin.as_of else ""
    rows = tuple(
        {
            "#": str(step.number),
            "step": step.label.text(),
            "contacts": f"{step.volume:,}",
            "customers": f"{step.customers:,}",
            "still in": _share(step.remaining_share),
            "lost": f"{step.dropped:,}",
            "since the step before": span(step.time_since_previous_step.median_s),
            "experience": _index(step.experience),
            "95 %": _between(step.experience),
            "answers": f"{step.experience.n:,}",
        }
        for step in found.steps
    )
    return Telling(
        title=f"{found.label.text()}{as_of}",
        simulated=found.origin.simulated,
        above=(
            *only(found.filters),
            f"{counted(found.passages, 'passage')} of {counted(found.customers, 'customer')}: {found.complete:,} "
            f"complete, {found.lost:,} lost, {found.open:,} open",
        ),
        rows=rows,
        notes=tuple(
            f"Balance: {one.facts + one.filtered_out:,} {one.table} = {one.mapped:,} mapped + {one.ignored:,} ignored "
            f"+ {one.unmapped:,} unmapped" + (f" + {one.filtered_out:,} filtered out" if one.filtered_out else "")
            for one in found.balance
        ),
    )


def _index(felt: Experience) -> str:
    if felt.index is None:
        return "too few" if felt.state == "too_few" else "–"
    return f"{felt.index:.1f}{' (few)' if felt.state == 'few' else ''}"


def _between(felt: Experience) -> str:
    return "–" if felt.low is None or felt.high is None else f"{felt.low:.1f} to {felt.high:.1f}"


def _share(value: float | None) -> str:
    return "–" if value is None else f"{value:.0%}"


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
