"""The experience index of several questions: fixed weights, shown.

Pooling answers would let the figure move because another question was asked more often. Here each question has
its own index 0-100 and its own fixed weight (equal unless given). A question with too few answers is left out, is
named and marks the figure "few"; with given weights there is no figure then. Source: docs/methods/experience-index.md.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import replace
from math import isfinite, sqrt

from safar.analysis import estimate
from safar.analysis.estimate import Clusters, Estimate, Family, Score
from safar.analysis.histogram import Histogram
from safar.analysis.metric import DEFAULT_STANDARDS, METRICS, MetricValue, MixPart, Standards, State, told, wrong_scale
from safar.domain.wording import counted
from safar.errors import InputError


class BadWeights(InputError):
    """The weights of a mix of questions cannot be used."""

    code = "metric.bad-weights"
    next_step = "Give each question one weight above zero."


def experience_index(
    answers: Histogram | Sequence[Histogram],
    standards: Standards = DEFAULT_STANDARDS,
    *,
    weights: Mapping[str, float] | Iterable[str] | None = None,
    asked: Iterable[str] | None = None,
    clusters: Clusters | None = None,
) -> MetricValue:
    """The questions' indices, 0-100 with 100 best, combined by fixed weights; `mix` shows them.

    `weights`: question → weight, or the questions of a mix of equal parts: each needs `too_few` answers, and answers
    to other questions are left out. None: `mix_of` the questions `asked` (None: of those that have answers).
    Questions `asked` that are not in the mix stand in `mix` with the weight 0 and are told in `reason`, and the state
    is few at best. Without any answer the state is no_data; where there are some, but none to a question of the mix,
    too_few. `n` counts all answers to questions of the mix or asked.
    `clusters`: the variance between people; without it the interval assumes the worst, that the same people
    answered every question alike. Raises: BadWeights.
    """
    metric = METRICS["experience_index"]
    given = [h for h in ((answers,) if isinstance(answers, Histogram) else answers) if h.w > 0]
    if weights is None:
        asked = sorted({h.question for h in given} if asked is None else set(asked))
        weights = mix_of(asked, given, least=standards.too_few)
    mix = shares(weights, given)
    left_out = {
        question: sum(h.n for h in given if h.question == question)
        for question in sorted(set(asked or ()))
        if question not in mix
    }
    parts: dict[str, list[Histogram]] = {question: [] for question in mix}
    for one in given:
        if one.question in parts:
            parts[one.question].append(one)
    used = [h for histograms in parts.values() for h in histograms]
    n = sum(h.n for h in used) + sum(left_out.values())
    persons = clusters.persons if clusters is not None else None
    missing = [question for question, histograms in parts.items() if not histograms]
    if missing or not used:
        # Answers to other questions of the mix, or of those asked, are answers: there are too few, not none.
        state = State.TOO_FEW if n else State.NO_DATA
        reason = f"no answers to {_some(missing)}" if used else "no answers"
        if used and asked is not None:  # of those asked, none had answers enough: to name them all tells nothing
            reason = f"fewer than {counted(standards.too_few, 'answer')} to each of its questions"
        return MetricValue(metric=metric.name, state=state, n=n, persons=persons, reason=reason)
    wrong = wrong_scale(metric, used)
    if wrong is not None:
        return MetricValue(metric=metric.name, state=State.WRONG_SCALE, n=n, persons=persons, reason=wrong)
    counts = {question: sum(h.n for h in histograms) for question, histograms in parts.items()}
    short = [question for question, count in counts.items() if count < standards.too_few]
    if short or (persons is not None and persons < standards.too_few):
        reason = (
            f"fewer than {counted(standards.too_few, 'answer')} to {short[0]}"
            if short
            else f"fewer than {counted(standards.too_few, 'person', 'people')}"
        )
        return MetricValue(metric=metric.name, state=State.TOO_FEW, n=n, persons=persons, reason=reason)
    each = {question: _index_of(histograms) for question, histograms in parts.items()}
    if len(each) == 1:
        (only,) = parts.values()
        ends = (0.0, 100.0)
        found = estimate.of_scores(_scores(only), family=Family.MEAN, ends=ends, by=clusters)
    else:
        found = _combined(each, mix, clusters)
    shown = [MixPart(question, mix[question], counts[question], each[question].value) for question in mix]
    shown += [MixPart(question, 0.0, count, None) for question, count in left_out.items()]
    value = told(
        metric, found, standards, n=n, persons=persons, index=found.value, mix=tuple(shown) if len(shown) > 1 else ()
    )
    if left_out:
        return replace(value, state=State.FEW, reason=_why_left_out(left_out, standards.too_few))
    thin = min(counts, key=lambda question: (counts[question], question))
    if value.state is State.FEW and len(each) > 1 and counts[thin] < standards.few:
        return replace(value, reason=f"only {counted(counts[thin], 'answer')} to {thin}")
    return value


def mix_of(asked: Iterable[str], answers: Iterable[Histogram], *, least: int) -> dict[str, float]:
    """Equal parts of the questions `asked` that have `least` answers; of all of them where none has."""
    wanted = set(asked)
    counts = dict.fromkeys(wanted, 0)
    for one in answers:
        if one.question in wanted:
            counts[one.question] += one.n
    return shares([question for question, n in counts.items() if n >= least] or wanted, ())


def _why_left_out(left_out: Mapping[str, int], least: int) -> str:
    """Those with answers by name; the others, of which there may be dozens, by their number."""
    answered, silent = [name for name, n in left_out.items() if n], [name for name, n in left_out.items() if not n]
    told = []
    if answered:
        told.append(f"left out, with fewer than {counted(least, 'answer')}: {_some(answered)}")
    if silent:
        told.append(f"left out, without answers: {counted(len(silent), 'question') if answered else _some(silent)}")
    return "; ".join(told)


def _some(names: Iterable[str]) -> str:
    found = sorted(names)
    return ", ".join(found[:3]) + (" …" if len(found) > 3 else "")


def shares(weights: Mapping[str, float] | Iterable[str] | None, answers: Iterable[Histogram]) -> dict[str, float]:
    """The mix as question → share, adding up to 1, sorted by question. Raises: BadWeights."""
    if weights is None:
        weights = {h.question for h in answers}
    parts = dict(weights) if isinstance(weights, Mapping) else dict.fromkeys(weights, 1.0)
    if any(not isfinite(weight) or weight <= 0 for weight in parts.values()):
        raise BadWeights(f"A weight of {parts} is not above zero.")
    total = sum(parts.values())
    return {question: parts[question] / total for question in sorted(parts)}


def _index_of(histograms: Sequence[Histogram]) -> Estimate:
    return estimate.of_scores(_scores(histograms), family=Family.MEAN, ends=(0.0, 100.0))


def _scores(histograms: Sequence[Histogram]) -> list[Score]:
    score = METRICS["experience_index"].score
    return [Score(score(b.value, h.scale), b.n, b.w, b.w2) for h in histograms for b in h.bins]


def _combined(each: Mapping[str, Estimate], mix: Mapping[str, float], clusters: Clusters | None) -> Estimate:
    value = sum(mix[question] * found.value for question, found in each.items())
    least = min(found.n_effective for found in each.values())
    if clusters is None:
        error = sum(mix[question] * found.standard_error for question, found in each.items())
        df = max(min(found.df for found in each.values()), 1.0)
    else:
        error, df = sqrt(max(clusters.variance, 0.0)), max(clusters.persons - 1.0, 1.0)
        least = min(least, float(clusters.persons))
    return Estimate(Family.MEAN, value, error, df, least, 0.0, 0.0, (0.0, 100.0), clustered=clusters is not None)
