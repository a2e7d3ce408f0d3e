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
import pyarrow as pa

from safar.analysis.estimate import Clusters
from safar.analysis.histogram import ABOUT

Group = tuple[Any, ...]


class Repeats(StrEnum):
    """What to do with several answers of one person to one question."""

    LATEST = "latest"
    ALL = "all"


LATE = ("ts", "row_no", "slot_no", "source", "row_id", "slot")
"""What makes an answer later than another, the time first."""


def latest(answers: ir.Table, by: Sequence[str] = ()) -> ir.Table:
    """Each customer's latest answer to each question within each group; all answers of nobody known."""
    known = answers.filter(answers.customer.notnull())
    window = ibis.window(
        group_by=[known[name] for name in dict.fromkeys([*by, "customer", "question"])],
        order_by=[known[name].desc() for name in LATE if name in known.columns],
    )
    ranked = known.mutate(answer_no=ibis.row_number().over(window))
    newest = ranked.filter(ranked.answer_no == 0).drop("answer_no")
    return newest.union(answers.filter(answers.customer.isnull()))


def anonymous(answers: ir.Table) -> ir.Value:
    """What tells people apart whom nobody knows: their submission; null where the customer is known."""
    return ibis.ifelse(answers.customer.isnull(), answers.submission, ibis.null(answers.submission.type()))


def count_persons(answers: ir.Table, where: ir.BooleanValue | None = None) -> ir.IntegerScalar:
    """How many people gave these answers, as an aggregate."""
    return answers.customer.nunique(where=where) + anonymous(answers).nunique(where=where)


def clusters(
    answers: ir.Table,
    by: Sequence[str],
    contributions: Iterable[Mapping[str, Any]],
    *,
    weighted: bool,
) -> dict[Group, Clusters]:
    """People and variance between them for each group.

    `contributions`: one row for each group, question, scale and score value, with `part`, the answer's centered
    share of the figure for each unit of weight. A person's sum of weight·part is their influence on the figure;
    its squares add up to the variance.
    """
    keys = [*by, *ABOUT, "value"]
    types = {name: answers[name].type() for name in keys} | {"part": ibis.dtype("float64")}
    rows = list(contributions)
    schema = ibis.schema({f"on_{i}" if name != "part" else name: t for i, (name, t) in enumerate(types.items())})
    arrow = schema.to_pyarrow()
    data = [pa.array([row[name] for row in rows], type=field.type) for name, field in zip(types, arrow, strict=True)]
    small = ibis.memtable(pa.Table.from_arrays(data, schema=arrow), schema=schema)
    joined = answers.inner_join(small, [answers[name].identical_to(small[f"on_{i}"]) for i, name in enumerate(keys)])
    each = joined.mutate(
        anonymous=anonymous(joined), influence=joined.part * (joined.weight if weighted else ibis.literal(1.0))
    )
    people = each.group_by([*by, "customer", "anonymous"]).aggregate(influence=each.influence.sum())
    sums = {"persons": people.count(), "squares": (people.influence * people.influence).sum()}
    found = people.group_by(list(by)).aggregate(**sums) if by else people.aggregate(**sums)
    result = {}
    for row in found.to_pyarrow().to_pylist():
        persons = int(row["persons"])
        variance = float(row["squares"] or 0.0) * persons / (persons - 1) if persons > 1 else 0.0
        result[tuple(row[name] for name in by)] = Clusters(persons, variance)
    return result
