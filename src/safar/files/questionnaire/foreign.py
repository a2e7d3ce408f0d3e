"""What is shared by the readers of other programs' surveys: the result, and values found among answer codes."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace

from safar.domain.label import Label
from safar.domain.questionnaire import MOST_POINTS, AnswerScale, NotApplicable, Questionnaire

_NUMBERED = re.compile(r"([A-Za-z]{0,3})0*(\d{1,4})")
_MINUS = "N"


@dataclass(frozen=True, slots=True, kw_only=True)
class ReadSurvey:
    """A questionnaire read from another program's file, and what of the file it has no place for."""

    questionnaire: Questionnaire
    notes: tuple[str, ...] = ()


def code_value(code: str) -> int | None:
    """The number that an answer code stands for: "4", "A4" and "AO04" are 4; "N2" is minus 2 (as we write it)."""
    found = _NUMBERED.fullmatch(code.strip())
    if found is None:
        return None
    return -int(found[2]) if found[1] == _MINUS else int(found[2])


def scale_from(answers: Sequence[tuple[str, Label]], *, scale_id: str) -> AnswerScale | None:
    """The scale that a list of answers is: whole numbers without a hole, and perhaps one way out beyond or in words.

    None where they are no such scale: then they are options.
    """
    values: dict[int, Label] = {}
    others: list[tuple[int | None, str, Label]] = []
    for code, label in answers:
        value = code_value(code)
        if value is None or value in values:
            others.append((None, code, label))
        else:
            values[value] = label
    run = _run(sorted(values))
    others += [(value, str(value), values[value]) for value in values if value not in run]
    if len(run) < 3 or len(run) > MOST_POINTS or len(others) > 1:
        return None
    way_out = None
    if others:
        beyond, written, words = others[0]
        known = beyond is not None and beyond >= 0 and written == str(beyond)
        way_out = NotApplicable(
            code=beyond if known and beyond is not None else _spare(run),
            label=words,
            written=() if known else (written,),
        )
    return AnswerScale(
        id=scale_id,
        least=run[0],
        greatest=run[-1],
        labels={value: values[value] for value in run if set(values[value].texts.values()) != {str(value)}},
        not_applicable=way_out,
    )


def same_scale(one: AnswerScale, other: AnswerScale) -> bool:
    """Whether two scales differ in their name alone."""
    return (one.least, one.greatest, one.best, dict(one.labels), one.ask, one.not_applicable) == (
        other.least, other.greatest, other.best, dict(other.labels), other.ask, other.not_applicable,
    )  # fmt: skip


def kept_scale(scales: dict[str, AnswerScale], found: AnswerScale) -> str:
    """The name of a scale among those known, which it joins where it is new."""
    for name, known in scales.items():
        if same_scale(known, found):
            return name
    name, number = found.id, 1
    while name in scales:
        number += 1
        name = f"{found.id}_{number}"
    scales[name] = replace(found, id=name)
    return name


def texts_by_language(rows: Sequence[tuple[str, str]]) -> Label | None:
    """A label from (language, text) pairs, empty ones left out; None where nothing is said."""
    said: Mapping[str, str] = {language: text for language, text in rows if text.strip()}
    return Label(said) if said else None


def _run(values: Sequence[int]) -> list[int]:
    """The longest run of neighbors among sorted numbers."""
    best: list[int] = []
    now: list[int] = []
    for value in values:
        now = [*now, value] if now and value == now[-1] + 1 else [value]
        best = now if len(now) > len(best) else best
    return best


def _spare(run: Sequence[int]) -> int:
    return next(code for code in (99, 999, 9_999, 98) if code not in run)
