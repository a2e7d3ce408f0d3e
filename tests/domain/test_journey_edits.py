"""Changes of journeys and rules: every change leaves a valid whole, and merging loses nothing that one side did."""

from __future__ import annotations

from dataclasses import replace

import pytest
from hypothesis import given
from hypothesis import strategies as st

from safar.domain.differences import How, compare_journeys, compare_rules
from safar.domain.journey import BadJourney, Journey, OutputWays, PassageKind, PassageRule, Step, Touchpoint
from safar.domain.journey_edits import put_step, put_touchpoint, remove_step, remove_touchpoint
from safar.domain.label import Label
from safar.domain.merging import merge_journeys, merge_lists, merge_rules
from safar.domain.rule_edits import lead_elsewhere, move_rule, put_rule, remove_rule, switch_rule
from safar.domain.rules import BadRules, Rule, RuleSet


def step(name: str) -> Step:
    return Step(id=name, label=Label({"en": name}))


def touchpoint(name: str, at: str) -> Touchpoint:
    return Touchpoint(id=name, step=at, label=Label({"en": name}))


BASE = Journey(
    id="shop",
    label=Label({"en": "Shop"}),
    steps=(step("look"), step("buy"), step("after")),
    touchpoints=tuple(
        touchpoint(name, at) for name, at in (("site", "look"), ("advert", "look"), ("till", "buy"), ("call", "after"))
    ),
    passage=PassageRule(kind=PassageKind.ANCHOR, anchors=("site",)),
    horizon_s=86_400,
    goals=("till",),
    output=OutputWays(step="after", repeat=("till",), complaint=("call",), recovery=(), window_s=86_400),
)  # fmt: skip


def rule(event: str, to: str = "site") -> Rule:
    return Rule(match={"event": (event,)}, touchpoint=to)


RULES = RuleSet(journey="shop", rules=tuple(rule(event) for event in "abcd"))


def events(rules: RuleSet) -> str:
    return "".join(one.match["event"][0] for one in rules.rules)


def test_a_removed_touchpoint_leaves_nothing_dangling() -> None:
    found = remove_touchpoint(remove_touchpoint(BASE, "till"), "call")
    assert found.goals == ()
    assert found.output is not None
    assert (found.output.repeat, found.output.complaint) == ((), ())
    with pytest.raises(BadJourney, match="begin at 'site'"):
        remove_touchpoint(BASE, "site")


def test_steps_are_put_moved_and_taken_away_with_or_without_their_touchpoints() -> None:
    assert [one.id for one in put_step(BASE, step("think"), position=1).steps] == ["look", "think", "buy", "after"]
    assert [one.id for one in put_step(BASE, step("after"), position=0).steps] == ["after", "look", "buy"]
    moved = remove_step(BASE, "look", touchpoints_to="buy")
    assert [one.id for one in moved.touchpoints if one.step == "buy"] == ["till", "site", "advert"]
    gone = remove_step(BASE, "after")
    assert gone.output is None
    assert [one.id for one in gone.touchpoints] == ["site", "advert", "till"]
    with pytest.raises(BadJourney, match="needs a step"):
        remove_step(remove_step(gone, "buy"), "look")


def test_touchpoints_are_placed_within_their_step() -> None:
    found = put_touchpoint(BASE, touchpoint("advert", "look"), position=0)
    assert [one.id for one in found.touchpoints] == ["advert", "site", "till", "call"]
    assert put_touchpoint(BASE, touchpoint("site", "look")) == BASE
    assert [one.id for one in put_touchpoint(BASE, touchpoint("site", "buy"), position=9).touchpoints][1:3] == [
        "till",
        "site",
    ]


def test_rules_are_moved_disabled_and_led_elsewhere() -> None:
    assert events(move_rule(RULES, 0, to=2)) == "bcad"
    assert events(remove_rule(RULES, 1)) == "acd"
    assert events(put_rule(RULES, rule("x"), place=1)) == "axbcd"
    off = switch_rule(RULES, 0)
    assert off.decide({"event": "a"}) is None
    assert switch_rule(off, 0) == RULES
    assert switch_rule(RuleSet(journey="shop", rules=(rule("a"),)), 0).columns == ()
    assert {one.touchpoint for one in lead_elsewhere(RULES, "site", to="till").rules} == {"till"}
    assert lead_elsewhere(RULES, "site", to=None).rules == ()
    for wrong in (-1, 4):
        with pytest.raises(BadRules, match="There is no rule"):
            remove_rule(RULES, wrong)


