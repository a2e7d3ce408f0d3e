"""Which touchpoint and step a fact belongs to: rules decided once a distinct combination, then joined.

Rules look at a few columns only. Their distinct combinations are fetched (bounded), decided in Python, and the
small table of decisions is joined back to the facts (absent values compare equal to each other). So no fact ever
becomes a Python object, and a change of rules moves the whole history.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum
from fnmatch import fnmatchcase
from typing import Any

import ibis
import ibis.expr.types as ir

from safar.analysis.result import Frozen
from safar.analysis.small_table import small_table
from safar.domain.journey import Journey
from safar.domain.rules import BadRules, Rule, RuleSet
from safar.errors import InputError

MOST_COMBINATIONS = 200_000


class TooManyCombinations(InputError):
    """The columns that rules look at take too many different values together."""

    code = "rules.too-many-combinations"
    next_step = (
        "Let rules look at columns with few values (event, channel, kind …), not at identifiers or free text; "
        "group such values into a `prop_…` column when importing."
    )


class MappedState(StrEnum):
    """What rules make of a fact. Facts = mapped + ignored + unmapped, always."""

    MAPPED = "mapped"
    IGNORED = "ignored"
    UNMAPPED = "unmapped"


@dataclass(frozen=True, slots=True, kw_only=True)
class Decision(Frozen):
    """What one combination of values is: `values` in the order of `Decisions.columns`; None is an absent value."""

    values: tuple[str | None, ...]
    touchpoint: str | None
    state: MappedState
    reason: str | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Decisions(Frozen):
    """The decided combinations of one table under one journey and rule set."""

    columns: tuple[str, ...]
    rows: tuple[Decision, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class UnmappedEvent(Frozen):
    """Facts that no rule takes: how many, over which time. `table`: interactions or feedback."""

    table: str
    event: str
    channel: str | None
    facts: int
    first_ts: datetime
    last_ts: datetime


@dataclass(frozen=True, slots=True, kw_only=True)
class RuleChange(Frozen):
    """Facts that a change of rules moves. A touchpoint, or 'ignored' or 'unmapped' where it is none.

    `before` and `after` differ in every row that `preview` gives.
    """

    table: str
    before: str
    after: str
    facts: int

    def __str__(self) -> str:
        return f"moves {self.facts:,} {self.table} from {self.before} to {self.after}"


def check_rules(journey: Journey, rules: RuleSet) -> None:
    """Raise BadRules where rules speak of another journey or of a touchpoint that the journey does not have."""
    if rules.journey != journey.id:
        raise BadRules(f"The rules are of journey {rules.journey!r}, not of {journey.id!r}.")
    known = {touchpoint.id for touchpoint in journey.touchpoints}
    for number, rule in enumerate(rules.rules, start=1):
        if rule.touchpoint is not None and rule.touchpoint not in known:
            raise BadRules(
                f"rule[{number}].touchpoint: journey {journey.id!r} has no touchpoint {rule.touchpoint!r}.",
                next_step="Name a touchpoint of the journey file, or add it there and publish the journey first.",
            )


def decide(table: ir.Table, *, rules: RuleSet) -> Decisions:
    """Every distinct combination in `table` of the columns that `rules` look at, decided.

    Columns that the table lacks count as absent values, which match nothing.
    Raises: TooManyCombinations beyond 200,000 combinations.
    """
    columns = looked_at(table, (rules,))
    if not columns:
        rows: list[tuple[str | None, ...]] = [()]
    else:
        found = table.select(*columns).distinct().limit(MOST_COMBINATIONS + 1).to_pyarrow()
        within_bound(found.num_rows, columns)
        rows = list(zip(*(found.column(name).to_pylist() for name in columns), strict=True))
    decider = Decider(rules)
    return Decisions(columns=columns, rows=tuple(decider.decide(columns, row) for row in rows))


def map_facts(
    table: ir.Table,
    *,
    journey: Journey,
    rules: RuleSet,
    columns: Sequence[str] | None = None,
    decisions: Decisions | None = None,
) -> ir.Table:
    """`table` with what the rules make of each row; every row stays, once.

    Adds text columns `touchpoint` and `step` (null unless mapped) and `mapped` ('mapped', 'ignored', 'unmapped'),
    and `touchpoint_no` and `step_no` (int16, positions in the journey, null unless mapped).
    `columns`: which of the table's own columns to keep (all by default). `decisions`: reuse of `decide`'s result.
    Raises: BadRules where the rules do not fit the journey; TooManyCombinations.
    """
    check_rules(journey, rules)
    decided = decide(table, rules=rules) if decisions is None else decisions
    kept = list(table.columns) if columns is None else list(columns)
    taken = {*kept, *decided.columns}
    small = _decision_table(decided, journey=journey)
    added = ("touchpoint", "step", "mapped", "touchpoint_no", "step_no")
    clash = taken & set(added)
    base = table.drop(*clash) if clash else table
    if not decided.columns:
        only = decided.rows[0]
        return base.select(*(name for name in kept if name not in clash)).mutate(
            touchpoint=ibis.null("string"),
            step=ibis.null("string"),
            mapped=ibis.literal(only.state.value),
            touchpoint_no=ibis.null("int16"),
            step_no=ibis.null("int16"),
        )
    matches = [base[name].identical_to(small[f"on_{i}"]) for i, name in enumerate(decided.columns)]
    joined = base.left_join(small, matches)
    return joined.select(*(base[name] for name in kept if name not in clash), *(small[name] for name in added))


def preview(
    combinations: Iterable[tuple[Sequence[str | None], int]],
    *,
    columns: Sequence[str],
    old: RuleSet,
    new: RuleSet,
    table_name: str,
) -> tuple[RuleChange, ...]:
    """How many facts a change of rules moves from where to where, largest first; unmoved facts are left out.

    combinations: values in the order of `columns`, which hold all that either rule set looks at, and their facts.
    """
    before, after = Decider(old), Decider(new)
    moved: Counter[tuple[str, str]] = Counter()
    for values, facts in combinations:
        was, becomes = before.decide(columns, values), after.decide(columns, values)
        if (was.state, was.touchpoint) != (becomes.state, becomes.touchpoint):
            moved[_place(was), _place(becomes)] += facts
    ranked = sorted(moved.items(), key=lambda item: (-item[1], item[0]))
    return tuple(RuleChange(table=table_name, before=was, after=becomes, facts=n) for (was, becomes), n in ranked)


class Decider:
    """Rules with the pattern matches of each value remembered: values repeat over many combinations."""

    def __init__(self, rules: RuleSet) -> None:
        self._rules = rules
        self._known: dict[tuple[tuple[str, ...], str], bool] = {}

    def decide(self, columns: Sequence[str], values: Sequence[str | None]) -> Decision:
        """The decision on one combination of values."""
        place = self.place(columns, values)
        rule = None if place is None else self._rules.rules[place]
        if rule is None:
            state = MappedState.UNMAPPED
        else:
            state = MappedState.IGNORED if rule.touchpoint is None else MappedState.MAPPED
        return Decision(
            values=tuple(values),
            touchpoint=None if rule is None else rule.touchpoint,
            state=state,
            reason=None if rule is None else rule.reason,
        )

    def place(self, columns: Sequence[str], values: Sequence[str | None]) -> int | None:
        """Which rule decides, counted from 0; None: no rule takes it."""
        named = dict(zip(columns, values, strict=True))
        return next((i for i, rule in enumerate(self._rules.rules) if self._takes(rule, named)), None)

    def _takes(self, rule: Rule, named: dict[str, str | None]) -> bool:
        if rule.disabled:
            return False
        for column, patterns in rule.match.items():
            value = named.get(column)
            if value is None:
                return False
            found = self._known.get((patterns, value))
            if found is None:
                found = any(fnmatchcase(value, pattern) for pattern in patterns)
                self._known[patterns, value] = found
            if not found:
                return False
        return True


def looked_at(table: ir.Table, rule_sets: Sequence[RuleSet]) -> tuple[str, ...]:
    """The table's columns that rules look at, in the order in which they are named."""
    names = dict.fromkeys(column for rules in rule_sets for column in rules.columns)
    return tuple(name for name in names if name in table.columns)


