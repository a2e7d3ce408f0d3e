"""A person who uses the product, and the part that the person plays in the workspace."""

from __future__ import annotations

import unicodedata
from dataclasses import dataclass
from datetime import datetime
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

    def may_open(self, *, owner: UUID | None, shared: bool) -> bool:
        """Whether something that somebody made, a board as an example, is open to the person: theirs, or the team's."""
        return self.takes_part and (shared or owner == self.id)

    def may_rework(self, *, owner: UUID | None, shared: bool) -> bool:
        """Whether the person may change it: whose it is, and where the team has it whoever works with the team."""
        return self.may_open(owner=owner, shared=shared) and (owner == self.id or self.may(Permission.WORK))

    @property
    def sees_identifiers(self) -> bool:
        """Whether the person may see what the company's own systems call a customer, an order or a contract."""
        return self.role is Role.OWNER


class LinkPurpose(StrEnum):
    """What a one-time link lets its holder do."""

    SIGN_IN = "sign-in"
    INVITATION = "invitation"
    RESET = "reset"


class AccountState(StrEnum):
    """Where an account stands. invited: its person has never been here. outside: known, but takes no part."""

    INVITED = "invited"
    ACTIVE = "active"
    CLOSED = "closed"
    OUTSIDE = "outside"


@dataclass(frozen=True, slots=True, kw_only=True)
class Account:
    """An account as its owner and the workspace's owner see it.

    `role` and `units` are those that hold while the account is open. `last_seen`: last signing in, None for never.
    `language`: what the person wants to read, empty where it was never said.
    """

    id: UUID
    name: str
    email: str
    role: Role | None
    units: tuple[str, ...] | None
    is_open: bool
    has_password: bool
    language: str
    created_at: datetime
    last_seen: datetime | None

    @property
    def state(self) -> AccountState:
        """See `AccountState`."""
        if not self.is_open:
            return AccountState.CLOSED
        if self.role is None:
            return AccountState.OUTSIDE
        return AccountState.ACTIVE if self.has_joined else AccountState.INVITED

    @property
    def has_joined(self) -> bool:
        """Whether the person has a password, or has been here."""
        return self.has_password or self.last_seen is not None


# The same letters on an Arabic and on a Persian keyboard; marks that are not seen.
_SAME_LETTER = str.maketrans({"ي": "ی", "ى": "ی", "ك": "ک", "\u200c": "", "\u200d": "", "\u00ad": ""})


def sign_in_key(text: str) -> str:
    """A name or an address as it is looked up: what reads the same is the same, whatever keyboard it came from."""
    return " ".join(unicodedata.normalize("NFKC", text).casefold().translate(_SAME_LETTER).split())
