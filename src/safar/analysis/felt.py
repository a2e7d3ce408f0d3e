"""How each place of the map felt: the same measure that `measure` gives, with the counts that the map shows.

The answers are found once and kept in the engine; steps and touchpoints are two groupings of them.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import datetime
from functools import partial

from safar.analysis.answers import PLACE, Answers, find_answers
from safar.analysis.figures import Figures
from safar.analysis.filters import Filters
from safar.analysis.guard import protected
from safar.analysis.histogram import ABOUT, Histogram
from safar.analysis.journey_map import Experience
from safar.analysis.kept import kept
from safar.analysis.metric import Metric, MetricValue, Standards, State, metric_named
from safar.analysis.repeats import LATE, Repeats
from safar.analysis.tables import FactTables
from safar.domain.fact import FeedbackKind
from safar.domain.journey import Journey
from safar.domain.rules import RuleSet
from safar.settings import Settings

NOT_ASKED = Experience(state="none", n=0)
_PLEASED, _DISPLEASED = 75.0, 25.0


@dataclass(frozen=True, slots=True)
class Felt:
    """The experience of steps and touchpoints that have answers, and of all together."""

    by_step: Mapping[str, Experience]
    by_touchpoint: Mapping[str, Experience]
    whole: Experience


def measure_felt(
    tables: FactTables,
    *,
    journey: Journey,
    rules: RuleSet,
    filters: Filters,
    as_of: datetime,
    settings: Settings,
) -> Felt:
    """The experience of every step and touchpoint that has answers, and of all together.

    The index is `measure("experience_index", by=["step"])` or `by=["touchpoint"]`: each customer's latest answer in
    each place. Counts of promoters and the like are of the same answers, and only shown where the index is.
    """
    metric, standards = metric_named("experience_index"), Standards.of(settings)
    found = find_answers(
        tables, metric=metric, by=["step", "touchpoint"], journey=journey, rules=rules, filters=filters,
        questions=(), as_of=as_of, time_zone=settings.time_zone,
    )  # fmt: skip
    columns = [PLACE, *found.columns, "customer", "submission", *LATE, *ABOUT, "value", "weight", "state", "speaker"]
    measured = partial(_felt, metric=metric, standards=standards, filters=filters)
    with kept(found.used.select(*dict.fromkeys(columns))) as once:
        steps, whole = measured(replace(found, table=once, by=found.by[:1]), with_total=True)
        touchpoints, _ = measured(replace(found, table=once, by=found.by[1:]), with_total=False)
    return Felt(steps, touchpoints, whole)


def _felt(
    answers: Answers, *, metric: Metric, standards: Standards, filters: Filters, with_total: bool
) -> tuple[Mapping[str, Experience], Experience]:
    figures = Figures(metric, answers, standards, Repeats.LATEST, weighted=True, weights=None)
    found = figures.read()
    values = figures.values(found)
    cells = list(values.items())
    total = figures.total(found, values) if with_total and answers.pooled else None
    shown, total = protected(answers, filters, cells, total, least=standards.too_few)
    told = {
        str(group[0]): _told(value, found.all[group])
        for (group, _), value in zip(cells, shown, strict=True)
        if group[0] is not None
    }
    everything = [histogram for histograms in found.all.values() for histogram in histograms]
    return told, NOT_ASKED if total is None else _told(total, everything)


def _told(value: MetricValue, histograms: Sequence[Histogram]) -> Experience:
    n = value.n or 0
    if value.state in (State.NO_DATA, State.WRONG_SCALE):
        return NOT_ASKED
    if value.state is State.TOO_FEW:
        return Experience(state="too_few", n=n)
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
        pleased=indices(_PLEASED, 100),
        displeased=indices(0, _DISPLEASED),
    )
