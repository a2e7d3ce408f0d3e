"""Results of path models in words: what the layers below say in plain English, in the reader's language.

They speak English and know nothing of languages; `study_texts` lists what they say, with variable parts named.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from functools import cache

from django.utils.translation import gettext
from django.utils.translation import gettext as _

from safar.analysis.path_model.paper import PaperTable
from safar.analysis.path_model.result import Doubt, PathResult, Stand, Verdict
from safar.domain.study import Study, StudyRun
from safar.web import numerals
from safar.web.page_language import page_language
from safar.web.problem_words import problem_text
from safar.web.study_texts import TEXTS

_PART = re.compile(r"%\((\w+)\)s")
_FIGURE = re.compile(r"[\s\d.,;:%–−\-+*\[\]<>=()/]*\d[\s\d.,;:%–−\-+*\[\]<>=()/]*")


def told(text: str) -> str:
    """A sentence of an analysis in the reader's language; what is not known stays as it is, figures in its digits."""
    if not text or page_language().startswith("en"):
        return text
    if (said := gettext(text)) != text:
        return said
    for pattern, template in _patterns():
        if match := pattern.fullmatch(text):
            return gettext(template) % {name: _part(value) for name, value in match.groupdict().items()}
    return figure(text) if _FIGURE.fullmatch(text) else problem_text(text)


def figure(text: str) -> str:
    """A printed number in the reader's digits."""
    if page_language().startswith("en"):
        return text
    # A point before digits is a decimal mark, which Persian writes after a zero; between thousands it has a mark too.
    said = re.sub(r"(?<!\d)\.(?=\d)", "0٫", text)
    said = re.sub(r"(?<=\d)\.(?=\d)", "٫", said)
    return numerals.plain_digits(re.sub(r"(?<=\d),(?=\d{3})", "٬", said).replace("%", "٪"))


def _part(value: str) -> str:
    if _FIGURE.fullmatch(value):
        return figure(value)
    said = gettext(value)
    return said if said != value else value


@cache
def _patterns() -> list[tuple[re.Pattern[str], str]]:
    made = []
    for template in TEXTS:
        plain = _PART.split(template)
        pattern = "".join(f"(?P<{part}>.+?)" if at % 2 else re.escape(part) for at, part in enumerate(plain))
        made.append((len("".join(plain[::2])), re.compile(pattern, re.DOTALL), template))
    # Of two that fit, the one with more words of its own says more.
    return [(pattern, template) for _length, pattern, template in sorted(made, key=lambda one: -one[0])]


def stand_word(stand: str) -> str:
    """What became of a claim."""
    return {
        str(Stand.SUPPORTED): _("supported"),
        str(Stand.NOT_SUPPORTED): _("not supported"),
        str(Stand.WRONG_SIGN): _("wrong sign"),
        str(Stand.UNTESTED): _("not tested"),
    }.get(stand, stand)


def stand_class(stand: str) -> str:
    """Its look."""
    return stand.replace(" ", "-") or "none"


def analysis_name(kind: str) -> str:
    """What an analysis is called."""
    return {
        "estimate": _("Estimate of the model"),
        "screen": _("Items before any model"),
        "predict": _("Prediction of new rows"),
        "importance": _("Importance and performance"),
        "groups": _("Groups compared"),
        "segments": _("Segments that nobody knew"),
        "rivals": _("Predictions of several models"),
    }.get(kind, kind)


def run_name(study: Study, run: StudyRun) -> str:
    """A run where those of other studies stand beside it."""
    return _("%(study)s, run %(number)s") % {"study": study.title, "number": numerals.plain_digits(run.number)}


def part_name(name: str) -> str:
    """What a table of single figures is called where it is taken along."""
    return {
        "members": _("segment of each row"),
        "rows": _("rows to look at"),
    }.get(name, name.replace("_", " "))


def version_words(text: str) -> str:
    """What was changed in a version of the model."""
    what, _space, name = text.partition(" ")
    known = {
        "begun": _("begun"),
        "example": _("the simulated example"),
        "copied": _("copied from another study"),
        "proposed": _("proposed from framework %(name)s"),
        "uploaded": _("from the file %(name)s"),
        "written": _("text written"),
        "restored": _("version %(name)s restored"),
        "construct-added": _("construct %(name)s added"),
        "construct-changed": _("construct %(name)s changed"),
        "construct-removed": _("construct %(name)s removed"),
        "path-added": _("path %(name)s added"),
        "path-changed": _("path %(name)s changed"),
        "path-removed": _("path %(name)s removed"),
    }.get(what)
    return known % {"name": name} if known and "%" in known else known or text


@dataclass(frozen=True, slots=True, kw_only=True)
class VerdictView:
    """A claim, what became of it, and why one may doubt it, in the reader's language."""

    verdict: Verdict
    word: str
    look: str
    says: str
    doubts: tuple[str, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class Cell:
    """A cell of a table as in a paper."""

    text: str
    is_name: bool


@dataclass(frozen=True, slots=True, kw_only=True)
class TableView:
    """A table as in a paper, in the reader's language."""

    name: str
    title: str
    head: tuple[Cell, ...]
    rows: tuple[tuple[Cell, ...], ...]
    notes: tuple[str, ...]


def verdict_views(result: PathResult) -> list[VerdictView]:
    """One for each path, in the order of the model. result: in the reader's language."""
    return [
        VerdictView(
            verdict=one,
            word=stand_word(str(one.stand)),
            look=stand_class(str(one.stand)),
            says=one.says,
            doubts=doubt_words(one.doubts),
        )
        for one in result.verdicts
    ]


def doubt_words(doubts: tuple[Doubt, ...]) -> tuple[str, ...]:
    """Reasons to doubt."""
    return tuple(one.says for one in doubts)


def table_view(table: PaperTable) -> TableView:
    """A table of a paper that is in the reader's language already."""
    return TableView(
        name=table.name,
        title=table.title,
        head=tuple(Cell(text=cell.strip(), is_name=k < table.words) for k, cell in enumerate(table.head)),
        rows=tuple(
            tuple(Cell(text=cell.strip(), is_name=k < table.words) for k, cell in enumerate(row)) for row in table.rows
        ),
        notes=table.notes,
    )
