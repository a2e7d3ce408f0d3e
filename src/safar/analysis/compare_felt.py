"""The experience index of every place in two groups, on the same questions, with the people who are in both.

The difference is one of means: its variance is that of both, less twice their covariance, which is the sum over people
of how far each of them moves the one figure times how far the other. Source: docs/methods/compare.md.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, replace
from datetime import datetime
from math import sqrt

import ibis.expr.types as ir

from safar.analysis import interval
from safar.analysis.comparison import tested
from safar.analysis.figures import Found
from safar.analysis.filters import Filters
from safar.analysis.keep import keep
from safar.analysis.metric import MetricValue, Standards, State, metric_named
from safar.analysis.place_answers import LEVELS, PlaceFigures, as_answers, choose
from safar.analysis.repeats import Group, Repeats
from safar.domain.journey import Journey

Key = tuple[str | None, str | None]
"""Level and place; (None, None): the whole journey."""


@dataclass(frozen=True, slots=True, kw_only=True)
class FeltPair:
    """The index in both groups (no_data: nobody answered) and the covariance of the two."""

    a: MetricValue
    b: MetricValue
    covariance: float = 0.0


def compare_felt(
    attributes: ir.Table,
    mapped: ir.Table,
    *,
    journey: Journey,
    a: Filters,
    b: Filters,
    as_of: datetime,
    standards: Standards,
) -> dict[Key, FeltPair]:
    """The index of every place that has answers in either group. `mapped`: feedback as `map_facts` gives it.

    Where a question has too few answers in one group, both indices are of the questions that have enough in both.
    """
    chosen = [choose(attributes, mapped, journey=journey, filters=one, as_of=as_of) for one in (a, b)]
    pairs: dict[Key, FeltPair] = {}
    for level in (*LEVELS, None):
        columns = () if level is None else (level,)
        figures = []
        for group, filters in zip(chosen, (a, b), strict=True):
            answers = as_answers(group, level or LEVELS[0], filters=filters)
            if level is None:
                answers = replace(answers, table=group.latest[None], by=())
            figures.append(
                PlaceFigures(
                    metric_named("experience_index"), answers, standards, Repeats.LATEST, True, None,
                    filtered=bool(filters), chosen=group,
                )
            )  # fmt: skip
        found = _alike(*(one.read() for one in figures))
        values = [one.values(said) for one, said in zip(figures, found, strict=True)]
        together = _covariances(figures[0].influences(columns, found[0]), figures[1].influences(columns, found[1]))
        nobody = MetricValue(metric="experience_index", state=State.NO_DATA)
        for place in sorted(values[0].keys() | values[1].keys(), key=str):
            number = None if level is None else _number(journey, level, place)
            in_a, in_b = values[0].get(place, nobody), values[1].get(place, nobody)
            pairs[(level, None if level is None else str(place[0]))] = FeltPair(
                a=in_a, b=in_b, covariance=together.get(number, 0.0)
            )
    return pairs


def difference(pair: FeltPair) -> tuple[float, float, float, float, str]:
    """a − b of two figures, its interval, its p value and the method."""
    a, b = pair.a, pair.b
    if a.estimate is None or b.estimate is None or a.confidence is None:
        raise ValueError("a group without a figure has no difference")
    of_a, of_b = a.estimate.standard_error, b.estimate.standard_error
    found = a.estimate.value - b.estimate.value
    variance = of_a**2 + of_b**2 - 2 * pair.covariance
    if found == 0 and variance <= 1e-9 * (of_a**2 + of_b**2) and of_a > 0:
        return 0.0, 0.0, 0.0, 1.0, "the same answers twice"
    if of_a <= 0 or of_b <= 0 or variance <= 0:
        low, high, p_value, method = tested(a.estimate, b.estimate, a.confidence)
        return found, low, high, p_value, method
    error = sqrt(variance)
    df = interval.welch_df(of_a, a.estimate.df, of_b, b.estimate.df)
    low, high, _ = interval.mean_t(found, error, df, a.confidence)
    method = "Welch" if not pair.covariance else "Welch, less the covariance of customers in both"
    return found, low, high, interval.t_p_value(found / error, df), method


def _alike(a: Found, b: Found) -> tuple[Found, Found]:
    """Both with the same questions in each place, where they are not already."""
    common = {
        group: sorted(set(a.mix[group]) & set(b.mix[group]))
        for group in a.mix.keys() & b.mix.keys()
        if set(a.mix[group]) != set(b.mix[group])
    }
    shared = {group: dict.fromkeys(questions, 1 / len(questions)) for group, questions in common.items() if questions}
    if not shared:
        return a, b
    return _with_mix(a, shared), _with_mix(b, shared)


def _with_mix(found: Found, shared: Mapping[Group, Mapping[str, float]]) -> Found:
    asked = {group: questions for group, questions in found.asked.items() if group not in shared}
    right = {
        group: tuple(h for h in histograms if group not in shared or h.question in shared[group])
        for group, histograms in found.right.items()
    }
    return replace(found, mix={**found.mix, **shared}, asked=asked, right=right)


def _covariances(a: ir.Table, b: ir.Table) -> dict[int | None, float]:
    """By the number of the place (None: there is but one)."""
    a, b = keep(a), keep(b)
    place = next((name for name in a.columns if name.endswith("_no")), None)
    by = [] if place is None else [place]
    other = b.rename({f"b_{name}": name for name in b.columns})
    t = a.inner_join(other, [a[name].identical_to(other[f"b_{name}"]) for name in (*by, "customer", "anonymous")])
    products = (t["influence"] * t["b_influence"]).sum()
    found = t.group_by(by).aggregate(inner=products) if by else t.aggregate(inner=products)
    rows = found.to_pyarrow().to_pylist()
    people = [_people(one, place) for one in (a, b)]
    grown = {}
    for row in rows:
        number = None if place is None else int(row[place])
        sizes = [of.get(number, 0) for of in people]
        factor = sqrt(sizes[0] / (sizes[0] - 1) * sizes[1] / (sizes[1] - 1)) if min(sizes) > 1 else 0.0
        grown[number] = float(row["inner"] or 0.0) * factor
    return grown


def _people(table: ir.Table, place: str | None) -> dict[int | None, int]:
    if place is None:
        return {None: int(table.count().to_pyarrow().as_py())}
    counted = table.group_by(place).aggregate(n=table.count())
    return {int(row[place]): int(row["n"]) for row in counted.to_pyarrow().to_pylist()}


def _number(journey: Journey, level: str, place: Group) -> int:
    if level == "step":
        return journey.position(str(place[0]))
    return next(i for i, one in enumerate(journey.touchpoints) if one.id == place[0])
