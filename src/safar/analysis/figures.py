"""From used answers to figures: the histograms of every group, the people behind them, the metric's values."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from typing import Any

import ibis.expr.types as ir

from safar.analysis import composite
from safar.analysis.answers import PLACE, Answers
from safar.analysis.bundles import PROTECTED
from safar.analysis.dimension import DimensionKind
from safar.analysis.estimate import Clusters
from safar.analysis.histogram import Histogram, add_up, rated, read_histograms, summarize
from safar.analysis.keep import keep
from safar.analysis.mapping import MappedState
from safar.analysis.measurement import Balance
from safar.analysis.metric import Metric, MetricValue, Standards, compute, wrong_scale
from safar.analysis.repeats import Group, Repeats, clusters, latest, slim

Histograms = dict[Group, tuple[Histogram, ...]]


@dataclass(frozen=True, slots=True)
class Found:
    """The histograms of every group: `all` of them, and those that the metric takes (`right`).

    `mix`: for an index of several questions, each group's questions and their weights.
    `asked`: where the mix is not given, the questions that it was chosen from (see `composite.mix_of`).
    `wrong`, `outside`: how many answers are on a scale that the metric does not take, or not in the mix.
    """

    all: Histograms
    right: Histograms
    mix: Mapping[Group, Mapping[str, float]]
    wrong: int
    outside: int
    asked: Mapping[Group, frozenset[str]] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class Figures:
    """One metric of one set of answers.

    filtered: filters left answers out. An index of several questions still has the mix of all answers, so that two
    filters differ by what was answered and never by what was asked.
    """

    metric: Metric
    answers: Answers
    standards: Standards
    repeats: Repeats
    weighted: bool
    weights: Mapping[str, float] | None
    filtered: bool = False
    kept: dict[tuple[str, ...], ir.Table] = field(default_factory=dict, repr=False, compare=False)

    def read(self) -> Found:
        """Fetch the histograms and sort out what the metric cannot take."""
        return self._sorted_out(self._histograms(self.answers.columns), self.answers.columns)

    def values(self, found: Found) -> dict[Group, MetricValue]:
        """The metric of every group that has answers."""
        people = self._people(self.answers.columns, found)
        return {group: self._value(found, group, people.get(group)) for group in found.all}

    def total(self, found: Found, values: Mapping[Group, MetricValue]) -> MetricValue:
        """The metric of all groups together."""
        if not self.answers.by:
            return values.get(()) or compute(self.metric, (), self.standards)
        if self.repeats is Repeats.LATEST or self._has_bundles:
            # A person's latest answer in each cell is not their latest of all; nor are bundles of all those of cells.
            everything = self._histograms([]).get((), ())
        else:
            everything = add_up(h for histograms in found.all.values() for h in histograms)
        if not everything:
            return compute(self.metric, (), self.standards)
        fixed = None
        if self._is_trend:
            fixed = composite.shares({question: 1.0 for mix in found.mix.values() for question in mix}, ())
        whole = self._sorted_out({(): everything}, [], mix=fixed)
        return self._value(whole, (), self._people([], whole).get(()))

    def balance(self, found: Found) -> Balance:
        """Where every answer went."""
        table = self.answers.placed(self.answers.columns)
        rows = table.group_by(PLACE).aggregate(n=table.count()).to_pyarrow().to_pylist()
        counts = {str(row[PLACE]): int(row["n"]) for row in rows}
        usable = counts.pop("used", 0)
        counted = sum(h.n for histograms in found.all.values() for h in histograms)
        return Balance(
            total=usable + sum(counts.values()),
            used=counted - found.wrong - found.outside,
            superseded=usable - counted,
            wrong_scale=found.wrong,
            outside_mix=found.outside,
            **counts,
        )

    def _chosen(self, columns: Sequence[str]) -> ir.Table:
        """The answers that count, each person's latest one chosen once: both counts and people are read from it."""
        if self.repeats is not Repeats.LATEST:
            return slim(self.answers.used_in(columns), columns)
        name = tuple(columns)
        if name not in self.kept:
            # Whoever's latest answer of all this is, it is their latest in its group too.
            among = None if columns or self._has_bundles else self.kept.get(tuple(self.answers.columns))
            used = self.answers.used_in(columns) if among is None else among
            self.kept[name] = keep(latest(slim(used, columns), columns))
        return self.kept[name]

    def _histograms(self, columns: Sequence[str]) -> Histograms:
        table = summarize(self._chosen(columns), columns, weighted=self.weighted)
        return read_histograms(table.to_pyarrow().to_pylist(), columns)

    def _sorted_out(
        self, found: Histograms, columns: Sequence[str], *, mix: Mapping[str, float] | None = None
    ) -> Found:
        right = {
            group: tuple(h for h in histograms if wrong_scale(self.metric, [h]) is None)
            for group, histograms in found.items()
        }
        wrong = _count(found) - _count(right)
        if self.metric.name != "experience_index":
            return Found(found, right, {}, wrong, 0)
        mixes: Mapping[Group, Mapping[str, float]]
        if self.weights is not None:
            mixes = dict.fromkeys(right, composite.shares(self.weights, ()))
        elif mix is not None:
            mixes = dict.fromkeys(right, mix)
        elif self._is_trend:
            mixes = self._mixes_of_periods(right)
        else:
            everything = self._asked(columns) if self.filtered else {}
            asked = {
                group: everything.get(group, frozenset()) | {h.question for h in histograms}
                for group, histograms in right.items()
            }
            least = self.standards.too_few
            chosen = {group: composite.mix_of(asked[group], right[group], least=least) for group in right}
            return Found(found, right, chosen, wrong, 0, asked)
        inside = {
            group: tuple(h for h in histograms if h.question in mixes[group]) for group, histograms in right.items()
        }
        return Found(found, inside, mixes, wrong, _count(right) - _count(inside))

    @property
    def _has_bundles(self) -> bool:
        """Whether answers of employees or managers are asked for."""
        return self.answers.speakers is None or bool(PROTECTED & set(self.answers.speakers))

    @property
    def _is_trend(self) -> bool:
        return any(one.kind is DimensionKind.TIME for one in self.answers.by)

    def _asked(self, columns: Sequence[str]) -> dict[Group, frozenset[str]]:
        """The questions with a scale that were answered in each group, whatever filters leave out."""
        table = self.answers.table
        seen = table.filter(table[PLACE].isin(["used", "filtered_out"]) & rated(table) & table["scale_max"].notnull())
        if "mapped" in seen.columns:
            seen = seen.filter(seen["mapped"] == MappedState.MAPPED.value)
        found: dict[Group, set[str]] = {}
        for row in seen.select(*dict.fromkeys([*columns, "question"])).distinct().to_pyarrow().to_pylist():
            found.setdefault(tuple(row[name] for name in columns), set()).add(str(row["question"]))
        return {group: frozenset(questions) for group, questions in found.items()}

    def _mixes_of_periods(self, right: Histograms) -> dict[Group, Mapping[str, float]]:
        """Each group's fixed mix in a trend: equal parts of the questions asked in every one of its periods."""
        periods: dict[Group, list[set[str]]] = {}
        for group, histograms in right.items():
            asked = {h.question for h in histograms}
            if sum(h.n for h in histograms) >= self.standards.too_few:
                periods.setdefault(self._without_time(group), []).append(asked)
        fixed = {
            group: composite.shares(set.intersection(*asked) or set.union(*asked), ())
            for group, asked in periods.items()
        }
        return {
            group: fixed.get(self._without_time(group)) or composite.shares(None, histograms)
            for group, histograms in right.items()
        }

    def _without_time(self, group: Group) -> Group:
        kinds = [one.kind for one in self.answers.by]
        return tuple(v for v, kind in zip(group, kinds, strict=True) if kind is not DimensionKind.TIME)

    def _value(self, found: Found, group: Group, people: Clusters | None) -> MetricValue:
        right = found.right[group]
        if not right and found.all[group] and group not in found.mix:
            return compute(self.metric, found.all[group], self.standards)
        # With only the latest answer to one question, every answer is another person's: the interval is that of
        # independent answers, also where other groups need people told apart.
        alone = self.repeats is Repeats.LATEST and len({h.question for h in right}) == 1
        alone = alone and (people is None or people.persons == sum(h.n for h in right))
        between = None if alone else people
        if group in found.mix and (right or not any(wrong_scale(self.metric, [h]) for h in found.all[group])):
            value = composite.experience_index(
                right, self.standards, weights=found.mix[group], asked=found.asked.get(group), clusters=between
            )
        else:
            value = compute(self.metric, right or found.all[group], self.standards, clusters=between)
        return replace(value, persons=value.n) if alone else value

    def _people(self, columns: Sequence[str], found: Found) -> dict[Group, Clusters]:
        """People and the variance between them, where a person may stand behind several answers of a figure."""
        several = any(len({h.question for h in histograms}) > 1 for histograms in found.right.values())
        if not (several or self._has_bundles or self.repeats is Repeats.ALL):
            return {}
        return self._between_people(columns, self._contributions(columns, found))

    def _contributions(self, columns: Sequence[str], found: Found) -> list[dict[str, Any]]:
        return [
            dict(zip(columns, group, strict=True)) | part
            for group, histograms in found.right.items()
            for part in self._parts(histograms, found.mix.get(group))
        ]

    def _between_people(self, columns: Sequence[str], parts: Iterable[Mapping[str, Any]]) -> dict[Group, Clusters]:
        return clusters(self._chosen(columns), columns, parts, weighted=self.weighted)

    def _parts(self, histograms: Sequence[Histogram], mix: Mapping[str, float] | None) -> Iterable[dict[str, Any]]:
        """What an answer of each score adds to the figure's deviation, for each unit of its weight."""
        together: dict[str, list[Histogram]] = {}
        for one in histograms:
            together.setdefault(one.question if mix else "", []).append(one)
        for question, members in together.items():
            weight = sum(h.w for h in members)
            if weight <= 0 or (mix and question not in mix):
                continue
            share = mix[question] if mix else 1.0
            center = sum(b.w * self.metric.score(b.value, h.scale) for h in members for b in h.bins) / weight
            for one in members:
                scale = one.scale
                for b in one.bins:
                    yield {
                        "question": one.question,
                        "kind": one.kind,
                        "scale_min": scale.minimum if scale else None,
                        "scale_max": scale.maximum if scale else None,
                        "scale_best": scale.best.value if scale else None,
                        "value": b.value,
                        "part": share * (self.metric.score(b.value, scale) - center) / weight,
                    }


def _count(found: Histograms) -> int:
    return sum(h.n for histograms in found.values() for h in histograms)
