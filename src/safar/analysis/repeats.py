"""Several answers of one person: the latest one only, or all with the variance between people.

A person is a known customer; answers that nobody is known for are each their own person, one a submission.
Source: docs/methods/repeated-answers.md.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from enum import StrEnum
from typing import Any

import ibis
import ibis.expr.types as ir

from safar.analysis.bundles import PROTECTED
from safar.analysis.estimate import Clusters
from safar.analysis.histogram import ABOUT
from safar.analysis.small_table import small_table

Group = tuple[Any, ...]


class Repeats(StrEnum):
    """What to do with several answers of one person to one question."""

    LATEST = "latest"
    ALL = "all"


_LATE = ("ts", "row_no", "slot_no", "value", "weight")
"""Order of answers. Where all of it is equal, so is what the answers say, and either may stand for both."""


def slim(answers: ir.Table, by: Sequence[str] = ()) -> ir.Table:
    """Only the columns that figures need: sorting carries every other one along."""
    needed = dict.fromkeys([*by, *ABOUT, *_LATE, "customer", "submission", "state", "speaker"])
    return answers.select(*needed)


def latest(answers: ir.Table, by: Sequence[str] = ()) -> ir.Table:
    """Each customer's latest answer to each question within each group; all answers of nobody known.

    Employees and managers keep all of theirs: which one is the latest depends on what is asked, and two figures would
    differ by one person (see `analysis.bundles`).
    """
    ranked = _newest_first(answers, by)
    newest = ranked.filter(ranked.answer_no == 0).drop("answer_no")
    return newest.union(answers.filter(has_one_answer_each(answers)))


def superseded(answers: ir.Table, by: Sequence[str] = ()) -> ir.Table:
    """What `latest` leaves out: answers that their customer gave again later within the group."""
    ranked = _newest_first(answers, by)
    return ranked.filter(ranked.answer_no > 0).drop("answer_no")


def has_one_answer_each(answers: ir.Table) -> ir.BooleanValue:
    """Whose every answer counts, also where only the latest one of a customer does."""
    alone: ir.BooleanValue = answers.customer.isnull()
    if "speaker" in answers.columns:
        alone |= answers.speaker.isin(sorted(PROTECTED))
    return alone


def _newest_first(answers: ir.Table, by: Sequence[str]) -> ir.Table:
    known = answers.filter(~has_one_answer_each(answers))
    window = ibis.window(
        group_by=[known[name] for name in dict.fromkeys([*by, "customer", "question"])],
        order_by=[known[name].desc() for name in _LATE],
    )
    return known.mutate(answer_no=ibis.row_number().over(window))


def anonymous(answers: ir.Table) -> ir.Value:
    """What tells people apart whom nobody knows: their submission; null where the customer is known."""
    return ibis.ifelse(answers.customer.isnull(), answers.submission, ibis.null(answers.submission.type()))


def influence_of_people(
    answers: ir.Table,
    by: Sequence[str],
    contributions: Iterable[Mapping[str, Any]],
    *,
    weighted: bool,
    about: Sequence[str] = ABOUT,
) -> ir.Table:
    """One row a group and person (`customer`, or `anonymous` where nobody is known) with their `influence`.

    `contributions`: one row for each group, what an answer is `about` and score value, with `part`, the answer's
    centered share of the figure for each unit of weight. A person's sum of weight·part is their influence on the
    figure; its squares add up to the variance.
    """
    keys = list(dict.fromkeys([*by, *about, "value"]))  # figures may be broken down by what an answer is about
    types = {name: answers[name].type() for name in keys} | {"part": ibis.dtype("float64")}
    columns = {f"on_{i}" if name != "part" else name: kind for i, (name, kind) in enumerate(types.items())}
    small = small_table(columns, [[row[name] for name in types] for row in contributions])
    joined = answers.inner_join(small, [answers[name].identical_to(small[f"on_{i}"]) for i, name in enumerate(keys)])
    each = joined.mutate(
        anonymous=anonymous(joined), influence=joined.part * (joined.weight if weighted else ibis.literal(1.0))
    )
    return each.group_by([*by, "customer", "anonymous"]).aggregate(influence=each.influence.sum())


def clusters(
    answers: ir.Table,
    by: Sequence[str],
    contributions: Iterable[Mapping[str, Any]],
    *,
    weighted: bool,
    about: Sequence[str] = ABOUT,
) -> dict[Group, Clusters]:
    """People and variance between them for each group; see `influence_of_people` for the parameters."""
    people = influence_of_people(answers, by, contributions, weighted=weighted, about=about)
    sums = {"persons": people.count(), "squares": (people.influence * people.influence).sum()}
    found = people.group_by(list(by)).aggregate(**sums) if by else people.aggregate(**sums)
    result = {}
    for row in found.to_pyarrow().to_pylist():
        persons = int(row["persons"])
        variance = float(row["squares"] or 0.0) * persons / (persons - 1) if persons > 1 else 0.0
        result[tuple(row[name] for name in by)] = Clusters(persons, variance)
    return result
