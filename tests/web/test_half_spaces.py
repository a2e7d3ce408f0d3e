"""The zero-width non-joiner is a letter's worth of Persian spelling: what is typed is kept as it was typed."""

from __future__ import annotations

from pathlib import Path

from tests.web.page_text import Page
from tests.web.web_cast import Cast

NAME = "نامهٔ سپاس‌گزاری"
PERSON = "علی‌رضا می‌رود"


def test_names_of_touchpoints_and_steps_keep_them(cast: Cast, own: Path) -> None:
    client = cast.client("bob")
    touchpoint = {"label_en": "", "label_fa": NAME, "step": "loyalty", "position": "", "owner": PERSON}
    step = {"label_en": "Second thoughts", "label_fa": PERSON, "phase": "", "position": "4"}
    for address, told in (("/journey/edit/touchpoint/", touchpoint), ("/journey/edit/step/", step)):
        assert client.post(address, told, follow=True).status_code == 200
    body = client.get("/journey/edit/?lang=fa").content.decode()
    assert NAME in body
    assert PERSON in body


def test_a_form_that_is_wrong_shows_them_again(cast: Cast, own: Path) -> None:
    told = {"label_en": "", "label_fa": NAME, "step": "nowhere", "position": "", "owner": PERSON}
    page = Page(cast.client("bob").post("/journey/edit/touchpoint/", told).content)
    values = [told.get("value") for tag, told in page.elements if tag == "input"]
    assert NAME in values
    assert PERSON in values


def test_names_of_people_keep_them(cast: Cast) -> None:
    from safar.store.models import User

    alice = cast.client("alice")
    told = {"name": PERSON, "email": "", "role": "member", "scope": "all"}
    assert alice.post("/people/invite/", told).status_code == 302
    assert User.objects.filter(name=PERSON).exists()
    assert PERSON in alice.get("/people/").content.decode()


def test_words_that_are_looked_for_keep_them(cast: Cast) -> None:
    page = Page(cast.client("vera").get("/search/", {"q": NAME}).content)
    assert NAME in [told.get("value") for tag, told in page.elements if tag == "input"]


def test_filters_keep_them_and_links_of_them(cast: Cast) -> None:
    page = Page(cast.client("vera").get("/facts/interactions/", {"channel": NAME}).content)
    assert any(NAME in str(told.get("value")) for tag, told in page.elements if tag == "input")
