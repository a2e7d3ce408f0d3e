"""The metrics, from histograms: NPS, CSAT, CES, mean, top box, the experience index and the share of an option.

A metric is a number with its base and its interval, or a state that says why there is none. Units: NPS points
(-100 to 100); CSAT, top box and share per cent; CES 1 to 7, 7 is easiest; mean on the question's own scale; index 0 to
100, 100 is best. Sources: docs/methods/nps.md, csat.md, ces.md, mean.md, experience-index.md, share.md,
too-few.md.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from enum import StrEnum
from types import MappingProxyType
from typing import NamedTuple

from safar.analysis import estimate
from safar.analysis.estimate import Clusters, Estimate, Family
from safar.analysis.histogram import RATING_KINDS, Histogram, Scale
from safar.analysis.result import Frozen
from safar.domain.fact import Direction, FeedbackKind
from safar.errors import NotFound
from safar.settings import Settings


class UnknownMetric(NotFound):
    """There is no metric of that name."""

    code = "metric.unknown"
    next_step = "Run `safar measure --list` for the metrics that there are."


class State(StrEnum):
    """What kind of answer a metric is; only ok and few carry a number."""

    OK = "ok"
    FEW = "few"
    TOO_FEW = "too_few"
    NO_DATA = "no_data"
    WRONG_SCALE = "wrong_scale"


@dataclass(frozen=True, slots=True)
class Standards:
    """From which base on a number is shown (`too_few`) and shown without a mark (`few`); level of intervals."""

    too_few: int = 5
    few: int = 30
    confidence: float = 0.95

    @classmethod
    def of(cls, settings: Settings) -> Standards:
        """The standards that a workspace's settings state."""
        return cls(settings.too_few, settings.few, settings.confidence)


DEFAULT_STANDARDS = Standards()
"""The standards of a workspace that sets none of its own."""


@dataclass(frozen=True, slots=True)
class MixPart(Frozen):
    """One question's part in an index of several: its weight (the weights add up to 1; 0: left out, because it has
    too few answers), its `n` answers and its own index 0-100 (None where it is left out)."""

    question: str
    weight: float
    n: int
    index: float | None


@dataclass(frozen=True, slots=True, kw_only=True)
class MetricValue(Frozen):
    """One metric of one group. All figures are None unless `state` is ok or few.

    `n`: answers. `n_effective`: equally weighted independent answers that would tell as much. `persons`: people
    who answered, where they were counted. `promoters`, `passives`, `detractors`: per cent, NPS only. `index`:
    the same answers as experience index 0-100. `mix`: the questions in it, where there are several. Of a share only:
    `chosen`, how many of `n` chose the option, and `of_responses`, its per cent of everything that was chosen.
    """

    metric: str
    state: State
    value: float | None = None
    low: float | None = None
    high: float | None = None
    n: int | None = 0
    n_effective: float | None = None
    persons: int | None = None
    promoters: float | None = None
    passives: float | None = None
    detractors: float | None = None
    index: float | None = None
    chosen: int | None = None
    of_responses: float | None = None
    method: str | None = None
    confidence: float | None = None
    reason: str | None = None
    mix: tuple[MixPart, ...] = ()
    estimate: Estimate | None = field(default=None, repr=False)


class Check(NamedTuple):
    """Which scales a metric takes, in words."""

    takes: Callable[[str, Scale | None], bool]
    words: str


@dataclass(frozen=True, slots=True)
class Metric:
    """A metric: which answers it takes by itself (`kinds`), when asked for one question (`asked_kinds`), and how
    one answer scores. Its value is the weighted mean of the scores."""

    name: str
    title: str
    unit: str
    low: float | None
    high: float | None
    kinds: frozenset[FeedbackKind]
    asked_kinds: frozenset[FeedbackKind]
    family: Family
    check: Check
    score: Callable[[float, Scale | None], float]


def _is_recommendation(kind: str, scale: Scale | None) -> bool:
    return kind == FeedbackKind.NPS and scale is not None and scale == Scale(0.0, 10.0, Direction.HIGH)


def _net_score(value: float, _scale: Scale | None) -> float:
    return 100.0 if value >= 9 else 0.0 if value >= 7 else -100.0


def _distance_to_best(value: float, scale: Scale | None) -> float:
    if scale is None:
        return float("nan")
    return scale.maximum - value if scale.best is Direction.HIGH else value - scale.minimum


def _index(value: float, scale: Scale | None) -> float:
    return float("nan") if scale is None else scale.index(value)


