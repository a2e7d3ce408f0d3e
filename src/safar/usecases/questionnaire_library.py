"""A questionnaire as a notebook user meets it: `safar.Questionnaire.derive(model)`. Never changed; each verb gives a
frozen result.
"""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date
from pathlib import Path

from safar.analysis.telling import Telling
from safar.domain.path_model import PathModel
from safar.domain.questionnaire import Questionnaire
from safar.domain.wording import counted
from safar.study.answers import Answers
from safar.study.trace import Trace
from safar.usecases import questionnaires as verbs
from safar.usecases.path_model_library import LibraryPathModel


class LibraryQuestionnaire:
    """A questionnaire with its verbs as methods. model: a `safar.PathModel`, or the domain's own."""

    __slots__ = ("_asked",)

    def __init__(self, text: str | Questionnaire) -> None:
        """text: TOML (docs/reference/questionnaire-file.md). Raises: BadQuestionnaire, naming the place."""
        self._asked = text if isinstance(text, Questionnaire) else verbs.read_questionnaire(text)

    @classmethod
    def open(cls, path: Path | str) -> LibraryQuestionnaire:
        """The questionnaire of a file: .toml, .lss, .sss or .xlsx. Raises: as `usecases.questionnaires`."""
        return cls(verbs.open_questionnaire(Path(path)).questionnaire)

    @classmethod
    def derive(
        cls, model: LibraryPathModel | PathModel, *, language: str = "en", languages: Sequence[str] = ()
    ) -> LibraryQuestionnaire:
        """An item for each indicator of a model, worded after its framework as a proposal. Raises: BadQuestionnaire."""
        return cls(verbs.derive(_plain(model), language=language, languages=languages))

    @property
    def questionnaire(self) -> Questionnaire:
        """Pages, items and scales."""
        return self._asked

    def trace(self, model: LibraryPathModel | PathModel, *, language: str = "en") -> Trace:
        """Every item followed to its construct, its framework element and what else measures that."""
        return verbs.trace(self._asked, _plain(model), language=language)

    def answers(self, path: Path | str) -> Answers:
        """The answers of a file as a program exported it; `model.bootstrap(answers)` takes them as they are."""
        return verbs.read_answers(self._asked, Path(path))

    def write(self, path: Path | str, *, language: str | None = None) -> None:
        """Write it: .toml, .lss, .sss, .xlsx, .html or .md. Raises: UnknownQuestionnaireFormat."""
        path = Path(path)
        path.write_bytes(verbs.export(self._asked, verbs.format_of(path), language=language).content)

    def recipe(self, *, answers: Path | str | None = None, on: date | None = None) -> str:
        """The import recipe of its answers, as text."""
        return verbs.recipe(self._asked, answers=None if answers is None else Path(answers), on=on)

    def to_toml(self) -> str:
        """The questionnaire as a file holds it."""
        return verbs.export(self._asked, verbs.Format.TOML).content.decode()

    def __repr__(self) -> str:
        return self._told().text()

    def _repr_html_(self) -> str:
        return self._told().html()

    def _told(self) -> Telling:
        asked, language = self._asked, self._asked.languages[0]
        return Telling(
            title=asked.title.text(language),
            simulated=False,
            above=(f"{counted(len(asked.items), 'item')} on {counted(len(asked.pages), 'page')}, "
                   f"in {', '.join(asked.languages)}",),
            rows=tuple(
                {"item": item.id + (" (reversed)" if item.reversed else ""), "answered": item.scale or str(item.kind),
                 "construct": item.construct or "–", "asks": item.wording.text(language)}
                for item in asked.items
            ),
        )  # fmt: skip


def _plain(model: LibraryPathModel | PathModel) -> PathModel:
    return model.model if isinstance(model, LibraryPathModel) else model
