"""A questionnaire as LimeSurvey's survey structure (.lss), as versions 5 and 6 import it.

Neighbors on one scale are an array (type F), a rating alone and a choice are a list (L), words are a long text (T), a
number is a number (N). Values of a scale are the answer codes. Texts are shown as they are: LimeSurvey would take `<`
for HTML and `{` for a program. What LimeSurvey has no place for (constructs, sources, reversal) stands in a block
`safar` of its own, which LimeSurvey passes over.
"""

from __future__ import annotations

import html
from collections.abc import Iterator, Mapping, Sequence
from zlib import crc32

from safar.domain.label import Label
from safar.domain.questionnaire import AnswerScale, Item, ItemKind, Questionnaire
from safar.files.questionnaire.naming import Block, lime_blocks, short_codes, value_code

DATABASE_VERSION = 490
"""Of LimeSurvey 5; later versions read it."""
OWN_BLOCK = "safar"
TYPES = {ItemKind.RATING: "L", ItemKind.CHOICE: "L", ItemKind.TEXT: "T", ItemKind.NUMBER: "N"}
_THEMES = {"F": "arrays/array", "L": "listradio", "T": "longfreetext", "N": "numerical"}
_SURVEY = {
    "gsid": "1", "admin": "inherit", "adminemail": "inherit", "anonymized": "Y", "format": "G", "template": "inherit",
    "datestamp": "Y", "usecookie": "N", "allowregister": "N", "allowsave": "Y", "allowprev": "Y", "printanswers": "N",
    "ipaddr": "N", "refurl": "N", "publicstatistics": "N", "publicgraphs": "N", "listpublic": "N", "htmlemail": "Y",
    "assessments": "N", "usecaptcha": "N", "usetokens": "N", "tokenlength": "15", "showxquestions": "N",
    "showgroupinfo": "B", "shownoanswer": "N", "showqnumcode": "X", "showwelcome": "Y", "showprogress": "Y",
    "questionindex": "0", "navigationdelay": "0", "nokeyboard": "N", "alloweditaftercompletion": "N",
}  # fmt: skip
_Row = Mapping[str, str | int]


def write_lss(questionnaire: Questionnaire) -> bytes:
    """The .lss file, UTF-8. The same questionnaire gives the same bytes."""
    tables = _Tables(questionnaire)
    lines = [
        '<?xml version="1.0" encoding="UTF-8"?>',
        "<document>",
        " <LimeSurveyDocType>Survey</LimeSurveyDocType>",
        f" <DBVersion>{DATABASE_VERSION}</DBVersion>",
        " <languages>",
        *(f"  <language>{html.escape(tag)}</language>" for tag in questionnaire.languages),
        " </languages>",
    ]
    for name, rows in tables.all().items():
        lines += _table(name, rows)
    lines += [f" <{OWN_BLOCK}>", *_own(questionnaire), f" </{OWN_BLOCK}>", "</document>", ""]
    return "\n".join(lines).encode()


