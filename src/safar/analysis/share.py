"""Shares of options: how many of those who answered a choice question chose each option.

One answer is everything that one submission chose, one option or several: shares of a question with several
options add up to more than 100 (per cent of cases). States ("not applicable", blank, never used) are no options
and in no base. Sources: docs/methods/share.md, weights.md, repeated-answers.md.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Any

import ibis
import ibis.expr.types as ir

from safar.analysis.answers import PLACE, Answers
from safar.analysis.crossing import MOST_OPTIONS, check_options, options_of
from safar.analysis.dimension import DimensionKind
from safar.analysis.estimate import Clusters
from safar.analysis.histogram import Bin, Histogram
from safar.analysis.keep import keep
from safar.analysis.measurement import Balance
from safar.analysis.metric import METRICS, SHARE, MetricValue, Standards, State, compute
from safar.analysis.repeats import Group, Repeats, anonymous, has_one_answer_each
from safar.domain.fact import FeedbackKind
from safar.errors import InputError

NO_OPTION = ""
"""What a submission carries that was asked and chose nothing, where such submissions count."""
_PLACES = (
    "used", "unusable", "never_used", "not_applicable", "blank", "filtered_out", "ignored", "unmapped", "other_views",
    "kept_back", "other_speakers",
)  # fmt: skip
"""Where a submission goes whose facts went to several places: the first of these."""


class TooManyOptions(InputError):
    """A choice question has more options than a table can show."""

    code = "measure.too-many-options"
    next_step = "Name the options that matter (--option), or map the codes to fewer options in the recipe."


@dataclass(frozen=True, slots=True)
class Counted:
    """Answers of a group, or of one option in it. `persons`: people; `responses`: Σw of all options chosen.

    `squares`: Σ over people of (their Σw)²; `cross`: Σ over people of their Σw with the option times their Σw.
    """

    n: int
    w: float
    w2: float
    persons: int
    squares: float
    cross: float = 0.0
    responses: float = 0.0


_NOBODY = Counted(0, 0.0, 0.0, 0, 0.0)


@dataclass(frozen=True, slots=True)
class Found:
    """The base of every group, and what chose each option in it."""

    base: Mapping[Group, Counted]
    chosen: Mapping[tuple[Group, str], Counted]


@dataclass(frozen=True, slots=True)
class Shares:
    """The shares of one question's options among `answers`."""

    question: str
    answers: Answers
    standards: Standards
    repeats: Repeats
    weighted: bool

    def read(self, columns: Sequence[str]) -> Found:
        """Fetch the counts of every group that `columns` tell apart."""
        cases, picks = self.cases(columns)
        people = _by_person(cases, columns)
        base = {
            tuple(row[name] for name in columns): _counted(row) for row in _rows(_summed(people, columns)) if row["n"]
        }
        each = _by_person(picks, [*columns, "option"])
        chosen = {
            (tuple(row[name] for name in columns), str(row["option"])): _counted(row)
            for row in _rows(_summed(each, [*columns, "option"]))
        }
        responses = dict.fromkeys(base, 0.0)
        for (group, _), one in chosen.items():
            responses[group] += one.w
        return Found({group: replace(one, responses=responses[group]) for group, one in base.items()}, chosen)

    def value(self, found: Found, group: Group, option: str) -> MetricValue:
        """The share of one option in one group."""
        base, one = found.base.get(group, _NOBODY), found.chosen.get((group, option), _NOBODY)
        others = Bin(0.0, base.n - one.n, max(base.w - one.w, 0.0), max(base.w2 - one.w2, 0.0))
        bins = tuple(b for b in (others, Bin(1.0, one.n, one.w, one.w2)) if b.n)
        answers = Histogram(self.question, FeedbackKind.CHOICE.value, None, bins)
        alone = self.repeats is Repeats.LATEST and base.persons == base.n
        people = None if alone else _between(base, one)
        told = compute(METRICS[SHARE], answers, self.standards, clusters=people)
        told = replace(told, persons=base.persons)
        if told.value is None:
            return told
        return replace(told, chosen=one.n, of_responses=100 * one.w / base.responses if base.responses > 0 else None)

    def stand_in(self, found: Found, group: Group) -> MetricValue:
        """The people of a group as one value: all its options are shown or withheld together."""
        base = found.base.get(group, _NOBODY)
        state = State.OK if base.n else State.NO_DATA
        return MetricValue(metric=SHARE, state=state, n=base.n, persons=base.persons)

    def options(self, named: Sequence[str], whole: Found) -> dict[Group, list[str]]:
        """Which options a group shows: those `named`, else all of the question, the most chosen of all (`whole`) first.

        By step or touchpoint only those that the rules put there: a key is the group's values of such dimensions.
        Raises: TooManyOptions, UnknownOption.
        """
        table = self.answers.table
        mine = table.filter(~table[PLACE].isin(["other_speakers", "other_views"]) & (table.option != NO_OPTION))
        ranked = options_of(mine)
        check_options(named, ranked, question=self.question)
        if len(ranked) > MOST_OPTIONS and not named:
            raise TooManyOptions(f"Question {self.question!r} has more than {MOST_OPTIONS:,} options.")
        ranked.sort(key=lambda one: (-whole.chosen.get(((), one), _NOBODY).w, one))
        shown = list(dict.fromkeys(named)) or ranked
        mapped = [one.column for one in self.answers.by if one.kind is DimensionKind.MAPPED]
        if not mapped:
            return {(): shown}
        there: dict[Group, list[str]] = {}
        for row in _rows(mine.select(*mapped, "option").distinct()):
            there.setdefault(tuple(row[name] for name in mapped), []).append(str(row["option"]))
        return {key: [one for one in shown if one in found] for key, found in there.items()}

    def options_key(self, group: Group) -> Group:
        """The key of a group in `options`."""
        by = self.answers.by
        return tuple(v for one, v in zip(by, group, strict=True) if one.kind is DimensionKind.MAPPED)

    def balance(self, found: Found) -> Balance:
        """Where every answer went; one of which the rules put parts in several groups counts in each of them."""
        table = self.answers.placed(self.answers.columns)
        cases = table.group_by([*self.answers.columns, "submission"]).aggregate(rank=_rank(table).min())
        rows = _rows(cases.group_by("rank").aggregate(n=cases.count()))
        counts = {_PLACES[int(row["rank"])]: int(row["n"]) for row in rows}
        usable, counted = counts.pop("used", 0), sum(one.n for one in found.base.values())
        return Balance(total=usable + sum(counts.values()), used=counted, superseded=usable - counted, **counts)

    def went_to(self, place: str) -> ir.Table:
        """The answers of the submissions that `balance` counts at a place, one row a submission and group."""
        table, key = self.answers.placed(self.answers.columns), [*self.answers.columns, "submission"]
        if place not in ("used", "superseded"):
            ranked = table.mutate(rank=_rank(table))
            window = ibis.window(
                group_by=[ranked[name] for name in key],
                order_by=[ranked[name] for name in ("rank", "slot_no", "row_id", "slot")],
            )
            first = ranked.mutate(said_no=ibis.row_number().over(window))
            return first.filter((first.said_no == 0) & (first["rank"] == _PLACES.index(place))).drop("rank", "said_no")
        counted, _ = self.cases(self.answers.columns)
        mine = counted.select(*key, is_counted=True).rename({f"on_{i}": name for i, name in enumerate(key)})
        used = one_a_submission(self.answers.used, self.answers.columns)
        same = [used[name].identical_to(mine[f"on_{i}"]) for i, name in enumerate(key)]
        joined = used.left_join(mine, same)
        is_counted = joined.is_counted.fill_null(False)
        found = joined.filter(is_counted if place == "used" else ~is_counted)
        return found.drop("is_counted", *(f"on_{i}" for i in range(len(key))))

    def cases(self, columns: Sequence[str]) -> tuple[ir.Table, ir.Table]:
        """The answers that count, one row each; and their options, one row each."""
        key = [*columns, "submission"]
        used = self.answers.used_in(columns)
        said = keep(used.select(*dict.fromkeys([*key, "speaker", "customer", "ts", "row_no", "weight", "option"])))
        cases = said.group_by(list(dict.fromkeys([*key, "speaker", "customer"]))).aggregate(
            ts=said.ts.max(), row_no=said.row_no.max(), weight=said.weight.max()
        )
        if self.repeats is Repeats.LATEST:
            cases = _latest(cases, columns)
        if not self.weighted:
            cases = cases.mutate(weight=ibis.literal(1.0))
        cases = cases.mutate(anonymous=anonymous(cases))
        person = ibis.window(group_by=[cases[name] for name in (*columns, "customer", "anonymous")])
        cases = keep(cases.mutate(person=cases.weight.sum().over(person)))
        chosen = said.filter(said.option != NO_OPTION).select(*key, "option").distinct()
        chosen = chosen.rename({f"on_{i}": name for i, name in enumerate(key)})
        joined = cases.inner_join(chosen, [cases[name].identical_to(chosen[f"on_{i}"]) for i, name in enumerate(key)])
        return cases, joined.drop(*(f"on_{i}" for i in range(len(key))))


