"""Search, comparison, coverage, the table of steps and the packaged journeys."""

from __future__ import annotations

import importlib.util
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from safar import frameworks
from safar.domain.framework import BadFramework, Element, ElementKind
from safar.domain.matching import folded
from safar.files.journey import read_journey
from safar.frameworks import Likeness, UnknownFramework


def ids(text: str, language: str | None = None) -> list[str]:
    return [f"{hit.framework.name}:{hit.element.id}" for hit in frameworks.search(text, language)]


def test_search_in_english_puts_whole_names_first() -> None:
    found = ids("Word of mouth")
    assert found[:2] == ["stepwise:awareness.notification.word-of-mouth", "relief:loyalty.word-of-mouth"]
    assert "automotive:outcomes.brand-equity.market-development.word-of-mouth-promotion" in found
    assert ids("WAITING compensation") == ["stepwise:purchase.waiting-compensation"]


@pytest.mark.parametrize("typed", ["توصیهٔ دهان‌به‌دهان", "توصیه دهان به دهان", "توصيه دهان", "دهان‌به‌دهان توصیه"])
def test_search_in_persian_as_people_type_it(typed: str) -> None:
    assert "stepwise:awareness.notification.word-of-mouth" in ids(typed, "fa")


def test_search_language_and_nothing_found() -> None:
    assert ids("trust", "fa") == []
    assert ids("   ") == []
    assert ids("no such thing at all") == []
    only = frameworks.search("trust", frameworks=[frameworks.load("relief")])
    assert [hit.element.id for hit in only] == ["trust"]


@given(st.text())
def test_folding_twice_is_folding_once(text: str) -> None:
    assert folded(folded(text)) == folded(text)


@given(st.sampled_from(frameworks.load("b2b").elements), st.sampled_from(["en", "fa"]))
def test_every_element_is_found_by_its_own_name(element: Element, language: str) -> None:
    assert f"b2b:{element.id}" in ids(element.label.text(language), language)


def test_papers_are_compared_by_words() -> None:
    found = frameworks.compare(frameworks.load("stepwise"), frameworks.load("relief"))
    assert not found.by_id
    pairs = {(pair.left.id, pair.right.id) for pair in found.pairs}
    assert ("awareness.notification.word-of-mouth", "loyalty.word-of-mouth") in pairs
    assert {pair.likeness for pair in found.pairs} == {Likeness.ALIKE}
    assert len(found.pairs) + len(found.only_left) == len(found.left.elements)


def test_a_framework_and_itself() -> None:
    itself = frameworks.load("automotive")
    found = frameworks.compare(itself, itself)
    assert found.by_id
    assert {pair.likeness for pair in found.pairs} == {Likeness.SAME}
    assert found.only_left == found.only_right == ()
    counts = {(row["what"], row["value"]): (row["left"], row["right"]) for row in found.counts()}
    assert counts["role", "causal"] == (55, 55)


def test_own_framework_is_compared_by_ids() -> None:
    text = """
name = "ours"
base = "relief"
drop = ["trust"]
[add]
"loyalty.club" = { en = "Club", kind = "practice" }
[rename]
"loyalty.renewal" = { en = "Stays" }
[change]
"strategy.pricing" = { kind = "indicator" }
"""
    found = frameworks.compare(frameworks.load("relief"), frameworks.load_text(text, where="ours.toml"))
    by_likeness = {likeness: [p.left.id for p in found.pairs if p.likeness is likeness] for likeness in Likeness}
    assert by_likeness[Likeness.RENAMED] == ["loyalty.renewal"]
    assert by_likeness[Likeness.CHANGED] == ["strategy.pricing"]
    assert [e.id for e in found.only_right] == ["loyalty.club"]
    assert len(found.only_left) == 7


def test_coverage_names_only_what_exists() -> None:
    able = frameworks.known_capabilities()
    for name in frameworks.names():
        for element in frameworks.load(name).elements:
            assert all(key in able for key in element.measured_by)
    used = {key for name in frameworks.names() for e in frameworks.load(name).elements for key in e.measured_by}
    assert set(able) == used
    assert all(capability.label.text("fa") and capability.how for capability in able.values())


def test_capabilities_are_found_where_they_are_said_to_be() -> None:
    for capability in frameworks.known_capabilities().values():
        where = capability.how.split()[0]
        assert importlib.util.find_spec(where) is not None, capability.how


def test_gaps_are_the_elements_with_nothing() -> None:
    for name in frameworks.names():
        framework = frameworks.load(name)
        open_ids = {element.id for element in frameworks.gaps(framework)}
        assert open_ids
        for element in framework.elements:
            expected = element.kind is not ElementKind.STRUCTURE and not element.measured_by
            assert (element.id in open_ids) == expected


def test_five_stages_stand_for_nine_steps() -> None:
    table = frameworks.mapping()
    assert [step for step, _ in table.steps] == list(frameworks.load("b2b").steps)
    assert sorted(step for _, steps in table.steps for step in steps) == sorted(frameworks.load("stepwise").steps)
    assert table.targets("consideration") == ("attention", "evaluation", "decision")
    assert "loyalty" in table.targets("retention")
    assert table.targets("nowhere") == ()


@pytest.mark.parametrize(
    ("old", "new", "named"),
    [
        ('advocacy = ["advocacy"]', "", "missing: advocacy"),
        ('purchase = ["purchase"]', 'purchase = ["purchase", "usage"]', "told twice: usage"),
        ('purchase = ["purchase"]', 'purchase = ["buying"]', "unknown: buying"),
        ("purchase =", "buying =", "unknown: buying"),
        ("[steps]", "extra = 1\n[steps]", "unknown 'extra'"),
    ],
)
def test_an_edited_table_of_steps_must_be_complete(tmp_path: Path, old: str, new: str, named: str) -> None:
    packaged = Path(frameworks.__file__).parent / "mappings" / "b2b-to-stepwise.toml"
    own = tmp_path / "own.toml"
    own.write_text(packaged.read_text(encoding="utf-8").replace(old, new, 1), encoding="utf-8")
    with pytest.raises(BadFramework) as raised:
        frameworks.mapping(path=own)
    assert named in raised.value.message


def test_no_table_of_steps() -> None:
    with pytest.raises(UnknownFramework):
        frameworks.mapping("relief", "stepwise")


@pytest.mark.parametrize("name", ["nine-steps", "five-stages"])
def test_packaged_journeys_follow_their_framework(name: str) -> None:
    journey = read_journey(frameworks.journey_text(name))
    framework = frameworks.load(str(journey.framework))
    assert tuple(step.id for step in journey.steps) == framework.steps
    labels = [*(step.label for step in journey.steps), *(touchpoint.label for touchpoint in journey.touchpoints)]
    assert all(set(label.texts) == {"en", "fa"} for label in labels)
    assert {touchpoint.step for touchpoint in journey.touchpoints} == set(framework.steps)
    assert {"billing", "thank-you"} <= {touchpoint.id for touchpoint in journey.touchpoints}


def test_packaged_journey_names() -> None:
    assert list(frameworks.journey_texts()) == ["nine-steps", "five-stages"]
    with pytest.raises(UnknownFramework):
        frameworks.journey_text("ten-steps")
