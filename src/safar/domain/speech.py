"""Numbers, shares, lengths of time, days and words as one language says them: pages and files speak alike.

A negative number is wrapped in an isolate: without it the sign changes sides in a right-to-left sentence. A Persian
percent sign follows a right-to-left mark: it stands left of its number among words and alone.
"""

from __future__ import annotations

import re
from collections.abc import Callable
from dataclasses import dataclass
from datetime import UTC, date, datetime, tzinfo

from safar.domain.calendars import jalali
from safar.domain.label import Label
from safar.domain.names import NO_NAMES, NameKind, Names
from safar.domain.wording import WHOLE_DAYS_FROM

PERSIAN_DIGITS = str.maketrans("0123456789", "۰۱۲۳۴۵۶۷۸۹")
SHORT_MONTHS = ("Jan", "Feb", "Mar", "Apr", "May", "Jun", "Jul", "Aug", "Sep", "Oct", "Nov", "Dec")
JALALI_MONTHS = (
    "فروردین", "اردیبهشت", "خرداد", "تیر", "مرداد", "شهریور",
    "مهر", "آبان", "آذر", "دی", "بهمن", "اسفند",
)  # fmt: skip
_PLACES = {letter: place for place, letter in enumerate("آابپتثجچحخدذرزژسشصضطظعغفقکگلمنوهی")}
_WORD, _LATIN = re.compile(r"\S+"), re.compile("[A-Za-z]")
_NUMBER = re.compile(r"(?:(?<![\w.,)])([−+-]))?(\d+(?:[.,]\d+)*|\.\d+)")
_LEFT_TO_RIGHT, _FIRST_STRONG, _POP = "\u2066", "\u2068", "\u2069"


def _in_persian(number: str) -> str:
    whole = f"0{number}" if number.startswith(".") else number  # statistics are written ".70"
    return whole.replace(",", "٬").replace(".", "٫").translate(PERSIAN_DIGITS)


def _shown(found: re.Match[str]) -> str:
    sign, number = found.groups()
    return f"{_LEFT_TO_RIGHT}{sign}{_in_persian(number)}{_POP}" if sign else _in_persian(number)


def _as_written(text: str) -> str:
    return text


def _as_counted(one: str, many: str, n: int) -> str:
    return one if n == 1 else many