def one_a_submission(answers: ir.Table, columns: Sequence[str]) -> ir.Table:
    """The first answer of each submission in each group."""
    window = ibis.window(
        group_by=[answers[name] for name in (*columns, "submission")],
        order_by=[answers[name] for name in ("slot_no", "row_id", "slot")],
    )
    ranked = answers.mutate(said_no=ibis.row_number().over(window))
    return ranked.filter(ranked.said_no == 0).drop("said_no")


def with_silent(feedback: ir.Table, question: str) -> ir.Table:
    """`feedback`, and an answer without any option for each submission that could have answered and did not.

    Could have answered: it came from a source that has this question, and said something else. Its time, channel …
    are those of the first thing that it said.
    """
    mine = feedback.filter((feedback.question == question) & (feedback.kind == FeedbackKind.CHOICE.value))
    others = feedback.semi_join(mine.select("source", "speaker", "view").distinct(), ["source", "speaker", "view"])
    others = others.anti_join(mine.select("submission").distinct(), "submission")
    window = ibis.window(group_by=others.submission, order_by=[others[name] for name in ("slot_no", "row_id", "slot")])
    ranked = others.mutate(fact_no=ibis.row_number().over(window))
    first = ranked.filter(ranked.fact_no == 0).drop("fact_no")
    silent = first.mutate(
        question=ibis.literal(question), kind=ibis.literal(FeedbackKind.CHOICE.value), state=ibis.literal("answered"),
        option=ibis.literal(NO_OPTION),
    )  # fmt: skip
    return feedback.union(silent.select(*feedback.columns))