class _Tables:
    """LimeSurvey's tables, filled in the order in which its importer reads them."""

    def __init__(self, questionnaire: Questionnaire) -> None:
        self._q = questionnaire
        self._codes = short_codes(questionnaire)
        self._sid = 100_000 + crc32(questionnaire.name.encode()) % 800_000
        self._next = 0
        self._order = 0
        self._aid = 0
        self.answers: list[_Row] = []
        self.answer_words: list[_Row] = []
        self.groups: list[_Row] = []
        self.group_words: list[_Row] = []
        self.questions: list[_Row] = []
        self.subquestions: list[_Row] = []
        self.question_words: list[_Row] = []

    def all(self) -> Mapping[str, Sequence[_Row]]:
        for gid, (page, made) in enumerate(zip(self._q.pages, lime_blocks(self._q), strict=True), start=1):
            self.groups.append({"gid": gid, "sid": self._sid, "group_order": gid, "randomization_group": "",
                                "grelevance": "1"})  # fmt: skip
            for tag in self._q.languages:
                name = page.title.text(tag) if page.title is not None else f"{gid}"
                self.group_words.append({"id": len(self.group_words) + 1, "gid": gid, "group_name": _shown(name),
                                         "description": _said(page.intro, tag), "language": tag})  # fmt: skip
            for block in made:
                self._block(gid, block)
        found: dict[str, Sequence[_Row]] = {
            "answers": self.answers,
            "answer_l10ns": self.answer_words,
            "groups": self.groups,
            "group_l10ns": self.group_words,
            "questions": self.questions,
            "subquestions": self.subquestions,
            "question_l10ns": self.question_words,
            "surveys": [
                {"sid": self._sid, **_SURVEY, "language": self._q.languages[0],
                 "additional_languages": " ".join(self._q.languages[1:])}
            ],
            "surveys_languagesettings": [
                {"surveyls_survey_id": self._sid, "surveyls_language": tag,
                 "surveyls_title": _shown(self._q.title.text(tag)), "surveyls_description": "",
                 "surveyls_welcometext": _said(self._q.intro, tag), "surveyls_endtext": _said(self._q.closing, tag),
                 "surveyls_dateformat": 6, "surveyls_numberformat": 0}
                for tag in self._q.languages
            ],
        }  # fmt: skip
        # A table without rows would still have a head, which the importer takes for a row.
        return {name: rows for name, rows in found.items() if rows}

    def _block(self, gid: int, block: Block) -> None:
        first = block.items[0]
        scale = None if first.scale is None else self._q.scale_of(first)
        if block.code is None:
            ask = None if scale is None else scale.ask
            qid = self._question(
                gid, self._codes[first.id], TYPES[first.kind], item=first, words=first.wording, below=ask
            )
            if scale is not None:
                self._values(qid, scale)
            for place, option in enumerate(first.options, start=1):
                self._answer(qid, option.code, option.label, place)
            return
        ask = scale.ask if scale is not None else None
        qid = self._question(gid, block.code, "F", item=first, words=ask)
        for place, item in enumerate(block.items, start=1):
            self._next += 1
            self.subquestions.append(
                self._row(self._next, gid, self._codes[item.id], "T", item=item, order=place, parent=qid)
            )
            self._words(self._next, item.wording)
        if scale is not None:
            self._values(qid, scale)

    def _question(
        self, gid: int, code: str, kind: str, *, item: Item, words: Label | None, below: Label | None = None
    ) -> int:
        """A question, with what stands below its words; its number."""
        self._next += 1
        self._order += 1
        self.questions.append(self._row(self._next, gid, code, kind, item=item, order=self._order))
        self._words(self._next, words, below)
        return self._next

    def _row(self, qid: int, gid: int, code: str, kind: str, *, item: Item, order: int, parent: int = 0) -> _Row:
        return {
            "qid": qid, "parent_qid": parent, "sid": self._sid, "gid": gid, "type": kind, "title": code, "preg": "",
            "other": "N", "mandatory": "Y" if item.required and not parent else "N", "encrypted": "N",
            "question_order": order, "scale_id": 0, "same_default": 0, "relevance": "1",
            "question_theme_name": "" if parent else _THEMES[kind], "same_script": 0,
        }  # fmt: skip

    def _words(self, qid: int, words: Label | None, below: Label | None = None) -> None:
        for tag in self._q.languages:
            self.question_words.append(
                {"id": len(self.question_words) + 1, "qid": qid, "question": _said(words, tag),
                 "help": _said(below, tag),
                 "script": "", "language": tag}
            )  # fmt: skip

    def _values(self, qid: int, scale: AnswerScale) -> None:
        for place, value in enumerate(scale.values, start=1):
            self._answer(qid, value_code(value), scale.labels.get(value, Label({"en": str(value)})), place)
        if (way_out := scale.not_applicable) is not None:
            self._answer(qid, str(way_out.code), way_out.label, scale.points + 1)

    def _answer(self, qid: int, code: str, label: Label, order: int) -> None:
        self._aid += 1
        self.answers.append({"aid": self._aid, "qid": qid, "code": code, "sortorder": order, "assessment_value": 0,
                             "scale_id": 0})  # fmt: skip
        for tag in self._q.languages:
            self.answer_words.append({"id": len(self.answer_words) + 1, "aid": self._aid,
                                      "answer": _shown(label.text(tag)), "language": tag})  # fmt: skip


def _table(name: str, rows: Sequence[_Row]) -> Iterator[str]:
    yield f" <{name}>"
    yield "  <fields>"
    for column in rows[0]:
        yield f"   <fieldname>{column}</fieldname>"
    yield "  </fields>"
    yield "  <rows>"
    for row in rows:
        yield "   <row>"
        for column, value in row.items():
            yield f"    <{column}>{_cdata(str(value))}</{column}>" if value != "" else f"    <{column}/>"
        yield "   </row>"
    yield "  </rows>"
    yield f" </{name}>"


def _own(questionnaire: Questionnaire) -> Iterator[str]:
    """What LimeSurvey cannot hold, by item."""
    codes = short_codes(questionnaire)
    yield f'  <questionnaire name="{html.escape(questionnaire.name)}"/>'
    for scale in questionnaire.scales:
        way_out = "" if scale.not_applicable is None else f' not_applicable="{scale.not_applicable.code}"'
        yield (f'  <scale id="{html.escape(scale.id)}" least="{scale.least}" greatest="{scale.greatest}" '
               f'best="{scale.best}"{way_out}/>')  # fmt: skip
    for item in questionnaire.items:
        told = {
            "code": codes[item.id], "id": item.id, "scale": item.scale, "construct": item.construct,
            "element": item.element, "source": item.source, "reversed": "true" if item.reversed else "",
            "proposed": "true" if item.proposed else "",
        }  # fmt: skip
        yield "  <item " + " ".join(f'{name}="{html.escape(text)}"' for name, text in told.items() if text) + "/>"


def _said(label: Label | None, language: str) -> str:
    return "" if label is None else _shown(label.text(language))


def _shown(text: str) -> str:
    """Plain text as LimeSurvey's HTML: nothing in it is markup or an expression."""
    plain = html.escape(text, quote=False).replace("{", "&#123;").replace("}", "&#125;")
    return plain.replace("\r\n", "\n").replace("\n", "<br />")


def _cdata(text: str) -> str:
    return "<![CDATA[" + text.replace("]]>", "]]]]><![CDATA[>") + "]]>"
