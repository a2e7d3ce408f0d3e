"""Questionnaires of every kind for property tests, and one that is easy to read."""

from __future__ import annotations

from hypothesis import strategies as st

from safar.domain.fact import Direction
from safar.domain.label import Label
from safar.domain.questionnaire import (
    AnswerScale,
    Item,
    ItemKind,
    NotApplicable,
    Option,
    Page,
    Questionnaire,
)

WORDS = [
    "<b>a</b>", "a & b", "{SAVEDID}", "]]>", 'says "no"', "it's", "=1+1", "1 < 2", "دو\u200cکلمه", "a\\b", "&#123;",
    "é", "-5", "@me", "|", "*", "Zug,fahrt", "semi;colon", "۱۲", "#", "%", "tab", "[x]", "ß", "Ω", "_",
]  # fmt: skip


def small() -> Questionnaire:
    """Two constructs on one scale, one item reversed, and a group to choose."""
    scale = AnswerScale(
        id="agree",
        least=1,
        greatest=5,
        labels={1: Label({"en": "No", "fa": "نه"}), 5: Label({"en": "Yes", "fa": "آری"})},
        ask=Label({"en": "Is it so?", "fa": "آیا چنین است؟"}),
        not_applicable=NotApplicable(code=99, label=Label({"en": "Not for me", "fa": "برای من نه"})),
    )
    ratings = tuple(
        Item(
            id=name,
            wording=Label({"en": f"{name} is good", "fa": f"{name} خوب است"}),
            scale="agree",
            construct=name[:-1].capitalize(),
            reversed=name == "trust2",
            source="Own wording",
        )
        for name in ("trust1", "trust2", "loyal1", "loyal2")
    )
    region = Item(
        id="region",
        wording=Label({"en": "Where do you live?"}),
        kind=ItemKind.CHOICE,
        options=(Option(code="n", label=Label({"en": "North"})), Option(code="s", label=Label({"en": "South"}))),
    )
    return Questionnaire(
        name="small",
        title=Label({"en": "A small one"}),
        languages=("en", "fa"),
        scales=(scale,),
        pages=(Page(items=ratings, title=Label({"en": "About us"})), Page(items=(region,))),
    )


def texts() -> st.SearchStrategy[str]:
    """What people write: hostile to one format or another."""
    return st.lists(st.sampled_from(WORDS), min_size=1, max_size=2).map(" ".join)


@st.composite
def labels(draw: st.DrawFn, languages: tuple[str, ...]) -> Label:
    return Label({tag: draw(texts()) for tag in languages})


@st.composite
def told_apart(draw: st.DrawFn, number: int, languages: tuple[str, ...]) -> list[Label]:
    """Labels that differ in every language, and that are no numbers."""
    return [
        Label({tag: f"{draw(texts())} w{place}{tag}" for tag in languages})  # a word of its own each
        for place in range(number)
    ]


@st.composite
def scales(draw: st.DrawFn, name: str, languages: tuple[str, ...]) -> AnswerScale:
    least = draw(st.integers(-5, 3))
    greatest = least + draw(st.integers(2, 10))
    labeled = draw(st.lists(st.integers(least, greatest), unique=True, max_size=5))
    said = draw(told_apart(len(labeled) + 1, languages))
    way_out = NotApplicable(code=draw(st.sampled_from([77, 99, 999])), label=said[-1]) if draw(st.booleans()) else None
    return AnswerScale(
        id=name,
        least=least,
        greatest=greatest,
        best=draw(st.sampled_from(Direction)),
        labels=dict(zip(labeled, said, strict=False)),
        ask=draw(st.none() | labels(languages)),
        not_applicable=way_out,
    )


@st.composite
def items(draw: st.DrawFn, name: str, languages: tuple[str, ...], scale_ids: list[str]) -> Item:
    kind = draw(st.sampled_from(ItemKind))
    number = draw(st.integers(2, 6)) if kind is ItemKind.CHOICE else 0
    said = draw(told_apart(number, languages))
    codes = draw(st.sampled_from([[str(place) for place in range(1, 7)], ["a", "b", "c", "D4", "e", "f"]]))
    rated = kind is ItemKind.RATING
    return Item(
        id=name,
        wording=draw(labels(languages)),
        kind=kind,
        scale=draw(st.sampled_from(scale_ids)) if rated else None,
        options=tuple(Option(code=code, label=label) for code, label in zip(codes, said, strict=False)),
        construct=draw(st.none() | st.sampled_from(["Trust", "Loyalty & more"])),
        element=draw(st.none() | st.just("relief:trust.respect")),
        source=draw(st.just("") | texts()),
        reversed=rated and draw(st.booleans()),
        required=draw(st.booleans()),
        proposed=draw(st.booleans()),
    )


@st.composite
def questionnaires(draw: st.DrawFn) -> Questionnaire:
    languages = draw(st.sampled_from([("en",), ("fa",), ("en", "fa"), ("fa", "en", "de")]))
    ids = [f"scale{place}" for place in range(draw(st.integers(1, 3)))]
    made = [draw(scales(name, languages)) for name in ids]
    long = st.sampled_from(["a_long_name_that_fits_nowhere_else", "x.y", "q", "Ärger"])
    names = [f"{draw(st.just('item') | long)}_{place}" for place in range(draw(st.integers(1, 8)))]
    asked = [draw(items(name, languages, ids)) for name in names]
    cut = draw(st.integers(1, len(asked)))
    pages = [
        Page(items=tuple(part), title=draw(st.none() | labels(languages)), intro=draw(st.none() | labels(languages)))
        for part in (asked[:cut], asked[cut:])
        if part
    ]
    return Questionnaire(
        name=draw(st.sampled_from(["survey", "survey-2026", "پرسش"])),
        title=draw(labels(languages)),
        languages=languages,
        scales=tuple(made),
        intro=draw(st.none() | labels(languages)),
        closing=draw(st.none() | labels(languages)),
        pages=tuple(pages),
    )
