"""Mapping: every fact once, absent values matched as such, bounded, previewed."""

from __future__ import annotations

import ibis.expr.types as ir
import pytest

from safar.analysis import mapping
from safar.analysis.coverage import cover
from safar.analysis.mapping import (
    RuleChange,
    TooManyCombinations,
    check_rules,
    decide,
    fetch_combinations,
    looked_at,
    map_facts,
    preview,
)
from safar.domain.rules import BadRules, Rule, RuleSet
from tests.analysis.journey_logs import RULES, Event, a_journey, interactions


def event(n: int, name: str, channel: str | None = None) -> Event:
    return Event(hour=n, row_no=n, slot_no=0, event=name, customer=1, channel=channel)


EVENTS = [event(0, "a", "web"), event(1, "a"), event(2, "ping"), event(3, "other", "web"), event(4, "b", "call")]


def test_every_fact_once_with_the_first_rule_that_matches() -> None:
    rules = RuleSet(
        journey="test",
        rules=(
            Rule(match={"event": ("a",), "channel": ("w*",)}, touchpoint="c"),
            Rule(match={"channel": ("*",), "event": ("b",)}, touchpoint="d"),
            *RULES.rules,
        ),
    )
    found = map_facts(interactions(EVENTS), journey=a_journey(), rules=rules).order_by("row_no")
    assert [
        (row["event"], row["touchpoint"], row["step"], row["mapped"], row["touchpoint_no"], row["step_no"])
        for row in found.to_pyarrow().to_pylist()
    ] == [
        ("a", "c", "s1", "mapped", 2, 1),
        ("a", "a", "s0", "mapped", 0, 0),
        ("ping", None, None, "ignored", None, None),
        ("other", None, None, "unmapped", None, None),
        ("b", "d", "s2", "mapped", 3, 2),
    ]


def test_columns_that_facts_lack_match_nothing() -> None:
    rules = RuleSet(journey="test", rules=(Rule(match={"prop_plan": ("*",)}, touchpoint="a"),))
    found = map_facts(interactions(EVENTS), journey=a_journey(), rules=rules, columns=("event",))
    assert found.columns == ("event", "touchpoint", "step", "mapped", "touchpoint_no", "step_no")
    assert set(found["mapped"].to_pyarrow().to_pylist()) == {"unmapped"}
    assert decide(interactions(EVENTS), rules=rules).columns == ()


def test_mapping_again_replaces_what_was_mapped() -> None:
    once = map_facts(interactions(EVENTS), journey=a_journey(), rules=RULES)
    assert map_facts(once, journey=a_journey(), rules=RULES).count().to_pyarrow().as_py() == len(EVENTS)


def test_rules_must_fit_the_journey() -> None:
    wrong = RuleSet(journey="test", rules=(*RULES.rules, Rule(match={"event": ("x",)}, touchpoint="nowhere")))
    with pytest.raises(BadRules, match=r"rule\[7\]\.touchpoint: .* no touchpoint 'nowhere'"):
        check_rules(a_journey(), wrong)
    with pytest.raises(BadRules, match="of journey 'other'"):
        check_rules(a_journey(), RuleSet(journey="other", rules=()))


def test_too_many_combinations_are_refused(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(mapping, "MOST_COMBINATIONS", 2)
    with pytest.raises(TooManyCombinations, match="event"):
        decide(interactions(EVENTS), rules=RULES)


def test_preview_counts_what_moves() -> None:
    new = RuleSet(journey="test", rules=(Rule(match={"event": ("other", "ping")}, touchpoint="c"), *RULES.rules))
    changes = _preview(interactions([*EVENTS, event(9, "other")]), old=RULES, new=new)
    assert [str(change) for change in changes] == [
        "moves 2 interactions from unmapped to c",
        "moves 1 interactions from ignored to c",
    ]
    assert _preview(interactions(EVENTS), old=RULES, new=RULES) == ()


def _preview(table: ir.Table, *, old: RuleSet, new: RuleSet) -> tuple[RuleChange, ...]:
    columns = looked_at(table, (old, new))
    rows = fetch_combinations(table, columns=columns, with_times=False)
    found = [([row[name] for name in columns], row["facts"]) for row in rows]
    return preview(found, columns=columns, old=old, new=new, table_name="interactions")


def test_coverage_balances() -> None:
    table = interactions([*EVENTS, Event(hour=9, row_no=9, slot_no=0, event="a", customer=None)])
    found = cover(table, rules=RULES, name="interactions", subject=table["customer"])
    balance = found.balance
    assert (balance.facts, balance.mapped, balance.ignored, balance.unmapped) == (6, 4, 1, 1)
    assert found.outside == 1
    assert [(one.event, one.channel, one.facts) for one in found.unmapped] == [("other", "web", 1)]
