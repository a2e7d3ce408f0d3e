"""Search finds what its reader may see, as people type it, and nothing else."""

from __future__ import annotations

import re
from collections import Counter
from pathlib import Path
from urllib.parse import quote

import pytest

from safar.usecases.workspace import Workspace
from tests.web.page_text import Page
from tests.web.web_cast import NOW, UNIT, Cast


def _page(cast: Cast, name: str, text: str, language: str = "en") -> Page:
    answer = cast.client(name).get(f"/search/?q={quote(text)}&lang={language}")
    assert answer.status_code == 200
    return Page(answer.content)


def _words(served: Path, condition: str, *, more: str = "") -> list[str]:
    """Texts of the log, by SQL of its own."""
    log = Workspace.open(served).log
    with log.connect() as connection:
        files = log.parquet_files("feedback")
        query = f"SELECT text FROM read_parquet(?, union_by_name = true) WHERE text <> '' AND {condition} {more}"
        return [str(row[0]) for row in connection.execute(query, [files]).fetchall()]


def test_places_are_found_in_both_languages(cast: Cast) -> None:
    for typed in ("bill", "BILL", "قبض", "صورت‌حساب", "صورتحساب"):
        addresses = [address for address, _ in _page(cast, "vera", typed).links]
        if "/journey/touchpoints/bill/" in addresses:
            break
    else:
        pytest.fail("nothing leads to the bill")
    assert "/journey/steps/usage/" in [address for address, _ in _page(cast, "vera", "usage").links]


def test_pages_are_found_by_who_may_open_them(cast: Cast) -> None:
    assert "pages" in _groups(_page(cast, "alice", "people"))
    assert "pages" in _groups(_page(cast, "alice", "افراد", "en"))
    assert "pages" not in _groups(_page(cast, "bob", "people"))


def test_elements_say_their_framework(cast: Cast) -> None:
    page = _page(cast, "vera", "word of mouth")
    assert "elements" in _groups(page)


def test_words_lead_to_where_they_were_said(cast: Cast, served: Path) -> None:
    text = _words(served, "speaker = 'customer'", more="ORDER BY ts DESC, row_no DESC LIMIT 1")[0]
    word = max(text.split(), key=len)
    page = _page(cast, "vera", word.upper())
    assert word.casefold() in page.text.casefold()
    assert "quotes" in _groups(page)


def test_found_words_lead_to_their_customer_and_to_all_of_them(cast: Cast, served: Path) -> None:
    texts = _words(served, "speaker = 'customer' AND customer IS NOT NULL")
    word = Counter(one for text in texts for one in {*text.casefold().split()} if len(one) > 3).most_common(1)[0][0]
    for name in ("vera", "uma"):
        page = _page(cast, name, word)
        links = [address for address, _ in page.links]
        assert any(tag == "mark" for tag, _ in page.elements), name
        line = next(address for address in links if address.startswith("/customers/"))
        told = cast.client(name).get(line)
        assert told.status_code == 200
        assert word in told.content.decode().casefold()
        total = re.search(r"All ([0-9,]+) in a list", page.text)
        whole = [address for address in links if address.startswith("/facts/feedback/?words=")]
        assert bool(total) == bool(whole)
        assert total or name == "uma"
        if total:
            listed = Page(cast.client(name).get(whole[0]).content)
            assert "holding the words: " in listed.text
            assert total.group(1) in listed.text


def test_words_are_looked_for_in_feedback_alone(cast: Cast) -> None:
    client = cast.client("vera")
    assert client.get("/facts/moves/?words=bill").status_code == 404
    assert client.get("/facts/feedback/?words=b").status_code == 404
    assert client.get("/facts/feedback/?words=%00%27%3B--").status_code in (200, 404)
    assert client.get("/facts/feedback.csv?words=bill").status_code in (200, 404)


