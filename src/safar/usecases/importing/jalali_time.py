"""Texts of the Solar Hijri calendar into times, in SQL: by the leap cycle of `domain.calendars`, for whole columns."""

from __future__ import annotations

import re

from safar.domain.calendars import is_leap
from safar.sql import literal

_ISO = r"^(\d{4})-(\d{1,2})-(\d{1,2})(?:[ T](\d{1,2}):(\d{2})(?::(\d{2})(?:[.,]\d+)?)?)?$"
_CODES = {
    "%Y": r"(\d{4})",
    "%m": r"(\d{1,2})",
    "%d": r"(\d{1,2})",
    "%H": r"(\d{1,2})",
    "%M": r"(\d{2})",
    "%S": r"(\d{2})",
}
_CYCLE_DAYS, _CYCLE = 12_053, 33
_LEAP = [year for year in range(_CYCLE) if is_leap(year)]


def jalali_sql(text: str, format: str) -> str:
    """A timestamp from a text (digits as 0-9) of that format; null where it does not fit, or there is no such day."""
    if format == "iso":
        pattern, order = _ISO, list(_CODES)
    else:
        pieces = re.split(r"(%[A-Za-z])", format)
        order = [one for one in pieces if one in _CODES]
        pattern = "^" + "".join(_CODES.get(one) or re.escape(one) for one in pieces) + "$"

    def part(code: str, least: int) -> str:
        if code not in order:
            return str(least)
        found = f"regexp_extract({text}, {literal(pattern)}, {order.index(code) + 1})"
        return f"coalesce(try_cast({found} AS INTEGER), {least})"

    year, month, day = part("%Y", 0), part("%m", 0), part("%d", 0)
    hour, minute, second = part("%H", 0), part("%M", 0), part("%S", 0)
    leap = f"(({year}) % {_CYCLE}) IN ({', '.join(map(str, _LEAP))})"
    length = f"CASE WHEN {month} <= 6 THEN 31 WHEN {month} < 12 OR {leap} THEN 30 ELSE 29 END"
    sound = (
        f"{year} BETWEEN 1 AND 2000 AND {month} BETWEEN 1 AND 12 AND {day} BETWEEN 1 AND ({length}) "
        f"AND {hour} < 24 AND {minute} < 60 AND {second} < 60"
    )
    before = f"(({year} - 1) % {_CYCLE})"
    leaps = " + ".join(f"CAST({before} >= {one} AS INTEGER)" for one in _LEAP)
    days = (
        f"(({year} - 1) // {_CYCLE}) * {_CYCLE_DAYS} + {before} * 365 + {leaps} "
        f"+ least({month} - 1, 6) * 31 + greatest(0, {month} - 7) * 30 + {day} - 1"
    )
    clock = f"to_seconds({hour} * 3600 + {minute} * 60 + {second})"
    at = f"CAST(DATE '0622-03-21' + CAST({days} AS INTEGER) AS TIMESTAMP) + {clock}"
    return f"CASE WHEN regexp_matches({text}, {literal(pattern)}) AND {sound} THEN {at} END"
