"""What a recipe says, as frozen dataclasses. `read` makes them from TOML; `usecases.importing` turns them into SQL."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from enum import StrEnum

from safar.domain.calendars import Calendar
from safar.domain.fact import AnswerState, Direction, FeedbackKind, Speaker, SubjectKind, View

WHOLE_ROW = "*"
"""The `key` of rows that have none: hash of the whole row and its occurrence."""
NO_TIME = "?"
"""Stands for a time that nobody has told yet: nothing is imported by such a recipe."""
ASK_TIME = (
    ' # CHECK THIS: no column holds a time. Nothing is imported until you say which one does, like "{date}",'
    ' or when it all was, like "2026-01-31"'
)
"""Stands behind it in a proposal."""


class Unknown(StrEnum):
    """What becomes of a text that a map does not list."""

    SET_ASIDE = "set-aside"
    KEEP = "keep"
    EMPTY = "empty"


class Change(StrEnum):
    """Changes of text that a value may ask for."""

    LOWER = "lower"
    UPPER = "upper"
    SQUEEZE = "squeeze"
    DIGITS = "digits"
    SLUG = "slug"


class Test(StrEnum):
    """Comparisons that a condition may make."""

    EMPTY = "empty"
    IS = "is"
    IS_NOT = "is_not"
    LIKE = "like"
    AFTER = "after"
    NOT_AFTER = "not_after"
    BEFORE = "before"
    NOT_BEFORE = "not_before"
    ABOVE = "above"
    AT_LEAST = "at_least"
    BELOW = "below"
    AT_MOST = "at_most"


class Total(StrEnum):
    """How the many rows of one group become one."""

    SUM = "sum"
    FIRST = "first"
    LAST = "last"
    LEAST = "min"
    MOST = "max"
    COUNT = "count"
    MEAN = "mean"
    LIST = "list"


@dataclass(frozen=True, slots=True)
class Template:
    """Text with columns in braces. `parts` are (is a column, text or column's name). Any empty column empties it."""

    parts: tuple[tuple[bool, str], ...]

    @property
    def columns(self) -> tuple[str, ...]:
        """The columns that it names, in order."""
        return tuple(text for is_column, text in self.parts if is_column)

    @property
    def constant(self) -> str | None:
        """Its text where it names no column."""
        return None if self.columns else "".join(text for _, text in self.parts)


@dataclass(frozen=True, slots=True, kw_only=True)
class Value:
    """A text: the first of `of` that is not empty, changed, replaced, extracted, mapped; `default` where empty."""

    of: tuple[Template, ...]
    path: str
    missing: tuple[str, ...] = ()
    change: tuple[Change, ...] = ()
    replace: tuple[tuple[str, str], ...] = ()
    extract: str | None = None
    map: tuple[tuple[str, str], ...] | None = None
    unknown: Unknown = Unknown.SET_ASIDE
    default: str | None = None

    @property
    def constant(self) -> str | None:
        """Its text where it depends on no column and changes nothing."""
        plain = not (self.missing or self.change or self.replace or self.extract) and self.map is None
        return self.of[0].constant if plain and len(self.of) == 1 else None


@dataclass(frozen=True, slots=True, kw_only=True)
class Number:
    """A number written as text: decimal and thousands marks, then `factor` (units)."""

    value: Value
    decimal: str = "."
    thousands: str = ""
    factor: float = 1.0


@dataclass(frozen=True, slots=True, kw_only=True)
class Moment:
    """A time written as text. `clock` is the local time of day where the text is a date alone."""

    value: Value
    formats: tuple[str, ...]
    zone: str
    clock: str = "00:00"
    calendar: Calendar = Calendar.GREGORIAN


@dataclass(frozen=True, slots=True, kw_only=True)
class Duration:
    """Seconds: a number with its unit, or from one time to another."""

    number: Number | None = None
    start: Moment | None = None
    end: Moment | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Comparison:
    """One test of one value. `texts`, `number`, or `moment` holds what it is compared with; `wanted` for `empty`."""

    value: Value
    test: Test
    texts: tuple[str, ...] = ()
    number: Number | None = None
    limit: float = 0.0
    moment: Moment | None = None
    other: Moment | None = None
    wanted: bool = True


@dataclass(frozen=True, slots=True)
class Condition:
    """`how` is all, any or not; `parts` are comparisons and conditions."""

    how: str
    parts: tuple[Comparison | Condition, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class Cases:
    """A derived column: the value of the first case that holds."""

    cases: tuple[tuple[Condition, Value], ...]
    otherwise: Value | None


@dataclass(frozen=True, slots=True, kw_only=True)
class Sum:
    """A derived number: `operation` is add, subtract or multiply."""

    operation: str
    numbers: tuple[Number, ...]


Derived = Value | Cases | Sum


@dataclass(frozen=True, slots=True, kw_only=True)
class Format:
    """How to read a file. Empty fields are found out from the file."""

    format: str | None = None
    encoding: str | None = None
    delimiter: str | None = None
    quote: str | None = None
    escape: str | None = None
    sheet: str | None = None
    header: bool = True
    skip_lines: int = 0


@dataclass(frozen=True, slots=True, kw_only=True)
class Lookup:
    """Rows of this file take columns of `file` where `on` (own column, its column) are equal."""

    file: str
    on: tuple[tuple[str, str], ...]
    required: bool = False
    path: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Aggregate:
    """One column of many rows that become one: `how` goes over `column`, whose numbers are written by these marks."""

    name: str
    path: str
    how: Total
    column: str
    decimal: str = "."
    thousands: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class FileSpec:
    """One kind of input file and its part in the recipe."""

    name: str
    path: str
    match: tuple[str, ...] = ()
    has: tuple[str, ...] = ()
    optional: bool = False
    key: Template | None = None
    whole_row: bool = False
    format: Format = field(default_factory=Format)
    lookups: tuple[Lookup, ...] = ()
    group_by: tuple[str, ...] = ()
    aggregate: tuple[Aggregate, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class Interaction:
    """One interaction that a row gives."""

    slot: str
    path: str
    file: str
    kind: Value
    event: Value
    time: Moment
    when: Condition | None = None
    key: Template | None = None
    customer: Value | None = None
    namespace: str
    channel: Value | None = None
    unit: Value | None = None
    actor: Value | None = None
    status: Value | None = None
    duration: Duration | None = None
    amount: Number | None = None
    currency: Value | None = None
    links: tuple[tuple[str, Value], ...] = ()
    props: tuple[tuple[str, Value], ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class Scale:
    """Least and greatest value of a rating, and which end is good."""

    low: float
    high: float
    best: Direction


@dataclass(frozen=True, slots=True, kw_only=True)
class Feedback:
    """Answers that a row gives. Exactly one of `question` (one answer), `questions`, `options`, `codes` is used.

    questions: (question, column) pairs, a wide survey; options: columns that are options, ticked or not; codes:
    columns that each hold the code of an option chosen.
    """

    slot: str
    path: str
    submission: str
    file: str
    kind: FeedbackKind
    question: Value | None = None
    value: Value | None = None
    questions: tuple[tuple[str, str], ...] = ()
    options: tuple[tuple[str, str], ...] = ()
    codes: tuple[str, ...] = ()
    leave_out: tuple[str, ...] = ()
    chosen: tuple[str, ...] = ()
    map: tuple[tuple[str, str], ...] | None = None
    unknown: Unknown = Unknown.SET_ASIDE
    decimal: str = "."
    thousands: str = ""
    when: Condition | None = None
    scale: Scale | None = None
    states: tuple[tuple[str, AnswerState], ...] = ()
    keep_blank: bool = True
    speaker: Value = Value(of=(Template(((False, str(Speaker.CUSTOMER)),)),), path="speaker")
    view: View = View.EXPERIENCED
    pair: Value | None = None
    weight: Number | None = None
    language: Value | None = None
    redact: bool = True
    optional: bool = False
    event: Value | None = None
    channel: Value | None = None
    unit: Value | None = None
    time: Moment | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Attribute:
    """What is known of a customer or account from a time on: one fact for each of `values`."""

    slot: str
    path: str
    file: str
    subject: SubjectKind
    of: Value
    namespace: str
    values: tuple[tuple[str, Value], ...]
    time: Moment
    when: Condition | None = None
    key: Template | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Redaction:
    """What is taken out of words before they are kept."""

    email: bool = True
    phone: bool = True
    card: bool = True
    patterns: tuple[tuple[str, str], ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class Check:
    """Rows that the recipe sets aside, and why."""

    when: Condition
    reason: str
    file: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Variant:
    """The same recipe for a wave of files; chosen by file name and by columns that are there."""

    name: str
    match: tuple[str, ...]
    has: tuple[str, ...]
    recipe: Recipe


@dataclass(frozen=True, slots=True, kw_only=True)
class Recipe:
    """How the rows of one source become facts. `columns` maps our name of a column to the names it may have."""

    name: str
    about: str
    source: str
    files: tuple[FileSpec, ...]
    columns: Mapping[str, tuple[str, ...]]
    optional: tuple[str, ...]
    missing: tuple[str, ...]
    derive: Mapping[str, Derived]
    redact: Redaction
    interactions: tuple[Interaction, ...]
    feedback: tuple[Feedback, ...]
    attributes: tuple[Attribute, ...]
    checks: tuple[Check, ...]
    variants: tuple[Variant, ...] = ()
    text: str = ""
    format: Format = field(default_factory=Format)
    """How files are read that no [[file]] says more of."""

    @property
    def main(self) -> FileSpec:
        """The file whose rows the recipe is about: the first."""
        return self.files[0]

    @property
    def untimed(self) -> tuple[str, ...]:
        """The blocks whose time nobody has told yet."""
        blocks: tuple[Interaction | Feedback | Attribute, ...]
        blocks = (*self.interactions, *self.feedback, *self.attributes)
        return tuple(one.path for one in blocks if one.time is not None and one.time.value.constant == NO_TIME)

    def file(self, name: str) -> FileSpec:
        """The file of that name. Raises KeyError."""
        return next(spec for spec in self.files if spec.name == name)
