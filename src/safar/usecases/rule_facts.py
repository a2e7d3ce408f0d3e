"""The facts that a rule takes, fits or moves: what stands behind each number of the rules editor."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from contextlib import closing
from dataclasses import dataclass
from functools import partial
from typing import TYPE_CHECKING

import ibis
import ibis.expr.types as ir

from safar.analysis.mapping import MOST_COMBINATIONS, Decider, map_facts, within_bound
from safar.analysis.result import Origin
from safar.analysis.small_table import small_table
from safar.domain.fact import Speaker
from safar.domain.rules import Rule, RuleSet
from safar.usecases.facts_place import Place
from safar.usecases.facts_sources import fact_columns, with_order
from safar.usecases.preview_rules import ALWAYS, rules_in_force
from safar.usecases.read_facts import PAGE, FactsKind, FactsPage, NoSuchFacts, columns_of, count_listed, rows_after

if TYPE_CHECKING:
    from safar.usecases.workspace import Workspace

Values = Sequence[str | None]
TABLES = (FactsKind.INTERACTIONS, FactsKind.FEEDBACK)


@dataclass(frozen=True, slots=True)
class Wanted:
    """Which facts: `takes` tells of the values of `columns` whether facts with these are meant.
    It can be sent to another process."""

    columns: tuple[str, ...]
    takes: Callable[[Sequence[str], Values], bool]


def taken_by(rules: RuleSet, place: int | None, *, event: str | None = None, channel: str | None = None) -> Wanted:
    """What the rule at `place` decides (None: what no rule takes), of one event and channel where they are named."""
    takes = partial(_takes_here, Decider(rules), place, None if event is None else (event, channel))
    return Wanted((*ALWAYS, *rules.columns), takes)


def fitting(match: Mapping[str, tuple[str, ...]]) -> Wanted:
    """What fits a rule's match, whether or not an earlier rule takes it."""
    return Wanted((*ALWAYS, *match), partial(_fits, Rule(match=match, touchpoint=None, reason="counted only")))


def moved(old: RuleSet, new: RuleSet, *, before: str, after: str) -> Wanted:
    """What moves from one place to another: touchpoints, 'ignored' or 'unmapped', as `compare_rules` names them."""
    moves = partial(_moves, (Decider(old), Decider(new)), [before, after])
    return Wanted((*ALWAYS, *old.columns, *new.columns), moves)


def _takes_here(
    decider: Decider,
    place: int | None,
    only: tuple[str, str | None] | None,
    columns: Sequence[str],
    values: Values,
) -> bool:
    named = dict(zip(columns, values, strict=True))
    here = only is None or (named.get("event"), named.get("channel") or None) == only
    return here and decider.place(columns, values) == place


def _fits(rule: Rule, columns: Sequence[str], values: Values) -> bool:
    return rule.takes(dict(zip(columns, values, strict=True)))


def _moves(deciders: tuple[Decider, Decider], places: list[str], columns: Sequence[str], values: Values) -> bool:
    found = [one.decide(columns, values) for one in deciders]
    return [one.touchpoint or one.state.value for one in found] == places


def read_rule_facts(
    workspace: Workspace,
    wanted: Wanted,
    *,
    kind: str,
    identifiers: bool,
    after: str | None = None,
    limit: int = PAGE,
) -> FactsPage:
    """One page of these facts, newest first, each at the place that the rules in force give it.

    Answers of employees and managers are neither counted nor listed. Raises: NoSuchFacts, BadPosition,
    TooManyCombinations.
    """
    if kind not in TABLES:
        raise NoSuchFacts(f"Rules take interactions and feedback, never {kind[:40]!r}.")
    journey = workspace.journey()[0]
    rules = rules_in_force(workspace, journey.id)
    with closing(workspace.log.connect()) as connection:
        tables = workspace.log.tables(connection=connection)
        all_facts = tables.interactions if kind == FactsKind.INTERACTIONS else tables.feedback
        if kind == FactsKind.FEEDBACK:
            all_facts = all_facts.filter(all_facts["speaker"] == Speaker.CUSTOMER.value)
        table = _only(all_facts, wanted)
        mapped = map_facts(table, journey=journey, rules=rules)
        listed = with_order(mapped, fact_columns(mapped, kind=kind, identifiers=identifiers))
        listed = listed._replace(keys=table.select(_ts=table["ts"]))
        total = count_listed(listed)
        rows, position = rows_after(listed, after=after, limit=limit, total=total)
        origin = Origin(log_version=tables.version, simulated=workspace.simulated)
    return FactsPage(
        kind=FactsKind(kind),
        place=Place(),
        columns=columns_of(listed.table),
        rows=rows,
        total=total,
        after=position,
        origin=origin,
    )


def _only(table: ir.Table, wanted: Wanted) -> ir.Table:
    """Decided once a combination of values, as rules are, and joined back."""
    columns = [name for name in dict.fromkeys(wanted.columns) if name in table.columns]
    found = table.select(*columns).distinct().limit(MOST_COMBINATIONS + 1).to_pyarrow()
    within_bound(found.num_rows, columns)
    rows = list(zip(*(found.column(name).to_pylist() for name in columns), strict=True))
    chosen = [row for row in rows if wanted.takes(columns, row)]
    if not chosen:
        return table.filter(ibis.literal(False))
    small = small_table({f"on_{i}": "string" for i in range(len(columns))}, chosen)
    return table.semi_join(small, [table[name].identical_to(small[f"on_{i}"]) for i, name in enumerate(columns)])
