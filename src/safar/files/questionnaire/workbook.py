"""A questionnaire as a workbook: a sheet to enter answers, with lists of what may be answered; items; scales."""

from __future__ import annotations

import io
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date, datetime
from pathlib import Path
from typing import TYPE_CHECKING, Any

from safar.domain.fact import Direction
from safar.domain.label import Label
from safar.domain.questionnaire import (
    AnswerScale,
    BadQuestionnaire,
    Item,
    ItemKind,
    NotApplicable,
    Option,
    Page,
    Questionnaire,
)
from safar.files.questionnaire.naming import ANSWERED, RESPONDENT
from safar.files.spreadsheet_cell import harmless

if TYPE_CHECKING:
    import xlsxwriter

ANSWERS, ITEMS, SCALES, TEXTS, LISTS = "Answers", "Items", "Scales", "Texts", "Lists"
_ENTRY_ROWS = 2_000
"""Rows of the data-entry sheet that check what is typed."""
_WIDE = 50
_NA = "not applicable"
_ITEM = (
    "page",
    "item",
    "kind",
    "scale",
    "option",
    "construct",
    "element",
    "source",
    "reversed",
    "required",
    "proposed",
)
_TRUE = ("true", "yes", "1")


def questionnaire_workbook(
    questionnaire: Questionnaire, *, rows: Iterable[Sequence[object]] = (), more: Sequence[str] = ()
) -> bytes:
    """The XLSX file. rows: answers that it holds already: who, which day, the items in order, then columns `more`."""
    import xlsxwriter

    out = io.BytesIO()
    options = {"in_memory": True, "strings_to_formulas": False, "strings_to_urls": False, "strings_to_numbers": False}
    with xlsxwriter.Workbook(out, options) as book:
        # Answers come first: a reader that is told nothing takes the first sheet.
        entry = book.add_worksheet(ANSWERS)
        writing = _Writing(book, questionnaire)
        writing.sheet(ITEMS, [*_ITEM, *writing.tags("asks")], _item_rows(questionnaire))
        writing.sheet(SCALES, ["scale", "value", "least", "greatest", "best", *writing.tags("label")],
                      _scale_rows(questionnaire))  # fmt: skip
        writing.sheet(TEXTS, ["what", "page", *writing.tags("text")], _text_rows(questionnaire))
        writing.entry(entry, rows, more)
    return out.getvalue()


class _Writing:
    def __init__(self, book: xlsxwriter.Workbook, questionnaire: Questionnaire) -> None:
        self._book = book
        self._q = questionnaire
        self._bold = book.add_format({"bold": True, "text_wrap": True, "valign": "top"})
        self._day = book.add_format({"num_format": "yyyy-mm-dd"})

    def tags(self, what: str) -> list[str]:
        return [f"{what} ({tag})" for tag in _languages(self._q)]

    def sheet(self, name: str, columns: Sequence[str], rows: Iterable[Sequence[object]]) -> None:
        sheet = self._book.add_worksheet(name)
        for place, column in enumerate(columns):
            sheet.write_string(0, place, column, self._bold)
            sheet.set_column(place, place, _WIDE if "(" in column else 14)
        for number, row in enumerate(rows, start=1):
            for place, cell in enumerate(row):
                if isinstance(cell, int) and not isinstance(cell, bool):
                    sheet.write_number(number, place, cell)
                elif cell not in (None, ""):
                    sheet.write_string(number, place, str(harmless("true" if cell is True else str(cell))))
        sheet.freeze_panes(1, 0)

    def entry(self, sheet: Any, rows: Iterable[Sequence[object]], more: Sequence[str]) -> None:
        """A column an item; every cell offers what may be answered, and refuses the rest."""
        lists = self._book.add_worksheet(LISTS)
        lists.hide()
        for place, name in enumerate((RESPONDENT[0], ANSWERED[0])):
            sheet.write_string(0, place, name, self._bold)
        sheet.set_column(0, 1, 14)
        sheet.data_validation(
            1, 1, _ENTRY_ROWS, 1,
            {"validate": "date", "criteria": ">", "value": date(1990, 1, 1), "error_title": "No date",
             "error_message": "The day of answering, as 2026-01-31."},
        )  # fmt: skip
        sheet.set_column(1, 1, 14, self._day)
        for place, item in enumerate(self._q.items, start=2):
            sheet.write_string(0, place, item.id, self._bold)
            # The number is the one on paper.
            sheet.write_comment(0, place, f"{place - 1}. {item.wording.text(self._q.languages[0])}"[:1_000])
            sheet.set_column(place, place, max(10, min(len(item.id) + 2, 30)))
            self._offer(sheet, lists, place, item)
        for place, name in enumerate(more, start=2 + len(self._q.items)):
            sheet.write_string(0, place, name, self._bold)
        for number, row in enumerate(rows, start=1):
            for place, cell in enumerate(row):
                if isinstance(cell, datetime | date):
                    sheet.write_datetime(number, place, cell, self._day)
                elif isinstance(cell, int | float):
                    sheet.write_number(number, place, cell)
                elif cell not in (None, ""):
                    sheet.write_string(number, place, str(harmless(str(cell))))
        sheet.freeze_panes(1, 1)

    def _offer(self, sheet: Any, lists: Any, place: int, item: Item) -> None:
        told = {"input_title": item.id[:32], "input_message": _offered(self._q, item)[:255]}
        if item.kind is ItemKind.TEXT:
            sheet.data_validation(1, place, _ENTRY_ROWS, place, {"validate": "any", **told})
            return
        if item.kind is ItemKind.NUMBER:
            check = {"validate": "decimal", "criteria": "between", "minimum": -1e9, "maximum": 1e9, **told}
            sheet.data_validation(1, place, _ENTRY_ROWS, place, check)
            return
        codes: list[object] = [option.code for option in item.options]
        if item.kind is ItemKind.RATING:
            scale = self._q.scale_of(item)
            codes = [*scale.values, *([] if scale.not_applicable is None else [scale.not_applicable.code])]
        for number, code in enumerate(codes):
            if isinstance(code, int):
                lists.write_number(number, place, code)
            elif str(code).isdigit() and str(int(str(code))) == code:
                lists.write_number(number, place, int(str(code)))  # what is typed as a number is one
            else:
                lists.write_string(number, place, str(code))
        column = _letters(place)
        source = f"={LISTS}!${column}$1:${column}${len(codes)}"
        told |= {"error_title": "No such answer", "error_message": "Choose one from the list, or leave the cell empty."}
        sheet.data_validation(1, place, _ENTRY_ROWS, place, {"validate": "list", "source": source, **told})