SHARE = "share"
"""The metric of options. One answer is everything that a submission chose; its value is 1 where that has the option."""
_ALL = frozenset(RATING_KINDS)
_CHOICE = frozenset({FeedbackKind.CHOICE})
_LIKE_CSAT = frozenset({FeedbackKind.CSAT, FeedbackKind.RATING})
_SCALED = Check(lambda _kind, scale: scale is not None, "a question whose scale is known")
_POINTS = Check(
    lambda _kind, scale: scale is not None and 3 <= scale.width <= 10, "a scale of 4 to 11 points whose ends are known"
)

METRICS: Mapping[str, Metric] = MappingProxyType(
    {
        metric.name: metric
        for metric in (
            Metric(
                "nps", "Net Promoter Score", "points", -100.0, 100.0,
                frozenset({FeedbackKind.NPS}), frozenset({FeedbackKind.NPS}), Family.NET,
                Check(_is_recommendation, "a recommendation question (kind nps) from 0 to 10, best 10"), _net_score,
            ),
            Metric(
                "csat", "Satisfied customers (top two)", "%", 0.0, 100.0,
                frozenset({FeedbackKind.CSAT}), _LIKE_CSAT, Family.SHARE,
                _POINTS, lambda value, scale: 100.0 * (_distance_to_best(value, scale) <= 1),
            ),
            Metric(
                "ces", "Customer effort score (7 = easiest)", "1-7", 1.0, 7.0,
                frozenset({FeedbackKind.CES}), frozenset({FeedbackKind.CES}), Family.MEAN,
                _SCALED, lambda value, scale: 1 + _index(value, scale) * 6 / 100,
            ),
            Metric(
                "mean", "Mean rating", "scale points", None, None, _ALL, _ALL, Family.MEAN,
                Check(lambda _kind, _scale: True, "answers on one and the same scale"), lambda value, _scale: value,
            ),
            Metric(
                "top_box", "Best answers (top box)", "%", 0.0, 100.0, _ALL, _ALL, Family.SHARE,
                _SCALED, lambda value, scale: 100.0 * (_distance_to_best(value, scale) <= 0),
            ),
            Metric(
                "experience_index", "Experience index", "0-100", 0.0, 100.0, _ALL, _ALL, Family.MEAN, _SCALED, _index,
            ),
            Metric(
                SHARE, "Share who chose the option", "% of answers", 0.0, 100.0, _CHOICE, _CHOICE, Family.SHARE,
                Check(lambda _kind, _scale: True, "one choice question (kind choice)"),
                lambda value, _scale: 100 * value,
            ),
        )
    }
)  # fmt: skip
"""Every metric by name."""


def metric_named(name: str) -> Metric:
    """The metric of that name; dashes read as underscores. Raises: UnknownMetric."""
    try:
        return METRICS[name.lower().replace("-", "_")]
    except KeyError:
        raise UnknownMetric(
            f"There is no metric {name!r}; there are {', '.join(m.replace('_', '-') for m in METRICS)}."
        ) from None


def compute(
    metric: str | Metric,
    answers: Histogram | Sequence[Histogram],
    standards: Standards = DEFAULT_STANDARDS,
    *,
    clusters: Clusters | None = None,
) -> MetricValue:
    """A metric of all answers together, pooled by their weights.

    Answers to several questions are pooled and `mix` shows each one's share; for a figure that does not move
    with what was asked, see `composite.experience_index`. `clusters`: sums by person, where several answers of
    one person are in it (docs/methods/repeated-answers.md). Without any answer the state is no_data; a question
    that the metric does not take makes it wrong_scale, never a number.
    """
    metric = metric_named(metric) if isinstance(metric, str) else metric
    parts = [h for h in ((answers,) if isinstance(answers, Histogram) else answers) if h.w > 0]
    n = sum(h.n for h in parts)
    persons = clusters.persons if clusters is not None else None
    if not parts:
        return MetricValue(metric=metric.name, state=State.NO_DATA, reason="no answers")
    wrong = wrong_scale(metric, parts)
    if wrong is not None:
        return MetricValue(metric=metric.name, state=State.WRONG_SCALE, n=n, persons=persons, reason=wrong)
    if min(n, n if persons is None else persons) < standards.too_few:
        people = "people" if persons is not None and persons < n else "answers"
        reason = f"fewer than {standards.too_few} {people}"
        return MetricValue(metric=metric.name, state=State.TOO_FEW, n=n, persons=persons, reason=reason)
    found = estimate.of_scores(_scores(metric, parts), family=metric.family, ends=_ends(metric, parts), by=clusters)
    index = _pooled_index(parts)
    return told(metric, found, standards, n=n, persons=persons, index=index, mix=_mix(parts))