@dataclass(frozen=True, slots=True, kw_only=True)
class Speech:
    """A reader's language. `text`, `plural`: the translations of a text, and of one that counts; English without.

    `names`: what keys of the data are called.
    """

    language: str = "en"
    zone: tzinfo = UTC
    text: Callable[[str], str] = _as_written
    plural: Callable[[str, str, int], str] = _as_counted
    names: Names = NO_NAMES

    @property
    def mirrored(self) -> bool:
        """Whether one reads from right to left."""
        return self.language.startswith("fa")

    def label(self, value: Label) -> str:
        """A name."""
        return value.text(self.language)

    def key(self, kind: NameKind | str, key: str) -> str:
        """What a key of the data is called."""
        return self.names.text(kind, key, self.language)

    def apart(self, text: str) -> str:
        """A name from the data, which keeps its own direction among other words."""
        return f"{_FIRST_STRONG}{text}{_POP}"

    def number(self, value: float | None, places: int = 0) -> str:
        """A number with grouped thousands and that many decimal places; a dash where there is none."""
        if value is None:
            return "–"
        text = f"{abs(value):,.{places}f}"
        negative = value < 0 and any(c in "123456789" for c in text)
        text = _in_persian(text) if self.mirrored else text
        return f"{_LEFT_TO_RIGHT}−{text}{_POP}" if negative else text

    def share(self, value: float | None, places: int = 0) -> str:
        """A share of 1 as percent. One that is not nothing never reads as 0 %, nor one that is not all as 100 %."""
        if value is None:
            return "–"
        percent = value * 100
        step = 10.0**-places
        if 0 < percent < step / 2:
            return f"< {self._percent(step, places)}"
        if 100 - step / 2 < percent < 100:
            return f"> {self._percent(100 - step, places)}"
        return self._percent(percent, places)

    def duration(self, seconds: float | None) -> str:
        """Seconds in the one or two largest units that tell: "2 d 4 h", "12 min"; a dash where there is none."""
        if seconds is None:
            return "–"
        if seconds < 60:
            tenths = round(seconds, 1)
            whole = round(seconds)
            return self._amount(tenths if tenths < 10 else whole, "second") if whole < 60 else self._amount(1, "minute")
        minutes = int(seconds // 60)
        days, hours = minutes // 1440, minutes // 60
        if days >= WHOLE_DAYS_FROM:
            return self._amount(round(seconds / 86_400), "day")
        if days:
            return self._pair(self._amount(days, "day"), hours % 24, "hour")
        if hours:
            return self._pair(self._amount(hours, "hour"), minutes % 60, "minute")
        return self._amount(minutes, "minute")

    def day(self, value: datetime | date | None) -> str:
        """The local day: "3 Nov 2026", in Persian by the Solar Hijri calendar; a dash where there is none."""
        if value is None:
            return "–"
        local = value.astimezone(self.zone).date() if isinstance(value, datetime) else value
        if self.mirrored:
            year, month, of_month = jalali(local)
            return f"{of_month} {JALALI_MONTHS[month - 1]} {year}".translate(PERSIAN_DIGITS)
        return f"{local.day} {SHORT_MONTHS[local.month - 1]} {local.year}"

    def moment(self, value: datetime | None) -> str:
        """The local day and time of day, to the minute."""
        if value is None:
            return "–"
        return f"{self.day(value)} {self.digits(f'{value.astimezone(self.zone):%H:%M}')}"

    def signed(self, value: float | None, places: int = 0) -> str:
        """A difference, always with its sign; nothing has none."""
        text = self.number(value, places)
        if value is None or value <= 0 or not any(c in "123456789" for c in f"{value:.{places}f}"):
            return text
        return f"{_LEFT_TO_RIGHT}+{text}{_POP}"

    def signed_duration(self, seconds: float | None) -> str:
        """A difference of times, always with its sign."""
        if seconds is None or round(seconds) == 0:
            return self.duration(seconds)
        return f"{'+' if seconds > 0 else '−'}{self.duration(abs(seconds))}"

    def digits(self, text: object) -> str:
        """Digits of the language, nothing else changed: for versions and positions."""
        return str(text).translate(PERSIAN_DIGITS) if self.mirrored else str(text)

    def prose(self, text: str) -> str:
        """A text's numbers in the language's digits. A word with a Latin letter is a name, and stays as it is."""
        if not self.mirrored:
            return text
        return _WORD.sub(lambda word: word[0] if _LATIN.search(word[0]) else _NUMBER.sub(_shown, word[0]), text)

    def alphabetical(self, text: str) -> tuple[tuple[int, str], ...]:
        """A key that sorts names by the alphabet: four Persian letters stand elsewhere in the order of codes."""
        letters = text.casefold().replace("\u200c", "")
        if not self.mirrored:
            return ((0, letters),)
        return tuple((_PLACES.get(letter, -1), letter) for letter in letters)

    def _percent(self, percent: float, places: int) -> str:
        text = self.number(percent, places)
        return f"{text}\u200f٪" if self.mirrored else f"{text} %"

    def _pair(self, large: str, rest: int, unit: str) -> str:
        _ = self.text
        return _("%(large)s %(small)s") % {"large": large, "small": self._amount(rest, unit)} if rest else large

    def _amount(self, count: float, unit: str) -> str:
        _ = self.text
        shown = self.number(count, 0 if count == int(count) else 1)
        match unit:
            case "day":
                return _("%(n)s d") % {"n": shown}
            case "hour":
                return _("%(n)s h") % {"n": shown}
            case "minute":
                return _("%(n)s min") % {"n": shown}
        return _("%(n)s s") % {"n": shown}
