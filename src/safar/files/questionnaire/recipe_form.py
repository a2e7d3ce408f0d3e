"""The recipe that brings a questionnaire's answers into the experience log: one for every program they come from.

Each item is a question of its name, with the questionnaire's scale; a reversed item keeps what was said, and its scale
says that the other end is the good one. "Not applicable" is kept as such, so that nobody takes it for silence. Numbers
about the person (an age) are no ratings, which would join an index: they are kept as properties.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping, Sequence
from datetime import date
from hashlib import sha256

from safar.domain.fact import AnswerState, Direction
from safar.domain.questionnaire import Item, ItemKind, Questionnaire
from safar.files.questionnaire.naming import ANSWERED, RESPONDENT, headings
from safar.files.toml_place import toml_name, toml_text
from safar.study.answers import NO_ANSWER, SIMULATED, possible

_PROPERTY = re.compile(r"[a-z][a-z0-9_]*")
_WHO, _MADE_UP = "respondent", "simulated"


def write_recipe(
    questionnaire: Questionnaire, *, columns: Mapping[str, str] | None = None, on: date | None = None
) -> str:
    """The recipe as TOML (docs/reference/recipe-file.md).

    columns: the heading of each item in a file that was looked at, which comes first. on: the day of answers that carry
    none, as on paper. Without it a row that says no day is set aside.
    """
    names, times = {item.id: item.id for item in questionnaire.items}, _times(questionnaire)
    heads = headings(questionnaire)
    lines = [
        f"# Answers to the questionnaire {questionnaire.name}. Made by: safar questionnaire recipe",
        "recipe = 1",
        f"source = {toml_text(_source(questionnaire.name))}",
        f"about = {toml_text(questionnaire.title.text())}",
        f'key = "{{{_WHO}}}"',
        'formats = ["iso", "%Y%m%d"]',
        f"optional = [{', '.join(toml_text(name) for name in (*times, _MADE_UP, *names.values()))}]",
        "",
        "[columns]",
        f"{_WHO} = {_texts(RESPONDENT)}",
    ]
    for item in questionnaire.items:
        first = [columns[item.id]] if columns and item.id in columns else []
        lines.append(f"{toml_name(names[item.id])} = {_texts([*first, *heads[item.id]])}")
    for name, heading in times.items():
        lines.append(f"{toml_name(name)} = {_texts([heading])}")
    lines += [
        f"{_MADE_UP} = {_texts([SIMULATED])}",
        "",
        "[[interaction]]",
        'slot = "answered"',
        'kind = "submission"',
        f"event = {toml_text(questionnaire.name)}",
        f"time = {{ of = [{', '.join(toml_text('{' + name + '}') for name in times)}]"
        + ("" if on is None else f", default = {toml_text(on.isoformat())}")
        + " }",
        f'props.simulated = "{{{_MADE_UP}}}"',
        *(f'props.{name} = "{{{names[item_id]}}}"' for item_id, name in _properties(questionnaire).items()),
    ]
    for number, items in enumerate(_alike(questionnaire), start=1):
        lines += ["", "[[feedback]]", f'slot = "answers{number}"', *_feedback(questionnaire, items, names)]
    return "\n".join(lines) + "\n"


def _times(questionnaire: Questionnaire) -> dict[str, str]:
    """The heading of each column that may say when, by what the recipe calls it: no item's name."""
    found = {}
    for place, heading in enumerate(ANSWERED, start=1):
        name = f"when_{place}"
        while name in questionnaire:
            name += "_"
        found[name] = heading
    return found


def _properties(questionnaire: Questionnaire) -> dict[str, str]:
    """What the log calls the numbers that measure no construct, by item."""
    found: dict[str, str] = {}
    for place, item in enumerate(questionnaire.items, start=1):
        if item.kind is ItemKind.NUMBER and item.construct is None:
            name = item.id.lower().replace(".", "_")[:50]
            fits = _PROPERTY.fullmatch(name) is not None and name not in found.values()
            found[item.id] = name if fits else f"number_{place}"
    return found


