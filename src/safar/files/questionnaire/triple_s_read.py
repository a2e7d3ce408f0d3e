"""Triple-S XML (1.1 to 3.0) as a questionnaire, and its data (CSV or fixed columns) as columns of text.

Read are variables of one answer: single, quantity, logical, character. Variables of several answers (`multiple`), dates
and times are left out of the questionnaire and named in the notes; their data stay columns. Hierarchies are not read.
"""

from __future__ import annotations

import csv
import io
import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass

from safar.domain.label import Label
from safar.domain.questionnaire import (
    MOST_ITEMS,
    MOST_OPTIONS,
    MOST_POINTS,
    AnswerScale,
    Item,
    ItemKind,
    NotApplicable,
    Option,
    Page,
    Questionnaire,
    plain,
)
from safar.files.questionnaire.foreign import ReadSurvey, kept_scale, scale_from
from safar.files.questionnaire.naming import ANSWERED, RESPONDENT
from safar.files.questionnaire.strict_xml import Node, SurveyFileBroken, read_xml
from safar.files.questionnaire.triple_s import ORIGIN

MOST_RECORDS = 1_000_000
_LANG = "xml:lang"
_ITEM = re.compile(r"[^\W\d_][\w.]{0,63}")
_OWN = (RESPONDENT[0], ANSWERED[0])


@dataclass(frozen=True, slots=True, kw_only=True)
class Place:
    """Where a variable stands in the data. In CSV `start` is the number of the field."""

    name: str
    kind: str
    start: int
    finish: int


@dataclass(frozen=True, slots=True, kw_only=True)
class Layout:
    """How the data are laid out. skip: lines of heading in CSV."""

    csv: bool
    skip: int
    places: tuple[Place, ...]


def read_sss(content: bytes, *, where: str = "survey.sss") -> tuple[ReadSurvey, Layout]:
    """The questionnaire of a Triple-S description, and where its data stand.

    Raises: SurveyFileBroken, ForbiddenXml, BadQuestionnaire.
    """
    root = read_xml(content, where=where)
    survey = root.first("survey")
    if root.tag != "sss" or survey is None:
        raise SurveyFileBroken(f"{where}: this XML is no Triple-S description.")
    records = list(survey.all("record"))
    if len(records) != 1 or root.first("hierarchy") is not None:
        raise SurveyFileBroken(
            f"{where}: the description holds {len(records)} records or a hierarchy; one flat record is read.",
            next_step="Export one level of the survey alone.",
        )
    record = records[0]
    base = next(iter(root.attributes.get("languages", "").split()), "en")
    variables = list(record.all("variable"))
    if len(variables) > 4 * MOST_ITEMS:
        raise SurveyFileBroken(f"{where}: {len(variables):,} variables are more than any questionnaire has.")
    scales: dict[str, AnswerScale] = {}
    # A program that scores its ratings, as we do, means options where it gives no scores; else it has to be guessed.
    scored = any("score" in one.attributes for variable in variables for one in _values(variable))
    guess = not scored and root.said("origin") != ORIGIN
    items, notes = [], []
    for variable in variables:
        if _name(variable) in _OWN or variable.attributes.get("use") in ("serial", "weight"):
            continue
        item = _item(variable, base, scales, where, guess=guess)
        if item is None:
            kind = variable.attributes.get("type", "?")
            notes.append(f"Variable {_name(variable)} was left out: a questionnaire has no place for type {kind}.")
        else:
            items.append(item)
    title = survey.first("title")
    named = re.sub(r"[^\w]+", "-", survey.said("name").lower()).strip("-_")[:60]
    found = Questionnaire(
        name=named if named[:1].isalpha() else f"survey-{named}".rstrip("-"),
        title=(None if title is None else _label(title, base)) or Label({base: "Survey"}),
        languages=tuple(root.attributes.get("languages", "").split()) or (base,),
        scales=tuple(scales.values()),
        pages=(Page(items=tuple(items)),),
    )
    layout = Layout(
        csv=record.attributes.get("format", "fixed") == "csv",
        skip=_whole(record.attributes.get("skip", "0"), where, "skip"),
        places=tuple(_place(variable, where) for variable in variables),
    )
    return ReadSurvey(questionnaire=found, notes=tuple(notes)), layout


