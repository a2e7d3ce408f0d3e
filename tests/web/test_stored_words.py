"""Sentences that are stored speak the language of whoever reads them, not of whoever wrote them."""

from __future__ import annotations

import json
from pathlib import Path

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from safar.domain.label import Label
from safar.web.stored_words import keep_words, note_words, say
from tests.web.web_cast import Cast

RENEWAL = Label({"en": "Renewal", "fa": "تمدید"})


@pytest.mark.parametrize(
    ("language", "step", "rule"), [("en", "step Renewal", "rule 44"), ("fa", "گام تمدید", "قاعدهٔ ۴۴")]
)
def test_a_change_is_worded_when_it_is_read(served: Path, language: str, step: str, rule: str) -> None:
    from django.utils import translation

    with translation.override("fa" if language == "en" else "en"):
        kept = keep_words("step %(name)s", name=RENEWAL), keep_words("rule %(number)s", number=44)
    with translation.override(language):
        assert (say(kept[0]), say(kept[1])) == (step, rule)


@pytest.mark.parametrize("stored", ["گام Renewal", "", "[x] done", "[1]", '["a %(b)s", {"c": 1}]', '["a %(b)s", 3]'])
def test_what_was_stored_as_a_sentence_stays(served: Path, stored: str) -> None:
    assert say(stored) == stored


@given(en=st.text(max_size=300), fa=st.text(max_size=300))
@settings(suppress_health_check=[HealthCheck.function_scoped_fixture], max_examples=50)
def test_long_names_are_cut_and_fit_the_store(served: Path, en: str, fa: str) -> None:
    kept = keep_words("order of the touchpoints: %(name)s", name=Label({"en": en or "a", "fa": fa}))
    try:
        json.loads(kept)
    except ValueError:  # told as a sentence, since its letters take too much room in JSON
        assert kept.startswith(("order of the touchpoints", "ترتیب"))
    else:
        assert len(kept) <= 200


def test_reasons_that_the_product_gives_are_translated_and_words_of_people_are_not(served: Path) -> None:
    from django.utils import translation

    with translation.override("fa"):
        assert note_words("simulated company") == "شرکت شبیه‌سازی‌شده"
        assert note_words("By mistake") == "By mistake"
    with translation.override("en"):
        assert note_words("simulated company") == "simulated company"


def test_versions_say_in_persian_what_the_product_wrote(cast: Cast) -> None:
    body = cast.client("bob").get("/journey/versions/?lang=fa").content.decode()
    assert "simulated company" not in body
    assert "شرکت شبیه‌سازی‌شده" in body


def test_headings_of_packaged_papers_are_all_translated(served: Path) -> None:
    from django.utils import translation

    from safar import frameworks
    from safar.web.framework_words import paper_words

    packaged = [frameworks.load(name) for name in frameworks.names()]
    told = {matter.about for one in packaged for matter in one.contradictions}
    told |= {name for one in packaged for element in one.elements for name in element.figures}
    assert told
    with translation.override("fa"):
        assert {one for one in told if paper_words(one) == one} <= {"t"}
