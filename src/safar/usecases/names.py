"""The names of a workspace's keys: from the journey in force, and of the simulated company its own words."""

from __future__ import annotations

from functools import lru_cache
from typing import TYPE_CHECKING

from safar.datasets.telecom.names import company_names
from safar.domain.label import Label
from safar.domain.names import NameKind, Names

if TYPE_CHECKING:
    from pathlib import Path

    from safar.usecases.workspace import Workspace


def read_names(workspace: Workspace) -> Names:
    """What is known now. A question that is called as a touchpoint is about it, and so is an option."""
    head = workspace.path / "published" / "head.json"
    changed = head.stat().st_mtime_ns if head.exists() else 0
    return _names(_Of(workspace, (workspace.path, workspace.chosen, changed)))


class _Of:
    """A workspace as it was published at one time, known again by its `key`."""

    def __init__(self, workspace: Workspace, key: tuple[Path, str | None, int]) -> None:
        self.workspace, self.key = workspace, key

    def __eq__(self, other: object) -> bool:
        return isinstance(other, _Of) and self.key == other.key

    def __hash__(self) -> int:
        return hash(self.key)


@lru_cache(maxsize=64)
def _names(of: _Of) -> Names:
    known: dict[str, dict[str, Label]] = {kind: {} for kind in NameKind}
    if of.workspace.simulated:
        for kind, names in company_names().items():
            known[kind] |= names
    journey = of.workspace.journey_in_force()
    if journey is None:
        return Names(known)
    steps = {one.id: one.label for one in journey.steps}
    touchpoints = {one.id: one.label for one in journey.touchpoints}
    known |= {NameKind.STEP: steps, NameKind.TOUCHPOINT: touchpoints}
    for kind in (NameKind.QUESTION, NameKind.OPTION):
        known[kind] = steps | touchpoints | known[kind]
    return Names(known)
