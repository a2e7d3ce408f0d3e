"""A questionnaire that could not be asked, or not be read back, is refused by the name of what is wrong."""

from __future__ import annotations

from dataclasses import replace

import pytest

from safar.domain.label import Label
from safar.domain.questionnaire import (
    MOST_POINTS,
    AnswerScale,
    BadQuestionnaire,
    Item,
    ItemKind,
    NotApplicable,
    Option,
    Page,
    Questionnaire,
    UnknownItem,
)

EN = Label({"en": "Good?"})
AGREE = AnswerScale(id="agree", least=1, greatest=5)
ITEM = Item(id="q1", wording=EN, scale="agree")


def asked(**changes: object) -> Questionnaire:
    told: dict[str, object] = {"name": "one", "title": EN, "scales": (AGREE,), "pages": (Page(items=(ITEM,)),)}
    return Questionnaire(**{**told, **changes})  # type: ignore[arg-type]


def page(*items: Item) -> tuple[Page, ...]:
    return (Page(items=items),)


@pytest.mark.parametrize(
    ("changes", "told"),
    [
        ({"pages": ()}, "asks nothing"),
        ({"pages": (Page(items=(ITEM,)), Page(items=()))}, "Page 2 asks nothing"),
        ({"pages": page(ITEM, replace(ITEM, id="Q1"))}, "Two items are named 'q1'"),
        ({"pages": page(replace(ITEM, scale="other"))}, "Item 'q1' is answered on the scale 'other'"),
        ({"pages": page(replace(ITEM, id="id"))}, "'id' is named as a column that files of answers have anyway"),
        ({"pages": page(replace(ITEM, wording=Label({"fa": "خوب؟"})))}, "'q1' has no wording in 'en'"),
        ({"scales": (AGREE, AGREE)}, "Two scales are named 'agree'"),
        ({"languages": ()}, "1 to 20 languages"),
        ({"languages": ("en", "en")}, "'en' stands there twice"),
        ({"languages": ("English",)}, "'English' is no language tag"),
        ({"name": "a/b"}, "cannot name a questionnaire"),
        ({"title": Label({"en": " "})}, "empty text"),
        ({"title": Label({"en": "a\x00b"})}, "control character"),
        ({"title": Label({"en": "a" * 5_001})}, "more than 5,000 characters"),
        ({"pages": page(*(replace(ITEM, id=f"q{k}") for k in range(1_001)))}, "at most 1,000 items"),
    ],
)
def test_a_questionnaire_that_contradicts_itself(changes: dict[str, object], told: str) -> None:
    with pytest.raises(BadQuestionnaire, match=told):
        asked(**changes)


@pytest.mark.parametrize("name", ["", "1q", "_q", "a b", "a-b", "q!", "x" * 65, "سؤال ۱"])
def test_names_that_no_column_could_have(name: str) -> None:
    with pytest.raises(BadQuestionnaire, match="cannot be the name of an item") as error:
        Item(id=name, wording=EN, scale="agree")
    assert "in the path model too" in error.value.next_step


@pytest.mark.parametrize(
    ("changes", "told"),
    [
        ({"greatest": 1}, "must be below"),
        ({"greatest": MOST_POINTS + 1}, "more than 101 points"),
        ({"labels": {6: EN}}, "names the value 6"),
        ({"labels": {1: EN, 2: Label({"en": "good?"})}}, r"calls two of its answers 'good\?' \(en\)"),
        ({"labels": {1: Label({"en": "5"})}}, "called by another's number"),
        ({"labels": {5: EN}, "not_applicable": NotApplicable(code=9, label=EN)}, "calls two of its answers"),
        ({"not_applicable": NotApplicable(code=3, label=EN)}, "the code 3 of not applicable is a value"),
        ({"not_applicable": NotApplicable(code=9, label=EN, written=("3",))}, "cannot be written as '3'"),
    ],
)
def test_a_scale_whose_answers_could_not_be_told_apart(changes: dict[str, object], told: str) -> None:
    with pytest.raises(BadQuestionnaire, match=told):
        AnswerScale(**{"id": "agree", "least": 1, "greatest": 5, **changes})  # type: ignore[arg-type]


@pytest.mark.parametrize(
    ("changes", "told"),
    [
        ({"scale": None}, "a rating needs a scale"),
        ({"kind": ItemKind.TEXT}, "only a rating has one"),
        ({"kind": ItemKind.CHOICE, "scale": None}, "a choice needs options"),
        ({"options": (Option(code="a", label=EN),)}, "only a choice has them"),
        ({"kind": ItemKind.NUMBER, "scale": None, "reversed": True}, "only a rating can be reversed"),
    ],
)
def test_an_item_says_how_it_is_answered(changes: dict[str, object], told: str) -> None:
    with pytest.raises(BadQuestionnaire, match=told):
        replace(ITEM, **changes)  # type: ignore[arg-type]


def test_options_are_told_apart_by_code_and_by_words() -> None:
    def choice(*told: tuple[str, str]) -> Item:
        options = tuple(Option(code=code, label=Label({"en": text})) for code, text in told)
        return Item(id="region", wording=EN, kind=ItemKind.CHOICE, options=options)

    assert len(choice(("n", "North"), ("s", "South")).options) == 2
    with pytest.raises(BadQuestionnaire, match="the option 'n' twice"):
        choice(("n", "North"), ("N", "South"))
    with pytest.raises(BadQuestionnaire, match="calls two options 'north'"):
        choice(("n", "North"), ("s", " north"))
    with pytest.raises(BadQuestionnaire, match="must be 1 to 5 letters and digits"):
        choice(("north!", "North"))


def test_it_is_asked_by_name() -> None:
    found = asked()
    assert "q1" in found
    assert found.item("q1") is ITEM
    assert found.scale_of(ITEM).turned(2) == 4
    assert (found.scale_of(ITEM).points, found.scale_of(ITEM).text(3)) == (5, "3")
    with pytest.raises(UnknownItem, match="no item 'q2'"):
        found.item("q2")
