"""Bundles: what employees and managers say is counted five people or more at a time, or not at all.

Their answers are put into bundles once, whatever is asked: all usable answers of one question, unit, event, channel
and month, by time, five people (or `too_few`, where that is more) at a time, the last bundle taking the rest. Where
fewer than five are left, they are bundled with those left over in the month, then in the unit, then anywhere; what is
left at the end is never counted. A figure counts the bundles of which every answer passes its filters and lies in its
group. So two figures differ by whole bundles, never by fewer people, whatever is filtered or broken down by.
Source: docs/methods/too-few.md.
"""

from __future__ import annotations

from functools import reduce
from typing import Any

import ibis
import ibis.expr.types as ir

from safar.analysis.keep import keep
from safar.domain.fact import FeedbackKind, Speaker

LEAST_PEOPLE = 5
"""A promise to employees; a workspace's `too_few` can raise it, never lower it."""
PROTECTED = frozenset({Speaker.EMPLOYEE.value, Speaker.MANAGER.value})
BUNDLE, ROWS = "bundle", "bundle_rows"
"""Columns: the number of an answer's bundle, and how many answers that has; null where there is none."""
_ALIKE = ("speaker", "view", "question", "kind", "scale_min", "scale_max", "scale_best")
"""Answers of one bundle are alike in these, so that no metric takes a part of it."""
_LEVELS = (("unit", "event", "channel", "_month"), ("unit", "_month"), ("unit",), ())
_KEY = ("row_id", "slot")


def with_bundles(feedback: ir.Table, *, least: int = LEAST_PEOPLE) -> ir.Table:
    """`feedback` with the columns `bundle` and `bundle_rows`; no row more or less. `least`: below 5 it counts as 5."""
    least = max(least, LEAST_PEOPLE)
    told = feedback.value.notnull() | ((feedback.kind == FeedbackKind.CHOICE.value) & feedback.option.notnull())
    said = feedback.filter(feedback.speaker.isin(sorted(PROTECTED)) & told)
    left = said.select(
        *_KEY, *_ALIKE, "unit", "event", "channel", "ts", "customer",
        # Answers that nobody is known for are each their own person, one a submission.
        nobody=ibis.ifelse(said.customer.isnull(), said.submission, ibis.null(said.submission.type())),
        _month=said.ts.truncate("M"),
    )  # fmt: skip
    done = []
    for level, names in enumerate(_LEVELS):
        left = keep(_numbered(left, [*_ALIKE, *names], least=least))
        whole = left.filter(left["_people"] >= least)
        done.append(whole.select(*_KEY, bundle=whole["_chunk"] * len(_LEVELS) + level))
        left = left.filter(left["_people"] < least).drop("_first", "_place", "_people", "_chunk")
    found: ir.Table = reduce(lambda a, b: a.union(b), done)
    counted = found.mutate(bundle_rows=found.count().over(ibis.window(group_by=found.bundle)))
    joined = feedback.left_join(counted, list(_KEY))
    return joined.select(*[joined[name] for name in feedback.columns], joined[BUNDLE], joined[ROWS])


def _numbered(said: ir.Table, stratum: list[str], *, least: int) -> ir.Table:
    """Each answer with how many people its stratum has, and the number of their bundle among all."""

    def over(*more: str, order_by: Any = None) -> Any:
        return ibis.window(group_by=[said[name] for name in (*stratum, *more)], order_by=order_by)

    # Who answered at the same time stays together, so that weeks and days lose little.
    said = said.mutate(_first=said.ts.min().over(over("customer", "nobody")))
    said = said.mutate(_place=ibis.dense_rank().over(over(order_by=[said["_first"], said["customer"], said["nobody"]])))
    said = said.mutate(_people=said["_place"].max().over(over()) + 1)
    chunk = ibis.least(said["_place"] // least, said["_people"] // least - 1)
    said = said.mutate(_chunk=chunk)
    return said.mutate(
        _chunk=ibis.dense_rank().over(ibis.window(order_by=[*(said[name] for name in stratum), said["_chunk"]]))
    )
