"""Moves and passages: the two prepared tables that every journey analysis reads.

A *move* is an interaction that the rules map to a touchpoint, whatever its kind: an invitation or a submission is a
move where a rule says so, and otherwise stays a fact beside the journey. A *passage* is one run of one subject
through the journey. The order of moves is (ts, row_no, slot_no), then row_id where two sources tie.

Everything a move knows about its passage looks backward, except `next_ts` and `next_step_no`. So the tables can be
judged as of any moment: `moves_at` drops what came later and says anew which moves are last.

Columns of moves (subject and run name the passage):
  subject            what is followed: customer (int64), or the link's value (text) in a journey by link
  run                number of the passage within the subject, from 1 (always 1 by link)
  customer           who did this move; null where nobody is known
  ts, row_no, slot_no, row_id    the order, and which fact it is
  touchpoint_no, step_no         positions in `Journey.touchpoints` and `Journey.steps` (int16)
  channel, unit      of the interaction
  move_no            position within the passage, from 1
  prev_touchpoint_no, prev_step_no, gap_us       the move before and the time since, in µs; null on the first move
  next_ts, next_step_no          the move after; null on the last move
  step_start_ts      first move of the maximal run inside this step
  goal_reached       whether the passage has reached a goal up to this move
  output_arrival     whether this is the passage's first move in the output step

Portable: windows only, no ordered aggregate. Source: docs/methods/passages.md.
"""

from __future__ import annotations

from datetime import datetime, timedelta

import ibis
import ibis.expr.types as ir

from safar.analysis.instant import instant
from safar.domain.journey import Journey, PassageKind

ORDER = ("ts", "row_no", "slot_no", "row_id")
PASSAGE = ("subject", "run")
OPEN, COMPLETE, LOST = "open", "complete", "lost"


def subject_of(interactions: ir.Table, *, journey: Journey) -> ir.Value:
    """What a journey follows: the link's value or the customer; null where the fact belongs to no passage.

    A link that no fact carries (yet) leaves all facts outside passages, and the map counts them there.
    """
    if journey.passage.kind is not PassageKind.LINK:
        return interactions["customer"]
    name = f"link_{journey.passage.link}"
    return interactions[name] if name in interactions.columns else ibis.null("string")


def build_moves(mapped: ir.Table, *, journey: Journey) -> ir.Table:
    """The moves of a journey from interactions that `map_facts` has mapped; see the module for the columns."""
    return _in_passages(_beside_neighbours(journey_facts(mapped, journey=journey), journey=journey), journey=journey)


def journey_facts(mapped: ir.Table, *, journey: Journey) -> ir.Table:
    """The mapped interactions that belong to a subject, with the columns that moves are made from."""
    facts = mapped.filter(mapped["mapped"] == "mapped")
    facts = facts.mutate(subject=subject_of(facts, journey=journey))
    return facts.filter(facts["subject"].notnull()).select(
        "subject",
        "customer",
        *ORDER,
        "touchpoint_no",
        "step_no",
        "channel",
        "unit",
    )


def _beside_neighbours(facts: ir.Table, *, journey: Journey) -> ir.Table:
    """Each fact with the one before and after it of the same subject, and whether a new passage starts at either."""
    window = ibis.window(group_by="subject", order_by=list(ORDER))
    beside = facts.mutate(
        before_ts=facts["ts"].lag().over(window),
        before_touchpoint=facts["touchpoint_no"].lag().over(window),
        before_step=facts["step_no"].lag().over(window),
        after_ts=facts["ts"].lead().over(window),
        after_touchpoint=facts["touchpoint_no"].lead().over(window),
        after_step=facts["step_no"].lead().over(window),
        at=ibis.row_number().over(window),
    )
    gap = beside["ts"].delta(beside["before_ts"], unit="microsecond")
    beside = beside.mutate(gap=gap)
    first, last = beside["before_ts"].isnull(), beside["after_ts"].isnull()
    match journey.passage.kind:
        case PassageKind.LINK:
            starts, ends = first, last
        case PassageKind.ANCHOR:
            anchors = [i for i, t in enumerate(journey.touchpoints) if t.id in journey.passage.anchors]
            starts = first | beside["touchpoint_no"].isin(anchors)
            ends = last | beside["after_touchpoint"].isin(anchors)
        case PassageKind.INACTIVITY:
            limit = (journey.passage.inactivity_s or 0) * 1_000_000
            starts = first | (beside["gap"] >= limit)
            ends = last | (beside["after_ts"].delta(beside["ts"], unit="microsecond") >= limit)
    return beside.mutate(starts=starts, ends=ends)


