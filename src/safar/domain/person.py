"""A person who uses the product, and the part that the person plays in the workspace."""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum
from uuid import UUID


class Role(StrEnum):
    """What a person may do. Each may do all that those below may."""

    OWNER = "owner"
    MEMBER = "member"
    VIEWER = "viewer"


class Permission(StrEnum):
    """What a page or a verb asks of the person who calls it.

    see: read results and the facts behind them, keep views of one's own. work: take notes, share views and boards.
    change: import, and change journeys, rules and the company's framework. manage: people, roles and settings.
    """

    SEE = "see"
    WORK = "work"
    CHANGE = "change"
    MANAGE = "manage"


_MAY = {
    Role.OWNER: frozenset(Permission),
    Role.MEMBER: frozenset({Permission.SEE, Permission.WORK, Permission.CHANGE}),
    Role.VIEWER: frozenset({Permission.SEE}),
}


@dataclass(frozen=True, slots=True, kw_only=True)
class Person:
    """One user of the workspace. `role` is None for somebody who is known but (no longer) takes part.

    units: the only units (branches, shops, teams) whose facts the person may see; None: all. Only viewers are
    limited: who changes what everybody sees must see everything.
    """

    id: UUID
    name: str
    role: Role | None
    units: tuple[str, ...] | None = None
    email: str = ""

    @property
    def takes_part(self) -> bool:
        """Whether the person may see the workspace at all."""
        return self.role is not None

    def may(self, permission: Permission) -> bool:
        """Whether the person's role allows it."""
        return self.role is not None and permission in _MAY[self.role]

    @property
    def sees_identifiers(self) -> bool:
        """Whether the person may see what the company's own systems call a customer, an order or a contract."""
        return self.role is Role.OWNER
