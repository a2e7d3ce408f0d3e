"""Addresses of the facts behind the numbers of the rules editor."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from urllib.parse import urlencode

from django.urls import reverse

_FORM = ("column.", "patterns.", "touchpoint", "position", "reason", "disabled")
_LONGEST = 6_000
NO_RULE = "none"


@dataclass(frozen=True, slots=True, kw_only=True)
class Fitting:
    """Facts of one table that fit what a rule looks at."""

    table: str
    facts: int
    address: str


def taken_address(table: str, place: int | None, *, event: str | None = None, channel: str | None = None) -> str:
    """What the rule at a place of the draft decides; None: what no rule takes, of one event and channel."""
    pairs = [("rule", NO_RULE if place is None else str(place))]
    pairs += [(name, value) for name, value in (("event", event), ("channel", channel)) if value is not None]
    return _address(table, pairs)


def draft_address(table: str, before: str, after: str) -> str:
    """What publishing the draft moves from one place to another."""
    return _address(table, [("draft", "1"), ("before", before), ("after", after)])


@dataclass(frozen=True, slots=True)
class FormLinks:
    """Addresses that carry the form of a rule which is not saved yet. place: of the rule that is edited."""

    fields: Sequence[tuple[str, str]]
    place: int | None

    @classmethod
    def of(cls, posted: Mapping[str, str], place: int | None) -> FormLinks:
        """What was sent."""
        return cls([(name, str(posted[name])) for name in posted if name.startswith(_FORM) and posted[name]], place)

    def moved(self, table: str, before: str, after: str) -> str:
        """What keeping this rule moves from one place to another."""
        return self._carry(table, [("before", before), ("after", after)])

    def fitting(self, counts: Mapping[str, int] | None) -> tuple[Fitting, ...]:
        """What fits it."""
        known = counts or {}
        return tuple(
            Fitting(table=table, facts=known.get(table, 0), address=self._carry(table, [("fits", "1")]))
            for table in ("interactions", "feedback")
            if counts is not None
        )

    def _carry(self, table: str, pairs: list[tuple[str, str]]) -> str:
        own = [("place", str(self.place))] if self.place is not None else []
        found = _address(table, [*pairs, *own, *self.fields])
        # Hundreds of patterns are more than an address holds.
        return found if len(found) <= _LONGEST else ""


def _address(table: str, pairs: Sequence[tuple[str, str]]) -> str:
    return f"{reverse('rules-facts', args=[table])}?{urlencode(pairs)}"
