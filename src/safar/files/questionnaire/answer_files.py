"""Answers written as the programs write them that a questionnaire is exported to: for trying everything beforehand."""

from __future__ import annotations

import csv
import io
from collections.abc import Iterator, Mapping, Sequence
from datetime import date
from enum import StrEnum

from safar.domain.questionnaire import Item, ItemKind, Questionnaire
from safar.files.questionnaire.naming import ANSWERED, RESPONDENT, lime_blocks, short_codes, value_code
from safar.files.questionnaire.triple_s import Variable, option_numbers, variables
from safar.files.questionnaire.workbook import questionnaire_workbook
from safar.files.spreadsheet_cell import harmless
from safar.study.answers import SIMULATED
from safar.study.simulate import Given, GivenAnswers

_YES = "yes"


class AnswerShape(StrEnum):
    """Who writes the answers, and how."""

    PLAIN = "plain"
    LIMESURVEY = "limesurvey"
    LIMESURVEY_FULL = "limesurvey-full"
    TRIPLE_S = "triple-s"
    TRIPLE_S_FIXED = "triple-s-fixed"
    XLSX = "xlsx"


def write_answers(
    questionnaire: Questionnaire, given: GivenAnswers, shape: AnswerShape, *, language: str = "en"
) -> bytes:
    """The file of answers. language: of answers in words. Triple-S data need their description beside them."""
    match shape:
        case AnswerShape.XLSX:
            made_up = ([*row, _YES] for row in _rows(questionnaire, given))
            return questionnaire_workbook(questionnaire, rows=made_up, more=[SIMULATED])
        case AnswerShape.TRIPLE_S:
            return _csv(
                _triple_s_rows(questionnaire, given), [*(one.name for one in variables(questionnaire)), SIMULATED]
            )
        case AnswerShape.TRIPLE_S_FIXED:
            lines = _triple_s_rows(questionnaire, given)
            places = variables(questionnaire)
            return "".join(
                "".join(_fixed(cell, place) for cell, place in zip(line, places, strict=True)) + "\r\n"
                for line in lines
            ).encode()
        case AnswerShape.PLAIN:
            rows = _rows(questionnaire, given)
            return _csv(rows, [RESPONDENT[0], ANSWERED[0], *(item.id for item in questionnaire.items), SIMULATED])
    return _lime(questionnaire, given, language=language if shape is AnswerShape.LIMESURVEY_FULL else None)


def _rows(questionnaire: Questionnaire, given: GivenAnswers) -> Iterator[list[object]]:
    for place, name in enumerate(given.respondents):
        yield [name, given.answered_on[place], *(given.values[item.id][place] for item in questionnaire.items)]


def _lime(questionnaire: Questionnaire, given: GivenAnswers, *, language: str | None) -> bytes:
    """LimeSurvey's CSV with question codes as headings. language: of answers in full; None: as codes."""
    codes = short_codes(questionnaire)
    names = ["id", "submitdate", "lastpage", "startlanguage", "seed", "startdate", "datestamp"]
    for block in (block for page in lime_blocks(questionnaire) for block in page):
        names += [codes[item.id] if block.code is None else f"{block.code}[{codes[item.id]}]" for item in block.items]
    tag = language or questionnaire.languages[0]

    def rows() -> Iterator[list[object]]:
        for place, day in enumerate(given.answered_on):
            when = f"{day.isoformat()} 12:00:00"
            said = [(item, given.values[item.id][place]) for item in questionnaire.items]
            yield [
                place + 1, when, len(questionnaire.pages), tag, 1_000_000 + place, when, when,
                *(_lime_cell(questionnaire, item, value, language) for item, value in said),
            ]  # fmt: skip

    return _csv(rows(), [*names, SIMULATED])


def _lime_cell(questionnaire: Questionnaire, item: Item, value: Given, language: str | None) -> object:
    if value is None or item.kind in (ItemKind.TEXT, ItemKind.NUMBER):
        return "" if value is None else value
    if item.kind is ItemKind.CHOICE:
        if language is None:
            return value
        return next(option.label.text(language) for option in item.options if option.code == value)
    scale, number = questionnaire.scale_of(item), int(value)
    if language is None:
        return value_code(number)
    if scale.not_applicable is not None and number == scale.not_applicable.code:
        return scale.not_applicable.label.text(language)
    return scale.text(number, language)


def _triple_s_rows(questionnaire: Questionnaire, given: GivenAnswers) -> Iterator[list[object]]:
    numbers: Mapping[str, Mapping[str, int]] = {
        item.id: option_numbers(item) for item in questionnaire.items if item.kind is ItemKind.CHOICE
    }
    for row in _rows(questionnaire, given):
        name, day, *values = row
        told = [
            numbers[item.id][str(value)] if item.id in numbers and value is not None else value
            for item, value in zip(questionnaire.items, values, strict=True)
        ]
        yield [name, day.strftime("%Y%m%d") if isinstance(day, date) else day, *told]


def _fixed(cell: object, place: Variable) -> str:
    """Numbers stand on the right, words on the left; nothing is blank."""
    text = "" if cell is None else " ".join(str(cell).split())
    text = text[: place.width]
    return text.rjust(place.width) if isinstance(cell, int | float) else text.ljust(place.width)


def _csv(rows: Iterator[list[object]], names: Sequence[str]) -> bytes:
    """The last column says of every row that it is made up."""
    out = io.StringIO(newline="")
    writer = csv.writer(out, lineterminator="\r\n")
    writer.writerow(names)
    for row in rows:
        writer.writerow(["" if cell is None else harmless(cell) for cell in (*row, _YES)])
    return out.getvalue().encode()
