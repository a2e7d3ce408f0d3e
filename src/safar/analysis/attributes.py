"""What was known of a customer when a fact happened.

History is judged by what held then: each value holds from its `valid_from` until the next one. Before the
first value, for nobody's facts, and after a value that says "no longer known", the answer is null: unknown.
Source: docs/methods/attributes-over-time.md.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import UTC, datetime

import ibis
import ibis.expr.types as ir

from safar.analysis.instant import instant
from safar.analysis.keep import keep
from safar.domain.fact import SubjectKind

_FAR = datetime(9999, 12, 31, tzinfo=UTC)
_UNTIL = "attribute_until"
_TIE_BREAK = ("valid_from", "row_no", "slot_no", "source", "row_id", "slot", "value")


def attribute_column(name: str) -> str:
    """The column that `with_attribute` adds."""
    return f"attribute_{name}"


def with_attribute(
    table: ir.Table,
    attributes: ir.Table,
    name: str,
    *,
    at: str = "ts",
    subject: str = "customer",
    kind: SubjectKind = SubjectKind.CUSTOMER,
) -> ir.Table:
    """`table` with the attribute's value as it held for column `subject` at column `at`.

    Adds the text column `attribute_column(name)` and no rows. Of several values from the same moment the one
    with the greatest (row_no, slot_no) holds. Missing: null before the first value. `attributes`: facts, or `held`.
    """
    column = attribute_column(name)
    if _UNTIL in attributes.columns:
        spans = attributes.filter(attributes["name"] == name).drop("name")
    else:
        spans = _spans(attributes, name, kind)
    joined = table.left_join(
        spans,
        [
            table[subject] == spans.attribute_subject,
            table[at] >= spans.attribute_from,
            table[at] < spans.attribute_until,
        ],
    )
    return joined.select(*[table[c] for c in table.columns], spans.attribute_value.name(column))


def held(attributes: ir.Table, wanted: Mapping[str, Sequence[str]]) -> ir.Table:
    """What customers' attributes `wanted` (name → values) held when, kept: stands for `attributes` in filters.

    Only the times of wanted values: at all others a filter lets nothing pass, unless it asks for "" (unknown).
    """
    found = []
    for name, values in wanted.items():
        spans = _spans(attributes, name, SubjectKind.CUSTOMER)
        spans = spans if "" in values else spans.filter(spans["attribute_value"].isin(list(values)))
        found.append(spans.mutate(name=ibis.literal(name)))
    return keep(ibis.union(found[0], *found[1:])) if len(found) > 1 else keep(found[0])


def _spans(attributes: ir.Table, name: str, kind: SubjectKind) -> ir.Table:
    """One row for each time that a value held: subject, from, until (the far future: still), value.

    The far future instead of null keeps the join one of plain comparisons, which engines do by hashing.

    Values from the same moment as their successor hold for no time and match no fact; a fact imported twice
    stands beside its own copy and does the same.
    """
    mine = attributes.filter((attributes["name"] == name) & (attributes.subject_kind == kind.value))
    order = [mine[c] for c in _TIE_BREAK if c in mine.columns]
    far = instant(_FAR, mine.valid_from)
    window = ibis.window(group_by=mine.subject, order_by=order)
    return mine.select(
        attribute_subject=mine.subject,
        attribute_from=mine.valid_from,
        attribute_until=mine.valid_from.lead().over(window).coalesce(far),
        attribute_value=mine.value,
    )