def _letters(place: int) -> str:
    from xlsxwriter.utility import xl_col_to_name

    return str(xl_col_to_name(place))


def _offered(questionnaire: Questionnaire, item: Item) -> str:
    """The words of an item and of what may be answered, as short as a hint must be."""
    language = questionnaire.languages[0]
    said = item.wording.text(language)
    if item.kind is ItemKind.CHOICE:
        offered = [f"{option.code} {option.label.text(language)}" for option in item.options]
    elif item.kind is ItemKind.RATING:
        scale = questionnaire.scale_of(item)
        offered = [f"{value} {scale.text(value, language)}" for value in scale.labels]
    else:
        offered = []
    return "\n".join([said[:140], *offered]) or item.id


def _languages(questionnaire: Questionnaire) -> list[str]:
    """Every language that anything is said in, the questionnaire's own first."""
    labels = [item.wording for item in questionnaire.items]
    labels += [option.label for item in questionnaire.items for option in item.options]
    labels += [label for scale in questionnaire.scales for label in scale.labels.values()]
    return list(dict.fromkeys([*questionnaire.languages, *(tag for label in labels for tag in label.texts)]))


def _said(label: Label | None, questionnaire: Questionnaire) -> list[str]:
    return ["" if label is None else label.texts.get(tag, "") for tag in _languages(questionnaire)]


def _item_rows(questionnaire: Questionnaire) -> Iterable[Sequence[object]]:
    """A row an item; below a choice a row for each of its options."""
    for number, page in enumerate(questionnaire.pages, start=1):
        for item in page.items:
            flags = [held or "" for held in (item.reversed, item.required, item.proposed)]
            told = [item.scale, "", item.construct, item.element, item.source, *flags]
            yield [number, item.id, str(item.kind), *told, *_said(item.wording, questionnaire)]
            for option in item.options:
                yield [number, item.id, "", "", option.code, *[""] * 6, *_said(option.label, questionnaire)]


def _scale_rows(questionnaire: Questionnaire) -> Iterable[Sequence[object]]:
    for scale in questionnaire.scales:
        yield [scale.id, "", scale.least, scale.greatest, str(scale.best), *_said(scale.ask, questionnaire)]
        for value, label in scale.labels.items():
            yield [scale.id, value, "", "", "", *_said(label, questionnaire)]
        if (way_out := scale.not_applicable) is not None:
            yield [scale.id, way_out.code, "", "", _NA, *_said(way_out.label, questionnaire)]


def _text_rows(questionnaire: Questionnaire) -> Iterable[Sequence[object]]:
    yield ["name", "", questionnaire.name]
    yield ["languages", "", " ".join(questionnaire.languages)]
    for what, label in (
        ("title", questionnaire.title),
        ("intro", questionnaire.intro),
        ("closing", questionnaire.closing),
    ):
        if label is not None:
            yield [what, "", *_said(label, questionnaire)]
    for number, page in enumerate(questionnaire.pages, start=1):
        for what, label in (("title", page.title), ("intro", page.intro)):
            if label is not None:
                yield [f"page {what}", number, *_said(label, questionnaire)]


_Row = Mapping[str, str | None]


