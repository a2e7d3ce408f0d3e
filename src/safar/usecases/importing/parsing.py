"""Texts into numbers and times, in SQL. Each function gives SQL that is null where the text cannot be read."""

from __future__ import annotations

import re
from dataclasses import dataclass, replace

from safar.domain.calendars import Calendar
from safar.domain.digits import LATIN, TYPED
from safar.files.recipe.marks import BLANKS
from safar.files.recipe.model import Moment, Number
from safar.sql import literal
from safar.usecases.importing.jalali_time import jalali_sql

EARLIEST, LATEST = "1900-01-01", "2200-01-01"
"""Times outside are taken for mistakes."""
_BEYOND = "TIMESTAMP '2300-01-01'"
"""Stands for every time far outside: engines cannot compute with the last that a timestamp holds, nor with infinity."""
_NEAR = "TIMESTAMP '1800-01-01' AND TIMESTAMP '2299-01-01'"
MOST_OFFSET = 18 * 60
"""Minutes: the greatest offset from UTC that ISO 8601's users write; clocks of the world keep to -12 to +14 hours."""
_NO_OFFSET = 600_000
"""Seconds that stand for an offset that cannot be."""
_WRITTEN = r"(?:Z|z|UTC|[+-][0-9]{2}(?::?[0-9]{2}(?::?[0-9]{2})?)?)"
"""With seconds too: so the clocks of many places stood before there were zones (Tehran until 1946: +03:25:44)."""
_OFFSET = rf":[0-9]{{2}}(?:[.,][0-9]+)? ?({_WRITTEN})$"
_ISO = (
    r"[0-9]{4,6}-[0-9]{1,2}-[0-9]{1,2}(?:(?:T| +)[0-9]{1,2}:[0-9]{2}(?::[0-9]{2}(?:[.,][0-9]+)?)?"
    rf"(?: ?{_WRITTEN})?)?"
)
"""A time as ISO 8601 writes it; the engine would read more, and pass over what it does not know:
10:00 pm, 10:00 EST, 10:00 Europe/Berlin, BC, epoch. Years of more digits are told to be outside what can be meant."""


def ascii_digits(sql: str) -> str:
    """Persian and Arabic digits as 0-9."""
    return f"translate({sql}, '{TYPED}', '{LATIN}')"


def digits_only(sql: str) -> str:
    """The digits of a text as 0-9, and nothing else of it."""
    return f"regexp_replace({ascii_digits(sql)}, '[^0-9]', '', 'g')"


def number_text(sql: str, number: Number) -> str:
    """The text of a number with a point and without thousands marks; null where the marks contradict.

    Thousands marks stand before the decimals, and three digits after the last: 12,50 is no 1250 (India writes
    1,00,000). The engine would read 1_000 as well, which nobody declared.
    """
    thousands, decimal = number.thousands, number.decimal
    if thousands in BLANKS and thousands:
        sql, thousands = f"translate({sql}, '{BLANKS}', '{' ' * len(BLANKS)}')", " "
    wrong = [] if thousands == "_" else [f"contains({sql}, '_')"]
    read = sql
    if thousands:
        mark, of = literal(thousands), f"[{re.escape(thousands)}]"
        whole = rf"[+-]?[0-9]{{1,3}}(?:{of}[0-9]{{2,3}})*{of}[0-9]{{3}}(?:[{re.escape(decimal)}][0-9]*)?"
        wrong.append(f"contains({sql}, {mark}) AND NOT regexp_full_match({sql}, {literal(whole)})")
        read = f"replace({read}, {mark}, '')"
    if decimal != ".":
        if thousands != ".":
            wrong.append(f"contains({sql}, '.')")
        read = f"replace({read}, {literal(decimal)}, '.')"
    return f"CASE WHEN {' OR '.join(wrong)} THEN NULL ELSE {read} END" if wrong else read


def number_sql(sql: str, number: Number, *, type: str = "DOUBLE") -> str:
    """A number, perhaps infinite. Persian and Arabic digits, and their marks, are read in a second try."""
    plain = number_text(sql, number)
    latin = ascii_digits(f"trim({sql}, '{BLANKS}')")
    own = number_text(latin, replace(number, decimal="٫", thousands="٬"))
    second = f"CASE WHEN regexp_matches({sql}, '[٫٬]') THEN {own} ELSE {number_text(latin, number)} END"
    found = f"coalesce(try_cast({plain} AS {type}), try_cast({second} AS {type}))"
    if number.factor != 1.0:
        found = f"try_cast({found} * CAST({number.factor!r} AS DOUBLE) AS {type})"
    return found


