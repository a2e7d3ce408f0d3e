"""What the columns of a file look like, judged by their names and their first rows."""

from __future__ import annotations

import re
from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace
from datetime import date, datetime
from enum import StrEnum
from functools import partial

from safar.domain.calendars import Calendar
from safar.domain.digits import latin_digits
from safar.files.recipe.marks import PLAIN, Marks, marks_of, number_of
from safar.files.recipe.speakers import says_who_speaks

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
_LONGEST_EVENT = 40
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
    SPEAKER = "speaker"
    QUESTION = "question"
    STATUS = "status"
    OTHER = "other"


@dataclass(frozen=True, slots=True, kw_only=True)
class Profile:
    """One column. `values`: its different texts, most frequent first; `often`: how often each stands there;
    `low`, `high`: of its numbers."""

    name: str
    role: Role
    filled: int
    values: tuple[str, ...]
    often: tuple[int, ...] = ()
    format: str | None = None
    calendar: Calendar = Calendar.GREGORIAN
    unsure_day: bool = False
    low: float | None = None
    high: float | None = None
    marks: Marks = PLAIN
    """How its numbers are written."""
    guessed: bool = False
    """Whether only its values, and not its name, tell what it is."""

    @property
    def distinct(self) -> int:
        """How many different texts were seen."""
        return len(self.values)


_NAMES: tuple[tuple[Role, str], ...] = (
    (Role.WEIGHT, r"\b(weight|gewicht|wt|poids|a[gğ][ıi]rl[ıi]k|وزن)\b"),
    (Role.CASE, r"\bcase\b|\bconcept name case\b|\btrace\b"),
    (
        Role.CUSTOMER,
        r"\bcust|client|\buser|member|patient|passenger|respondent|subscriber|consumer|kunde|cliente|msisdn|\bperson"
        r"|nutzer|teilnehmer|mitglied|abonn|utilisateur|usager|adh[ée]rent|usuario|m[üu][sş]teri|kullan[ıi]c[ıi]|\babone|\büye"
        r"|مشتری|کاربر|مشترک|مراجع",
    ),
    (
        Role.DURATION,
        r"duration|elapsed|seconds|minutes|handling|\bwait|dauer|wartezeit|dur[ée]e|attente|duraci[óo]n|s[üu]resi|\bsüre|مدت",
    ),
    (
        Role.AMOUNT,
        r"amount|price|total|revenue|\bcost|paid|payment value|betrag|preis|umsatz|summe|\bkosten|montant|\bprix\b"
        r"|co[ûu]t\b|valor|importe|precio|tutar|fiyat|[üu]cret|bedel|مبلغ|قیمت|هزینه|\bبها",
    ),
    (
        Role.CHANNEL,
        r"channel|medium|\bvia\b|kanal|\bcanal|contact method|submitted|kontaktweg|moyen de contact|کانال|مجرا",
    ),
    (
        Role.UNIT,
        r"branch|store|\bunit\b|region|\bteam|department|location|office|terminal|site|trust|filiale|standort|abteilung"
        r"|niederlassung|agence|magasin|sucursal|tienda|[sş]ube|ma[ğg]aza|b[öo]lge|شعبه|فروشگاه|منطقه|\bواحد",
    ),
    (
        Role.EVENT,
        r"event|activity|action|\btopic|reason|issue|concept name|interaction type|\btype\b|category|ereignis|vorgang"
        r"|\baktion|aktivit[äa]|anlass|anliegen|grund\b|[ée]v[éeè]nement|activit[ée]|\bmotif|\bactividad|motivo|\bolay"
        r"|\bi\u0307?[sş]lem|etkinlik|\bkonu\b|رویداد|رخداد|فعالیت|اقدام|موضوع",
    ),
    (
        Role.STATUS,
        r"status|outcome|result|lifecycle|transition|zustand|ergebnis|statut|r[ée]sultat|estado|\bdurum|sonu[cç]|وضعیت|نتیجه",
    ),
)
_RATING_NAME = re.compile(
    r"score|rating|satisf|nps|recommend|csat|ces|effort|stars?\b|sentiment|quality|service|clean|comfort|\bq\d"
    r"|\bnote\b|\bnoten?\b|bewertung|punkte|sterne|zufrieden|\bnota\b|calific|puntua|valora|\bgrade|[ée]valuation|\bpuan|memnuniyet|de[ğg]erlendirme|امتیاز|رضایت|ستاره|نمره",
    re.I,
)
_GRADE_NAME = re.compile(
    r"score|rating|satisf|nps|csat|ces\b|stars?\b|\bnoten?\b|bewertung|punkte|sterne|\bnota\b|grade", re.I
)
"""Names that are ratings even where the numbers are not whole."""
_TEXT_NAME = re.compile(
    r"comment|text|message|feedback|review|remark|narrative|verbatim|words|answer|note|kommentar|bemerkung|nachricht"
    r"|freitext|commentaire|remarque|\bavis\b|comentario|yorum|g[öo]r[üu][sş]|a[çc][ıi]klama|mesaj|نظر|توضیح|پیام|متن",
    re.I,
)
_COMMENT_NAME = re.compile(r"\bcomments?\b|verbatim|remark|kommentar|commentaire|comentario|yorum|نظر|توضیح", re.I)
"""Names that say words of people, however often the same ones come."""
_QUESTION_NAME = re.compile(
    r"^(survey )?(question|frage|pregunta|soru|پرسش|سؤال|سوال)( ?(text|name|label|title|code|id|no|متن))?$|^item$", re.I
)
_QUESTIONS = 60
"""Most different questions among the first rows of a file that has one answer a row."""
_ID_NAME = re.compile(
    r"(^|[ _.:-])(id|uuid|key|no|nr|number|num|guid|ref|reference)$|id$|nr$|nummer$|kennung$|num[ée]ro$"
    r"|شناسه|شماره",
    re.I,
)
USUAL_CODES = (-9, -8, -7, -1, 66, 77, 88, 96, 97, 98, 99, 999)
"""Numbers that surveys write for an answer that is missing."""
MOST_SCALE = 10
"""The greatest number of a usual scale."""


