"""The answers of every place, chosen once and kept narrow: what the map's figures of experience are read from.

The same answers as `find_answers` uses, with small numbers in place of texts. Each customer's latest answer in a step
is among the latest in its touchpoints, and the latest of all among those, so each is chosen from the one before.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import datetime
from typing import Any

import ibis
import ibis.expr.types as ir

from safar.analysis.answers import Answers, sides
from safar.analysis.dimension import Dimension, DimensionKind
from safar.analysis.estimate import Clusters
from safar.analysis.figures import Figures, Found, Histograms
from safar.analysis.filters import Filters
from safar.analysis.histogram import ABOUT, rated, read_histograms, with_known_scale
from safar.analysis.instant import instant
from safar.analysis.keep import keep
from safar.analysis.repeats import Group, clusters, influence_of_people, latest
from safar.analysis.small_table import small_table
from safar.domain.journey import Journey

LEVELS = ("step", "touchpoint")
_NUMBERS = {"step": "step_no", "touchpoint": "touchpoint_no"}
_ABOUT = ("kind", "scale_min", "scale_max", "scale_best", "question")
_BETWEEN, _ABSENT = "\x1f", "\x1e"
_KEPT = ("customer", "submission", "ts", "row_no", "slot_no", "value", "weight", "step_no", "touchpoint_no")


@dataclass(frozen=True, slots=True, kw_only=True)
class PlaceAnswers:
    """Each customer's latest answers by touchpoint, by step and of all; `about` and `question` are numbers in them.

    abouts: question, kind and scale of each number. asked: the questions of each touchpoint, whatever filters say.
    """

    journey: Journey
    latest: Mapping[str | None, ir.Table]
    abouts: tuple[tuple[Any, ...], ...]
    asked: Mapping[int, frozenset[str]]

    def group(self, columns: Sequence[str], row: Mapping[str, Any]) -> Group:
        """The places of a row of numbers, by id."""
        places = {"step": self.journey.steps, "touchpoint": self.journey.touchpoints}
        return tuple(places[name][row[_NUMBERS[name]]].id for name in columns)


def choose(
    attributes: ir.Table, mapped: ir.Table, *, journey: Journey, filters: Filters, as_of: datetime
) -> PlaceAnswers:
    """The answers that count under filters. `mapped`: feedback as `map_facts` gives it."""
    speakers, views = sides(LEVELS, filters)
    if "about" not in mapped.columns:
        mapped = with_about(mapped)
    said = mapped.filter(mapped["ts"] <= instant(as_of, mapped["ts"]))
    said = said.filter((said["mapped"] == "mapped") & said["rated"])
    for column, values in (("speaker", speakers), ("view", views)):
        if values is not None:
            said = said.filter(said[column].isin(list(values)))
    found = said.select("touchpoint_no", "about").distinct().to_pyarrow().to_pylist()
    places = [(row["touchpoint_no"], _told(row["about"])) for row in found]
    asked: dict[int, set[str]] = {}
    for number, (question, _, _, high, _) in places:
        if high is not None:
            asked.setdefault(number, set()).add(str(question))
    texts = list(dict.fromkeys(row["about"] for row in found))
    abouts = tuple(map(_told, texts))
    questions = {name: i for i, name in enumerate(dict.fromkeys(about[0] for about in abouts))}
    here = _in_places(said, journey=journey, filters=filters)
    used = replace(filters, steps=(), touchpoints=()).apply(here, attributes)
    by_touchpoint = keep(latest(keep(_numbered(used, texts, questions)), ["touchpoint_no"]))
    at = {(number, about[0]) for number, about in places}
    steps = {(journey.position(journey.touchpoints[number].step), question) for number, question in at}
    by_step = _latest_of_repeated(by_touchpoint, ["step_no"], at, questions)
    return PlaceAnswers(
        journey=journey,
        latest={"touchpoint": by_touchpoint, "step": by_step, None: _latest_of_repeated(by_step, [], steps, questions)},
        abouts=abouts,
        asked={number: frozenset(questions) for number, questions in asked.items()},
    )


def _in_places(said: ir.Table, *, journey: Journey, filters: Filters) -> ir.Table:
    if filters.touchpoints:
        numbers = [i for i, touchpoint in enumerate(journey.touchpoints) if touchpoint.id in filters.touchpoints]
        said = said.filter(said["touchpoint_no"].isin(numbers))
    if filters.steps:
        said = said.filter(said["step_no"].isin([i for i, s in enumerate(journey.steps) if s.id in filters.steps]))
    return said


def _latest_of_repeated(
    answers: ir.Table, by: Sequence[str], places: Iterable[tuple[int, str]], questions: Mapping[str, int]
) -> ir.Table:
    """The latest of answers that are the latest in their places: only questions asked in several places have others."""
    times = Counter(question for _, question in places)
    repeated = [questions[question] for question, n in times.items() if n > 1]
    if not repeated:
        return answers
    several = answers["question"].isin(repeated)
    chosen = latest(answers.filter(several), by)
    return keep(answers.filter(~several).union(chosen.select(answers.columns)))


def with_about(answers: ir.Table) -> ir.Table:
    """With two more columns: `about`, the text of an answer's kind, scale and question, and whether it is `rated`.

    One text is read and looked up at a fraction of the cost of five columns, some of them absent.
    """
    known = with_known_scale(answers.mutate(rated=rated(answers).fill_null(False)))
    parts = [known[name].cast("string").fill_null(_ABSENT) for name in _ABOUT]
    return known.mutate(about=ibis.literal(_BETWEEN).join(parts))


def without_about(answers: ir.Table) -> ir.Table:
    """The reverse of `with_about`: kind, scale and question in columns again, `rated` kept."""
    texts = [str(text) for text in answers.select("about").distinct().to_pyarrow().column("about").to_pylist()]
    types = {"text": "string", "kind": "string", "scale_min": "float64", "scale_max": "float64"}
    types |= {"scale_best": "string", "question": "string"}
    rows = []
    for text in texts:
        question, kind, low, high, best = _told(text)
        rows.append((text, kind, low, high, best, question))
    small = small_table(types, rows)
    joined = answers.inner_join(small, answers["about"] == small["text"])
    kept = [answers[name] for name in answers.columns if name != "about"]
    return joined.select(*kept, *(small[name] for name in types if name != "text"))


def _told(about: str) -> tuple[Any, ...]:
    """The values of `ABOUT` that a text stands for."""
    parts = [None if part == _ABSENT else part for part in about.split(_BETWEEN, len(_ABOUT) - 1)]
    told = dict(zip(_ABOUT, parts, strict=True))
    scale = [None if (end := told[name]) is None else float(end) for name in ("scale_min", "scale_max")]
    return told["question"], told["kind"], *scale, told["scale_best"]


def _numbered(used: ir.Table, texts: Sequence[str], questions: Mapping[str, int]) -> ir.Table:
    """With a number for what an answer is about and one for its question: they sort and group faster than texts."""
    types = {"text": "string", "no": "int16", "question": "int16"}
    small = small_table(types, [(text, i, questions[_told(text)[0]]) for i, text in enumerate(texts)])
    joined = used.inner_join(small, used["about"] == small["text"])
    return joined.select(*(used[name] for name in _KEPT), small["no"].name("about"), small["question"])


@dataclass(frozen=True, slots=True, kw_only=True)
class PlaceFigures(Figures):
    """Figures of answers that are chosen already."""

    chosen: PlaceAnswers = field(repr=False)

    def _histograms(self, columns: Sequence[str]) -> Histograms:
        table = self._latest(columns)
        numbers = [_NUMBERS[name] for name in columns]
        summed = table.group_by([*numbers, "about", "value"]).aggregate(
            n=table.count(), w=table["weight"].sum(), w2=(table["weight"] * table["weight"]).sum()
        )
        rows = [
            row
            | dict(zip(columns, self.chosen.group(columns, row), strict=True))
            | dict(zip(ABOUT, self.chosen.abouts[row["about"]], strict=True))
            for row in summed.to_pyarrow().to_pylist()
        ]
        return read_histograms(rows, columns)

    def _asked(self, columns: Sequence[str]) -> dict[Group, frozenset[str]]:
        journey, found = self.chosen.journey, dict[Group, set[str]]()
        for number, questions in self.chosen.asked.items():
            row = {"touchpoint_no": number, "step_no": journey.position(journey.touchpoints[number].step)}
            found.setdefault(self.chosen.group(columns, row), set()).update(questions)
        return {group: frozenset(questions) for group, questions in found.items()}

    def influences(self, columns: Sequence[str], found: Found) -> ir.Table:
        """How far each person moves each figure: the columns' numbers, `customer`, `anonymous` and `influence`.

        Its squares add up to the variance of the figure, its products with another group's to their covariance.
        """
        rows, by = self._rows(columns, self._contributions(columns, found)), [_NUMBERS[name] for name in columns]
        return influence_of_people(self._latest(columns), by, rows, weighted=self.weighted, about=("about",))

    def _between_people(self, columns: Sequence[str], parts: Iterable[Mapping[str, Any]]) -> dict[Group, Clusters]:
        rows, by = self._rows(columns, parts), [_NUMBERS[name] for name in columns]
        found = clusters(self._latest(columns), by, rows, weighted=self.weighted, about=("about",))
        return {self.chosen.group(columns, dict(zip(by, group, strict=True))): value for group, value in found.items()}

    def _rows(self, columns: Sequence[str], parts: Iterable[Mapping[str, Any]]) -> list[dict[str, Any]]:
        journey = self.chosen.journey
        numbers = {
            "step": {step.id: i for i, step in enumerate(journey.steps)},
            "touchpoint": {touchpoint.id: i for i, touchpoint in enumerate(journey.touchpoints)},
        }
        # Histograms carry a scale that is whole or absent (see `read_histograms`).
        abouts: dict[tuple[Any, ...], list[int]] = {}
        for i, about in enumerate(self.chosen.abouts):
            whole = about[2] is not None and about[3] is not None and about[2] < about[3]
            abouts.setdefault(about if whole else (*about[:2], None, None, None), []).append(i)
        return [
            {_NUMBERS[name]: numbers[name][part[name]] for name in columns}
            | {"about": about, "value": part["value"], "part": part["part"]}
            for part in parts
            for about in abouts[tuple(part[name] for name in ABOUT)]
        ]

    def _latest(self, columns: Sequence[str]) -> ir.Table:
        return self.chosen.latest[columns[0] if columns else None]


def as_answers(chosen: PlaceAnswers, level: str, *, filters: Filters) -> Answers:
    """What figures and protection ask of answers, for one level."""
    table = chosen.latest[level]
    return Answers(table, (Dimension(level, DimensionKind.MAPPED, level),), sides(LEVELS, filters)[0], pooled=True)
