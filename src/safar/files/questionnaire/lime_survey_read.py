"""LimeSurvey's survey structure (.lss) as a questionnaire: versions 2 to 6, our own files with all that we wrote in.

Read are arrays, lists, five-point and yes/no questions, numbers and words. What a questionnaire has no place for
(multiple choice, ranking, conditions, quotas) is left out and named in the notes.
"""

from __future__ import annotations

import html
import re
from collections.abc import Mapping, Sequence
from dataclasses import replace

from safar.domain.fact import Direction
from safar.domain.label import Label
from safar.domain.questionnaire import (
    AnswerScale,
    Item,
    ItemKind,
    Option,
    Page,
    Questionnaire,
)
from safar.files.questionnaire.foreign import ReadSurvey, kept_scale, scale_from, texts_by_language
from safar.files.questionnaire.lime_survey import OWN_BLOCK
from safar.files.questionnaire.strict_xml import Node, SurveyFileBroken, read_xml

_Row = Mapping[str, str]
_BREAK = re.compile(r"<br\s*/?>", re.IGNORECASE)
_TAG = re.compile(r"<[^<>]*>")
_ARRAYS = {"F": 0, "A": 5, "B": 10}
"""Arrays, with the points of those that bring their own answers."""
_WORDS = ("T", "S", "U")
_YES = (("Y", {"en": "Yes", "fa": "بله"}), ("N", {"en": "No", "fa": "خیر"}))


def read_lss(content: bytes, *, where: str = "survey.lss") -> ReadSurvey:
    """The questionnaire of an .lss file. Raises: SurveyFileBroken, ForbiddenXml, BadQuestionnaire."""
    root = read_xml(content, where=where)
    if root.tag != "document" or root.said("LimeSurveyDocType") != "Survey":
        raise SurveyFileBroken(f"{where}: this XML is no LimeSurvey survey structure (.lss).")
    return _Reading(root, where).survey()


