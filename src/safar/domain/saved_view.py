"""Saved views of the journey map, and links by which people without an account look at one."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum
from uuid import UUID

from safar.domain.person import Permission, Person, Role


@dataclass(frozen=True, slots=True, kw_only=True)
class SavedView:
    """A view of one journey's map under a name. query: the pairs of its address, the question and not the numbers.

    owner: who saved it; None: somebody who has no account any more. shared: the whole team sees it.
    """

    id: UUID
    journey: str
    title: str
    query: tuple[tuple[str, str], ...]
    owner: UUID | None
    owner_name: str
    shared: bool
    changed_at: datetime

    def is_seen_by(self, person: Person) -> bool:
        """Whether a person may open it; the numbers stay within what that person may see."""
        return person.may_open(owner=self.owner, shared=self.shared)

    def is_changed_by(self, person: Person) -> bool:
        """Whether a person may rename or remove it: its owner, and where it is shared whoever works with the team."""
        return person.may_rework(owner=self.owner, shared=self.shared)


class Sharers(StrEnum):
    """Who may make links for people without an account: the setting `share_links`."""

    NOBODY = "nobody"
    OWNERS = "owners"
    MEMBERS = "members"
    EVERYBODY = "everybody"

    def include(self, person: Person) -> bool:
        """Whether a person is one of them."""
        roles = {
            Sharers.NOBODY: (),
            Sharers.OWNERS: (Role.OWNER,),
            Sharers.MEMBERS: (Role.OWNER, Role.MEMBER),
            Sharers.EVERYBODY: tuple(Role),
        }[self]
        return person.role in roles


@dataclass(frozen=True, slots=True, kw_only=True)
class ShareLink:
    """A link to one saved view. maker: who made it, and whose rights it has. quotes: customers' words are shown.

    expires_at: from then on it opens nothing; ended_at: when somebody ended it before. opened_at: last time, to the
    hour.
    """

    id: UUID
    view: SavedView
    maker: Person
    quotes: bool
    created_at: datetime
    expires_at: datetime
    ended_at: datetime | None = None
    opened_at: datetime | None = None

    def is_good(self, *, now: datetime, sharers: Sharers) -> bool:
        """Whether it opens its view: in time, not ended, and its maker may still share and still see the view."""
        return (
            self.ended_at is None
            and now < self.expires_at
            and sharers.include(self.maker)
            and self.view.is_seen_by(self.maker)
        )

    def is_ended_by(self, person: Person) -> bool:
        """Whether a person may end it: who made it, and who owns the workspace."""
        return self.maker.id == person.id or person.may(Permission.MANAGE)
