"""A questionnaire as Triple-S XML 2.0: the description of survey data that most survey programs exchange.

One variable an item, named after it. A rating is `single` with a score for each value: turned round for a reversed
item, none for "not applicable", which is how the standard says what counts. A scale with values below zero is a
`quantity`. The data stand beside it, as CSV with a heading or in fixed columns.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from html import escape

from safar.domain.label import Label
from safar.domain.questionnaire import Item, ItemKind, Questionnaire
from safar.files.questionnaire.naming import ANSWERED, RESPONDENT, short_codes

VERSION = "2.0"
ORIGIN = "Safar"
_NAME = re.compile(r"[A-Za-z][A-Za-z0-9_.]*")
_WORDS, _NUMBER, _SERIAL, _DAY = 1_000, 12, 64, 8
"""Widths of variables in fixed columns."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Variable:
    """Where an item stands in the data. start, finish: characters from 1 in fixed columns."""

    item: Item | None
    name: str
    start: int
    finish: int

    @property
    def width(self) -> int:
        """How many characters it takes."""
        return self.finish - self.start + 1


def variables(questionnaire: Questionnaire) -> tuple[Variable, ...]:
    """The variables in the order of the data: who answered, when, then the items."""
    codes = short_codes(questionnaire)
    found = [
        Variable(item=None, name=RESPONDENT[0], start=1, finish=_SERIAL),
        Variable(item=None, name=ANSWERED[0], start=_SERIAL + 1, finish=_SERIAL + _DAY),
    ]
    for item in questionnaire.items:
        start = found[-1].finish + 1
        name = item.id if _NAME.fullmatch(item.id) else codes[item.id]
        found.append(Variable(item=item, name=name, start=start, finish=start + _width(questionnaire, item) - 1))
    return tuple(found)


def option_numbers(item: Item) -> Mapping[str, int]:
    """The number that stands for each option in Triple-S, which knows no other codes: its own, or its place."""
    own = {option.code: option.code for option in item.options}
    if all(code.isascii() and code.isdigit() and str(int(code)) == code for code in own):
        return {code: int(code) for code in own}
    return {option.code: place for place, option in enumerate(item.options, start=1)}


def write_sss(questionnaire: Questionnaire, *, fixed: bool = False) -> bytes:
    """The .sss file, UTF-8. fixed: the data stand in fixed columns (.asc); else as CSV under a heading."""
    languages = " ".join(questionnaire.languages)
    shape = "" if fixed else ' format="csv" skip="1"'
    lines = [
        '<?xml version="1.0" encoding="UTF-8"?>',
        f'<sss version="{VERSION}" languages="{escape(languages)}">',
        f" <origin>{ORIGIN}</origin>",
        " <survey>",
        f"  <name>{escape(questionnaire.name)}</name>",
        f"  <title>{_texts(questionnaire.title, questionnaire)}</title>",
        f'  <record ident="A"{shape}>',
    ]
    for place, variable in enumerate(variables(questionnaire), start=1):
        lines += _variable(questionnaire, variable, place, fixed=fixed)
    return "\n".join([*lines, "  </record>", " </survey>", "</sss>", ""]).encode()


def _variable(questionnaire: Questionnaire, variable: Variable, place: int, *, fixed: bool) -> Iterator[str]:
    item = variable.item
    use = ' use="serial"' if variable.name == RESPONDENT[0] and item is None else ""
    yield f'   <variable ident="{place}" type="{_type(questionnaire, variable)}"{use}>'
    yield f"    <name>{escape(variable.name)}</name>"
    told = variable.name if item is None else _texts(item.wording, questionnaire)
    yield f"    <label>{told}</label>"
    where = f'start="{variable.start}" finish="{variable.finish}"' if fixed else f'start="{place}"'
    yield f"    <position {where}/>"
    if item is None and not use:
        yield '    <values><range from="19000101" to="21991231"/></values>'
    elif item is None or item.kind is ItemKind.TEXT:
        yield f"    <size>{variable.width}</size>"
    elif item.kind is ItemKind.NUMBER:
        yield '    <values><range from="-99999999.99" to="99999999.99"/></values>'
    else:
        yield "    <values>"
        yield from _values(questionnaire, item)
        yield "    </values>"
    yield "   </variable>"


def _type(questionnaire: Questionnaire, variable: Variable) -> str:
    item = variable.item
    if item is None:
        return "character" if variable.name == RESPONDENT[0] else "date"
    if item.kind is ItemKind.TEXT:
        return "character"
    if item.kind is ItemKind.NUMBER or (item.scale is not None and questionnaire.scale_of(item).least < 0):
        return "quantity"
    return "single"


def _values(questionnaire: Questionnaire, item: Item) -> Iterator[str]:
    if item.kind is ItemKind.CHOICE:
        numbers = option_numbers(item)
        for option in item.options:
            yield f'     <value code="{numbers[option.code]}">{_texts(option.label, questionnaire)}</value>'
        return
    scale = questionnaire.scale_of(item)
    if scale.least < 0:
        yield f'     <range from="{scale.least}" to="{scale.greatest}"/>'
    for value in scale.values if scale.least >= 0 else scale.labels:
        score = int(scale.turned(value)) if item.reversed else value
        label = scale.labels.get(value)
        words = str(value) if label is None else _texts(label, questionnaire)
        yield f'     <value code="{value}" score="{score}">{words}</value>'
    if (way_out := scale.not_applicable) is not None:
        yield f'     <value code="{way_out.code}">{_texts(way_out.label, questionnaire)}</value>'


def _texts(label: Label, questionnaire: Questionnaire) -> str:
    """The base language, then every one by its tag."""
    base = escape(label.text(questionnaire.languages[0]), quote=False)
    tagged = [
        f'<text xml:lang="{escape(tag)}">{escape(label.texts[tag], quote=False)}</text>'
        for tag in questionnaire.languages
        if tag in label.texts
    ]
    return base + ("".join(tagged) if len(questionnaire.languages) > 1 else "")


def _width(questionnaire: Questionnaire, item: Item) -> int:
    if item.kind is ItemKind.TEXT:
        return _WORDS
    if item.kind is ItemKind.NUMBER:
        return _NUMBER
    if item.kind is ItemKind.CHOICE:
        return max(len(str(number)) for number in option_numbers(item).values())
    scale = questionnaire.scale_of(item)
    way_out = [] if scale.not_applicable is None else [scale.not_applicable.code]
    return max(len(str(value)) for value in (scale.least, scale.greatest, *way_out))
