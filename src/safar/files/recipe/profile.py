"""What the columns of a file look like, judged by their names and their first rows."""

from __future__ import annotations

import re
from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace
from datetime import date, datetime
from enum import StrEnum
from functools import partial

TIME_FORMATS = (
    "%d/%m/%Y %H:%M:%S",
    "%d/%m/%Y %H:%M",
    "%d/%m/%Y",
    "%m/%d/%Y %H:%M:%S",
    "%m/%d/%Y %H:%M",
    "%m/%d/%Y",
    "%m/%d/%Y %I:%M:%S %p",
    "%m/%d/%Y %I:%M %p",
    "%d.%m.%Y %H:%M:%S",
    "%d.%m.%Y %H:%M",
    "%d.%m.%Y",
    "%d-%m-%Y %H:%M:%S",
    "%d-%m-%Y %H:%M",
    "%d-%m-%Y",
    "%Y/%m/%d %H:%M:%S",
    "%Y/%m/%d %H:%M:%S.%f",
    "%Y/%m/%d %H:%M",
    "%Y/%m/%d",
    "%Y%m%d",
    "%d %b %Y",
    "%d %B %Y",
    "%b %d, %Y",
    "%B %d, %Y",
)
_SURE = 0.8
_CODES = 12
"""Most different values that a rating column shows, missing codes included."""


class Role(StrEnum):
    """What a column seems to be."""

    TIME = "time"
    CUSTOMER = "customer"
    ID = "id"
    CASE = "case"
    RATING = "rating"
    TEXT = "text"
    EVENT = "event"
    CHANNEL = "channel"
    UNIT = "unit"
    AMOUNT = "amount"
    DURATION = "duration"
    WEIGHT = "weight"
    STATUS = "status"
    OTHER = "other"


@dataclass(frozen=True, slots=True, kw_only=True)
class Profile:
    """One column. `values`: its different texts, most frequent first; `low`, `high`: of its numbers."""

    name: str
    role: Role
    filled: int
    values: tuple[str, ...]
    format: str | None = None
    unsure_day: bool = False
    low: float | None = None
    high: float | None = None

    @property
    def distinct(self) -> int:
        """How many different texts were seen."""
        return len(self.values)


_NAMES: tuple[tuple[Role, str], ...] = (
    (Role.WEIGHT, r"\b(weight|gewicht|wt)\b"),
    (Role.CASE, r"\bcase\b|\bconcept name case\b|\btrace\b"),
    (
        Role.CUSTOMER,
        r"\bcust|client|\buser|member|patient|passenger|respondent|subscriber|consumer|kunde|cliente|msisdn|\bperson",
    ),
    (Role.DURATION, r"duration|elapsed|seconds|minutes|handling|\bwait"),
    (Role.AMOUNT, r"amount|price|total|revenue|\bcost|paid|payment value|betrag|valor"),
    (Role.CHANNEL, r"channel|medium|\bvia\b|kanal|contact method|submitted"),
    (Role.UNIT, r"branch|store|\bunit\b|region|\bteam|department|location|office|terminal|site|trust|filiale"),
    (Role.EVENT, r"event|activity|action|\btopic|reason|issue|concept name|interaction type|\btype\b|category"),
    (Role.STATUS, r"status|outcome|result|lifecycle|transition"),
)
_RATING_NAME = re.compile(
    r"score|rating|satisf|nps|recommend|csat|ces|effort|stars?\b|sentiment|quality|service|clean|comfort|\bq\d", re.I
)
_TEXT_NAME = re.compile(r"comment|text|message|feedback|review|remark|narrative|verbatim|words|answer|note", re.I)
_ID_NAME = re.compile(r"(^|[ _.:-])(id|uuid|key|no|nr|number|num|guid|ref|reference)$|id$", re.I)


def profile(name: str, cells: Sequence[object]) -> Profile:
    """Judge one column by its name and its first cells."""
    texts = [_text(cell) for cell in cells]
    filled = [text for text in texts if text]
    counts: dict[str, int] = {}
    for text in filled:
        counts[text] = counts.get(text, 0) + 1
    values = tuple(sorted(counts, key=lambda text: -counts[text]))
    words = re.sub(r"(?<=[a-z])(?=[A-Z])|[_.:\-/]+", " ", name).casefold().strip()
    numbers = _numbers(filled)
    low, high = (min(numbers), max(numbers)) if numbers else (None, None)
    found, unsure = _time(cells, filled)
    if found is not None:
        return Profile(name=name, role=Role.TIME, filled=len(filled), values=values, format=found, unsure_day=unsure)
    role = _role(words, name, filled, values, numbers)
    if role == Role.CUSTOMER and len(values) * 10 < len(filled):
        role = Role.OTHER  # a kind of customer, not who it is
    return Profile(name=name, role=role, filled=len(filled), values=values, low=low, high=high)


