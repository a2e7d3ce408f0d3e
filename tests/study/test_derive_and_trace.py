"""From a path model to a questionnaire, and every item followed from both ends."""

from __future__ import annotations

from dataclasses import replace

import pytest

from safar import frameworks
from safar.domain.framework import Framework
from safar.domain.label import Label
from safar.domain.path_model import PathModel
from safar.domain.questionnaire import BadQuestionnaire, Item, ItemKind, Page, Questionnaire
from safar.files.path_model import read_path_model
from safar.frameworks.proposing import propose
from safar.study.derive import PER_PAGE, derive
from safar.study.trace import Break, Trace, trace


@pytest.fixture(scope="module")
def relief() -> Framework:
    return frameworks.load("relief")


@pytest.fixture(scope="module")
def model(relief: Framework) -> PathModel:
    return propose(relief)


@pytest.fixture(scope="module")
def asked(model: PathModel, relief: Framework) -> Questionnaire:
    return derive(model, frameworks={"relief": relief}, languages=("en", "fa"))


def follow(asked: Questionnaire, model: PathModel, relief: Framework) -> Trace:
    return trace(asked, model, frameworks={"relief": relief})


def changed(asked: Questionnaire, name: str, **changes: object) -> Questionnaire:
    pages = [
        replace(page, items=tuple(replace(one, **changes) if one.id == name else one for one in page.items))  # type: ignore[arg-type]
        for page in asked.pages
    ]
    return replace(asked, pages=tuple(pages))


def without(asked: Questionnaire, name: str) -> Questionnaire:
    pages = [replace(page, items=tuple(one for one in page.items if one.id != name)) for page in asked.pages]
    return replace(asked, pages=tuple(pages))


def test_every_indicator_is_asked_in_the_words_of_its_element(asked: Questionnaire, model: PathModel) -> None:
    assert {item.id for item in asked.items} == set(model.items)
    item = asked.item("trust_time_respected")
    assert item.wording.texts == {
        "en": "This is true of my experience: not wasting the customer's time.",
        "fa": "این دربارهٔ تجربهٔ من درست است: پرهیز از اتلاف وقت مشتری.",
    }
    assert (item.construct, item.element) == ("trust", "relief:trust.time-respected")
    assert item.source.endswith("; table 3, row 1.5")
    assert all(one.proposed for one in asked.items)
    assert asked.title.text("fa") == "پرسشنامه: مدیریت تجربهٔ مشتری در خدمات امداد خودرو"


def test_constructs_take_turns_on_pages_of_about_the_same_length(
    asked: Questionnaire, model: PathModel, relief: Framework
) -> None:
    lengths = [len(page.items) for page in asked.pages]
    assert sum(lengths) == len(model.items)
    assert max(lengths) <= PER_PAGE
    assert max(lengths) - min(lengths) <= 1
    first = [item.construct for item in asked.items][: len(model.constructs)]
    assert first == [one.name for one in model.constructs]
    ordered = derive(model, frameworks={"relief": relief}, mixed=False)
    assert [item.id for item in ordered.items] == list(model.items)


def test_without_a_framework_the_wording_is_left_to_people(relief: Framework) -> None:
    model = read_path_model("Trust =~ t1 + t2\nLoyalty =~ l1 + l2\nLoyalty ~ Trust", name="own")
    asked = derive(model, frameworks={"relief": relief})
    assert asked.item("t1").wording.text() == "Trust (t1)"
    assert asked.item("t1").proposed
    assert asked.name == "own"


def test_an_indicator_that_cannot_name_a_question_is_named() -> None:
    model = read_path_model(
        'name = "m"\n[[constructs]]\nname = "A"\nitems = ["a 1", "a2"]\n'
        '[[constructs]]\nname = "B"\nitems = ["b1"]\n[[paths]]\nfrom = "A"\nto = "B"\n'
    )
    with pytest.raises(BadQuestionnaire, match="'a 1' cannot be the name of an item"):
        derive(model, frameworks={})


def test_the_whole_way_from_an_item_to_what_measures_it(
    asked: Questionnaire, model: PathModel, relief: Framework
) -> None:
    found = follow(asked, model, relief)
    assert found.whole
    link = next(one for one in found.links if one.item == "trust_time_respected")
    assert (link.page, link.construct, link.construct_label) == (4, "trust", "Trust")
    assert (link.element, link.element_label) == ("relief:trust.time-respected", "Not wasting the customer's time")
    assert link.printed_at == "table 3, row 1.5"
    assert link.measured_by == ("Waiting time between steps", "Time spent inside a step")
    assert [one.what for one in found.broken] == [Break.PROPOSED]
    constructs = {row["construct"]: row for row in found.parts["constructs"]}
    assert (constructs["trust"]["asked"], constructs["trust"]["measured"]) == (6, 1)
    assert len(found.rows()) == len(model.items)
    assert "31 items: 31 asked" in found.told().text()


def test_an_indicator_that_nobody_asks(asked: Questionnaire, model: PathModel, relief: Framework) -> None:
    found = follow(without(asked, "trust_respect"), model, relief)
    assert not found.whole
    assert found.broken[0].what is Break.NOT_ASKED
    assert found.broken[0].says == "Nobody asks trust_respect, an item of trust: add it to a page."
    link = next(one for one in found.links if one.item == "trust_respect")
    assert (link.page, link.element) == (None, "relief:trust.respect")


def test_a_question_that_no_construct_uses(asked: Questionnaire, model: PathModel, relief: Framework) -> None:
    more = Item(id="trust7", wording=Label({"en": "I trust them.", "fa": "اعتماد دارم."}), scale="agreement",
                construct="trust")  # fmt: skip
    person = Item(id="age", wording=Label({"en": "Age?", "fa": "سن؟"}), kind=ItemKind.NUMBER)
    found = follow(replace(asked, pages=(*asked.pages, Page(items=(more, person)))), model, relief)
    assert (found.broken[0].what, found.broken[0].where) == (Break.UNUSED, "trust7")
    assert not any(one.where == "age" for one in found.broken), "questions about the person are meant"
    assert found.whole


def test_an_item_asked_for_another_construct_or_not_as_a_number(
    asked: Questionnaire, model: PathModel, relief: Framework
) -> None:
    found = follow(changed(asked, "trust_respect", construct="loyalty"), model, relief)
    assert (found.whole, found.broken[0].what) == (False, Break.OTHER_CONSTRUCT)
    words = changed(asked, "trust_respect", kind=ItemKind.TEXT, scale=None)
    assert follow(words, model, relief).broken[0].what is Break.NOT_RATED


def test_an_element_that_no_framework_has(asked: Questionnaire, model: PathModel, relief: Framework) -> None:
    found = follow(changed(asked, "trust_respect", element="relief:trust.nothing"), model, relief)
    assert (found.broken[0].what, found.broken[0].where) == (Break.UNKNOWN_ELEMENT, "trust_respect")
    assert found.whole


def test_constructs_without_element_and_words_without_translation() -> None:
    model = read_path_model("Trust =~ t1 + t2\nLoyalty =~ l1 + l2\nLoyalty ~ Trust", name="own")
    asked = replace(derive(model, frameworks={}), languages=("en", "de"))
    found = trace(asked, model, frameworks={})
    assert [(one.what, one.where) for one in found.broken] == [
        (Break.NO_ELEMENT, "Trust"),
        (Break.NO_ELEMENT, "Loyalty"),
        (Break.PROPOSED, "own"),
        (Break.NOT_TRANSLATED, "own"),
    ]
