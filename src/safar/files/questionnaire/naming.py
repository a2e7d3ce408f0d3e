"""How other programs name a questionnaire's items, and how their columns are found again.

LimeSurvey allows letters and digits, 20 at most. An item's name that fits stands as it is; another is shortened in a
way that depends on the questionnaire alone, so that both directions agree.
"""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass

from safar.domain.questionnaire import Item, ItemKind, Page, Questionnaire, plain
from safar.errors import InputError

_FITS = re.compile(r"[A-Za-z][A-Za-z0-9]{0,19}")
_LONGEST = 20
_BRACKETS = re.compile(r"[^\[\]]*\[([^\[\]]+)\]")
RESPONDENT = ("respondent", "id", "Response ID")
"""Columns that tell one respondent from another: ours, LimeSurvey's by code, LimeSurvey's in words."""
ANSWERED = ("answered_on", "submitdate", "Date submitted", "datestamp", "Date last action", "startdate", "Date started")
"""Columns that say when somebody answered, the best first."""


class ColumnsClash(InputError):
    """Two columns of a file of answers belong to the same item of a questionnaire."""

    code = "questionnaire.columns-clash"
    next_step = "Take one of the two columns out of the file, or rename it."


@dataclass(frozen=True, slots=True, kw_only=True)
class Block:
    """Items that one LimeSurvey question holds: an array under a code of its own, or one item alone (code None)."""

    code: str | None
    items: tuple[Item, ...]


def short_codes(questionnaire: Questionnaire) -> Mapping[str, str]:
    """LimeSurvey's code by item: its name where that is allowed there."""
    found: dict[str, str] = {item.id: item.id for item in questionnaire.items if _FITS.fullmatch(item.id)}
    taken = {code.casefold() for code in found.values()}
    for number, item in enumerate(questionnaire.items, start=1):
        if item.id in found:
            continue
        letters = re.sub(r"[^A-Za-z0-9]", "", item.id)
        code = letters if letters[:1].isalpha() else f"q{letters}"
        if len(code) > _LONGEST or code.casefold() in taken or code == "q":
            tail = f"q{number}"
            code = code[: _LONGEST - len(tail)] + tail
        more = number
        while code.casefold() in taken:
            more += 1_000
            tail = f"q{more}"
            code = code[: _LONGEST - len(tail)] + tail
        found[item.id] = code
        taken.add(code.casefold())
    return found


def value_code(value: int) -> str:
    """A value of a scale as LimeSurvey's answer code, which has no minus."""
    return str(value) if value >= 0 else f"N{-value}"


def blocks(page: Page, *, required_apart: bool = False) -> tuple[tuple[Item, ...], ...]:
    """A page's items, neighbors together that are rated on the same scale (and, where told, are required alike)."""
    found: list[list[Item]] = []
    for item in page.items:
        last = found[-1][-1] if found else None
        same = (
            last is not None
            and item.kind is ItemKind.RATING is last.kind
            and item.scale == last.scale
            and (item.required == last.required or not required_apart)
        )
        if same:
            found[-1].append(item)
        else:
            found.append([item])
    return tuple(tuple(one) for one in found)


def lime_blocks(questionnaire: Questionnaire) -> tuple[tuple[Block, ...], ...]:
    """LimeSurvey's questions, page by page."""
    taken = {code.casefold() for code in short_codes(questionnaire).values()}
    pages, number = [], 0
    for page in questionnaire.pages:
        made = []
        for items in blocks(page, required_apart=True):
            code = None
            if len(items) > 1:
                number += 1
                code = f"A{number}"
                while code.casefold() in taken:
                    code = f"A{code}"
            made.append(Block(code=code, items=items))
        pages.append(tuple(made))
    return tuple(pages)


def headings(questionnaire: Questionnaire) -> Mapping[str, tuple[str, ...]]:
    """What an item's column may be called, by item: ours, then LimeSurvey's three ways, then its words."""
    codes = short_codes(questionnaire)
    said = Counter(plain(text) for item in questionnaire.items for text in set(item.wording.texts.values()))
    found: dict[str, tuple[str, ...]] = {}
    for block in (block for page in lime_blocks(questionnaire) for block in page):
        for item in block.items:
            code = codes[item.id]
            names = [item.id, code]
            if block.code is not None:
                names += [f"{block.code}[{code}]", f"{block.code}_{code}"]
            words = [item.wording.texts[tag] for tag in sorted(item.wording.texts)]
            names += [" ".join(text.split()) for text in words if said[plain(text)] == 1]
            found[item.id] = tuple(dict.fromkeys(names))
    return found


def match_columns(questionnaire: Questionnaire, columns: Sequence[str]) -> Mapping[str, str]:
    """The column of each item that a file has, by item. A name beats a code, a code beats words.

    Raises: ColumnsClash.
    """
    keys: dict[str, list[str]] = {}
    for column in columns:
        for key in dict.fromkeys(_keys(column)):
            keys.setdefault(key, []).append(column)
    found: dict[str, str] = {}
    for item_id, names in headings(questionnaire).items():
        for name in names:
            there = keys.get(plain(name), [])
            exact = [column for column in there if plain(column) == plain(name)] or there
            if len(exact) > 1:
                raise ColumnsClash(f"The columns {exact[0]!r} and {exact[1]!r} both answer item {item_id!r}.")
            if exact:
                found[item_id] = exact[0]
                break
    return found


def first_of(columns: Sequence[str], wanted: Iterable[str]) -> str | None:
    """The first wanted column that is there."""
    there = {plain(column): column for column in columns}
    return next((there[plain(name)] for name in wanted if plain(name) in there), None)


def _keys(column: str) -> Iterable[str]:
    """What a heading may be known by: itself, what stands in its brackets, the code before its words."""
    yield plain(column)
    if (found := _BRACKETS.fullmatch(column.strip())) is not None:
        yield plain(found[1])
        yield plain(column.strip().rstrip("]").replace("[", "_", 1))
    code, dot, _words = column.partition(". ")
    if dot:
        yield plain(code)
        if (found := _BRACKETS.fullmatch(code.strip())) is not None:
            yield plain(found[1])
