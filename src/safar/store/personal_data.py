"""Every model says which of its fields are about a person, and what removes them; a test asks each one."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True, slots=True, kw_only=True)
class PersonalData:
    """`fields`: names of the fields that are about a person. `removal`: what makes them go away."""

    fields: tuple[str, ...]
    removal: str


NONE = PersonalData(fields=(), removal="Holds nothing about a person.")
