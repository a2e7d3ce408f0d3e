"""Surveys with one row an answer: a column names the question, another holds the answer."""

from __future__ import annotations

import re
from collections.abc import Callable, Sequence
from dataclasses import replace

from safar.files.recipe.profile import MOST_SCALE, Profile, Role

_VALUE = re.compile(
    r"\banswer|\bvalue|response|antwort|\bwert\b|r[ée]ponse|valeur|respuesta|valor|cevap|yan[ıi]t|پاسخ|مقدار", re.I
)
_MOST = 12
"""Most different numbers that a column of answers holds."""


def as_long(profiles: Sequence[Profile]) -> list[Profile]:
    """Where a column names the question, a column of small numbers by the name of an answer is the rating.

    What is no column of one answer a row, after all, loses its question column.
    """
    found = list(profiles)
    if not any(one.role == Role.QUESTION for one in found):
        return found
    if not any(one.role == Role.RATING for one in found):
        at = next((at for at, one in enumerate(found) if _is_answer(one)), None)
        if at is not None:
            found[at] = replace(found[at], role=Role.RATING)
    rated, said = (sum(one.role == role for one in found) for role in (Role.RATING, Role.TEXT))
    if rated == 1 or (not rated and said == 1):
        return found
    return [replace(one, role=Role.OTHER) if one.role == Role.QUESTION else one for one in found]


def _is_answer(one: Profile) -> bool:
    small = one.low is not None and one.high is not None and one.low >= 0 and one.high <= MOST_SCALE
    whole = not any(re.search(r"[.,](?!0*$)", value) for value in one.values)
    free = one.role in (Role.OTHER, Role.STATUS, Role.EVENT)
    return free and small and whole and 2 <= one.distinct <= _MOST and _VALUE.search(one.name) is not None


def long_keys(profiles: Sequence[Profile], tells_apart: Callable[[list[str]], bool]) -> list[tuple[str, ...]]:
    """Columns that tell answers apart together, the question last: whose answer, perhaps when, and to what."""
    asked = next((one.name for one in profiles if one.role == Role.QUESTION), None)
    if asked is None:
        return []

    def named(*roles: Role) -> list[str]:
        return [one.name for one in profiles if one.role in roles]

    whose: list[tuple[str, ...]] = [(name,) for name in named(Role.ID, Role.CASE)]
    whose += [(who, when) for who in named(Role.CUSTOMER) for when in named(Role.TIME)]
    whose += [(who,) for who in named(Role.CUSTOMER)]
    return [(*one, asked) for one in whose if tells_apart([*one, asked])]