def within_bound(rows: int, columns: Sequence[str]) -> None:
    """Raise TooManyCombinations where columns take more different values together than rules may look at."""
    if rows > MOST_COMBINATIONS:
        raise TooManyCombinations(
            f"The columns {', '.join(columns)} take more than {MOST_COMBINATIONS:,} different values together."
        )


def fetch_combinations(table: ir.Table, *, columns: Sequence[str], with_times: bool) -> list[dict[str, Any]]:
    """Every combination of the columns with its `facts` (and first_ts, last_ts). Raises: TooManyCombinations."""
    measures = {"facts": table.count()}
    if with_times:
        measures |= {"first_ts": table["ts"].min(), "last_ts": table["ts"].max()}
    grouped = table.group_by(list(columns)) if columns else table
    found = grouped.aggregate(**measures).limit(MOST_COMBINATIONS + 1).to_pyarrow()
    within_bound(found.num_rows, columns)
    return list(found.to_pylist())


def _place(decision: Decision) -> str:
    return decision.touchpoint or decision.state.value


def _decision_table(decisions: Decisions, *, journey: Journey) -> ir.Table:
    touchpoints = {touchpoint.id: (i, touchpoint.step) for i, touchpoint in enumerate(journey.touchpoints)}
    rows = []
    for row in decisions.rows:
        number, step = touchpoints[row.touchpoint] if row.touchpoint is not None else (None, None)
        rows.append(
            (
                *row.values,
                row.touchpoint,
                step,
                row.state.value,
                number,
                None if step is None else journey.position(step),
            )
        )
    schema = {f"on_{i}": "string" for i in range(len(decisions.columns))} | {
        "touchpoint": "string",
        "step": "string",
        "mapped": "string",
        "touchpoint_no": "int16",
        "step_no": "int16",
    }
    return small_table(schema, rows)
