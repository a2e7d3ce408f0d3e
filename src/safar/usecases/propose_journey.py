"""Propose a journey and its rules from the events in the log: a start to edit, where none fits yet.

One touchpoint for each event, in the order in which events come within a passage on average. A proposal is valid at
once; what it leaves out and assumes is told beside it. Page: docs/how-to/follow-paths.md.
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Sequence
from contextlib import closing
from dataclasses import dataclass
from datetime import datetime
from typing import TYPE_CHECKING

import ibis
import ibis.expr.types as ir

from safar.analysis.mapping import map_facts
from safar.analysis.moves import ORDER, PASSAGE, build_moves
from safar.domain.journey import Journey, PassageKind, PassageRule, Step, Touchpoint
from safar.domain.label import Label
from safar.domain.rules import Rule, RuleSet, pattern_of
from safar.domain.wording import counted
from safar.errors import NotFound
from safar.files.journey import write_journey
from safar.files.rules import write_rules

if TYPE_CHECKING:
    from safar.log.published import Published
    from safar.usecases.workspace import Workspace

MOST_TOUCHPOINTS = 60
"""Most events that become touchpoints: the most frequent ones; the rest stays unmapped."""
MOST_TOLD = 1_000
"""Most events that a proposal tells one by one."""
MOST_STEPS = 12
"""Up to so many events each is a step of its own; more are grouped by where in a passage they come."""
INACTIVITY_S = HORIZON_S = 30 * 86_400
LEAST_LINKED = 0.5
"""Share of facts that a link must cover to cut passages, where customers are known."""

_GROUPS = (("beginning", "Beginning"), ("middle", "Middle"), ("end", "End"))
_LANGUAGE = "en"


class NothingToPropose(NotFound):
    """The log holds nothing that a journey could be proposed from."""

    code = "journey.nothing-to-propose"
    next_step = "Import interactions first, with a customer or a link (case, order …) that ties them together."


@dataclass(frozen=True, slots=True, kw_only=True)
class ProposedEvent:
    """An event as the log has it. place: mean place within its passages, from 0 (first) to 1 (last).

    touchpoint: None where it was left unmapped; then place is None too.
    """

    event: str
    facts: int
    touchpoint: str | None = None
    place: float | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class JourneyProposal:
    """A journey and its rules, with what they rest on.

    events: the most frequent of `kinds` different events in all, which happened in `facts` interactions. outside:
    facts of mapped events without customer or link, which belong to no passage.
    """

    journey: Journey
    rules: RuleSet
    events: tuple[ProposedEvent, ...]
    facts: int
    kinds: int
    outside: int

    @property
    def left_out(self) -> int:
        """How many different events stay unmapped."""
        return self.kinds - len(self.journey.touchpoints)

    @property
    def unmapped(self) -> int:
        """Facts of the events that stay unmapped."""
        return self.facts - sum(event.facts for event in self.events if event.touchpoint is not None)

    @property
    def journey_text(self) -> str:
        """The journey file."""
        return write_journey(self.journey)

    @property
    def rules_text(self) -> str:
        """The rules file."""
        return write_rules(self.rules)


def propose_journey(workspace: Workspace, *, name: str | None = None) -> JourneyProposal:
    """A journey with one touchpoint for each of the most frequent events of the log's interactions, and its rules.

    Passages: by the link that covers most facts (half of them at least, where customers are known), else by 30 days
    without a contact. name: of the journey; without it the source's, numbered where a published journey has it.
    Nothing is changed. Raises: NothingToPropose.
    """
    name = (name or "").strip() or None
    with closing(workspace.log.connect()) as connection:
        facts = workspace.log.tables(connection=connection).interactions
        counts = facts.group_by("event").aggregate(facts=facts.count()).order_by(ibis.desc("facts"), "event")
        rows = [(row["event"], row["facts"]) for row in counts.limit(MOST_TOLD).to_pyarrow().to_pylist()]
        if not rows:
            raise NothingToPropose("The log holds no interactions.")
        whole = facts.aggregate(facts=facts.count(), kinds=facts["event"].nunique()).to_pyarrow().to_pylist()[0]
        passage = _passage(facts, total=whole["facts"])
        chosen = [event for event, _ in rows[:MOST_TOUCHPOINTS]]
        places, outside = _places(facts, chosen, passage)
        sources = facts.select("source").distinct().limit(2).to_pyarrow().column("source").to_pylist()
    ordered = sorted(chosen, key=lambda event: (places.get(event, 1.0), event))
    identifiers = safe_ids(ordered)
    ids = dict(zip(ordered, identifiers, strict=True))
    steps, step_of = _steps([(event, ids[event], places.get(event, 1.0)) for event in ordered])
    words = name or (sources[0] if len(sources) == 1 else "Journey")
    wanted = safe_ids([words])[0]
    rules = tuple(Rule(match={"event": (pattern_of(event),)}, touchpoint=ids[event]) for event in ordered)
    touchpoints = tuple(Touchpoint(id=ids[e], step=step_of[e], label=Label({_LANGUAGE: e})) for e in ordered)

    def made(identifier: str) -> JourneyProposal:
        return JourneyProposal(
            journey=Journey(
                id=identifier,
                label=Label({_LANGUAGE: words}),
                steps=steps,
                touchpoints=touchpoints,
                passage=passage,
                horizon_s=HORIZON_S,
            ),
            rules=RuleSet(journey=identifier, rules=rules),
            events=tuple(
                ProposedEvent(event=event, facts=number, touchpoint=ids.get(event), place=places.get(event))
                for event, number in rows
            ),
            facts=whole["facts"],
            kinds=whole["kinds"],
            outside=outside,
        )

    proposal, number = made(wanted), 1
    while name is None and _taken(workspace, proposal):
        number += 1
        proposal = made(f"{wanted}-{number}")
    return proposal


def publish_proposal(
    workspace: Workspace, proposal: JourneyProposal, *, now: datetime, by: str = ""
) -> tuple[Published, Published]:
    """Put a proposal's journey and rules in force, as new versions: others stay and can be restored.

    Raises: BadJourney (the published rules of that name lead to touchpoints that it lacks).
    """
    note = "proposed from the events in the log"
    journey = workspace.publish_journey(proposal.journey_text, now=now, note=note, by=by)
    return journey, workspace.publish_rules(proposal.rules_text, now=now, note=note, by=by)


def safe_ids(names: Sequence[str]) -> list[str]:
    """Ids for names, all different: small letters and digits of any script, with hyphens between."""
    found: list[str] = []
    for name in names:
        words = re.sub(r"[\W_]+", "-", unicodedata.normalize("NFKC", name).casefold()).strip("-")
        stem = words[:60].strip("-") or "event"
        identifier, number = stem, 1
        while identifier in found:
            number += 1
            identifier = f"{stem}-{number}"
        found.append(identifier)
    return found


def _passage(facts: ir.Table, *, total: int) -> PassageRule:
    links = sorted(column for column in facts.columns if column.startswith("link_"))
    measures = {column: facts[column].count() for column in links} | {
        f"{column} values": facts[column].nunique() for column in links
    }
    row = facts.aggregate(customers=facts["customer"].count(), **measures).to_pyarrow().to_pylist()[0]
    # A link whose every value is used once ties nothing together.
    tying = [column for column in links if row[column] > row[f"{column} values"]]
    best = max(tying, key=lambda column: row[column], default=None)
    if best is not None and (not row["customers"] or row[best] >= LEAST_LINKED * total):
        return PassageRule(kind=PassageKind.LINK, link=best.removeprefix("link_"))
    if not row["customers"]:
        raise NothingToPropose(
            f"Of {counted(total, 'interaction')}, none has a customer, and no link ties them together."
        )
    return PassageRule(kind=PassageKind.INACTIVITY, inactivity_s=INACTIVITY_S)


def _places(facts: ir.Table, events: Sequence[str], passage: PassageRule) -> tuple[dict[str, float], int]:
    """Mean place of each event within its passages, and how many facts of these events belong to no passage."""
    label = Label({_LANGUAGE: "-"})
    journey = Journey(
        id="-",
        label=label,
        steps=(Step(id="-", label=label),),
        touchpoints=tuple(Touchpoint(id=event, step="-", label=label) for event in events),
        passage=passage,
        horizon_s=HORIZON_S,
    )
    rules = RuleSet(
        journey="-", rules=tuple(Rule(match={"event": (pattern_of(event),)}, touchpoint=event) for event in events)
    )
    mapped = map_facts(facts, journey=journey, rules=rules)
    moves = build_moves(mapped, journey=journey).select(*PASSAGE, *ORDER, "touchpoint_no", "move_no")
    length = moves["move_no"].max().over(ibis.window(group_by=list(PASSAGE)))
    placed = moves.mutate(place=(moves["move_no"] - 0.5) / length)
    by_event = placed.group_by("touchpoint_no").aggregate(place=placed["place"].mean(), moves=placed.count())
    rows = by_event.to_pyarrow().to_pylist()
    known = mapped.filter(mapped["mapped"] == "mapped").count().to_pyarrow().as_py()
    # Rounded: sums of parallel threads differ in the last digits, and the order must not.
    places = {events[row["touchpoint_no"]]: round(float(row["place"]), 9) for row in rows}
    return places, int(known) - sum(row["moves"] for row in rows)


def _steps(events: Sequence[tuple[str, str, float]]) -> tuple[tuple[Step, ...], dict[str, str]]:
    """Steps in order, and the step of each event (given with its id and place, in order)."""
    if len(events) <= MOST_STEPS:
        steps = tuple(Step(id=identifier, label=Label({_LANGUAGE: event})) for event, identifier, _ in events)
        return steps, {event: identifier for event, identifier, _ in events}
    groups = {event: _GROUPS[min(int(place * 3), 2)] for event, _, place in events}
    used = [group for group in _GROUPS if group in groups.values()]
    steps = tuple(Step(id=identifier, label=Label({_LANGUAGE: words})) for identifier, words in used)
    return steps, {event: group[0] for event, group in groups.items()}


def _taken(workspace: Workspace, proposal: JourneyProposal) -> bool:
    """Whether another journey (or the same with other rules) has the proposal's name."""
    files, name = workspace.published, proposal.journey.id
    if name not in files.names("journey"):
        return name in files.names("rules")
    same = files.read(files.current(kind="journey", name=name)) == proposal.journey_text
    rules = files.names("rules")
    return not same or (name in rules and files.read(files.current(kind="rules", name=name)) != proposal.rules_text)
