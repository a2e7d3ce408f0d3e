"""Answers as they came, made into what a path model takes: numbers, reversed items turned, what is no answer a gap.

Every text is looked up in what its item may be answered with: a value, the words of a value in any language, an option.
What is none of them is an error that names item and record, never a guess.
"""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

import numpy as np
from numpy.typing import NDArray

from safar.analysis.frames import Types, columns
from safar.analysis.result import Frozen, Result
from safar.analysis.telling import Telling
from safar.domain.digits import latin_digits
from safar.domain.questionnaire import AnswerScale, Item, ItemKind, Questionnaire, plain
from safar.domain.wording import counted
from safar.errors import InputError

if TYPE_CHECKING:
    import polars as pl

Values = NDArray[np.float64]
NO_ANSWER = frozenset({"", "na", "nan", "n/a", "null", "none", ".", "-", "no answer"})
"""Texts that say that nothing was answered, where no option is called so."""
_NOT_APPLICABLE, _BLANK = "not applicable", "blank"
_CODED = re.compile(r"([A-Za-z]{1,3})0*(\d{1,4})")
SIMULATED = "simulated"
"""The column, and the beginning of a respondent's name, by which simulated answers say so."""


class UnknownAnswer(InputError):
    """An answer is none that its item of the questionnaire can have."""

    code = "questionnaire.unknown-answer"
    next_step = "Correct the answer in the file, or add it to the item's scale or options in the questionnaire."


class NoAnswers(InputError):
    """A file of answers has no column for any item of the questionnaire."""

    code = "questionnaire.no-answers"
    next_step = "Name the columns as the items, or export with question codes as headings; `safar questionnaire check`."


@dataclass(frozen=True, slots=True, kw_only=True)
class ItemAnswers(Frozen):
    """What came for one item. column: its heading in the file, None where the file lacks it.

    mean: of what was answered, turned where the item is reversed; None where it is no number.
    """

    item: str
    kind: ItemKind
    column: str | None
    answers: int
    not_applicable: int
    blank: int
    distinct: int
    mean: float | None
    reversed: bool


_TYPES = columns("text: item kind column whole: answers not_applicable blank distinct number: mean truth: reversed")


@dataclass(frozen=True, slots=True, kw_only=True)
class Answers(Result):
    """Answers to a questionnaire, a row a respondent in the order of the file.

    numbers: by item, numbers and ratings, turned the construct's way; NaN where nothing was answered or applied.
    choices: by item, codes of options. words: by item. It stands for its numbers wherever columns of data are taken:
    `model.bootstrap(answers)`.
    """

    questionnaire: str
    respondents: int
    items: tuple[ItemAnswers, ...]
    unused: tuple[str, ...]
    simulated: bool = False
    numbers: Mapping[str, Values] = field(repr=False, compare=False)
    choices: Mapping[str, Sequence[str | None]] = field(repr=False, compare=False)
    words: Mapping[str, Sequence[str | None]] = field(repr=False, compare=False)

    @property
    def columns(self) -> tuple[str, ...]:
        """The items that have numbers."""
        return tuple(self.numbers)

    def __getitem__(self, item: str) -> Values:
        return self.numbers[item]

    def rows(self) -> Sequence[Mapping[str, Any]]:
        """A row an item."""
        return [{name: getattr(one, name) for name in ItemAnswers.__slots__} for one in self.items]

    def column_types(self) -> Types:
        """The type of each column."""
        return _TYPES

    def to_json(self) -> str:
        """What came for each item; the answers themselves are in `table()`."""
        import json

        return json.dumps(
            {"questionnaire": self.questionnaire, "respondents": self.respondents, "simulated": self.simulated,
             "items": [dict(row) for row in self.rows()], "unused": list(self.unused)},
            ensure_ascii=False, default=str,
        )  # fmt: skip

    def table(self) -> pl.DataFrame:
        """The answers, a column an item: what a spreadsheet or another program can take. Reversed items are turned."""
        import polars as pl

        numbers = {name: pl.Series(name, values).fill_nan(None) for name, values in self.numbers.items()}
        others = {name: pl.Series(name, list(told), dtype=pl.String) for name, told in
                  (*self.choices.items(), *self.words.items())}  # fmt: skip
        ordered = [one.item for one in self.items if one.item in numbers or one.item in others]
        return pl.DataFrame([numbers.get(name, others.get(name)) for name in ordered])

    def told(self) -> Telling:
        """What came for each item, and what of the file was not used."""
        missing = [one.item for one in self.items if one.column is None]
        notes = []
        if missing:
            notes.append(f"Not in the file: {', '.join(missing)}.")
        if self.unused:
            notes.append(f"Columns that no item asks: {', '.join(self.unused[:10])}{' …' if self.unused[10:] else ''}.")
        return Telling(
            title=f"Answers to {self.questionnaire}",
            simulated=self.simulated,
            above=(counted(self.respondents, "respondent"),),
            rows=tuple(
                {
                    "item": one.item + (" (turned)" if one.reversed else ""),
                    "answers": f"{one.answers:,}",
                    "n/a": f"{one.not_applicable:,}",
                    "blank": f"{one.blank:,}",
                    "different": f"{one.distinct:,}",
                    "mean": "–" if one.mean is None else f"{one.mean:.2f}",
                }
                for one in self.items
                if one.column is not None
            ),
            notes=tuple(notes),
        )


