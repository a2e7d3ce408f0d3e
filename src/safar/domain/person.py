"""A person who uses the product, and the part that the person plays in the workspace."""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum
from uuid import UUID


class Role(StrEnum):
    """What a person may do. Each may do all that those below may."""

    OWNER = "owner"
    MEMBER = "member"


@dataclass(frozen=True, slots=True, kw_only=True)
class Person:
    """One user of the workspace. `role` is None for somebody who is known but (no longer) takes part."""

    id: UUID
    name: str
    role: Role | None

    @property
    def takes_part(self) -> bool:
        """Whether the person may see the workspace at all."""
        return self.role is not None

    @property
    def sees_identifiers(self) -> bool:
        """Whether the person may see what the company's own systems call a customer, an order or a contract."""
        return self.role is Role.OWNER
