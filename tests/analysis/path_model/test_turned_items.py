"""Items that run against their construct are named by the check, before anything is estimated, and by a doubt after."""

from __future__ import annotations

import numpy as np
import pytest

import safar
from tests.analysis.path_model.simulated_rows import CHAIN, likert, simulated

BOTH = "runs against its other items: turn its answers round if it was asked in reverse."


def turned(*items: str) -> dict[str, object]:
    rows = {name: np.asarray(values, dtype=np.float64) for name, values in likert(simulated(150)).items()}
    return {name: 8 - values if name in items else values for name, values in rows.items()}


@pytest.mark.parametrize("items", [(), ("care1",), ("care2", "loyal3")])
def test_the_check_names_them(items: tuple[str, ...]) -> None:
    notes = [one for one in safar.PathModel(CHAIN).check(turned(*items)).notes if one.endswith(BOTH)]
    assert [one.split()[0] for one in notes] == list(items)


def test_whole_constructs_asked_in_reverse_are_no_turned_items() -> None:
    notes = safar.PathModel(CHAIN).check(turned("care1", "care2", "care3")).notes
    assert not any(one.endswith(BOTH) for one in notes)


def test_gaps_constant_and_absent_items_are_no_matter() -> None:
    rows = turned("care1")
    gappy = np.where(np.arange(150) % 7 == 0, np.nan, np.asarray(rows["care2"], dtype=np.float64))
    assert any("care1 of Care" in one for one in safar.PathModel(CHAIN).check({**rows, "care2": gappy}).notes)
    same = safar.PathModel(CHAIN).check({**rows, "care2": np.full(150, 4.0)})
    assert not any(one.endswith(BOTH) for one in same.notes)


def test_a_doubt_names_the_item_and_the_next_step_in_both_languages() -> None:
    found = safar.PathModel(CHAIN).bootstrap(turned("care1"), resamples=60)
    (told,) = (one for one in found.in_language("en").verdicts[0].doubts if one.reason == "item-turned")
    assert told.says.startswith("Item care1 loads below zero on Care (−0.")
    assert "Turn its answers round" in told.says
    (persian,) = (one for one in found.in_language("fa").verdicts[0].doubts if one.reason == "item-turned")
    assert "منفی است" in persian.says
    plain = safar.PathModel(CHAIN).bootstrap(turned(), resamples=60)
    assert all(one.reason != "item-turned" for verdict in plain.verdicts for one in verdict.doubts)


def test_of_items_that_are_parts_measures_of_agreement_say_nothing() -> None:
    from safar.analysis.path_model.paper import paper_tables

    formed = safar.PathModel(CHAIN.replace('items = ["care1"', 'measured = "composite"\nmode = "B"\nitems = ["care1"'))
    tables = {one.name: one for one in paper_tables(formed.fit(turned()))}
    assert any(note.startswith("Mode B (Care)") for note in tables["constructs"].notes)
    plain = {one.name: one for one in paper_tables(safar.PathModel(CHAIN).fit(turned()))}
    assert not any(note.startswith("Mode B") for note in plain["constructs"].notes)


COMPOSITE = CHAIN.replace("items = ", 'measured = "composite"\nitems = ')


@pytest.mark.parametrize("consistent", [False, True])
@pytest.mark.parametrize("model", [CHAIN, COMPOSITE, COMPOSITE.replace("items = ", 'mode = "unit"\nitems = ')])
def test_every_claim_of_the_construct_is_doubted_with_and_without_resamples(model: str, consistent: bool) -> None:
    asked = safar.PathModel(model)
    rows = turned("care1")
    for found in (
        asked.fit(rows, consistent=consistent),
        asked.bootstrap(rows, resamples=40, consistent=consistent),
    ):
        for verdict in found.verdicts:
            named = [one.says for one in verdict.doubts if one.reason == "item-turned"]
            assert len(named) == ("Care" in (verdict.source, verdict.target))
            assert all(one.startswith("Item care1 loads below zero") for one in named)


def test_of_parts_that_need_not_agree_none_is_turned() -> None:
    formed = safar.PathModel(COMPOSITE.replace('items = ["care', 'mode = "B"\nitems = ["care'))
    assert "item-turned" not in {
        one.reason for verdict in formed.fit(turned("care1")).verdicts for one in verdict.doubts
    }
    assert not any(one.endswith(BOTH) for one in formed.check(turned("care1")).notes)


def test_where_most_items_are_turned_the_scores_turn_and_it_is_said() -> None:
    model = safar.PathModel(CHAIN)
    right, wrong = model.fit(turned()), model.fit(turned("care1", "care3"))
    assert wrong.path("Care", "Trust").figure.estimate == pytest.approx(-right.path("Care", "Trust").figure.estimate)
    (told,) = (one for one in wrong.verdicts[0].doubts if one.reason == "item-turned")
    assert told.says.startswith("Item care2 ")
    assert "the signs of its paths are turned" in told.says
    assert "علامت مسیرهایش" in next(
        one.says for one in wrong.in_language("fa").verdicts[0].doubts if one.reason == "item-turned"
    )


def test_screening_blames_the_turned_item_alone() -> None:
    found = safar.PathModel(CHAIN).screen(turned("care2"), factors=None)
    (told,) = (one for one in found.says if one.startswith("Goes against"))
    assert told.endswith("the other way round? care2.")
    rests = {one.item: one.item_rest or 0.0 for one in found.items}
    plain = {one.item: one.item_rest or 0.0 for one in safar.PathModel(CHAIN).screen(turned(), factors=None).items}
    assert rests == pytest.approx({name: -rest if name == "care2" else rest for name, rest in plain.items()})