@dataclass(frozen=True, slots=True)
class TimeSql:
    """How a time is read: wall-clock time, or the instant where the text says it, and the offset written."""

    local: str
    instant: str | None
    offset: str | None


def offset_mark(sql: str) -> str:
    """The offset that a text ends with, null where none. 2024-01-31 10:00:00, most usual, is told by its shape."""
    found = f"nullif(regexp_extract({sql}, {literal(_OFFSET)}, 1), '')"
    return f"CASE WHEN length({sql}) > 13 AND NOT ({_usual(sql)}) THEN {found} END"


def _usual(sql: str) -> str:
    """Whether a text has the shape of 2024-01-31 10:00:00, whose rest the engine checks; cheaper than a pattern."""
    return f"{sql} LIKE '____-__-_____:__:__' AND substr({sql}, 19, 1) BETWEEN '0' AND '9'"


def time_sql(sql: str, moment: Moment, *, native: str | None, mark: str) -> TimeSql:
    """`sql` is the column itself where `native` names its time type, else the text; `mark` its `offset_mark`."""
    clock = f"INTERVAL '{moment.clock}'" if moment.clock.strip("0:") else None
    if native is not None:
        return _native(sql, native, clock)
    local: list[str] = []
    instant: list[str] = []
    written = False
    for one in moment.formats:
        if moment.calendar is Calendar.JALALI:
            without = f"rtrim(left({sql}, length({sql}) - length(coalesce({mark}, ''))))" if one == "iso" else sql
            local.append(jalali_sql(ascii_digits(without), one))
            written = written or one == "iso"
        elif one == "iso":
            local.append(_iso_sql(sql, mark))
            written = True
        elif one in ("unix", "unix-ms"):
            instant.append(_since_1970(f"try_cast({sql} AS DOUBLE)", 1_000_000.0 if one == "unix" else 1_000.0))
        elif "%z" in one:
            instant.append(f"(try_strptime({sql}, {literal(one)}) AT TIME ZONE 'UTC')")
            written = True
        else:
            local.append(f"try_strptime({sql}, {literal(one)})")
    if not local:
        local.append("CAST(NULL AS TIMESTAMP)")
    found = local[0] if len(local) == 1 else f"coalesce({', '.join(local)})"
    if clock:
        found = f"{found} + CASE WHEN contains({sql}, ':') THEN INTERVAL 0 SECOND ELSE {clock} END"
    at = None if not instant else instant[0] if len(instant) == 1 else f"coalesce({', '.join(instant)})"
    return TimeSql(found, at, _written_offset(mark) if written else None)


def _iso_sql(sql: str, mark: str) -> str:
    """The time that a text tells as ISO 8601 has it, without its offset; null where it has another shape."""
    comma = f"CASE WHEN contains({sql}, ',') THEN replace({sql}, ',', '.') ELSE {sql} END"
    without = f"left({comma}, length({sql}) - length(coalesce({mark}, '')))"
    fits = f"regexp_full_match({sql}, {literal(_ISO)})"
    return f"try_cast(CASE WHEN {_usual(sql)} THEN {sql} WHEN {fits} THEN {without} END AS TIMESTAMP)"


def _since_1970(number: str, scale: float) -> str:
    """The time that a number tells, in units of `scale` microseconds; null where it is infinite or no number."""
    near = f"abs({number}) < {1e16 / scale!r}"
    at = f"make_timestamp(CAST(round({number} * {scale!r}) AS BIGINT))"
    return f"CASE WHEN {near} THEN {at} WHEN isfinite({number}) THEN {_BEYOND} END"


def _native(sql: str, type: str, clock: str | None) -> TimeSql:
    if type == "TIMESTAMP WITH TIME ZONE":
        return TimeSql("CAST(NULL AS TIMESTAMP)", f"({sql} AT TIME ZONE 'UTC')", None)
    found = f"CASE WHEN {sql} IS NOT NULL THEN coalesce(try_cast({sql} AS TIMESTAMP), {_BEYOND}) END"
    return TimeSql(f"{found} + {clock}" if clock and type == "DATE" else found, None, None)


