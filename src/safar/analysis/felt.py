"""How each place of the map felt: the same measure that `measure` gives, with the counts that the map shows."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import datetime

import ibis.expr.types as ir

from safar.analysis.answers import PLACE, find_answers, sides
from safar.analysis.bundles import PROTECTED
from safar.analysis.figures import Figures
from safar.analysis.filters import Filters
from safar.analysis.guard import NOT_SHOWN, protected
from safar.analysis.histogram import Histogram
from safar.analysis.journey_map import SCORES, Experience, Score
from safar.analysis.keep import keep
from safar.analysis.mapping import map_facts
from safar.analysis.metric import METRICS, MetricValue, Standards, State, compute, metric_named, wrong_scale
from safar.analysis.place_answers import LEVELS, PlaceFigures, as_answers, choose
from safar.analysis.repeats import Repeats
from safar.analysis.tables import FactTables
from safar.domain.fact import FeedbackKind
from safar.domain.journey import Journey
from safar.domain.rules import RuleSet
from safar.settings import Settings

NOT_ASKED = Experience(state="none", n=0)
PLEASED, DISPLEASED = 75.0, 25.0


@dataclass(frozen=True, slots=True, kw_only=True)
class Felt:
    """The experience of every step and touchpoint that has answers, by id, and of the whole journey."""

    steps: Mapping[str, Experience]
    touchpoints: Mapping[str, Experience]
    whole: Experience


def measure_felt(
    tables: FactTables,
    *,
    journey: Journey,
    rules: RuleSet,
    filters: Filters,
    as_of: datetime,
    settings: Settings,
    mapped: ir.Table | None = None,
    attributes: ir.Table | None = None,
) -> Felt:
    """How it felt, everywhere.

    mapped: feedback as `map_facts` gives it, where that is prepared; attributes: `attributes.held`, where it is kept.

    The index is `measure("experience_index", by=["step"])` (or touchpoint): each customer's latest answer in each
    place. Counts of promoters and the like are of the same answers, and only shown where the index is.
    """
    metric, standards = metric_named("experience_index"), Standards.of(settings)
    speakers = sides(LEVELS, filters)[0]
    each: list[Figures] = []
    if speakers is None or PROTECTED & set(speakers):
        # What employees said is protected by what the filters leave out, so all answers must stay in view.
        answers = find_answers(
            tables, metric=metric, by=list(LEVELS), journey=journey, rules=rules,
            filters=filters, questions=(), as_of=as_of, time_zone=settings.time_zone, least=settings.too_few,
        )  # fmt: skip
        # Others' answers are in no figure of the map, and what is left is read many times.
        mine = keep(answers.table.filter(answers.table[PLACE] != "other_speakers"))
        for dimension in answers.by:
            one = replace(answers, table=mine, by=(dimension,))
            each.append(Figures(metric, one, standards, Repeats.LATEST, True, None, filtered=bool(filters)))
    else:
        if mapped is None:
            mapped = map_facts(tables.feedback, journey=journey, rules=rules)
        chosen = choose(
            tables.attributes if attributes is None else attributes,
            mapped,
            journey=journey,
            filters=filters,
            as_of=as_of,
        )
        for level in LEVELS:
            one = as_answers(chosen, level, filters=filters)
            each.append(
                PlaceFigures(metric, one, standards, Repeats.LATEST, True, None, filtered=bool(filters), chosen=chosen)
            )
    felt = _both(each)
    if speakers is not None and PROTECTED & set(speakers):
        # Nowhere does an empty place tell that nobody of these few said anything.
        return replace(
            felt,
            steps={one.id: felt.steps.get(one.id, _NOT_SHOWN) for one in journey.steps},
            touchpoints={one.id: felt.touchpoints.get(one.id, _NOT_SHOWN) for one in journey.touchpoints},
        )
    return felt


_NOT_SHOWN = Experience(state="too_few", n=0, reason=NOT_SHOWN)


def _both(each: Sequence[Figures]) -> Felt:
    found: list[Mapping[str, Experience]] = []
    whole = NOT_ASKED
    for level, figures in zip(LEVELS, each, strict=True):
        one, standards = figures.answers, figures.standards
        read = figures.read()
        values = figures.values(read)
        cells = list(values.items())
        total = figures.total(read, values) if level == "step" and one.pooled else None
        shown, total = protected(one, cells, total)
        found.append(
            {
                str(group[0]): _told(value, read.all[group], standards)
                for (group, _), value in zip(cells, shown, strict=True)
                if group[0] is not None
            }
        )
        if total is not None:
            everything = [histogram for histograms in read.all.values() for histogram in histograms]
            # Whoever answered at two steps is among these twice: fit for counts, not for scores.
            whole = replace(_told(total, everything, standards), scores=())
    return Felt(steps=found[0], touchpoints=found[1], whole=whole)


def _told(value: MetricValue, histograms: Sequence[Histogram], standards: Standards) -> Experience:
    n = value.n or 0
    if value.state in (State.NO_DATA, State.WRONG_SCALE):
        return NOT_ASKED
    if value.state is State.TOO_FEW:
        return Experience(state="too_few", n=n, reason=value.reason)
    recommending = [h for h in histograms if h.kind == FeedbackKind.NPS and h.scale is not None]
    scaled = [h for h in histograms if h.scale is not None]

    def recommenders(low: float, high: float) -> int | None:
        if not recommending:
            return None
        return sum(b.n for h in recommending for b in h.bins if low <= b.value <= high)

    def indices(low: float, high: float) -> int:
        return sum(b.n for h in scaled for b in h.bins if h.scale is not None and low <= h.scale.index(b.value) <= high)

    return Experience(
        state=value.state.value,
        n=n,
        index=value.value,
        low=value.low,
        high=value.high,
        n_effective=value.n_effective,
        promoters=recommenders(9, 10),
        passives=recommenders(7, 8.999),
        detractors=recommenders(0, 6.999),
        pleased=indices(PLEASED, 100),
        displeased=indices(0, DISPLEASED),
        reason=value.reason,
        mix=value.mix,
        scores=_scores(histograms, standards),
    )


def _scores(histograms: Sequence[Histogram], standards: Standards) -> tuple[Score, ...]:
    """NPS, CSAT and CES of a place's answers, each where its kind of question was asked."""
    found = []
    for name in SCORES:
        metric = METRICS[name]
        fitting = [h for h in histograms if h.kind in metric.kinds and wrong_scale(metric, [h]) is None]
        value = compute(metric, fitting, standards)
        if value.state is not State.NO_DATA:
            found.append(
                Score(
                    metric=name,
                    state=value.state.value,
                    n=value.n or 0,
                    value=value.value,
                    low=value.low,
                    high=value.high,
                )
            )
    return tuple(found)
