"""The verbs of questionnaires: read one, derive one from a path model, export it, follow it, take its answers."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from enum import StrEnum
from pathlib import Path
from typing import TYPE_CHECKING

from safar.domain.path_model import PathModel
from safar.domain.questionnaire import AnswerScale, Questionnaire
from safar.errors import InputError, NotFound
from safar.files import questionnaire as files
from safar.files.questionnaire import AnswerShape, ReadSurvey
from safar.study.align import aligned
from safar.study.answers import Answers
from safar.study.derive import LANGUAGES, element_of
from safar.study.derive import derive as derived_from
from safar.study.scales import AGREEMENT
from safar.study.simulate import simulate as made_up
from safar.study.trace import Trace
from safar.study.trace import trace as traced

if TYPE_CHECKING:
    from safar.domain.framework import Element, Framework

__all__ = ["LANGUAGES", "AnswerShape", "Export", "Format", "Trace"]
MOST_BYTES = 50_000_000


class QuestionnaireFileMissing(NotFound):
    """There is no questionnaire file of that name, or it cannot be read."""

    code = "questionnaire.file-missing"
    next_step = "Begin with: safar questionnaire new model.toml --out questionnaire.toml"


class UnknownQuestionnaireFormat(InputError):
    """A questionnaire cannot be read from, or written in, this format."""

    code = "questionnaire.unknown-format"
    next_step = "Name a file that ends in .toml, .lss (LimeSurvey), .sss (Triple-S), .xlsx, .html or .md."


class Format(StrEnum):
    """What a questionnaire can be written as."""

    TOML = "toml"
    LIMESURVEY = "limesurvey"
    TRIPLE_S = "triple-s"
    TRIPLE_S_FIXED = "triple-s-fixed"
    XLSX = "xlsx"
    HTML = "html"
    MARKDOWN = "markdown"


_ENDINGS = {
    Format.TOML: ".toml",
    Format.LIMESURVEY: ".lss",
    Format.TRIPLE_S: ".sss",
    Format.TRIPLE_S_FIXED: ".sss",
    Format.XLSX: ".xlsx",
    Format.HTML: ".html",
    Format.MARKDOWN: ".md",
}
_MEDIA = {
    Format.TOML: "application/toml",
    Format.LIMESURVEY: "application/xml",
    Format.TRIPLE_S: "application/xml",
    Format.TRIPLE_S_FIXED: "application/xml",
    Format.XLSX: "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet",
    Format.HTML: "text/html; charset=utf-8",
    Format.MARKDOWN: "text/markdown; charset=utf-8",
}


@dataclass(frozen=True, slots=True, kw_only=True)
class Export:
    """A file: what it is called, what it is, and its bytes."""

    name: str
    media_type: str
    content: bytes


def read_questionnaire(text: str) -> Questionnaire:
    """The questionnaire of a TOML text. Raises: BadQuestionnaire, naming the place."""
    return files.read_toml(text)


def open_questionnaire(path: Path) -> ReadSurvey:
    """The questionnaire of a file: .toml, .lss, .sss or .xml (Triple-S), .xlsx; with notes of what was left out.

    Raises: QuestionnaireFileMissing, UnknownQuestionnaireFormat, BadQuestionnaire, SurveyFileBroken, ForbiddenXml.
    """
    ending = path.suffix.lower()
    if ending == ".xlsx" and path.is_file():
        return ReadSurvey(questionnaire=files.read_workbook(path))
    content = _bytes(path)
    match ending:
        case ".toml":
            try:
                return ReadSurvey(questionnaire=files.read_toml(content.decode("utf-8-sig")))
            except UnicodeDecodeError as cause:
                raise QuestionnaireFileMissing(f"{path} is no UTF-8 text.") from cause
        case ".lss":
            return files.read_lss(content, where=str(path))
        case ".sss" | ".xml":
            return files.read_sss(content, where=str(path))[0]
    raise UnknownQuestionnaireFormat(
        f"{path}: a questionnaire is not read from {ending or 'a file without an ending'}."
    )


def derive(
    model: PathModel,
    *,
    language: str = "en",
    languages: Sequence[str] = (),
    frameworks: Iterable[Framework] = (),
    name: str | None = None,
    mixed: bool = True,
    scale: AnswerScale = AGREEMENT,
) -> Questionnaire:
    """A questionnaire that asks for every item of a model, worded after the frameworks that its constructs name.

    language: the base. languages: further ones. frameworks: besides the packaged ones, a company's own. mixed: the
    constructs take turns. scale: of all items. Raises: BadQuestionnaire where an item's name cannot name a question.
    """
    wanted = tuple(dict.fromkeys([language, *languages]))
    if unknown := [tag for tag in wanted if tag not in LANGUAGES]:
        raise UnknownQuestionnaireFormat(
            f"Wording is proposed in {', '.join(LANGUAGES)}, not in {unknown[0]!r}.",
            next_step=f"Derive it in one of them, and add {unknown[0]!r} to `languages` and to the texts by hand.",
        )
    references = [one.element for one in model.constructs]
    known = _frameworks(references, frameworks)
    return derived_from(model, frameworks=known, languages=wanted, name=name, mixed=mixed, scale=scale)


def align(questionnaire: Questionnaire, model: PathModel, *, frameworks: Iterable[Framework] = ()) -> Questionnaire:
    """The questionnaire asking for every item of the model besides (`study.align`). Raises: BadQuestionnaire."""
    references = [one.element for one in model.constructs]
    return aligned(questionnaire, model, frameworks=_frameworks(references, frameworks))


def trace(
    questionnaire: Questionnaire, model: PathModel, *, frameworks: Iterable[Framework] = (), language: str = "en"
) -> Trace:
    """Every item followed to what measures it, and what is broken on the way. frameworks: a company's own."""
    references = [*(one.element for one in model.constructs), *(item.element for item in questionnaire.items)]
    return traced(questionnaire, model, frameworks=_frameworks(references, frameworks), language=language)


