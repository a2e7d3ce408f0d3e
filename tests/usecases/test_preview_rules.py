"""Previews: what is counted on combinations is what publishing does, also when counts are kept and added to."""

from __future__ import annotations

from pathlib import Path

import ibis.expr.types as ir
import pytest

from safar.analysis import mapping
from safar.domain.rules import Rule, RuleSet
from safar.files.rules import read_rules, write_rules
from safar.frameworks.inventory import printed_touchpoints
from safar.usecases import combinations, prepare_beside
from safar.usecases.combinations import read_combinations
from safar.usecases.inventory import read_inventory, suggest, suggestion_of
from safar.usecases.journey_map import read_journey_map
from safar.usecases.preview_rules import compare_rules, count_fitting, count_rules, preview_rules
from safar.usecases.rule_facts import fitting, read_rule_facts
from safar.usecases.workspace import Workspace
from tests.usecases.prepared_log import NOW, commit, fact
from tests.usecases.test_journey_map import JOURNEY, RULES


@pytest.fixture
def shop(tmp_path: Path) -> Workspace:
    made = Workspace.create(tmp_path / "ws", name="Shop", now=NOW)
    made.publish_journey(JOURNEY, now=NOW)
    made.publish_rules(RULES, now=NOW)
    commit(made.log, [fact(1, 0, "order", "ann"), fact(2, 1, "fax", "ann"), fact(3, 2, "fax", "bob")])
    return made


def test_the_numbers_of_a_preview_are_those_after_publishing(shop: Workspace) -> None:
    old, _ = shop.rules()
    new = RuleSet(journey=old.journey, rules=(Rule(match={"event": ("fax", "ord*")}, touchpoint="call"), *old.rules))
    before = {row.touchpoint.id: row.contacts for row in read_inventory(shop).rows}
    found = preview_rules(shop, write_rules(new))
    assert found == compare_rules(shop, old=old, new=new)
    shop.publish_rules(write_rules(new), now=NOW)
    after = {row.touchpoint.id: row.contacts for row in read_inventory(shop).rows}
    for name, count in before.items():
        came = sum(change.facts for change in found.changes if change.after == name)
        went = sum(change.facts for change in found.changes if change.before == name)
        assert after[name] == count + came - went, name
    balance = read_journey_map(shop, now=NOW).balance
    assert count_rules(shop, new).balance == balance
    assert sum(sum(one.values()) for one in count_rules(shop, new).taken) == sum(b.mapped + b.ignored for b in balance)


def test_kept_counts_are_added_to_and_equal_those_from_scratch(
    shop: Workspace, monkeypatch: pytest.MonkeyPatch
) -> None:
    columns = ("event", "channel")
    read_combinations(shop, columns)
    commit(shop.log, [fact(4, 3, "fax", "eve"), fact(5, 4, "mail", "eve")])
    asked: list[int] = []
    original = prepare_beside.came_since

    def watched(table: ir.Table, import_no: int) -> ir.Table:
        asked.append(import_no)
        return original(table, import_no)

    monkeypatch.setattr(combinations, "came_since", watched)
    added = read_combinations(shop, columns)
    assert asked
    assert {row.values[columns.index("channel")]: row.facts for row in added[0].rows}
    combinations._MEMORY.clear()
    from_disk = read_combinations(shop, columns)
    for file in (shop.path / "prepared" / "combinations").glob("*.parquet"):
        file.unlink()
    combinations._MEMORY.clear()
    anew = read_combinations(shop, columns)
    assert set(added[0].rows) == set(anew[0].rows) == set(from_disk[0].rows)
    assert added[0].facts == 5
    shop.log.undo(shop.log.head().import_no, now=NOW)
    assert read_combinations(shop, columns)[0].facts == 3


def test_what_fits_and_what_is_left(shop: Workspace) -> None:
    assert count_fitting(shop, {"event": ("fax",)}) == {"interactions": 2}
    assert count_fitting(shop, {"prop_nothing": ("*",)}) == {}
    found = count_rules(shop, RuleSet(journey="shop", rules=()))
    assert [(one.event, one.facts) for one in found.unmapped] == [("fax", 2), ("order", 1)]


STAFF = {
    "kind": "choice",
    "question": "content",
    "state": "answered",
    "view": "experienced",
    "speaker": "employee",
    "weight": 1.0,
}


@pytest.mark.parametrize("options", [("yes", "no", "no"), ("no", "no", "no")])
def test_no_count_tells_what_one_of_the_staff_answered(shop: Workspace, options: tuple[str, ...]) -> None:
    """Three of them answered; whatever a rule looks into, the editor says the same whoever chose what."""
    said = [
        dict(fact(10 + i, i, "order", None)) | STAFF | {"unit": "hq-3", "option": option, "submission": bytes([i] * 12)}
        for i, option in enumerate(options)
    ]
    asked = dict(fact(20, 9, "order", "ann")) | STAFF | {"option": "yes", "speaker": "customer", "unit": "hq-3"}
    commit(shop.log, [], feedback=[*said, asked | {"submission": b"9" * 12}])
    match = {"unit": ("hq-3",), "option": ("yes",)}
    assert count_fitting(shop, match) == {"feedback": 1}
    old, _ = shop.rules()
    new = RuleSet(journey=old.journey, rules=(Rule(match=match, touchpoint="call"), *old.rules))
    assert [(one.table, one.facts) for one in compare_rules(shop, old=old, new=new).changes] == [("feedback", 1)]
    taken = count_rules(shop, new)
    assert taken.taken[0] == {"feedback": 1}
    assert {one.table: one.facts for one in taken.balance} == {"interactions": 3, "feedback": 1}
    assert read_rule_facts(shop, fitting(match), kind="feedback", identifiers=True).total == 1
    # The map counts as the editor does, so that no difference of the two tells it either.
    assert read_journey_map(shop, now=NOW).balance == count_rules(shop, old).balance


def test_too_many_combinations_are_refused(shop: Workspace, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(mapping, "MOST_COMBINATIONS", 1)
    with pytest.raises(mapping.TooManyCombinations):
        read_combinations(shop, ("event",))


def test_disabled_rules_are_kept_in_the_file() -> None:
    text = 'journey = "shop"\n\n[[rule]]\nmatch = { event = "a" }\ntouchpoint = "call"\ndisabled = true\n'
    rules = read_rules(text)
    assert rules.rules[0].disabled
    assert write_rules(rules) == text


def test_every_printed_touchpoint_can_be_suggested(shop: Workspace) -> None:
    assert len(printed_touchpoints()) == 11
    journey, _ = shop.journey()
    found = suggest(journey)
    assert [one.element.id.rpartition(".")[2] for one in found[:2]] == ["billing", "thank-you"]
    steps = {step.id for step in journey.steps}
    for one in found:
        assert one.prefilled.step in steps
        assert one.element.places
        assert one.prefilled.label.texts.keys() >= {"en", "fa"}
    assert suggestion_of(journey, "touchpoints.after.billing") == found[0]
    assert suggestion_of(journey, "nothing") is None
