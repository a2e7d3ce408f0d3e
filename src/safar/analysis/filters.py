"""Which facts count: one set of filters for every calculation, kept in web addresses.

An empty filter lets everything pass; several values of one filter are alternatives; different filters must
all hold. The value "" means that nothing is known (no channel, no segment …). Times are instants: a fact passes
when since <= ts < until. Attributes are judged as they held at the time of the fact.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import UTC, date, datetime, time
from types import MappingProxyType
from zoneinfo import ZoneInfo

import ibis
import ibis.expr.types as ir

from safar.analysis.attributes import attribute_column, with_attribute
from safar.analysis.instant import instant
from safar.errors import InputError

MAX_VALUES = 100
"""Most values that all filters together may have."""
MAX_LENGTH = 200
"""Most characters of one value or name."""
_ADDRESS_BYTES = 8000

_LISTS = {
    "channel": "channels",
    "unit": "units",
    "step": "steps",
    "touchpoint": "touchpoints",
    "source": "sources",
    "speaker": "speakers",
    "view": "views",
}
_MAPS = {"attribute": "attributes", "prop": "props", "link": "links"}
_ONLY_FEEDBACK = ("speaker", "view")
_DAY = re.compile(r"\d{4}-\d{2}-\d{2}")
_EXTRA = re.compile(r"[a-z][a-z0-9_]{0,55}")


class BadFilter(InputError):
    """A filter cannot be used."""

    code = "filter.invalid"
    next_step = "Write filters as name=value, by the names that the reference of filters lists."


_Values = tuple[str, ...]
_Named = Mapping[str, _Values]


def _nothing() -> _Named:
    return MappingProxyType({})


@dataclass(frozen=True, slots=True, kw_only=True)
class Filters:
    """What passes. Values are kept sorted and without repeats, so that equal filters compare equal.

    Raises: BadFilter for naive times, a period that ends before it starts, or too many or too long values.
    """

    since: datetime | None = None
    until: datetime | None = None
    channels: _Values = ()
    units: _Values = ()
    steps: _Values = ()
    touchpoints: _Values = ()
    sources: _Values = ()
    speakers: _Values = ()
    views: _Values = ()
    attributes: _Named = field(default_factory=_nothing)
    props: _Named = field(default_factory=_nothing)
    links: _Named = field(default_factory=_nothing)

    def __post_init__(self) -> None:
        for name in ("since", "until"):
            moment = getattr(self, name)
            if moment is not None:
                object.__setattr__(self, name, _instant(name, moment))
        if self.since is not None and self.until is not None and self.until <= self.since:
            raise _turned_round(self.since.isoformat(), self.until.isoformat())
        count = 0
        for name in _LISTS.values():
            values = _tidy(name, getattr(self, name))
            count += len(values)
            object.__setattr__(self, name, values)
        for kind, name in _MAPS.items():
            named = {key: _tidy(f"{kind}.{key}", values) for key, values in sorted(getattr(self, name).items())}
            for key in named:
                if not key or len(key) > MAX_LENGTH or (kind != "attribute" and not _EXTRA.fullmatch(key)):
                    raise BadFilter(f"{key!r} cannot be the name of a {kind}.")
            named = {key: values for key, values in named.items() if values}
            count += sum(map(len, named.values()))
            object.__setattr__(self, name, MappingProxyType(named))
        if count > MAX_VALUES:
            raise BadFilter(f"{count} filter values are too many; {MAX_VALUES} may be used.")

    def __hash__(self) -> int:
        return hash(self.as_query())

    def __bool__(self) -> bool:
        return bool(self.as_query())

    def as_query(self, time_zone: str = "UTC") -> tuple[tuple[str, str], ...]:
        """Pairs for a web address. A start of a day in `time_zone` is written as a date."""
        pairs: list[tuple[str, str]] = []
        for name in ("since", "until"):
            moment: datetime | None = getattr(self, name)
            if moment is not None:
                pairs.append((name, _written(moment, ZoneInfo(time_zone))))
        for key, name in _LISTS.items():
            pairs += [(key, value) for value in getattr(self, name)]
        for kind, name in _MAPS.items():
            pairs += [(f"{kind}.{key}", value) for key, values in getattr(self, name).items() for value in values]
        return tuple(pairs)

    def told(self, time_zone: str = "UTC") -> dict[str, str]:
        """The filters for a reader: name → values, alternatives with commas."""
        told: dict[str, str] = {}
        for name, value in self.as_query(time_zone):
            told[name] = f"{told[name]}, {value}" if name in told else value
        return told

    @classmethod
    def from_query(
        cls,
        pairs: Iterable[tuple[str, str]] | Mapping[str, Sequence[str]],
        *,
        time_zone: str = "UTC",
        also: Iterable[str] = (),
    ) -> Filters:
        """Filters from the pairs of a web address (or name → values); dates are local days of `time_zone`.

        `also`: names that the address carries for other purposes. Raises: BadFilter for any other unknown
        name (a mistyped filter must not show unfiltered numbers), a repeated time, or what is out of bounds.
        """
        if isinstance(pairs, Mapping):
            pairs = [(key, v) for key, vs in pairs.items() for v in ([vs] if isinstance(vs, str) else vs)]
        skipped = frozenset(also)
        times: dict[str, datetime] = {}
        typed: dict[str, str] = {}
        lists: dict[str, list[str]] = {}
        maps: dict[str, dict[str, list[str]]] = {name: {} for name in _MAPS.values()}
        size = 0
        for key, value in pairs:
            if key in skipped:
                continue
            size += len(key.encode()) + len(value.encode())
            if size > 4 * _ADDRESS_BYTES:
                raise BadFilter("The filters are too long for an address.")
            kind, dot, name = key.partition(".")
            if key in ("since", "until"):
                if key in times:
                    raise BadFilter(f"{key} stands twice.")
                times[key], typed[key] = _read(key, value, ZoneInfo(time_zone)), value
            elif key in _LISTS:
                lists.setdefault(_LISTS[key], []).append(value)
            elif dot and kind in _MAPS:
                maps[_MAPS[kind]].setdefault(name, []).append(value)
            else:
                raise BadFilter(f"There is no filter {key[:MAX_LENGTH]!r}.")
        if len(times) == 2 and times["until"] <= times["since"]:
            raise _turned_round(typed["since"], typed["until"])
        return cls(
            since=times.get("since"),
            until=times.get("until"),
            attributes=_frozen(maps["attributes"]),
            props=_frozen(maps["props"]),
            links=_frozen(maps["links"]),
            **{name: tuple(values) for name, values in lists.items()},
        )

    def with_columns(self, table: ir.Table, attributes: ir.Table | None) -> ir.Table:
        """`table` with a column for each attribute that is filtered by, as it held at `ts`."""
        for name in self.attributes:
            if attribute_column(name) not in table.columns:
                if attributes is None:
                    raise BadFilter(f"Attribute {name!r} cannot be filtered by here: no attributes were given.")
                table = with_attribute(table, attributes, name)
        return table

    def passes(self, table: ir.Table) -> ir.BooleanValue:
        """Whether a row passes; never null. `table` must have what `with_columns` adds.

        `speakers` and `views` say something about feedback only and let every interaction pass.
        """
        passed: ir.BooleanValue = ibis.literal(True)
        for test in self._tests(table):
            passed = passed & test.fill_null(False)
        return passed

    def apply(self, table: ir.Table, attributes: ir.Table | None = None) -> ir.Table:
        """The rows of interactions, moves or feedback that pass, with the same columns.

        `steps` and `touchpoints` need mapped facts. Raises: BadFilter when a column to filter by is missing.
        """
        wide = self.with_columns(table, attributes)
        # Tests as they are: an engine looks values up before it reads the rest of a row, and need not keep rows that
        # have no attribute. What is null does not pass.
        tests = self._tests(wide)
        return (wide.filter(tests) if tests else wide).select(*table.columns)

    def _tests(self, table: ir.Table) -> list[ir.BooleanValue]:
        """What must all be true for a row to pass; null counts as false."""
        tests: list[ir.BooleanValue] = []
        if self.since is not None:
            tests.append(table.ts >= instant(self.since, table.ts))
        if self.until is not None:
            tests.append(table.ts < instant(self.until, table.ts))
        for column, values in self._columns(table):
            if column not in table.columns:
                raise BadFilter(f"These facts have no {column!r} to filter by.")
            tests.append(_one_of(table[column], values))
        return tests

    def leave_out(self, table: ir.Table, attributes: ir.Table | None = None) -> ir.Table:
        """The rows that `apply` takes away."""
        wide = self.with_columns(table, attributes)
        return wide.filter(~self.passes(wide)).select(*table.columns)

    def _columns(self, table: ir.Table) -> list[tuple[str, _Values]]:
        found: list[tuple[str, _Values]] = []
        for key, name in _LISTS.items():
            values: _Values = getattr(self, name)
            if values and (key in table.columns or key not in _ONLY_FEEDBACK):
                found.append((key, values))
        found += [(attribute_column(name), values) for name, values in self.attributes.items()]
        found += [(f"prop_{name}", values) for name, values in self.props.items()]
        found += [(f"link_{name}", values) for name, values in self.links.items()]
        return found


def start_of_day(day: date, time_zone: str) -> datetime:
    """The instant at which a local day starts, in UTC."""
    return datetime.combine(day, time.min, ZoneInfo(time_zone)).astimezone(UTC)


def _one_of(column: ir.Value, values: _Values) -> ir.BooleanValue:
    known = [value for value in values if value]
    test = column.isin(known) if known else ibis.literal(False)
    return test | column.isnull() | (column == "") if "" in values else test


def _frozen(named: Mapping[str, Sequence[str]]) -> _Named:
    return {name: tuple(values) for name, values in named.items()}


def _turned_round(since: str, until: str) -> BadFilter:
    return BadFilter(
        f"The period ends ({until}) before it starts ({since})."
        if since != until
        else f"The period ends where it starts ({since}).",
        next_step="Give an end after the start: `until` is the first moment that no longer counts.",
    )


def _tidy(name: str, values: object) -> _Values:
    if not isinstance(values, list | tuple | set | frozenset):
        raise BadFilter(f"Filter {name}: give a list of values, not one text.")
    texts = [value for value in values if isinstance(value, str)]
    if len(texts) < len(list(values)) or any(len(text) > MAX_LENGTH or "\x00" in text for text in texts):
        raise BadFilter(f"Filter {name}: a value must be text of at most {MAX_LENGTH} characters.")
    return tuple(sorted(set(texts)))


def _instant(name: str, moment: datetime) -> datetime:
    if moment.tzinfo is None or moment.utcoffset() is None:
        raise BadFilter(f"{name} must say its time zone.")
    try:
        return moment.astimezone(UTC)
    except OverflowError as cause:
        raise BadFilter(f"{name} is out of the calendar.") from cause


def _written(moment: datetime, zone: ZoneInfo) -> str:
    try:
        local = moment.astimezone(zone)
    except OverflowError:
        return moment.isoformat()
    starts = local.time() == time.min and start_of_day(local.date(), zone.key) == moment
    return local.date().isoformat() if starts else moment.isoformat()


def _read(name: str, text: str, zone: ZoneInfo) -> datetime:
    try:
        if _DAY.fullmatch(text):
            return start_of_day(date.fromisoformat(text), zone.key)
        moment = datetime.fromisoformat(text)
        return moment if moment.tzinfo is not None else moment.replace(tzinfo=zone)
    except OverflowError as cause:
        raise BadFilter(
            f"{name}: {text[:40]!r} lies at the end of the calendar.", next_step="Name a day of the years 2 to 9998."
        ) from cause
    except ValueError as cause:
        raise BadFilter(f"{name}: {text[:40]!r} is no date (2026-01-31) and no time.") from cause


NO_FILTERS = Filters()
"""Everything passes."""

VERSUS = "vs"
"""In an address, filters of a second group carry this before their names: `vs.since=2026-01-01`. Alone (`vs=all`) it
says that the second group is everything. docs/reference/filters.md says the same."""
EVERYTHING = "all"


def versus_query(other: Filters, time_zone: str = "UTC") -> tuple[tuple[str, str], ...]:
    """The pairs of an address that name a second group to compare with."""
    pairs = tuple((f"{VERSUS}.{name}", value) for name, value in other.as_query(time_zone))
    return pairs or ((VERSUS, EVERYTHING),)


def read_versus(
    pairs: Iterable[tuple[str, str]], *, time_zone: str = "UTC"
) -> tuple[list[tuple[str, str]], Filters | None]:
    """The pairs that belong to the first group (and the page), and the second group; None: nothing is compared.

    Empty times are those of a form that was not filled in. Raises: BadFilter.
    """
    own: list[tuple[str, str]] = []
    others: list[tuple[str, str]] = []
    asked = False
    for name, value in pairs:
        kind, dot, rest = name.partition(".")
        if kind != VERSUS:
            own.append((name, value))
        elif not dot:
            if value != EVERYTHING:
                raise BadFilter(f"{VERSUS}={value[:40]!r} means nothing; {VERSUS}={EVERYTHING} means everything.")
            asked = True
        elif value or rest not in ("since", "until"):
            others.append((rest, value))
    if not others and not asked:
        return own, None
    return own, Filters.from_query(others, time_zone=time_zone)