def _in_passages(beside: ir.Table, *, journey: Journey) -> ir.Table:
    """Running values up to each move, compared by position with where the passage began, so that none leaks over."""
    t = beside
    # The position says the same as the four columns of the order, and sorts faster.
    window = ibis.window(group_by="subject", order_by="at", preceding=None, following=0)
    starts = t["starts"]
    enters = starts | (t["step_no"] != t["before_step"])
    goal = t["touchpoint_no"].isin(goal_numbers(journey))
    no_place, no_time = ibis.null("int64"), ibis.null(t["ts"].type())
    running = {
        "run": starts.cast("int32").sum().over(window).cast("int32"),
        "start_at": starts.ifelse(t["at"], no_place).max().over(window),
        "step_start_ts": enters.ifelse(t["ts"], no_time).max().over(window),
        "goal_at": goal.ifelse(t["at"], no_place).max().over(window),
    }
    if journey.output is not None:
        here = t["step_no"] == journey.position(journey.output.step)
        earlier = ibis.window(group_by="subject", order_by="at", preceding=(None, 1))
        running |= {"here": here, "output_at": here.ifelse(t["at"], no_place).max().over(earlier)}
    t = t.mutate(**running)
    arrival: ir.Value = ibis.literal(False)
    if journey.output is not None:
        arrival = t["here"] & (t["output_at"].isnull() | (t["output_at"] < t["start_at"]))
    starts, ends = t["starts"], t["ends"]

    def before(name: str) -> ir.Value:
        return starts.ifelse(ibis.null(t[name].type()), t[name])

    def after(name: str) -> ir.Value:
        return ends.ifelse(ibis.null(t[name].type()), t[name])

    return t.select(
        "subject",
        "run",
        "customer",
        *ORDER,
        "touchpoint_no",
        "step_no",
        "channel",
        "unit",
        move_no=(t["at"] - t["start_at"] + 1).cast("int32"),
        prev_touchpoint_no=before("before_touchpoint"),
        prev_step_no=before("before_step"),
        gap_us=before("gap"),
        next_ts=after("after_ts"),
        next_step_no=after("after_step"),
        step_start_ts=t["step_start_ts"],
        goal_reached=(t["goal_at"] >= t["start_at"]).fill_null(False),
        output_arrival=arrival,
    )


def goal_numbers(journey: Journey) -> list[int]:
    """Positions of the touchpoints that complete a passage: the goals, else all of the last step."""
    last = journey.steps[-1].id
    wanted = journey.goals or tuple(t.id for t in journey.touchpoints if t.step == last)
    return [i for i, touchpoint in enumerate(journey.touchpoints) if touchpoint.id in wanted]


def moves_at(moves: ir.Table, *, journey: Journey, as_of: datetime, settled: bool = False) -> ir.Table:
    """The moves that had happened by `as_of`, each told whether it was the last one then.

    Adds: is_last; ends_step (the maximal run inside the step ended with it: the passage moved on to another step, or
    is closed); state of the passage, on last moves only (null elsewhere): 'complete', 'lost' or 'open'.
    A passage is complete when it has reached a goal; else lost when the horizon has passed since its last move; else
    open. A complete passage that moves on stays complete. `settled`: no move came after `as_of`; then no time is read
    to tell so.
    """
    if settled:
        t, last = moves, moves["next_step_no"].isnull()
    else:
        t = moves.filter(moves["ts"] <= instant(as_of, moves["ts"]))
        last = t["next_ts"].isnull() | (t["next_ts"] > instant(as_of, moves["ts"]))
    state = ibis.cases(
        (~last, ibis.null("string")),
        (t["goal_reached"], COMPLETE),
        (t["ts"] <= instant(as_of - timedelta(seconds=journey.horizon_s), moves["ts"]), LOST),
        else_=OPEN,
    )
    t = t.mutate(is_last=last, state=state)
    return t.mutate(
        ends_step=t["is_last"].ifelse(t["state"] != OPEN, (t["next_step_no"] != t["step_no"]).fill_null(False))
    )


def build_passages(moves: ir.Table, *, journey: Journey, as_of: datetime | None = None) -> ir.Table:
    """One row a passage, of the moves up to a moment (all of them where none is given), judged by `standing_at`.

    Columns: subject, run; customer (greatest key where several took part; null: nobody known); moves; start_ts,
    last_ts; start_touchpoint_no, end_touchpoint_no, end_step_no; furthest_no (furthest step reached); goal_ts
    (first arrival at a goal) and output_ts (first arrival at the output step), null where never; state and closed
    where a moment was given.
    """
    t = (
        moves.mutate(is_last=moves["next_ts"].isnull())
        if as_of is None
        else moves_at(moves, journey=journey, as_of=as_of)
    )
    goal = t["touchpoint_no"].isin(goal_numbers(journey))
    passages = t.group_by(*PASSAGE).aggregate(
        customer=t["customer"].max(),
        moves=t.count(),
        start_ts=t["ts"].min(),
        last_ts=t["ts"].max(),
        start_touchpoint_no=t["touchpoint_no"].max(where=t["move_no"] == 1),
        end_touchpoint_no=t["touchpoint_no"].max(where=t["is_last"]),
        end_step_no=t["step_no"].max(where=t["is_last"]),
        furthest_no=t["step_no"].max(),
        goal_ts=t["ts"].min(where=goal),
        output_ts=t["ts"].min(where=t["output_arrival"]),
    )
    return passages if as_of is None else standing_at(passages, journey=journey, as_of=as_of)


def standing_at(passages: ir.Table, *, journey: Journey, as_of: datetime) -> ir.Table:
    """Passages with their `state` at a moment after all their moves: complete, lost or open (see `moves_at`).

    closed: whether the window has closed, which is asked of complete and other passages alike: the horizon has passed
    since the passage reached the goal, or else since its last move. Shares of what became of passages are taken of
    these alone: a passage is complete at once but lost only after the horizon, so recent ones that have ended are
    nearly all complete. Source: docs/methods/passages.md.
    """
    until = instant(as_of - timedelta(seconds=journey.horizon_s), passages["last_ts"])
    return passages.mutate(
        state=ibis.cases((passages["goal_ts"].notnull(), COMPLETE), (passages["last_ts"] <= until, LOST), else_=OPEN),
        closed=ibis.coalesce(passages["goal_ts"], passages["last_ts"]) <= until,
    )