def test_differences_name_what_came_went_changed_and_moved() -> None:
    new = put_step(remove_touchpoint(BASE, "call"), step("think"), position=0)
    new = put_touchpoint(new, replace(touchpoint("till", "buy"), owner="Sales"))
    new = put_touchpoint(new, touchpoint("advert", "look"), position=0)
    told = {(one.how, one.what, one.id) for one in compare_journeys(BASE, new)}
    assert {
        (How.ADDED, "step", "think"),
        (How.REMOVED, "touchpoint", "call"),
        (How.CHANGED, "touchpoint", "till"),
    } < told
    assert len({one for one in told if one[0] is How.MOVED}) == 1
    assert compare_journeys(BASE, BASE) == ()
    found = compare_rules(RULES, put_rule(remove_rule(RULES, 0), rule("x")))
    assert [(one.how, one.id) for one in found] == [(How.REMOVED, "1"), (How.ADDED, "4")]


@given(st.lists(st.integers(0, 9), unique=True), st.lists(st.integers(0, 9), unique=True))
def test_what_only_one_side_changed_is_taken(base: list[int], other: list[int]) -> None:
    assert merge_lists(base=base, mine=base, theirs=other) == (other, [])
    assert merge_lists(base=base, mine=other, theirs=base)[0] == other
    assert merge_lists(base=base, mine=other, theirs=other) == (other, [])


@given(
    st.lists(st.integers(0, 9), unique=True, max_size=8), st.lists(st.integers(0, 19), unique=True, max_size=8),
    st.lists(st.integers(0, 19), unique=True, max_size=8),
)  # fmt: skip
def test_nothing_that_i_have_is_lost_unless_they_took_it_away(
    base: list[int], mine: list[int], theirs: list[int]
) -> None:
    merged, gave_way = merge_lists(base=base, mine=mine, theirs=theirs)
    assert set(mine) - set(merged) <= set(base)
    assert set(theirs) - set(merged) <= set(base) | set(gave_way)


@given(st.data())
def test_merged_journeys_are_valid_and_hold_both_additions(data: st.DataObject) -> None:
    def changed(name: str) -> Journey:
        found = put_touchpoint(BASE, touchpoint(name, data.draw(st.sampled_from(["look", "buy", "after"]))))
        for gone in data.draw(st.sets(st.sampled_from(["advert", "till", "call"]))):
            found = remove_touchpoint(found, gone)
        if data.draw(st.booleans()):
            found = remove_step(found, "after", touchpoints_to=data.draw(st.sampled_from([None, "buy"])))
        return put_step(found, step(f"step-{name}"), position=data.draw(st.integers(0, 3)))

    mine, theirs = changed("mine"), changed("theirs")
    merged = merge_journeys(base=BASE, mine=mine, theirs=theirs).journey
    names = {one.id for one in merged.touchpoints}
    for side in (mine, theirs):
        assert {one.id for one in side.touchpoints} - {one.id for one in BASE.touchpoints} <= names
    assert {"step-mine", "step-theirs"} <= {one.id for one in merged.steps}


def test_both_changed_the_same_thing() -> None:
    mine = put_touchpoint(BASE, replace(touchpoint("till", "buy"), owner="Mine"))
    theirs = put_touchpoint(BASE, replace(touchpoint("till", "buy"), owner="Theirs"))
    found = merge_journeys(base=BASE, mine=mine, theirs=theirs)
    assert found.gave_way == ("till",)
    assert next(one for one in found.journey.touchpoints if one.id == "till").owner == "Mine"
    rules = merge_rules(base=RULES, mine=put_rule(RULES, rule("x")), theirs=put_rule(RULES, rule("y"), place=0))
    assert events(rules.rules) == "yabcdx"
    clash = merge_rules(base=RULES, mine=put_rule(RULES, rule("x")), theirs=put_rule(RULES, rule("y")))
    assert events(clash.rules) == "abcdx"
    assert len(clash.gave_way) == 1