def few(rows: int) -> int:
    """How many of so many rows may hold a number that lies on no usual scale: a slip, or a code."""
    return max(1, rows // 20)


def profile(name: str, cells: Sequence[object]) -> Profile:
    """Judge one column by its name and its first cells."""
    texts = [_text(cell) for cell in cells]
    filled = [text for text in texts if text]
    counts: dict[str, int] = {}
    for text in filled:
        counts[text] = counts.get(text, 0) + 1
    values = tuple(sorted(counts, key=lambda text: -counts[text]))
    often = tuple(counts[text] for text in values)
    words = re.sub(r"(?<=[a-z])(?=[A-Z])|[_.:\-/]+", " ", name).casefold().strip()
    marks = marks_of(values) if all(cell is None or isinstance(cell, str) for cell in cells) else PLAIN
    numbers = _numbers(filled, marks)
    low, high = (min(numbers), max(numbers)) if numbers else (None, None)
    jalali = jalali_format(filled)
    found, unsure = (jalali, False) if jalali is not None else _time(cells, filled)
    if found is not None:
        return Profile(
            name=name,
            role=Role.TIME,
            filled=len(filled),
            values=values,
            often=often,
            format=found,
            unsure_day=unsure,
            calendar=Calendar.GREGORIAN if jalali is None else Calendar.JALALI,
        )
    role = _role(words, name, filled, values, numbers)
    if role == Role.CUSTOMER and len(values) * 10 < len(filled):
        role = Role.OTHER  # a kind of customer, not who it is
    return Profile(
        name=name,
        role=role,
        filled=len(filled),
        values=values,
        often=often,
        low=low,
        high=high,
        marks=marks if numbers else PLAIN,
    )


def may_be_event(one: Profile) -> bool:
    """Whether a column of an unknown name holds a few short words again and again, as the names of events do."""
    words = all(len(value) <= _LONGEST_EVENT and re.search(r"[^\W\d_]{3}", value) for value in one.values)
    return one.role == Role.OTHER and 2 <= one.distinct <= _CODES and one.distinct * 2 <= one.filled and words


def is_survey(profiles: Sequence[Profile]) -> bool:
    """Whether a file is a wide survey: three columns or more that are ratings by name and content."""
    return sum(one.role == Role.RATING for one in profiles) >= 3


def as_survey(one: Profile) -> Profile:
    """In a wide survey, every column of a few small whole numbers is taken for a rating."""
    small = one.low is not None and one.high is not None and one.low >= 0 and 3 <= one.high <= 10
    whole = not any(re.search(r"[.,](?!0*$)", value) for value in one.values)
    if not (small and whole and 3 <= one.distinct <= _CODES) or one.role in (Role.ID, Role.CUSTOMER, Role.WEIGHT):
        return one
    return replace(one, role=Role.RATING)


def _text(cell: object) -> str:
    if cell is None:
        return ""
    if isinstance(cell, float) and cell.is_integer():
        return str(int(cell))
    return str(cell).strip()


def _numbers(filled: Sequence[str], marks: Marks = PLAIN) -> list[float]:
    """The numbers, where nearly all cells are numbers."""
    found = [number for text in filled if (number := number_of(text, marks)) is not None]
    return found if filled and len(found) >= _SURE * len(filled) else []


def _time(cells: Sequence[object], filled: Sequence[str]) -> tuple[str | None, bool]:
    if any(isinstance(cell, datetime | date) for cell in cells):
        return "iso", False
    if not filled or _numbers(filled[:20]):
        return ("%Y%m%d" if _compact_dates(filled) else None), False
    if _share(filled, is_iso) >= _SURE:
        return "iso", False
    shares = {one: _share(filled, partial(fits, format=one)) for one in TIME_FORMATS}
    best = max(shares.values())
    if best < _SURE:
        return None, False
    fitting = [one for one, share in shares.items() if share == best]
    unsure = any(one.startswith("%d/%m") for one in fitting) and any(one.startswith("%m/%d") for one in fitting)
    return fitting[0], unsure


_JALALI = re.compile(r"(1[34]\d\d)([/-])(\d{1,2})\2(\d{1,2})(?:[ T](\d{1,2}:\d{2})(:\d{2})?)?")


def jalali_format(filled: Sequence[str]) -> str | None:
    """The format of dates of the Solar Hijri calendar, told by their years, 1300 to 1450; None where they are not."""
    found: dict[str, int] = {}
    for text in filled:
        parts = _JALALI.fullmatch(latin_digits(text))
        if parts is None:
            continue
        year, month, day = int(parts[1]), int(parts[3]), int(parts[4])
        if 1300 <= year <= 1450 and 1 <= month <= 12 and 1 <= day <= 31:
            clock = " %H:%M:%S" if parts[6] else " %H:%M" if parts[5] else ""
            written = "iso" if parts[2] == "-" else f"%Y/%m/%d{clock}"
            found[written] = found.get(written, 0) + 1
    best = max(found, key=lambda one: found[one], default=None)
    return best if best is not None and found[best] >= _SURE * len(filled) else None


def _compact_dates(filled: Sequence[str]) -> bool:
    return bool(filled) and all(len(text) == 8 and text[:2] in ("19", "20") and fits(text, "%Y%m%d") for text in filled)


def _share(filled: Sequence[str], test: Callable[[str], bool]) -> float:
    hits = sum(1 for text in filled if test(text))
    return hits / len(filled)


def is_iso(text: str) -> bool:
    """Whether the text is a date or a time as ISO 8601 writes it."""
    if not re.match(r"\d{4}-\d{2}-\d{2}([ T]\d|$)", text):
        return False
    try:
        datetime.fromisoformat(text)
    except ValueError:
        return False
    return True


def fits(text: str, format: str) -> bool:
    """Whether the text is a time of that format."""
    try:
        datetime.strptime(text, format)  # noqa: DTZ007 - only whether it can be read
    except ValueError:
        return False
    return True


def reads_time(cell: object, formats: Sequence[str]) -> bool:
    """Whether one of a recipe's formats reads the cell; generous where only the engine can tell."""
    if isinstance(cell, datetime | date):
        return True
    text = _text(cell)
    told = [one for one in formats if one != "iso" and not one.startswith("unix")]
    loose = any(one.startswith("unix") for one in formats) and text.replace(".", "", 1).isdigit()
    return loose or ("iso" in formats and is_iso(text)) or any(fits(text, one) for one in told)


def _role(words: str, name: str, filled: Sequence[str], values: Sequence[str], numbers: Sequence[float]) -> Role:
    if not filled:
        return Role.OTHER
    mean = sum(map(len, filled)) / len(filled)
    spaced = sum(1 for text in filled if " " in text) / len(filled)
    codes = len(values) <= _CODES
    whole = bool(numbers) and all(number == int(number) for number in numbers)
    inside = [number for number in numbers if 0 <= number <= MOST_SCALE]
    outside = [number for number in numbers if not 0 <= number <= MOST_SCALE and number not in USUAL_CODES]
    in_scale = len(set(inside)) > 1 and len(outside) <= few(len(numbers)) and len(inside) * 2 > len(numbers)
    in_scale = in_scale and ((whole and codes) or (not whole and bool(_GRADE_NAME.search(words))))
    if _QUESTION_NAME.search(words) and 2 <= len(values) <= _QUESTIONS and len(values) * 3 <= len(filled):
        return Role.QUESTION
    if not numbers and says_who_speaks(words, values):
        return Role.SPEAKER
    for role in (Role.WEIGHT, Role.CASE):
        if re.search(dict(_NAMES)[role], words):
            return role
    if in_scale and _RATING_NAME.search(words) and not _ID_NAME.search(name):
        return Role.RATING
    if not numbers and len(values) * 2 > len(filled):
        written = spaced > 0.3 or not all(text.isascii() for text in filled)  # some languages write no spaces
        wordy = (mean > 25 and spaced > 0.6) or (_TEXT_NAME.search(words) and mean > 12 and written)
        if wordy and not (_ID_NAME.search(name) and spaced < 0.1):
            return Role.TEXT
    for role, pattern in _NAMES[2:]:
        if re.search(pattern, words) and (role not in (Role.DURATION, Role.AMOUNT) or numbers):
            return role
    if _ID_NAME.search(name):
        return Role.ID
    if not numbers and spaced > 0.3 and _COMMENT_NAME.search(words):
        return Role.TEXT  # the same words again and again, but words
    return Role.OTHER
