"""What measuring gives: one metric for every group, the total, and the balance of all answers."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, fields
from typing import Any

from safar.analysis.comparison import Comparison, UnlikeMetrics, compare
from safar.analysis.frames import NO_TYPES, Types, columns
from safar.analysis.metric import SHARE, MetricValue
from safar.analysis.result import Frozen, Origin, Result
from safar.analysis.telling import Row, Telling, only
from safar.domain.calendars import Calendar
from safar.domain.wording import counted
from safar.errors import NotFound

COLUMNS = frozenset(
    {
        "state", "value", "low", "high", "n", "n_effective", "persons", "index", "promoters", "passives",
        "detractors", "method", "reason", "interval", "answers", "option", "chosen", "of_responses", "row",
    }
)  # fmt: skip
"""What the figures' own columns are called, in rows and in the terminal; no dimension goes by such a name."""


OPTION = "option"
"""The dimension of a share that tells options apart."""


class UnknownCell(NotFound):
    """A measurement has no such group."""

    code = "measure.unknown-cell"
    next_step = "Name one value for each dimension, as `rows()` shows them."


@dataclass(frozen=True, slots=True, kw_only=True)
class Balance(Frozen):
    """Where every answer went: `total` is the sum of all the others.

    used: in the cells. superseded: an answer of the same person to the same question came later in its cell.
    outside_mix: a question that is not in the fixed mix. unusable: answered without a value on its scale.
    kept_back: of employees and managers, and not in the cells, for whatever reason.
    """

    total: int
    used: int
    superseded: int = 0
    outside_mix: int = 0
    wrong_scale: int = 0
    not_applicable: int = 0
    blank: int = 0
    never_used: int = 0
    unusable: int = 0
    filtered_out: int = 0
    unmapped: int = 0
    ignored: int = 0
    kept_back: int = 0
    other_speakers: int = 0
    other_views: int = 0

    @property
    def holds(self) -> bool:
        """Whether it adds up."""
        places = [int(getattr(self, f.name)) for f in fields(self) if f.name != "total"]
        return self.total == sum(places)

    def __str__(self) -> str:
        parts = [(f.name, getattr(self, f.name)) for f in fields(self) if f.name != "total"]
        told = [f"{count:,} {name.replace('_', ' ')}" for name, count in parts if count or name == "used"]
        return f"{counted(self.total, 'answer')} = {' + '.join(told)}"


@dataclass(frozen=True, slots=True, kw_only=True)
class Cell(Frozen):
    """One group: its value of each dimension (None: unknown) and the metric there."""

    dims: tuple[str | None, ...]
    value: MetricValue


_FIGURES = columns("text: state number: value low high whole: n number: n_effective whole: persons number: index")
_OF_NPS = columns("number: promoters passives detractors")
_OF_SHARE = columns("whole: chosen number: of_responses")
_WHY = columns("text: method reason")


@dataclass(frozen=True, slots=True, kw_only=True)
class Measurement(Result):
    """One metric of every group.

    `by`: names of the dimensions, in the order of `Cell.dims`; one that is called like a column of figures has its kind
    before it (`attribute:state`), so that rows lose neither; a share of several options has `option` last. `total`: all
    cells together, None where they must not be put together (different options, speakers or sides of a gap).
    `filters`: as in a web address. `base`: of a share, whom it is of. `repeats`: which
    answers of one person count. `calendar`: whose months, quarters and years it is by. `balance`: of all answers of the
    kinds or questions asked for.
    """

    metric: str
    title: str
    unit: str
    by: tuple[str, ...]
    cells: tuple[Cell, ...]
    total: MetricValue | None
    balance: Balance
    filters: tuple[tuple[str, str], ...]
    questions: tuple[str, ...]
    repeats: str
    weighted: bool
    time_zone: str
    origin: Origin
    base: str | None = None
    calendar: str = "gregorian"

    def rows(self) -> Sequence[Mapping[str, Any]]:
        """One row a cell: the dimensions, state, value, interval, base. Shares of an NPS in per cent."""
        return [self._row(cell) for cell in self.cells]

    def column_types(self) -> Types:
        """The type of each column: dimensions are text, and which figures there are follows from the metric."""
        own = {"nps": _OF_NPS, SHARE: _OF_SHARE}.get(self.metric, NO_TYPES)
        return dict.fromkeys(self.by, "text") | dict(_FIGURES) | dict(own) | dict(_WHY)

    def marked_rows(self) -> Sequence[Mapping[str, Any]]:
        """The rows for a file: `row` says "group", or "all" of the one that is all groups together (its dimensions are
        None), so that nobody adds it to the others."""
        groups = [{"row": "group" if self.by else "all"} | dict(row) for row in self.rows()]
        if not self.by or self.total is None:
            return groups
        return [*groups, {"row": "all"} | self._row(Cell(dims=tuple(None for _ in self.by), value=self.total))]

    def told(self) -> Telling:
        """As people read it, with the total, the mix and the balance."""
        return Telling(
            title=f"{self.title}, {self.unit}",
            simulated=self.origin.simulated,
            above=only(self.filters),
            rows=measured_rows(self),
            notes=(*mix_notes(self), f"Balance: {self.balance}."),
        )

    def cell(self, *dims: str | None) -> MetricValue:
        """The metric of one group. Raises: UnknownCell."""
        for one in self.cells:
            if one.dims == dims:
                return one.value
        raise UnknownCell(f"There is no group {dims} in this measurement by {', '.join(self.by) or 'nothing'}.")

    def compare(self, a: Sequence[str | None], b: Sequence[str | None]) -> Comparison:
        """The difference of two groups, a − b. Raises: UnknownCell; UnlikeMetrics for two options of one group."""
        if self.by[-1:] == (OPTION,) and a[-1] != b[-1]:
            raise UnlikeMetrics(
                f"{a[-1]!r} and {b[-1]!r} were chosen by the same people; their difference needs another test.",
                next_step="Compare one option in two groups.",
            )
        return compare(self.cell(*a), self.cell(*b))

    def _row(self, cell: Cell) -> dict[str, Any]:
        value = cell.value
        row: dict[str, Any] = dict(zip(self.by, cell.dims, strict=True))
        row |= {
            "state": value.state.value,
            "value": value.value,
            "low": value.low,
            "high": value.high,
            "n": value.n,
            "n_effective": value.n_effective,
            "persons": value.persons,
            "index": value.index,
        }
        if self.metric == "nps":
            row |= {
                "promoters": value.promoters,
                "passives": value.passives,
                "detractors": value.detractors,
            }
        if self.metric == SHARE:
            row |= {"chosen": value.chosen, "of_responses": value.of_responses}
        return row | {"method": value.method, "reason": value.reason}


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
    """The calendar, where it is not the Gregorian; of which questions a total is made; why none or only "few"."""
    told = found.total
    notes = [] if found.calendar == Calendar.GREGORIAN else [f"Months and years: of the {found.calendar} calendar."]
    if told is None:
        return tuple(notes)
    inside = [f"{part.question} {100 * part.weight:.0f} %" for part in told.mix if part.weight]
    notes += [f"Mix: {', '.join(inside)}"] if inside else []
    if told.reason:
        notes.append(f"{'Why no figure' if told.value is None else 'Note'}: {told.reason}.")
    return tuple(notes)


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