def read_sss_data(content: bytes, layout: Layout, *, where: str) -> Mapping[str, Sequence[str | None]]:
    """The data of a description, by variable: text as it stands without white space around it; empty is None.

    Text is UTF-8, or else Windows-1252, as older programs write it. Raises: SurveyFileBroken.
    """
    try:
        text = content.decode("utf-8-sig")
    except UnicodeDecodeError:
        text = content.decode("cp1252", errors="replace")
    rows = _csv_rows(text, layout, where) if layout.csv else _fixed_rows(text, layout, where)
    found: dict[str, list[str | None]] = {place.name: [] for place in layout.places}
    for number, cells in enumerate(rows, start=1):
        if number > MOST_RECORDS:
            raise SurveyFileBroken(f"{where}: more than {MOST_RECORDS:,} records.")
        for place, cell in zip(layout.places, cells, strict=True):
            found[place.name].append(_code(cell.strip(), place.kind))
    return found


def _csv_rows(text: str, layout: Layout, where: str) -> Iterator[list[str]]:
    try:
        reader = csv.reader(io.StringIO(text, newline=""), strict=True)
        for line, cells in enumerate(reader):
            if line < layout.skip or not any(cells):
                continue
            short = next((place for place in layout.places if place.start > len(cells)), None)
            if short is not None:
                raise SurveyFileBroken(f"{where}, line {reader.line_num}: {short.name} would be field {short.start}, "
                                       f"but there are {len(cells)}.")  # fmt: skip
            yield [cells[place.start - 1] for place in layout.places]
    except csv.Error as cause:
        raise SurveyFileBroken(f"{where}: the CSV is broken: {cause}.") from cause


def _fixed_rows(text: str, layout: Layout, where: str) -> Iterator[list[str]]:
    needed = max((place.start for place in layout.places if place.kind == "single"), default=1)
    for number, line in enumerate(text.splitlines(), start=1):
        if not line.strip():
            continue
        if len(line) < needed:
            raise SurveyFileBroken(f"{where}, line {number}: {len(line)} characters, but {needed} are needed at least.")
        yield [line[place.start - 1 : place.finish] for place in layout.places]


def _code(cell: str, kind: str) -> str | None:
    if cell == "":
        return None
    if kind == "single" and cell.isdigit():
        return str(int(cell))  # padded with zeros on the left
    return cell


def _values(variable: Node) -> list[Node]:
    told = variable.first("values")
    return [] if told is None else list(told.all("value"))


def _item(variable: Node, base: str, scales: dict[str, AnswerScale], where: str, *, guess: bool) -> Item | None:
    kind, name = variable.attributes.get("type", ""), _name(variable)
    label = variable.first("label")
    wording = (None if label is None else _label(label, base)) or Label({base: name})
    told = variable.first("values") or Node("values", {})
    values = _values(variable)
    named = (
        name
        if _ITEM.fullmatch(name)
        else f"v{variable.attributes.get('ident', '')}_{re.sub(r'[^0-9A-Za-z]', '', name)}"
    )
    if kind == "character":
        return Item(id=named, wording=wording, kind=ItemKind.TEXT)
    if kind == "logical":
        yes_no = (Option(code="1", label=Label({"en": "Yes"})), Option(code="0", label=Label({"en": "No"})))
        return Item(id=named, wording=wording, kind=ItemKind.CHOICE, options=yes_no)
    if kind not in ("single", "quantity"):
        return None
    found = [(one.attributes.get("code", ""), _label(one, base) or Label({base: one.attributes.get("code", "")}))
             for one in values]  # fmt: skip
    scored = [_number(one.attributes.get("score")) for one in values]
    span = told.first("range")
    if kind == "quantity" and span is not None and (scale := _span(span, found, scored, name)) is not None:
        return Item(id=named, wording=wording, scale=kept_scale(scales, scale))
    if kind == "quantity":
        return Item(id=named, wording=wording, kind=ItemKind.NUMBER)
    if span is not None and not found:
        ends = [_whole(span.attributes.get(end, ""), where, name) for end in ("from", "to")]
        found = [
            (str(code), Label({base: str(code)})) for code in range(ends[0], min(ends[1], ends[0] + MOST_OPTIONS) + 1)
        ]
        scored = [None] * len(found)
    scale, turned = _scored(found, scored, name) if any(one is not None for one in scored) else (None, False)
    if scale is None and guess:
        scale = scale_from(found, scale_id=f"scale_{named}")
    if scale is not None:
        return Item(id=named, wording=wording, scale=kept_scale(scales, scale), reversed=turned)
    options = tuple(Option(code=code, label=said) for code, said in _told_apart(found))
    return Item(id=named, wording=wording, kind=ItemKind.CHOICE, options=options) if options else None