def _written_offset(mark: str) -> str:
    """Seconds of a written offset; null where it has none, and far too many where no clock can have it."""
    digits = f"replace(substr({mark}, 2), ':', '')"
    minutes, rest = (f"coalesce(try_cast(substr({digits}, {at}, 2) AS INTEGER), 0)" for at in (3, 5))
    whole = f"CAST(left({digits}, 2) AS INTEGER) * 3600 + {minutes} * 60 + {rest}"
    seconds = f"CASE WHEN {minutes} < 60 AND {rest} < 60 THEN {whole} ELSE {_NO_OFFSET} END"
    sign = f"CASE left({mark}, 1) WHEN '-' THEN -1 ELSE 1 END"
    return (
        f"CASE WHEN {mark} IS NULL THEN NULL WHEN left({mark}, 1) IN ('Z', 'z', 'U') THEN 0 "
        f"ELSE {sign} * ({seconds}) END"
    )


def instant_sql(local: str, instant: str | None, offset: str | None, zone: str) -> str:
    """The UTC time of a reading whose parts are columns (or SQL) already. All times far outside are one and the same,
    so that whatever is computed from them is safe; `in_range` is false for it."""
    placed = local if zone == "UTC" else f"(({local}) AT TIME ZONE {literal(zone)}) AT TIME ZONE 'UTC'"
    if offset is not None:
        placed = f"CASE WHEN {offset} IS NULL THEN {placed} ELSE {local} - to_seconds({offset}) END"
    placed = f"CASE WHEN {local} NOT BETWEEN {_NEAR} THEN {_BEYOND} ELSE {placed} END"
    if instant is not None:
        at = f"CASE WHEN {instant} NOT BETWEEN {_NEAR} THEN {_BEYOND} ELSE {instant} END"
        placed = f"coalesce({at}, {placed})"
    return placed


def in_range(utc: str) -> str:
    """Whether a time is one that can be meant."""
    return f"{utc} >= TIMESTAMP '{EARLIEST}' AND {utc} < TIMESTAMP '{LATEST}'"


def wrong_offset(offset: str | None) -> str:
    """Whether a written offset (a column of seconds) is one that no clock has."""
    return "false" if offset is None else f"coalesce(abs({offset}) > {MOST_OFFSET * 60}, false)"


def offset_sql(utc: str, offset: str | None, zone: str) -> str:
    """Minutes of the source's offset from UTC at that time; `offset`: seconds as written."""
    if zone == "UTC":
        there = "0"
    else:
        there = f"date_diff('minute', {utc}, ({utc} AT TIME ZONE 'UTC') AT TIME ZONE {literal(zone)})"
    return there if offset is None else f"coalesce(CAST(round({offset} / 60.0) AS INTEGER), {there})"


def clock_changes(
    local: str, instant: str | None, offset: str | None, *, utc: str, minutes: str, zone: str
) -> tuple[str | None, str | None]:
    """SQL: whether the zone's clocks never showed a local time (they went forward), and whether they did so twice.

    All arguments are columns. Midnight counts as shown: a date alone means the first moment of its day. Of a time that
    came twice the engine takes the later. Where clocks are put back, it is by an hour, before four in the morning.
    """
    if zone == "UTC":
        return None, None
    wall = [f"{one} IS NULL" for one in (offset, instant) if one is not None]
    shown = f"{utc} + to_minutes({minutes})"
    sane = f"{local} BETWEEN {_NEAR}"
    apart = f"CAST({local} AS TIME) <> TIME '00:00' AND abs(date_diff('second', {shown}, {local})) >= 600"
    gap = [*wall, f"CASE WHEN {sane} THEN {apart} ELSE false END"]
    before = f"(({utc} - INTERVAL 1 HOUR) AT TIME ZONE 'UTC') AT TIME ZONE {literal(zone)}"
    twice = [*wall, f"CASE WHEN {sane} AND hour({local}) < 4 THEN {before} = {local} ELSE false END"]
    return f"({' AND '.join(gap)})", f"({' AND '.join(twice)})"