class _Reading:
    def __init__(self, root: Node, where: str) -> None:
        self._where = where
        self._root = root
        self._own = root.first(OWN_BLOCK)
        self._own_items = {one.attributes.get("code", ""): one.attributes for one in self._own_all("item")}
        self._languages = [one.text.strip() for one in (root.first("languages") or Node("", {})).all("language")]
        self._notes: list[str] = []
        self._scales: dict[str, AnswerScale] = {}
        words = self._rows("question_l10ns") or [*self._rows("questions"), *self._rows("subquestions")]
        self._question_words = _by(words, "qid")
        self._group_words = _by(self._rows("group_l10ns") or self._rows("groups"), "gid")
        self._under = _by(_once(self._rows("subquestions"), "qid"), "parent_qid")
        answers = self._rows("answers")
        by_aid = _by(self._rows("answer_l10ns"), "aid")
        self._answers: dict[str, list[tuple[str, Label]]] = {}
        for qid, rows in _by(answers, "qid").items():
            codes: dict[str, list[tuple[str, str]]] = {}
            for row in sorted(rows, key=lambda one: _int(one.get("sortorder", "0"))):
                told = by_aid.get(row.get("aid", ""), [row])
                codes.setdefault(row.get("code", ""), []).extend(
                    (one.get("language", ""), _plain(one.get("answer", ""))) for one in told
                )
            self._answers[qid] = [
                (code, texts_by_language(said) or Label({"en": code})) for code, said in codes.items()
            ]

    def survey(self) -> ReadSurvey:
        settings = self._rows("surveys_languagesettings")
        base = next(iter(self._rows("surveys")), {}).get("language", "")
        languages = [base, *(tag for tag in self._languages if tag != base)] if base else self._languages
        pages: list[Page] = []
        questions = _by(_once(self._rows("questions"), "qid"), "gid")
        for group in sorted(_once(self._rows("groups"), "gid"), key=lambda one: _int(one.get("group_order", "0"))):
            items: list[Item] = []
            ordered = sorted(questions.get(group.get("gid", ""), []), key=lambda q: _int(q.get("question_order", "0")))
            for question in ordered:
                items += self._items(question)
            words = self._group_words.get(group.get("gid", ""), [])
            title = _label(words, "group_name")
            if title is not None and set(title.texts.values()) == {str(len(pages) + 1)}:
                title = None  # a group needs a name in LimeSurvey; a bare number is what we write for none
            if items:
                pages.append(Page(items=tuple(items), title=title, intro=_label(words, "description")))
        title = _label(settings, "surveyls_title", language="surveyls_language")
        own_name = next((one.attributes.get("name") for one in self._own_all("questionnaire")), None)
        self._heed_own_scales()
        return ReadSurvey(
            questionnaire=Questionnaire(
                name=own_name or _name(title),
                title=title or Label({"en": "Survey"}),
                languages=tuple(dict.fromkeys(tag for tag in languages if tag)) or ("en",),
                intro=_label(settings, "surveyls_welcometext", language="surveyls_language"),
                closing=_label(settings, "surveyls_endtext", language="surveyls_language"),
                scales=tuple(self._scales.values()),
                pages=tuple(pages),
            ),
            notes=tuple(self._notes),
        )

    def _items(self, question: _Row) -> list[Item]:
        kind, code, qid = question.get("type", ""), question.get("title", ""), question.get("qid", "")
        required = question.get("mandatory", "N") in ("Y", "S")
        if kind in _ARRAYS:
            under = sorted(self._under.get(qid, []), key=lambda row: _int(row.get("question_order", "0")))
            scale = self._scale(qid, code, kind, ask=_label(self._question_words.get(qid, []), "question"))
            if scale is None:
                self._notes.append(f"Question {code} was left out: its answers are no scale of whole numbers.")
                return []
            return [self._item(row, scale=scale, required=required, within=code) for row in under]
        if kind in ("L", "!", "5", "Y", "G"):
            own = self._own_items.get(code)
            choice = own is not None and "scale" not in own
            # Below a rating that stands alone we write what else stands above an array.
            ask = None if own is None else _label(self._question_words.get(qid, []), "help")
            scale = None if choice else self._scale(qid, code, kind, ask=ask)
            if scale is not None:
                return [self._item(question, scale=scale, required=required)]
            found = self._answers.get(qid, [])
            if kind == "Y":
                found = [(one, Label(told)) for one, told in _YES]
            if kind == "G" or not found:
                self._notes.append(f"Question {code} was left out: its answers are not in the file.")
                return []
            options = tuple(Option(code=one, label=label) for one, label in found)
            return [self._item(question, options=options, required=required, kind=ItemKind.CHOICE)]
        if kind in _WORDS or kind == "N":
            words = ItemKind.TEXT if kind in _WORDS else ItemKind.NUMBER
            return [self._item(question, kind=words, required=required)]
        if kind != "X":  # a text that is only shown
            self._notes.append(
                f"Question {code} was left out: a questionnaire has no place for LimeSurvey's type {kind}."
            )
        return []

    def _item(
        self,
        row: _Row,
        *,
        kind: ItemKind = ItemKind.RATING,
        scale: str | None = None,
        options: tuple[Option, ...] = (),
        required: bool,
        within: str = "",
    ) -> Item:
        code = row.get("title", "")
        own = self._own_items.get(code, {})
        named = own.get("id") or (f"{within}_{code}" if within else code)
        return Item(
            id=named,
            wording=_label(self._question_words.get(row.get("qid", ""), []), "question") or Label({"en": named}),
            kind=kind,
            scale=scale,
            options=options,
            construct=own.get("construct"),
            element=own.get("element"),
            source=own.get("source", ""),
            reversed=own.get("reversed") == "true" and kind is ItemKind.RATING,
            required=required,
            proposed=own.get("proposed") == "true",
        )

    def _scale(self, qid: str, code: str, kind: str, *, ask: Label | None) -> str | None:
        points = _ARRAYS.get(kind, 5 if kind == "5" else 0)
        if points:
            found: AnswerScale | None = AnswerScale(id=f"points{points}", least=1, greatest=points)
        else:
            found = scale_from(self._answers.get(qid, []), scale_id=self._own_scale(qid, code) or f"scale_{code}")
        if found is None:
            return None
        for name, known in self._scales.items():
            # A list shows no words above its answers, but is the same scale as the array's.
            if ask is None and kept_scale({name: replace(known, ask=None)}, found) == name:
                return name
            if known.ask is None and kept_scale({name: known}, found) == name:
                self._scales[name] = replace(known, ask=ask)
                return name
        return kept_scale(self._scales, replace(found, ask=ask))

    def _own_scale(self, qid: str, code: str) -> str | None:
        under = [row.get("title", "") for row in self._under.get(qid, [])] or [code]
        return next((self._own_items[one]["scale"] for one in under if "scale" in self._own_items.get(one, {})), None)

    def _heed_own_scales(self) -> None:
        for told in (one.attributes for one in self._own_all("scale")):
            scale = self._scales.get(told.get("id", ""))
            if scale is not None and told.get("best") in tuple(Direction):
                self._scales[scale.id] = replace(scale, best=Direction(told["best"]))

    def _rows(self, table: str) -> list[_Row]:
        found = self._root.first(table)
        rows = None if found is None else found.first("rows")
        return [] if rows is None else [{cell.tag: cell.text for cell in row.children} for row in rows.all("row")]

    def _own_all(self, tag: str) -> Sequence[Node]:
        return [] if self._own is None else list(self._own.all(tag))


def _by(rows: Sequence[_Row], name: str) -> dict[str, list[_Row]]:
    found: dict[str, list[_Row]] = {}
    for row in rows:
        found.setdefault(row.get(name, ""), []).append(row)
    return found


def _once(rows: Sequence[_Row], name: str) -> list[_Row]:
    """Each once: before version 4 a question has a row a language."""
    return list({row.get(name, ""): row for row in reversed(rows)}.values())[::-1]


def _label(rows: Sequence[_Row], name: str, *, language: str = "language") -> Label | None:
    return texts_by_language([(row.get(language, ""), _plain(row.get(name, ""))) for row in rows])


def _plain(text: str) -> str:
    """HTML as plain text."""
    return html.unescape(_TAG.sub("", _BREAK.sub("\n", text))).replace("\xa0", " ").strip()


def _int(text: str) -> int:
    return int(text) if text.lstrip("-").isdigit() else 0


def _name(title: Label | None) -> str:
    found = re.sub(r"[^\w]+", "-", "" if title is None else title.text().lower()).strip("-_")[:60]
    return found if found[:1].isalpha() else f"survey-{found}".rstrip("-")