def _scored(
    found: Sequence[tuple[str, Label]], scored: Sequence[float | None], name: str
) -> tuple[AnswerScale | None, bool]:
    """A scale and whether its scores run against its codes. None where they say anything else."""
    counted = [(int(code), label, score) for (code, label), score in zip(found, scored, strict=True)
               if score is not None and code.isdigit()]  # fmt: skip
    others = [pair for pair, score in zip(found, scored, strict=True) if score is None]
    codes = sorted(code for code, _label, _score in counted)
    if len(codes) < 2 or codes != list(range(codes[0], codes[-1] + 1)) or len(others) > 1:
        return None, False
    turned = all(score == codes[0] + codes[-1] - code for code, _label, score in counted)
    if not turned and any(score != code for code, _label, score in counted):
        return None, False
    way_out = None
    if others and others[0][0].isdigit():
        way_out = NotApplicable(code=int(others[0][0]), label=others[0][1])
    straight = all(score == code for code, _label, score in counted)
    labels = {code: label for code, label, _score in counted if set(label.texts.values()) != {str(code)}}
    scale = AnswerScale(id=f"scale_{name}", least=codes[0], greatest=codes[-1], labels=labels, not_applicable=way_out)
    return scale, turned and not straight


def _span(
    span: Node, found: Sequence[tuple[str, Label]], scored: Sequence[float | None], name: str
) -> AnswerScale | None:
    """The scale below zero that we write as a quantity: whole ends, scored values."""
    least, greatest = (_number(span.attributes.get(end)) for end in ("from", "to"))
    if least is None or greatest is None or least != int(least) or greatest != int(greatest):
        return None
    if not least < min(greatest, 0) or greatest - least >= MOST_POINTS:
        return None
    labels = {
        int(code): label
        for (code, label), score in zip(found, scored, strict=True)
        if score is not None and code.lstrip("-").isdigit() and least <= int(code) <= greatest
    }
    others = [(code, label) for (code, label), score in zip(found, scored, strict=True) if score is None]
    way_out = NotApplicable(code=int(others[0][0]), label=others[0][1]) if others and others[0][0].isdigit() else None
    return AnswerScale(
        id=f"scale_{name}", least=int(least), greatest=int(greatest), labels=labels, not_applicable=way_out
    )


def _told_apart(found: Sequence[tuple[str, Label]]) -> Iterator[tuple[str, Label]]:
    """Options whose words another has already had get their code in brackets."""
    seen: set[str] = set()
    for code, label in found[:MOST_OPTIONS]:
        if any(plain(text) in seen for text in label.texts.values()):
            told = Label({tag: f"{text} ({code})" for tag, text in label.texts.items()})
        else:
            told = label
        seen |= {plain(text) for text in told.texts.values()}
        yield code, told


def _label(node: Node, base: str) -> Label | None:
    """The words of an element, by language; where it has none of its own tongue, its plain text is the base's."""
    tagged = {
        child.attributes[_LANG]: " ".join(child.text.split())
        for child in node.all("text")
        if _LANG in child.attributes and child.text.strip() and child.attributes.get("mode", "interview") == "interview"
    }
    words = " ".join(node.text.split()) or next((" ".join(one.text.split()) for one in node.all("text")), "")
    if words and base not in tagged:
        tagged = {base: words, **tagged}
    return Label(tagged) if tagged else None


def _place(variable: Node, where: str) -> Place:
    name, position = _name(variable), variable.first("position")
    if position is None:
        raise SurveyFileBroken(f"{where}: variable {name} has no position.")
    start = _whole(position.attributes.get("start", ""), where, name)
    finish = _whole(position.attributes.get("finish", str(start)), where, name)
    if not 1 <= start <= finish:
        raise SurveyFileBroken(f"{where}: variable {name} stands at {start} to {finish}.")
    return Place(name=name, kind=variable.attributes.get("type", ""), start=start, finish=finish)


def _name(variable: Node) -> str:
    return variable.said("name") or f"v{variable.attributes.get('ident', '')}"


def _whole(text: str, where: str, what: str) -> int:
    if not re.fullmatch(r"-?\d{1,9}", text.strip()):
        raise SurveyFileBroken(f"{where}: {what}: {text!r} is no whole number.")
    return int(text)


def _number(text: str | None) -> float | None:
    try:
        return None if text is None else float(text)
    except ValueError:
        return None
