"""The query that turns the rows of one file into checked values.

It is written in layers, each a SELECT over the one below, so that no expression is computed twice: 0 the columns as
they came (`c…`), 1 texts (`x…`), 2 readings of times and numbers (`r…`), 3 and 4 values (`v…`, `w…`), 5 what depends on
them (`y…`). Values that facts need are kept in a table; checks are kept apart, so that reasons are worked out for bad
rows only.
"""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field, replace

from safar.files.recipe.model import (
    Cases,
    Comparison,
    Condition,
    Derived,
    Duration,
    Moment,
    Number,
    Sum,
    Template,
    Test,
    Unknown,
    Value,
)
from safar.files.recipe.section import BadRecipe
from safar.sql import literal
from safar.usecases.importing.columns import Found, Scope, emptied
from safar.usecases.importing.parsing import (
    ascii_digits,
    clock_changes,
    in_range,
    instant_sql,
    number_sql,
    offset_mark,
    offset_sql,
    time_sql,
    wrong_offset,
)
from safar.usecases.importing.problems import (
    NO_NUMBER,
    NOT_ADDED_UP,
    OFFSET_WRONG,
    TIME_OUTSIDE,
    TOO_LARGE,
    Problem,
    TimeColumns,
    column_of,
    guarded,
    unreadable,
)
from safar.usecases.importing.texts import changed, listed, map_sql

TOP = 5
MONEY = "DECIMAL(18,4)"


