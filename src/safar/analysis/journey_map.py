"""The journey map as one frozen result: columns are steps, lanes are what is known about them."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from safar.analysis.frames import Types, columns
from safar.analysis.mapping import UnmappedEvent
from safar.analysis.metric import MixPart
from safar.analysis.result import Frozen, Origin, Result
from safar.analysis.telling import Telling, only
from safar.domain.fact import Actor
from safar.domain.journey import Assumption, Moment
from safar.domain.label import Label
from safar.domain.wording import counted, span


@dataclass(frozen=True, slots=True, kw_only=True)
class Spell(Frozen):
    """How long something takes: `n` spells, their median and 90th percentile in seconds (None where n = 0)."""

    n: int
    median_s: float | None = None
    p90_s: float | None = None


SCORES = ("nps", "csat", "ces")
"""The scores of a place, as `Score.metric` names them."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Score(Frozen):
    """NPS (points), CSAT (per cent) or CES (1-7, 7 is easiest) of `n` answers, with its interval.

    state: 'ok', 'few' or 'too_few' (figures are None). Answers to several questions of the kind are pooled.
    """

    metric: str
    state: str
    n: int
    value: float | None = None
    low: float | None = None
    high: float | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Experience(Frozen):
    """How it felt: the experience index 0-100 with its interval, over `n` answers.

    state: 'ok', 'few' (shown, but marked), 'too_few' (figures are None) or 'none' (nobody was asked here).
    `promoters`, `passives`, `detractors`: answers to 0-10 recommendation questions (None where none was asked).
    `pleased` and `displeased`: answers of any rating with an index of 75 and above, and of 25 and below.
    `mix`: the questions of an index of several, with fixed weights: those of the unfiltered map. `reason`: why it is
    few or too few, where its `n` does not say it. `scores`: in the order of `SCORES`, where such questions were asked.
    """

    state: str
    n: int
    index: float | None = None
    low: float | None = None
    high: float | None = None
    n_effective: float | None = None
    promoters: int | None = None
    passives: int | None = None
    detractors: int | None = None
    pleased: int | None = None
    displeased: int | None = None
    reason: str | None = None
    mix: tuple[MixPart, ...] = ()
    scores: tuple[Score, ...] = ()

    @property
    def left_out(self) -> tuple[str, ...]:
        """The questions that the index leaves out."""
        return tuple(part.question for part in self.mix if not part.weight)

    @property
    def thinnest(self) -> MixPart | None:
        """The question whose few answers make an index of several few."""
        if self.state != "few" or not self.reason or self.left_out:
            return None
        return min(self.mix, key=lambda part: (part.n, part.question), default=None)

    def score(self, metric: str) -> Score | None:
        """One of the scores, if such a question was asked."""
        return next((one for one in self.scores if one.metric == metric), None)


@dataclass(frozen=True, slots=True, kw_only=True)
class ChannelShare(Frozen):
    """How much of the volume came by one channel; `channel` None: not known. Shares of a place sum to 1."""

    channel: str | None
    volume: int
    share: float


@dataclass(frozen=True, slots=True, kw_only=True)
class TouchpointCell(Frozen):
    """One touchpoint within its step.

    volume: moves (mapped interactions). customers, passages: distinct ones with a move here; customers that
    nobody knows are not counted. entries: passages whose first move is here. exits: closed passages (complete or
    lost) whose last move is here; lost: the lost ones among them.
    since_previous: time since the previous move of the passage. last_ts: the last move here, None where
    there has never been any; together with `origin.as_of` it says "no data since …".
    declared_channels, owner, standard, moment, actor, assumed: what the journey file says.
    """

    id: str
    label: Label
    step: str
    moment: Moment | None
    actor: Actor | None
    owner: str | None
    standard: str | None
    moment_of_truth: bool
    declared_channels: tuple[str, ...]
    channels: tuple[ChannelShare, ...]
    volume: int
    customers: int
    passages: int
    entries: int
    exits: int
    lost: int
    since_previous: Spell
    experience: Experience
    last_ts: datetime | None
    assumed: Assumption | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class StepColumn(Frozen):
    """One step of the map. Counts as in `TouchpointCell`, over the whole step.

    number: position, from 1. touchpoints: in the order of the journey file.
    remaining: passages that reached this step or a later one (height of the flow ribbon; never grows from left
    to right). closed_remaining: those of them whose window has closed; remaining_share: closed_remaining of
    `JourneyMap.closed`, so that open passages, which may yet get here, count in neither.
    dropped: lost passages that never got beyond this step (the wedge); open: open passages that are here now as far
    as they got; completed: complete ones that got no further.
    So remaining of the next step = remaining - dropped - open - completed.
    returns: moves that came back here from a later step (the arc back).
    time_since_previous_step: from the last move in the step before (whichever it was) to the first one here.
    dwell: from first to last move of a maximal run inside the step that has ended (a run of one move: 0 s).
    """

    id: str
    label: Label
    number: int
    phase: str | None
    touchpoints: tuple[TouchpointCell, ...]
    channels: tuple[ChannelShare, ...]
    volume: int
    customers: int
    passages: int
    entries: int
    exits: int
    lost: int
    remaining: int
    closed_remaining: int
    remaining_share: float | None
    dropped: int
    open: int
    completed: int
    returns: int
    time_since_previous_step: Spell
    dwell: Spell
    experience: Experience
    last_ts: datetime | None
    assumed: Assumption | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Quote(Frozen):
    """Words of a customer, after redaction, with the rating said in the same submission (index 0-100) if any."""

    text: str
    ts: datetime
    language: str | None
    index: float | None


