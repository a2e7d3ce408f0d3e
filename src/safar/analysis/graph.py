"""The journey graph: which touchpoint (or step) follows which directly, how often and how fast."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from enum import StrEnum
from typing import Any

import ibis.expr.types as ir

from safar.analysis.frames import Types, columns
from safar.analysis.moves import PASSAGE
from safar.analysis.result import Frozen, Origin, Result
from safar.domain.journey import Journey

MICROSECOND = 1e-6


class Level(StrEnum):
    """What the nodes of a graph are."""

    TOUCHPOINT = "touchpoint"
    STEP = "step"


@dataclass(frozen=True, slots=True, kw_only=True)
class Edge(Frozen):
    """`target` directly followed `source` `moves` times, in so many passages and of so many known customers.

    `passages` and `customers` are None where they were not asked for (`reach`).
    Durations are the time between the two moves, in seconds.
    """

    source: str
    target: str
    moves: int
    passages: int | None
    customers: int | None
    mean_s: float
    median_s: float
    p90_s: float


@dataclass(frozen=True, slots=True, kw_only=True)
class Node(Frozen):
    """Occurrences of one touchpoint or step. Sum of edges out of it + ends = moves = edges into it + starts.

    step: the step that it belongs to; a step's own id for a step.
    """

    id: str
    moves: int
    starts: int
    ends: int
    step: str = ""


_TYPES = columns("text: source target whole: moves passages customers number: mean_s median_s p90_s")


@dataclass(frozen=True, slots=True, kw_only=True)
class JourneyGraph(Result):
    """Nodes in the order of the journey, edges most frequent first. Over all: edges = moves - passages.

    outside_passages: mapped interactions that belong to no passage (no link, or nobody known), and so are no moves.
    """

    level: Level
    nodes: tuple[Node, ...]
    edges: tuple[Edge, ...]
    origin: Origin
    filters: Mapping[str, str] = field(default_factory=dict)
    outside_passages: int = 0

    def rows(self) -> Sequence[Mapping[str, Any]]:
        """One row an edge."""
        return [
            {
                "source": edge.source,
                "target": edge.target,
                "moves": edge.moves,
                "passages": edge.passages,
                "customers": edge.customers,
                "mean_s": edge.mean_s,
                "median_s": edge.median_s,
                "p90_s": edge.p90_s,
            }
            for edge in self.edges
        ]

    def column_types(self) -> Types:
        """The type of each column."""
        return _TYPES


def journey_graph(
    moves: ir.Table, *, journey: Journey, origin: Origin, level: Level = Level.TOUCHPOINT, reach: bool = True
) -> JourneyGraph:
    """The directly-follows graph of moves that `moves_at` judged (and filters may have selected).

    reach: count the different passages and customers of each edge too, which costs five times the rest.
    An edge counts where its later move is selected. Unit: moves, and seconds between them.
    Source: docs/methods/journey-graph.md.
    """
    names = [t.id for t in journey.touchpoints] if level is Level.TOUCHPOINT else [s.id for s in journey.steps]
    here, before = f"{level}_no", f"prev_{level}_no"
    named = moves.rename(source=before, target=here)
    gap = named["gap_us"]
    # One pass: what follows nothing is a group of its own, and nodes are the sums of the groups.
    rows = (
        named.group_by("source", "target")
        .aggregate(
            moves=named.count(),
            starts=named.count(where=named["move_no"] == 1),
            ends=named.count(where=named["is_last"]),
            mean=gap.mean(),
            quantiles=gap.quantile([0.5, 0.9]),
        )
        .to_pyarrow()
        .to_pylist()
    )
    followed = named.filter(named["source"].notnull())
    passages = _distinct(followed, PASSAGE) if reach else {}
    customers = _distinct(followed.filter(followed["customer"].notnull()), ("customer",)) if reach else {}
    edges = [
        Edge(
            source=names[row["source"]],
            target=names[row["target"]],
            moves=row["moves"],
            passages=passages[row["source"], row["target"]] if reach else None,
            customers=customers.get((row["source"], row["target"]), 0) if reach else None,
            mean_s=float(row["mean"]) * MICROSECOND,
            median_s=float(row["quantiles"][0]) * MICROSECOND,
            p90_s=float(row["quantiles"][1]) * MICROSECOND,
        )
        for row in rows
        if row["source"] is not None
    ]
    seen = {row["target"] for row in rows}
    steps = [t.step for t in journey.touchpoints] if level is Level.TOUCHPOINT else names
    return JourneyGraph(
        level=level,
        nodes=tuple(
            _node(name, steps[i], [row for row in rows if row["target"] == i])
            for i, name in enumerate(names)
            if i in seen
        ),
        edges=tuple(sorted(edges, key=lambda edge: (-edge.moves, edge.source, edge.target))),
        origin=origin,
    )


def _node(name: str, step: str, rows: Sequence[Mapping[str, Any]]) -> Node:
    return Node(id=name, step=step, **{what: sum(row[what] for row in rows) for what in ("moves", "starts", "ends")})


def _distinct(followed: ir.Table, who: tuple[str, ...]) -> dict[tuple[int, int], int]:
    """How many different ones stand behind each edge."""
    pairs = followed.select("source", "target", *who).distinct()
    found = pairs.group_by("source", "target").aggregate(n=pairs.count()).to_pyarrow().to_pylist()
    return {(row["source"], row["target"]): row["n"] for row in found}