@dataclass(slots=True)
class Plan:
    """The query of one file, grown by asking it for values."""

    scope: Scope
    source: str = "raw t"
    """The table of rows, as `t`."""
    joins: tuple[str, ...] = ()
    """LEFT JOIN clauses to what the rows look up."""
    problems: list[Problem] = field(default_factory=list)
    twice: dict[str, None] = field(default_factory=dict)
    """Conditions of rows with a local time that came twice, when clocks went back."""
    _layers: list[dict[str, str]] = field(default_factory=lambda: [{} for _ in range(TOP + 1)])
    _made: dict[object, object] = field(default_factory=dict)
    _depth: tuple[str, ...] = ()
    _guard: str | None = None
    """Of the value that is being read: for which rows it is wanted."""
    _decimal: str = "."
    """How computed numbers within it are written, so that they are read as the numbers that they are."""

    def keep(self, layer: int, expression: str) -> str:
        """The name of a column of that layer which holds the expression."""
        names = self._layers[layer]
        if expression not in names:
            names[expression] = f"{'cxrvwy'[layer]}{len(names)}"
        return names[expression]

    def name(self, expression: str) -> str:
        """The expression where it is a column's name already, else a column that holds it."""
        return expression if expression[:1] in "cx" and expression[1:].isdigit() else self.keep(1, expression)

    def query(self, *, where: str = "", top: str = "*") -> str:
        """SELECT of everything asked for, over `t` and what it looks up; `where` limits the rows of `t`."""
        sql = f"SELECT {', '.join(['t.__record', *self._named(0)])} FROM {' '.join((self.source, *self.joins))}{where}"
        for layer in range(1, TOP + 1):
            if self._layers[layer]:
                sql = f"SELECT {', '.join(['*', *self._named(layer)])} FROM ({sql})"
        return f"SELECT {top} FROM ({sql})"

    def _named(self, layer: int) -> list[str]:
        return [f"{expression} AS {name}" for expression, name in self._layers[layer].items()]

    def check(
        self, bad: str, *, column: str, value: str, reason: str, rather: tuple[tuple[str, str], ...] = ()
    ) -> None:
        """Set rows aside for which `bad` holds."""
        problem = Problem(bad, column, value, reason, rather)
        if problem not in self.problems:
            self.problems.append(problem)

    def bad(self) -> str:
        """SQL: whether any check fails."""
        if not self.problems:
            return "false"
        return " OR ".join(f"coalesce({problem.bad}, false)" for problem in self.problems)

    # Texts

    def column(self, name: str, *, path: str, prefer: str | None = None) -> str:
        """The text of a column, trimmed, null where empty."""
        derived = self.scope.recipe.derive.get(name)
        if derived is not None:
            return self._derived(name, derived, prefer)
        found = self.scope.find(name, path=path, prefer=prefer)
        if found.unread is not None:
            unread = self.keep(0, found.unread)
            bad = guarded(f"{unread} IS NOT NULL", self._guard)
            self.check(bad, column=found.of, value=unread, reason=NOT_ADDED_UP)
        text = self.keep(0, emptied(found.text(), self.scope.recipe.missing))
        return self._written(text) if found.is_number else text

    def _written(self, number: str) -> str:
        """A computed number with the decimal mark that its reader expects."""
        return number if self._decimal == "." else f"replace({number}, '.', {literal(self._decimal)})"

    @contextmanager
    def _reading(self, guard: str | None, decimal: str) -> Iterator[None]:
        before = self._guard, self._decimal
        self._guard, self._decimal = guard, decimal
        yield
        self._guard, self._decimal = before

    def _derived(self, name: str, derived: Derived, prefer: str | None) -> str:
        if name in self._depth:
            raise BadRecipe(f"derive.{name}: it is made from itself ({' → '.join((*self._depth, name))}).")
        key = ("derived", name, prefer, self._guard, self._decimal)
        if key not in self._made:
            self._depth = (*self._depth, name)
            if isinstance(derived, Value):
                sql = self._text(derived, prefer)
            elif isinstance(derived, Cases):
                sql = self._cases(derived, prefer)
            else:
                sql = self._sum(derived, prefer)
            self._depth = self._depth[:-1]
            self._made[key] = sql
        return str(self._made[key])

    def _cases(self, cases: Cases, prefer: str | None) -> str:
        arms, rest, none_before = [], "NULL", "true"
        for when, then in cases.cases:
            test = self.condition(when, prefer=prefer)
            with self._reading(self._both(f"{none_before} AND {test}"), self._decimal):
                arms.append(f"WHEN {test} THEN {self._text(then, prefer)}")
            none_before = f"{none_before} AND NOT {test}"
        if cases.otherwise is not None:
            with self._reading(self._both(none_before), self._decimal):
                rest = self._text(cases.otherwise, prefer)
        return f"(CASE {' '.join(arms)} ELSE {rest} END)"

    def _both(self, condition: str) -> str:
        return guarded(self.keep(1, condition), self._guard)

    def _sum(self, total: Sum, prefer: str | None) -> str:
        sign = {"add": " + ", "subtract": " - ", "multiply": " * "}[total.operation]
        parts = []
        for one in total.numbers:
            with self._reading(self._guard, one.decimal):
                text = self._text(one.value, prefer)
            parts.append(number_sql(text, one))
            if one.value.constant is None:
                bad = f"{text} IS NOT NULL AND ({parts[-1]} IS NULL OR NOT isfinite({parts[-1]}))"
                self.check(guarded(bad, self._guard), column=column_of(one.value), value=text, reason=NO_NUMBER)
        return self._written(f"CAST(({sign.join(parts)}) AS VARCHAR)")

    def template(self, template: Template, *, path: str, prefer: str | None = None) -> str:
        """The text of a template; null where one of its columns is empty."""
        parts = [
            self.column(text, path=path, prefer=prefer) if is_column else literal(text)
            for is_column, text in template.parts
        ]
        return parts[0] if len(parts) == 1 else f"({' || '.join(parts)})"

    def text(self, value: Value, *, prefer: str | None = None, guard: str | None = None, decimal: str = ".") -> str:
        """The text of a value. Texts that its map does not list, and numbers that it cannot be computed from, are
        checked where `guard` holds. `decimal`: the mark that computed numbers are written with."""
        with self._reading(guard, decimal):
            return self._text(value, prefer, guard)

    def _text(self, value: Value, prefer: str | None, guard: str | None = None) -> str:
        kept = value.map is None and not (value.replace or value.extract or value.change)
        with self._reading(self._guard, self._decimal if kept else "."):
            found = [self.template(one, path=value.path, prefer=prefer) for one in value.of]
        sql = found[0] if len(found) == 1 else f"coalesce({', '.join(found)})"
        if value.constant is not None:
            return sql
        if value.missing:
            sql = emptied(sql, value.missing)
        for change in value.change:
            sql = changed(sql, change)
        for old, new in value.replace:
            sql = f"nullif(trim(regexp_replace({sql}, {literal(old)}, {literal(new)}, 'g')), '')"
        if value.extract is not None:
            group = 1 if "(" in value.extract.replace("\\(", "").replace("(?:", "") else 0
            sql = f"nullif(regexp_extract({sql}, {literal(value.extract)}, {group}), '')"
        if value.map is not None:
            sql = self._mapped(sql, value, guard)
        if value.default is not None:
            sql = f"coalesce({sql}, {literal(value.default)})"
        return sql

    def _mapped(self, sql: str, value: Value, guard: str | None) -> str:
        mapped = map_sql(sql, value.map or (), keep=value.unknown == Unknown.KEEP)
        if value.unknown == Unknown.SET_ASIDE:
            bad = f"{sql} IS NOT NULL AND NOT ({listed(sql, value.map or ())})"
            self.check(
                guarded(bad, guard), column=column_of(value), value=sql, reason=f"not in the map of {value.path}"
            )
        return mapped

    def kept_text(self, value: Value, *, prefer: str | None = None, guard: str | None = None) -> str:
        """A column that holds the text of a value; SQL of a constant where it is one."""
        constant = value.constant
        if constant is not None:
            return literal(constant)
        return self.keep(3, self.text(value, prefer=prefer, guard=guard))

    # Numbers and times

    def number(
        self, number: Number, *, type: str = "DOUBLE", prefer: str | None = None, guard: str | None = None
    ) -> str:
        """A column that holds a number. Rows whose text is no number are set aside where `guard` holds."""
        text = self.text(number.value, prefer=prefer, guard=guard, decimal=number.decimal)
        name = self.keep(2, number_sql(text, number, type=type))
        unread = f"({name} IS NULL OR NOT isfinite({name}))" if type == "DOUBLE" else f"{name} IS NULL"
        plain = number_sql(text, replace(number, factor=1.0))
        # The engine reads 1e400 as infinity, as it reads "inf": only the former has a digit.
        large = f"{plain} IS NOT NULL AND NOT isnan({plain}) AND regexp_matches({ascii_digits(text)}, '[0-9]')"
        self.check(
            guarded(f"{text} IS NOT NULL AND {unread}", guard),
            column=column_of(number.value),
            value=text,
            reason=NO_NUMBER,
            rather=((large, TOO_LARGE),),
        )
        if type == MONEY and number.factor == 1.0 and not self._computed(number.value):
            # A number that a program computed may end in dust (0.30000000000000004): that much may go.
            wide = number_sql(text, number, type="DECIMAL(38,12)")
            self.check(
                guarded(f"abs({wide} - {name}) > 2e-15 * abs({name})", guard),
                column=column_of(number.value),
                value=text,
                reason="more than 4 decimals",
            )
        return name

    def _computed(self, value: Value) -> bool:
        """Whether a value comes from a sum or a product, whose decimals nobody wrote."""
        for name in (name for one in value.of for name in one.columns):
            derived = self.scope.recipe.derive.get(name)
            if isinstance(derived, Sum):
                return True
            parts = [derived] if isinstance(derived, Value) else []
            if isinstance(derived, Cases):
                parts = [then for _, then in derived.cases] + ([derived.otherwise] if derived.otherwise else [])
            if any(self._computed(part) for part in parts):
                return True
            if derived is None and (found := self.scope.maybe(name)) is not None and found.computed:
                return True
        return False

    def time(
        self, moment: Moment, *, prefer: str | None = None, guard: str | None = None, needed: bool = True
    ) -> TimeColumns:
        """Columns of a UTC time and its offset. Rows without a readable time are set aside where `guard` holds."""
        source = self._native(moment.value, prefer)
        if source is not None:
            text, native = self.keep(0, source.sql), source.type
        else:
            text, native = self.keep(1, self.text(moment.value, prefer=prefer, guard=guard)), None
        key = ("time", text, native, moment.formats, moment.zone, moment.clock, moment.calendar)
        if key not in self._made:
            mark = "NULL" if native is not None else self.keep(2, offset_mark(text))
            reading = time_sql(text, self._with_iso(moment, prefer), native=native, mark=mark)
            local = self.keep(3, reading.local)
            offset = None if reading.offset is None else self.keep(3, reading.offset)
            instant = None if reading.instant is None else self.keep(3, reading.instant)
            utc = self.keep(4, instant_sql(local, instant, offset, moment.zone))
            minutes = self.keep(5, f"CAST({offset_sql(utc, offset, moment.zone)} AS SMALLINT)")
            gap, twice = clock_changes(local, instant, offset, utc=utc, minutes=minutes, zone=moment.zone)
            self._made[key] = TimeColumns(utc, minutes, gap, twice, wrong_offset(offset))
        found = self._made[key]
        assert isinstance(found, TimeColumns)  # noqa: S101
        column, value = column_of(moment.value), f"CAST({text} AS VARCHAR)"
        if needed:
            self.check(guarded(f"{text} IS NULL", guard), column=column, value=value, reason="time is empty")
        unread = f"{text} IS NOT NULL AND ({found.utc} IS NULL OR {found.wrong} OR NOT ({in_range(found.utc)}))"
        rather = ((found.wrong, OFFSET_WRONG), (f"{found.utc} IS NOT NULL", TIME_OUTSIDE))
        self.check(guarded(unread, guard), column=column, value=value, reason=unreadable(moment), rather=rather)
        if found.gap is not None and found.twice is not None:
            told = f"no such time in {moment.zone}: clocks went forward"
            self.check(guarded(found.gap, guard), column=column, value=value, reason=told)
            self.twice[guarded(found.twice, guard)] = None
        return found

    def _native(self, value: Value, prefer: str | None) -> Found | None:
        """The column itself, where a value is nothing but one column that is a time already."""
        if len(value.of) != 1 or len(value.of[0].parts) != 1 or value.map or value.replace or value.extract:
            return None
        is_column, name = value.of[0].parts[0]
        if not is_column or name in self.scope.recipe.derive or value.missing or value.default:
            return None
        found = self.scope.maybe(name, path=value.path, prefer=prefer)
        return found if found is not None and found.is_time else None

    def _with_iso(self, moment: Moment, prefer: str | None) -> Moment:
        """A typed column inside a template is written as ISO, whatever the formats say."""
        names = [name for one in moment.value.of for name in one.columns]
        typed = any(
            (found := self.scope.maybe(name, prefer=prefer)) is not None and not found.is_text
            for name in names
            if name not in self.scope.recipe.derive
        )
        return replace(moment, formats=(*moment.formats, "iso")) if typed and "iso" not in moment.formats else moment

    def duration(self, duration: Duration, *, prefer: str | None = None, guard: str | None = None) -> str:
        """A column of seconds, never negative."""
        if duration.number is not None:
            name = self.number(duration.number, prefer=prefer, guard=guard)
            value, column = name, column_of(duration.number.value)
        else:
            if duration.start is None or duration.end is None:
                raise BadRecipe("A duration needs a number, or a start and an end.")
            start = self.time(duration.start, prefer=prefer, guard=guard, needed=False)
            end = self.time(duration.end, prefer=prefer, guard=guard, needed=False)
            name = self.keep(5, f"date_diff('microsecond', {start.utc}, {end.utc}) / 1e6")
            value, column = name, column_of(duration.end.value)
        self.check(
            guarded(f"{value} < 0", guard),
            column=column,
            value=f"CAST({value} AS VARCHAR)",
            reason="duration is negative",
        )
        return name

    # Conditions

    def condition(self, condition: Condition, *, prefer: str | None = None) -> str:
        """SQL that is true or false, never null."""
        parts = [
            self.condition(part, prefer=prefer) if isinstance(part, Condition) else self._comparison(part, prefer)
            for part in condition.parts
        ]
        if condition.how == "not":
            return f"(NOT {parts[0]})"
        return f"({(' OR ' if condition.how == 'any' else ' AND ').join(parts)})"

    def _comparison(self, one: Comparison, prefer: str | None) -> str:
        with self._reading(self._guard, one.number.decimal if one.number is not None else "."):
            text = self._text(one.value, prefer)
        if one.test == Test.EMPTY:
            return f"({text} IS {'' if one.wanted else 'NOT '}NULL)"
        if one.test in (Test.IS, Test.IS_NOT):
            many = ", ".join(literal(word) for word in one.texts)
            within = f"coalesce({text} IN ({many}), false)"
            return within if one.test == Test.IS else f"(NOT {within})"
        if one.test == Test.LIKE:
            return "coalesce(" + " OR ".join(f"{text} GLOB {literal(word)}" for word in one.texts) + ", false)"
        if one.number is not None:
            sign = {Test.ABOVE: ">", Test.AT_LEAST: ">=", Test.BELOW: "<", Test.AT_MOST: "<="}[one.test]
            return f"coalesce({number_sql(text, one.number)} {sign} {one.limit!r}, false)"
        sign = {Test.AFTER: ">", Test.NOT_AFTER: "<=", Test.BEFORE: "<", Test.NOT_BEFORE: ">="}[one.test]
        if one.moment is None or one.other is None:
            raise BadRecipe(f"{one.value.path}: {one.test} needs a time to compare with.")
        return f"coalesce({self._instant(one.moment, prefer)} {sign} {self._instant(one.other, prefer)}, false)"

    def _instant(self, moment: Moment, prefer: str | None) -> str:
        source = self._native(moment.value, prefer)
        text = self.keep(0, source.sql) if source is not None else self.text(moment.value, prefer=prefer)
        native = None if source is None else source.type
        mark = "NULL" if native is not None else f"({offset_mark(text)})"
        reading = time_sql(text, self._with_iso(moment, prefer), native=native, mark=mark)
        return f"({instant_sql(reading.local, reading.instant, reading.offset, moment.zone)})"

    def flag(self, condition: Condition | None, *, prefer: str | None = None) -> str | None:
        """A column that says whether a condition holds; None where there is no condition."""
        return None if condition is None else self.keep(1, self.condition(condition, prefer=prefer))