def read_workbook(path: Path) -> Questionnaire:
    """The questionnaire of such a workbook, perhaps changed by hand. Raises: FileProblem, BadQuestionnaire."""
    from safar.files.questionnaire.answer_table import sheet_columns

    tables: dict[str, list[_Row]] = {}
    for name in (ITEMS, SCALES, TEXTS):
        columns = sheet_columns(path, sheet=name)
        rows = max((len(values) for values in columns.values()), default=0)
        tables[name] = [{column: columns[column][at] for column in columns} for at in range(rows)]
    return _Sheets(tables).questionnaire()


@dataclass(slots=True)
class _PageText:
    title: Label | None = None
    intro: Label | None = None
    items: list[Item] = field(default_factory=list)


class _Sheets:
    def __init__(self, tables: Mapping[str, Sequence[_Row]]) -> None:
        self._tables = tables

    def questionnaire(self) -> Questionnaire:
        texts = {row.get("what") or "": row for row in self._tables[TEXTS] if not row.get("page")}
        plain_text = {name: next((one for key, one in row.items() if key.startswith("text (") and one), "")
                      for name, row in texts.items()}  # fmt: skip
        pages: dict[int, _PageText] = {}
        for row in self._tables[TEXTS]:
            if row.get("page"):
                page = pages.setdefault(_whole(row, "page"), _PageText())
                if row.get("what") == "page title":
                    page.title = _label(row, "text")
                else:
                    page.intro = _label(row, "text")
        for row in self._tables[ITEMS]:
            if row.get("item") and not row.get("option"):
                pages.setdefault(_whole(row, "page"), _PageText()).items.append(self._item(row))
        scales = dict.fromkeys(row["scale"] for row in self._tables[SCALES] if row.get("scale"))
        return Questionnaire(
            name=plain_text.get("name") or "",
            title=_label(texts.get("title", {}), "text") or Label({"en": plain_text.get("name") or "?"}),
            languages=tuple((plain_text.get("languages") or "en").split()),
            intro=_label(texts.get("intro", {}), "text"),
            closing=_label(texts.get("closing", {}), "text"),
            scales=tuple(self._scale(name) for name in scales if name is not None),
            pages=tuple(
                Page(items=tuple(page.items), title=page.title, intro=page.intro)
                for _number, page in sorted(pages.items())
            ),
        )

    def _item(self, row: _Row) -> Item:
        named = row.get("item") or ""
        options = tuple(
            Option(code=one["option"] or "", label=_needed(one, "asks", f"Item {named!r}, option {one['option']!r}"))
            for one in self._tables[ITEMS]
            if one.get("item") == named and one.get("option")
        )
        told = row.get("kind") or (ItemKind.CHOICE if options else ItemKind.RATING)
        if told not in tuple(ItemKind):
            raise BadQuestionnaire(f"Item {named!r}: its kind {told!r} is none of {', '.join(ItemKind)}.")
        return Item(
            id=named,
            wording=_needed(row, "asks", f"Item {named!r}"),
            kind=ItemKind(told),
            scale=row.get("scale"),
            options=options,
            construct=row.get("construct"),
            element=row.get("element"),
            source=row.get("source") or "",
            reversed=_flag(row, "reversed"),
            required=_flag(row, "required"),
            proposed=_flag(row, "proposed"),
        )

    def _scale(self, name: str) -> AnswerScale:
        rows = [row for row in self._tables[SCALES] if row.get("scale") == name]
        head = next((row for row in rows if row.get("least")), None)
        if head is None:
            raise BadQuestionnaire(f"Scale {name!r}: no row says its least and greatest value.")
        way_out = next((row for row in rows if row.get("best") == _NA), None)
        best = head.get("best") or Direction.HIGH
        if best not in tuple(Direction):
            raise BadQuestionnaire(f"Scale {name!r}: best is {best!r}, not one of {', '.join(Direction)}.")
        return AnswerScale(
            id=name,
            least=_whole(head, "least"),
            greatest=_whole(head, "greatest"),
            best=Direction(best),
            labels={_whole(row, "value"): _needed(row, "label", f"Scale {name!r}") for row in rows
                    if row.get("value") and row is not way_out},
            ask=_label(head, "label"),
            not_applicable=None if way_out is None else NotApplicable(
                code=_whole(way_out, "value"), label=_needed(way_out, "label", f"Scale {name!r}")),
        )  # fmt: skip


def _label(row: _Row, what: str) -> Label | None:
    said = {
        column[len(what) + 2 : -1]: text
        for column, text in row.items()
        if column.startswith(f"{what} (") and column.endswith(")") and text
    }
    return Label(said) if said else None


def _needed(row: _Row, what: str, where: str) -> Label:
    found = _label(row, what)
    if found is None:
        raise BadQuestionnaire(f"{where} has no words.", next_step=f'Fill in a column "{what} (…)" of its row.')
    return found


def _whole(row: _Row, name: str) -> int:
    text = (row.get(name) or "").strip()
    if not text.lstrip("-").isdigit() or len(text) > 6:
        raise BadQuestionnaire(f"A row of the workbook has {text!r} as {name}, which is no whole number.")
    return int(text)


def _flag(row: _Row, name: str) -> bool:
    return (row.get(name) or "").strip().casefold() in _TRUE
