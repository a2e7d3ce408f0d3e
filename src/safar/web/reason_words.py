"""Why rows of a file are set aside, in the reader's language.

The layers below keep these reasons in plain English, with the import; a test compares this list with their sources.
What a recipe's author wrote as the reason of a check stays as it was written.
"""

from __future__ import annotations

import re

from django.utils.translation import gettext
from django.utils.translation.trans_null import gettext_noop

from safar.web import numerals
from safar.web.page_language import page_language
from safar.web.problem_words import words_of

# One text a line, however long: they are looked up, not read.
# ruff: noqa: E501
# fmt: off
REASONS: tuple[str, ...] = (
    # Of values, as a recipe reads them.
    gettext_noop("not a number"),
    gettext_noop("not a number, among those that are taken together"),
    gettext_noop("number is too large"),
    gettext_noop("more than 4 decimals"),
    gettext_noop("outside the scale %(low)s to %(high)s"),
    gettext_noop("not in the map of %(place)s"),
    gettext_noop("none of %(names)s"),
    gettext_noop("amount without currency"),
    gettext_noop("no currency code of three capital letters"),
    gettext_noop("weight is empty or negative"),
    gettext_noop("weight is neither 0 nor between a thousand millionth and a thousand million"),
    gettext_noop("duration is negative"),
    gettext_noop("time is empty"),
    gettext_noop("question is empty"),
    gettext_noop("event is empty"),
    gettext_noop("kind is empty"),
    gettext_noop("speaker is empty"),
    gettext_noop("key is empty"),
    gettext_noop("key of %(slot)s is empty"),
    gettext_noop("%(name)s is empty"),
    gettext_noop("outside the years 1900 to 2199"),
    gettext_noop("no clock is that far from UTC"),
    gettext_noop("no such time in %(zone)s: clocks went forward"),
    # Of rows among others.
    gettext_noop("%(file)s has no such row"),
    gettext_noop("same key as an earlier row, with other content"),
    gettext_noop("same key as %(row)s, with other content"),
    gettext_noop("not mended yet (empty %(column)s if it is right)"),
    # Of records that cannot be read.
    gettext_noop("bytes that are not text in this encoding"),
    gettext_noop("the line is longer than %(n)s bytes"),
    gettext_noop("the record holds a NUL byte"),
    gettext_noop("the record holds a NUL character"),
    gettext_noop("a quote is opened and never closed"),
    gettext_noop("text after a closing quote"),
    gettext_noop("too few values: %(found)s instead of %(width)s"),
    gettext_noop("too many values: %(found)s instead of %(width)s"),
    gettext_noop("the line is no JSON object"),
    gettext_noop("nested too deep"),
    gettext_noop("half of a surrogate pair, which is no text"),
    gettext_noop("not valid JSON: two values for %(name)s"),
    gettext_noop("not valid JSON: more than %(n)s different fields in the file"),
    gettext_noop("not valid JSON: a field appears twice in one object"),
    gettext_noop("not valid JSON: nested too deep"),
    gettext_noop("not valid JSON: %(name)s is no JSON number"),
    gettext_noop("not valid JSON: %(cause)s"),
    gettext_noop("the cell shows the error %(error)s"),
    gettext_noop("the cell is a formula without a stored value"),
    gettext_noop("a cell is longer than %(n)s bytes"),
)
WARNINGS: tuple[str, ...] = (
    gettext_noop("Rows were set aside, so nothing was taken away; mend them and repeat --snapshot."),
    gettext_noop("%(file)s: %(n)s row with a local time that came twice, when clocks went back; the later one is taken. An offset written with the time would tell."),
    gettext_noop("%(file)s: %(n)s rows with a local time that came twice, when clocks went back; the later one is taken. An offset written with the time would tell."),
    gettext_noop("%(file)s: %(n)s row of a key (%(keys)s) that an earlier row has; look-ups take the earlier."),
    gettext_noop("%(file)s: %(n)s rows of a key (%(keys)s) that an earlier row has; look-ups take the earlier."),
    gettext_noop("%(file)s: Column %(at)s is named %(name)s like one before it; it is read as %(free)s."),
    gettext_noop("%(file)s: %(n)s nested attributes (lists, containers, attributes of attributes) left out."),
    gettext_noop("%(file)s: %(n)s traces."),
)
"""What an import says of its files as a whole."""
# fmt: on
_NO_TIME_AS = re.compile(r"not a time as (.+?)(, by the calendar jalali)?")
_JSON_AT = re.compile(r"not valid JSON: .*\(char (\d+)\)")


def reason_told(reason: str) -> str:
    """Why rows are set aside."""
    if found := _NO_TIME_AS.fullmatch(reason):
        formats = found.group(1).replace(" or ", gettext(" or "))
        told = (
            gettext("not a time as %(formats)s, by the Solar Hijri calendar")
            if found.group(2)
            else gettext("not a time as %(formats)s")
        )
        return told % {"formats": f"\u2066{formats}\u2069"}
    if page_language().startswith("en"):
        return reason
    if found := _JSON_AT.fullmatch(reason):  # the rest is what the reader of JSON says of it
        return gettext("not valid JSON, at character %(at)s") % {"at": numerals.plain_digits(found.group(1))}
    return words_of(reason, REASONS) or reason


def warning_told(warning: str) -> str:
    """What an import warns of."""
    return warning if page_language().startswith("en") else words_of(warning, WARNINGS) or warning
