"""Random logs and a slow, obvious reading of them: the oracle that journey analytics are compared with."""

from __future__ import annotations

import hashlib
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

import ibis
import ibis.expr.types as ir
import pyarrow as pa
from hypothesis import strategies as st

from safar.analysis.keep import keep
from safar.analysis.mapping import map_facts
from safar.analysis.moves import build_moves, moves_at
from safar.domain.journey import Journey, OutputWays, PassageKind, PassageRule, Step, Touchpoint
from safar.domain.label import Label
from safar.domain.rules import Rule, RuleSet

# Without a zone, as the log stores them: UTC.
START = datetime(2025, 1, 1)  # noqa: DTZ001
HOUR = 3600
STEPS = ("s0", "s1", "s2")
PLACES = {"a": "s0", "b": "s0", "c": "s1", "d": "s2", "e": "s2"}
WINDOW_S = 6 * HOUR
HORIZON_S = 8 * HOUR

LINK = PassageRule(kind=PassageKind.LINK, link="order")
ANCHOR = PassageRule(kind=PassageKind.ANCHOR, anchors=("a",))
INACTIVITY = PassageRule(kind=PassageKind.INACTIVITY, inactivity_s=5 * HOUR)


@dataclass(frozen=True)
class Event:
    """One interaction of a test log; `hour` counts from START."""

    hour: int
    row_no: int
    slot_no: int
    event: str
    customer: int | None
    order: str | None = None
    channel: str | None = None

    @property
    def ts(self) -> datetime:
        return START + timedelta(hours=self.hour)

    @property
    def row_id(self) -> bytes:
        return hashlib.md5(str(self.row_no).encode(), usedforsecurity=False).digest()[:12]

    @property
    def order_key(self) -> tuple[datetime, int, int, bytes]:
        return (self.ts, self.row_no, self.slot_no, self.row_id)


def a_journey(passage: PassageRule = INACTIVITY, *, goals: tuple[str, ...] = ("d",)) -> Journey:
    """Three steps, five touchpoints; e is the complaint, a the repeat, b the recovery."""
    return Journey(
        id="test",
        label=Label({"en": "Test"}),
        steps=tuple(Step(id=name, label=Label({"en": name})) for name in STEPS),
        touchpoints=tuple(Touchpoint(id=name, step=step, label=Label({"en": name})) for name, step in PLACES.items()),
        passage=passage,
        horizon_s=HORIZON_S,
        goals=goals,
        output=OutputWays(step="s2", repeat=("a",), complaint=("e",), recovery=("b",), window_s=WINDOW_S),
    )


RULES = RuleSet(
    journey="test",
    rules=(
        *(Rule(match={"event": (name,)}, touchpoint=name) for name in PLACES),
        Rule(match={"event": ("ping",)}, touchpoint=None, reason="machine"),
    ),
)


@st.composite
def logs(draw: st.DrawFn, *, size: int = 25) -> list[Event]:
    """Logs with many ties of time, unknown customers, missing links, ignored and unmapped events."""
    n = draw(st.integers(0, size))
    rows = draw(st.permutations(range(n)))
    return [
        Event(
            hour=draw(st.integers(0, 30)),
            row_no=row // 2,
            slot_no=row % 2,
            event=draw(st.sampled_from(["a", "b", "c", "d", "e", "ping", "other"])),
            customer=draw(st.sampled_from([1, 2, 3, None])),
            order=draw(st.sampled_from(["x", "y", "z", None])),
            channel=draw(st.sampled_from(["web", "call", None])),
        )
        for row in rows
    ]


def interactions(events: list[Event], backend: Any = None) -> ir.Table:
    """The events as an interactions table (of the default engine, or created on a given one)."""
    data = pa.table(
        {
            "source": pa.array(["test"] * len(events), pa.string()),
            "row_id": pa.array([e.row_id for e in events], pa.binary()),
            "slot": pa.array([str(e.slot_no) for e in events], pa.string()),
            "row_no": pa.array([e.row_no for e in events], pa.int64()),
            "slot_no": pa.array([e.slot_no for e in events], pa.int16()),
            "import_no": pa.array([1] * len(events), pa.int32()),
            "ts": pa.array([e.ts for e in events], pa.timestamp("us")),
            "customer": pa.array([e.customer for e in events], pa.int64()),
            "event": pa.array([e.event for e in events], pa.string()),
            "channel": pa.array([e.channel for e in events], pa.string()),
            "unit": pa.array([None] * len(events), pa.string()),
            "kind": pa.array(["contact"] * len(events), pa.string()),
            "link_order": pa.array([e.order for e in events], pa.string()),
        }
    )
    return ibis.memtable(data) if backend is None else backend.create_table("interactions", data, overwrite=True)


def moves_of(events: list[Event], journey: Journey, *, as_of: datetime | None = None) -> ir.Table:
    """The moves of a test log, judged at `as_of` (by default long after everything)."""
    mapped = map_facts(interactions(events), journey=journey, rules=RULES)
    moment = START + timedelta(days=1000) if as_of is None else as_of
    # Kept, as they are in a workspace: whatever is read from them is told to the engine in a few words.
    return keep(moves_at(build_moves(mapped, journey=journey), journey=journey, as_of=moment))


Passages = dict[tuple[Any, int], list[Event]]


def passages_of(events: list[Event], journey: Journey) -> Passages:
    """The passages by plain reading, keyed by (subject, run)."""
    by_link = journey.passage.kind is PassageKind.LINK
    followed: dict[Any, list[Event]] = {}
    for event in sorted(events, key=lambda e: e.order_key):
        subject = event.order if by_link else event.customer
        if event.event in PLACES and subject is not None:
            followed.setdefault(subject, []).append(event)
    passages: Passages = {}
    for subject, moves in followed.items():
        run = 0
        for i, move in enumerate(moves):
            if i == 0:
                cut = True
            elif journey.passage.kind is PassageKind.ANCHOR:
                cut = move.event in journey.passage.anchors
            elif journey.passage.kind is PassageKind.INACTIVITY:
                cut = (move.ts - moves[i - 1].ts).total_seconds() >= (journey.passage.inactivity_s or 0)
            else:
                cut = False
            run += cut
            passages.setdefault((subject, run), []).append(move)
    return passages


def state_of(moves: list[Event], journey: Journey, as_of: datetime) -> str:
    """Complete, lost or open by plain reading; `moves` are those up to `as_of`."""
    if any(move.event in journey.goals for move in moves):
        return "complete"
    return "lost" if (as_of - moves[-1].ts).total_seconds() >= journey.horizon_s else "open"


def has_closed(moves: list[Event], journey: Journey, as_of: datetime) -> bool:
    """Whether the horizon has passed since the goal, or else since the last move, of moves up to a moment."""
    since = next((move.ts for move in moves if move.event in journey.goals), moves[-1].ts)
    return (as_of - since).total_seconds() >= journey.horizon_s


def cut_at(passages: Passages, as_of: datetime) -> Passages:
    """What there was of the passages at a moment."""
    cut = {key: [move for move in moves if move.ts <= as_of] for key, moves in passages.items()}
    return {key: moves for key, moves in cut.items() if moves}
