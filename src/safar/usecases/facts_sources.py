"""Where the lists of facts come from: the log's tables, and the journey's moves and passages.

Each list is the very set that the map counts: a page of facts and the number that led to it cannot disagree.
Answers of employees and managers are in no list.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import replace
from datetime import datetime
from typing import TYPE_CHECKING

import ibis
import ibis.expr.types as ir

from safar.analysis.answers import find_answers
from safar.analysis.build_map import select_moves
from safar.analysis.filters import Filters
from safar.analysis.instant import instant
from safar.analysis.mapping import MappedState, map_facts
from safar.analysis.metric import metric_named
from safar.analysis.moves import PASSAGE, moves_at
from safar.analysis.repeats import latest
from safar.analysis.result import Origin
from safar.domain.fact import Speaker
from safar.domain.journey import Journey
from safar.errors import NotFound
from safar.usecases.journey_map import Prepared, open_prepared

if TYPE_CHECKING:
    from safar.usecases.read_facts import Place
    from safar.usecases.workspace import Workspace

HIDDEN = "_"
"""Columns whose name starts so are for the order only."""
STATES = ("reached", "lost", "open", "complete")
_FACT_ORDER = {"_ts": "ts", "_row_no": "row_no", "_slot_no": "slot_no", "_row_id": "row_id"}
_INTERACTION = (
    "ts", "touchpoint", "step", "event", "channel", "unit", "customer", "kind", "actor", "status", "duration_s",
    "amount", "currency", "source", "row_no", "import_no",
)  # fmt: skip
_ANSWER = (
    "ts", "touchpoint", "step", "question", "kind", "value", "scale_min", "scale_max", "scale_best", "channel", "unit",
    "customer", "weight", "source", "row_no", "import_no",
)  # fmt: skip
_FEEDBACK = (
    "ts", "touchpoint", "step", "event", "question", "kind", "state", "value", "scale_min", "scale_max", "option",
    "text", "language", "channel", "unit", "customer", "view", "source", "row_no", "import_no",
)  # fmt: skip
Listed = tuple[ir.Table, tuple[str, ...], Origin]


class NoSuchFactsPlace(NotFound):
    """The address of a list names a step, a touchpoint or a state that does not exist."""

    code = "facts.no-such-place"
    next_step = "Follow a number's link from the journey map."


@contextmanager
def listing(
    workspace: Workspace, *, kind: str, filters: Filters, place: Place, now: datetime, identifiers: bool
) -> Iterator[Listed]:
    """The list as a table, the columns of its order, and the versions that it comes from. Open while used."""
    with open_prepared(workspace, now=now) as prepared:
        _check(place, prepared.journey)
        lists = _Lists(prepared, filters, place, identifiers)
        table, order = {
            "moves": lists.moves,
            "passages": lists.passages,
            "answers": lists.answers,
            "interactions": lists.interactions,
            "feedback": lists.feedback,
        }[kind]()
        yield table, order, prepared.origin
