"""Which column says what happened, where none is named so."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from typing import TYPE_CHECKING

from safar.files.recipe.profile import Profile, Role, may_be_event

if TYPE_CHECKING:
    import pyarrow as pa


def with_event(rows: pa.Table, profiles: Sequence[Profile]) -> list[Profile]:
    """The columns with one taken for the event, where none is named so and only one can be.

    It holds a few words that come again, and the same customer has several of them: what says who a customer is, says
    the same each time.
    """
    there = {one.role for one in profiles}
    if Role.EVENT in there or not {Role.TIME, Role.CUSTOMER} <= there:
        return list(profiles)
    customer = next(one.name for one in profiles if one.role == Role.CUSTOMER)
    likely = [one for one in profiles if may_be_event(one) and _varies(rows, customer, one.name)]
    if len(likely) != 1:
        return list(profiles)
    return [replace(one, role=Role.EVENT, guessed=True) if one is likely[0] else one for one in profiles]


def _varies(rows: pa.Table, customer: str, column: str) -> bool:
    """Whether more than half of the customers who come several times have several values in the column."""
    counted = rows.group_by(customer).aggregate([(column, "count"), (column, "count_distinct")]).to_pylist()
    often = [row for row in counted if row[customer] is not None and row[f"{column}_count"] > 1]
    several = [row for row in often if int(row[f"{column}_count_distinct"]) > 1]
    return len(several) * 2 > len(often)
