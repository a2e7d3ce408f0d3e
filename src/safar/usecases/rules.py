"""Change rules with open eyes: what a new set would move, and how to go back to an old one."""

from __future__ import annotations

from contextlib import closing
from dataclasses import dataclass
from datetime import datetime
from typing import TYPE_CHECKING

from safar.analysis.mapping import RuleChange, check_rules, preview
from safar.domain.rules import RuleSet
from safar.files.rules import read_rules
from safar.log.published import NotPublished, Published

if TYPE_CHECKING:
    from safar.usecases.workspace import Workspace


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


def preview_rules(workspace: Workspace, text: str) -> RulesPreview:
    """What the rules in `text` would move against those in force (none in force: against no rules). Nothing changes.

    Raises: BadRules, NotPublished (the journey), TooManyCombinations.
    """
    new = read_rules(text)
    journey, _ = workspace.journey(new.journey)
    check_rules(journey, new)
    try:
        old, _ = workspace.rules(new.journey)
    except NotPublished:
        old = RuleSet(journey=new.journey, rules=())
    with closing(workspace.log.connect()) as connection:
        tables = workspace.log.tables(connection=connection)
        changes = [
            change
            for name, table in (("interactions", tables.interactions), ("feedback", tables.feedback))
            for change in preview(table, old=old, new=new, table_name=name)
        ]
        rows = workspace.log.head().rows
    ranked = sorted(changes, key=lambda change: (-change.facts, change.table, change.before, change.after))
    facts = rows.get("interactions", 0) + rows.get("feedback", 0)
    return RulesPreview(journey=new.journey, changes=tuple(ranked), facts=facts)


def restore(workspace: Workspace, *, kind: str, version: str, now: datetime) -> Published:
    """Put an old version of rules or of a journey ("rules", "journey") in force again, checked as when new.

    Raises: NotPublished, BadRules, BadJourney.
    """
    entry = workspace.published.find(kind=kind, version=version)
    text = workspace.published.read(entry)
    publish = workspace.publish_rules if kind == "rules" else workspace.publish_journey
    return publish(text, now=now, note=f"restored {entry.hash[:12]}")
