"""What keys are called: by a known name, else readable; words that people wrote stay."""

from __future__ import annotations

import pytest

from safar.datasets.telecom.names import company_names
from safar.domain.label import Label
from safar.domain.names import NameKind, Names, humanized


@pytest.mark.parametrize(
    ("key", "told"),
    [
        ("coverage_check", "Coverage check"),
        ("bill", "Bill"),
        ("nps", "NPS"),
        ("csat-after-call", "CSAT after call"),
        ("How was it?", "How was it?"),
        ("QualityOfStay", "QualityOfStay"),
        ("page.viewed", "page.viewed"),
        ("کیفیت", "کیفیت"),
        ("", ""),
    ],
)
def test_a_key_is_made_readable(key: str, told: str) -> None:
    assert humanized(key) == told


def test_a_known_name_goes_first_in_its_language() -> None:
    names = Names(
        {"question": {"bill": Label({"en": "The bill", "fa": "صورت‌حساب"})}, "channel": {"app": Label({"fa": "اپ"})}}
    )
    assert names.text("question", "bill", "fa") == "صورت‌حساب"
    assert names.text(NameKind.QUESTION, "bill") == "The bill"
    assert names.text("channel", "app", "fa") == "اپ"
    # No English name: the word stands for itself, and is not shown in another language.
    assert names.text("channel", "app", "en") == "app"
    assert names.text("channel", "call_center") == "call_center"
    assert names.text("question", "days_taken") == "Days taken"


def test_the_company_has_persian_names_for_all_its_own_words() -> None:
    from safar.datasets.telecom import journey_text
    from safar.files.journey import read_journey

    known = company_names()
    assert set(known) <= set(NameKind)
    assert all("fa" in label.texts for names in known.values() for label in names.values())
    journey = read_journey(journey_text())
    for touchpoint in journey.touchpoints:
        assert set(touchpoint.channels) <= set(known["channel"])
        assert touchpoint.owner is None or touchpoint.owner in known["owner"]
        assert touchpoint.standard is None or touchpoint.standard in known["standard"]
