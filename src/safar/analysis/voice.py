"""What customers wrote at each step: how much, how it was rated, and one voice of either side."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

import ibis
import ibis.expr.types as ir

from safar.analysis.answers import check_attributes
from safar.analysis.felt import DISPLEASED, PLEASED
from safar.analysis.filters import Filters
from safar.analysis.frames import Types, columns
from safar.analysis.histogram import rated
from safar.analysis.instant import instant, utc
from safar.analysis.journey_map import Quote
from safar.analysis.keep import keep
from safar.analysis.mapping import map_facts
from safar.analysis.pains import LEAST_WORDS
from safar.analysis.result import Origin, Result
from safar.analysis.tables import FactTables
from safar.domain.fact import Direction, Speaker
from safar.domain.journey import Journey
from safar.domain.rules import RuleSet

STEP, TOUCHPOINT = "step", "touchpoint"


@dataclass(frozen=True, slots=True, kw_only=True)
class PlaceVoice:
    """What was written at a step or touchpoint.

    comments: texts that say something (twelve characters and more); pleased, displeased: those whose submission rated
    75 and above, or 25 and below, on average. best, worst: the newest of the best and of the worst rated.
    """

    level: str
    id: str
    comments: int
    pleased: int
    displeased: int
    best: Quote | None = None
    worst: Quote | None = None


_TYPES = columns("text: level place whole: comments pleased displeased text: best worst")


@dataclass(frozen=True, slots=True, kw_only=True)
class Voice(Result):
    """Every step and touchpoint at which customers wrote something; all texts are redacted."""

    journey: str
    filters: Mapping[str, str]
    places: tuple[PlaceVoice, ...]
    origin: Origin

    def at(self, level: str, place: str) -> PlaceVoice | None:
        """One place."""
        return next((one for one in self.places if one.level == level and one.id == place), None)

    def rows(self) -> Sequence[Mapping[str, Any]]:
        """One row a place."""
        return [
            {
                "level": one.level, "place": one.id, "comments": one.comments, "pleased": one.pleased,
                "displeased": one.displeased, "best": one.best.text if one.best else None,
                "worst": one.worst.text if one.worst else None,
            }
            for one in self.places
        ]  # fmt: skip

    def column_types(self) -> Types:
        """The type of each column."""
        return _TYPES


def rate_words(tables: FactTables, *, journey: Journey, rules: RuleSet, filters: Filters, as_of: datetime) -> ir.Table:
    """Customers' texts at mapped places with `felt`, the mean index of their submission's ratings (null: none)."""
    check_attributes(filters, tables)
    feedback = tables.feedback.filter(tables.feedback["ts"] <= instant(as_of, tables.feedback["ts"]))
    feedback = feedback.filter(feedback["speaker"] == Speaker.CUSTOMER.value)
    said = feedback.filter(feedback["text"].length() >= LEAST_WORDS)
    mapped = filters.apply(map_facts(said, journey=journey, rules=rules), tables.attributes)
    words = mapped.filter(mapped["mapped"] == "mapped").select(
        "step", "touchpoint", "submission", "text", "language", "ts", "row_id", "slot"
    )
    rating = mean_ratings(tables.feedback, as_of=as_of).semi_join(words, "submission")
    joined = words.left_join(rating, "submission")
    return joined.select(*(words[c] for c in words.columns), rating["felt"])


def mean_ratings(feedback: ir.Table, *, as_of: datetime) -> ir.Table:
    """`felt` of every submission of customers: the mean index of its ratings."""
    said = feedback.filter((feedback["ts"] <= instant(as_of, feedback["ts"])) & rated(feedback))
    said = said.filter((said["speaker"] == Speaker.CUSTOMER.value) & said["scale_max"].notnull())
    best = said["scale_best"].fill_null(Direction.HIGH.value)
    part = (said["value"] - said["scale_min"]) / (said["scale_max"] - said["scale_min"]) * 100
    rating = said.select("submission", felt=(best == Direction.LOW.value).ifelse(100 - part, part))
    return rating.group_by("submission").aggregate(felt=rating["felt"].mean())


def hear(
    tables: FactTables, *, journey: Journey, rules: RuleSet, filters: Filters, as_of: datetime, origin: Origin,
    time_zone: str,
) -> Voice:  # fmt: skip
    """The voice of every place. Raises: BadFilter, UnknownDimension, TooManyCombinations."""
    words = keep(rate_words(tables, journey=journey, rules=rules, filters=filters, as_of=as_of))
    places: list[PlaceVoice] = []
    for level in (STEP, TOUCHPOINT):
        counted = words.group_by(level).aggregate(
            comments=words.count(),
            pleased=(words["felt"] >= PLEASED).fill_null(False).sum(),
            displeased=(words["felt"] <= DISPLEASED).fill_null(False).sum(),
        )
        best = _one_each(words.filter(words["felt"] >= PLEASED), level, ibis.desc("felt"))
        worst = _one_each(words.filter(words["felt"] <= DISPLEASED), level, ibis.asc("felt"))
        names = [s.id for s in journey.steps] if level == STEP else [t.id for t in journey.touchpoints]
        order = {name: i for i, name in enumerate(names)}
        rows = sorted(counted.to_pyarrow().to_pylist(), key=lambda row: order[row[level]])
        places += [
            PlaceVoice(
                level=level,
                id=row[level],
                comments=int(row["comments"]),
                pleased=int(row["pleased"]),
                displeased=int(row["displeased"]),
                best=best.get(row[level]),
                worst=worst.get(row[level]),
            )
            for row in rows
        ]
    return Voice(journey=journey.id, filters=filters.told(time_zone), places=tuple(places), origin=origin)


def _one_each(words: ir.Table, level: str, felt: ir.Value) -> dict[str, Quote]:
    window = ibis.window(group_by=level, order_by=[felt, ibis.desc("ts"), "row_id", "slot"])
    ranked = words.mutate(place=ibis.row_number().over(window))
    return {
        str(row[level]): Quote(text=row["text"], ts=utc(row["ts"]), language=row["language"], index=row["felt"])
        for row in ranked.filter(ranked["place"] == 0).to_pyarrow().to_pylist()
    }
