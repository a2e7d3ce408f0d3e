"""A questionnaire on paper: one self-contained HTML page that prints well, or Markdown."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from html import escape

from safar.domain.digits import LATIN, TYPED
from safar.domain.label import Label
from safar.domain.questionnaire import AnswerScale, Item, ItemKind, Questionnaire
from safar.files.questionnaire.naming import blocks

_RIGHT_TO_LEFT = ("ar", "fa", "he", "ur", "ckb", "ps", "sd")
_PERSIAN = str.maketrans(LATIN[:10], TYPED[:10])
_TOO_WIDE = 11
"""Most points of a scale that stand side by side."""
_STYLE = """
body { font: 11pt/1.5 system-ui, "Vazirmatn", "Noto Sans", "Noto Naskh Arabic", sans-serif; max-width: 50rem;
  margin: 2rem auto; padding: 0 1rem; color: #111; }
h1 { font-size: 1.5rem; }
h2 { font-size: 1.1rem; border-top: 1px solid #999; padding-top: 1rem; }
table { border-collapse: collapse; table-layout: fixed; width: 100%; margin: .5rem 0 1.5rem; }
th, td { border-bottom: 1px solid #bbb; padding: .4rem; vertical-align: top; text-align: center; }
th { font-weight: normal; font-size: .85rem; }
th[scope=row] { text-align: start; font-size: 1rem; width: 45%; }
tr, .one { break-inside: avoid; }
.box::before { content: "☐"; font-size: 1.3rem; line-height: 1; }
ul { list-style: none; padding: 0; }
.lines { border-bottom: 1px solid #999; height: 1.8rem; }
.mark { color: #555; font-size: .85rem; }
section { break-before: auto; }
@page { margin: 18mm; }
"""


def as_html(questionnaire: Questionnaire, *, language: str | None = None, names: bool = False) -> str:
    """The page in one language (the first where none is said).

    names: of the items in small print, for who types answers in. They may tell respondents what is measured.
    """
    tag = language or questionnaire.languages[0]
    paper = _Paper(questionnaire, tag, names)
    title = escape(questionnaire.title.text(tag))
    way = "rtl" if tag.split("-")[0] in _RIGHT_TO_LEFT else "ltr"
    body = "\n".join(paper.html())
    return (
        f'<!doctype html>\n<html lang="{escape(tag)}" dir="{way}">\n<head>\n<meta charset="utf-8">\n'
        f'<meta name="viewport" content="width=device-width">\n<title>{title}</title>\n'
        f"<style>{_STYLE}</style>\n</head>\n"
        f"<body>\n<h1>{title}</h1>\n{body}\n</body>\n</html>\n"
    )


def as_markdown(questionnaire: Questionnaire, *, language: str | None = None, names: bool = False) -> str:
    """The form as Markdown, for a paper's appendix or a word processor. names: of the items too."""
    tag = language or questionnaire.languages[0]
    return "\n".join(_Paper(questionnaire, tag, names).markdown()) + "\n"


class _Paper:
    def __init__(self, questionnaire: Questionnaire, language: str, names: bool) -> None:
        self._names = names
        self._q = questionnaire
        self._tag = language
        self._number = 0

    def html(self) -> Iterator[str]:
        yield from self._paragraphs(self._q.intro)
        for page in self._q.pages:
            yield "<section>"
            if page.title is not None:
                yield f"<h2>{escape(page.title.text(self._tag))}</h2>"
            yield from self._paragraphs(page.intro)
            for items in blocks(page):
                scale = self._q.scale_of(items[0]) if items[0].kind is ItemKind.RATING else None
                if scale is not None and scale.points <= _TOO_WIDE:
                    yield from self._grid(items, scale)
                else:
                    for item in items:
                        yield from self._one(item, scale)
            yield "</section>"
        yield from self._paragraphs(self._q.closing)

    def _grid(self, items: Sequence[Item], scale: AnswerScale) -> Iterator[str]:
        way_out = scale.not_applicable
        ask = "" if scale.ask is None else escape(scale.ask.text(self._tag))
        heads = [escape(self._digits(scale.text(value, self._tag))) for value in scale.values]
        if way_out is not None:
            heads.append(escape(way_out.label.text(self._tag)))
        yield f'<table>\n<thead><tr><th scope="row">{ask}</th>' + "".join(
            f'<th scope="col">{head}</th>' for head in heads
        )
        yield "</tr></thead>\n<tbody>"
        for item in items:
            cells = '<td><span class="box"></span></td>' * len(heads)
            yield f'<tr><th scope="row">{self._asks(item)}</th>{cells}</tr>'
        yield "</tbody>\n</table>"

    def _one(self, item: Item, scale: AnswerScale | None) -> Iterator[str]:
        yield f'<div class="one"><p>{self._asks(item)}</p>'
        if item.kind is ItemKind.CHOICE:
            offered = [option.label.text(self._tag) for option in item.options]
            yield "<ul>" + "".join(f'<li><span class="box"></span> {escape(one)}</li>' for one in offered) + "</ul>"
        elif scale is not None:
            ends = [self._digits(f"{value}: {scale.text(value, self._tag)}") for value in (scale.least, scale.greatest)]
            yield f'<p class="mark">{escape(" … ".join(ends))}</p><div class="lines"></div>'
        else:
            yield '<div class="lines"></div>' * (3 if item.kind is ItemKind.TEXT else 1)
        yield "</div>"

    def _asks(self, item: Item) -> str:
        self._number += 1
        name = f' <span class="mark" dir="ltr">{escape(item.id)}</span>' if self._names else ""
        return f"{self._digits(str(self._number))}. {escape(item.wording.text(self._tag))}{name}"

    def _paragraphs(self, label: Label | None) -> Iterator[str]:
        for part in [] if label is None else label.text(self._tag).split("\n"):
            if part.strip():
                yield f"<p>{escape(part)}</p>"

    def _digits(self, text: str) -> str:
        return text.translate(_PERSIAN) if self._tag.split("-")[0] == "fa" else text

    def markdown(self) -> Iterator[str]:
        q, tag = self._q, self._tag
        yield f"# {_md(q.title.text(tag))}"
        if q.intro is not None:
            yield from ("", _md(q.intro.text(tag)))
        for page in q.pages:
            if page.title is not None:
                yield from ("", f"## {_md(page.title.text(tag))}")
            if page.intro is not None:
                yield from ("", _md(page.intro.text(tag)))
            for items in blocks(page):
                scale = q.scale_of(items[0]) if items[0].kind is ItemKind.RATING else None
                yield ""
                if scale is not None and scale.points <= _TOO_WIDE:
                    yield from self._md_grid(items, scale)
                else:
                    yield from self._md_list(items)
        if q.closing is not None:
            yield from ("", _md(q.closing.text(tag)))

    def _md_grid(self, items: Sequence[Item], scale: AnswerScale) -> Iterator[str]:
        heads = [_md(self._digits(scale.text(value, self._tag))) for value in scale.values]
        if scale.not_applicable is not None:
            heads.append(_md(scale.not_applicable.label.text(self._tag)))
        ask = "" if scale.ask is None else _md(scale.ask.text(self._tag))
        yield f"| {ask} | " + " | ".join(heads) + " |"
        yield "|---|" + ":-:|" * len(heads)
        for item in items:
            self._number += 1
            asks = f"{self._digits(str(self._number))}. {_md(item.wording.text(self._tag))}{self._name(item)}"
            yield f"| {asks} |" + " ☐ |" * len(heads)

    def _name(self, item: Item) -> str:
        return f" (`{item.id}`)" if self._names else ""

    def _md_list(self, items: Sequence[Item]) -> Iterator[str]:
        for item in items:
            self._number += 1
            yield f"{self._digits(str(self._number))}. {_md(item.wording.text(self._tag))}{self._name(item)}"
            yield from (f"   - ☐ {_md(option.label.text(self._tag))}" for option in item.options)
            if not item.options:
                yield "   - ________"


def _md(text: str) -> str:
    """Text that Markdown takes for nothing else."""
    told = " ".join(text.split())
    for mark in "\\|*_`[]<>":
        told = told.replace(mark, f"\\{mark}")
    return f"\\{told}" if told[:1] in ("#", "-", "+", "~", "=") else told
