"""What must hold for every packaged framework."""

from __future__ import annotations

import re

import pytest

from safar import frameworks
from safar.domain.framework import ElementKind, Framework, Level

NAMES = ("stepwise", "automotive", "relief", "b2b", "platform")
PERSIAN = re.compile(r"[آابپتثجچحخدذرزژسشصضطظعغفقکگلمنوهی]")
ARABIC_LOOK_ALIKE = re.compile(r"[يكة٠-٩]")
# plural, possessive and comparative endings are joined by a zero-width non-joiner, never by a space
LOOSE_ENDING = re.compile(r"\s(ها|های|هایی|تر|ترین)(?=\s|$|[،؛:])|(^|\s)ن?می\s")


@pytest.fixture(params=NAMES)
def framework(request: pytest.FixtureRequest) -> Framework:
    return frameworks.load(request.param)


def test_names() -> None:
    assert frameworks.names() == NAMES


def test_every_element_has_a_short_english_and_persian_label(framework: Framework) -> None:
    for element in framework.elements:
        english, persian = element.label.texts["en"], element.label.texts["fa"]
        assert PERSIAN.search(persian), element.id
        assert not PERSIAN.search(english), element.id
        assert not ARABIC_LOOK_ALIKE.search(persian), element.id
        assert not LOOSE_ENDING.search(persian), element.id
        for label in (english, persian):
            assert label == " ".join(label.split()), element.id
            assert len(label) <= 80, element.id
            assert not label.endswith((".", "…")), element.id


def test_every_element_says_where_it_is_printed(framework: Framework) -> None:
    assert [e.id for e in framework.elements if not e.places and e.level is not Level.GROUP] == []


def test_codes_are_something_to_measure_or_assess(framework: Framework) -> None:
    assert [e.id for e in framework.at(Level.CODE) if e.kind is ElementKind.STRUCTURE] == []


def test_every_disagreement_has_two_sides(framework: Framework) -> None:
    told = [e.readings for e in framework.elements if e.readings] + [c.readings for c in framework.contradictions]
    assert all(len(readings) >= 2 for readings in told)


def test_titles_are_told(framework: Framework) -> None:
    assert framework.paper.title
    assert framework.paper.year is not None
    assert framework.paper.title in str(framework.paper)
    assert PERSIAN.search(framework.label.text("fa"))


def test_written_and_read_again_it_is_the_same(framework: Framework) -> None:
    text = frameworks.framework_text(framework)
    again = frameworks.load_text(text, where="again.toml")
    assert again == framework
    assert frameworks.framework_text(again) == text