def test_other_units_are_not_found(cast: Cast, served: Path) -> None:
    from safar.usecases.search import search_facts

    opened = Workspace.open(served)
    word = max(_words(served, "speaker = 'customer' AND unit IS NOT NULL", more="LIMIT 1")[0].split(), key=len)
    here = f"speaker = 'customer' AND contains(text, '{word}')"
    whole = search_facts(opened, text=word, units=None, identifiers=False, now=NOW)
    mine = search_facts(opened, text=word, units=(UNIT,), identifiers=False, now=NOW)
    assert whole.total >= len(_words(served, here))
    assert mine.total < whole.total
    shown = _page(cast, "uma", word)
    assert mine.total == 0 or "quotes" in _groups(shown)


def test_customers_are_found_by_number_within_units_and_by_identifier_by_owners(cast: Cast, served: Path) -> None:
    log = Workspace.open(served).log
    with log.connect() as connection:
        events, known = log.parquet_files("interactions"), log.parquet_files("identities")
        query = "SELECT customer FROM read_parquet(?) WHERE customer IS NOT NULL GROUP BY 1 HAVING bool_and(unit {}) "
        elsewhere = connection.execute(query.format("<> ?") + "LIMIT 1", [events, UNIT]).fetchone()
        assert elsewhere
        identifier, key = connection.execute(
            "SELECT external_id, subject FROM read_parquet(?) WHERE subject = ?", [known, elsewhere[0]]
        ).fetchone() or ("", 0)
    assert identifier
    for name in ("alice", "bob", "vera"):
        assert "customers" in _groups(_page(cast, name, str(key))), name
    assert "customers" not in _groups(_page(cast, "uma", str(key)))
    assert "customers" in _groups(_page(cast, "alice", identifier))
    assert "customers" not in _groups(_page(cast, "alice", identifier[:-1]))
    for name in ("bob", "vera", "uma"):
        assert "customers" not in _groups(_page(cast, name, identifier)), name


@pytest.mark.parametrize(
    ("typed", "told"),
    [
        ("", "Nothing asked yet"),
        ("a", "Type two letters or more"),
        ("qqqqzzzz", "Nothing found"),
        ("\x00\x00", "Nothing asked yet"),
        ("<script>alert(1)</script>", "Nothing found"),
        ("x" * 5000, "Nothing found"),
        ("9" * 60, "Nothing found"),
    ],
)
def test_empty_and_hostile_words(cast: Cast, typed: str, told: str) -> None:
    page = _page(cast, "alice", typed)
    assert told in page.text or typed.startswith("\x00")
    assert "script" not in [tag for tag, told in page.elements if not told.get("src")]


def test_a_long_search_says_how_it_stands(cast: Cast, monkeypatch: pytest.MonkeyPatch) -> None:
    from safar.web.views import search as view
    from safar.web.waiting import Waiting

    monkeypatch.setattr(view, "search_in_facts", lambda *_, **__: Waiting(2.0, in_line=False))
    answer = cast.client("alice").get("/search/?q=bill")
    assert answer["Cache-Control"] == "no-store"
    page = Page(answer.content)
    assert "touchpoints" in _groups(page)
    assert any(tag == "meta" and told.get("http-equiv") == "refresh" for tag, told in page.elements)


def test_before_anything_is_imported(cast: Cast, empty: Path) -> None:
    assert "Nothing found" in _page(cast, "alice", "qqqqzzzz").text


def test_few_queries(cast: Cast) -> None:
    from django.db import connection
    from django.test.utils import CaptureQueriesContext

    client = cast.client("vera")
    with CaptureQueriesContext(
        connection,
    ) as captured:
        assert len(client.get("/search/?q=bill").content) < 300_000
    assert len(captured) <= 4


def _groups(page: Page) -> set[str]:
    found = (told.get("id") or "" for tag, told in page.elements if tag == "h2")
    return {name.removeprefix("hits-") for name in found if name.startswith("hits-")}
