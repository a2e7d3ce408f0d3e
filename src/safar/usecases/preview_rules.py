"""What rules take, and what changing them would move: counted on distinct combinations, never row by row.

Of feedback only what customers said is counted. Rules can look into answers (`option`), so that counting what employees
and managers said would tell what one of them answered: it is placed by the rules too, and counted nowhere here.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import TYPE_CHECKING

from safar.analysis.journey_map import TableBalance
from safar.analysis.mapping import Decider, MappedState, RuleChange, UnmappedEvent, check_rules, preview
from safar.domain.fact import Speaker
from safar.domain.rules import Rule, RuleSet
from safar.files.rules import read_rules
from safar.log.published import NotPublished
from safar.usecases.combinations import Combinations, read_combinations

if TYPE_CHECKING:
    from safar.usecases.workspace import Workspace

ALWAYS = ("event", "channel", "kind", "source")
"""Columns that are always grouped by: what is unmapped is told by them, and most rules look at them."""


@dataclass(frozen=True, slots=True, kw_only=True)
class RulesPreview:
    """What publishing rules would move, largest first. `facts`: how many facts there are at all."""

    journey: str
    changes: tuple[RuleChange, ...]
    facts: int

    @property
    def moved(self) -> int:
        """Facts that would be something else than they are."""
        return sum(change.facts for change in self.changes)


@dataclass(frozen=True, slots=True, kw_only=True)
class RulesTaken:
    """What rules make of the log. `taken`: facts that each rule decides, in the order of the rules, by table."""

    taken: tuple[dict[str, int], ...]
    unmapped: tuple[UnmappedEvent, ...]
    balance: tuple[TableBalance, ...]


def preview_rules(workspace: Workspace, text: str) -> RulesPreview:
    """What the rules in `text` would move against those in force (none in force: against no rules). Nothing changes.

    Raises: BadRules, NotPublished (the journey), TooManyCombinations.
    """
    new = read_rules(text)
    journey, _ = workspace.journey(new.journey)
    check_rules(journey, new)
    return compare_rules(workspace, old=rules_in_force(workspace, new.journey), new=new)


def countable(workspace: Workspace, columns: Sequence[str]) -> tuple[Combinations, ...]:
    """The combinations of interactions and of what customers said. Raises: TooManyCombinations."""
    contacts, said = read_combinations(workspace, (*columns, "speaker"))
    return contacts, said.only("speaker", [Speaker.CUSTOMER.value])


def compare_rules(workspace: Workspace, *, old: RuleSet, new: RuleSet) -> RulesPreview:
    """What `new` would move against `old`. Raises: TooManyCombinations."""
    found = countable(workspace, (*ALWAYS, *old.columns, *new.columns))
    changes = [
        change
        for one in found
        for change in preview(
            ((row.values, row.facts) for row in one.rows), columns=one.columns, old=old, new=new, table_name=one.table
        )
    ]
    ranked = sorted(changes, key=lambda change: (-change.facts, change.table, change.before, change.after))
    return RulesPreview(journey=new.journey, changes=tuple(ranked), facts=sum(one.facts for one in found))


def count_rules(workspace: Workspace, rules: RuleSet) -> RulesTaken:
    """How many facts each rule takes, what none takes, and that it adds up. Raises: TooManyCombinations."""
    taken: list[Counter[str]] = [Counter() for _ in rules.rules]
    unmapped: list[UnmappedEvent] = []
    balance = []
    for one in countable(workspace, (*ALWAYS, *rules.columns)):
        found: dict[tuple[str, str | None], tuple[int, datetime, datetime]] = {}
        decider = Decider(rules)
        counts = dict.fromkeys(MappedState, 0)
        at = (one.columns.index("event"), one.columns.index("channel"))
        for row in one.rows:
            place = decider.place(one.columns, row.values)
            if place is None:
                counts[MappedState.UNMAPPED] += row.facts
                key = (row.values[at[0]] or "", row.values[at[1]])
                n, first, last = found.get(key, (0, row.first_ts, row.last_ts))
                found[key] = (n + row.facts, min(first, row.first_ts), max(last, row.last_ts))
                continue
            taken[place][one.table] += row.facts
            ignored = rules.rules[place].touchpoint is None
            counts[MappedState.IGNORED if ignored else MappedState.MAPPED] += row.facts
        unmapped += [
            UnmappedEvent(table=one.table, event=event, channel=channel, facts=n, first_ts=first, last_ts=last)
            for (event, channel), (n, first, last) in found.items()
        ]
        balance.append(
            TableBalance(
                table=one.table,
                facts=one.facts,
                mapped=counts[MappedState.MAPPED],
                ignored=counts[MappedState.IGNORED],
                unmapped=counts[MappedState.UNMAPPED],
            )
        )
    ranked = sorted(unmapped, key=lambda event: (-event.facts, event.table, event.event, event.channel or ""))
    return RulesTaken(taken=tuple(map(dict, taken)), unmapped=tuple(ranked), balance=tuple(balance))


def count_fitting(workspace: Workspace, match: Mapping[str, tuple[str, ...]]) -> dict[str, int]:
    """Facts, by table, whose values fit a rule's match, whether or not an earlier rule takes them.

    Raises: BadRules, TooManyCombinations.
    """
    rule = Rule(match=match, touchpoint=None, reason="counted only")
    counts: Counter[str] = Counter()
    for one in countable(workspace, (*ALWAYS, *match)):
        for row in one.rows:
            if rule.takes(dict(zip(one.columns, row.values, strict=True))):
                counts[one.table] += row.facts
    return dict(counts)


def rules_in_force(workspace: Workspace, journey: str) -> RuleSet:
    """The published rules of a journey; where there are none, no rules."""
    try:
        return workspace.rules(journey)[0]
    except NotPublished:
        return RuleSet(journey=journey, rules=())
