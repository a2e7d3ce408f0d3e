"""Changes of a company's own framework keep it valid; differences and merges say what happened."""

from __future__ import annotations

from dataclasses import replace

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from safar import frameworks
from safar.domain.differences import How
from safar.domain.framework import BadFramework, Element, ElementKind, Framework, Level
from safar.domain.framework_edits import (
    MOST_ELEMENTS,
    add_elements,
    compare_frameworks,
    drop_element,
    merge_frameworks,
    move_element,
    put_element,
)
from safar.domain.label import Label
from safar.usecases.frameworks import covered_by_origin, tallies

LABEL = Label({"en": "Ours", "fa": "ما"})
PAPERS = frameworks.names()


def ours(*papers: str, codes: bool = True) -> Framework:
    return frameworks.started_from(map(frameworks.load, papers or ("relief",)), name="own", label=LABEL, codes=codes)


def a_new_one(parent: str = "", name: str = "new") -> Element:
    return Element(
        id=f"{parent}.{name}" if parent else name,
        parent=parent,
        label=Label({"en": "New"}),
        level=Level.CODE,
        kind=ElementKind.INDICATOR,
    )


def again(framework: Framework) -> Framework:
    return frameworks.load_text(frameworks.framework_text(framework), where="own")


@pytest.mark.parametrize("papers", [("relief",), ("stepwise", "b2b"), PAPERS])
def test_what_begins_from_papers_has_their_elements_and_reads_back(papers: tuple[str, ...]) -> None:
    own = ours(*papers)
    assert len(own.elements) == sum(len(frameworks.load(name).elements) for name in papers)
    assert again(own).elements == own.elements
    assert {one.source.partition(":")[0] for one in own.elements} == set(papers)


def test_without_codes_only_what_groups_them() -> None:
    own = ours("automotive", codes=False)
    assert {one.level for one in own.elements} == {Level.GROUP, Level.CATEGORY, Level.SUBCATEGORY}


def test_coverage_comes_along_from_the_paper() -> None:
    paper = frameworks.load("stepwise")
    own = covered_by_origin(ours("stepwise"))
    assert tallies(own)[""] == tallies(paper)[""]
    linked = put_element(own, replace(own.element("awareness.information"), measured_by=("question:q1",)))
    assert covered_by_origin(linked).element("awareness.information").measured_by[-1] == "question:q1"


def test_taking_an_element_brings_what_is_below_it_once() -> None:
    own, taken = frameworks.take_in(ours("relief"), frameworks.load("stepwise"), "output")
    below = list(frameworks.load("stepwise").below("output"))
    assert len(list(own.below(taken.id))) == len(below)
    assert "output" in own.steps
    again_, same = frameworks.take_in(own, frameworks.load("stepwise"), "output")
    assert (again_, same) == (own, taken)
    child, _ = frameworks.take_in(drop_element(own, "output.silence"), frameworks.load("stepwise"), "output.silence")
    assert child.element("output.silence").parent == "output"
    assert again(child).elements == child.elements


def test_bounds_and_the_last_element_are_kept() -> None:
    own = ours()
    with pytest.raises(BadFramework, match="at most"):
        add_elements(own, [a_new_one(name=f"n{i}") for i in range(MOST_ELEMENTS)])
    one = replace(own, elements=own.elements[:1], relations=())
    with pytest.raises(BadFramework, match="needs an element"):
        drop_element(one, one.elements[0].id)


def test_links_must_name_something_that_can_be_linked() -> None:
    own = put_element(ours(), replace(a_new_one(), measured_by=("touchpoint:bill", "nps", "question:q")))
    assert again(own).element("new").measured_by == ("touchpoint:bill", "nps", "question:q")
    with pytest.raises(BadFramework, match="measured_by"):
        again(put_element(own, replace(a_new_one(), measured_by=("person:alice",))))


@settings(max_examples=25, deadline=None)
@given(data=st.data())
def test_moving_keeps_every_element_and_only_changes_siblings(data: st.DataObject) -> None:
    own = ours("platform")
    name = data.draw(st.sampled_from([one.id for one in own.elements]))
    by = data.draw(st.sampled_from([-2, -1, 1, 2]))
    there = move_element(own, name, by=by)
    assert {one.id for one in there.elements} == {one.id for one in own.elements}
    siblings = [one.id for one in own.children(own.element(name).parent)]
    assert sorted(one.id for one in there.children(own.element(name).parent)) == sorted(siblings)
    wanted = min(max(siblings.index(name) + by, 0), len(siblings) - 1)
    assert [one.id for one in there.children(own.element(name).parent)].index(name) == wanted
    assert again(there).elements == there.elements


def test_differences_tell_the_highest_of_what_came_and_went() -> None:
    old = ours("relief")
    new = drop_element(put_element(old, a_new_one()), "trust")
    new = put_element(new, replace(new.element("loyalty"), label=Label({"en": "Staying"})))
    new = move_element(new, "satisfaction", by=1)
    told = {(one.how, one.id) for one in compare_frameworks(old, new)}
    assert (How.ADDED, "new") in told
    assert (How.REMOVED, "trust") in told
    assert (How.CHANGED, "loyalty") in told
    assert not any(name.startswith("trust.") for _how, name in told)
    assert any(how is How.MOVED for how, _name in told)
    assert compare_frameworks(old, old) == ()
    assert {one.how for one in compare_frameworks(None, old)} == {How.ADDED}


def test_merging_takes_both_sides_and_tells_what_gave_way() -> None:
    base = ours("relief")
    mine = put_element(drop_element(base, "trust"), a_new_one("loyalty"))
    theirs = put_element(base, replace(base.element("satisfaction"), label=Label({"en": "Content"})))
    merged, lost = merge_frameworks(base=base, mine=mine, theirs=theirs)
    assert "trust" not in merged
    assert "loyalty.new" in merged
    assert merged.element("satisfaction").label.text() == "Content"
    assert lost == ()
    other = put_element(base, replace(base.element("satisfaction"), label=Label({"en": "Pleased"})))
    merged, lost = merge_frameworks(base=base, mine=other, theirs=theirs)
    assert merged.element("satisfaction").label.text() == "Pleased"
    assert lost == ("satisfaction",)


def test_a_parent_that_one_side_dropped_comes_back_for_what_the_other_added() -> None:
    base = ours("relief")
    merged, _lost = merge_frameworks(
        base=base, mine=drop_element(base, "trust"), theirs=put_element(base, a_new_one("trust"))
    )
    assert "trust.new" in merged
    assert "trust" in merged
    assert [one.id for one in again(merged).elements] == [one.id for one in merged.elements]