def is_survey(profiles: Sequence[Profile]) -> bool:
    """Whether a file is a wide survey: three columns or more that are ratings by name and content."""
    return sum(one.role == Role.RATING for one in profiles) >= 3


def as_survey(one: Profile) -> Profile:
    """In a wide survey, every column of a few small whole numbers is taken for a rating."""
    small = one.low is not None and one.high is not None and one.low >= 0 and 3 <= one.high <= 10
    whole = all("." not in value and "," not in value for value in one.values)
    if not (small and whole and 3 <= one.distinct <= _CODES) or one.role in (Role.ID, Role.CUSTOMER, Role.WEIGHT):
        return one
    return replace(one, role=Role.RATING)


def _text(cell: object) -> str:
    if cell is None:
        return ""
    if isinstance(cell, float) and cell.is_integer():
        return str(int(cell))
    return str(cell).strip()


def _numbers(filled: Sequence[str]) -> list[float]:
    """The numbers, where nearly all cells are numbers."""
    found = []
    for text in filled:
        try:
            found.append(float(text.replace(",", ".")))
        except ValueError:
            continue
    return found if filled and len(found) >= _SURE * len(filled) else []


def _time(cells: Sequence[object], filled: Sequence[str]) -> tuple[str | None, bool]:
    if any(isinstance(cell, datetime | date) for cell in cells):
        return "iso", False
    if not filled or _numbers(filled[:20]):
        return ("%Y%m%d" if _compact_dates(filled) else None), False
    if _share(filled, _is_iso) >= _SURE:
        return "iso", False
    shares = {one: _share(filled, partial(_fits, format=one)) for one in TIME_FORMATS}
    best = max(shares.values())
    if best < _SURE:
        return None, False
    fitting = [one for one, share in shares.items() if share == best]
    unsure = any(one.startswith("%d/%m") for one in fitting) and any(one.startswith("%m/%d") for one in fitting)
    return fitting[0], unsure


def _compact_dates(filled: Sequence[str]) -> bool:
    return bool(filled) and all(
        len(text) == 8 and text[:2] in ("19", "20") and _fits(text, "%Y%m%d") for text in filled
    )


def _share(filled: Sequence[str], test: Callable[[str], bool]) -> float:
    hits = sum(1 for text in filled if test(text))
    return hits / len(filled)


def _is_iso(text: str) -> bool:
    if not re.match(r"\d{4}-\d{2}-\d{2}([ T]\d|$)", text):
        return False
    try:
        datetime.fromisoformat(text)
    except ValueError:
        return False
    return True


def _fits(text: str, format: str) -> bool:
    try:
        datetime.strptime(text, format)  # noqa: DTZ007 - only whether it can be read
    except ValueError:
        return False
    return True


def _role(words: str, name: str, filled: Sequence[str], values: Sequence[str], numbers: Sequence[float]) -> Role:
    if not filled:
        return Role.OTHER
    mean = sum(map(len, filled)) / len(filled)
    spaced = sum(1 for text in filled if " " in text) / len(filled)
    few = len(values) <= _CODES
    whole = bool(numbers) and all(number == int(number) for number in numbers)
    in_scale = whole and min(numbers) >= 0 and max(numbers) <= 10 and few and len(values) > 1
    for role in (Role.WEIGHT, Role.CASE):
        if re.search(dict(_NAMES)[role], words):
            return role
    if in_scale and _RATING_NAME.search(words) and not _ID_NAME.search(name):
        return Role.RATING
    if not numbers and len(values) * 2 > len(filled):
        wordy = (mean > 25 and spaced > 0.6) or (_TEXT_NAME.search(words) and mean > 12)
        if wordy:
            return Role.TEXT
    for role, pattern in _NAMES[2:]:
        if re.search(pattern, words) and (role not in (Role.DURATION, Role.AMOUNT) or numbers):
            return role
    if _ID_NAME.search(name):
        return Role.ID
    return Role.OTHER