def _source(name: str) -> str:
    """A source is named in plain letters, 64 at most; what is left of another name is told apart by its digest."""
    plain = "".join(letter if letter.isascii() and (letter.isalnum() or letter in "_.-") else "" for letter in name)
    if plain == name and len(name) <= 50:
        return f"questionnaire-{name}"
    return f"questionnaire-{plain[:40]}-{sha256(name.encode()).hexdigest()[:8]}"


def _alike(questionnaire: Questionnaire) -> Sequence[Sequence[Item]]:
    """Items that one block can hold: ratings of one scale and direction, numbers, words; a choice each for itself."""
    found: dict[tuple[str, ...], list[Item]] = {}
    apart = _properties(questionnaire)
    for item in questionnaire.items:
        if item.id in apart:
            continue
        key: tuple[str, ...] = (item.kind, item.scale or "", str(item.reversed))
        if item.kind is ItemKind.CHOICE:
            key = (item.kind, item.id)
        found.setdefault(key, []).append(item)
    return list(found.values())


def _feedback(questionnaire: Questionnaire, items: Sequence[Item], names: Mapping[str, str]) -> Iterator[str]:
    first = items[0]
    listed = ", ".join(f"{toml_name(item.id)} = {toml_text(names[item.id])}" for item in items)
    if first.kind is ItemKind.TEXT:
        yield from ('kind = "text"', f"questions = {{ {listed} }}")
        return
    yield f"questions = {{ {listed} }}"
    if first.kind is ItemKind.CHOICE:
        yield 'kind = "choice"'
        yield f"map = {{ {_pairs(_written(questionnaire, first))} }}"
        yield from _no_answer(questionnaire, first)
        return
    yield 'kind = "rating"'
    if first.kind is ItemKind.NUMBER:
        yield 'scale = { min = -1000000000, max = 1000000000, best = "high" }'
        yield from _no_answer(questionnaire, first)
        return
    scale = questionnaire.scale_of(first)
    best = scale.best
    if first.reversed:
        best = Direction.LOW if best is Direction.HIGH else Direction.HIGH
    yield f'scale = {{ min = {scale.least}, max = {scale.greatest}, best = "{best}" }}'
    yield f"map = {{ {_pairs(_written(questionnaire, first))} }}"
    yield from _no_answer(questionnaire, first)


def _no_answer(questionnaire: Questionnaire, item: Item) -> Iterator[str]:
    """The texts that are no answer: those of the way out, and those that stand for nothing."""
    may_be = possible(questionnaire, item)
    states = {}
    if item.kind is ItemKind.RATING and (way_out := questionnaire.scale_of(item).not_applicable) is not None:
        for text in (str(way_out.code), *way_out.written, *way_out.label.texts.values()):
            states[text] = AnswerState.NOT_APPLICABLE
    for text in sorted(NO_ANSWER - {""} - set(may_be)):
        for written in dict.fromkeys((text, text.upper(), text.capitalize())):
            states.setdefault(written, AnswerState.BLANK)
    yield f"states = {{ {_pairs({text: str(state) for text, state in states.items()})} }}"


def _written(questionnaire: Questionnaire, item: Item) -> dict[str, str]:
    """What an answer may be written as, letter by letter, and the value or option that it stands for."""
    found: dict[str, str] = {}
    if item.kind is ItemKind.CHOICE:
        for option in item.options:
            for text in (option.code, *option.label.texts.values()):
                found.setdefault(" ".join(text.split()), option.code)
        for text, code in possible(questionnaire, item).items():
            if text.isdigit():
                found.setdefault(text, code)
        return found
    scale = questionnaire.scale_of(item)
    for value in scale.values:
        found[str(value)] = str(value)
        found[f"{value}.0"] = str(value)
        # LimeSurvey's codes have no minus, and are numbered so where nobody chose them.
        for written in [f"N{-value}"] if value < 0 else [f"A{value}", f"AO{value:02d}"]:
            found.setdefault(written, str(value))
    for value, label in scale.labels.items():
        for text in label.texts.values():
            found.setdefault(" ".join(text.split()), str(value))
    return found


def _pairs(told: Mapping[str, str]) -> str:
    return ", ".join(f"{toml_name(name)} = {toml_text(text)}" for name, text in told.items())


def _texts(names: Sequence[str]) -> str:
    return "[" + ", ".join(toml_text(" ".join(name.split())) for name in dict.fromkeys(names)) + "]"
