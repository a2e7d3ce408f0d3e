"""Who speaks, told by a column: the words that files write for customers, employees and managers."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import replace

from safar.domain.fact import Speaker
from safar.files.recipe.model import Change, Unknown, Value

_WORDS: dict[Speaker, str] = {
    Speaker.CUSTOMER: "customer customers client clients consumer guest patient passenger member subscriber user kunde "
    "kundin kunden cliente clientes müşteri مشتری مشتریان مراجع بیمار مسافر",
    Speaker.EMPLOYEE: "employee employees staff agent worker colleague frontline mitarbeiter mitarbeiterin "
    "mitarbeitende angestellte employé employée employe salarié collaborateur empleado empleada çalışan personel "
    "کارمند کارمندان کارکنان کارشناس پرسنل همکار",
    Speaker.MANAGER: "manager managers supervisor management executive führungskraft vorgesetzter responsable gerente "
    "yönetici مدیر مدیران سرپرست",
}
WORDS: dict[str, Speaker] = {word: who for who, words in _WORDS.items() for word in words.split()}
"""What is understood without a map, in any case of letters."""
_NAMED = re.compile(
    r"\bwho\b|speaker|said by|answered by|\brole\b"
    r"|(respondent|participant|person|user|answer\w*) (type|kind|group|role)"
    r"|\brolle\b|\brôle\b|\brol\b|گوینده|پاسخ‌?\s?دهنده|نقش|\bwer\b|\bqui\b|\bkim\b",
    re.I,
)
_SURE = 0.8


def speaker_of(word: str) -> Speaker | None:
    """Who a word of a file says to speak."""
    return WORDS.get(word.strip().lower())


def says_who_speaks(words: str, values: Sequence[str]) -> bool:
    """Whether a column of these different values, by the name `words`, tells who speaks.

    Some of it must be said by staff: else nothing depends on it. Without a telling name all words must be known ones,
    of customers and of staff.
    """
    known = [who for value in values if (who := speaker_of(value)) is not None]
    staff = {who for who in known if who is not Speaker.CUSTOMER}
    if not staff:
        return False
    if _NAMED.search(words):
        return len(known) >= _SURE * len(values)
    return len(known) == len(values) and Speaker.CUSTOMER in known


def understood(value: Value) -> Value:
    """A speaker's value; where the recipe has no map, the known words are read as what they say.

    A word that is none stays as it is, so that its row can be set aside for it.
    """
    if value.constant is not None or value.map is not None:
        return value
    words = tuple((word, str(who)) for word, who in WORDS.items())
    return replace(value, change=(*value.change, Change.LOWER), map=words, unknown=Unknown.KEEP)