def _rank(table: ir.Table) -> ir.IntegerValue:
    return ibis.cases(*((table[PLACE] == name, i) for i, name in enumerate(_PLACES)), else_=len(_PLACES))


def _latest(cases: ir.Table, columns: Sequence[str]) -> ir.Table:
    alone = has_one_answer_each(cases)
    known = cases.filter(~alone)
    window = ibis.window(
        group_by=[known[name] for name in (*columns, "customer")],
        order_by=[known[name].desc() for name in ("ts", "row_no", "submission")],
    )
    ranked = known.mutate(case_no=ibis.row_number().over(window))
    newest = ranked.filter(ranked.case_no == 0).drop("case_no")
    return newest.union(cases.filter(alone))


def _by_person(rows: ir.Table, columns: Sequence[str]) -> ir.Table:
    return rows.group_by([*columns, "customer", "anonymous"]).aggregate(
        n=rows.count(), w=rows.weight.sum(), w2=(rows.weight * rows.weight).sum(), person=rows.person.max()
    )


def _summed(people: ir.Table, columns: Sequence[str]) -> ir.Table:
    sums = {
        "n": people.n.sum(), "w": people.w.sum(), "w2": people.w2.sum(), "persons": people.count(),
        "squares": (people.w * people.w).sum(), "cross": (people.w * people.person).sum(),
    }  # fmt: skip
    return people.group_by(list(columns)).aggregate(**sums) if columns else people.aggregate(**sums)


def _rows(table: ir.Table) -> list[dict[str, Any]]:
    found: list[dict[str, Any]] = table.to_pyarrow().to_pylist()
    return found


def _counted(row: Mapping[str, Any]) -> Counted:
    return Counted(
        int(row["n"]),
        float(row["w"]),
        float(row["w2"]),
        int(row["persons"]),
        float(row["squares"]),
        float(row["cross"]),
    )


def _between(base: Counted, one: Counted) -> Clusters:
    """People and the variance between them: a person's part is their Σw·(chosen − share) / Σw of all."""
    if base.w <= 0:
        return Clusters(base.persons, 0.0)
    share = one.w / base.w
    squares = max(one.squares - 2 * share * one.cross + share**2 * base.squares, 0.0)
    m = base.persons
    return Clusters(m, 100**2 * squares / base.w**2 * m / (m - 1) if m > 1 else 0.0)
