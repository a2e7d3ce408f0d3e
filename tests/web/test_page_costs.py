"""What each page of the map and what lies below it costs: questions to the store, and weight."""

from __future__ import annotations

import re

import pytest

from tests.web.page_text import Page
from tests.web.web_cast import Cast

pytestmark = pytest.mark.usefixtures("waits_for_everything")

MOST_BYTES = 300_000
MOST_QUERIES = 4
"""The session and the person; the facts are not in the store."""
PAGES = {
    "comparison": "/journey/?channel=app&vs.channel=email",
    "lines": "/journey/?lines=channel",
    "everything at once": "/journey/?lanes=all&lines=channel&channel=app&vs.channel=email",
    "trend of a step": "/journey/steps/usage/",
    "story of a touchpoint": "/journey/touchpoints/bill/",
    "voice": "/facts/feedback/?at_step=usage&state=words_displeased",
    "a path": "/facts/passages/?at_touchpoint=bill&state=present&path=bill",
    "timeline": "/customers/FIRST/",
    "contacts of a timeline": "/customers/FIRST/?only=contact",
    "facts": "/facts/interactions/",
    "inventory": "/touchpoints/",
}


@pytest.mark.parametrize("language", ["en", "fa"])
@pytest.mark.parametrize("name", PAGES)
def test_a_page_asks_the_store_little_and_is_light(cast: Cast, name: str, language: str) -> None:
    from django.db import connection
    from django.test.utils import CaptureQueriesContext

    client = cast.client("bob")
    address = PAGES[name]
    if "FIRST" in address:
        links = Page(client.get("/facts/answers/").content).links
        address = address.replace("/customers/FIRST/", next(a for a, _ in links if a.startswith("/customers/")))
    client.cookies["safar_lang"] = language
    with CaptureQueriesContext(connection) as asked:
        answer = client.get(address)
    assert answer.status_code == 200
    assert len(asked) <= MOST_QUERIES, [query["sql"] for query in asked.captured_queries]
    assert len(answer.content) < MOST_BYTES
    assert not re.search(r"<script(?![^>]* src=)", answer.content.decode())
