"""Rules: which event is which touchpoint. Ordered; the first that matches decides.

Rules are evaluated on the *distinct* combinations of the columns that they look at, never row by row, and the
resulting small table is joined to the facts. So a change of rules moves the whole history.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass, field
from fnmatch import fnmatchcase

from safar.errors import InputError

MATCHABLE = ("source", "event", "channel", "unit", "kind", "status", "question", "option")
"""Columns that a rule may look at, besides `prop_<name>`. `question` and `option` exist on feedback only."""


def pattern_of(value: str) -> str:
    """A pattern that matches this value alone."""
    return re.sub(r"([\[*?])", r"[\1]", value)


class BadRules(InputError):
    """Rules that cannot be used."""

    code = "rules.invalid"
    next_step = "Correct the rules file; docs/reference/rules-file.md describes every field."


@dataclass(frozen=True, slots=True, kw_only=True)
class Rule:
    """`match`: column → patterns (`*`, `?` and `[…]` as in shell globs; any one suffices; all columns must match).

    `touchpoint`: the touchpoint it is, or None: ignored on purpose, with a `reason`. `disabled`: it takes nothing.
    """

    match: Mapping[str, tuple[str, ...]]
    touchpoint: str | None
    reason: str | None = None
    disabled: bool = False

    def __post_init__(self) -> None:
        if not self.match:
            raise BadRules('A rule without a match would take everything; say `event = "*"` if that is meant.')
        for column in self.match:
            if column not in MATCHABLE and not column.startswith("prop_"):
                raise BadRules(f"A rule cannot look at column {column!r}.")
        if self.touchpoint is None and not self.reason:
            raise BadRules("A rule that ignores events must give its reason.")

    def takes(self, values: Mapping[str, str | None]) -> bool:
        """Whether this rule matches one combination of column values; an absent value matches nothing."""
        if self.disabled:
            return False
        for column, patterns in self.match.items():
            value = values.get(column)
            if value is None or not any(fnmatchcase(value, pattern) for pattern in patterns):
                return False
        return True


@dataclass(frozen=True, slots=True, kw_only=True)
class RuleSet:
    """The rules of one journey, in order."""

    journey: str
    rules: tuple[Rule, ...]
    columns: tuple[str, ...] = field(init=False)

    def __post_init__(self) -> None:
        seen = dict.fromkeys(column for rule in self.rules if not rule.disabled for column in rule.match)
        object.__setattr__(self, "columns", tuple(seen))

    def decide(self, values: Mapping[str, str | None]) -> Rule | None:
        """The first rule that matches, or None: unmapped."""
        return next((rule for rule in self.rules if rule.takes(values)), None)
