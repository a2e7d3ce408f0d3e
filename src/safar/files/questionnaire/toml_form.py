"""A questionnaire as TOML: read, check, write in one canonical form (docs/reference/questionnaire-file.md)."""

from __future__ import annotations

from collections.abc import Iterable

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
from safar.files.toml_place import Table, parse_toml, toml_label, toml_name, toml_text, toml_texts

MOST_CHARACTERS = 5_000_000


def read_toml(text: str) -> Questionnaire:
    """The questionnaire that a TOML text describes. Unknown keys are errors. Raises: BadQuestionnaire, by place."""
    if len(text) > MOST_CHARACTERS:
        raise BadQuestionnaire(f"The text is longer than {MOST_CHARACTERS:,} characters.")
    top = parse_toml(text, complain=BadQuestionnaire)
    found = Questionnaire(
        name=top.text("name"),
        title=top.label("title"),
        languages=top.texts("languages") or ("en",),
        intro=_label(top, "intro"),
        closing=_label(top, "closing"),
        scales=tuple(_scale(table) for table in top.tables("scales", required=False)),
        pages=tuple(_page(table) for table in top.tables("pages")),
    )
    top.finish()
    return found


def write_questionnaire(questionnaire: Questionnaire) -> str:
    """The canonical TOML: equal questionnaires give equal text, and reading it back gives the questionnaire."""
    lines = [f"name = {toml_text(questionnaire.name)}", f"title = {toml_label(questionnaire.title)}"]
    lines.append(f"languages = {toml_texts(questionnaire.languages)}")
    lines += _labels(("intro", questionnaire.intro), ("closing", questionnaire.closing))
    for scale in questionnaire.scales:
        lines += ["", "[[scales]]", f"id = {toml_text(scale.id)}"]
        lines += [f"least = {scale.least}", f"greatest = {scale.greatest}", f'best = "{scale.best}"']
        lines += _labels(("ask", scale.ask))
        for value, label in scale.labels.items():
            lines.append(f'labels."{value}" = {toml_label(label)}')
        if (way_out := scale.not_applicable) is not None:
            lines += [f"not_applicable.code = {way_out.code}", f"not_applicable.label = {toml_label(way_out.label)}"]
            lines += [f"not_applicable.written = {toml_texts(way_out.written)}"] if way_out.written else []
    for page in questionnaire.pages:
        lines += ["", "[[pages]]", *_labels(("title", page.title), ("intro", page.intro))]
        for item in page.items:
            lines += ["", "[[pages.items]]", *_item_lines(item)]
    return "\n".join(lines) + "\n"


def _item_lines(item: Item) -> Iterable[str]:
    yield f"id = {toml_text(item.id)}"
    yield f"asks = {toml_label(item.wording)}"
    if item.kind is ItemKind.RATING and item.scale is not None:
        yield f"scale = {toml_text(item.scale)}"
    else:
        yield f'kind = "{item.kind}"'
    for option in item.options:
        yield f"options.{toml_name(option.code)} = {toml_label(option.label)}"
    for name, told in (("construct", item.construct), ("element", item.element), ("source", item.source or None)):
        if told is not None:
            yield f"{name} = {toml_text(told)}"
    for name, holds in (("reversed", item.reversed), ("required", item.required), ("proposed", item.proposed)):
        if holds:
            yield f"{name} = true"


def _labels(*told: tuple[str, Label | None]) -> list[str]:
    return [f"{name} = {toml_label(label)}" for name, label in told if label is not None]


def _label(table: Table, name: str) -> Label | None:
    return table.label(name) if table.has(name) else None


def _whole(table: Table, name: str) -> int:
    found = table.value(name)
    if isinstance(found, bool) or not isinstance(found, int):
        raise table.wrong(name, f"must be a whole number, not {found!r}.")
    return found


def _scale(table: Table) -> AnswerScale:
    labels: dict[int, Label] = {}
    if table.has("labels"):
        told = table.table("labels")
        for name in told.names():
            try:
                value = int(name)
            except ValueError:
                raise told.wrong(name, "is no whole number: labels are named by the value they stand for.") from None
            labels[value] = told.label(name)
    scale = AnswerScale(
        id=table.text("id"),
        least=_whole(table, "least"),
        greatest=_whole(table, "greatest"),
        best=Direction(table.one_of("best", tuple(Direction), required=False) or Direction.HIGH),
        labels=labels,
        ask=_label(table, "ask"),
        not_applicable=_way_out(table.table("not_applicable")) if table.has("not_applicable") else None,
    )
    table.finish()
    return scale


def _way_out(table: Table) -> NotApplicable:
    found = NotApplicable(code=_whole(table, "code"), label=table.label("label"), written=table.texts("written"))
    table.finish()
    return found


def _page(table: Table) -> Page:
    page = Page(
        title=_label(table, "title"),
        intro=_label(table, "intro"),
        items=tuple(_item(one) for one in table.tables("items", required=False)),
    )
    table.finish()
    return page


def _item(table: Table) -> Item:
    told = table.one_of("kind", tuple(ItemKind), required=False)
    kind = ItemKind(told or (ItemKind.CHOICE if table.has("options") else ItemKind.RATING))
    options: tuple[Option, ...] = ()
    if table.has("options"):
        listed = table.table("options")
        options = tuple(Option(code=code, label=listed.label(code)) for code in listed.names())
    item = Item(
        id=table.text("id"),
        wording=table.label("asks"),
        kind=kind,
        scale=table.optional_text("scale"),
        options=options,
        construct=table.optional_text("construct"),
        element=table.optional_text("element"),
        source=table.optional_text("source") or "",
        reversed=table.flag("reversed"),
        required=table.flag("required"),
        proposed=table.flag("proposed"),
    )
    table.finish()
    return item