def decode(
    questionnaire: Questionnaire,
    columns: Mapping[str, Sequence[str | None]],
    *,
    matched: Mapping[str, str],
    unused: Sequence[str] = (),
    simulated: bool = False,
) -> Answers:
    """The answers that columns of text hold.

    columns: by heading, of equal length. matched: the heading of each item that is there.
    Raises: NoAnswers, UnknownAnswer.
    """
    if not matched:
        shown = ", ".join(list(columns)[:8])
        raise NoAnswers(f"No column answers an item of {questionnaire.name!r}; the file has {shown}.")
    numbers: dict[str, Values] = {}
    choices: dict[str, Sequence[str | None]] = {}
    words: dict[str, Sequence[str | None]] = {}
    items = []
    for item in questionnaire.items:
        column = matched.get(item.id)
        if column is None:
            items.append(_came(item, None, [], []))
            continue
        texts = columns[column]
        states, found = _looked_up(questionnaire, item, texts)
        items.append(_came(item, column, states, found))
        if item.kind is ItemKind.CHOICE:
            choices[item.id] = found
        elif item.kind is ItemKind.TEXT:
            words[item.id] = found
        else:
            numbers[item.id] = np.array([np.nan if one is None else one for one in found], dtype=np.float64)
    return Answers(
        questionnaire=questionnaire.name,
        respondents=max(len(one) for one in columns.values()),
        items=tuple(items),
        unused=tuple(unused),
        simulated=simulated,
        numbers=numbers,
        choices=choices,
        words=words,
    )


def possible(questionnaire: Questionnaire, item: Item) -> Mapping[str, str]:
    """What an answer may be written as, and the code that it stands for ("not applicable": the way out).

    Values and options as they are, in words of any language, and as other programs number them. Compared by `plain`.
    """
    found: dict[str, str] = {}

    def add(written: str, stands_for: str) -> None:
        found.setdefault(plain(written), stands_for)

    if item.kind is ItemKind.CHOICE:
        for option in item.options:
            add(option.code, option.code)
        for option in item.options:
            for text in option.label.texts.values():
                add(text, option.code)
        for place, option in enumerate(item.options, start=1):
            if not all(one.code.isdigit() for one in item.options):
                add(str(place), option.code)  # Triple-S knows numbers only
    elif item.kind is ItemKind.RATING:
        scale = questionnaire.scale_of(item)
        for value in scale.values:
            add(str(value), str(value))
            if value < 0:
                add(f"N{-value}", str(value))  # LimeSurvey's codes have no minus
        if (way_out := scale.not_applicable) is not None:
            for code in (str(way_out.code), *way_out.written):
                add(code, _NOT_APPLICABLE)
            for text in way_out.label.texts.values():
                add(text, _NOT_APPLICABLE)
        for value, label in scale.labels.items():
            for text in label.texts.values():
                add(text, str(value))
    return found


def _looked_up(questionnaire: Questionnaire, item: Item, texts: Sequence[str | None]) -> tuple[list[str], list[Any]]:
    """A state ("", blank, not applicable) and a value for each text."""
    may_be = possible(questionnaire, item)
    scale = questionnaire.scale_of(item) if item.kind is ItemKind.RATING else None
    known: dict[str | None, tuple[str, Any]] = {}
    states, found = [], []
    for record, text in enumerate(texts, start=1):
        if item.kind is ItemKind.TEXT:
            told = None if text is None else text.strip() or None
            states.append(_BLANK if told is None else "")
            found.append(told)
            continue
        if text not in known:
            known[text] = _one(item, scale, may_be, text, record)
        state, value = known[text]
        states.append(state)
        found.append(value)
    return states, found


def _one(
    item: Item, scale: AnswerScale | None, may_be: Mapping[str, str], text: str | None, record: int
) -> tuple[str, Any]:
    told = plain(latin_digits(text or ""))
    if told[:1] == "'" and told[1:2] in ("=", "+", "-", "@"):
        told = told[1:]  # a spreadsheet's guard against formulas
    stands_for = may_be.get(told, may_be.get(plain(text or "")))
    if stands_for is None and told in NO_ANSWER:
        return _BLANK, None
    if stands_for == _NOT_APPLICABLE:
        return _NOT_APPLICABLE, None
    if item.kind is ItemKind.CHOICE and stands_for is not None:
        return "", stands_for
    value = _number(stands_for if stands_for is not None else told)
    if item.kind is ItemKind.NUMBER and value is not None:
        return "", value
    if scale is not None:
        if value is None and (coded := _CODED.fullmatch(told)) is not None:
            value = float(coded[2])
        if value is not None and scale.not_applicable is not None and value == scale.not_applicable.code:
            return _NOT_APPLICABLE, None
        if value is not None and value == int(value) and int(value) in scale.values:
            return "", scale.turned(value) if item.reversed else value
    raise UnknownAnswer(f"Item {item.id!r}, record {record}: {(text or '')[:60]!r} is {_instead(item, scale)}.")


def _instead(item: Item, scale: AnswerScale | None) -> str:
    if scale is not None:
        return f"no answer on the scale {scale.id!r} of {scale.least} to {scale.greatest}"
    if item.kind is ItemKind.NUMBER:
        return "no number"
    return f"none of its options: {', '.join(option.code for option in item.options[:10])}"


def _number(text: str) -> float | None:
    try:
        value = float(text.replace("٫", ".") if "٫" in text else text)
    except ValueError:
        return None
    return value if np.isfinite(value) else None


def _came(item: Item, column: str | None, states: Sequence[str], found: Sequence[Any]) -> ItemAnswers:
    answered = [value for value in found if value is not None]
    numeric = item.kind in (ItemKind.RATING, ItemKind.NUMBER)
    return ItemAnswers(
        item=item.id,
        kind=item.kind,
        column=column,
        answers=len(answered),
        not_applicable=sum(state == _NOT_APPLICABLE for state in states),
        blank=sum(state == _BLANK for state in states),
        distinct=len(set(answered)),
        mean=float(np.mean(answered)) if numeric and answered else None,
        reversed=item.reversed,
    )
