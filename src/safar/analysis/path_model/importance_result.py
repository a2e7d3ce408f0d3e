"""The importance-performance map as one frozen result, linked to what the constructs stand for.

Source: docs/methods/importance.md.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from typing import ClassVar

import numpy as np

from safar.analysis.frames import Types, columns
from safar.analysis.path_model.answers import check_whole
from safar.analysis.path_model.estimate import Options
from safar.analysis.path_model.further_result import FurtherResult
from safar.analysis.path_model.importance import BadScale, ImportanceMap, Weighing, check_target, importance_map
from safar.analysis.path_model.model_result import Rows
from safar.analysis.path_model.moments import Sample
from safar.analysis.path_model.naming import called, labels_of
from safar.analysis.path_model.paper_table import PaperTable, paper_table
from safar.analysis.path_model.phrases import say, word
from safar.analysis.path_model.speaking import is_persian, names, number
from safar.analysis.result import Frozen
from safar.domain.label import Label
from safar.domain.path_model import PathModel


@dataclass(frozen=True, slots=True, kw_only=True)
class ElementLink(Frozen):
    """What a construct stands for: a framework element, and the touchpoints that a company linked to it.

    names: of touchpoints, for people, where the journey has them.
    """

    element: str
    label: Label | None = None
    touchpoints: tuple[str, ...] = ()
    names: Mapping[str, Label] = field(default_factory=dict)

    def told(self, language: str) -> tuple[str, ...]:
        """The touchpoints as sentences name them."""
        return tuple(self.names[one].text(language) if one in self.names else one for one in self.touchpoints)


@dataclass(frozen=True, slots=True, kw_only=True)
class ConstructPlace(Frozen):
    """A construct in the map.

    importance: points of the target (0 to 100) that one point of it moves; importance_standardized: in deviations.
    performance: mean score, 0 to 100. first: more important than the mean, and less well done. negative: items with
    weights below zero. label, link: its name for people, and what it stands for.
    """

    construct: str
    importance: float
    importance_standardized: float
    performance: float
    first: bool
    negative: tuple[str, ...]
    label: Label | None = None
    link: ElementLink | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class ImportanceItem(Frozen):
    """An item in the map: points of the target that one point of it moves, and its mean on 0 to 100."""

    construct: str
    item: str
    importance: float
    performance: float


@dataclass(frozen=True, slots=True, kw_only=True)
class ImportanceResult(FurtherResult):
    """All that acts on a target: how much it matters, how well it does. left_out: interactions.

    mean_importance, mean_performance: of the constructs, where the map is quartered.
    """

    PART_TYPES: ClassVar[Mapping[str, Types]] = {
        "constructs": columns("text: construct label negative element element_label touchpoints truth: first"),
        "items": columns("text: construct item"),
        "target": columns("text: target weighing left_out"),
    }

    target: str
    performance: float
    weighing: str
    scale: tuple[float, float]
    places: tuple[ConstructPlace, ...]
    items: tuple[ImportanceItem, ...]
    left_out: tuple[str, ...]
    mean_importance: float
    mean_performance: float

    @property
    def title(self) -> str:
        """What it is."""
        return say("importance-title", self.language, target=self.called(self.target, self.language))

    def place(self, construct: str) -> ConstructPlace:
        """A construct in the map. Raises: KeyError."""
        for one in self.places:
            if one.construct == construct:
                return one
        raise KeyError(f"Nothing named {construct!r} acts on {self.target}; there are {self._names()}.")

    def _names(self) -> str:
        return ", ".join(one.construct for one in self.places)

    @property
    def parts(self) -> Mapping[str, Rows]:
        """constructs, items: a row each, the most important first. target: one row."""
        return {
            "constructs": [
                {
                    "construct": one.construct,
                    "label": None if one.label is None else one.label.text(self.language),
                    "importance": one.importance,
                    "importance_standardized": one.importance_standardized,
                    "performance": one.performance,
                    "first": one.first,
                    "negative": ", ".join(one.negative),
                    "element": one.link and one.link.element,
                    "element_label": one.link.label.text(self.language) if one.link and one.link.label else None,
                    "touchpoints": ", ".join(one.link.touchpoints) if one.link else "",
                }
                for one in self.places
            ],
            "items": [{name_: getattr(one, name_) for name_ in ImportanceItem.__slots__} for one in self.items],
            "target": [
                {"target": self.target, "performance": self.performance, "weighing": self.weighing,
                 "least": self.scale[0], "greatest": self.scale[1], "mean_importance": self.mean_importance,
                 "mean_performance": self.mean_performance, "left_out": ", ".join(self.left_out)}
            ],
        }  # fmt: skip

    def tables(self) -> tuple[PaperTable, ...]:
        """Constructs, then items."""
        language = self.language
        head = ("Construct", "Stands for", "Importance", "standardized", "Performance", "First")
        constructs = paper_table(
            "importance",
            self.title,
            [word(one, language) for one in head],
            (
                (
                    self.called_with_key(one.construct),
                    _stands_for(one, language),
                    number(one.importance, 3, language),
                    number(one.importance_standardized, 3, language),
                    number(one.performance, 1, language),
                    word("yes", language) if one.first else "",
                )
                for one in self.places
            ),
            words=2,
            notes=[say("importance-note", language)],
        )
        items = paper_table(
            "importance-items",
            say("importance-items-title", language),
            [word(one, language) for one in ("Construct", "Item", "Importance", "Performance")],
            (
                (
                    self.called_with_key(one.construct),
                    one.item,
                    number(one.importance, 3, language),
                    number(one.performance, 1, language),
                )
                for one in self.items
            ),
            words=2,
            notes=[say("importance-items-note", language)],
        )
        return constructs, items

    def method(self, language: str) -> str:
        """What was done, for a paper."""
        low, high = (number(end, 0 if end == int(end) else 2, language) for end in self.scale)
        return say(
            "method-importance",
            language,
            target=self.called(self.target, language),
            low=low,
            high=high,
            weighing=say(f"weighing-{self.weighing}", language),
        )

    def spoken(self, language: str) -> Iterator[str]:
        """Where to begin."""
        target = self.called(self.target, language)
        yield say("importance-target", language, target=target, performance=number(self.performance, 1, language))
        first = [one for one in self.places if one.first]
        for one in first:
            yield say(
                "importance-first",
                language,
                construct=self._told(one, language),
                target=target,
                importance=number(one.importance, 2, language),
                performance=number(one.performance, 1, language),
            )
        if not first and self.places:
            one = self.places[0]
            yield say(
                "importance-none",
                language,
                construct=self._told(one, language),
                importance=number(one.importance, 2, language),
                performance=number(one.performance, 1, language),
            )
        for one in self.places:
            if one.negative:
                yield say(
                    "importance-negative",
                    language,
                    construct=self.called(one.construct, language),
                    items=names(one.negative, language),
                )
        if self.left_out:
            yield say(
                "importance-left-out",
                language,
                names=names([called(one, self.labels, language) for one in self.left_out], language),
            )

    def _told(self, one: ConstructPlace, language: str) -> str:
        told = self.called(one.construct, language)
        if one.link is not None and one.link.touchpoints:
            told += f" ({word('touchpoints', language)}: {names(one.link.told(language), language)})"
        return told


def _stands_for(one: ConstructPlace, language: str) -> str:
    if one.link is None:
        return "–"
    told = one.link.element if one.link.label is None else one.link.label.text(language)
    comma = "، " if is_persian(language) else ", "
    return f"{told} ({comma.join(one.link.told(language))})" if one.link.touchpoints else told


def find_importance(
    model: PathModel,
    sample: Sample,
    options: Options,
    *,
    target: str | None = None,
    scale: tuple[float, float] | None,
    weighing: Weighing = Weighing.ANSWERS,
    links: Mapping[str, ElementLink] | None = None,
    simulated: bool = False,
) -> ImportanceResult:
    """The map of a target (None: the construct on which all else acts last).

    scale: the least and greatest answer that was possible. links: by construct, what it stands for.
    Raises: AnswersMissing, BadScale, BadPathModel.
    """
    check_whole(model, sample, "The importance-performance map")
    if scale is None:
        raise BadScale(
            "The importance-performance map needs the ends of the answers' scale.",
            next_step="Say them: --scale 1-7, or scale = [1, 7] under [run] in the model's file.",
        )
    chosen = model.endogenous[-1] if target is None else target
    check_target(model, chosen)
    found = importance_map(
        model, sample, options, target=chosen, scales=dict.fromkeys(model.items, scale), weighing=weighing
    )
    return _result(model, found, scale, weighing, links or {}, n=sample.n, simulated=simulated)


def _result(
    model: PathModel,
    found: ImportanceMap,
    scale: tuple[float, float],
    weighing: Weighing,
    links: Mapping[str, ElementLink],
    *,
    n: int,
    simulated: bool,
) -> ImportanceResult:
    labels = labels_of(model)
    ordered = sorted(found.places, key=lambda one: -one.importance)
    importance = float(np.mean([one.importance for one in ordered]))
    performance = float(np.mean([one.performance for one in ordered]))
    return ImportanceResult(
        model_name=model.name,
        n=n,
        target=found.target,
        performance=found.performance,
        weighing=str(weighing),
        scale=scale,
        places=tuple(
            ConstructPlace(
                construct=one.construct,
                importance=one.importance,
                importance_standardized=one.importance_standardized,
                performance=one.performance,
                # A single cause has no mean to be above.
                first=len(ordered) > 1 and one.importance > importance and one.performance < performance,
                negative=one.negative,
                label=labels.get(one.construct),
                link=links.get(one.construct),
            )
            for one in ordered
        ),
        items=tuple(
            ImportanceItem(
                construct=one.construct, item=item.item, importance=item.importance, performance=item.performance
            )
            for one in ordered
            for item in one.items
        ),
        left_out=found.left_out,
        mean_importance=importance,
        mean_performance=performance,
        labels=labels,
        simulated=simulated,
    ).in_language("en")