@dataclass(frozen=True, slots=True, kw_only=True)
class Pain(Frozen):
    """A touchpoint with a low experience index and enough answers, with up to three unhappy quotes; lowest first."""

    touchpoint: str
    label: Label
    step: str
    experience: Experience
    quotes: tuple[Quote, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class Loss(Frozen):
    """The step after which most passages were lost: `points` = dropped passages in percent of those whose window has
    closed."""

    step: str
    dropped: int
    points: float


@dataclass(frozen=True, slots=True, kw_only=True)
class WaysOut(Frozen):
    """The three ways out of the output step, counted once a passage that reached it (first arrival decides).

    Of those whose window has closed: repeat, recovered (complained, then helped or bought again), complaint_lost
    (complained, nothing followed), silence. `open`: the window is still running, whatever has happened in it so far.
    reached = repeat + recovered + complaint_lost + silence + open.
    """

    step: str
    window_s: int
    reached: int
    repeat: int
    recovered: int
    complaint_lost: int
    silence: int
    open: int

    def share(self, way: str) -> float | None:
        """Share of one way of the arrivals whose window has closed; None for the open ones, which are none of them."""
        closed = self.reached - self.open
        return getattr(self, way) / closed if closed and way != "open" else None


@dataclass(frozen=True, slots=True, kw_only=True)
class TableBalance(Frozen):
    """facts = mapped + ignored + unmapped, of one table, under the filters and up to `as_of`.

    Of feedback what customers said is counted; what employees and managers said is not (docs/methods/too-few.md).

    filtered_out: how many more there are up to `as_of` that filters leave out. Filters by step and touchpoint do not
    count here: what is unmapped has none.
    """

    table: str
    facts: int
    mapped: int
    ignored: int
    unmapped: int
    filtered_out: int = 0


_TYPES = columns(
    "text: step touchpoint label whole: volume customers passages entries exits lost number: remaining_share "
    "whole: since_n number: since_median_s since_p90_s dwell_median_s dwell_p90_s experience experience_low "
    "experience_high whole: answers text: experience_state experience_reason number: promoters detractors "
    "nps whole: nps_answers number: csat whole: csat_answers number: ces whole: ces_answers time: last_ts"
)


@dataclass(frozen=True, slots=True, kw_only=True)
class JourneyMap(Result):
    """One true map of one journey.

    Passages = complete + lost + open, judged at `origin.as_of`. closed: those whose window has closed (see
    `moves.standing_at`): all lost ones, and the complete ones that reached the goal long enough ago. completion_share:
    the complete ones among them; None where there is none.
    outside_passages: mapped interactions that belong to no passage (no link, or nobody known).
    pains: lowest experience first. unmapped: events that no rule takes, most frequent first.
    filters: what the view is restricted to, as text by name; empty: everything.
    first_ts, last_ts: the times between which there are moves. Filters select moves; each selected move keeps its
    place within its whole passage.
    """

    journey: str
    label: Label
    steps: tuple[StepColumn, ...]
    experience: Experience
    passages: int
    customers: int
    complete: int
    lost: int
    open: int
    closed: int
    completion_share: float | None
    moves: int
    outside_passages: int
    largest_loss: Loss | None
    ways_out: WaysOut | None
    pains: tuple[Pain, ...]
    unmapped: tuple[UnmappedEvent, ...]
    balance: tuple[TableBalance, ...]
    filters: Mapping[str, str]
    first_ts: datetime | None
    last_ts: datetime | None
    origin: Origin

    @property
    def running(self) -> int:
        """Passages whose window has not closed yet: the open ones, and those that reached the goal lately."""
        return self.passages - self.closed

    @property
    def too_early(self) -> bool:
        """Whether no window has closed yet, so that nothing can be said of what becomes of passages."""
        return not self.closed and self.passages > 0

    def loss_share(self, step: StepColumn) -> float | None:
        """Share of the passages whose window has closed that were lost at a step and got no further."""
        return step.dropped / self.closed if self.closed else None

    def reach(self, place: StepColumn | TouchpointCell) -> float | None:
        """Share of all passages that come through a place, 0-1; None where there are none."""
        return place.passages / self.passages if self.passages else None

    def told(self) -> Telling:
        """As people read it: a row a step."""
        return _told(self)

    def rows(self) -> Sequence[Mapping[str, Any]]:
        """One row a step (touchpoint None), followed by one row a touchpoint of it."""
        rows: list[Mapping[str, Any]] = []
        for step in self.steps:
            rows.append(_row(step, step_id=step.id, touchpoint=None))
            rows += [_row(cell, step_id=step.id, touchpoint=cell.id) for cell in step.touchpoints]
        return rows

    def column_types(self) -> Types:
        """The type of each column."""
        return _TYPES


def _row(place: StepColumn | TouchpointCell, *, step_id: str, touchpoint: str | None) -> Mapping[str, Any]:
    since = place.time_since_previous_step if isinstance(place, StepColumn) else place.since_previous
    dwell = place.dwell if isinstance(place, StepColumn) else None
    felt = place.experience
    scores = {}
    for name in SCORES:
        score = felt.score(name)
        scores[name] = score.value if score else None
        scores[f"{name}_answers"] = score.n if score else 0
    return {
        "step": step_id, "touchpoint": touchpoint, "label": place.label.text(),
        "volume": place.volume, "customers": place.customers, "passages": place.passages,
        "entries": place.entries, "exits": place.exits, "lost": place.lost,
        "remaining_share": place.remaining_share if isinstance(place, StepColumn) else None,
        "since_n": since.n, "since_median_s": since.median_s, "since_p90_s": since.p90_s,
        "dwell_median_s": dwell.median_s if dwell else None, "dwell_p90_s": dwell.p90_s if dwell else None,
        "experience": felt.index, "experience_low": felt.low, "experience_high": felt.high,
        "answers": felt.n, "experience_state": felt.state, "experience_reason": felt.reason,
        "promoters": felt.promoters, "detractors": felt.detractors,
        **scores,
        "last_ts": place.last_ts,
    }  # fmt: skip


def _told(found: JourneyMap) -> Telling:
    as_of = f" as of {found.origin.as_of:%Y-%m-%d %H:%M} UTC" if found.origin.as_of else ""
    rows = tuple(
        {
            "#": str(step.number),
            "step": step.label.text(),
            "contacts": f"{step.volume:,}",
            "customers": f"{step.customers:,}",
            "still in": _share(step.remaining_share),
            "lost": f"{step.dropped:,}",
            "since the step before": span(step.time_since_previous_step.median_s),
            "experience": _index(step.experience),
            "95 %": _between(step.experience),
            "answers": f"{step.experience.n:,}",
        }
        for step in found.steps
    )
    return Telling(
        title=f"{found.label.text()}{as_of}",
        simulated=found.origin.simulated,
        above=(
            *only(found.filters),
            f"{counted(found.passages, 'passage')} of {counted(found.customers, 'customer')}: {found.complete:,} "
            f"complete, {found.lost:,} lost, {found.open:,} open",
        ),
        rows=rows,
        notes=tuple(
            f"Balance: {one.facts + one.filtered_out:,} {one.table} = {one.mapped:,} mapped + {one.ignored:,} ignored "
            f"+ {one.unmapped:,} unmapped" + (f" + {one.filtered_out:,} filtered out" if one.filtered_out else "")
            for one in found.balance
        ),
    )


def _index(felt: Experience) -> str:
    if felt.index is None:
        return "too few" if felt.state == "too_few" else "–"
    return f"{felt.index:.1f}{' (few)' if felt.state == 'few' else ''}"


def _between(felt: Experience) -> str:
    return "–" if felt.low is None or felt.high is None else f"{felt.low:.1f} to {felt.high:.1f}"


def _share(value: float | None) -> str:
    return "–" if value is None else f"{value:.0%}"