def told(
    metric: Metric,
    found: Estimate,
    standards: Standards,
    *,
    n: int,
    persons: int | None,
    index: float | None,
    mix: tuple[MixPart, ...] = (),
) -> MetricValue:
    """An estimate as a metric's value, with interval and state."""
    low, high, method = found.interval(standards.confidence)
    is_net = metric.family is Family.NET
    return MetricValue(
        metric=metric.name,
        state=State.FEW if found.n_effective < standards.few else State.OK,
        value=found.value,
        low=low,
        high=high,
        n=n,
        n_effective=found.n_effective,
        persons=persons,
        promoters=100 * found.positive if is_net else None,
        passives=max(0.0, 100 * (1 - found.positive - found.negative)) if is_net else None,
        detractors=100 * found.negative if is_net else None,
        index=index,
        method=method + (", clustered by person" if found.clustered else ""),
        confidence=standards.confidence,
        mix=mix,
        estimate=found,
    )


def wrong_scale(metric: Metric, answers: Sequence[Histogram]) -> str | None:
    """Why these answers cannot make this metric, or None."""
    for one in answers:
        if one.kind not in metric.asked_kinds or not metric.check.takes(one.kind, one.scale):
            scale = one.scale or "unknown"
            return f"needs {metric.check.words}; {one.question!r} is {one.kind}, scale {scale}"
    if metric.name == "mean" and len({one.scale for one in answers}) > 1:
        return f"needs {metric.check.words}; use the experience index for several"
    return None


def _scores(metric: Metric, parts: Sequence[Histogram]) -> list[estimate.Score]:
    return [estimate.Score(metric.score(b.value, h.scale), b.n, b.w, b.w2) for h in parts for b in h.bins]


def _ends(metric: Metric, parts: Sequence[Histogram]) -> tuple[float, float] | None:
    if metric.low is not None and metric.high is not None:
        return metric.low, metric.high
    scale = parts[0].scale
    return (scale.minimum, scale.maximum) if scale is not None else None


def _pooled_index(parts: Sequence[Histogram]) -> float | None:
    if any(h.scale is None for h in parts):
        return None
    weight = sum(h.w for h in parts)
    return sum(b.w * _index(b.value, h.scale) for h in parts for b in h.bins) / weight


def _mix(parts: Sequence[Histogram]) -> tuple[MixPart, ...]:
    if len(parts) < 2:
        return ()
    weight = sum(h.w for h in parts)
    return tuple(MixPart(h.question, h.w / weight, h.n, _pooled_index([h])) for h in parts)


def nps(
    answers: Histogram | Sequence[Histogram],
    standards: Standards = DEFAULT_STANDARDS,
    *,
    clusters: Clusters | None = None,
) -> MetricValue:
    """Per cent promoters (9-10) minus per cent detractors (0-6) of a 0-10 recommendation question."""
    return compute("nps", answers, standards, clusters=clusters)


def csat(
    answers: Histogram | Sequence[Histogram],
    standards: Standards = DEFAULT_STANDARDS,
    *,
    clusters: Clusters | None = None,
) -> MetricValue:
    """Per cent of answers in the best two points of their scale."""
    return compute("csat", answers, standards, clusters=clusters)


def ces(
    answers: Histogram | Sequence[Histogram],
    standards: Standards = DEFAULT_STANDARDS,
    *,
    clusters: Clusters | None = None,
) -> MetricValue:
    """Mean ease, every scale put onto 1 (hardest) to 7 (easiest)."""
    return compute("ces", answers, standards, clusters=clusters)


def mean(
    answers: Histogram | Sequence[Histogram],
    standards: Standards = DEFAULT_STANDARDS,
    *,
    clusters: Clusters | None = None,
) -> MetricValue:
    """Mean rating on the question's own scale, whichever end is good."""
    return compute("mean", answers, standards, clusters=clusters)


def top_box(
    answers: Histogram | Sequence[Histogram],
    standards: Standards = DEFAULT_STANDARDS,
    *,
    clusters: Clusters | None = None,
) -> MetricValue:
    """Per cent of answers at the best point of their scale."""
    return compute("top_box", answers, standards, clusters=clusters)
