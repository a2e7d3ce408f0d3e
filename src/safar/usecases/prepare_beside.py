"""What is prepared beside moves: every answer with its place, and the contacts that are no move.

Row by row and independent of each other, so that facts that only arrive are added to what is there; after anything
else both are built anew.
"""

from __future__ import annotations

import ibis
import ibis.expr.types as ir

from safar.analysis.histogram import ABOUT
from safar.analysis.mapping import map_facts
from safar.analysis.moves import subject_of
from safar.analysis.place_answers import with_about
from safar.domain.journey import Journey
from safar.domain.rules import RuleSet
from safar.log import LogVersion

BESIDE = ("answers", "rest")
_ANSWERS = (
    "customer", "submission", "ts", "row_no", "slot_no", "event", "channel", "unit", "source", "speaker", "view",
    "question", "kind", "scale_min", "scale_max", "scale_best", "value", "weight", "state",
)  # fmt: skip
_REST = ("customer", "ts", "event", "channel", "unit")


def answers(feedback: ir.Table, *, journey: Journey, rules: RuleSet) -> ir.Table:
    """Feedback with its place, without words: `_ANSWERS` but for what `with_about` tells,
    and mapped, touchpoint_no, step_no.
    """
    mapped = map_facts(feedback, journey=journey, rules=rules, columns=_ANSWERS)
    return with_about(mapped).drop("touchpoint", "step", "state", *ABOUT)


def rest(interactions: ir.Table, *, journey: Journey, rules: RuleSet) -> ir.Table:
    """Interactions that are no moves, ignored and unmapped ones and those outside passages: `_REST`, mapped."""
    followed = interactions.mutate(no_subject=subject_of(interactions, journey=journey).isnull())
    mapped = map_facts(followed, journey=journey, rules=rules, columns=(*_REST, "no_subject"))
    left = mapped.filter((mapped["mapped"] != "mapped") | mapped["no_subject"])
    return left.select(*_REST, "mapped")


def only_arrived(version: LogVersion) -> bool:
    """Whether contacts and answers of the version before still stand as they did, and belong to whom they did."""
    changes = [version.changes.get(table, {}) for table in ("interactions", "feedback")]
    touched = any(change.get("changed", 0) or change.get("removed", 0) for change in changes)
    return version.kind in {"import", "compact", "migrate"} and not touched


def came_since(table: ir.Table, import_no: int) -> ir.Table:
    """The facts of later imports."""
    return table.filter(table["import_no"] > ibis.literal(import_no))
