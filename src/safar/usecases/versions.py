"""Put an older version of a journey, of rules or of the company's framework in force again."""

from __future__ import annotations

from datetime import datetime
from typing import TYPE_CHECKING

from safar.log.published import Published

if TYPE_CHECKING:
    from safar.usecases.workspace import Workspace


def restore(workspace: Workspace, *, kind: str, version: str, now: datetime, by: str = "") -> Published:
    """Put an old version ("rules", "journey" or "framework") in force again, checked as when new.

    Raises: NotPublished, BadRules, BadJourney.
    """
    entry = workspace.published.find(kind=kind, version=version)
    text = workspace.published.read(entry)
    ways = {"rules": workspace.publish_rules, "framework": workspace.publish_framework}
    publish = ways.get(kind, workspace.publish_journey)
    return publish(text, now=now, note=f"restored {entry.hash[:12]}", by=by)
