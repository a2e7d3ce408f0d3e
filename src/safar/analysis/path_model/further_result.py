"""What results of further analyses (prediction, groups, segments …) have in common."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace
from typing import TYPE_CHECKING

from safar.analysis.path_model.model_result import ModelResult
from safar.analysis.path_model.naming import called, called_with_key
from safar.analysis.path_model.paper_table import PaperTable
from safar.analysis.path_model.phrases import say
from safar.analysis.path_model.speaking import arrow, name
from safar.analysis.telling import Telling
from safar.domain.label import Label

if TYPE_CHECKING:
    from typing import Self


@dataclass(frozen=True, slots=True, kw_only=True)
class FurtherResult(ModelResult):
    """A result beside a model's own. n: rows. says: what was found, in the language that `language` names.

    labels: names for people, by construct, where the model has them. other_data: the digest that the saved run names,
    where it is of other rows than these; it is the first sentence then.
    """

    model_name: str
    n: int
    says: tuple[str, ...] = ()
    simulated: bool = False
    language: str = "en"
    labels: Mapping[str, Label] = field(default_factory=dict)
    other_data: str | None = None

    def called(self, construct: str, language: str) -> str:
        """A construct as sentences name it: by its label, where the model has one."""
        return name(called(construct, self.labels, language), language)

    def arrow(self, source: str, target: str, language: str) -> str:
        """A path as sentences name it."""
        return arrow(called(source, self.labels, language), called(target, self.labels, language), language)

    def called_with_key(self, construct: str) -> str:
        """A construct as a row of a table names it, in the language of the sentences."""
        return called_with_key(construct, self.labels, self.language)

    @property
    def sentences(self) -> Sequence[str]:
        """What was found, in plain words."""
        return self.says

    def tables(self) -> tuple[PaperTable, ...]:
        """The tables as a paper prints them, in the language of the sentences."""
        raise TypeError(f"{type(self).__name__} does not say its tables")

    def spoken(self, language: str) -> Iterator[str]:
        """The sentences in a language."""
        raise TypeError(f"{type(self).__name__} says nothing in {language}")

    def method(self, language: str) -> str:
        """What was done, as sentences of a paper's methods paragraph."""
        raise TypeError(f"{type(self).__name__} does not say in {language} what was done")

    def in_language(self, language: str) -> Self:
        """The same result with its sentences in a language: Persian for "fa", English for any other."""
        first = () if self.other_data is None else (say("other-data", language),)
        return replace(self, says=(*first, *self.spoken(language)), language=language)

    def told(self) -> Telling:
        """The first table, and what was found."""
        first = self.tables()[0]
        return Telling(title=self.title, simulated=self.simulated, rows=first.cells(), notes=(*first.notes, *self.says))

    def html(self) -> str:
        """As a piece of a page: what was found, and every table."""
        more = [
            Telling(title=one.title, simulated=False, rows=one.cells(), notes=one.notes).html()
            for one in self.tables()[1:]
            if one.rows
        ]
        return f"<div>{self.told().html()}{''.join(more)}</div>"
