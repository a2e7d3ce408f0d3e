"""Where it hurts: the touchpoints that felt worst, in customers' own words."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime

import ibis
import ibis.expr.types as ir

from safar.analysis.filters import Filters
from safar.analysis.histogram import rated
from safar.analysis.instant import instant, utc
from safar.analysis.journey_map import Experience, Pain, Quote
from safar.analysis.mapping import map_facts
from safar.analysis.tables import FactTables
from safar.domain.fact import Direction, Speaker
from safar.domain.journey import Journey
from safar.domain.rules import RuleSet

MOST_PAINS = 5
MOST_QUOTES = 3
_MIDDLE = 50.0
LEAST_WORDS = 12
"""Characters that a text must have to say something: shorter ones ("ok", "bad") are no quotes."""


def find_pains(
    tables: FactTables,
    *,
    felt: Mapping[str, Experience],
    journey: Journey,
    rules: RuleSet,
    filters: Filters,
    as_of: datetime,
) -> tuple[Pain, ...]:
    """Up to five touchpoints that felt worse than the rest, lowest first, with up to three quotes each.

    Worse than the rest: an index below 50, or below the mean of the touchpoints' indices weighted by their answers.
    Quotes are customers' words of that touchpoint, already redacted, whose submission's ratings lie below the middle
    of their scales on average: praise is no pain, and of words without a rating nobody knows. The lowest rating comes
    first, then the newest, then by fact. So the same facts always show the same quotes.
    """
    told = [
        (e.index, t.id, t) for t in journey.touchpoints if (e := felt.get(t.id)) is not None and e.index is not None
    ]
    answers = sum(felt[name].n for _, name, _ in told)
    if not answers:
        return ()
    usual = max(_MIDDLE, sum(index * felt[name].n for index, name, _ in told) / answers)
    worst = [t for index, _, t in sorted(told, key=lambda one: one[:2]) if index < usual][:MOST_PAINS]
    if not worst:
        return ()
    quotes = _quotes(tables, [t.id for t in worst], journey=journey, rules=rules, filters=filters, as_of=as_of)
    return tuple(
        Pain(touchpoint=t.id, label=t.label, step=t.step, experience=felt[t.id], quotes=tuple(quotes.get(t.id, ())))
        for t in worst
    )


def _quotes(
    tables: FactTables, wanted: list[str], *, journey: Journey, rules: RuleSet, filters: Filters, as_of: datetime
) -> dict[str, list[Quote]]:
    feedback = tables.feedback.filter(tables.feedback["ts"] <= instant(as_of, tables.feedback["ts"]))
    feedback = feedback.filter(feedback["speaker"] == Speaker.CUSTOMER.value)
    said = feedback.filter(feedback["text"].length() >= LEAST_WORDS)
    mapped = filters.apply(map_facts(said, journey=journey, rules=rules), tables.attributes)
    words = mapped.filter(mapped["touchpoint"].isin(wanted)).select(
        "touchpoint", "submission", "text", "language", "ts", "row_id", "slot"
    )
    ratings = feedback.filter(rated(feedback) & feedback["scale_max"].notnull())
    best = ratings["scale_best"].fill_null(Direction.HIGH.value)
    part = (ratings["value"] - ratings["scale_min"]) / (ratings["scale_max"] - ratings["scale_min"]) * 100
    rating = ratings.select("submission", felt=(best == Direction.LOW.value).ifelse(100 - part, part))
    rating = rating.semi_join(words, "submission").group_by("submission").aggregate(felt=rating["felt"].mean())
    unhappy = rating.filter(rating["felt"] < _MIDDLE)
    joined = words.inner_join(unhappy, "submission").select(*(words[c] for c in words.columns), unhappy["felt"])
    place = ibis.row_number().over(
        ibis.window(
            group_by="touchpoint",
            order_by=[joined["felt"], ibis.desc("ts"), joined["row_id"], joined["slot"]],
        )
    )
    ranked: ir.Table = joined.mutate(place=place)
    found: dict[str, list[Quote]] = {}
    top = ranked.filter(ranked["place"] < MOST_QUOTES).order_by("touchpoint", "place")
    for row in top.to_pyarrow().to_pylist():
        quote = Quote(text=row["text"], ts=utc(row["ts"]), language=row["language"], index=row["felt"])
        found.setdefault(row["touchpoint"], []).append(quote)
    return found