def elements_named(references: Iterable[str | None], *, frameworks: Iterable[Framework] = ()) -> Mapping[str, Element]:
    """Of references to elements ("relief:trust") those that a framework has."""
    wanted = [one for one in references if one is not None]
    known = _frameworks(wanted, frameworks)
    found = ((one, element_of(one, known)) for one in wanted)
    return {one: there[1] for one, there in found if there is not None}


def export(
    questionnaire: Questionnaire, format: Format | str, *, language: str | None = None, names: bool = False
) -> Export:
    """The questionnaire as a file. language: of the form on paper. names: print the items' names on it too.

    Raises: UnknownQuestionnaireFormat, NotSpoken.
    """
    language = questionnaire.spoken(language)
    try:
        wanted = Format(format)
    except ValueError:
        raise UnknownQuestionnaireFormat(f"{format!r} is none of {', '.join(Format)}.") from None
    match wanted:
        case Format.TOML:
            content = files.write_questionnaire(questionnaire).encode()
        case Format.LIMESURVEY:
            content = files.write_lss(questionnaire)
        case Format.TRIPLE_S | Format.TRIPLE_S_FIXED:
            content = files.write_sss(questionnaire, fixed=wanted is Format.TRIPLE_S_FIXED)
        case Format.XLSX:
            content = files.questionnaire_workbook(questionnaire)
        case Format.HTML:
            content = files.as_html(questionnaire, language=language, names=names).encode()
        case Format.MARKDOWN:
            content = files.as_markdown(questionnaire, language=language, names=names).encode()
    return Export(name=f"{questionnaire.name}{_ENDINGS[wanted]}", media_type=_MEDIA[wanted], content=content)


def format_of(path: Path) -> Format:
    """The format that a file's ending names. Raises: UnknownQuestionnaireFormat."""
    ending = path.suffix.lower()
    for wanted, known in _ENDINGS.items():
        if ending == known:
            return wanted
    if ending == ".xml":
        return Format.TRIPLE_S
    raise UnknownQuestionnaireFormat(f"A questionnaire is not written as {ending or 'a file without an ending'}.")


def read_answers(questionnaire: Questionnaire, path: Path, *, data: Path | None = None) -> Answers:
    """The answers of a file as it came from LimeSurvey, a Triple-S program, our workbook or any table.

    data: where the data of a Triple-S description stand, else beside it.
    Raises: FileProblem, SurveyFileBroken, ColumnsClash, NoAnswers, UnknownAnswer.
    """
    return files.read_answers_file(questionnaire, files.read_table(path, data=data))


def read_described_answers(path: Path, *, data: Path | None = None) -> Answers:
    """The answers of a Triple-S description alone, which says itself what they mean. Raises: as read_answers."""
    table = files.read_table(path, data=data)
    if table.survey is None:
        raise UnknownQuestionnaireFormat(f"{path} does not describe its questions; name the questionnaire too.")
    return files.read_answers_file(table.survey.questionnaire, table)


def recipe(questionnaire: Questionnaire, *, answers: Path | None = None, on: date | None = None) -> str:
    """The import recipe of the answers.

    answers: a file whose headings it shall know. on: the day of answers without one.
    Raises: as read_answers.
    """
    columns: Mapping[str, str] | None = None
    if answers is not None:
        columns = files.match_columns(questionnaire, list(files.read_table(answers).columns))
    return files.write_recipe(questionnaire, columns=columns, on=on)


def simulate_answers(
    questionnaire: Questionnaire,
    n: int,
    *,
    shape: AnswerShape | str = AnswerShape.PLAIN,
    seed: int = 1,
    first_day: date,
    model: PathModel | None = None,
    language: str | None = None,
) -> bytes:
    """A file of made-up answers that say so. model: whose paths they follow. Raises: TooManyRespondents, NotSpoken."""
    given = made_up(questionnaire, n, seed=seed, first_day=first_day, model=model)
    return files.write_answers(questionnaire, given, AnswerShape(shape), language=questionnaire.spoken(language))


def _frameworks(references: Iterable[str | None], own: Iterable[Framework]) -> dict[str, Framework]:
    """The frameworks that are spoken of, a company's own before packaged ones."""
    from safar import frameworks

    found = {framework.name: framework for framework in own}
    for reference in references:
        named = (reference or "").partition(":")[0]
        if named in frameworks.names() and named not in found:
            found[named] = frameworks.load(named)
    return found


def _bytes(path: Path) -> bytes:
    try:
        if path.stat().st_size > MOST_BYTES:
            raise QuestionnaireFileMissing(f"{path} is larger than any questionnaire ({MOST_BYTES:,} bytes).")
        return path.read_bytes()
    except OSError as cause:
        raise QuestionnaireFileMissing(f"{path} cannot be read: {cause}") from cause
